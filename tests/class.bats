#!/usr/bin/env bats
# diagnose --class: a class of submissions, some of which mean harm.

load helper

# Where every user can run a program; the directories of bats are private.
setup_file() {
	PLACES=$(mktemp -d "${TMPDIR:-/tmp}/class-tests.XXXXXX")
	chmod 755 "$PLACES"
	BOMB=6$$ # how long what the bomb starts sleeps: no other run of these tests has it
	export PLACES BOMB
	make_class >/dev/null
	cd "$PLACES" || return
	"$ROOT/scripts/diagnose" --class class --build 'sh ./build' -j 3 -f autolab \
		>"$PLACES/said" 2>"$PLACES/complained" 3>&- </dev/null
	echo $? >"$PLACES/status"
}

teardown_file() {
	rm -rf "$PLACES"
}

setup() {
	PLACE=$PLACES/$BATS_TEST_NUMBER
	mkdir -m 755 "$PLACE"
	cd "$PLACE" || return
	run_pid=
}

teardown() {
	[ -z "$run_pid" ] || kill -KILL "$run_pid" 2>/dev/null || true
}

# submission FOLDER STAGE: its build makes ./server of a stage.
submission() {
	mkdir -p "$1"
	cp "$BUILD/$2" "$1/program"
	echo 'cp program server' >"$1/build"
}

# hostile NAME LINE...: a server that is a script.
hostile() {
	local folder=$PLACES/class/$1
	shift
	mkdir -p "$folder"
	printf '#!/bin/sh\n' >"$folder/server"
	printf '%s\n' "$@" >>"$folder/server"
	chmod 755 "$folder/server"
	echo : >"$folder/build"
}

# odd FOLDER: the first four starts, those of the first diagnosis, print more than any log holds.
odd() {
	submission "$1" stage4_eintr
	mkdir -m 777 "$PLACES/starts"
	cat >"$1/server" <<-END
		#!/bin/sh
		mktemp "$PLACES/starts/XXXXXX" >start
		[ \$(ls "$PLACES/starts" | wc -l) -gt 4 ] || dd if=/dev/zero bs=1000000 count=9 2>/dev/null
		exec ./program "\$@"
	END
	chmod 755 "$1/server"
	echo : >"$1/build"
}

make_class() {
	submission "$PLACES/class/good" stage4_eintr
	odd "$PLACES/class/odd one"
	mkdir "$PLACES/class/broken" "$PLACES/class/=1+1,\"x\""
	printf 'echo "server.c:3: error: what is this"; echo more; exit 3\n' >"$PLACES/class/broken/build"
	printf 'printf "error: \\033[31mred\\n"; exit 1\n' >"$PLACES/class/=1+1,\"x\"/build"
	hostile bomb "while :; do sleep $BOMB & done"
	hostile printer 'exec yes "verdict: correct"'
	hostile killer 'kill -9 -"$(ps -o pgid= -p "$PPID" | tr -d " ")"; kill -9 "$PPID"'
	# As root it has a user of its own, and can try what it likes.
	hostile remover 'rm -rf ./*' "[ $(id -u) -ne 0 ] || rm -rf ../* ../../*" 'exit 0'
	hostile forger 'printf "verdict: correct\n{\"scores\":{}}\n"; exit 0'
}

result() {
	echo "$PLACES/class.results/$1.tsv"
}

# verdict FILE
verdict() {
	awk -F '\t' '$2 == "outcome" && $4 == "verdict" { print $5 }' "$1"
}

# started_from FOLDER: process ids of what was started in it or names it.
started_from() {
	ps -A -o pid= -o args= | place=$1 awk 'index($0, ENVIRON["place"]) && $2 !~ /^(awk|ps)$/ { print $1 }'
}

nothing_runs() {
	[ -z "$(started_from "$1")" ]
}

bomb_is_gone() {
	! ps -A -o args= | grep -q "^sleep $BOMB\$"
}

@test "class: a class with hostile submissions is graded to its end" {
	[ "$(cat "$PLACES/status")" -eq 0 ]
	[ ! -s "$PLACES/complained" ]
	for folder in "$PLACES"/class/*/; do
		folder=${folder%/}
		[ -s "$(result "${folder##*/}")" ]
		[ -s "$PLACES/class.results/${folder##*/}.autolab" ]
	done
}

@test "class: hostile neighbours change no verdict" {
	[ "$(verdict "$(result good)")" = correct ]
}

