# render_junit.awk: JUnit XML, as Jenkins, GitLab and others read it. A failure is the server's
# defect, an error is what could not be tested.
# with: records.awk

# Text of XML 1.0, in an element or in a quoted attribute. "]]>" must not stand in text either.
function xml(text) {
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	gsub(/"/, "\\&quot;", text)
	gsub(/'/, "\\&apos;", text)
	return text
}

function attribute(name, text) {
	return " " name "=\"" xml(text) "\""
}

# Left out where it was not measured.
function time(text) {
	return seconds_in(text) == "" ? "" : attribute("time", seconds_in(text))
}

function count_results(wanted, i, n) {
	for (i = 1; i <= last_of("property"); i++)
		if (value_of("property", i, "result") == wanted)
			n++
	return n + 0
}

function totals() {
	return attribute("tests", last_of("property")) attribute("failures", count_results("fail")) \
		attribute("errors", count_results("not-tested")) time(outcome_of("seconds"))
}

function property_element(name, text) {
	print "      <property" attribute("name", name) attribute("value", text) "/>"
}

# The verdict that accounts for it, where there is just one.
function type_of(result) {
	return result == "fail" ? outcome_of("verdict") : "not-tested"
}

function test_case(i, result, element) {
	result = value_of("property", i, "result")
	printf "    <testcase%s%s%s", attribute("classname", record_server), \
		attribute("name", value_of("property", i, "title")), time(value_of("property", i, "seconds"))
	if (result == "pass") {
		print "/>"
		return
	}
	element = result == "fail" ? "failure" : "error"
	print ">"
	print "      <" element attribute("type", type_of(result)) \
		attribute("message", value_of("property", i, "seen")) ">" xml(details_of(i)) "</" element ">"
	print "    </testcase>"
}

END {
	print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
	print "<testsuites" attribute("name", "Zombie Lab") totals() ">"
	print "  <testsuite" attribute("name", record_server) totals() attribute("skipped", 0) \
		(date_of() == "" ? "" : attribute("timestamp", date_of())) ">"
	print "    <properties>"
	property_element("verdict", verdicts_of(", "))
	property_element("summary", outcome_of("summary"))
	property_element("server", record_command == "" ? record_server : record_command)
	print "    </properties>"
	for (i = 1; i <= last_of("property"); i++)
		test_case(i)
	print "  </testsuite>"
	print "</testsuites>"
}
