/* Standin: see standin.h. */
#include "standin.h"

#include "ending.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t worker; /* set while all signals are blocked, and never again */

static void pass_on(int signo)
{
	int saved_errno = errno;

	kill(worker, signo);
	errno = saved_errno;
}

static void wait_for_worker(void)
{
	sigset_t none;
	int status;
	pid_t pid;

	sigemptyset(&none);
	while ((pid = waitpid(worker, &status, WNOHANG)) == 0)
		sigsuspend(&none);
	if (pid == -1)
		exit(2);
	if (WIFSIGNALED(status))
		ending_die_of(WTERMSIG(status));
	exit(WEXITSTATUS(status));
}

void standin_if_parent(void)
{
	siginfo_t child;

	if (waitid(P_ALL, 0, &child, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == -1)
		return;
	ending_catch(pass_on);
	worker = fork();
	if (worker == -1) {
		dprintf(STDERR_FILENO, "supervise: cannot fork: %s\n", strerror(errno));
		exit(2);
	}
	if (worker > 0)
		wait_for_worker();
}
