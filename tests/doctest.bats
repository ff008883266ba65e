#!/usr/bin/env bats
# tests/doctest: whether the runner of the documents would notice.
load helper

setup() {
	DOCTEST=$ROOT/tests/doctest/run
	export PLACE=$BATS_TEST_TMPDIR
}

# shows TEXT: a document of the given lines, run without patience.
shows() {
	cat >"$PLACE/doc.md"
	run "$DOCTEST" -t 0 "$PLACE/doc.md" 3>&-
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
	cat >"$PLACE/doc.md" <<-'END'
		```console
		$ (sleep 0.3; echo done >"$PLACE/looked") &
		$ cat "$PLACE/looked"
		done
		$ echo again >>"$PLACE/looked"; cat "$PLACE/looked"
		done
		again
		$ rm "$PLACE/looked"
		```
	END
	run -0 "$DOCTEST" "$PLACE/doc.md" 3>&-
	[ ! -e "$PLACE/looked" ]
}

@test "a document that leaves a server running is found out, and the server is ended" {
	shows <<-'END'
		```console
		$ build/stage1_no_reap -p 0 >"$PLACE/log" &
		$ until grep -q pid "$PLACE/log"; do sleep 0.05; done
		$ cat "$PLACE/log"
		listening on ... pid 4242
		```
	END
	[ "$status" -eq 1 ]
	[[ "$output" == *"leave something running"*"build/stage1_no_reap"* ]]
	is_gone "$(awk '{ print $7 }' "$PLACE/log")"
}

# On a busy machine it is a while before a child that a shell has forked is the program it is to be.
@test "what the runner itself starts is not taken for something that a document leaves" {
	mkdir "$PLACE/bin"
	cat >"$PLACE/bin/awk" <<-END
		#!/bin/sh
		sleep 0.2
		exec $(command -v awk) "\$@"
	END
	chmod +x "$PLACE/bin/awk"
	PATH=$PLACE/bin:$PATH shows <<-'END'
		text
	END
	[ "$status" -eq 0 ]
	[[ "$output" == *"doc.md: 0 commands, all as shown" ]]
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
	cat >"$PLACE/doc.md" <<-'END'
		```console
		$ sleep 7331
		```
	END
	TMPDIR=$PLACE "$DOCTEST" "$PLACE/doc.md" >/dev/null 2>&1 3>&- &
	local runner=$!
	poll_until 20 is_running 'sleep 7331'
	kill -KILL "$runner"
	poll_until 20 is_not_running 'sleep 7331'
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

is_running() {
	ps -A -o args= | grep -Fqx "$1"
}

is_not_running() {
	run ! is_running "$1"
}
