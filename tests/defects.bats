#!/usr/bin/env bats
# The patches of stages/defects: what each says, how they are built, and that each server behaves
# as its patch says. diagnose has no part in this: here a server is shown to have its bug.
#
# That something does not happen is looked for a while: a server that is slow may then pass for
# one that hangs, but never the other way, and stage 4 goes the same way and has to pass.

load helper

VERDICTS=(no-reaping lazy-reaping single-wait single-waitpid blocking-loop spinning-loop eintr-death
	one-shot-handler sigchld-blocked child-never-exits descriptor-leak serial dies-when-fork-fails
	hangs-when-fork-fails not-forking)
METHODS=(handler kernel double-fork timer)

setup_file() {
	command -v patch >/dev/null || skip 'needs patch(1)'
	export BATS_TEST_TIMEOUT=300 # a program that hangs fails its test
	# A build of its own, which nobody else makes at the same time, where every user can run it:
	# the directories of bats are private.
	PLACE=$(mktemp -d "${TMPDIR:-/tmp}/defects-tests.XXXXXX")
	export PLACE
	chmod 755 "$PLACE"
	cp -R "$ROOT/Makefile" "$ROOT/stages" "$ROOT/common" "$ROOT/scripts" "$PLACE"
	make_in "$PLACE" -k -s CC="${CC:-cc}" CFLAGS='-O2 -g -Werror' defects build/stage4_eintr \
		>"$PLACE/said" 2>&1 || true
}

teardown_file() {
	[ -z "${PLACE:-}" ] || rm -rf "$PLACE"
}

# make_in DIRECTORY ARGUMENTS...: not as a part of the make that may be running the tests. With
# no other programs than those in the directory $tools, if that is set.
make_in() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS PATH="${tools:-$PATH}" make -C "$@"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	supervisor='' visitor='' tools=''
	holders=()
}

teardown() {
	local pid
	exec 7>&- 8>&- 9>&-
	for pid in $visitor "${holders[@]}"; do
		end_client "$pid"
	done
	[ -z "$supervisor" ] || wait "$supervisor" || true # with its lifeline all ends
}

# ---------------------------------------------------------------- a server

# serve NAME [OPTION...]: starts what NAME.patch made, or stage4_eintr, with these options.
# Sets server (its process id) and port. Its log is the file log, of which a server that goes
# wild writes a megabyte at most.
serve() {
	local name=$1
	shift
	serve_under "" "$name" "$@"
}

# serve_under LIMITS NAME [OPTION...]: the same, with options for supervise.
serve_under() {
	local limits=$1 program=$PLACE/build/defects/$2
	[ -e "$program" ] || program=$PLACE/build/$2
	shift 2
	end_server
	rm -f lifeline log
	mkfifo lifeline
	# shellcheck disable=SC2086 # options
	"$BUILD/supervise" -o log -f 1000000 $limits -- "$program" -p 0 "$@" \
		<lifeline >life 2>complaints 3>&- 8>&- 9>&- &
	supervisor=$!
	exec 7>lifeline
	poll_until 20 read_ready_line || {
		cat complaints log >&2
		return 1
	}
}

end_server() {
	exec 7>&-
	[ -z "$supervisor" ] || wait "$supervisor"
	supervisor=''
}

read_ready_line() {
	local line
	{ read -r line <log; } 2>/dev/null || return
	[[ $line =~ ^'listening on 127.0.0.1 port '([0-9]+)' pid '([0-9]+)$ ]] || return
	port=${BASH_REMATCH[1]}
	server=${BASH_REMATCH[2]}
}

# ends_with STATUS: it ends, and supervise says so.
ends_with() {
	poll_until 20 has_line life '^(exited|killed) '
	has_line life "^$1\$"
}

is_alive() {
	[[ "$(process_state "$server")" == *' '[!Z]* ]]
}

is_asleep() {
	[[ "$(process_state "$server")" == *' S'* ]]
}

is_running() {
	[[ "$(process_state "$server")" == *' R'* ]]
}

