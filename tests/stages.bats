#!/usr/bin/env bats
# The stages: command line, ready line, event log, tally; and what must not change any of it.

load helper
load servers

setup_file() {
	compile_fixture pipe_client "$ROOT/common/sock.c"
	compile_fixture with
	compile_faulty_stages 1 2 3 4
}

setup() {
	CLIENT=$BATS_FILE_TMPDIR/pipe_client
	WITH=$BATS_FILE_TMPDIR/with
	FAULTY=$BATS_FILE_TMPDIR/faulty
	cd "$BATS_TEST_TMPDIR" || return
	server='' port='' end='' # the helpers set these
}

teardown() {
	end_servers
	[ -z "${place:-}" ] || rm -rf "$place"
}

# talk TEXT: a client that says this, and nothing more, and prints the answer.
talk() {
	# shellcheck disable=SC2059 # the text may have escapes
	printf "$1" | "$CLIENT" 127.0.0.1 "$port" 7>&- 8>&-
}

is_served() {
	[ "$(talk 'still there?\n' 2>/dev/null)" = 'STILL THERE?' ]
}

# says NAME PATTERN: on stdout or stderr.
says() {
	cat "$1".log "$1".errors 2>/dev/null | grep -Eq "$2"
}

# stop SIGNAL NAME: ends $server, once it is idle, and requires that it exits with success; sets
# tally.
stop() {
	wait_until_idle
	kill -"$1" "$server"
	wait_for_end "$2"
	[ "$end" = "exited 0" ]
	tally=$(grep '^tally:' "$2.log")
}

# tally_of ACCEPTED FORKED RUNS REAPED NEVER
tally_of() {
	echo "tally: $1 accepted, $2 forked, $3 handler runs, $4 reaped, $5 never reaped"
}

# refuses STAGE MESSAGE ARGS...: it says this, after its name, in one line on stderr.
refuses() {
	local program message=$2
	program=$(stage_program "$1")
	shift 2
	run --separate-stderr "$program" "$@"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	# shellcheck disable=SC2154 # run sets it
	[ "$stderr" = "${program##*/}: $message" ]
}

each_refuses() {
	local stage
	for stage in 1 2 3 4; do
		refuses "$stage" "$@"
	done
}

# each_shows_usage MESSAGE ARGS...: the same, with the usage in a second line.
each_shows_usage() {
	local message=$1 stage program
	shift
	for stage in 1 2 3 4; do
		program=$(stage_program "$stage")
		run --separate-stderr "$program" "$@"
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		# shellcheck disable=SC2154 # run sets it
		[ "${#stderr_lines[@]}" -eq 2 ]
		[ "${stderr_lines[0]}" = "${program##*/}: $message" ]
		[ "${stderr_lines[1]}" = \
			"usage: ${program##*/} [-b ADDRESS] [-p PORT] [-r | -R] [-q] [-h]" ]
	done
}

# ---------------------------------------------------------------- usage

@test "-h prints the usage on stdout and explains every option" {
	for stage in 1 2 3 4; do
		program=$(stage_program "$stage")
		run --separate-stderr "$program" -h
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[ "${lines[0]}" = "usage: ${program##*/} [-b ADDRESS] [-p PORT] [-r | -R] [-q] [-h]" ]
		for option in b p r R q h; do
			grep -q "^  -$option " <<<"$output"
		done
	done
}

@test "-h says whether SA_RESTART is the default of the stage" {
	for stage in 1 2 3 4; do
		run "$(stage_program "$stage")" -h
		case $stage in
		2) grep -q '^  -r .*SA_RESTART (the default)$' <<<"$output" ;;
		*) grep -q '^  -R .*without (the default)$' <<<"$output" ;;
		esac
		[ "$(grep -c 'the default' <<<"$output")" -eq 1 ]
	done
}

@test "no line of the help is wider than 80 columns" {
	for stage in 1 2 3 4; do
		run "$(stage_program "$stage")" -h
		run ! grep -E '.{81}' <<<"$output"
	done
}

