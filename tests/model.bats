#!/usr/bin/env bats
# docs/model: what spin says about the model, and whether check.sh would notice if it said something else.
bats_require_minimum_version 1.5.0

setup()
{
	root=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
	lab=$BATS_TEST_TMPDIR/lab
	model=$lab/docs/model
	mkdir -p "$lab/docs" "$BATS_TEST_TMPDIR/tmp"
	cp -R "$root/docs/model" "$lab/docs"
	cp "$root/Makefile" "$lab"
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
}

need_spin()
{
	command -v spin >/dev/null || skip "spin is not installed"
	command -v cc >/dev/null || skip "cc is not installed"
}

# edit FILE SED-SCRIPT: changes a file of the copy, and fails if that changes nothing.
edit()
{
	sed "$2" "$model/$1" >"$BATS_TEST_TMPDIR/edited"
	run ! cmp -s "$BATS_TEST_TMPDIR/edited" "$model/$1"
	cat "$BATS_TEST_TMPDIR/edited" >"$model/$1"
}

# only REGEX: leaves in the copy of check.sh the one claim that matches.
only()
{
	edit check.sh "/^\(holds\|fails\) /{ /$1/!d
}"
	[ "$(grep -c '^\(holds\|fails\) ' "$model/check.sh")" -eq 1 ]
}

# path_without TOOL: a directory with all that check.sh and make need, except TOOL.
path_without()
{
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in sh make spin cc awk sed cat cp rm mktemp dirname; do
		[ "$tool" = "$1" ] || ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/bin/$tool"
	done
	echo "$BATS_TEST_TMPDIR/bin"
}

@test "every command in the model's README prints what the README shows" {
	need_spin
	awk '/^```/ { on = /^```console/; next } on' "$model/README.md" >"$BATS_TEST_TMPDIR/shown"
	awk '/^\$ / { printf "cat <<\\PROMPT\n%s\nPROMPT\n%s\n", $0, substr($0, 3) }' \
		"$BATS_TEST_TMPDIR/shown" >"$BATS_TEST_TMPDIR/script"
	[ "$(grep -c '^\$ ' "$BATS_TEST_TMPDIR/shown")" -ge 5 ]

	cd "$lab"
	sh "$BATS_TEST_TMPDIR/script" >"$BATS_TEST_TMPDIR/printed" 2>&1

	# Spin's step and state numbers are its own affair, and it may find the copy too new.
	for file in shown printed; do
		awk '/^spin: warning/ { next }
			/^spin: |^ *[0-9]+:\tproc/ { gsub(/[0-9]+/, "#") }
			{ print }' "$BATS_TEST_TMPDIR/$file" >"$BATS_TEST_TMPDIR/$file.plain"
	done
	diff "$BATS_TEST_TMPDIR/shown.plain" "$BATS_TEST_TMPDIR/printed.plain"
}

@test "check.sh prints one line for each of its claims, and a heading and a sum" {
	need_spin
	only "none_stays *REAP=one_waitpid "
	run -0 "$model/check.sh" -n 3
	[ "${#lines[@]}" -eq 3 ]
	[[ ${lines[0]} = "claim, for N = 3 "*" expected  found" ]]
	[[ ${lines[1]} = "one waitpid(): none stays a zombie "*" fails     fails" ]]
	[ "${lines[2]}" = "1 of 1 claims came out as expected" ]
}

@test "spin finds a wrong claim wrong" {
	need_spin
	cd "$model"
	run -0 spin -DREAP=loop_waitpid -DN=3 -DFREEZE=1 -DCLAIM=all_but_one -search -E reap.pml
	[[ $output = *"assertion violated (zombie==(3-1))"* ]]
	[[ $output = *"errors: 1"* ]]
}

@test "-t shows the shortest way to a zombie that stays" {
	need_spin
	only "none_stays *REAP=one_wait  "
	edit check.sh 's/^\[3-9\]/[2-9]/'
	run -0 "$model/check.sh" -n 2 -t
	cat >"$BATS_TEST_TMPDIR/trace" <<-'END'
	          accept() and fork()
	          accept() and fork()
	      a client leaves, its child ends
	      a client leaves, its child ends
	          the handler starts
	          a zombie is reaped
	          the handler returns
	    in the end: queued 0, live 0, zombie 1, pending 0, alive 1
	END
	printf '%s\n' "${lines[@]:2:8}" | diff "$BATS_TEST_TMPDIR/trace" -
}

@test "check.sh fails when a claim that holds was expected to fail" {
	need_spin
	only "none_stays *REAP=loop_waitpid,FREEZE"
	edit check.sh 's/^holds /fails /'
	run -1 "$model/check.sh" -n 3
	[[ $output = *"stage 4, frozen: none stays a zombie "*" fails     holds"* ]]
	[[ $output = *"spin -DN=3 -DCLAIM=none_stays -DREAP=loop_waitpid -DFREEZE=1 -search"* ]]
	[[ $output = *"0 of 1 claims came out as expected" ]]
}

@test "check.sh fails when a claim that fails was expected to hold" {
	need_spin
	only "none_stays *REAP=one_wait  "
	edit check.sh 's/^fails /holds /'
	run -1 "$model/check.sh" -n 3
	[[ $output = *"stage 2: none stays a zombie "*" holds     fails"* ]]
}

