# run.sh: a run's folder, its lifeline, and its end.
#
# Whatever a run starts in the background ends when the lifeline ends, and that ends with the
# script, however the script ends: kill -9 closes its descriptors too. The descriptors:
#
#   9  the lifeline's writing end: only the script has it
#   8  the hold's writing end (clients.sh): only the script has it
#   7  the hold's reading end, while clients are being started
#   6  the lifeline's reading end, for all that is started in the background
# shellcheck shell=sh

run_dir=
run_fifos=0

# Opens a new FIFO for reading, as 7. A FIFO opens only when the other end does: a passing
# process opens that, so that none of those that stay can be caught waiting.
run_open_fifo() {
	run_fifos=$((run_fifos + 1))
	run_fifo=$run_dir/fifo$run_fifos
	mkfifo "$run_fifo"
	: 6<&- 8>&- 9>&- >"$run_fifo" &
	exec 7<"$run_fifo"
}

# The janitor removes the folder when the lifeline ends, whether or not the script still lives.
# A script that was killed while it opened a FIFO left the passing process waiting at its other
# end: the janitor opens both ends once more, which frees it.
run_janitor() {
	trap '' HUP INT TERM
	cat
	for run_fifo in "$run_dir"/fifo*; do
		[ -p "$run_fifo" ] || continue
		: <"$run_fifo" &
		: >"$run_fifo"
	done
	rm -rf "$run_dir"
}

run_start() {
	trap run_end EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	run_dir=$(mktemp -d "${TMPDIR:-/tmp}/zombie-lab.XXXXXX") || lab_refuse \
		"cannot make a folder in ${TMPDIR:-/tmp}: set TMPDIR to one that can be written"
	run_open_fifo
	exec 6<&7 9>"$run_fifo" 7<&-
	rm "$run_fifo"
	# exec, for a shell that redirects a function keeps copies of what it closes.
	(exec <&6 6<&- 9>&- 3>&- >/dev/null 2>&1 && run_janitor) &
}

# Clients and servers see their lifelines end; then the janitor, the last to be waited for.
run_end() {
	run_status=$?
	trap '' HUP INT TERM
	trap - EXIT
	exec 7<&- 8>&- 9>&-
	wait
	exit "$run_status"
}
