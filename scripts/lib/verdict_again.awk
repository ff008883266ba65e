# verdict_again.awk: the lines of shell that show it again, to be pasted in the folder in which
# diagnose was run. The server's words are quoted so that no byte of them means anything else.

# A word for the shell. Records hold control characters as \ooo, which is what printf reads.
function quote(word) {
	if (word ~ /^[A-Za-z0-9_.,:=@%+\/-]+$/)
		return word
	if (word ~ /\\[0-7][0-7][0-7]/) {
		gsub(/%/, "%%", word)
		return "\"$(printf '" quote_inside(word) "')\""
	}
	return "'" quote_inside(word) "'"
}

function quote_inside(word) {
	gsub(/'/, "'\\''", word)
	return word
}

function again_port() {
	if (get("start", 1, "port") != "")
		return quote(get("start", 1, "port"))
	return measured("visit", "port") == "" ? "" : quote(measured("visit", "port"))
}

function server_line(i, word, words, at) {
	for (i = 1; i <= arguments; i++) {
		word = argument[i]
		while ((at = index(word, "{port}")))
			word = substr(word, 1, at - 1) again_port() substr(word, at + 6)
		words = words (i > 1 ? " " : "") quote(word)
	}
	return words
}

function burst(options, address) {
	address = measured("visit", "address")
	if (address == "")
		address = measured("running", "address")
	return "build/burst" (address == "" || address == "127.0.0.1" ? "" : " -b " quote(address)) \
		" -p " again_port() " -e " quote(get("start", 1, "answer")) " " options
}

function again(kind, order, name) {
	again_kind = kind
	again_order = order
	again_name(name)
}

function line(text) {
	emit(again_kind, again_order, "again", text)
}

function start() {
	if (arguments)
		line(server_line() " & s=$!; sleep 1")
	else
		line("s=" quote(get("start", 1, "pid")))
}

function stop() {
	if (arguments)
		line("kill -KILL $s")
}

function frozen_burst() {
	line("sleep 2 | " burst("-n 10 -w") " & sleep 1; kill -STOP $s")
	line("sleep 2; kill -CONT $s; scripts/zombie-count -w 1 $s")
}

function again_name(name) {
	if (name == "inconclusive" || !arguments && !get("start", 1, "pid") || again_port() == "")
		return
	if (name !~ /fork-fails$/)
		start()
	if (name ~ /^(no-reaping|sigchld-blocked|lazy-reaping)$/) {
		line(burst("-n 10") "; sleep 3; scripts/zombie-count $s")
		line("kill -CHLD $s; scripts/zombie-count -w 1 $s")
		line("sleep 3 | " burst("-n 1 -w") " & scripts/zombie-count -w 1 $s")
	} else if (name == "correct") {
		frozen_burst()
	} else if (name ~ /^single-/) {
		frozen_burst()
		line("kill -CHLD $s; scripts/zombie-count -w 1 $s")
		if (name == "single-wait") {
			stop()
			line("sleep 1; " server_line() " & s=$!; sleep 1")
			line("sleep 9 | " burst("-n 1 -w") " & sleep 1; kill -CHLD $s")
			line(burst("-n 1 -t 3"))
		}
	} else if (name == "one-shot-handler") {
		frozen_burst()
		frozen_burst()
	} else if (name == "blocking-loop" || name == "serial") {
		line("sleep 9 | " burst("-n 1 -w") " & sleep 1")
		if (name == "blocking-loop")
			line(burst("-n 1"))
		line("sleep 1; " burst("-n 1 -t 3"))
	} else if (name == "eintr-death") {
		line(burst("-n 1") "; sleep 1; kill -0 $s")
	} else if (name == "spinning-loop") {
		line("sleep 4 | " burst("-n 1 -w") " & " burst("-n 1") "; sleep 1; ps -o pid,stat,time -p $s")
		line("sleep 5; " burst("-n 1 -t 3") "; ps -o pid,stat,time -p $s")
	} else if (name == "child-never-exits") {
		line(burst("-n 3") "; sleep 8; ps -A -o pid,ppid,stat,args | grep \" $s \"")
	} else if (name == "descriptor-leak") {
		line(burst("-n 1 -H -t 3") "; ls -l /proc/$s/fd")
	} else if (name == "not-forking") {
		line("sleep 2 | " burst("-n 3 -w") " & sleep 1; ps -A -o pid,ppid,stat,args | grep \" $s \"")
	} else if (name ~ /fork-fails$/) {
		again_exhaust(name)
		return
	}
	stop()
}

# Under a process limit, which root's processes do not heed: as a user that nobody has.
function again_exhaust(name) {
	line("# as root: add -U 61999 before --, with a server that this user can run")
	line("sleep 9 | build/supervise -u 16 -- " server_line() " & sleep 1")
	line("sleep 2 | " burst("-c -n 20 -w") " & sleep 4; " burst("-n 1 -t 3"))
}
