#!/usr/bin/env bats
# burst: N clients, each proven served, all released at once. Against servers that are right,
# and servers with one fault each (fixtures/fake_server.c).

load helper

setup_file() {
	export BATS_TEST_TIMEOUT=60 # a program that hangs fails its test
	"${CC:-cc}" -std=c99 -D_POSIX_C_SOURCE=200809L -I"$ROOT/common" \
		-o "$BATS_FILE_TMPDIR/fake_server" \
		"$ROOT/tests/fixtures/fake_server.c" "$ROOT/common/sock.c"
}

setup() {
	burst=$BUILD/burst
	server=
	holder=
	cd "$BATS_TEST_TMPDIR" || return
}

# What was started ends by itself once its standard input does, unless it is stopped.
teardown() {
	local pid
	exec 8>&- 9>&-
	for pid in $holder $server; do
		kill -CONT "$pid" 2>/dev/null || continue
		poll_until 10 is_gone "$pid" || kill -KILL "$pid"
		wait "$pid" 2>/dev/null || true
	done
}

has_ready_line() {
	grep -q '^listening' events
}

# serve MODE [GOOD [ADDRESS]]: starts fake_server; sets server (its pid) and port. What happens
# to its clients is told in the file events.
serve() {
	mkfifo lifeline
	"$BATS_FILE_TMPDIR/fake_server" "$@" <lifeline >events 2>server_errors 3>&- &
	server=$!
	exec 8>lifeline
	poll_until 10 has_ready_line
	port=$(awk '/^listening/ { print $5 }' events)
}

# Starts burst with these options in the background, holding; sets holder (its pid).
hold() {
	mkfifo grip
	"$burst" -w "$@" <grip >held 2>held_errors 3>&- 8>&- &
	holder=$!
	exec 9>grip
}

release() {
	exec 9>&-
}

# Waits for the end of what hold() started; sets status.
reap() {
	status=0
	wait "$holder" || status=$?
	holder=
}

held_says() {
	[ "$(cat held)" = "$1" ]
}

# events_are WORD COUNT: that many clients were opened, or closed.
events_are() {
	[ "$(grep -c "^$1" events)" -eq "$2" ]
}

events_at_least() {
	[ "$(grep -c "^$1" events)" -ge "$2" ]
}

# refuses ARGS...: a usage error is one clear line on standard error, and exit status 2.
refuses() {
	run --separate-stderr "$burst" "$@"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	# shellcheck disable=SC2154 # run sets it
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ "${stderr_lines[0]}" == "burst: "* ]]
}

# ---------------------------------------------------------------- together

@test "fifty clients are served, and it says so, when nothing is asked but the port" {
	serve upper
	run --separate-stderr "$burst" -p "$port"
	[ "$status" -eq 0 ]
	[ "$output" = "ready 50" ]
	[ -z "$stderr" ]
	poll_until 10 events_are closed 50
	events_are opened 50
}

@test "-n says how many clients" {
	serve upper
	run --separate-stderr "$burst" -p "$port" -n 300
	[ "$status" -eq 0 ]
	[ "$output" = "ready 300" ]
	poll_until 10 events_are closed 300
}

@test "one client is enough" {
	serve upper
	run --separate-stderr "$burst" -p "$port" -n 1
	[ "$status" -eq 0 ]
	[ "$output" = "ready 1" ]
}

@test "an answer that comes byte by byte is a right answer" {
	serve bytes
	run --separate-stderr "$burst" -p "$port" -n 5 -t 60
	[ "$status" -eq 0 ]
	[ "$output" = "ready 5" ]
}

@test "-e same wants the line as it was" {
	serve same
	run --separate-stderr "$burst" -p "$port" -n 5 -e same
	[ "$status" -eq 0 ]
	[ "$output" = "ready 5" ]
}

@test "-e upper does not take the line as it was" {
	serve same
	run --separate-stderr "$burst" -p "$port" -n 1 -e upper
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = 'burst: client 1: expected "CLIENT 1 SAYS HELLO\n", got "client 1 says hello\n"' ]
	[ "${stderr_lines[1]}" = "burst: served 0 of 1" ]
}

