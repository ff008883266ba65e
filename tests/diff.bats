#!/usr/bin/env bats
# The lesson is in the diffs: from each stage to the next only that may change which the next one
# is about. And `make diff`, which shows them.

load helper

STAGES=(stage1_no_reap stage2_wait stage3_waitpid stage4_eintr)

setup() {
	cd "$ROOT/stages" || return
}

# code_of FILE: all but the comment at its head.
code_of() {
	awk 'code; /\*\/$/ { code = 1 }' "$1"
}

# changes FROM TO: the lines that are taken away and those that are added.
changes() {
	code_of "$1" >"$BATS_TEST_TMPDIR/from"
	code_of "$2" >"$BATS_TEST_TMPDIR/to"
	diff -U 0 "$BATS_TEST_TMPDIR/from" "$BATS_TEST_TMPDIR/to" | sed '1,2d; /^@@/d'
}

# same WANTED SEEN
same() {
	diff <(echo "$1") <(echo "$2")
}

# ---------------------------------------------------------------- the stages

@test "from stage 1 to 2 only the handler comes, and its installation" {
	diff - <(changes stage1_no_reap.c stage2_wait.c) <<-'END'
		+static void on_sigchld(int signo)
		+{
		+	int saved_errno = errno; /* what the interrupted code was about to read */
		+	int status;
		+	pid_t child;
		+
		+	(void)signo;
		+	log_sigchld();
		+	child = wait(&status);
		+	if (child > 0)
		+		log_reaped(child, status);
		+	errno = saved_errno;
		+}
		+
		-	struct lab lab = lab_start(argc, argv, 0);
		-	struct sigaction sa = {.sa_handler = SIG_DFL, .sa_flags = lab.sa_flags};
		+	struct lab lab = lab_start(argc, argv, SA_RESTART);
		+	struct sigaction sa = {.sa_handler = on_sigchld, .sa_flags = lab.sa_flags};
	END
}

@test "from stage 2 to 3 only the handler's wait changes, and the default of sa_flags" {
	diff - <(changes stage2_wait.c stage3_waitpid.c) <<-'END'
		-	child = wait(&status);
		-	if (child > 0)
		+	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		-	struct lab lab = lab_start(argc, argv, SA_RESTART);
		+	struct lab lab = lab_start(argc, argv, 0);
	END
}

@test "from stage 3 to 4 only the error branch of accept() grows" {
	diff - <(changes stage3_waitpid.c stage4_eintr.c) <<-'END'
		+			if (errno == EINTR) /* a child's exit: call accept() again */
		+				continue;
	END
}

@test "a stage is short" {
	for stage in "${STAGES[@]}"; do
		[ "$(wc -l <"$stage.c")" -le 75 ]
	done
}

@test "no line of a stage is wider than 90 columns" {
	for stage in "${STAGES[@]}"; do
		[ "$(expand "$stage.c" | awk '{ print length }' | sort -n | tail -n 1)" -le 90 ]
	done
}

@test "the comment of each stage says what is fixed, what is broken and what to read" {
	for number in 1 2 3 4; do
		stage=${STAGES[number - 1]}
		comment=$(sed '/\*\/$/q' "$stage.c")
		[[ "$comment" == "/* Stage $number: "* ]]
		for word in Fixed Broken Read; do
			grep -Eq "^ \* $word: +[^ ]" <<<"$comment"
		done
	done
}

@test "all stages include the same headers" {
	for stage in "${STAGES[@]}"; do
		same "$(grep '^#include' stage1_no_reap.c)" "$(grep '^#include' "$stage.c")"
	done
}

# ---------------------------------------------------------------- what the stages share

# The modules that every stage is linked with, as the Makefile has it.
shared_modules() {
	sed -n 's/^LAB = //p' "$ROOT/Makefile" | tr ' ' '\n' | sed 's|^build/||; s|\.o$||'
}

# calls_of NAME: the functions that an object wants from elsewhere.
calls_of() {
	nm -u "$BUILD/$1.o" | awk '{ sub(/^_/, "", $NF); sub(/@.*/, "", $NF); print $NF }'
}

LESSON='accept|accept4|fork|vfork|_Fork|clone|posix_spawnp?|system|popen|wait|waitpid|waitid|wait3|wait4|signal|sigset'

@test "what the stages share never calls accept, fork or wait for them" {
	command -v nm || skip "needs nm, to see what an object calls"
	modules=$(shared_modules)
	[ "$(wc -w <<<"$modules")" -ge 4 ]
	for module in $modules; do
		run ! grep -Ex "$LESSON" <<<"$(calls_of "$module")"
	done
	# The stages themselves do, and it would be seen:
	[ "$(calls_of stage4_eintr | grep -Ex "$LESSON" | sort | tr '\n' ' ')" = "accept fork waitpid " ]
}