@test "an unknown option is named, and the usage follows" {
	each_shows_usage "unknown option -x" -x
	each_shows_usage "unknown option -x" -p 0 -qx
}

@test "an option without its argument is named, and the usage follows" {
	each_shows_usage "option -p needs an argument" -p
	each_shows_usage "option -b needs an argument" -q -b
}

@test "a port that is none is refused" {
	each_refuses "-p wants a port from 0 to 65535: '65536'" -p 65536
	for bad in '' 99999999999999999999 -1 +1 1x x ' 1' 1.0 http; do
		refuses 4 "-p wants a port from 0 to 65535: '$bad'" -p "$bad"
	done
}

@test "an address that is not numeric is refused" {
	each_refuses "-b wants a numeric address such as 127.0.0.1 or ::1: 'localhost'" -b localhost
	for bad in '' 127.0.0 127.0.0.1.1 '::g' '127.0.0.1 ' 1; do
		refuses 4 "-b wants a numeric address such as 127.0.0.1 or ::1: '$bad'" -b "$bad"
	done
}

@test "an argument that is no option is refused" {
	each_refuses "takes options only; see -h: '9877'" 9877
	each_refuses "takes options only; see -h: '-q'" -p 0 -- -q
}

@test "a port in use is named, with what to try" {
	start_stage 1
	run "$(stage_program 1)" -p "$port"
	reason=${output#*bind: } # "Address already in use", or the like
	each_refuses "cannot listen on 127.0.0.1 port $port: bind: ${reason%%;*}; end the server that has it, or choose another with -p (0: any free one)" \
		-p "$port"
}

@test "an address of another machine is named" {
	run cat /proc/sys/net/ipv4/ip_nonlocal_bind
	[ "$output" != 1 ] || skip "this system lets anybody bind any address"
	run "$(stage_program 1)" -b 192.0.2.1 -p 0 # TEST-NET-1: nobody's
	reason=${output#*bind: }
	each_refuses "cannot listen on 192.0.2.1 port 0: bind: ${reason%%;*}; -b wants an address of this machine" \
		-b 192.0.2.1 -p 0
}

@test "a port for root only is named" {
	run cat /proc/sys/net/ipv4/ip_unprivileged_port_start
	[ "$status" -ne 0 ] || [ "$output" -gt 1 ] || skip "this system lets anybody bind any port"
	make_place
	start_as 1 "${as[@]}" -o 1.log -- "$place/"stage1_* -p 1
	wait_for_end 1
	[ "$end" = "exited 2" ]
	[ "$(<1.log)" = "stage1_no_reap: cannot listen on 127.0.0.1 port 1: bind: Permission denied; choose a port above 1023 with -p" ]
}

# ---------------------------------------------------------------- start

@test "the ready line tells address, port and process id, and is the first" {
	for stage in 1 2 3 4; do
		start_stage "$stage"
		[ "$port" -ge 1 ]
		poll_until 20 grep -q '^started ' "$stage.life" # the server may be quicker to speak
		started=$(sed -n 's/^started //p' "$stage.life")
		[ "$(<"$stage.log")" = "listening on 127.0.0.1 port $port pid $started" ]
		is_served
		[ "$(head -n 1 "$stage.log")" = "listening on 127.0.0.1 port $port pid $started" ]
	done
}

@test "with -p 0 each server has a port of its own" {
	for stage in 1 2 3 4; do
		start_stage "$stage"
		ports+="$port "
	done
	[ "$(tr ' ' '\n' <<<"$ports" | grep . | sort -u | wc -l)" -eq 4 ]
}

# start_on COMMAND...: starts stage 4 on $port, through a command; false when somebody else has it.
start_on() {
	start 4 "$@" "$(stage_program 4)" -p "$port"
	poll_until 20 is_served_or_refused
	! has_line 4.life '^exited 2$'
}

is_served_or_refused() {
	is_served || has_line 4.life '^exited 2$'
}

# The same on some port that is not among those that the kernel gives away; sets port.
start_on_some_port() {
	for _ in 1 2 3 4 5 6 7 8 9; do
		port=$((10000 + RANDOM % 20000))
		! start_on "$@" || return 0
	done
	return 1
}

@test "-p chooses the port" {
	start_on_some_port
	[ "$(head -n 1 4.log | cut -d ' ' -f 1-6)" = "listening on 127.0.0.1 port $port pid" ]
}

@test "without -p the port is 9877" {
	start 1 "$(stage_program 1)"
	poll_until 20 says 1 'port 9877' # that it listens there, or that it cannot
}

@test "-b takes another IPv4 address, and only that one is listened on" {
	need_linux # elsewhere 127.0.0.2 has to be configured first
	start_stage 4 -b 127.0.0.2
	[[ "$(<4.log)" == "listening on 127.0.0.2 port $port pid "* ]]
	[ "$("$CLIENT" 127.0.0.2 "$port" <<<hello)" = HELLO ]
	run "$CLIENT" 127.0.0.1 "$port" </dev/null
	[[ "$output" == *"Connection refused"* ]]
}

@test "-b takes an IPv6 address" {
	start 4 "$(stage_program 4)" -p 0 -b ::1
	poll_until 20 says 4 '::1'
	! grep 'cannot listen on ::1' 4.errors || skip "no ::1 on this machine"
	wait_until_ready 4
	[[ "$(<4.log)" == "listening on ::1 port $port pid "* ]]
	[ "$("$CLIENT" ::1 "$port" <<<hello)" = HELLO ]
	poll_until 20 has_line 4.log "^accepted client 1, ::1 port [0-9]+$"
}

@test "-q leaves only the ready line, errors and the tally" {
	for stage in 1 2 3 4; do
		start_stage "$stage" -q -r
		"$BUILD/burst" -p "$port" -n 3
		stop TERM "$stage"
		[ "$(wc -l <"$stage.log")" -eq 2 ]
		[[ "$tally" == "tally: 3 accepted, 3 forked, "* ]]
		[ ! -s "$stage.errors" ]
	done
	start_stage 3 -q -R
	hold_clients 1
	wait_until_idle
	release_clients
	wait_for_end 3
	[ "$(<3.errors)" = "accept: Interrupted system call" ]
}

# ---------------------------------------------------------------- the SIGCHLD handler

# catches SIGNAL_NUMBER
catches() {
	local mask
	mask=$(awk '/^SigCgt:/ { print $2 }' "/proc/$server/status")
	((0x$mask >> ($1 - 1) & 1))
}

@test "stage 1 does not catch SIGCHLD, the others do" {
	need_linux
	for stage in 1 2 3 4; do
		start_stage "$stage"
		catches "$(kill -l TERM)"
		if [ "$stage" -eq 1 ]; then
			run -1 catches "$(kill -l CHLD)"
		else
			catches "$(kill -l CHLD)"
		fi
	done
}

# survives_its_first_client STAGE [OPTION...]
survives_its_first_client() {
	start_stage "$@"
	talk 'hello\n' >/dev/null
	wait_for 1 "$1" '^SIGCHLD handler, run 1$'
	is_served
}

# dies_of_its_first_client STAGE [OPTION...]
dies_of_its_first_client() {
	start_stage "$@"
	hold_clients 1
	wait_until_idle
	release_clients
	wait_for_end "$1"
	[ "$end" = "exited 1" ]
	[ "$(<"$1.errors")" = "accept: Interrupted system call" ]
}

@test "with -r no handler interrupts accept()" {
	for stage in 2 3 4; do
		survives_its_first_client "$stage" -r
	done
}

@test "with -R the handler ends stages 2 and 3, not stage 4" {
	dies_of_its_first_client 2 -R
	dies_of_its_first_client 3 -R
	survives_its_first_client 4 -R
}

@test "with neither, stage 2 is restarted and stage 3 is not" {
	survives_its_first_client 2
	dies_of_its_first_client 3
	survives_its_first_client 4
}

@test "what stage 4 outlives is an interrupted accept(), and -r keeps it from that" {
	for flag in -R -r; do
		start 4 "${FAULTY}4" -p 0 "$flag"
		wait_until_ready 4
		hold_clients 1
		wait_until_idle
		release_clients
		wait_for 1 4 '^SIGCHLD handler, run 1$'
		is_served
		if [ "$flag" = -R ]; then
			has_line 4.errors '^interrupted$'
		else
			[ ! -s 4.errors ]
		fi
	done
}

@test "of -r and -R the last one counts" {
	survives_its_first_client 2 -R -r
	dies_of_its_first_client 3 -r -R
}

@test "stage 1 serves on with -r and with -R" {
	for flag in -r -R; do
		start_stage 1 "$flag"
		is_served
		poll_until 20 has_zombies 1
		is_served
	done
}

# ---------------------------------------------------------------- the event log

# Runs stage $1 with one client that waits between connecting, talking and leaving, so that the
# order of the lines is known; sets child.
have_a_conversation() {
	start_stage "$1" -r
	mkfifo words
	"$CLIENT" 127.0.0.1 "$port" <words >answer 3>&- 7>&- &
	exec 8>words
	wait_for 1 "$1" '^forked child'
	child=$(sed -n 's/^forked child //p' "$1.log")
	printf 'hello\n' >&8
	wait_for 1 "$1" '^child .* sent'
	exec 8>&-
	wait $!
	poll_until 20 has_line "$1.log" '^reaped child' || [ "$1" -eq 1 ]
	rm words
}

@test "every event of a client's life is a line" {
	for stage in 2 3 4; do
		have_a_conversation "$stage"
		stop TERM "$stage"
		sed 's/^\(accepted client 1, 127.0.0.1 port\) [1-9][0-9]*$/\1 N/' "$stage.log" >seen
		cat >wanted <<-END
			listening on 127.0.0.1 port $port pid $server
			accepted client 1, 127.0.0.1 port N
			forked child $child
			child $child received 6 bytes: "hello\n"
			child $child sent 6 bytes: "HELLO\n"
			SIGCHLD handler, run 1
			reaped child $child, exit status 0
			tally: 1 accepted, 1 forked, 1 handler runs, 1 reaped, 0 never reaped
		END
		diff wanted seen
		[ ! -s "$stage.errors" ]
	done
}

@test "stage 1 has no handler to tell of, and reaps nothing" {
	start_stage 1
	is_served
	poll_until 20 has_zombies 1
	stop TERM 1
	run ! grep -E 'SIGCHLD|reaped child' 1.log
	[ "$tally" = "$(tally_of 1 1 0 0 1)" ]
}

@test "clients and handler runs are numbered" {
	start_stage 4
	for number in 1 2 3; do
		is_served
		wait_for 1 4 "^SIGCHLD handler, run $number$"
		has_lines 1 4.log "^accepted client $number, "
	done
}

@test "a child that was killed is told by its signal" {
	for stage in 2 3 4; do
		start_stage "$stage" -r
		hold_clients 1
		wait_until_idle
		child=$(sed -n 's/^forked child //p' "$stage.log")
		kill -KILL "$child"
		wait_for 1 "$stage" "^reaped child $child, killed by signal 9$"
		release_clients
		is_served
	done
}

@test "of long data the length and the first forty bytes are shown" {
	start_stage 4
	talk '0123456789abcdefghijklmnopqrstuvwxyz012345' >/dev/null
	talk '0123456789abcdefghijklmnopqrstuvwxyz0123' >/dev/null
	has_lines 1 4.log 'received 42 bytes: "0123456789abcdefghijklmnopqrstuvwxyz0123"\.\.\.$'
	has_lines 1 4.log 'received 40 bytes: "0123456789abcdefghijklmnopqrstuvwxyz0123"$'
}

@test "one byte is no bytes" {
	start_stage 4
	talk x >/dev/null
	has_lines 1 4.log 'received 1 byte: "x"$'
	has_lines 1 4.log 'sent 1 byte: "X"$'
}

@test "what could command a terminal, or forge a line, is shown escaped" {
	start_stage 4
	talk '\033]0;owned\007\033[31m\r\177\200\377\000"\\\n' >/dev/null
	grep -F 'received 23 bytes: "\x1b]0;owned\x07\x1b[31m\x0d\x7f\x80\xff\x00\"\\\n"' 4.log
	talk '\ntally: 9 accepted' >/dev/null
	run ! grep '^tally' 4.log
	[ "$(LC_ALL=C tr -d '\n -~' <4.log | wc -c)" -eq 0 ]
}

@test "an interrupted write() loses nothing of a line" {
	BYTES_AT_ONCE=3 start 4 "${FAULTY}4" -p 0
	wait_until_ready 4
	[ "$(wc -l <4.log)" -eq 1 ]
	[[ "$(<4.log)" =~ ^"listening on 127.0.0.1 port $port pid $server"$ ]]
}

# ---------------------------------------------------------------- the tally

@test "SIGTERM and SIGINT print the tally and exit with success" {
	for case in '1 TERM' '2 INT' '3 TERM' '4 INT' '4 TERM'; do
		read -r stage signal <<<"$case"
		start_stage "$stage"
		stop "$signal" "$stage"
		[ "$tally" = "$(tally_of 0 0 0 0 0)" ]
		[ "$(tail -n 1 "$stage.log")" = "$tally" ]
	done
}

@test "the tally counts children that still run as never reaped" {
	for stage in 1 2 3 4; do
		start_stage "$stage"
		hold_clients 3
		stop TERM "$stage"
		[ "$tally" = "$(tally_of 3 3 0 0 3)" ]
		release_clients
	done
}

@test "stage 3 dies with the tally and status 1 when its first client leaves" {
	start_stage 3
	hold_clients 2
	wait_until_idle
	release_clients
	wait_for_end 3
	[ "$end" = "exited 1" ]
	[ "$(<3.errors)" = "accept: Interrupted system call" ]
	has_lines 1 3.log '^tally: 2 accepted, 2 forked, [12] handler runs, [12] reaped, [01] never reaped$'
	[[ "$(tail -n 1 3.log)" == tally:* ]] || [[ "$(tail -n 1 3.log)" == child* ]]
}

@test "stage 2 tallies the children that shared a signal" {
	need_linux # elsewhere several SIGCHLD may be queued
	start_stage 2
	hold_clients 5
	wait_until_idle
	kill -STOP "$server"
	poll_until 20 is_stopped "$server"
	release_clients
	poll_until 20 has_zombies 5
	kill -CONT "$server"
	wait_for 1 2 '^reaped child'
	stop TERM 2
	[ "$tally" = "$(tally_of 5 5 1 1 4)" ]
}

@test "stages 3 and 4 reap all the children that shared a signal" {
	need_linux
	for stage in 3 4; do
		start_stage "$stage" -r
		hold_clients 5
		wait_until_idle
		kill -STOP "$server"
		poll_until 20 is_stopped "$server"
		release_clients
		poll_until 20 has_zombies 5
		kill -CONT "$server"
		wait_for 5 "$stage" '^reaped child'
		stop TERM "$stage"
		[ "$tally" = "$(tally_of 5 5 1 5 0)" ]
	done
}

@test "stage 2 that hangs in wait() still ends with its tally" {
	start_stage 2
	hold_clients 1
	wait_until_idle
	kill -CHLD "$server"
	wait_for 1 2 '^SIGCHLD handler, run 1$'
	stop TERM 2
	[ "$tally" = "$(tally_of 1 1 1 0 1)" ]
	release_clients
}

@test "a child that SIGTERM or SIGINT ends prints no tally" {
	for signal in TERM INT; do
		start_stage 4
		hold_clients 3
		wait_until_idle
		# shellcheck disable=SC2046 # one word a process
		kill -"$signal" $(sed -n 's/^forked child //p' 4.log)
		wait_for 3 4 "^reaped child [0-9]*, killed by signal $(kill -l "$signal")$"
		release_clients
		run ! grep '^tally' 4.log
		stop TERM 4
		[ "$(grep -c '^tally' 4.log)" -eq 1 ]
	done
}

@test "a child that SIGTERM meets at its very first instruction prints no tally" {
	for stage in 2 3 4; do
		FORK_ERRORS=SIGTERM start "$stage" "$FAULTY$stage" -p 0 -r
		wait_until_ready "$stage"
		run talk 'hello\n'
		[[ "$output" != *HELLO* ]]
		wait_for 1 "$stage" '^reaped child [0-9]*, killed by signal 15$'
		run ! grep '^tally' "$stage.log"
		is_served
	done
}

# ---------------------------------------------------------------- what was inherited

@test "an ignored SIGCHLD that was inherited does not hide the zombies of stage 1" {
	start 1 "$WITH" ignore CHLD -- "$(stage_program 1)" -p 0
	wait_until_ready 1
	is_served
	poll_until 20 has_zombies 1
}

@test "a blocked SIGCHLD that was inherited does not keep a handler from running" {
	for stage in 2 3 4; do
		start "$stage" "$WITH" block CHLD -- "$(stage_program "$stage")" -p 0 -r
		wait_until_ready "$stage"
		is_served
		wait_for 1 "$stage" '^reaped child .*, exit status 0$'
	done
}

@test "an ignored SIGCHLD that was inherited does not keep a handler from running" {
	for stage in 2 3 4; do
		start "$stage" "$WITH" ignore CHLD -- "$(stage_program "$stage")" -p 0 -r
		wait_until_ready "$stage"
		is_served
		wait_for 1 "$stage" '^reaped child .*, exit status 0$'
	done
}

@test "a blocked SIGCHLD that was inherited does not save stage 3" {
	start 3 "$WITH" block CHLD -- "$(stage_program 3)" -p 0
	wait_until_ready 3
	hold_clients 1
	wait_until_idle
	release_clients
	wait_for_end 3
	[ "$end" = "exited 1" ]
}

@test "a SIGTERM or SIGINT that was inherited ignored or blocked prints the tally" {
	for how in ignore block; do
		for signal in TERM INT; do
			start 4 "$WITH" "$how" "$signal" -- "$(stage_program 4)" -p 0
			wait_until_ready 4
			stop "$signal" 4
		done
	done
}

@test "standard descriptors that are closed do not become the clients'" {
	# shellcheck disable=SC2016 # for the inner shell
	start_on_some_port sh -c 'exec "$@" <&- >&- 2>&-' sh
	[ "$(talk 'one\n')" = ONE ]
	kill -TERM "$(sed -n 's/^started //p' 4.life)"
	wait_for_end 4
	[ "$end" = "exited 0" ]
}

# ---------------------------------------------------------------- trouble

# A copy of the stages where every user can run it, and in $as who is to do it: as root a user
# that has no other process, so that a limit is exact.
make_place() {
	place=$(mktemp -d)
	chmod 755 "$place"
	cp "$(stage_program 1)" "$(stage_program 4)" "$place"
	as=()
	[ "$(id -u)" -ne 0 ] || as=(-U $((50000 + $$ % 10000)))
}

@test "when no process is to be had, stage 4 says so, drops the client and serves on" {
	make_place
	start_as 4 "${as[@]}" -u 4 -o 4.log -- "$place/"stage4_* -p 0
	wait_until_ready 4
	hold_clients 60 -c
	poll_until 20 has_line 4.log '^fork: Resource temporarily unavailable$'
	wait_for 60 4 '^accepted client'
	if [ "$(id -u)" -eq 0 ]; then
		wait_for 3 4 '^forked child'
		wait_for 57 4 '^fork: '
	fi
	release_clients
	poll_until 20 is_served
}

@test "when no process is to be had, the client is dropped at once" {
	for stage in 1 2 3 4; do
		FORK_ERRORS="EAGAIN ENOMEM" start "$stage" "$FAULTY$stage" -p 0 -r
		wait_until_ready "$stage"
		for _ in 1 2; do
			run "$CLIENT" 127.0.0.1 "$port" 3>&- </dev/null
			[ -z "$output" ]
		done
		has_lines 2 "$stage.errors" '^fork: .'
		is_served
		[ "$stage" -eq 1 ] || wait_for 1 "$stage" '^reaped child'
		stop TERM "$stage"
		case $stage in
		1) [ "$tally" = "$(tally_of 3 1 0 0 1)" ] ;;
		*) [ "$tally" = "$(tally_of 3 1 1 1 0)" ] ;;
		esac
	done
}

