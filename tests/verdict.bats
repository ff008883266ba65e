#!/usr/bin/env bats
# The verdicts of diagnose on fixed evidence: nothing is run here. Each test changes the evidence of
# a server that is correct into what one defect leaves, or into what proves nothing.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	cp "$ROOT/tests/data/diagnose-correct.tsv" evidence
}

# has PROBE NAME VALUE [ROUND]: the evidence has that, instead of what it had.
has() {
	awk -F '\t' -v OFS='\t' -v probe="$1" -v name="$2" -v value="$3" -v round="${4:-1}" '
		$2 == probe && $3 == round && $4 == name { next }
		{ print }
		END { print "stage4_eintr", probe, round, name, value }' evidence >changed
	mv changed evidence
}

# lacks PROBE NAME...: the evidence has nothing of that; nothing of PROBE without a NAME.
lacks() {
	awk -F '\t' -v probe="$1" -v names=" ${*:2} " '
		!($2 == probe && (names == "  " || index(names, " " $4 " ")))' evidence >changed
	mv changed evidence
}

# twice PROBE: a second attempt saw all that the first saw.
twice() {
	awk -F '\t' -v OFS='\t' -v probe="$1" '
		{ print }
		$2 == probe && $3 == 1 { $3 = 2; again[++n] = $0 }
		END { for (i = 1; i <= n; i++) print again[i] }' evidence >changed
	mv changed evidence
}

# verdict_is VERDICT STATUS
verdict_is() {
	run "$ROOT/scripts/diagnose" -i evidence
	[ "${lines[-1]}" = "verdict: $1" ] && [ "$status" -eq "$2" ] && return
	echo "$output"
	return 1
}

