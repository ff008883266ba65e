#!/usr/bin/env bats
# supervise: the options, what a server finds when it starts, and that nothing is left.

load helper

setup_file() {
	compile_fixture tricks
	compile_fixture with
	compile_fixture typist -D_XOPEN_SOURCE=700
	# Where every user can run a program; the directories of bats are private.
	PLACES=$(mktemp -d "${TMPDIR:-/tmp}/supervise-tests.XXXXXX")
	chmod 755 "$PLACES"
	export PLACES
}

teardown_file() {
	rm -rf "$PLACES"
}

setup() {
	WITH=$BATS_FILE_TMPDIR/with
	TYPIST=$BATS_FILE_TMPDIR/typist
	# A path of its own marks, in the output of ps, all that this test starts.
	PLACE=$PLACES/$BATS_TEST_NUMBER
	mkdir -p "$PLACE"
	cp "$BATS_FILE_TMPDIR/tricks" "$PLACE/tricks"
	TRICKS=$PLACE/tricks
	cd "$BATS_TEST_TMPDIR" || return
	supervisor=
}

teardown() {
	exec 7>&- 8>&-
	if [ -n "$supervisor" ]; then
		kill -KILL "$supervisor" 2>/dev/null || true
	fi
	remaining | while read -r pid; do
		kill -KILL "$pid" || true
	done
}

# Prints the process ids of all servers that this test has started and their descendants.
remaining() {
	ps -A -o pid= -o args= | place=$PLACE/ awk 'index($2, ENVIRON["place"]) == 1 { print $1 }'
}

none_remains() {
	[ -z "$(remaining)" ]
}

count_remaining() {
	remaining | grep -c . || true
}

at_least_remain() {
	[ "$(count_remaining)" -ge "$1" ]
}

# Starts supervise with these arguments; descriptor 7 is its lifeline.
# $supervisor is its process id, stdout goes to the file out, stderr to err.
start() {
	start_by env "$BUILD/supervise" "$@"
}

# The same with a command in front that execs supervise in the end.
start_by() {
	rm -f lifeline
	mkfifo lifeline
	"$@" <lifeline >out 2>err 3>&- &
	supervisor=$!
	exec 7>lifeline
}

cut_lifeline() {
	exec 7>&-
}

wait_for_line() {
	poll_until 20 has_line "$1" "$2" || {
		cat out err
		return 1
	}
}

# Waits until supervise has ended and puts its exit status into $status.
wait_for_end() {
	poll_until 20 has_ended "$supervisor"
	status=0
	wait "$supervisor" || status=$?
	supervisor=
}

has_ended() {
	! lives "$1"
}

server_pid() {
	sed -n 's/^started //p' out
}

refuses() {
	local message=$1
	shift
	run --separate-stderr "$BUILD/supervise" "$@" </dev/null
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	# shellcheck disable=SC2154 # run sets it
	[ "${stderr_lines[0]}" = "supervise: $message" ]
	case ${#stderr_lines[@]} in
	1) ;;
	2) [[ ${stderr_lines[1]} == "usage: supervise "* ]] ;;
	*) false ;;
	esac
}

# Sets $as to the options that make the server run under a user that RLIMIT_NPROC limits.
# As root that is one with no other processes, so that the limit is exact.
as_limited_user() {
	as=()
	if [ "$(id -u)" -eq 0 ]; then
		as=(-U $((20000 + $$ % 30000 + BATS_TEST_NUMBER)))
	fi
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
}

# --- usage

@test "-h prints the usage on stdout and succeeds" {
	run --separate-stderr "$BUILD/supervise" -h
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "usage: supervise "* ]]
	[ -z "$stderr" ]
}

@test "an unknown option is refused" {
	refuses "unknown option -x" -x -- "$TRICKS" exit
}

@test "an option without its argument is refused" {
	refuses "option -u needs an argument" -u
}

@test "a missing SERVER is refused" {
	refuses "no SERVER to start"
	refuses "no SERVER to start" -t 5 --
}

