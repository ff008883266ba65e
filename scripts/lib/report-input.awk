# report-input.awk: the style sheet and the questions, which are read before any evidence.

BEGIN { FS = "\t" }

input == "css" {
	css[++css_lines] = $0
	next
}

input == "questions" {
	if ($0 !~ /^#/)
		sentence[$1] = $3
	next
}
