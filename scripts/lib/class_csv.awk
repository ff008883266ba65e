# class_csv.awk: the table of a class as CSV (RFC 4180, but for its line ends). Goes with grade.awk,
# whose properties are columns.

# A spreadsheet would take a text that begins like this for a formula.
function cell(text) {
	if (text ~ /^[-=+@]/)
		text = "'" text
	if (text ~ /[",]/ || text ~ /^ | $/) {
		gsub(/"/, "\"\"", text)
		text = "\"" text "\""
	}
	return text
}

NF { rows[++count] = $0 }

END {
	if (grade_is_refused())
		exit 2
	printf "submission,verdict,verdicts,points,of"
	for (i = 1; i <= grade_ids; i++)
		printf ",%s", grade_id[i]
	print ",seconds,summary"
	for (k = 1; k <= count; k++) {
		fields = split(rows[k], field, "\t")
		for (i = 1; i <= fields; i++)
			printf "%s%s", cell(field[i]), (i < fields ? "," : "\n")
	}
}
