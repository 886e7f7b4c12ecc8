/* buf.c, status.c */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"

static void test_grows_and_stays_terminated(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	assert_string_equal(b.data, "");
	for (int i = 0; i < 1000; i++)
		buf_addf(&b, "%d,", i);
	assert_int_equal(b.len, 10 * 2 + 90 * 3 + 900 * 4);
	assert_int_equal(b.data[b.len], '\0');
	buf_truncate(&b, 4);
	assert_string_equal(b.data, "0,1,");
	buf_clear(&b);
	assert_string_equal(b.data, "");
	buf_release(&b);
}

static void test_maximum_is_kept_and_sticky(void **state)
{
	struct err err = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 3);
	buf_adds(&b, "abc");
	assert_int_equal(buf_status(&b, &err), ST_OK);
	buf_addc(&b, 'd');
	buf_truncate(&b, 0);
	buf_addc(&b, 'e');
	assert_int_equal(b.len, 0);
	assert_int_equal(buf_status(&b, &err), ST_LIMIT);
	assert_null(buf_detach(&b));
}

static void test_code_points(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	buf_addcp(&b, 'a');
	buf_addcp(&b, 0xF1);
	buf_addcp(&b, 0x2713);
	buf_addcp(&b, 0x1F600);
	buf_addcp(&b, 0xD800);
	buf_addcp(&b, 0x110000);
	assert_string_equal(b.data, "a\xc3\xb1\xe2\x9c\x93\xf0\x9f\x98\x80"
				    "\xef\xbf\xbd\xef\xbf\xbd");
	buf_release(&b);
}

static void test_error_text_is_cut_between_letters(void **state)
{
	char big[1200];
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof big - 1; i += 2)
		memcpy(big + i, "\xc3\xb1", 2);
	big[sizeof big - 2] = '\0';
	for (int lead = 0; lead < 2; lead++) {
		assert_int_equal(err_set(&err, ST_IO, "%s%s", lead ? "a" : "", big),
				 ST_IO);
		assert_true(strlen(err.text) < sizeof err.text);
		assert_int_equal((strlen(err.text) - (size_t)lead) % 2, 0);
	}
	errno = ENOENT;
	err_errno(&err, ST_IO, "x");
	assert_string_equal(err.text, "x: No such file or directory");
	assert_int_equal(err_set(NULL, ST_BUSY, "x"), ST_BUSY);
}

static void test_exit_statuses(void **state)
{
	static const int want[] = {0, 2, 1, 3, 3, 4, 4, 5, 5, 5, 130, 70};

	(void)state;
	for (int i = ST_OK; i <= ST_INTERNAL; i++) {
		assert_int_equal(status_exit((enum status)i), want[i]);
		assert_true(strlen(status_name((enum status)i)) > 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows_and_stays_terminated),
		cmocka_unit_test(test_maximum_is_kept_and_sticky),
		cmocka_unit_test(test_code_points),
		cmocka_unit_test(test_error_text_is_cut_between_letters),
		cmocka_unit_test(test_exit_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
