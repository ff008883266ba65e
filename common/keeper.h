/* Keeper: watches over a server and, at the end, over the killing of all it started. */
#ifndef KEEPER_H
#define KEEPER_H

#include <sys/types.h>

/* Prepares the caller: orphans of what it starts from now on come to it where the system
 * can do that, and the signals that would end it are caught, except those that it inherited
 * as ignored. They and SIGCHLD are blocked from here on; keeper_watch() lets them in. */
void keeper_prepare(void);

/* Watches over server, a child of the caller, until it and all that it started are gone.
 * They are killed when stdin, the lifeline, reaches end of file; when a signal that would
 * end the caller comes; or after seconds (0: never). Events are told on stdout: see the
 * usage of supervise.
 * Returns that signal, or 0 if none came. */
int keeper_watch(pid_t server, double seconds);

#endif
