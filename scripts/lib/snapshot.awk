# snapshot.awk: what one `ps -A -o pid= -o ppid= -o stat=` says of some servers, as shell
# assignments. servers: "1:4242 2:4250", an id and a pid each. A server that is not in the
# process table, or is a zombie itself, is dead: state "-".
#
# Counting goes by parent pid and state field. Nothing else tells one's own zombies from
# somebody else's.

BEGIN {
	count = split(servers, pair, " ")
	for (i = 1; i <= count; i++) {
		split(pair[i], part, ":")
		id[part[2]] = part[1]
	}
}

{ seen++ }

$1 in id && $3 !~ /^Z/ { state[$1] = substr($3, 1, 1) }

$2 in id {
	if ($3 ~ /^Z/)
		zombies[$2]++
	else
		children[$2]++
}

END {
	if (!seen)
		exit 1
	for (pid in id) {
		i = id[pid]
		printf "server_state_%s=%s server_zombies_%s=%d server_children_%s=%d\n", \
			i, (pid in state) ? state[pid] : "-", \
			i, zombies[pid], i, children[pid]
	}
}
