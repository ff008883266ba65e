#!/usr/bin/env bats
# diagnose: the verdict on servers whose bug is known, and on those that do what untrusted programs
# do. verdict.bats has the verdicts on fixed evidence, diagnose-foreign.bats others' servers.

load helper

# Four at a time, while the tests wait for what they need: $RESULTS/NAME.tsv.
setup_file() {
	RESULTS=$BATS_FILE_TMPDIR
	ODD=$RESULTS/strange_server
	PUBLIC=$(mktemp -d "${TMPDIR:-/tmp}/diagnose-tests.XXXXXX") # the folders of bats are private
	chmod 755 "$PUBLIC"
	export RESULTS ODD PUBLIC
	make -s -C "$ROOT" defects >"$RESULTS/make" 2>&1 || {
		cat "$RESULTS/make"
		return 1
	}
	"${CC:-cc}" -std=c99 -D_POSIX_C_SOURCE=200809L -o "$ODD" "$ROOT/tests/fixtures/strange_server.c"
	{
		diagnose_all
		rm "$RESULTS/batch.pid" # its number is somebody else's before all tests have run
	} >"$RESULTS/batch" 2>&1 3>&- &
	echo $! >"$RESULTS/batch.pid"
}

teardown_file() {
	[ ! -e "$RESULTS/batch.pid" ] || kill "$(cat "$RESULTS/batch.pid")" 2>/dev/null || true
	rm -rf "$PUBLIC"
}

setup() {
	diagnose=$ROOT/scripts/diagnose
	started=
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	local pid
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null || true
	done
}

# diagnose_one NAME SERVER ARGS...: NAME.tsv appears when it is done, with NAME.status.
diagnose_one() {
	local name=$1 status=0
	shift
	"$ROOT/scripts/diagnose" -t 150 -f tsv -- "$@" >"$RESULTS/$name.new" 2>"$RESULTS/$name.errors" || status=$?
	echo "$status" >"$RESULTS/$name.status"
	mv "$RESULTS/$name.new" "$RESULTS/$name.tsv"
}

diagnose_all() {
	local name jobs=0
	trap 'kill $(jobs -p) 2>/dev/null; exit 1' TERM
	while read -r name server; do
		# shellcheck disable=SC2086  # a command line
		diagnose_one "$name" $server </dev/null &
		jobs=$((jobs + 1))
		[ "$jobs" -lt 4 ] || wait -n || true
	done < <(list_servers)
	wait
}

