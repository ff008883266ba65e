#!/usr/bin/env bats
# make mystery: what a seed decides, what the servers are, and what they do not tell; the key; and
# make mine, with which the servers are mended. In a copy of the tree whose path has a blank.

load helper

# What a make that runs this test has told its children is not for the makes in here.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

setup_file() {
	command -v patch >/dev/null || skip 'needs patch(1)'
	export TREE="$BATS_FILE_TMPDIR/the tree"
	mkdir -p "$TREE/build"
	cp -Rp "$ROOT/Makefile" "$ROOT/stages" "$ROOT/common" "$ROOT/scripts" "$TREE"
	# Not the folders in build: in those other tests, and run-tests, make and rename files meanwhile.
	find "$BUILD"/. ! -name . -prune -type f -exec cp -p {} "$TREE/build" \;
	cd "$TREE" || return
	make -s mystery SEED=7 CFLAGS='-O1 -g' >"$BATS_FILE_TMPDIR/said" 2>&1 3>&-
}

setup() {
	cd "$TREE" || return
	server=''
}

teardown() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	rm -rf "$TREE/mine"
}

# keys COUNT SEED...: SEED SERVER VERDICT PATCH, a line for each server.
keys() {
	local count=$1
	shift
	scripts/mystery -n "$count" -k "$@" | tail -n +2 | tr -s ' '
}

# orders COUNT SEED...: the verdicts of server1, server2 ..., a line for each seed.
orders() {
	keys "$@" | awk '
		$1 != seed && NR > 1 { print line; line = "" }
		{ seed = $1; line = line " " $3 }
		END { print line }'
}

