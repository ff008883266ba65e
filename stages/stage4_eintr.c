/* Stage 4: an accept() that a signal interrupted is called again.
 *
 * Fixed:  all of it. No zombie stays, nothing blocks, no child's exit ends the server.
 * Broken: nothing we know of. SA_RESTART instead of the EINTR branch would do here, but
 *         poll(), select(), nanosleep(), accept() with SO_RCVTIMEO ... never restart.
 * Read:   signal(7), "Interruption of system calls and library functions by signal
 *         handlers"; accept(3p); Stevens, UNIX Network Programming 1 (3rd ed.), 5.9. */
#include "lab.h"
#include "log.h"
#include "service.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_sigchld(int signo)
{
	int saved_errno = errno; /* what the interrupted code was about to read */
	int status;
	pid_t child;

	(void)signo;
	log_sigchld();
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		log_reaped(child, status);
	errno = saved_errno;
}

int main(int argc, char *argv[])
{
	struct lab lab = lab_start(argc, argv, 0);
	struct sigaction sa = {.sa_handler = on_sigchld, .sa_flags = lab.sa_flags};
	int listen_fd;

	sigemptyset(&sa.sa_mask);
	if (sigaction(SIGCHLD, &sa, NULL) == -1)
		lab_die("sigaction");
	listen_fd = lab_listen(&lab);

	for (;;) {
		int conn_fd = accept(listen_fd, NULL, NULL);
		pid_t child;

		if (conn_fd == -1) {
			if (errno == EINTR) /* a child's exit: call accept() again */
				continue;
			if (lab_will_pass("accept")) /* EMFILE, ECONNABORTED ... */
				continue;
			lab_die("accept");
		}
		log_accepted(conn_fd);

		child = fork();
		switch (child) {
		case -1:
			log_error("fork"); /* drop this client, keep serving */
			break;
		case 0:
			lab_child();
			close(listen_fd); /* or a dead server's port would stay taken */
			serve_uppercase(conn_fd);
			_exit(0); /* exit() would flush the parent's stdio buffers too */
		default:
			log_forked(child);
			break;
		}
		close(conn_fd); /* or the client never sees EOF: the child's is a copy */
	}
}
