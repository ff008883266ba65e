/* forkrate: how many times a second this machine can fork, exit and wait: what no
 * fork-per-client server can beat.
 *
 * usage: forkrate COUNT. Prints `COUNT forks, RATE per second, FAULTS page faults each`. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Page faults that needed no reading from disk, of this process and of the children it reaped. */
static long page_faults(void)
{
	struct rusage self, children;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	return self.ru_minflt + children.ru_minflt;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fork_and_wait(void)
{
	pid_t child = fork();

	if (child == -1) {
		fprintf(stderr, "forkrate: fork: %s\n", strerror(errno));
		exit(3);
	}
	if (child == 0)
		_exit(0);
	while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
}

int main(int argc, char *argv[])
{
	char *end = "";
	long count = argc == 2 ? strtol(argv[1], &end, 10) : 0;
	double start;
	long faults;

	if (argc == 2 && strcmp(argv[1], "-h") == 0) {
		puts("usage: forkrate COUNT\n"
		     "Forks, exits and waits COUNT times, and prints how many times per "
		     "second.");
		return 0;
	}
	if (count < 1 || count > 1000000 || *end != '\0') {
		fprintf(stderr, "forkrate: wants one number, from 1 to 1000000: how many "
				"forks\n");
		return 2;
	}
	faults = page_faults();
	start = seconds_now();
	for (long i = 0; i < count; i++)
		fork_and_wait();
	printf("%ld forks, %.0f per second, %.1f page faults each\n", count,
		(double)count / (seconds_now() - start),
		(double)(page_faults() - faults) / (double)count);
	return 0;
}
