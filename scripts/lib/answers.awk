# answers.awk: what the evidence answers to the questions of predict, and why. Runs after
# input.awk, which reads questions and reasons, text.awk and evidence.awk.

# The answer in the words of questions.tsv; "" where it was not measured.
function answer(s, e) {
	if ((s, e, "skipped") in value || (s, e, "spoilt") in value)
		return e == "interrupt" && value[s, e, "alive"] == "0" ? "died" : ""
	if (e == "interrupt" && value[s, e, "alive"] == "0")
		return "died"
	if (value[s, e, "alive"] == "0" && e != "adopt")
		return ""
	if (e == "burst")
		return answer_burst(value[s, e, "zombies"], fact["rounds"] * fact["clients"])
	if (e == "freeze")
		return value[s, e, "zombies"] ""
	if (e == "poke")
		return answer_flag(value[s, e, "served"], "served", "blocked")
	if (e == "interrupt")
		return answer_flag(value[s, e, "served"], "served", "")
	if (e == "exhaust")
		return answer_flag(value[s, e, "fork_failed"], "fails", "never")
	if (value[s, e, "zombies"] == "0")
		return "none"
	return answer_flag(value[s, e, "left"] == "" ? "" : value[s, e, "left"] == "0", "end", "never")
}

function answer_burst(zombies, all) {
	return zombies == "" ? "" : zombies == "0" ? "none" : zombies + 0 == all ? "all" : "some"
}

function answer_flag(flag, yes, no) {
	return flag == "1" ? yes : flag == "0" ? no : ""
}

# The number of the first reason that fits.
function find_reason(s, e, text,    i, stage) {
	stage = substr(s, 6, 1)
	for (i = 1; i <= reasons; i++)
		if (fits(reason_experiment[i], e) && fits(reason_stage[i], stage) && \
		    (fits(reason_answer[i], text) || \
		     reason_answer[i] == "N" && text == fact["clients"] || \
		     reason_answer[i] == "N-1" && text == fact["clients"] - 1))
			return i
}

function fits(pattern, text) {
	return pattern == "*" || pattern == text
}