@test "a process limit that is no whole number is refused" {
	for number in '' x 5x ' 5' +5 -5 5.0 0x5; do
		refuses "-u needs a whole number, not '$number'" -u "$number" -- "$TRICKS" exit
	done
}

@test "a process limit out of range is refused" {
	local most=$(((1 << ($(getconf LONG_BIT) - 2)) - 1))
	for number in 0 00 $((most + 1)) 99999999999999999999999; do
		refuses "-u needs a number from 1 to $most, not '$number'" \
			-u "$number" -- "$TRICKS" exit
	done
}

@test "an output limit that is no whole number is refused" {
	for number in '' x 1k -1; do
		refuses "-f needs a whole number, not '$number'" -f "$number" -- "$TRICKS" exit
	done
}

@test "a time that is no number of seconds is refused" {
	for number in '' . x 5s ' 5' -5 1e3 0x5 inf nan 1.2.3; do
		refuses "-t needs a number of seconds, not '$number'" -t "$number" -- "$TRICKS" exit
	done
}

@test "a time out of range is refused" {
	for number in 0 0.0 1000000001 99999999999999999999999; do
		refuses "-t needs a number above 0 and up to 1000000000, not '$number'" \
			-t "$number" -- "$TRICKS" exit
	done
}

@test "an unknown user is refused" {
	for user in '' no-such-user 4294967295 99999999999999999999999 -1; do
		refuses "there is no user '$user'" -U "$user" -- "$TRICKS" exit
	done
}

@test "another user is refused to all but root" {
	[ "$(id -u)" -ne 0 ] || skip "root may"
	refuses "only root can run a server as another user: -U 0" -U 0 -- "$TRICKS" exit
}

@test "a process limit for root is refused, for it would not hold" {
	need_root
	refuses "-u does not limit root: add -U USER with a user that is not root" \
		-u 5 -- "$TRICKS" exit
	refuses "-u does not limit root: add -U USER with a user that is not root" \
		-u 5 -U root -- "$TRICKS" exit
}

@test "an output file that cannot be written is refused" {
	refuses "cannot write to no/such/file: No such file or directory" \
		-o no/such/file -- "$TRICKS" exit
}

@test "a FIFO that nobody reads is refused as an output file" {
	mkfifo pipe
	refuses "cannot write to pipe: No such device or address" -o pipe -- "$TRICKS" exit
}

@test "options after SERVER are the server's" {
	start "$TRICKS" exit 3 -h
	wait_for_end
	has_line out '^exited 3$'
}

# --- the server's start and end

@test "a server that does not exist is reported in one line" {
	refuses "cannot run ./nothing: No such file or directory" -- ./nothing
}

@test "a server that may not be executed is reported in one line" {
	echo 'no program' >text
	refuses "cannot run ./text: Permission denied" -- ./text
}

@test "a server without a slash is looked for in PATH" {
	PATH=$PLACE:$PATH start -- tricks exit 5
	wait_for_end
	has_line out '^exited 5$'
}

@test "the exit status of the server is told, and supervise itself succeeds" {
	start -- "$TRICKS" exit 3
	wait_for_end
	[ "$status" -eq 0 ]
	[ "$(sed 's/[0-9]*$//' out | tr -d '\n')" = "started exited adopted " ]
	has_line out '^exited 3$'
	has_line out '^adopted 0$'
	[ ! -s err ]
}

@test "the signal that killed the server is told" {
	start -- "$TRICKS" raise 15
	wait_for_end
	[ "$status" -eq 0 ]
	has_line out '^killed 15$'
}

@test "started tells the process id of the server" {
	start -- "$TRICKS" stay
	wait_for_line out '^started [0-9]*$'
	kill -TERM "$(server_pid)"
	wait_for_end
	has_line out '^killed 15$'
}

@test "a server that ends while its child lives on is told at once" {
	need_linux
	start -- "$TRICKS" daemonise
	wait_for_line out '^exited 0$'
	run ! has_line out '^adopted'
	kill -0 "$supervisor"
	[ "$(count_remaining)" -eq 1 ]
}

