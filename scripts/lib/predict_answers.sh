# predict_answers.sh: what somebody typed, as an answer to a question of predict.
# shellcheck shell=sh
# shellcheck disable=SC2154  # kind, answers: of the question, set in predict

# Makes $answer of the text $1: as it is stored, or "" with the reason in $predict_why.
predict_understand() {
	answer=
	predict_given=$(printf %s "$1" | tr 'A-Z\t\r' 'a-z  ')
	predict_given=${predict_given#"${predict_given%%[! ]*}"}
	predict_given=${predict_given%"${predict_given##*[! ]}"}
	case $predict_given in
	'' | '?') answer='?' ;;
	*) "predict_understand_$kind" ;;
	esac
}

predict_understand_number() {
	predict_why="a number from 0 to $answers"
	case $predict_given in
	all) predict_given=$answers ;;
	none) predict_given=0 ;;
	esac
	lab_is_number "$predict_given" || return 0
	while [ "$predict_given" != "${predict_given#0}" ] && [ "$predict_given" != 0 ]; do
		predict_given=${predict_given#0}
	done
	[ "$predict_given" -gt "$answers" ] || answer=$predict_given
}

# A choice, or the beginning of one only. Does fork() fail? Yes, and no, are answers too.
predict_understand_choice() {
	predict_why="one of $(printf %s "$answers" | tr '|' ' ')"
	case $answers:$predict_given in
	'never|fails:no') predict_given=never ;;
	'never|fails:yes') predict_given=fails ;;
	esac
	predict_fits=0
	for predict_choice in $(printf %s "$answers" | tr '|' ' '); do
		case $predict_choice in
		"$predict_given")
			answer=$predict_choice
			return
			;;
		"$predict_given"*)
			answer=$predict_choice
			predict_fits=$((predict_fits + 1))
			;;
		esac
	done
	[ "$predict_fits" -eq 1 ] || answer=
}
