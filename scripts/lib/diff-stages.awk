# From a unified diff with the whole files as context: the hunks that lie below the comment at the
# head of either file, with three lines of context and the line numbers of the files.

NR <= 2 || /^@@/ || /^\\/ { next } # names; the one hunk's head; "\ No newline at end of file"

{
	mark = substr($0, 1, 1)
	in_old = mark != "+"
	in_new = mark != "-"
	old += in_old
	new += in_new
}

# A file whose first line is not the beginning of a comment has no comment at its head.
in_old && old == 1 && substr($0, 2, 2) != "/*" { old_code = 1 }
in_new && new == 1 && substr($0, 2, 2) != "/*" { new_code = 1 }

(in_old && !old_code) || (in_new && !new_code) {
	if (/\*\/[ \t]*$/) {
		if (in_old) old_code = 1
		if (in_new) new_code = 1
	}
	next
}

{
	text[++n] = $0
	old_line[n] = old
	new_line[n] = new
	if (mark != " ")
		for (i = n - 3; i <= n + 3; i++)
			shown[i] = 1
}

# Where a hunk begins, and how many lines of each file it has.
function print_head(first, last, olds, news) {
	for (last = first; last <= n && shown[last]; last++) {
		if (text[last] !~ /^\+/) olds++
		if (text[last] !~ /^-/) news++
	}
	printf "@@ -%d,%d +%d,%d @@\n", old_line[first], olds, new_line[first], news
}

END {
	for (i = 1; i <= n; i++) {
		if (!shown[i])
			continue
		if (i == 1 || !shown[i - 1])
			print_head(i)
		print text[i]
		some = 1
	}
	if (!some)
		print "(the same code)"
}
