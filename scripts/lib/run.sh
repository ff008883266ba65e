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
run_has_janitor=
run_fifos=0

# Opens a new FIFO for reading, as 7. A FIFO opens only when the other end does: a passing
# process opens that, so that none of those that stay can be caught waiting. It gives up the
# lifeline first, or the janitor, who frees it when this script is killed here, would never come.
run_open_fifo() {
	run_fifos=$((run_fifos + 1))
	run_fifo=$run_dir/fifo$run_fifos
	mkfifo "$run_fifo"
	: 6<&- 8>&- 9>&- >"$run_fifo" &
	exec 7<"$run_fifo"
}

# A passing process may be waiting at the other end, or none. A reader frees it; a writer sees to
# it that the reader is freed as well, and is no longer needed then.
run_free_passing() {
	: <"$1" &
	run_reader=$!
	: >"$1" &
	wait "$run_reader" || :
	kill -s KILL "$!" 2>/dev/null || :
	wait
}

# Folders in it may be protected from writing, though they are ours.
run_remove() {
	rm -rf "$1" 2>/dev/null || { chmod -R u+rwx "$1" 2>/dev/null && rm -rf "$1"; }
}

# The janitor removes the folder when the lifeline ends, whether or not the script still lives.
# What was just being started may still make a file in it: then once more. A script that draws on
# the terminal leaves in the file "screen" what makes it usable again.
run_janitor() {
	trap '' HUP INT TERM
	cat || :
	[ ! -f "$run_dir/screen" ] || cat "$run_dir/screen" >/dev/tty || :
	for run_fifo in "$run_dir"/fifo*; do
		[ ! -p "$run_fifo" ] || run_free_passing "$run_fifo"
	done
	if [ -f "$run_dir/unfinished" ]; then
		read -r run_unfinished <"$run_dir/unfinished" && rm -f "$run_unfinished"
	fi
	run_tries=0
	until run_remove "$run_dir" || [ "$run_tries" -eq 100 ]; do
		run_tries=$((run_tries + 1))
		sleep 0.05
	done
}

# The janitor comes first, and opens the lifeline together with the script: from then on all that
# the script leaves is looked after.
run_start() {
	trap run_end EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	run_dir=$(mktemp -d "${TMPDIR:-/tmp}/zombie-lab.XXXXXX") || lab_refuse \
		"cannot make a folder in ${TMPDIR:-/tmp}: set TMPDIR to one that can be written"
	case $run_dir in
	/*) ;;
	*) run_dir=$PWD/$run_dir ;;
	esac
	mkfifo "$run_dir/lifeline" || lab_refuse \
		"cannot make a FIFO in $run_dir: set TMPDIR to a folder that can have one"
	# exec, for a shell that redirects a function keeps copies of what it closes.
	(exec <"$run_dir/lifeline" 3>&- >/dev/null 2>&1 && run_janitor) &
	run_has_janitor=1
	exec 9>"$run_dir/lifeline"
	exec 6<"$run_dir/lifeline"
	rm "$run_dir/lifeline"
}

# For a script that has something to do before all ends.
run_leave() { :; }

# Clients and servers see their lifelines end; then the janitor, the last to be waited for.
run_end() {
	run_status=$?
	trap '' HUP INT TERM
	trap - EXIT
	run_leave
	exec 7<&- 8>&- 9>&-
	wait
	lab_clear
	[ -n "$run_has_janitor" ] || [ -z "$run_dir" ] || rm -rf "$run_dir"
	exit "$run_status"
}
