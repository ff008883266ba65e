# lab.sh: what every script shares. Sourced, with lab_root set to the top of the tree:
# names and messages here, one concern in each of the other files.
# shellcheck shell=sh

# What we read of ps, sort and numbers must not depend on where we run. What we draw may.
lab_locale=${lab_locale:-${LC_ALL:-${LC_CTYPE:-${LANG:-}}}}
LC_ALL=C
export LC_ALL
unset PS_PERSONALITY PS_FORMAT

lab_name=${0##*/}
lab_build=$lab_root/build
# shellcheck disable=SC2034  # read by those who source this
lab_lib=$lab_root/scripts/lib

# What the handler of a stage prints: it may come after an error, and is no last word.
# shellcheck disable=SC2034  # read by those who source this
lab_handler_lines='^(SIGCHLD handler, run |reaped child )'

# What may be anything, as it may be shown in a message of one line.
lab_printable() {
	printf '%.200s' "$1" | tr -c ' -~' '?'
}

# What stands on the line where a message is to go; progress.sh has something to clear there.
lab_clear() { :; }

# One line on stderr; 2: what was asked for makes no sense or cannot be done here.
lab_refuse() {
	lab_clear
	printf '%s: %s\n' "$lab_name" "$(lab_printable "$*")" >&2
	exit 2
}

# One line on stderr; 3: it was begun and could not be carried through.
lab_fail() {
	lab_clear
	printf '%s: %s\n' "$lab_name" "$(lab_printable "$*")" >&2
	exit 3
}

lab_is_number() {
	case $1 in
	'' | *[!0-9]* | ??????????*) return 1 ;;
	esac
}

# lab_number OPTION TEXT LOWEST HIGHEST: prints TEXT as a number, or refuses it.
# Leading zeros go, for $((010)) would be eight.
lab_number() {
	lab_is_number "$2" || lab_refuse "$1 wants a number from $3 to $4, not '$2'"
	lab_digits=$2
	while [ "$lab_digits" != "${lab_digits#0}" ] && [ "$lab_digits" != 0 ]; do
		lab_digits=${lab_digits#0}
	done
	if [ "$lab_digits" -lt "$3" ] || [ "$lab_digits" -gt "$4" ]; then
		lab_refuse "$1 wants a number from $3 to $4, not '$2'"
	fi
	printf '%s\n' "$lab_digits"
}

# The getopts case for whatever is not an option of ours: $1 is $opt, $2 $OPTARG, $3 the usage.
lab_bad_option() {
	case $1 in
	:) printf '%s: -%s wants an argument\n' "$lab_name" "$2" >&2 ;;
	-) printf '%s: there is no option --%s\n' "$lab_name" "$2" >&2 ;;
	*) printf '%s: there is no option -%s\n' "$lab_name" "$2" >&2 ;;
	esac
	printf 'usage: %s\n' "$3" >&2
	exit 2
}

# The built programs; said in one line what to do when they are not there.
lab_need_build() {
	if [ ! -x "$lab_build/burst" ] || [ ! -x "$lab_build/supervise" ]; then
		lab_refuse "nothing is built yet: run make in $lab_root first"
	fi
}