property_is() {
	local found
	found=$("$ROOT/scripts/diagnose" -i evidence -f tsv | awk -F '\t' -v id="$1" '
		$2 == "property" && $4 == "id" { this = $5 }
		$2 == "property" && $4 == "result" && this == id { print $5 }')
	[ "$found" = "$2" ] || { echo "$1: $found" && return 1; }
}

# Zombies of a frozen burst: how many are left, later, after each poke, with one more client.
left() {
	lacks freeze held_2 zombies_before_2 zombies_2 held_3 zombies_before_3 zombies_3
	has freeze zombies "$1"
	has freeze zombies_later "$2"
	has freeze quiet 2.5
	has freeze poke_1 "$3"
	has freeze poke_2 "$4"
	has freeze poke_3 "$5"
	has freeze zombies_before_client "$5"
	has freeze client_served 1
	has freeze zombies_client "$6"
}

@test "clean evidence is correct, and has every property" {
	local id
	verdict_is correct 0
	for id in serves-several-clients leaves-no-zombie burst-leaves-no-zombie never-blocks survives-eintr \
		survives-failing-fork leaks-no-descriptor; do
		property_is "$id" pass
	done
}

@test "what was concluded once is concluded again in the same way, and not twice" {
	"$ROOT/scripts/diagnose" -i evidence -f tsv >first
	"$ROOT/scripts/diagnose" -i first -f tsv >second
	cmp first second
}

@test "the order of the records does not matter" {
	"$ROOT/scripts/diagnose" -i evidence -f tsv | grep outcome >expected
	{ grep '^#' evidence && grep '^server' evidence && grep -v -e '^#' -e '^server' evidence | sort -r; } >sorted
	"$ROOT/scripts/diagnose" -i sorted -f tsv | grep outcome | cmp - expected
}

@test "all zombies stay, whatever happens: no-reaping" {
	left 10 10 10 10 10 10
	has visit zombies 3
	verdict_is no-reaping 1
	property_is burst-leaves-no-zombie fail
	property_is leaves-no-zombie fail
	property_is never-blocks pass
}

@test "all zombies stay, but not those of clients that left one by one: inconclusive" {
	left 10 10 10 10 10 10
	has visit zombies 1
	verdict_is inconclusive 3
}

@test "all zombies stay, and the signal is caught, blocked and pending: sigchld-blocked" {
	left 10 10 10 10 10 10
	has visit zombies 3
	has freeze sigchld_blocked 1
	has freeze sigchld_caught 1
	has freeze sigchld_pending 1
	verdict_is sigchld-blocked 1
}

@test "blocked but never caught is no more than no-reaping" {
	left 10 10 10 10 10 10
	has visit zombies 3
	has freeze sigchld_blocked 1
	has freeze sigchld_caught 0
	has freeze sigchld_pending 1
	verdict_is no-reaping 1
}

@test "the next client takes all zombies away: lazy-reaping" {
	left 10 10 10 10 10 0
	has visit zombies 1
	verdict_is lazy-reaping 1
}

@test "zombies that go by themselves are a timer's, and correct" {
	lacks freeze held_2 zombies_before_2 zombies_2 held_3 zombies_before_3 zombies_3
	has freeze zombies 10
	has freeze zombies_later 0
	has freeze quiet 0.9
	verdict_is correct 0
	[[ "$output" == *"0.9 s"* ]]
}

@test "some zombies that go by themselves are no verdict" {
	left 10 4 4 4 4 4
	verdict_is inconclusive 3
}

@test "all but one stay, each poke takes one, and a poke hangs it: single-wait" {
	left 9 9 8 7 6 6
	has poke served 0
	has poke served_once_the_first_left 1
	has poke looks 30
	has poke running_looks 0
	twice poke
	verdict_is single-wait 1
	property_is never-blocks fail
	property_is leaves-no-zombie pass
}

@test "a hang that was seen once only does not tell wait from waitpid" {
	left 9 9 8 7 6 6
	has poke served 0
	has poke served_once_the_first_left 1
	verdict_is inconclusive 3
	property_is burst-leaves-no-zombie not-tested
}

@test "a poke that hangs one server and not another tells nothing" {
	left 9 9 8 7 6 6
	twice poke
	has poke served 0 1
	has poke served_once_the_first_left 1 1
	verdict_is inconclusive 3
}

@test "all but one stay, each poke takes one, and a poke is harmless: single-waitpid" {
	left 9 9 8 7 6 6
	verdict_is single-waitpid 1
	property_is never-blocks pass
}

@test "a poke is harmless where zombies hide what it does: that tells nothing" {
	left 9 9 8 7 6 6
	has poke zombies 2
	verdict_is inconclusive 3
}

@test "all but one stay, and pokes do not take one each: inconclusive" {
	left 9 9 5 5 5 5
	verdict_is inconclusive 3
	left 9 9 9 9 9 9
	verdict_is inconclusive 3
}

@test "fewer than three children that could be held are no burst" {
	left 1 1 0 0 0 0
	has freeze held 2
	has freeze frozen 2
	verdict_is inconclusive 3
}

@test "the first burst leaves none, the second and third leave all: one-shot-handler" {
	has freeze zombies_2 5
	has freeze zombies_before_3 5
	has freeze zombies_3 10
	verdict_is one-shot-handler 1
}

@test "the second burst leaves one stray zombie: inconclusive" {
	has freeze zombies_2 1
	has freeze zombies_before_3 1
	has freeze zombies_3 1
	verdict_is inconclusive 3
}

# A third client that is not served, on two servers, as long as the second stays.
blocked() {
	has visit third_served 0
	has visit third_served_later "$1"
	has visit looks 30
	has visit running_looks "$2"
	twice visit
}

@test "the third client waits for the second to leave: blocking-loop" {
	blocked 1 0
	verdict_is blocking-loop 1
	property_is never-blocks fail
}

@test "the third client is never served: no verdict on how" {
	blocked 0 0
	verdict_is inconclusive 3
}

@test "the third client waits, and the server runs all the time: spinning-loop" {
	blocked 1 30
	verdict_is spinning-loop 1
}

@test "one that spins is seen asleep now and then: spinning-loop" {
	blocked 1 20
	verdict_is spinning-loop 1
}

@test "the third client waits, and the server runs a third of the time: inconclusive" {
	blocked 1 10
	verdict_is inconclusive 3
}

@test "the third client waits once, and not on another server: inconclusive" {
	blocked 1 0
	has visit third_served 1 2
	verdict_is inconclusive 3
}

@test "nobody is served once all have left, and the server runs all the time: spinning-loop" {
	has visit fourth_served 0
	has visit looks 20
	has visit running_looks 20
	lacks visit eof eof_child_gone sockets_before sockets_after sockets_clients
	twice visit
	verdict_is spinning-loop 1
}

# The server is dead after the first child's exit, on two servers.
dead() {
	lacks visit third_served live_children clients zombies fourth_served eof eof_child_gone \
		sockets_before sockets_after sockets_clients
	lacks freeze
	has freeze ready 1
	has freeze held 10
	has freeze alive 0
	has visit alive_after 0
	has visit alive 0
	has visit ended "$1"
	has visit last_words "$2"
	twice visit
}

@test "dead after a child's exit, with last words of EINTR: eintr-death" {
	dead 'exited 1' 'accept: Interrupted system call'
	verdict_is eintr-death 1
	property_is survives-eintr fail
	property_is burst-leaves-no-zombie not-tested
	[[ "$output" == *"Interrupted system call"* ]]
}

@test "dead after a child's exit without a word, and after a poke too: eintr-death" {
	dead 'exited 0' 'bye'
	has poke alive_poked 0
	verdict_is eintr-death 1
}

@test "dead after a child's exit without a word, and not after a poke: inconclusive" {
	dead 'exited 0' 'bye'
	verdict_is inconclusive 3
	property_is survives-eintr not-tested
}

@test "dead after a child's exit, with words of another error: inconclusive" {
	local words
	for words in 'unknown child 0' 'waitpid: No child processes' 'KeyError: 0'; do
		cp "$ROOT/tests/data/diagnose-correct.tsv" evidence
		dead 'exited 1' "$words"
		has poke alive_poked 0
		verdict_is inconclusive 3
	done
}

@test "killed by a signal after a child's exit: a crash, and not EINTR" {
	dead 'killed 11' 'bye'
	has poke alive_poked 0
	verdict_is inconclusive 3
}

@test "dead after a child's exit in one of two runs: inconclusive" {
	dead 'exited 1' 'accept: Interrupted system call'
	has visit alive_after 1 2
	verdict_is inconclusive 3
}

# Children stay, on two servers, and the next client gets a process, or none.
stay() {
	has visit live_children 3
	has visit next_forked "$1"
	has freeze live_children 10
	lacks freeze zombies frozen
	twice visit
}

@test "children live on, on two servers: child-never-exits" {
	stay 1
	verdict_is child-never-exits 1
	property_is leaves-no-zombie fail
}

@test "processes that stay and serve the next client are workers of a pool" {
	stay 0
	verdict_is inconclusive 3
	[[ "$output" == *pool* ]]
}

@test "children that stay for long, and end in the end: inconclusive" {
	stay 1
	has visit live_children 0 2
	verdict_is inconclusive 3
}

@test "children live on in one run only: inconclusive" {
	has visit live_children 1
	verdict_is inconclusive 3
}

@test "a socket more for each client: descriptor-leak" {
	has visit sockets_before 5
	has visit sockets_after 10
	has visit eof 0
	twice visit
	verdict_is descriptor-leak 1
	property_is leaks-no-descriptor fail
}

@test "sockets that were kept on one server, and not seen on another: inconclusive" {
	has visit sockets_before 5
	has visit sockets_after 10
	verdict_is inconclusive 3
}

@test "an end that does not come is no leak where the sockets are counted and do not grow" {
	has visit eof 0
	verdict_is correct 0
}

@test "where sockets cannot be counted, an end that does not come on two servers is a leak" {
	lacks visit sockets_before sockets_after sockets_clients
	has visit eof 0
	twice visit
	verdict_is descriptor-leak 1
}

@test "where sockets cannot be counted, an end that did not come once is not clear" {
	lacks visit sockets_before sockets_after sockets_clients
	has visit eof 0
	verdict_is inconclusive 3
}

@test "the second client waits for the first to leave: serial, and nothing else is judged" {
	lacks freeze
	has visit second_served 0
	has visit second_served_later 1
	twice visit
	verdict_is serial 1
	property_is serves-several-clients fail
	property_is leaves-no-zombie not-tested
}

@test "served together without a process: not-forking" {
	lacks freeze
	lacks poke
	has visit first_forked 0
	has visit first_answered 1
	has visit closed_by_server 0
	has visit second_served 1
	verdict_is not-forking 3
}

@test "served without a process, but the server ends the connection: nothing is known" {
	lacks freeze
	lacks poke
	has visit first_forked 0
	has visit first_answered 1
	has visit closed_by_server 1
	verdict_is inconclusive 3
}

@test "served without a process in one probe, with one in another: inconclusive" {
	has visit first_forked 0
	has visit first_answered 1
	has visit closed_by_server 0
	verdict_is inconclusive 3
}

@test "dead when fork fails, on two servers: dies-when-fork-fails" {
	lacks exhaust alive_freed slots_free served_again
	has exhaust alive_failed 0
	twice exhaust
	verdict_is dies-when-fork-fails 1
	property_is survives-failing-fork fail
}

@test "dead when fork fails, on one server of two: inconclusive" {
	twice exhaust
	has exhaust alive_failed 0 1
	verdict_is inconclusive 3
}

@test "a server that ends when all clients leave is not accused of what fork does" {
	lacks visit fourth_served eof eof_child_gone sockets_before sockets_after sockets_clients
	lacks exhaust slots_free served_again
	has exhaust alive_freed 0
	twice exhaust
	verdict_is inconclusive 3
	property_is survives-failing-fork not-tested
}

@test "nobody served once there are slots again, on two servers: hangs-when-fork-fails" {
	has exhaust served_again 0
	twice exhaust
	verdict_is hangs-when-fork-fails 1
}

@test "fork that could not be made to fail leaves a correct server correct, and is said" {
	lacks exhaust
	has exhaust skipped 'no limit here'
	verdict_is correct 0
	property_is survives-failing-fork not-tested
	[[ "$output" == *"no limit here"* ]]
}

@test "several defects are all reported, the most important first" {
	left 10 10 10 10 10 10
	has visit zombies 3
	has visit sockets_before 1
	has visit sockets_after 6
	twice visit
	lacks exhaust alive_freed slots_free served_again
	has exhaust alive_failed 0
	twice exhaust
	verdict_is no-reaping 1
	[ "$(grep -nE '^(NO-REAPING|DESCRIPTOR-LEAK|DIES-WHEN-FORK-FAILS)$' <<<"$output" | cut -d: -f2 | tr '\n' ' ')" = \
		"NO-REAPING DESCRIPTOR-LEAK DIES-WHEN-FORK-FAILS " ]
}

@test "an attempt that was spoilt proves nothing" {
	local why
	for why in time-limit output-limit stopped-itself too-many-processes; do
		cp "$ROOT/tests/data/diagnose-correct.tsv" evidence
		has visit spoilt "$why"
		verdict_is inconclusive 3
	done
}

@test "a server that forks without end may keep the other probes from starting: that is said" {
	lacks visit
	has visit ready 0
	has visit first_words 'supervise: cannot run it: Resource temporarily unavailable'
	has poke spoilt too-many-processes
	verdict_is inconclusive 3
	[[ "$output" == *"hundreds of processes"* ]]
}

@test "a burst that was spoilt is no praise" {
	has freeze spoilt time-limit
	verdict_is inconclusive 3
}

@test "words for the shell mean what they are, whatever bytes they have" {
	lacks start argument
	has start argument printf
	{
		cat evidence
		printf 'stage4_eintr\tstart\t1\targument\t%s\n' '%s' 'a\011$x`y`"z"'\''\134n;*\033 %d'
	} >changed
	mv changed evidence
	"$ROOT/scripts/diagnose" -i evidence -f tsv | awk -F '\t' '$2 == "verdict" && $4 == "again" { print $5; exit }' |
		sed 's/ & s=.*//' >line
	printf 'a\t$x`y`"z"'"'"'\\n;*\033 %%d' | cmp - <(sh ./line)
}

@test "hostile evidence comes to an end" {
	local quotes
	quotes=$(printf "%40s" '' | tr ' ' "'")
	has start argument "$quotes" 1
	has start argument "$(printf '%200s' '')x" 1
	has start port '1; touch oops #'
	printf 'stage4_eintr\tvisit\t9999999999\tready\t1\n' >>evidence
	BATS_TEST_TIMEOUT=60 verdict_is correct 0
	[[ "$output" == *"-p '1; touch oops #'"* ]]
}

@test "a file that has no evidence is refused" {
	echo hello >evidence
	run "$ROOT/scripts/diagnose" -i evidence
	[ "$status" -eq 3 ]
	[[ "$output" == *"no sense"* ]]
}

@test "every awk that is installed comes to the same conclusion" {
	local awk
	mkdir bin
	"$ROOT/scripts/diagnose" -i "$ROOT/tests/data/diagnose-single-wait.tsv" >expected || true
	for awk in mawk gawk original-awk 'busybox awk'; do
		command -v "${awk%% *}" >/dev/null || continue
		printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >bin/awk
		chmod +x bin/awk
		PATH=$PWD/bin:$PATH "$ROOT/scripts/diagnose" -i "$ROOT/tests/data/diagnose-single-wait.tsv" >found || true
		cmp expected found || { echo "$awk" && return 1; }
	done
}
