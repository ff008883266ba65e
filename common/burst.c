/* burst: opens N clients of a TCP server, proves that each of them is served, holds them, and
 * releases all at once.
 *
 * It is the other half of every experiment: N children are known to be there, and then all of
 * them end together. So no client is taken for served before its own answer has come: after
 * connect() alone it may be waiting in the backlog still, with no child. */
#include "burst.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	WINDOW = 8,          /* clients that are not confirmed yet: see serve_all() */
	MOST_COMPLAINTS = 8, /* lines about single clients; the total follows anyway */
	EXIT_UNSERVED = 3,
};

static void print_line(void)
{
	if (putchar('\n') != EOF && fflush(stdout) == 0)
		return;
	fprintf(stderr, "burst: cannot write to standard output: %s\n", strerror(errno));
	exit(EXIT_UNSERVED);
}

/* What to do about an error of socket() or connect(). */
static const char *advice(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "; is the server running?";
	case EADDRNOTAVAIL:
		return "; no local port is left (wait a minute, or use fewer clients), "
		       "or the machine has no such address";
	case EMFILE:
		return "; this process has reached its limit of open files "
		       "(raise ulimit -n, or use fewer clients)";
	case ENFILE:
		return "; the whole machine has reached its limit of open files";
	default:
		return "";
	}
}

/* Says what went wrong with one client; nothing, when that is only that time passed. */
static void complain(const struct client *client, const char *why)
{
	static unsigned complaints;

	if (*why == '\0')
		return;
	complaints++;
	if (complaints <= MOST_COMPLAINTS)
		fprintf(stderr, "burst: client %u: %s\n", client->number, why);
	else if (complaints == MOST_COMPLAINTS + 1)
		fputs("burst: the other clients that failed are not listed\n", stderr);
}

/* Starts a client, or says why it could not be: -1. At the deadline that is no news. */
static int start(const struct burst_options *options, struct client *client,
	unsigned number, sock_time deadline)
{
	const char *failed;
	int error;

	client->number = number;
	client->expect = options->expect;
	if (client_start(client, options->address, options->port, deadline, &failed) == 0)
		return 0;
	error = errno;
	if (error == ETIMEDOUT && sock_now() >= deadline)
		return -1;
	fprintf(stderr, "burst: cannot connect to %s port %u: ", options->address,
		options->port);
	if (strcmp(failed, "connect") != 0)
		fprintf(stderr, "%s: ", failed);
	fprintf(stderr, "%s%s\n", strerror(error), advice(error));
	return -1;
}

/* Awaits a client's answer, and the end too if that is asked. 1: it came; complains if not. */
static bool await(struct client *client, bool until_eof, sock_time deadline)
{
	char why[CLIENT_WHY_MAX] = "";
	int outcome = client_await(client, until_eof, deadline, why);

	if (outcome != 1)
		complain(client, why);
	return outcome == 1;
}

static void exit_unserved(const struct burst_options *options, unsigned count,
	const char *what, sock_time deadline)
{
	fprintf(stderr, "burst: %s %u of %u", what, count, options->clients);
	if (sock_now() >= deadline)
		fprintf(stderr, " within %s s", options->limit_text);
	fputc('\n', stderr);
	exit(EXIT_UNSERVED);
}

/* Starts every client and sees it served. No more than WINDOW are unconfirmed at a time: fewer
 * and the server waits for us, more and a short backlog overflows, which costs each client
 * that does not fit a second and more. Clients are confirmed in order; that one is slow does
 * not matter, for all must be served anyway. */
static void serve_all(const struct burst_options *options, struct client *clients)
{
	sock_time deadline = sock_now() + options->limit;
	unsigned target = options->clients;
	unsigned begun = 0, ended = 0, served = 0;

	while (ended < target) {
		if (begun == target || begun - ended == WINDOW) {
			served += (unsigned)await(&clients[ended++], false, deadline);
			if (sock_now() >= deadline)
				target = begun;
		} else if (start(options, &clients[begun], begun + 1, deadline) == 0) {
			begun++;
		} else {
			target = begun;
			if (begun == 0 && sock_now() < deadline)
				exit(EXIT_UNSERVED); /* that was said, and says it all */
		}
	}
	if (served < options->clients)
		exit_unserved(options, served, "served", deadline);
}

/* Half-closes every client, then requires the end of the connection from each. */
static void half_close_all(const struct burst_options *options, struct client *clients)
{
	sock_time deadline = sock_now() + options->limit;
	unsigned closed = 0;
	unsigned i;

	for (i = 0; i < options->clients; i++)
		client_half_close(&clients[i]);
	for (i = 0; i < options->clients; i++)
		closed += (unsigned)await(&clients[i], true, deadline);
	if (closed < options->clients)
		exit_unserved(
			options, closed, "half-closed all; the server closed", deadline);
}

/* Reads standard input to its end, or until it cannot be read. */
static void await_end_of_input(void)
{
	char bytes[512];
	ssize_t n;

	do {
		n = read(STDIN_FILENO, bytes, sizeof bytes);
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			n = sock_wait(STDIN_FILENO, POLLIN, SOCK_NEVER);
	} while (n > 0 || (n == -1 && errno == EINTR));
}

static void run_together(const struct burst_options *options)
{
	struct client *clients = calloc(options->clients, sizeof *clients);

	if (!clients) {
		fprintf(stderr, "burst: no memory for %u clients\n", options->clients);
		exit(EXIT_UNSERVED);
	}
	burst_allow_clients(options->clients);
	serve_all(options, clients);
	printf("ready %u", options->clients);
	print_line();
	if (options->hold)
		await_end_of_input();
	if (options->half_close)
		half_close_all(options, clients);
	/* The clients are not closed one by one: the end of the process is one event, and the
	 * nearest that there is to all at once. */
}

/* One client from connect to close. Returns whether it was served. */
static bool serve_one(const struct burst_options *options, unsigned number)
{
	sock_time deadline = sock_now() + options->limit;
	char why[CLIENT_WHY_MAX] = "";
	struct client client;
	int outcome = 0;

	if (start(options, &client, number, deadline) == 0) {
		client_half_close(&client);
		outcome = client_await(&client, true, deadline, why);
		client_close(&client);
	} else if (sock_now() < deadline) {
		return false; /* that was said already */
	}
	if (outcome == 0)
		snprintf(why, sizeof why, "%s within %s s",
			client_is_answered(&client) ? "answered, but not closed"
						    : "no answer",
			options->limit_text);
	if (outcome != 1)
		complain(&client, why);
	return outcome == 1;
}

static void run_in_turn(const struct burst_options *options)
{
	sock_time began = sock_now(), last = began, taken;
	unsigned served = 0;

	while (served < options->in_turn && serve_one(options, served + 1)) {
		served++;
		last = sock_now();
	}
	taken = last > began ? last - began : 1;
	printf("served %u of %u, %lld per second", served, options->in_turn,
		(served * 1000ll + taken / 2) / taken);
	print_line();
	if (served < options->in_turn)
		exit(EXIT_UNSERVED);
}

int main(int argc, char *argv[])
{
	struct burst_options options;
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	burst_open_standard_fds();
	setvbuf(stderr, NULL, _IOLBF, 0); /* one write() a line */
	options = burst_parse_options(argc, argv);
	sigaction(SIGPIPE, &ignore, NULL);
	if (options.in_turn)
		run_in_turn(&options);
	else
		run_together(&options);
	return 0;
}