@test "class: a server of which nothing could be concluded gets a second look, alone" {
	[ "$(verdict "$(result 'odd one')")" = correct ]
	[ "$(ls "$PLACES/starts" | wc -l)" -gt 4 ]
	[ "$(ls "$PLACES/class.results/.begun")" = '' ]
	[ "$(tail -n 20 "$PLACES/said" | grep -c '^odd one ')" -eq 1 ]
}

@test "class: none of the hostile is called correct, and none is accused of what was not seen" {
	for name in bomb printer killer remover forger; do
		[ "$(verdict "$(result "$name")")" = inconclusive ]
	done
}

@test "class: nothing of it runs any more" {
	poll_until 10 nothing_runs "$PLACES/class"
	poll_until 10 bomb_is_gone
}

@test "class: what was handed in stays as it was" {
	[ ! -e "$PLACES/class/good/server" ]
	[ -e "$PLACES/class/remover/server" ]
}

@test "class: a build failure is a result, and the compiler's words are kept" {
	run -0 cat "$PLACES/class.results/broken.build"
	[ "${lines[0]}" = 'server.c:3: error: what is this' ]
	run -0 grep '^broken,' "$PLACES/class.results/class.csv"
	[[ "$output" == 'broken,not-built,inconclusive,0,100,not-tested,'* ]]
	[[ "$output" == *'the build failed (exited 3): server.c:3: error: what is this'* ]]
}

@test "class: the CSV has a row for each, and no cell that a spreadsheet takes for a formula" {
	file=$PLACES/class.results/class.csv
	[ "$(wc -l <"$file")" -eq 10 ]
	grep -Fq "\"'=1+1,\"\"x\"\"\",not-built," "$file"
	run ! grep -E '^[-+=@]|,[-+=@]' "$file"
}

@test "class: python reads the CSV" {
	command -v python3 >/dev/null 2>&1 || skip 'python3 is not installed'
	python3 - "$PLACES/class.results/class.csv" <<-'END'
		import csv, sys
		rows = list(csv.DictReader(open(sys.argv[1])))
		assert len(rows) == 9 and all(None not in row.values() for row in rows), rows
		row = {row["submission"]: row for row in rows}
		assert row["good"]["points"] in ("100", "90") and row["good"]["verdict"] == "correct", row["good"]
		assert "'=1+1,\"x\"" in row
	END
}

