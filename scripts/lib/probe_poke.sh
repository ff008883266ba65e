# probe_poke.sh: a SIGCHLD without a zombie, while one client stays; is the next client served?
# A server that has zombies is not blocked by it: they mask that. So this server has none.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval

probe_poke() {
	target_start "$supervise_options" "$@" || return 0
	if hold_first a; then
		record held 1
		poke_second
	else
		record held 0
	fi
	target_finish
}

poke_second() {
	server_rest "$hold_each" 3 120 || :
	record zombies "$server_zombies"
	kill -s CHLD "$server_pid" 2>/dev/null || :
	server_rest "$hold_each" 3 120 || :
	if [ "$server_state" = - ]; then
		record alive_poked 0
		return
	fi
	record alive_poked 1
	target_known="$tree_pids "
	guest_ask b
	if watch $((80 + 40 * round)) 12 poke_is_served; then
		record served 1
		return
	fi
	record served 0
	probe_record_looks
	probe_suspects
	guest_leave a
	if watch 1000 20 poke_is_served; then
		record served_once_the_first_left 1
	else
		record served_once_the_first_left 0
	fi
}

poke_is_served() {
	guest_is_answered b || tree_is_new 1
}
