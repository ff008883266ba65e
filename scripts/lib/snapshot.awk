# snapshot.awk: what one `ps -A -o pid= -o ppid= -o stat=` says of some servers, as shell
# assignments. servers: "1:4242 2:4250", an id and a pid each; visitors: the same, of a client
# that each has. Who is not in the process table, or is a zombie, is dead: state "-".
#
# Counting goes by parent pid and state field. Nothing else tells one's own zombies from
# somebody else's.

BEGIN {
	count = split(servers, pair, " ")
	for (i = 1; i <= count; i++) {
		split(pair[i], part, ":")
		id[part[2]] = part[1]
	}
	count = split(visitors, pair, " ")
	for (i = 1; i <= count; i++) {
		split(pair[i], part, ":")
		visitor[part[1]] = part[2]
	}
}

{ seen++ }

$3 !~ /^Z/ { state[$1] = substr($3, 1, 1) }

$2 in id {
	if ($3 ~ /^Z/)
		zombies[$2]++
	else
		children[$2]++
	if ($3 ~ /^[RD]/)
		busy[$2]++
}

END {
	if (!seen)
		exit 1
	printf "look_processes=%d\n", seen
	for (pid in id) {
		i = id[pid]
		printf "server_state_%s=%s server_zombies_%s=%d server_children_%s=%d\n", \
			i, state_of(pid), i, zombies[pid], i, children[pid]
		printf "server_busy_%s=%d server_visitor_%s=%s\n", i, busy[pid], \
			i, state_of(i in visitor ? visitor[i] : "")
	}
}

# Letters only, for a shell evaluates it.
function state_of(pid) {
	return (pid in state) && state[pid] ~ /^[A-Za-z]$/ ? state[pid] : "-"
}
