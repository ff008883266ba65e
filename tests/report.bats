#!/usr/bin/env bats
# report: evidence as one HTML file. Mostly from fixed evidence, which starts no server.

load helper

setup() {
	export BATS_TEST_TIMEOUT=120
	data=$ROOT/tests/data
	report=$ROOT/scripts/report
	mkdir "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/tmp"
	cd "$BATS_TEST_TMPDIR/work" || return # bats puts files of its own one folder up
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
}

need_xmllint() {
	command -v xmllint >/dev/null || skip 'xmllint is not installed'
}

# The numbers that stand in the table's cells and the tallies, one a line.
shown_numbers() {
	sed -n -e 's/.*<b class="\(good\|bad\)">\([^<]*\)<.*/\2/p' \
		-e 's/.*<th scope="row">[^/]*, <b>[^<]*<\/b><\/th>\(<td>.*\)<\/tr>/\1/p' "$1" |
		tr -c '0-9\n' '\n' | grep .
}

@test "the report is well-formed, of a good evidence and of a hostile one" {
	need_xmllint
	local evidence
	for evidence in four-stages hostile; do
		"$report" -o "$evidence.html" "$data/$evidence.tsv"
		xmllint --noout "$evidence.html"
	done
}

@test "the same evidence gives the same file, in every awk" {
	local awk
	"$report" -o first.html "$data/four-stages.tsv"
	for awk in mawk gawk original-awk busybox; do
		command -v "$awk" >/dev/null || continue
		mkdir -p "$awk"
		ln -sf "$(command -v "$awk")" "$awk/awk"
		PATH=$PWD/$awk:$PATH "$report" -o again.html "$data/four-stages.tsv"
		cmp first.html again.html
	done
}

@test "the file asks for nothing: no script, no link, no address but the names of formats" {
	"$report" -o r.html "$data/hostile.tsv"
	run ! grep -iE '<(script|link|iframe|img|object|a )|@import|url\(|javascript:' r.html
	[ "$(grep -o 'https\?://[^"]*' r.html | sort -u)" = "$(printf '%s\n' \
		http://www.w3.org/1999/xhtml http://www.w3.org/2000/svg)" ]
	grep -q "default-src 'none'" r.html
}

@test "a server called <script> is shown by its name and does no harm" {
	"$report" -o r.html "$data/hostile.tsv"
	grep -q '<th scope="col">&lt;script&gt;alert(1)&lt;/script&gt;</th>' r.html
	run ! grep -q '[^ -~]' r.html # tabs and control characters included
}

@test "every number in the table and the tallies is in the evidence" {
	"$report" -o r.html "$data/four-stages.tsv"
	shown_numbers r.html >numbers
	[ "$(wc -l <numbers)" -ge 60 ]
	awk -F '\t' '!/^#/ { print $5 }' "$data/four-stages.tsv" | sort -u >values
	run ! grep -vxFf values numbers
}

@test "the bars of the histogram are what a count of the evidence gives" {
	"$report" -o r.html "$data/four-stages.tsv"
	sed -n 's/.*class="\(plain\|frozen\)"><title>\([0-9]*\) runs\{0,1\} left \([0-9]*\) zombies.*/\1 \3 \2/p' \
		r.html | sort >bars
	awk -F '\t' '$2 == "repeat" && ($4 == "plain" || $4 == "frozen") { n[$4 " " $5]++ }
		END { for (bar in n) print bar, n[bar] }' "$data/four-stages.tsv" | sort >counted
	[ "$(awk '$1 == "plain" { runs += $3 } END { print runs }' bars)" -ge 30 ]
	grep -qx 'frozen 49 30' bars
	diff -u counted bars
}

@test "each line of the timeline ends at the last count of the evidence" {
	"$report" -o r.html "$data/four-stages.tsv"
	awk -F '\t' '$2 == "timeline" && $4 == "zombies" && $1 !~ /stage3/ { last[$1] = $5 }
		END { for (s in last) print last[s] " zombies at the end" }' "$data/four-stages.tsv" | sort >last
	grep -o '[0-9]* zombies at the end</text>' r.html | sed 's/<.*//' | sort | diff -u last -
}

@test "a server that died is marked at that moment, with its last words" {
	local died
	died=$(awk -F '\t' '$1 ~ /stage3/ && $2 == "timeline" && $4 == "alive" && $5 == 0 {
		printf "%.2f", $3 / 1000; exit }' "$data/four-stages.tsv")
	"$report" -o r.html "$data/four-stages.tsv"
	grep -q "<title>dead since $died seconds</title>" r.html
	grep -q 'class="death">died: accept: Interrupted system call</text>' r.html
	[ "$(grep -c 'class="cross"' r.html)" -eq 2 ]
}

@test "the cells say what they mean, and that a dead server is dead" {
	"$report" -o r.html "$data/four-stages.tsv"
	grep -q '<b class="bad">49</b><span>one SIGCHLD for all, one wait(), one reaped</span>' r.html
	grep -q '<b class="bad">died</b><span>its last words: accept: Interrupted system call</span>' r.html
}

