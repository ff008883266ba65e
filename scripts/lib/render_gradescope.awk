# render_gradescope.awk: results.json of a Gradescope autograder. No score but those of the
# tests: Gradescope adds them up. What the autograder prints stays hidden from students.
# with: records.awk grade.awk json.awk

function test(i, result) {
	result = value_of("property", i, "result")
	print "    {" json_pair("name", value_of("property", i, "title")) ","
	print "      " json_pair("number", i) ","
	print "      \"score\": " points(i) ", \"max_score\": " most_points(i) ","
	print "      " json_pair("status", result == "pass" ? "passed" : "failed") ","
	print "      " json_pair("output", details_of(i)) ","
	print "      " json_pair("output_format", "text") ","
	print "      " json_pair("visibility", "visible") "}" (i < last_of("property") ? "," : "")
}

END {
	if (grade_is_refused())
		exit 2
	print "{"
	print "  " json_pair("output", verdicts_of(", ") ": " outcome_of("summary")) ","
	print "  " json_pair("output_format", "text") ","
	print "  " json_pair("visibility", "visible") ","
	print "  " json_pair("stdout_visibility", "hidden") ","
	print "  \"tests\": ["
	for (i = 1; i <= last_of("property"); i++)
		test(i)
	print "  ]"
	print "}"
}
