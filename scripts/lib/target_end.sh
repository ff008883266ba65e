# target_end.sh: the end of an attempt: what is put on record of the server, and that it is gone.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # set by eval, and read in other files

# target_record_words NAME: the last line of its log, or what supervise had to say. The tally of a
# stage is no last word, nor what its handler says: a SIGCHLD may come after the error.
target_record_words() {
	target_words=$({
		cat "$target_dir/error"
		tail -c 2000 "$target_dir/log"
	} | tr -d '\000' | grep -v -E -e '^[[:space:]]*$' -e '^tally:' \
		-e "$lab_handler_lines" | tail -n 1 | awk -v most=200 -f "$lab_lib/escape.awk")
	[ -z "$target_words" ] || record "$1" "$target_words"
}

# The end of every attempt: no zombie count stands without alive or dead.
target_finish() {
	look_at_tree
	if [ "$server_state" != - ]; then
		record alive 1
	else
		record alive 0
		target_record_end
	fi
	target_end
}

target_record_end() {
	target_read_life
	if [ "$server_pid" = "$target_pid" ] && [ -z "$running_pid" ]; then
		# supervise may be a moment behind the process table.
		poll_until target_has_ended || :
	else
		target_ended=unknown
	fi
	record ended "${target_ended:-unknown}"
	target_record_words last_words
}

target_has_ended() {
	target_read_life
	[ -n "$target_ended" ]
}

# Its supervise ends it, and all that it started.
target_stop() {
	kill -s TERM "$target_root" 2>/dev/null || :
	wait "$target_root" 2>/dev/null || :
}

# record_seconds SINCE: how long it took, with one decimal.
record_seconds() {
	clock_read
	record seconds "$(((clock_now - $1) / 1000)).$(((clock_now - $1) % 1000 / 100))"
}

# Clients first: the side that closes first keeps the port busy for a minute.
target_end() {
	if [ -z "$running_pid" ] && listen_has_stranger "$target_port"; then
		record spoilt strangers
	fi
	guests_leave
	clock_read
	if [ -n "$target_guard" ]; then
		[ "$target_frozen" != 1 ] || kill -s CONT "$running_pid" 2>/dev/null || :
		kill -s TERM "$target_guard" 2>/dev/null || :
		wait "$target_guard" 2>/dev/null || :
	fi
	record_seconds "$target_began"
	if grep -q 'time is up' "$target_dir/error" 2>/dev/null; then
		record spoilt time-limit
	elif [ "$(wc -c <"$target_dir/log")" -ge "$target_log_limit" ]; then
		record spoilt output-limit
	fi
	[ -z "$running_pid" ] || return 0
	target_stop
}
