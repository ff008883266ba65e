# histogram.awk: how many zombies a burst left in how many runs: the plain burst, and below it, on
# the same axis, the frozen one.
#
# From `repeat`; where there is none, from the rounds of `burst` on stage 2, and from `freeze`.

$2 == "repeat" && $5 ~ /^[0-9]+$/ {
	if ($4 == "plain" || $4 == "frozen")
		take($1, $4, files SUBSEP $3, $5)
	if ($4 == "alive")
		run_alive[$1, files, $3] = $5
}

$2 == "burst" && $4 == "zombies" && $5 ~ /^[0-9]+$/ && $1 ~ /^stage2_/ && !("repeat" in ran) {
	take($1, "round", files SUBSEP $3, $5 - left_before[$1, files])
	left_before[$1, files] = $5
}

function take(s, kind, run, zombies) {
	if (!(s in histogram_row)) {
		histogram_row[s]
		histogram_server[++histogram_rows] = s
	}
	taken[s, kind]++
	taken_run[s, kind, taken[s, kind]] = run
	taken_zombies[s, kind, taken[s, kind]] = zombies
}

# Counts runs into at[kind, zombies]. No count stands without alive.
function count_runs(s,    i, kind, k) {
	split("", at)
	split("", runs)
	split("", least)
	split("", most)
	clients = clients_of[("repeat" in ran) ? "repeat" : "burst"] + 0
	if (clients > 10000)
		clients = 10000 # more than any experiment takes: somebody wrote that by hand
	if (!("repeat" in ran)) {
		if (value[s, "burst", "alive"] == "1")
			for (i = 1; i <= taken[s, "round"]; i++)
				count_run("plain", taken_zombies[s, "round", i])
		if (value[s, "freeze", "alive"] == "1")
			count_run("frozen", value[s, "freeze", "zombies"])
		return
	}
	for (k = 1; k <= 2; k++) {
		kind = k == 1 ? "plain" : "frozen"
		for (i = 1; i <= taken[s, kind]; i++)
			if (run_alive[s, taken_run[s, kind, i]] == "1")
				count_run(kind, taken_zombies[s, kind, i])
	}
}

function count_run(kind, zombies) {
	zombies += 0
	if (zombies < 0 || zombies > 10000)
		return
	if (zombies > clients)
		clients = zombies
	at[kind, zombies]++
	if (!runs[kind] || zombies < least[kind])
		least[kind] = zombies
	if (!runs[kind] || zombies > most[kind])
		most[kind] = zombies
	runs[kind]++
}

function draw_histogram(s, nth,    b) {
	bin = int((clients + 51) / 51)
	bins = int(clients / bin) + 1
	most_runs = 1
	for (b = 0; b < bins; b++) {
		if (in_bin("plain", b) > most_runs)
			most_runs = in_bin("plain", b)
	}
	svg_open("histogram" nth, 262, "Zombies left by a burst of " clients ": " html(s), \
		spread("plain", "The plain burst") " " spread("frozen", "The frozen burst"))
	draw_runs("plain", "plain burst", 28, 108, most_runs)
	draw_runs("frozen", "frozen burst", 148, 208, runs["frozen"] > 1 ? runs["frozen"] : 1)
	draw_zombies(208)
	print "</svg>"
}

function in_bin(kind, b,    v, sum) {
	for (v = b * bin; v < (b + 1) * bin; v++)
		if ((kind, v) in at)
			sum += at[kind, v]
	return sum + 0
}

function draw_runs(kind, label, top, bottom, highest,    step, b, n, width, x, height) {
	step = nice_step(highest, 3)
	svg_text(svg_left, top - 12, "name", label)
	svg_text(svg_right, top - 12, "tick end", plural(runs[kind] + 0, "run", "runs"))
	svg_upward(top, bottom, highest, step, "runs")
	width = (svg_right - svg_left) / bins
	for (b = 0; b < bins; b++) {
		n = in_bin(kind, b)
		if (!n)
			continue
		x = svg_left + b * width
		height = n / highest * (bottom - top)
		svg_rect(x + width * 0.08, bottom - height, width * 0.84, height, kind, \
			plural(n, "run", "runs") " left " bin_name(b) " zombies")
	}
	if (runs[kind] && least[kind] == most[kind])
		draw_single(kind, most[kind], (top + bottom) / 2, width)
}

# A single bar says what it is.
function draw_single(kind, zombies, y, width,    x, text) {
	x = svg_left + int(zombies / bin) * width
	text = plural(zombies, "zombie", "zombies") (runs[kind] > 1 ? ", every time" : "")
	if (x > 240)
		svg_text(x - 8, y, "verdict end", text)
	else
		svg_text(x + width + 8, y, "verdict", text)
}

function bin_name(b) {
	return bin == 1 ? b : b * bin " to " (b + 1) * bin - 1
}

function draw_zombies(bottom,    step, v, x) {
	step = nice_step(clients, 10)
	for (v = 0; v <= clients; v += step) {
		x = svg_left + (v / bin + 0.5) * (svg_right - svg_left) / bins
		svg_line(x, bottom, x, bottom + 4, "axis")
		svg_text(x, bottom + 17, "tick mid", v)
	}
	svg_text((svg_left + svg_right) / 2, bottom + 32, "tick mid", \
		"zombies that a burst of " clients " clients left")
}

function spread(kind, who) {
	if (!runs[kind])
		return who " was not measured."
	if (least[kind] == most[kind])
		return who " left " most[kind] " zombies of " clients " in " \
			(runs[kind] == 1 ? "its one run." : "each of " runs[kind] " runs.")
	return who " left from " least[kind] " to " most[kind] " zombies of " clients " in " \
		runs[kind] " runs" (least[kind] == 0 ? ", none in " at[kind, 0] " of them." : ".")
}
