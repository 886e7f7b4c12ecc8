#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "again.h"
#include "build.h"
#include "convert.h"
#include "lastword.h"
#include "messages.h"
#include "sandbox.h"
#include "text.h"

/*
 * The answer through the pipe: a head, the text of the error, the text.  The
 * child writes it when it is done, so the parent reads only as much as the
 * head announces, and the head only announces what the limits allow.
 */
struct head {
	char magic[8];
	unsigned status;
	unsigned error_n;
	unsigned long long text_n;
};

/* The exit status of a child that did not come to look at the document. */
#define NOT_READY 2

static const char S_magic[8] = "fichas\n";

const struct confine_limits confine_default = {10, 20000, (size_t)512 << 20};

const char *const confine_readable[] = {"/dev/null", "/usr/share/poppler",
					"/etc/localtime", "/usr/share/zoneinfo", NULL};

/* Sanitizers map terabytes and report to standard error. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

/* ---- the child ---- */

static void S_write(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	unsigned tries = 0;

	while (n) {
		ssize_t k = write(fd, p, n);

		if (again(k, &tries))
			continue;
		if (k <= 0)
			_exit(1); /* nobody listens any more */
		p += k;
		n -= (size_t)k;
	}
}

/* Opened before this process shuts itself in, where it would not be found. */
static int S_statm = -1;

void confine_prepare(void)
{
	if (S_statm < 0)
		S_statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
}

/* What a process's private memory takes already, in bytes: a child inherits
 * its parent's, and the limit counts it. */
static size_t S_data(void)
{
	unsigned long pages[6] = {0};
	char text[128];
	ssize_t k;
	int n = 0;

	confine_prepare();
	k = S_statm < 0 ? -1 : pread(S_statm, text, sizeof text - 1, 0);
	if (k > 0) {
		text[k] = '\0';
		n = sscanf(text, "%lu %lu %lu %lu %lu %lu", &pages[0], &pages[1],
			   &pages[2], &pages[3], &pages[4], &pages[5]);
	}
	return n == 6 ? pages[5] * (size_t)sysconf(_SC_PAGESIZE) : (size_t)1 << 30;
}

static void S_limit(int what, rlim_t value)
{
	struct rlimit now, r = {value, value};

	if (getrlimit(what, &now) == 0 && now.rlim_max < value)
		r.rlim_cur = r.rlim_max = now.rlim_max;
	(void)setrlimit(what, &r);
}

/* Standard input, output and error are nowhere; 3 is the pipe; all else is
 * closed. */
static int S_descriptors(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* The parent's own sandbox may know no device that can be written. */
	if (null < 0)
		null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0)
		return -1;
	for (int i = 0; i < (SANITIZED ? 2 : 3); i++)
		if (dup2(null, i) < 0)
			return -1;
	if (fd != 3 && dup2(fd, 3) < 0)
		return -1;
	if (close_range(4, ~0U, 0) != 0) /* before Linux 5.9 */
		for (long i = 4, n = sysconf(_SC_OPEN_MAX); i < n && i < 65536; i++)
			close((int)i);
	return 3;
}

static void S_give_up_powers(const struct confine_limits *limits, size_t data)
{
	static const struct sandbox box = {.kind = SANDBOX_COMPUTE,
					   .read = confine_readable};
	struct err ignored;

	(void)prctl(PR_SET_DUMPABLE, 0);
	S_limit(RLIMIT_CORE, 0);
	S_limit(RLIMIT_FSIZE, 0);
	S_limit(RLIMIT_NOFILE, 32);
	S_limit(RLIMIT_STACK, (rlim_t)8 << 20);
	S_limit(RLIMIT_CPU, limits->cpu);
	if (!SANITIZED)
		S_limit(RLIMIT_DATA, data + limits->memory);
	(void)sandbox_enter(NULL, &box, &ignored);
}

