#!/usr/bin/env bats
# How diagnose sees that a server listens, without connecting: also where there is no /proc.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# listeners FORMAT PORT: of what the tool has printed, on stdin.
listeners() {
	awk -v format="$1" -v port="$2" -v order=1 -f "$ROOT/scripts/lib/listen.awk"
}

@test "ss: addresses of both families, and no port that ends alike" {
	listeners ss 80 >seen <<-END
		State  Recv-Q Send-Q  Local Address:Port  Peer Address:PortProcess
		LISTEN 0      5       127.0.0.1:80             0.0.0.0:*
		LISTEN 0      5       127.0.0.2:8080           0.0.0.0:*
		LISTEN 0      5       127.0.0.3:180            0.0.0.0:*
		LISTEN 0      5       127.0.0.53%lo:80         0.0.0.0:*
		LISTEN 0      5       0.0.0.0:80               0.0.0.0:*
		LISTEN 0      5               *:80                   *:*
		LISTEN 0      5          [::1]:80               [::]:*
		LISTEN 0      5           [::]:80               [::]:*
	END
	diff seen - <<-END
		127.0.0.1 -
		127.0.0.53 -
		127.0.0.1 -
		127.0.0.1 -
		::1 -
		::1 -
	END
}

@test "netstat: as Linux, macOS and the BSDs print it" {
	listeners netstat 80 >seen <<-END
		Proto Recv-Q Send-Q Local Address           Foreign Address         State
		tcp        0      0 127.0.0.1:80            0.0.0.0:*               LISTEN
		tcp        0      0 127.0.0.1:80            127.0.0.1:5000          ESTABLISHED
		tcp6       0      0 :::80                   :::*                    LISTEN
		tcp4       0      0  127.0.0.2.80           *.*                    LISTEN
		tcp46      0      0  *.80                   *.*                    LISTEN
		tcp6       0      0  ::1.80                 *.*                    LISTEN
		tcp4       0      0  127.0.0.3.8080         *.*                    LISTEN
	END
	diff seen - <<-END
		127.0.0.1 -
		::1 -
		127.0.0.2 -
		127.0.0.1 -
		::1 -
	END
}

@test "lsof: addresses of both families" {
	listeners lsof 80 >seen <<-END
		COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME
		server   4242 alice   3u  IPv4  12345      0t0  TCP 127.0.0.1:80 (LISTEN)
		server   4243 alice   3u  IPv4  12346      0t0  TCP 127.0.0.2:8080 (LISTEN)
		server   4244 alice   3u  IPv6  12347      0t0  TCP *:80 (LISTEN)
		server   4245 alice   3u  IPv6  12348      0t0  TCP [::1]:80 (LISTEN)
	END
	diff seen - <<-END
		127.0.0.1 -
		127.0.0.1 -
		::1 -
	END
}

@test "/proc: mapped addresses are IPv4, and the inode comes along" {
	listeners proc 80 >seen <<-END
		   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1 0
		   1: 0100007F:0050 0100007F:1388 01 00000000:00000000 00:00000000 00000000 0 0 4712 1 0
		   2: 0000000000000000FFFF00000200007F:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4713 1 0
		   3: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 4714 1 0
	END
	diff seen - <<-END
		127.0.0.1 4711
		127.0.0.2 4713
		0000:0000:0000:0000:0000:0000:0000:0001 4714
	END
}

# verdict_with TOOL SERVER: of a lab that has no /proc/net and knows that tool alone.
verdict_with() {
	[ -d lab ] || copy_lab lab stage1_no_reap stage3_waitpid stage4_eintr
	sed -e 's|-r /proc/net/tcp|-r /nowhere|' -e 's/command -v \([a-z]*\)/only \1/' \
		"$ROOT/scripts/lib/listen.sh" >lab/scripts/lib/listen.sh
	echo "only() { [ $1 = \"\$1\" ]; }" >>lab/scripts/lib/listen.sh
	run lab/scripts/diagnose -t 150 -f tsv -- "$BUILD/$2" -q -p '{port}' 3>&-
	echo "$output"
	[[ "$output" == *"	ready_by	$1"* ]]
	verdict=$(awk -F '\t' '$2 == "outcome" && $4 == "verdict" { print $5 }' <<<"$output")
}

# A server that would die of a client that is one too many, and one that would not.
sees_without_connecting() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
	verdict_with "$1" stage3_waitpid
	[ "$verdict" = eintr-death ]
	verdict_with "$1" stage4_eintr
	[ "$verdict" = correct ]
}

@test "a diagnosis by ss" {
	sees_without_connecting ss
}

@test "a diagnosis by netstat" {
	sees_without_connecting netstat
}

@test "a diagnosis by lsof" {
	sees_without_connecting lsof
}

@test "where it must connect, that client's zombie is not counted" {
	verdict_with connect stage1_no_reap
	[ "$verdict" = no-reaping ]
	verdict_with connect stage4_eintr
	[ "$verdict" = correct ]
}

@test "where it must connect, a server that dies of that client is not accused of anything else" {
	verdict_with connect stage3_waitpid
	[ "$verdict" = inconclusive ]
	[[ "$output" == *"Interrupted system call"* ]]
}
