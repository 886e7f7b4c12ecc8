/* confine.c, sandbox.c: what a converter cannot do, and what becomes of one that
 * crashes, hangs, lies or takes too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../indexer/build.h"
#include "../../indexer/confine.h"
#include "../../indexer/convert.h"
#include "sandbox.h"

static const struct confine_limits S_short = {1, 1500, (size_t)64 << 20};

static int S_open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Runs it and checks that nothing of the child is left. */
static enum status S_run(char **text, convert_fn *convert, const char *bytes,
			 const struct confine_limits *limits, struct err *err)
{
	int before = S_open_descriptors();
	struct buf out;
	enum status st;

	memset(err, 0, sizeof *err);
	buf_init(&out, 0);
	st = confine_run(&out, convert, bytes, strlen(bytes), limits, err);
	assert_int_equal(S_open_descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	if (st)
		assert_int_equal(out.len, 0);
	*text = buf_detach(&out);
	return st;
}

static enum status S_echo(struct buf *out, const char *bytes, size_t n, struct err *err)
{
	buf_add(out, bytes, n);
	return buf_status(out, err);
}

static void test_text_comes_through(void **state)
{
	struct err err;
	char *text;

	(void)state;
	assert_int_equal(
		S_run(&text, S_echo, "un t\xC3\xADtulo\n", &confine_default, &err),
		ST_OK);
	assert_string_equal(text, "un t\xC3\xADtulo\n");
	free(text);
	assert_int_equal(S_run(&text, S_echo, "", &confine_default, &err), ST_OK);
	free(text);
}

static enum status S_large(struct buf *out, const char *bytes, size_t n,
			   struct err *err)
{
	(void)bytes;
	(void)n;
	for (size_t i = 0; i < CONVERT_MAX; i += 16)
		buf_adds(out, "0123456789abcde\n");
	return buf_status(out, err);
}

static void test_a_large_text_comes_through(void **state)
{
	struct err err;
	char *text;

	(void)state;
	assert_int_equal(S_run(&text, S_large, "", &confine_default, &err), ST_OK);
	assert_int_equal(strlen(text), CONVERT_MAX);
	free(text);
}

static enum status S_refuses(struct buf *out, const char *bytes, size_t n,
			     struct err *err)
{
	(void)n;
	buf_adds(out, "half");
	return err_set(err, ST_INPUT, "because %s", bytes);
}

static void test_a_refusal_keeps_its_text(void **state)
{
	struct err err;
	char *text;

	(void)state;
	assert_int_equal(S_run(&text, S_refuses, "of this", &confine_default, &err),
			 ST_INPUT);
	assert_string_equal(err.text, "because of this");
	free(text);
}

/* ---- what goes wrong ---- */

static enum status S_crashes(struct buf *out, const char *bytes, size_t n,
			     struct err *err)
{
	(void)out;
	(void)n;
	(void)err;
	signal(*bytes == 'a' ? SIGABRT : SIGSEGV, SIG_DFL);
	raise(*bytes == 'a' ? SIGABRT : SIGSEGV);
	return ST_OK;
}

static enum status S_spins(struct buf *out, const char *bytes, size_t n,
			   struct err *err)
{
	volatile unsigned long i = 0;

	(void)out;
	(void)n;
	(void)err;
	while (bytes)
		i++;
	return ST_OK;
}

static enum status S_sleeps(struct buf *out, const char *bytes, size_t n,
			    struct err *err)
{
	(void)out;
	(void)n;
	(void)err;
	if (*bytes == 'c')
		close(3); /* no answer will come */
	while (bytes) {
		struct timespec t = {1, 0};

		nanosleep(&t, NULL);
	}
	return ST_OK;
}

static enum status S_eats(struct buf *out, const char *bytes, size_t n, struct err *err)
{
	(void)out;
	(void)bytes;
	(void)n;
	for (int i = 0; i < 512; i++) {
		char *p = malloc(1 << 20);

		if (!p)
			return err_nomem(err);
		memset(p, i, 1 << 20);
	}
	return ST_OK;
}

static enum status S_leaves(struct buf *out, const char *bytes, size_t n,
			    struct err *err)
{
	(void)out;
	(void)bytes;
	(void)n;
	(void)err;
	_exit(0);
}

static void test_a_crash_is_one_documents(void **state)
{
	struct err err;
	char *text;

	(void)state;
	assert_int_equal(S_run(&text, S_crashes, "segv", &S_short, &err), ST_INPUT);
	assert_non_null(strstr(err.text, "crash"));
	free(text);
	assert_int_equal(S_run(&text, S_crashes, "abort", &S_short, &err), ST_INPUT);
	assert_non_null(strstr(err.text, "crash"));
	free(text);
	assert_int_equal(S_run(&text, S_leaves, "", &S_short, &err), ST_INPUT);
	free(text);
	/* And the next one is read as ever. */
	assert_int_equal(S_run(&text, S_echo, "x", &S_short, &err), ST_OK);
	free(text);
}

static void test_time_is_limited(void **state)
{
	struct err err;
	char *text;

	(void)state;
	/* None of these ends by itself: that they do is the test.  How soon is
	 * the machine's; the alarm is for one that waits for ever. */
	alarm(300);
	assert_int_equal(S_run(&text, S_spins, "", &S_short, &err), ST_INPUT);
	assert_non_null(strstr(err.text, "longer"));
	free(text);
	assert_int_equal(S_run(&text, S_sleeps, "", &S_short, &err), ST_INPUT);
	assert_non_null(strstr(err.text, "longer"));
	free(text);
	assert_int_equal(S_run(&text, S_sleeps, "closed", &S_short, &err), ST_INPUT);
	free(text);
	alarm(0);
}

static void test_memory_is_limited(void **state)
{
	struct err err;
	char *text;

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* the sanitizer has terabytes mapped */
#endif
	assert_int_equal(S_run(&text, S_eats, "", &S_short, &err), ST_INPUT);
	assert_non_null(strstr(err.text, "memory"));
	free(text);
	/* The parent's own memory is not counted against the child. */
	{
		size_t n = (size_t)100 << 20;
		char *own = malloc(n);

		assert_non_null(own);
		memset(own, 1, n);
		assert_int_equal(S_run(&text, S_echo, "x", &S_short, &err), ST_OK);
		free(own);
		free(text);
	}
}

/* ---- a child that was taken over ---- */

static enum status S_lies(struct buf *out, const char *bytes, size_t n, struct err *err)
{
	struct {
		char magic[8];
		unsigned status, error_n;
		unsigned long long text_n;
	} head = {"fichas\n", 0, 0, 0};
	ssize_t k = 0;

	(void)out;
	(void)n;
	(void)err;
	switch (*bytes) {
	case 'm': /* not ours */
		head.magic[0] = 'F';
		break;
	case 'l': /* more than there may be */
		head.text_n = ~0ull;
		break;
	case 'e':
		head.status = ST_INPUT;
		head.error_n = 100000;
		break;
	case 's': /* a status that no converter has */
		head.status = ST_OK + 77;
		break;
	case 'x': /* a success with an error */
		head.error_n = 3;
		break;
	case 'u': /* not UTF-8 */
		head.text_n = 3;
		k = write(3, &head, sizeof head);
		k = write(3, "\xFF\xFE\xFD", 3);
		_exit(k < 0);
	case 't': /* less than announced */
		head.text_n = 100;
		k = write(3, &head, sizeof head);
		k = write(3, "abc", 3);
		_exit(k < 0);
	default:
		break;
	}
	k = write(3, &head, sizeof head);
	_exit(k < 0);
}

static void test_the_answer_is_checked(void **state)
{
	static const char *const lies[] = {"m", "l", "e", "s", "x", "u", "t"};
	struct err err;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		assert_int_equal(S_run(&text, S_lies, lies[i], &S_short, &err),
				 ST_INPUT);
		assert_true(err.text[0]);
		free(text);
	}
}

