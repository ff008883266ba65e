/* service: what a child does for its client. */
#ifndef SERVICE_H
#define SERVICE_H

/* Sends back in upper case (ASCII letters only) every byte that comes from conn_fd, in order,
 * until the client shuts down its side. Returns at EOF, or when the client has gone; reads to
 * EOF, for a close with data unread would reset the connection (RFC 1122, 4.2.2.13).
 * Wants SIGPIPE ignored. Handles short writes and EINTR. Leaves conn_fd open. */
void serve_uppercase(int conn_fd);

#endif
