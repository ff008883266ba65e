# servers.sh: several servers, walked together: each step is done to all of them, and one look
# at the process table answers for all.
#
# Servers have ids, 1 2 3 ..., in $server_ids. Their facts are in variables that end in the id;
# `server ID` copies them to plain names, for code that speaks of one server:
#
#   name   what to call it          state     R, S, T ... at the last look; - when dead
#   path   the program              zombies   children in state Z at the last look
#   pid    of the running server    children  its other children at the last look
#   port   it listens on            busy      those of them that run, or wait for a disk
#                                   visitor   the state of its visitor (clients.sh), - for none
#
# What can no longer show what its experiment is about is dropped: it leaves $server_ids, and
# the reason is its evidence. $server_started has them all.
#
# shellcheck shell=sh
# shellcheck disable=SC2034  # the plain names are read by the experiments

server_ids='' server_started='' server_pids='' visitor_pids=''
servers_log_limit=1000000 # bytes: what prints without end does not fill the disk
servers_quiet=-q          # '': their logs tell each event
look_processes=0          # in the whole process table, at the last look
id='' name='' path='' pid='' port='' state='' zombies='' children='' server_limits=''
busy='' visitor=''

server() {
	id=$1
	eval "name=\$server_name_$id path=\$server_path_$id pid=\$server_pid_$id
		port=\$server_port_$id state=\$server_state_$id
		zombies=\$server_zombies_$id children=\$server_children_$id
		busy=\$server_busy_$id visitor=\$server_visitor_$id"
}

# A server is a program that takes the stages' options, or the number of a stage.
servers_find() {
	case $1 in
	1) server_path=$lab_build/stage1_no_reap ;;
	2) server_path=$lab_build/stage2_wait ;;
	3) server_path=$lab_build/stage3_waitpid ;;
	4) server_path=$lab_build/stage4_eintr ;;
	*/*) server_path=$1 ;;
	*) server_path=$lab_build/$1 ;;
	esac
	if [ ! -f "$server_path" ] || [ ! -x "$server_path" ]; then
		lab_refuse "there is no server '$1': name a stage, 1 to 4, or a program"
	fi
}

# Evidence is printable ASCII without tabs, whatever a server is called.
servers_clean_name() {
	case $server_name in
	*[!\ -~]*) server_name=$(printf %s "$server_name" | tr -c ' -~' '?') ;;
	esac
}

# servers_define SERVER...: gives each an id and a name of its own.
servers_define() {
	server_ids=
	server_count=0
	server_names=' '
	for server_argument in "$@"; do
		servers_find "$server_argument"
		server_count=$((server_count + 1))
		server_name=${server_path##*/}
		servers_clean_name
		case $server_names in
		*" $server_name "*) server_name="$server_name#$server_count" ;;
		esac
		server_names="$server_names$server_name "
		eval "server_path_$server_count=\$server_path
			server_name_$server_count=\$server_name server_limits_$server_count="
		servers_forget "$server_count"
		server_ids="$server_ids $server_count"
	done
}

# Facts of a process that is not there yet.
servers_forget() {
	eval "server_pid_$1= server_port_$1= server_state_$1=- server_zombies_$1=0
		server_children_$1=0 server_busy_$1=0 server_visitor_$1=-"
}

