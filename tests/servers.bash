# Servers for the tests of the stages, and clients that they hold. All files are in the current
# folder. To be loaded after helper.

# compile_faulty_stages STAGE...: $BATS_FILE_TMPDIR/faultySTAGE is that stage with system calls
# that fail when they are told to; see fixtures/faulty.c.
compile_faulty_stages() {
	local call name stage faults=() objects=()
	for call in accept fork read write nanosleep; do
		faults+=("-D$call=faulty_$call")
	done
	cd "$BATS_FILE_TMPDIR" || return
	for name in lab log sock service; do
		compile "${faults[@]}" -c -o "$name.o" "$ROOT/common/$name.c"
		objects+=("$name.o")
	done
	compile -c -o faulty.o "$ROOT/tests/fixtures/faulty.c"
	for stage; do
		compile "${faults[@]}" -o "faulty$stage" "$ROOT/stages/stage$stage"_*.c \
			"${objects[@]}" faulty.o
	done
}

# start NAME COMMAND...: starts a server; its stdout goes to the file NAME.log, its stderr to
# NAME.errors. With the descriptor 7, which the test holds, it ends, and all that it forked.
start() {
	# shellcheck disable=SC2016 # for the inner shell
	start_as "$1" -- sh -c 'name=$1 && shift && exec "$@" >"$name.log" 2>"$name.errors"' \
		sh "$@"
}

# start_as NAME ARGUMENTS...: the same, with supervise's own arguments. What supervise says goes
# to the file NAME.life.
start_as() {
	local name=$1
	shift
	rm -f "$name.log" "$name.errors" "$name.life"
	[ -p lifeline ] || mkfifo lifeline
	"$BUILD/supervise" "$@" <lifeline >"$name.life" 3>&- 7>&- 8>&- &
	supervisors+=($!)
	exec 7>lifeline
}

# stage_program STAGE: the path of stage 1, 2, 3 or 4.
stage_program() {
	case $1 in
	1) echo "$BUILD/stage1_no_reap" ;;
	2) echo "$BUILD/stage2_wait" ;;
	3) echo "$BUILD/stage3_waitpid" ;;
	4) echo "$BUILD/stage4_eintr" ;;
	esac
}

# start_stage STAGE [OPTION...]: starts a stage on a port that the kernel chooses, and waits until
# it is ready. Sets server (its process id) and port. NAME is the stage's number.
start_stage() {
	local stage=$1
	shift
	start "$stage" "$(stage_program "$stage")" -p 0 "$@"
	wait_until_ready "$stage"
}

# wait_until_ready NAME: sets server and port.
wait_until_ready() {
	poll_until 20 read_ready_line "$1" || {
		cat "$1".* >&2
		return 1
	}
}

read_ready_line() {
	local line
	# One read, not one process, for most tests come here more than once.
	{ read -r line <"$1.log"; } 2>/dev/null || return
	[[ $line =~ ^'listening on '[0-9a-f.:]+' port '([0-9]+)' pid '([0-9]+)$ ]] || return
	port=${BASH_REMATCH[1]}
	server=${BASH_REMATCH[2]}
}

# wait_for COUNT NAME PATTERN: until the log of a server has exactly so many such lines.
wait_for() {
	poll_until 20 has_lines "$1" "$2.log" "$3" || {
		cat "$2".* >&2
		return 1
	}
}

# wait_for_end NAME: until a server has ended. Sets end to how: "exited 0", "killed 9".
wait_for_end() {
	poll_until 20 has_line "$1.life" '^(exited|killed) ' || {
		cat "$1".* >&2
		return 1
	}
	end=$(grep -E '^(exited|killed) ' "$1.life")
}

# wait_until_idle: until $server sleeps. One whose clients are all connected sleeps in accept(), and
# has counted and told all that came before. A child can serve its client sooner than that.
wait_until_idle() {
	poll_until 20 is_idle
}

is_idle() {
	[[ "$(process_state "$server")" == *' '[SI]* ]]
}

# has_zombies COUNT: whether $server has exactly so many.
has_zombies() {
	[ "$(zombies_of "$server")" -eq "$1" ]
}

# has_no_child: whether $server has none, not even a zombie.
has_no_child() {
	! env -u PS_PERSONALITY -u PS_FORMAT ps -A -o ppid= | grep -q "^ *$server\$"
}

# For teardown: ends all servers and what they forked.
end_servers() {
	exec 7>&- 8>&-
	[ "${#supervisors[@]}" -eq 0 ] || wait "${supervisors[@]}" || true
	supervisors=()
}
supervisors=()

# hold_clients COUNT [OPTION...]: connects clients to $port that stay until release_clients.
# With -c they say nothing.
hold_clients() {
	local count=$1
	shift
	rm -f grip && mkfifo grip
	"$BUILD/burst" -p "$port" -n "$count" -w "$@" <grip >held 3>&- 7>&- 8>&- &
	holder=$!
	exec 8>grip
	poll_until 20 has_line held "^ready $count\$"
}

release_clients() {
	exec 8>&-
	wait "$holder"
}
