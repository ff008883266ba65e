# svg.awk: axes, lines and labels of the report's pictures, in a drawing 480 units wide.
# Colours are classes of the page's style sheet, so that they follow dark mode and print.

BEGIN {
	svg_left = 46
	svg_right = 470
}

function svg_open(id, height, title, desc) {
	printf "<svg viewBox=\"0 0 480 %d\" role=\"img\" aria-labelledby=\"%s-title %s-desc\" ", \
		height, id, id
	print "xmlns=\"http://www.w3.org/2000/svg\">"
	print "<title id=\"" id "-title\">" title "</title>"
	print "<desc id=\"" id "-desc\">" desc "</desc>"
}

# share: 0 to 1 of the width between the axes.
function svg_x(share) {
	return svg_left + share * (svg_right - svg_left)
}

function svg_text(x, y, class, text) {
	printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, text
}

function svg_line(x1, y1, x2, y2, class) {
	printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", \
		x1, y1, x2, y2, class
}

function svg_rect(x, y, width, height, class, title) {
	printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"", \
		x, y, width, height, class
	print (title == "" ? "/>" : "><title>" title "</title></rect>")
}

# A round number of steps, at most so many, that covers 0 to most.
function nice_step(most, steps,    step) {
	step = 1
	while (most / step > steps) {
		if (most / (2 * step) <= steps)
			return 2 * step
		if (most / (5 * step) <= steps)
			return 5 * step
		step *= 10
	}
	return step
}

# The upward axis from bottom to top, with a line across for each step; what is its unit.
function svg_upward(top, bottom, most, step, what,    v, y) {
	for (v = 0; v <= most; v += step) {
		y = bottom - v / most * (bottom - top)
		svg_line(svg_left, y, svg_right, y, v == 0 ? "axis" : "grid")
		svg_text(svg_left - 5, y + 4, "tick end", v)
	}
	printf "<text transform=\"translate(11 %.1f) rotate(-90)\" class=\"tick mid\">%s</text>\n", \
		(top + bottom) / 2, what
}
