#!/usr/bin/env bats
# shells: the scripts under the shells, awks and ps that they are to run under. The shell is the
# `sh` of PATH, as the awk and the ps are: a folder in front of PATH chooses them.

load helper
load servers

setup_file() {
	export BATS_TEST_TIMEOUT=120
	cd "$BATS_FILE_TMPDIR" || return
	start_stage 1 -q
	"$BUILD/burst" -p "$port" -n 3 >/dev/null
	poll_until 20 has_zombies 3
	pids=()
	compare_under dash sh=dash
	compare_under bash sh=bash
	compare_under busybox sh=busybox ps=busybox awk=busybox sleep=busybox sed=busybox \
		grep=busybox tr=busybox cat=busybox mktemp=busybox mkfifo=busybox rm=busybox id=busybox
	compare_under mawk awk=mawk
	compare_under gawk awk=gawk
	compare_under original-awk awk=original-awk
	compare_under busybox-awk awk=busybox
	[ "${#pids[@]}" -eq 0 ] || wait "${pids[@]}"
	end_servers
}

# compare_under NAME TOOL=PROGRAM...: in the background; NAME.status says how it ended. Nothing
# where a program is not installed.
compare_under() {
	local name=$1 tool
	shift
	mkdir "$name"
	for tool; do
		command -v "${tool#*=}" >/dev/null || return 0
		ln -s "$(command -v "${tool#*=}")" "$name/${tool%%=*}"
	done
	(
		ended=0
		PATH=$PWD/$name:$PATH sh "$ROOT/scripts/compare" -n 5 -k 1 -m 10 -o "$name.tsv" \
			>"$name.out" 2>"$name.err" 3>&- || ended=$?
		PATH=$PWD/$name:$PATH sh "$ROOT/scripts/zombie-count" -l "$server" \
			>"$name.count" 2>>"$name.err" 3>&- || ended="$ended, zombie-count $?"
		echo "$ended" >"$name.status"
	) 7>&- &
	pids+=("$!")
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# agrees NAME: the four stages behave as they should, nothing is said on stderr, and the table has
# the same words.
agrees() {
	[ -e "$1.status" ] || skip "$1 is not installed"
	cat "$1.status" "$1.err" "$1.out" "$1.count"
	[ "$(cat "$1.status")" = 0 ]
	[ ! -s "$1.err" ]
	grep -Eq '^stage1_no_reap +5 +5 +served +served ' "$1.out"
	grep -Eq '^stage4_eintr +0 +0 +served +served +(never|skipped) +-$' "$1.out"
	grep -Eq '^zombies of [0-9]+: 3$' "$1.count"
	[ "$(grep -Ec '^ *[0-9]+  Z  ' "$1.count")" -eq 3 ]
}

@test "dash" {
	agrees dash
}

@test "bash" {
	agrees bash
}

@test "busybox: its shell, ps, awk and the small tools" {
	agrees busybox
}

@test "mawk" {
	agrees mawk
}

@test "gawk" {
	agrees gawk
}

@test "original-awk" {
	agrees original-awk
}

@test "busybox awk" {
	agrees busybox-awk
}

@test "every awk file parses under every awk" {
	local awk file
	for awk in mawk gawk original-awk 'busybox awk'; do
		command -v ${awk%% *} >/dev/null || continue
		for file in "$ROOT"/scripts/lib/*.awk; do
			# A syntax error is said before anything runs; what lacks its input may fail later.
			# shellcheck disable=SC2086  # busybox awk is two words
			run $awk -f "$file" /dev/null
			[[ "$output" != *yntax* ]] || { echo "$awk, $file: $output"; return 1; }
		done
	done
}

@test "the scripts use nothing that POSIX sh lacks: each parses in every shell" {
	local shell file
	for shell in dash bash 'busybox sh'; do
		command -v ${shell%% *} >/dev/null || continue
		for file in "$ROOT"/scripts/compare "$ROOT"/scripts/zombie-count \
			"$ROOT"/scripts/experiments/* "$ROOT"/scripts/lib/*.sh; do
			# shellcheck disable=SC2086  # two words
			run $shell -n "$file"
			[ "$status" -eq 0 ] || { echo "$shell, $file: $output"; return 1; }
		done
	done
}

@test "nothing is in the scripts that some shell or system lacks, or that races" {
	run grep -rnE '(^|[^a-z_])(setsid|ulimit -u|set -m|local |timeout )|[$]RANDOM|exec [0-9]<>|sleep [1-9]|kill.* -- -' \
		"$ROOT/scripts" --include='*' --exclude='*.awk' --exclude='*.tsv'
	echo "$output"
	[ -z "$(grep -vE ':[0-9]+:[[:space:]]*#' <<<"$output")" ]
}
