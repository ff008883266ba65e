# cells.awk: what the evidence says of one server in one experiment, as a number and in words.

BEGIN { columns = split("burst freeze poke interrupt exhaust adopt", experiment, " ") }

# Zero zombies of a dead server are no zombies at all: a dead server is shown as dead.
function cell(s, e) {
	if ((s, e, "skipped") in value)
		return "skipped"
	if (value[s, e, "alive"] == "0")
		return "died"
	if (e == "burst")
		return number(series[s])
	if (e == "freeze")
		return number(value[s, e, "zombies"])
	if (e == "poke")
		return yes_no(value[s, e, "served"], "served", "blocked")
	if (e == "interrupt")
		return yes_no(value[s, e, "served"], "served", "unserved")
	if (e == "exhaust")
		return yes_no(value[s, e, "fork_failed"], number(value[s, e, "served"]), "never")
	if (value[s, e, "zombies"] == "0")
		return "-"
	return number(value[s, e, "left"]) " of " number(value[s, e, "zombies"])
}

# Evidence that was cut off lacks values, and a lack is no zero. (gawk 5.2 frees twice what has
# no value and is returned: so it is made a text first.)
function number(text) {
	text = text ""
	return text ~ /^[0-9][0-9 ]*$/ ? text : "?"
}

function yes_no(flag, yes, no) {
	return flag == "1" ? yes : flag == "0" ? no : "?"
}

# Whether it is what a server without a defect shows.
function is_good(s, e,    shown) {
	shown = cell(s, e)
	if (e == "exhaust")
		return shown == "never"
	return shown ~ /^(served|-|0( 0)*( of [0-9]+)?)$/
}

# What that means.
function meaning(s, e,    shown) {
	shown = cell(s, e)
	if (shown == "skipped")
		return "not examined: " value[s, e, "skipped"]
	if ((s, e, "spoilt") in value)
		return "not examined: " value[s, e, "spoilt"]
	if (shown == "died")
		return "its last words: " value[s, e, "last_words"]
	if (shown ~ /\?/)
		return "the evidence does not say"
	if (e == "burst")
		return meaning_burst(value[s, e, "zombies"], fact["rounds"], clients_of[e])
	if (e == "freeze")
		return meaning_freeze(value[s, e, "zombies"], clients_of[e])
	if (e == "poke")
		return shown == "served" ? "a SIGCHLD without a zombie does no harm" : \
			"wait() has no zombie to reap: the next client waits until the first leaves"
	if (e == "interrupt")
		return shown == "served" ? "a client left; the server went on" : \
			"it lives, but serves nobody after a client left"
	if (e == "exhaust")
		return shown == "never" ? "every child's process slot came back" : \
			"clients served; then zombies held every process slot"
	return shown == "-" ? "no zombie was left to adopt" : \
		"left once their parent ended: another adopted and reaped them"
}

function meaning_burst(zombies, rounds, clients) {
	if (zombies == 0)
		return "no burst leaves a zombie"
	if (zombies == rounds * clients)
		return "every child of every burst stays a zombie"
	return "children that exit together share a signal; how many is chance"
}

function meaning_freeze(zombies, clients) {
	if (zombies == 0)
		return "one SIGCHLD for all, and all are reaped"
	if (zombies == clients)
		return "nobody waits for any of them"
	if (zombies == clients - 1)
		return "one SIGCHLD for all, one wait(), one reaped"
	return "some are reaped"
}

# What a student has to notice, from the evidence alone.
function summary(s,    text) {
	if (!("freeze" in ran) && !("burst" in ran))
		return ""
	if (value[s, "freeze", "zombies"] == clients_of["freeze"])
		text = "zombies pile up" exhausted(s)
	else if (value[s, "freeze", "zombies"] > 0)
		text = "a burst leaves zombies" blocked(s)
	else if (value[s, "interrupt", "alive"] == "0")
		text = "reaps all; " interrupted(s) " ends it when a client leaves"
	else if (value[s, "poke", "served"] == 1 && value[s, "interrupt", "served"] == 1)
		text = "no zombie, never blocked, never interrupted"
	else
		text = "in other ways than the four stages do"
	return text
}

function exhausted(s) {
	if (value[s, "exhaust", "fork_failed"] != 1)
		return ""
	return "; fork fails after " value[s, "exhaust", "served"]
}

function blocked(s) {
	return value[s, "poke", "served"] == "0" ? ", a stray SIGCHLD blocks it" : ""
}

function interrupted(s) {
	return value[s, "interrupt", "last_words"] ~ /Interrupted/ ? "EINTR" : "something"
}

function lesson(s) {
	if (s ~ /^stage1_/) return "docs/1-no-reaping.md"
	if (s ~ /^stage2_/) return "docs/2-wait.md"
	if (s ~ /^stage3_/) return "docs/3-waitpid.md"
	if (s ~ /^stage4_/) return "docs/4-eintr.md"
	return ""
}