/* Tries what is asked for and tells whether it could. */
static enum status S_tries(struct buf *out, const char *bytes, size_t n,
			   struct err *err)
{
	bool could = false;
	int fd;

	(void)n;
	switch (*bytes) {
	case 'w':
		fd = open("/tmp/fichas-test-confine", O_WRONLY | O_CREAT, 0600);
		could = fd >= 0;
		break;
	case 'r':
		could = open("/etc/passwd", O_RDONLY) >= 0;
		break;
	case 'u':
		could = unlink("/tmp/fichas-test-confine") == 0;
		break;
	case 'e':
		execl("/bin/true", "true", (char *)NULL);
		break;
	case 'f': {
		pid_t p = fork();

		if (p == 0)
			_exit(0);
		could = p > 0;
		break;
	}
	case 's':
		could = socket(AF_INET, SOCK_STREAM, 0) >= 0;
		break;
	case 'k':
		could = kill(getppid(), 0) == 0;
		break;
	case 'x':
		could = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
		break;
	case 'd': /* what is open besides the pipe and nothing */
		for (int i = 4; i < 100; i++)
			could |= fcntl(i, F_GETFD) >= 0;
		break;
	default:
		break;
	}
	buf_adds(out, could ? "could" : "could not");
	return buf_status(out, err);
}

static void test_the_child_can_do_nothing(void **state)
{
	static const char *const what[] = {"w", "r", "u", "e", "f", "s", "k", "x", "d"};
	struct sandbox probe = {.kind = SANDBOX_COMPUTE};
	unsigned held = 0;
	struct err err;
	char *text;
	pid_t p = fork();
	int how;

	(void)state;
	/* Does this kernel have what it takes? */
	if (p == 0) {
		sandbox_enter(&held, &probe, &err);
		_exit((int)held);
	}
	assert_int_equal(waitpid(p, &how, 0), p);
	if (WEXITSTATUS(how) != (SANDBOX_FILES | SANDBOX_CALLS))
		skip();
	for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
		assert_int_equal(S_run(&text, S_tries, what[i], &S_short, &err), ST_OK);
		if (strcmp(text, "could not") != 0)
			print_message("tried %s\n", what[i]);
		assert_string_equal(text, "could not");
		free(text);
	}
}

