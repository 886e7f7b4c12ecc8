/* again.h: a call that is interrupted for ever is a failure, and nothing waits on it
 * without end.  The kernel's filter of system calls plays the system that says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "../../indexer/confine.h"
#include "../../indexer/intake.h"
#include "../../indexer/records.h"
#include "../../indexer/spool.h"
#include "../../indexer/workers.h"
#include "../../lib/glass.h"
#include "../../lib/store_parts.h"
#include "again.h"
#include "file.h"
#include "lastword.h"
#include "reader.h"
#include "scratch.h"
#include "writer.h"

/* From here on this process's calls of that number are interrupted. */
static void S_interrupt(int number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINTR),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof code / sizeof *code, code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
		_exit(98);
}

static int S_file; /* with some bytes */

static bool S_failed(int got)
{
	return got == -1 && errno == EINTR;
}

static bool S_reads(void)
{
	struct buf out;
	bool failed;

	buf_init(&out, 100);
	S_interrupt(SYS_read);
	failed = S_failed(read_fd(&out, S_file, 100));
	buf_release(&out);
	return failed;
}

static bool S_hashes(void)
{
	char hash[HASH_TEXT];
	uint64_t size;

	S_interrupt(SYS_pread64);
	return S_failed(hash_fd(hash, &size, S_file));
}

static bool S_looks(void)
{
	S_interrupt(SYS_pread64);
	return glass_check(S_file, 8192, true) == ST_IO;
}

