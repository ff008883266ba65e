/* Launch: see launch.h. */
#include "launch.h"

#include "descendants.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* POSIX leaves out how to drop supplementary groups, and libcs hide their setgroups() from
 * a program that asks for POSIX only. All have it, with one of these two prototypes, and
 * declaring a library function oneself is what C allows (C99 7.1.4). */
#ifdef __linux__
int setgroups(size_t count, const gid_t *groups);
#else
int setgroups(int count, const gid_t *groups);
#endif

/* Not POSIX either: the number of the last signal, where there are no realtime ones. */
#ifdef SIGRTMAX
#define LAST_SIGNAL SIGRTMAX
#else
#define LAST_SIGNAL 31
#endif

int launch_find_user(const char *name, uid_t *uid, gid_t *gid)
{
	struct passwd *entry = getpwnam(name);
	unsigned long long number;

	if (entry == NULL) {
		if (*name == '\0' || name[strspn(name, "0123456789")] != '\0')
			return -1;
		errno = 0;
		number = strtoull(name, NULL, 10);
		/* (uid_t)-1 means "leave as it is" to setreuid() and chown(). */
		if (errno != 0 || number != (uid_t)number || (uid_t)number == (uid_t)-1)
			return -1;
		*uid = (uid_t)number;
		*gid = (gid_t)number;
		entry = getpwuid(*uid);
	}
	if (entry != NULL) {
		*uid = entry->pw_uid;
		*gid = entry->pw_gid;
	}
	return 0;
}

/* Everything from here to launch() runs in the child, and ends in execvp() or here. */
static void fail(int report_fd, const char *what, const char *name)
{
	char line[512];
	int length;

	length = snprintf(
		line, sizeof line, "cannot %s%s: %s", what, name, strerror(errno));
	if (length >= (int)sizeof line)
		length = (int)sizeof line - 1;
	if (write(report_fd, line, (size_t)length) == -1)
		_exit(126); /* nobody is listening any more */
	_exit(127);
}

static void reset_signals(int ignored)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	sigemptyset(&action.sa_mask);
	/* For SIGKILL, SIGSTOP and those that the libc keeps for itself this fails, rightly. */
	for (int signo = 1; signo <= LAST_SIGNAL; signo++)
		sigaction(signo, &action, NULL);
	if (ignored != 0) {
		action.sa_handler = SIG_IGN;
		sigaction(ignored, &action, NULL);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int redirect(int output_fd)
{
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null_fd == -1 || dup2(null_fd, STDIN_FILENO) == -1)
		return -1;
	if (output_fd == -1)
		return 0;
	if (dup2(output_fd, STDOUT_FILENO) == -1 || dup2(output_fd, STDERR_FILENO) == -1)
		return -1;
	return 0;
}

/* A hard limit that is already lower stays: only root could raise it. */
static int limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (most == LAUNCH_NO_LIMIT)
		return 0;
	if (getrlimit(resource, &now) == -1)
		return -1;
	if (now.rlim_max == RLIM_INFINITY || now.rlim_max > most)
		now.rlim_max = most;
	now.rlim_cur = now.rlim_max;
	return setrlimit(resource, &now);
}

/* The order matters: after setuid() we may no longer change groups. */
static int become(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) == -1 || setgid(gid) == -1 || setuid(uid) == -1)
		return -1;
	if (uid != 0 && (setuid(0) == 0 || seteuid(0) == 0)) {
		errno = EPERM; /* it can go back: then it has not become that user */
		return -1;
	}
	return 0;
}

static void run(const struct launch *plan, int report_fd)
{
	if (setsid() == -1)
		fail(report_fd, "start a session", "");
	reset_signals(plan->file_bytes == LAUNCH_NO_LIMIT ? 0 : SIGXFSZ);
	if (redirect(plan->output_fd) == -1)
		fail(report_fd, "redirect the server's input and output", "");
	if (limit(RLIMIT_FSIZE, plan->file_bytes) == -1)
		fail(report_fd, "limit the size of files", "");
#ifdef RLIMIT_NPROC
	if (limit(RLIMIT_NPROC, plan->tasks) == -1)
		fail(report_fd, "limit the number of processes", "");
#endif
	if (plan->change_user && become(plan->uid, plan->gid) == -1)
		fail(report_fd, "become the other user", "");
	if (descendants_tie() == -1)
		fail(report_fd, "tie the server to its supervisor", "");
	execvp(plan->argv[0], plan->argv);
	fail(report_fd, "run ", plan->argv[0]);
}

pid_t launch(const struct launch *plan, char *why, size_t size)
{
	int report[2];
	size_t length = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(report) == -1 || fcntl(report[0], F_SETFD, FD_CLOEXEC) == -1 ||
		fcntl(report[1], F_SETFD, FD_CLOEXEC) == -1) {
		snprintf(why, size, "cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	pid = fork();
	if (pid == 0)
		run(plan, report[1]);
	if (pid == -1)
		snprintf(why, size, "cannot fork: %s", strerror(errno));
	close(report[1]);
	/* exec closes the other end: what comes is the end of file or a reason. */
	while (pid != -1 && length < size - 1) {
		n = read(report[0], why + length, size - 1 - length);
		if (n == 0 || (n == -1 && errno != EINTR))
			break;
		length += n > 0 ? (size_t)n : 0;
	}
	close(report[0]);
	if (pid == -1 || length == 0)
		return pid;
	why[length] = '\0';
	waitpid(pid, NULL, 0);
	return -1;
}
