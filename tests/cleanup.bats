#!/usr/bin/env bats
# cleanup: whatever ends a script, at whatever moment, nothing of it is left: no process, no FIFO,
# no file.
#
# Each moment is held open by a server that never goes on from there (fixtures/odd_server.c), so
# that the signal comes neither too early nor too late. All runs of a test go side by side.

load helper
load experiments

setup_file() {
	export BATS_TEST_TIMEOUT=120 # what is never gone fails its test
	compile_odd_server
}

setup() {
	is_linux || skip 'needs /proc to find what is left, whoever its parent is'
	# Where other users, whom exhaust runs servers as, can run a program.
	place=$(mktemp -d "${TMPDIR:-/tmp}/cleanup-tests.XXXXXX")
	chmod 755 "$place"
	cd "$place" || return
	mkfifo lifeline
	supervisors=()
	exec 7<>lifeline
}

teardown() {
	[ -n "${place:-}" ] || return 0
	exec 7>&-
	wait "${supervisors[@]}" || true
	cd / && rm -rf "$place"
}

# launch RUN SCRIPT ARGS...: in a session of its own, with the signals as they are for a command
# that is typed in. Its folder is RUN; what it starts inherits a mark that tells it from all else.
launch() {
	local run=$1 script=$ROOT/scripts/$2
	shift 2
	mkdir -m 755 "$run" "$run/tmp" "$run/out"
	"$BUILD/supervise" -o "$run/log" -- env CLEANUP_TEST="$place/$run" TMPDIR="$place/$run/tmp" \
		"$script" "$@" <lifeline >"$run/life" 2>&1 3>&- 7>&- &
	supervisors+=("$!")
}

# left RUN: prints the processes that are left of it.
left() {
	# A process may vanish meanwhile; a zombie has no environment, and is for its parent to reap.
	grep -lsxz "CLEANUP_TEST=$place/$1" /proc/[0-9]*/environ | grep -o '[0-9]*' || true
}

# has_left RUN COUNT: so many at least.
has_left() {
	[ "$(left "$1" | wc -l)" -ge "$2" ]
}

script_of() {
	awk '$1 == "started" { print $2 }' "$1/life"
}

has_ended() {
	grep -Eq '^(exited|killed) ' "$1/life"
}

# has_come RUN MOMENT
has_come() {
	case $2 in
	looking) [ "$(left "$1" | wc -l)" -gt 1 ] ;;
	begun) ls "$1"/tmp/zombie-lab.*/fifo* "$1"/tmp/zombie-lab.*/evidence >/dev/null 2>&1 ;;
	starting) [ -s "$(echo "$1"/tmp/zombie-lab.*/1.life)" ] ;;
	connecting) compgen -G "$1/tmp/zombie-lab.*/1.unserved" >/dev/null && has_client "$1" ;;
	stopped) has_state "$1" T && ! has_client "$1" ;;
	esac || has_ended "$1"
}

has_one_zombie() {
	[ "$(zombies_of "$1")" = 1 ]
}

has_client() {
	local pid
	for pid in $(left "$1"); do
		[ "$(readlink "/proc/$pid/exe")" != "$BUILD/burst" ] || return 0
	done
	return 1
}

has_state() {
	local pid
	for pid in $(left "$1"); do
		! grep -qs "^State:.$2" "/proc/$pid/status" || return 0
	done
	return 1
}

# strike RUN SIGNAL: "^C" is SIGINT to all of the foreground, as a terminal sends it.
strike() {
	local pid
	pid=$(script_of "$1")
	case $2 in
	^C) kill -INT -- "-$pid" ;;
	*) kill -s "$2" "$pid" ;;
	esac
}

# How a script that got a signal ends: with the status of a program that died of it, or, without
# anything to clean up, of the signal itself.
end_by() {
	case $2.$1 in
	*.KILL) echo killed 9 ;;
	trapped.HUP) echo exited 129 ;;
	trapped.INT | trapped.^C) echo exited 130 ;;
	trapped.TERM) echo exited 143 ;;
	plain.HUP) echo killed 1 ;;
	plain.INT | plain.^C) echo killed 2 ;;
	plain.TERM) echo killed 15 ;;
	esac
}

nothing_is_left() {
	[ -z "$(ls -A "$1/tmp")" ] && [ -z "$(left "$1")" ]
}

# struck RUN SIGNAL MOMENT [plain]: waits for the moment, strikes, and requires that nothing is
# left. The lifeline of its supervise is held all the while: what is gone has gone by itself.
struck() {
	local run=$1 signal=$2 moment=$3 kind=${4:-trapped}
	poll_until 30 has_come "$run" "$moment" || return
	! has_ended "$run" || { echo "$run ended by itself: $(cat "$run/life" "$run/log")"; return 1; }
	strike "$run" "$signal"
	poll_until 30 has_ended "$run" || return
	[ "$(grep -E '^(exited|killed) ' "$run/life")" = "$(end_by "$signal" "$kind")" ] ||
		{ echo "$run: $(cat "$run/life" "$run/log")"; return 1; }
	poll_until 30 nothing_is_left "$run" || {
		echo "$run left: $(ls -R "$run/tmp"; left "$run" | xargs -r ps -o pid,ppid,stat,args -p)"
		return 1
	}
	[ -z "$(ls -A "$run/out")" ] || { ls -A "$run/out"; return 1; }
}

