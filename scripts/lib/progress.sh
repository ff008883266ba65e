# progress.sh: one line on a terminal that says what is being done, and is gone when it is done.
# shellcheck shell=sh

progress_shown=

# progress TEXT: where there is a cursor to send back to the left; '' for nothing any more.
progress() {
	[ -t 2 ] && ! colour_is_dumb || return 0
	printf '\r%-40s\r%s' '' "$1" >&2
	progress_shown=$1
}

lab_clear() {
	[ -z "$progress_shown" ] || progress ''
}
