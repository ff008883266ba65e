#!/usr/bin/env bats
# watch: servers side by side, live. Its frames from fixed facts; the program off a terminal, and
# on one (tmux).

load helper

setup() {
	export BATS_TEST_TIMEOUT=120
	watch=$ROOT/scripts/watch
	mkdir "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/tmp"
	cd "$BATS_TEST_TMPDIR/work" || return
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	export PS1='$ ' LC_ALL=C.UTF-8
	unset NO_COLOR ENV
	started=
	session=
}

teardown() {
	local pid
	[ -z "$session" ] || tmux -L "$session" kill-server 2>/dev/null || true
	for pid in $started; do
		kill -KILL "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
	done
}

# Nothing that was started from here is left, and no file either.
nothing_is_left() {
	! ps -A -o args= | grep -v grep | grep -q "$BATS_TEST_TMPDIR/work" && [ -z "$(ls -A "$TMPDIR")" ]
}

# The frames: facts in, escapes out.
facts="$(printf '%s\t' 'burst 2 of 6: 50 clients leave' 1:05)Ctrl-C ends
$(printf '%s\t' stage1_no_reap 'default: nobody waits' 1 100 50 '' ' 0 0 50 50 100')
$(printf '%s\t' stage2_wait 'a handler calls wait() once' 1 7 50 93 ' 0 0 1 1 7')
$(printf '%s\t' stage3_waitpid 'a handler loops waitpid()' 0 0 0 1 ' 0 0 x x x')accept: Interrupted system call
$(printf '%s\t' 'a_server_with_a_name_that_is_longer_than_any_line_of_any_terminal_may_be' 'something that takes many words to say' 1 0 0 12345678 "$(printf ' 7%.0s' {1..200})")"

# frame AWK ROWS COLUMNS BLOCKS
frame() {
	# shellcheck disable=SC2086  # "busybox awk"
	LC_ALL=C WATCH=$facts $1 -v rows="$2" -v columns="$3" -v most=150 -v colour=1 -v blocks="$4" \
		-f "$ROOT/scripts/lib/text.awk" -f "$ROOT/scripts/lib/watch.awk"
}

# What a frame shows: no escapes, and a character of several bytes as one.
shown() {
	LC_ALL=C sed -e "s/$(printf '\033')\[[0-9;]*[A-Za-z]//g" | LC_ALL=C tr -d '\200-\277'
}

@test "no line of a frame is as wide as the terminal, and none is too many" {
	local columns rows
	for columns in 20 40 80 132; do
		for rows in 4 6 12 24 50; do
			frame awk "$rows" "$columns" 1 | shown >text
			LC_ALL=C run -0 awk -v rows="$rows" -v columns="$columns" '
				length($0) >= columns { print "too wide: " $0; bad = 1 }
				END { if (NR > rows) { print NR " lines"; bad = 1 } exit bad }' text
		done
	done
}

@test "a frame is the same in every awk" {
	local awk
	frame awk 24 80 1 >first
	for awk in mawk gawk original-awk 'busybox awk'; do
		command -v "${awk%% *}" >/dev/null || continue
		frame "$awk" 24 80 1 | cmp first -
	done
}

@test "a frame says of each server what there is to say, at 80 columns and at 40" {
	local columns
	for columns in 80 40; do
		frame awk 24 "$columns" 0 | shown >text
		grep -q '^stage1_no_reap .* alive$' text
		grep -q '^   100 zombies  *###' text
		grep -q '^    50 living children' text
		grep -q '93 handler runs' text
		grep -q '^stage3_waitpid .* DIED$' text
		grep -q 'died: accept: Interrupted system call' text
		grep -q 'SIGCHLD: a handler calls wait() once' text
		grep -q 'history __xxx$' text
		grep -q 'Ctrl-C ends' text
	done
}

@test "with few lines each server still has one, and with fewer it is said how many have none" {
	frame awk 6 80 0 | shown >text
	[ "$(grep -c -e zombies -e DIED text)" -eq 4 ]
	frame awk 4 80 0 | shown >text
	grep -q '^... and 3 more' text
}

@test "bars are in proportion, and one zombie is never nothing" {
	facts="$(printf 't\t0:00\tf')
$(printf '%s\t' all '' 1 150 0 '' '')
$(printf '%s\t' half '' 1 75 0 '' '')
$(printf '%s\t' one '' 1 1 0 '' '')
$(printf '%s\t' none '' 1 0 0 '' '')"
	frame awk 24 80 0 | shown | sed -n 's/.* zombie.\{2\}\(#*\)$/\1/p' | awk '{ print length($0) }' >bars
	[ "$(tr '\n' ' ' <bars)" = '64 32 1 0 ' ]
}

@test "without UTF-8 a frame is plain ASCII" {
	frame awk 24 80 0 | LC_ALL=C tr -d '\033\n' >text
	run ! env LC_ALL=C grep -q '[^ -~]' text
}

@test "a hostile name or message gets no escape to the terminal" {
	facts="$(printf 't\t0:00\tf')
$(printf 'evil\033]0;title\007\tx\0331m\t0\t0\t0\t\t\tdied \033[2J\377 of it')"
	frame awk 24 80 0 >text
	grep -q 'evil?\]0;title?' text
	grep -q 'died ?\[2J' text
	run ! grep -q "$(printf '\007')" text
}

