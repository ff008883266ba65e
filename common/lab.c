/* lab: how a stage starts, and how it ends. See lab.h. */
#include "lab.h"

#include "log.h"
#include "sock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pid_t server; /* set once, before the handler that reads it is installed */

static void print_usage(FILE *to, const char *program)
{
	fprintf(to, "usage: %s [-b ADDRESS] [-p PORT] [-r | -R] [-q] [-h]\n", program);
}

static void print_help(const char *program, int sa_flags)
{
	print_usage(stdout, program);
	printf("Serves each client in a child of its own: sends back in upper case what "
	       "it gets.\n"
	       "  -b ADDRESS  listen on this numeric IPv4 or IPv6 address (127.0.0.1)\n"
	       "  -p PORT     listen on this port; 0: the kernel chooses (%d)\n"
	       "  -r          install the SIGCHLD handler with SA_RESTART%s\n"
	       "  -R          install it without%s\n"
	       "  -q          print only the ready line, errors and the tally\n"
	       "  -h          print this\n"
	       "SIGINT (Ctrl-C) or SIGTERM: print the tally and exit.\n",
		SOCK_DEFAULT_PORT, sa_flags == SA_RESTART ? " (the default)" : "",
		sa_flags == 0 ? " (the default)" : "");
}

static void refuse(const char *program, const char *what, const char *argument)
{
	fprintf(stderr, "%s: %s: '%s'\n", program, what, argument);
	exit(2);
}

/* In our own words, for those of getopt() differ from libc to libc. */
static void refuse_option(const char *program, int problem)
{
	if (problem == ':')
		fprintf(stderr, "%s: option -%c needs an argument\n", program, optopt);
	else
		fprintf(stderr, "%s: unknown option -%c\n", program, optopt);
	print_usage(stderr, program);
	exit(2);
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (slash)
		return slash + 1;
	return path ? path : "server";
}

static void parse_options(struct lab *lab, int argc, char *argv[])
{
	int option;

	while ((option = getopt(argc, argv, ":b:p:rRqh")) != -1) {
		switch (option) {
		case 'b':
			if (!sock_is_address(optarg))
				refuse(lab->program,
					"-b wants a numeric address such as 127.0.0.1 or "
					"::1",
					optarg);
			lab->address = optarg;
			break;
		case 'p':
			if (sock_parse_port(optarg, &lab->port) == -1)
				refuse(lab->program, "-p wants a port from 0 to 65535",
					optarg);
			break;
		case 'r':
			lab->sa_flags = SA_RESTART;
			break;
		case 'R':
			lab->sa_flags = 0;
			break;
		case 'q':
			log_be_quiet();
			break;
		case 'h':
			print_help(lab->program, lab->sa_flags);
			exit(0);
		default:
			refuse_option(lab->program, option);
		}
	}
	if (optind < argc)
		refuse(lab->program, "takes options only; see -h", argv[optind]);
}

static void on_stop(int signo)
{
	if (getpid() == server) {
		log_tally();
		_exit(0);
	}
	/* A child that has not come to lab_child() yet: it dies of the signal, as it would later. */
	lab_child();
	raise(signo);
}

static void set_disposition(int signo, void (*handler)(int))
{
	struct sigaction sa = {.sa_handler = handler};

	sigemptyset(&sa.sa_mask);
	sigaction(signo, &sa, NULL); /* fails only for signals that cannot be caught */
}

/* With 0, 1 or 2 closed, a socket would get that number: what we log would go to a client. */
static void open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

struct lab lab_start(int argc, char *argv[], int sa_flags)
{
	struct lab lab = {.program = base_name(argv[0]),
		.address = "127.0.0.1",
		.port = SOCK_DEFAULT_PORT,
		.sa_flags = sa_flags};
	sigset_t none;

	open_standard_streams();
	parse_options(&lab, argc, argv);
	server = getpid();
	set_disposition(SIGPIPE, SIG_IGN);
	set_disposition(SIGINT, on_stop);
	set_disposition(SIGTERM, on_stop);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return lab;
}

static void die_unable_to_listen(const struct lab *lab, const char *failed)
{
	const char *advice = "";

	switch (errno) {
	case EADDRINUSE:
		advice = "; end the server that has it, or choose another with -p (0: "
			 "any free one)";
		break;
	case EADDRNOTAVAIL:
		advice = "; -b wants an address of this machine";
		break;
	case EACCES:
		advice = "; choose a port above 1023 with -p";
		break;
	}
	fprintf(stderr, "%s: cannot listen on %s port %u: %s: %s%s\n", lab->program,
		lab->address, lab->port, failed, strerror(errno), advice);
	exit(2);
}

int lab_listen(const struct lab *lab)
{
	const char *failed;
	struct sock_name name;
	int fd = sock_listen(lab->address, lab->port, &failed);

	if (fd == -1)
		die_unable_to_listen(lab, failed);
	if (sock_local(fd, &name) == -1)
		lab_die("getsockname");
	log_ready(name.address, name.port);
	return fd;
}

void lab_child(void)
{
	set_disposition(SIGINT, SIG_DFL);
	set_disposition(SIGTERM, SIG_DFL);
	set_disposition(SIGCHLD, SIG_DFL);
}

/* Long enough not to spin, short enough that a client hardly notices. A signal ends it early. */
static void wait_a_moment(void)
{
	struct timespec tenth = {.tv_sec = 0, .tv_nsec = 100 * 1000 * 1000};

	nanosleep(&tenth, NULL);
}

bool lab_will_pass(const char *call)
{
	switch (errno) {
	case EMFILE: /* the next call would fail in the same way */
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EAGAIN:
		log_error(call);
		wait_a_moment();
		return true;
	case ECONNABORTED: /* the client was gone before it was accepted ... */
	case EPROTO:       /* ... as some systems say it */
	case ENETDOWN:     /* network trouble that Linux passes on from the new socket */
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EPERM: /* a firewall's doing */
		log_error(call);
		return true;
	default:
		return false;
	}
}

void lab_die(const char *call)
{
	log_error(call);
	log_tally();
	exit(1);
}
