# zombie-count.awk: from `ps -A -o pid= -o ppid= -o stat= -o etime=`, the zombies of each of pids
# (in that order), or with list=1 a line for each zombie. Exit status 1: there are some; 2: one
# of the pids is not in the process table, or is a zombie itself and can have no children.

BEGIN {
	count = split(pids, pid, " ")
	for (i = 1; i <= count; i++)
		zombies[pid[i]] = 0
}

$1 in zombies && $3 !~ /^Z/ { alive[$1] }

($2 in zombies) && $3 ~ /^Z/ {
	zombies[$2]++
	line[$2, zombies[$2]] = sprintf("%7d  %s  %s", $1, substr($3, 1, 1), $4 == "" ? "?" : $4)
}

END {
	for (i = 1; i <= count; i++) {
		if (!(pid[i] in alive)) {
			gone = gone " " pid[i]
			continue
		}
		if (zombies[pid[i]])
			status = 1
		if (list)
			print_list(pid[i])
		else
			print (count == 1 ? zombies[pid[i]] : pid[i] " " zombies[pid[i]])
	}
	if (gone != "") {
		print "no living process with pid" gone ": nothing to count"
		exit 2
	}
	exit status
}

function print_list(parent,    z) {
	print "zombies of " parent ": " zombies[parent]
	if (zombies[parent])
		printf "%7s  %s  %s\n", "pid", "state", "age"
	for (z = 1; z <= zombies[parent]; z++)
		print line[parent, z]
}
