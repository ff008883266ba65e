#!/usr/bin/env bats
# The documents: every command in them is run, and shows what they show.
load helper

# A copy of the tree as a new reader has it, built by its own Makefile. Its port is one of its
# own: other tests run beside this one, and somebody's server may have the usual port.
setup_file() {
	COPY=$(mktemp -d "${TMPDIR:-/tmp}/docs.XXXXXX")
	DOCTEST=$ROOT/tests/doctest/run
	export COPY DOCTEST
	chmod 755 "$COPY" # experiments that need another user must get in
	local entry
	for entry in "$ROOT"/*; do
		[ "$entry" = "$BUILD" ] || cp -R "$entry" "$COPY"
	done
	make -s -C "$COPY" 3>&-
	move_to_a_free_port "$COPY"
}

teardown_file() {
	rm -rf "$COPY"
}

# Below the ports that the kernel gives to clients, so that it stays free.
move_to_a_free_port() {
	local port file
	port=$((15000 + $$ % 15000))
	while "$1/build/burst" -c -n 1 -t 5 -p "$port" 2>/dev/null 3>&-; do
		port=$((port + 1))
	done
	for file in "$1"/common/sock.h "$1"/README.md "$1"/docs/*.md; do
		sed "s/9877/$port/g" "$file" >"$BATS_FILE_TMPDIR/moved"
		cat "$BATS_FILE_TMPDIR/moved" >"$file"
	done
	make -s -C "$1" 3>&-
}

# runs DOCUMENT: as its reader does; fails when anything is not as shown.
runs() {
	run "$DOCTEST" -r "$COPY" "$COPY/$1" 3>&-
	echo "$output"
	[ "$status" -eq 0 ]
}

# shows TEXT: a document of the given lines, run without patience.
shows() {
	cat >"$BATS_TEST_TMPDIR/doc.md"
	run "$DOCTEST" -t 0 -r "$COPY" "$BATS_TEST_TMPDIR/doc.md" 3>&-
}

@test "README shows what happens" {
	runs README.md
}

@test "the handout shows what happens" {
	runs docs/lab.md
}

@test "lesson 1 shows what happens" {
	runs docs/1-no-reaping.md
}

@test "lesson 2 shows what happens" {
	runs docs/2-wait.md
}

@test "lesson 3 shows what happens" {
	runs docs/3-waitpid.md
}

@test "lesson 4 shows what happens" {
	runs docs/4-eintr.md
}

@test "the document on other designs shows what happens" {
	runs docs/beyond.md
}

@test "the teacher's guide shows what happens" {
	runs docs/teaching.md
}

@test "the guide to grading shows what happens" {
	runs docs/grading.md
}

@test "the reference shows what happens" {
	runs docs/reference.md
}

@test "the README of the patches shows what happens" {
	runs stages/defects/README.md
}

@test "a document whose output is right passes" {
	shows <<-'END'
		```console
		$ echo one; echo two
		one
		two
		$ echo 17 4242 \
		> "  three"
		4217   4301 three
		$ (exit 5)
		$ echo $?
		5
		```
		```console
		$ printf '%s\n' a b c d
		a
		...
		$ printf '%s\n' a b c d
		a
		...
		d
		$ echo "5 forked, 3 handler runs, 5 reaped"
		5 forked, ... 5 reaped
		```
		<!-- varies: 41 Fri -->
		```console
		$ echo "52 99 Sat"
		41 99 Fri
		```
	END
	[ "$status" -eq 0 ]
	[[ "$output" == *"doc.md: 8 commands, all as shown" ]]
}

@test "a document whose output is wrong is found out, with the line of the command" {
	shows <<-'END'
		text
		```console
		$ echo right
		right
		$ echo 5 never reaped
		4 never reaped
		```
	END
	[ "$status" -eq 1 ]
	[[ "$output" == *"doc.md:5: echo 5 never reaped"*"4 never reaped"*"5 never reaped"* ]]
}

@test "output that is not shown is found out" {
	shows <<-'END'
		```console
		$ echo more
		```
	END
	[ "$status" -eq 1 ]
	[[ "$output" == *"doc.md:2:"* ]]
}

@test "output that is shown and does not come is found out" {
	shows <<-'END'
		```console
		$ echo one
		one
		two
		```
	END
	[ "$status" -eq 1 ]
}

@test "only numbers that are examples stand for others, and dots for themselves elsewhere" {
	local line
	for line in 'echo 51:50' 'echo 4401:4400' 'echo 4242x:4243x' 'echo a.b:axb' 'echo x4242:x4243' \
		'echo 41:42'; do
		shows <<-END
			\`\`\`console
			\$ ${line%:*}
			${line#*:}
			\`\`\`
		END
		[ "$status" -eq 1 ]
	done
}

@test "examples named before one block do not hold in the next" {
	shows <<-'END'
		<!-- varies: 41 -->
		```console
		$ echo 5
		41
		```
		<!-- varies: 41 -->
		Text comes between.
		```console
		$ echo 5
		41
		```
	END
	[ "$status" -eq 1 ]
	[[ "$output" == *"doc.md:9:"* ]]
}

@test "a block that needs what is not here is left out, and that is said" {
	shows <<-'END'
		<!-- needs: no-such-program -->
		```console
		$ no-such-program
		fine
		```
		```console
		$ echo wrong
		right
		```
	END
	[ "$status" -eq 1 ]
	[[ "$output" == *"doc.md:7: echo wrong"* ]]
	shows <<-'END'
		<!-- needs: sh no-such-program -->
		```console
		$ no-such-program
		fine
		```
	END
	[ "$status" -eq 0 ]
	[[ "$output" == *"doc.md:2: left out, needs sh no-such-program"* ]]
	shows <<-'END'
		<!-- needs: sh -->
		```console
		$ echo wrong
		right
		```
	END
	[ "$status" -eq 1 ]
}

@test "a command that looks is repeated, one that acts is not" {
	cd "$COPY"
	cat >"$BATS_TEST_TMPDIR/doc.md" <<-'END'
		```console
		$ rm -f looked; (sleep 0.3; echo done >looked) &
		$ cat looked
		done
		$ echo again >>looked; cat looked
		done
		again
		$ rm looked
		```
	END
	run -0 "$DOCTEST" -r "$COPY" "$BATS_TEST_TMPDIR/doc.md" 3>&-
	run ! ls looked
}

@test "a document that leaves a server running is found out, and the server is ended" {
	shows <<-'END'
		```console
		$ build/stage1_no_reap >stage1.log &
		$ cat stage1.log
		listening on ... pid 4242
		```
	END
	rm -f "$COPY/stage1.log"
	[ "$status" -eq 1 ]
	[[ "$output" == *"leave something running"*"build/stage1_no_reap"* ]]
	run -3 "$COPY/build/burst" -n 1
	[[ "$output" == *refused* ]]
}

@test "a command that ends the shell is found out, with the line before it" {
	shows <<-'END'
		```console
		$ true
		$ exit 7
		```
	END
	[ "$status" -eq 1 ]
	[[ "$output" == *"doc.md: the shell ended in the command after line 2"*"exited 7"* ]]
}

@test "a command that the shell cannot read is found out" {
	shows <<-'END'
		```console
		$ true
		$ echo "open
		```
	END
	[ "$status" -eq 1 ]
}

# Its lifeline is the only thing that it leaves; the work directory stays, as after any kill -9.
@test "what a document has started does not outlive the runner, even if that is killed" {
	cat >"$BATS_TEST_TMPDIR/doc.md" <<-'END'
		```console
		$ sleep 7331
		```
	END
	TMPDIR=$BATS_TEST_TMPDIR "$DOCTEST" -r "$COPY" "$BATS_TEST_TMPDIR/doc.md" >/dev/null 2>&1 3>&- &
	local runner=$!
	poll_until 20 is_running 'sleep 7331'
	kill -KILL "$runner"
	poll_until 20 is_not_running 'sleep 7331'
}

is_running() {
	ps -A -o args= | grep -Fqx "$1"
}

is_not_running() {
	run ! is_running "$1"
}

@test "the runner refuses what it cannot do, in one line" {
	local bad
	for bad in '' -x '-t x README.md' '-t' no-such-file '-r / README.md'; do
		# shellcheck disable=SC2086  # words
		run -2 "$DOCTEST" $bad
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == doctest:* ]]
	done
	run -0 "$DOCTEST" -h
	[[ "$output" == "usage: run"* ]]
}

# Every fence is one of these, so that no command block escapes by its name.
@test "documents have no command that is not run, but for a few that say why" {
	cd "$ROOT"
	awk '
		/^```/ {
			inside = !inside
			if (inside && $0 !~ /^```(console|text|diff|c|sh|promela)$/)
				print FILENAME ":" FNR ": what is " $0 "?"
			fence = $0
			first = 1
			next
		}
		inside && fence == "```text" && /^\$ / { print FILENAME ":" FNR ": is not run: " $0 }
		inside && fence == "```sh" && first && !/^# Not run by the tests: / {
			print FILENAME ":" FNR ": says not why it is not run: " $0
		}
		inside && fence == "```sh" && first { excused++ }
		{ first = 0 }
		END { if (excused > 12) print excused " blocks are not run: too many" }
	' README.md stages/defects/README.md docs/*.md >"$BATS_TEST_TMPDIR/found"
	cat "$BATS_TEST_TMPDIR/found"
	[ ! -s "$BATS_TEST_TMPDIR/found" ]
}

@test "every document with command blocks has its test" {
	cd "$ROOT"
	local doc
	for doc in README.md stages/defects/README.md docs/*.md; do
		grep -q '^```console' "$doc" || continue
		grep -q "^	runs $doc\$" tests/docs.bats
	done
}

@test "documents fit a terminal of 100 columns, tables and output aside" {
	cd "$ROOT"
	awk '/^```/ { inside = !inside }
		!inside && !/^\|/ && length($0) > 100 { print FILENAME ":" FNR }' \
		README.md docs/*.md >"$BATS_TEST_TMPDIR/wide"
	cat "$BATS_TEST_TMPDIR/wide"
	[ ! -s "$BATS_TEST_TMPDIR/wide" ]
}
