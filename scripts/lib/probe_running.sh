# probe_running.sh: a server that runs already, and is to go on.
#
# Nothing here can harm it. A client that leaves would end a server that dies of EINTR; a SIGCHLD
# blocks one that calls wait(), and ends one that dies of EINTR. A server that has zombies is
# neither: it has lived through a child's exit, and wait() finds one of them. So both are done
# only as long as it has more.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval

running_spared=2 # zombies that are left alone

probe_running() {
	target_attach || return 0
	record zombies "$server_zombies"
	freeze_masks
	if [ "$server_zombies" -gt 0 ]; then
		server_wait_for_reaper
		record zombies_later "$server_zombies"
		record quiet "$((quiet / 1000)).$((quiet % 1000 / 100))"
	fi
	for running_poke in 1 2 3; do
		[ "$server_zombies" -gt "$running_spared" ] || break
		kill -s CHLD "$server_pid" 2>/dev/null || :
		server_rest "$tree_new" 5 || :
		record "poke_$running_poke" "$server_zombies"
	done
	hold_each=$((tree_new + 1))
	if [ "$server_zombies" -ge "$running_spared" ]; then
		freeze_one_more
	fi
	[ -z "$harmful" ] || running_clear
	record zombies_left "$server_zombies"
	target_finish
}

# A server that waits once for each SIGCHLD gets as many as it has zombies.
running_clear() {
	running_pokes=0
	while [ "$server_zombies" -gt 0 ] && [ "$running_pokes" -lt 500 ]; do
		running_before=$server_zombies
		kill -s CHLD "$server_pid" 2>/dev/null || return 0
		server_rest "$tree_new" 3 || :
		[ "$server_zombies" -lt "$running_before" ] || return 0
		running_pokes=$((running_pokes + 1))
	done
}
