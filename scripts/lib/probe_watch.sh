# probe_watch.sh: one server and all that descends from it, looked at until something is seen.
#
# A deadline is a time and a number of looks, and both must be used up: on a loaded machine looks
# are slow like everything else, and "not served" must not mean "we were quicker".
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval from tree.awk

watch_crowd=200 # processes of one server that are too many: it forks without end
watch_quiet=550 # hundredths of a second: the patience with a reaper on a timer

# One look. Of the server: server_state (- when dead), server_zombies, server_children (alive,
# and new since it came to listen). Of all it started: tree_pids, tree_live, tree_new (as
# before), tree_parent (whose child a new one is).
look_at_tree() {
	[ -d "$run_dir" ] || exit 3 # the run has ended, and we with it
	look_facts=$(ps -A -o pid= -o ppid= -o stat= -o pgid= |
		awk -v root="$target_root" -v group="$target_group" -v server="$server_pid" \
			-v known="$target_known" -f "$lab_lib/tree.awk") ||
		lab_fail 'ps printed no processes: is a ps installed that knows -A and -o?'
	eval "$look_facts"
	[ "$tree_live" -lt "$watch_crowd" ] || [ -n "$running_pid" ] || probe_spoil too-many-processes
	if [ "$server_state" = T ] && [ -z "$target_frozen" ]; then
		probe_spoil stopped-itself
	fi
	watch_count=$((watch_count + 1))
	[ "$server_state" != R ] || watch_running=$((watch_running + 1))
}

# watch HUNDREDTHS LOOKS CONDITION...: looks until the condition holds. 1 when it does not
# within that time and so many looks, or the server is dead. watch_count and watch_running say
# how many looks it took, and in how many of them the server was running.
watch() {
	watch_looks=$2
	clock_read
	watch_end=$((clock_now + $1 * 10))
	shift 2
	watch_count=0 watch_running=0
	while :; do
		look_at_tree
		"$@" && return
		[ "$server_state" != - ] || return 1
		clock_read
		[ "$watch_count" -lt "$watch_looks" ] || [ "$clock_now" -lt "$watch_end" ] || return 1
		if [ "$watch_count" -lt 6 ]; then
			sleep 0.02
		elif [ "$watch_count" -lt 50 ]; then
			sleep 0.05
		else
			sleep 0.2
		fi
	done
}

# Conditions.
never() { false; }
tree_is_new() { [ "$tree_new" -ge "$1" ]; }
tree_is_empty() { [ "$tree_new" -eq 0 ]; }
server_is_dead() { [ "$server_state" = - ]; }
server_is_stopped() { [ "$server_state" = T ]; }
server_has_no_zombie() { [ "$server_zombies" -eq 0 ]; }

# At rest: nobody new lives, and in several looks on end the server did not run and its zombies
# were the same.
server_is_at_rest() {
	if [ "$tree_new" -gt "$1" ] || [ "$server_state" = R ] ||
		[ "$server_zombies" != "$watch_zombies" ]; then
		watch_still=0
	fi
	watch_zombies=$server_zombies
	watch_still=$((watch_still + 1))
	[ "$watch_still" -gt "$watch_still_looks" ]
}

# server_rest LIVING LOOKS [HUNDREDTHS]: until it is at rest, with so many processes still there.
# A server that spins never is.
server_rest() {
	watch_still=0 watch_zombies='' watch_still_looks=$2
	watch "${3:-200}" 20 server_is_at_rest "$1"
}

# Until its zombies are gone, or nothing has changed for so long that only a reaper who comes by
# more seldom could still be expected. quiet: milliseconds it took.
server_wait_for_reaper() {
	clock_read
	quiet_since=$clock_now
	quiet_turns=0
	while [ "$server_zombies" -gt 0 ] && [ "$quiet_turns" -lt 5 ]; do
		quiet_zombies=$server_zombies
		watch "$watch_quiet" 20 zombies_have_changed || break
		quiet_turns=$((quiet_turns + 1))
	done
	clock_read
	quiet=$((clock_now - quiet_since))
}

zombies_have_changed() { [ "$server_zombies" -ne "$quiet_zombies" ]; }
