# verdict.awk: from evidence to verdicts. What evidence looks like is in docs/evidence.md.
#
# Each defect has a rule of its own below; a rule accuses only of what it has proof of, and
# what it cannot decide it says with doubt(). No rule knows how a verdict is worded.

END {
	if (server == "")
		exit 1
	judge()
	write_all()
}

# accuse NAME: a defect, in the order of importance.
function accuse(name) {
	verdict[++verdicts] = name
	accused[name] = 1
}

# Something was seen and cannot be judged.
function doubt(why) {
	doubts = doubts (doubts == "" ? "" : "; ") why
}

# A question that could not be asked, and what stands before it.
function hide(what, because) {
	if (what in hidden_because)
		return
	hidden[++hiddens] = what
	hidden_because[what] = because
}

function judge() {
	if (agreed("running", "ready") == "1" && agreed("visit", "ready") == "") {
		judge_running()
		return
	}
	if (!judge_whether_it_serves())
		return
	judge_exit_of_a_child()
	judge_spinning()
	judge_blocking()
	judge_lingering()
	judge_reaping()
	judge_descriptors()
	judge_fork()
	if (verdicts == 0 && doubts == "")
		judge_correct()
}

# 1 when it forks for each client: then there is something to judge.
function judge_whether_it_serves(forked, second) {
	if (times("visit", "first_forked") == 0) {
		doubt(crowded() ? spoilt_words("too-many-processes") : excuse("visit"))
		return 0
	}
	forked = agreed("visit", "first_forked")
	second = agreed("visit", "second_served")
	if (forked == "?" || second == "?")
		doubt("two runs with the same clients came out differently")
	else if (agreed("visit", "alive") == "0" && second == "")
		doubt("the server ended with its first client" quoted_end("visit"))
	else if (forked == "0" && agreed("visit", "first_answered") != "1")
		doubt("a client that connected and sent a line was given neither an answer nor a process")
	else if (second == "0" && confirmed("visit", "second_served_later", "1"))
		accuse("serial")
	else if (second == "0")
		doubt("the second client was not served, not even once the first had left")
	else if (agreed("freeze", "held") + agreed("poke", "held") > 0 && forked == "0")
		doubt("one run had a process for each client, another had not")
	else if (forked == "0" && second == "1" && agreed("visit", "closed_by_server") != "0")
		judge_passing()
	else if (forked == "0" && second == "1")
		accuse("not-forking")
	else if (agreed("visit", "second_forked") != "1")
		doubt("a process came with the first client, and none with the second")
	else if (agreed("visit", "alive_before") != "1")
		doubt("the server ended while two clients were connected" quoted_end("visit"))
	else
		return 1
	return 0
}

# A server that forks without end takes the places of the other probes, if it is the quicker.
function crowded(attempt, i, probe) {
	split("visit freeze poke exhaust", probe, " ")
	for (i = 1; i <= 4; i++)
		for (attempt = 1; attempt <= last[probe[i]]; attempt++)
			if (get(probe[i], attempt, "spoilt") == "too-many-processes")
				return 1
	return 0
}

# Its children, if they are any, end by themselves and cannot be held.
function judge_passing(left, one, client) {
	left = agreed("freeze", "zombies")
	one = agreed("freeze", "zombies_before_client")
	client = agreed("freeze", "zombies_client")
	if (left == "")
		doubt("it ends the connection by itself: whether a process came with the client cannot be seen")
	else if (left != agreed("freeze", "passing") || agreed("freeze", "zombies_later") != left || \
		!pokes_change_nothing(left) || agreed("freeze", "client_served") != "1" || client == "")
		doubt("its children end by themselves and cannot be held; " left " zombies stayed")
	else if (client + 0 <= 1)
		accuse("lazy-reaping")
	else if (client - one == 1)
		accuse("no-reaping")
	else
		doubt("its children end by themselves and cannot be held; " left " zombies stayed")
}

function judge_exit_of_a_child(end) {
	if (agreed("visit", "alive_after") == "1")
		return
	end = measured("visit", "ended")
	if (!confirmed("visit", "alive_after", "0"))
		doubt("after a child's exit the server was dead in one run and alive in another")
	else if (end ~ /^killed/ && !(end == "killed 6" && words_say_eintr()))
		doubt("after a child's exit the server died, but not of an error: " end)
	else if (!words_say_eintr() && words_say_other())
		doubt("after a child's exit the server ended, and its last words are not of EINTR" quoted_end("visit"))
	else if (agreed("poke", "alive_poked") == "0" || words_say_eintr())
		accuse("eintr-death")
	else
		doubt("after a child's exit the server ended, but a SIGCHLD alone does not end it")
}

function words_say_eintr(words) {
	words = measured("visit", "last_words")
	return words ~ /[Ii]nterrupted/ || words ~ /EINTR/
}