static bool S_writes(void)
{
	int dir = open(scratch_path("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	S_interrupt(SYS_write);
	return S_failed(write_at(dir, "written", "x", 1));
}

static bool S_writes_pieces(void)
{
	struct outfile out;
	struct err err;
	bool failed;

	if (outfile_open(&out, S_file, &err) || outfile_write(&out, "x", 1, &err))
		return false;
	S_interrupt(SYS_write);
	failed = outfile_flush(&out, &err) == ST_IO;
	outfile_release(&out);
	return failed;
}

static bool S_reads_aside(void)
{
	static char block[ASIDE_MAX];
	struct outfile out;
	struct aside aside;
	struct err err;
	bool failed;

	aside_open(&aside, scratch_path("."));
	aside_add(&aside, block, sizeof block);
	aside_add(&aside, block, 1);
	if (outfile_open(&out, S_file, &err))
		return false;
	S_interrupt(SYS_pread64);
	failed = aside_write(&out, &aside, &err) == ST_IO;
	aside_release(&aside);
	outfile_release(&out);
	return failed;
}

static bool S_spools(int number)
{
	struct spool s;
	struct buf out;
	struct err err;
	size_t at;
	bool failed;

	buf_init(&out, 0);
	if (spool_open(&s, scratch_path("."), &err) ||
	    spool_put(&at, &s, "record", 6, &err) ||
	    (number == SYS_pread64 && spool_flush(&s, &err)))
		return false;
	S_interrupt(number);
	failed = spool_get(&out, &s, at, 6, &err) == ST_IO;
	buf_release(&out);
	spool_close(&s);
	return failed;
}

static bool S_spools_out(void)
{
	return S_spools(SYS_pwrite64);
}

static bool S_spools_in(void)
{
	return S_spools(SYS_pread64);
}

static bool S_hashes_a_source(void)
{
	struct found found = {.raw = strdup(scratch_path("file"))};
	struct err err;
	char hash[33];

	S_interrupt(SYS_read);
	return intake_hash(hash, &found, &err) == ST_IO;
}

static bool S_feeds(int number)
{
	struct record_sink sink = {.ctx = NULL};
	struct feed feed;
	struct err err;
	enum status st;

	feed_init(&feed, S_file, &sink);
	S_interrupt(number);
	st = feed_more(&feed, &err);
	feed_release(&feed);
	/* Without poll() it is read() that waits. */
	return st == (number == SYS_read ? ST_IO : ST_OK);
}

static bool S_feeds_read(void)
{
	return S_feeds(SYS_read);
}

static bool S_feeds_poll(void)
{
	return S_feeds(SYS_poll);
}

/* What a worker said stands, where it can be heard. */
static bool S_waits(int number)
{
	struct workers w;
	struct err err, why = {0};
	enum status st = workers_start(&w, 1, &err);

	if (st)
		return false;
	if (workers_child(&w) >= 0)
		workers_exit(&w, ST_OK, &why);
	S_interrupt(number);
	return workers_wait(&w, &err) == (number == SYS_read ? ST_INTERNAL : ST_OK);
}

static bool S_waits_poll(void)
{
	return S_waits(SYS_poll);
}

static bool S_waits_read(void)
{
	return S_waits(SYS_read);
}

static bool S_waits_end(void)
{
	return S_waits(SYS_wait4);
}

static bool S_worker_cannot_tell(void)
{
	struct workers w;
	struct err err, why = {0};

	if (workers_start(&w, 1, &err))
		return false;
	if (workers_child(&w) >= 0) {
		S_interrupt(SYS_write);
		workers_exit(&w, ST_OK, &why);
	}
	return workers_wait(&w, &err) == ST_INTERNAL;
}

static enum status S_convert(struct buf *out, const char *bytes, size_t n,
			     struct err *err)
{
	(void)err;
	buf_add(out, bytes, n);
	return ST_OK;
}

static enum status S_confined(int number)
{
	struct buf out;
	struct err err;
	enum status st;

	buf_init(&out, 100);
	S_interrupt(number);
	st = confine_run(&out, S_convert, "text", 4, &confine_default, &err);
	buf_release(&out);
	return st;
}

static bool S_converts_poll(void)
{
	return S_confined(SYS_poll) == ST_IO;
}

static bool S_converts_read(void)
{
	return S_confined(SYS_read) == ST_IO;
}

static bool S_converts_write(void)
{
	return S_confined(SYS_write) == ST_INPUT;
}

static bool S_converts_end(void)
{
	return S_confined(SYS_wait4) == ST_OK;
}

/* A loop of Xapian's own, which nothing of ours can leave: reading a block. */
static struct reader *S_over_glass(void)
{
	char glass[512];
	struct reader_files files = {.glass = -1};
	struct err err = {0};
	struct scratch_doc d;
	struct reader *r;
	struct writer *w;
	char *dir = strdup(scratch_path("build"));
	char *to = strdup(scratch_path("to"));

	mkdir(to, 0755);
	snprintf(glass, sizeof glass, "%s/index.glass", to);
	if (writer_open(&w, dir, 1, &err))
		fail_msg("%s", err.text);
	for (int i = 0; i < 2000; i++) {
		char id[64];

		snprintf(id, sizeof id, "una-ficha-de-alguna-municipalidad-%d", i);
		scratch_doc(&d, id, "record");
		assert_int_equal(writer_put(w, &d.d, &err), ST_OK);
	}
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	assert_int_equal(writer_compact(dir, glass, &err), ST_OK);
	files.glass = open(glass, O_RDONLY | O_CLOEXEC);
	assert_int_equal(reader_open(&r, &files, &err), ST_OK);
	close(files.glass);
	free(dir);
	free(to);
	return r;
}

static void test_a_call_of_xapians(void **state)
{
	struct reader *r = S_over_glass();
	char said[600] = "";
	int ends[2], how;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct err err;
		uint32_t docid;

		alarm(60);
		dup2(ends[1], STDERR_FILENO);
		lastword_prepare("test");
		lastword_watch(1);
		lastword_watch(0); /* the longest counts */
		S_interrupt(SYS_pread64);
		(void)reader_find(&docid, r, "una-ficha-de-alguna-municipalidad-999",
				  &err);
		_exit(97);
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(read(ends[0], said, sizeof said - 1) >= 0);
	close(ends[0]);
	reader_close(r);
	if (WIFEXITED(how) && WEXITSTATUS(how) == 98)
		skip();
	assert_true(WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), status_exit(ST_LIMIT));
	assert_non_null(strstr(said, "test: the index does not answer"));
}

/* What takes long, but is not one call, goes on. */
static void test_many_calls(void **state)
{
	pid_t child = fork();
	int how;

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct timespec t = {0};

		lastword_prepare("test");
		lastword_watch(1);
		while (t.tv_sec < 3) {
			lastword_turn++;
			lastword_inside++;
			clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
			lastword_inside--;
		}
		_exit(0);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_int_equal(how, 0);
}

static void test_nothing_waits_for_ever(void **state)
{
	static const struct {
		const char *name;
		bool (*ends)(void);
	} cases[] = {
#define CASE(f) {#f, f}
		CASE(S_reads),
		CASE(S_hashes),
		CASE(S_looks),
		CASE(S_writes),
		CASE(S_writes_pieces),
		CASE(S_reads_aside),
		CASE(S_spools_out),
		CASE(S_spools_in),
		CASE(S_hashes_a_source),
		CASE(S_feeds_read),
		CASE(S_feeds_poll),
		CASE(S_waits_poll),
		CASE(S_waits_read),
		CASE(S_waits_end),
		CASE(S_worker_cannot_tell),
		CASE(S_converts_poll),
		CASE(S_converts_read),
		CASE(S_converts_write),
		CASE(S_converts_end),
#undef CASE
	};

	(void)state;
	scratch_write(scratch_path("file"), "some bytes", 10);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pid_t child;
		int how;

		S_file = open(scratch_path("file"), O_RDWR | O_CLOEXEC);
		assert_true(S_file >= 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			alarm(30);
			_exit(!cases[i].ends());
		}
		assert_int_equal(waitpid(child, &how, 0), child);
		close(S_file);
		if (WIFEXITED(how) && WEXITSTATUS(how) == 98)
			skip();
		if (how != 0)
			fail_msg("%s: %s %d", cases[i].name,
				 WIFSIGNALED(how) ? "signal" : "exit",
				 WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
	}
}

static void test_how_often(void **state)
{
	unsigned times = 0;
	int n = 0;

	(void)state;
	errno = EINTR;
	while (again(-1, &times))
		n++;
	assert_int_equal(n, AGAIN_MAX - 1);
	/* What goes on begins anew, also where it gave up. */
	assert_false(again(0, &times));
	assert_int_equal(times, 0);
	errno = EAGAIN;
	assert_true(again(-1, &times));
	errno = EIO;
	assert_false(again(-1, &times));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_often),
		cmocka_unit_test(test_nothing_waits_for_ever),
		cmocka_unit_test(test_a_call_of_xapians),
		cmocka_unit_test(test_many_calls),
	};

	confine_prepare();
	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
