# clients.sh: the clients of the servers, each server's from a `burst` of its own.
#
# Held clients stay connected until the hold ends, on descriptor 8: all clients of all servers
# then leave at once, as they do when the script is killed. Visitors come, are served and leave.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval in servers.sh

# clients_hold COUNT: so many clients for each living server, each served and then held.
clients_hold() {
	run_open_fifo
	exec 8>"$run_fifo"
	rm "$run_fifo"
	clients_pids=
	rm -f "$run_dir"/*.held "$run_dir"/*.unserved
	for client_id in $server_ids; do
		servers_has_ended "$client_id" && continue
		server "$client_id"
		"$lab_build/burst" -p "$port" -n "$1" -w -e any <&7 6<&- 7<&- 8>&- 9>&- 3>&- \
			>"$run_dir/$id.held" 2>"$run_dir/$id.unserved" &
		clients_pids="$clients_pids $!"
	done
	exec 7<&-
	poll_each clients_are_held ||
		lab_fail "no word from the clients of server ${poll_left# }"
}

# Its burst has said that all are served, or why not; or there is none, for the server is dead.
clients_are_held() {
	[ -s "$run_dir/$1.held" ] || [ -s "$run_dir/$1.unserved" ] || servers_has_ended "$1"
}

# They have left once their processes are gone; `wait` has no news, for leaving is what they do.
clients_release() {
	exec 8>&-
	for client_pid in $clients_pids; do
		wait "$client_pid" || :
	done
}

# clients_visit BURST-OPTIONS: a burst that is not held, for each living server.
clients_visit() {
	visitor_pids=
	for client_id in $server_ids; do
		: >"$run_dir/$client_id.visit"
		: >"$run_dir/$client_id.unserved"
		servers_has_ended "$client_id" && continue
		server "$client_id"
		"$lab_build/burst" -p "$port" -e any "$@" </dev/null 6<&- 7<&- 8>&- 9>&- 3>&- \
			>"$run_dir/$id.visit" 2>"$run_dir/$id.unserved" &
		visitor_pids="$visitor_pids $!"
	done
}

clients_wait_for_visitors() {
	for client_pid in $visitor_pids; do
		wait "$client_pid" || :
	done
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
	poll_looking is_stopped || lab_fail 'a server did not stop'
	clients_release
	poll_looking has_zombies "$clients" || :
	say 'servers stopped; all clients left; one SIGCHLD is pending for all those exits'
	servers_signal CONT
}