@test "pictures have a title and a description, tables have header cells" {
	"$report" -o r.html "$data/four-stages.tsv"
	[ "$(grep -c '<svg ' r.html)" -eq 2 ]
	[ "$(grep -c '<desc id=' r.html)" -eq 2 ]
	grep -q '<th scope="col">stage4_eintr</th>' r.html
	grep -q '<th scope="row"><b>freeze</b>' r.html
}

@test "what is not as expected is said, with the command that shows it again" {
	sed 's/^\(stage2_wait	freeze	1	zombies	\)49/\148/' "$data/four-stages.tsv" >odd.tsv
	"$report" -o r.html odd.tsv
	grep -q 'class="wrong"><b class="bad">48</b>' r.html
	grep -q '<code>scripts/experiments/freeze -n 50 stage2_wait</code>' r.html
}

@test "evidence cut off anywhere gives a well-formed report" {
	need_xmllint
	local bytes
	for bytes in 213 300 2345 7000 12345 16000; do
		head -c "$bytes" "$data/four-stages.tsv" >cut.tsv
		"$report" -o r.html cut.tsv
		xmllint --noout r.html
	done
}

@test "a line that is no record is counted, not guessed at" {
	printf 'stage1_no_reap\tburst\t1\n' | cat "$data/four-stages.tsv" - >cut.tsv
	"$report" -o r.html cut.tsv
	grep -q '1 line of the evidence could not be read' r.html
}

@test "a header without records is said to be that" {
	head -n 9 "$data/four-stages.tsv" >none.tsv
	"$report" -o r.html none.tsv
	grep -q 'There is no record in this evidence' r.html
}

@test "a file that is no evidence is refused, and an older report is left alone" {
	echo old >r.html
	: >empty.tsv
	run -2 --separate-stderr "$report" -o r.html empty.tsv
	[ "$stderr" = 'report: there is no evidence in empty.tsv: no line names its columns' ]
	run -2 --separate-stderr "$report" -o r.html absent.tsv
	[[ "$stderr" == 'report: cannot read absent.tsv: '* ]]
	[ "$(cat r.html)" = old ]
	[ "$(ls)" = "$(printf 'empty.tsv\nr.html')" ]
}

@test "a file name that looks like an assignment of awk is a file name" {
	cp "$data/four-stages.tsv" input=css
	"$report" -o r.html input=css
	grep -q stage4_eintr r.html
}

@test "several evidence files make one report" {
	grep -e '^#' -e '^server' -e '	burst	' -e '	freeze	' "$data/four-stages.tsv" >one.tsv
	grep -e '^#' -e '^server' -e '	timeline	' -e '	repeat	' "$data/four-stages.tsv" >two.tsv
	"$report" -o r.html one.tsv two.tsv
	[ "$(grep -c '<svg ' r.html)" -eq 2 ]
	grep -q '<th scope="row"><b>freeze</b>' r.html
}

@test "without repeat, the rounds of burst stand in the histogram, and are said to be too few" {
	grep -v '	repeat	' "$data/four-stages.tsv" >compare.tsv
	"$report" -o r.html compare.tsv
	grep -q '<b>5 runs are too few to show how much it varies.</b>' r.html
	# 41 90 134 145 159: 41 49 44 11 14 each
	grep -q '<title>1 run left 11 zombies</title>' r.html
}

@test "10,000 records are rendered, and the last of them is in the picture" {
	{
		head -n 9 "$data/four-stages.tsv"
		awk 'BEGIN { for (i = 1; i <= 2500; i++) for (s = 1; s <= 4; s++)
			printf "stage%d_x\ttimeline\t%d\tzombies\t%d\n", s, i * 10, i % 997 + s }'
	} >long.tsv
	"$report" -o r.html long.tsv
	grep -q '510 zombies at the end' r.html # 2500 % 997 + 4
}

@test "-h prints the usage; a wrong option, a wrong number, a file that cannot be written are refused" {
	run -0 --separate-stderr "$report" -h
	[[ "${lines[0]}" == 'usage: report '* ]]
	[ -z "$stderr" ]
	run -2 --separate-stderr "$report" -x
	[ "${stderr_lines[0]}" = 'report: there is no option -x' ]
	run -2 --separate-stderr "$report" -r none
	[ "$stderr" = "report: -r wants a number from 1 to 10000, not 'none'" ]
	run -2 --separate-stderr "$report" -o no/such/folder.html "$data/four-stages.tsv"
	[[ "$stderr" == 'report: cannot write to no/such/folder.html: '* ]]
}

@test "report measures by itself, and makes the same file again from the evidence that it wrote" {
	"$report" -n 8 -k 2 -r 2 -m 12 -o r.html 3>&-
	"$report" -o again.html r.tsv
	cmp r.html again.html
	grep -q '<code>scripts/report -n 8 -k 2 -r 2 -m 12 -o r.html</code>' r.html
	grep -q 'Zombies over time' r.html
	grep -q 'class="death">died: accept: Interrupted system call' r.html
	[ "$(ls)" = "$(printf 'again.html\nr.html\nr.tsv')" ]
	[ -z "$(ls -A "$TMPDIR")" ]
}
