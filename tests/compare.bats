#!/usr/bin/env bats
# compare: the table, what it judges by, and what it does when something is not as expected.

load helper
load experiments

setup_file() {
	export BATS_TEST_TIMEOUT=120 # one that hangs fails its test
	compile_odd_server
	cd "$BATS_FILE_TMPDIR" || return
	# stage 2 under the name of stage 4, and under no stage's name
	mkdir wrong
	cp "$BUILD/stage2_wait" wrong/stage4_eintr
	cp "$BUILD/stage2_wait" wrong/mine
	chmod 755 wrong/*
	local long pids=()
	long=$PWD/wrong/$(printf '%0100d' 7)
	cp "$BUILD/stage3_waitpid" "$long"
	compare_once right -n 20 -k 2 -m 20 &
	pids+=("$!")
	compare_once wrong -n 20 -k 2 -m 20 "$PWD/wrong/stage4_eintr" "$PWD/wrong/mine" &
	pids+=("$!")
	compare_once long -n 2 -k 12 -m 10 "$long" 1 &
	pids+=("$!")
	compare_once one -n 1 -k 1 -m 10 &
	pids+=("$!")
	compare_once fragile -n 3 -k 1 -m 10 "$(odd fragile)" &
	pids+=("$!")
	wait "${pids[@]}"
}

# compare_once NAME ARGS...: NAME.out, NAME.err, NAME.tsv and NAME.status are what came of it.
compare_once() {
	local name=$1 ended=0
	shift
	"$ROOT/scripts/compare" -o "$name.tsv" "$@" >"$name.out" 2>"$name.err" 3>&- || ended=$?
	echo "$ended" >"$name.status"
}

setup() {
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here" || return
	expectations=$ROOT/scripts/lib/expectations.tsv
}

# came_of NAME: output, lines, status and stderr as if it had been run here.
came_of() {
	run cat "$BATS_FILE_TMPDIR/$1.out"
	status=$(cat "$BATS_FILE_TMPDIR/$1.status")
	stderr=$(cat "$BATS_FILE_TMPDIR/$1.err")
}

# row SERVER: its row of the table, blanks squeezed.
row() {
	awk -v server="$1" '$1 == server { $1 = $1; print; exit }' <<<"$output"
}

refuses() {
	run --separate-stderr "$ROOT/scripts/compare" "$@"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ] ||
		[[ "${#stderr_lines[@]}" -eq 2 && "${stderr_lines[1]}" == usage:* ]]
	[ -z "$(ls)" ]
}

# --- the table

@test "the four stages behave as they should: exit 0, and nothing on stderr" {
	came_of right
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

@test "the table names six experiments, and has a row for each stage in order" {
	came_of right
	[[ "${lines[0]}" =~ burst\ +freeze\ +poke\ +interrupt\ +exhaust\ +adopt ]]
	[[ "${lines[2]}" == *'2 x 20'*'of 20'* ]]
	[[ "${lines[3]}" == stage1_no_reap* ]]
	[[ "${lines[4]}" == stage2_wait* ]]
	[[ "${lines[5]}" == stage3_waitpid* ]]
	[[ "${lines[6]}" == stage4_eintr* ]]
}

@test "the cells are the measured values" {
	came_of right
	[[ "$(row stage1_no_reap)" == 'stage1_no_reap 20 40 20 served served '*' 0 of 20' ]]
	[[ "$(row stage3_waitpid)" == 'stage3_waitpid 0 0 0 served died '*' -' ]]
	[[ "$(row stage4_eintr)" == 'stage4_eintr 0 0 0 served served '*' -' ]]
	local burst
	burst=$(values "$BATS_FILE_TMPDIR/right.tsv" stage2_wait zombies)
	[[ "$(row stage2_wait)" == "stage2_wait ${burst%% *} "*' blocked died '* ]]
}

@test "each stage has a line that says what was seen, and the lesson" {
	came_of right
	local stage=0
	for lesson in 1-no-reaping 2-wait 3-waitpid 4-eintr; do
		stage=$((stage + 1))
		[[ "$output" =~ stage${stage}_[a-z_]*:\ .*docs/$lesson\.md ]]
	done
}

@test "no line is wider than 80 columns, whatever the servers are called" {
	came_of long
	[ "$status" -eq 0 ]
	[ "$(awk 'length > 80' <<<"$output")" = '' ]
	came_of right
	[ "$(awk 'length > 80' <<<"$output")" = '' ]
}

@test "the evidence holds all six experiments" {
	run awk -F '\t' '!/^#/ && $1 != "server" && !seen[$2]++ { printf "%s ", $2 }' \
		"$BATS_FILE_TMPDIR/right.tsv"
	[ "$output" = 'burst freeze poke interrupt exhaust adopt ' ]
	run head -n 1 "$BATS_FILE_TMPDIR/right.tsv"
	[ "$output" = '# command: compare -o right.tsv -n 20 -k 2 -m 20' ]
}

@test "one client is enough to compare the stages" {
	came_of one
	[ "$status" -eq 0 ]
}

# --- a server that does not behave as its name says

@test "a stage that misbehaves: exit 1, and its cells are marked" {
	is_linux || skip 'SIGCHLD may be queued here'
	came_of wrong
	[ "$status" -eq 1 ]
	[[ "$(row stage4_eintr)" == *' 19! blocked! died! '* ]]
}

@test "it says the cell, what was expected, and what was seen" {
	came_of wrong
	[[ "$output" == *'NOT AS EXPECTED: stage4_eintr, poke: expected 1 served, saw 0'* ]]
	[[ "$output" == *'NOT AS EXPECTED: stage4_eintr, interrupt: expected 1 alive, saw 0'* ]]
	is_linux || skip 'SIGCHLD may be queued here'
	[[ "$output" == *'NOT AS EXPECTED: stage4_eintr, freeze: expected 0 zombies, saw 19'* ]]
}

@test "the command that it gives shows the same again" {
	is_linux || skip 'SIGCHLD may be queued here'
	local again
	came_of wrong
	again=$(sed -n 's/^ *run just that again: \(.*freeze.*\)/\1/p' <<<"$output")
	[ "$again" = "scripts/experiments/freeze -n 20 $BATS_FILE_TMPDIR/wrong/stage4_eintr" ]
	cd "$ROOT"
	run sh -c "$again"
	[ "$status" -eq 0 ]
	[[ "$output" == *'stage4_eintr: 19 zombies'* ]]
}

@test "a server of another name is shown, and not judged" {
	came_of wrong
	[[ "$(row mine)" == *' blocked died '* ]]
	[[ "$(row mine)" != *'!'* ]]
	[[ "$output" != *'NOT AS EXPECTED: mine'* ]]
}

@test "a server that dies is shown as dead, not as free of zombies" {
	came_of fragile
	[ "$status" -eq 0 ]
	[[ "$(row fragile)" == 'fragile died died died died '* ]]
}

@test "a server that cannot start is no result: one line, exit 2, no table" {
	refuses "$(odd broken)"
	[ "$stderr" = 'compare: broken did not start: broken: no\011luck today' ]
}

# --- exhaust, where it cannot be had

@test "exhaust is skipped where no limit can be set, with the reason, and not judged" {
	mkdir -m 755 tree tree/scripts tree/build
	cp -R "$ROOT/scripts/." tree/scripts
	cp "$BUILD"/stage[1-4]_* "$BUILD/burst" tree/build
	cat >tree/build/supervise <<-END
		#!/bin/sh
		case \$1 in
		-u | -U) echo 'supervise: no limits today' >&2; exit 2 ;;
		esac
		exec '$BUILD/supervise' "\$@"
	END
	chmod 755 tree/build/supervise
	run tree/scripts/compare -n 3 -k 1
	[ "$status" -eq 0 ]
	[[ "$(row stage1_no_reap)" == *' skipped '* ]]
	[[ "$output" == *'exhaust was skipped: no limits today'* ]]
}

@test "a user that is not root compares the stages as well" {
	[ "$(id -u)" -eq 0 ] || skip 'we are not root: all other tests show it'
	local user=$((61184 + $$ % 4000)) ended
	mkfifo lifeline
	mkdir -m 777 /tmp/compare-test.$$
	copy_lab /tmp/compare-test.$$/lab stage1_no_reap stage2_wait stage3_waitpid stage4_eintr
	TMPDIR=/tmp/compare-test.$$ "$BUILD/supervise" -U $user -- \
		/tmp/compare-test.$$/lab/scripts/compare -n 5 -k 1 -m 40 <lifeline >out 2>&1 3>&- &
	exec 7>lifeline
	wait $!
	exec 7>&-
	rm -r /tmp/compare-test.$$
	ended=$(grep -E '^(exited|killed) ' out)
	cat out
	[ "$ended" = 'exited 0' ]
	run cat out
	[[ "$(row stage4_eintr)" == 'stage4_eintr 0 0 served served '* ]]
}

# --- judging, on evidence that is made up

# evidence [SYSTEM]: all as it should be, N = 50, three rounds, M = 40: the lowest that is allowed.
evidence() {
	printf '# kernel: %s 1.0 cpu\n# clients: 50\n# rounds: 3\n# processes: 40\n' "${1:-Linux}"
	printf 'server\texperiment\tround\tname\tvalue\n'
	awk -F '\t' -v OFS='\t' -v system_name="${1:-Linux}" '
		/^#/ || ($4 != "*" && $4 != system_name) || (($1, $2, $3) in done) { next }
		{
			done[$1, $2, $3]
			n = split($5 ~ /^RN/ ? "1 2 3" : "1", rounds, " ")
			for (r = 1; r <= n; r++)
				print $1, $2, r, $3, bound($5, r)
		}
		function bound(text, r) {
			if (text ~ /^RN/) return r * 50 - (text ~ /-1/)
			if (text ~ /^N/) return 50 - (text ~ /-1/)
			if (text ~ /^M/) return text == "M" ? 40 : 20
			return text
		}' "$expectations"
}

# judge FILE: prints what is not as expected.
judge() {
	awk -f "$ROOT/scripts/lib/judge.awk" input=expectations "$expectations" input=evidence "$1"
}

# with SERVER EXPERIMENT NAME VALUE: that value in all rounds; without a VALUE, no such record.
with() {
	awk -F '\t' -v OFS='\t' -v s="$1" -v e="$2" -v n="$3" -v v="${4:-}" '
		$1 == s && $2 == e && $4 == n { if (v == "") next; $5 = v }
		{ print }'
}

@test "evidence that is all as it should be is judged so" {
	evidence >good
	[ "$(grep -c '' good)" -gt 55 ]
	run judge good
	[ -z "$output" ]
}

@test "each expectation catches a value that is too high" {
	local server experiment name rest
	evidence >good
	while read -r server experiment name rest; do
		with "$server" "$experiment" "$name" 1000000 <good >bad
		run judge bad
		[[ "${lines[0]}" == "$server"$'\t'"$experiment"$'\t'*$'\t'"$name"$'\t'1000000$'\t'* ]]
	done < <(grep -v '^#' "$expectations")
}

@test "each expectation that is not 0 catches a value that is too low" {
	local server experiment name system lowest rest caught=0
	evidence >good
	while read -r server experiment name system lowest rest; do
		[ "$lowest" != 0 ] || continue
		with "$server" "$experiment" "$name" 0 <good >bad
		run judge bad
		[[ "${lines[0]}" == "$server"$'\t'"$experiment"$'\t'*$'\t'"$name"$'\t'0$'\t'* ]]
		caught=$((caught + 1))
	done < <(grep -v '^#' "$expectations" | grep -v '[*].*0')
	[ "$caught" -gt 20 ]
}

@test "each expectation catches that the evidence is missing" {
	local server experiment name rest
	evidence >good
	while read -r server experiment name rest; do
		with "$server" "$experiment" "$name" <good >bad
		run judge bad
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == "$server"$'\t'"$experiment"$'\t-\t'"$name"$'\tnothing\t'* ]]
	done < <(grep -v '^#' "$expectations" | sort -u -k 1,3)
}

@test "what is missing is explained by what stood in the way" {
	evidence | with stage4_eintr freeze zombies >bad
	printf 'stage4_eintr\tfreeze\t1\tspoilt\tserved 3 of 50\n' >>bad
	run judge bad
	[[ "$output" == *$'\tnothing (served 3 of 50)\t'* ]]
}

@test "a word where a number should be is not as expected" {
	evidence | with stage4_eintr freeze zombies none >bad
	run judge bad
	[[ "$output" == *$'\tnone\t0\t0\t0\t'* ]]
}

@test "an experiment that was skipped is not judged" {
	evidence | grep -v $'\texhaust\t' >skipped
	for stage in $(cut -f 1 "$expectations" | grep '^stage' | sort -u); do
		printf '%s\texhaust\t1\tskipped\tno limits\n' "$stage" >>skipped
	done
	run judge skipped
	[ -z "$output" ]
}

@test "nor are the numbers that came before it was given up" {
	evidence | with stage1_no_reap exhaust served 1 >skipped
	printf 'stage1_no_reap\texhaust\t1\tskipped\tothers\n' >>skipped
	run judge skipped
	[ -z "$output" ]
}

@test "an experiment that was not run is not judged, nor a server that was not there" {
	evidence | grep -v $'\texhaust\t' | grep -v '^stage3' >part
	run judge part
	[ -z "$output" ]
}

@test "a server that no expectation names is not judged" {
	evidence >other
	printf 'mine\tfreeze\t1\tzombies\t49\n' >>other
	run judge other
	[ -z "$output" ]
}

@test "the second run of a stage is judged like the first" {
	{
		evidence
		evidence | sed -n 's/^stage4_eintr/&#2/p' | with 'stage4_eintr#2' poke served 0
	} >second
	run judge second
	[[ "$output" == $'stage4_eintr#2\tpoke\t1\tserved\t0\t1\t1\t1\tscripts/experiments/poke stage4_eintr' ]]
}

@test "stage 2 leaves exactly N-1 on Linux, and up to N-1 elsewhere" {
	evidence Linux | with stage2_wait freeze zombies 30 >linux
	run judge linux
	[[ "$output" == $'stage2_wait\tfreeze\t1\tzombies\t30\t49\t49\t49\t'* ]]
	evidence Darwin | with stage2_wait freeze zombies 30 >darwin
	run judge darwin
	[ -z "$output" ]
	evidence Darwin | with stage2_wait freeze zombies 50 >darwin
	run judge darwin
	[[ "$output" == $'stage2_wait\tfreeze\t1\tzombies\t50\t0\t49\t0 to 49\t'* ]]
}

@test "in a burst each round is judged by its own number" {
	evidence | with stage1_no_reap burst zombies 100 >bad
	run judge bad
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[0]}" == *$'\t1\tzombies\t100\t50\t50\t50\t'*'burst -n 50 -k 3 stage1_no_reap' ]]
	[[ "${lines[1]}" == *$'\t3\tzombies\t100\t150\t150\t150\t'* ]]
}

# --- options and usage

@test "-h prints the usage and the exit statuses on stdout" {
	run --separate-stderr "$ROOT/scripts/compare" -h
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == 'usage: compare '* ]]
	[[ "$output" == *'Exit status: 0 '* ]]
	[ -z "$stderr" ]
}

@test "a wrong option, number or server is one line, and exit 2" {
	refuses -x
	[ "${stderr_lines[0]}" = 'compare: there is no option -x' ]
	refuses -n
	refuses -n 0
	[[ "$stderr" == "compare: -n wants a number from 1 to 10000, not '0'" ]]
	refuses -m 5
	refuses 7
	[[ "$stderr" == *"there is no server '7'"* ]]
	refuses --colour=sometimes
	refuses --nothing
}

@test "-o where nothing can be written is refused before anything runs" {
	refuses -o nowhere/out.tsv
	[[ "$stderr" == 'compare: cannot write to nowhere/out.tsv'* ]]
	refuses -o .
}

@test "-o /dev/stdout: the evidence, then the table" {
	run "$ROOT/scripts/compare" -n 2 -k 1 -m 10 -o /dev/stdout 4
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == '# command: '* ]]
	[[ "${lines[-1]}" == 'stage4_eintr: '* ]]
}