# Off a terminal.

@test "off a terminal it is a line a change, in every shell, and ends by itself" {
	local shell
	for shell in dash 'busybox sh' bash sh; do
		command -v "${shell%% *}" >/dev/null || continue
		# shellcheck disable=SC2086
		$shell "$watch" -n 6 -k 1 -s 0 >text 3>&-
		grep -q 's  burst 1 of 1: 6 clients leave$' text
		grep -q 's  stage1_no_reap: 6 zombies, 0 living children$' text
		grep -q 's  stage3_waitpid: died: accept: Interrupted system call$' text
		grep -q '^stage1_no_reap: 6 forked, 0 handler runs, 0 reaped, 6 never reaped$' text
		grep -q '^stage4_eintr: 6 forked, .* 6 reaped, 0 never reaped$' text
		run ! env LC_ALL=C grep -q '[^ -~]' text
	done
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "with -r no stage dies" {
	"$watch" -r -n 4 -k 1 -s 0 3>&- >text
	run ! grep -q 'died' text
}

@test "-o records the timeline, which report then draws" {
	"$watch" -n 4 -k 2 -s 0 -o t.tsv 3>&- >text
	grep -q '^stage1_no_reap	timeline	[0-9]*	zombies	8$' t.tsv
	grep -q '^stage3_waitpid	timeline	[0-9]*	alive	0$' t.tsv
	grep -q '^stage4_eintr	timeline	[0-9]*	leave	2$' t.tsv
	run -0 awk -F '\t' '/^#/ || $1 == "server" { next }
		NF != 5 || $3 !~ /^[0-9]+$/ { bad = 1 }
		$4 == "alive" && $5 == 0 { dead[$1] }
		$4 == "zombies" && $1 in dead { bad = 1 } # a dead server has none to count
		END { exit bad }' t.tsv
	"$ROOT/scripts/report" -o r.html t.tsv
	grep -q '8 zombies at the end' r.html
}

@test "a program with a hostile name is watched under a harmless one" {
	local name=$'<b>\033[31m\tevil'
	cp "$BUILD/stage1_no_reap" "$name"
	"$watch" -n 2 -k 1 -s 0 -o t.tsv "./$name" 3>&- >text
	grep -qF '<b>?[31m?evil: 2 zombies' text
	run ! env LC_ALL=C grep -q '[^ -~]' text
	run -0 awk -F '\t' '!/^#/ && NF != 5 { exit 1 }' t.tsv
}

# server_here: a stage 1 of its own with two zombies; sets pid.
server_here() {
	"$BUILD/stage1_no_reap" -q -p 0 >"$1" 2>&1 3>&- &
	pid=$!
	started="$started $pid"
	poll_until 10 grep -q listening "$1"
	"$BUILD/burst" -n 2 -p "$(awk '/^listening/ { print $5; exit }' "$1")" >/dev/null
	poll_until 10 has_zombies_of "$pid" 2
}

has_zombies_of() {
	[ "$(zombies_of "$1")" -eq "$2" ]
}

@test "running servers are watched without bursts, left alone, and said to be gone when they are" {
	server_here one
	"$watch" -o t.tsv "$pid" >text 3>&- &
	local watcher=$!
	started="$started $watcher"
	poll_until 10 grep -q "stage1_no_reap $pid: 2 zombies" text
	[ "$(zombies_of "$pid")" -eq 2 ]
	run ! grep -q burst text
	kill "$pid"
	poll_until 10 is_gone "$pid" || wait "$pid"
	poll_until 10 grep -q "stage1_no_reap $pid: gone" text
	wait "$watcher"
	grep -q "^stage1_no_reap $pid	timeline	[0-9]*	alive	0$" t.tsv
}

@test "what can be watched by nobody is refused in a line" {
	run -2 --separate-stderr "$watch" 999999999
	[ "$stderr" = 'watch: there is no living process with pid 999999999' ]
	run -2 --separate-stderr "$watch" $$ stage1_no_reap
	[ "$stderr" = 'watch: watch processes, by their pids, or programs: not both' ]
	run -2 --separate-stderr "$watch" no_such_server
	[[ "$stderr" == "watch: there is no server 'no_such_server'"* ]]
	run -2 --separate-stderr "$watch" -n 0
	[ "$stderr" = "watch: -n wants a number from 1 to 10000, not '0'" ]
	run -2 --separate-stderr "$watch" --colour=blue
	[[ "$stderr" == *'auto, always or never'* ]]
	run -2 --separate-stderr "$watch" -z
	[ "${stderr_lines[0]}" = 'watch: there is no option -z' ]
	run -0 "$watch" -h
	[[ "${lines[0]}" == 'usage: watch '* ]]
}

# On a terminal.

# terminal COLUMNS ROWS: a shell in a terminal of that size.
terminal() {
	command -v tmux >/dev/null || skip 'tmux is not installed'
	session=zombie-lab-$$-$BATS_TEST_NUMBER
	tmux -u -L "$session" -f /dev/null new-session -d -x "$1" -y "$2" sh 3>&- || skip 'tmux does not start'
	tmux -L "$session" set -g status off
}

type_in() {
	tmux -L "$session" send-keys -l "$1"
	tmux -L "$session" send-keys Enter
}

screen() {
	tmux -L "$session" capture-pane -p "$@"
}

screen_has() {
	screen | grep -q "$1"
}

# "0 1": the usual screen, and a cursor to see.
screen_is() {
	[ "$(tmux -L "$session" display -p '#{alternate_on} #{cursor_flag}')" = "$1" ]
}

# The four servers under names of this test, so that it can see that they are gone.
own_stages() {
	mkdir s
	cp "$BUILD"/stage1_no_reap "$BUILD"/stage2_wait "$BUILD"/stage3_waitpid "$BUILD"/stage4_eintr s/
	stages="$PWD/s/stage1_no_reap $PWD/s/stage2_wait $PWD/s/stage3_waitpid $PWD/s/stage4_eintr"
}

@test "at 80 by 24 the four stages fit, and after Ctrl-C the terminal is as it was" {
	own_stages
	terminal 80 24
	type_in "$watch -n 10 -k 9 -s 1 -o t.tsv $stages; echo status \$?"
	poll_until 20 screen_has 'died: accept: Interrupted system call'
	screen_is '1 0'
	screen >text
	[ "$(grep -c '^stage[1-4]_[a-z_]*  SIGCHLD: .* \(alive\|DIED\)$' text)" -eq 4 ]
	grep -q '^█ zombies   ░ living children   Ctrl-C ends$' text
	[[ "$(head -n 1 text)" =~ ^burst\ [1-9]\ of\ 9:\ 10\ clients\ (come|leave)\ +0:[0-9]{2}$ ]]
	tmux -L "$session" send-keys C-c
	poll_until 20 screen_has '^status 130$'
	screen_is '0 1'
	screen_has '^stage1_no_reap: .* never reaped$'
	grep -q '^stage1_no_reap	timeline	[0-9]*	tally_never_reaped	' t.tsv
	run ! grep -q '^stage[124][a-z_]*	timeline	[0-9]*	ended' t.tsv # Ctrl-C is no bug of theirs
	poll_until 20 nothing_is_left
}

@test "at 40 by 24 nothing wraps, and a resize is followed" {
	own_stages
	terminal 40 24
	type_in "clear; $watch -n 10 -k 9 -s 1 $stages"
	poll_until 20 screen_has '^  died: accept: Interrupted system call$'
	screen >text
	[ "$(grep -c '^stage[1-4]_[a-z_]*  *\(alive\|DIED\)$' text)" -eq 4 ]
	[ "$(grep -c '^  SIGCHLD: ' text)" -eq 4 ]
	tmux -L "$session" resize-window -x 70 -y 7
	poll_until 20 screen_has '^stage3_waitpid   DIED: accept: Interrupted system call$'
	tmux -L "$session" resize-window -x 100 -y 30
	poll_until 20 screen_has '^stage4_eintr  SIGCHLD: the same; EINTR is no error  .* alive$'
}

@test "kill -9 of it leaves no server, no file, and a terminal as it was" {
	own_stages
	terminal 80 24
	type_in "echo \$\$ >shell; $watch -n 10 -k 9 -s 1 $stages"
	poll_until 20 screen_has 'died: accept'
	local pid
	pid=$(ps -A -o pid= -o ppid= | awk -v shell="$(cat shell)" '$2 == shell { print $1; exit }')
	kill -KILL "$pid"
	poll_until 20 screen_is '0 1'
	poll_until 20 nothing_is_left
}

@test "when all bursts are over the screen stays, and Ctrl-C is no failure" {
	terminal 80 24
	local shell
	for shell in sh bash 'busybox sh'; do # each has an idea of its own of what a trap may do
		command -v "${shell%% *}" >/dev/null || continue
		type_in "clear; $shell $watch -n 2 -k 1 -s 0 stage4_eintr; echo status \$?"
		poll_until 20 screen_has '^all bursts are over'
		tmux -L "$session" send-keys C-c
		poll_until 20 screen_has '^status 0$'
		screen_has '^stage4_eintr: 2 forked, .* 0 never reaped$'
	done
}

@test "without colour, or without UTF-8, the screen says the same" {
	terminal 80 24
	type_in "NO_COLOR=1 LC_ALL=C $watch -n 2 -k 1 -s 0; echo status \$?"
	poll_until 20 screen_has '^all bursts are over'
	screen >text
	run ! env LC_ALL=C grep -q '[^ -~]' text
	grep -q '^     2 zombies ####' text
	screen -e >escapes
	run ! grep -q "$(printf '\033')\[3[0-9]" escapes
}

@test "on a dumb terminal it is a line a change" {
	terminal 80 24
	type_in "clear; TERM=dumb $watch -n 2 -k 1 -s 0 stage1_no_reap; echo status \$?"
	poll_until 20 screen_has '^status 0$'
	screen_is '0 1'
	screen_has 's  stage1_no_reap: 2 zombies, 0 living children$'
}
