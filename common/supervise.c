/* supervise: owns one server's life, so that nothing of it is ever left behind.
 *
 * Its stdin is a lifeline. Whoever started it keeps the other end open, and whatever ends
 * them, kill -9 included, ends the server and all that the server started. */
#include "descendants.h"
#include "ending.h"
#include "keeper.h"
#include "launch.h"
#include "standin.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE                                                                         \
	"usage: supervise [-u MAXPROCS] [-t SECONDS] [-U USER] [-o FILE] [-f BYTES] " \
	"[-h]"                                                                        \
	" -- SERVER ARGS\n"

#define HELP                                                                             \
	"Starts SERVER in a session of its own and kills all that it started when "      \
	"stdin\n"                                                                        \
	"reaches end of file, so that whoever holds stdin open holds a lifeline.\n"      \
	"\n"                                                                             \
	"  -u MAXPROCS  at most so many processes for SERVER and all that it starts; "   \
	"the\n"                                                                          \
	"               system counts by user: exact with -U and a user who runs "       \
	"nothing else\n"                                                                 \
	"  -t SECONDS   the same as end of file after so many seconds\n"                 \
	"  -U USER      run SERVER as that user, a name or a number (needs root)\n"      \
	"  -o FILE      stdout and stderr of SERVER go to FILE, which is emptied "       \
	"first\n"                                                                        \
	"  -f BYTES     no file that SERVER writes grows beyond BYTES\n"                 \
	"  -h           print this\n"                                                    \
	"\n"                                                                             \
	"On stdout: started PID; exited STATUS or killed SIGNAL; adopted ORPHANS.\n"     \
	"Exit status: 0, whatever SERVER did; 2 if it could not be started. After "      \
	"SIGTERM,\n"                                                                     \
	"SIGINT or SIGHUP it kills all the same, then dies of that signal. (Do not end " \
	"it\n"                                                                           \
	"with SIGKILL: then nobody is left to look after what SERVER has started.)\n"

struct options {
	unsigned long long max_procs; /* 0: no limit */
	unsigned long long max_bytes; /* 0: no limit */
	double seconds;               /* 0: no limit */
	const char *user;             /* NULL: stay who we are */
	const char *output;           /* NULL: the server keeps our stdout and stderr */
};

#define die(...) (dprintf(STDERR_FILENO, "supervise: " __VA_ARGS__), exit(2))

/* From 1 to a bound that leaves room to add to it in an rlim_t, which may be a long. */
static unsigned long long whole_number(int option, const char *text)
{
	const unsigned long long most = LONG_MAX / 2;
	unsigned long long number;

	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
		die("-%c needs a whole number, not '%s'\n", option, text);
	errno = 0;
	number = strtoull(text, NULL, 10);
	if (errno != 0 || number < 1 || number > most)
		die("-%c needs a number from 1 to %llu, not '%s'\n", option, most, text);
	return number;
}

static double seconds(const char *text)
{
	size_t whole = strspn(text, "0123456789"), part = 0;
	double number;

	if (text[whole] == '.')
		part = 1 + strspn(text + whole + 1, "0123456789");
	if (whole + part == 0 || text[whole + part] != '\0' || strcmp(text, ".") == 0)
		die("-t needs a number of seconds, not '%s'\n", text);
	number = strtod(text, NULL);
	if (!(number > 0 && number <= 1e9))
		die("-t needs a number above 0 and up to 1000000000, not '%s'\n", text);
	return number;
}

static struct options parse(int argc, char *argv[])
{
	struct options options = {0, 0, 0, NULL, NULL};
	int c;

	while ((c = getopt(argc, argv, ":u:t:U:o:f:h")) != -1) {
		switch (c) {
		case 'u':
			options.max_procs = whole_number(c, optarg);
			break;
		case 't':
			options.seconds = seconds(optarg);
			break;
		case 'U':
			options.user = optarg;
			break;
		case 'o':
			options.output = optarg;
			break;
		case 'f':
			options.max_bytes = whole_number(c, optarg);
			break;
		case 'h':
			exit(fputs(USAGE "\n" HELP, stdout) == EOF ||
						fflush(stdout) == EOF
					? 2
					: 0);
		case ':':
			die("option -%c needs an argument\n" USAGE, optopt);
		default:
			die("unknown option -%c\n" USAGE, optopt);
		}
	}
	if (optind == argc)
		die("no SERVER to start\n" USAGE);
	return options;
}

