/* Launch: starting a server in surroundings that are the same every time. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#define LAUNCH_NO_LIMIT RLIM_INFINITY

struct launch {
	char *const
		*argv;   /* the server, looked for as execvp() does, and its arguments */
	int output_fd;   /* becomes stdout and stderr; -1: the server keeps ours */
	int change_user; /* whether to become uid and gid, with no other group */
	uid_t uid;
	gid_t gid;
	rlim_t tasks;      /* RLIMIT_NPROC, or LAUNCH_NO_LIMIT */
	rlim_t file_bytes; /* RLIMIT_FSIZE, or LAUNCH_NO_LIMIT */
};

/* Looks up a user by name or, failing that, by number; a number needs no passwd entry, and
 * is then the group number too.
 * Returns 0 with *uid and *gid set, or -1: there is no such user. */
int launch_find_user(const char *name, uid_t *uid, gid_t *gid);

/* Starts the server in a session of its own, with no signal blocked and none ignored
 * (except SIGXFSZ when file_bytes is a limit: an overlong write then fails with EFBIG),
 * stdin from /dev/null and no descriptor above 2 of the caller's making.
 * To be called with the caller's own signals blocked.
 * Returns the server's process id once it has been executed; or -1 with one line of text,
 * without newline, that says why it could not, in why. */
pid_t launch(const struct launch *plan, char *why, size_t size);

#endif
