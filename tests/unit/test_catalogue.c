/* catalogue.c: order, ids, doubles, the written form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../indexer/catalogue.h"

static struct entry *S_entry(struct catalogue *c, const char *real, const char *base,
			     int year, bool given)
{
	struct source_file *f;
	struct entry *e;
	struct err err;

	assert_int_equal(catalogue_add(&f, c, real, &err), ST_OK);
	if (!f->root) {
		assert_true(str_set(&f->root, "/r", 2));
		assert_true(str_set(&f->path, real, strlen(real)));
	}
	assert_int_equal(source_file_add(&e, f, &err), ST_OK);
	e->base_id = catalogue_string(c, base, strlen(base));
	assert_non_null(e->base_id);
	e->year = (int16_t)year;
	e->given = given;
	e->line = 7;
	return e;
}

static const char *S_id(const struct catalogue *c, const char *real, size_t i)
{
	return catalogue_find(c, real)->entries[i].id;
}

static int S_doubled;

static void S_count(void *ctx, const struct source_file *file, const struct entry *e,
		    const struct source_file *first_file, const struct entry *first)
{
	(void)file;
	(void)e;
	(void)first;
	assert_string_equal(first_file->real, ctx);
	S_doubled++;
}

static void test_ids_follow_document_order(void **state)
{
	struct catalogue c;
	struct err err;

	(void)state;
	catalogue_init(&c);
	/* Built in another order than that of the paths. */
	S_entry(&c, "/b", "x", 2023, false);
	S_entry(&c, "/b", "x", 2023, false);
	S_entry(&c, "/a", "x", 2024, false);
	S_entry(&c, "/c", "x", 0, false);
	S_entry(&c, "/c", "x", 0, false);
	assert_string_equal(c.files[0].real, "/a");
	for (int again = 0; again < 2; again++) {
		assert_int_equal(catalogue_assign(&c, NULL, NULL, &err), ST_OK);
		assert_string_equal(S_id(&c, "/a", 0), "x");
		assert_string_equal(S_id(&c, "/b", 0), "x-2023");
		assert_string_equal(S_id(&c, "/b", 1), "x-2023-2");
		assert_string_equal(S_id(&c, "/c", 0), "x-2");
		assert_string_equal(S_id(&c, "/c", 1), "x-3");
	}
	assert_int_equal(catalogue_count(&c), 5);
	catalogue_release(&c);
}

static bool S_called(void *ctx, const struct source_file *f)
{
	return strcmp(f->real, ctx) == 0;
}

static void test_given_ids_win_and_doubles_are_told(void **state)
{
	struct catalogue c;
	struct err err;

	(void)state;
	catalogue_init(&c);
	S_entry(&c, "/a", "x", 0, false);
	S_entry(&c, "/b", "x", 0, true);
	S_entry(&c, "/c", "x", 0, true);
	S_doubled = 0;
	assert_int_equal(catalogue_assign(&c, S_count, (void *)"/b", &err), ST_OK);
	assert_int_equal(S_doubled, 1);
	assert_string_equal(S_id(&c, "/b", 0), "x");
	assert_null(S_id(&c, "/c", 0));
	assert_string_equal(S_id(&c, "/a", 0), "x-2");
	/* The first goes: the one that had been refused comes in. */
	assert_int_equal(catalogue_remove(&c, S_called, (void *)"/b"), 1);
	S_doubled = 0;
	assert_int_equal(catalogue_assign(&c, S_count, (void *)"", &err), ST_OK);
	assert_int_equal(S_doubled, 0);
	assert_string_equal(S_id(&c, "/c", 0), "x");
	catalogue_release(&c);
}

/* A base of a year and one that ends in the year meet in "x-2023-2"; a given
 * number is jumped over; and many of one base cost no more than their number. */
