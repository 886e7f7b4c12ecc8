/* inert.h: nothing of others drives a terminal, whichever way it goes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "inert.h"
#include "status.h"

static void test_what_is_refused(void **state)
{
	static const unsigned long edges[][2] = {
		/* first and last of each range */
		{0x00, 0x1F},	  {0x7F, 0x9F},	    {0x061C, 0x061C},  {0x200E, 0x200F},
		{0x2028, 0x202E}, {0x2066, 0x2069}, {0xE0000, 0xE007F}};

	(void)state;
	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
		assert_true(inert_refuses(edges[i][0]));
		assert_true(inert_refuses(edges[i][1]));
		if (edges[i][0])
			assert_false(inert_refuses(edges[i][0] - 1));
		assert_false(inert_refuses(edges[i][1] + 1));
	}
	assert_false(inert_refuses(0xF1));
	assert_false(inert_refuses(0x1F469));
}

static void test_put(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	inert_put(&b, "a\tb\nc\rd\033e\377f\xEF\xBF\xBDg", 15);
	assert_string_equal(b.data, "a b c d\xEF\xBF\xBD"
				    "e\xEF\xBF\xBD"
				    "f\xEF\xBF\xBDg");
	buf_clear(&b);
	inert_put(&b, "", 0);
	assert_string_equal(b.data, "");
	buf_release(&b);
}

/* Three bytes that are no sign are not the sign for one. */
static void test_cut_signs(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	inert_put(&b, "a\xF0\x9F\x98z", 5);
	assert_string_equal(b.data, "a\xEF\xBF\xBDz");
	buf_release(&b);
}

static void test_escape(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	inert_escape(&b, "ni\xC3\xB1o\\\033\377\xE2\x80\xAE\xEF\xBF\xBD", 14);
	assert_string_equal(b.data,
			    "ni\xC3\xB1o\\x5C\\x1B\\xFF\\xE2\\x80\\xAE\xEF\xBF\xBD");
	buf_release(&b);
}

static void test_message(void **state)
{
	char out[16];

	(void)state;
	assert_int_equal(inert_message(out, sizeof out, "a\\b\nc", 5), 8);
	assert_string_equal(out, "a\\b\\x0Ac");
	/* Cut, never inside a sign or an escape. */
	assert_int_equal(inert_message(out, 4, "ab\xC3\xB1", 4), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(inert_message(out, 5, "ab\xC3\xB1", 4), 4);
	assert_string_equal(out, "ab\xC3\xB1");
	assert_int_equal(inert_message(out, 6, "ab\033", 3), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(inert_message(out, 7, "ab\033", 3), 6);
	assert_string_equal(out, "ab\\x1B");
	assert_int_equal(inert_message(out, 1, "ab", 2), 0);
	assert_string_equal(out, "");
}

static void test_json(void **state)
{
	static const char json[] =
		"\"a\\u001b\x7F\xC2\x9B\xE2\x80\xAE\xF3\xA0\x81\x81\xC3\xB1\"";
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	inert_json(&b, json, sizeof json - 1);
	assert_string_equal(b.data,
			    "\"a\\u001b\\u007f\\u009b\\u202e\\udb40\\udc41\xC3\xB1\"");
	buf_release(&b);
}

/* Every failure says its text through it. */
static void test_errors(void **state)
{
	char name[ERR_TEXT + 88];
	struct err err;

	(void)state;
	assert_int_equal(err_set(&err, ST_IO, "%s: gone", "a\033]0;x\007\xFF"), ST_IO);
	assert_string_equal(err.text, "a\\x1B]0;x\\x07\\xFF: gone");
	errno = ENOENT;
	assert_int_equal(err_errno(&err, ST_IO, "%s", "\xE2\x80\xAEz"), ST_IO);
	assert_string_equal(err.text, "\\xE2\\x80\\xAEz: No such file or directory");
	/* Cut at the end of a sign, also where escapes make it longer. */
	memset(name, '\001', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	err_set(&err, ST_IO, "%s", name);
	assert_int_equal(strlen(err.text), (ERR_TEXT - 1) / 4 * 4);
	for (size_t i = 0; i < sizeof name - 1; i += 2)
		memcpy(name + i, "\xC3\xB1", 2);
	name[sizeof name - 1] = '\0';
	err_set(&err, ST_IO, "x%s", name);
	assert_int_equal(strlen(err.text), ERR_TEXT - 3);
	assert_memory_equal(err.text + ERR_TEXT - 5, "\xC3\xB1", 3);
	assert_int_equal(err_set(NULL, ST_IO, "%s", name), ST_IO);
	assert_int_equal(err_errno(NULL, ST_IO, "%s", name), ST_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_refused), cmocka_unit_test(test_put),
		cmocka_unit_test(test_cut_signs),	cmocka_unit_test(test_escape),
		cmocka_unit_test(test_message),		cmocka_unit_test(test_json),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