# each_signal MOMENT SCRIPT ARGS...: a run for each signal. While servers start, INT and HUP take
# the way of TERM.
each_signal() {
	local moment=$1 name signal signals='TERM INT HUP KILL ^C'
	name=$moment.${2##*/}
	shift
	[ "$moment" != starting ] || signals='TERM KILL ^C'
	for signal in $signals; do
		launch "$name.$signal" "$1" -o "$name.$signal/out/tsv" "${@:2}"
	done
	for signal in $signals; do
		struck "$name.$signal" "$signal" "$moment"
	done
}

@test "burst leaves nothing while its servers start" {
	each_signal starting experiments/burst "$(odd silent)"
}

@test "burst leaves nothing while clients connect, some of them held" {
	each_signal connecting experiments/burst -n 5 "$(odd few)" 1
}

@test "freeze leaves nothing while its servers start" {
	each_signal starting experiments/freeze "$(odd silent)"
}

@test "freeze leaves nothing while clients connect, some of them held" {
	each_signal connecting experiments/freeze -n 5 "$(odd few)" 1
}

@test "freeze leaves nothing while its servers are stopped" {
	each_signal stopped experiments/freeze -n 5 "$(odd lender)" 1
}

@test "poke leaves nothing while its servers start" {
	each_signal starting experiments/poke "$(odd silent)"
}

@test "poke leaves nothing while its first client connects" {
	each_signal connecting experiments/poke "$(odd mute)" 2
}

@test "interrupt leaves nothing while its servers start" {
	each_signal starting experiments/interrupt "$(odd silent)"
}

@test "interrupt leaves nothing while its client connects" {
	each_signal connecting experiments/interrupt "$(odd mute)" 4
}

@test "exhaust leaves nothing while its servers start" {
	each_signal starting experiments/exhaust "$(odd silent)"
}

@test "exhaust leaves nothing while its clients come one by one" {
	each_signal connecting experiments/exhaust "$(odd few)"
}

@test "adopt leaves nothing while its servers start" {
	each_signal starting experiments/adopt "$(odd silent)"
}

@test "adopt leaves nothing while its servers are stopped" {
	each_signal stopped experiments/adopt -n 5 "$(odd lender)" 1
}

@test "compare leaves nothing while its servers start" {
	each_signal starting compare "$(odd silent)" 4
}

@test "compare leaves nothing while clients connect, some of them held" {
	each_signal connecting compare -n 5 "$(odd few)" 4
}

@test "compare leaves nothing wherever it is killed" {
	local i
	for i in 1 2 3 4; do
		launch "any.$i" compare -n 10 -k 2 -m 12
	done
	for i in 1 2 3 4; do
		poll_until 30 has_come "any.$i" begun
		sleep "0.0$i" # a moment like any other: none is waited for here
		strike "any.$i" "$((i % 2 ? 9 : 15))" || true # it may be at its end
	done
	for i in 1 2 3 4; do
		poll_until 30 has_ended "any.$i"
		poll_until 30 nothing_is_left "any.$i"
	done
}

@test "zombie-count -w leaves nothing, and dies of the signal" {
	local signal parent port
	"$BUILD/supervise" -o parent.log -- "$BUILD/stage1_no_reap" -q -p 0 \
		<lifeline >parent.life 3>&- 7>&- &
	supervisors+=("$!")
	poll_until 30 grep -q '^listening' parent.log
	read -r _ _ _ _ port _ parent <parent.log
	"$BUILD/burst" -p "$port" -n 1 >/dev/null
	poll_until 30 has_one_zombie "$parent"
	for signal in TERM INT HUP KILL ^C; do
		launch "count.$signal" zombie-count -w 60 "$parent"
	done
	for signal in TERM INT HUP KILL ^C; do
		struck "count.$signal" "$signal" looking plain
	done
}

no_process_is_left() {
	[ -z "$(left "$1")" ]
}

# As `timeout -s KILL` does. The janitor is in the group, so nobody is left to remove the folder.
@test "a script that is killed with its whole process group leaves no process" {
	local run
	launch starting compare "$(odd silent)" 4
	launch connecting compare -n 5 "$(odd few)" 4
	for run in starting connecting; do
		poll_until 30 has_come "$run" "$run"
		kill -s KILL -- "-$(script_of "$run")"
		poll_until 30 has_ended "$run"
		poll_until 30 no_process_is_left "$run"
	done
}

@test "what is left of a script would be found" {
	launch found experiments/freeze -n 5 "$(odd few)"
	poll_until 30 has_come found connecting
	# the script, the janitor and its cat, supervise, the server, three children, and burst
	poll_until 30 has_left found 9
	run nothing_is_left found
	[ "$status" -ne 0 ]
}

@test "what ends by itself leaves nothing either" {
	launch right experiments/freeze -n 5
	launch wrong experiments/freeze "$(odd broken)"
	launch usage experiments/freeze -x
	local run
	for run in right wrong usage; do
		poll_until 30 has_ended "$run"
		poll_until 30 nothing_is_left "$run"
	done
	grep -q 'exited 0' right/life
	grep -q 'exited 2' wrong/life
	grep -q 'exited 2' usage/life
}
