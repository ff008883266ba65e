/* sock: TCP sockets by numeric address. Used by the stages (listen) and by burst (connect).
 *
 * Numeric addresses only: the stages are linked statically where that works, and getaddrinfo()
 * of a static glibc wants shared libraries at run time.
 *
 * None of these functions is async-signal-safe: inet_pton() and inet_ntop() are not in the
 * list of POSIX.1-2008, XSH 2.4.3. None of them prints anything. */
#ifndef SOCK_H
#define SOCK_H

#include <netinet/in.h>
#include <stdbool.h>

/* The port of Stevens' examples: his clients work unchanged. */
enum { SOCK_DEFAULT_PORT = 9877 };

/* Where a socket is: "127.0.0.1" or "::1", and a port in host byte order. */
struct sock_name {
	char address[INET6_ADDRSTRLEN];
	unsigned port;
};

/* A point in time on the monotonic clock, in milliseconds; or never. */
typedef long long sock_time;
#define SOCK_NEVER ((sock_time)-1)

/* Whether text is a numeric IPv4 or IPv6 address. A host name is not, nor is an
 * IPv6 address with a zone ("fe80::1%eth0"). */
bool sock_is_address(const char *text);

/* Reads a port, 0 to 65535, decimal digits and nothing else. Returns 0, or -1 when text is
 * anything else; *port is then as it was. */
int sock_parse_port(const char *text, unsigned *port);

/* Opens a TCP socket that listens on a numeric address; port 0 lets the kernel choose, and
 * sock_local() tells which it chose. The socket has SO_REUSEADDR and close-on-exec, blocks,
 * and has the longest backlog that the system gives: a short one costs the clients that do
 * not fit a second and more. An IPv6 address takes no IPv4 clients, on any system.
 * Returns the descriptor; or -1 with errno set and *failed the name of the call that set it
 * ("bind" with EADDRINUSE is the one to expect; "inet_pton" with EINVAL: not an address). */
int sock_listen(const char *address, unsigned port, const char **failed);

/* Connects to a numeric address, at the latest by deadline. The socket has close-on-exec and
 * does not block (O_NONBLOCK): wait for it with sock_wait().
 * A signal does not break the attempt off: after EINTR connect() goes on by itself, and
 * calling it again would fail with EALREADY (POSIX.1-2008, XSH connect()).
 * Returns the descriptor; or -1 with errno and *failed as for sock_listen(), with ETIMEDOUT
 * when the deadline passed. */
int sock_connect(
	const char *address, unsigned port, sock_time deadline, const char **failed);

/* Waits until poll() reports one of events (or an error, or a hangup) for fd. Returns 1 when
 * it does, 0 when the deadline passed, -1 with errno on failure; never with EINTR. */
int sock_wait(int fd, short events, sock_time deadline);

/* The monotonic clock, in milliseconds. Only differences mean anything. */
sock_time sock_now(void);

/* Writes to *name the local address and port of a bound or connected socket. Returns 0, or
 * -1 with errno (EAFNOSUPPORT: neither IPv4 nor IPv6). */
int sock_local(int fd, struct sock_name *name);

/* The same for the other end of a connected socket; ENOTCONN when it has gone already. */
int sock_peer(int fd, struct sock_name *name);

#endif