@test "supervise ends when the last descendant has, without waiting for the lifeline" {
	need_linux
	start -- "$TRICKS" daemonise
	wait_for_line out '^exited 0$'
	kill -KILL "$(remaining)"
	wait_for_end
	[ "$status" -eq 0 ]
	has_line out '^adopted 1$'
}

# --- what the server finds

@test "the server has a session, an empty stdin and no signal or descriptor of ours" {
	start -o report -- "$TRICKS" report
	wait_for_end
	run cat report
	[ "${lines[0]}" = "session own" ]
	[ "${lines[1]}" = "stdin empty" ]
	[[ ${lines[2]} == user* ]]
}

@test "the server finds SIGCHLD at its default though supervise inherited it ignored" {
	start_by "$WITH" ignore CHLD -- "$BUILD/supervise" -o report -- "$TRICKS" report
	wait_for_end
	has_line out '^exited 0$'
	has_line report '^session'
	run ! grep -E 'ignored|blocked' report
	# The report would have told:
	"$WITH" ignore CHLD -- "$TRICKS" report | grep -x "ignored $(kill -l CHLD)"
}

@test "the server finds SIGCHLD unblocked though supervise inherited it blocked" {
	start_by "$WITH" block CHLD block TERM -- "$BUILD/supervise" -o report -- "$TRICKS" report
	wait_for_end
	has_line out '^exited 0$'
	has_line report '^session'
	run ! grep -E 'ignored|blocked' report
	"$WITH" block CHLD -- "$TRICKS" report | grep -x "blocked $(kill -l CHLD)"
}

@test "the server inherits no descriptor that supervise inherited" {
	start_by bash -c 'exec 9>other 300>other "$@"' bash "$BUILD/supervise" -o report -- "$TRICKS" report
	wait_for_end
	has_line report '^session'
	run ! grep descriptor report
	"$TRICKS" report 3>&- 9>other 300>other | grep -c '^descriptor \(9\|300\)$' | grep -x 2
}

@test "the kernel agrees that the server ignores and blocks nothing" {
	need_linux
	start_by "$WITH" ignore CHLD ignore USR1 block TERM -- \
		"$BUILD/supervise" -o report -- grep '^Sig[BI]' /proc/self/status
	wait_for_end
	cat report
	# Signals 32 and 33 are the C library's own and not to be reset; some make ignore them.
	[ "$(awk '{ print $2 }' report | sed 's/0000000180000000/0000000000000000/' | sort -u)" = \
		0000000000000000 ]
}

@test "standard descriptors that are closed do no harm" {
	run -0 sh -c 'exec "$@" <&- >&- 2>&-' sh "$BUILD/supervise" -o report -- "$TRICKS" stay
	[ -f report ]
	none_remains
}

# --- output

@test "without -o the server writes where supervise does" {
	start -- "$TRICKS" report
	wait_for_end
	has_line out '^session own$'
}

@test "-o takes the stdout and stderr of the server and empties the file first" {
	echo 'from an earlier run' >report
	start -o report -- sh -c 'echo one; echo two >&2; echo three'
	wait_for_end
	[ "$(tr '\n' ' ' <report)" = "one two three " ]
	run ! grep -E 'one|two|three' out err
}

@test "-f makes a flood of output fail, not fill the disk" {
	start -o flood -f 100000 -- "$TRICKS" flood
	wait_for_end
	[ "$(wc -c <flood)" -eq 100000 ]
	has_line out '^exited 7$' # EFBIG, not SIGXFSZ
}

# --- the lifeline

@test "data on the lifeline mean nothing" {
	start -- "$TRICKS" stay
	wait_for_line out '^started'
	echo data >&7
	head -c 100000 /dev/zero >&7 # more than a pipe holds: supervise has read some
	kill -0 "$(server_pid)"
	cut_lifeline
	wait_for_end
}

