# render.sh: the formats. Each is a file, render_FORMAT.awk, found by its name: whoever adds one
# changes nothing else. A line "# with: FILE..." in it names the files that it builds on.
# shellcheck shell=sh

render_formats() {
	for render_file in "$lab_lib"/render_*.awk; do
		render_file=${render_file##*/render_}
		printf '%s ' "${render_file%.awk}"
	done | sed 's/ $//; s/ /, /g'
}

# render_check FORMAT WEIGHTS: refuses what could not be rendered, before anything is run.
render_check() {
	case $1 in
	'' | *[!a-z0-9]*) render_refuse "$1" ;;
	esac
	[ -f "$lab_lib/render_$1.awk" ] || render_refuse "$1"
	render_why=$(weights=$2 awk -f "$lab_lib/records.awk" -f "$lab_lib/grade.awk" /dev/null 2>&1) ||
		lab_refuse "$render_why"
}

render_refuse() {
	lab_refuse "there is no format '$1': $(render_formats)"
}

# render FORMAT WEIGHTS COLOUR FILE: what was concluded in FILE, in that format.
render() {
	render_format=$1 render_weights=$2 render_colour=$3 render_input=$4
	# shellcheck disable=SC2046  # names of ours, without blanks
	set -- $(sed -n 's/^# with: //p' "$lab_lib/render_$1.awk")
	render_count=$#
	while [ "$render_count" -gt 0 ]; do
		render_file=$1
		shift
		set -- "$@" -f "$lab_lib/$render_file"
		render_count=$((render_count - 1))
	done
	weights=$render_weights awk -F '\t' -v colour="$render_colour" "$@" \
		-f "$lab_lib/render_$render_format.awk" "$render_input"
}
