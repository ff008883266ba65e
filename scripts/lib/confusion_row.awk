# confusion_row.awk: one diagnosis as a row: what the shell's `times` printed, then the evidence.

# User and system time of what the shell has started: "0m1.23s 0m0.45s", in the second line.
FNR == NR {
	if (FNR == 2 && split($0, part, /[ ms]+/) >= 4)
		cpu = part[1] * 60 + part[2] + part[3] * 60 + part[4]
	next
}

$2 == "verdict" && $4 == "verdict" { found = found (found == "" ? "" : "+") $5 }
$2 == "outcome" && $4 == "seconds" { seconds = $5 }
$2 == "outcome" && $4 == "summary" { summary = $5 }

END {
	if (found == "")
		found = "inconclusive"
	printf "%s\t%s\t%s\t%s\t%s\t%.2f\t%s\n", server, run, expected, found, seconds, cpu, summary
}
