# render_text.awk: what diagnose found, for a reader at a terminal; at most 80 columns.
#
# Records are printable ASCII already; what is not, from a file that was tampered with, is shown
# as `?`. The last line is always "verdict: NAME", for those who read only that.
#   colour  1: with colours

BEGIN {
	FS = "\t"
	WIDTH = 80
	LABEL = 10
	esc = sprintf("%c", 27)
}

/^#/ || NF != 5 { next }

{
	gsub(/[^\t -~]/, "?")
	$0 = $0 # fields again
}

{ server = $1 }

$2 == "start" && $4 == "argument" { command = command " " $5 }
$2 == "outcome" { outcome[$4] = $5 }
$2 == "verdict" { keep("verdict") }
$2 == "hidden" { keep("hidden") }
$2 == "property" { keep("property") }

# One text a name; of those that come again and again, a list.
function keep(kind) {
	if ($3 + 0 > most[kind] + 0)
		most[kind] = $3 + 0
	count[kind, $3, $4]++
	text[kind, $3, $4, count[kind, $3, $4]] = $5
}

function get(kind, order, name) {
	return text[kind, order, name, 1]
}

function paint(code, words) {
	return colour ? esc "[" code "m" words esc "[0m" : words
}

# A label, and text beside it.
function show(label, words) {
	wrap(sprintf("%-" LABEL "s", label), sprintf("%" LABEL "s", ""), words)
}

# Lines of at most WIDTH columns, broken at spaces, or anywhere in a word that is too long.
function wrap(first, rest, words, room, at) {
	room = WIDTH - length(rest)
	while (length(words) > room) {
		for (at = room + 1; at > 1 && substr(words, at, 1) != " "; at--)
			;
		if (at <= 1) {
			print first substr(words, 1, room)
			words = substr(words, room + 1)
		} else {
			print first substr(words, 1, at - 1)
			words = substr(words, at + 1)
		}
		first = rest
	}
	print first words
}

# A line of shell that does not fit goes on after a backslash, between words where that can be;
# in the first column where it cannot, so that the pieces make one word again.
function shell(words, room, at, indent) {
	indent = "  "
	while (length(words) > (room = WIDTH - length(indent) - 2)) {
		for (at = room + 1; at > 1 && !(substr(words, at, 1) == " " && even(substr(words, 1, at))); at--)
			;
		if (at <= 1) {
			at = room
			while (at > 1 && substr(words, at, 1) ~ /[\\' ]/)
				at--
			if (at < 3)
				break # quotes or blanks, and nothing else: it stays whole
			if (!even(substr(words, 1, at))) { # inside quotes: end them, and begin them again
				print indent substr(words, 1, at - 1) "'\\"
				words = "'" substr(words, at)
			} else {
				print indent substr(words, 1, at) "\\"
				words = substr(words, at + 1)
			}
			indent = ""
		} else {
			print indent substr(words, 1, at - 1) " \\"
			words = substr(words, at + 1)
			indent = "    "
		}
	}
	print indent words
}

# Whether a piece of shell ends outside of single quotes.
function even(words) {
	return gsub(/'/, "", words) % 2 == 0
}

function list(kind, order, name, label, i) {
	for (i = 1; i <= count[kind, order, name]; i++)
		wrap(sprintf("%-" LABEL "s", i == 1 ? label : "") "- ", sprintf("%" (LABEL + 2) "s", ""), \
			text[kind, order, name, i])
}

function code_of(name) {
	return name == "correct" ? "1;32" : name ~ /^(inconclusive|not-forking)$/ ? "1;33" : "1;31"
}

function show_verdict(order, name, i) {
	name = get("verdict", order, "verdict")
	print ""
	print paint(code_of(name), toupper(name))
	show("", get("verdict", order, "title"))
	if (get("verdict", order, "expected") != "")
		show("expected", get("verdict", order, "expected"))
	show("seen", get("verdict", order, "seen"))
	list("verdict", order, "evidence", "evidence")
	if (get("verdict", order, "why") != "")
		show("why", get("verdict", order, "why"))
	for (i = 1; i <= count["verdict", order, "note"]; i++)
		show(i == 1 ? "note" : "", text["verdict", order, "note", i])
	if (count["verdict", order, "again"])
		print "again     paste this, and see for yourself:"
	for (i = 1; i <= count["verdict", order, "again"]; i++)
		shell(text["verdict", order, "again", i])
	show("read", get("verdict", order, "read"))
}

function show_hidden(i) {
	if (most["hidden"])
		print ""
	for (i = 1; i <= most["hidden"]; i++)
		show(i == 1 ? "not seen" : "", get("hidden", i, "what") ": " get("hidden", i, "because"))
}

function show_properties(i, result) {
	print ""
	for (i = 1; i <= most["property"]; i++) {
		result = get("property", i, "result")
		printf "%s%s\n", paint(result == "pass" ? "32" : result == "fail" ? "31" : "33", \
			sprintf("%-12s", result)), get("property", i, "title")
	}
}

END {
	if (command != "")
		show("server", substr(command, 2))
	else
		show("server", server)
	for (i = 1; i <= most["verdict"]; i++)
		show_verdict(i)
	show_hidden()
	show_properties()
	print ""
	if (outcome["seconds"] != "")
		print "took      " outcome["seconds"] " s"
	print "verdict: " outcome["verdict"]
}
