# evidence.sh: what experiments find out, in the one format that all renderers read.
#
# Tab-separated, one record a line: server experiment round name value. The first line that is
# no comment names the columns. Lines that start with # say where and how it was measured.
# shellcheck shell=sh
# shellcheck disable=SC2154  # set by eval in servers.sh

evidence_columns=$(printf 'server\texperiment\tround\tname\tvalue')

# evidence_start FILE COMMAND: FILE begins with what the machine is and how it was asked.
evidence_start() {
	evidence_file=$1
	{
		printf '# command: %s\n' "$(printf %s "$2" | tr -c ' -~' '?')"
		printf '# date: %s\n' "$(date -u '+%Y-%m-%dT%H:%M:%SZ')"
		printf '# kernel: %s\n' "$(uname -srm)"
		printf '# libc: %s\n' "$(getconf GNU_LIBC_VERSION 2>/dev/null || echo unknown)"
		[ -z "${clients:-}" ] || # diagnose has no such options
			printf '# clients: %s\n# rounds: %s\n# processes: %s\n' \
				"$clients" "$rounds" "$processes"
		printf '# cores: %s\n' "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo unknown)"
		printf '%s\n' "$evidence_columns"
	} >"$evidence_file"
}

# record NAME VALUE: of the server whose facts are in the plain names.
record() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$experiment" "$round" "$1" "$2" >>"$evidence_file"
}

# What every experiment records of every server at its end: no count without alive or dead.
record_life() {
	servers_read_end "$id"
	if [ -z "$server_end" ]; then
		record alive 1
		return 0 # in a trap, bash would return another
	fi
	record alive 0
	record ended "$server_end"
	servers_read_last_words "$id"
	record last_words "$last_words"
}

# A dead server has no zombies, and that is no count.
record_zombies() {
	[ "$state" = - ] || record zombies "$zombies"
}

# The tally in records of its own, once the servers have ended.
record_tallies() {
	for tally_id in $server_ids; do
		server "$tally_id"
		servers_read_tally "$id"
		# "50 accepted, 50 forked, 31 handler runs, 31 reaped, 19 never reaped"
		while [ -n "$tally" ]; do
			tally_item=${tally%%,*}
			record_tally "${tally_item%% *}" "${tally_item#* }"
			case $tally in
			*', '*) tally=${tally#*, } ;;
			*) tally= ;;
			esac
		done
	done
}

# record_tally NUMBER WHAT: from a line that any server may have printed.
record_tally() {
	lab_is_number "$1" || return 0
	case $2 in
	*[!a-z\ ]*) return 0 ;;
	esac
	tally_name=tally
	# shellcheck disable=SC2086  # words
	for tally_word in $2; do
		tally_name=${tally_name}_$tally_word
	done
	record "$tally_name" "$1"
}