# servers_start [FLAG]: a fresh process for each server, on a port of its own, with the restart
# flag that the experiment asks for, so that servers differ in nothing else.
servers_start() {
	server_started=$server_ids
	server_pids='' visitor_pids=''
	# New files, for the last experiment's may have a writer who has not quite ended.
	rm -f "$run_dir"/*.log "$run_dir"/*.life "$run_dir"/*.error
	for server_id in $server_ids; do
		eval "server_path=\$server_path_$server_id server_limits=\$server_limits_$server_id"
		servers_forget "$server_id"
		for server_file in log life error; do
			: >"$run_dir/$server_id.$server_file"
		done
		# The lifeline is closed last: what still makes files has kept the janitor waiting.
		# shellcheck disable=SC2086  # the limits are options
		"$lab_build/supervise" $server_limits -f "$servers_log_limit" \
			-o "$run_dir/$server_id.log" -- "$server_path" $servers_quiet -p 0 "$@" \
			>"$run_dir/$server_id.life" 2>"$run_dir/$server_id.error" \
			<&6 6<&- 7<&- 8>&- 3>&- 9>&- &
	done
	poll_each servers_is_ready || servers_cannot_start "${poll_left# }"
	look
}

# The ready line is waited for, and nothing is done before it: a signal that comes while a fork
# of ours becomes a server may be lost, and a connection would be one client more.
servers_is_ready() {
	servers_has_ended "$1" && servers_cannot_start "$1"
	[ -s "$run_dir/$1.log" ] || return 1
	server_lines=0
	while [ "$server_lines" -lt 50 ] &&
		read -r server_listening server_on server_address server_port_is server_port \
			server_pid_is server_pid; do
		server_lines=$((server_lines + 1))
		[ "$server_listening $server_on" = 'listening on' ] || continue
		servers_take_ready "$1"
		return
	done <"$run_dir/$1.log"
	return 1
}

# What it says of itself is only believed when it can be: signals will go to that pid.
servers_take_ready() {
	read -r server_word server_began <"$run_dir/$1.life" || return
	server "$1"
	[ "$server_pid" = "$server_began" ] ||
		lab_refuse "$name did not start: it says pid '$(lab_printable "$server_pid")'," \
			"not $server_began (a wrapper has to exec its server)"
	if ! lab_is_number "$server_port" || [ "$server_port" -lt 1 ] ||
		[ "$server_port" -gt 65535 ]; then
		lab_refuse "$name did not start: it says port '$(lab_printable "$server_port")'"
	fi
	eval "server_port_$1=\$server_port server_pid_$1=\$server_pid"
	server_pids="$server_pids $1:$server_pid"
}

servers_cannot_start() {
	server "${1%% *}"
	servers_read_last_words "$id"
	lab_refuse "$name did not start: ${last_words:-it never printed 'listening on ...'}"
}

# How it ended, by its supervise: "exited 1", "killed 9"; nothing as long as it lives.
servers_read_end() {
	server_end=
	[ -s "$run_dir/$1.error" ] && server_end='not started'
	while read -r server_word server_number; do
		case $server_word in
		exited | killed) server_end="$server_word $server_number" ;;
		esac
	done <"$run_dir/$1.life"
}

servers_has_ended() {
	servers_read_end "$1"
	[ -n "$server_end" ]
}

# The last line it printed before the tally, or what supervise had to say; escaped, for it may be
# anything. (Its children may still have printed after the tally; and its handler after the error,
# for a SIGCHLD may come then.)
servers_read_last_words() {
	last_words=$(awk -v handler="$lab_handler_lines" '
		FNR == 1 { over = 0 }
		/^tally:/ { over = 1 }
		!over && !/^listening on / && $0 !~ handler { last = $0 }
		END { print last }' "$run_dir/$1.log" "$run_dir/$1.error" |
		awk -v most=200 -f "$lab_lib/escape.awk")
}

# tally: the numbers of the tally line, "" where the server printed none.
servers_read_tally() {
	tally=
	while read -r server_word server_line; do
		[ "$server_word" = tally: ] && tally=$server_line
	done <"$run_dir/$1.log"
	return 0
}

# One look at the process table, for all servers.
look() {
	look_facts=$(ps -A -o pid= -o ppid= -o stat= |
		awk -v servers="$server_pids" -v visitors="$visitor_pids" -f "$lab_lib/snapshot.awk") ||
		lab_fail 'ps printed no processes: is a ps installed that knows -A and -o?'
	eval "$look_facts"
	looked
}

# What is to happen at each look: for the timeline to define anew.
looked() { :; }

# servers_signal SIGNAL: to each that lives.
servers_signal() {
	for server_id in $server_ids; do
		servers_has_ended "$server_id" && continue
		server "$server_id"
		kill -s "$1" "$pid" 2>/dev/null || : # it may end at any moment
	done
}

# servers_drop ID REASON: there is nothing more to learn from it.
servers_drop() {
	server "$1"
	servers_left=
	for server_id in $server_ids; do
		[ "$server_id" = "$1" ] || servers_left="$servers_left $server_id"
	done
	server_ids=$servers_left
	say "$name: $2"
	record spoilt "$2"
}

# servers_drop_all REASON ID...
servers_drop_all() {
	servers_reason=$1
	shift
	for servers_dropped in "$@"; do
		servers_drop "$servers_dropped" "$servers_reason"
	done
}

# The same, of whom a poll has not seen what it waited for.
servers_drop_left() {
	# shellcheck disable=SC2086  # a list of ids
	servers_drop_all "$1" $poll_left
}

# Ends every server as a user would, with SIGTERM, so that each prints its tally; and what will
# not have it within a second, with SIGKILL. A stopped server heeds SIGTERM when it goes on.
servers_end() {
	server_ids=$server_started
	servers_signal TERM
	servers_signal CONT
	poll_within 50 poll_each servers_has_ended && return
	servers_signal KILL
	poll_each servers_has_ended || lab_fail 'a server outlived SIGKILL'
}
