# class.sh: a whole class: every folder of submissions built and diagnosed, some at a time.
#
# In RESULTS, for each submission: NAME.tsv, the evidence and what was concluded, which appears
# whole or not at all, so that whoever is interrupted goes on where it was; NAME.FORMAT; and
# NAME.build, what the compiler said, where it did not build. For the class: class.csv and
# summary.txt. RESULTS/.begun holds a mark for each that was begun and not finished.
#
# Each diagnosis runs under a supervise of its own, which runs the supervise of each server: a
# server that kills the group of its parent kills its own diagnosis, and the others go on.
# shellcheck shell=sh
# shellcheck disable=SC2154  # the options, set in diagnose_options.sh

class_check() {
	diagnose_check_port "$@"
	[ -d "$class_dir" ] || lab_refuse "--class wants a folder of folders, and '$class_dir' is none"
	[ -r "$class_dir" ] || lab_refuse "cannot read '$class_dir'"
	lab_need_build
	class_dir=$(cd "$class_dir" && pwd) || exit
	class_count=0
	for class_folder in "$class_dir"/*/; do
		[ ! -d "$class_folder" ] || class_count=$((class_count + 1))
	done
	[ "$class_count" -gt 0 ] || lab_refuse "there are no folders in '$class_dir': each is a submission"
	results=${output:-$class_dir.results}
	mkdir -p "$results/.begun" 2>/dev/null || lab_refuse "cannot write to '$results'"
	results=$(cd "$results" && pwd) || exit
	case $results/ in
	"$class_dir/"*) lab_refuse "the results cannot be in '$class_dir': they would be a submission" ;;
	esac
	[ -w "$results" ] || lab_refuse "cannot write to '$results'"
	class_check_settings "$@"
}

# What a result depends on must be the same for all results of a folder.
class_check_settings() {
	class_settings=$(diagnose_escape "build $build_command server $* answer $answer port $fixed_port user $run_as" 4000)
	if [ -f "$results/.settings" ]; then
		[ "$(cat "$results/.settings")" = "$class_settings" ] || lab_refuse \
			"the results in '$results' were made with other options: remove them, or add -o FOLDER"
	fi
	printf '%s\n' "$class_settings" >"$results/.settings"
}

# As root a user for each worker. Otherwise one at a time unless somebody asks for more: the
# kernel counts processes by user.
class_choose_jobs() {
	if [ -n "$fixed_port" ]; then
		[ "${jobs:-1}" -eq 1 ] || lab_refuse '-j wants a free port for each: put {port} where the server takes it'
		jobs=1
	elif [ -n "$run_as" ]; then
		[ "${jobs:-1}" -eq 1 ] || lab_refuse '-j wants a user for each: as root, and without -U, it has one'
		jobs=1
	elif [ -z "$jobs" ] && [ "$(id -u)" -eq 0 ]; then
		jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
	fi
	[ -n "$jobs" ] || jobs=1
}

class_main() {
	[ $# -gt 0 ] || set -- ./server -p '{port}'
	class_choose_jobs
	class_check "$@"
	run_start
	trap 'class_interrupted 129' HUP
	trap 'class_interrupted 130' INT
	trap 'class_interrupted 143' TERM
	chmod 711 "$run_dir"
	mkdir "$run_dir/claims" "$run_dir/rows"
	class_run_workers "$jobs" new "$@"
	class_run_workers 1 begun "$@"
	class_summarise
}

# What was under way is not to blame: it may run beside others next time.
class_interrupted() {
	rm -f "$results/.begun"/*
	exit "$1"
}

# class_run_workers COUNT WHICH WORD...: WHICH is new, or begun: those which a run that was
# killed had begun, and those which deserve a second look. Each of these runs alone: so it is
# known who does such things, and nothing disturbs it.
class_run_workers() {
	class_workers=$1
	shift
	class_pids=
	while [ "$class_workers" -gt 0 ]; do
		(exec 9>&- && class_work "$class_workers" "$@") </dev/null &
		class_pids="$class_pids $!"
		class_workers=$((class_workers - 1))
	done
	for class_pid in $class_pids; do
		wait "$class_pid" || :
	done
}

# class_work NUMBER WHICH WORD...: takes one submission after the other that nobody has taken.
class_work() {
	class_number=$1 class_which=$2
	shift 2
	work=$run_dir/work$class_number
	class_user=$run_as
	if [ -z "$class_user" ] && [ "$(id -u)" -eq 0 ]; then
		class_user=$(passing_user "$class_number")
	fi
	case $class_user in
	*[!0-9]*) class_owner=$class_user ;;
	*) class_owner=$class_user:$class_user ;; # as supervise does
	esac
	for class_folder in "$class_dir"/*/; do
		class_name=${class_folder%/}
		class_name=${class_name##*/}
		[ "$class_which" = begun ] || [ ! -e "$results/.begun/$class_name" ] || continue
		if mkdir "$run_dir/claims/$class_name" 2>/dev/null; then
			class_one "$@" || : # whatever it does, the next one is graded
		elif [ ! -d "$run_dir/claims" ]; then
			exit 3 # not taken by another: the run has ended
		fi
	done
}

class_summarise() {
	for class_folder in "$class_dir"/*/; do
		class_name=${class_folder%/}
		cat "$run_dir/rows/${class_name##*/}" 2>/dev/null || :
	done >"$run_dir/table"
	class_rows=$(wc -l <"$run_dir/table")
	class_deliver class_csv.awk class.csv
	class_deliver class_summary.awk summary.txt
	printf '\n'
	cat "$results/summary.txt"
	printf '\nresults: %s\n' "$(diagnose_escape "$results" 1000)"
	[ "$class_rows" -eq "$class_count" ] ||
		lab_fail "$((class_count - class_rows)) of $class_count submissions have no result: run it again"
}

class_deliver() {
	weights=$weights awk -f "$lab_lib/$1" -f "$lab_lib/records.awk" -f "$lab_lib/grade.awk" \
		"$run_dir/table" >"$results/.new"
	mv "$results/.new" "$results/$2"
}
