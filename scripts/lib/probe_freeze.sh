# probe_freeze.sh: every client leaves while the server is stopped, so that one SIGCHLD stands for
# all exits. What is left, what takes it away: time, a poke, the next client?
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval

freeze_clients=10
freeze_restless=
hold_each=0

probe_freeze() {
	target_start "$supervise_options" "$@" || return 0
	if ! hold_first a; then
		record held 0
		guests_leave
		freeze_passing
		target_finish
		return
	fi
	if ! hold_more $((freeze_clients - 1)) 3; then
		# More than it takes wait in the backlog, and would be served later: so afresh.
		record cap "$held"
		target_end
		freeze_afresh "$@" || return 0
	fi
	freeze_story
	target_finish
}

freeze_afresh() {
	freeze_cap=$held
	target_prepare "$run_dir/$experiment.$round.capped"
	target_choose_port
	target_start "$supervise_options" "$@" || return 1
	hold_first a && hold_more $((freeze_cap - 1)) 3 && return
	record held "$held"
	target_finish
	return 1
}

freeze_story() {
	record held "$held"
	record parent "$target_parent"
	freeze_round || return 0
	record frozen "$freeze_frozen"
	freeze_what_is_left
	[ -z "$freeze_restless" ] || return 0
	if [ "$freeze_pokes_change" -eq 0 ] && [ "$freeze_first" -lt "$held" ]; then
		freeze_again 2 && freeze_again 3
	fi
	return 0
}

# What takes zombies away: time, a SIGCHLD, the next client?
freeze_what_is_left() {
	freeze_first=$server_zombies
	record zombies "$server_zombies"
	if [ "$server_zombies" -gt 0 ]; then
		server_wait_for_reaper
		record zombies_later "$server_zombies"
		record quiet "$((quiet / 1000)).$((quiet % 1000 / 100))"
	fi
	freeze_masks
	freeze_pokes_change=0
	[ "$server_zombies" -eq 0 ] || freeze_pokes
	[ "$server_zombies" -eq 0 ] || freeze_one_more
}

# Children that end by themselves cannot be held, so the burst is not frozen, and only what is
# never waited for is sure to stay.
freeze_passing() {
	[ "$server_state" != - ] || return 0
	guest_come p -s "$freeze_clients" -e "$answer" -t 2
	guest_wait p || return 0
	freeze_rest
	if [ "$server_state" = - ] || [ "$server_zombies" -eq 0 ]; then
		return
	fi
	record passing "$freeze_clients"
	freeze_what_is_left
}

# All that are held leave while the server is stopped; then it goes on.
freeze_round() {
	target_frozen=1
	kill -s STOP "$server_pid" 2>/dev/null || return 1
	watch 500 20 server_is_stopped || return 1
	# shellcheck disable=SC2086  # a list of names
	guest_leave $hold_guests
	watch 800 20 tree_is_empty || :
	freeze_frozen=$server_zombies
	freeze_living=$tree_new
	kill -s CONT "$server_pid" 2>/dev/null || :
	watch 300 10 freeze_is_over || :
	target_frozen=
	if [ "$freeze_living" -gt 0 ]; then
		record live_children "$freeze_living"
		return 1
	fi
	freeze_rest
	[ "$server_state" != - ]
}

# One that is never at rest, whatever it does, is not waited for for long.
freeze_rest() {
	server_rest 0 4 300 && return
	[ "$server_state" = - ] || [ -n "$freeze_restless" ] || record restless 1
	freeze_restless=1
}

freeze_is_over() { [ "$server_state" != T ]; }

# What the kernel says. A mask is a hint, no more: some runtimes catch SIGCHLD and do not reap.
freeze_masks() {
	[ -r "/proc/$server_pid/status" ] || return 0
	for freeze_number in 17 18 20; do # Linux on most machines; on MIPS; elsewhere
		[ "$(kill -l "$freeze_number")" != CHLD ] || break
	done
	awk -v number="$freeze_number" -f "$lab_lib/masks.awk" "/proc/$server_pid/status" |
		while read -r mask_name mask_value; do
			record "$mask_name" "$mask_value"
		done
}

freeze_pokes() {
	for freeze_poke in 1 2 3; do
		freeze_before=$server_zombies
		kill -s CHLD "$server_pid" 2>/dev/null || :
		server_rest 0 5 || :
		[ "$server_state" != - ] || return 0
		record "poke_$freeze_poke" "$server_zombies"
		[ "$server_zombies" -eq "$freeze_before" ] || freeze_pokes_change=1
	done
}

freeze_one_more() {
	[ "$server_state" != - ] || return 0
	record zombies_before_client "$server_zombies"
	guest_ask g
	if ! watch 200 12 guest_is_answered_or_new g; then
		record client_served 0
		guest_leave g
		return
	fi
	record client_served 1
	server_rest "$hold_each" 4 || :
	record zombies_client "$server_zombies"
	guest_leave g
	server_rest 0 3 || :
}

# The same once more on the same server: a handler that is not there a second time.
freeze_again() {
	[ "$server_state" != - ] || return 1
	freeze_before=$server_zombies
	hold_first "r$1" || return 1
	hold_more $((freeze_clients / 2 - 1)) 3 || return 1
	freeze_held=$held
	freeze_round || return 1
	if [ "$server_zombies" -gt 0 ]; then
		server_wait_for_reaper
		[ "$server_zombies" -gt 0 ] || record quiet "$((quiet / 1000)).$((quiet % 1000 / 100))"
	fi
	record "held_$1" "$freeze_held"
	record "zombies_before_$1" "$freeze_before"
	record "zombies_$1" "$server_zombies"
}
