/* Ending: see ending.h. */
#include "ending.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static void on_sigchld(int signo)
{
	(void)signo; /* it has interrupted a wait: that is all it is for */
}

void ending_catch(void (*handler)(int signo))
{
	static const int ends[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU};
	struct sigaction action = {.sa_handler = SIG_IGN}, inherited;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&action.sa_mask);
	sigaction(SIGPIPE, &action, NULL);
	action.sa_handler = handler;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		sigaction(ends[i], NULL, &inherited);
		if (inherited.sa_handler != SIG_IGN)
			sigaction(ends[i], &action, NULL);
	}
	action.sa_handler = on_sigchld;
	action.sa_flags = SA_NOCLDSTOP;
	sigaction(SIGCHLD, &action, NULL);
}

void ending_die_of(int signo)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	sigemptyset(&action.sa_mask);
	sigaction(signo, &action, NULL);
	kill(getpid(), signo);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	exit(128 + signo);
}