static void test_interrupted(void **state)
{
	struct err err;
	char *text;

	(void)state;
	build_interrupted = 1;
	assert_int_equal(S_run(&text, S_sleeps, "", &confine_default, &err),
			 ST_INTERRUPTED);
	build_interrupted = 0;
	free(text);
}

static void test_formats_without_a_converter(void **state)
{
	struct err err;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	assert_int_equal(confine_convert(&out, FORMAT_CSV, "a", 1, &err), ST_INTERNAL);
	assert_int_equal(confine_convert(&out, FORMAT_HTML, "<p>a", 4, &err), ST_OK);
	assert_string_equal(out.data, "a\n");
	buf_clear(&out);
	assert_int_equal(confine_convert(&out, FORMAT_PDF, "a", 1, &err), ST_INPUT);
	assert_int_equal(confine_convert(&out, FORMAT_DOCX, "a", 1, &err), ST_INPUT);
	assert_int_equal(confine_convert(&out, FORMAT_ODT, "a", 1, &err), ST_INPUT);
	buf_release(&out);
}

/* ---- the programs' own sandboxes ---- */

/* In a child: enters, does it, tells by its exit status. */
static int S_inside(const struct sandbox *s, int (*what)(const char *dir),
		    const char *dir)
{
	pid_t p = fork();
	int how;

	if (p == 0) {
		struct err err;
		unsigned held = 0;

		if (sandbox_enter(&held, s, &err))
			_exit(99);
		if (held != (SANDBOX_FILES | SANDBOX_CALLS))
			_exit(98);
		_exit(what(dir));
	}
	assert_int_equal(waitpid(p, &how, 0), p);
	assert_true(WIFEXITED(how));
	return WEXITSTATUS(how);
}

/* One bit for each thing that went. */
static int S_what_goes(const char *dir)
{
	char path[300];
	int bits = 0, fd;
	pid_t p;

	snprintf(path, sizeof path, "%s/there", dir);
	fd = open(path, O_RDONLY);
	bits |= fd >= 0;
	snprintf(path, sizeof path, "%s/new", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	bits |= (fd >= 0) << 1;
	bits |= (rename(path, dir) == 0 || unlink(path) == 0) << 2;
	bits |= (open("/etc/passwd", O_RDONLY) >= 0) << 3;
	p = fork();
	if (p == 0)
		_exit(0);
	bits |= (p > 0) << 4;
	bits |= (socket(AF_UNIX, SOCK_STREAM, 0) >= 0) << 5;
	if (bits & 1 << 4)
		waitpid(p, NULL, 0);
	execl("/bin/sh", "sh", "-c", "exit 64", (char *)NULL);
	return bits;
}

static void test_programs_sandboxes(void **state)
{
	char dir[] = "/tmp/fichas-test-XXXXXX", path[300];
	const char *paths[] = {dir, "/nowhere/at/all", NULL};
	struct sandbox reads = {.kind = SANDBOX_READ, .read = paths};
	struct sandbox writes = {.kind = SANDBOX_WRITE, .write = paths};
	int fd, got;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/there", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
	got = S_inside(&reads, S_what_goes, dir);
	if (got != 98) {
		assert_int_equal(got, 1);
		/* Reads anything, writes below its folder, has children. */
		assert_int_equal(S_inside(&writes, S_what_goes, dir), 31);
		writes.write = NULL;
		assert_int_equal(S_inside(&writes, S_what_goes, dir), 1 | 8 | 16);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	if (got == 98)
		skip();
}

/* A process that cannot be made ready is no document's fault. */
static void test_no_descriptors(void **state)
{
	struct rlimit before, few;
	struct err err = {0};
	struct buf out;
	enum status st;
	int free_fd = dup(STDERR_FILENO);

	(void)state;
	close(free_fd);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	buf_init(&out, 100);
	for (unsigned n = 0; n < 3; n++) {
		/* Two are for the pipe, the third is the child's. */
		few.rlim_cur = (rlim_t)free_fd + n;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
		st = confine_run(&out, S_echo, "text", 4, &confine_default, &err);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
		assert_int_equal(st, ST_IO);
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_comes_through),
		cmocka_unit_test(test_a_large_text_comes_through),
		cmocka_unit_test(test_a_refusal_keeps_its_text),
		cmocka_unit_test(test_a_crash_is_one_documents),
		cmocka_unit_test(test_time_is_limited),
		cmocka_unit_test(test_memory_is_limited),
		cmocka_unit_test(test_the_answer_is_checked),
		cmocka_unit_test(test_the_child_can_do_nothing),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_formats_without_a_converter),
		cmocka_unit_test(test_programs_sandboxes),
	};

	confine_prepare(); /* keeps a descriptor */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
