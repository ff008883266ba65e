/* log: what a server tells about itself, one write(2) a line.
 *
 * A line is built in memory and written at once, so lines of the parent, of its children and of
 * a signal handler never mix, and a child has no stdio buffer of its parent's to flush again.
 * The counts behind the tally are kept here too: they are nothing but events logged. */
#ifndef LOG_H
#define LOG_H

#include <stddef.h>
#include <sys/types.h>

/* Drops every line but the ready line, errors and the tally. Not async-signal-safe. */
void log_be_quiet(void);

/* The ready line: `listening on ADDRESS port PORT pid PID`. Async-signal-safe. */
void log_ready(const char *address, unsigned port);

/* Counts a client and names it by its address and port. Not async-signal-safe. */
void log_accepted(int conn_fd);

/* Counts a child; called by the parent, with what fork() returned. Async-signal-safe. */
void log_forked(pid_t child);

/* Counts a run of the SIGCHLD handler, which is who calls it. Async-signal-safe, but like all
 * that calls write(2) it may change errno: a handler saves it (POSIX.1-2008, 2.4.3). */
void log_sigchld(void);

/* Counts a child reaped and tells how it ended, from the status that wait() or waitpid() gave.
 * Async-signal-safe, with the same care for errno. */
void log_reaped(pid_t child, int status);

/* In a child: how many bytes it `what` ("received" or "sent"), and the first of them, escaped,
 * for they may be anything. length is in bytes. Async-signal-safe. */
void log_data(const char *what, const char *data, size_t length);

/* On stderr: `WHAT: ` and what errno says, as perror(3) has it. Not async-signal-safe. */
void log_error(const char *what);

/* The tally: clients accepted, children forked, handler runs, children reaped, and never reaped,
 * which counts children that are still running too. Async-signal-safe. */
void log_tally(void);

#endif
