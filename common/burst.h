/* burst: what its command line asks for, and what it needs of the system. */
#ifndef BURST_H
#define BURST_H

#include "client.h"

#include <stdbool.h>

struct burst_options {
	const char *address;
	unsigned port;
	enum answer expect; /* ANSWER_NONE with connect_only */
	bool connect_only;
	unsigned clients;       /* all at the same time */
	unsigned in_turn;       /* not 0: so many instead, one after the other */
	bool hold;              /* hold them until standard input ends */
	bool half_close;        /* half-close each, and require EOF */
	sock_time limit;        /* milliseconds */
	const char *limit_text; /* the same in seconds, as it was given */
};

/* Reads the command line. Prints the usage and exits 0 for -h; exits 2, with one line on
 * standard error that says what is wrong, for what it cannot do. */
struct burst_options burst_parse_options(int argc, char *argv[]);

/* Opens what is closed of descriptors 0, 1 and 2, on /dev/null: a client's socket must not
 * become standard input, from which burst reads to know how long to hold. */
void burst_open_standard_fds(void);

/* Raises the soft limit of open files so that clients can be open at the same time. Exits 2,
 * with one line on standard error, when the hard limit is below what they need at least. */
void burst_allow_clients(unsigned clients);

#endif
