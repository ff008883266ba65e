# Zombie Lab. POSIX make: GNU make and bmake both run it. `make help` lists the targets.
.POSIX:

CC = cc
CFLAGS = -O2 -g
LDFLAGS =
BATS =

# Kept apart from CFLAGS, so that `make CFLAGS=-O0` changes what it means to change.
STD = -std=c99 -D_POSIX_C_SOURCE=200809L
WARN = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
COMPILE = $(CC) $(STD) $(WARN) $(CFLAGS) -Icommon

STAGES = build/stage1_no_reap build/stage2_wait build/stage3_waitpid build/stage4_eintr
TOOLS = build/burst build/supervise build/forkrate
LAB = build/lab.o build/sock.o build/service.o build/log.o
SUPERVISE = build/supervise.o build/keeper.o build/launch.o build/descendants.o \
	build/ending.o build/standin.o
BURST = build/burst.o build/burst_options.o build/burst_fds.o build/client.o build/sock.o
HEADERS = common/lab.h common/sock.h common/service.h common/log.h common/client.h common/burst.h \
	common/keeper.h common/launch.h common/descendants.h common/ending.h common/standin.h

all: $(STAGES) $(TOOLS)

# A fork copies the page tables: what is linked statically forks in half the page faults.
# Only the stages fork for each client, so only they are linked with this care.
build/link: Makefile
	@mkdir -p build
	@echo 'int main(void) { return 0; }' >build/link.c
	@for flags in -static '-Wl,-z,now' ''; do \
		if $(CC) $(CFLAGS) $(LDFLAGS) $$flags -o build/link.out build/link.c 2>/dev/null && \
			build/link.out; then break; fi; \
	done; echo "$$flags" >$@; rm -f build/link.c build/link.out

LINK_STAGE = $(CC) $(CFLAGS) $(LDFLAGS) `cat build/link`

build/stage1_no_reap: build/stage1_no_reap.o $(LAB)
	$(LINK_STAGE) -o $@ build/stage1_no_reap.o $(LAB)
build/stage2_wait: build/stage2_wait.o $(LAB)
	$(LINK_STAGE) -o $@ build/stage2_wait.o $(LAB)
build/stage3_waitpid: build/stage3_waitpid.o $(LAB)
	$(LINK_STAGE) -o $@ build/stage3_waitpid.o $(LAB)
build/stage4_eintr: build/stage4_eintr.o $(LAB)
	$(LINK_STAGE) -o $@ build/stage4_eintr.o $(LAB)
build/burst: $(BURST)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(BURST)
build/supervise: $(SUPERVISE)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(SUPERVISE)

build/forkrate: build/forkrate.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ build/forkrate.o

# Every object waits for build/link (which makes build/) and depends on every header:
# a few short headers, a build of a second, and nothing that can be forgotten.
build/stage1_no_reap.o: stages/stage1_no_reap.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ stages/stage1_no_reap.c
build/stage2_wait.o: stages/stage2_wait.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ stages/stage2_wait.c
build/stage3_waitpid.o: stages/stage3_waitpid.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ stages/stage3_waitpid.c
build/stage4_eintr.o: stages/stage4_eintr.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ stages/stage4_eintr.c
build/lab.o: common/lab.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/lab.c
build/sock.o: common/sock.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/sock.c
build/service.o: common/service.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/service.c
build/log.o: common/log.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/log.c
build/burst.o: common/burst.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/burst.c
build/burst_options.o: common/burst_options.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/burst_options.c
build/burst_fds.o: common/burst_fds.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/burst_fds.c
build/client.o: common/client.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/client.c
build/forkrate.o: common/forkrate.c build/link
	$(COMPILE) -c -o $@ common/forkrate.c
build/supervise.o: common/supervise.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/supervise.c
build/keeper.o: common/keeper.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/keeper.c
build/launch.o: common/launch.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/launch.c
build/descendants.o: common/descendants.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/descendants.c
build/ending.o: common/ending.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/ending.c
build/standin.o: common/standin.c $(HEADERS) build/link
	$(COMPILE) -c -o $@ common/standin.c

# One more program for each patch in stages/defects, each with one more bug or another design.
defects:
	@+mkdir -p build && scripts/lib/defect-rules >build/defects.mk
	@+$(MAKE) -f Makefile -f build/defects.mk all-defects

# Servers with a bug each, for students to find: SEED decides which. `make mystery-key SEED=7` is
# for the teacher; `make mystery-source SEED=7` is for who has found them, and writes to mine/.
mystery: all
	@CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' scripts/mystery $(SEED)
mystery-key:
	@scripts/mystery -k $(SEED)
mystery-source: all
	@scripts/mystery -s $(SEED)

# What a student writes: each mine/NAME.c becomes build/mine/NAME.
mine: all
	@mkdir -p build/mine
	@for source in mine/*.c; do \
		if [ ! -f "$$source" ]; then \
			echo 'make mine: there is no mine/*.c: put your server there' >&2; exit 2; \
		fi; \
		name=`basename "$$source" .c`; \
		$(COMPILE) -o "build/mine/$$name" "$$source" $(LAB) $(LDFLAGS) `cat build/link` || exit; \
		echo "built: build/mine/$$name"; \
	done

# What spin proves about the ways to reap. Nothing else needs spin: its absence is no error.
model:
	@if command -v spin >/dev/null 2>&1; then docs/model/check.sh; else \
		echo 'make model: skipped, for spin is not installed (Debian, Ubuntu: apt-get install spin)'; fi

# What these print is to be seen, not the compiler's command lines.
demo:
	@$(MAKE) -s all
	@scripts/compare

report:
	@$(MAKE) -s all
	@scripts/report
	@echo "written: build/report.html, and its evidence, build/report.tsv"

watch:
	@$(MAKE) -s all
	@scripts/watch

predict:
	@$(MAKE) -s all
	@scripts/predict

# What each stage adds to the lesson: the three diffs, without the header comments.
diff:
	@scripts/lib/diff-stages stages/stage1_no_reap.c stages/stage2_wait.c \
		stages/stage3_waitpid.c stages/stage4_eintr.c

# bats-core where it is installed, or from `npm install --prefix build bats`, or BATS=...
test: all
	@BATS='$(BATS)' scripts/lib/run-tests

bench: all
	@CC='$(CC)' CFLAGS='$(CFLAGS) $(LDFLAGS)' scripts/bench

autograders:
	@scripts/lib/make-autograders

lint:
	@scripts/lib/lint

clean:
	rm -rf build

help:
	@echo 'make          build everything into build/'
	@echo 'make demo     the four stages, side by side, in one table'
	@echo 'make diff     what changes from each stage to the next'
	@echo 'make report   the experiments as one HTML file with pictures: build/report.html'
	@echo 'make watch    the four stages live, while bursts hit them'
	@echo 'make predict  predict what each stage will show; then see'
	@echo 'make bench    what a client costs, by the way a stage is linked'
	@echo 'make defects  a server from each patch in stages/defects: build/defects/'
	@echo 'make mystery  servers with a bug each, for you to find: make mystery SEED=7'
	@echo 'make mystery-source  their sources, once you have found them: for mine/'
	@echo 'make mine     your own servers: mine/NAME.c becomes build/mine/NAME'
	@echo 'make model    verify a model of the four ways to reap, where spin is installed'
	@echo 'make test     the test suite; it needs bats'
	@echo 'make lint     layout, shell and C, each by the tool that knows it'
	@echo 'make autograders  archives for Gradescope and Autolab, in build/'
	@echo 'make clean    remove build/'
	@echo 'make help     print this'
