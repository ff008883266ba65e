# lockstep.sh: polling for all servers at once.
# shellcheck shell=sh

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
