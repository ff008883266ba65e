/* lab: how a stage starts, and how it ends. What comes between is the stage's own.
 *
 * Nothing here touches what the lesson is about: the server's disposition of SIGCHLD, accept(),
 * fork(), wait() and waitpid() are in the stage's file. */
#ifndef LAB_H
#define LAB_H

#include <stdbool.h>

struct lab {
	const char *program; /* for messages */
	const char *address; /* to listen on; numeric */
	unsigned port;       /* to listen on; 0: the kernel chooses */
	int sa_flags;        /* for the SIGCHLD handler: SA_RESTART or 0 */
};

/* Reads the command line: [-b ADDRESS] [-p PORT] [-r | -R] [-q] [-h]. sa_flags is what the stage
 * asks for where neither -r (SA_RESTART) nor -R (0) is given.
 *
 * No signal stays blocked that was blocked by whoever started us. SIGINT and SIGTERM print the
 * tally and exit with status 0. SIGPIPE is ignored: a client that has gone is an error of write().
 * Exits with status 0 for -h, with 2 and a line on stderr for a command line it cannot obey.
 * Not async-signal-safe. */
struct lab lab_start(int argc, char *argv[], int sa_flags);

/* Opens the listening socket and prints the ready line. Signals may come from that line on, so
 * handlers are installed before. Returns the socket; exits with status 2, and a line on stderr
 * that says what to try, when the address cannot be had. Not async-signal-safe. */
int lab_listen(const struct lab *lab);

/* In a child: what the parent catches gets the default disposition back, so that a signal meant
 * for the server does not print a second tally. Async-signal-safe. */
void lab_child(void);

/* Whether accept() failed, by errno, of something that passes: the client was gone before it was
 * accepted, or there is no descriptor or buffer to spare (accept(2), "Error handling"). It has
 * then been said on stderr and, where a retry would fail again at once, a moment waited.
 * EINTR is not among them: it is the lesson of stage 4. Not async-signal-safe. */
bool lab_will_pass(const char *call);

/* On stderr `CALL: ` and what errno says, then the tally; exits with status 1.
 * Not async-signal-safe. */
void lab_die(const char *call);

#endif