@test "when the lifeline ends, the server is killed" {
	start -- "$TRICKS" stay
	wait_for_line out '^started'
	cut_lifeline
	wait_for_end
	[ "$status" -eq 0 ]
	has_line out '^killed 9$'
	has_line out '^adopted 0$'
	none_remains
}

@test "when the lifeline ends, the children of the server are killed" {
	start -o log -- "$TRICKS" brood 30
	wait_for_line log '^children 30 all$'
	[ "$(count_remaining)" -eq 31 ]
	cut_lifeline
	wait_for_end
	none_remains
	tail -n 1 out | grep '^adopted 30$'
}

@test "when the lifeline ends, a server that ignores every signal is killed" {
	start -- "$TRICKS" stubborn
	wait_for_line out '^started'
	kill -TERM "$(server_pid)"
	cut_lifeline
	wait_for_end
	none_remains
}

@test "when the lifeline ends, a stopped server is killed" {
	start -- "$TRICKS" stop
	wait_for_line out '^started'
	poll_until 20 is_stopped "$(server_pid)"
	cut_lifeline
	wait_for_end
	has_line out '^killed 9$'
	none_remains
}

@test "when the lifeline ends, what has forked twice into another session is killed" {
	need_linux
	start -- "$TRICKS" daemonise
	wait_for_line out '^exited 0$'
	cut_lifeline
	wait_for_end
	[ "$status" -eq 0 ]
	none_remains
	has_line out '^adopted 1$'
}

@test "when the lifeline ends, what forks without end is killed" {
	need_linux
	as_limited_user
	start "${as[@]}" -u 40 -- "$TRICKS" bomb
	poll_until 20 at_least_remain 20
	cut_lifeline
	wait_for_end
	[ "$status" -eq 0 ]
	none_remains
}

@test "when the script that holds the lifeline is killed with kill -9, nothing is left" {
	mkfifo lifeline
	# shellcheck disable=SC2016 # for the inner shell
	sh -c '"$@" <lifeline >out 2>err & echo $! >pid; exec 7>lifeline
		while :; do sleep 0.05; done' sh "$BUILD/supervise" -o log -- "$TRICKS" brood 3 3>&- &
	script=$!
	wait_for_line log '^children 3 all$'
	kill -KILL "$script"
	wait "$script" || true
	wait_for_line out '^adopted 3$'
	none_remains
}

@test "a terminal is a lifeline too: it ends with the end-of-file key" {
	mkfifo keys
	"$TYPIST" "$BUILD/supervise" -- "$TRICKS" stay <keys >out 2>err 3>&- &
	supervisor=$!
	exec 7>keys
	wait_for_line out '^started'
	printf 'data\n' >&7
	kill -0 "$(server_pid)"
	printf '\004' >&7
	wait_for_line out '^adopted 0$'
	cut_lifeline
	wait_for_end
	[ "$status" -eq 0 ]
	none_remains
}

# Starts a server that leaves a daemon and a stdout with no room to write in; the read end of
# that is descriptor 8.
start_with_full_stdout() {
	mkfifo lifeline stdout
	"$BUILD/supervise" -- "$TRICKS" fill <lifeline >stdout 2>err 3>&- &
	supervisor=$!
	exec 7>lifeline 8<stdout
	wait_for_line err '^full$'
	poll_until 20 only_the_daemon_remains
}

only_the_daemon_remains() {
	[ "$(count_remaining)" -eq 1 ] && [ "$(zombies_of "$supervisor")" -eq 0 ]
}

@test "the lifeline is watched though nobody reads what supervise says" {
	need_linux
	start_with_full_stdout
	cut_lifeline
	poll_until 20 none_remains
	run tr -s '\n' ' ' <&8
	[[ $output =~ ^' '?'started '[0-9]+' exited 0 adopted 1 '$ ]] || {
		echo "$output"
		return 1
	}
	exec 8<&-
	wait_for_end
	[ "$status" -eq 0 ]
}

@test "a signal ends supervise though nobody reads what it says" {
	need_linux
	start_with_full_stdout
	kill -TERM "$supervisor"
	wait_for_end
	[ "$status" -eq 143 ]
	exec 8<&-
	none_remains
}

