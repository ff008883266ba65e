#!/usr/bin/env bats
# The renderers on fixed evidence: the table of compare, and its colours.

load helper

setup() {
	export BATS_TEST_TIMEOUT=60
	data=$ROOT/tests/data
	lib=$ROOT/scripts/lib
	unset NO_COLOR
	export LC_ALL=C
	cd "$BATS_TEST_TMPDIR" || return
}

# Each awk that is installed.
awks() {
	local awk
	for awk in mawk gawk original-awk 'busybox awk' awk; do
		if command -v "${awk%% *}" >/dev/null; then
			echo "$awk"
		fi
	done
}

# table [AWK [OPTION...]] <EVIDENCE: what compare would print of it.
table() {
	local awk=${1:-awk}
	[ $# -eq 0 ] || shift
	cat >evidence
	# shellcheck disable=SC2086  # "busybox awk" is two words
	$awk -f "$lib/judge.awk" input=expectations "$lib/expectations.tsv" input=evidence evidence >wrong
	# shellcheck disable=SC2086
	$awk "$@" -f "$lib/text.awk" -f "$lib/evidence.awk" -f "$lib/cells.awk" -f "$lib/compare.awk" \
		input=wrong wrong input=evidence evidence
}

# change SERVER EXPERIMENT NAME VALUE <EVIDENCE: the same with another value.
change() {
	awk -F '\t' -v OFS='\t' -v server="$1" -v experiment="$2" -v name="$3" -v value="$4" '
		$1 == server && $2 == experiment && $4 == name { $5 = value }
		{ print }'
}

longest_line() {
	awk '{ if (length($0) > most) most = length($0) } END { print most }' "$@"
}

@test "the table of the four stages is the one expected, in every awk" {
	while read -r awk; do
		table "$awk" <"$data/four-stages.tsv" >"table" 3>&-
		diff -u "$data/four-stages.table" table || {
			echo "with $awk"
			return 1
		}
	done < <(awks)
}

@test "a hostile evidence gives the same table in every awk" {
	table <"$data/hostile.tsv" >first
	while read -r awk; do
		table "$awk" <"$data/hostile.tsv" | diff -u first - || {
			echo "with $awk"
			return 1
		}
	done < <(awks)
}

@test "no control character and no byte that is not ASCII reaches the table" {
	table <"$data/hostile.tsv" >text
	[ -s text ]
	run ! grep -q '[^ -~]' text
}

@test "nothing in the table is wider than 80 columns, whatever servers are called" {
	[ "$(table <"$data/four-stages.tsv" | longest_line)" -le 80 ]
	[ "$(table <"$data/hostile.tsv" | longest_line)" -le 80 ]
}

@test "columns stand where their headings stand, in a row of long cells too" {
	change stage2_wait burst zombies 99999999 <"$data/four-stages.tsv" | table >text
	run -0 awk 'NR == 1 { freeze = index($0, "freeze") }
		/^stage/ && $0 !~ /:/ { if (substr($0, freeze, 2) !~ /^[0-9]/) bad = 1 }
		END { exit bad }' text
}

@test "a cell that is not as expected is marked, and told with the command that shows it again" {
	change stage2_wait freeze zombies 48 <"$data/four-stages.tsv" | table >text
	grep -q '^stage2_wait .* 48! ' text
	grep -q '^NOT AS EXPECTED: stage2_wait, freeze: expected 49 zombies, saw 48$' text
	grep -q '^  run just that again: scripts/experiments/freeze -n 50 stage2_wait$' text
}

@test "zero zombies of a dead server are shown as its death" {
	change stage4_eintr burst alive 0 <"$data/four-stages.tsv" | table >text
	grep -q '^stage4_eintr *died! ' text
}

@test "evidence cut off anywhere gives a table and no zero that nobody measured" {
	local bytes
	for bytes in 0 40 250 1000 2500 5000; do
		head -c "$bytes" "$data/four-stages.tsv" | table >text
		run ! grep -q '[^ -~]' text
	done
	# Stage 2's line of freeze is the last that is whole.
	awk '{ print } /^stage2_wait\tfreeze\t1\tzombies/ { printf "stage3_waitpid\tfre"; exit }' \
		"$data/four-stages.tsv" | table >text
	grep -q '^stage3_waitpid .* ?!$' text
}

@test "evidence without records gives a heading and no row" {
	head -n 9 "$data/four-stages.tsv" | table >text
	run ! grep -q stage text
}

@test "colour changes nothing but colour" {
	table awk -v colour=1 <"$data/four-stages.tsv" >coloured
	table <"$data/four-stages.tsv" >text
	grep -q "$(printf '\033')" coloured
	sed "s/$(printf '\033')\[[0-9;]*m//g" coloured | diff -u text -
}

# The decision itself: colour_decide on a descriptor that is no terminal, or one that is.
decide() {
	sh -c 'set -eu
		lab_root=$1
		. "$lab_root/scripts/lib/lab.sh"
		. "$lab_root/scripts/lib/colour.sh"
		[ -z "$2" ] || colour_option "$2"
		colour_decide 1
		echo "$colour"' sh "$ROOT" "${1:-}"
}

@test "there is no colour off a terminal, unless it is asked for" {
	[ "$(TERM=xterm decide)" = 0 ]
	[ "$(TERM=xterm decide color=auto)" = 0 ]
	[ "$(TERM=xterm decide color=always)" = 1 ]
	[ "$(TERM=xterm decide color=never)" = 0 ]
}

@test "the option has its say before NO_COLOR and TERM" {
	[ "$(NO_COLOR=1 TERM=dumb decide color=always)" = 1 ]
}

# on_a_terminal COMMAND...: its output, by script(1), which gives it a terminal.
on_a_terminal() {
	command -v script >/dev/null || skip 'script(1) is not installed'
	script -qec "$*" /dev/null </dev/null 3>&- || skip 'this script(1) has no -c'
}

@test "on a terminal there is colour, but not with NO_COLOR, TERM=dumb or --color=never" {
	cat >decide.sh <<-END
		set -eu
		lab_root=$ROOT
		. $ROOT/scripts/lib/lab.sh
		. $ROOT/scripts/lib/colour.sh
		colour_option color=\${1:-auto}
		colour_decide 1
		echo colour \$colour
	END
	on_a_terminal env TERM=xterm sh decide.sh | grep -q 'colour 1'
	on_a_terminal env TERM=xterm NO_COLOR= sh decide.sh | grep -q 'colour 1'
	on_a_terminal env TERM=xterm NO_COLOR=1 sh decide.sh | grep -q 'colour 0'
	on_a_terminal env TERM=dumb sh decide.sh | grep -q 'colour 0'
	on_a_terminal env TERM=xterm sh decide.sh never | grep -q 'colour 0'
}

@test "compare refuses a colour that it does not know, and a long option that is none" {
	run -2 --separate-stderr "$ROOT/scripts/compare" --color=sometimes
	[[ "$stderr" == *'--color wants auto, always or never'* ]]
	run -2 --separate-stderr "$ROOT/scripts/compare" --colours
	[[ "${stderr_lines[0]}" == 'compare: there is no option --colours' ]]
	[[ "${stderr_lines[1]}" == 'usage: compare '* ]]
	run -2 "$ROOT/scripts/compare" --color
}