@test "what passes when accept() fails is said, and outlived, by all stages" {
	at_once="ECONNABORTED EPROTO ENETDOWN ENETUNREACH EHOSTUNREACH EPERM"
	with_pause="EMFILE ENFILE ENOBUFS ENOMEM EAGAIN"
	for stage in 1 2 3 4; do
		ACCEPT_ERRORS="$at_once $with_pause" start "$stage" "$FAULTY$stage" -p 0 -r
		wait_until_ready "$stage"
		is_served
		# Each with words of its own; those that would come again at once with a pause.
		[ "$(sed 's/^accept: .*/said/' "$stage.errors" | tr '\n' ' ')" = \
			"said said said said said said said paused said paused said paused said paused said paused " ]
		[ "$(grep '^accept: ' "$stage.errors" | sort -u | wc -l)" -eq 11 ]
	done
}

@test "an accept() that can never succeed again ends every stage with its tally" {
	for stage in 1 2 3 4; do
		ACCEPT_ERRORS=EBADF start "$stage" "$FAULTY$stage" -p 0
		wait_for_end "$stage"
		[ "$end" = "exited 1" ]
		[ "$(<"$stage.errors")" = "accept: Bad file descriptor" ]
		[ "$(tail -n 1 "$stage.log")" = "$(tally_of 0 0 0 0 0)" ]
	done
}

