# diagnose.sh: the command line of diagnose, and its way from probes to evidence to a verdict.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # shared with the files of the probes

diagnose_usage='diagnose [-p PORT] [-e any|same|upper] [-U USER] [-t SECONDS] [-f FORMAT] [-o FILE] -- SERVER ARGS
       diagnose -P PID -p PORT [-x] [-e any|same|upper] [-t SECONDS] [-f FORMAT] [-o FILE]
       diagnose -i EVIDENCE [-f FORMAT] [-o FILE]'

diagnose_help() {
	cat <<-END
		usage: $diagnose_usage

		Puts a fork-per-client TCP server, in any language, through four probes and names
		its bug: the evidence, the lines of shell that show it again, the lesson to read.

		  SERVER ARGS  is started afresh for each probe; {port} in ARGS becomes a free port
		  -p PORT      the port that the server listens on, where it is always the same
		  -P PID       examine this running server, and leave it running; only probes that
		               do it no harm
		  -x           with -P: all probes that a running server can be put through; some
		               of them stop it for a moment, or can end it
		  -e ANSWER    what the server answers to a line: any (the default), same, upper
		  -U USER      run the server as that user (needs root)
		  -t SECONDS   the time a probe has, half of it for the server to listen (20)
		  -f FORMAT    $(diagnose_formats) (text)
		  -o FILE      write there instead of to stdout; FILE appears whole, or not at all
		  -i EVIDENCE  conclude again from a file that -f tsv has written; nothing is run
		  -h           print this

		Exit status: 0 correct, 1 a defect was found, 2 usage, 3 inconclusive.
	END
}

# A format is a file; whoever adds one need not change this one.
diagnose_formats() {
	for diagnose_file in "$lab_lib"/render_*.awk; do
		diagnose_file=${diagnose_file##*/render_}
		printf '%s ' "${diagnose_file%.awk}"
	done | sed 's/ $//; s/ /, /g'
}

diagnose_defaults() {
	fixed_port='' running_pid='' harmful='' answer=any format=text output='' input='' run_as=
	probe_seconds=20
}

diagnose_options() {
	while getopts :p:P:xe:f:o:i:U:t:h opt; do
		case $opt in
		p) fixed_port=$(lab_number -p "$OPTARG" 1 65535) || exit ;;
		P) running_pid=$(lab_number -P "$OPTARG" 2 999999999) || exit ;;
		x) harmful=1 ;;
		e) answer=$OPTARG ;;
		f) format=$OPTARG ;;
		o) output=$OPTARG ;;
		i) input=$OPTARG ;;
		U) run_as=$OPTARG ;;
		t) probe_seconds=$(lab_number -t "$OPTARG" 2 3600) || exit ;;
		h)
			diagnose_help
			exit 0
			;;
		*) lab_bad_option "$opt" "$OPTARG" "$diagnose_usage" ;;
		esac
	done
}

# diagnose_check WORD...: what was asked for must make sense before anything is started.
diagnose_check() {
	case $answer in
	any | same | upper) ;;
	*) lab_refuse "-e wants any, same or upper, not '$answer'" ;;
	esac
	case $format in
	'' | *[!a-z0-9]*) diagnose_no_format ;;
	esac
	[ -f "$lab_lib/render_$format.awk" ] || diagnose_no_format
	if [ -n "$input" ]; then
		[ $# -eq 0 ] || lab_refuse "-i concludes from a file: it takes no server"
		if [ ! -r "$input" ] || [ -d "$input" ]; then
			lab_refuse "cannot read '$input'"
		fi
		return 0
	fi
	lab_need_build
	if [ -n "$running_pid" ]; then
		diagnose_check_running "$@"
		return 0
	fi
	[ -z "$harmful" ] || lab_refuse '-x goes with -P: a server started for it comes to no harm'
	[ $# -gt 0 ] || lab_refuse 'no server: end the line with -- SERVER ARGS (-h explains)'
	command -v "$1" >/dev/null 2>&1 || lab_refuse "there is no program '$1' that can be run"
	diagnose_check_port "$@"
}

diagnose_no_format() {
	lab_refuse "there is no format '$format': $(diagnose_formats)"
}

diagnose_check_port() {
	for diagnose_word in "$@"; do
		case $diagnose_word in
		*'{port}'*) [ -n "$fixed_port" ] || return 0 ;;
		esac
	done
	[ -n "$fixed_port" ] ||
		lab_refuse "which port? Put {port} where '$1' takes its port, or add -p PORT"
	[ -z "$(listen_find "$fixed_port")" ] ||
		lab_refuse "something listens on port $fixed_port already: end it, or examine it with -P PID"
}

diagnose_check_running() {
	[ $# -eq 0 ] || lab_refuse '-P examines a server that is running: it takes no other'
	[ -n "$fixed_port" ] || lab_refuse '-P wants -p PORT as well: the port that it listens on'
	kill -s 0 "$running_pid" 2>/dev/null ||
		lab_refuse "there is no process $running_pid, or it is not ours to signal"
	[ -n "$(listen_find "$fixed_port")" ] || lab_refuse "nothing listens on port $fixed_port"
}

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
	*) supervise_options="$supervise_options -u 500" ;;
	esac
}

# Side by side, each on a port of its own; one after the other where the port is fixed.
diagnose_probe() {
	probe_pids=
	if [ -n "$running_pid" ]; then
		probe_run running
		[ -z "$harmful" ] || diagnose_probe_harmfully
		return
	fi
	diagnose_limits
	for probe in visit freeze poke exhaust; do
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

# From the evidence, wherever it comes from, to what is shown; prints the exit status last.
diagnose_conclude() {
	awk -f "$lab_lib/verdict_facts.awk" -f "$lab_lib/verdict.awk" -f "$lab_lib/verdict_words.awk" \
		-f "$lab_lib/verdict_again.awk" -f "$lab_lib/verdict_lessons.awk" \
		-f "$lab_lib/verdict_properties.awk" "$1" >"$1.concluded" || lab_fail 'the evidence makes no sense'
	diagnose_status=$(awk -F '\t' '$2 == "outcome" && $4 == "exit" { print $5; exit }' \
		"$1.concluded")
	awk -F '\t' -v colour="$diagnose_colour" -f "$lab_lib/render_$format.awk" \
		"$1.concluded" >"$1.rendered"
}

diagnose_deliver() {
	case $output in
	'' | -) cat "$1" ;;
	/dev/*) cat "$1" >"$output" ;;
	*)
		cat "$1" >"$output.new"
		mv "$output.new" "$output"
		;;
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
	case $output in
	'' | - | /dev/*) ;;
	*) (: >"$output.new") 2>/dev/null || lab_refuse "cannot write to $output" ;;
	esac
	diagnose_colours
	run_start
	if [ -n "$input" ]; then
		cp "$input" "$run_dir/evidence"
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
	clock_read
	experiment=start
	record seconds "$(((clock_now - diagnose_began) / 100)).$(((clock_now - diagnose_began) % 100 / 10))"
}
