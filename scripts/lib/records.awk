# records.awk: what was concluded about one server, as docs/evidence.md describes it, for the
# renderers that follow it on awk's command line. Run with LC_ALL=C.
#
# Records are printable ASCII already; what is not, from a file that was tampered with, becomes
# a question mark: no renderer need think of control characters or of broken UTF-8.

BEGIN { FS = "\t" }

/^# date: / { record_date = substr($0, 9) }

/^#/ || NF != 5 { next }

{
	gsub(/[^\t -~]/, "?")
	$0 = $0 # fields again
	record_server = $1
}

$2 == "start" && $4 == "argument" { record_command = record_command (record_command == "" ? "" : " ") $5 }

$2 ~ /^(outcome|verdict|hidden|property|build)$/ {
	if ($3 + 0 > record_last[$2] + 0)
		record_last[$2] = $3 + 0
	record_count[$2, $3 + 0, $4]++
	record_value[$2, $3 + 0, $4, record_count[$2, $3 + 0, $4]] = $5
}

# Each of the characters in set gets a backslash before it. (What sub() makes of backslashes
# differs from awk to awk.)
function backslashed(text, set, out, i, c) {
	out = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		out = out (index(set, c) ? "\\" : "") c
	}
	return out
}

# The last order of a kind; 0: there is none.
function last_of(kind) {
	return record_last[kind] + 0
}

# How many values a name has.
function how_many(kind, order, name) {
	return record_count[kind, order, name] + 0
}

# The value of a name, or one of its values; "" where there is none.
function value_of(kind, order, name, which) {
	if (which == "")
		which = 1
	if ((kind, order, name, which) in record_value)
		return record_value[kind, order, name, which]
	return ""
}

function outcome_of(name) {
	return value_of("outcome", 1, name)
}

# The date, which is UTC, as 2026-11-24T19:01:18; "" where it is not known.
function date_of() {
	if (record_date ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z$/)
		return substr(record_date, 1, 19)
	return ""
}

# Seconds as they were measured; "" where they were not.
function seconds_in(text) {
	return text ~ /^[0-9]+([.][0-9]+)?$/ ? text : ""
}

# Nothing of the server could be tested.
function untestable(i) {
	for (i = 1; i <= last_of("property"); i++)
		if (value_of("property", i, "result") ~ /^(pass|fail)$/)
			return 0
	return 1
}

# All verdicts, "single-wait, descriptor-leak".
function verdicts_of(between, i, text) {
	for (i = 1; i <= last_of("verdict"); i++)
		text = text (text == "" ? "" : between) value_of("verdict", i, "verdict")
	return text == "" ? outcome_of("verdict") : text
}

# What a reader should know of property i, a line each.
function details_of(i, k, text) {
	if (value_of("property", i, "result") == "not-tested")
		return "not tested: " value_of("property", i, "seen")
	text = "seen: " value_of("property", i, "seen")
	if (value_of("property", i, "result") == "pass")
		return text
	text = "expected: " value_of("property", i, "expected") "\n" text
	if (how_many("property", i, "again"))
		text = text "\nto see it again:"
	for (k = 1; k <= how_many("property", i, "again"); k++)
		text = text "\n  " value_of("property", i, "again", k)
	return text "\nto read: " value_of("property", i, "read")
}
