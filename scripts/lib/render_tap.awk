# render_tap.awk: TAP version 14. A test point a property; YAML says what was seen.
# with: records.awk json.awk

# A description or a reason: what begins a directive, or escapes, is escaped.
function tap(text) {
	return backslashed(text, "\\#")
}

# A double-quoted scalar of YAML can be what a string of JSON is.
function yaml(name, text) {
	print "  " name ": " json(text)
}

function diagnostics(i, k) {
	print "  ---"
	yaml("message", value_of("property", i, "seen"))
	yaml("severity", "fail")
	yaml("property", value_of("property", i, "id"))
	yaml("expected", value_of("property", i, "expected"))
	if (how_many("property", i, "again"))
		print "  again:"
	for (k = 1; k <= how_many("property", i, "again"); k++)
		print "    - " json(value_of("property", i, "again", k))
	yaml("read", value_of("property", i, "read"))
	print "  ..."
}

function test_point(i, result, description) {
	result = value_of("property", i, "result")
	description = i " - " tap(value_of("property", i, "title"))
	if (result == "pass")
		print "ok " description
	else if (result == "fail") {
		print "not ok " description
		diagnostics(i)
	} else
		print "ok " description " # SKIP " tap(value_of("property", i, "seen"))
}

END {
	print "TAP version 14"
	print "1.." (last_of("property") > 0 ? last_of("property") : 1)
	print "# server: " (record_command == "" ? record_server : record_command)
	print "# verdict: " verdicts_of(", ") ": " outcome_of("summary")
	if (untestable()) {
		print "Bail out! " tap(outcome_of("summary") == "" ? "nothing was tested" : outcome_of("summary"))
		exit
	}
	for (i = 1; i <= last_of("property"); i++)
		test_point(i)
}
