# probe_visit.sh: three clients come, and leave one by one. Are they served at the same time, each
# by a process; does the server survive a child's exit, and serve the next?
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval

probe_visit() {
	target_start "$supervise_options" "$@" || return 0
	target_base=$target_known
	if visit_first && visit_second && visit_leave && visit_third && visit_all_leave &&
		visit_zombies && visit_fourth; then
		visit_descriptors
	fi
	target_finish
}

# Processes that are here now are not new any more; visit_new counts from the start again.
visit_mark() { target_known="$tree_pids "; }
visit_new() { target_known=$target_base; }

visit_is_served() {
	guest_is_answered "$1" || tree_is_new 1
}

visit_first() {
	clock_read
	visit_began=$clock_now visit_alone=30
	visit_clients=1
	if hold_first a; then
		record first_forked 1
		record parent "$target_parent"
		return
	fi
	record first_forked 0
	if guest_is_answered a; then
		record first_answered 1
		visit_closed=0
		listen_is_closed_by_server "$target_port" || visit_closed=$?
		case $visit_closed in
		0) record closed_by_server 1 ;;
		1) record closed_by_server 0 ;;
		esac
		clock_read
		visit_alone=$(((clock_now - visit_began) / 10 - 100))
		return
	fi
	record first_answered 0
	return 1
}

# Not served means: not in the time in which the first was, and more; but as soon as the first
# has left. What is neither is not seen clearly. The second time the first stays for long, so that
# a server that is merely slow has served by then.
visit_second() {
	visit_mark
	visit_patience=$((visit_alone * 3 + 60))
	[ "$round" -eq 1 ] || visit_patience=$((visit_alone * 3 + 1000))
	guest_ask b
	visit_clients=2
	if watch "$visit_patience" 12 visit_is_served b; then
		record second_served 1
		watch 20 6 tree_is_new 1 && record second_forked 1 && return
		record second_forked 0
		return 1
	fi
	record second_served 0
	probe_record_looks
	probe_suspects
	guest_leave a
	if watch 1000 20 visit_is_served b; then
		record second_served_later 1
	else
		record second_served_later 0
	fi
	return 1
}

visit_leave() {
	look_at_tree
	visit_new
	[ "$server_state" = - ] && record alive_before 0 && return 1
	record alive_before 1
	guest_leave a
	visit_await_rest "$hold_each"
	visit_left=$tree_new
	[ "$server_state" != - ] && record alive_after 1 && return
	record alive_after 0
	probe_suspects
	return 1
}

# A child may never leave: that is not waited for for long.
visit_await_rest() {
	server_rest "$1" 3 120 || :
}

visit_third() {
	visit_mark
	guest_ask c
	visit_clients=3
	if watch $((80 + 40 * round)) 12 visit_is_served c; then
		record third_served 1
		visit_new
		return
	fi
	record third_served 0
	probe_record_looks
	probe_suspects
	guest_leave b
	if watch 1000 20 visit_is_served c; then
		record third_served_later 1
	else
		record third_served_later 0
	fi
	visit_new
}

# One after the other: two at once would be a burst. Unless the first child is there still.
visit_all_leave() {
	case $visit_left:$guests_here in
	"$hold_each":*' b '*)
		guest_leave b
		visit_await_rest "$hold_each"
		;;
	esac
	guests_leave
	visit_patience=500
	[ "$round" -eq 1 ] || visit_patience=1500
	watch "$visit_patience" 20 tree_is_empty || :
	[ "$server_state" != - ] || return 1
	record live_children "$tree_new"
	[ "$tree_new" -gt 0 ] || return 0
	probe_suspects
	visit_after_all
	return 1
}

# Processes that stay, and serve whoever comes next, are workers.
visit_after_all() {
	visit_mark
	guest_ask d
	watch 120 12 visit_is_served d || return 0
	if watch 20 6 tree_is_new 1; then
		record next_forked 1
	else
		record next_forked 0
	fi
}

visit_zombies() {
	visit_await_rest "$tree_new"
	server_wait_for_reaper
	record clients "$visit_clients"
	record zombies "$server_zombies"
}

# The fourth half-closes. Its child's end is the end of the connection, unless somebody else
# holds the socket.
visit_fourth() {
	visit_mark
	guest_come e -H -n 1 -e "$answer" -t 2
	visit_clients=4
	if ! watch $((80 + 40 * round)) 12 visit_is_served e; then
		record fourth_served 0
		probe_record_looks
		probe_suspects
		return 1
	fi
	record fourth_served 1
	watch 100 10 guest_is_answered e || return 1
	if watch 100 10 tree_is_empty; then
		record eof_child_gone 1
	else
		record eof_child_gone 0
	fi
	visit_eof=1
	guest_wait e || visit_eof=0
	record eof "$visit_eof"
	[ "$visit_eof" = 1 ] || probe_suspects
}

visit_descriptors() {
	visit_sockets=$(server_sockets) || return 0
	guest_come f -n 5 -e "$answer" -t 5
	guest_wait f || return 0
	watch 300 10 tree_is_empty || return 0
	visit_await_rest 0
	watch "$watch_quiet" 20 visit_sockets_are_back || probe_suspects
	record sockets_clients 5
	record sockets_before "$visit_sockets"
	record sockets_after "$(server_sockets)"
}

# Who reaps on a timer may close something then.
visit_sockets_are_back() {
	[ "$(server_sockets)" -lt $((visit_sockets + 5)) ]
}
