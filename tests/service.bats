#!/usr/bin/env bats
# The service: every byte comes back in upper case, in order, and no client harms another.

load helper
load servers

setup_file() {
	compile_fixture pipe_client "$ROOT/common/sock.c"
	compile_faulty_stages 4
}

setup() {
	CLIENT=$BATS_FILE_TMPDIR/pipe_client
	cd "$BATS_TEST_TMPDIR" || return
	port='' # the helpers set it
}

teardown() {
	exec 9>&-
	end_servers
}

client() {
	"$CLIENT" "$@" 127.0.0.1 "$port" 3>&- 7>&- 8>&- 9>&-
}

# What has to come back for what is sent, by a program that is not ours.
upper_case() {
	# shellcheck disable=SC2018,SC2019 # ASCII is what is meant
	LC_ALL=C tr a-z A-Z
}

# All 256 bytes, and each of them once more.
all_bytes() {
	local octal
	printf -v octal '\\%03o' {0..255} {255..0}
	# shellcheck disable=SC2059 # made of digits
	printf "$octal"
}

# comes_back FILE [OPTION...]: in upper case, with nothing more and nothing less.
comes_back() {
	local file=$1
	shift
	client "$@" <"$file" >answer
	upper_case <"$file" | cmp - answer
}

# Starts a client in the background that copies to the file $1 what comes back for what is
# written to descriptor 9; sets talker.
start_talking() {
	mkfifo "$1.words"
	"$CLIENT" 127.0.0.1 "$port" <"$1.words" >"$1" 3>&- 7>&- 8>&- 9>&- &
	talker=$!
	exec 9>"$1.words"
}

# ---------------------------------------------------------------- the bytes

@test "every byte comes back, and only a to z are changed" {
	all_bytes >bytes
	[ "$(wc -c <bytes)" -eq 512 ]
	start_stage 4 -q
	comes_back bytes
}

@test "a locale with other letters changes nothing" {
	all_bytes >bytes
	LC_ALL=en_US.ISO-8859-1 LC_CTYPE=tr_TR.UTF-8 start_stage 4 -q
	comes_back bytes
}

@test "bytes of value zero come back" {
	start_stage 4 -q
	printf '\0a\0\0bc\0' >zeros
	comes_back zeros
	head -c 100000 /dev/zero >zeros
	comes_back zeros
}

@test "ten megabytes with zeros among them come back in order" {
	awk 'BEGIN { for (i = 0; i < 420000; i++) printf "line %d of a long Stream\n", i }' |
		tr '\n' '\0' >stream
	[ "$(wc -c <stream)" -gt 10000000 ]
	start_stage 4 -q
	wanted=$(upper_case <stream | cksum)
	seen=$(client <stream | cksum)
	[ "$seen" = "$wanted" ]
}

@test "every stage gives the same service" {
	all_bytes >bytes
	for stage in 1 2 3 4; do
		start_stage "$stage" -q
		comes_back bytes
	done
}

@test "the chunks in which bytes are sent make no difference" {
	awk 'BEGIN { for (i = 0; i < 2000; i++) printf "line %d\n", i }' >stream
	start_stage 4 -q
	for size in 2 3 1000 1023 1024 1025 4096 8191 8193; do
		comes_back stream -c "$size"
	done
}

@test "bytes that are sent one by one come back" {
	all_bytes >bytes
	start_stage 4 -q
	comes_back bytes -c 1
}

@test "reads and writes that take little, and are interrupted, lose nothing" {
	all_bytes >bytes
	for most in 1 7; do
		BYTES_AT_ONCE=$most start 4 "$BATS_FILE_TMPDIR/faulty4" -q -p 0
		wait_until_ready 4
		comes_back bytes
		comes_back bytes -c 1
	done
}

# ---------------------------------------------------------------- the conversation

@test "a line is answered while the connection stays open" {
	start_stage 4
	start_talking answer
	for word in one two three; do
		echo "$word" >&9
		poll_until 20 has_lines 1 answer "^$(upper_case <<<"$word")$"
	done
	exec 9>&-
	wait "$talker"
	[ "$(tr '\n' ' ' <answer)" = "ONE TWO THREE " ]
}

@test "after a half-close the last byte comes back, then the end" {
	start_stage 4
	start_talking answer
	printf 'no newline at the end' >&9
	poll_until 20 has_line answer '^NO NEWLINE AT THE END$'
	kill -0 "$talker" # the server has not closed before it
	exec 9>&-
	wait "$talker" # with success: a reset would have failed
	[ "$(<answer)" = "NO NEWLINE AT THE END" ]
}

@test "a client that says nothing gets the end and nothing else" {
	start_stage 4
	run client </dev/null
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	wait_for 1 4 '^reaped child .*, exit status 0$'
	run ! grep -E 'received|sent' 4.log
}

# ---------------------------------------------------------------- the others

@test "a silent client does not hold up another" {
	start_stage 4
	hold_clients 1 -c
	[ "$(client <<<hello)" = HELLO ]
	release_clients
}

@test "clients at the same time each get their own bytes back" {
	start_stage 4 -q
	clients=()
	for number in 1 2 3 4 5 6 7 8; do
		yes "client $number" | head -c 300001 >bytes$number
		client <bytes$number >answer$number &
		clients+=($!)
	done
	wait "${clients[@]}"
	for number in 1 2 3 4 5 6 7 8; do
		upper_case <bytes$number | cmp - answer$number
	done
}

@test "a hundred clients that are there at once are all served" {
	start_stage 4 -q
	hold_clients 100
	[ "$(client <<<hello)" = HELLO ]
	release_clients
}

@test "a client that never reads harms no other, and its child ends when it leaves" {
	start_stage 4 -q
	mkfifo patience
	"$CLIENT" -m deaf 127.0.0.1 "$port" <patience >said 3>&- 7>&- 9>&- &
	deaf=$!
	exec 9>patience
	poll_until 60 has_line said '^stuck$'
	[ "$(client <<<hello)" = HELLO ]
	exec 9>&-
	wait "$deaf"
	poll_until 20 has_no_child
	[ "$(client <<<hello)" = HELLO ]
}

@test "a client that resets in the middle harms no other" {
	start_stage 4
	start_talking answer
	mkfifo words
	"$CLIENT" -m reset 127.0.0.1 "$port" <words 3>&- 7>&- 9>&- &
	resetter=$!
	exec 8>words
	echo before >&9
	echo hello >&8
	wait_for 2 4 '^child .* sent '
	exec 8>&-
	wait "$resetter"
	wait_for 1 4 '^reaped child .*, exit status 0$'
	echo after >&9
	exec 9>&-
	wait "$talker"
	[ "$(tr '\n' ' ' <answer)" = "BEFORE AFTER " ]
}

@test "a child that cannot send ends with success, and is reaped" {
	start_stage 4
	head -c 1000000 /dev/zero | client -m reset
	wait_for 1 4 '^reaped child .*, exit status 0$'
}
