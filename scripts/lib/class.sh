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

class_build_seconds=120
class_build_bytes=200000000 # no file that a build writes grows beyond that

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
	class_settings=$(diagnose_escape "build $build_command server $* answer $answer port $fixed_port" 4000)
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
	elif [ -z "$jobs" ] && [ "$(id -u)" -eq 0 ]; then
		jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
	fi
	[ -n "$jobs" ] || jobs=1
}

class_main() {
	[ $# -gt 0 ] || set -- ./server -p '{port}'
	class_check "$@"
	class_choose_jobs
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
# killed had begun. Each of these runs alone, so that it is known who does such things.
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
			class_one "$@"
		elif [ ! -d "$run_dir/claims" ]; then
			exit 3 # not taken by another: the run has ended
		fi
	done
}

# One submission, to its row of the table. A result is taken as it is unless something in the
# folder is newer.
class_one() {
	class_result=$results/$class_name.tsv
	if [ ! -f "$class_result" ] || [ -n "$(find "$class_folder" -newer "$class_result" 2>/dev/null | head -n 1)" ]; then
		class_attempt "$@"
	fi
	rm -f "$results/.begun/$class_name"
	if [ "$format" != tsv ]; then
		render "$format" "$weights" '' "$class_result" >"$work.rendered"
		mv "$work.rendered" "$results/$class_name.$format"
	fi
	class_row row "$class_result" >"$run_dir/rows/$class_name"
	class_row line "$class_result"
}

# class_row row|line FILE: for the table, tab-separated; or for who is watching.
class_row() {
	class_shown=$(diagnose_escape "$class_name" 200)
	class_shown=$class_shown weights=$weights awk -F '\t' -v as="$1" -f "$lab_lib/records.awk" \
		-f "$lab_lib/grade.awk" -f "$lab_lib/class_row.awk" "$2"
}

class_attempt() {
	class_built='' class_why="it could not be given to user $class_user"
	class_begun=$(cat "$results/.begun/$class_name" 2>/dev/null) || class_begun=0
	if [ "$class_begun" -ge 2 ]; then
		class_untested "it was begun twice, and each time somebody killed the whole run" "$@"
		return
	fi
	echo $((class_begun + 1)) >"$results/.begun/$class_name"
	rm -rf "$work" "$results/$class_name.build"
	mkdir -m 711 "$work"
	mkdir -m 700 "$work/copy"
	mkdir -m 1777 "$work/tmp"
	if ! class_copy || ! class_build || ! class_diagnose "$@"; then
		class_untested "$class_why" "$@"
	fi
	rm -rf "$work"
}

# What is built and run is a copy: the submission stays as it was handed in.
class_copy() {
	if ! cp -RP "$class_folder." "$work/copy" 2>"$work/error"; then
		class_why="it could not be copied: $(class_last_words "$work/error")"
		return 1
	fi
	[ -z "$class_user" ] || chown -hR "$class_owner" "$work/copy"
}

# class_supervise SECONDS OPTIONS WORD...: in the copy; class_end is how it ended.
class_supervise() {
	class_seconds=$1 class_options=$2
	shift 2
	: >"$work/error"
	# shellcheck disable=SC2086  # the options are options
	(cd "$work/copy" && TMPDIR=$work/tmp exec "$lab_build/supervise" -t "$class_seconds" \
		-o "$work/log" $class_options -- "$@" <&6 6<&- 3>&- >"$work/life" 2>"$work/error") || :
	class_end=$(awk '$1 == "exited" || $1 == "killed" { end = $0 } END { print end }' "$work/life")
	case $(cat "$work/error") in
	*'time is up'*) class_end="not done after $class_seconds seconds" ;;
	'') ;;
	*) class_end=$(class_last_words "$work/error") ;;
	esac
	[ "$class_end" = 'exited 0' ] || class_wait_for_end
}

# When the run ends, what it runs ends first: that says nothing of the submission.
class_wait_for_end() {
	class_looks=0
	while [ "$class_looks" -lt 25 ]; do
		[ -d "$run_dir/claims" ] || exit 3
		sleep "$poll_nap"
		class_looks=$((class_looks + 1))
	done
}

class_last_words() {
	tr -d '\000' <"$1" | grep -v '^[[:space:]]*$' | tail -n 1 | awk -v most=200 -f "$lab_lib/escape.awk"
}

# A command may well print its output a thousand lines after the first error.
class_first_error() {
	tr -d '\000' <"$work/log" | grep -i 'error' | head -n 1 >"$work/first"
	[ -s "$work/first" ] || cp "$work/log" "$work/first"
	class_last_words "$work/first"
}

class_build() {
	[ -n "$build_command" ] || return 0
	class_limits="-f $class_build_bytes"
	if [ -n "$class_user" ]; then
		class_limits="$class_limits -u 500 -U $class_user"
	elif [ "$(id -u)" -ne 0 ]; then
		class_limits="$class_limits -u 500"
	fi
	class_supervise "$class_build_seconds" "$class_limits" sh -c "$build_command"
	class_built=$class_end
	[ "$class_end" != 'exited 0' ] || return 0
	class_why="the build failed ($class_end): $(class_first_error)"
	dd if="$work/log" bs=20000 count=1 2>/dev/null | tr -c '\n\t -~' '?' >"$results/$class_name.build"
	return 1
}

class_diagnose() {
	class_options=
	[ -z "$class_user" ] || class_options="-U $class_user"
	[ -z "$fixed_port" ] || class_options="$class_options -p $fixed_port"
	# shellcheck disable=SC2086  # the options are options
	class_supervise $((probe_seconds * 10 + 30)) '' "$lab_root/scripts/diagnose" -f tsv \
		-o "$work/result" -e "$answer" -t "$probe_seconds" $class_options -- "$@"
	class_why="the diagnosis ended before its time ($class_end): $(class_last_words "$work/log")"
	[ -s "$work/result" ] || return 1
	class_keep
}

# The result appears whole: it is moved within one file system.
class_keep() {
	cp "$work/result" "$results/.new$class_number"
	[ -z "$class_built" ] || (
		evidence_file=$results/.new$class_number
		name=$(awk -F '\t' '!/^#/ && NF == 5 && $2 != "experiment" { print $1; exit }' "$evidence_file")
		experiment=build round=1
		record command "$(diagnose_escape "$build_command" 1000)"
		record ended "$(diagnose_escape "$class_built" 200)"
	)
	# As old as the attempt: what was handed in since then is newer.
	touch -r "$results/.begun/$class_name" "$results/.new$class_number"
	mv "$results/.new$class_number" "$class_result"
}

# class_untested REASON WORD...: evidence that says why there is none, and what follows from it.
class_untested() {
	class_why=$1
	shift
	name=$(diagnose_escape "${1##*/}" 60)
	mkdir -p "$work"
	evidence_start "$work/evidence" "diagnose --class"
	experiment=start round=1
	for class_word in "$@"; do
		record argument "$(diagnose_escape "$class_word" 1000)"
	done
	for experiment in visit freeze poke exhaust; do
		record skipped "$class_why"
	done
	"$lab_root/scripts/diagnose" -i "$work/evidence" -f tsv -o "$work/result" 3>&- || :
	class_keep
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
