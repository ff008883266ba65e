#!/usr/bin/env bats
# zombie-count: by parent only, several at a time, as a list, and waiting for none.

load helper
load servers

setup() {
	export BATS_TEST_TIMEOUT=60
	count=$ROOT/scripts/zombie-count
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here" || return
}

teardown() {
	end_servers
}

# parent_of COUNT STAGE: a server with so many zombies; its pid is in $server.
parent_of() {
	start_stage "$2" -q
	[ "$1" -eq 0 ] || "$BUILD/burst" -p "$port" -n "$1" >/dev/null
	poll_until 20 has_zombies "$1"
}

# refuses WORDS ARGS...: one line on stderr that has these words, nothing on stdout, exit 2.
refuses() {
	local words=$1
	shift
	run --separate-stderr "$count" "$@"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ] ||
		[[ "${#stderr_lines[@]}" -eq 2 && "${stderr_lines[1]}" == usage:* ]]
	[[ "${stderr_lines[0]}" == "zombie-count: "*"$words"* ]]
}

@test "one pid: the number of its zombies, and exit 0" {
	parent_of 3 1
	run "$count" "$server"
	[ "$status" -eq 0 ]
	[ "$output" = 3 ]
}

@test "a process without zombies has 0, whatever other children it has" {
	start_stage 4 -q
	hold_clients 2
	run "$count" "$server"
	[ "$status" -eq 0 ]
	[ "$output" = 0 ]
	release_clients
}

@test "several pids: each with its own count, in the order asked for" {
	local first
	parent_of 3 1
	first=$server
	parent_of 1 1
	run "$count" "$server" "$first"
	[ "$status" -eq 0 ]
	[ "$output" = "$server 1"$'\n'"$first 3" ]
}

@test "the parent alone decides: not its parent, and not its name" {
	parent_of 2 1
	local supervisor
	read -r supervisor _ < <(process_state "$server")
	run "$count" "$supervisor"
	[ "$output" = 0 ]
}

@test "a child that runs is no zombie, and can be asked itself" {
	start_stage 1 -q
	hold_clients 1
	local child
	child=$(ps -A -o pid= -o ppid= | awk -v parent="$server" '$2 == parent { print $1 }')
	run "$count" "$child"
	[ "$status" -eq 0 ]
	[ "$output" = 0 ]
	release_clients
}

@test "-l lists each zombie: pid, state and age" {
	parent_of 2 1
	run "$count" -l "$server"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "zombies of $server: 2" ]
	[[ "${lines[1]}" =~ ^\ +pid\ +state\ +age$ ]]
	[ "${#lines[@]}" -eq 4 ]
	local line pid ages='[0-9:-]+|\?'
	for line in "${lines[@]:2}"; do
		[[ "$line" =~ ^\ *([0-9]+)\ +Z\ +($ages)$ ]]
		pid=${BASH_REMATCH[1]}
		[[ "$(process_state "$pid")" == "$server Z"* ]]
	done
}

@test "-l of a process without zombies says 0, and nothing else" {
	parent_of 0 4
	run "$count" -l "$server"
	[ "$status" -eq 0 ]
	[ "$output" = "zombies of $server: 0" ]
}

@test "-l lists without ages where ps knows none" {
	parent_of 1 1
	mkdir bin
	cat >bin/ps <<-END
		#!/bin/sh
		case "\$*" in
		*etime*) echo "ps: bad -o argument 'etime'" >&2; exit 1 ;;
		esac
		exec $(command -v ps) "\$@"
	END
	chmod +x bin/ps
	PATH=$PWD/bin:$PATH run --separate-stderr "$count" -l "$server"
	[ "$status" -eq 0 ]
	[[ "${lines[2]}" =~ ^\ *[0-9]+\ +Z\ +\?$ ]]
	[ -z "$stderr" ]
}

@test "a pid that is not there is named, not counted as 0" {
	sleep 0 3>&- &
	local gone=$!
	wait "$gone"
	poll_until 20 is_gone "$gone"
	refuses "no living process with pid $gone" "$gone"
	refuses "no living process with pid $gone" -l "$gone"
	refuses "no living process with pid $gone" "$$" "$gone"
}

