#!/bin/sh
# Has spin verify what reap.pml claims about the ways to reap, one line a claim.
set -eu

usage='usage: check.sh [-n CLIENTS] [-t] [-h]'

# What should become of a claim; the claim; the server (parameters of reap.pml); in words.
claims()
{
	cat <<'END'
holds all_stay     REAP=nothing,FREEZE=1          stage 1, frozen: all N stay zombies
fails none_stays   REAP=one_wait                  stage 2: none stays a zombie
fails some_stay    REAP=one_wait                  stage 2: some zombie always stays
holds all_but_one  REAP=one_wait,FREEZE=1         stage 2, frozen: exactly N-1 stay
fails all_stay     REAP=one_wait,FREEZE=1         stage 2, frozen: all N stay (a wrong claim)
holds all_served   REAP=one_wait                  stage 2: all are served
fails all_served   REAP=one_wait,POKE=1           stage 2, poked: all are served
fails none_stays   REAP=one_waitpid               one waitpid(): none stays a zombie
holds all_but_one  REAP=one_waitpid,FREEZE=1      one waitpid(), frozen: exactly N-1 stay
holds all_served   REAP=one_waitpid,POKE=1        one waitpid(), poked: all are served
holds none_stays   REAP=loop_wait                 wait() in a loop: none stays a zombie
fails all_served   REAP=loop_wait                 wait() in a loop: all are served
fails survives     REAP=loop_waitpid,EINTR=die    stage 3: the server survives
holds survives     REAP=loop_waitpid,POKE=1       stage 4, poked: the server survives
holds none_stays   REAP=loop_waitpid,POKE=1       stage 4, poked: none stays a zombie
holds none_stays   REAP=loop_waitpid,FREEZE=1     stage 4, frozen: none stays a zombie
holds all_served   REAP=loop_waitpid,POKE=1       stage 4, poked: all are served
fails all_but_one  REAP=loop_waitpid,FREEZE=1     stage 4, frozen: exactly N-1 stay (a wrong claim)
fails none_stays   REAP=one_wait,QUEUE=1          stage 2, queued SIGCHLD: none stays
holds half_at_most REAP=one_wait,QUEUE=1,FREEZE=1 stage 2, queued, frozen: half stay at most
holds none_stays   REAP=loop_waitpid,QUEUE=1      stage 4, queued SIGCHLD: none stays
END
}

die()
{
	printf 'check.sh: %s\n' "$2" >&2
	exit "$1"
}

# Spin alone would run gcc for its preprocessor: one compiler has to do for both.
run_spin()
{
	spin '-Pcc -E -x c' "$@" reap.pml
}

# Prints holds or fails; or unclear, when the search broke off or never reached the claim,
# for then "no errors" proves nothing. Its arguments are the model's parameters, as -D options.
verify()
{
	rm -f pan pan.* reap.pml.trail
	if run_spin -a "$@" >log 2>&1 &&
		cc -w -DSAFETY ${trace:+-DBFS} -o pan pan.c >>log 2>&1; then
		./pan -E -w20 >>log 2>&1 || :
	fi
	awk '/assertion violated/ { violated = 1 }
		/ errors: 0$/ { clean = 1 }
		/Search not completed|max search depth/ { cut = 1 }
		/^unreached in proctype judge/ { getline; judged = /\(0 of/ }
		END { print violated ? "fails" : clean && judged && !cut ? "holds" : "unclear" }' log
}

# The events that lead to the violation, shortest way first; then the values in the end.
show_trace()
{
	run_spin -t "$@" | awk '/^spin: warning/ { next }
		/^spin:/ { over = 1 }
		!over { print }
		/^\t\t/ { values = values sep $1 " " $3; sep = ", " }
		END { print "    in the end: " values; print "" }'
}

n=50
trace=
while getopts :n:th option; do
	case $option in
	n) n=$OPTARG ;;
	t) trace=yes ;;
	h)
		cat <<END
$usage
Has spin verify, for each way to reap, what reap.pml claims about it.
  -n CLIENTS  how many clients there are, 3 to 100; 50 if not given
  -t          under each claim that fails, the shortest run that breaks it (try -n 3)
Exit: 0 all as expected, 1 not so, 2 usage, 3 spin or cc is not installed.
END
		exit 0
		;;
	:) die 2 "-$OPTARG needs a value; $usage" ;;
	*) die 2 "unknown option -$OPTARG; $usage" ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || die 2 "unexpected operand '$1'; $usage"
case $n in
[3-9] | [1-9][0-9] | 100) ;;
*) die 2 "-n '$n': give a number from 3 (fewer show less) to 100 (more take long)" ;;
esac
for tool in spin cc; do
	command -v $tool >/dev/null 2>&1 || die 3 \
		"$tool is not installed; on Debian and Ubuntu: apt-get install spin gcc"
done

model=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/reap.pml
dir=
trap 'test -z "$dir" || rm -rf "$dir"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
dir=$(mktemp -d "${TMPDIR:-/tmp}/reap.XXXXXX")
cp "$model" "$dir/reap.pml"
cd "$dir"

all=0
good=0
printf '%-52s expected  found\n' "claim, for N = $n"
while read -r expected claim server words; do
	defines="-DN=$n -DCLAIM=$claim -D$(printf '%s\n' "$server" | sed 's/,/ -D/g')"
	# shellcheck disable=SC2086 # one word a parameter
	found=$(verify $defines)
	all=$((all + 1))
	printf '%-52s %-9s %s\n' "$words" "$expected" "$found"
	if [ "$found" = "$expected" ]; then
		good=$((good + 1))
	else
		echo '  NOT AS EXPECTED. To see it again, in a copy of docs/model:'
		echo "  spin $defines -search -E reap.pml"
		sed -n '/[Ee]rror:/ s/^/  /p' log
	fi
	# shellcheck disable=SC2086
	[ -z "$trace" ] || [ "$found" != fails ] || show_trace $defines
done <<END
$(claims)
END
echo "$good of $all claims came out as expected"
[ "$good" -eq "$all" ]
