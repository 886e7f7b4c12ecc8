#include "lastword.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "messages.h"
#include "status.h"

/* Sanitizers have a last word of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

volatile unsigned lastword_inside, lastword_turn;

/* A handler can neither translate nor print: the lines wait here. */
static struct last {
	int signal, exit;
	char line[512];
} S_last[] = {{.signal = SIGBUS}, {.signal = SIGSEGV}, {.signal = SIGFPE},
	      {.signal = SIGILL}, {.signal = SIGABRT}, {.signal = SIGPROF}};

#define N (sizeof S_last / sizeof *S_last)

/* Where the stack is used up, a handler has none. */
static char S_stack[1 << 16];

static _Noreturn void S_end(int signal)
{
	for (size_t i = 0; i < N; i++)
		if (S_last[i].signal == signal) {
			ssize_t ignored = write(STDERR_FILENO, S_last[i].line,
						strlen(S_last[i].line));

			(void)ignored;
			_exit(S_last[i].exit);
		}
	_exit(status_exit(ST_INTERNAL));
}

static void S_tick(int signal)
{
	static unsigned last;

	if (lastword_inside && lastword_turn == last)
		S_end(signal);
	last = lastword_turn;
}

static void S_line(struct last *l, const char *program, enum status st)
{
	char internal[200];
	const char *why = internal;

	if (st == ST_DAMAGED)
		why = _("a file of the index was cut short while it was read, or the "
			"disk failed; see: fichas-indexer check");
	else if (st == ST_LIMIT)
		why = _("the index does not answer: it may be damaged; see: "
			"fichas-indexer check");
	else
		snprintf(internal, sizeof internal, _("internal error (signal %d)"),
			 l->signal);
	l->exit = status_exit(st);
	snprintf(l->line, sizeof l->line, "%s: %s\n", program, why);
}

void lastword_prepare(const char *program)
{
	const stack_t stack = {.ss_sp = S_stack, .ss_size = sizeof S_stack};
	struct sigaction sa = {.sa_flags = SA_ONSTACK | SA_RESTART};

	(void)sigaltstack(&stack, NULL);
	for (size_t i = 0; i < N; i++) {
		const int signal = S_last[i].signal;

		S_line(&S_last[i], program,
		       signal == SIGBUS	   ? ST_DAMAGED
		       : signal == SIGPROF ? ST_LIMIT
					   : ST_INTERNAL);
		sa.sa_handler = signal == SIGPROF ? S_tick : S_end;
		if (!SANITIZED || signal == SIGPROF)
			(void)sigaction(signal, &sa, NULL);
	}
}

void lastword_none(void)
{
	for (size_t i = 0; i < N; i++)
		if (!SANITIZED || S_last[i].signal == SIGPROF)
			(void)signal(S_last[i].signal, SIG_DFL);
}

void lastword_watch(unsigned seconds)
{
	static unsigned most;
	struct itimerval each = {{.tv_sec = seconds}, {.tv_sec = seconds}};

	if (seconds <= most)
		return;
	most = seconds;
	(void)setitimer(ITIMER_PROF, &each, NULL);
}
