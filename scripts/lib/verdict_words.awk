# verdict_words.awk: what was seen of this server, in words and with its numbers; and the records
# that renderers read. docs/evidence.md describes them.

function quoted_end(experiment, text, words) {
	text = measured(experiment, "ended")
	words = measured(experiment, "last_words")
	return (text == "" ? "" : " (" text (words == "" ? "" : ", last words: " words) ")")
}

function plural(count, one, many) {
	return count " " (count + 0 == 1 ? one : many)
}

function seconds_of(experiment, sum, attempt) {
	for (attempt = 1; attempt <= last[experiment]; attempt++)
		sum += get(experiment, attempt, "seconds")
	return sum == "" ? "" : sprintf("%.1f", sum)
}

# Where a running server was looked at, its probe has the names of the frozen burst.
function burst_probe() {
	return agreed("freeze", "zombies") != "" ? "freeze" : "running"
}

function seen(name, held) {
	held = measured("freeze", "held")
	if (held + 0 == 0)
		held = measured("freeze", "passing")
	if (name == "correct")
		return "all probes are clean: " method_words()
	if (name == "no-reaping" || name == "sigchld-blocked")
		return (held == "" ? "its zombies" : held " children ended and " held " zombies") \
			" stay, whatever happens"
	if (name == "lazy-reaping")
		return "zombies stay as long as nothing happens, and go when the next client comes"
	if (name == "single-wait" || name == "single-waitpid")
		return held " children ended under one SIGCHLD, and " measured("freeze", "zombies") " zombies stay"
	if (name == "blocking-loop")
		return "one of two clients left, and the next was not served until the other left too"
	if (name == "spinning-loop")
		return "when clients had left, it ran without pause and served nobody"
	if (name == "eintr-death")
		return "alive with two clients connected, dead once one had left" quoted_end("visit")
	if (name == "one-shot-handler")
		return "the first frozen burst left " plural(measured("freeze", "zombies"), "zombie", "zombies") \
			", the second and third left all their children"
	if (name == "child-never-exits")
		return plural(measured("visit", "live_children"), "child lives", "children live") \
			" on, long after the last client left"
	if (name == "descriptor-leak")
		return leak_words()
	if (name == "serial")
		return "the second client was not served while the first stayed, and was at once when it left"
	if (name == "dies-when-fork-fails")
		return "alive with " plural(measured("exhaust", "held"), "client", "clients") ", dead once there was no slot for the next" \
			quoted_end("exhaust")
	if (name == "hangs-when-fork-fails")
		return "all clients left, " measured("exhaust", "slots_free") " slots were free, and the next " \
			"client was not served"
	if (name == "not-forking")
		return "two clients were served at the same time, and no process came with them"
	return doubts
}

function method_words() {
	if (method == "kernel")
		return "the kernel reaps (SIGCHLD is ignored, or SA_NOCLDWAIT)"
	if (method == "double-fork")
		return "it forks twice, so that its children are somebody else's"
	if (method == "timer")
		return "it reaps from time to time; zombies lived up to " measured("freeze", "quiet") " s"
	if (method == "elsewhere")
		return "it reaps all that have ended, and not in a SIGCHLD handler"
	return "it reaps all that have ended at each SIGCHLD"
}

function leak_words(before, after) {
	before = measured("visit", "sockets_before")
	after = measured("visit", "sockets_after")
	if (after != "")
		return "it had " plural(before, "socket", "sockets") " open, and " after " after " \
			measured("visit", "sockets_clients") " clients had come and left"
	return "a client half-closed, its child ended, and the end of the connection did not come"
}

# One line of evidence for each thing that was seen. Prints them all, for any verdict: they are
# the same facts, and a reader may judge them differently.
function write_evidence(order, name) {
	if (name == "serial" || name == "not-forking" || name == "inconclusive")
		fact(order, "second_served", "visit", "a second client, while the first stays: served %y")
	if (name == "eintr-death") {
		fact(order, "alive_before", "visit", "alive with two clients connected: %y")
		fact(order, "alive_after", "visit", "alive after one of them had left: %y")
		fact(order, "ended", "visit", "how it ended: %s")
		fact(order, "last_words", "visit", "the last line of its log: %s")
		fact(order, "alive_poked", "poke", "alive after a SIGCHLD while its child lived: %y")
	} else if (name == "blocking-loop" || name == "spinning-loop") {
		fact(order, "third_served", "visit", "one of two left, a third came: served %y")
		fact(order, "third_served_later", "visit", "the other left too: served %y")
		fact(order, "fourth_served", "visit", "all had left, a fourth came: served %y")
		say_looks(order, "visit")
	} else if (name == "child-never-exits") {
		fact(order, "live_children", "visit", "living children, once all clients had left: %s")
		fact(order, "live_children", "freeze", "the same after a frozen burst: %s")
	} else if (name == "descriptor-leak") {
		fact(order, "sockets_before", "visit", "sockets that it had open: %s")
		fact(order, "sockets_after", "visit", "after five more clients had come and left: %s")
		fact(order, "eof", "visit", "a client that half-closed saw the end: %y")
		fact(order, "eof_child_gone", "visit", "though its child was gone: %y")
	} else if (name ~ /fork-fails$/) {
		fact(order, "limit", "exhaust", "processes that it could have: %s")
		fact(order, "held", "exhaust", "clients that got a child: %s")
		fact(order, "crowd", "exhaust", "other processes that took all its places: %s")
		fact(order, "alive_failed", "exhaust", "alive when the next got none: %y")
		fact(order, "alive_freed", "exhaust", "alive after all clients had left: %y")
		fact(order, "served_again", "exhaust", "a client that came then: served %y")
		fact(order, "ended", "exhaust", "how it ended: %s")
		fact(order, "last_words", "exhaust", "the last line of its log: %s")
	} else if (name !~ /^(serial|not-forking)$/) {
		write_burst(order)
		if (name ~ /^single-/ || name == "correct") {
			fact(order, "served", "poke", "SIGCHLD with no zombie, one client staying: the next served %y")
			fact(order, "served_once_the_first_left", "poke", "and once that client had left: served %y")
		}
		if (name == "correct")
			fact(order, "served_again", "exhaust", "fork had failed, clients left: the next served %y")
	}
}

