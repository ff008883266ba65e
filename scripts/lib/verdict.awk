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
		doubt(excuse("visit"))
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
	else if (agreed("poke", "alive_poked") == "0" || words_say_eintr())
		accuse("eintr-death")
	else
		doubt("after a child's exit the server ended, but a SIGCHLD alone does not end it")
}

function words_say_eintr(words) {
	words = measured("visit", "last_words")
	return words ~ /[Ii]nterrupted/ || words ~ /EINTR/
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

# Two probes on two servers saw it.
function judge_lingering(living) {
	living = agreed("visit", "live_children")
	if (living == "" || living == "0")
		return
	if (measured("freeze", "live_children") + 0 > 0 || times("visit", "live_children") >= 2)
		accuse("child-never-exits")
	else
		doubt("children stayed when their clients had left, but not in every run")
}

function reaping_is_hidden() {
	if ("eintr-death" in accused)
		hide("zombies", "the server dies of the first child's exit, and a dead server has none")
	else if ("child-never-exits" in accused)
		hide("zombies", "its children never end, so there is nothing to reap")
	else
		return 0
	return 1
}

function judge_reaping(held, left) {
	if (reaping_is_hidden())
		return
	held = agreed("freeze", "held")
	left = agreed("freeze", "zombies")
	if (!is_number(held) || !is_number(left))
		hide("zombies", last["freeze"] ? freeze_excuse() : "it was not tried")
	else if (held + 0 < 3)
		hide("zombies", "only " held " children could be held at the same time")
	else if (agreed("freeze", "parent") == "server" && frozen_is_odd(held))
		doubt("of " held " children that should have ended " agreed("freeze", "frozen") " were zombies")
	else if (left + 0 > 0 && agreed("freeze", "zombies_later") == "0")
		method = "timer"
	else if (left + 0 == held + 0)
		judge_all_left(held)
	else if (left + 0 > 0)
		judge_some_left(held, left)
	else
		judge_none_left()
	if (verdicts == 0 && "zombies" in hidden_because)
		doubt("zombies could not be examined: " hidden_because["zombies"])
}

function freeze_excuse() {
	if (agreed("freeze", "alive") == "0")
		return "the server ended during the frozen burst" quoted_end("freeze")
	return excuse("freeze")
}

function frozen_is_odd(held, frozen) {
	frozen = agreed("freeze", "frozen")
	return frozen != held && frozen != "0"
}

# Time and pokes change nothing; the next client may.
function judge_all_left(held, one, client) {
	one = agreed("freeze", "zombies_before_client")
	client = agreed("freeze", "zombies_client")
	if (agreed("freeze", "zombies_later") != held || !pokes_change_nothing(held))
		doubt("all " held " zombies stayed at first, and then something took some of them away")
	else if (agreed("freeze", "client_served") != "1" || client == "")
		doubt("all " held " zombies stayed, and the next client was not served")
	else if (client + 0 < one + 0)
		judge_lazy()
	else if (client != one)
		doubt("one more client made more zombies")
	else if (agreed("visit", "zombies") != agreed("visit", "clients"))
		doubt("the frozen burst left all " held " zombies, clients that leave one by one did not")
	else if (agreed("freeze", "sigchld_blocked") == "1" && agreed("freeze", "sigchld_caught") == "1" && \
		agreed("freeze", "sigchld_pending") == "1")
		accuse("sigchld-blocked")
	else
		accuse("no-reaping")
}

function judge_lazy() {
	if (agreed("visit", "zombies") + 0 > 0)
		accuse("lazy-reaping")
	else
		doubt("zombies stayed until the next client came, but only after the frozen burst")
}

function pokes_change_nothing(zombies, i) {
	for (i = 1; i <= 3; i++)
		if (agreed("freeze", "poke_" i) != zombies)
			return 0
	return 1
}

# Each SIGCHLD takes away exactly one.
function pokes_take_one(left, i) {
	for (i = 1; i <= 3; i++) {
		left = left + 0 > 0 ? left - 1 : 0
		if (agreed("freeze", "poke_" i) != left "")
			return 0
	}
	return 1
}

function judge_some_left(held, left) {
	if (agreed("freeze", "zombies_later") != left)
		doubt("zombies went away while nothing happened, but not all of them")
	else if (one_shot())
		accuse("one-shot-handler")
	else if (!pokes_take_one(left))
		doubt(left " of " held " zombies stayed, but a SIGCHLD did not take away one each time")
	else if (agreed("poke", "zombies") != "0")
		doubt("it waits once for each SIGCHLD, but whether it blocks could not be seen: " \
			(agreed("poke", "zombies") == "" ? excuse("poke") : "it had zombies, which hide that"))
	else if (agreed("poke", "served") == "1")
		accuse("single-waitpid")
	else if (confirmed("poke", "served_once_the_first_left", "1") && was_running("poke") == "0")
		accuse("single-wait")
	else
		doubt("it waits once for each SIGCHLD, but whether it blocks two runs do not agree on")
}

# The first round left fewer than the second and the third, which left everything.
function one_shot(i) {
	for (i = 2; i <= 3; i++)
		if (!is_number(agreed("freeze", "zombies_" i)) || agreed("freeze", "zombies_" i) - \
			agreed("freeze", "zombies_before_" i) != agreed("freeze", "held_" i) + 0)
			return 0
	return 1
}

function judge_none_left() {
	if (one_shot()) {
		accuse("one-shot-handler")
		return
	}
	if (agreed("freeze", "zombies_2") + agreed("freeze", "zombies_3") > 0) {
		doubt("the first frozen burst left no zombie, a later one left some")
		return
	}
	if (agreed("freeze", "quiet") != "")
		method = "timer"
	else if (agreed("freeze", "parent") == "elsewhere")
		method = "double-fork"
	else if (agreed("freeze", "frozen") == "0")
		method = "kernel"
	else
		method = agreed("freeze", "sigchld_caught") == "0" ? "elsewhere" : "handler"
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
	if (counted > 0 && grown == counted)
		accuse("descriptor-leak")
	else if (counted == 0 && confirmed("visit", "eof", "0") && confirmed("visit", "eof_child_gone", "1"))
		accuse("descriptor-leak")
	else if (grown > 0)
		doubt("the server kept a socket for each client in one run, and not in another")
}

function judge_fork() {
	if (agreed("exhaust", "fork_failed") != "1")
		hide("fork", agreed("exhaust", "fork_failed") == "0" ? \
			"the server had not used all the processes that it may have" : excuse("exhaust"))
	else if (confirmed("exhaust", "alive_failed", "0"))
		accuse("dies-when-fork-fails")
	else if (agreed("exhaust", "alive_failed") != "1")
		doubt("when fork failed, the server ended in one run and not in another")
	else if ("eintr-death" in accused)
		hide("fork", "the server dies when its clients leave, whether fork fails or not")
	else if (confirmed("exhaust", "alive_freed", "0"))
		accuse("dies-when-fork-fails")
	else if (agreed("exhaust", "alive_freed") != "1")
		doubt("after fork had failed, the server ended in one run and not in another")
	else if ("spinning-loop" in accused)
		hide("fork", "the server serves nobody once its clients have left, whether fork fails or not")
	else if (agreed("exhaust", "served_again") == "")
		hide("fork", "it lives, but what it left behind holds every slot: it could not serve again")
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

# A server that runs already: what is there, and what gentle pokes and one client change.
function judge_running(left, client) {
	left = agreed("running", "zombies")
	client = agreed("running", "zombies_client")
	hide("everything else", get("start", 1, "harmful") ? "the zombies that it has hide what new ones do" : \
		"it would stop the server for a moment, or could end it: -x allows that")
	if (left == "0")
		doubt("the server has no zombie now, and nothing that makes one was allowed")
	else if (agreed("running", "zombies_later") != left)
		doubt("its zombies come and go by themselves")
	else if (agreed("running", "poke_1") == "")
		doubt("the server has one zombie; with fewer than three a SIGCHLD might do it harm")
	else if (running_pokes(0) && client != "" && client + 0 < agreed("running", "zombies_before_client") + 0)
		accuse("lazy-reaping")
	else if (running_pokes(0) && client != "" && client == agreed("running", "zombies_before_client"))
		accuse(running_is_blocked() ? "sigchld-blocked" : "no-reaping")
	else if (running_pokes(1))
		doubt("it waits once for each SIGCHLD: single-wait or single-waitpid" \
			(get("start", 1, "harmful") ? "" : "; which, -x would tell"))
	else
		doubt("neither one zombie nor none went away with each SIGCHLD")
}

function running_is_blocked() {
	return agreed("running", "sigchld_blocked") == "1" && agreed("running", "sigchld_caught") == "1" && \
		agreed("running", "sigchld_pending") == "1"
}

# Whether each poke took away so many.
function running_pokes(each, left, i) {
	left = agreed("running", "zombies")
	for (i = 1; i <= 2; i++) {
		left -= each
		if (agreed("running", "poke_" i) != left "")
			return 0
	}
	return 1
}
