/* store.c: what was published is what is read; everything else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reader.h"
#include "scratch.h"
#include "store.h"

static const char *const S_files[STORE_FILES] = {"index.glass", "column", "vocabulary",
						 "tables", "sources"};

/* Publishes n documents whose records and files say `mark`. */
static enum status S_publish(const char *root, unsigned n, const char *mark,
			     struct err *err)
{
	struct store *s = NULL;
	struct writer *w = NULL;
	const char *dir;
	char path[1024], text[64];
	int usable;
	enum status st = store_lock(&s, root, err);

	if (!st)
		st = store_build_dir(&dir, &usable, s, err);
	if (!st)
		st = store_build_reset(s, err);
	if (!st)
		st = writer_open(&w, dir, 1, err);
	for (unsigned i = 0; !st && i < n; i++) {
		char id[32];
		struct scratch_doc d;

		snprintf(id, sizeof id, "d%u", i);
		scratch_doc(&d, id, mark);
		scratch_post(&d, "SAuno", 0, 1);
		st = writer_put(w, &d.d, err);
	}
	if (!st)
		st = writer_commit(w, err);
	writer_close(w);
	if (!st)
		st = store_begin(s, err);
	if (!st)
		st = store_path(path, sizeof path, s, STORE_GLASS, err);
	if (!st)
		st = writer_compact(dir, path, err);
	for (int f = STORE_COLUMN; !st && f < STORE_FILES; f++) {
		snprintf(text, sizeof text, "%s of %s", S_files[f], mark);
		st = store_put(s, (enum store_file)f, text, strlen(text), err);
	}
	if (!st)
		st = store_publish(s, n, err);
	store_unlock(s);
	return st;
}

static void test_published_is_read(void **state)
{
	struct err err = {0};
	const char *root = scratch_path("first/of/all");
	struct snapshot *s;
	struct reader *r;
	struct buf record;
	const void *bytes;
	uint32_t docid;
	size_t n;

	(void)state;
	assert_int_equal(store_open(&s, root, &err), ST_NOINDEX);
	assert_null(s);
	if (S_publish(root, 3, "uno", &err))
		fail_msg("%s", err.text);
	if (store_open(&s, root, &err))
		fail_msg("%s", err.text);
	assert_string_equal(store_generation(s), "gen-000001");
	assert_int_equal(store_documents(s), 3);
	bytes = store_bytes(s, STORE_TABLES, &n);
	assert_int_equal(n, strlen("tables of uno"));
	assert_memory_equal(bytes, "tables of uno", n);
	assert_int_equal(reader_open(&r, store_glass_fd(s), &err), ST_OK);
	assert_int_equal(reader_count(r), 3);
	assert_int_equal(reader_find(&docid, r, "d2", &err), ST_OK);
	buf_init(&record, 0);
	assert_int_equal(reader_record(&record, r, docid, &err), ST_OK);
	assert_string_equal(record.data, "uno");
	buf_release(&record);
	reader_close(r);
	store_close(s);
	assert_int_equal(store_check(root, NULL, NULL, &err), ST_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_is_read),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
