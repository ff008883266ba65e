# probe.sh: what all probes of diagnose share. A probe runs in a shell of its own, beside the
# others, on a server of its own; what looks suspicious is seen twice, on two servers.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # set by eval, and read in other files

# probe_run PROBE WORD...: PROBE, again if it saw something suspicious. Evidence goes to a file.
probe_run() {
	experiment=$1
	shift
	evidence_file=$run_dir/$experiment.evidence
	: >"$evidence_file"
	for round in 1 2; do
		(exec 9>&- && probe_attempt "$@") && break
	done
	return 0
}

# 0: done. Otherwise it is to be done again.
probe_attempt() {
	probe_suspect=0
	target_prepare "$run_dir/$experiment.$round"
	target_choose_port
	"probe_$experiment" "$@"
	return "$probe_suspect"
}

probe_suspects() {
	probe_suspect=1
}

# The attempt proves nothing; it is not repeated, for the reason would be there again.
probe_spoil() {
	record spoilt "$1"
	target_frozen=spoilt
	target_end
	exit 0
}

# While something was not served: in how many looks the server was running.
probe_record_looks() {
	record looks "$watch_count"
	record running_looks "$watch_running"
}

# hold_first NAME: one client that stays, and a process that has come with it. Servers that fork
# only for a client who speaks get one that does.
hold_first() {
	guest_stay "$1"
	if ! watch 100 12 tree_is_new 1; then
		guest_leave "$1"
		target_mode=send
		guest_stay "$1"
		watch 500 20 guest_is_answered_or_new "$1" || return 1
		watch 20 6 tree_is_new 1 || return 1
	fi
	target_find_forker
	hold_each=$tree_new # processes that come with one client
	hold_guests=$1
	held=1
}

guest_is_answered_or_new() {
	tree_is_new 1 || guest_is_answered "$1"
}

# hold_more COUNT AT-A-TIME: more clients, until one of them gets no process. A few at a time:
# each has its process before the next come, so that no backlog overflows.
hold_more() {
	hold_target=$((held + $1))
	while [ "$held" -lt "$hold_target" ]; do
		hold_step=$((hold_target - held))
		[ "$hold_step" -le "$2" ] || hold_step=$2
		hold_guest=h$((held + 1))
		guest_stay "$hold_guest" "$hold_step"
		hold_guests="$hold_guests $hold_guest"
		if ! watch 120 12 tree_is_new $(((held + hold_step) * hold_each)); then
			held=$((tree_new / hold_each))
			return 1
		fi
		held=$((held + hold_step))
	done
}

# Sockets that the server has open; nothing where that cannot be seen.
server_sockets() {
	# shellcheck disable=SC2012  # the names are numbers, and find cannot read a link
	sockets_seen=$(ls -l "/proc/$server_pid/fd" 2>/dev/null) || return 1
	printf '%s\n' "$sockets_seen" | grep -c 'socket:' || :
}
