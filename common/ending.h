/* Ending: the signals by which a program is told to end, and how to end by them. */
#ifndef ENDING_H
#define ENDING_H

/* Blocks all signals, then has handler called, once they are let in again, for each that
 * ends a program unless it says otherwise: SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM,
 * SIGUSR1, SIGUSR2 and SIGXCPU. Those that were ignored stay ignored: a shell without job
 * control starts its background jobs with SIGINT and SIGQUIT ignored (XCU 2.11), nohup does
 * so with SIGHUP. Interrupted calls are not restarted.
 * SIGCHLD gets a handler that does nothing but interrupt, even where it was ignored, so
 * that children can be waited for; SIGPIPE is ignored. */
void ending_catch(void (*handler)(int signo));

/* Ends the caller by signo, as if it had never been caught, so that whoever waits for the
 * caller sees the truth. Where a signal cannot end it (process 1 of a container) it exits
 * with the status that a shell would show. Does not return. */
void ending_die_of(int signo);

#endif
