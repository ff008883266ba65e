/* burst's file descriptors: enough of them, and none where a standard one should be. */
#include "burst.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Descriptors that may be open beside the clients': the standard ones, inherited ones. */
#define SPARE 64

void burst_open_standard_fds(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

void burst_allow_clients(unsigned clients)
{
	rlim_t least = (rlim_t)clients + STDERR_FILENO + 1;
	rlim_t wanted = (rlim_t)clients + SPARE;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1 || files.rlim_cur >= wanted)
		return;
	if (files.rlim_max < least) {
		fprintf(stderr,
			"burst: -n %u needs %lu open files, and the hard limit is %lu: "
			"raise it (ulimit -Hn), or use a smaller -n\n",
			clients, (unsigned long)least, (unsigned long)files.rlim_max);
		exit(2);
	}
	files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
	/* If this fails, or is not enough, some socket() will fail and say so. */
	setrlimit(RLIMIT_NOFILE, &files);
}
