# report.awk: evidence as one HTML5 file that is well-formed XML too, and asks for nothing: no
# script, no font, no network. The same evidence gives the same file.
#
# Runs after input.awk, text.awk, evidence.awk, cells.awk, svg.awk, timeline.awk and
# histogram.awk. Input: css, questions, wrong (from judge.awk), then the evidence.

END {
	page_head()
	if (!rows)
		print "<p><b>There is no record in this evidence.</b></p>"
	if (damaged)
		print "<p><b>" plural(damaged, "line", "lines") \
			" of the evidence could not be read, so what stood there is missing here.</b></p>"
	if (timeline_rows)
		part_timeline()
	for (h = 1; h <= histogram_rows; h++)
		part_histogram(histogram_server[h], h)
	if (part_any())
		part_table()
	part_tallies()
	part_machine()
	print "</body>"
	print "</html>"
}

function page_head(    i) {
	print "<!DOCTYPE html>"
	print "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">"
	print "<head>"
	print "<meta charset=\"utf-8\"/>"
	print "<meta http-equiv=\"Content-Security-Policy\" " \
		"content=\"default-src 'none'; style-src 'unsafe-inline'\"/>"
	print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
	print "<meta name=\"color-scheme\" content=\"light dark\"/>"
	print "<title>Zombie Lab: report</title>"
	print "<style>"
	for (i = 1; i <= css_lines; i++)
		print css[i]
	print "</style>"
	print "</head>"
	print "<body>"
	print "<h1>Zombie Lab: report</h1>"
	print "<p>A server forks a child for each client. A child that has exited is a <b>zombie</b> " \
		"until its parent waits for it. This is what the servers did with theirs, measured" \
		(fact["date"] == "" ? "" : " on " html(substr(fact["date"], 1, 10))) ".</p>"
}

function part_timeline() {
	print "<h2>Zombies over time</h2>"
	print "<figure>"
	draw_timeline()
	print "<figcaption>" html(clients_of["timeline"]) " clients connect to each server (grey), " \
		"then all leave at once (dotted line): a burst. The line is the number of children in " \
		"state Z. A cross marks a server that died: it has no zombies because it is no more. " \
		"Here each server has its own restart flag, as when it is started by hand.</figcaption>"
	print "</figure>"
}

function part_histogram(s, nth) {
	count_runs(s)
	if (!runs["plain"] && !runs["frozen"])
		return
	print "<h2>A passing test proves nothing: " html(s) "</h2>"
	print "<figure>"
	draw_histogram(s, nth)
	print "<figcaption>" spread("plain", "The plain burst") " How many exits share a SIGCHLD is " \
		"the scheduler's choice, so a test that counts zombies after one burst may see anything. " \
		spread("frozen", "The frozen burst") " It stops the server while the clients leave, so that " \
		"one pending SIGCHLD stands for all exits."
	if (runs["plain"] < 30)
		print " <b>" plural(runs["plain"] + 0, "run is", "runs are") \
			" too few to show how much it varies.</b>"
	print "</figcaption>"
	print "</figure>"
}

function part_any(    c) {
	for (c = 1; c <= columns; c++)
		if (experiment[c] in ran)
			return 1
	return 0
}

function part_table(    c, r, e) {
	print "<h2 class=\"page\">What each experiment showed</h2>"
	print "<div class=\"wide\" role=\"region\" aria-label=\"What each experiment showed\" tabindex=\"0\">"
	print "<table class=\"cells\">"
	print "<thead><tr><th scope=\"col\">experiment</th>"
	for (r = 1; r <= rows; r++)
		print "<th scope=\"col\">" html(server[r]) "</th>"
	print "</tr></thead>"
	print "<tbody>"
	for (c = 1; c <= columns; c++) {
		e = experiment[c]
		if (!(e in ran))
			continue
		print "<tr><th scope=\"row\"><b>" e "</b><small>" html(filled(sentence[e], e)) "</small></th>"
		for (r = 1; r <= rows; r++)
			table_cell(server[r], e)
		print "</tr>"
	}
	print "<tr><th scope=\"row\"><b>in short</b></th>"
	for (r = 1; r <= rows; r++)
		print "<td><span>" html(summary(server[r])) "." (lesson(server[r]) == "" ? "" : \
			"<br/><code>" lesson(server[r]) "</code>") "</span></td>"
	print "</tr>"
	print "</tbody>"
	print "</table>"
	print "</div>"
	for (c = 1; c <= complaints; c++)
		print "<p class=\"bad\"><b>Not as expected:</b> " html(complaint[c]) \
			". Just that again: <code>" html(remedy[c]) "</code></p>"
}

