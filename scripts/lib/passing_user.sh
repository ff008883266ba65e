# passing_user.sh: a user of its own for a server whose processes are to be counted.
# shellcheck shell=sh

# passing_user NUMBER: prints a user id that has no name and no process. Runs side by side must not
# share one: each begins elsewhere, and takes none that is in use. The range is what systemd keeps
# for passing users.
passing_user() {
	passing_taken=" $(ps -A -o user= | tr -s ' \n' ' ') "
	passing_turn=$(($$ * 8 + $1))
	while :; do
		passing_id=$((61184 + passing_turn % 4336))
		case $passing_taken in
		*" $passing_id "*) ;;
		*) id "$passing_id" >/dev/null 2>&1 || break ;;
		esac
		passing_turn=$((passing_turn + 8))
	done
	printf '%s\n' "$passing_id"
}