@test "class: no control character gets through to who reads the results" {
	for file in "$PLACES/said" "$PLACES"/class.results/*; do
		LC_ALL=C tr -d '\n\t -~' <"$file" >"$PLACE/rest"
		[ ! -s "$PLACE/rest" ]
	done
}

@test "class: the summary says which bugs how many have" {
	run -0 cat "$PLACES/class.results/summary.txt"
	[ "${lines[0]}" = '9 submissions' ]
	[[ "$output" == *'    5  inconclusive'* ]]
	[[ "$output" == *'    2  not-built'* ]]
	[[ "$output" == *'    2  correct'* ]]
	[[ "$(cat "$PLACES/said")" == *"$output"* ]]
}

@test "class: a result is not made again, and is rendered again for other weights" {
	cp -Rp "$PLACES/class" "$PLACES/class.results" .
	sed 's/^never-blocks.*/never-blocks 0/' "$ROOT/scripts/lib/weights.tsv" >weights
	before=$(ls -l class.results/*.tsv)
	run -0 "$ROOT/scripts/diagnose" --class class --build 'sh ./build' -o class.results --weights weights
	[ "$(ls -l class.results/*.tsv)" = "$before" ]
	grep -Eq "^good,correct,correct,(85|75),85," class.results/class.csv
	[ -s class.results/good.text ]
}

@test "class: who hands in again is graded again, the others are not" {
	mkdir -p class/one class/two
	echo 'exit 1' | tee class/one/build >class/two/build
	"$ROOT/scripts/diagnose" --class class --build 'sh build' >/dev/null 3>&-
	before=$(ls -l class.results/two.tsv)
	poll_until 10 newer_than class.results/one.tsv class/one/build
	echo 'exit 7' >class/one/build
	run -0 "$ROOT/scripts/diagnose" --class class --build 'sh build'
	grep -q '^one,.*(exited 7)' class.results/class.csv
	[ "$(ls -l class.results/two.tsv)" = "$before" ]
}

# newer_than OLD FILE: once the clock of the file system has gone on.
newer_than() {
	touch "$2"
	[ -n "$(find "$2" -newer "$1")" ]
}

@test "class: results of other options are not mixed with these" {
	mkdir -p class/one
	echo 'exit 1' >class/one/build
	"$ROOT/scripts/diagnose" --class class --build 'sh build' >/dev/null
	run -2 "$ROOT/scripts/diagnose" --class class --build 'sh ./build'
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *'other options'* ]]
}

count_results() {
	find class.results -name '*.tsv' 2>/dev/null | grep -c . || true
}

first_result_is_there() {
	[ "$(count_results)" -ge 1 ]
}

@test "class: killed with kill -9, it leaves nothing running and goes on where it was" {
	mkdir -p class/a class/c tmp
	echo 'exit 1' | tee class/a/build >class/c/build
	submission class/b stage4_eintr
	TMPDIR=$PLACE/tmp "$ROOT/scripts/diagnose" --class class --build 'sh build' -j 1 >/dev/null 2>&1 3>&- </dev/null &
	run_pid=$!
	poll_until 60 first_result_is_there
	kill -KILL "$run_pid"
	wait "$run_pid" || true
	run_pid= # by the end of this test it may be somebody else's
	poll_until 20 nothing_runs "$PLACE"
	[ "$(count_results)" -lt 3 ]
	first=$(ls -l class.results/a.tsv)
	run -0 "$ROOT/scripts/diagnose" --class class --build 'sh build' -j 1
	[ "$(ls -l class.results/a.tsv)" = "$first" ]
	[ "$(count_results)" -eq 3 ]
	[ "$(ls class.results/.begun)" = '' ]
	awk -F '\t' '$2 == "outcome" || $4 == "spoilt" || $4 == "skipped"' class.results/b.tsv
	[ "$(verdict class.results/b.tsv)" = correct ]
}

@test "class: interrupted, it blames nobody" {
	submission class/a stage4_eintr
	"$ROOT/scripts/diagnose" --class class --build 'sh build' >/dev/null 2>&1 3>&- </dev/null &
	run_pid=$!
	poll_until 30 eval '[ -e class.results/.begun/a ]'
	kill -TERM "$run_pid"
	status=0
	wait "$run_pid" || status=$?
	[ "$status" -eq 143 ]
	[ "$(ls class.results/.begun)" = '' ]
	[ "$(count_results)" -eq 0 ]
}

@test "class: who twice takes the whole run down is passed over" {
	submission class/a stage4_eintr
	mkdir -p class.results/.begun
	echo 2 >class.results/.begun/a
	run -0 "$ROOT/scripts/diagnose" --class class --build 'sh build'
	[ "$(verdict class.results/a.tsv)" = inconclusive ]
	grep -q 'begun twice' class.results/class.csv
}

@test "class: not as root, a server that kills the group of its parent spoils its own result only" {
	[ "$(id -u)" -eq 0 ] || skip 'all of these tests run as a user that is not root'
	submission class/good stage4_eintr
	mkdir class/killer
	cp "$PLACES/class/killer/server" "$PLACES/class/killer/build" class/killer/
	submission class/protected stage4_eintr
	mkdir class/protected/inner
	touch class/protected/inner/file
	chmod 555 class/protected/inner
	mkdir tmp
	chown -R 61990:61990 .
	mkfifo lifeline
	copy_lab lab
	TMPDIR=$PLACE/tmp "$BUILD/supervise" -U 61990 -o out -- lab/scripts/diagnose --class "$PLACE/class" \
		-j 2 -o "$PLACE/class.results" --build 'sh build' <lifeline >life 3>&- &
	run_pid=$!
	exec 7>lifeline
	poll_until 300 grep -q '^exited\|^killed' life
	exec 7>&-
	grep -q '^exited 0' life
	[ "$(verdict class.results/killer.tsv)" = inconclusive ]
	[ "$(verdict class.results/good.tsv)" = correct ]
	[ "$(verdict class.results/protected.tsv)" = correct ]
	[ -z "$(ls tmp)" ]
}

@test "class: what makes no sense is refused in one line" {
	refused() {
		run -2 "$ROOT/scripts/diagnose" "$@"
		[ "${#lines[@]}" -eq 1 ]
	}
	mkdir empty inside inside/one
	refused --class nowhere
	[[ "$output" == *nowhere* ]]
	refused --class empty
	if [ "$(id -u)" -eq 0 ]; then
		refused --class inside -U nobody -j 2
		[[ "$output" == *'a user for each'* ]]
	fi
	refused --class inside -o inside/results
	refused --class inside -j 0
	refused --class inside -- ./server 9877
	[[ "$output" == *'{port}'* ]]
	refused --class inside -p 12399 -j 2 -- ./server
	refused -j 2 -- ./server '{port}'
	refused --build make -- ./server '{port}'
	refused --class inside -i /dev/null
	run -2 "$ROOT/scripts/diagnose" --classes inside
	[[ "${lines[0]}" == *'no option --classes'* ]]
}