static _Noreturn void S_child(int fd, pid_t parent, convert_fn *convert,
			      const char *bytes, size_t n,
			      const struct confine_limits *limits, size_t data)
{
	struct err err = {.text = ""};
	struct head head;
	struct buf out;
	enum status st;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* Ctrl-C goes to all; the parent decides. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGALRM, SIG_DFL);
	lastword_none();
	fd = S_descriptors(fd);
	if (fd < 0)
		_exit(NOT_READY);
	S_give_up_powers(limits, data);
	buf_init(&out, CONVERT_MAX);
	st = convert(&out, bytes, n, &err);
	if (!st && memory_was_lacking())
		st = err_nomem(&err);
	memset(&head, 0, sizeof head);
	memcpy(head.magic, S_magic, sizeof head.magic);
	head.status = (unsigned)st;
	head.error_n = st ? (unsigned)strlen(err.text) : 0;
	head.text_n = st ? 0 : out.len;
	S_write(fd, &head, sizeof head);
	S_write(fd, err.text, head.error_n);
	S_write(fd, out.data, head.text_n);
	_exit(0);
}

/* ---- the parent ---- */

static long long S_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

enum came { CAME_ALL, CAME_END, CAME_LATE, CAME_INTERRUPT, CAME_ERROR };

/* Exactly n bytes, or why not. */
static enum came S_read(int fd, char *p, size_t n, long long deadline)
{
	unsigned tries = 0, vain = 0;

	while (n) {
		struct pollfd one = {.fd = fd, .events = POLLIN};
		long long left = deadline - S_now();
		ssize_t k;
		int ready;

		if (build_interrupted)
			return CAME_INTERRUPT;
		if (left <= 0)
			return CAME_LATE;
		/* In slices: a signal may come just before we wait. */
		ready = poll(&one, 1, left < 200 ? (int)left : 200);
		if (again(ready, &tries) || ready == 0)
			continue;
		if (ready < 0)
			return CAME_ERROR;
		k = read(fd, p, n);
		if (again(k, &vain))
			continue;
		if (k < 0)
			return CAME_ERROR;
		if (k == 0)
			return CAME_END;
		p += k;
		n -= (size_t)k;
	}
	return CAME_ALL;
}

/* What the head announces, or ST_INPUT: then it is no head of ours. */
static bool S_head_is_good(const struct head *h)
{
	if (memcmp(h->magic, S_magic, sizeof h->magic) != 0 ||
	    h->error_n >= sizeof((struct err *)0)->text || h->text_n > CONVERT_MAX)
		return false;
	return h->status == ST_OK ? h->error_n == 0
				  : h->text_n == 0 && (h->status == ST_INPUT ||
						       h->status == ST_LIMIT ||
						       h->status == ST_NOMEM);
}

static enum status S_refuse(struct err *err, const char *why)
{
	return err_set(err, ST_INPUT, _("the document was not read: %s"), why);
}

static enum status S_answer(struct buf *out, enum came *came, int fd,
			    long long deadline, struct err *err)
{
	struct head h;
	char text[sizeof err->text];
	char *all;
	enum status st = ST_OK;

	*came = S_read(fd, (char *)&h, sizeof h, deadline);
	if (*came != CAME_ALL)
		return ST_INPUT;
	if (!S_head_is_good(&h))
		return S_refuse(err, _("its converter gave a wrong answer"));
	if (h.status != ST_OK) {
		*came = S_read(fd, text, h.error_n, deadline);
		if (*came != CAME_ALL)
			return ST_INPUT;
		text[h.error_n] = '\0';
		if (h.status == ST_NOMEM)
			return S_refuse(err, _("converting it takes too much memory"));
		if (!utf8_valid(text, h.error_n, NULL))
			return S_refuse(err, _("its converter gave a wrong answer"));
		return err_set(err, ST_INPUT, "%s", text);
	}
	all = malloc(h.text_n ? (size_t)h.text_n : 1);
	if (!all)
		return err_nomem(err);
	*came = S_read(fd, all, (size_t)h.text_n, deadline);
	if (*came != CAME_ALL)
		st = ST_INPUT;
	else if (!utf8_valid(all, (size_t)h.text_n, NULL))
		st = S_refuse(err, _("its converter gave a wrong answer"));
	else
		buf_add(out, all, (size_t)h.text_n);
	free(all);
	return st ? st : buf_status(out, err);
}

