# experiment.sh: what makes a file of scripts/experiments a program. Sourced by each of them,
# and by compare, which calls the experiments itself.
# shellcheck shell=sh

[ -z "${experiment_loaded:-}" ] || return 0
experiment_loaded=1

# shellcheck source=scripts/lib/lab.sh
. "$lab_root/scripts/lib/lab.sh"
# shellcheck source=scripts/lib/colour.sh
. "$lab_lib/colour.sh"
# shellcheck source=scripts/lib/poll.sh
. "$lab_lib/poll.sh"
# shellcheck source=scripts/lib/run.sh
. "$lab_lib/run.sh"
# shellcheck source=scripts/lib/output.sh
. "$lab_lib/output.sh"
# shellcheck source=scripts/lib/servers.sh
. "$lab_lib/servers.sh"
# shellcheck source=scripts/lib/lockstep.sh
. "$lab_lib/lockstep.sh"
# shellcheck source=scripts/lib/conditions.sh
. "$lab_lib/conditions.sh"
# shellcheck source=scripts/lib/clients.sh
. "$lab_lib/clients.sh"
# shellcheck source=scripts/lib/evidence.sh
. "$lab_lib/evidence.sh"

# Defaults, and what the options change.
clients=50   # -n
rounds=3     # -k
processes=40 # -m
round=1
: "${experiment_about:=}" # what the experiment is, set by its file; shown by -h

experiment_usage="[-n CLIENTS] [-k ROUNDS] [-m PROCESSES] [-o FILE] [-h] [SERVER...]"

experiment_help() {
	printf 'usage: %s %s\n%s\n' "$lab_name" "$experiment_usage" "$experiment_about"
	cat <<-END
		SERVER is a stage, 1 to 4, or a program that takes the stages' options; all
		four stages where none is named. They are walked together, step by step.
		  -n CLIENTS    clients for each server ($clients)
		  -k ROUNDS     rounds, for burst ($rounds)
		  -m PROCESSES  process limit, for exhaust ($processes)
		  -o FILE       write the evidence there, as tab-separated records
		  -h            print this
	END
}

experiment_options() {
	experiment_output=
	while getopts :n:k:m:o:h-: opt; do
		case $opt in
		n) clients=$(lab_number -n "$OPTARG" 1 10000) || exit ;;
		k) rounds=$(lab_number -k "$OPTARG" 1 1000) || exit ;;
		m) processes=$(lab_number -m "$OPTARG" 10 1000) || exit ;;
		o)
			experiment_output=$OPTARG
			output_check "$experiment_output"
			;;
		h)
			experiment_help
			exit 0
			;;
		-)
			if [ "$OPTARG" = help ]; then
				experiment_help
				exit 0
			fi
			colour_option "$OPTARG" ||
				lab_bad_option "$opt" "$OPTARG" "$lab_name $experiment_usage"
			;;
		*) lab_bad_option "$opt" "$OPTARG" "$lab_name $experiment_usage" ;;
		esac
	done
}

# experiment_begin COMMAND-LINE...: all that must stand before servers are started.
experiment_begin() {
	lab_need_build
	evidence_command="$lab_name${1:+ $*}"
	shift $((OPTIND - 1))
	[ $# -gt 0 ] || set -- 1 2 3 4
	servers_define "$@"
	run_start
	evidence_start "$run_dir/evidence" "$evidence_command"
	experiment_name_programs
}

# What is not in build/ is named by more than its name, or nobody could run it again.
experiment_name_programs() {
	for experiment_id in $server_ids; do
		server "$experiment_id"
		case $path in
		"$lab_build/$name") continue ;;
		*[!A-Za-z0-9_./,@%+=-]*) path=\'$(lab_printable "$path" | sed "s/'/'\\\\''/g")\' ;;
		esac
		printf '# program %s: %s\n' "$name" "$path" >>"$evidence_file"
	done
}

experiment_deliver() {
	[ -z "$experiment_output" ] || output_write "$evidence_file" "$experiment_output"
}

# What an experiment tells as it goes.
say() {
	[ -z "${say_nothing:-}" ] || return 0
	printf '%s: %s\n' "$experiment" "$*"
}

# experiment_main "$@": the whole of an experiment that is run by itself.
experiment_main() {
	[ -z "${experiment_called:-}" ] || return 0
	experiment_options "$@"
	experiment_begin "$@"
	"experiment_$lab_name"
	experiment_deliver
}

# What one that is dead at the last look has died of is known when its supervise has said so.
experiment_end_is_known() {
	server "$1"
	[ "$state" != - ] || servers_has_ended "$1"
}

# Alive or dead, of all that were started; the dropped ones are with us again.
experiment_record_lives() {
	server_ids=$server_started
	poll_each experiment_end_is_known || lab_fail 'a supervise did not say how its server ended'
	for experiment_id in $server_ids; do
		server "$experiment_id"
		record_life
	done
}

# What every experiment ends with: no count stands without alive or dead, and no server outlives
# the experiment.
experiment_end() {
	experiment_record_lives
	servers_end
	record_tallies
}
