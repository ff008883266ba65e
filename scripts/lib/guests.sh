# guests.sh: clients of the one server that is examined, each a `burst` with a name of its own.
#
# Their stdin is the lifeline, so that they end with the script; they leave when they are killed:
# the end of a process closes all its connections at once.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval

guests_here=

# guest_come NAME BURST-OPTIONS: comes, and stays if the options say -w.
guest_come() {
	guest=$1
	shift
	: >"$target_dir/$guest.out"
	"$lab_build/burst" -b "$target_address" -p "$target_port" "$@" <&6 6<&- 9>&- 3>&- \
		>"$target_dir/$guest.out" 2>"$target_dir/$guest.err" &
	eval "guest_pid_$guest=\$!"
	guests_here="$guests_here $guest"
}

# One client that connects and stays. In mode `connect` it says nothing, so that no server can be
# done with it; in mode `send`, for servers that fork only then, it sends a line.
guest_stay() {
	if [ "$target_mode" = connect ]; then
		guest_come "$1" -c -n "${2:-1}" -w
	else
		guest_come "$1" -e "$answer" -n "${2:-1}" -w -t "$probe_seconds"
	fi
}

# One that sends a line and waits for the answer, then stays.
guest_ask() {
	guest_come "$1" -e "$answer" -n 1 -w -t "$probe_seconds"
}

guest_is_answered() {
	[ -s "$target_dir/$1.out" ]
}

# guest_leave NAME...: all of them at once.
guest_leave() {
	guest_pids=
	for guest in "$@"; do
		eval "guest_pids=\"\$guest_pids \$guest_pid_$guest\""
	done
	# shellcheck disable=SC2086  # a list of pids
	kill -s TERM $guest_pids 2>/dev/null || :
	for guest_pid in $guest_pids; do
		wait "$guest_pid" 2>/dev/null || :
	done
	guest_forget "$@"
}

# guest_wait NAME: until it leaves by itself; the status is its own.
guest_wait() {
	guest_forget "$1"
	eval "wait \"\$guest_pid_$1\""
}

# Once waited for, its number may be another's.
guest_forget() {
	guest_rest=
	for guest in $guests_here; do
		case " $* " in
		*" $guest "*) ;;
		*) guest_rest="$guest_rest $guest" ;;
		esac
	done
	guests_here=$guest_rest
}

guests_leave() {
	# shellcheck disable=SC2086  # a list of names
	[ -z "$guests_here" ] || guest_leave $guests_here
}