/* Why there is no whole answer. */
static enum status S_explain(enum came came, int how,
			     const struct confine_limits *limits, struct err *err)
{
	switch (came) {
	case CAME_LATE:
		return err_set(
			err, ST_INPUT,
			_("the document was not read: converting it takes longer "
			  "than %u seconds"),
			(limits->wall + 999) / 1000);
	case CAME_INTERRUPT:
		return err_set(err, ST_INTERRUPTED, "%s",
			       _("interrupted: the index is as it was"));
	case CAME_ERROR:
		return err_set(err, ST_IO, "%s", _("a pipe broke"));
	case CAME_ALL:
	case CAME_END:
		break;
	}
	if (WIFSIGNALED(how) && (WTERMSIG(how) == SIGXCPU || WTERMSIG(how) == SIGKILL))
		return err_set(
			err, ST_INPUT,
			_("the document was not read: converting it takes longer "
			  "than %u seconds, or too much memory"),
			limits->cpu);
	if (WIFSIGNALED(how))
		return err_set(err, ST_INPUT,
			       _("the document was not read: its converter crashed "
				 "(signal %d)"),
			       WTERMSIG(how));
	if (WIFEXITED(how) && WEXITSTATUS(how) == NOT_READY)
		return err_set(err, ST_IO, "%s", _("no new process"));
	return S_refuse(err, _("its converter gave up"));
}

/* Takes the status of a child that has closed its pipe; one that does not end
 * with it is ended. */
static int S_reap(pid_t child, bool now)
{
	struct timespec a_moment = {0, 2000000};
	unsigned tries = 0;
	int how = 0;

	for (int i = 0; !now && i < 500; i++) {
		pid_t got = waitpid(child, &how, WNOHANG);

		if (got == child)
			return how;
		if (got < 0 && !again(got, &tries))
			return 0;
		nanosleep(&a_moment, NULL);
	}
	(void)kill(child, SIGKILL);
	tries = 0;
	while (again(waitpid(child, &how, 0), &tries))
		continue;
	return how;
}

enum status confine_run(struct buf *out, convert_fn *convert, const char *bytes,
			size_t n, const struct confine_limits *limits, struct err *err)
{
	long long deadline = S_now() + limits->wall;
	size_t data = S_data();
	pid_t parent = getpid(), child;
	enum came came = CAME_END;
	enum status st;
	int ends[2], how;

	/* The catalogue of messages is read at its first use; the child could
	 * not. */
	(void)_("not a zip file");
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(err, ST_IO, "%s", _("no pipe"));
	child = fork();
	if (child < 0) {
		st = err_errno(err, ST_IO, "%s", _("no new process"));
		close(ends[0]);
		close(ends[1]);
		return st;
	}
	if (child == 0)
		S_child(ends[1], parent, convert, bytes, n, limits, data);
	close(ends[1]);
	st = S_answer(out, &came, ends[0], deadline, err);
	close(ends[0]);
	how = S_reap(child, came != CAME_END);
	return came == CAME_ALL ? st : S_explain(came, how, limits, err);
}

enum status confine_convert(struct buf *out, enum format format, const char *bytes,
			    size_t n, struct err *err)
{
	convert_fn *convert = NULL;

	switch (format) {
	case FORMAT_HTML:
		convert = convert_html;
		break;
	case FORMAT_PDF:
		convert = convert_pdf;
		break;
	case FORMAT_DOCX:
		convert = convert_docx;
		break;
	case FORMAT_ODT:
		convert = convert_odt;
		break;
	case FORMAT_NONE:
	case FORMAT_DOCUMENT:
	case FORMAT_JSONL:
	case FORMAT_CSV:
		break;
	}
	if (!convert)
		return err_set(err, ST_INTERNAL, "format %d", (int)format);
	return confine_run(out, convert, bytes, n, &confine_default, err);
}
