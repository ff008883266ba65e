# class_summary.awk: from the table of a class, how many have which bug, and the points.

BEGIN { FS = "\t" }

NF > 5 {
	submissions++
	point[submissions] = $4 + 0
	sum += $4
	most = $5
	if ($2 == "not-built")
		has["not-built"]++
	else {
		n = split($3, names, " ")
		for (i = 1; i <= n; i++)
			has[names[i]]++
		if (n > 1)
			several++
	}
}

# By insertion: a class is small.
function median(i, k, moved) {
	for (i = 2; i <= submissions; i++) {
		moved = point[i]
		for (k = i - 1; k >= 1 && point[k] > moved; k--)
			point[k + 1] = point[k]
		point[k + 1] = moved
	}
	i = int((submissions + 1) / 2)
	return submissions % 2 ? point[i] : (point[i] + point[i + 1]) / 2
}

# The most frequent first; of equals, by name.
function next_name(name, best) {
	best = ""
	for (name in has)
		if (best == "" || has[name] > has[best] || (has[name] == has[best] && name < best))
			best = name
	return best
}

END {
	print submissions + 0 (submissions == 1 ? " submission" : " submissions")
	if (!submissions)
		exit
	while ((name = next_name()) != "") {
		printf "%5d  %s\n", has[name], name
		delete has[name]
	}
	if (several)
		print "Who has several bugs is counted with each: " several
	printf "points, of %d: mean %.1f, median %.1f\n", most, sum / submissions, median()
}
