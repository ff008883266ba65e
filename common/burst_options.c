/* burst's command line. See burst.h. */
#include "burst.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A client needs a local port of its own, and there are no more than that. */
#define MOST_CLIENTS 65535u
#define MOST_IN_TURN 100000000u
#define MOST_SECONDS 1000000u

static const char usage[] =
	"usage: burst [-p PORT] [-b ADDRESS] [-e any|same|upper] [-t SECONDS]\n"
	"             [-n N] [-c] [-w] [-H]   N clients together\n"
	"             [-s K]                  K clients one after the other\n";

static const char help[] =
	"\n"
	"Opens clients of a TCP server and proves that each of them is served: each\n"
	"sends a line of its own and checks the answer. When all N are served, the\n"
	"line 'ready N' is printed; then they are released, all at once.\n"
	"\n"
	"  -p PORT     the server's port, 1 to 65535 (9877, where the stages listen)\n"
	"  -b ADDRESS  its numeric IPv4 or IPv6 address (127.0.0.1)\n"
	"  -e ANSWER   what a right answer is: upper, the line in upper case (upper);\n"
	"              same, the line as it was; any, one byte or more\n"
	"  -t SECONDS  time limit, decimals allowed (10): until ready, and with -H\n"
	"              again from release to the last close; with -s for each client\n"
	"  -n N        so many clients at the same time, 1 to 65535 (50)\n"
	"  -c          only connect: send nothing, expect no answer\n"
	"  -w          hold them until standard input ends, however long that takes\n"
	"  -H          to release them, half-close all, then require that the server\n"
	"              closes each\n"
	"  -s K        instead, K clients one after the other, up to the first that is\n"
	"              not served; prints how many were, and how many per second\n"
	"  -h          print this and exit\n"
	"\n"
	"Exit status: 0 all were served; 2 wrong usage; 3 not all were served (in "
	"time).\n";

static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("burst: ", stderr);
	vfprintf(stderr, format, arguments);
	fputs(" (burst -h explains)\n", stderr);
	va_end(arguments);
	exit(2);
}

/* Reads a whole number, decimal digits only, from 1 to most. */
static unsigned parse_count(int option, const char *text, unsigned most)
{
	unsigned value = 0;
	const char *digit;

	for (digit = text; *digit >= '0' && *digit <= '9' && value <= most; digit++)
		value = value * 10 + (unsigned)(*digit - '0');
	if (*digit != '\0' || value < 1 || value > most)
		fail("-%c '%s': a whole number from 1 to %u is needed", option, text,
			most);
	return value;
}

/* Reads seconds, as digits with an optional fraction, whatever the locale. Returns them in
 * milliseconds; what is less than one is left out. */
static sock_time parse_seconds(const char *text)
{
	sock_time value = 0;
	sock_time unit = 1000;
	const char *digit = text;

	for (; *digit >= '0' && *digit <= '9' && value <= MOST_SECONDS * 1000ll; digit++)
		value = value * 10 + (*digit - '0') * unit;
	if (*digit == '.' && digit[1] != '\0')
		for (digit++; *digit >= '0' && *digit <= '9'; digit++)
			value += (*digit - '0') * (unit /= 10);
	if (*digit != '\0' || value < 1 || value > MOST_SECONDS * 1000ll)
		fail("-t '%s': seconds from 0.001 to %u are needed", text, MOST_SECONDS);
	return value;
}

static enum answer parse_answer(const char *text)
{
	if (strcmp(text, "any") == 0)
		return ANSWER_ANY;
	if (strcmp(text, "same") == 0)
		return ANSWER_SAME;
	if (strcmp(text, "upper") != 0)
		fail("-e '%s': any, same or upper is needed", text);
	return ANSWER_UPPER;
}

static unsigned parse_port(const char *text)
{
	unsigned port;

	if (sock_parse_port(text, &port) == -1 || port == 0)
		fail("-p '%s': a port from 1 to 65535 is needed", text);
	return port;
}

static const char *parse_address(const char *text)
{
	if (!sock_is_address(text))
		fail("-b '%s': a numeric address such as 127.0.0.1 or ::1 is needed",
			text);
	return text;
}

static void refuse_option(void)
{
	fprintf(stderr, "burst: unknown option -%c\n%s", optopt, usage);
	exit(2);
}

static void print_help(void)
{
	printf("%s%s", usage, help);
	exit(fflush(stdout) == 0 ? 0 : 2);
}

/* Takes one option that getopt() found. */
static void take_option(struct burst_options *options, int option)
{
	switch (option) {
	case 'p':
		options->port = parse_port(optarg);
		break;
	case 'b':
		options->address = parse_address(optarg);
		break;
	case 'n':
		options->clients = parse_count(option, optarg, MOST_CLIENTS);
		break;
	case 'w':
		options->hold = true;
		break;
	case 'H':
		options->half_close = true;
		break;
	case 'c':
		options->connect_only = true;
		break;
	case 'e':
		options->expect = parse_answer(optarg);
		break;
	case 's':
		options->in_turn = parse_count(option, optarg, MOST_IN_TURN);
		break;
	case 't':
		options->limit = parse_seconds(optarg);
		options->limit_text = optarg;
		break;
	}
}

struct burst_options burst_parse_options(int argc, char *argv[])
{
	struct burst_options options = {.address = "127.0.0.1",
		.port = SOCK_DEFAULT_PORT,
		.expect = ANSWER_UPPER,
		.clients = 50,
		.limit = 10000,
		.limit_text = "10"};
	int together = 0; /* an option for clients that are there at the same time */
	int option;

	while ((option = getopt(argc, argv, ":p:b:n:wHce:t:s:h")) != -1) {
		if (option == 'h')
			print_help();
		if (option == '?')
			refuse_option();
		if (option == ':')
			fail("-%c needs an argument", optopt);
		if (strchr("nwHc", option))
			together = option;
		take_option(&options, option);
	}
	if (optind < argc)
		fail("'%s' is not an option, and nothing else is taken", argv[optind]);
	if (options.in_turn && together)
		fail("-%c does not go with -s, whose clients are never together",
			together);
	if (options.connect_only)
		options.expect = ANSWER_NONE;
	return options;
}