@test "what the stages share leaves SIGCHLD alone but in a child" {
	cd "$ROOT/common"
	files=$(shared_modules | sed 's/$/.c/')
	# Neither what is printed counts nor what is said in comments.
	# shellcheck disable=SC2086 # a list
	same "	set_disposition(SIGCHLD, SIG_DFL);" \
		"$(sed 's/"[^"]*"//g; s|/\*.*||; /^ \*/d' $files | grep SIGCHLD)"
	awk '/^void lab_child\(/ { inside = 1 } inside && /SIGCHLD/ { found = 1 } /^}/ { inside = 0 }
		END { exit !found }' lab.c
}

# ---------------------------------------------------------------- make diff

show_diffs() {
	"$ROOT/scripts/lib/diff-stages" "$@"
}

@test "make diff shows all of the three diffs, in order" {
	run --separate-stderr env -u MAKEFLAGS -u MAKELEVEL make -s -C "$ROOT" diff
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	same "==== stages/stage1_no_reap.c -> stages/stage2_wait.c
==== stages/stage2_wait.c -> stages/stage3_waitpid.c
==== stages/stage3_waitpid.c -> stages/stage4_eintr.c" "$(grep '^====' <<<"$output")"
	same "$(changes stage1_no_reap.c stage2_wait.c
		changes stage2_wait.c stage3_waitpid.c
		changes stage3_waitpid.c stage4_eintr.c)" "$(grep '^[-+]' <<<"$output")"
}

@test "make diff says what each stage is for, and shows nothing else of its comment" {
	run show_diffs stage1_no_reap.c stage2_wait.c
	[ "${lines[0]}" = "==== stage1_no_reap.c -> stage2_wait.c" ]
	[ "${lines[1]}" = "     Stage 2: catch SIGCHLD, and call wait() once for each signal." ]
	run ! grep -E '^.(/\*| \*)' <<<"$output"
}

@test "the line numbers of the diffs are those of the files" {
	read -r _ old new _ <<<"$(show_diffs stage2_wait.c stage3_waitpid.c | grep '^@@')"
	for side in "$old stage2_wait.c" "$new stage3_waitpid.c"; do
		read -r range file <<<"$side"
		range=${range#[-+]}
		same "	(void)signo;" "$(sed -n "$((${range%,*} + 1))p" "$file")"
	done
}

@test "the diffs are patches that turn the code of a stage into that of the next" {
	command -v patch || skip "needs patch"
	for number in 1 2 3; do
		from=${STAGES[number - 1]}.c
		to=${STAGES[number]}.c
		cp "$from" "$BATS_TEST_TMPDIR/patched.c"
		show_diffs "$from" "$to" | sed 1,2d |
			patch -s --fuzz=0 "$BATS_TEST_TMPDIR/patched.c"
		same "$(code_of "$to")" "$(code_of "$BATS_TEST_TMPDIR/patched.c")"
	done
}

@test "files without a comment at the head are compared whole" {
	cd "$BATS_TEST_TMPDIR"
	printf 'one\ntwo\n' >a
	printf 'one\ntwo\nthree\n' >b
	run show_diffs a b
	[ "$output" = "==== a -> b
@@ -1,2 +1,3 @@
 one
 two
+three" ]
	run show_diffs a a
	[ "$output" = "==== a -> a
(the same code)" ]
}

@test "every awk, and the tools of busybox, show the same diffs" {
	wanted=$(show_diffs "${STAGES[@]/%/.c}")
	for tools in "awk=mawk" "awk=gawk" "awk=original-awk" "awk=busybox sh=busybox diff=busybox sed=busybox"; do
		bin=$BATS_TEST_TMPDIR/bin
		rm -rf "$bin" && mkdir "$bin"
		for tool in $tools; do
			! program=$(command -v "${tool#*=}") || ln -s "$program" "$bin/${tool%=*}"
		done
		same "$wanted" "$(PATH=$bin:$PATH "${SHELL_OF_SCRIPTS:-sh}" \
			"$ROOT/scripts/lib/diff-stages" "${STAGES[@]/%/.c}")"
	done
}

@test "-h prints the usage on stdout" {
	run --separate-stderr show_diffs -h
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "usage: diff-stages FILE FILE..." ]
	[ -z "$stderr" ]
}

@test "what cannot be compared is refused in one line" {
	for case in "-x|there is no option -x; usage: diff-stages FILE FILE..." \
		"stage1_no_reap.c|two files or more are needed; usage: diff-stages FILE FILE..." \
		"stage1_no_reap.c none.c|cannot read none.c" \
		"stage1_no_reap.c .|cannot read ."; do
		# shellcheck disable=SC2086 # some arguments
		run --separate-stderr show_diffs ${case%%|*}
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		# shellcheck disable=SC2154 # run sets it
		[ "$stderr" = "diff-stages: ${case#*|}" ]
	done
}
