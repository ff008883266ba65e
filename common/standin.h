/* Standin: a process without children that are not its own. */
#ifndef STANDIN_H
#define STANDIN_H

/* `sh -c 'job & exec supervise ...'` leaves job to us as a child, and many a shell execs
 * the last command of a script unasked. We could not tell job's orphans from the server's,
 * and would kill what we did not start. So, if the caller has a child, it is a new process
 * that returns from here. The old one passes on the signals that would end it, waits for
 * the new one and ends in the same way. To be called while no child is the caller's own. */
void standin_if_parent(void);

#endif
