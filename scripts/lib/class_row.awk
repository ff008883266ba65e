# class_row.awk: one submission of a class. Goes with records.awk and grade.awk; the name that is
# shown comes escaped in class_shown.
#   as  row: its fields for the table, tab-separated; line: a line for who is watching

END {
	if (grade_is_refused())
		exit 2
	built = value_of("build", 1, "ended")
	verdict = built == "" || built == "exited 0" ? outcome_of("verdict") : "not-built"
	if (as == "line") {
		printf "%-24s  %3d of %d  %s\n", ENVIRON["class_shown"], all_points(), all_most_points(), \
			(verdict == "not-built" ? verdict : verdicts_of(", "))
		exit
	}
	row = ENVIRON["class_shown"] "\t" verdict "\t" verdicts_of(" ") "\t" all_points() "\t" all_most_points()
	for (i = 1; i <= grade_ids; i++)
		row = row "\t" value_of("property", i, "result")
	print row "\t" seconds_in(outcome_of("seconds")) "\t" outcome_of("summary")
}
