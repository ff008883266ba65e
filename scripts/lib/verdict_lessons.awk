# verdict_lessons.awk: what each verdict means, why it comes about, and where to read on. The same
# for every server; what was seen of this one is in verdict_words.awk.

function teach(name, what, should, because, where) {
	title[name] = what
	expected[name] = should
	why[name] = because
	reading[name] = where
}

BEGIN {
	teach("correct", "no defect seen", \
		"every client is served, and no child that has ended stays a zombie", \
		"", "docs/beyond.md")
	teach("no-reaping", "it never waits for its children", \
		"a child that has ended is waited for, and gone", \
		"A child that has ended keeps its place in the process table until its parent waits for it: " \
		"its exit status might still be asked for. This parent never asks, so every client leaves " \
		"one process slot used up, until fork() fails.", "docs/1-no-reaping.md")
	teach("lazy-reaping", "it waits for its children only when the next client comes", \
		"a child that has ended is waited for soon, whether or not another client comes", \
		"The waiting is done in the loop around accept(), and accept() returns only for a client. " \
		"Until one comes, all that ended since the last stay zombies.", "docs/beyond.md")
	teach("single-wait", "it calls wait() once for each SIGCHLD, and wait() blocks", \
		"one SIGCHLD is taken as news that at least one child may have ended", \
		"A pending signal is one bit: exits that come while it is pending add nothing to it, and a " \
		"handler that waits once reaps one of them. And SIGCHLD does not promise a zombie: a " \
		"child that stops sends it too. wait() then blocks, and the server with it.", \
		"docs/2-wait.md")
	teach("single-waitpid", "it calls waitpid() once for each SIGCHLD", \
		"each SIGCHLD reaps all children that have ended", \
		"A pending signal is one bit: exits that come while it is pending add nothing to it, and a " \
		"handler that waits once reaps one of them. WNOHANG keeps it from blocking, but only a " \
		"loop reaps them all.", "docs/3-waitpid.md")
	teach("blocking-loop", "it loops on a wait that blocks", \
		"waiting for children ends when no more of them have ended", \
		"The loop goes on until there are no children at all. As long as one client stays, its child " \
		"lives, the loop waits for it, and accept() is not called.", "docs/3-waitpid.md")
	teach("spinning-loop", "its loop of waitpid() never ends", \
		"waiting for children ends when waitpid() says 0 or -1", \
		"waitpid() with WNOHANG returns 0 while children live and none has ended, and -1 when there " \
		"are no children. A loop that takes one of the two for a child goes round for ever.", \
		"docs/3-waitpid.md")
	teach("eintr-death", "it dies when a child's exit interrupts accept()", \
		"accept() that fails with EINTR is called again", \
		"A signal that has a handler makes accept() fail with EINTR once the handler returns, unless " \
		"it was installed with SA_RESTART. That is no error of the connection, and the server " \
		"takes it for one.", "docs/4-eintr.md")
	teach("one-shot-handler", "its handler runs for the first SIGCHLD only", \
		"the handler stays installed", \
		"signal() as System V had it, and sigaction() with SA_RESETHAND, put the default back when " \
		"the handler is called. The default of SIGCHLD is to do nothing: all later children stay.", \
		"docs/beyond.md")
	teach("sigchld-blocked", "its handler never runs, for SIGCHLD is blocked", \
		"SIGCHLD is let in, at least while the server waits for clients", \
		"A blocked signal stays pending until it is unblocked. The server blocked it, perhaps around " \
		"fork(), and never let it in again.", "docs/beyond.md")
	teach("child-never-exits", "its children stay when their clients have left", \
		"a child ends when its client has left", \
		"The code of the child does not end in _exit(): it goes on in the loop of the parent, or waits " \
		"for something that never comes. It is no zombie, and no reaping helps.", "docs/beyond.md")
	teach("descriptor-leak", "it keeps the connected socket of every client", \
		"the parent closes the connected socket once the child has it", \
		"After fork() both have the socket, and the connection ends when both have closed it. The " \
		"parent keeps its copy: no client that waits for the end ever sees it, and the server runs " \
		"out of descriptors.", "docs/beyond.md")
	teach("serial", "it serves one client at a time", \
		"a second client is served while the first stays", \
		"While one client is served, or its child waited for, nobody calls accept(). Others wait in " \
		"the backlog. No verdict on zombies can be had from such a server.", "docs/1-no-reaping.md")
	teach("dies-when-fork-fails", "it dies when fork() fails", \
		"it drops the client for whom there is no process, and goes on", \
		"fork() fails when there is no process slot left, and that passes. -1 must be told from 0: a " \
		"server that takes it for a child, or for a reason to exit, ends for all clients.", \
		"docs/beyond.md")
	teach("hangs-when-fork-fails", "it serves nobody any more once fork() has failed", \
		"it drops the client for whom there is no process, and goes on", \
		"fork() fails when there is no process slot left, and that passes: clients leave, children " \
		"end. This server had slots again, and did not serve.", "docs/beyond.md")
	teach("not-forking", "it does not fork for its clients", \
		"", \
		"Threads, an event loop, or workers that were there before: zombies of this kind cannot arise, " \
		"and nothing here applies.", "docs/beyond.md")
	teach("inconclusive", "no verdict", "", "", "docs/beyond.md")
}
