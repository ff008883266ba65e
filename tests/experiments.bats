#!/usr/bin/env bats
# experiments: what each shows of each stage, of odd servers, and what it does with its options.

load helper
load experiments

setup_file() {
	export BATS_TEST_TIMEOUT=120 # an experiment that hangs fails its test
	local experiment ended
	compile_odd_server
	cd "$BATS_FILE_TMPDIR" || return
	# Each experiment once, on all stages: most tests look at what came out.
	for experiment in burst freeze poke interrupt exhaust adopt; do
		ended=0
		"$EXPERIMENTS/$experiment" -n 20 -k 2 -m 20 -o "$experiment.tsv" \
			>"$experiment.out" 2>"$experiment.err" 3>&- || ended=$?
		echo "$ended" >"$experiment.status"
	done
	give_up_on
}

# What is given up after a while, all at once: attempt NAME is what came of it.
give_up_on() {
	local pids=() experiment
	attempt silent freeze "$(odd silent)" &
	pids+=("$!")
	attempt chatty freeze "$(odd chatty)" &
	pids+=("$!")
	attempt few freeze -n 5 "$(odd few)" 1 &
	pids+=("$!")
	attempt lender freeze -n 2 "$(odd lender)" &
	pids+=("$!")
	attempt spinner interrupt "$(odd spinner)" &
	pids+=("$!")
	for experiment in burst freeze poke interrupt adopt; do
		attempt "mute.$experiment" "$experiment" -n 3 -k 1 "$(odd mute)" &
		pids+=("$!")
	done
	wait "${pids[@]}"
}

# attempt NAME EXPERIMENT ARGS...
attempt() {
	local name=$1 experiment=$2 ended=0
	shift 2
	hurried "$experiment" -o "$name.tsv" "$@" >"$name.out" 2>"$name.err" 3>&- || ended=$?
	echo "$ended" >"$name.status"
}

# came_of NAME STATUS: and the file NAME.tsv is here.
came_of() {
	cp "$BATS_FILE_TMPDIR/$1".* .
	[ "$(cat "$1.status")" -eq "$2" ]
}

setup() {
	mkdir "$BATS_TEST_TMPDIR/here" # bats has files of its own in the other
	cd "$BATS_TEST_TMPDIR/here" || return
	stage1=stage1_no_reap stage2=stage2_wait stage3=stage3_waitpid stage4=stage4_eintr
}

# shows EXPERIMENT SERVER NAME VALUES: what the run of setup_file recorded.
shows() {
	local seen
	seen=$(values "$BATS_FILE_TMPDIR/$1.tsv" "$2" "$3")
	[ "$seen" = "$4" ] || {
		echo "$1, $2, $3: expected '$4', saw '$seen'"
		cat "$BATS_FILE_TMPDIR/$1.err"
		return 1
	}
}

# refuses ARGS...: one line on stderr that says what is wrong, and a usage line for a wrong
# option; exit status 2; no file.
refuses() {
	run --separate-stderr "$@"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ] ||
		[[ "${#stderr_lines[@]}" -eq 2 && "${stderr_lines[1]}" == usage:* ]]
	[ -z "$(ls)" ]
}

# is_skipped: exhaust could not be had on this machine; why is in the evidence.
skip_if_exhaust_was() {
	local why
	why=$(values "$BATS_FILE_TMPDIR/exhaust.tsv" "$1" skipped)
	[ -z "$why" ] || skip "exhaust: $why"
}

# --- what each experiment shows of each stage

@test "every experiment runs to its end, and says nothing on stderr" {
	for experiment in burst freeze poke interrupt exhaust adopt; do
		[ "$(cat "$BATS_FILE_TMPDIR/$experiment.status")" -eq 0 ]
		[ ! -s "$BATS_FILE_TMPDIR/$experiment.err" ]
		[ -s "$BATS_FILE_TMPDIR/$experiment.out" ]
	done
}

@test "burst: stage 4 keeps no zombie" {
	shows burst $stage4 zombies '0 0'
	shows burst $stage4 alive 1
}

