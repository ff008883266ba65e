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
	move_to_a_free_port "$COPY"
	make -s -C "$COPY" 3>&-
}

teardown_file() {
	rm -rf "$COPY"
}

# Below the ports that the kernel gives to clients, so that it stays free.
move_to_a_free_port() {
	local port file
	port=$((15000 + $$ % 15000))
	while "$BUILD/burst" -c -n 1 -t 5 -p "$port" 2>/dev/null 3>&-; do
		port=$((port + 1))
	done
	for file in "$1"/common/*.[ch] "$1"/README.md "$1"/docs/*.md; do
		sed "s/9877/$port/g" "$file" >"$BATS_FILE_TMPDIR/moved"
		cat "$BATS_FILE_TMPDIR/moved" >"$file"
	done
}

# runs DOCUMENT: as its reader does; fails when anything is not as shown.
runs() {
	run "$DOCTEST" -r "$COPY" "$COPY/$1" 3>&-
	echo "$output"
	[ "$status" -eq 0 ]
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

# docs/zh is not run: zh.bats sees that its blocks are those of the English documents.
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
