#!/usr/bin/env bats
# parsons: the lines of the handout's problem become a server. In a copy, for it writes to mine/.

load helper

setup() {
	cp -R "$ROOT/scripts" "$ROOT/stages" "$BATS_TEST_TMPDIR"
	mkdir "$BATS_TEST_TMPDIR/docs"
	cp "$ROOT/docs/lab.md" "$BATS_TEST_TMPDIR/docs"
	cd "$BATS_TEST_TMPDIR" || return
}

# code FILE: what the compiler sees of it, but for the layout, in one line.
code() {
	sed 's|/\*.*\*/||; s/#include <stdio.h>//; /(void)signo;/d' "$1" |
		awk '/^\/\*/ { comment = 1 } !comment; /\*\/$/ { comment = 0 }' | tr -s ' \t\n' ' ' | sed 's/^ //'
}

@test "the lines that belong there make stage 4, in every order that is right" {
	scripts/parsons g c i m f a d
	[ "$(code mine/parsons.c)" = "$(code stages/stage4_eintr.c)" ]
	scripts/parsons i g c m f a d
	[ "$(code mine/parsons.c | tr ' ' '\n' | sort)" = \
		"$(code stages/stage4_eintr.c | tr ' ' '\n' | sort)" ]
}

@test "other lines make another server" {
	local wrong
	for wrong in 'g c i m b a d' 'g c i m k a d' 'c i m f a' 'g c i m f d a'; do
		# shellcheck disable=SC2086 # letters
		scripts/parsons $wrong
		[ "$(code mine/parsons.c)" != "$(code stages/stage4_eintr.c)" ]
	done
}

@test "with each line that has no business there, and each that may be left out, it compiles" {
	local letters
	for letters in 'g c i m b a d' 'g c i m k a d' 'g c i m e j a d' 'g c i m f a h d' \
		'g c i m l f a d' 'c i f a'; do
		# shellcheck disable=SC2086 # letters
		scripts/parsons $letters
		compile -I"$ROOT/common" -c -o parsons.o mine/parsons.c
	done
}

@test "a letter that is not there, or twice, or none, is refused in one line" {
	run -2 scripts/parsons
	[ "$output" = 'parsons: which lines? Their letters in order, as in: scripts/parsons c a b' ]
	run -2 scripts/parsons c z
	[ "$output" = "parsons: docs/lab.md has no line 'z'" ]
	run -2 scripts/parsons c i c
	[ "$output" = 'parsons: line c stands there twice' ]
	run -2 scripts/parsons ''
	[ "${#lines[@]}" -eq 1 ]
	run -2 scripts/parsons -x
	[ ! -e mine ]
}

@test "help says what it does" {
	run -0 scripts/parsons -h
	[[ "${lines[0]}" == 'usage: parsons '* ]]
}
