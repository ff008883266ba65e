# probe_exhaust.sh: no process slot is left. Does the server survive a fork that fails, and does
# it serve again once there are slots?
#
# The kernel counts processes per user and exempts root: as root the server runs as a passing
# user that nobody has.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval

exhaust_limit=16

probe_exhaust() {
	exhaust_options="-u $exhaust_limit"
	if [ -n "$run_as" ]; then
		exhaust_options="$exhaust_options -U $run_as"
	elif [ "$(id -u)" -eq 0 ]; then
		exhaust_options="$exhaust_options -U $(passing_user "$round")"
	fi
	exhaust_start "$@" || return 0
	look_at_tree
	exhaust_before=$tree_live
	if ! hold_first a; then
		record held 0
	elif exhaust_fits || exhaust_start_fitting "$@"; then
		exhaust_fill
	fi
	target_finish
}

# The last slot must be taken by the last process of a client, or it is not the server's own fork
# that fails, but one of its child.
exhaust_fits() {
	exhaust_odd=$(((exhaust_limit - exhaust_before) % hold_each))
	[ "$exhaust_odd" -eq 0 ]
}

exhaust_start_fitting() {
	exhaust_options=${exhaust_options#"-u $exhaust_limit"}
	exhaust_limit=$((exhaust_limit - exhaust_odd))
	exhaust_options="-u $exhaust_limit$exhaust_options"
	target_end
	target_prepare "$run_dir/$experiment.$round.fitting"
	target_choose_port
	exhaust_start "$@" || return 1
	hold_first a && exhaust_fits
}

# As a passing user a program in a folder of root's cannot be run; a copy can.
exhaust_start() {
	# shellcheck disable=SC2086  # the options are options
	exhaust_why=$("$lab_build/supervise" $exhaust_options -- true </dev/null 2>&1 >/dev/null) || :
	if [ -n "$exhaust_why" ]; then
		record skipped "${exhaust_why#supervise: }"
		return 1
	fi
	target_quiet=1
	target_start "$exhaust_options" "$@" && return
	if [ -z "$run_as" ] && [ -n "$target_ended" ] && [ "$(id -u)" -eq 0 ] && [ -f "$1" ] && [ -x "$1" ]; then
		kill -s TERM "$target_root" 2>/dev/null || :
		wait "$target_root" 2>/dev/null || :
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
	kill -s TERM "$target_root" 2>/dev/null || :
	wait "$target_root" 2>/dev/null || :
	return 1
}

exhaust_used() {
	echo $((tree_live + server_zombies))
}

# Clients until one gets no process; one by one when there is little room left.
exhaust_fill() {
	record limit "$exhaust_limit"
	while [ "$server_state" != - ] && [ "$(exhaust_used)" -lt "$exhaust_limit" ]; do
		exhaust_step=$(((exhaust_limit - $(exhaust_used) - 2) / hold_each))
		[ "$exhaust_step" -le 3 ] || exhaust_step=3
		[ "$exhaust_step" -ge 1 ] || exhaust_step=1
		hold_more "$exhaust_step" "$exhaust_step" || break
	done
	record held "$held"
	exhaust_full=$(exhaust_used)
	record used "$exhaust_full"
	if [ "$server_state" != - ] && [ "$exhaust_full" -ge "$exhaust_limit" ]; then
		guest_stay z
		watch 60 12 server_is_dead || :
	fi
	if [ $((exhaust_before + held * hold_each)) -lt "$exhaust_limit" ]; then
		record fork_failed 0
		return
	fi
	record fork_failed 1
	exhaust_failed
}

exhaust_failed() {
	if [ "$server_state" = - ]; then
		record alive_failed 0
		probe_suspects
		return
	fi
	record alive_failed 1
	guests_leave
	watch 300 20 tree_is_empty || :
	server_rest 0 4 || :
	if [ "$server_state" = - ]; then
		record alive_freed 0
		probe_suspects
		return
	fi
	record alive_freed 1
	exhaust_free=$((exhaust_limit - $(exhaust_used)))
	record slots_free "$exhaust_free"
	[ "$exhaust_free" -gt "$hold_each" ] || return 0 # zombies hold the rest
	guest_ask y
	if watch $((120 + 40 * round)) 20 guest_is_answered_or_new y; then
		record served_again 1
	else
		record served_again 0
		probe_record_looks
		probe_suspects
	fi
}