# eligible: VERDICT PATCH of each defect that may be chosen.
eligible() {
	local patch
	for patch in stages/defects/*.patch; do
		sed -n "1s/^Kind: defect, verdict \(.*\)/\1 $(basename "$patch" .patch)/p" "$patch"
	done | grep -v -e '-when-fork-fails '
}

# ---------------------------------------------------------------- what the seed decides

@test "a seed gives the same key each time, with zeros before it too" {
	[ "$(keys 3 7)" = "$(keys 3 7)" ]
	[ "$(keys 3 7)" = "$(keys 3 007)" ]
	[ "$(keys 3 7 | wc -l)" -eq 3 ]
}

@test "every awk gives the same keys" {
	local awk expected tried=0
	expected=$(awk -v count=3 -v seeds="1 7 200 65535 999999999" -f scripts/lib/mystery.awk \
		stages/defects/*.patch)
	[ "$(wc -l <<<"$expected")" -eq 15 ]
	for awk in mawk gawk original-awk 'busybox awk'; do
		command -v "${awk%% *}" >/dev/null || continue
		# shellcheck disable=SC2086 # words
		[ "$($awk -v count=3 -v seeds="1 7 200 65535 999999999" -f scripts/lib/mystery.awk \
			stages/defects/*.patch)" = "$expected" ]
		tried=$((tried + 1))
	done
	[ "$tried" -gt 0 ] || skip 'there is one awk only'
}

@test "of the seeds 1 to 200 none but 7 has the servers of 7" {
	local seventh
	seventh=$(orders 3 7)
	# shellcheck disable=SC2046 # numbers
	[ "$(orders 3 $(seq 1 200) | grep -n -x -e "$seventh")" = "7:$seventh" ]
}

@test "no two of a thousand seeds in a row have the same servers in the same order" {
	local first
	for first in 1 123456; do
		# shellcheck disable=SC2046 # numbers
		orders 3 $(seq "$first" $((first + 999))) >"$BATS_TEST_TMPDIR/orders"
		[ "$(wc -l <"$BATS_TEST_TMPDIR/orders")" -eq 1000 ]
		[ -z "$(sort "$BATS_TEST_TMPDIR/orders" | uniq -d)" ]
	done
}

@test "all servers of a seed have different verdicts, and those of their patches" {
	local count
	eligible | sort >"$BATS_TEST_TMPDIR/eligible"
	for count in 1 3 8; do
		# shellcheck disable=SC2046 # numbers
		keys "$count" $(seq 1 50) >"$BATS_TEST_TMPDIR/keys"
		[ "$(wc -l <"$BATS_TEST_TMPDIR/keys")" -eq $((50 * count)) ]
		[ -z "$(cut -d ' ' -f 1,3 "$BATS_TEST_TMPDIR/keys" | sort | uniq -d)" ]
		[ -z "$(cut -d ' ' -f 3,4 "$BATS_TEST_TMPDIR/keys" | sort -u |
			comm -23 - "$BATS_TEST_TMPDIR/eligible")" ]
	done
}

@test "each defect that shows without a limit of processes comes up, and no other" {
	# shellcheck disable=SC2046 # numbers
	diff <(eligible | sort) <(keys 3 $(seq 1 200) | cut -d ' ' -f 3,4 | sort -u)
}

# ---------------------------------------------------------------- the servers

@test "make mystery leaves three servers, and nothing else" {
	[ "$(cat "$BATS_FILE_TMPDIR/said")" = 'built: build/mystery/server1 to server3' ]
	[ "$(cd build/mystery && echo *)" = 'server1 server2 server3' ]
	run ! compgen -G 'build/mystery.*'
}

# is_made_of N PATCH: server N is, to the byte, what the compiler makes of this patch.
is_made_of() {
	local here=$BATS_TEST_TMPDIR
	scripts/lib/patched-stage "stages/defects/$2.patch" "$here/server$1.c"
	# shellcheck disable=SC2046 # flags
	compile -O1 -o "$here/server" "$here/server$1.c" common/lab.c common/sock.c \
		common/service.c common/log.c $(cat build/link)
	strip "$here/server"
	cmp -s "build/mystery/server$1" "$here/server"
}

@test "the servers are what the key says" {
	need_linux # elsewhere a linker may put its time into what it links
	command -v strip >/dev/null || skip 'needs strip'
	local who patch
	while read -r _ who _ patch; do
		is_made_of "${who#server}" "$patch"
	done < <(keys 3 7)
	run ! is_made_of 3 "$(keys 3 7 | sed -n '1s/.* //p')"
}

# gives_away PROGRAM: a word of it that names its source, a function of it or its bug.
gives_away() {
	tr -c '[:alnum:]_.-' '\n' <"$1" | grep -E -e '^(on_sigchld|main\.c|lab\.c)$|server[0-9]\.c|stage4' \
		-e "^($(eligible | tr ' ' '\n' | sort -u | paste -s -d '|' -))\$" -e 'mystery|patch$'
}

@test "no word in a server tells what it is made of" {
	command -v strip >/dev/null || skip 'needs strip'
	local n
	run -0 gives_away build/stage4_eintr # for these words can be found
	for n in 1 2 3; do
		run ! gives_away build/mystery/server$n
	done
}

@test "the servers take the options of a stage" {
	local n
	for n in 1 2 3; do
		[[ "$(build/mystery/server$n -h)" == "usage: server$n "* ]]
		run -2 build/mystery/server$n -x
		build/mystery/server$n -b 127.0.0.1 -p 0 -q -r >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
		server=$!
		poll_until 20 has_line "$BATS_TEST_TMPDIR/log" "^listening on .* pid $server\$"
		kill "$server"
		wait "$server"
		has_line "$BATS_TEST_TMPDIR/log" '^tally: 0 accepted, '
	done
	server=''
}

@test "a compiler that fails leaves the old servers, and nothing half made" {
	local before
	before=$(cksum build/mystery/*)
	CC=false run ! scripts/mystery 8
	[ "$(cksum build/mystery/*)" = "$before" ]
	run ! compgen -G 'build/mystery.*'
}

# ---------------------------------------------------------------- mending

@test "make mystery-source writes sources that say not what they are, and make mine builds them" {
	local n patch
	run -0 make -s mystery-source SEED=7 3>&-
	[ "$output" = 'written: mine/server1.c to server3.c' ]
	for n in 1 2 3; do
		[ "$(head -n 1 mine/server$n.c)" = '#include "lab.h"' ]
		patch=$(keys 3 7 | sed -n "${n}s/.* //p")
		scripts/lib/patched-stage "stages/defects/$patch.patch" "$BATS_TEST_TMPDIR/whole.c"
		tail -n "$(wc -l <mine/server$n.c)" "$BATS_TEST_TMPDIR/whole.c" | cmp - mine/server$n.c
	done
	run -0 make -s mine CFLAGS=-O0 3>&-
	[ "$output" = 'built: build/mine/server1
built: build/mine/server2
built: build/mine/server3' ]
	[[ "$(build/mine/server3 -h)" == 'usage: server3 '* ]]
}

@test "make mystery-source does not write over what is there and differs" {
	scripts/mystery -s 7
	run -0 scripts/mystery -s 7
	rm mine/*
	echo mended >mine/server2.c
	run -2 scripts/mystery -s 7
	[ "$output" = 'mystery: mine/server2.c is there already, and would be lost: move it away' ]
	[ "$(cat mine/*)" = mended ]
}

@test "make mine names what is missing, and fails where a server cannot be built" {
	run -2 make mine 3>&-
	[[ "$output" == *'make mine: there is no mine/*.c: put your server there'* ]]
	mkdir mine
	echo 'int main(void) { return 0 }' >mine/wrong.c
	run ! make -s mine 3>&-
	[[ "$output" != *'built: '* ]]
}

# ---------------------------------------------------------------- what is refused

@test "a missing or wrong seed is refused in one line" {
	local wrong
	for wrong in '' x 7x -- 1234567890 '-n 0 7' '-n 9 7' '7 8' '-s 7 8' '-n'; do
		# shellcheck disable=SC2086 # words
		run -2 scripts/mystery $wrong
		[[ "${lines[0]}" == 'mystery: '* ]]
		[ "${#lines[@]}" -eq 1 ] || [[ "${lines[1]}" == 'usage: '* && $wrong = -n ]]
	done
	run -2 scripts/mystery -7
	run -2 make -s mystery
	[ "${lines[0]}" = 'mystery: which seed? A number, as in: make mystery SEED=7' ]
	run -2 make -s mystery-key SEED=seven
	[[ "${lines[0]}" == *"not 'seven'" ]]
}

@test "help says what it does" {
	run -0 scripts/mystery -h
	[[ "${lines[0]}" == 'usage: mystery '* ]]
}
