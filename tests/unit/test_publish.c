/* publish: what is made from damaged files is refused, or right; it never takes
 * the process down, and the index stays as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>

#include "../../indexer/build.h"
#include "../../indexer/catalogue.h"
#include "../../indexer/publish.h"
#include "../../indexer/workers.h"
#include "scratch.h"

static const char *const S_tables = "corpus/tables";

static int S_setup(void **state)
{
	const char *source = "corpus/fichas";
	struct build_report report;
	struct build_options o = {
		.tables = S_tables, .sources = &source, .n_sources = 1, .jobs = 1};
	struct diags d;
	struct err err;

	if (scratch_open(state))
		return -1;
	o.index = scratch_path("index");
	diags_init(&d, NULL, NULL);
	if (build_run(&report, &o, &d, &err))
		return -1;
	diags_release(&d);
	return 0;
}

/* A copy of the build folder, with `changes` random bytes of it flipped, or a
 * file cut short. */
static void S_damaged_copy(const char *to, unsigned changes)
{
	static const char *const names[] = {"iamglass", "postlist.glass",
					    "termlist.glass", "positions", "records"};
	char from[600], path[600];

	mkdir(to, 0700);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n;
		char *p;

		snprintf(from, sizeof from, "%s/build/%s", scratch_path("index"),
			 names[i]);
		snprintf(path, sizeof path, "%s/%s", to, names[i]);
		p = scratch_read(from, &n);
		if (changes && scratch_below(12) == 0)
			n = scratch_below((uint32_t)n);
		for (unsigned k = 0; n && k < changes; k++)
			p[scratch_below((uint32_t)n)] ^= (char)(1u << scratch_below(8));
		unlink(path); /* the last generation may have the same file */
		scratch_write(path, p, n);
		free(p);
	}
}

struct room { /* what publish() is given */
	struct store *store;
	struct catalogue catalogue;
	struct lexicon *lexicon;
	struct analyzer *a;
	char generation[64];
};

static void S_open(struct room *r)
{
	struct snapshot *s = NULL;
	const void *bytes;
	struct err err;
	size_t n;

	memset(r, 0, sizeof *r);
	catalogue_init(&r->catalogue);
	if (store_lock(&r->store, scratch_path("index"), &err) ||
	    store_current(&s, r->store, &err) || analyzer_open(&r->a, &err))
		fail_msg("%s", err.text);
	snprintf(r->generation, sizeof r->generation, "%s", store_generation(s));
	bytes = store_bytes(s, STORE_SOURCES, &n);
	if (catalogue_read(&r->catalogue, bytes, n, NULL, &err))
		fail_msg("%s", err.text);
	bytes = store_bytes(s, STORE_TABLES, &n);
	if (lexicon_open(&r->lexicon, r->a, bytes, n, &err))
		fail_msg("%s", err.text);
	store_close(s);
}

static void S_close(struct room *r)
{
	catalogue_release(&r->catalogue);
	lexicon_close(r->lexicon);
	analyzer_close(r->a);
	store_unlock(r->store);
}

static enum status S_publish(struct room *r, const char *dir, struct err *err)
{
	return publish(r->store, dir, NULL, 0, &r->catalogue, r->lexicon, r->a, NULL,
		       NULL, err);
}

static void test_whole_files_are_published(void **state)
{
	struct err err = {0};
	struct room r;

	(void)state;
	S_damaged_copy(scratch_path("whole"), 0);
	S_open(&r);
	if (S_publish(&r, scratch_path("whole"), &err))
		fail_msg("%s", err.text);
	S_close(&r);
	if (store_check(scratch_path("index"), NULL, NULL, &err))
		fail_msg("%s", err.text);
}

/* Whatever comes of it, the index is whole: the one before, or one that was
 * verified. */
static void test_damaged_files(void **state)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE};
	unsigned refused = 0;

	(void)state;
	/* cmocka catches them, and the children inherit that. */
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		signal(crashes[i], SIG_DFL);
	scratch_random("damaged files");
	for (unsigned i = 0; i < 40; i++) {
		struct err err = {0};
		struct room r;
		char before[64];
		enum status st;

		S_damaged_copy(scratch_path("damaged"), 1u << scratch_below(10));
		S_open(&r);
		snprintf(before, sizeof before, "%s", r.generation);
		st = S_publish(&r, scratch_path("damaged"), &err);
		S_close(&r);
		if (st) {
			refused++;
			assert_true(err.text[0]);
			S_open(&r); /* nothing was published */
			assert_string_equal(r.generation, before);
			S_close(&r);
		}
		if (store_check(scratch_path("index"), NULL, NULL, &err))
			fail_msg("%s", err.text);
	}
	assert_true(refused > 5);
}

/* What the catalogue says and the files do not. */
static void test_sample_is_compared(void **state)
{
	struct err err = {0};
	struct room r;

	(void)state;
	S_damaged_copy(scratch_path("whole"), 0);
	S_open(&r);
	r.catalogue.files[0].entries[3].hash ^= 1;
	assert_int_equal(S_publish(&r, scratch_path("whole"), &err), ST_DAMAGED);
	assert_non_null(strstr(err.text, r.catalogue.files[0].entries[3].id));
	assert_non_null(strstr(err.text, "fichas-indexer build --rebuild"));
	S_close(&r);
	S_open(&r);
	r.catalogue.files[0].n--;
	assert_int_equal(S_publish(&r, scratch_path("whole"), &err), ST_INTERNAL);
	S_close(&r);
}

/* A child that crashes is told apart from one that fails. */
static void test_death_is_told(void **state)
{
	static const int signals[] = {SIGSEGV, SIGABRT, 0};

	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		struct workers w;
		struct err err = {0};

		assert_int_equal(workers_start(&w, 1, &err), ST_OK);
		if (workers_child(&w) >= 0) {
			struct err why = {0};

			if (signals[i]) {
				signal(signals[i], SIG_DFL);
				raise(signals[i]);
			}
			err_set(&why, ST_IO, "said");
			workers_exit(&w, ST_IO, &why);
		}
		assert_int_equal(workers_wait(&w, &err),
				 signals[i] ? ST_INTERNAL : ST_IO);
		assert_int_equal(w.died, signals[i]);
		if (!signals[i])
			assert_string_equal(err.text, "said");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_files_are_published),
		cmocka_unit_test(test_damaged_files),
		cmocka_unit_test(test_sample_is_compared),
		cmocka_unit_test(test_death_is_told),
	};

	return cmocka_run_group_tests(tests, S_setup, scratch_close);
}
