#!/usr/bin/env bats
# predict: answers first, measurements second. The comparison with fixed evidence; the questions
# with right, wrong, empty and absurd answers.

load helper

setup() {
	export BATS_TEST_TIMEOUT=120
	predict=$ROOT/scripts/predict
	lib=$ROOT/scripts/lib
	mkdir "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/tmp"
	cd "$BATS_TEST_TMPDIR/work" || return
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
}

small='-n 4 -k 1 -m 12'

# predictions [EXPERIMENT STAGE ANSWER]...: a file p.tsv as predict writes it.
predictions() {
	printf 'server\texperiment\tround\tname\tvalue\n' >p.tsv
	while [ $# -gt 0 ]; do
		printf '%s\t%s\t1\tpredicted\t%s\n' "$2" "$1" "$3" >>p.tsv
		shift 3
	done
}

# show [AWK [OPTION...]]: p.tsv against the fixed evidence.
show() {
	local awk=${1:-awk}
	[ $# -eq 0 ] || shift
	# shellcheck disable=SC2086  # "busybox awk"
	LC_ALL=C $awk "$@" -f "$lib/input.awk" -f "$lib/text.awk" -f "$lib/evidence.awk" \
		-f "$lib/answers.awk" -f "$lib/predict.awk" input=reasons "$lib/reasons.tsv" \
		input=predictions p.tsv input=evidence "$ROOT/tests/data/four-stages.tsv"
}

@test "the right answer to each question is what the fixed evidence shows" {
	predictions burst stage1_no_reap all burst stage2_wait some burst stage3_waitpid none \
		freeze stage1_no_reap 50 freeze stage2_wait 49 freeze stage4_eintr 0 \
		poke stage1_no_reap served poke stage2_wait blocked \
		interrupt stage2_wait died interrupt stage3_waitpid died interrupt stage4_eintr served \
		exhaust stage1_no_reap fails exhaust stage2_wait never \
		adopt stage1_no_reap end adopt stage2_wait end adopt stage3_waitpid none
	show >text
	grep -qx '16 of 16 predictions right.' text
	run ! grep -q SURPRISE text
}

@test "a wrong answer is a surprise, with its reason and the lesson to read, in every awk" {
	local awk
	predictions freeze stage2_wait 50 poke stage2_wait served adopt stage1_no_reap kill
	show >first
	grep -q '^freeze     stage2_wait      50         49         SURPRISE$' first
	grep -qx 'freeze, stage2_wait: predicted 50, measured 49' first
	grep -q 'all exits set the same bit' first
	grep -qx '  Read: docs/2-wait.md' first
	grep -q 'kill -9 does nothing to a zombie' first
	grep -qx '0 of 3 predictions right.' first
	for awk in mawk gawk original-awk 'busybox awk'; do
		command -v "${awk%% *}" >/dev/null || continue
		show "$awk" | diff -u first -
	done
}

@test "surprises with one reason share it" {
	predictions adopt stage1_no_reap kill adopt stage2_wait never
	show >text
	[ "$(grep -c 'kill -9 does nothing' text)" -eq 1 ]
	[ "$(grep -c '^adopt, stage[12].*measured end$' text)" -eq 2 ]
}

@test "no prediction is neither right nor a surprise" {
	predictions freeze stage2_wait '?' freeze stage1_no_reap 50
	show >text
	grep -q '^freeze     stage2_wait      -          49         no prediction$' text
	grep -qx '1 of 1 prediction right.' text
}

@test "every experiment and stage has a reason of its own for what the fixed evidence shows" {
	local experiment stage
	set --
	for experiment in burst freeze poke interrupt exhaust adopt; do
		for stage in stage1_no_reap stage2_wait stage3_waitpid stage4_eintr; do
			set -- "$@" "$experiment" "$stage" wrong
		done
	done
	predictions "$@"
	show >text
	[ "$(grep -c SURPRISE text)" -eq 24 ]
	run ! grep -q 'not what this stage shows' text
	run -0 awk 'length($0) > 80 { exit 1 }' text
}

@test "the lessons that reasons name are in docs, where docs are there" {
	local lesson
	[ -f "$ROOT/docs/4-eintr.md" ] || skip 'the lessons are not written yet'
	for lesson in $(awk -F '\t' '!/^#/ { print $5 }' "$lib/reasons.tsv" | sort -u); do
		[ -f "$ROOT/$lesson" ]
	done
}

@test "answers on stdin are written down, then compared with what was measured" {
	printf '4\n4\n0\n0\nserved\nSERVED\n s\ns\n' |
		"$predict" $small -e freeze,poke -w 'A. Student' -o p.tsv >text 3>&-
	grep -q '^  stage2_wait? 4$' text
	grep -q '^poke       stage2_wait      served     blocked    SURPRISE$' text
	grep -q '^poke       stage4_eintr     served     served     right$' text
	grep -qx '# who: A. Student' p.tsv
	grep -q '^# date: 20[0-9-]*T' p.tsv
	grep -qx 'stage2_wait	poke	1	predicted	served' p.tsv
	grep -qx 'stage2_wait	poke	1	measured	blocked' p.tsv
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "answers by option are not asked for" {
	"$predict" $small -e interrupt -a interrupt.1=served -a interrupt.2=died -a interrupt.3=s \
		-a interrupt.4=d -o p.tsv </dev/null >text 3>&-
	grep -q '^2 of 4 predictions right.$' text
	grep -q '^interrupt  stage4_eintr     died       served     SURPRISE$' text
}

@test "predictions are on disk before anything is run" {
	mkdir -p tree/build tree/scripts
	cp -R "$ROOT/scripts/." tree/scripts
	cp "$BUILD"/stage? "$BUILD"/stage[1-4]_* "$BUILD/burst" "$BUILD/supervise" tree/build 2>/dev/null || true
	printf '#!/bin/sh\ncp "$PWD/p.tsv" "$PWD/seen.tsv"\nexit 3\n' >tree/scripts/compare
	run -3 tree/scripts/predict -e freeze -a freeze.1=50 -a freeze.2=49 -a freeze.3=0 -a freeze.4=0 \
		-o p.tsv </dev/null
	grep -qx 'stage2_wait	freeze	1	predicted	49' seen.tsv
}

@test "an absurd answer is refused with what would be one, and nothing is run" {
	local answer
	for answer in 51 -1 4.5 most many 99999999999999999999 '$(echo 4)' '*'; do
		run -2 --separate-stderr "$predict" -e freeze -o p.tsv <<<"$answer"
		[[ "$stderr" == *"freeze, stage1_no_reap: '$answer' is not a number from 0 to 50: nothing was run" ]]
	done
	run -2 --separate-stderr "$predict" -e poke -o p.tsv <<<'perhaps'
	[[ "$stderr" == *"'perhaps' is not one of served blocked: nothing was run" ]]
	run -2 --separate-stderr "$predict" -e adopt -o p.tsv <<<'n' # never, or none?
	[[ "$stderr" == *"'n' is not one of kill end never none"* ]]
	[ ! -e p.tsv ]
}

@test "a person is told what would be an answer, and asked again" {
	command -v script >/dev/null || skip 'script(1) is not installed'
	printf '#!/bin/sh\nexec %s %s -e freeze -o p.tsv\n' "$predict" "$small" >go
	chmod +x go
	printf 'many\n4\n4\n0\n0\n' | script -qec ./go /dev/null >text 3>&- || skip 'this script(1) has no -c'
	grep -q 'I need a number from 0 to 4, or ? if you will not guess' text
	grep -q '^stage1_no_reap	freeze	1	predicted	4' p.tsv
}

@test "the words that a question suggests are answers" {
	"$predict" $small -e freeze,exhaust -o p.tsv <<<$'all\nnone\nNONE\n0\nyes\nno\nN\nnever' >/dev/null
	[ "$(awk -F '\t' '$4 == "predicted" { printf "%s ", $5 }' p.tsv)" = '4 0 0 0 fails never never never ' ]
}

@test "Ctrl-D on a terminal ends the questions, and keeps the answers" {
	command -v script >/dev/null || skip 'script(1) is not installed'
	printf '#!/bin/sh\nexec %s %s -e freeze -o p.tsv\n' "$predict" "$small" >go
	chmod +x go
	printf '4\n\004' | script -qec ./go /dev/null >text 3>&- || skip 'this script(1) has no -c'
	[ "$(awk -F '\t' '$4 == "predicted" { printf "%s ", $5 }' p.tsv)" = '4 ? ? ? ' ]
}

@test "answers that end too soon, or are all empty, run nothing" {
	run -2 --separate-stderr "$predict" -e freeze -o p.tsv <<<'50'
	[[ "$stderr" == *'the answers end before freeze, stage2_wait: nothing was run' ]]
	run -2 --separate-stderr "$predict" -e freeze -o p.tsv <<<$'\n\n?\n\n'
	[[ "$stderr" == *'you predicted nothing, so nothing was run: a wrong guess teaches more than none' ]]
	[ ! -e p.tsv ]
}

@test "wrong options are refused in a line, and -h fits 80 columns" {
	run -2 --separate-stderr "$predict" -e burst,bust
	[[ "$stderr" == "predict: -e: there is no experiment 'bust'"* ]]
	run -2 --separate-stderr "$predict" -a freeze.5=1
	[[ "$stderr" == "predict: -a wants experiment.stage=answer"* ]]
	run -2 --separate-stderr "$predict" -a freeze.2=77 -e freeze </dev/null
	run -2 --separate-stderr "$predict" --class
	[ "$stderr" = 'predict: --class wants a folder' ]
	run -2 --separate-stderr "$predict" --class nowhere
	[[ "$stderr" == *"there is no folder 'nowhere'" ]]
	run -2 --separate-stderr "$predict" everything
	[[ "$stderr" == "predict: what is 'everything'? usage: "* ]]
	run -2 --separate-stderr "$predict" -q
	[ "${stderr_lines[0]}" = 'predict: there is no option -q' ]
	"$predict" -h >text
	"$ROOT/scripts/watch" -h >>text
	"$ROOT/scripts/report" -h >>text
	run -0 awk 'length($0) > 80 { print; exit 1 }' text
}

# student FILE WHO DATE FREEZE2 POKE2: a file of predictions, measured.
student() {
	mkdir -p class
	{
		printf '# date: %s\n# clients: 50\n# who: %s\n' "$3" "$2"
		printf 'server\texperiment\tround\tname\tvalue\n'
		printf 'stage2_wait\tfreeze\t1\tpredicted\t%s\n' "$4"
		printf 'stage2_wait\tpoke\t1\tpredicted\t%s\n' "$5"
		printf 'stage2_wait\tfreeze\t1\tmeasured\t49\nstage2_wait\tpoke\t1\tmeasured\tblocked\n'
	} >"class/$1.tsv"
}

@test "a class is one table: how many were right, and the most common wrong answer" {
	student a Ann 2026-01-01T10:00:00Z 50 blocked
	student b Ben 2026-01-01T10:00:01Z 50 served
	student c Cho 2026-01-01T10:00:02Z 0 blocked
	student d Dee 2026-01-01T10:00:03Z 49 blocked
	student e '' 2026-01-01T10:00:04Z 50 '?'
	"$predict" --class class >first
	grep -q '^predictions of 5 students$' first
	grep -q '^freeze      stage2_wait      1 of 5      50 (3 of 5)$' first
	grep -q '^poke        stage2_wait      3 of 4      served (1 of 4)$' first
	grep -q '^freeze, stage2_wait: 3 of 5 said 50; it is 49.$' first
	# What most got wrong comes first.
	[ "$(grep -A 1 '^Talk about:' first | tail -n 1)" = 'freeze, stage2_wait: 3 of 5 said 50; it is 49.' ]
	for awk in mawk gawk original-awk busybox; do
		command -v "$awk" >/dev/null || continue
		mkdir "$awk"
		ln -s "$(command -v "$awk")" "$awk/awk"
		PATH=$PWD/$awk:$PATH "$predict" --class=class | diff -u first -
	done
}

@test "of somebody who predicted twice the first counts, and other files are said not to" {
	student a Ann 2026-01-01T10:00:00Z 50 blocked
	student b Ann 2026-01-01T11:00:00Z 49 blocked
	echo nonsense >class/notes.tsv
	"$predict" --class class >text
	grep -q '^predictions of 1 student; files that do not count: 2$' text
	grep -q '^freeze      stage2_wait      0 of 1      50 (1 of 1)$' text
}

@test "a hostile file of predictions gets no escape to the terminal, and no wide line" {
	student a Ann 2026-01-01T10:00:00Z $'\033[2J\007<b>and so on and on and on and on' blocked
	student 'x=y' Ben 2026-01-01T10:00:00Z 50 blocked
	printf 'a\033]0;server of a name that is long\tfreeze\t1\tpredicted\t1\n' >>class/a.tsv
	mv class 'class=x'
	"$predict" --class 'class=x' >text
	grep -q '^predictions of 2 students$' text
	run ! env LC_ALL=C grep -q '[^ -~]' text
	run -0 awk 'length($0) > 80 { exit 1 }' text
}
