# tap.awk: the TAP of bats files. With name: the line for that file, and the whole of what failed.
# With closing and files: "N passed, N failed, N skipped" over all of them. Exit status 1 unless
# everything that was planned was run and nothing failed.

/^1\.\.[0-9]+$/ {
	planned += substr($0, 4)
	plans++
}

/^ok / {
	failing = 0
	if ($0 ~ / # skip/)
		skipped++
	else
		passed++
}

/^not ok / {
	failing = 1
	failed++
}

# The last line of a file: "# bats exited 0 after 12".
/^# .* exited [0-9]+ after [0-9]+$/ {
	ended++
	seconds = $NF
	if ($(NF - 2) != 0)
		broken++
	failing = 0
}

failing { report = report $0 "\n" }

# What is no TAP at all: bats could not run the file.
!/^(ok |not ok |#|1\.\.)/ && !plans { report = report $0 "\n" }

END {
	lost = planned - passed - failed - skipped
	if (closing) {
		printf "\n%d passed, %d failed, %d skipped\n", passed, failed + lost, skipped
		exit !(passed && !failed && !lost && !broken && plans == files && ended == files)
	}
	printf "%-20s %4d passed, %d failed, %d skipped, %d s\n%s", name, passed, failed + lost, \
		skipped, seconds, report
	exit failed || lost || broken
}
