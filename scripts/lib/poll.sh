# poll.sh: waiting for what can be seen. Never a fixed sleep: a condition, and a deadline.
#
# A deadline is a number of looks. Each look starts processes of its own, so on a loaded machine
# looks slow down with everything else, and a deadline in looks is as generous there.
# shellcheck shell=sh

poll_nap=0.02
poll_looks=600 # 12 s of naps alone

# poll_until CONDITION...: until the command succeeds. 1 when it never did.
poll_until() {
	poll_done=0
	until "$@"; do
		poll_done=$((poll_done + 1))
		[ "$poll_done" -lt "$poll_looks" ] || return 1
		sleep "$poll_nap"
	done
}

# poll_shortly POLL...: one of the others, for about a second only.
poll_shortly() {
	poll_looks=50
	poll_found=0
	"$@" || poll_found=1
	poll_looks=600
	return "$poll_found"
}

# poll_each CONDITION...: until the command, with an id as its last argument, has once succeeded
# for every server. 1 when it has not for those in $poll_left.
poll_each() {
	poll_left=$server_ids
	poll_until poll_rest "$@"
}

poll_rest() {
	poll_still=
	for poll_id in $poll_left; do
		"$@" "$poll_id" || poll_still="$poll_still $poll_id"
	done
	poll_left=$poll_still
	[ -z "$poll_left" ]
}

# poll_looking CONDITION...: the same with a look at the process table each time. The command is
# run with the facts of one server (servers.sh) in their plain names. A dead server is not
# waited for: its state will not change.
poll_looking() {
	poll_left=$server_ids
	for poll_id in $server_ids; do
		eval "server_quiet_$poll_id=0"
	done
	poll_until poll_rest_looking "$@"
}

poll_rest_looking() {
	look
	poll_rest poll_server "$@"
}

# The id comes last, behind the condition's own arguments.
poll_server() {
	for poll_id in "$@"; do :; done
	server "$poll_id"
	[ "$state" = - ] || "$@"
}
