/* service: what a child does for its client. See service.h. */
#include "service.h"

#include "log.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

/* Not toupper(3): what a byte above 127 is, that leaves to the locale. */
static char upper_case(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static ssize_t read_some(int fd, char *data, size_t size)
{
	ssize_t n;

	do
		n = read(fd, data, size);
	while (n == -1 && errno == EINTR);
	return n;
}

static bool write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, data, length);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

void serve_uppercase(int conn_fd)
{
	char data[1024];
	ssize_t n;

	while ((n = read_some(conn_fd, data, sizeof data)) > 0) {
		log_data("received", data, (size_t)n);
		for (ssize_t i = 0; i < n; i++)
			data[i] = upper_case(data[i]);
		if (!write_all(conn_fd, data, (size_t)n))
			return; /* the client has gone: nobody is left to answer */
		log_data("sent", data, (size_t)n);
	}
}
