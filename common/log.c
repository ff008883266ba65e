/* log: what a server tells about itself. See log.h. */
#include "log.h"

#include "sock.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_SIZE = 256, DATA_SHOWN = 40 };

struct line {
	char text[LINE_SIZE];
	size_t length;
};

static bool quiet;

/* The handler may read and write these at any moment; each has one writer only. */
static volatile sig_atomic_t accepted, forked, handler_runs, reaped;

void log_be_quiet(void)
{
	quiet = true;
}

/* snprintf() is not async-signal-safe, so lines are put together by hand. What does not fit is
 * left out; one byte always stays for the newline. */
static void put_char(struct line *line, char c)
{
	if (line->length < LINE_SIZE - 1)
		line->text[line->length++] = c;
}

static void put_text(struct line *line, const char *text)
{
	while (*text != '\0')
		put_char(line, *text++);
}

static void put_number(struct line *line, long number)
{
	char digits[3 * sizeof number];
	size_t n = 0;
	unsigned long rest =
		number < 0 ? 0 - (unsigned long)number : (unsigned long)number;

	if (number < 0)
		put_char(line, '-');
	do
		digits[n++] = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	while (n > 0)
		put_char(line, digits[--n]);
}

/* What a client sends may be anything, escape sequences for the terminal included. */
static void put_escaped(struct line *line, const char *data, size_t length)
{
	static const char hex[] = "0123456789abcdef";

	put_char(line, '"');
	for (size_t i = 0; i < length && i < DATA_SHOWN; i++) {
		unsigned char c = (unsigned char)data[i];

		if (c == '\n') {
			put_text(line, "\\n");
		} else if (c == '"' || c == '\\') {
			put_char(line, '\\');
			put_char(line, (char)c);
		} else if (c < 0x20 || c > 0x7e) {
			put_text(line, "\\x");
			put_char(line, hex[c / 16]);
			put_char(line, hex[c % 16]);
		} else {
			put_char(line, (char)c);
		}
	}
	put_text(line, length > DATA_SHOWN ? "\"..." : "\"");
}

static void write_line(int fd, struct line *line)
{
	const char *rest = line->text;

	line->text[line->length++] = '\n';
	while (line->length > 0) {
		ssize_t n = write(fd, rest, line->length);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return; /* a server goes on serving when nobody can read its log */
		rest += n;
		line->length -= (size_t)n;
	}
}

/* Most lines: an event, and the number that tells it from others of its kind. */
static void write_event(const char *event, long number)
{
	struct line line = {.length = 0};

	if (quiet)
		return;
	put_text(&line, event);
	put_number(&line, number);
	write_line(STDOUT_FILENO, &line);
}

static void put_address(struct line *line, const char *address, unsigned port)
{
	put_text(line, address);
	put_text(line, " port ");
	put_number(line, (long)port);
}

void log_ready(const char *address, unsigned port)
{
	struct line line = {.length = 0};

	put_text(&line, "listening on ");
	put_address(&line, address, port);
	put_text(&line, " pid ");
	put_number(&line, (long)getpid());
	write_line(STDOUT_FILENO, &line);
}

void log_accepted(int conn_fd)
{
	struct line line = {.length = 0};
	struct sock_name peer;

	accepted = accepted + 1;
	if (quiet)
		return;
	put_text(&line, "accepted client ");
	put_number(&line, accepted);
	if (sock_peer(conn_fd, &peer) == 0) { /* else it has gone already */
		put_text(&line, ", ");
		put_address(&line, peer.address, peer.port);
	}
	write_line(STDOUT_FILENO, &line);
}

void log_forked(pid_t child)
{
	forked = forked + 1;
	write_event("forked child ", (long)child);
}

void log_sigchld(void)
{
	handler_runs = handler_runs + 1;
	write_event("SIGCHLD handler, run ", handler_runs);
}

void log_reaped(pid_t child, int status)
{
	struct line line = {.length = 0};

	reaped = reaped + 1;
	if (quiet)
		return;
	put_text(&line, "reaped child ");
	put_number(&line, (long)child);
	put_text(&line, WIFEXITED(status) ? ", exit status " : ", killed by signal ");
	put_number(&line, WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	write_line(STDOUT_FILENO, &line);
}

void log_data(const char *what, const char *data, size_t length)
{
	struct line line = {.length = 0};

	if (quiet)
		return;
	put_text(&line, "child ");
	put_number(&line, (long)getpid());
	put_char(&line, ' ');
	put_text(&line, what);
	put_char(&line, ' ');
	put_number(&line, (long)length);
	put_text(&line, length == 1 ? " byte: " : " bytes: ");
	put_escaped(&line, data, length);
	write_line(STDOUT_FILENO, &line);
}

void log_error(const char *what)
{
	struct line line = {.length = 0};

	put_text(&line, what);
	put_text(&line, ": ");
	put_text(&line, strerror(errno));
	write_line(STDERR_FILENO, &line);
}

void log_tally(void)
{
	struct line line = {.length = 0};

	put_text(&line, "tally: ");
	put_number(&line, accepted);
	put_text(&line, " accepted, ");
	put_number(&line, forked);
	put_text(&line, " forked, ");
	put_number(&line, handler_runs);
	put_text(&line, " handler runs, ");
	put_number(&line, reaped);
	put_text(&line, " reaped, ");
	put_number(&line, (long)forked - (long)reaped);
	put_text(&line, " never reaped");
	write_line(STDOUT_FILENO, &line);
}
