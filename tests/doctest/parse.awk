# parse.awk: a Markdown file; prints its ```console blocks as a shell script that runs every
# command and checks what it prints. The commands and what should come of them go to files.
#
# dir=DIR: where NUMBER.cmd and NUMBER.expected go, for each command.

function quote(text) {
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

function finish() {
	if (!open)
		return
	printf "" >(dir "/" n ".expected")
	close(dir "/" n ".expected")
	close(dir "/" n ".cmd")
	print "{\n" command "} </dev/null >>\"$doctest_dir/printed\" 2>&1"
	print "doctest_step " n " " line " " (command ~ /&[ \t]*\n$/ ? "background" : "foreground")
	open = 0
}

# A comment just before a block says which of its words are examples.
/^<!-- varies: .* -->$/ {
	varies = substr($0, 14, length($0) - 17)
	next
}

/^```console[ \t]*$/ {
	inside = 1
	next
}

/^```/ && inside {
	finish()
	inside = 0
	varies = ""
	next
}

!inside {
	if (NF)
		varies = ""
	next
}

/^\$ / {
	finish()
	n++
	open = 1
	line = FNR
	shown = 0
	command = substr($0, 3) "\n"
	printf "%s", command >(dir "/" n ".cmd")
	printf "%s", varies >(dir "/" n ".varies")
	close(dir "/" n ".varies")
	next
}

/^> / && open && !shown {
	command = command substr($0, 3) "\n"
	printf "%s\n", substr($0, 3) >(dir "/" n ".cmd")
	next
}

open {
	shown = 1
	print >(dir "/" n ".expected")
	next
}

{
	printf "%s:%d: output before the first command of a block\n", FILENAME, FNR >"/dev/stderr"
	bad = 1
	exit
}

END {
	if (bad)
		exit 2
	finish()
	print "doctest_end"
}
