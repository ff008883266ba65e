# diagnose_options.sh: the command line of diagnose, and what of it makes no sense.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # set here, read in other files

diagnose_brief='diagnose [OPTION...] -- SERVER ARGS (-h lists the options)'
diagnose_usage='diagnose [-p PORT] [-e ANSWER] [-U USER] [-t SECONDS] [-f FORMAT] [-o FILE]
                -- SERVER ARGS
       diagnose -P PID -p PORT [-x] [-e ANSWER] [-t SECONDS] [-f FORMAT] [-o FILE]
       diagnose -i EVIDENCE [-f FORMAT] [-o FILE]
       diagnose --class DIR [-j JOBS] [--build COMMAND] [-o RESULTS] ... [-- SERVER ARGS]'

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
		  -t SECONDS   the time a probe has, a quarter of it for the server to listen (60)
		  -f FORMAT    $(render_formats) (text)
		  -o FILE      write there instead of to stdout; FILE appears whole, or not at all
		  -i EVIDENCE  conclude again from a file that -f tsv has written; nothing is run
		  --weights FILE  points for each property (scripts/lib/weights.tsv)
		  -h           print this

		A class: each folder in DIR is copied, built and diagnosed, and SERVER ARGS is started
		in it (./server -p {port}). Who was interrupted goes on where he was. The exit status
		is then 0, whatever the servers are.

		  --class DIR  a folder of folders, one a submission
		  --build COMMAND  how each is built, in its folder (not at all)
		  -j JOBS      so many at a time (as root one a core, each with a user of its own;
		               otherwise 1)
		  -o RESULTS   a folder for the results (DIR.results)

		Exit status: 0 correct, 1 a defect was found, 2 usage, 3 inconclusive.
	END
}

diagnose_defaults() {
	fixed_port='' running_pid='' harmful='' answer=any format=text output='' input='' run_as=
	supervise_options='' tab=$(printf '\t') probe_seconds=60 weights=$lab_lib/weights.tsv
	class_dir='' build_command='' jobs=
}

diagnose_options() {
	while getopts :p:P:xe:f:o:i:U:t:j:h-: opt; do
		case $opt in
		p) fixed_port=$(lab_number -p "$OPTARG" 1 65535) || exit ;;
		P) running_pid=$(lab_number -P "$OPTARG" 2 999999999) || exit ;;
		x) harmful=1 ;;
		e) answer=$OPTARG ;;
		f) format=$OPTARG ;;
		o)
			output=$OPTARG
			[ -n "$output" ] || lab_refuse '-o wants the name of a file'
			;;
		i) input=$OPTARG ;;
		U)
			run_as=$OPTARG
			[ -n "$run_as" ] || lab_refuse '-U wants a user'
			;;
		t) probe_seconds=$(lab_number -t "$OPTARG" 2 3600) || exit ;;
		h)
			diagnose_help
			exit 0
			;;
		j) jobs=$(lab_number -j "$OPTARG" 1 256) || exit ;;
		-)
			diagnose_long_option "$OPTARG" "$@"
			OPTIND=$long_next # here: in some shells each function has its own
			;;
		*) lab_bad_option "$opt" "$OPTARG" "$diagnose_brief" ;;
		esac
	done
}

# diagnose_long_option NAME[=VALUE] WORD...: getopts takes "--name" for the option "-" with an
# argument. The value is what follows the "=", or else the next word.
diagnose_long_option() {
	long_name=${1%%=*}
	long_next=$OPTIND
	case $long_name in
	class | build | weights) ;;
	*)
		lab_bad_option - "$(lab_printable "$long_name")" "$diagnose_brief"
		;;
	esac
	if [ "$1" != "$long_name" ]; then
		long_value=${1#*=}
	elif [ "$OPTIND" -lt $# ]; then
		shift "$OPTIND"
		long_value=$1
		long_next=$((OPTIND + 1))
	else
		lab_refuse "--$long_name wants an argument"
	fi
	case $long_name in
	class) class_dir=$long_value ;;
	build) build_command=$long_value ;;
	weights) weights=$long_value ;;
	esac
}

# diagnose_check WORD...: what was asked for must make sense before anything is started.
diagnose_check() {
	case $answer in
	any | same | upper) ;;
	*) lab_refuse "-e wants any, same or upper, not '$answer'" ;;
	esac
	[ -f "$weights" ] || lab_refuse "weights '$weights' cannot be read: --weights wants a file"
	render_check "$format" "$weights"
	if [ -z "$class_dir" ] && [ -n "$build_command$jobs" ]; then
		lab_refuse '-j and --build go with --class DIR'
	elif [ -n "$class_dir" ] && [ -n "$input$running_pid$harmful" ]; then
		lab_refuse '--class goes neither with -i nor with -P nor with -x'
	fi
	[ -z "$run_as" ] || diagnose_check_user
	[ -z "$class_dir" ] || return 0
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
	diagnose_can_run "$1" || lab_refuse "there is no program '$1' that can be run"
	diagnose_check_port "$@"
}

diagnose_check_user() {
	lab_need_build
	diagnose_why=$("$lab_build/supervise" -U "$run_as" -- true </dev/null 2>&1 >/dev/null) || :
	[ -z "$diagnose_why" ] || lab_refuse "${diagnose_why#supervise: }"
}

diagnose_can_run() {
	case $1 in
	*/*) [ -f "$1" ] && [ -x "$1" ] ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
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
	ps -A -o pid= -o stat= | awk -v pid="$running_pid" '$1 == pid && $2 ~ /^T/ { exit 1 }' ||
		lab_refuse "process $running_pid is stopped (state T): kill -CONT $running_pid first"
	diagnose_sockets=$(listen_find "$fixed_port")
	[ -n "$diagnose_sockets" ] || lab_refuse "nothing listens on port $fixed_port"
	[ "$listen_by" != proc ] || listen_is_held_by "${diagnose_sockets##* }" "$running_pid" ||
		lab_refuse "process $running_pid does not listen on port $fixed_port"
}
