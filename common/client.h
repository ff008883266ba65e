/* client: one client of a line service, as burst opens them by the hundred.
 *
 * A client connects, sends one line that no other client sends, and checks what comes back,
 * in whatever pieces it comes. Nothing here prints, and nothing is async-signal-safe. */
#ifndef CLIENT_H
#define CLIENT_H

#include "sock.h"

#include <stdbool.h>
#include <stddef.h>

/* What a client takes for an answer. */
enum answer {
	ANSWER_NONE,  /* it asks nothing and needs no answer */
	ANSWER_ANY,   /* at least one byte */
	ANSWER_SAME,  /* its line as it was, and nothing else */
	ANSWER_UPPER, /* its line in upper case, and nothing else */
};

struct client {
	unsigned number; /* from 1; it is part of the line that is sent */
	enum answer expect;
	int fd;
	size_t seen; /* bytes of the answer so far */
};

/* Room for the sentence in which client_await() says what went wrong. */
#define CLIENT_WHY_MAX 512

/* Connects to the server and sends the line, unless expect is ANSWER_NONE. number and expect
 * must be set. That the line could not be sent is no failure yet: the answer decides.
 * Returns 0; or -1 with errno and *failed as sock_connect() leaves them. */
int client_start(struct client *client, const char *address, unsigned port,
	sock_time deadline, const char **failed);

/* Reads until the answer is complete; with until_eof, until the server closes as well.
 * Returns 1 when it is; 0 when the deadline passed; -1 when it cannot be any more: wrong,
 * closed too early, reset. why then says what happened (up to CLIENT_WHY_MAX bytes, all
 * printable, no newline). */
int client_await(struct client *client, bool until_eof, sock_time deadline, char *why);

/* Whether the answer is complete. */
bool client_is_answered(const struct client *client);

/* Tells the server that nothing more will come (half-close); reading goes on. */
void client_half_close(struct client *client);

void client_close(struct client *client);

#endif
