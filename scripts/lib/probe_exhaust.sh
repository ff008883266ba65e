# probe_exhaust.sh: no process slot is left. Does the server survive a fork that fails, and does
# it serve again once there are slots?
#
# The kernel counts processes per user and exempts root: as root the server runs as a passing user
# that nobody has. A crowd of processes of the same user takes all places at once: it does not
# matter then who else of this user comes or goes, nor how many places a client takes.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval

exhaust_limit=40
exhaust_crowd=80

probe_exhaust() {
	exhaust_user=
	if [ -n "$run_as" ]; then
		exhaust_user="-U $run_as"
	elif [ "$(id -u)" -eq 0 ]; then
		exhaust_user="-U $(passing_user "$round")"
	fi
	exhaust_start "$@" || return 0
	record limit "$exhaust_limit"
	look_at_tree
	exhaust_strangers=$(($(exhaust_count_user) - tree_live - server_zombies))
	if hold_first a; then
		record held 1
		exhaust_crowd_comes && exhaust_ask_for_more
		exhaust_crowd_leaves
	else
		record held 0
	fi
	target_finish
}

# As a passing user a program in a folder of root's cannot be run; a copy can.
exhaust_start() {
	exhaust_options="-u $exhaust_limit $exhaust_user"
	# shellcheck disable=SC2086  # the options are options
	exhaust_why=$("$lab_build/supervise" $exhaust_options -- true </dev/null 2>&1 >/dev/null) || :
	if [ -n "$exhaust_why" ]; then
		record skipped "${exhaust_why#supervise: }"
		return 1
	fi
	target_quiet=1
	target_start "$exhaust_options" "$@" && return
	if [ -z "$run_as" ] && [ -n "$target_ended" ] && [ "$(id -u)" -eq 0 ] && [ -f "$1" ] && [ -x "$1" ]; then
		target_stop
		target_prepare "$target_dir.copy"
		target_choose_port
		[ -d "$run_dir/programs" ] || mkdir "$run_dir/programs"
		chmod 711 "$run_dir" "$run_dir/programs"
		exhaust_copy=$run_dir/programs/${1##*/}
		cp "$1" "$exhaust_copy" && chmod 755 "$exhaust_copy"
		shift
		target_start "$exhaust_options" "$exhaust_copy" "$@" && return
	fi
	record skipped 'it does not come to listen as a user that is not root'
	target_stop
	return 1
}

# Processes, zombies too, of the user that the server runs as.
exhaust_count_user() {
	ps -A -o user= -o pid= | awk -v server="$server_pid" '
		{ count[$1]++ }
		$2 == server { user = $1 }
		END { print count[user] + 0 }'
}

# Places that are taken, of those that the server may have.
exhaust_used() {
	echo $(($(exhaust_count_user) - exhaust_strangers))
}

exhaust_is_full() {
	[ "$(exhaust_used)" -ge $((exhaust_crowd * 3 / 4)) ]
}

exhaust_crowd_comes() {
	# shellcheck disable=SC2016,SC2086  # for that shell; the options are options
	"$lab_build/supervise" $exhaust_user -t "$probe_seconds" -- sh -c 'while [ "$1" -gt 0 ]; do
		sleep "$2" & set -- $(($1 - 1)) "$2"; done; wait' crowd "$exhaust_crowd" "$probe_seconds" \
		<&6 6<&- 9>&- 3>&- >/dev/null 2>&1 &
	exhaust_crowd_pid=$!
	if watch 1000 20 exhaust_is_full; then
		record crowd "$exhaust_crowd"
		return
	fi
	[ "$server_state" = - ] || record skipped 'not so many processes can be started here'
	return 1
}

# Once only: its number may be another's afterwards.
exhaust_crowd_leaves() {
	[ -n "$exhaust_crowd_pid" ] || return 0
	kill -s TERM "$exhaust_crowd_pid" 2>/dev/null || :
	wait "$exhaust_crowd_pid" 2>/dev/null || :
	exhaust_crowd_pid=
}

# The crowd stays until the server has come to rest: it has tried to fork by then.
exhaust_ask_for_more() {
	guest_stay z
	watch 60 12 exhaust_has_forked || :
	server_rest "$hold_each" 4 || :
	if exhaust_has_forked; then
		record fork_failed 0
		return
	fi
	record fork_failed 1
	if [ "$server_state" = - ]; then
		record alive_failed 0
		probe_suspects
		return
	fi
	record alive_failed 1
	guests_leave
	exhaust_crowd_leaves
	watch 300 20 tree_is_empty || :
	server_rest 0 4 || :
	if [ "$server_state" = - ]; then
		record alive_freed 0
		probe_suspects
		return
	fi
	record alive_freed 1
	exhaust_ask_again
}

exhaust_has_forked() {
	[ "$tree_new" -gt "$hold_each" ]
}

exhaust_ask_again() {
	exhaust_has_room || return 0
	record slots_free "$exhaust_free"
	guest_ask y
	if watch $((120 + 40 * round)) 20 guest_is_answered_or_new y; then
		record served_again 1
		return
	fi
	probe_record_looks
	# Slow is not for good: the second time there is a long patience.
	if [ "$round" -gt 1 ] && watch 1000 20 guest_is_answered_or_new y; then
		record served_again 1
		return
	fi
	exhaust_has_room || probe_spoil 'other processes of this user took the places'
	record served_again 0
	probe_suspects
}

# Enough of it, for what others of this user do in the next moment counts as well.
exhaust_has_room() {
	exhaust_free=$((exhaust_limit - $(exhaust_used)))
	[ "$exhaust_free" -gt $((exhaust_limit / 2)) ]
}
