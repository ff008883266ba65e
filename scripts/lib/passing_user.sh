# passing_user.sh: a user of its own for a server whose processes are to be counted.
# shellcheck shell=sh

# passing_user NUMBER: prints a user id that has no name; each caller starts elsewhere, so that
# runs side by side do not share one. The range is what systemd keeps for passing users.
passing_user() {
	passing_id=$((61184 + ($$ * 8 + $1) % 4000))
	while id "$passing_id" >/dev/null 2>&1; do
		passing_id=$((passing_id + 8))
	done
	printf '%s\n' "$passing_id"
}