@test "burst: stage 1 keeps every child of every round" {
	shows burst $stage1 zombies '20 40'
	shows burst $stage1 alive 1
}

@test "burst: stage 2 may keep all but one of a round, and never all" {
	local zombies
	read -ra zombies < <(values "$BATS_FILE_TMPDIR/burst.tsv" $stage2 zombies)
	is_within "${zombies[0]}" 0 19
	is_within "${zombies[1]}" "${zombies[0]}" 38
}

@test "burst: stage 3 keeps none" {
	shows burst $stage3 zombies '0 0'
}

@test "freeze: stage 4 keeps no zombie" {
	shows freeze $stage4 zombies 0
	shows freeze $stage4 alive 1
}

@test "freeze: stage 1 keeps all N" {
	shows freeze $stage1 zombies 20
}

@test "freeze: stage 2 keeps exactly N-1 on Linux, at most that elsewhere" {
	if is_linux; then
		shows freeze $stage2 zombies 19
	else
		is_within "$(values "$BATS_FILE_TMPDIR/freeze.tsv" $stage2 zombies)" 0 19
	fi
}

@test "freeze: the tally of stage 2 says that one signal came for all" {
	is_linux || skip 'SIGCHLD may be queued here'
	shows freeze $stage2 tally_handler_runs 1
	shows freeze $stage2 tally_reaped 1
	shows freeze $stage2 tally_never_reaped 19
}

@test "freeze: stage 3 keeps none, with one signal" {
	shows freeze $stage3 zombies 0
	shows freeze $stage3 tally_reaped 20
}

@test "poke: stage 4 serves the next client" {
	shows poke $stage4 served 1
}

@test "poke: stages 1 and 3 serve it too" {
	shows poke $stage1 served 1
	shows poke $stage3 served 1
}

@test "poke: stage 2 is blocked, alive, until the first client leaves" {
	shows poke $stage2 served 0
	shows poke $stage2 served_once_the_first_left 1
	shows poke $stage2 alive 1
}

@test "interrupt: stage 4 serves the next client" {
	shows interrupt $stage4 served 1
	shows interrupt $stage4 alive 1
}

@test "interrupt: stage 1, which catches nothing, is not interrupted" {
	shows interrupt $stage1 served 1
	shows interrupt $stage1 alive 1
}

@test "interrupt: stages 2 and 3 die, and their last words are EINTR's" {
	for stage in $stage2 $stage3; do
		shows interrupt $stage served 0
		shows interrupt $stage alive 0
		shows interrupt $stage ended 'exited 1'
		shows interrupt $stage last_words 'accept: Interrupted system call'
	done
}

@test "exhaust: stage 4 serves three times as many clients as it may have processes" {
	skip_if_exhaust_was $stage4
	shows exhaust $stage4 served 60
	shows exhaust $stage4 fork_failed 0
	shows exhaust $stage4 zombies 0
}

@test "exhaust: stage 3 serves them too" {
	skip_if_exhaust_was $stage3
	shows exhaust $stage3 served 60
	shows exhaust $stage3 fork_failed 0
}

@test "exhaust: stage 1 cannot fork once zombies have its slots, and lives" {
	skip_if_exhaust_was $stage1
	shows exhaust $stage1 fork_failed 1
	shows exhaust $stage1 alive 1
	is_within "$(values "$BATS_FILE_TMPDIR/exhaust.tsv" $stage1 served)" 10 20
	shows exhaust $stage1 zombies "$(values "$BATS_FILE_TMPDIR/exhaust.tsv" $stage1 served)"
}

@test "adopt: the zombies of stage 1 survive kill -9, and are gone when their parent is" {
	shows adopt $stage1 zombies 20
	shows adopt $stage1 alive 1
	shows adopt $stage1 left 0
	is_linux || skip 'only on Linux does supervise adopt them'
	shows adopt $stage1 adopted 20
}

@test "adopt: so do those of stage 2" {
	is_linux || skip 'SIGCHLD may be queued here'
	shows adopt $stage2 zombies 19
	shows adopt $stage2 left 0
	shows adopt $stage2 adopted 19
}

