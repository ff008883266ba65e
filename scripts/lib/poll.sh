# poll.sh: waiting for what can be seen. Never a fixed sleep: a condition, and a deadline.
#
# A deadline is a number of looks. Each look starts processes of its own, so on a loaded machine
# looks slow down with everything else, and a deadline in looks is as generous there.
# shellcheck shell=sh

poll_nap=0.02
poll_patience=600 # 12 s of naps alone
poll_looks=$poll_patience

# poll_until CONDITION...: until the command succeeds. 1 when it never did.
poll_until() {
	poll_done=0
	until "$@"; do
		poll_done=$((poll_done + 1))
		[ "$poll_done" -lt "$poll_looks" ] || return 1
		sleep "$poll_nap"
	done
}

# poll_seconds SECONDS CONDITION...: the same for so long, by the clock; 0: one look. Its seconds
# are whole ones, so one more sees to it that none is missing.
poll_seconds() {
	poll_end=$(($(date +%s) + $1 + ($1 > 0)))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$poll_end" ] || return 1
		sleep "$poll_nap"
	done
}

# poll_within LOOKS POLL...: one of the others, with another deadline.
poll_within() {
	poll_looks=$1
	shift
	poll_found=0
	"$@" || poll_found=1
	poll_looks=$poll_patience
	return "$poll_found"
}
