# watch_frame.sh: what watch draws on a terminal, and when.
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154  # shared with watch, and set by eval

watch_what='' watch_history='' watch_words='' # set by eval, a server's at a time
watch_drawn='' watch_last_slot=''
watch_tab=$(printf '\t')
watch_newline='
'

watch_elapsed() {
	watch_seconds=$((clock_ms / 1000))
	watch_rest=$((watch_seconds % 60))
	[ "$watch_rest" -gt 9 ] || watch_rest=0$watch_rest
	watch_clock=$((watch_seconds / 60)):$watch_rest
}

# After each look. A frame is drawn when something is new, and each second for the clock. The
# interval grows with the process table, for ps reads all of it: a look takes a few percent of
# a processor, whatever the size.
timeline_show() {
	timeline_interval=$((200 + look_processes * 9 / 10))
	[ "$screen_on" -eq 1 ] || return 0
	watch_remember
	watch_elapsed
	if [ "$timeline_changed" -eq 1 ] || [ "$screen_changed" -eq 1 ] || [ "$watch_clock" != "$watch_drawn" ]; then
		watch_draw
	fi
}

# The history: one count each half second at most, so that a line of it is some seconds long.
watch_remember() {
	watch_slot=$((clock_ms / 500))
	[ "$watch_slot" != "$watch_last_slot" ] || return 0
	watch_last_slot=$watch_slot
	for watch_id in $server_started; do
		server "$watch_id"
		[ "$state" != - ] || zombies=x
		eval "watch_history=\"\$watch_history_$watch_id \$zombies\""
		[ "${#watch_history}" -lt 2000 ] || watch_history=${watch_history#????????????????????????????*\ }
		eval "watch_history_$watch_id=\$watch_history"
	done
}

watch_draw() {
	if [ "$screen_changed" -eq 1 ]; then
		screen_changed=0
		screen_measure
	fi
	timeline_changed=0
	watch_drawn=$watch_clock
	WATCH="$watch_title$watch_tab$watch_clock$watch_tab$watch_foot"
	for watch_id in $server_started; do
		server "$watch_id"
		watch_alive=1
		[ "$state" != - ] || watch_alive=0
		eval "watch_what=\$watch_what_$id timeline_runs=\$timeline_runs_$id
			watch_history=\$watch_history_$id watch_words=\$watch_words_$id"
		WATCH=$WATCH$watch_newline$name$watch_tab$watch_what$watch_tab$watch_alive
		WATCH=$WATCH$watch_tab$zombies$watch_tab$children$watch_tab$timeline_runs
		WATCH=$WATCH$watch_tab$watch_history$watch_tab$watch_words
	done
	WATCH=$WATCH awk -v rows="$screen_rows" -v columns="$screen_columns" -v most="$watch_most" \
		-v colour="$colour" -v blocks="$watch_blocks" \
		-f "$lab_lib/text.awk" -f "$lab_lib/watch.awk" || :
}