# "NAME COMMAND LINE", a line each.
list_servers() {
	local oddity name
	for name in stage1_no_reap stage2_wait stage3_waitpid stage4_eintr; do
		echo "$name $BUILD/$name -q -p {port}"
	done
	for oddity in quitter stopper liar banner exec daemon ipv6 short slow-start slow-child short-lived \
		stubborn; do
		echo "$oddity $ODD $oddity {port}"
	done
	for name in "$ROOT"/stages/defects/*.patch; do
		name=$(basename "$name" .patch)
		echo "$name $BUILD/defects/$name -q -p {port}"
	done
}

has_result() {
	[ -f "$RESULTS/$1.tsv" ]
}

# concluded NAME RECORD [KIND]: prints what the diagnosis of NAME concluded.
concluded() {
	poll_until 600 has_result "$1"
	awk -F '\t' -v kind="${3:-outcome}" -v name="$2" '$2 == kind && $4 == name { print $5 }' \
		"$RESULTS/$1.tsv"
}

# A loaded machine may leave diagnose in doubt, which it then says. It is asked again, twice at
# the most; a wrong verdict is never asked again.
ask_again() {
	local name server
	while read -r name server; do
		[ "$name" = "$1" ] || continue
		# shellcheck disable=SC2086  # a command line
		diagnose_one "$name" $server </dev/null 3>&-
	done < <(list_servers)
}

# expect NAME VERDICT STATUS: says what was found instead.
expect() {
	local found tries=0
	found=$(concluded "$1" verdict)
	while [ "$found" = inconclusive ] && [ "$2" != inconclusive ] && [ "$tries" -lt 2 ]; do
		tries=$((tries + 1))
		echo "$1: in doubt, asked again: $(concluded "$1" summary)"
		ask_again "$1"
		found=$(concluded "$1" verdict)
	done
	found="$found $(cat "$RESULTS/$1.status")"
	[ "$found" = "$2 $3" ] && return
	echo "$1: expected $2 $3, found $found: $(concluded "$1" summary)"
	cat "$RESULTS/$1.errors"
	return 1
}

# kinds REGEXP: "NAME VERDICT" of the patches whose first line begins so.
kinds() {
	awk -v kind="$1" 'FNR == 1 && $0 ~ "^Kind: " kind { name = FILENAME
		sub(/.*\//, "", name); sub(/\.patch$/, "", name); print name, $NF }' "$ROOT"/stages/defects/*.patch
}

expect_kind() {
	local name verdict failed=0 count=0
	while read -r name verdict; do
		count=$((count + 1))
		expect "$name" "${2:-$verdict}" "$3" || failed=1
	done < <(kinds "$1")
	[ "$count" -gt 0 ] && [ "$failed" -eq 0 ]
}

@test "the four stages get their verdicts" {
	expect stage1_no_reap no-reaping 1
	expect stage2_wait single-wait 1
	expect stage3_waitpid eintr-death 1
	expect stage4_eintr correct 0
}

@test "every patch with a defect gets the verdict that it declares, and no other" {
	local name
	expect_kind defect '' 1
	while read -r name _; do
		[ "$(concluded "$name" verdict verdict | grep -c .)" -eq 1 ] || {
			echo "$name: $(concluded "$name" verdict verdict)"
			return 1
		}
	done < <(kinds defect)
}

@test "every patch with another way to be right gets correct" {
	expect_kind correct correct 0
}

@test "every patch that does not fork gets not-forking" {
	expect_kind other '' 3
}

@test "a correct server has a pass for every property that could be tested" {
	run concluded stage4_eintr result property
	[ "${#lines[@]}" -eq 7 ]
	[[ "$output" != *fail* ]]
	[ "$(grep -c pass <<<"$output")" -ge 6 ]
}

@test "servers that are right in an odd way are correct" {
	local oddity
	for oddity in banner exec daemon ipv6 short slow-start slow-child stubborn; do
		expect "$oddity" correct 0
	done
}

@test "a server whose children cannot be held is not accused, nor praised" {
	expect short-lived inconclusive 3
}

@test "a server that exits at once could not be tested" {
	expect quitter inconclusive 3
}

@test "a server that stops itself could not be tested, and that is said" {
	expect stopper inconclusive 3
	[[ "$(concluded stopper summary)" == *"stopped itself"* ]]
}

@test "what a server prints reaches neither the terminal raw nor the last line" {
	expect liar inconclusive 3
	run "$diagnose" -i "$RESULTS/liar.tsv"
	[ "$status" -eq 3 ]
	[ "${lines[-1]}" = "verdict: inconclusive" ]
	[ "$(grep -c '^verdict: ' <<<"$output")" -eq 1 ]
	run ! grep -q '[^ -~]' <<<"$output"
}

@test "a server's name and arguments reach neither the terminal raw nor the last line" {
	local name
	name=$'x\e[31m\nverdict: correct\n\'"$(date)`date`\t'
	cp "$BUILD/stage1_no_reap" "$name"
	run "$diagnose" -f text -- "./$name" -p '{port}' $'\e[0m\nverdict: correct'
	[ "$status" -eq 3 ]
	[ "${lines[-1]}" = "verdict: inconclusive" ]
	[ "$(grep -c '^verdict: ' <<<"$output")" -eq 1 ]
	run ! grep -q '[^ -~]' <<<"$output"
}

@test "no line of the text is wider than 80 columns, whatever the server is called" {
	local file name wide
	mkdir "$(printf 'folder%060d' 1)" && name=$(printf "folder%060d/it's %0100d" 1 2)
	cp "$BUILD/stage4_eintr" "$name"
	"$diagnose" -f tsv -o wide.tsv -- "$name" -q -p '{port}'
	for file in wide.tsv "$RESULTS"/stage?_*.tsv; do
		"$diagnose" -i "$file" >text || true
		wide=$(awk 'length($0) > 80' text)
		[ -z "$wide" ] || { echo "$file: $wide" && return 1; }
	done
}

@test "the lines to be pasted do show it again" {

	concluded single-waitpid again verdict >commands
	cd "$ROOT"
	run bash "$BATS_TEST_TMPDIR/commands"
	[ "$(grep -xE '[0-9]+' <<<"$output" | tr '\n' ' ')" = "9 8 " ]
}

@test "a server that prints without end fills no disk and hangs nothing" {
	run "$diagnose" -t 4 -- "$ODD" flood '{port}'
	[ "$status" -eq 3 ]
	[ "${lines[-1]}" = "verdict: inconclusive" ]
}

@test "a server that never listens is given up" {
	run "$diagnose" -t 8 -- "$ODD" never '{port}'
	[ "$status" -eq 3 ]
	[[ "$output" == *"never came to listen"* ]]
}

@test "a server that forks without end is given up, and nothing of it is left" {
	local user=()
	[ "$(id -u)" -ne 0 ] || user=(-U 61001)
	cp "$ODD" "$PUBLIC/bomb"
	run "$diagnose" -t 20 "${user[@]}" -- "$PUBLIC/bomb" bomb '{port}'
	[ "$status" -eq 3 ]
	# Which probe is the first to be stopped, and by what limit, differs; but they did run.
	run ! grep -q -e 'ermission denied' -e 'cannot be run' <<<"$output"
	[ -z "$(ps -A -o args= | place=$PUBLIC/bomb awk 'index($1, ENVIRON["place"]) == 1')" ]
}

# One that has processes besides, as a user has who is logged in: the kernel counts them all.
@test "not as root a failing fork is seen as well" {
	local name as=()
	copy_lab "$PUBLIC/lab" stage1_no_reap stage4_eintr defects/dies-when-fork-fails defects/hangs-when-fork-fails
	mkdir -m 777 "$PUBLIC/tmp"
	[ "$(id -u)" -ne 0 ] || as=(-U $((61100 + $$ % 80)))
	cat >"$PUBLIC/all" <<-END
		sleep 600 & sleep 600 &
		cd "$PUBLIC/lab"
		for name in stage1_no_reap stage4_eintr defects/dies-when-fork-fails defects/hangs-when-fork-fails; do
			scripts/diagnose -t 150 -f tsv -- "build/\$name" -q -p {port} </dev/null >"$PUBLIC/tmp/\${name##*/}"
		done
	END
	mkfifo lifeline
	TMPDIR=$PUBLIC/tmp "$BUILD/supervise" "${as[@]}" -o said -- sh "$PUBLIC/all" <lifeline >life 3>&- &
	exec 7>lifeline
	poll_until 300 grep -q '^exited' life
	exec 7>&-
	[ ! -s said ]
	forked() {
		awk -F '\t' '$2 == "exhaust" && $3 == 1 && $4 == "fork_failed" { print $5 }' "$PUBLIC/tmp/$1"
	}
	survives() {
		awk -F '\t' '$2 == "property" && $4 == "result" && $3 == 6 { print $5 }' "$PUBLIC/tmp/$1"
	}
	for name in stage1_no_reap stage4_eintr dies-when-fork-fails hangs-when-fork-fails; do
		echo "$name $(forked "$name") $(survives "$name")"
	done >seen
	diff - seen <<-END
		stage1_no_reap 1 pass
		stage4_eintr 1 pass
		dies-when-fork-fails 1 fail
		hangs-when-fork-fails 1 fail
	END
}