@test "-e same does not take the line in upper case" {
	serve upper
	run --separate-stderr "$burst" -p "$port" -n 2 -e same
	[ "$status" -eq 3 ]
	[ "${stderr_lines[1]}" = 'burst: client 2: expected "client 2 says hello\n", got "CLIENT 2 SAYS HELLO\n"' ]
}

@test "-e any takes a greeting for an answer" {
	serve hello
	run --separate-stderr "$burst" -p "$port" -n 5 -e any
	[ "$status" -eq 0 ]
	[ "$output" = "ready 5" ]
}

@test "-e any needs one byte at least" {
	serve shut
	run --separate-stderr "$burst" -p "$port" -n 1 -e any
	[ "$status" -eq 3 ]
	[ "${stderr_lines[0]}" = "burst: client 1: no answer: the server closed the connection" ]
}

@test "a wrong answer is shown so that a terminal stays as it was" {
	serve wrong
	run --separate-stderr "$burst" -p "$port" -n 1
	[ "$status" -eq 3 ]
	[ "${stderr_lines[0]}" = 'burst: client 1: expected "CLIENT 1 SAYS HELLO\n", got "\x1b[31mno\x07 \"\\ \r\n"' ]
}

@test "a wrong answer without end is shown in part" {
	serve flood
	run --separate-stderr "$burst" -p "$port" -n 1
	[ "$status" -eq 3 ]
	[[ "${stderr_lines[0]}" == *'got "\x00\x00'*'"...' ]]
	[ "${#stderr_lines[0]}" -lt 400 ]
}

@test "bytes after the right answer make it wrong" {
	serve more
	run --separate-stderr "$burst" -p "$port" -s 1
	[ "$status" -eq 3 ]
	[[ "${stderr_lines[0]}" == *'got "CLIENT 1 SAYS HELLO\nmore\n"' ]]
}

@test "after a few lines about single clients only the total follows" {
	serve wrong
	run --separate-stderr "$burst" -p "$port" -n 40
	[ "$status" -eq 3 ]
	[ "${#stderr_lines[@]}" -eq 10 ]
	[ "${stderr_lines[8]}" = "burst: the other clients that failed are not listed" ]
	[ "${stderr_lines[9]}" = "burst: served 0 of 40" ]
}

@test "a server that closes without an answer has not served" {
	serve shut 3
	run --separate-stderr "$burst" -p "$port" -n 4
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "burst: client 4: no answer: the server closed the connection" ]
	[ "${stderr_lines[1]}" = "burst: served 3 of 4" ]
}

@test "a server that resets has not served" {
	serve reset 3
	run --separate-stderr "$burst" -p "$port" -n 4
	[ "$status" -eq 3 ]
	[ "${stderr_lines[0]}" = "burst: client 4: no answer: Connection reset by peer" ]
	[ "${stderr_lines[1]}" = "burst: served 3 of 4" ]
}

@test "a server that ends in the middle of the answer has not served" {
	serve halt
	run --separate-stderr "$burst" -p "$port" -n 1
	[ "$status" -eq 3 ]
	[ "${stderr_lines[0]}" = "burst: client 1: only 10 of 20 bytes of the answer: the server closed the connection" ]
}

@test "a server that answers in part, and then nothing, has not served in time" {
	serve part
	run --separate-stderr "$burst" -p "$port" -n 1 -t 0.3
	[ "$status" -eq 3 ]
	[ "$stderr" = "burst: served 0 of 1 within 0.3 s" ]
}

@test "those served in time are counted when the others are not" {
	serve mute 30
	run --separate-stderr "$burst" -p "$port" -n 50 -t 3
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[ "$stderr" = "burst: served 30 of 50 within 3 s" ]
}

@test "a stopped server is noticed" {
	serve upper
	kill -STOP "$server"
	poll_until 10 is_stopped "$server"
	run --separate-stderr "$burst" -p "$port" -t 0.5
	[ "$status" -eq 3 ]
	[ "$stderr" = "burst: served 0 of 50 within 0.5 s" ]
}