@test "adopt: stages 3 and 4 leave nothing to adopt" {
	for stage in $stage3 $stage4; do
		shows adopt $stage zombies 0
		shows adopt $stage adopted 0
	done
}

@test "one client is enough: stage 1 keeps it, and stage 2 does not" {
	run "$EXPERIMENTS/freeze" -n 1 -o one.tsv 1 2
	[ "$status" -eq 0 ]
	[ "$(values one.tsv $stage1 zombies)" -eq 1 ]
	[ "$(values one.tsv $stage2 zombies)" -eq 0 ]
}

@test "200 clients: the frozen burst is as exact" {
	run "$EXPERIMENTS/freeze" -n 200 -o many.tsv 1 2 4
	[ "$status" -eq 0 ]
	[ "$(values many.tsv $stage1 zombies)" -eq 200 ]
	is_within "$(values many.tsv $stage2 zombies)" 0 199
	if is_linux; then
		[ "$(values many.tsv $stage2 zombies)" -eq 199 ]
	fi
	[ "$(values many.tsv $stage4 zombies)" -eq 0 ]
}

# --- servers, and how they are named

@test "a server is named by number, by name, or by path" {
	run "$EXPERIMENTS/freeze" -n 2 -o named.tsv 4 stage1_no_reap "$BUILD/stage3_waitpid"
	[ "$status" -eq 0 ]
	[ "$(values named.tsv stage4_eintr zombies)" -eq 0 ]
	[ "$(values named.tsv stage1_no_reap zombies)" -eq 2 ]
	[ "$(values named.tsv stage3_waitpid zombies)" -eq 0 ]
}

@test "the same server twice has two names" {
	run "$EXPERIMENTS/freeze" -n 2 -o twice.tsv 1 1
	[ "$status" -eq 0 ]
	[ "$(values twice.tsv stage1_no_reap zombies)" -eq 2 ]
	[ "$(values twice.tsv 'stage1_no_reap#2' zombies)" -eq 2 ]
}

