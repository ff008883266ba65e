# target.sh: the server that is examined: any program, started afresh for each attempt of each
# probe, or one that runs already.
#
#   target_root    the supervise that owns it; the server itself when it was running already
#   target_known   " PID PID ": its processes before the first client
#   server_pid     the process that forks for clients, as far as it is known yet
#   target_frozen  not empty while it is stopped by us
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # set by eval, and read in other files

target_log_limit=8000000 # bytes; a server that prints without end fills no disk

# target_prepare DIRECTORY: nothing is known yet.
target_prepare() {
	target_dir=$1
	[ -d "$run_dir" ] || exit 3 # the run has ended, and its folder is not to come back
	mkdir "$target_dir"
	for target_file in log life error; do
		: >"$target_dir/$target_file"
	done
	target_group= target_known=' ' target_frozen= server_pid=0 listen_owner=
	watch_count=0 watch_running=0
	target_mode=connect target_quiet='' target_last_parent='' tree_parent=none target_guard=
}

# target_start OPTIONS WORD...: OPTIONS, one word, are for supervise; {port} becomes the port.
# 1: it does not listen, and that is on record.
target_start() {
	if [ -n "$running_pid" ]; then
		target_attach
		return
	fi
	target_options=$1
	shift
	target_mark='{port}'
	target_count=$#
	while [ "$target_count" -gt 0 ]; do
		target_word=$1 target_done=
		while [ "$target_word" != "${target_word#*"$target_mark"}" ]; do
			target_done=$target_done${target_word%%"$target_mark"*}$target_port
			target_word=${target_word#*"$target_mark"}
		done
		shift
		set -- "$@" "$target_done$target_word"
		target_count=$((target_count - 1))
	done
	clock_read
	target_began=$clock_now
	target_launch "$target_options" "$@"
	if ! target_await && ! target_has_better_luck "$target_options" "$@"; then
		[ -z "$target_quiet" ] || return 1
		record ready 0
		target_record_words first_words
		return 1
	fi
	target_record_ready
}

target_launch() {
	target_options=$1
	shift
	# shellcheck disable=SC2086  # the options are options
	"$lab_build/supervise" $target_options -t "$probe_seconds" -f "$target_log_limit" \
		-o "$target_dir/log" -- "$@" <&6 6<&- 9>&- 3>&- \
		>"$target_dir/life" 2>"$target_dir/error" &
	target_root=$!
}

# A server without SO_REUSEADDR on a port that is always the same cannot bind it as long as a
# connection of the last one is remembered: a minute, as most systems have it.
target_has_better_luck() {
	[ -n "$fixed_port" ] && [ -n "$target_ended" ] || return 1
	listen_is_used "$target_port" || return 1
	target_stop
	target_waits=0
	while listen_is_used "$target_port"; do
		target_waits=$((target_waits + 1))
		if [ "$target_waits" -gt 1500 ] || [ ! -d "$run_dir" ]; then
			return 1
		fi
		sleep 0.05
	done
	target_prepare "$target_dir.again"
	clock_read
	target_began=$clock_now
	target_launch "$@"
	target_await
}

# A server that runs already. It is never ended by us, and goes on even if we are ended while it
# is stopped.
target_attach() {
	target_port=$fixed_port target_root=$running_pid target_pid=$running_pid
	server_pid=$running_pid
	clock_read
	target_began=$clock_now
	look_at_tree
	target_known="$tree_pids "
	target_sockets=$(listen_find "$target_port")
	target_address=${target_sockets%% *}
	if [ "$server_state" = - ] || [ -z "$target_sockets" ]; then
		record ready 0
		return 1
	fi
	look_at_tree
	(exec <&6 6<&- 3>&- >/dev/null && cat && kill -s CONT "$running_pid") 2>/dev/null &
	target_guard=$!
	target_record_ready
}

target_record_ready() {
	record ready 1
	record ready_by "$listen_by"
	[ "$listen_by" != connect ] || record ready_clients 1
	record address "$target_address"
	record port "$target_port"
}

# Until it listens; not before that, for a server that is still starting is not the server yet.
target_await() {
	target_looks=0
	while :; do
		target_read_life
		if [ -n "$target_pid" ] && target_listens; then
			return
		fi
		[ -n "$target_ended" ] && ! target_lives && return 1
		clock_read
		target_looks=$((target_looks + 1))
		[ "$target_looks" -lt 20 ] ||
			[ "$clock_now" -lt $((target_began + probe_seconds * 250)) ] || return 1
		[ -d "$run_dir" ] || exit 3
		sleep "$poll_nap"
	done
}

# What it started lives on, as a daemon does: supervise stays as long as anything of it does.
target_lives() {
	kill -s 0 "$target_root" 2>/dev/null
}

# target_pid, target_ended: what supervise has said of the process that it started.
target_read_life() {
	target_pid='' target_ended=
	[ ! -s "$target_dir/error" ] || target_ended='not started'
	while read -r target_word target_number; do
		case $target_word in
		started) target_pid=$target_number ;;
		exited | killed) target_ended="$target_word $target_number" ;;
		esac
	done <"$target_dir/life"
}

# Something listens, and it is ours: another program may have had the port before.
target_listens() {
	target_sockets=$(listen_find "$target_port")
	[ -n "$target_sockets" ] || return 1
	server_pid=$target_pid target_group=$target_pid
	look_at_tree
	while read -r target_address target_inode; do
		# shellcheck disable=SC2086  # a list of pids
		if listen_is_held_by "$target_inode" "$target_pid" $tree_pids; then
			server_pid=${listen_owner:-$target_pid}
			target_known="$tree_pids "
			look_at_tree
			[ "$listen_by" != connect ] || target_forget_caller
			return
		fi
	done <<-END
		$target_sockets
	END
	return 1
}

# That it listens was seen by connecting, and what came of that client is none of ours.
target_forget_caller() {
	server_rest 0 4 || :
	target_known="$target_known$tree_zombies "
	look_at_tree
}

# Whose child the newcomer is decides who the server is. Two looks must agree: between the two
# forks of a double fork there is a moment with another answer.
target_find_forker() {
	watch 300 10 target_forker_is_clear || :
	case $tree_parent in
	elsewhere) target_parent=elsewhere ;;
	none) target_parent=unknown ;;
	*)
		target_parent=server
		server_pid=$tree_parent
		look_at_tree
		;;
	esac
	[ "$server_pid" = "$target_pid" ] || record daemon 1
}

target_forker_is_clear() {
	if [ "$tree_parent" != none ] && [ "$tree_parent" = "$target_last_parent" ]; then
		return
	fi
	target_last_parent=$tree_parent
	return 1
}