@test "a server that is continued in time serves all" {
	serve upper
	kill -STOP "$server"
	poll_until 10 is_stopped "$server"
	hold -p "$port" -t 60
	kill -CONT "$server"
	poll_until 60 held_says "ready 50"
}

@test "a full backlog does not hold it beyond the limit" {
	serve deaf
	run --separate-stderr "$burst" -p "$port" -c -n 50 -t 0.5
	[ "$status" -eq 3 ]
	[[ "$stderr" =~ ^"burst: served "[0-9]+" of 50 within 0.5 s"$ ]]
	# Those clients have left, but they are in the queue still: it takes not even one.
	run --separate-stderr "$burst" -p "$port" -c -n 1 -t 0.5
	[ "$status" -eq 3 ]
	[ "$stderr" = "burst: served 0 of 1 within 0.5 s" ]
}

@test "no more than eight clients wait for their answer at a time, and none is begun late" {
	serve upper
	kill -STOP "$server"
	poll_until 10 is_stopped "$server"
	run --separate-stderr "$burst" -p "$port" -n 50 -t 0.3
	kill -CONT "$server"
	run "$burst" -p "$port" -n 1 # the server is done with those before it
	events_are opened 9
}

@test "a dead port is told with what to look at" {
	serve upper
	exec 8>&- # the server ends, and the port is free
	poll_until 10 is_gone "$server"
	run --separate-stderr "$burst" -p "$port"
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[ "$stderr" = "burst: cannot connect to 127.0.0.1 port $port: Connection refused; is the server running?" ]
}

@test "all standard descriptors closed: its sockets do not become them" {
	serve upper
	"$burst" -p "$port" -n 3 -w <&- >&- 2>&-
	poll_until 10 events_are closed 3
}

@test "a ready line that cannot be written is an error" {
	[ -c /dev/full ] || skip "no /dev/full on this system"
	serve upper
	run --separate-stderr sh -c "'$burst' -p $port -n 3 >/dev/full"
	[ "$status" -eq 3 ]
	[[ "$stderr" == "burst: cannot write to standard output: "* ]]
}

@test "a ready line that nobody reads any more is an error" {
	serve upper
	mkfifo pipe
	(exec <pipe) 3>&- 8>&- &
	exec 7>pipe
	wait $!
	run --separate-stderr sh -c "'$burst' -p $port -n 3 >&7"
	[ "$status" -eq 3 ]
	[[ "$stderr" == "burst: cannot write to standard output: "* ]]
}

# ---------------------------------------------------------------- holding

@test "-w holds all clients until standard input ends, then releases all" {
	serve upper
	hold -p "$port" -n 20
	poll_until 10 held_says "ready 20"
	echo "not the end yet" >&9
	# The server takes events in order: were one of the 20 closed, it would say so before
	# it is done with this one.
	run "$burst" -p "$port" -n 1
	poll_until 10 events_are closed 1
	run -1 is_gone "$holder"
	release
	reap
	[ "$status" -eq 0 ]
	poll_until 10 events_are closed 21
}

@test "without -w they are released although standard input does not end" {
	serve upper
	run "$burst" -p "$port" -n 3 <lifeline
	[ "$status" -eq 0 ]
	poll_until 10 events_are closed 3
}

@test "the time limit does not limit holding" {
	serve upper
	hold -p "$port" -n 2 -t 2
	poll_until 10 held_says "ready 2"
	for _ in 1 2 3 4 5 6 7; do sleep 0.3; done # longer than the limit
	run -1 is_gone "$holder"
	release
	reap
	[ "$status" -eq 0 ]
}

@test "nothing but the end of standard input ends the hold: not even the server's end" {
	serve upper
	hold -p "$port" -n 5
	poll_until 10 held_says "ready 5"
	exec 8>&-
	poll_until 10 is_gone "$server"
	run -1 is_gone "$holder"
	release
	reap
	[ "$status" -eq 0 ]
	[ ! -s held_errors ]
}

@test "killed with kill -9 it leaves nothing, and its clients are closed" {
	serve upper
	hold -p "$port" -n 20
	poll_until 10 held_says "ready 20"
	kill -KILL "$holder"
	reap
	[ "$status" -eq 137 ]
	poll_until 10 events_are closed 20
}