@test "a server whose name has blanks, quotes and a tab does no harm" {
	local name=$'it\'s "a\tb" $(date) *'
	cp "$BUILD/stage1_no_reap" "$name"
	run "$EXPERIMENTS/freeze" -n 2 -o hostile.tsv "./$name"
	[ "$status" -eq 0 ]
	[ "$(values hostile.tsv "it's \"a?b\" \$(date) *" zombies)" -eq 2 ]
	[ "$(awk -F '\t' '!/^#/ && NF != 5' hostile.tsv)" = '' ]
}

@test "no server of that name: one line, exit 2, nothing left" {
	refuses "$EXPERIMENTS/freeze" 5
	[[ "$stderr" == *"there is no server '5'"* ]]
	refuses "$EXPERIMENTS/freeze" ./nothing
	refuses "$EXPERIMENTS/freeze" ''
}

@test "a folder or a file that cannot be run is no server" {
	refuses "$EXPERIMENTS/freeze" /
	refuses "$EXPERIMENTS/freeze" "$ROOT/README.md"
	[[ "$stderr" == *"there is no server '$ROOT/README.md'"* ]]
}

@test "a server that cannot start is quoted, escaped, and exit is 2" {
	run --separate-stderr "$EXPERIMENTS/freeze" -o out.tsv 4 "$(odd broken)"
	[ "$status" -eq 2 ]
	[ "$stderr" = 'freeze: broken did not start: broken: no\011luck today' ]
	[ ! -e out.tsv ]
}

@test "a server that ends without a word is said to" {
	run --separate-stderr "$EXPERIMENTS/freeze" "$(odd gone)"
	[ "$status" -eq 2 ]
	[ "$stderr" = "freeze: gone did not start: it never printed 'listening on ...'" ]
}

@test "a server without a ready line is given up, not waited for without end" {
	came_of silent 2
	[ "$(cat silent.err)" = "freeze: silent did not start: it never printed 'listening on ...'" ]
}

@test "a server that prints without end fills no disk, and has not started" {
	came_of chatty 2
	[[ "$(cat chatty.err)" == 'freeze: chatty did not start: '* ]]
	[ "$(wc -l <chatty.err)" -eq 1 ]
}

@test "a server that claims to be another process is refused: signals would go there" {
	run --separate-stderr "$EXPERIMENTS/freeze" "$(odd liar)"
	[ "$status" -eq 2 ]
	[[ "$stderr" == "freeze: liar did not start: it says pid '"* ]]
}

@test "a server with a port that cannot be is refused" {
	refuses "$EXPERIMENTS/freeze" "$(odd wild)"
	[[ "$stderr" == *"it says port '99999'"* ]]
}

# --- servers that no experiment can count

@test "a server that accepts and never answers gets a reason, and no count" {
	came_of mute.freeze 0
	[[ "$(values mute.freeze.tsv mute spoilt)" == 'its clients were not all served: served 0 of 3'* ]]
	[ -z "$(values mute.freeze.tsv mute zombies)" ]
	[ "$(values mute.freeze.tsv mute alive)" -eq 1 ]
}

@test "nor is it counted in any other experiment" {
	local experiment
	for experiment in burst poke interrupt adopt; do
		came_of mute.$experiment 0
		[ -n "$(values mute.$experiment.tsv mute spoilt)" ]
		[ -z "$(values mute.$experiment.tsv mute zombies)" ]
		[ -z "$(values mute.$experiment.tsv mute served)" ]
		[ "$(values mute.$experiment.tsv mute alive)" -eq 1 ]
	done
}

@test "a server that serves some of the clients is not counted, and the others are" {
	came_of few 0
	[[ "$(values few.tsv few spoilt)" == 'its clients were not all served: served 3 of 5'* ]]
	[ -z "$(values few.tsv few zombies)" ]
	[ "$(values few.tsv $stage1 zombies)" -eq 5 ]
}

@test "a server that dies when it goes on has no zombies: none are counted" {
	run "$EXPERIMENTS/freeze" -n 3 -o fragile.tsv "$(odd fragile)"
	[ "$status" -eq 0 ]
	[[ "$output" == *'fragile: died'* ]]
	[ -z "$(values fragile.tsv fragile zombies)" ]
	[ "$(values fragile.tsv fragile alive)" = 0 ]
	[ "$(values fragile.tsv fragile ended)" = 'exited 7' ]
}

@test "its last words are evidence: unfinished lines as well, and escaped" {
	run "$EXPERIMENTS/burst" -n 3 -k 2 -o fragile.tsv "$(odd fragile)"
	[ "$status" -eq 0 ]
	[ "$(values fragile.tsv fragile last_words)" = 'fragile: a child\011ended \033[31m\134 badly' ]
	[ "$(values fragile.tsv fragile alive)" = 0 ]
	[ -z "$(values fragile.tsv fragile zombies)" ]
	[[ "$output" != *$'\033'* ]]
}

@test "a server that dies while its clients come is dead, not free of zombies" {
	run "$EXPERIMENTS/freeze" -n 5 -o deadly.tsv "$(odd deadly)"
	[ "$status" -eq 0 ]
	[ -n "$(values deadly.tsv deadly spoilt)" ]
	[ -z "$(values deadly.tsv deadly zombies)" ]
	[ "$(values deadly.tsv deadly alive)" = 0 ]
	[ "$(values deadly.tsv deadly ended)" = 'exited 9' ]
}

@test "a server whose children stay after their clients is not counted" {
	came_of lender 0
	[ "$(values lender.tsv lender spoilt)" = 'its clients left, and not all of its children ended' ]
	[ -z "$(values lender.tsv lender zombies)" ]
}

@test "a server that never rests is not waited for without end" {
	came_of spinner 0
	[ "$(values spinner.tsv spinner spoilt)" = 'it does not wait in accept()' ]
	[ -z "$(values spinner.tsv spinner served)" ]
}

@test "servers whose children are never zombies are right, and not waited for to the deadline" {
	run "$EXPERIMENTS/freeze" -n 3 -o right.tsv "$(odd ignorer)" "$(odd twice)"
	[ "$status" -eq 0 ]
	for server in ignorer twice; do
		[ "$(values right.tsv $server zombies)" = 0 ]
		[ "$(values right.tsv $server alive)" = 1 ]
		[ -z "$(values right.tsv $server spoilt)" ]
	done
}

@test "exhaust does not take a server that stops serving for one that cannot fork" {
	skip_if_exhaust_was $stage4
	run "$EXPERIMENTS/exhaust" -m 20 -o exhaust.tsv "$(odd deadly)"
	[ "$status" -eq 0 ]
	[ "$(values exhaust.tsv deadly served)" -eq 2 ]
	[ "$(values exhaust.tsv deadly alive)" = 0 ]
	[ -z "$(values exhaust.tsv deadly fork_failed)" ]
}

@test "exhaust takes two servers of one name for two" {
	skip_if_exhaust_was $stage4
	mkdir a
	cp "$BUILD/stage4_eintr" a/stage1_no_reap
	run "$EXPERIMENTS/exhaust" -m 20 -o exhaust.tsv 1 ./a/stage1_no_reap
	[ "$status" -eq 0 ]
	[ "$(values exhaust.tsv stage1_no_reap fork_failed)" = 1 ]
	[ "$(values exhaust.tsv 'stage1_no_reap#2' fork_failed)" = 0 ]
}

@test "what a handler says after the error is no last word" {
	cat >1.log <<-END
		listening on 127.0.0.1 port 9877 pid 4242
		SIGCHLD handler, run 1
		reaped child 4243, exit status 0
		accept: Interrupted system call
		SIGCHLD handler, run 2
		reaped child 4244, exit status 0
		tally: 2 forked
		from a child
	END
	: >1.error
	run -0 sh -c 'lab_root=$1 run_dir=$PWD && . "$1/scripts/lib/lab.sh" && . "$1/scripts/lib/servers.sh" &&
		servers_read_last_words 1 && echo "$last_words"' experiments "$ROOT"
	[ "$output" = 'accept: Interrupted system call' ]
}

@test "exhaust says why it skips" {
	mkdir -m 755 fake
	printf '%s\n' '#!/bin/sh' 'echo supervise: no limits today >&2' 'exit 2' >fake/supervise
	chmod 755 fake/supervise
	ln -s "$BUILD/burst" "$BUILD"/stage* fake
	mkdir scripts build
	ln -s "$ROOT"/scripts/* scripts
	rmdir build && mv fake build
	run sh -euc 'lab_root=$PWD experiment_called=test
		. scripts/experiments/exhaust
		experiment_called=
		experiment_main "$@"' exhaust -o skipped.tsv 1 4
	[ "$status" -eq 0 ]
	[ "$output" = 'exhaust: skipped: no limits today' ]
	[ "$(values skipped.tsv $stage1 skipped)" = 'no limits today' ]
	[ "$(values skipped.tsv $stage4 skipped)" = 'no limits today' ]
	[ -z "$(values skipped.tsv $stage1 fork_failed)" ]
}

# A look with numbers of our own, for what cannot be arranged: slots that others have taken.
exhaust_judges() {
	# shellcheck disable=SC2016  # expanded by the inner shell
	run sh -euc 'lab_root=$ROOT experiment_called=test
		. "$EXPERIMENTS/exhaust"
		run_dir=$PWD evidence_file=$PWD/evidence experiment=exhaust processes=40
		server_ids=1 name=server id=1
		state=$1 zombies=$2 children=$3
		echo "served $4 of 120" >1.visit
		echo "$5" >1.log
		: >1.error >1.unserved
		exhaust_record' exhaust "$@"
	[ "$status" -eq 0 ]
}

@test "exhaust: a failed fork counts against a server that has the slots itself" {
	exhaust_judges S 38 0 38 'fork: Resource temporarily unavailable'
	[ "$(values evidence server fork_failed)" = 1 ]
	[ -z "$(values evidence server skipped)" ]
}

@test "exhaust: a failed fork proves nothing when it took more than the limit" {
	exhaust_judges S 52 0 52 'fork: Resource temporarily unavailable'
	[ -z "$(values evidence server fork_failed)" ]
	[ -n "$(values evidence server skipped)" ]
}

@test "exhaust: that all were served proves nothing when more than the limit are zombies" {
	exhaust_judges S 120 0 120 ''
	[ -z "$(values evidence server fork_failed)" ]
	[ -n "$(values evidence server skipped)" ]
}

@test "exhaust: a failed fork proves nothing when others have the slots" {
	exhaust_judges S 3 0 5 'fork: Resource temporarily unavailable'
	[ -z "$(values evidence server fork_failed)" ]
	[ -z "$(values evidence server served)" ]
	[ "$(values evidence server skipped)" = 'other processes of this user came or went meanwhile' ]
}

# --- options and usage

@test "-h prints the usage on stdout, for each experiment" {
	for experiment in "$EXPERIMENTS"/*; do
		run --separate-stderr "$experiment" -h
		[ "$status" -eq 0 ]
		[[ "${lines[0]}" == "usage: ${experiment##*/} "* ]]
		[ -z "$stderr" ]
	done
}

