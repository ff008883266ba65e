# colour.sh: whether to use colour, and which glyphs there are. Sourced after lab.sh.
#
# Colour is a second signal only, beside a word or glyph that says the same. Who decides, the
# first that has a say: --color=WHEN, NO_COLOR (not empty), TERM (unset, empty or dumb), and
# whether the output is a terminal.
# shellcheck shell=sh
# shellcheck disable=SC2034  # what is set here is read by the scripts

colour_when=auto
colour=0 # 1: use it

# getopts has no long options. With "-:" among its letters it takes --color=auto for an option -
# with the argument color=auto; its case then calls this with "$OPTARG".
# Fails where the option is another; the caller may know it.
colour_option() {
	case $1 in
	color=auto | color=always | color=never | colour=auto | colour=always | colour=never)
		colour_when=${1#*=}
		;;
	color | color=* | colour | colour=*)
		lab_refuse "--color wants auto, always or never, as in --color=never"
		;;
	*) return 1 ;;
	esac
}

# colour_decide DESCRIPTOR: sets colour for what goes there.
colour_decide() {
	colour=0
	case $colour_when in
	always) colour=1 ;;
	never) ;;
	*) [ -n "${NO_COLOR:-}" ] || colour_is_dumb || [ ! -t "$1" ] || colour=1 ;;
	esac
}

# No cursor to move, no colours: an emacs shell, a serial line, or nothing known of it.
colour_is_dumb() {
	case ${TERM:-dumb} in
	dumb | unknown) return 0 ;;
	esac
	return 1
}

# Whether bars and history lines can be drawn in block characters. The Linux console says that it
# speaks UTF-8, but its fonts have few of those.
colour_has_blocks() {
	case ${TERM:-dumb} in
	linux | dumb | unknown | vt[0-9]*) return 1 ;;
	esac
	case $lab_locale in
	*[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) return 0 ;;
	esac
	return 1
}
