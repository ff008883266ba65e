# verdict_properties.awk: what a grader gives points for, one property after another: pass, fail,
# or not tested. Points are for what was seen to hold.

function write_properties() {
	several()
	no_zombie()
	burst_no_zombie()
	never_blocks()
	eintr()
	failing_fork()
	descriptors()
}

# property RESULT ...: the next one. lesson is the verdict that speaks of it.
function property(id, what, result, should, saw, lesson, experiment) {
	properties++
	emit("property", properties, "id", id)
	emit("property", properties, "title", what)
	emit("property", properties, "result", result)
	emit("property", properties, "expected", should)
	emit("property", properties, "seen", saw)
	again("property", properties, lesson)
	emit("property", properties, "read", reading[lesson])
	if (seconds_of(experiment) != "")
		emit("property", properties, "seconds", seconds_of(experiment))
}

# pass on "1", fail where the defect was proven, else the reason why it is not known.
function outcome(value, good, defect) {
	if (defect)
		return "fail"
	return value == good && value != "" ? "pass" : "not-tested"
}

# What hides everything that comes after the second client.
function hidden_by_first(alive) {
	if ("serial" in accused)
		return "it serves one client at a time"
	if ("not-forking" in accused)
		return "it does not fork for its clients"
	if (agreed("visit", "second_served") != "1")
		return doubts == "" ? excuse("visit") : doubts
	return ""
}

function reason(fallback, text) {
	text = hidden_by_first()
	if (text == "" && "eintr-death" in accused)
		text = "the server dies when the first child ends"
	if (text == "" && "child-never-exits" in accused)
		text = "its children never end"
	if (text == "" && "spinning-loop" in accused)
		text = "it spins once children have ended"
	return text != "" ? text : doubts != "" ? doubts : fallback
}

function several(result) {
	result = outcome(agreed("visit", "second_served"), "1", "serial" in accused)
	property("serves-several-clients", "serves several clients at the same time", result, \
		expected["serial"], result == "pass" ? "it was served" : result == "fail" ? seen("serial") : \
		reason(excuse("visit")), "serial", "visit")
}

function reaping_defect(name, i) {
	for (i = 1; i <= verdicts; i++)
		if (verdict[i] ~ /^(no-reaping|lazy-reaping|sigchld-blocked|one-shot-handler|single-wait|single-waitpid)$/)
			return verdict[i]
	return ""
}

# One by one: single waits pass here, and that is no mistake.
function no_zombie(left, defect, result, lesson) {
	if ("child-never-exits" in accused) {
		property("leaves-no-zombie", "leaves no zombie when clients leave one after another", "fail", \
			expected["child-never-exits"], seen("child-never-exits"), "child-never-exits", "visit")
		return
	}
	left = agreed("visit", "zombies")
	defect = reaping_defect()
	lesson = defect == "" || defect ~ /^single/ ? "no-reaping" : defect
	result = hidden_by_first() != "" ? "not-tested" : \
		outcome(left, "0", is_number(left) && left + 0 > 0 && defect != "" && defect !~ /^single/)
	property("leaves-no-zombie", "leaves no zombie when clients leave one after another", result, \
		expected["no-reaping"], left != "" && result != "not-tested" ? \
		plural(agreed("visit", "clients"), "client", "clients") " left, " plural(left, "zombie", "zombies") \
		" stayed" : reason("it could not be seen"), lesson, "visit")
}

function burst_no_zombie(defect, result, saw) {
	defect = reaping_defect()
	result = hidden_by_first() != "" && defect == "" ? "not-tested" : \
		outcome(method == "" ? "" : "1", "1", defect != "")
	saw = result == "fail" ? seen(defect) : result == "pass" ? \
		measured("freeze", "held") " children ended while it was stopped, and none stayed: " method_words() : \
		reason("zombies" in hidden_because ? hidden_because["zombies"] : "it could not be seen")
	property("burst-leaves-no-zombie", "leaves no zombie when clients leave all at once", result, \
		expected["single-waitpid"], saw, defect == "" ? "single-waitpid" : defect, "freeze")
}

function never_blocks(defect, result) {
	defect = "blocking-loop" in accused ? "blocking-loop" : "spinning-loop" in accused ? "spinning-loop" : \
		"single-wait" in accused ? "single-wait" : ""
	result = hidden_by_first() != "" ? "not-tested" : \
		outcome(agreed("visit", "third_served") agreed("poke", "served"), "11", defect != "")
	property("never-blocks", "is never blocked by a client that stays", result, \
		"clients are served whatever the others do", result == "pass" ? "every client was served at once" : \
		defect == "single-wait" ? \
		"a SIGCHLD came with no zombie, and the next client was not served until the first left" : \
		result == "fail" ? seen(defect) : reason("it could not be seen"), \
		defect == "" ? "blocking-loop" : defect, "poke")
}

function eintr(result) {
	result = hidden_by_first() != "" ? "not-tested" : outcome(agreed("visit", "alive_after"), "1", "eintr-death" in accused)
	property("survives-eintr", "survives a child's exit while it waits in accept()", result, \
		expected["eintr-death"], result == "pass" ? "it lived on when a child ended" : \
		result == "fail" ? seen("eintr-death") : reason("it could not be seen"), "eintr-death", "visit")
}

function failing_fork(defect, result) {
	defect = "dies-when-fork-fails" in accused ? "dies-when-fork-fails" : \
		"hangs-when-fork-fails" in accused ? "hangs-when-fork-fails" : ""
	result = outcome(agreed("exhaust", "served_again"), "1", defect != "")
	property("survives-failing-fork", "survives a fork that fails", result, \
		expected["dies-when-fork-fails"], result == "pass" ? \
		"fork failed, and once there were slots again it served" : result == "fail" ? seen(defect) : \
		"fork" in hidden_because ? hidden_because["fork"] : reason(excuse("exhaust")), \
		defect == "" ? "dies-when-fork-fails" : defect, "exhaust")
}

function descriptors(result) {
	result = hidden_by_first() != "" ? "not-tested" : \
		outcome(leak_counted || agreed("visit", "eof") == "1" ? "1" : "", "1", "descriptor-leak" in accused)
	property("leaks-no-descriptor", "leaks no descriptor", result, expected["descriptor-leak"], \
		result == "pass" ? "it keeps no socket when a client has left" : \
		result == "fail" ? seen("descriptor-leak") : reason("it could not be seen"), "descriptor-leak", "visit")
}
