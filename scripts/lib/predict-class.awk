# predict-class.awk: many files of predictions as one table: how many predicted each cell right,
# and the most common wrong answer. The cells that most got wrong are what to talk about next.
#
# Of somebody with several files the first in time counts: later ones knew the result.
# Runs after input.awk (questions, reasons), text.awk and answers.awk.

FNR == 1 && input == "class" {
	files++
}

input == "class" && /^# (who|date): / {
	if ($0 ~ /^# who/)
		who[files] = substr($0, 8)
	else
		date[files] = substr($0, 9)
	next
}

input == "class" && /^# clients: / { clients_in[files] = substr($0, 12) }

input == "class" && !/^#/ && NF == 5 && ($4 == "predicted" || $4 == "measured") {
	key = $2 FS $1
	if ($4 == "predicted") {
		said[files, key] = plain($5)
		has_said[files]
	} else
		was[files, key] = plain($5)
	if (!(key in cell_seen)) {
		cell_seen[key]
		cells[++cell_count] = key
	}
}

END {
	for (f = 1; f <= files; f++)
		if (counts(f))
			students++
	print "predictions of " plural(students + 0, "student", "students") \
		(students < files ? "; files that do not count: " files - students : "")
	print ""
	print pad("experiment", 12) pad("server", 17) pad("right", 12) "most common wrong answer"
	for (q = 1; q <= questions; q++)
		for (c = 1; c <= cell_count; c++) {
			split(cells[c], part, FS)
			if (part[1] == question_experiment[q])
				class_line(cells[c], part[2], part[1])
		}
	talk()
}

function counts(f,    g) {
	if (!(f in has_said))
		return 0
	if (who[f] != "")
		for (g = 1; g <= files; g++)
			if (g != f && who[g] == who[f] && (g in has_said) && \
			    (date[g] < date[f] || date[g] == date[f] && g < f))
				return 0
	return 1
}

function class_line(key, s, e,    f, asked, right, n, i, worst, times) {
	split("", often)
	split("", answers)
	n = asked = right = 0
	for (f = 1; f <= files; f++) {
		if (!counts(f) || !((f, key) in said) || said[f, key] == "?" || !((f, key) in was))
			continue
		asked++
		truth[key] = was[f, key]
		clients_of_cell[key] = clients_in[f]
		if (said[f, key] == was[f, key]) {
			right++
			continue
		}
		if (!(said[f, key] in often))
			answers[++n] = said[f, key]
		often[said[f, key]]++
	}
	worst = ""
	times = 0
	for (i = 1; i <= n; i++)
		if (often[answers[i]] > times || often[answers[i]] == times && answers[i] < worst) {
			worst = answers[i]
			times = often[worst]
		}
	print pad(cut(plain(e), 11), 12) pad(cut(plain(s), 16), 17) \
		pad(right " of " asked, 12) (times ? cut(worst, 20) " (" times " of " asked ")" : "-")
	if (asked > right)
		remember(key, asked - right, asked, worst, times)
}

function remember(key, wrong_count, asked, worst, times) {
	missed[++misses] = key
	missed_by[misses] = wrong_count
	missed_of[misses] = asked
	missed_worst[misses] = worst
	missed_times[misses] = times
}

# The three that most got wrong, the first of equals first.
function talk(    t, m, best) {
	for (t = 1; t <= 3; t++) {
		best = 0
		for (m = 1; m <= misses; m++)
			if (!(m in told) && (!best || missed_by[m] * missed_of[best] > missed_by[best] * missed_of[m]))
				best = m
		if (!best)
			return
		told[best]
		if (t == 1)
			print "\nTalk about:"
		tell(best)
	}
}

function tell(m,    part, i) {
	split(missed[m], part, FS)
	fact["clients"] = clients_of_cell[missed[m]]
	i = find_reason(part[2], part[1], truth[missed[m]])
	print fold(plain(part[1]) ", " cut(plain(part[2]), 30) ": " missed_times[m] " of " missed_of[m] \
		" said " cut(missed_worst[m], 20) "; it is " truth[missed[m]] ".", 80, "  ")
	print "  " fold(reason[i], 78, "  ")
	print "  Read: " reason_lesson[i]
}
