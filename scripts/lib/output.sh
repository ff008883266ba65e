# output.sh: the file of -o. It appears whole, by rename, or not at all: a reader never sees half
# of it. What is there already and is no plain file, a FIFO or a device, is written to instead.
# shellcheck shell=sh
# shellcheck disable=SC2154  # run_dir is set in run.sh

output_is_plain() {
	case $1 in
	/dev/*) return 1 ;;
	esac
	[ ! -e "$1" ] || [ -f "$1" ]
}

# output_new FILE: what it is called until it is whole. The process id keeps others' files safe,
# and -C whatever a stranger puts there: the file is made, and no link followed.
output_new() {
	output_name=$1.$$.new
	case $output_name in
	-*) output_name=./$output_name ;;
	esac
}

# output_check FILE: refuses what cannot be written, before anything is run for it.
output_check() {
	[ -n "$1" ] || lab_refuse '-o wants the name of a file'
	[ ! -d "$1" ] || lab_refuse "cannot write to $1: it is a folder"
	if ! output_is_plain "$1"; then
		[ -w "$1" ] || lab_refuse "cannot write to $1"
		return 0
	fi
	output_new "$1"
	(set -C && : >"$output_name") 2>/dev/null ||
		lab_refuse "cannot write to $1: is its folder there, and may you write to it?"
	rm -f "$output_name"
}

# output_write FROM FILE
output_write() {
	if output_is_plain "$2"; then
		output_rename "$1" "$2"
		return
	fi
	# Opened anew, a file behind /dev/stdout would be emptied.
	case $2 in
	/dev/stdout) cat "$1" ;;
	/dev/stderr) cat "$1" >&2 ;;
	*) cat "$1" >"$2" ;;
	esac || lab_fail "cannot write to $2"
}

# The janitor (run.sh) removes what is left when the script is killed here.
output_rename() {
	output_new "$2"
	printf '%s\n' "$output_name" >"$run_dir/unfinished"
	if ! { (set -C && cat "$1" >"$output_name") && mv -f -- "$output_name" "$2"; } 2>/dev/null; then
		rm -f "$output_name"
		lab_fail "cannot write to $2: is the disk full?"
	fi
	rm "$run_dir/unfinished"
}
