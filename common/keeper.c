/* Keeper: see keeper.h. */
#include "keeper.h"

#include "descendants.h"
#include "ending.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double FIRST_PAUSE = 0.02;  /* seconds between two rounds of killing ... */
static const double LONGEST_PAUSE = 0.2; /* ... doubled each time, up to this */
static const double LONGEST_TIMEOUT = 86400; /* some systems refuse very long ones */
static const double GROUP_PATIENCE = 0.5; /* for zombies of a group that init must reap */

enum { MOST_LOOKS = 20 }; /* in one round, for something could go on forever */

struct life {
	pid_t server;
	int server_ended;
	long adopted; /* orphans reaped */
	int lifeline_ended;
	double deadline; /* on the clock of now(); 0: none */
	int rounds;      /* of killing, so far; 0: it has not begun */
	double killing_since, next_round, pause;
	char unsaid[128]; /* lines for stdout */
	size_t unsaid_length;
};

static int finds_all; /* descendants can be found, and their orphans come to us */
static volatile sig_atomic_t caught; /* the signal that tells us to end; 0: none yet */

static void on_end_signal(int signo)
{
	caught = signo;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Writes what there is to say, unless that would block: a reader who does not read must not
 * keep us from watching the lifeline. One who is gone is no reason to end: the server is. */
static void deliver(struct life *life)
{
	const struct timespec at_once = {0, 0};
	fd_set writable;
	ssize_t n;

	FD_ZERO(&writable);
	FD_SET(STDOUT_FILENO, &writable);
	if (life->unsaid_length == 0 ||
		pselect(STDOUT_FILENO + 1, NULL, &writable, NULL, &at_once, NULL) != 1)
		return;
	n = write(STDOUT_FILENO, life->unsaid, life->unsaid_length);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == -1)
		n = (ssize_t)life->unsaid_length;
	life->unsaid_length -= (size_t)n;
	memmove(life->unsaid, life->unsaid + n, life->unsaid_length);
}

static void say(struct life *life, const char *what, long number)
{
	size_t used = life->unsaid_length;
	int n = snprintf(life->unsaid + used, sizeof life->unsaid - used, "%s %ld\n",
		what, number);

	life->unsaid_length += (size_t)n; /* the three lines that there are fit easily */
	deliver(life);
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
			say(life, "killed", WTERMSIG(status));
		else
			say(life, "exited", WEXITSTATUS(status));
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
 * there is and costs no look through /proc. Later rounds look, and stop everything before
 * they kill anything, until nobody new turns up: unlike the dead, the stopped keep their
 * places under the process limit, so that what forks without end comes to an end of it. */
static void kill_all(struct life *life)
{
	int looks = 0;

	/* As long as we have not waited for the server, no other group can have its number. */
	if (!life->server_ended || !finds_all)
		kill(-life->server, SIGKILL);
	if (finds_all && life->rounds > 0) {
		while (looks++ < MOST_LOOKS && descendants_signal(SIGSTOP) > 0)
			;
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

/* Seconds until something has to be done unasked; -1: never. */
static double time_left(const struct life *life)
{
	double until = life->rounds > 0 ? life->next_round : life->deadline;
	double left = until > now() ? until - now() : 0;

	if (until == 0)
		left = -1;
	/* The end of a process that is not our child sends no SIGCHLD. */
	if (!finds_all && life->server_ended && !(left >= 0 && left < LONGEST_PAUSE))
		left = LONGEST_PAUSE;
	return left < LONGEST_TIMEOUT ? left : LONGEST_TIMEOUT;
}

/* Waits until a child ends, a signal comes, the lifeline ends, what there is to say can be
 * said, or it is time. Signals are let in nowhere but in pselect(), so that none can slip
 * through between looking and waiting. */
static void wait_for_event(struct life *life)
{
	double left = time_left(life);
	struct timespec timeout;
	char ignored[4096];
	sigset_t none;
	fd_set readable, writable;
	ssize_t n;

	timeout.tv_sec = (time_t)left;
	timeout.tv_nsec = (long)((left - (double)timeout.tv_sec) * 1e9);
	sigemptyset(&none);
	FD_ZERO(&readable);
	FD_ZERO(&writable);
	if (life->rounds == 0)
		FD_SET(STDIN_FILENO, &readable);
	if (life->unsaid_length > 0)
		FD_SET(STDOUT_FILENO, &writable);
	if (pselect(STDOUT_FILENO + 1, &readable, &writable, NULL,
		    left < 0 ? NULL : &timeout, &none) <= 0)
		return;
	deliver(life);
	if (!FD_ISSET(STDIN_FILENO, &readable))
		return;
	n = read(STDIN_FILENO, ignored, sizeof ignored);
	life->lifeline_ended = n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN);
}

/* All that is left to do is to say so. After a signal, nobody waits for that long. */
static void say_the_rest(struct life *life)
{
	const struct timespec patience = {1, 0};
	int timed_out = 0;
	sigset_t none;
	fd_set writable;

	sigemptyset(&none);
	while (life->unsaid_length > 0 && !timed_out) {
		FD_ZERO(&writable);
		FD_SET(STDOUT_FILENO, &writable);
		timed_out = pselect(STDOUT_FILENO + 1, NULL, &writable, NULL,
				    caught ? &patience : NULL, &none) == 0;
		deliver(life);
	}
}

void keeper_prepare(void)
{
	finds_all = descendants_adopt();
	ending_catch(on_end_signal);
}

int keeper_watch(pid_t server, double seconds)
{
	struct life life = {.server = server};

	if (seconds > 0)
		life.deadline = now() + seconds;
	say(&life, "started", server);
	while (reap(&life)) {
		int due = life.rounds > 0 ? now() >= life.next_round : must_end(&life);

		if (due)
			kill_all(&life);
		if (due && life.rounds == 1 && !life.lifeline_ended && !caught)
			dprintf(STDERR_FILENO, "supervise: time is up after %g seconds\n",
				seconds);
		wait_for_event(&life);
	}
	say(&life, "adopted", life.adopted);
	say_the_rest(&life);
	return caught;
}
