# grade.awk: points, from the file of weights. Goes with records.awk; wants weights=FILE in the environment.
#
# Points are for what was seen to hold: pass. What was not tested gets none, and every renderer
# says that it was not tested.

BEGIN { grade_read(ENVIRON["weights"]) }

# grade_read FILE: all seven properties, each once, each with a whole number.
function grade_read(file, line, lines, field, i, known) {
	grade_ids = split("serves-several-clients leaves-no-zombie burst-leaves-no-zombie never-blocks " \
		"survives-eintr survives-failing-fork leaks-no-descriptor", grade_id, " ")
	for (i = 1; i <= grade_ids; i++)
		known[grade_id[i]] = 1
	while ((getline line < file) > 0) {
		lines++
		if (line ~ /^[ \t]*(#|\r?$)/)
			continue
		i = split(line, field, /[ \t\r]+/)
		while (i > 0 && field[i] == "")
			i--
		if (i != 2 || field[2] !~ /^[0-9]+$/ || length(field[2]) > 6)
			grade_refuse(file, "line " lines ": a property and a whole number are wanted")
		if (!(field[1] in known))
			grade_refuse(file, "line " lines ": there is no property of that name")
		if (field[1] in grade_most)
			grade_refuse(file, "line " lines ": " field[1] " has points already")
		grade_most[field[1]] = field[2] + 0
	}
	close(file)
	if (!lines)
		grade_refuse(file, "it cannot be read, or is empty")
	for (i = 1; i <= grade_ids; i++)
		if (!(grade_id[i] in grade_most))
			grade_refuse(file, "no points for " grade_id[i])
}

function grade_refuse(file, why) {
	gsub(/[^ -~]/, "?", file)
	print "weights " file ": " why | "cat 1>&2"
	close("cat 1>&2")
	grade_refused = 1
	exit 2
}

# To be asked first thing in END: exit in BEGIN goes there.
function grade_is_refused() {
	return grade_refused
}

function most_points(i) {
	return grade_most[value_of("property", i, "id")] + 0
}

function points(i) {
	return value_of("property", i, "result") == "pass" ? most_points(i) : 0
}

function all_points(i, sum) {
	for (i = 1; i <= last_of("property"); i++)
		sum += points(i)
	return sum + 0
}

function all_most_points(i, sum) {
	for (i = 1; i <= last_of("property"); i++)
		sum += most_points(i)
	return sum + 0
}