function write_burst(order, probe) {
	probe = burst_probe()
	fact(order, "held", probe, "children that were held: %s")
	fact(order, "frozen", probe, "zombies while the server was stopped: %s")
	fact(order, "zombies", probe, "zombies once it had gone on: %s")
	if (agreed(probe, "zombies_later") != "")
		emit("verdict", order, "evidence", "after " measured(probe, "quiet") " s in which nothing " \
			"happened: " measured(probe, "zombies_later"))
	if (agreed(probe, "poke_1") != "")
		emit("verdict", order, "evidence", "after each kill -CHLD: " measured(probe, "poke_1") \
			(measured(probe, "poke_2") == "" ? "" : " " measured(probe, "poke_2")) \
			(measured(probe, "poke_3") == "" ? "" : " " measured(probe, "poke_3")))
	fact(order, "zombies_client", probe, "while one more client was served: %s")
	if (agreed(probe, "zombies_2") != "")
		emit("verdict", order, "evidence", "later frozen bursts, of " measured(probe, "held_2") ": " \
			measured(probe, "zombies_before_2") " before, " measured(probe, "zombies_2") " after" \
			(agreed(probe, "zombies_3") == "" ? "" : ", then " measured(probe, "zombies_3")))
	fact(order, "zombies", "visit", "zombies of clients that left one by one: %s")
	if (agreed(probe, "sigchld_caught") != "")
		emit("verdict", order, "evidence", "the kernel says of SIGCHLD (a hint): caught " \
			yes(measured(probe, "sigchld_caught")) ", ignored " yes(measured(probe, "sigchld_ignored")) \
			", blocked " yes(measured(probe, "sigchld_blocked")) ", pending " \
			yes(measured(probe, "sigchld_pending")))
}

function yes(value) {
	return value == "1" ? "yes" : value == "0" ? "no" : value
}

function fact(order, name, experiment, words, value, runs) {
	value = agreed(experiment, name)
	if (value == "")
		return
	runs = times(experiment, name)
	if (value == "?")
		value = "in some runs, in others not"
	else if (words ~ /%y$/)
		value = yes(value)
	sub(/%[sy]$/, "", words)
	emit("verdict", order, "evidence", words value (runs > 1 ? " (" runs " servers)" : ""))
}

function say_looks(order, experiment, attempt, all, running) {
	for (attempt = 1; attempt <= last[experiment]; attempt++) {
		all += get(experiment, attempt, "looks")
		running += get(experiment, attempt, "running_looks")
	}
	if (all > 0)
		emit("verdict", order, "evidence", "while they waited it was running in " running + 0 " of " all " looks")
}

function emit(kind, order, name, value) {
	print server, kind, order, name, value
}

function write_all(i, first) {
	if (verdicts == 0)
		verdict[++verdicts] = "inconclusive"
	first = verdict[1]
	emit("outcome", 1, "verdict", first)
	emit("outcome", 1, "exit", first == "correct" ? 0 : first ~ /^(inconclusive|not-forking)$/ ? 3 : 1)
	emit("outcome", 1, "summary", title[first] ": " seen(first))
	if (get("start", 1, "seconds") != "")
		emit("outcome", 1, "seconds", get("start", 1, "seconds"))
	for (i = 1; i <= verdicts; i++)
		write_verdict(i, verdict[i])
	for (i = 1; i <= hiddens; i++) {
		emit("hidden", i, "what", hidden[i])
		emit("hidden", i, "because", hidden_because[hidden[i]])
	}
	write_properties()
}

function write_verdict(order, name) {
	emit("verdict", order, "verdict", name)
	emit("verdict", order, "title", title[name])
	if (expected[name] != "")
		emit("verdict", order, "expected", expected[name])
	emit("verdict", order, "seen", seen(name))
	write_evidence(order, name)
	if (why[name] != "")
		emit("verdict", order, "why", why[name])
	again("verdict", order, name)
	emit("verdict", order, "read", reading[name])
	write_notes(order, name)
}

function write_notes(order, name) {
	if (order == 1 && doubts != "" && name != "inconclusive")
		emit("verdict", order, "note", "not clear: " doubts)
	if (name ~ /^(no|lazy)-reaping$/ && measured(burst_probe(), "quiet") != "")
		emit("verdict", order, "note", "one that reaps on a timer of more than " \
			measured(burst_probe(), "quiet") " s would look the same")
	if (measured("visit", "daemon") == "1")
		emit("verdict", order, "note", "the process that was started is not the one that serves: " \
			"in the lines above, s must be that one's pid")
	if (order == 1 && measured("visit", "ready_clients") + 0 > 0)
		emit("verdict", order, "note", "that it listens could only be seen by connecting: one client " \
			"came before all others, and is not counted")
}
