/* Stage 1: fork a child for every client, and wait for none.
 *
 * Fixed:  nothing yet. Each client has a child of its own, so none waits for another.
 * Broken: a child that exits stays a zombie until the server ends. In the end fork()
 *         fails for want of process slots.
 * Read:   wait(2), NOTES; _exit(3p), "Consequences of Process Termination";
 *         Stevens, UNIX Network Programming 1 (3rd ed.), 5.7. */
#include "lab.h"
#include "log.h"
#include "service.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	struct lab lab = lab_start(argc, argv, 0);
	struct sigaction sa = {.sa_handler = SIG_DFL, .sa_flags = lab.sa_flags};
	int listen_fd;

	sigemptyset(&sa.sa_mask);
	if (sigaction(SIGCHLD, &sa, NULL) == -1)
		lab_die("sigaction");
	listen_fd = lab_listen(&lab);

	for (;;) {
		int conn_fd = accept(listen_fd, NULL, NULL);
		pid_t child;

		if (conn_fd == -1) {
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
