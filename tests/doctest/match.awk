# match.awk: whether what a command printed is what the document shows. Exit status 0: it is.
# Two files: the lines shown, and those printed. varies=WORDS: words of the document that stand
# for any. What the notation means is told in tests/doctest/run -h.

function pattern(text,    out, word, rest) {
	sub(/[ \t]+$/, "", text)
	rest = text
	out = ""
	while (rest != "") {
		if (substr(rest, 1, 3) == "...") {
			out = out ".*"
			rest = substr(rest, 4)
		} else if (match(rest, /^[ \t]+/)) {
			out = out (out == "" ? "[ \t]*" : "[ \t]+") # columns move with their width
			rest = substr(rest, RLENGTH + 1)
		} else if (match(rest, /^00:[0-9][0-9]/)) {
			out = out "[0-9:?-]+"
			rest = substr(rest, RLENGTH + 1)
		} else if (match(rest, /^[A-Za-z0-9_]+/)) {
			word = substr(rest, 1, RLENGTH)
			rest = substr(rest, RLENGTH + 1)
			if (word ~ /^4[23][0-9][0-9]$/)
				out = out "[0-9]+"
			else if (word ~ /^[0-9]+$/ && word in any)
				out = out "[0-9]+"
			else if (word in any)
				out = out "[^ \t]+"
			else
				out = out word
		} else {
			word = substr(rest, 1, 1)
			rest = substr(rest, 2)
			out = out (word ~ /[][\\.^$*+?(){}|\/]/ ? "\\" word : word)
		}
	}
	return "^" out "$"
}

# Lines shown from s on, against lines printed from p on. `...` alone is any number of lines.
function matches(s, p) {
	if (s > shown)
		return p > printed
	if (is_any[s])
		return matches(s + 1, p) || (p <= printed && matches(s, p + 1))
	return p <= printed && got[p] ~ want[s] && matches(s + 1, p + 1)
}

BEGIN {
	count = split(varies, words, " ")
	for (i = 1; i <= count; i++)
		any[words[i]]
}

side == "shown" {
	shown++
	is_any[shown] = $0 == "..."
	want[shown] = pattern($0)
	next
}

# What some shells say of a job that a signal ended; others say nothing.
/^([a-z]*sh: )?(.*line )?[0-9]+: +[0-9]+ (Terminated|Killed|Hangup|Stopped)/ { next }
/^(Terminated|Killed|Hangup)$/ { next }

{
	sub(/[ \t]+$/, "")
	got[++printed] = $0
}

END { exit !matches(1, 1) }
