/* Keeper: see keeper.h. */
#include "keeper.h"

#include "descendants.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double FIRST_PAUSE = 0.005; /* seconds between two rounds of killing ... */
static const double LONGEST_PAUSE = 0.2; /* ... doubled each time, up to this */
static const double LONGEST_TIMEOUT = 86400; /* some systems refuse very long ones */
static const double GROUP_PATIENCE = 2.0; /* for zombies of a group that init must reap */

struct life {
	pid_t server;
	int server_ended;
	long adopted; /* orphans reaped */
	int lifeline_ended;
	double deadline; /* on the clock of now(); 0: none */
	int rounds;      /* of killing, so far; 0: it has not begun */
	double killing_since, next_round, pause;
};

static int finds_all; /* descendants can be found, and their orphans come to us */
static volatile sig_atomic_t caught; /* the signal that tells us to end; 0: none yet */

static void on_end_signal(int signo)
{
	caught = signo;
}

static void on_sigchld(int signo)
{
	(void)signo; /* it has interrupted pselect(): that is all it is for */
}

static void say(const char *what, long number)
{
	char line[64];
	int length = snprintf(line, sizeof line, "%s %ld\n", what, number);

	/* The server comes first: we go on whether or not somebody reads this. */
	while (write(STDOUT_FILENO, line, (size_t)length) == -1 && errno == EINTR)
		;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Without a way to find descendants, what the server started is its process group. */
static int group_lives(const struct life *life)
{
	if (kill(-life->server, 0) == -1)
		return 0;
	return life->rounds == 0 || now() < life->killing_since + GROUP_PATIENCE;
}

/* Reaps all that can be reaped. Returns whether anything is left. */
static int reap(struct life *life)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != life->server) {
			life->adopted++;
			continue;
		}
		life->server_ended = 1;
		if (WIFSIGNALED(status))
			say("killed", WTERMSIG(status));
		else
			say("exited", WEXITSTATUS(status));
	}
	if (pid == 0 || finds_all)
		return pid == 0;
	return group_lives(life);
}

static int must_end(const struct life *life)
{
	return life->lifeline_ended || caught ||
	       (life->deadline > 0 && now() >= life->deadline);
}

/* One round of killing. The first goes to the server's group, which is nearly always all
 * there is and costs no look through /proc. Against what forks faster than we kill, later
 * rounds stop everything first: a stopped process keeps its place under the process limit
 * and makes no new one. */
static void kill_all(struct life *life)
{
	const int most_looks = 20;

	/* As long as we have not waited for the server, no other group can have its number. */
	if (!life->server_ended || !finds_all)
		kill(-life->server, SIGKILL);
	if (finds_all && life->rounds > 0) {
		for (int looks = 0; life->rounds > 2 && looks < most_looks; looks++)
			if (descendants_signal(SIGSTOP) <= 0)
				break;
		descendants_signal(SIGKILL);
	}
	if (life->rounds++ == 0) {
		life->killing_since = now();
		life->pause = FIRST_PAUSE;
	} else if (life->pause < LONGEST_PAUSE) {
		life->pause *= 2;
	}
	life->next_round = now() + life->pause;
}

/* Waits for a child's end, a signal, the lifeline's end or the time at which something has
 * to be done. Signals are unblocked nowhere but in pselect(), so none can slip through
 * between looking and waiting. */
static void wait_for_event(struct life *life)
{
	double until = life->rounds > 0 ? life->next_round : life->deadline;
	struct timespec timeout;
	char ignored[4096];
	sigset_t none;
	fd_set readable;
	ssize_t n;

	/* A process group that is not ours sends no SIGCHLD. */
	if (!finds_all && life->server_ended && life->rounds == 0 &&
		(until == 0 || until > now() + LONGEST_PAUSE))
		until = now() + LONGEST_PAUSE;
	if (until > 0) {
		double left = until > now() ? until - now() : 0;

		if (left > LONGEST_TIMEOUT)
			left = LONGEST_TIMEOUT;
		timeout.tv_sec = (time_t)left;
		timeout.tv_nsec = (long)((left - (double)timeout.tv_sec) * 1e9);
	}
	sigemptyset(&none);
	FD_ZERO(&readable);
	if (life->rounds == 0)
		FD_SET(STDIN_FILENO, &readable);
	if (pselect(1, &readable, NULL, NULL, until > 0 ? &timeout : NULL, &none) <= 0)
		return;
	n = read(STDIN_FILENO, ignored, sizeof ignored);
	life->lifeline_ended = n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN);
}

void keeper_prepare(void)
{
	static const int ends[] = {
		SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU};
	struct sigaction action = {.sa_handler = SIG_IGN}, inherited;
	sigset_t all;

	finds_all = descendants_adopt();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&action.sa_mask);
	sigaction(SIGPIPE, &action, NULL); /* a reader that is gone must not end us */
	action.sa_handler = on_end_signal;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (sigaction(ends[i], NULL, &inherited) == 0 &&
			inherited.sa_handler != SIG_IGN)
			sigaction(ends[i], &action, NULL);
	action.sa_handler = on_sigchld; /* even where it was inherited as ignored */
	action.sa_flags = SA_NOCLDSTOP;
	sigaction(SIGCHLD, &action, NULL);
}

int keeper_watch(pid_t server, double seconds)
{
	struct life life = {.server = server};

	if (seconds > 0)
		life.deadline = now() + seconds;
	say("started", server);
	while (reap(&life)) {
		if (life.rounds == 0 && must_end(&life)) {
			if (!life.lifeline_ended && !caught)
				dprintf(STDERR_FILENO,
					"supervise: time is up after %g seconds\n",
					seconds);
			kill_all(&life);
		} else if (life.rounds > 0 && now() >= life.next_round) {
			kill_all(&life);
		}
		wait_for_event(&life);
	}
	say("adopted", life.adopted);
	return caught;
}
