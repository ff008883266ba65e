/* Descendants: see descendants.h. All that is particular to Linux is in this file. */
#include "descendants.h"

#ifdef __linux__

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct process {
	pid_t pid;
	pid_t parent;
	int descends; /* from us */
};

struct table {
	struct process *rows; /* in order of pid */
	size_t used;
	size_t room;
};

/* Reads /proc/DIR/FILE into text. Returns its length, or -1: the process may be gone. */
static ssize_t read_proc(const char *dir, const char *file, char *text, size_t size)
{
	char path[64];
	ssize_t length;
	int fd;

	if (snprintf(path, sizeof path, "/proc/%s/%s", dir, file) >= (int)sizeof path)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	length = read(fd, text, size - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	return length;
}

/* Returns 1 if there is such a process, 0 if not. */
static int look_at(const char *dir, struct process *process)
{
	char text[512], *after_name;
	long pid, parent;

	if (read_proc(dir, "stat", text, sizeof text) <= 0)
		return 0;
	/* PID (NAME) STATE PARENT ...: NAME may contain anything, ") R 1" too, but what
	 * follows it contains no parenthesis. */
	after_name = strrchr(text, ')');
	if (after_name == NULL || sscanf(text, "%ld", &pid) != 1)
		return 0;
	if (sscanf(after_name + 1, " %*c %ld", &parent) != 1)
		return 0;
	process->pid = (pid_t)pid;
	process->parent = (pid_t)parent;
	process->descends = 0;
	return 1;
}

/* Returns 0, or -1 when there is no memory for one more row. */
static int add_row(struct table *table, const struct process *process)
{
	if (table->used == table->room) {
		size_t room = table->room ? 2 * table->room : 256;
		struct process *rows = realloc(table->rows, room * sizeof *rows);

		if (rows == NULL)
			return -1;
		table->rows = rows;
		table->room = room;
	}
	table->rows[table->used++] = *process;
	return 0;
}

static int by_pid(const void *a, const void *b)
{
	pid_t left = ((const struct process *)a)->pid;
	pid_t right = ((const struct process *)b)->pid;

	return (left > right) - (left < right);
}

/* Fills the table with all processes. Without memory for all of them it takes those that
 * fit: killing some now makes the next look shorter. Returns 0, or -1 with errno set. */
static int look_at_all(struct table *table)
{
	struct process process;
	struct dirent *entry;
	DIR *proc = opendir("/proc");

	if (proc == NULL)
		return -1;
	table->used = 0;
	while ((entry = readdir(proc)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		if (look_at(entry->d_name, &process) && add_row(table, &process) == -1)
			break;
	}
	closedir(proc);
	if (table->used > 0)
		qsort(table->rows, table->used, sizeof *table->rows, by_pid);
	return 0;
}

/* Returns whether the table has a descendant of ours with that number. */
static int has_descendant(const struct table *table, pid_t pid)
{
	struct process key = {.pid = pid}, *found;

	if (table->used == 0)
		return 0;
	found = bsearch(&key, table->rows, table->used, sizeof key, by_pid);
	return found != NULL && found->descends;
}

/* One round does it when parents have lower numbers than their children, as they have
 * until the numbers start again at the bottom; hence the repetition. */
static void mark_descendants(struct table *table)
{
	pid_t self = getpid();
	int changed = 1;

	while (changed) {
		changed = 0;
		for (size_t i = 0; i < table->used; i++) {
			struct process *process = &table->rows[i];

			if (process->descends)
				continue;
			if (process->parent != self &&
				!has_descendant(table, process->parent))
				continue;
			process->descends = changed = 1;
		}
	}
}

int descendants_adopt(void)
{
	struct process self;

	/* A /proc of another PID namespace would have us kill strangers. */
	if (!look_at("self", &self) || self.pid != getpid() || self.parent != getppid())
		return 0;
	return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) == 0;
}

int descendants_signal(int signo)
{
	static struct table now, before; /* kept: their memory fits the next look, too */
	struct table swap = before;
	int newcomers = 0;

	before = now;
	now = swap;
	if (look_at_all(&now) == -1)
		return -1;
	mark_descendants(&now);
	for (size_t i = 0; i < now.used; i++) {
		const struct process *process = &now.rows[i];

		/* The number cannot have passed to a stranger: it is free only once its
		 * parent has waited for it, and comes up again only a whole round of
		 * numbers later. */
		if (!process->descends || kill(process->pid, signo) == -1)
			continue;
		newcomers += !has_descendant(&before, process->pid);
	}
	return newcomers;
}

int descendants_tie(void)
{
	if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL) == -1)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
}

long descendants_count_tasks(uid_t uid)
{
	struct dirent *entry;
	long tasks = 0;
	int processes = 0;
	DIR *proc = opendir("/proc");

	if (proc == NULL)
		return -1;
	while ((entry = readdir(proc)) != NULL) {
		char text[4096], *uids, *threads;
		unsigned long real_uid;
		long count;

		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		if (read_proc(entry->d_name, "status", text, sizeof text) <= 0)
			continue;
		processes++;
		/* The name, in the first line, has its newlines escaped. */
		uids = strstr(text, "\nUid:");
		threads = strstr(text, "\nThreads:");
		if (uids == NULL || sscanf(uids, "\nUid: %lu", &real_uid) != 1 ||
			real_uid != uid)
			continue;
		if (threads == NULL || sscanf(threads, "\nThreads: %ld", &count) != 1)
			count = 1;
		tasks += count;
	}
	closedir(proc);
	if (processes == 0)
		errno = ENOENT; /* not even us: nothing is mounted there */
	return processes == 0 ? -1 : tasks;
}

#else /* not Linux */

int descendants_adopt(void)
{
	return 0;
}

int descendants_signal(int signo)
{
	(void)signo;
	return 0;
}

int descendants_tie(void)
{
	return 0;
}

long descendants_count_tasks(uid_t uid)
{
	(void)uid;
	return 0;
}

#endif
