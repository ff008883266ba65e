# render_classroom50.awk: result.json for Classroom 50, schema classroom50/result/v1. Who and what
# is graded, its runner says in the environment; it stamps the owner itself.
# with: records.awk grade.awk json.awk

function identity(name) {
	if (ENVIRON[name] == "")
		missing = missing " " name
	return printable(ENVIRON[name])
}

function printable(text) {
	gsub(/[^ -~]/, "?", text)
	return text
}

function test(i, result) {
	result = value_of("property", i, "result")
	print "    {" json_pair("test-name", value_of("property", i, "title")) ","
	print "      \"passed\": " (result == "pass" ? "true" : "false") ","
	print "      \"score\": " points(i) ", \"max-score\": " most_points(i) \
		(result == "pass" ? "" : ",\n      " json_pair("message", details_of(i))) \
		"}" (i < last_of("property") ? "," : "")
}

END {
	if (grade_is_refused())
		exit 2
	print "{"
	print "  " json_pair("schema", "classroom50/result/v1") ","
	print "  " json_pair("classroom", identity("CLASSROOM")) ","
	print "  " json_pair("assignment", identity("ASSIGNMENT")) ","
	print "  " json_pair("submission", identity("SUBMISSION_TAG")) ","
	print "  " json_pair("commit", identity("COMMIT_URL")) ","
	print "  " json_pair("release", identity("RELEASE_URL")) ","
	# The runner leaves it empty where there is no diff to show, and takes the commit instead.
	print "  " json_pair("review", printable(ENVIRON["REVIEW_URL"] == "" ? ENVIRON["COMMIT_URL"] : \
		ENVIRON["REVIEW_URL"])) ","
	if (date_of() != "")
		print "  " json_pair("datetime", date_of() "Z") ","
	print "  \"score\": " all_points() ","
	print "  \"max-score\": " all_most_points() ","
	print "  \"tests\": ["
	for (i = 1; i <= last_of("property"); i++)
		test(i)
	print "  ]"
	print "}"
	if (missing != "")
		print "classroom50: not set in the environment, and left empty:" missing | "cat 1>&2"
}
