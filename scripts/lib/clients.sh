# clients.sh: the clients of the servers, each server's from a `burst` of its own.
#
# Held clients stay connected until the hold ends, on descriptor 8: all clients of all servers
# then leave at once, as they do when the script is killed. Visitors come, are served and leave.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval in servers.sh

# How long a burst of so many may take: what is slower than that does not serve. (Seconds.)
clients_patience() {
	patience=$((30 + $1 / 25))
}

# clients_hold COUNT: so many clients for each living server, each served and then held. Servers
# that have died, or do not serve all, are dropped.
clients_hold() {
	run_open_fifo
	exec 8>"$run_fifo"
	rm "$run_fifo"
	clients_pids=
	clients_patience "$1"
	rm -f "$run_dir"/*.held "$run_dir"/*.unserved
	for client_id in $server_ids; do
		servers_has_ended "$client_id" && continue
		server "$client_id"
		"$lab_build/burst" -p "$port" -n "$1" -w -e any -t "$patience" \
			>"$run_dir/$id.held" 2>"$run_dir/$id.unserved" <&7 6<&- 7<&- 8>&- 3>&- 9>&- &
		clients_pids="$clients_pids $client_id:$!"
	done
	exec 7<&-
	poll_within $((2 * poll_patience + 3 * $1 + 400)) poll_each clients_are_held ||
		lab_fail "no word from the clients of server ${poll_left# }"
	for client_id in $server_ids; do
		[ -s "$run_dir/$client_id.held" ] || clients_are_lost "$client_id"
	done
}

# Its burst has said that all are served, or why not; or there is none, for the server is dead.
clients_are_held() {
	[ -s "$run_dir/$1.held" ] || clients_have_complained "$1" || servers_has_ended "$1"
}

# burst may say something about single clients first; this is what it ends with.
clients_have_complained() {
	client_complaint=
	while read -r client_line; do
		case $client_line in
		'burst: served '* | 'burst: cannot '* | 'burst: no '*) client_complaint=${client_line#burst: } ;;
		esac
	done 2>/dev/null <"$run_dir/$1.unserved"
	[ -n "$client_complaint" ]
}

clients_are_lost() {
	clients_have_complained "$1" || client_complaint='it ended'
	servers_drop "$1" "its clients were not all served: $client_complaint"
}

# They have left once their processes are gone; `wait` has no news, for leaving is what they do.
# Those that were never all served are still trying.
clients_release() {
	exec 8>&-
	for client_pid in $clients_pids; do
		client_id=${client_pid%:*}
		[ -s "$run_dir/$client_id.held" ] || clients_have_complained "$client_id" ||
			clients_kill "${client_pid#*:}"
		wait "${client_pid#*:}" 2>/dev/null || :
	done
}

# One of ours that still runs, so that its number is nobody else's.
clients_kill() {
	kill -s KILL "$1" 2>/dev/null || :
}

# clients_visit BURST-OPTIONS: a burst that is not held, for each living server.
clients_visit() {
	visitor_pids=
	rm -f "$run_dir"/*.visit "$run_dir"/*.unserved
	for client_id in $server_ids; do
		: >"$run_dir/$client_id.visit"
		: >"$run_dir/$client_id.unserved"
		servers_has_ended "$client_id" && continue
		server "$client_id"
		"$lab_build/burst" -p "$port" -e any -t 30 "$@" \
			>"$run_dir/$id.visit" 2>"$run_dir/$id.unserved" \
			</dev/null 6<&- 7<&- 8>&- 3>&- 9>&- &
		visitor_pids="$visitor_pids $client_id:$!"
	done
}

clients_wait_for_visitors() {
	for client_pid in $visitor_pids; do
		wait "${client_pid#*:}" 2>/dev/null || :
	done
	visitor_pids=
}

# The same, without patience for those that nobody serves.
clients_dismiss_visitors() {
	for client_pid in $visitor_pids; do
		client_id=${client_pid%:*}
		clients_was_served "$client_id" || clients_have_complained "$client_id" ||
			clients_kill "${client_pid#*:}"
	done
	clients_wait_for_visitors
}

# Whether the visitor of server ID has been served.
clients_was_served() {
	[ -s "$run_dir/$1.visit" ] && grep -q '^ready' "$run_dir/$1.visit"
}

# All clients of all servers leave while the servers are stopped; then the servers go on. Not
# before the state is T: SIGSTOP takes its time, and an exit before it would have a SIGCHLD of
# its own. Not before all are zombies: those that exit later would have another.
clients_freeze() {
	clients_hold "$clients"
	say "$clients clients for each server, each served by a child"
	servers_signal STOP
	poll_looking is_stopped || servers_drop_left 'it did not stop'
	clients_release
	poll_looking has_frozen "$clients" ||
		servers_drop_left 'its clients left, and not all of its children ended'
	say 'servers stopped; all clients left; one SIGCHLD is pending for all those exits'
	servers_signal CONT
}