@test "stage 4 retries an interrupted accept() without a word, the others die of it" {
	for stage in 1 2 3; do
		ACCEPT_ERRORS=EINTR start "$stage" "$FAULTY$stage" -p 0
		wait_for_end "$stage"
		[ "$end" = "exited 1" ]
		[ "$(<"$stage.errors")" = "accept: Interrupted system call" ]
	done
	ACCEPT_ERRORS="EINTR EINTR EINTR" start 4 "${FAULTY}4" -p 0 -r
	wait_until_ready 4
	is_served
	[ ! -s 4.errors ]
}

# Starts a stage that has no descriptor left for a client, with a client that waits for one.
start_without_descriptors() {
	# shellcheck disable=SC2016 # for the inner shell
	start "$1" sh -c 'ulimit -Sn 4 && exec "$@"' sh "$(stage_program "$1")" -p 0 -r
	wait_until_ready "$1"
	"$CLIENT" 127.0.0.1 "$port" <<<waiting >answer"$1" 3>&- 7>&- &
}

# In hundredths of a second: the time that has passed, the time that the processor spent on it.
now() {
	awk '{ print int($1 * 100) }' /proc/uptime
}

processor_time_of() {
	awk -v tick="$(getconf CLK_TCK)" '{ print int(($14 + $15) * 100 / tick) }' "/proc/$1/stat"
}