@test "SIGTERM releases the clients" {
	serve upper
	hold -p "$port" -n 20
	poll_until 10 held_says "ready 20"
	kill -TERM "$holder"
	reap
	[ "$status" -eq 143 ]
	poll_until 10 events_are closed 20
}

# ---------------------------------------------------------------- half-close

@test "-H is content with a server that closes after its client" {
	serve upper
	run --separate-stderr "$burst" -p "$port" -n 20 -H
	[ "$status" -eq 0 ]
	[ "$output" = "ready 20" ]
	[ -z "$stderr" ]
}

@test "-H finds a server that keeps connections open, and counts those that it closed" {
	serve leak 15
	run --separate-stderr "$burst" -p "$port" -n 20 -H -t 2
	[ "$status" -eq 3 ]
	[ "$stderr" = "burst: half-closed all; the server closed 15 of 20 within 2 s" ]
}

@test "without -H the same server passes" {
	serve leak
	run --separate-stderr "$burst" -p "$port" -n 20
	[ "$status" -eq 0 ]
}

@test "-H with -w half-closes only when standard input ends" {
	serve leak
	hold -p "$port" -n 3 -H -t 2 # to be served within the limit as well
	poll_until 10 held_says "ready 3"
	for _ in 1 2 3 4 5 6 7; do sleep 0.3; done # longer than the limit
	run -1 is_gone "$holder"
	release
	reap
	[ "$status" -eq 3 ]
	[ "$(cat held_errors)" = "burst: half-closed all; the server closed 0 of 3 within 2 s" ]
}

@test "-H ends in time with a server that never stops sending" {
	serve flood
	run --separate-stderr "$burst" -p "$port" -n 3 -H -e any -t 1
	[ "$status" -eq 3 ]
	[ "$stderr" = "burst: half-closed all; the server closed 0 of 3 within 1 s" ]
}

@test "-H lets bytes pass that come between the answer and the end with -e any" {
	serve hello
	run --separate-stderr "$burst" -p "$port" -n 5 -H -e any
	[ "$status" -eq 0 ]
}

# ---------------------------------------------------------------- connect only

@test "-c connects, and asks nothing of the server" {
	serve shut # at the first byte that comes
	hold -p "$port" -n 10 -c
	poll_until 10 held_says "ready 10"
	poll_until 10 events_are opened 10
	events_are closed 0
	release
	poll_until 10 events_are closed 10
}

@test "-c with -H requires the end of each connection" {
	serve upper
	run --separate-stderr "$burst" -p "$port" -n 10 -c -H
	[ "$status" -eq 0 ]
	[ "$output" = "ready 10" ]
}

@test "-c with -H finds a server that keeps the connection open" {
	serve leak
	run --separate-stderr "$burst" -p "$port" -n 10 -c -H -t 1
	[ "$status" -eq 3 ]
	[ "$stderr" = "burst: half-closed all; the server closed 0 of 10 within 1 s" ]
}

# ---------------------------------------------------------------- one after the other

@test "-s serves one client after the other and gives the rate" {
	serve upper
	run --separate-stderr "$burst" -p "$port" -s 200
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^"served 200 of 200, "[1-9][0-9]*" per second"$ ]]
	[ -z "$stderr" ]
	poll_until 10 events_are closed 200
	# never two at a time
	awk '/opened/ { if (open++) exit 1 } /closed/ { open-- }' events
}

@test "-s closes each client before it opens the next" {
	serve upper
	run --separate-stderr bash -c "ulimit -n 20; '$burst' -p $port -s 60"
	[ "$status" -eq 0 ]
}

@test "-s stops at the first client that gets no answer" {
	serve shut 3
	run --separate-stderr "$burst" -p "$port" -s 200
	[ "$status" -eq 3 ]
	[[ "$output" =~ ^"served 3 of 200, "[0-9]+" per second"$ ]]
	[ "$stderr" = "burst: client 4: no answer: the server closed the connection" ]
	events_are opened 4
}

@test "-s stops at a reset" {
	serve reset 3
	run --separate-stderr "$burst" -p "$port" -s 200
	[ "$status" -eq 3 ]
	[[ "$output" == "served 3 of 200, "* ]]
	[ "$stderr" = "burst: client 4: no answer: Connection reset by peer" ]
}

