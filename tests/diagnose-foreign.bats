#!/usr/bin/env bats
# diagnose on servers that others wrote, where they are installed: none of them is accused of what
# it does not do.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# needs PROGRAM...
needs() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is not installed"
	done
}

# verdict_of SERVER ARGS...: sets verdict, and output for who wants to know why.
verdict_of() {
	run "$ROOT/scripts/diagnose" -t 150 -- "$@"
	verdict=${lines[-1]#verdict: }
	echo "$output"
}

# Python as every user can run it; the one of PATH may be a wrapper in somebody's home.
python() {
	needs python3
	python3 -c 'import sys; print(sys.executable)'
}

socketserver_is() {
	cat >server.py <<-'END'
		import socketserver, sys
		class Echo(socketserver.StreamRequestHandler):
		    def handle(self):
		        for line in self.rfile:
		            self.wfile.write(line)
		kind = getattr(socketserver, sys.argv[1])
		kind.allow_reuse_address = True
		kind(("127.0.0.1", int(sys.argv[2])), Echo).serve_forever()
	END
	verdict_of "$(python)" server.py "$1" '{port}'
}

@test "Python's ForkingTCPServer reaps on a timer: correct" {
	needs python3
	socketserver_is ForkingTCPServer
	[ "$verdict" = correct ] || [ "$verdict" = dies-when-fork-fails ]
}

@test "Python's ThreadingTCPServer does not fork" {
	needs python3
	socketserver_is ThreadingTCPServer
	[ "$verdict" = not-forking ]
}

@test "Python's TCPServer serves one client at a time" {
	needs python3
	socketserver_is TCPServer
	[ "$verdict" = serial ]
}

# Both of these reap; that they end when fork() fails is true, and known of them.
@test "socat with fork leaves no zombie" {
	needs socat
	verdict_of socat 'TCP-LISTEN:{port},fork,reuseaddr,bind=127.0.0.1' EXEC:cat
	[ "$verdict" = correct ] || [ "$verdict" = dies-when-fork-fails ]
	[[ "$output" == *"pass        leaves no zombie when clients leave all at once"* ]]
}

@test "busybox nc -ll leaves no zombie" {
	needs busybox
	busybox nc --help 2>&1 | grep -q -e -ll || skip "its nc has no -ll"
	verdict_of busybox nc -ll -p '{port}' -e cat
	[ "$verdict" = correct ] || [ "$verdict" = dies-when-fork-fails ]
}

@test "busybox tcpsvd is not accused of zombies" {
	needs busybox
	busybox --list | grep -qx tcpsvd || skip "this busybox has no tcpsvd"
	verdict_of busybox tcpsvd 127.0.0.1 '{port}' cat
	[ "$verdict" = correct ] || [ "$verdict" = dies-when-fork-fails ]
}

@test "ncat -k -e is correct" {
	needs ncat
	verdict_of ncat -lk 127.0.0.1 '{port}' -e /bin/cat
	[ "$verdict" = correct ] || [ "$verdict" = dies-when-fork-fails ]
}

@test "tcpserver is correct" {
	needs tcpserver
	verdict_of tcpserver 127.0.0.1 '{port}' cat
	[ "$verdict" = correct ] || [ "$verdict" = dies-when-fork-fails ]
}

# It has its port in a file, and sets the user of each service.
@test "inetd is correct" {
	needs inetd
	[ "$(id -u)" -eq 0 ] || skip 'inetd wants root'
	local port=$((15000 + $$ % 5000))
	echo "127.0.0.1:$port stream tcp nowait root /bin/cat cat" >inetd.conf
	run "$ROOT/scripts/diagnose" -t 150 -p "$port" -- inetd -i "$PWD/inetd.conf"
	echo "$output"
	[ "${lines[-1]}" = 'verdict: correct' ]
}

# perl_is DISPOSITION: a server of the kind that every Perl book has.
perl_is() {
	needs perl
	perl -MIO::Socket::INET -e 1 2>/dev/null || skip "this perl has no IO::Socket::INET"
	cat >server.pl <<-END
		use IO::Socket::INET; use POSIX ":sys_wait_h"; use Errno;
		my \$server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => \$ARGV[0],
		    Listen => 5, ReuseAddr => 1) or die;
		\$SIG{CHLD} = $1;
		for (;;) {
		    my \$client = \$server->accept() or next;
		    my \$child = fork();
		    if (!defined \$child) { close \$client; next; }
		    if (\$child == 0) {
		        while (my \$line = <\$client>) { print \$client \$line; \$client->flush(); }
		        exit 0;
		    }
		    close \$client;
		}
	END
	verdict_of perl server.pl '{port}'
}

@test "a Perl server that ignores SIGCHLD is correct" {
	perl_is '"IGNORE"'
	[ "$verdict" = correct ]
}

@test "a Perl server that loops on waitpid is correct" {
	perl_is 'sub { while (waitpid(-1, WNOHANG) > 0) {} }'
	[ "$verdict" = correct ]
}

@test "a Perl server that calls wait once is single-wait" {
	perl_is 'sub { wait() }'
	[ "$verdict" = single-wait ]
}

@test "a Perl server that does nothing about its children is no-reaping" {
	perl_is '"DEFAULT"'
	[ "$verdict" = no-reaping ]
}
