# parse.awk: a Markdown file; prints its ```console blocks as a shell script that runs every
# command and checks what it prints. The commands and what should come of them go to files.
#
# dir=DIR: where NUMBER.cmd and NUMBER.expected go, for each command; and in DIR/left-out, the
# line of each block that cannot run here, with what it needs.

# What a block needs is a system, by its `uname -s`, or programs. A tracer needs permission too.
function has(needed,    count, word, i, system_name) {
	"uname -s" | getline system_name
	close("uname -s")
	count = split(needed, word, " ")
	for (i = 1; i <= count; i++) {
		if (word[i] == system_name)
			continue
		if (word[i] == "Linux" || word[i] !~ /^[a-z][a-z0-9-]*$/ ||
			system("command -v " word[i] " >/dev/null 2>&1") != 0)
			return 0
		if (word[i] == "strace" && system("strace -o /dev/null true 2>/dev/null") != 0)
			return 0
	}
	return 1
}

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

/^<!-- needs: .* -->$/ {
	needs = substr($0, 13, length($0) - 16)
	next
}

/^```console[ \t]*$/ {
	inside = 1
	leave_out = !has(needs)
	if (leave_out)
		print FNR " " needs >(dir "/left-out")
	next
}

/^```/ && inside {
	finish()
	inside = 0
	varies = needs = ""
	next
}

!inside {
	if (NF)
		varies = needs = ""
	next
}

leave_out { next }

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
