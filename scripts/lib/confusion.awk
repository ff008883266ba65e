# confusion.awk: a line for each server: how often its verdict was right, wrong or none, and the
# medians of the seconds and of the processor time of a diagnosis. Then what was not right.

FNR == NR {
	split($0, word, " ")
	name[++servers] = word[1]
	next
}

$1 == "server" && $2 == "run" { next }

{
	runs[$1]++
	if ($4 == $3)
		right[$1]++
	else {
		if ($4 == "inconclusive")
			unsure[$1]++
		else
			wrong[$1]++
		deviation[++deviations] = $1 ", run " $2 ": " ($4 == "inconclusive" ? "" : \
			"expected " $3 ", found ") $4 ": " $7
	}
	seconds[$1, runs[$1]] = $5
	cpu[$1, runs[$1]] = $6
	all++
	seconds["all", all] = $5
	cpu["all", all] = $6
}

END {
	print "                                runs right wrong unsure  seconds   cpu"
	for (i = 1; i <= servers; i++)
		row(name[i], runs[name[i]] + 0, right[name[i]] + 0, wrong[name[i]] + 0, unsure[name[i]] + 0)
	for (i = 1; i <= servers; i++) {
		rights += right[name[i]]
		wrongs += wrong[name[i]]
		unsures += unsure[name[i]]
	}
	row("all", all, rights, wrongs, unsures)
	for (i = 1; i <= deviations; i++)
		print deviation[i]
	exit (wrongs > 0)
}

function row(server, count, good, bad, none) {
	printf "%-30s %5d %5d %5d %6d %8.1f %5.1f\n", server, count, good, bad, none, \
		median(seconds, server, count), median(cpu, server, count)
}

function median(values, server, count,    i, j, sorted, value) {
	if (count == 0)
		return 0
	for (i = 1; i <= count; i++) {
		value = values[server, i] + 0
		for (j = i; j > 1 && sorted[j - 1] > value; j--)
			sorted[j] = sorted[j - 1]
		sorted[j] = value
	}
	return count % 2 ? sorted[(count + 1) / 2] : (sorted[count / 2] + sorted[count / 2 + 1]) / 2
}