@test "a reader who has gone does not end supervise" {
	mkfifo lifeline
	"$BUILD/supervise" -o log -- "$TRICKS" brood 2 <lifeline 3>&- | head -n 1 >out &
	exec 7>lifeline
	wait_for_line log '^children 2 all$'
	wait_for_line out '^started'
	kill -TERM "$(server_pid)"
	poll_until 20 is_gone "$(server_pid)"
	[ "$(count_remaining)" -eq 2 ]
	cut_lifeline
	poll_until 20 none_remains
}

# --- time

@test "-t ends the server, and says so on stderr" {
	start -t 0.2 -o log -- "$TRICKS" brood 2
	wait_for_end
	[ "$status" -eq 0 ]
	[ "$(cat err)" = "supervise: time is up after 0.2 seconds" ]
	has_line out '^killed 9$'
	none_remains
}

@test "-t does not matter to a server that ends before" {
	start -t 1000000000 -- "$TRICKS" exit 0
	wait_for_end
	has_line out '^exited 0$'
	[ ! -s err ]
}

# --- limits and users

@test "-u is the number of processes of the server and all its descendants" {
	need_root
	as_limited_user
	start "${as[@]}" -u 10 -o log -- "$TRICKS" brood 300
	wait_for_line log '^children 9 Resource temporarily unavailable$'
}

@test "-u bounds the processes of a user that is not root" {
	[ "$(id -u)" -ne 0 ] || skip "root has its own test"
	start -u 10 -o log -- "$TRICKS" brood 300
	wait_for_line log '^children [0-9]* Resource temporarily unavailable$'
}

@test "-u does not count the processes that the user has already" {
	need_root
	need_linux
	as_limited_user
	start "${as[@]}" -o log -- "$TRICKS" brood 25
	wait_for_line log '^children 25 all$'
	first=$supervisor
	exec 8>&7
	start "${as[@]}" -u 10 -o log2 -- "$TRICKS" brood 300
	wait_for_line log2 '^children 9 Resource temporarily unavailable$'
	cut_lifeline
	wait_for_end
	exec 8>&-
	supervisor=$first
	wait_for_end
}

@test "without -u there is no limit on processes" {
	start -o log -- "$TRICKS" brood 100
	wait_for_line log '^children 100 all$'
}

@test "-U runs the server as that user, who cannot go back" {
	need_root
	start -U 54321 -o report -- "$TRICKS" report
	wait_for_end
	has_line report '^user 54321 54321 group 54321 54321 others 0$'
	has_line report '^return to root: no$'
}

@test "-U knows users by name, and their group" {
	need_root
	start -U nobody -o report -- "$TRICKS" report
	wait_for_end
	has_line report "^user $(id -u nobody) $(id -u nobody) group $(id -g nobody) $(id -g nobody) others 0\$"
}

@test "-U with one's own name needs no root" {
	start -U "$(id -u)" -o report -- "$TRICKS" report
	wait_for_end
	has_line report "^user $(id -u) $(id -u) "
}

@test "a server that its user may not execute is reported" {
	need_root
	chmod 700 "$TRICKS"
	refuses "cannot run $TRICKS: Permission denied" -U 54321 -- "$TRICKS" exit
}

# --- signals to supervise

