/* client: one client of a line service. See client.h. */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	LINE_MAX_LENGTH = 64, /* "client 4294967295 says hello\n" fits */
	SHOWN = 60,           /* bytes of a wrong answer that are shown */
	LATE_READS = 16,      /* see client_await() */
};

/* Writes the client's line, or with upper its line in upper case. Returns its length. */
static size_t make_line(char line[LINE_MAX_LENGTH], unsigned number, bool upper)
{
	return (size_t)snprintf(line, LINE_MAX_LENGTH,
		upper ? "CLIENT %u SAYS HELLO\n" : "client %u says hello\n", number);
}

/* The answer that is expected, byte for byte. Returns its length. */
static size_t make_answer(char line[LINE_MAX_LENGTH], const struct client *client)
{
	return make_line(line, client->number, client->expect == ANSWER_UPPER);
}

static bool checks_bytes(const struct client *client)
{
	return client->expect == ANSWER_SAME || client->expect == ANSWER_UPPER;
}

/* How many bytes make a complete answer. */
static size_t answer_length(const struct client *client)
{
	char line[LINE_MAX_LENGTH];

	if (checks_bytes(client))
		return make_answer(line, client);
	return client->expect == ANSWER_ANY;
}

bool client_is_answered(const struct client *client)
{
	return client->seen >= answer_length(client);
}

/* Appends bytes to the string at out (size bytes, not all used), so that no byte of them can
 * do anything to a terminal. What does not fit is left out. */
static void append_escaped(char *out, size_t size, const char *bytes, size_t length)
{
	size_t used = strlen(out);
	size_t i;

	for (i = 0; i < length && used + 5 <= size; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte == '\n')
			used += (size_t)snprintf(out + used, size - used, "\\n");
		else if (byte == '\r')
			used += (size_t)snprintf(out + used, size - used, "\\r");
		else if (byte == '"' || byte == '\\')
			used += (size_t)snprintf(out + used, size - used, "\\%c", byte);
		else if (byte >= 0x20 && byte < 0x7f)
			used += (size_t)snprintf(out + used, size - used, "%c", byte);
		else
			used += (size_t)snprintf(
				out + used, size - used, "\\x%02x", byte);
	}
}

/* Says that these bytes do not go on as the expected answer does. What was right so far need
 * not have been kept: it is the beginning of what was expected. */
static void explain_wrong(
	const struct client *client, const char *bytes, size_t length, char *why)
{
	char expected[LINE_MAX_LENGTH];
	size_t expected_length = make_answer(expected, client);
	size_t room = SHOWN - client->seen;

	strcpy(why, "expected \"");
	append_escaped(why, CLIENT_WHY_MAX, expected, expected_length);
	strcat(why, "\", got \"");
	append_escaped(why, CLIENT_WHY_MAX, expected, client->seen);
	append_escaped(why, CLIENT_WHY_MAX, bytes, length < room ? length : room);
	strcat(why, length <= room ? "\"" : "\"...");
}

/* Says why no more will come: error is what read() failed with, 0 if the server closed. */
static void explain_end(const struct client *client, int error, char *why)
{
	size_t wanted = answer_length(client);
	const char *what =
		error == 0 ? "the server closed the connection" : strerror(error);

	if (client->seen >= wanted)
		snprintf(why, CLIENT_WHY_MAX, "no orderly end: %s", what);
	else if (client->seen == 0)
		snprintf(why, CLIENT_WHY_MAX, "no answer: %s", what);
	else
		snprintf(why, CLIENT_WHY_MAX, "only %zu of %zu bytes of the answer: %s",
			client->seen, wanted, what);
}

/* Takes bytes of the answer. Returns 0, or -1 when they are wrong. */
static int take(struct client *client, const char *bytes, size_t length, char *why)
{
	char expected[LINE_MAX_LENGTH];

	if (checks_bytes(client)) {
		size_t left = make_answer(expected, client) - client->seen;

		if (length > left ||
			memcmp(bytes, expected + client->seen, length) != 0) {
			explain_wrong(client, bytes, length, why);
			return -1;
		}
	}
	client->seen += length;
	return 0;
}

/* Sends the line. That it cannot be sent is not an error yet: a server of the daytime kind has
 * answered and closed before it came. Reading will tell. */
static void send_line(struct client *client, sock_time deadline)
{
	char line[LINE_MAX_LENGTH];
	size_t length = make_line(line, client->number, false);
	size_t sent = 0;

	while (sent < length) {
		ssize_t n = write(client->fd, line + sent, length - sent);

		if (n >= 0) {
			sent += (size_t)n;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (sock_wait(client->fd, POLLOUT, deadline) != 1)
				return;
		} else if (errno != EINTR) {
			return;
		}
	}
}

int client_start(struct client *client, const char *address, unsigned port,
	sock_time deadline, const char **failed)
{
	client->seen = 0;
	client->fd = sock_connect(address, port, deadline, failed);
	if (client->fd == -1)
		return -1;
	if (client->expect != ANSWER_NONE)
		send_line(client, deadline);
	return 0;
}

/* After the deadline, what has come already still counts: when one client hangs, those after
 * it are looked at late. But a server that never stops sending must not hold us for ever, so
 * only so many late reads are granted. */
int client_await(struct client *client, bool until_eof, sock_time deadline, char *why)
{
	int late_reads = 0;

	while (until_eof || !client_is_answered(client)) {
		char bytes[4096];
		ssize_t n;
		int ready = sock_wait(client->fd, POLLIN, deadline);

		if (ready == 0 || (sock_now() >= deadline && late_reads++ == LATE_READS))
			return 0;
		n = ready == 1 ? read(client->fd, bytes, sizeof bytes) : -1;
		if (n > 0) {
			if (take(client, bytes, (size_t)n, why) == -1)
				return -1;
		} else if (n == 0 && client_is_answered(client)) {
			return 1;
		} else if (n == 0) {
			explain_end(client, 0, why);
			return -1;
		} else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) {
			explain_end(client, errno, why);
			return -1;
		}
	}
	return 1;
}

void client_half_close(struct client *client)
{
	/* It fails only where the connection is gone already, which reading will tell. */
	shutdown(client->fd, SHUT_WR);
}

void client_close(struct client *client)
{
	close(client->fd);
	client->fd = -1;
}
