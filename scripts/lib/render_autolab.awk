# render_autolab.awk: feedback for Autolab, which reads the last two lines of stdout: what it
# shows as a table, and the scores. What comes before is for the student to read.
# with: records.awk grade.awk json.awk

# Autolab puts quotes around every word that stands before a colon, wherever it stands, before it
# parses a line: so no string may have a letter or a digit there.
function calm(text, out, at) {
	out = ""
	while ((at = match(text, /[A-Za-z0-9]:/)) > 0) {
		out = out substr(text, 1, at) " "
		text = substr(text, at + 1)
	}
	return out text
}

function pair(name, text) {
	return json(calm(name)) ":" text
}

function stage(i, text) {
	text = value_of("property", i, "result") == "pass" ? "\"passed\":true" : \
		"\"passed\":false," pair("hint", json(calm(details_of(i))))
	return pair(value_of("property", i, "title"), "{" text "}")
}

function joined(what, i, text) {
	for (i = 1; i <= last_of("property"); i++)
		text = text (i == 1 ? "" : ",") (what == "stages" ? stage(i) : \
			what == "scores" ? pair(value_of("property", i, "id"), points(i)) : points(i))
	return text
}

END {
	if (grade_is_refused())
		exit 2
	print verdicts_of(", ") ": " outcome_of("summary")
	for (i = 1; i <= last_of("property"); i++)
		printf "%-10s  %d of %d  %s\n", value_of("property", i, "result"), points(i), most_points(i), \
			value_of("property", i, "title")
	print ""
	print "{\"_presentation\":\"semantic\",\"stages\":[\"Properties\"],\"Properties\":{" joined("stages") "}}"
	print "{\"scores\":{" joined("scores") "},\"scoreboard\":[" joined("board") "," all_points() "]}"
}