# Five of another user's come again and again, and stay for a moment.
@test "a server that somebody else connects to is not judged" {
	[ "$(id -u)" -eq 0 ] || skip 'it wants another user'
	need_linux
	local port=$((20000 + $$ % 5000))
	copy_lab "$PUBLIC/others"
	cat >"$PUBLIC/others/come" <<-END
		for i in 1 2 3 4 5; do
			while :; do
				sleep 0.3 | "$PUBLIC/others/build/burst" -c -n 1 -w -p $port
			done &
		done
		wait
	END
	mkfifo lifeline
	"$BUILD/supervise" -U 61777 -o /dev/null -- sh "$PUBLIC/others/come" <lifeline >life 3>&- &
	exec 7>lifeline
	run -3 "$diagnose" -p "$port" -- "$BUILD/stage4_eintr" -q -p "$port" 3>&- 7>&-
	exec 7>&-
	[[ "$output" == *"somebody else was connected"* ]]
}

# of_this_test: pids of all that runs with a word of this test in its command line.
of_this_test() {
	ps -A -o pid= -o args= | place=$BATS_TEST_TMPDIR/ awk '
		index($0, ENVIRON["place"]) && $0 !~ /bats-exec/ { print $1 }'
}

none_is_left() {
	[ -z "$(of_this_test)" ]
}

some_servers_run() {
	[ "$(of_this_test | grep -c .)" -ge 6 ]
}

# Starts a diagnosis in the background and waits until its servers run.
start_diagnosis() {
	cp "$BUILD/stage2_wait" server
	TMPDIR=$BATS_TEST_TMPDIR "$diagnose" -- "$BATS_TEST_TMPDIR/server" -q -p '{port}' \
		>output 2>&1 3>&- &
	started=$!
	poll_until 20 some_servers_run
}

no_folder_is_left() {
	[ -z "$(ls -d zombie-lab.* 2>/dev/null)" ]
}

@test "SIGTERM ends it, and all that it started" {
	start_diagnosis
	kill -TERM "$started"
	status=0
	wait "$started" || status=$?
	[ "$status" -eq 143 ]
	poll_until 30 none_is_left
	poll_until 30 no_folder_is_left
}

@test "kill -9 leaves nothing of what it started" {
	start_diagnosis
	kill -KILL "$started"
	poll_until 30 none_is_left
	poll_until 30 no_folder_is_left
}

# serve_by_hand SERVER: on a port of its own; sets pid and port.
serve_by_hand() {
	"$@" -q -p 0 >ready 2>&1 3>&- &
	pid=$!
	started=$pid
	poll_until 10 grep -q '^listening' ready
	port=$(awk '/^listening/ { print $5 }' ready)
}

