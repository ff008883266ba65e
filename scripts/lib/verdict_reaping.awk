# verdict_reaping.awk: how a server reaps, from its frozen burst; and what can be said of one that
# runs already. Part of the program that verdict.awk is.

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