has_failed_often() {
	[ "$(wc -l <"$1.errors")" -ge 5 ]
}

@test "without descriptors every stage says so, stays, and does not spin" {
	need_linux
	servers=()
	from=$(now)
	for stage in 1 2 3 4; do
		start_without_descriptors "$stage"
		servers[stage]=$server
	done
	for stage in 1 2 3 4; do
		poll_until 20 has_failed_often "$stage"
		said=$(wc -l <"$stage.errors")
		spent=$(processor_time_of "${servers[stage]}")
		passed=$(($(now) - from))
		echo "$said lines and $spent of $passed hundredths"
		[ "$said" -le $((passed / 10 + 3)) ]
		[ "$spent" -le $((passed / 2)) ]
		run ! grep -Ev '^accept: (Too many open files|No file descriptors available)$' \
			"$stage.errors"
	done
}

@test "a client that waited for a descriptor is served when there is one" {
	command -v prlimit || skip "needs prlimit, to give the server a descriptor"
	for stage in 1 2 3 4; do
		start_without_descriptors "$stage"
		client=$!
		poll_until 20 has_line "$stage.errors" '^accept: '
		prlimit --pid "$server" --nofile=64:64
		wait "$client"
		[ "$(cat answer"$stage")" = WAITING ]
	done
}

