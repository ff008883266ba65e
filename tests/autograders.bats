#!/usr/bin/env bats
# make autograders: the archives, and each of them where its system would run it.

load helper

# What a make that runs this test has told its children is not for the makes in here.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

setup_file() {
	"$ROOT/scripts/lib/make-autograders" >"$BATS_FILE_TMPDIR/said" || [ $? -eq 2 ]
	# Programs that are built already, as setup.sh finds them when it runs again.
	mkdir "$BATS_FILE_TMPDIR/build"
	find "$BUILD"/. ! -name . -prune -type f ! -name '*.zip' ! -name '*.tar' -exec cp {} "$BATS_FILE_TMPDIR/build" \;
	find "$BATS_FILE_TMPDIR/build" -name link -exec touch {} +
	find "$BATS_FILE_TMPDIR/build" -name '*.o' -exec touch {} +
	find "$BATS_FILE_TMPDIR/build" -type f ! -name link ! -name '*.o' -exec touch {} +
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# hand_in FOLDER STAGE: a submission whose make makes ./server.
hand_in() {
	mkdir -p "$1"
	cp "$BUILD/$2" "$1/program"
	printf 'all:\n\tcp program server\n' >"$1/Makefile"
}

json() {
	LC_ALL=C awk -f "$ROOT/tests/fixtures/json.awk"
}

# enter_gradescope: its folders, with the archive unpacked and set up.
enter_gradescope() {
	mkdir -p autograder/source autograder/submission autograder/results
	cp -Rp "$BUILD"/gradescope/. autograder/source
	cp -Rp "$BATS_FILE_TMPDIR/build" autograder/source/zombie-lab
	export AUTOGRADER=$PWD/autograder
	sh autograder/source/setup.sh
}

# enter_autolab: its empty folder, with what it puts there.
enter_autolab() {
	mkdir instance
	cd instance || return
	cp "$BUILD/autolab/autograde-Makefile" Makefile
	tar xf "$BUILD/autolab/autograde.tar"
	cp -Rp "$BATS_FILE_TMPDIR/build" autograde/zombie-lab
	tar cf autograde.tar autograde
	rm -rf autograde
}

@test "gradescope: the archive has setup.sh and run_autograder at its top, and they can be run" {
	[ -f "$BUILD/gradescope.zip" ] || skip 'neither zip nor bsdtar nor python3 is installed'
	command -v python3 >/dev/null 2>&1 || skip 'python3 is not installed'
	run -0 python3 -c '
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
for name in "setup.sh", "run_autograder", "settings", "weights.tsv", "zombie-lab/scripts/diagnose":
    archive.getinfo(name)
print(oct(archive.getinfo("run_autograder").external_attr >> 16))' "$BUILD/gradescope.zip"
	[[ "$output" == *755 ]]
}

@test "gradescope: a submission becomes results.json, with the points that it deserves" {
	enter_gradescope
	hand_in autograder/submission stage2_wait
	run -0 autograder/source/run_autograder
	json <autograder/results/results.json >flat
	grep -q '^[.]stdout_visibility	string	hidden$' flat
	[ "$(awk -F '\t' '$1 ~ /[.]score$/ { sum += $3 } END { print sum }' flat)" -eq 60 ]
	[ "$(awk -F '\t' '$1 ~ /[.]max_score$/ { sum += $3 } END { print sum }' flat)" -eq 100 ]
}

@test "gradescope: what does not build gets a result too, which says why" {
	enter_gradescope
	printf 'all:\n\t@echo "server.c:1: error: no such thing"; exit 1\n' >autograder/submission/Makefile
	run -0 autograder/source/run_autograder
	json <autograder/results/results.json >flat
	[ "$(awk -F '\t' '$1 ~ /[.]score$/ { sum += $3 } END { print sum + 0 }' flat)" -eq 0 ]
	grep -q 'the build failed.*server.c:1: error: no such thing' flat
}

@test "gradescope: the settings and the weights that lie beside it count" {
	enter_gradescope
	printf 'exit 1\n' >autograder/submission/mine
	sed "s/^BUILD=.*/BUILD='sh mine'/" autograder/source/settings >settings
	cp settings autograder/source/settings
	sed 's/^never-blocks.*/never-blocks 1000/' "$ROOT/scripts/lib/weights.tsv" >autograder/source/weights.tsv
	run -0 autograder/source/run_autograder
	json <autograder/results/results.json >flat
	grep -q 'the build failed (exited 1)' flat
	[ "$(awk -F '\t' '$1 ~ /[.]max_score$/ { sum += $3 } END { print sum }' flat)" -eq 1085 ]
}

@test "autolab: the archive holds autograde-Makefile and autograde.tar" {
	run -0 tar tf "$BUILD/autolab.tar"
	[[ "$output" == *autolab/autograde-Makefile* ]]
	[[ "$output" == *autolab/autograde.tar* ]]
}

@test "autolab: make ends with the two lines that Autolab reads" {
	hand_in handin stage4_eintr
	(cd handin && tar cf ../handin.tar .)
	enter_autolab
	cp ../handin.tar .
	make >out 2>&1
	tail -n 2 out | head -n 1 | json >stages
	grep -q '^[.]_presentation	string	semantic$' stages
	tail -n 1 out | json >scores
	[ "$(awk -F '\t' '$1 ~ /^[.]scores/ { sum += $3 } END { print sum }' scores)" -eq 100 ]
}

@test "autolab: a folder in the archive is entered, and a build failure has a result" {
	mkdir -p packed/alice
	printf 'all:\n\texit 1\n' >packed/alice/Makefile
	tar cf handin.tar -C packed alice
	enter_autolab
	cp ../handin.tar .
	make >out 2>&1
	[[ "$(head -n 1 out)" == inconclusive*'the build failed'* ]]
	[ "$(tail -n 1 out | json | awk -F '\t' '$1 ~ /^[.]scores/ { sum += $3 } END { print sum + 0 }')" -eq 0 ]
}

@test "autolab: what cannot be unpacked gets no score and a reason" {
	enter_autolab
	echo 'no archive' >handin.tar
	make >out 2>&1
	[[ "$(tail -n 1 out)" == 'what was handed in cannot be unpacked'* ]]
}