/* With 0, 1 or 2 closed, the next open() would get that number and be taken for it. */
static void open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd == -1)
		exit(2);
	close(fd);
}

/* Closes what we inherited: the other end of our own lifeline can be among it, and as long
 * as we or the server kept that open there would be no end of file. Not every system shows
 * them all in /dev/fd, so the low numbers, those that shells use, are closed unseen. */
static void close_inherited(int spared_fd)
{
	struct dirent *entry;
	DIR *open_files;
	int fd;

	for (fd = STDERR_FILENO + 1; fd < 256; fd++)
		if (fd != spared_fd)
			close(fd);
	open_files = opendir("/dev/fd");
	if (open_files == NULL)
		return;
	while ((entry = readdir(open_files)) != NULL) {
		fd = isdigit((unsigned char)entry->d_name[0]) ? atoi(entry->d_name) : -1;
		if (fd > STDERR_FILENO && fd != dirfd(open_files) && fd != spared_fd)
			close(fd);
	}
	closedir(open_files);
}

/* What kills the whole process group of the script that started us, as timeout(1) may, is not to
 * kill us before our server. At a terminal we stay: its Ctrl-C is for us. */
static void leave_group(void)
{
	if (!isatty(STDIN_FILENO))
		setpgid(0, 0); /* fails for a session leader, who has no need of it */
}

static void plan_user(struct launch *plan, const char *user)
{
	plan->uid = getuid();
	plan->gid = getgid();
	if (user == NULL)
		return;
	if (launch_find_user(user, &plan->uid, &plan->gid) == -1)
		die("there is no user '%s'\n", user);
	if (geteuid() != 0 && plan->uid != getuid())
		die("only root can run a server as another user: -U %s\n", user);
	plan->change_user = geteuid() == 0;
}

static void plan_limits(struct launch *plan, const struct options *options)
{
	if (options->max_bytes > 0)
		plan->file_bytes = (rlim_t)options->max_bytes;
	if (options->max_procs == 0)
		return;
#ifdef RLIMIT_NPROC
	long tasks = descendants_count_tasks(plan->uid);

	if (plan->uid == 0)
		die("-u does not limit root: add -U USER with a user that is not root\n");
	if (tasks == -1)
		die("-u cannot count processes in /proc: %s\n", strerror(errno));
	plan->tasks = (rlim_t)tasks + (rlim_t)options->max_procs;
#else
	die("-u: this system has no limit on processes\n");
#endif
}

static int open_output(const char *name)
{
	/* Non-blocking only so that a FIFO without a reader is an error, not a trap. */
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC;
	int fd = open(name, flags | O_NONBLOCK, 0666);

	if (fd == -1 || fcntl(fd, F_SETFL, O_APPEND) == -1)
		die("cannot write to %s: %s\n", name, strerror(errno));
	return fd;
}

int main(int argc, char *argv[])
{
	struct launch plan = {.tasks = LAUNCH_NO_LIMIT, .file_bytes = LAUNCH_NO_LIMIT};
	struct options options;
	char why[512];
	pid_t server;
	int signo;

	open_standard_streams();
	options = parse(argc, argv);
	leave_group();
	plan.argv = argv + optind;
	plan_user(&plan, options.user);
	plan.output_fd = options.output == NULL ? -1 : open_output(options.output);
	close_inherited(plan.output_fd);
	standin_if_parent();
	plan_limits(&plan, &options);
	keeper_prepare();
	server = launch(&plan, why, sizeof why);
	if (server == -1)
		die("%s\n", why);
	signo = keeper_watch(server, options.seconds);
	if (signo != 0)
		ending_die_of(signo);
	return 0;
}