@test "a client that resets before it is accepted harms nobody" {
	for stage in 1 2 3 4; do
		start_stage "$stage" -r
		kill -STOP "$server"
		poll_until 20 is_stopped "$server"
		echo hello | "$CLIENT" -m reset 127.0.0.1 "$port"
		kill -CONT "$server"
		# Of two children that share a signal stage 2 would reap one.
		[ "$stage" -eq 1 ] || wait_for 1 "$stage" '^reaped child .*, exit status 0$'
		is_served
		[ "$stage" -eq 1 ] || wait_for 2 "$stage" '^reaped child .*, exit status 0$'
		run ! grep -v '^accept: ' "$stage.errors"
	done
}

@test "a client that resets while it is served harms nobody" {
	for stage in 1 2 3 4; do
		start_stage "$stage" -r
		mkfifo words
		"$CLIENT" -m reset 127.0.0.1 "$port" <words 3>&- 7>&- &
		exec 8>words
		echo hello >&8
		wait_for 1 "$stage" '^child .* sent 6 bytes'
		exec 8>&-
		wait $!
		[ "$stage" -eq 1 ] || wait_for 1 "$stage" '^reaped child .*, exit status 0$'
		is_served
		[ "$stage" -eq 1 ] || wait_for 2 "$stage" '^reaped child .*, exit status 0$'
		[ ! -s "$stage.errors" ]
		rm words
	done
}

