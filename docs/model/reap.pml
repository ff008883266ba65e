/* Four ways to reap: what becomes of N children that share one pending SIGCHLD.
 *
 * N clients come to a server that forks a child for each, and leave when they like: in any
 * order, at any moment, or never. A child whose client leaves ends, and is a zombie until the
 * server waits for it. Processes are counted here, not modelled one by one: how many are
 * zombies matters, never which. README.md: how to run this, and what it leaves out. */

#ifndef N
#define N	50		/* clients: 3 to 100 */
#endif
#ifndef REAP
#define REAP	loop_waitpid	/* what the SIGCHLD handler does: see the first mtype */
#endif
#ifndef EINTR
#define EINTR	retry		/* what an interrupted accept() leads to: see the second */
#endif
#ifndef FREEZE
#define FREEZE	0		/* 1: all clients come, the server is stopped, all leave */
#endif
#ifndef POKE
#define POKE	0		/* SIGCHLDs without a zombie: kill -CHLD, a stopped child */
#endif
#ifndef QUEUE
#define QUEUE	0		/* 1: SIGCHLDs are queued, as POSIX allows; 0: one bit */
#endif
#ifndef CLAIM
#define CLAIM	none_stays	/* one of the claims below */
#endif

mtype = { nothing, one_wait, one_waitpid, loop_wait, loop_waitpid };
/*        stage 1  stage 2                           stages 3 and 4 */
mtype = { die, retry };
/*        3    4, and what SA_RESTART comes to */

byte queued = N;	/* clients that are not accepted yet */
byte live = 0;		/* children that serve a client */
byte zombie = 0;	/* children that ended and were not waited for */
byte pending = 0;	/* SIGCHLDs raised and not delivered: 0 or 1, unless QUEUE */
bool alive = true;	/* the server runs */

/* Claims: what is true in the end, when nothing more can happen. */
#define none_stays	(zombie == 0)
#define some_stay	(zombie > 0 || live > 0)
#define all_but_one	(zombie == N - 1)
#define all_stay	(zombie == N)
#define half_at_most	(zombie <= N / 2)
#define all_served	(queued == 0)
#define survives	(alive)

#define STOPPED	(FREEZE && queued == 0 && live > 0)

inline raise_sigchld()
{
	if
	:: REAP == nothing			/* SIG_DFL: the kernel drops the signal */
	:: REAP != nothing && !QUEUE -> pending = 1	/* it may be 1 already */
	:: REAP != nothing && QUEUE -> pending++
	fi
}

active proctype clients()
{
	byte pokes = POKE;

end:	do
	:: atomic { alive && live > 0 && (!FREEZE || queued == 0) ->
		printf("a client leaves, its child ends\n");
		live--; zombie++; raise_sigchld() }
	:: atomic { pokes > 0 ->
		printf("SIGCHLD, and no child has ended\n");
		pokes--; raise_sigchld() }
	:: !FREEZE -> break			/* whoever is still there never leaves */
	od
}

/* With QUEUE it may be any zombie's turn, and its own SIGCHLD, if still queued, goes with it. */
inline reap()
{
	atomic { zombie > 0 ->
		printf("a zombie is reaped\n");
		zombie--;
		if
		:: QUEUE && pending > 0 -> pending--
		:: !QUEUE || pending <= zombie
		fi
	}
}

#define NO_CHILD	(live == 0 && zombie == 0)	/* ECHILD */

/* SIGCHLD is blocked while this runs: one raised meanwhile stays pending. */
inline handler()
{
	if
	:: REAP == one_wait ->
		if
		:: reap()
		:: NO_CHILD		/* a live child and no zombie: wait() sleeps here */
		fi
	:: REAP == one_waitpid ->
		if
		:: reap()
		:: zombie == 0		/* WNOHANG: returns at once */
		fi
	:: REAP == loop_wait ->
		do
		:: reap()
		:: NO_CHILD -> break
		od
	:: REAP == loop_waitpid ->
		do
		:: reap()
		:: zombie == 0 -> break
		od
	fi
}

active proctype server()
{
end:	do
	:: atomic { queued > 0 ->
		printf("accept() and fork()\n");
		live++; queued-- }
	:: atomic { pending > 0 && !STOPPED ->
		printf("the handler starts\n");
		pending-- }
		handler();
		if
		:: atomic { true ->		/* it ran between two calls, or accept() is retried */
			printf("the handler returns\n") }
		:: atomic { EINTR == die ->	/* it ran while accept() slept */
			printf("accept() fails with EINTR, the server dies\n");
			alive = false; live = 0; zombie = 0 }	/* init has its children now */
			break
		fi
	od
}

active proctype judge()
{
	timeout -> assert(CLAIM)
}
