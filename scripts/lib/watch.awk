# watch.awk: one frame for the terminal, written at once: each line is cleared behind what it says,
# so nothing flickers. No line is wider than columns - 1, so nothing wraps.
#
# From the environment, WATCH: a line for the head (title, elapsed, foot), then one a server, with
# tabs between: name, what it does, 1 alive or 0, zombies, children, handler runs, history, last
# words. rows, columns; most: what the longest bar stands for; colour, blocks: 1 or 0.
#
# Runs after text.awk.

BEGIN {
	esc = sprintf("%c", 27)
	width = columns - 1
	count = split(ENVIRON["WATCH"], line, "\n") - 1
	split(line[1], head, "\t")
	if (most < 1)
		most = 1
	glyphs()
	layout()
	headline()
	for (s = 1; s <= shown; s++)
		draw_server(line[s + 1])
	if (shown < count)
		put("2", cut("... and " count - shown " more: enlarge the window", width))
	footline()
	sub(/\n$/, "", frame)
	printf "%s", esc "[H" frame esc "[J"
}

# Eighths of a cell where there are any; each glyph is one column wide, whatever its bytes.
function glyphs() {
	if (blocks) {
		solid = "\342\226\210"
		light = "\342\226\221"
		eighths = split("\342\226\217 \342\226\216 \342\226\215 \342\226\214 \342\226\213 \342\226\212 \342\226\211", \
			eighth, " ") + 1
		levels = split("\342\226\202 \342\226\203 \342\226\204 \342\226\205 \342\226\206 \342\226\207 \342\226\210", \
			level, " ")
		level[0] = "\342\226\201"
	} else {
		solid = "#"
		light = ":"
		eighths = 1
		levels = split(". : - = + * #", level, " ")
		level[0] = "_"
	}
}

# How many lines each server gets, and how many servers. The head and the foot have one each.
function layout(    room) {
	room = rows - 2
	per = int(room / (count > 0 ? count : 1))
	if (per > 8)
		per = 8
	shown = count
	if (per < 1) {
		per = 1
		shown = room - 1 > 0 ? room - 1 : 0
	}
	spare = rows - 2 - per * shown
	narrow = width < 70
}

function headline(    title, time) {
	title = plain(head[1])
	time = plain(head[2])
	if (length(title) + length(time) + 2 > width)
		title = cut(title, width - length(time) - 2)
	put("1", title pad("", width - length(title) - length(time)) time)
	if (spare > 0 && per > 1)
		put("", "")
}

# What the bars are made of, where there is room for it, and how to leave.
function footline(    foot, legend) {
	foot = plain(head[3])
	legend = "# zombies   : living children   "
	if (length(legend) + length(foot) > width || per == 1)
		put("", paint("2", cut(foot, width)))
	else
		put("", paint("31", solid) paint("2", " zombies   " light " living children   " foot))
}

# What is left out first when lines are few: the gap, the history, what it does, the facts.
function draw_server(text,    part) {
	split(text, part, "\t")
	name = cut(plain(part[1]), narrow ? (width > 32 ? 24 : width - 8) : 30)
	what = plain(part[2])
	alive = part[3] == "1"
	zombies = part[4] + 0
	children = part[5] + 0
	runs = part[6] == "" ? "" : part[6] + 0
	history = part[7]
	words = plain(part[8])
	lines = 0
	if (per == 1) {
		draw_alone()
		return
	}
	draw_name()
	if (narrow && per >= 5)
		put_line("2", cut("  SIGCHLD: " what, width))
	draw_bar()
	for (thick = 6; thick < per; thick++)
		draw_bar_again()
	if (per >= 3)
		draw_facts()
	if (per >= 4)
		draw_history()
	while (lines < per)
		put_line("", "")
}

function draw_name(    state, text) {
	state = alive ? "alive" : "DIED"
	text = narrow || what == "" ? "" : cut("  SIGCHLD: " what, width - length(name) - length(state) - 1)
	put_line("", paint("1", name) paint("2", text) \
		pad("", width - length(name) - length(text) - length(state)) \
		paint(alive ? "32" : "1;31", state))
}

# "    49 zombies ####"; of a dead server its last words instead.
function draw_bar(    text) {
	if (!alive) {
		text = cut("  died" (words == "" ? "" : ": " words), width)
		put_line("1;31", text)
		return
	}
	text = sprintf("%6d %s ", zombies, zombies == 1 ? "zombie " : "zombies")
	put_line("", paint(zombies ? "1;31" : "1;32", text) bar(width - length(text)))
}

# The same bar below itself: thick enough for the back row.
function draw_bar_again() {
	if (alive)
		put_line("", pad("", 15) bar(width - 15))
	else
		put_line("", "")
}

function bar(cells,    text, filled, rest) {
	filled = zombies * cells / most
	if (zombies > 0 && filled < 1 / eighths)
		filled = 1 / eighths
	text = times(solid, int(filled))
	rest = int((filled - int(filled)) * eighths)
	cells = int(cells) - int(filled)
	if (rest > 0 && cells > 0) {
		text = text eighth[rest]
		cells--
	}
	text = paint("31", text)
	filled = int(children * (width - 15) / most + 0.5)
	if (filled > cells)
		filled = cells
	return text times(light, filled)
}

function draw_facts(    text) {
	text = sprintf("%6d %s", children, children == 1 ? "living child" : "living children")
	if (!narrow)
		text = pad(text, 22)
	if (!alive)
		text = "  no process, no zombies of its own"
	shown_runs = runs == "" || (narrow && !alive) ? "" : (narrow ? ", " : "   ") plural(runs, "handler run", "handler runs")
	text = text shown_runs
	put_line("", cut(text, width))
}

# The newest at the right end of what there is room for; x: dead by then.
function draw_history(    past, n, i, first, text) {
	n = split(history, past, " ")
	first = n > width - 15 ? n - (width - 15) + 1 : 1
	for (i = first; i <= n; i++)
		text = text (past[i] == "x" ? "x" : past[i] == 0 ? level[0] : \
			level[1 + int((levels - 1) * past[i] / (past[i] > most ? past[i] : most))])
	put_line("", paint("2", cut("       history ", 15)) text)
}

function draw_alone(    text) {
	text = pad(cut(name, 16), 17)
	if (!alive) {
		put_line("1;31", cut(text "DIED" (words == "" ? "" : ": " words), width))
		return
	}
	text = text sprintf("%5d zombies ", zombies)
	if (length(text) < width)
		put_line("", text bar(width - length(text)))
	else
		put_line("", cut(text, width))
}

function times(text, n,    all) {
	for (; n > 0; n--)
		all = all text
	return all ""
}

function paint(codes, text) {
	return colour && text != "" && codes != "" ? esc "[" codes "m" text esc "[0m" : text
}

function put_line(codes, text) {
	if (lines++ < per)
		put(codes, text)
}

function put(codes, text) {
	if (used++ < rows)
		frame = frame paint(codes, text) esc "[K\n"
}