@test "an unknown option is named, with the usage, for each experiment" {
	for experiment in burst freeze poke interrupt exhaust adopt; do
		refuses "$EXPERIMENTS/$experiment" -x
		[ "${stderr_lines[0]}" = "$experiment: there is no option -x" ]
		[[ "${stderr_lines[1]}" == "usage: $experiment "* ]]
	done
}

@test "an option without its argument is named, with the usage" {
	for option in -n -k -m -o; do
		refuses "$EXPERIMENTS/burst" $option
		[ "${stderr_lines[0]}" = "burst: $option wants an argument" ]
	done
}

@test "a number that makes no sense is refused, with what would" {
	for number in 0 -1 x 1x '' ' 5' 1.5 10001 99999999999999999999 $'5\n5'; do
		refuses "$EXPERIMENTS/freeze" -n "$number"
		[[ "$stderr" == "freeze: -n wants a number from 1 to 10000, not '"* ]]
	done
	refuses "$EXPERIMENTS/burst" -k 0
	[[ "$stderr" == *'-k wants a number from 1 to 1000'* ]]
	refuses "$EXPERIMENTS/exhaust" -m 9
	[[ "$stderr" == *'-m wants a number from 10 to 1000'* ]]
}

@test "a number may have leading zeros, and is not octal" {
	run "$EXPERIMENTS/freeze" -n 010 -o ten.tsv 1
	[ "$status" -eq 0 ]
	[ "$(values ten.tsv $stage1 zombies)" -eq 10 ]
}

