#!/usr/bin/env bats
# confusion: how often diagnose is right about servers whose bug is known.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# A lab of its own, so that runs side by side do not meet in build/confusion.
lab_with() {
	copy_lab lab "$@"
	mkdir -p lab/stages
	cp -R "$ROOT/stages/defects" lab/stages
}

@test "a right verdict is counted as right, and leaves a row" {
	lab_with stage3_waitpid stage4_eintr
	run -0 lab/scripts/confusion -n 2 stage4_eintr stage3_waitpid 3>&-
	grep -Eq '^stage4_eintr +2 +2 +0 +0 +[0-9.]+ +[0-9.]+$' <<<"$output"
	grep -Eq '^all +4 +4 +0 +0 ' <<<"$output"
	[ "$(grep -c '^stage3_waitpid	[12]	eintr-death	eintr-death	' lab/build/confusion/runs.tsv)" -eq 2 ]
	[ "$(ls lab/build/confusion)" = runs.tsv ]
}

@test "a wrong verdict is told, with its evidence kept, and the exit status is 1" {
	lab_with stage3_waitpid stage4_eintr
	cp lab/build/stage3_waitpid lab/build/stage4_eintr
	run -1 lab/scripts/confusion stage4_eintr 3>&-
	grep -Eq '^stage4_eintr +1 +0 +1 +0 ' <<<"$output"
	[[ "${lines[-1]}" == 'stage4_eintr, run 1: expected correct, found eintr-death: '* ]]
	[ -s lab/build/confusion/stage4_eintr.1.tsv ]
}

@test "no verdict is not a wrong one" {
	lab_with stage4_eintr
	printf '#!/bin/sh\nexit 0\n' >lab/build/stage4_eintr
	run -0 lab/scripts/confusion stage4_eintr 3>&-
	grep -Eq '^stage4_eintr +1 +0 +0 +1 ' <<<"$output"
	[[ "${lines[-1]}" == 'stage4_eintr, run 1: inconclusive: '* ]]
}

@test "the medians are those of the runs" {
	printf 'x correct path\n' >list
	printf 'x\t%s\tcorrect\tcorrect\t%s\t%s\t\n' 1 9.0 1.0 2 1.0 4.0 3 3.0 2.0 4 5.0 9.0 >runs
	run -0 awk -F '\t' -f "$ROOT/scripts/lib/confusion.awk" list runs
	grep -Eq '^x +4 +4 +0 +0 +4[.]0 +3[.]0$' <<<"$output"
}

nothing_runs() {
	[ -z "$(ps -A -o args= | place=$PWD/ awk 'index($0, ENVIRON["place"]) && $0 !~ /bats-exec/')" ]
}

no_folder_is_left() {
	[ -z "$(ls -d zombie-lab.* 2>/dev/null)" ]
}

diagnoses() {
	ps -A -o args= | place=$PWD/ awk 'index($0, ENVIRON["place"] "lab/build/stage4") { found = 1 } END { exit !found }'
}

@test "kill -9 leaves nothing of what it started, busy loops neither" {
	lab_with stage4_eintr
	TMPDIR=$PWD "$PWD/lab/scripts/confusion" -n 50 -b 1 stage4_eintr >out 2>&1 3>&- &
	poll_until 60 diagnoses
	kill -KILL "$!"
	poll_until 60 nothing_runs
	poll_until 60 no_folder_is_left
}

@test "what makes no sense is refused in one line" {
	refused() {
		run -2 "$ROOT/scripts/confusion" "$@"
		[ "${#lines[@]}" -eq 1 ]
	}
	refused stage5
	[[ "$output" == *stage5* ]]
	refused '.*'
	refused -n 0
	[[ "$output" == *'from 1 to 1000'* ]]
	lab_with stage4_eintr
	run -2 lab/scripts/confusion single-wait
	[[ "$output" == *'make defects'* ]]
}
