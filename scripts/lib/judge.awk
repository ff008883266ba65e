# judge.awk: expectations.tsv, then evidence; prints the evidence that is not as expected, as
# records with four columns more: lowest and highest expected, what that is in words, and the
# command that runs just that experiment again. An expectation without evidence is not met.
#
# A server that no expectation names is not judged, nor an experiment that had to be skipped.
# The second run of a server, "stage1_no_reap#2", is judged like the first.

BEGIN { FS = OFS = "\t" }

input == "expectations" && /^#/ { next }

input == "expectations" {
	key = $1 FS $2 FS $3
	low[key, $4] = $5
	high[key, $4] = $6
	if (!(key in known)) {
		known[key]
		keys[++count] = key
	}
	next
}

# The machine, and how it was asked: "# clients: 50".
/^#/ {
	split(substr($0, 3), part, ": ")
	fact[part[1]] = part[2]
	next
}

$1 == "server" && $2 == "experiment" { next }

{
	seen[$1]
	ran[$2]
	if ($4 == "skipped")
		skipped[$1, $2]
	if ($4 == "spoilt")
		spoilt[$1, $2] = $5
	met[$1, $2, $4]
	record[++records] = $0
}

# Not before all is read: that an experiment had to be skipped may be said last.
END {
	for (i = 1; i <= records; i++) {
		split(record[i], part, FS)
		key = first(part[1]) FS part[2] FS part[4]
		if ((key in known) && !((part[1], part[2]) in skipped))
			judge(part[1], key, part[3], part[5])
	}
	for (i = 1; i <= count; i++) {
		split(keys[i], part, FS)
		if (!(part[2] in ran))
			continue
		for (server in seen)
			if (first(server) == part[1] && !((server, part[2]) in skipped) &&
			    !((server, part[2], part[3]) in met))
				judge(server, keys[i], "-", nothing(server, part[2]))
	}
}

function first(server) {
	sub(/#[0-9]+$/, "", server)
	return server
}

function nothing(server, experiment) {
	if ((server, experiment) in spoilt)
		return "nothing (" spoilt[server, experiment] ")"
	return "nothing"
}

function judge(server, key, round, value,    system_name, from, to, words, part) {
	system_name = fact["kernel"]
	sub(/ .*/, "", system_name)
	if (!((key, system_name) in low))
		system_name = "*"
	from = bound(low[key, system_name], round)
	to = bound(high[key, system_name], round)
	if (value ~ /^[0-9]+$/ && value + 0 >= from && value + 0 <= to)
		return
	words = from == to ? from : from " to " to
	split(key, part, FS)
	print server, part[2], round, part[3], value, from, to, words, again(server, part[2])
}

function bound(text, round) {
	if (text == "N") return fact["clients"] + 0
	if (text == "N-1") return fact["clients"] - 1
	if (text == "RN") return round * fact["clients"]
	if (text == "RN-1") return round * fact["clients"] - 1
	if (text == "M") return fact["processes"] + 0
	if (text == "M/2") return int(fact["processes"] / 2)
	return text + 0
}

function again(server, experiment) {
	return sprintf("scripts/experiments/%s%s %s", experiment, \
		experiment == "burst" ? " -n " fact["clients"] " -k " fact["rounds"] : \
		experiment == "exhaust" ? " -m " fact["processes"] : \
		experiment ~ /^(freeze|adopt)$/ ? " -n " fact["clients"] : "", \
		("program " server) in fact ? fact["program " server] : first(server))
}
