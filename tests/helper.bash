# Shared by the tests: where things are, and waiting for what is to happen.
bats_require_minimum_version 1.5.0

ROOT=$(cd "${BATS_TEST_DIRNAME:?}/.." && pwd)
BUILD=$ROOT/build
export ROOT BUILD

# poll_until SECONDS COMMAND...: runs COMMAND until it succeeds; fails after SECONDS.
poll_until() {
	local deadline=$((SECONDS + $1 + 1)) # SECONDS is cut to whole ones
	shift
	until "$@"; do
		if ((SECONDS > deadline)); then
			echo "still false after a long wait: $*" >&2
			return 1
		fi
		sleep 0.02
	done
}

# Prints "PPID STAT" of a process, nothing when there is none.
process_state() {
	env -u PS_PERSONALITY -u PS_FORMAT ps -A -o pid= -o ppid= -o stat= |
		awk -v pid="$1" '$1 == pid { print $2, $3 }'
}

# is_gone PID: neither running nor a zombie.
is_gone() {
	[ -z "$(process_state "$1")" ]
}

# is_stopped PID: stopped by a signal.
is_stopped() {
	[[ "$(process_state "$1")" == *" T"* ]]
}

# zombies_of PID: prints how many zombie children it has.
zombies_of() {
	env -u PS_PERSONALITY -u PS_FORMAT ps -A -o pid= -o ppid= -o stat= |
		awk -v parent="$1" '$2 == parent && $3 ~ /^Z/ { n++ } END { print n + 0 }'
}

# compile ARGUMENTS...: the C compiler, in the mode of the Makefile.
compile() {
	"${CC:-cc}" -std=c99 -D_POSIX_C_SOURCE=200809L -I"$ROOT/common" "$@"
}

# compile_fixture NAME [COMPILER_OPTIONS...]: fixtures/NAME.c becomes $BATS_FILE_TMPDIR/NAME.
compile_fixture() {
	local name=$1
	shift
	compile -o "$BATS_FILE_TMPDIR/$name" "$ROOT/tests/fixtures/$name.c" "$@"
}

# Whether a process that we started has not ended. `kill -0` would ask for a number, which may be
# somebody else's by then: bash takes in the status of its children at once.
lives() {
	jobs -pr | grep -qx "$1"
}

# copy_lab FOLDER PROGRAM...: the scripts, and programs of build, where any user can run them.
copy_lab() {
	local program
	mkdir -p "$1/build/defects"
	cp -R "$ROOT/scripts" "$1"
	for program in burst supervise "${@:2}"; do
		cp "$BUILD/$program" "$1/build/$program"
	done
	chmod -R a+rX "$1"
}

need_linux() {
	[ "$(uname)" = Linux ] || skip "needs Linux"
}

# has_line FILE PATTERN
has_line() {
	grep -Eq -e "$2" "$1"
}

# has_lines COUNT FILE PATTERN: exactly so many.
has_lines() {
	[ "$(grep -Ec -e "$3" "$2")" -eq "$1" ]
}

is_linux() {
	[ "$(uname -s)" = Linux ]
}
