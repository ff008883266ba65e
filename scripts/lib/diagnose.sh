# diagnose.sh: the way of diagnose from probes to evidence to a verdict.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # shared with the files of the probes

# The number makes ports differ between probes and their attempts.
target_choose_port() {
	if [ -n "$fixed_port" ]; then
		target_port=$fixed_port
		return
	fi
	case $experiment in
	visit) target_number=0 ;;
	freeze) target_number=1 ;;
	poke) target_number=2 ;;
	*) target_number=3 ;;
	esac
	target_port=$(listen_free_port $((target_number * 4 + round)))
}

# What goes into a record, whatever it is.
diagnose_escape() {
	printf '%s\n' "$1" | awk -v most="$2" -f "$lab_lib/escape.awk"
}

diagnose_describe() {
	experiment=start round=1
	evidence_file=$run_dir/start.evidence
	for diagnose_word in "$@"; do
		record argument "$(diagnose_escape "$diagnose_word" 1000)"
	done
	record answer "$answer"
	[ -z "$run_as" ] || record user "$(diagnose_escape "$run_as" 100)"
	[ -z "$fixed_port" ] || record port "$fixed_port"
	[ -z "$running_pid" ] || record pid "$running_pid"
	[ -z "$harmful" ] || record harmful 1
}

# supervise_options: for all probes but the one that has a limit of its own. Root is not
# limited, so that only another user can be kept from forking without end.
diagnose_limits() {
	supervise_options=
	[ -z "$run_as" ] || supervise_options="-U $run_as"
	case $(id -u)$run_as in
	0 | 0root | 00) ;;
	*) supervise_options="$supervise_options -u 250" ;;
	esac
}

# Side by side, each on a port of its own; one after the other where the port is fixed.
diagnose_probe() {
	probe_pids=
	if [ -n "$running_pid" ]; then
		diagnose_probe_running
		return
	fi
	diagnose_limits
	for probe in visit freeze poke exhaust; do
		[ "$probe" != exhaust ] || diagnose_wait_where_counted
		(exec 9>&- && probe_run "$probe" "$@") </dev/null >/dev/null &
		if [ -n "$fixed_port" ]; then
			wait "$!" || :
		else
			probe_pids="$probe_pids $!"
		fi
	done
	for probe in $probe_pids; do
		wait "$probe" || :
	done
}

# exhaust counts processes, and the kernel counts those of a user: where it has no user of its
# own, what the other probes run would be counted with it.
diagnose_wait_where_counted() {
	case $(id -u)$run_as in
	0) ;;
	*)
		for probe_pid in $probe_pids; do
			wait "$probe_pid" || :
		done
		;;
	esac
}

# The zombies that it has would be taken for ours, and they mask what a SIGCHLD does: so the
# probes that make some are only for a server that has none.
diagnose_probe_running() {
	probe_run running
	[ -n "$harmful" ] || return 0
	if grep -q "zombies_left${tab}0\$" "$run_dir/running.evidence"; then
		for probe in poke visit freeze; do
			probe_run "$probe"
		done
	fi
}

# From the evidence, wherever it comes from, to what is shown; prints the exit status last.
diagnose_conclude() {
	awk -f "$lab_lib/verdict_facts.awk" -f "$lab_lib/verdict.awk" \
		-f "$lab_lib/verdict_reaping.awk" -f "$lab_lib/verdict_words.awk" \
		-f "$lab_lib/verdict_again.awk" -f "$lab_lib/verdict_lessons.awk" \
		-f "$lab_lib/verdict_properties.awk" "$1" >"$1.concluded" || lab_fail 'the evidence makes no sense'
	diagnose_status=$(awk -F '\t' '$2 == "outcome" && $4 == "exit" { print $5; exit }' \
		"$1.concluded")
	render "$format" "$weights" "$diagnose_colour" "$1.concluded" >"$1.rendered"
}

diagnose_deliver() {
	case $output in
	'' | -) diagnose_print "$1" ;;
	*) output_write "$1" "$output" ;;
	esac
}

# A reader who has seen enough, as head does, is no failure to be told.
diagnose_print() {
	diagnose_printed=0
	cat "$1" || diagnose_printed=$?
	case $diagnose_printed in
	0) ;;
	141) exit 141 ;;
	*) lab_fail 'cannot write to stdout' ;;
	esac
}

diagnose_colours() {
	diagnose_colour=
	if [ -t 1 ] && [ -z "$output" ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
		diagnose_colour=1
	fi
}

diagnose_main() {
	diagnose_defaults
	diagnose_options "$@"
	diagnose_command=$(diagnose_escape "diagnose $*" 2000)
	shift $((OPTIND - 1))
	listen_choose
	diagnose_check "$@"
	if [ -n "$class_dir" ]; then
		class_main "$@"
		exit 0
	fi
	case $output in
	'' | -) ;;
	*) output_check "$output" ;;
	esac
	diagnose_colours
	run_start
	if [ -n "$input" ]; then
		cat <"$input" >"$run_dir/evidence"
	else
		diagnose_run "$@"
	fi
	diagnose_conclude "$run_dir/evidence"
	diagnose_deliver "$run_dir/evidence.rendered"
	exit "$diagnose_status"
}

diagnose_run() {
	name=$running_pid
	[ $# -eq 0 ] || name=$(diagnose_escape "${1##*/}" 60)
	diagnose_describe "$@"
	clock_read
	diagnose_began=$clock_now
	diagnose_probe "$@"
	evidence_start "$run_dir/evidence" "$diagnose_command"
	cat "$run_dir/start.evidence" >>"$run_dir/evidence"
	for probe in running visit freeze poke exhaust; do
		[ ! -f "$run_dir/$probe.evidence" ] || cat "$run_dir/$probe.evidence" >>"$run_dir/evidence"
	done
	experiment=start
	record_seconds "$diagnose_began"
}
