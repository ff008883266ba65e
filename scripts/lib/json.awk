# json.awk: strings of JSON (RFC 8259), for text that is printable ASCII, newlines and tabs.
#
# "</" is written "<\/": the same string, and it ends no script element of a page.

function json(text, out, at, c) {
	out = ""
	while ((at = match(text, /["\\\/\n\t]/)) > 0) {
		c = substr(text, at, 1)
		out = out substr(text, 1, at - 1)
		if (c == "\n")
			out = out "\\n"
		else if (c == "\t")
			out = out "\\t"
		else if (c != "/" || (at > 1 && substr(text, at - 1, 1) == "<"))
			out = out "\\" c
		else
			out = out c
		text = substr(text, at + 1)
	}
	return "\"" out text "\""
}

function json_pair(name, text) {
	return json(name) ": " json(text)
}