@test "without a build, one line says what to do" {
	mkdir -p tree/scripts
	cp -R "$ROOT/scripts/." tree/scripts
	run --separate-stderr tree/scripts/experiments/freeze
	[ "$status" -eq 2 ]
	[ "$stderr" = "freeze: nothing is built yet: run make in $PWD/tree first" ]
}

@test "CDPATH does not lead an experiment elsewhere" {
	mkdir -p elsewhere/scripts/experiments
	elsewhere=$PWD/elsewhere
	cd "$ROOT"
	CDPATH=$elsewhere run sh scripts/experiments/freeze -n 2 4
	[ "$status" -eq 0 ]
	[[ "$output" == *'0 zombies once it went on'* ]]
}

@test "a folder for temporary files that is not there is said to be" {
	TMPDIR=$PWD/nowhere run --separate-stderr "$EXPERIMENTS/freeze" 4
	[ "$status" -eq 2 ]
	[[ "${stderr_lines[-1]}" == "freeze: cannot make a folder in $PWD/nowhere"* ]]
}

@test "a folder for temporary files may have any name" {
	mkdir "a b=c'd"
	TMPDIR="a b=c'd" run "$EXPERIMENTS/freeze" -n 2 1 4
	[ "$status" -eq 0 ]
	[[ "$output" == *'stage1_no_reap: 2 zombies'* ]]
	poll_until 10 rmdir "a b=c'd"
}

# --- the evidence file

