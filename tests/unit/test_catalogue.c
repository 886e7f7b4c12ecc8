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
	assert_true(str_set(&e->base_id, base, strlen(base)));
	e->year = year;
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
	catalogue_remove(&c, 1);
	S_doubled = 0;
	assert_int_equal(catalogue_assign(&c, S_count, (void *)"", &err), ST_OK);
	assert_int_equal(S_doubled, 0);
	assert_string_equal(S_id(&c, "/c", 0), "x");
	catalogue_release(&c);
}

static void test_written_form_is_read_back(void **state)
{
	struct catalogue c, d;
	struct err err;
	struct buf one, two;

	(void)state;
	catalogue_init(&c);
	S_entry(&c, "/a", "x", 0, true)->hash = 0xFEDCBA9876543210u;
	S_entry(&c, "/b", "x", 0, true);
	assert_int_equal(catalogue_assign(&c, NULL, NULL, &err), ST_OK);
	assert_true(str_set(&catalogue_find(&c, "/b")->entries[0].shadow, "{}", 2));
	memcpy(c.tables, "0123", 5);
	buf_init(&one, 0);
	buf_init(&two, 0);
	assert_int_equal(catalogue_write(&one, &c, &err), ST_OK);
	assert_int_equal(catalogue_read(&d, one.data, one.len, &err), ST_OK);
	assert_int_equal(catalogue_write(&two, &d, &err), ST_OK);
	assert_string_equal(one.data, two.data);
	assert_true(d.files[0].entries[0].hash == 0xFEDCBA9876543210u);
	assert_int_equal(d.next_number, 2);
	catalogue_release(&c);
	catalogue_release(&d);
	/* Every truncation is refused, none crashes. */
	for (size_t n = 0; n < one.len; n++)
		assert_int_equal(catalogue_read(&d, one.data, n, &err), ST_DAMAGED);
	buf_release(&one);
	buf_release(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_follow_document_order),
		cmocka_unit_test(test_given_ids_win_and_doubles_are_told),
		cmocka_unit_test(test_written_form_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