# Words of another error: a handler that takes waitpid()'s 0 or -1 for one ends the server, too.
function words_say_other(words) {
	words = tolower(measured("visit", "last_words"))
	return words !~ /accept/ && \
		words ~ /error|fail|no child|echild|unknown|unexpected|invalid|traceback|exception|assert|abort|panic/
}

# It runs in every look, and serves nobody: while a child is left, or after the last one.
function judge_spinning() {
	if (was_running("visit") != "1")
		return
	if (confirmed("visit", "third_served", "0") || confirmed("visit", "fourth_served", "0"))
		accuse("spinning-loop")
}

function judge_blocking() {
	if (agreed("visit", "third_served") != "0" || "spinning-loop" in accused)
		return
	if (!confirmed("visit", "third_served_later", "1"))
		doubt("the third client was not served, not even once the others had left")
	else if (was_running("visit") != "0")
		doubt("the third client had to wait, but the server was not asleep all that time")
	else if (agreed("freeze", "zombies") == "0")
		accuse("blocking-loop")
	else
		doubt("the third client had to wait, but the frozen burst does not look like a loop")
}

# Two servers saw it, the second for longer.
function judge_lingering(attempt, stayed) {
	for (attempt = 1; attempt <= last["visit"]; attempt++)
		if (counts("visit", attempt) && get("visit", attempt, "live_children") + 0 > 0)
			stayed++
	if (!stayed)
		return
	if (stayed < 2 || stayed < times("visit", "live_children"))
		doubt("children stayed for seconds when their clients had left, but not in every run")
	else if (agreed("visit", "next_forked") != "1")
		doubt("processes that came with clients stay when these have left, as the workers of a pool do")
	else
		accuse("child-never-exits")
}

# A descriptor for each client: where it can be counted the count decides. Where it cannot, an
# end that does not come though the child is gone: somebody else holds the socket.
function judge_descriptors(before, after, attempt, grown, counted) {
	for (attempt = 1; attempt <= last["visit"]; attempt++) {
		if (!counts("visit", attempt) || get("visit", attempt, "sockets_after") == "")
			continue
		counted++
		if (get("visit", attempt, "sockets_after") - get("visit", attempt, "sockets_before") >= \
			get("visit", attempt, "sockets_clients"))
			grown++
	}
	leak_counted = counted
	if (counted >= 2 && grown == counted)
		accuse("descriptor-leak")
	else if (counted == 0 && confirmed("visit", "eof", "0") && confirmed("visit", "eof_child_gone", "1"))
		accuse("descriptor-leak")
	else if (grown > 0)
		doubt("the server kept a socket for each client in one run, and not in another")
}

function judge_fork() {
	if (agreed("exhaust", "fork_failed") != "1")
		hide("fork", agreed("exhaust", "fork_failed") == "0" ? \
			"fork could not be made to fail" : excuse("exhaust"))
	else if (confirmed("exhaust", "alive_failed", "0"))
		accuse("dies-when-fork-fails")
	else if (agreed("exhaust", "alive_failed") != "1")
		doubt("when fork failed, the server ended in one run and not in another")
	else if ("eintr-death" in accused)
		hide("fork", "the server dies when its clients leave, whether fork fails or not")
	else if ("spinning-loop" in accused)
		hide("fork", "the server serves nobody once its clients have left, whether fork fails or not")
	else if (agreed("visit", "fourth_served") != "1")
		hide("fork", "it was not seen to serve on when all clients had left, whether fork fails or not")
	else if (confirmed("exhaust", "alive_freed", "0"))
		accuse("dies-when-fork-fails")
	else if (agreed("exhaust", "alive_freed") != "1")
		doubt("after fork had failed, the server ended in one run and not in another")
	else if (agreed("exhaust", "served_again") == "")
		hide("fork", "it lives, but too few places were free again to see whether it serves")
	else if (confirmed("exhaust", "served_again", "0"))
		accuse("hangs-when-fork-fails")
	else if (agreed("exhaust", "served_again") != "1")
		doubt("after fork had failed, the server served again in one run and not in another")
}

# Clean is not enough: every question must have been asked.
function judge_correct() {
	if (agreed("visit", "third_served") != "1" || agreed("visit", "fourth_served") != "1")
		doubt("not every client was served, or two runs differ")
	else if (agreed("visit", "zombies") != "0")
		doubt("clients that left one by one left zombies")
	else if (method == "")
		doubt("how it reaps could not be seen")
	else if (agreed("poke", "served") != "1")
		doubt("with a client that stays, the next was not served after a SIGCHLD, or it was not tried")
	else if (agreed("visit", "eof") == "0" && !leak_counted)
		doubt("a client that half-closed did not see the end, in one run at least")
	else
		accuse("correct")
}
