# predict.awk: predictions (input=predictions), then the evidence of compare. With records=1 it
# prints what was measured as records beside the predictions; else prediction and measurement side
# by side, and for each surprise why it is so, and where to read on.
#
# Runs after input.awk, text.awk, evidence.awk and answers.awk.

BEGIN { esc = sprintf("%c", 27) }

END {
	for (p = 1; p <= predictions; p++)
		measured[p] = answer(predicted_server[p], predicted_experiment[p])
	if (records)
		print_records()
	else
		print_table()
}

function print_records(    p) {
	for (p = 1; p <= predictions; p++)
		if (measured[p] != "")
			print predicted_server[p] "\t" predicted_experiment[p] "\t1\tmeasured\t" measured[p]
}

function print_table(    p, right, asked, unmeasured) {
	print paint("1", pad("", 28) pad("predicted", 11) "measured")
	for (p = 1; p <= predictions; p++) {
		print pad(predicted_experiment[p], 11) pad(cut(predicted_server[p], 16), 17) \
			pad(predicted[p] == "?" ? "-" : predicted[p], 11) pad(measured[p] == "" ? "-" : measured[p], 11) \
			verdict(p)
		if (predicted[p] != "?" && measured[p] != "")
			asked++
		if (predicted[p] == measured[p] && measured[p] != "")
			right++
	}
	print "\n" right + 0 " of " plural(asked + 0, "prediction", "predictions") " right."
	for (p = 1; p <= predictions; p++)
		if (surprised(p) && !(p in explained))
			explain(p)
}

function surprised(p) {
	return predicted[p] != "?" && measured[p] != "" && predicted[p] != measured[p]
}

function verdict(p) {
	if (measured[p] == "")
		return "not measured"
	if (predicted[p] == "?")
		return "no prediction"
	return predicted[p] == measured[p] ? paint("32", "right") : paint("1;31", "SURPRISE")
}

# What has the same reason is told together.
function explain(first,    p, why) {
	why = reason_of(first)
	print ""
	for (p = first; p <= predictions; p++)
		if (surprised(p) && reason_of(p) == why) {
			print paint("1", predicted_experiment[p] ", " predicted_server[p] ": predicted " \
				predicted[p] ", measured " measured[p])
			explained[p]
		}
	print "  " fold(reason[why], 78, "  ")
	print "  Read: " reason_lesson[why]
}

function reason_of(p) {
	return find_reason(predicted_server[p], predicted_experiment[p], measured[p])
}

function paint(codes, text) {
	return colour ? esc "[" codes "m" text esc "[0m" : text
}