@test "-s stops at a wrong answer" {
	serve wrong 3
	run --separate-stderr "$burst" -p "$port" -s 200
	[ "$status" -eq 3 ]
	[[ "$output" == "served 3 of 200, "* ]]
	[[ "$stderr" == "burst: client 4: expected "* ]]
}

@test "-s stops at a client that is not answered within the limit" {
	serve mute 3
	run --separate-stderr "$burst" -p "$port" -s 200 -t 1
	[ "$status" -eq 3 ]
	[[ "$output" == "served 3 of 200, "* ]]
	[ "$stderr" = "burst: client 4: no answer within 1 s" ]
}

@test "-s stops at a client whose connection is not closed" {
	serve leak 3
	run --separate-stderr "$burst" -p "$port" -s 200 -t 1
	[ "$status" -eq 3 ]
	[[ "$output" == "served 3 of 200, "* ]]
	[ "$stderr" = "burst: client 4: answered, but not closed within 1 s" ]
}

@test "-s notices a server that is stopped meanwhile" {
	serve upper
	"$burst" -p "$port" -s 100000000 -t 1 >turns 2>turns_errors 3>&- 8>&- &
	holder=$!
	poll_until 10 events_at_least closed 5
	kill -STOP "$server"
	reap
	[ "$status" -eq 3 ]
	grep -q '^served [1-9][0-9]* of 100000000, [1-9][0-9]* per second$' turns
	# It may have been stopped before its answer or after.
	grep -Eq '^burst: client [0-9]+: (no answer|answered, but not closed) within 1 s$' turns_errors
}

@test "-s notices a server that dies meanwhile" {
	serve upper
	"$burst" -p "$port" -s 100000000 >turns 2>turns_errors 3>&- 8>&- &
	holder=$!
	poll_until 10 events_at_least closed 5
	kill -KILL "$server"
	reap
	[ "$status" -eq 3 ]
	grep -q '^served [1-9][0-9]* of 100000000, ' turns
	grep -Eq 'Connection refused|Connection reset|closed the connection' turns_errors
}

@test "-s at a dead port has served none" {
	serve upper
	exec 8>&-
	poll_until 10 is_gone "$server"
	run --separate-stderr "$burst" -p "$port" -s 5
	[ "$status" -eq 3 ]
	[ "$output" = "served 0 of 5, 0 per second" ]
	[[ "$stderr" == *"Connection refused; is the server running?" ]]
}

@test "-s with -e any and -e same check as they do for clients together" {
	serve same
	run --separate-stderr "$burst" -p "$port" -s 5 -e same
	[ "$status" -eq 0 ]
	run --separate-stderr "$burst" -p "$port" -s 5 -e any
	[ "$status" -eq 0 ]
	run --separate-stderr "$burst" -p "$port" -s 5
	[ "$status" -eq 3 ]
}

# ---------------------------------------------------------------- addresses

@test "-b takes an IPv4 address" {
	serve upper
	run --separate-stderr "$burst" -p "$port" -b 127.0.0.1 -n 3
	[ "$status" -eq 0 ]
}

@test "-b takes an IPv6 address" {
	"$BATS_FILE_TMPDIR/fake_server" upper 0 ::1 </dev/null >probe 2>&1 ||
		skip "no ::1 on this machine: $(cat probe)"
	serve upper 0 ::1
	grep -q '^listening on ::1 port ' events
	run --separate-stderr "$burst" -p "$port" -b ::1 -n 3
	[ "$status" -eq 0 ]
	[ "$output" = "ready 3" ]
}

# ---------------------------------------------------------------- limits

@test "a soft limit of open files below the hard one is raised" {
	serve upper
	run --separate-stderr bash -c "ulimit -Sn 20; '$burst' -p $port -n 100"
	[ "$status" -eq 0 ]
	[ "$output" = "ready 100" ]
}

