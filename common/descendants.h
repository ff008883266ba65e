/* Descendants: finding, adopting and signalling every process that descends from this one.
 *
 * Linux can do it, whatever the descendants do to get away: fork twice, leave the session,
 * change their names. Elsewhere descendants_adopt() says that it cannot be done. */
#ifndef DESCENDANTS_H
#define DESCENDANTS_H

#include <sys/types.h>

/* Makes the calling process the new parent of each descendant whose own parent ends, in
 * the place of process 1: prctl(2), PR_SET_CHILD_SUBREAPER. To be called before the first
 * fork. As all orphans come to the caller, waitpid() failing with ECHILD proves from then
 * on that no descendant is left.
 * Returns 1, or 0 where the system cannot do that or /proc does not show our processes. */
int descendants_adopt(void);

/* Sends signo to every descendant of the caller that one look through /proc finds. What is
 * forked during that look can be missed: call it until waitpid() says ECHILD.
 * Returns how many of them the look before this one had not found; -1 with errno set when
 * /proc cannot be read. Not for use where descendants_adopt() returned 0. */
int descendants_signal(int signo);

/* Ties the calling process to its parent, a supervisor, across exec; to be called by a new
 * child after it has changed its user:
 * - if its parent is killed with SIGKILL, so is it: prctl(2), PR_SET_PDEATHSIG;
 * - neither it nor what it starts gains privileges through set-user-ID programs, for then a
 *   supervisor that is not root could not kill them: prctl(2), PR_SET_NO_NEW_PRIVS.
 * Does nothing on other systems. Returns 0, or -1 with errno set. */
int descendants_tie(void);

/* Counts what RLIMIT_NPROC counts on Linux: the tasks (threads, and zombies too) with the
 * real user id uid. Those in a PID namespace that we cannot see are missing.
 * Returns that number; 0 on other systems; -1 with errno set when /proc cannot be read. */
long descendants_count_tasks(uid_t uid);

#endif
