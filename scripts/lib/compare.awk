# compare.awk: the table, a row a server and a column an experiment, and under it a line a server:
# what was seen, and where to read on. Nothing is wider than 80 columns.
#
# Runs after text.awk, evidence.awk and cells.awk. colour=1 adds colour to words that say the same.

BEGIN {
	split("burst 12 freeze 9 poke 9 interrupt 11 exhaust 12 adopt 9", pair, " ")
	for (p = 1; p in pair; p += 2)
		wide[pair[p]] = pair[p + 1]
	esc = sprintf("%c", 27)
}

END {
	heading()
	for (r = 1; r <= rows; r++)
		line(server[r])
	print ""
	for (r = 1; r <= rows; r++)
		print fold(in_words(server[r]), 80, "  ")
	skips()
	for (c = 1; c <= complaints; c++) {
		print (c == 1 ? "\n" : "") paint("31;1", fold("NOT AS EXPECTED: " complaint[c], 80, "  "))
		print "  run just that again: " remedy[c]
	}
}

function heading(    text, third, c, e) {
	head("burst", "burst", "zombies", fact["rounds"] " x " fact["clients"])
	head("freeze", "freeze", "zombies", "of " fact["clients"])
	head("poke", "poke", "next", "client")
	head("interrupt", "interrupt", "next", "client")
	head("exhaust", "exhaust", "fork fails", "after")
	head("adopt", "adopt", "zombies", "left")
	for (third = 1; third <= 3; third++) {
		text = pad("", 17)
		for (c = 1; c <= columns; c++) {
			e = experiment[c]
			if (e in ran)
				text = text pad(title[e, third], wide[e])
		}
		sub(/ +$/, "", text)
		print paint("1", text)
	}
}

function head(e, first, second, third) {
	title[e, 1] = first
	title[e, 2] = second
	title[e, 3] = third
}

# Blanks wait for the next cell: none at the end of the line, whatever the colours.
function line(s,    text, c, e, shown, blanks) {
	shown = cut(plain(s), 16)
	text = paint("1", shown)
	blanks = 17 - length(shown)
	for (c = 1; c <= columns; c++) {
		e = experiment[c]
		if (!(e in ran))
			continue
		shown = shown_cell(s, e)
		text = text pad("", blanks) paint(hue(s, e), shown)
		blanks = wide[e] - length(shown)
	}
	print text
}

# The counts of all rounds where there is room for them, else the last.
function shown_cell(s, e,    shown) {
	shown = cell(s, e)
	if (length(shown) >= wide[e])
		shown = number(value[s, e, "zombies"])
	return shown (((s, e) in wrong) ? "!" : "")
}

# Green is what a right server shows, red what it does not; the words say so too.
function hue(s, e) {
	if (cell(s, e) ~ /^(skipped|\?)/)
		return "33"
	return is_good(s, e) ? "32" : "31"
}

function paint(codes, text) {
	return colour ? esc "[" codes "m" text esc "[0m" : text
}

function in_words(s,    text) {
	text = cut(plain(s), 40) ": " summary(s) "."
	return lesson(s) == "" ? text : text " " lesson(s)
}

function skips(    r, reason) {
	for (r = 1; r <= rows; r++)
		if ((server[r], "exhaust", "skipped") in value)
			reason = value[server[r], "exhaust", "skipped"]
	if (reason != "")
		print "\n" fold("exhaust was skipped: " plain(reason), 80, "  ")
}
