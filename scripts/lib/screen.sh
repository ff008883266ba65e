# screen.sh: a terminal that is drawn over and over, and left as it was found.
#
# The alternate screen is entered, and left by whatever ends the script: its own end, or with
# kill -9 the janitor of run.sh, which finds in the file "screen" what to send to the terminal.
# shellcheck shell=sh
# shellcheck disable=SC2034  # read by the scripts

screen_on=0
screen_rows=24 screen_columns=80
screen_restore='\033[0m\033[?25h\033[?1049l' # colours off, cursor on, back to the old screen

# Whether there is a terminal to draw on, at descriptor 1.
screen_is_possible() {
	[ -t 1 ] && ! colour_is_dumb
}

screen_enter() {
	# shellcheck disable=SC2059  # the escapes are in the format
	printf "$screen_restore" >"$run_dir/screen"
	screen_on=1
	printf '\033[?1049h\033[?25l\033[2J'
	screen_changed=1
	# A window that changes its size says so by a signal, where the shell knows its name.
	# shellcheck disable=SC3048  # hence the question
	if (trap : WINCH) 2>/dev/null; then
		trap 'screen_changed=1' WINCH
	fi
}

# Once, whoever asks.
screen_leave() {
	[ "$screen_on" -eq 1 ] || return 0
	screen_on=0
	rm -f "$run_dir/screen"
	# shellcheck disable=SC2059
	printf "$screen_restore" 2>/dev/null || : # it may be gone
}

# Sets screen_rows and screen_columns: as the terminal says, or LINES and COLUMNS, or 24 and 80.
screen_measure() {
	# stty speaks of its stdin; the substitution has a stdout of its own.
	{ screen_size=$(stty size <&5 2>/dev/null) || screen_size=; } 5>&1
	screen_rows=${screen_size%% *}
	screen_columns=${screen_size##* }
	if ! screen_is_size "$screen_rows" || ! screen_is_size "$screen_columns"; then
		screen_rows=${LINES:-24}
		screen_columns=${COLUMNS:-80}
	fi
	screen_is_size "$screen_rows" || screen_rows=24
	screen_is_size "$screen_columns" || screen_columns=80
}

screen_is_size() {
	lab_is_number "$1" && [ "$1" -gt 0 ] && [ "$1" -le 10000 ]
}