has_twelve_zombies() {
	[ "$(zombies_of "$pid")" -eq 12 ]
}

@test "a running server with zombies is examined, and goes on" {
	serve_by_hand "$BUILD/stage1_no_reap"
	"$BUILD/burst" -p "$port" -n 12
	poll_until 10 has_twelve_zombies
	run "$diagnose" -P "$pid" -p "$port"
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "verdict: no-reaping" ]
	"$BUILD/burst" -p "$port" -n 1
}

@test "a running server that would die of a client is left alone, and it is said what was left out" {
	serve_by_hand "$BUILD/stage3_waitpid"
	run "$diagnose" -P "$pid" -p "$port"
	[ "$status" -eq 3 ]
	[[ "$output" == *"-x allows that"* ]]
	kill -0 "$pid"
}

@test "with -x a running server goes through the other probes, and goes on" {
	serve_by_hand "$BUILD/stage4_eintr"
	run "$diagnose" -x -P "$pid" -p "$port"
	[ "$status" -eq 0 ]
	"$BUILD/burst" -p "$port" -n 1
}

@test "a server whose port is fixed is probed one server at a time" {
	local port
	for port in $(seq 20001 7 20100); do
		"$BUILD/burst" -c -n 1 -t 1 -p "$port" 2>/dev/null || break
	done
	run "$diagnose" -p "$port" -- "$ODD" no-reuse "$port"
	[ "$status" -eq 0 ]
}

@test "the file of -o appears whole, with the same verdict as stdout" {
	run "$diagnose" -o result -f tsv -- "$ODD" quitter '{port}'
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	grep -q 'outcome	1	verdict	inconclusive$' result
	[ "$(echo *)" = result ]
}

# refuses WORDS... : one clear line, which has the first word in it, and exit status 2.
refuses() {
	local word=$1
	shift
	run --separate-stderr "$diagnose" "$@"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ "${stderr_lines[0]}" == *"$word"* ]]
}

@test "-h prints the usage and exits 0" {
	run --separate-stderr "$diagnose" -h
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ "${lines[0]}" == usage:* ]]
}

@test "what makes no sense is refused in one line that says what" {
	refuses 'no server'
	refuses 'no program' -- ./not-there '{port}'
	refuses '{port}' -- "$ODD" plain 7
	refuses 'no option -z' -z
	refuses 'wants an argument' -p
	refuses "'lower'" -e lower -- "$ODD" plain '{port}'
	refuses "no format 'html'" -f html -- "$ODD" plain '{port}'
	refuses "no format '../x'" -f ../x -- "$ODD" plain '{port}'
	refuses "not '70000'" -p 70000 -- "$ODD" plain '{port}'
	refuses 'cannot read' -i not-there
	refuses 'takes no server' -i "$ROOT/tests/data/diagnose-correct.tsv" -- "$ODD"
	refuses '-x goes with -P' -x -- "$ODD" plain '{port}'
	refuses '-p PORT' -P $$
	refuses 'cannot write' -o /not/there -- "$ODD" plain '{port}'
	refuses '-o wants' -o '' -- "$ODD" plain '{port}'
	refuses '-U wants' -U '' -- "$ODD" plain '{port}'
	refuses "no user 'nobody-of-that-name'" -U nobody-of-that-name -- "$ODD" plain '{port}'
	refuses 'no program' -- "$ROOT" '{port}'
	refuses 'no program' -- "$ROOT/README.md" '{port}'
	refuses 'cannot be read' --weights not-there -- "$ODD" plain '{port}'
}

@test "a port on which something listens is refused" {
	serve_by_hand "$BUILD/stage4_eintr"
	refuses 'already' -p "$port" -- "$ODD" plain "$port"
}

@test "-P with a process that is stopped is refused, and it stays so" {
	serve_by_hand "$BUILD/stage4_eintr"
	kill -STOP "$pid"
	poll_until 10 is_stopped "$pid"
	refuses 'is stopped' -P "$pid" -p "$port"
	is_stopped "$pid"
}

@test "what cannot be printed is no verdict" {
	[ -e /dev/full ] || skip 'there is no /dev/full'
	run -3 bash -c '"$1" -i "$2" >/dev/full' - "$diagnose" "$ROOT/tests/data/diagnose-correct.tsv"
}

@test "the file of -o is made anew, and no link is followed" {
	mkdir theirs
	echo ours >ours
	"$diagnose" -o theirs/result -- "$ODD" slow-start '{port}' 3>&- &
	started=$!
	ln -s ../ours "theirs/result.$!.new"
	wait "$started" || true
	started=
	[ "$(cat ours)" = ours ]
}

@test "-P with a process that does not listen there is refused" {
	serve_by_hand "$BUILD/stage4_eintr"
	refuses 'does not listen' -P "$$" -p "$port"
}
