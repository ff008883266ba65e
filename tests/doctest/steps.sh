# steps.sh: sourced by the script that parse.awk makes of a document. The commands run in this
# same shell, one after the other; after each, doctest_step looks at what came of it.
#
# doctest_dir: for what is printed; doctest_lib: where match.awk is; doctest_file: the document's
# name; doctest_looks: how many looks before giving up, one each 0.05 s or more.
# shellcheck shell=sh
# shellcheck disable=SC2154  # the four are set by tests/doctest/run

# What looks and changes nothing is done again until it shows what it should, as a reader would
# who was too fast. Anything else is done once.
doctest_only_looks() {
	awk '
		{ text = text " " $0 }
		END {
			gsub(/'\''[^'\'']*'\''/, " ", text)
			gsub(/\$\([^()]*\)/, " ", text)
			if (text ~ /[>&`]/)
				exit 1
			count = split(text, command, /[|;]/)
			for (i = 1; i <= count; i++) {
				sub(/^ +/, "", command[i])
				split(command[i], word, " ")
				if (word[1] !~ /^(ps|cat|head|tail|grep|awk|sort|uniq|wc|ls|scripts\/zombie-count)$/)
					exit 1
			}
		}' "$1"
}

# A command that has ended has printed all it will, unless a job of the background prints too.
doctest_may_change() {
	[ -n "${!:-}" ] || doctest_only_looks "$doctest_dir/$1.cmd"
}

doctest_matches() {
	awk -v varies="$(cat "$doctest_dir/$1.varies")" -f "$doctest_lib/match.awk" \
		side=shown "$doctest_dir/$1.expected" side=printed "$doctest_dir/printed"
}

doctest_complain() {
	{
		echo "$doctest_file:$2: $(cat "$doctest_dir/$1.cmd")"
		echo '--- the document shows:'
		cat "$doctest_dir/$1.expected"
		echo '--- it printed:'
		cat "$doctest_dir/printed"
	} >>"$doctest_dir/complaint"
}

# A background job is given the moment that a reader takes to type the next command: until it
# sleeps, is stopped or has ended. Before, it may still be a shell that is to become a server.
doctest_settle() {
	doctest_left=$doctest_looks
	while [ "$doctest_left" -gt 0 ]; do
		case $(ps -A -o pid= -o stat= | awk -v pid="$1" '$1 == pid { print $2 }') in
		[RD]*) ;;
		*) break ;;
		esac
		doctest_left=$((doctest_left - 1))
		sleep 0.05
	done
}

# doctest_step NUMBER LINE background|foreground: its status is that of the command before.
doctest_step() {
	doctest_status=$?
	[ "$3" = foreground ] || doctest_settle "$!"
	doctest_left=$doctest_looks
	until doctest_matches "$1"; do
		doctest_left=$((doctest_left - 1))
		if [ "$doctest_left" -le 0 ] || ! doctest_may_change "$1"; then
			doctest_complain "$1" "$2"
			exit 1
		fi
		sleep 0.05
		if doctest_only_looks "$doctest_dir/$1.cmd"; then
			# shellcheck disable=SC1090  # a command of the document
			. "$doctest_dir/$1.cmd" </dev/null >"$doctest_dir/printed" 2>&1
		fi
	done
	: >"$doctest_dir/printed"
	echo "$1 $2" >>"$doctest_dir/done"
	return "$doctest_status"
}

# Whether something is left running of what the document started. What holds clients (`sleep 60 |`)
# ends by itself. No pipeline: its other half, not yet awk, would be one more child of this shell.
doctest_leaves_something() {
	ps -A -o pid= -o ppid= -o stat= -o args= >"$doctest_dir/processes"
	awk -v shell="$$" '$2 == shell && $3 !~ /^Z/ && $4 !~ /^(sleep|ps)$/' \
		"$doctest_dir/processes" >"$doctest_dir/left"
	[ -s "$doctest_dir/left" ]
}

# A reader goes on in the same terminal: nothing that was started may still be running, once it
# had the time to end.
doctest_end() {
	doctest_left=$doctest_looks
	while doctest_leaves_something; do
		if [ "$doctest_left" -le 0 ]; then
			{
				echo "$doctest_file: its commands leave something running:"
				cat "$doctest_dir/left"
			} >>"$doctest_dir/complaint"
			exit 1
		fi
		doctest_left=$((doctest_left - 1))
		sleep 0.05
	done
	echo end >>"$doctest_dir/done"
}
