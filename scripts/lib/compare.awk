# compare.awk: what judge.awk found, then the evidence; prints the table, a row a server and a
# column an experiment, and under it a line a server: what was seen, and where to read on.

BEGIN {
	FS = "\t"
	columns = split("burst freeze poke interrupt exhaust adopt", experiment, " ")
	wide["burst"] = 12
	wide["freeze"] = 9
	wide["poke"] = 9
	wide["interrupt"] = 11
	wide["exhaust"] = 12
	wide["adopt"] = 9
}

# The files are told apart by assignments between their names: an empty one has no first line.
input == "wrong" {
	wrong[$1, $2]
	complaint[++complaints] = sprintf( \
		"%s, %s: expected %s %s, saw %s\n  run just that again: %s", \
		$1, $2, $8, word($4), $5, $9)
	next
}

/^#/ {
	split(substr($0, 3), part, ": ")
	fact[part[1]] = part[2]
	next
}

$1 == "server" { next }

{
	if (!($1 in row)) {
		row[$1]
		server[++rows] = $1
	}
	ran[$2]
	value[$1, $2, $4] = $5
	if ($2 == "burst" && $4 == "zombies")
		series[$1] = series[$1] (series[$1] == "" ? "" : " ") $5
}

END {
	heading()
	for (r = 1; r <= rows; r++)
		line(server[r])
	print ""
	for (r = 1; r <= rows; r++)
		print summary(server[r])
	skips()
	for (c = 1; c <= complaints; c++)
		print (c == 1 ? "\n" : "") "NOT AS EXPECTED: " complaint[c]
}

function heading(    text, third, c, e) {
	head("burst", "burst", "zombies", fact["rounds"] " x " fact["clients"])
	head("freeze", "freeze", "zombies", "of " fact["clients"])
	head("poke", "poke", "next", "client")
	head("interrupt", "interrupt", "next", "client")
	head("exhaust", "exhaust", "fork fails", "after")
	head("adopt", "adopt", "zombies", "left")
	for (third = 1; third <= 3; third++) {
		text = pad("", 17)
		for (c = 1; c <= columns; c++) {
			e = experiment[c]
			if (e in ran)
				text = text pad(title[e, third], wide[e])
		}
		print_trimmed(text)
	}
}

function head(e, first, second, third) {
	title[e, 1] = first
	title[e, 2] = second
	title[e, 3] = third
}

function line(s,    text, c, e, shown) {
	text = pad(substr(s, 1, 16), 17)
	for (c = 1; c <= columns; c++) {
		e = experiment[c]
		if (!(e in ran))
			continue
		shown = cell(s, e) (((s, e) in wrong) ? "!" : "")
		text = text pad(shown, wide[e])
	}
	print_trimmed(text)
}

# Zero zombies of a dead server are no zombies at all: a dead server is shown as dead.
function cell(s, e) {
	if ((s, e, "skipped") in value)
		return "skipped"
	if (e != "adopt" && value[s, e, "alive"] == "0")
		return "died"
	if (e == "burst")
		return length(series[s]) < wide[e] ? series[s] : value[s, e, "zombies"]
	if (e == "freeze")
		return value[s, e, "zombies"]
	if (e == "poke")
		return value[s, e, "served"] ? "served" : "blocked"
	if (e == "interrupt")
		return value[s, e, "served"] ? "served" : "unserved"
	if (e == "exhaust")
		return value[s, e, "fork_failed"] ? value[s, e, "served"] : "never"
	return value[s, e, "zombies"] ? value[s, e, "left"] " of " value[s, e, "zombies"] : "-"
}

# What a student has to notice, from the evidence alone.
function summary(s,    text) {
	if (value[s, "freeze", "zombies"] == fact["clients"])
		text = "zombies pile up" exhausted(s)
	else if (value[s, "freeze", "zombies"] > 0)
		text = "a burst leaves zombies" blocked(s)
	else if (value[s, "interrupt", "alive"] == "0")
		text = "reaps all; " interrupted(s) " ends it when a client leaves"
	else if (value[s, "poke", "served"] == 1 && value[s, "interrupt", "served"] == 1)
		text = "no zombie, never blocked, never interrupted"
	else
		text = "in other ways than the four stages do"
	return s ": " text "." lesson(s)
}

function exhausted(s) {
	if (value[s, "exhaust", "fork_failed"] != 1)
		return ""
	return "; fork fails after " value[s, "exhaust", "served"]
}

function blocked(s) {
	return value[s, "poke", "served"] == "0" ? ", a stray SIGCHLD blocks it" : ""
}

function interrupted(s) {
	return value[s, "interrupt", "last_words"] ~ /Interrupted/ ? "EINTR" : "something"
}

function lesson(s) {
	if (s ~ /^stage1_/) return " docs/1-no-reaping.md"
	if (s ~ /^stage2_/) return " docs/2-wait.md"
	if (s ~ /^stage3_/) return " docs/3-waitpid.md"
	if (s ~ /^stage4_/) return " docs/4-eintr.md"
	return ""
}

function skips(    r, reason) {
	for (r = 1; r <= rows; r++)
		if ((server[r], "exhaust", "skipped") in value)
			reason = value[server[r], "exhaust", "skipped"]
	if (reason != "")
		print "\nexhaust was skipped: " reason
}

function word(name) {
	gsub(/_/, " ", name)
	return name
}

# busybox awk has no "%-*s".
function pad(text, width) {
	return sprintf("%-" width "s", text)
}

function print_trimmed(text) {
	sub(/ +$/, "", text)
	print text
}