@test "SIGTERM, SIGHUP and SIGINT kill the server, then supervise dies of them" {
	for signal in TERM:15 HUP:1 INT:2; do
		start_by "$WITH" default INT default HUP -- "$BUILD/supervise" -o log -- "$TRICKS" brood 3
		wait_for_line log '^children 3 all$'
		kill -s "${signal%:*}" "$supervisor"
		wait_for_end
		[ "$status" -eq $((128 + ${signal#*:})) ]
		has_line out '^killed 9$'
		has_line out '^adopted 3$'
		none_remains
		rm log
	done
}

@test "what kills the group of the script that started it spares supervise" {
	local group
	start -- "$TRICKS" stay
	wait_for_line out '^started'
	group=$(ps -A -o pid= -o pgid= | awk -v pid="$supervisor" '$1 == pid { print $2 }')
	[ "$group" = "$supervisor" ]
}

@test "signals that supervise inherited as ignored stay ignored" {
	start_by "$WITH" ignore INT ignore HUP -- "$BUILD/supervise" -- "$TRICKS" stay
	wait_for_line out '^started'
	kill -INT "$supervisor"
	kill -HUP "$supervisor"
	cut_lifeline
	wait_for_end
	[ "$status" -eq 0 ]
	none_remains
}

@test "signals that supervise inherited as blocked reach it" {
	start_by "$WITH" block TERM block CHLD -- "$BUILD/supervise" -- "$TRICKS" stay
	wait_for_line out '^started'
	kill -TERM "$supervisor"
	wait_for_end
	[ "$status" -eq 143 ]
	none_remains
}

@test "the end of the server is seen though SIGCHLD was inherited ignored and blocked" {
	start_by "$WITH" ignore CHLD block CHLD -- "$BUILD/supervise" -- "$TRICKS" exit 4
	wait_for_end
	[ "$status" -eq 0 ]
	has_line out '^exited 4$'
}

@test "a server does not outlive a supervise that was killed with kill -9" {
	need_linux
	start -- "$TRICKS" stay
	wait_for_line out '^started'
	kill -KILL "$supervisor"
	poll_until 20 none_remains
}

@test "nothing that the server starts gains privileges by which it could not be killed" {
	need_linux
	start -o report -- grep NoNewPrivs /proc/self/status
	wait_for_end
	[ "$(awk '{ print $2 }' report)" -eq 1 ]
}

# --- what is not the server's

@test "children that a shell left to supervise are spared" {
	need_linux
	# shellcheck disable=SC2016 # for the inner shell
	start_by sh -c '"$0" stay 7>&- & echo $! >job; exec "$@"' "$TRICKS" \
		"$BUILD/supervise" -- "$TRICKS" daemonise
	wait_for_line out '^exited 0$'
	poll_until 20 at_least_remain 2
	cut_lifeline
	wait_for_end
	[ "$status" -eq 0 ]
	[ "$(remaining)" = "$(cat job)" ]
}

@test "a supervise with children of a shell passes signals on" {
	# shellcheck disable=SC2016 # for the inner shell
	start_by sh -c '"$0" stay 7>&- & echo $! >job; exec "$@"' "$TRICKS" \
		"$BUILD/supervise" -- "$TRICKS" stay
	wait_for_line out '^started'
	poll_until 20 at_least_remain 2 # the job may still be a shell that is to become one
	kill -TERM "$supervisor"
	wait_for_end
	[ "$status" -eq 143 ]
	[ "$(remaining)" = "$(cat job)" ]
}

# --- waiting

# Ticks of processor time used, and times that the processor was given or taken.
uses() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
	grep ctxt_switches "/proc/$1/status"
}

has_rested() {
	local before
	before=$(uses "$1")
	for _ in 1 2 3 4 5; do sleep 0.05; done
	[ "$before" = "$(uses "$1")" ]
}

@test "waiting costs no processor time" {
	need_linux
	start -- "$TRICKS" daemonise
	wait_for_line out '^exited 0$'
	poll_until 20 has_rested "$supervisor"
}

# --- where the system has no subreaper

@test "without a subreaper the server's process group is killed" {
	need_linux
	"${CC:-cc}" -U__linux__ -std=c99 -D_POSIX_C_SOURCE=200809L -o elsewhere \
		"$ROOT"/common/{supervise,keeper,launch,descendants,ending,standin}.c
	start_by ./elsewhere -o log -- "$TRICKS" brood 5
	wait_for_line log '^children 5 all$'
	cut_lifeline
	wait_for_end
	[ "$status" -eq 0 ]
	has_line out '^killed 9$'
	has_line out '^adopted 0$'
	poll_until 20 none_remains
}
