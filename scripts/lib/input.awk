# input.awk: what report and predict read before any evidence: the style sheet, questions,
# reasons, predictions.

BEGIN { FS = "\t" }

input == "css" {
	css[++css_lines] = $0
	next
}

input == "questions" {
	if ($0 !~ /^#/) {
		sentence[$1] = $3
		question_experiment[++questions] = $1
	}
	next
}

input == "reasons" {
	if ($0 !~ /^#/) {
		reason_experiment[++reasons] = $1
		reason_stage[reasons] = $2
		reason_answer[reasons] = $3
		reason[reasons] = $4
		reason_lesson[reasons] = $5
	}
	next
}

input == "predictions" {
	if ($4 == "predicted") {
		predicted_server[++predictions] = $1
		predicted_experiment[predictions] = $2
		predicted[predictions] = $5
	}
	next
}
