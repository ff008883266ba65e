#!/usr/bin/env bats
# The Makefile: what it rebuilds, what it takes from the command line, and how it links. All in
# copies of the tree, whose path has a blank in it.

load helper

# What a make that runs this test has told its children is not for the makes in here.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

setup_file() {
	copy_tree "$BATS_FILE_TMPDIR/the tree"
	cd "$BATS_FILE_TMPDIR/the tree" || return
	make -s -j 2 CFLAGS=-O0
	# All that was built is older than whatever a test touches.
	find . -type f -exec touch -t 200001010000 {} +
	find build -type f -exec touch -t 200001010001 {} +
	find build -name 'link' -exec touch -t 200001010000 {} +
	find build -type f ! -name '*.o' ! -name link -exec touch -t 200001010002 {} +
}

setup() {
	TREE=$BATS_TEST_TMPDIR/my\ tree
}

# copy_tree TO: what make needs, and nothing that was built.
copy_tree() {
	mkdir "$1"
	cp -Rp "$ROOT/Makefile" "$ROOT/stages" "$ROOT/common" "$1"
}

# Enters a copy of the tree that is as fresh from the archive, or as it was built.
enter_fresh_tree() {
	copy_tree "$TREE"
	cd "$TREE" || return
}

enter_built_tree() {
	cp -Rp "$BATS_FILE_TMPDIR/the tree" "$TREE"
	cd "$TREE" || return
}

is_up_to_date() {
	make -q all
}

# would_build: the names of the files that make would make, in one line.
would_build() {
	make -n all | tr ' ' '\n' | sed -n '/^-o$/{ n; s|^build/||p; }' | sort | tr '\n' ' '
}

# make_compiler [REFUSED_OPTION...]: $compiler is one that writes its arguments to the file
# arguments, a line a call, and that fails when it is given one of these.
make_compiler() {
	compiler=$BATS_TEST_TMPDIR/compiler
	cat >"$compiler" <<-END
		#!/bin/sh
		echo " \$* " >>"$BATS_TEST_TMPDIR/arguments"
		for refused in $*; do
			case " \$* " in *" \$refused "*) exit 1 ;; esac
		done
		exec ${CC:-cc} "\$@"
	END
	chmod +x "$compiler"
}

# all_calls PATTERN HAS: of the calls of the compiler, those that match have this too.
all_calls() {
	grep -q -e "$1" "$BATS_TEST_TMPDIR/arguments"
	run ! grep -v -e "$2" <<<"$(grep -e "$1" "$BATS_TEST_TMPDIR/arguments")"
}

# ---------------------------------------------------------------- what is rebuilt

@test "make twice: the second time nothing is done" {
	enter_built_tree
	touch "$BATS_TEST_TMPDIR/then"
	make CFLAGS=-O0
	[ -z "$(find build -type f -newer "$BATS_TEST_TMPDIR/then")" ]
}

@test "all that was built is up to date" {
	enter_built_tree
	is_up_to_date
}

@test "after a change of a source its object and what is linked of it are rebuilt, no more" {
	enter_built_tree
	touch common/service.c
	[ "$(would_build)" = \
		"service.o stage1_no_reap stage2_wait stage3_waitpid stage4_eintr " ]
	make -s CFLAGS=-O0
	is_up_to_date
}