@test "evidence begins with where and how, then names its columns" {
	run head -n 1 "$BATS_FILE_TMPDIR/freeze.tsv"
	[ "$output" = '# command: freeze -n 20 -k 2 -m 20 -o freeze.tsv' ]
	for fact in date kernel libc cores clients rounds processes; do
		grep -q "^# $fact: ." "$BATS_FILE_TMPDIR/freeze.tsv"
	done
	run grep -vm 1 '^#' "$BATS_FILE_TMPDIR/freeze.tsv"
	[ "$output" = $'server\texperiment\tround\tname\tvalue' ]
}

@test "every record has five columns, of printable ASCII" {
	for experiment in burst freeze poke interrupt exhaust adopt; do
		run awk -F '\t' '!/^#/ && NF != 5' "$BATS_FILE_TMPDIR/$experiment.tsv"
		[ -z "$output" ]
		run env LC_ALL=C grep -c $'[^ -~\t]' "$BATS_FILE_TMPDIR/$experiment.tsv"
		[ "$output" = 0 ]
		run awk -F '\t' -v e="$experiment" '!/^#/ && $2 != e { n++ } END { print n }' \
			"$BATS_FILE_TMPDIR/$experiment.tsv"
		[ "$output" = 1 ] # the line with the names
	done
}

@test "no count stands without alive or dead" {
	for experiment in burst freeze poke interrupt adopt; do
		for stage in $stage1 $stage2 $stage3 $stage4; do
			[[ "$(values "$BATS_FILE_TMPDIR/$experiment.tsv" $stage alive)" == [01] ]]
		done
	done
}

@test "the file appears whole: until then the old one stands" {
	echo old >out.tsv
	mkdir bin
	# The last moment before, which no look from outside would be sure to meet.
	cat >bin/mv <<-END
		#!/bin/sh
		cat "$PWD/out.tsv" "$PWD/log" >"$PWD/seen"
		exec $(command -v mv) "\$@"
	END
	chmod +x bin/mv
	PATH=$PWD/bin:$PATH "$EXPERIMENTS/burst" -n 2 -k 12 -o out.tsv 4 >log 3>&-
	[ "$(head -n 1 seen)" = old ]
	grep -q 'round 12' seen
	[ "$(grep -c zombies out.tsv)" -eq 12 ]
	[ "$(ls)" = $'bin\nlog\nout.tsv\nseen' ]
}

@test "a neighbour's FILE.new is not touched" {
	echo precious >out.tsv.new
	run "$EXPERIMENTS/freeze" -n 2 -o out.tsv 4
	[ "$status" -eq 0 ]
	[ "$(cat out.tsv.new)" = precious ]
	[ -s out.tsv ]
}

@test "-o where nothing can be written is refused before anything runs" {
	refuses "$EXPERIMENTS/freeze" -o nowhere/out.tsv
	[[ "$stderr" == 'freeze: cannot write to nowhere/out.tsv'* ]]
	refuses "$EXPERIMENTS/freeze" -o /
	[ "$stderr" = 'freeze: cannot write to /: it is a folder' ]
	refuses "$EXPERIMENTS/freeze" -o ''
}

@test "-o to a name that begins with a minus is a file like any other" {
	run "$EXPERIMENTS/freeze" -n 2 -o -f 4
	[ "$status" -eq 0 ]
	[ -s ./-f ]
}

@test "-o /dev/stdout appends to what is there, and leaves the device alone" {
	echo before >all
	"$EXPERIMENTS/freeze" -n 2 -o /dev/stdout 1 >>all
	[ "$(head -n 1 all)" = before ]
	[ "$(values all $stage1 zombies)" -eq 2 ]
	[ -L /dev/stdout ] || [ -c /dev/stdout ]
}

@test "-o to a FIFO writes into it" {
	mkfifo pipe
	cat pipe >copy 3>&- &
	run "$EXPERIMENTS/freeze" -n 2 -o pipe 1
	wait "$!"
	[ "$status" -eq 0 ]
	[ -p pipe ]
	[ "$(values copy $stage1 zombies)" -eq 2 ]
}
