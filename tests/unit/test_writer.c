/* writer.h: nothing that it is given costs the batch; what was committed is
 * what is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ficha.h"
#include "reader.h"
#include "attach.h"
#include "scratch.h"
#include "writer.h"

static char S_long[4096]; /* 'x' all over */

static struct writer *S_open(const char *dir)
{
	struct err err = {0};
	struct writer *w;

	if (writer_open(&w, dir, 1, &err))
		fail_msg("%s", err.text);
	return w;
}

static enum status S_put(struct writer *w, const char *id, const char *term)
{
	struct err err = {0};
	struct scratch_doc d;

	scratch_doc(&d, id, id);
	scratch_post(&d, term, 0, 1);
	return writer_put(w, &d.d, &err);
}

static struct reader *S_reader(const char *dir, const char *name)
{
	struct err err = {0};
	const char *path;
	struct reader_files files;
	struct reader *r;
	char inside[128];
	int fd;

	/* The positions come beside it: a folder of its own. */
	mkdir(scratch_path(name), 0755);
	snprintf(inside, sizeof inside, "%s/index.glass", name);
	path = scratch_path(inside);
	if (writer_compact(dir, path, &err))
		fail_msg("%s", err.text);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	files = attached(fd, path);
	if (reader_open(&r, &files, &err))
		fail_msg("%s", err.text);
	close(fd);
	return r;
}

static uint32_t S_frequency(struct reader *r, const char *term)
{
	struct err err = {0};
	uint64_t occurrences;
	uint32_t documents;

	assert_int_equal(reader_frequency(&documents, &occurrences, r, term, &err),
			 ST_OK);
	return documents;
}

/* Each of these would make Xapian throw and drop the whole batch. */
static void test_one_hostile_document_costs_only_itself(void **state)
{
	const char *dir = scratch_path("hostile");
	struct writer *w = S_open(dir);
	struct err err = {0};
	struct scratch_doc d;
	struct reader *r;
	char *big = malloc(RECORD_MAX + 1);

	(void)state;
	memset(big, 'x', RECORD_MAX + 1);
	assert_int_equal(S_put(w, "good1", "SAa"), ST_OK);
	assert_int_equal(S_put(w, "bad", S_long + sizeof S_long - 1 - (TERM_MAX + 1)),
			 ST_INTERNAL);
	assert_int_equal(S_put(w, "bad", S_long), ST_INTERNAL);
	assert_int_equal(S_put(w, "bad", ""), ST_INTERNAL);
	assert_int_equal(S_put(w, "", "SAa"), ST_INTERNAL);
	assert_int_equal(S_put(w, S_long + sizeof S_long - 1 - 181, "SAa"),
			 ST_INTERNAL);

	scratch_doc(&d, "bad", "r");
	d.d.record = big;
	d.d.record_n = RECORD_MAX + 1;
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);
	scratch_doc(&d, "bad", "r");
	d.d.sort_title = S_long;
	d.d.sort_title_n = 201;
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);
	scratch_doc(&d, "bad", "r");
	d.d.sort_municipality = S_long;
	d.d.sort_municipality_n = 201;
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);
	scratch_doc(&d, "bad", "r");
	scratch_post(&d, "SAa", 0, 0xfffffff0u);
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);
	scratch_doc(&d, "bad", "r");
	scratch_post(&d, "XTa", 0xffffffffu, 1);
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);
	scratch_doc(&d, "bad", "r");
	scratch_post(&d, "SAa", 1, 1); /* these have no positions */
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);
	scratch_doc(&d, "bad", "r");
	scratch_post(&d, "XTa", 0, 1); /* and these do */
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);
	scratch_doc(&d, "bad", "r");
	for (int i = 0; i < SCRATCH_POSTINGS; i++) /* the sum passes the limit */
		scratch_post(&d, "SAa", 0, 1000000u);
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);
	scratch_doc(&d, "bad", "r");
	scratch_post(&d, "SAa", 0, 1);
	d.postings.sealed = false;
	assert_int_equal(writer_put(w, &d.d, &err), ST_INTERNAL);

	/* The largest of everything that is allowed. */
	scratch_doc(&d, S_long + sizeof S_long - 1 - 180, "r");
	d.d.record = big;
	d.d.record_n = RECORD_MAX;
	d.d.sort_title = d.d.sort_municipality = S_long;
	d.d.sort_title_n = d.d.sort_municipality_n = 200;
	d.d.date = d.d.source = d.d.source_order = UINT32_MAX;
	scratch_post(&d, S_long + sizeof S_long - 1 - TERM_MAX, 0, 1000000u);
	scratch_post(&d, "XTa", 100000000u, 0);
	assert_int_equal(writer_put(w, &d.d, &err), ST_OK);

	assert_int_equal(S_put(w, "good2", "SAa"), ST_OK);
	assert_int_equal(writer_count(w), 3);
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	r = S_reader(dir, "hostile.glass");
	assert_int_equal(reader_count(r), 3);
	assert_int_equal(S_frequency(r, "SAa"), 2);
	reader_close(r);
	free(big);
}

