#include "workers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "again.h"
#include "buf.h"
#include "build.h"
#include "lastword.h"
#include "messages.h"

static void S_become_child(struct workers *w, size_t i, pid_t parent, int to)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	lastword_none();
	if (getppid() != parent)
		_exit(1); /* it died between fork and prctl */
	for (size_t j = 0; j < w->n; j++)
		close(w->from[j]);
	w->n = 0;
	w->child = (int)i;
	w->to = to;
}

static void S_kill(struct workers *w)
{
	for (size_t i = 0; i < w->n; i++)
		kill(w->pid[i], SIGKILL);
}

enum status workers_start(struct workers *w, size_t n, struct err *err)
{
	pid_t parent = getpid();

	memset(w, 0, sizeof *w);
	w->child = w->to = -1;
	for (size_t i = 0; i < n && i < WORKERS_MAX; i++) {
		int ends[2];
		pid_t pid;

		if (pipe2(ends, O_CLOEXEC) != 0) {
			err_errno(err, ST_IO, "%s", _("no pipe"));
			break;
		}
		pid = fork();
		if (pid == 0) {
			close(ends[0]);
			S_become_child(w, i, parent, ends[1]);
			return ST_OK;
		}
		close(ends[1]);
		if (pid < 0) {
			close(ends[0]);
			err_errno(err, ST_IO, "%s", _("no new process"));
			break;
		}
		w->pid[w->n] = pid;
		w->from[w->n++] = ends[0];
	}
	if (w->n == n || w->n == WORKERS_MAX)
		return ST_OK;
	S_kill(w);
	workers_wait(w, NULL);
	return ST_IO;
}

int workers_child(const struct workers *w)
{
	return w->child;
}

_Noreturn void workers_exit(struct workers *w, enum status st, const struct err *err)
{
	struct err told = *err;
	unsigned tries = 0;
	ssize_t k;

	if (!st && memory_was_lacking())
		st = err_nomem(&told);
	told.code = st;
	_Static_assert(sizeof told <= PIPE_BUF, "whole or not at all");
	do
		k = write(w->to, &told, sizeof told);
	while (again(k, &tries));
	_exit(0);
}

/* Waits for what child i writes, or for its end. */
static void S_await(struct workers *w, size_t i)
{
	struct pollfd one = {.fd = w->from[i], .events = POLLIN};
	unsigned tries = 0;

	while (!build_interrupted) {
		int n = poll(&one, 1, w->tick ? 100 : -1);

		/* Where it cannot wait with an eye on the clock, read() waits. */
		if (n > 0 || (n < 0 && !again(n, &tries)))
			break;
		if (w->tick)
			w->tick(w->tick_ctx);
	}
}

/* How child i ended: what it wrote, or that it died without a word. */
static enum status S_verdict(struct workers *w, size_t i, struct err *err)
{
	struct err told;
	unsigned tries = 0;
	ssize_t k;
	int ended = 0;

	S_await(w, i);
	if (build_interrupted)
		S_kill(w);
	do
		k = read(w->from[i], &told, sizeof told);
	while (again(k, &tries));
	close(w->from[i]);
	tries = 0;
	while (again(waitpid(w->pid[i], &ended, 0), &tries))
		continue;
	if (k == (ssize_t)sizeof told) {
		told.text[sizeof told.text - 1] = '\0';
		if (told.code && err)
			*err = told;
		return told.code;
	}
	if (build_interrupted)
		return err_set(err, ST_INTERRUPTED, "%s",
			       _("interrupted: the index is as it was"));
	if (WIFSIGNALED(ended)) {
		w->died = WTERMSIG(ended);
		return err_set(err, ST_INTERNAL, _("a worker died of signal %d"),
			       w->died);
	}
	return err_set(err, ST_INTERNAL, "%s", _("a worker ended without a word"));
}

enum status workers_wait(struct workers *w, struct err *err)
{
	enum status first = ST_OK;

	for (size_t i = 0; i < w->n; i++) {
		enum status st = S_verdict(w, i, first ? NULL : err);

		if (st && !first) {
			first = st;
			S_kill(w);
		}
	}
	w->n = 0;
	return first;
}
