/* sock: TCP sockets by numeric address. See sock.h. */
#include "sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A socket address of either family, to be seen as either without breaking aliasing rules. */
union endpoint {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Returns the length of the endpoint made from address and port, 0 if there is none. */
static socklen_t make_endpoint(union endpoint *end, const char *address, unsigned port)
{
	memset(end, 0, sizeof *end);
	if (inet_pton(AF_INET, address, &end->v4.sin_addr) == 1) {
		end->v4.sin_family = AF_INET;
		end->v4.sin_port = htons((in_port_t)port);
		return sizeof end->v4;
	}
	if (inet_pton(AF_INET6, address, &end->v6.sin6_addr) == 1) {
		end->v6.sin6_family = AF_INET6;
		end->v6.sin6_port = htons((in_port_t)port);
		return sizeof end->v6;
	}
	return 0;
}

/* Gives up on a descriptor for the sake of a failed call: -1, with that call's errno. */
static int give_up(int fd, const char *call, const char **failed)
{
	int saved_errno = errno;

	if (fd != -1)
		close(fd);
	*failed = call;
	errno = saved_errno;
	return -1;
}

/* Opens a socket of that endpoint's family, with flags added to its file status flags. */
static int open_socket(const union endpoint *end, int flags, const char **failed)
{
	int fd = socket(end->any.sa_family, SOCK_STREAM, 0);
	int status;

	if (fd == -1)
		return give_up(fd, "socket", failed);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return give_up(fd, "fcntl", failed);
	if (flags == 0)
		return fd;
	status = fcntl(fd, F_GETFL);
	if (status == -1 || fcntl(fd, F_SETFL, status | flags) == -1)
		return give_up(fd, "fcntl", failed);
	return fd;
}

/* Sets what must be set before bind(). Whether "::" takes IPv4 clients too is a setting that
 * differs from system to system; here it never does. An IPv4 address in IPv6 notation could
 * not be bound then, so it is left alone. */
static int set_listen_options(int fd, const union endpoint *end)
{
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
		return -1;
	if (end->any.sa_family != AF_INET6 || IN6_IS_ADDR_V4MAPPED(&end->v6.sin6_addr))
		return 0;
	return setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
}

bool sock_is_address(const char *text)
{
	union endpoint end;

	return make_endpoint(&end, text, 0) != 0;
}

int sock_parse_port(const char *text, unsigned *port)
{
	unsigned value = 0;
	const char *digit;

	if (*text == '\0')
		return -1;
	for (digit = text; *digit != '\0'; digit++) {
		if (*digit < '0' || *digit > '9')
			return -1;
		value = value * 10 + (unsigned)(*digit - '0');
		if (value > 65535)
			return -1;
	}
	*port = value;
	return 0;
}

int sock_listen(const char *address, unsigned port, const char **failed)
{
	union endpoint end;
	socklen_t length = make_endpoint(&end, address, port);
	int fd;

	if (length == 0) {
		errno = EINVAL;
		return give_up(-1, "inet_pton", failed);
	}
	fd = open_socket(&end, 0, failed);
	if (fd == -1)
		return -1;
	if (set_listen_options(fd, &end) == -1)
		return give_up(fd, "setsockopt", failed);
	if (bind(fd, &end.any, length) == -1)
		return give_up(fd, "bind", failed);
	if (listen(fd, SOMAXCONN) == -1)
		return give_up(fd, "listen", failed);
	return fd;
}

/* Waits for the end of a connection attempt that connect() left under way. */
static int finish_connect(int fd, sock_time deadline)
{
	int error = 0;
	socklen_t length = sizeof error;
	int ready = sock_wait(fd, POLLOUT, deadline);

	if (ready == -1)
		return -1;
	if (ready == 0)
		error = ETIMEDOUT;
	else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == -1)
		return -1;
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

int sock_connect(
	const char *address, unsigned port, sock_time deadline, const char **failed)
{
	union endpoint end;
	socklen_t length = make_endpoint(&end, address, port);
	int fd;

	if (length == 0) {
		errno = EINVAL;
		return give_up(-1, "inet_pton", failed);
	}
	fd = open_socket(&end, O_NONBLOCK, failed);
	if (fd == -1)
		return -1;
	if (connect(fd, &end.any, length) == 0)
		return fd;
	if ((errno == EINPROGRESS || errno == EINTR) && finish_connect(fd, deadline) == 0)
		return fd;
	return give_up(fd, "connect", failed);
}

sock_time sock_now(void)
{
	struct timespec now;

	/* It cannot fail: the clock exists wherever it is defined, and &now is ours. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (sock_time)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int sock_wait(int fd, short events, sock_time deadline)
{
	struct pollfd wanted = {.fd = fd, .events = events};

	for (;;) {
		sock_time left = -1;
		int ready;

		if (deadline != SOCK_NEVER) {
			left = deadline - sock_now();
			if (left < 0)
				left = 0; /* late, but take what is there already */
			if (left > INT_MAX)
				left = INT_MAX;
		}
		ready = poll(&wanted, 1, (int)left);
		if (ready == 1)
			return 1;
		if (ready == -1 && errno != EINTR)
			return -1;
		if (ready == 0 && left < INT_MAX)
			return 0;
	}
}

static int write_name(const union endpoint *end, struct sock_name *name)
{
	const void *address;

	switch (end->any.sa_family) {
	case AF_INET:
		address = &end->v4.sin_addr;
		name->port = ntohs(end->v4.sin_port);
		break;
	case AF_INET6:
		address = &end->v6.sin6_addr;
		name->port = ntohs(end->v6.sin6_port);
		break;
	default:
		errno = EAFNOSUPPORT;
		return -1;
	}
	if (!inet_ntop(end->any.sa_family, address, name->address, sizeof name->address))
		return -1;
	return 0;
}

int sock_local(int fd, struct sock_name *name)
{
	union endpoint end;
	socklen_t length = sizeof end;

	return getsockname(fd, &end.any, &length) == -1 ? -1 : write_name(&end, name);
}

int sock_peer(int fd, struct sock_name *name)
{
	union endpoint end;
	socklen_t length = sizeof end;

	return getpeername(fd, &end.any, &length) == -1 ? -1 : write_name(&end, name);
}
