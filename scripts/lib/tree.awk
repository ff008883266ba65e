# tree.awk: what one `ps -A -o pid= -o ppid= -o stat= -o pgid=` says of one server and of all
# that it started, as shell assignments.
#
#   root    the process that everything hangs from; itself not counted, unless it is the server
#   group   a process group that belongs to it as well, where orphans go to process 1
#   server  the process that forks for clients
#   known   " PID PID ": those that were there before the first client
#
# A process in state Z is dead: it is counted as its parent's zombie and nowhere else; not even
# there if it is known, for it was not one of our clients that made it.

{
	seen++
	parent[$1] = $2
	state[$1] = substr($3, 1, 1)
	in_group[$1] = group != "" && $4 == group
}

# Whether it descends from root. Chains are short; a loop cannot be, but a torn look can show
# one, so steps are counted.
function belongs(pid, steps) {
	if (pid == root)
		return root == server
	for (steps = 0; (pid in parent) && steps < 100; steps++) {
		if (in_group[pid] || parent[pid] == root)
			return 1
		pid = parent[pid]
	}
	return 0
}

function is_known(pid) {
	return index(known, " " pid " ") > 0
}

END {
	if (!seen)
		exit 1
	for (pid in parent) {
		if (parent[pid] == server && state[pid] == "Z" && !is_known(pid)) {
			zombies++
			dead = dead " " pid
		}
		if (state[pid] == "Z" || !belongs(pid))
			continue
		live++
		if (live <= 200)
			pids = pids " " pid
		if (is_known(pid))
			continue
		fresh++
		if (parent[pid] == server)
			children++
		if (is_known(parent[pid]))
			forker = parent[pid]
		else if (parent[pid] == root || parent[pid] <= 1)
			orphan = 1
	}
	alive = (server in state) && state[server] != "Z"
	printf "server_state=%s server_zombies=%d server_children=%d\n", \
		alive ? state[server] : "-", zombies, children
	printf "tree_live=%d tree_new=%d tree_parent=%s tree_pids='%s' tree_zombies='%s'\n", \
		live, fresh, (forker != "" ? forker : orphan ? "elsewhere" : "none"), pids, dead
}
