/* check.h: an index that was published with right hashes and wrong contents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../indexer/build.h"
#include "../../indexer/check.h"
#include "column.h"
#include "scratch.h"
#include "store.h"

struct told {
	size_t n;
	char text[8192];
};

static void S_tell(void *ctx, const char *text)
{
	struct told *t = ctx;
	size_t n = strlen(t->text);

	t->n++;
	snprintf(t->text + n, sizeof t->text - n, "%s\n", text);
}

static void test_a_sound_index(void **state)
{
	static const char *const sources[] = {"corpus/fichas"};
	struct told told = {0};
	struct build_report report;
	struct build_options o = {.index = scratch_path("sound"),
				  .tables = "corpus/tables",
				  .sources = sources,
				  .n_sources = 1,
				  .jobs = 1};
	struct diags d;
	struct err err = {.text = ""};

	(void)state;
	diags_init(&d, NULL, NULL);
	if (build_run(&report, &o, &d, &err))
		fail_msg("%s", err.text);
	diags_release(&d);
	if (check_run(o.index, S_tell, &told, &err))
		fail_msg("%s %s", err.text, told.text);
	assert_int_equal(told.n, 0);
	assert_int_equal(check_run(o.index, NULL, NULL, NULL), ST_OK);
}

/* column: NULL = none that is one. */
static void S_write(const char *root, const char *const (*records)[2], size_t n,
		    uint32_t said, const struct buf *column)
{
	struct store *s = NULL;
	struct writer *w = NULL;
	struct scratch_doc *d = calloc(1, sizeof *d);
	struct err err = {.text = ""};
	const char *dir;
	char path[1024];
	int usable;

	assert_non_null(d);
	assert_int_equal(store_lock(&s, root, &err), ST_OK);
	assert_int_equal(store_build_dir(&dir, &usable, s, &err), ST_OK);
	assert_int_equal(writer_open(&w, dir, 1, &err), ST_OK);
	for (size_t i = 0; i < n; i++) {
		scratch_doc(d, records[i][0], records[i][1]);
		scratch_post(d, "XTuno", 1, 1);
		assert_int_equal(writer_put(w, &d->d, &err), ST_OK);
	}
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	assert_int_equal(store_begin(s, &err), ST_OK);
	assert_int_equal(store_path(path, sizeof path, s, STORE_GLASS, &err), ST_OK);
	assert_int_equal(writer_compact(dir, path, &err), ST_OK);
	for (int f = STORE_COLUMN; f < STORE_FILES; f++) {
		bool is = f == STORE_COLUMN && column;

		assert_int_equal(store_put(s, (enum store_file)f,
					   is ? column->data : "x",
					   is ? column->len : 1, &err),
				 ST_OK);
	}
	assert_int_equal(store_publish(s, said, &err), ST_OK);
	store_unlock(s);
	free(d);
}

static void test_each_record_is_read(void **state)
{
	static const char *const records[][2] = {
		{"good", "{\"id\":\"good\",\"title\":\"Uno\"}"},
		{"bad", "{\"id\":\"bad\",\"title\":"},
		{"named", "{\"id\":\"good\",\"title\":\"Tres\"}"},
		{"nothing", ""},
		{"last", "{\"id\":\"last\",\"title\":\"Uno\"}"},
	};
	struct told told = {0};
	struct err err = {.text = ""};

	(void)state;
	S_write(scratch_path("bad"), records, 5, 5, NULL);
	assert_int_equal(store_check(scratch_path("bad"), NULL, NULL, &err), ST_OK);
	assert_int_equal(check_run(scratch_path("bad"), S_tell, &told, &err),
			 ST_DAMAGED);
	/* And column, vocabulary, tables, lexicon, sources. */
	if (told.n != 3 + STORE_FILES - STORE_COLUMN)
		fail_msg("%zu: %s", told.n, told.text);
	assert_non_null(strstr(told.text, "document 2"));
	assert_non_null(strstr(told.text, "document 3"));
	assert_non_null(strstr(told.text, "document 4"));
	for (int f = STORE_COLUMN; f < STORE_FILES; f++) {
		static const char *const names[] = {[STORE_COLUMN] = "(column:",
						    [STORE_VOCABULARY] = "(vocabulary:",
						    [STORE_TABLES] = "(tables:",
						    [STORE_LEXICON] = "(lexicon:",
						    [STORE_SOURCES] = "(sources:"};

		assert_non_null(strstr(told.text, names[f]));
	}
	assert_int_equal(err.code, ST_DAMAGED);
	assert_non_null(strstr(err.text, "document 2"));
}

static void test_documents_are_counted(void **state)
{
	static const char *const records[][2] = {
		{"good", "{\"id\":\"good\",\"title\":\"Uno\"}"}};
	struct told told = {0};
	struct err err = {.text = ""};

	(void)state;
	S_write(scratch_path("counted"), records, 1, 2, NULL);
	assert_int_equal(check_run(scratch_path("counted"), S_tell, &told, &err),
			 ST_DAMAGED);
	assert_non_null(strstr(told.text, "(index.glass:"));
}

/* By what a document is ranked stands twice: in the column, too. */
static void test_a_length_is_that_of_the_words(void **state)
{
	static const char *const records[][2] = {
		{"good", "{\"id\":\"good\",\"title\":\"Uno\"}"}};
	size_t right = 0;

	(void)state;
	for (uint32_t length = 0; length < 5; length++) {
		struct column_keys keys = {.length = length};
		struct column_builder *b;
		struct told told = {0};
		struct err err = {.text = ""};
		struct buf column;
		char root[32];

		snprintf(root, sizeof root, "length%u", (unsigned)length);
		buf_init(&column, 0);
		assert_int_equal(column_builder_open(&b, 1, &err), ST_OK);
		assert_int_equal(column_builder_keys(b, 1, &keys, &err), ST_OK);
		assert_int_equal(column_builder_finish(&column, b, &err), ST_OK);
		column_builder_close(b);
		S_write(scratch_path(root), records, 1, 1, &column);
		buf_release(&column);
		assert_int_equal(check_run(scratch_path(root), S_tell, &told, &err),
				 ST_DAMAGED);
		right += !strstr(told.text, "(column:");
		assert_true(!strstr(told.text, "(column:") ||
			    strstr(told.text, "length"));
	}
	assert_int_equal(right, 1);
}

static void test_what_is_no_index(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(check_run(scratch_path("none"), NULL, NULL, &err), ST_NOINDEX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sound_index),
		cmocka_unit_test(test_each_record_is_read),
		cmocka_unit_test(test_documents_are_counted),
		cmocka_unit_test(test_a_length_is_that_of_the_words),
		cmocka_unit_test(test_what_is_no_index),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