@test "a hard limit of open files that is too low is named" {
	serve upper
	run --separate-stderr bash -c "ulimit -n 20; exec '$burst' -p $port -n 100"
	[ "$status" -eq 2 ]
	[ "$stderr" = "burst: -n 100 needs 103 open files, and the hard limit is 20: raise it (ulimit -Hn), or use a smaller -n" ]
	events_are opened 0
}

@test "a hard limit that inherited descriptors use up is named" {
	serve upper
	run --separate-stderr bash -c "ulimit -n 23; exec 10</dev/null 11</dev/null 12</dev/null
		exec '$burst' -p $port -n 20"
	[ "$status" -eq 3 ]
	[[ "${stderr_lines[0]}" == "burst: cannot connect to 127.0.0.1 port $port: socket: "*"limit of open files"* ]]
	[[ "${stderr_lines[1]}" =~ ^"burst: served 1"[0-9]" of 20"$ ]]
}

# ---------------------------------------------------------------- usage

@test "-h prints the usage to standard output" {
	run --separate-stderr "$burst" -h
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == "usage: burst [-p PORT] "* ]]
	[ -z "$stderr" ]
}

@test "-h fits a terminal of 80 columns" {
	run "$burst" -h
	awk 'length($0) > 79 { exit 1 }' <<<"$output"
}

@test "-h explains every option" {
	run "$burst" -h
	for option in p b n w H c e t s h; do
		grep -q "^  -$option " <<<"$output"
	done
}

@test "the port is the stages' own where none is given" {
	run -0 "$burst" -h
	[[ "$output" == *"-p PORT"*"(9877, where the stages listen)"* ]]
	run "$BUILD/stage1_no_reap" -h
	[[ "$output" == *"(9877)"* ]]
}

@test "a port that is none is refused" {
	for bad in '' 0 65536 99999999999999999999 -1 +1 1x x ' 1' 1.0 http; do
		refuses -p "$bad"
		[[ "$stderr" == *"-p '$bad'"* ]]
	done
}

@test "an address that is not numeric is refused" {
	for bad in '' localhost 127.0.0 127.0.0.1.1 ::g '127.0.0.1 ' 1; do
		refuses -p 1 -b "$bad"
		[[ "$stderr" == *"-b '$bad'"* ]]
	done
}

@test "a number of clients that is none is refused" {
	for bad in '' 0 -1 65536 99999999999999999999 5x 1.5; do
		refuses -p 1 -n "$bad"
		[[ "$stderr" == *"-n '$bad'"* ]]
		refuses -p 1 -s "${bad/65536/100000001}"
		[[ "$stderr" == *"-s '${bad/65536/100000001}'"* ]]
	done
}

@test "a time limit that is none is refused" {
	for bad in '' 0 0.0001 -1 1s . 1. 1e3 1,5 1.2.3 1000000.1 inf nan 99999999999999999999; do
		refuses -p 1 -t "$bad"
		[[ "$stderr" == *"-t '$bad'"* ]]
	done
}

@test "a time limit may have decimals" {
	serve upper
	for good in .5 0.75 1 60.125 1000000; do
		run --separate-stderr "$burst" -p "$port" -n 1 -t "$good"
		[ "$status" -eq 0 ]
	done
}

@test "an answer that is not known is refused" {
	for bad in '' lower UPPER anything; do
		refuses -p 1 -e "$bad"
		[[ "$stderr" == *"-e '$bad'"* ]]
	done
}

@test "an option without its argument is refused" {
	for option in p b n e t s; do
		refuses -p 1 "-$option"
		[[ "$stderr" == *"-$option needs an argument"* ]]
	done
}

@test "-s with an option for clients together is refused" {
	for other in '-n 5' -w -H -c; do
		# shellcheck disable=SC2086 # two words
		refuses -p 1 -s 5 $other
		[[ "$stderr" == *"${other:0:2} does not go with -s"* ]]
	done
}

@test "an argument that is no option is refused" {
	refuses -p 1 127.0.0.1
	[[ "$stderr" == *"'127.0.0.1' is not an option"* ]]
}

@test "an unknown option is named, and the usage follows" {
	run --separate-stderr "$burst" -p 1 -z
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "burst: unknown option -z" ]
	[[ "${stderr_lines[1]}" == "usage: burst "* ]]
}