static void test_many_doubles(void **state)
{
	struct catalogue c;
	struct err err;
	char want[32];

	(void)state;
	catalogue_init(&c);
	S_entry(&c, "/a", "x", 2023, false);
	S_entry(&c, "/a", "x", 2023, false);
	S_entry(&c, "/a", "x", 2023, false);
	S_entry(&c, "/a", "x-2023", 0, false);
	S_entry(&c, "/a", "x", 2023, false);
	S_entry(&c, "/a", "x-2023-5", 0, true);
	S_entry(&c, "/a", "x", 2023, false);
	assert_int_equal(catalogue_assign(&c, NULL, NULL, &err), ST_OK);
	assert_string_equal(S_id(&c, "/a", 1), "x-2023");
	assert_string_equal(S_id(&c, "/a", 2), "x-2023-2");
	assert_string_equal(S_id(&c, "/a", 3), "x-2023-3");
	assert_string_equal(S_id(&c, "/a", 4), "x-2023-4");
	assert_string_equal(S_id(&c, "/a", 6), "x-2023-6");
	for (unsigned i = 0; i < 200000; i++)
		S_entry(&c, "/b", "y", 0, false);
	assert_int_equal(catalogue_assign(&c, NULL, NULL, &err), ST_OK);
	assert_string_equal(S_id(&c, "/b", 0), "y");
	for (unsigned i = 1; i < 200000; i++) {
		snprintf(want, sizeof want, "y-%u", i + 1);
		assert_string_equal(S_id(&c, "/b", i), want);
	}
	catalogue_release(&c);
}

/* The written form; free(). */
static char *S_written(const struct catalogue *c, size_t *n)
{
	char *text;
	struct err err;
	FILE *f = open_memstream(&text, n);

	assert_non_null(f);
	assert_int_equal(catalogue_write(f, c, &err), ST_OK);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void test_written_form_is_read_back(void **state)
{
	struct catalogue c, d, copy;
	char *one, *two, *three;
	struct spool spool, other;
	struct entry *e;
	struct buf record;
	size_t n, m;
	struct err err;

	(void)state;
	assert_int_equal(spool_open(&spool, P_tmpdir, &err), ST_OK);
	assert_int_equal(spool_open(&other, P_tmpdir, &err), ST_OK);
	buf_init(&record, 0);
	catalogue_init(&c);
	c.spool = &spool;
	S_entry(&c, "/a", "x", 0, true)->hash = 0xFEDCBA9876543210u;
	S_entry(&c, "/a", "x", 2023, false)->hash = 1;
	S_entry(&c, "/b", "x", 0, true);
	assert_int_equal(catalogue_assign(&c, NULL, NULL, &err), ST_OK);
	/* Doubles wait in the spool with their records. */
	e = &catalogue_find(&c, "/b")->entries[0];
	assert_int_equal(spool_put(&e->spool_at, &spool, "other", 5, &err), ST_OK);
	assert_int_equal(spool_put(&e->spool_at, &spool, "{}", 2, &err), ST_OK);
	e->spool_n = 2;
	memcpy(c.tables, "0123", 5);
	one = S_written(&c, &n);
	assert_int_equal(catalogue_read(&d, one, n, &other, &err), ST_OK);
	two = S_written(&d, &m);
	assert_string_equal(one, two);
	assert_true(d.files[0].entries[0].hash == 0xFEDCBA9876543210u);
	assert_string_equal(d.files[0].entries[1].id, "x-2023");
	assert_null(d.files[1].entries[0].id);
	e = &d.files[1].entries[0];
	assert_int_equal(e->spool_n, 2);
	assert_int_equal(spool_get(&record, &other, e->spool_at, e->spool_n, &err),
			 ST_OK);
	assert_string_equal(record.data, "{}");
	assert_int_equal(d.next_number, 2);
	assert_int_equal(catalogue_copy(&copy, &d, &err), ST_OK);
	three = S_written(&copy, &m);
	assert_string_equal(one, three);
	catalogue_release(&copy);
	catalogue_release(&c);
	catalogue_release(&d);
	/* Every truncation is refused, none crashes. */
	for (size_t k = 0; k < n; k++)
		assert_int_equal(catalogue_read(&d, one, k, &other, &err), ST_DAMAGED);
	/* A spool that cannot be written is no damage. */
	spool_close(&other);
	other.end = other.pending.len = 0;
	buf_init(&other.pending, 1);
	assert_int_not_equal(catalogue_read(&d, one, n, &other, &err), ST_OK);
	assert_int_not_equal(err.code, ST_DAMAGED);
	buf_release(&other.pending);
	spool_close(&spool);
	buf_release(&record);
	free(one);
	free(two);
	free(three);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_follow_document_order),
		cmocka_unit_test(test_given_ids_win_and_doubles_are_told),
		cmocka_unit_test(test_many_doubles),
		cmocka_unit_test(test_written_form_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