# has_children LIVING ZOMBIES: of the server, at one look.
has_children() {
	[ "$(env -u PS_PERSONALITY -u PS_FORMAT ps -A -o pid= -o ppid= -o stat= |
		awk -v parent="$server" '$2 == parent { $3 ~ /^Z/ ? zombies++ : living++ }
			END { print living + 0, zombies + 0 }')" = "$1 $2" ]
}

# stays COMMAND...: true now, and in many looks more.
stays() {
	local look
	for look in {1..15}; do
		"$@" || {
			echo "no longer true at look $look: $*" >&2
			return 1
		}
		sleep 0.02
	done
}

# comes_to COMMAND...: true before long, and from then on.
comes_to() {
	poll_until 30 "$@"
	stays "$@"
}

# ---------------------------------------------------------------- its clients

# hold FD COUNT: so many clients, each served and then held until `release FD`; FD is 8 or 9.
hold() {
	rm -f "grip$1"
	mkfifo "grip$1"
	"$BUILD/burst" -p "$port" -n "$2" -t 60 -w <"grip$1" >"held$1" 2>&1 3>&- 7>&- 8>&- 9>&- &
	holders[$1]=$!
	eval "exec $1>grip$1"
	poll_until 60 has_line "held$1" "^ready $2\$" || {
		cat "held$1" >&2
		return 1
	}
}

release() {
	eval "exec $1>&-"
	wait "${holders[$1]}" || true
	unset "holders[$1]"
}

end_client() {
	! lives "$1" || kill "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

# A client that comes, and waits to be served; with burst's options.
come() {
	"$BUILD/burst" -p "$port" -n 1 -t 100 "$@" </dev/null >visit 2>&1 3>&- 7>&- 8>&- 9>&- &
	visitor=$!
}

is_served() {
	has_line visit '^ready 1$'
}

still_waits() {
	! is_served && lives "$visitor"
}

# The client that came is served before long.
gets_served() {
	poll_until 60 is_served
	wait "$visitor"
	visitor=''
}

serves() {
	come
	gets_served
}

serves_nobody() {
	come
	stays still_waits
}

# ---------------------------------------------------------------- what is done to it

# freeze COUNT: so many clients leave while the server is stopped; all exits share one SIGCHLD.
# The server is still stopped afterwards.
freeze() {
	hold 8 "$1"
	kill -STOP "$server"
	poll_until 20 is_stopped "$server"
	release 8
	poll_until 20 no_child_lives
}

no_child_lives() {
	[ "$(env -u PS_PERSONALITY -u PS_FORMAT ps -A -o pid= -o ppid= -o stat= |
		awk -v parent="$server" '$2 == parent && $3 !~ /^Z/ { n++ } END { print n + 0 }')" -eq 0 ]
}

# freeze_leaves COUNT ZOMBIES
freeze_leaves() {
	freeze "$1"
	kill -CONT "$server"
	poll_until 20 is_not_stopped
	poll_until 30 has_children 0 "$2"
	[ "$2" -eq 0 ] || stays has_children 0 "$2"
}

is_not_stopped() {
	! is_stopped "$server"
}

# SIGCHLD without a child that ended, while the server waits for clients.
poke() {
	poll_until 20 is_asleep
	kill -CHLD "$server"
}

# has_sigchld SET: whether SIGCHLD is in SigCgt, SigIgn, SigBlk or ShdPnd of the server.
has_sigchld() {
	local set
	set=$(awk -v name="$1:" '$1 == name { print $2 }' "/proc/$server/status")
	(((0x$set >> ($(kill -l CHLD) - 1)) & 1))
}

# Prints the processor time it has used, in clock ticks.
processor_time() {
	sed 's/^.*) //' "/proc/$server/stat" | awk '{ print $12 + $13 }'
}

has_used() {
	[ "$(processor_time)" -ge "$1" ]
}

# A look may always miss it at work; the time it has used tells.
burns_processor_time() {
	if [ -r "/proc/$server/stat" ]; then
		poll_until 60 has_used "$(($(processor_time) + 20))"
	else
		poll_until 60 is_running
	fi
}

descriptors() {
	find "/proc/$server/fd" -type l | wc -l
}

has_descriptors() {
	[ "$(descriptors)" -eq "$1" ]
}

# serve_with_little_room NAME: under a limit of processes, as a user that is not root.
serve_with_little_room() {
	local limits='-u 12' why user
	if [ "$(id -u)" -eq 0 ]; then
		user=$((65200 + $$ % 300)) # nobody's; the range is what systemd keeps for passing users
		limits="$limits -U $user"
	fi
	# shellcheck disable=SC2086 # options
	why=$("$BUILD/supervise" $limits -- true </dev/null 2>&1 >/dev/null)
	[ -z "$why" ] || skip "$why"
	serve_under "$limits" "$1"
}

# More clients than there is room for; who is served stays until `release 8`, or until the others
# have all been turned away.
crowd() {
	rm -f grip8
	mkfifo grip8
	"$BUILD/burst" -p "$port" -n 40 -t 100 -w <grip8 >held8 2>&1 3>&- 7>&- 8>&- 9>&- &
	holders[8]=$!
	exec 8>grip8
}

crowd_leaves() {
	end_client "${holders[8]}"
	exec 8>&-
	unset 'holders[8]'
}

has_said_that_fork_failed() {
	has_line log '^fork: '
}

# On a machine where others fill the room as well, one client more may be turned away.
serves_again() {
	poll_until 60 serves_one
}

serves_one() {
	"$BUILD/burst" -p "$port" -n 1 -t 30 </dev/null >/dev/null 2>&1 3>&- 7>&- 8>&- 9>&-
}

# behaves_well NAME [OPTION]: all that a server of this kind has to do.
behaves_well() {
	local before
	serve "$@"
	hold 8 1
	poke
	serves
	hold 9 1
	release 8
	serves
	release 9
	poll_until 30 has_children 0 0
	serves
	"$BUILD/burst" -p "$port" -n 3 -t 60 -H </dev/null 3>&- 7>&-
	if [ -d "/proc/$server/fd" ]; then
		before=$(descriptors)
		serves
		serves
		poll_until 20 has_descriptors "$before"
	fi
	freeze_leaves 10 0
	freeze_leaves 10 0
	serves
	is_alive
}

survives_a_failing_fork() {
	serve_with_little_room "$1"
	crowd
	poll_until 60 has_said_that_fork_failed
	crowd_leaves
	serves_again
	is_alive
}

# ---------------------------------------------------------------- what the patches say

# names: of all patches.
names() {
	local patch
	for patch in "$ROOT"/stages/defects/*.patch; do
		basename "$patch" .patch
	done
}

# kind_of NAME: its first line.
kind_of() {
	head -n 1 "$ROOT/stages/defects/$1.patch"
}

# is_among WORD WORDS...
is_among() {
	local word=$1
	shift
	[[ " $* " == *" $word "* ]]
}

@test "the first line of each patch says its kind, and a verdict or a method" {
	local name
	for name in $(names); do
		[[ "$(kind_of "$name")" =~ ^'Kind: '((defect|other)', verdict '|(correct)', method ')([a-z-]+)$ ]]
		if [ "${BASH_REMATCH[3]}" = correct ]; then
			is_among "${BASH_REMATCH[4]}" "${METHODS[@]}"
		else
			is_among "${BASH_REMATCH[4]}" "${VERDICTS[@]}"
		fi
	done
}

@test "each verdict has a patch of its name, and its other patches begin with it" {
	local name verdict
	for verdict in "${VERDICTS[@]}"; do
		[[ "$(kind_of "$verdict")" == *", verdict $verdict" ]]
	done
	for name in $(names); do
		verdict=$(kind_of "$name")
		[[ $verdict != *verdict* || "$name-" == "${verdict##* }-"* ]]
	done
}

@test "each patch says what is broken, or why it is right, what is seen, and what to read" {
	local name file said
	for name in $(names); do
		file=$ROOT/stages/defects/$name.patch
		said=$(awk '/^--- / { exit } /^[A-Z][a-z]*:/ { printf "%s ", $1 }' "$file")
		if [[ "$(kind_of "$name")" == 'Kind: defect,'* ]]; then
			[ "$said" = 'Kind: Broken: Seen: Read: ' ]
		else
			[ "$said" = 'Kind: Correct: Seen: Read: ' ]
		fi
	done
}

@test "the README of the patches names each of them, with its method, and no other" {
	local readme=$ROOT/stages/defects/README.md
	# shellcheck disable=SC2016 # backquotes are what is looked for
	diff <(names | sort) <(sed -n 's/^| `\([a-z-]*\)` |.*/\1/p' "$readme" | sort)
	# shellcheck disable=SC2016
	diff <(for name in $(names); do
		kind_of "$name" | sed -n "s/^.*, method /$name /p"
	done | sort) <(sed -n 's/^| `\([a-z-]*\)` | `\([a-z-]*\)` |.*/\1 \2/p' "$readme" | sort)
}

@test "each patch has one hunk, of stage 4" {
	local name
	for name in $(names); do
		run awk '/^(---|\+\+\+|@@) / { print $1, ($1 == "@@" ? "" : $2) }' \
			"$ROOT/stages/defects/$name.patch"
		[ "$output" = "--- a/stages/stage4_eintr.c
+++ b/stages/stage4_eintr.c
@@ " ]
	done
}

@test "each patch applies with patch -p1 at the root, without fuzz or offset, and comes off with -R" {
	local name
	mkdir stages
	for name in $(names); do
		cp "$ROOT/stages/stage4_eintr.c" stages
		LC_ALL=C run patch -p1 -i "$ROOT/stages/defects/$name.patch"
		[ "$status" -eq 0 ]
		[[ $output != *fuzz* && $output != *offset* ]]
		run ! cmp -s "$ROOT/stages/stage4_eintr.c" stages/stage4_eintr.c
		patch -p1 -R -i "$ROOT/stages/defects/$name.patch"
		cmp "$ROOT/stages/stage4_eintr.c" stages/stage4_eintr.c
	done
}

# ---------------------------------------------------------------- make defects

@test "make defects builds a program from each patch, without a warning" {
	local name
	cat "$PLACE/said"
	[ ! -s "$PLACE/said" ]
	for name in $(names); do
		[ -x "$PLACE/build/defects/$name" ]
	done
	diff <(names | sort) <(cd "$PLACE/build/defects" && printf '%s\n' * | sort)
}

@test "make defects does nothing again where nothing has changed" {
	cp -Rp "$PLACE" copy
	run make_in copy defects
	[ "$status" -eq 0 ]
	[[ $output != *patched-stage* && $output != *' -o '* ]]
}

@test "make defects builds again what has changed, and nothing else" {
	cp -Rp "$PLACE" copy
	sed -i.old 's/Broken:/Broken: /' copy/stages/defects/no-reaping.patch
	run make_in copy defects
	[ "$status" -eq 0 ]
	[[ $output == *'-o build/defects/no-reaping '* ]]
	[ "$(grep -c -e ' -o build/defects/' <<<"$output")" -eq 1 ]
}

@test "make defects removes the program whose patch has gone" {
	cp -Rp "$PLACE" copy
	rm copy/stages/defects/serial.patch
	make_in copy -s defects
	[ ! -e copy/build/defects/serial ]
	[ -x copy/build/defects/serial-waits ]
}

@test "make defects refuses a patch that fits with fuzz only, and names it" {
	cp -Rp "$PLACE" copy
	sed -i.old 's/errno = saved_errno;/errno = other;/' copy/stages/defects/single-wait.patch
	run make_in copy -s defects
	[ "$status" -ne 0 ]
	[[ ${lines[0]} == 'stages/defects/single-wait.patch does not fit stages/stage4_eintr.c:' ]]
	[ -z "$(find copy/build -name '*.new*')" ]
}

@test "without patch(1) make defects says in one line what to install, and make is as before" {
	local name
	cp -Rp "$PLACE" copy
	make_in copy -s CC="${CC:-cc}" all
	mkdir tools
	for name in make sh mkdir rm dirname cat; do
		ln -s "$(command -v "$name")" tools
	done
	tools=$PWD/tools
	run --separate-stderr make_in copy -s defects
	[ "$status" -ne 0 ]
	# shellcheck disable=SC2154 # run sets it
	[[ ${stderr_lines[0]} == 'make defects: '*'install the package patch '* ]]
	[[ ${stderr_lines[1]} == 'make'* ]] # its own word on any failure
	make_in copy -s all
}

# ---------------------------------------------------------------- the control

@test "stage 4 itself does all that is asked for below" {
	behaves_well stage4_eintr
}

@test "stage 4 itself survives a failing fork" {
	survives_a_failing_fork stage4_eintr
}

@test "stage 4 itself does not burn processor time" {
	need_linux
	serve stage4_eintr
	hold 8 1
	release 8
	serves
	poll_until 30 has_children 0 0
	run ! has_used 20
}

# ---------------------------------------------------------------- zombies

# Nothing takes them away.
reaps_nobody() {
	serve "$1"
	freeze_leaves 10 10
	poke
	stays has_children 0 10
	serves
	comes_to has_children 0 11
}

@test "no-reaping: all zombies stay, whatever happens" {
	reaps_nobody no-reaping
}

@test "no-reaping-handler: all zombies stay, though its handler runs" {
	reaps_nobody no-reaping-handler
	has_line log '^SIGCHLD handler, run '
	run ! has_line log '^reaped '
}

@test "sigchld-blocked: all zombies stay" {
	reaps_nobody sigchld-blocked
	run ! has_line log '^SIGCHLD handler, run '
}

@test "sigchld-blocked: SIGCHLD is caught, blocked, and pending once a child has ended" {
	need_linux
	serve sigchld-blocked
	has_sigchld SigCgt
	has_sigchld SigBlk
	run ! has_sigchld ShdPnd
	serves
	poll_until 20 has_sigchld ShdPnd
}

@test "lazy-reaping: zombies stay until the next client comes" {
	serve lazy-reaping
	freeze_leaves 10 10
	poke
	stays has_children 0 10
	hold 8 1
	comes_to has_children 1 0
	release 8
	comes_to has_children 0 1
}

# leaves_all_but_one NAME: of those that share a SIGCHLD; and each SIGCHLD takes away one.
leaves_all_but_one() {
	need_linux # where signals are queued, or sent again, there may be fewer
	serve "$1"
	freeze_leaves 10 9
	poke
	comes_to has_children 0 8
	poke
	comes_to has_children 0 7
}

@test "single-wait: of exits that share a SIGCHLD all but one stay, and each SIGCHLD takes one" {
	leaves_all_but_one single-wait
}

@test "single-waitpid: of exits that share a SIGCHLD all but one stay, and each SIGCHLD takes one" {
	leaves_all_but_one single-waitpid
}

@test "one-shot-handler: the first burst leaves no zombie, the second leaves all" {
	serve one-shot-handler
	freeze_leaves 10 0
	freeze_leaves 10 10
	[ "$(grep -c '^SIGCHLD handler, run ' log)" -eq 1 ]
}

# ---------------------------------------------------------------- blocking and spinning

@test "single-wait: a SIGCHLD without a zombie blocks it until a client leaves" {
	serve single-wait
	hold 8 1
	poke
	serves_nobody
	is_alive
	release 8
	gets_served
}

@test "single-waitpid: a SIGCHLD without a zombie does not block it" {
	serve single-waitpid
	hold 8 1
	poke
	serves
}

# blocks_while_one_stays NAME: two clients, one leaves; it is in the handler from then on, for
# that is who has reaped the child.
blocks_while_one_stays() {
	serve "$1"
	hold 8 1
	hold 9 1
	release 8
	poll_until 20 has_children 1 0
	serves_nobody
	is_alive
}

@test "blocking-loop: one client leaves and one stays: it sleeps, and serves nobody until that leaves" {
	blocks_while_one_stays blocking-loop
	poll_until 20 is_asleep
	release 9
	gets_served
}

@test "blocking-loop-waitpid: one client leaves and one stays: it sleeps, and serves nobody until that leaves" {
	blocks_while_one_stays blocking-loop-waitpid
	poll_until 20 is_asleep
	release 9
	gets_served
}

@test "blocking-loop and blocking-loop-waitpid leave no zombie" {
	serve blocking-loop
	freeze_leaves 10 0
	serve blocking-loop-waitpid
	freeze_leaves 10 0
}

@test "spinning-loop-live: one client leaves and one stays: it spins, and serves nobody until that leaves" {
	blocks_while_one_stays spinning-loop-live
	burns_processor_time
	still_waits
	release 9
	gets_served
}

@test "spinning-loop: when the last client has left it spins, and serves nobody" {
	serve spinning-loop
	hold 8 1
	release 8
	poll_until 20 has_children 0 0
	serves_nobody
	burns_processor_time
	burns_processor_time
	still_waits
}

@test "spinning-loop: while a client stays all is well" {
	serve spinning-loop
	hold 8 1
	hold 9 1
	release 8
	poll_until 20 has_children 1 0
	serves
}

@test "spinning-loop and spinning-loop-live: they log no line more for all their spinning" {
	local name lines
	for name in spinning-loop spinning-loop-live; do
		serve "$name"
		hold 8 1
		hold 9 1
		release 8
		poll_until 20 has_children 1 0
		if [ "$name" = spinning-loop ]; then
			release 9
			poll_until 20 has_children 0 0
		fi
		burns_processor_time
		lines=$(wc -l <log)
		burns_processor_time
		[ "$(wc -l <log)" -eq "$lines" ]
		[ "$name" = spinning-loop ] || release 9
	done
}

# ---------------------------------------------------------------- EINTR

# dies_when_a_client_leaves NAME STATUS
dies_when_a_client_leaves() {
	serve "$1"
	hold 8 1
	poll_until 20 is_asleep # in accept(); it may not have come there yet
	is_alive
	release 8
	ends_with "exited $2"
}

@test "eintr-death: it dies when its client leaves, with status 1, and says why" {
	dies_when_a_client_leaves eintr-death 1
	has_line log '^accept: Interrupted'
}

@test "eintr-death-quiet: it ends when its client leaves, with status 0 and no word" {
	dies_when_a_client_leaves eintr-death-quiet 0
	run ! has_line log '^accept: '
	run ! has_line log '^tally: '
}

@test "eintr-death and eintr-death-quiet do all that is asked for with SA_RESTART" {
	behaves_well eintr-death -r
	behaves_well eintr-death-quiet -r
}

# ---------------------------------------------------------------- children that stay

@test "child-never-exits: children stay, and serve as their parent does" {
	serve child-never-exits
	hold 8 5
	release 8
	comes_to has_children 5 0
	kill -STOP "$server"
	poll_until 20 is_stopped "$server"
	serves
}

@test "child-never-exits-lingers: children stay, though they have closed their connections" {
	serve child-never-exits-lingers
	hold 8 5
	release 8
	comes_to has_children 5 0
	"$BUILD/burst" -p "$port" -n 1 -t 60 -H </dev/null 3>&- 7>&-
	comes_to has_children 6 0
}

# ---------------------------------------------------------------- descriptors

@test "descriptor-leak: a client that half-closes never sees the end, though its child has gone" {
	serve descriptor-leak
	come -H
	poll_until 60 is_served
	poll_until 20 has_children 0 0
	stays lives "$visitor"
	is_alive
}

@test "descriptor-leak: each client leaves a descriptor" {
	need_linux
	serve descriptor-leak
	local before
	before=$(descriptors)
	serves
	serves
	serves
	poll_until 20 has_children 0 0
	stays has_descriptors $((before + 3))
}

# ---------------------------------------------------------------- one client at a time, or no fork

@test "serial: the second client is not served until the first has left, and there is no child" {
	serve serial
	hold 8 1
	serves_nobody
	has_children 0 0
	release 8
	gets_served
}

@test "serial-waits: the second client is not served until the first has left, and there is one child" {
	serve serial-waits
	hold 8 1
	serves_nobody
	has_children 1 0
	release 8
	gets_served
	poll_until 30 has_children 0 0
}

@test "serial-waits: a SIGCHLD does not make it serve two" {
	serve serial-waits
	hold 8 1
	poke
	serves_nobody
	release 8
	gets_served
}

@test "not-forking: it serves many at the same time, and no process comes with them" {
	serve not-forking
	hold 8 50
	has_children 0 0
	serves
	release 8
	hold 8 50
	"$BUILD/burst" -p "$port" -n 3 -t 60 -H </dev/null 3>&- 7>&- 8>&-
	has_children 0 0
	poll_until 20 is_asleep
}

@test "not-forking: a client that does not read harms nobody else, and loses no byte" {
	serve not-forking
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	head -c 8000000 /dev/zero | tr '\0' a >&9 3>&- 7>&- &
	holders[9]=$!
	serves
	[ "$(head -c 8000000 <&9 | tr -d A | wc -c)" -eq 0 ]
	wait "${holders[9]}"
	unset 'holders[9]'
	serves
}

@test "not-forking-pool: its workers serve eight at the same time, and no process comes with them" {
	serve not-forking-pool
	poll_until 20 has_children 8 0
	hold 8 5
	has_children 8 0
	hold 9 3
	has_children 8 0
	serves_nobody
	release 8
	gets_served
	stays has_children 8 0
}

@test "not-forking-pool: its workers end with it" {
	serve not-forking-pool
	poll_until 20 has_children 8 0
	kill -TERM "$server"
	ends_with 'exited 0'
	poll_until 20 has_line life '^adopted 0$'
	has_line log '8 forked, 0 handler runs, 8 reaped, 0 never reaped$'
}

# ---------------------------------------------------------------- a fork that fails

@test "dies-when-fork-fails: it says that fork failed, and ends with status 1" {
	serve_with_little_room dies-when-fork-fails
	crowd
	ends_with 'exited 1'
	has_said_that_fork_failed
	crowd_leaves
}

@test "dies-when-fork-fails-as-child: it serves a client itself, and ends with it, status 0, no word" {
	serve_with_little_room dies-when-fork-fails-as-child
	crowd
	poll_until 60 has_line log "^child $server received "
	crowd_leaves
	ends_with 'exited 0'
	run ! has_said_that_fork_failed
}

@test "hangs-when-fork-fails: it serves nobody any more, though all clients have left and been reaped" {
	serve_with_little_room hangs-when-fork-fails
	crowd
	poll_until 60 has_said_that_fork_failed
	crowd_leaves
	poll_until 60 has_children 0 0
	serves_nobody
	is_alive
}

@test "the three whose fork must not fail do all that is asked for as long as it does not" {
	behaves_well dies-when-fork-fails
	behaves_well dies-when-fork-fails-as-child
	behaves_well hangs-when-fork-fails
}

# ---------------------------------------------------------------- right in another way

@test "sigchld-ignored does all that is asked for" {
	behaves_well sigchld-ignored
}

@test "sigchld-ignored survives a failing fork" {
	survives_a_failing_fork sigchld-ignored
}

@test "sigchld-ignored: no child becomes a zombie, even while the server is stopped" {
	need_linux
	serve sigchld-ignored
	has_sigchld SigIgn
	freeze 10
	has_children 0 0
}

@test "sa-nocldwait does all that is asked for" {
	behaves_well sa-nocldwait
}

@test "sa-nocldwait survives a failing fork" {
	survives_a_failing_fork sa-nocldwait
}

@test "sa-nocldwait: no child becomes a zombie, with SIGCHLD neither caught nor ignored" {
	need_linux
	serve sa-nocldwait
	run ! has_sigchld SigIgn
	run ! has_sigchld SigCgt
	freeze 10
	has_children 0 0
}

@test "double-fork does all that is asked for" {
	behaves_well double-fork
}

@test "double-fork survives a failing fork" {
	survives_a_failing_fork double-fork
}

@test "double-fork: who serves is no child of the server" {
	serve double-fork
	hold 8 5
	poll_until 30 has_children 0 0
	kill -STOP "$server"
	poll_until 20 is_stopped "$server"
	release 8
	kill -CONT "$server"
	serves
	end_server
	[ "$(sed -n 's/^adopted //p' life)" -ge 6 ]
}

@test "self-pipe does all that is asked for, without SA_RESTART and with it" {
	behaves_well self-pipe -R
	behaves_well self-pipe -r
}

@test "self-pipe survives a failing fork" {
	survives_a_failing_fork self-pipe
}

@test "self-pipe: both ends of a pipe are in the server" {
	need_linux
	serve self-pipe
	[ "$(find "/proc/$server/fd" -lname 'pipe:*' | wc -l)" -eq 2 ]
}

@test "pselect does all that is asked for, without SA_RESTART and with it" {
	behaves_well pselect -R
	behaves_well pselect -r
}

@test "pselect survives a failing fork" {
	survives_a_failing_fork pselect
}

@test "pselect: SIGCHLD is caught, let in while it waits, and blocked while it works" {
	need_linux
	serve pselect
	has_sigchld SigCgt
	poll_until 20 sigchld_is_let_in
	"$BUILD/burst" -p "$port" -s 1000000 -t 60 </dev/null >stream 2>&1 3>&- 7>&- &
	visitor=$!
	poll_until 60 has_sigchld SigBlk
}

@test "pselect: its children do not inherit that SIGCHLD is blocked" {
	need_linux
	serve pselect
	hold 8 1
	server=$(ps -A -o pid= -o ppid= | awk -v parent="$server" '$2 == parent { print $1 }')
	sigchld_is_let_in
}

sigchld_is_let_in() {
	! has_sigchld SigBlk
}

@test "timer does all that is asked for" {
	behaves_well timer
}

@test "timer survives a failing fork" {
	survives_a_failing_fork timer
}

@test "timer: zombies go by themselves, with no handler and no client" {
	serve timer
	freeze 10
	has_children 0 10
	kill -CONT "$server"
	poll_until 30 has_children 0 0
	[ ! -r "/proc/$server/status" ] || run ! has_sigchld SigCgt
	run ! has_line log '^SIGCHLD handler'
}