@test "no source and no header is forgotten" {
	enter_built_tree
	for file in stages/*.c common/*.[ch]; do
		cp -p "$file" kept
		touch "$file"
		run -1 is_up_to_date
		touch -r kept "$file"
	done
	is_up_to_date
}

@test "after a change of the Makefile all is rebuilt" {
	enter_built_tree
	all=$(make -n -B all 2>/dev/null | grep -c -e ' -c -o ') || skip "this make knows no -B"
	touch Makefile
	[ "$(make -n all | grep -c -e ' -c -o ')" -eq "$all" ]
}

# ---------------------------------------------------------------- what can be chosen

@test "CC and CFLAGS are used in every call, and take nothing away" {
	enter_fresh_tree
	make_compiler
	make -s CC="$compiler" CFLAGS='-O0 -DMARK=1' build/stage1_no_reap build/forkrate
	all_calls . ' -O0 -DMARK=1 '
	all_calls ' -c ' ' -std=c99 -D_POSIX_C_SOURCE=200809L .*-Wall -Wextra -Wpedantic -Wconversion -Wshadow '
	run ! grep -e ' -O2 ' "$BATS_TEST_TMPDIR/arguments"
}

@test "LDFLAGS is used in every link" {
	enter_fresh_tree
	make_compiler
	make -s CC="$compiler" CFLAGS=-O0 LDFLAGS=-L/nowhere build/stage1_no_reap build/forkrate
	run ! grep -v -e ' -L/nowhere ' <<<"$(grep -v -e ' -c ' "$BATS_TEST_TMPDIR/arguments")"
	grep -e '-o build/stage1_no_reap ' "$BATS_TEST_TMPDIR/arguments" | grep -e ' -L/nowhere '
}

@test "a compiler that is not there is named, and make fails" {
	enter_fresh_tree
	run make CC=/no/such/compiler
	[ "$status" -ne 0 ]
	[[ "$output" == *"/no/such/compiler: "* ]]
	[ ! -e build/stage1_no_reap ]
}

# ---------------------------------------------------------------- how the stages are linked

# links_stage_with COMPILER: finds out how to link, and links the objects that are there.
links_stage_with() {
	rm build/link build/stage4_eintr
	make -s CC="$1" build/link
	touch -t 200001010000 build/link # or the objects would be made once more
	make -s CC="$1" build/stage4_eintr
	[[ "$(build/stage4_eintr -h)" == "usage: stage4_eintr "* ]]
}

@test "stages are linked statically where that works" {
	make_compiler
	echo 'int main(void) { return 0; }' >"$BATS_TEST_TMPDIR/try.c"
	"$compiler" -static -o "$BATS_TEST_TMPDIR/try" "$BATS_TEST_TMPDIR/try.c" ||
		skip "no static libc on this machine"
	enter_built_tree
	links_stage_with "$compiler"
	all_calls '-o build/stage4_eintr ' ' -static '
}

@test "where nothing can be linked statically, stages are bound when they start" {
	need_linux # others have no -z now
	make_compiler -static
	enter_built_tree
	links_stage_with "$compiler"
	all_calls '-o build/stage4_eintr ' ' -Wl,-z,now '
}

@test "where static programs are linked but do not run, they are not used" {
	make_compiler
	cat >"$BATS_TEST_TMPDIR/deceiver" <<-END
		#!/bin/sh
		"$compiler" "\$@" || exit
		case " \$* " in *' -static '*) printf '#!/bin/sh\nexit 1\n' >build/link.out ;; esac
	END
	chmod +x "$BATS_TEST_TMPDIR/deceiver"
	enter_built_tree
	links_stage_with "$BATS_TEST_TMPDIR/deceiver"
	grep -q -e ' -static ' "$BATS_TEST_TMPDIR/arguments"
	run ! grep -e '-static .*-o build/stage4_eintr ' "$BATS_TEST_TMPDIR/arguments"
}

@test "a compiler that knows neither links as it does by default" {
	make_compiler -static -Wl,-z,now
	enter_built_tree
	links_stage_with "$compiler"
	run ! grep -e '-static .*-o build/stage4_eintr ' "$BATS_TEST_TMPDIR/arguments"
}

# ---------------------------------------------------------------- makes and compilers

@test "bmake builds all, and then has nothing to do" {
	command -v bmake || skip "bmake is not installed"
	enter_fresh_tree
	bmake -s -j 2 CFLAGS=-O0
	run ! grep -e ' -o ' <<<"$(bmake -n all)" # its -q has never a good word
	build/stage4_eintr -h
}

# builds_without_warning COMPILER
builds_without_warning() {
	command -v "$1" || skip "$1 is not installed"
	enter_fresh_tree
	run make -s -j 2 CC="$1" CFLAGS='-O2 -Werror'
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	build/stage4_eintr -h
}

@test "gcc has no warning" {
	builds_without_warning gcc
}

@test "clang has no warning" {
	builds_without_warning clang
}

@test "musl-gcc has no warning" {
	builds_without_warning musl-gcc
}

# ---------------------------------------------------------------- the other targets

@test "make clean leaves nothing that was built, and can be repeated" {
	enter_built_tree
	before=$(cd "$BATS_FILE_TMPDIR/the tree" && find . -path ./build -prune -o -print | sort)
	make -s clean
	make -s clean
	[ "$(find . | sort)" = "$before" ]
}

@test "make help names every target" {
	enter_built_tree
	run make help
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == "make  "* ]]
	targets=$(sed -n 's/^\([a-z][a-z]*\):.*/\1/p' Makefile)
	[[ " $(tr '\n' ' ' <<<"$targets")" == *" all "*" help "* ]]
	for target in $targets; do
		[ "$target" = all ] || grep -q "^make $target " <<<"$output" || {
			echo "make help does not say what 'make $target' does"
			return 1
		}
	done
}
