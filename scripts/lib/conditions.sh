# conditions.sh: what poll_looking (lockstep.sh) waits for, said of the server whose facts are in
# the plain names.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval in servers.sh

is_stopped() { [ "$state" = T ]; }
has_zombies() { [ "$zombies" -ge "$1" ]; }

# It waits for something to happen. "Not running" would not do: D is a process that waits for a
# disk, and goes on by itself. I is what some systems call a long sleep.
is_sleeping() { [ "$state" = S ] || [ "$state" = I ]; }

# count_quiet CONDITION...: how many looks on end it has held, in $quiet.
count_quiet() {
	quiet=0
	if "$@"; then
		eval "quiet=\$((server_quiet_$id + 1))"
	fi
	eval "server_quiet_$id=\$quiet"
}

has_no_children() { [ "$children" -eq 0 ]; }

# Settled: one look in which no child is in any state but Z, then a later one in which the server
# itself sleeps. One look alone may fall between the last child's exit and the handler.
is_settled() {
	count_quiet has_no_children
	[ "$quiet" -ge 2 ] && is_sleeping
}

# All clients of a stopped server have left: their children are zombies, all of them. Whose
# children are never zombies (it ignores SIGCHLD, or forks twice) has none in many looks on end.
has_frozen() {
	count_quiet has_no_children
	has_zombies "$1" || [ "$quiet" -ge 12 ]
}
