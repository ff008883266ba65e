#!/usr/bin/env bats
# The Chinese documents: what they show is what the English ones show. Their blocks are the same,
# line by line, and docs.bats runs those, so that none has to be run twice.
load helper

setup() {
	EN=$ROOT/docs
	ZH=$BATS_TEST_TMPDIR/zh # a copy, so that the controls can spoil it
	cp -R "$ROOT/docs/zh" "$ZH"
}

# The English documents that are to have a Chinese twin: the lessons and the handout.
names() {
	(cd "$EN" && ls [0-9]*.md lab.md)
}

# blocks FILE: every fenced block, in order, with the comments that say how it is tested.
blocks() {
	awk '/^```/ { inside = !inside; print; next }
		inside || /^<!-- .* -->$/' "$1"
}

# headings FILE: the level of each heading, in order: # ## ...
headings() {
	awk '/^```/ { inside = !inside }
		!inside && /^#+ / { print $1 }' "$1"
}

# links FILE: what its links point to, without the place inside a page; none to the network.
links() {
	grep -o '](\([^)]*\))' "$1" | sed -e 's/^](//' -e 's/)$//' -e 's/#.*//' | grep -v '^https:'
}

# differ WHAT: prints each document whose WHAT (blocks, headings) is not its twin's, and where.
differ() {
	local name
	for name in $(names); do
		"$1" "$EN/$name" >"$BATS_TEST_TMPDIR/en.part"
		"$1" "$ZH/$name" >"$BATS_TEST_TMPDIR/zh.part"
		[ -s "$BATS_TEST_TMPDIR/en.part" ] || echo "$name: no $1"
		diff "$BATS_TEST_TMPDIR/en.part" "$BATS_TEST_TMPDIR/zh.part" || echo "$name: other $1"
	done
}

# untwinned: prints the documents that there are in one language only.
untwinned() {
	names >"$BATS_TEST_TMPDIR/en.names"
	(cd "$ZH" && ls) | diff "$BATS_TEST_TMPDIR/en.names" - || true
}

# spoil NAME SED_SCRIPT: changes a Chinese document, and fails if that changes nothing.
spoil() {
	sed "$2" "$ROOT/docs/zh/$1" >"$ZH/$1"
	run ! cmp -s "$ROOT/docs/zh/$1" "$ZH/$1"
}

@test "every lesson and the handout have their Chinese twins, and no other document" {
	run -0 untwinned
	[ -z "$output" ]
	[ "$(names | wc -l)" -ge 5 ]
}

@test "a missing twin is found" {
	rm "$ZH/lab.md"
	run -0 untwinned
	[[ "$output" == *"< lab.md"* ]]
}

@test "the blocks are those of the English documents, in the same order" {
	run -0 differ blocks
	echo "$output"
	[ -z "$output" ]
}

@test "a changed command is found" {
	spoil 1-no-reaping.md 's/^\$ kill -9 /$ kill -15 /'
	run -0 differ blocks
	[[ "$output" == *"> \$ kill -15 "*"1-no-reaping.md: other blocks" ]]
}

@test "a changed output, a changed line of code and a lost comment are found" {
	local change
	for change in 's/^49$/48/' 's/^+	child = wait(/+	child = waitpid(/' '/^<!-- needs/d'; do
		spoil 2-wait.md "$change"
		run -0 differ blocks
		[[ "$output" == *"2-wait.md: other blocks" ]]
	done
}

@test "blocks in another order are found" {
	awk '/^```/ && !inside { n++ }
		/^```/ { inside = !inside; fence = 1 }
		n == 2 && (inside || fence) { kept = kept $0 "\n" } # goes behind the third
		!(n == 2 && (inside || fence))
		n == 3 && !inside && fence { printf "%s", kept }
		{ fence = 0 }' "$ROOT/docs/zh/4-eintr.md" >"$ZH/4-eintr.md"
	[ "$(blocks "$ROOT/docs/zh/4-eintr.md" | sort | cksum)" = "$(blocks "$ZH/4-eintr.md" | sort | cksum)" ]
	run -0 differ blocks
	[[ "$output" == *"4-eintr.md: other blocks" ]]
}

@test "the headings correspond in number and level" {
	run -0 differ headings
	echo "$output"
	[ -z "$output" ]
}

@test "a heading that is lost or of another level is found" {
	local change
	for change in '5,99s/^## /### /' '/^### 9/d'; do
		spoil lab.md "$change"
		run -0 differ headings
		[[ "$output" == *"lab.md: other headings" ]]
	done
}

@test "every page links to its English twin, and every link leads to a file" {
	local name link
	for name in $(names); do
		links "$ROOT/docs/zh/$name" >"$BATS_TEST_TMPDIR/links"
		grep -qx "../$name" "$BATS_TEST_TMPDIR/links"
		while read -r link; do
			echo "$name: $link"
			[ -e "$ROOT/docs/zh/$link" ]
		done <"$BATS_TEST_TMPDIR/links"
	done
}

# In UTF-8 a Chinese character is a first byte, and others that are dropped here. It takes two
# columns of a terminal.
@test "they fit a terminal of 100 columns, tables and output aside" {
	local name
	for name in $(names); do
		LC_ALL=C tr -d '\200-\277' <"$ZH/$name" | LC_ALL=C tr '\300-\377' '@' | sed 's/@/@@/g' |
			awk -v name="$name" '/^```/ { inside = !inside }
				!inside && !/^\|/ && length($0) > 100 { print name ":" FNR ": " length($0) }'
	done >"$BATS_TEST_TMPDIR/wide"
	cat "$BATS_TEST_TMPDIR/wide"
	[ ! -s "$BATS_TEST_TMPDIR/wide" ]
}
