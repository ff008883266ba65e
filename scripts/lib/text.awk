# text.awk: names and messages come from servers that are being tested, and may be anything.

# Printable ASCII and nothing else: what a terminal gets, and what widths are counted of.
function plain(text) {
	text = text ""
	gsub(/[^ -~]/, "?", text)
	return text
}

# The same for HTML: between tags and between double quotes.
function html(text) {
	text = plain(text)
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	gsub(/"/, "\\&quot;", text)
	gsub(/'/, "\\&#39;", text)
	return text
}

# At most width characters; "~" stands for what is cut.
function cut(text, width) {
	return length(text) > width ? substr(text, 1, width - 1) "~" : text ""
}

# busybox awk has no "%-*s".
function pad(text, width) {
	return sprintf("%-" width "s", text)
}

# In lines of at most width, broken at blanks; every line but the first begins with indent.
# A word that is longer still stays whole: it may be a command to copy.
function fold(text, width, indent,    words, count, w, line, folded) {
	count = split(text, words, " ")
	for (w = 1; w <= count; w++) {
		if (line != "" && length(line) + 1 + length(words[w]) > width) {
			folded = folded line "\n"
			line = indent words[w]
		} else
			line = line (line == "" ? "" : " ") words[w]
	}
	return folded line
}

function plural(count, one, many) {
	return count " " (count == 1 ? one : many)
}