@test "a reader of stdout who has gone does not end a server" {
	mkfifo pipe
	for stage in 1 2 3 4; do
		# shellcheck disable=SC2016 # for the inner shell
		start_as "$stage" -- sh -c 'exec "$@" >pipe 2>"$0.errors"' "$stage" \
			"$(stage_program "$stage")" -p 0 -r
		head -n 1 <pipe >"$stage.log"
		wait_until_ready "$stage"
		is_served
		is_served
		kill -TERM "$server"
		wait_for_end "$stage"
		[ "$end" = "exited 0" ]
		[ ! -s "$stage.errors" ]
	done
}

@test "a log that cannot be written does not end a server" {
	[ -c /dev/full ] || skip "no /dev/full on this system"
	# shellcheck disable=SC2016 # for the inner shell
	start_on_some_port sh -c 'exec "$@" >/dev/full' sh
	is_served
}

@test "SIGPIPE does not end a server" {
	for stage in 1 2 3 4; do
		start_stage "$stage"
		kill -PIPE "$server"
		is_served
	done
}

@test "the children of a server that was killed do not keep its port" {
	start_stage 4
	hold_clients 2
	kill -KILL "$server"
	wait_for_end 4
	start_on env
	release_clients
}

@test "two hundred clients at once leave nothing in stage 4" {
	start_stage 4 -q
	hold_clients 200
	release_clients
	poll_until 20 has_no_child
	stop TERM 4
	[[ "$tally" =~ ^"tally: 200 accepted, 200 forked, "[1-9][0-9]*" handler runs, 200 reaped, 0 never reaped"$ ]]
}