@test "a zombie has no children, and is not alive" {
	parent_of 1 1
	local zombie
	zombie=$(ps -A -o pid= -o ppid= -o stat= | awk -v p="$server" '$2 == p && $3 ~ /^Z/ { print $1 }')
	refuses "no living process with pid $zombie" "$zombie"
}

@test "what is not a pid is refused" {
	local word
	for word in x -1 1x '' 0 '1 2' 1.5 99999999999999; do
		refuses "PID wants a number from 1 to 999999999, not '$word'" -- "$word"
	done
}

@test "no pid at all: the usage" {
	refuses 'whose zombies?'
	refuses 'whose zombies?' -l
}

@test "a wrong option, or one without its argument, is named" {
	refuses 'there is no option -x' -x "$$"
	refuses '-w wants an argument' -w
	refuses "-w wants a number from 0 to 86400, not 'soon'" -w soon "$$"
	refuses "-w wants a number from 0 to 86400, not '86401'" -w 86401 "$$"
}

@test "-h prints the usage and the exit statuses on stdout" {
	run --separate-stderr "$count" -h
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == 'usage: zombie-count '* ]]
	[[ "$output" == *'Exit status: 0 '* ]]
	[ -z "$stderr" ]
}

@test "-w where there is none: exit 0 at once, and the count" {
	parent_of 0 4
	run "$count" -w 60 "$server"
	[ "$status" -eq 0 ]
	[ "$output" = 0 ]
}

@test "-w 0 looks once: exit 1 where zombies are, and how many" {
	parent_of 2 1
	run "$count" -w 0 "$server"
	[ "$status" -eq 1 ]
	[ "$output" = 2 ]
}

@test "-w ends when the last zombie has gone" {
	is_linux || skip 'SIGCHLD may be queued here'
	start_stage 2 -q -r
	hold_clients 3
	kill -STOP "$server"
	poll_until 20 is_stopped "$server"
	release_clients
	poll_until 20 has_zombies 3
	kill -CONT "$server"
	poll_until 20 has_zombies 2
	"$count" -w 50 "$server" >counted 3>&- 7>&- &
	local waiting=$!
	# Each SIGCHLD has stage 2 reap one. Not before the waiting has begun.
	poll_until 20 has_begun "$waiting"
	kill -CHLD "$server"
	poll_until 20 has_zombies 1
	[ ! -s counted ]
	kill -CHLD "$server"
	wait "$waiting"
	[ "$(cat counted)" = 0 ]
}

# A child of that process: it is looking, or between two looks.
has_begun() {
	ps -A -o ppid= | awk -v parent="$1" '$1 == parent { found = 1 } END { exit !found }'
}

@test "-w gives up after its seconds: exit 1" {
	parent_of 1 1
	run "$count" -w 1 "$server"
	[ "$status" -eq 1 ]
	[ "$output" = 1 ]
}

@test "-w waits for all of several" {
	local first
	parent_of 0 4
	first=$server
	parent_of 1 1
	run "$count" -w 0 "$first" "$server"
	[ "$status" -eq 1 ]
	[ "$output" = "$first 0"$'\n'"$server 1" ]
}

@test "-w ends with exit 2 when the process itself ends" {
	parent_of 1 1
	"$count" -w 50 "$server" >counted 2>said 3>&- 7>&- &
	local waiting=$! status=0
	poll_until 20 has_begun "$waiting"
	kill -KILL "$server"
	wait "$waiting" || status=$?
	[ "$status" -eq 2 ]
	[ "$(cat said)" = "zombie-count: no living process with pid $server: nothing to count" ]
}

@test "PS_FORMAT and PS_PERSONALITY do not change the count" {
	parent_of 1 1
	PS_FORMAT=comm PS_PERSONALITY=bsd run "$count" "$server"
	[ "$output" = 1 ]
}

# A process table of our own, with lines that would mislead a search for words.
@test "only the state field and the parent's pid are looked at" {
	printf '%s\n' '10 1 Ss' '11 10 Z' '12 10 Z+' '13 10 S' '14 11 Z' '15 100 Z' '16 1 ZN' \
		'100 10 S' >table
	run awk -v pids='10 100 1' -v list=0 -f "$ROOT/scripts/lib/zombie-count.awk" table
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = '10 2' ]
	[ "${lines[1]}" = '100 1' ]
	[ "${lines[2]}" = 'no living process with pid 1: nothing to count' ]
}