# Not every server need have been in every experiment.
function table_cell(s, e) {
	if (!((s, e, "alive") in value) && !((s, e, "zombies") in value) && !((s, e, "skipped") in value)) {
		print "<td><span>not examined</span></td>"
		return
	}
	print "<td" ((s, e) in wrong ? " class=\"wrong\"" : "") "><b class=\"" \
		(is_good(s, e) ? "good" : "bad") "\">" html(cell(s, e)) "</b><span>" \
		html(meaning(s, e)) ((s, e) in wrong ? ". <b>Not as expected.</b>" : "") "</span></td>"
}

# {N}, {R}, {M}: the options that the experiment was run with.
function filled(text, e) {
	gsub(/\{N\}/, clients_of[e], text)
	gsub(/\{R\}/, fact["rounds"], text)
	gsub(/\{M\}/, fact["processes"], text)
	return text
}

function part_tallies(    i, r, any) {
	split("burst freeze timeline", tallied, " ")
	for (i = 1; i <= 3; i++)
		for (r = 1; r <= rows; r++)
			if ((server[r], tallied[i], "tally_forked") in value)
				any = 1
	if (!any)
		return
	print "<h2>Tallies</h2>"
	print "<p>What each server counted itself, and printed when it ended. A handler that ran fewer " \
		"times than children were forked is signals that were one.</p>"
	print "<div class=\"wide\" role=\"region\" aria-label=\"Tallies\" tabindex=\"0\">"
	print "<table class=\"count\">"
	print "<thead><tr><th scope=\"col\">experiment, server</th><th scope=\"col\">forked</th>" \
		"<th scope=\"col\">handler runs</th><th scope=\"col\">reaped</th>" \
		"<th scope=\"col\">never reaped</th></tr></thead>"
	print "<tbody>"
	for (i = 1; i <= 3; i++)
		for (r = 1; r <= rows; r++)
			if ((server[r], tallied[i], "tally_forked") in value)
				tally_row(server[r], tallied[i])
	print "</tbody>"
	print "</table>"
	print "</div>"
}

function tally_row(s, e) {
	print "<tr><th scope=\"row\">" e ", <b>" html(s) "</b></th>" \
		tally_cell(s, e, "forked") tally_cell(s, e, "handler_runs") \
		tally_cell(s, e, "reaped") tally_cell(s, e, "never_reaped") "</tr>"
}

function tally_cell(s, e, name) {
	return "<td>" html(number(value[s, e, "tally_" name])) "</td>"
}

function part_machine(    i) {
	print "<h2>Where and how</h2>"
	print "<div class=\"wide\" role=\"region\" aria-label=\"Where and how\" tabindex=\"0\">"
	print "<table>"
	print "<tbody>"
	fact_row("date", fact["date"])
	fact_row("kernel", fact["kernel"])
	fact_row("libc", fact["libc"])
	fact_row("cores", fact["cores"])
	fact_row("options", "clients " fact["clients"] ", rounds " fact["rounds"] \
		", process limit " fact["processes"])
	for (i = 1; i <= commands; i++)
		print "<tr><th scope=\"row\">measured by</th><td><code>" \
			html(again_command(command[i])) "</code></td></tr>"
	print "</tbody>"
	print "</table>"
	print "</div>"
	print "<p>That command measures again. From the same evidence (the <code>.tsv</code> file beside " \
		"the report), <code>scripts/report FILE.tsv</code> makes this report again, byte for byte.</p>"
}

function fact_row(name, text) {
	if (text != "")
		print "<tr><th scope=\"row\">" name "</th><td>" html(text) "</td></tr>"
}

# The evidence has the program's name; the experiments are in a folder of their own.
function again_command(text) {
	return (text ~ /^(burst|freeze|poke|interrupt|exhaust|adopt|repeat|timeline)( |$)/ ? \
		"scripts/experiments/" : "scripts/") text
}
