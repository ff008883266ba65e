# bench.awk: rounds of "name rate faults", tab-separated; prints the median of each.

BEGIN { FS = "\t" }

{
	if (!($1 in rounds))
		name[++names] = $1
	rounds[$1]++
	rate[$1, rounds[$1]] = $2
	faults[$1, rounds[$1]] = $3
}

END {
	printf "%-18s %12s %14s\n", "", "per second", "page faults"
	for (i = 1; i <= names; i++)
		printf "%-18s %12s %14s\n", name[i], median(rate, name[i]), median(faults, name[i])
}

function median(of, key,    n, i, j, sorted, swap) {
	n = rounds[key]
	for (i = 1; i <= n; i++) {
		sorted[i] = of[key, i]
		for (j = i; j > 1 && sorted[j] + 0 < sorted[j - 1] + 0; j--) {
			swap = sorted[j]
			sorted[j] = sorted[j - 1]
			sorted[j - 1] = swap
		}
	}
	return sorted[int((n + 1) / 2)]
}