static void test_nothing_is_kept_without_commit(void **state)
{
	const char *dir = scratch_path("dropped");
	struct writer *w = S_open(dir);
	struct err err = {0};

	(void)state;
	assert_int_equal(S_put(w, "a", "SAa"), ST_OK);
	assert_int_equal(writer_commit(w, &err), ST_OK);
	/* A writer is for one transaction. */
	assert_int_equal(S_put(w, "b", "SAa"), ST_INTERNAL);
	assert_int_equal(writer_commit(w, &err), ST_INTERNAL);
	writer_close(w);
	w = S_open(dir);
	for (int i = 0; i < 2000; i++) { /* more than Xapian flushes at */
		char id[16];

		snprintf(id, sizeof id, "n%d", i);
		assert_int_equal(S_put(w, id, "SAa"), ST_OK);
	}
	assert_int_equal(writer_count(w), 2001);
	writer_close(w);
	w = S_open(dir);
	assert_int_equal(writer_count(w), 1);
	writer_close(w);
	writer_close(NULL);
}

static void test_replacing_and_deleting(void **state)
{
	const char *dir = scratch_path("replace");
	struct writer *w = S_open(dir);
	struct err err = {0};
	struct reader *r;
	struct buf record;
	uint32_t n, docid;

	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(S_put(w, "a", "Kone"), ST_OK);
		assert_int_equal(S_put(w, "b", "Kone"), ST_OK);
		assert_int_equal(S_put(w, "c", "Ktwo"), ST_OK);
		assert_int_equal(writer_count(w), 3);
	}
	assert_int_equal(writer_delete_term(w, "Knone", &n, &err), ST_OK);
	assert_int_equal(n, 0);
	assert_int_equal(writer_delete_term(w, "", &n, &err), ST_INTERNAL);
	assert_int_equal(writer_delete_term(w, S_long, &n, &err), ST_INTERNAL);
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);

	w = S_open(dir);
	assert_int_equal(writer_delete_term(w, "Kone", &n, &err), ST_OK);
	assert_int_equal(n, 2);
	assert_int_equal(writer_count(w), 1);
	assert_int_equal(S_put(w, "c", "Kthree"), ST_OK);
	assert_int_equal(S_put(w, "d", "Kthree"), ST_OK);
	assert_int_equal(writer_set_metadata(w, "key", "value", 5, &err), ST_OK);
	assert_int_equal(writer_set_metadata(w, "", "value", 5, &err), ST_INTERNAL);
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);

	r = S_reader(dir, "replace.glass");
	assert_int_equal(reader_count(r), 2);
	assert_int_equal(S_frequency(r, "Kone"), 0);
	assert_int_equal(S_frequency(r, "Ktwo"), 0);
	assert_int_equal(S_frequency(r, "Kthree"), 2);
	/* Document numbers stay what they were. */
	assert_int_equal(reader_find(&docid, r, "c", &err), ST_OK);
	assert_int_equal(docid, 3);
	assert_int_equal(reader_find(&docid, r, "a", &err), ST_OK);
	assert_int_equal(docid, 0);
	buf_init(&record, 0);
	assert_int_equal(reader_metadata(&record, r, "key", &err), ST_OK);
	assert_string_equal(record.data, "value");
	buf_release(&record);
	reader_close(r);
}

static void test_a_small_flush_threshold_is_not_ours(void **state)
{
	const char *dir = scratch_path("flush");
	struct writer *w;

	(void)state;
	setenv("XAPIAN_FLUSH_THRESHOLD", "1", 1);
	w = S_open(dir);
	assert_string_not_equal(getenv("XAPIAN_FLUSH_THRESHOLD"), "1");
	writer_close(w);
}

static void test_two_writers_and_no_permission(void **state)
{
	const char *dir = scratch_path("busy");
	struct writer *w = S_open(dir), *other;
	struct err err = {0};

	(void)state;
	assert_int_equal(writer_open(&other, dir, 1, &err), ST_BUSY);
	assert_null(other);
	writer_close(w);
	assert_int_equal(writer_open(&other, scratch_path("nowhere"), 0, &err), ST_IO);
	assert_null(other);
	assert_int_equal(writer_open(&other, scratch_path("no/where"), 1, &err), ST_IO);
	if (geteuid() != 0) {
		chmod(dir, 0555);
		assert_int_equal(writer_open(&other, dir, 1, &err), ST_IO);
		chmod(dir, 0755);
	}
}

