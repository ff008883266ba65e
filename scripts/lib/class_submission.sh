# class_submission.sh: one submission of a class: copied, built, diagnosed, and rendered.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # shared with class.sh and the files of diagnose

class_build_seconds=120
class_build_bytes=200000000 # no file that a build writes grows beyond that

# One submission, to its row of the table. A result is taken as it is unless something in the
# folder is newer.
class_one() {
	class_result=$results/$class_name.tsv
	if [ ! -f "$class_result" ] || [ -n "$(find "$class_folder" -newer "$class_result" 2>/dev/null | head -n 1)" ]; then
		class_attempt "$@"
		if [ "$class_which" = new ] && class_is_undecided; then
			echo 0 >"$results/.begun/$class_name" # the second round takes it
			rm -f "$class_result"
			rmdir "$run_dir/claims/$class_name"
			return
		fi
	fi
	rm -f "$results/.begun/$class_name"
	if [ "$format" != tsv ]; then
		render "$format" "$weights" '' "$class_result" >"$work.rendered"
		mv "$work.rendered" "$results/$class_name.$format"
	fi
	class_row row "$class_result" >"$run_dir/rows/$class_name"
	class_row line "$class_result"
}

# It listened, and nothing could be concluded: that may be the load that the others make. Once
# more then, when it is alone.
class_is_undecided() {
	awk -F '\t' '$2 == "outcome" && $4 == "verdict" { undecided = $5 == "inconclusive" }
		$2 == "visit" && $4 == "ready" && $5 == "1" { listened = 1 }
		END { exit !(undecided && listened) }' "$class_result"
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
	run_remove "$work"
	rm -f "$results/$class_name.build"
	mkdir -m 711 "$work"
	mkdir -m 700 "$work/copy"
	mkdir -m 1777 "$work/tmp"
	if ! class_copy || ! class_build || ! class_diagnose "$@"; then
		class_untested "$class_why" "$@"
	fi
	run_remove "$work"
}

# What is built and run is a copy: the submission stays as it was handed in.
class_copy() {
	if ! cp -RP "$class_folder." "$work/copy" 2>"$work/error"; then
		class_wait_for_end
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
	cp "$work/result" "$results/.new$class_number" || {
		class_wait_for_end
		return 1
	}
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
	[ -d "$run_dir/claims" ] || exit 3 # the run has ended, and that is no submission's doing
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
