# listen.sh: whether something listens on a port, and who, without connecting: a connection
# would leave a zombie, and kill a server that dies of EINTR.
# shellcheck shell=sh

# How listeners can be seen here: proc, ss, netstat or lsof; connect where none of them can.
listen_choose() {
	if [ -r /proc/net/tcp ]; then
		listen_by=proc
	elif command -v ss >/dev/null 2>&1; then
		listen_by=ss
	elif command -v netstat >/dev/null 2>&1; then
		listen_by=netstat
	elif command -v lsof >/dev/null 2>&1; then
		listen_by=lsof
	else
		listen_by=connect
	fi
	listen_order=0
	case $(printf '\1\0' | od -An -td2) in
	*' 1') listen_order=1 ;;
	esac
}

listen_ask() {
	case $listen_by in
	proc) cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || : ;;
	ss) ss -ltn ;;
	netstat) netstat -an ;;
	lsof) lsof -nP -iTCP -sTCP:LISTEN 2>/dev/null || : ;; # it fails when there is none
	esac
}

# listen_find PORT: prints "ADDRESS INODE" of each socket that listens there.
listen_find() {
	if [ "$listen_by" = connect ]; then
		for listen_address in 127.0.0.1 ::1; do
			"$lab_build/burst" -c -n 1 -t 1 -b "$listen_address" -p "$1" \
				</dev/null >/dev/null 2>&1 && printf '%s -\n' "$listen_address"
		done
		return 0
	fi
	listen_ask | awk -v port="$1" -v format="$listen_by" -v order="$listen_order" \
		-f "$lab_lib/listen.awk"
}

# listen_is_closed_by_server PORT: a client's connection to it was ended by the server, though the
# client is still there. 2: that cannot be seen here.
listen_is_closed_by_server() {
	case $listen_by in
	proc)
		listen_ask | awk -v port="$(printf ':%04X' "$1")" '
			$4 == "08" && substr($3, length($3) - 4) == port { found = 1 }
			END { exit !found }'
		;;
	ss | netstat)
		"$listen_by" -an -t 2>/dev/null | awk -v port="[:.]$1\$" '
			/CLOSE[-_]WAIT/ && $5 ~ port { found = 1 }
			END { exit !found }'
		;;
	*) return 2 ;;
	esac
}

# listen_has_stranger PORT: another user is connected to it. 1 also when that cannot be seen.
listen_has_stranger() {
	[ "$listen_by" = proc ] || return
	listen_ask | awk -v port="$(printf ':%04X' "$1")" -v ours="$(id -u)" '
		$4 == "01" && substr($3, length($3) - 4) == port && $8 != ours { found = 1 }
		END { exit !found }'
}

# Prints a port that nobody uses in any way, below those that the kernel gives to clients.
# Each caller starts looking elsewhere, so that runs side by side do not meet.
listen_free_port() {
	listen_port=$((12000 + ($$ * 37 + $1 * 101) % 18000))
	while listen_is_used "$listen_port"; do
		listen_port=$((listen_port + 7))
	done
	printf '%s\n' "$listen_port"
}

# In any state: a connection that has ended a moment ago keeps a server from binding.
listen_is_used() {
	if [ "$listen_by" = proc ]; then
		listen_ask | awk -v port="$(printf ':%04X' "$1")" \
			'substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
	else
		[ -n "$(listen_find "$1")" ]
	fi
}

# listen_is_held_by INODE PID...: one of them has that socket open, and listen_owner is the first
# that has; also when nobody can tell.
listen_is_held_by() {
	listen_inode=$1 listen_owner='' listen_told=
	shift
	[ "$listen_inode" != - ] || return 0
	for listen_pid in "$@"; do
		# shellcheck disable=SC2012  # the names are numbers, and find cannot read a link
		listen_files=$(ls -l "/proc/$listen_pid/fd" 2>/dev/null) || continue
		listen_told=1
		case $listen_files in
		*"socket:[$listen_inode]"*) listen_owner=$listen_pid && return 0 ;;
		esac
	done
	[ -z "$listen_told" ]
}