/* A stub database file could run a program; ours are never read. */
static void test_stubs_are_never_read(void **state)
{
	const char *dir = scratch_path("stub"), *mark = scratch_path("ran");
	struct writer *w = NULL;
	struct reader *r = NULL;
	struct err err = {0};
	char stub[1024];
	struct stat st;
	int fd;

	(void)state;
	mkdir(dir, 0755);
	snprintf(stub, sizeof stub, "%s/XAPIANDB", dir);
	scratch_write(stub, "", 0);
	snprintf(stub, sizeof stub, "remote :/usr/bin/touch %s\n", mark);
	scratch_write(scratch_path("stub/XAPIANDB"), stub, strlen(stub));
	scratch_write(scratch_path("stubfile"), stub, strlen(stub));
	assert_int_not_equal(writer_open(&w, dir, 0, &err), ST_OK);
	assert_int_not_equal(writer_open(&w, scratch_path("stubfile"), 1, &err), ST_OK);
	assert_int_not_equal(writer_compact(dir, scratch_path("out1"), &err), ST_OK);
	assert_int_not_equal(
		writer_compact(scratch_path("stubfile"), scratch_path("out2"), &err),
		ST_OK);
	fd = open(scratch_path("stubfile"), O_RDONLY);
	assert_int_equal(reader_open(&r, &(struct reader_files){.glass = fd}, &err),
			 ST_DAMAGED);
	assert_null(r);
	close(fd);
	assert_int_not_equal(stat(mark, &st), 0);
}

static void test_compaction_never_overwrites(void **state)
{
	const char *dir = scratch_path("over"), *path = scratch_path("over.glass");
	struct writer *w = S_open(dir);
	struct err err = {0};

	(void)state;
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	scratch_write(path, "mine", 4);
	assert_int_equal(writer_compact(dir, path, &err), ST_IO);
	unlink(path);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(writer_compact(dir, path, &err), ST_IO);
}

/* An empty index is one: it opens and answers with nothing. */
static void test_an_empty_index(void **state)
{
	const char *dir = scratch_path("void");
	struct writer *w = S_open(dir);
	struct clause all = {.op = Q_ALL};
	struct docset found;
	struct ranking ranking;
	struct err err = {0};
	struct reader *r;

	(void)state;
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	r = S_reader(dir, "void.glass");
	assert_int_equal(reader_count(r), 0);
	assert_int_equal(reader_last(r), 0);
	assert_int_equal(reader_match(&found, r, &all, 0, &err), ST_OK);
	assert_int_equal(docset_count(&found), 0);
	docset_release(&found);
	assert_int_equal(
		reader_rank(&ranking, r, &all, NULL, false, NULL, 0, 10, 0, &err),
		ST_OK);
	assert_int_equal(ranking.n, 0);
	reader_close(r);
}

/* Parts joined are what one writer would have made. */
static void test_parts_become_one(void **state)
{
	const char *parts[3];
	const char *whole = scratch_path("whole");
	struct err err = {0};
	struct reader *r;
	struct writer *w;
	int number = 0;

	(void)state;
	for (int p = 0; p < 3; p++) {
		char name[16];

		snprintf(name, sizeof name, "part%d", p);
		parts[p] = scratch_path(name);
		if (writer_open_part(&w, parts[p], NULL, 0, 1 << 20, &err))
			fail_msg("%s", err.text);
		for (int i = 0; i < 3 - p; i++) {
			char id[16];

			snprintf(id, sizeof id, "d%d", number++);
			assert_int_equal(S_put(w, id, p % 2 ? "SAodd" : "SAeven"),
					 ST_OK);
		}
		assert_int_equal(writer_commit(w, &err), ST_OK);
		writer_close(w);
	}
	mkdir(scratch_path("joined"), 0755);
	if (writer_join(whole, parts, 3, &err) ||
	    writer_join_file(scratch_path("joined/index.glass"), whole, parts, 3, &err))
		fail_msg("%s", err.text);
	w = S_open(whole);
	assert_int_equal(writer_count(w), 6);
	assert_int_equal(S_put(w, "d6", "SAeven"), ST_OK);
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	for (int turn = 0; turn < 2; turn++) {
		if (turn) {
			const char *path = scratch_path("joined/index.glass");
			int fd = open(path, O_RDONLY);

			struct reader_files files = attached(fd, path);

			assert_int_equal(reader_open(&r, &files, &err), ST_OK);
			close(fd);
		} else {
			r = S_reader(whole, "whole.glass");
		}
		for (int i = 0; i < number; i++) {
			char id[16];
			uint32_t docid;

			snprintf(id, sizeof id, "d%d", i);
			assert_int_equal(reader_find(&docid, r, id, &err), ST_OK);
			assert_int_equal(docid, i + 1);
		}
		assert_int_equal(S_frequency(r, "SAodd"), 2);
		assert_int_equal(S_frequency(r, "SAeven"), turn ? 4 : 5);
		reader_close(r);
	}
}

static int S_setup(void **state)
{
	memset(S_long, 'x', sizeof S_long - 1);
	return scratch_open(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_hostile_document_costs_only_itself),
		cmocka_unit_test(test_nothing_is_kept_without_commit),
		cmocka_unit_test(test_replacing_and_deleting),
		cmocka_unit_test(test_a_small_flush_threshold_is_not_ours),
		cmocka_unit_test(test_two_writers_and_no_permission),
		cmocka_unit_test(test_stubs_are_never_read),
		cmocka_unit_test(test_compaction_never_overwrites),
		cmocka_unit_test(test_an_empty_index),
		cmocka_unit_test(test_parts_become_one),
	};

	return cmocka_run_group_tests(tests, S_setup, scratch_close);
}
