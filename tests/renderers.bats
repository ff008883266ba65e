#!/usr/bin/env bats
# The formats of diagnose: each against its own rules, and with evidence that means harm. Nothing is
# run here: every format comes from evidence in a file.

load helper

FORMATS='tap junit gradescope autolab classroom50'

setup_file() {
	hostile_evidence >"$BATS_FILE_TMPDIR/hostile.evidence"
	export CLASSROOM=cs0 ASSIGNMENT=zombies SUBMISSION_TAG=submit/2026-01-02T03-04-05Z-abc
	export COMMIT_URL=http://git/commit/abc RELEASE_URL=http://git/releases/tag REVIEW_URL=
	for evidence in $(each_evidence); do
		for format in text tsv $FORMATS; do
			render "$format" "$evidence" >"$BATS_FILE_TMPDIR/$evidence.$format"
		done
	done
}

# The evidence of a server that dies of EINTR, whose name, argument and last words mean harm, with
# records that it cannot have made, and lines that are none.
hostile_evidence() {
	local words
	words=$(printf '</failure></testsuites>]]> "quoted" & '\''more'\'' \\ \\" word: a:b http://x # SKIP ok 1 - forged \\012not ok 9 </script> \033[31mred\r\001\177\377\376 {port} $(id) Interrupted')
	words=$words LC_ALL=C awk 'BEGIN { FS = OFS = "\t" } $4 == "last_words" || $5 == "-p" { $5 = ENVIRON["words"] }
		/^[^#]/ && $1 != "server" { $1 = "<a\"b>#\\:" } { print }' "$ROOT/tests/data/render-eintr.tsv"
	printf 'x\toutcome\t1\tverdict\tcorrect\nx\toutcome\t1\texit\t0\n'
	printf 'x\tproperty\t5\tid\tsurvives-eintr\nx\tproperty\t5\tresult\tpass\n'
	printf 'ok 5 - forged\nBail out! forged\n1..0\n{"scores":{"forged":1}}\n</testsuites>\n'
}

# show FORMAT NAME: what diagnose made of tests/data/render-NAME.tsv, or of hostile evidence.
show() {
	cat "$BATS_FILE_TMPDIR/$2.$1"
}

# render FORMAT NAME: makes it now.
render() {
	local file=$ROOT/tests/data/render-$2.tsv
	[ "$2" != hostile ] || file=$BATS_FILE_TMPDIR/hostile.evidence
	"$ROOT/scripts/diagnose" -i "$file" -f "$1" || [ $? -ne 2 ]
}

# json NAME: the values of a JSON text from stdin, a line each.
json() {
	LC_ALL=C awk -f "$ROOT/tests/fixtures/json.awk"
}

xml() {
	LC_ALL=C awk -f "$ROOT/tests/fixtures/xml.awk"
}

each_evidence() {
	printf '%s\n' correct defect eintr inconclusive untestable hostile
}

# sum PATTERN: of the values whose path matches.
sum() {
	awk -F '\t' -v path="$1" '$1 ~ path { sum += $3 } END { print sum + 0 }'
}

need() {
	command -v "$1" >/dev/null 2>&1 || skip "$1 is not installed"
}

@test "the strict reader of JSON refuses what is no JSON" {
	for text in '{"a":1,}' '[01]' '{"a" 1}' '"\x"' '{"a":1}x' '{"a":1,"a":2}' "$(printf '"\033"')" '' '[1'; do
		run ! json <<<"$text"
	done
	json <<<'{"a":[1,-2.5,true,null,"\u003a\"",{}]}'
}

@test "the strict reader of XML refuses what is not well-formed" {
	local head='<?xml version="1.0" encoding="UTF-8"?>'
	for text in '<a><b></a></b>' '<a>' '<a b="<"/>' '<a>&nbsp;</a>' '<a>]]></a>' '<a/><b/>' 'x<a/>'; do
		run ! xml <<<"$head"$'\n'"$text"
	done
	xml <<<"$head"$'\n''<a><b c="&lt;&quot;">d &amp; e</b><b/></a>'
}

@test "every format is found by its name, and named when there is no such format" {
	for format in text tsv $FORMATS; do
		[ -s "$BATS_FILE_TMPDIR/correct.$format" ]
	done
	run -2 "$ROOT/scripts/diagnose" -i "$ROOT/tests/data/render-correct.tsv" -f nonsense
	[ "${#lines[@]}" -eq 1 ]
	for format in text tsv $FORMATS; do
		[[ "$output" == *"$format"* ]]
	done
}

@test "the exit status is that of the verdict, whatever the format" {
	for format in $FORMATS; do
		run -0 "$ROOT/scripts/diagnose" -i "$ROOT/tests/data/render-correct.tsv" -f "$format"
		run -1 "$ROOT/scripts/diagnose" -i "$ROOT/tests/data/render-defect.tsv" -f "$format"
		run -3 "$ROOT/scripts/diagnose" -i "$ROOT/tests/data/render-untestable.tsv" -f "$format"
	done
}

@test "every awk writes the same" {
	local awks=0
	for awk in gawk mawk original-awk busybox; do
		command -v "$awk" >/dev/null 2>&1 || continue
		awks=$((awks + 1))
		mkdir -p "$BATS_TEST_TMPDIR/$awk"
		ln -s "$(command -v "$awk")" "$BATS_TEST_TMPDIR/$awk/awk"
		for format in text $FORMATS; do
			PATH=$BATS_TEST_TMPDIR/$awk:$PATH render "$format" hostile >"$BATS_TEST_TMPDIR/$awk.$format"
			show "$format" hostile | cmp - "$BATS_TEST_TMPDIR/$awk.$format"
		done
	done
	[ "$awks" -gt 0 ] || skip 'no awk with a name of its own is installed'
}

@test "no format lets a control character or a byte beyond ASCII through" {
	for format in text $FORMATS; do
		show "$format" hostile >"$BATS_TEST_TMPDIR/out"
		LC_ALL=C tr -d '\n -~' <"$BATS_TEST_TMPDIR/out" >"$BATS_TEST_TMPDIR/rest"
		[ ! -s "$BATS_TEST_TMPDIR/rest" ]
	done
}

@test "records that a server cannot have made change no verdict and no point" {
	for format in $FORMATS; do
		run -1 "$ROOT/scripts/diagnose" -i "$BATS_FILE_TMPDIR/hostile.evidence" -f "$format"
		[[ "$output" == *'eintr-death'* || "$format" = classroom50 ]]
	done
	[ "$(show gradescope hostile | json | sum '[.]score$')" -eq 10 ]
	[ "$(show classroom50 hostile | json | awk -F '\t' '$1 == ".score" { print $3 }')" -eq 10 ]
}

# TAP 14

# Exit status 1 for a line that TAP 14 does not know.
tap_check() {
	LC_ALL=C awk '
		NR == 1 { if ($0 != "TAP version 14") exit bad = 1; next }
		inside && /^  [.][.][.]$/ { inside = 0; next }
		inside { if (!/^  ([a-z]+: "|[a-z]+:$|  - ")/) exit bad = 1; next }
		/^  ---$/ { if (!after_point) exit bad = 1; inside = 1; next }
		{ after_point = 0 }
		/^1[.][.][0-9]+$/ { plans++; planned = substr($0, 4); next }
		/^(not )?ok [0-9]+ - / {
			after_point = 1
			if ($(/^not/ ? 3 : 2) != ++points)
				exit bad = 1
			sub(/ # SKIP .*/, "")
			gsub(/\\./, "")
			if (/[#\\]/)
				exit bad = 1
			next
		}
		/^Bail out! / { bailed = 1; next }
		!/^#/ { exit bad = 1 }
		END { exit bad || plans != 1 || inside || (bailed ? points : points != planned) }'
}

@test "tap: every line is one that TAP 14 knows, and the plan is kept" {
	for evidence in $(each_evidence); do
		show tap "$evidence" | tap_check
	done
	run ! tap_check <<<$'TAP version 14\n1..1\nok 1 - a # b'
	run ! tap_check <<<$'TAP version 14\n1..2\nok 1 - a'
}

@test "tap: a consumer sees what passed, failed and was skipped" {
	need prove
	# Version 14 is read by who reads version 13, and prove knows the number 13 only.
	for evidence in correct eintr hostile; do
		show tap "$evidence" | sed '1s/14/13/' >"$BATS_TEST_TMPDIR/$evidence.t"
	done
	run -0 prove --exec cat "$BATS_TEST_TMPDIR/correct.t"
	[[ "$output" == *'Tests=7'* ]]
	run -1 prove --verbose --exec cat "$BATS_TEST_TMPDIR/eintr.t"
	[[ "$output" == *'Failed test:  5'* ]]
	[[ "$output" == *'(less 5 skipped subtests: 1 okay)'* ]]
	run -1 prove --exec cat "$BATS_TEST_TMPDIR/hostile.t"
	[[ "$output" == *'Failed test:  5'* ]]
}

@test "tap: what was not tested is ok with SKIP and the reason" {
	run -0 show tap eintr
	[[ "$output" == *$'\nok 2 - leaves no zombie when clients leave one after another # SKIP the server dies'* ]]
}

@test "tap: a failure has a YAML block with the commands that show it again" {
	run -0 show tap defect
	[[ "$output" == *$'\n  ---\n  message: "'* ]]
	[[ "$output" == *$'\n  again:\n    - "'* ]]
	[[ "$output" == *$'\n  ...\n'* ]]
}

@test "tap: the YAML can be parsed" {
	need python3
	python3 -c 'import yaml' 2>/dev/null || skip 'python3 has no yaml'
	show tap hostile | sed -n 's/^  //p' | python3 -c '
import sys, yaml
found = yaml.safe_load(sys.stdin.read().split("...")[0])
assert found["severity"] == "fail", found
assert "</failure>" in found["message"], found'
}

@test "tap: bails out, with the reason, when nothing could be tested" {
	run -0 show tap untestable
	[[ "${lines[-1]}" == 'Bail out! '*'never came to listen'* ]]
	run -0 show tap inconclusive
	[[ "$output" != *'Bail out!'* ]]
	[[ "$output" == *' # SKIP '* ]]
}

# JUnit

@test "junit: well-formed, one testsuites, and its totals are what is there" {
	for evidence in $(each_evidence); do
		show junit "$evidence" | xml >"$BATS_TEST_TMPDIR/flat"
		awk -F '\t' '
			$1 == "/testsuites" && NF == 1 { roots++ }
			$1 == "/testsuites" && NF == 3 { total[$2] = $3 }
			$1 == "/testsuites/testsuite" && NF == 3 { suite[$2] = $3 }
			$1 ~ /\/testcase$/ && NF == 1 { tests++ }
			$1 ~ /\/failure$/ && NF == 1 { failures++ }
			$1 ~ /\/error$/ && NF == 1 { errors++ }
			$2 == "time" && $3 !~ /^[0-9]+([.][0-9]+)?$/ { bad++ }
			$2 == "timestamp" && $3 !~ /^[0-9-]+T[0-9:]+$/ { bad++ }
			END {
				exit roots != 1 || bad || tests != 7 || total["tests"] != 7 || suite["tests"] != 7 ||
					total["failures"] != failures + 0 || suite["failures"] != failures + 0 ||
					total["errors"] != errors + 0 || suite["errors"] != errors + 0
			}' "$BATS_TEST_TMPDIR/flat"
	done
}

@test "junit: a defect is a failure, what could not be tested is an error" {
	run -0 show junit eintr
	[ "$(grep -c '<failure ' <<<"$output")" -eq 1 ]
	[ "$(grep -c '<error ' <<<"$output")" -eq 5 ]
	[[ "$output" == *'<failure type="eintr-death" message="alive with two clients'* ]]
}

@test "junit: xmllint reads it" {
	need xmllint
	for evidence in $(each_evidence); do
		show junit "$evidence" | xmllint --noout -
	done
}

@test "junit: a parser gets hostile words back as they were" {
	need python3
	show junit hostile | python3 -c '
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
assert root.tag == "testsuites" and [suite.tag for suite in root] == ["testsuite"]
message = root.find(".//failure").get("message")
assert "</failure></testsuites>]]> \"quoted\" & \x27more\x27 \\ " in message, message'
}

# Gradescope

@test "gradescope: every test has the fields of the format, and only values that it allows" {
	for evidence in $(each_evidence); do
		show gradescope "$evidence" | json >"$BATS_TEST_TMPDIR/flat"
		awk -F '\t' '
			BEGIN {
				type["name"] = type["number"] = type["status"] = type["output"] = "string"
				type["output_format"] = type["visibility"] = "string"
				type["score"] = type["max_score"] = "integer"
			}
			$1 == ".stdout_visibility" { hidden = $3 == "hidden" }
			$1 == ".score" { bad = 1 }
			$1 ~ /^[.]tests\[[0-6]\][.]/ {
				name = $1
				sub(/.*[.]/, "", name)
				if (!(name in type) || $2 != type[name])
					bad = 1
				if (name == "status" && $3 !~ /^(passed|failed)$/)
					bad = 1
				if (name == "output_format" && $3 != "text" || name == "visibility" && $3 != "visible")
					bad = 1
				fields++
			}
			END { exit bad || !hidden || fields != 7 * 8 }' "$BATS_TEST_TMPDIR/flat"
	done
}

@test "gradescope: points are for what passed, and no more than there are" {
	[ "$(show gradescope correct | json | sum '[.]score$')" -eq 100 ]
	[ "$(show gradescope correct | json | sum '[.]max_score$')" -eq 100 ]
	[ "$(show gradescope untestable | json | sum '[.]score$')" -eq 0 ]
	[ "$(show gradescope defect | json | sum '[.]score$')" -eq 60 ]
}

@test "gradescope: what was not tested says so" {
	run -0 show gradescope eintr
	[ "$(grep -c '"output": "not tested: ' <<<"$output")" -eq 5 ]
}

# Autolab

# What Autolab does to the last line before it parses it.
as_autolab() {
	sed 's/\([a-zA-Z0-9][a-zA-Z0-9]*\):/"\1":/g'
}

@test "autolab: the last two lines are the stages and the scores" {
	for evidence in $(each_evidence); do
		show autolab "$evidence" >"$BATS_TEST_TMPDIR/out"
		tail -n 2 "$BATS_TEST_TMPDIR/out" | head -n 1 | json >"$BATS_TEST_TMPDIR/stages"
		tail -n 1 "$BATS_TEST_TMPDIR/out" | json >"$BATS_TEST_TMPDIR/scores"
		grep -q "^[.]_presentation	string	semantic$" "$BATS_TEST_TMPDIR/stages"
		stage=$(sed -n 's/^[.]stages\[0\]	string	//p' "$BATS_TEST_TMPDIR/stages")
		[ "$(grep -c "^[.]${stage}[.].*[.]passed	boolean" "$BATS_TEST_TMPDIR/stages")" -eq 7 ]
		[ "$(grep -c '^[.]scores[.][a-z-]*	integer' "$BATS_TEST_TMPDIR/scores")" -eq 7 ]
		[ "$(grep -c '^[.]scoreboard\[[0-7]\]	integer' "$BATS_TEST_TMPDIR/scores")" -eq 8 ]
		[ "$(wc -l <"$BATS_TEST_TMPDIR/scores")" -eq 15 ]
	done
}

@test "autolab: no word stands before a colon, so that its rewriting changes nothing" {
	for evidence in $(each_evidence); do
		show autolab "$evidence" | tail -n 2 >"$BATS_TEST_TMPDIR/out"
		as_autolab <"$BATS_TEST_TMPDIR/out" | cmp - "$BATS_TEST_TMPDIR/out"
	done
	[ "$(as_autolab <<<'{"a":"b:c"}')" = '{"a":""b":c"}' ]
}

@test "autolab: the scores add up to the last of the scoreboard" {
	show autolab defect | tail -n 1 | json >"$BATS_TEST_TMPDIR/flat"
	[ "$(sum '^[.]scores' <"$BATS_TEST_TMPDIR/flat")" -eq 60 ]
	grep -q '^[.]scoreboard\[7\]	integer	60$' "$BATS_TEST_TMPDIR/flat"
}

# Classroom 50

@test "classroom50: the keys of result/v1 and no others, with whole numbers" {
	for evidence in $(each_evidence); do
		show classroom50 "$evidence" | json >"$BATS_TEST_TMPDIR/flat"
		awk -F '\t' '
			{ name = $1; sub(/.*[.]/, "", name) }
			$1 ~ /^[.]tests\[[0-6]\]/ {
				if (name ~ /^(score|max-score)$/ && $2 == "integer" || name == "passed" && $2 == "boolean" ||
					name == "test-name" && $2 == "string" && $3 != "")
					fields++
				else if (name != "message" || $2 != "string")
					bad = 1
				if ($1 ~ /[.]score$/) score += $3
				if ($1 ~ /[.]max-score$/) most += $3
				next
			}
			$1 ~ /^[.](score|max-score)$/ && $2 == "integer" { top++; total[name] = $3; next }
			$1 ~ /^[.](schema|classroom|assignment|submission|commit|release|review|datetime)$/ && $2 == "string" {
				if ($3 == "") bad = 1
				top++
				next
			}
			{ bad = 1 }
			END { exit bad || top != 10 || fields != 28 || score != total["score"] || most != total["max-score"] }' \
			"$BATS_TEST_TMPDIR/flat"
	done
}

@test "classroom50: who and what is graded comes from the environment" {
	show classroom50 correct | json >"$BATS_TEST_TMPDIR/flat"
	grep -q '^[.]schema	string	classroom50/result/v1$' "$BATS_TEST_TMPDIR/flat"
	grep -q '^[.]classroom	string	cs0$' "$BATS_TEST_TMPDIR/flat"
	grep -q '^[.]assignment	string	zombies$' "$BATS_TEST_TMPDIR/flat"
	grep -q '^[.]submission	string	submit/2026-01-02T03-04-05Z-abc$' "$BATS_TEST_TMPDIR/flat"
	grep -q '^[.]commit	string	http://git/commit/abc$' "$BATS_TEST_TMPDIR/flat"
	grep -q '^[.]release	string	http://git/releases/tag$' "$BATS_TEST_TMPDIR/flat"
	grep -Eq '^[.]datetime	string	2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$' "$BATS_TEST_TMPDIR/flat"
}

@test "classroom50: the review is the commit where the runner gives none" {
	show classroom50 correct | json | grep -q '^[.]review	string	http://git/commit/abc$'
	REVIEW_URL=http://git/compare render classroom50 correct | json | grep -q '^[.]review	string	http://git/compare$'
}

@test "classroom50: says on stderr what the environment lacks" {
	unset ASSIGNMENT
	run --separate-stderr -0 render classroom50 correct
	json <<<"$output" >/dev/null
	[[ "$stderr" == *ASSIGNMENT* ]]
	[[ "$stderr" != *CLASSROOM* ]]
}

@test "classroom50: a hostile environment breaks out of no string" {
	CLASSROOM=$(printf 'a","x":"\033\\') render classroom50 correct | json |
		grep -Fq '.classroom	string	a\",\"x\":\"?\\'
}

@test "python and node read all JSON as the strict reader does" {
	local readers=0
	for evidence in $(each_evidence); do
		show gradescope "$evidence" >"$BATS_TEST_TMPDIR/$evidence.1"
		show classroom50 "$evidence" >"$BATS_TEST_TMPDIR/$evidence.2"
		show autolab "$evidence" | tail -n 2 | head -n 1 >"$BATS_TEST_TMPDIR/$evidence.3"
		show autolab "$evidence" | tail -n 1 >"$BATS_TEST_TMPDIR/$evidence.4"
	done
	if command -v python3 >/dev/null 2>&1; then
		readers=1
		python3 -c '
import json, sys
for name in sys.argv[1:]:
    json.loads(open(name, "rb").read().decode("ascii"))
message = json.load(open(sys.argv[1]))["tests"][4]["output"]
assert "</failure></testsuites>]]> \"quoted\" & \x27more\x27 \\ " in message, message' \
			"$BATS_TEST_TMPDIR/hostile.1" "$BATS_TEST_TMPDIR"/*.[1-4]
	fi
	if command -v node >/dev/null 2>&1; then
		readers=1
		node -e 'process.argv.slice(1).forEach(n => JSON.parse(require("fs").readFileSync(n)))' \
			"$BATS_TEST_TMPDIR"/*.[1-4]
	fi
	[ "$readers" -eq 1 ] || skip 'neither python3 nor node is installed'
}

# Weights

weights() {
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/weights"
}

@test "weights: another file changes the points of every format" {
	sed 's/^\(burst-leaves-no-zombie\).*/\1 40/; s/^leaks.*/leaks-no-descriptor 0/' \
		"$ROOT/scripts/lib/weights.tsv" >"$BATS_TEST_TMPDIR/weights"
	run -0 "$ROOT/scripts/diagnose" --weights "$BATS_TEST_TMPDIR/weights" \
		-i "$ROOT/tests/data/render-correct.tsv" -f gradescope
	[ "$(json <<<"$output" | sum '[.]score$')" -eq 110 ]
	run -0 "$ROOT/scripts/diagnose" --weights="$BATS_TEST_TMPDIR/weights" \
		-i "$ROOT/tests/data/render-correct.tsv" -f autolab
	[ "$(tail -n 1 <<<"$output" | json | sum '^[.]scores')" -eq 110 ]
	run -0 "$ROOT/scripts/diagnose" --weights "$BATS_TEST_TMPDIR/weights" \
		-i "$ROOT/tests/data/render-correct.tsv" -f classroom50
	[ "$(json <<<"$output" | sum '^[.]score$')" -eq 110 ]
}

@test "weights: what makes no sense is refused in one line that names it" {
	refused() {
		run -2 "$ROOT/scripts/diagnose" --weights "$BATS_TEST_TMPDIR/weights" \
			-i "$ROOT/tests/data/render-correct.tsv" -f gradescope
		[ "${#lines[@]}" -eq 1 ]
		[[ "$output" == *"$1"* ]]
	}
	weights 'serves-several-clients ten'
	refused 'line 1'
	weights '# no' 'no-such-property 10'
	refused 'line 2'
	weights 'never-blocks 1' 'never-blocks 2'
	refused 'never-blocks'
	weights 'never-blocks 1'
	refused 'serves-several-clients'
	rm "$BATS_TEST_TMPDIR/weights"
	refused 'cannot be read'
}
