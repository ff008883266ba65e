# escape.awk: text that may be hostile, on one line of printable ASCII: everything else as a
# backslash and three octal digits. What is longer than `most` ends in "...".

BEGIN {
	for (i = 1; i < 256; i++)
		code[sprintf("%c", i)] = i
}

{
	if (NR > 1)
		add("\n")
	for (i = 1; i <= length($0) && length(text) <= most; i++)
		add(substr($0, i, 1))
}

function add(byte) {
	if (byte != "\\" && byte >= " " && byte <= "~")
		text = text byte
	else
		text = text sprintf("\\%03o", code[byte])
}

END {
	if (length(text) > most)
		text = substr(text, 1, most - 3) "..."
	print text
}
