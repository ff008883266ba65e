# timeline.awk: zombies over time, a panel with a line for each server, one above the other: lines
# that lie on each other, as those of the right servers do, would hide each other in one panel.

BEGIN {
	panel = 62  # units high,
	gap = 30    # with the panel's title above
}

$2 == "timeline" { read_timeline() }

# A second file with a timeline replaces the first: their times have nothing to do with each other.
function read_timeline() {
	if (timeline_file != files) {
		timeline_file = files
		timeline_end = bursts = timeline_rows = most_zombies = 0
		split("", looks)
		split("", died_at)
		split("", timeline_row)
		split("", left_at)
		split("", came_at)
		split("", last_words)
	}
	if ($3 !~ /^[0-9]+$/ || length($3) > 9) {
		damaged++
		return
	}
	if (!($1 in timeline_row)) {
		timeline_row[$1]
		timeline_server[++timeline_rows] = $1
	}
	if ($3 + 0 > timeline_end)
		timeline_end = $3 + 0
	if ($4 == "last_words")
		last_words[$1] = $5
	else if ($5 ~ /^[0-9]+$/ && length($5) <= 9)
		timeline_fact($1, $3 + 0, $4, $5 + 0)
}

function timeline_fact(s, time, name, amount) {
	if (name == "zombies" && !(s in died_at)) {
		look_time[s, ++looks[s]] = time
		look_zombies[s, looks[s]] = amount
		if (amount > most_zombies)
			most_zombies = amount
	}
	if (name == "alive" && amount == 0 && !(s in died_at))
		died_at[s] = time
	if (name == "come" && !(amount in came_at))
		came_at[amount] = time
	if (name == "leave" && !(amount in left_at))
		left_at[amount] = time
	if ((name == "come" || name == "leave") && amount > bursts && amount <= 10000)
		bursts = amount
}

function draw_timeline(    height, r, top) {
	time_end = timeline_end > 0 ? timeline_end : 1
	zombie_step = nice_step(most_zombies > 0 ? most_zombies : 1, 3)
	zombie_top = zombie_step
	while (zombie_top < most_zombies)
		zombie_top += zombie_step
	height = 16 + timeline_rows * (panel + gap) + 38
	svg_open("timeline", height, "Zombies over time", timeline_words())
	for (r = 1; r <= timeline_rows; r++) {
		top = 16 + (r - 1) * (panel + gap) + gap
		draw_panel(timeline_server[r], top, top + panel, r == 1)
	}
	draw_time(16 + timeline_rows * (panel + gap))
	print "</svg>"
}

function timeline_words(    r, s, text) {
	text = plural(bursts, "burst", "bursts") " in " seconds(timeline_end) " seconds. "
	for (r = 1; r <= timeline_rows; r++) {
		s = timeline_server[r]
		text = text html(s) ": " outcome(s) ". "
	}
	return text
}

function outcome(s) {
	if (s in died_at)
		return "died after " seconds(died_at[s]) " seconds" \
			(last_words[s] == "" ? "" : ": " html(last_words[s]))
	return at_the_end(s)
}

function at_the_end(s) {
	if (!looks[s])
		return "not measured"
	return plural(look_zombies[s, looks[s]], "zombie", "zombies") " at the end"
}

function seconds(ms) {
	return sprintf("%.2f", ms / 1000)
}

function draw_panel(s, top, bottom, first) {
	draw_stays(top, bottom)
	svg_upward(top, bottom, zombie_top, zombie_step, "zombies")
	draw_bursts(top, bottom, first)
	draw_line(s, top, bottom)
	svg_text(svg_left, top - 8, "name", html(cut(plain(s), 30)))
	if (s in died_at)
		draw_death(s, top, bottom)
	else
		svg_text(svg_right, top - 8, "tick end", at_the_end(s))
}

# While the clients of a burst are connected.
function draw_stays(top, bottom,    b) {
	for (b = 1; b <= bursts; b++)
		if ((b in came_at) && (b in left_at) && left_at[b] >= came_at[b])
			svg_rect(time_x(came_at[b]), top, time_x(left_at[b]) - time_x(came_at[b]), \
				bottom - top, "stay")
}

# The moment they all leave. So many labels as there is room for.
function draw_bursts(top, bottom, first,    b, every, left_most) {
	every = nice_step(bursts, 8)
	for (b = 1; b <= bursts; b++) {
		if (!(b in left_at))
			continue
		svg_line(time_x(left_at[b]), top, time_x(left_at[b]), bottom, "burst")
		if (first && (b == 1 || b % every == 0))
			svg_text(time_x(left_at[b]), 14, "tick mid", b == 1 ? "burst 1" : b)
	}
}

# Steps: a count holds until another was seen.
function draw_line(s, top, bottom,    i, x, y, end) {
	if (!looks[s])
		return
	end = time_x((s in died_at) ? died_at[s] : timeline_end)
	for (area = 1; area >= 0; area--) {
		printf "<path class=\"%s\" d=\"M%.1f %.1f", area ? "area" : "line", \
			time_x(look_time[s, 1]), area ? bottom : zombie_y(look_zombies[s, 1], top, bottom)
		for (i = 1; i <= looks[s]; i++) {
			x = time_x(look_time[s, i])
			y = zombie_y(look_zombies[s, i], top, bottom)
			if (i == 1 || look_zombies[s, i] != look_zombies[s, i - 1])
				printf "H%.1fV%.1f", x, y
		}
		printf "H%.1f%s\"/>\n", end, area ? sprintf("V%.1fZ", bottom) : ""
	}
}

function draw_death(s, top, bottom,    x) {
	x = time_x(died_at[s])
	svg_rect(x, top, svg_right - x, bottom - top, "dead", \
		"dead since " seconds(died_at[s]) " seconds")
	svg_line(x - 6, bottom - 6, x + 6, bottom + 6, "cross")
	svg_line(x - 6, bottom + 6, x + 6, bottom - 6, "cross")
	if (x < 240)
		svg_text(x + 10, bottom - 12, "death", death_label(s, (svg_right - x - 10) / 7))
	else
		svg_text(x - 8, bottom - 12, "death end", death_label(s, (x - svg_left - 8) / 7))
	svg_text(svg_right, top - 8, "tick end", "died")
}

function death_label(s, room) {
	return html(cut("died" (last_words[s] == "" ? "" : ": " plain(last_words[s])), int(room)))
}

function draw_time(bottom,    step, t) {
	step = nice_step(time_end / 100, 8) * 100
	for (t = 0; t <= time_end; t += step) {
		svg_line(time_x(t), bottom, time_x(t), bottom + 4, "axis")
		svg_text(time_x(t), bottom + 17, "tick mid", step % 1000 ? sprintf("%.1f", t / 1000) : t / 1000)
	}
	svg_text((svg_left + svg_right) / 2, bottom + 32, "tick mid", "seconds")
}

function time_x(ms) {
	return svg_x(ms / time_end)
}

function zombie_y(zombies, top, bottom) {
	return bottom - zombies / zombie_top * (bottom - top)
}