@test "one claim among many that is not as expected is enough to fail" {
	need_spin
	edit check.sh '/^fails survives/s/^fails/holds/'
	run -1 "$model/check.sh" -n 3
	[[ $output =~ ([0-9]+)" of "([0-9]+)" claims came out as expected"$ ]]
	[ "$((BASH_REMATCH[1] + 1))" -eq "${BASH_REMATCH[2]}" ]
}

@test "a model whose loop stops after one child is found out" {
	need_spin
	only "none_stays *REAP=loop_waitpid,FREEZE"
	edit reap.pml '/REAP == loop_waitpid/,/od/s/reap()/reap(); break/'
	run -1 "$model/check.sh" -n 3
	[[ $output = *" holds     fails"* ]]
}

@test "a model that counts signals instead of keeping one bit is found out" {
	need_spin
	only "all_but_one *REAP=one_wait,FREEZE"
	edit reap.pml 's/pending = 1/pending++/'
	run -1 "$model/check.sh" -n 3
	[[ $output = *" holds     fails"* ]]
}

@test "a search that was cut short proves nothing" {
	need_spin
	only "none_stays *REAP=loop_waitpid,FREEZE"
	edit check.sh 's/-w20/-w20 -m10/'
	run -1 "$model/check.sh" -n 3
	[[ $output = *" holds     unclear"* ]]
}

@test "a claim that is never judged proves nothing" {
	need_spin
	only "none_stays *REAP=loop_waitpid,FREEZE"
	edit reap.pml 's/timeout ->/false ->/'
	run -1 "$model/check.sh" -n 3
	[[ $output = *" holds     unclear"* ]]
}

@test "a model that spin cannot read proves nothing, and spin is quoted" {
	need_spin
	only "none_stays *REAP=loop_waitpid,FREEZE"
	edit reap.pml 's/^active proctype server/active proctipe server/'
	run -1 "$model/check.sh" -n 3
	[[ $output = *" holds     unclear"*"syntax error"* ]]
}

@test "check.sh leaves no file behind, wherever it is run" {
	need_spin
	only "none_stays *REAP=one_wait  "
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here"
	find "$lab" . >"$BATS_TEST_TMPDIR/before"
	CDPATH=/ run -0 ../lab/docs/model/check.sh -n 3 -t
	find "$lab" . | diff "$BATS_TEST_TMPDIR/before" -
	[ -z "$(ls -A "$TMPDIR")" ]
}

# Runs check.sh with a cc that sends it SIGNAL in the midst of the first claim.
interrupt_check()
{
	mkdir "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/cc" <<-END
	#!/bin/sh
	ls -A "$TMPDIR" >"$BATS_TEST_TMPDIR/seen"
	kill -s $1 "\$(cat "$BATS_TEST_TMPDIR/pid")"
	exec $(command -v cc) "\$@"
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/cc"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run sh -c 'echo $$ >"$1"; exec "$2" -n 3' \
		sh "$BATS_TEST_TMPDIR/pid" "$model/check.sh"
	[ -s "$BATS_TEST_TMPDIR/seen" ]
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "check.sh removes its files when it is terminated" {
	need_spin
	interrupt_check TERM
	[ "$status" -eq 143 ]
}

@test "check.sh removes its files when it is interrupted" {
	need_spin
	run sh -c 'trap "exit 9" INT; kill -s INT $$; exit 0'
	[ "$status" -eq 9 ] || skip "SIGINT is ignored here"
	interrupt_check INT
	[ "$status" -eq 130 ]
}

@test "check.sh -h prints the usage and exits 0" {
	run -0 --separate-stderr "$model/check.sh" -h
	[[ $output = "usage: check.sh "* ]]
	[ -z "$stderr" ]
}

@test "check.sh refuses an unknown option, a missing value and an operand, in one line" {
	run -2 "$model/check.sh" -x
	[[ $output = "check.sh: unknown option -x; usage: check.sh "* ]]
	run -2 "$model/check.sh" -n
	[[ $output = "check.sh: -n needs a value; usage: check.sh "* ]]
	run -2 "$model/check.sh" stage4
	[[ $output = "check.sh: unexpected operand 'stage4'; usage: check.sh "* ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "check.sh refuses a number of clients that it cannot do, in one line" {
	for n in 2 101 0 -3 08 3x '' '3 4'; do
		run -2 --separate-stderr "$model/check.sh" -n "$n"
		[ -z "$output" ]
		[[ $stderr = "check.sh: -n '$n': "*3*100* ]]
		[[ $stderr != *$'\n'* ]]
	done
}

@test "without spin check.sh says in one line how to get it and exits 3" {
	PATH=$(path_without spin) run -3 "$model/check.sh"
	[ "$output" = "check.sh: spin is not installed; on Debian and Ubuntu: apt-get install spin gcc" ]
}

@test "without a compiler check.sh says so and exits 3" {
	need_spin
	PATH=$(path_without cc) run -3 "$model/check.sh"
	[[ $output = "check.sh: cc is not installed; "* ]]
}

@test "make model says in one line that spin is missing, and succeeds" {
	cd "$lab"
	PATH=$(path_without spin) run -0 make model
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = "make model: skipped, "*"apt-get install spin"* ]]
}

@test "make model fails when a claim is not as expected" {
	need_spin
	only "none_stays *REAP=one_wait  "
	cd "$lab"
	run -0 make model
	[[ $output = *"1 of 1 claims came out as expected" ]]
	edit check.sh 's/^fails /holds /'
	run make model
	[ "$status" -ne 0 ]
	[[ $output = *"0 of 1 claims came out as expected"* ]]
}
