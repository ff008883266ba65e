# Shared by the tests of experiments: running one, odd servers, and reading evidence.

EXPERIMENTS=$ROOT/scripts/experiments
export EXPERIMENTS

# compile_odd_server: into the folder of the file's tests; link it under the name of an oddity.
compile_odd_server() {
	"${CC:-cc}" -std=c99 -D_POSIX_C_SOURCE=200809L -I"$ROOT/common" \
		-o "$BATS_FILE_TMPDIR/odd_server" \
		"$ROOT/tests/fixtures/odd_server.c" "$ROOT/common/sock.c"
}

# odd NAME: prints the path of a server with that oddity.
odd() {
	ln -sf "$BATS_FILE_TMPDIR/odd_server" "$BATS_FILE_TMPDIR/$1"
	echo "$BATS_FILE_TMPDIR/$1"
}

# hurried EXPERIMENT ARGS...: runs it with short deadlines, for what never comes.
hurried() {
	# shellcheck disable=SC2016  # expanded by the inner shell
	sh -euc 'lab_root=$ROOT experiment_called=test
		. "$EXPERIMENTS/$0"
		experiment_called= poll_patience=100 poll_looks=100
		# Once the servers have started, and clients come: shorter still.
		clients_patience() { patience=2 poll_patience=40; }
		experiment_main "$@"' "$@"
}

# values FILE SERVER NAME: prints its values, one round after the other.
values() {
	awk -F '\t' -v server="$2" -v name="$3" '
		$1 == server && $4 == name { print $5 }' "$1" | paste -s -d ' ' -
}

# Whether a number lies between two others.
is_within() {
	[ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}
