/* emit.h: whatever is written is one JSON value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "../../searcher/emit.h"

static void test_numbers(void **state)
{
	static const struct {
		double v;
		const char *text;
	} numbers[] = {{0.123456, "0.1235"}, {2, "2.0"},	{-1.5, "-1.5"},
		       {NAN, "0.0"},	     {INFINITY, "0.0"}, {1e300, "1e+300"},
		       {1e15, "1e+15"}};
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct emit e = {.out = &b};

		buf_clear(&b);
		emit_round(&e, numbers[i].v, 1e4);
		if (strcmp(b.data, numbers[i].text) != 0)
			fail_msg("%g: %s", numbers[i].v, b.data);
	}
	buf_release(&b);
}

static void test_keys_and_texts(void **state)
{
	struct buf b;
	struct emit e = {.out = &b};
	char longest[200];

	(void)state;
	buf_init(&b, 0);
	emit_open(&e, '{');
	emit_str_at(&e, "a", "\"\\\n\x1B\xFF\xE2\x80\xAE");
	emit_str_at(&e, "b", NULL);
	emit_size_at(&e, "c", SIZE_MAX);
	emit_bool_at(&e, "d", true);
	emit_close(&e, '}');
	assert_string_equal(b.data,
			    "{\"a\":\"\\\"\\\\\\n\\u001B\xEF\xBF\xBD\\u202e\","
			    "\"b\":null,\"c\":18446744073709551615,\"d\":true}");
	/* A zero byte inside of a text is one of its characters. */
	buf_clear(&b);
	e.comma = false;
	emit_text(&e, "a\0b", 3);
	assert_string_equal(b.data, "\"a\\u0000b\"");
	/* A key of ours is never so long; what is cut is still a key. */
	memset(longest, 'k', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	buf_clear(&b);
	e.comma = false;
	emit_key(&e, longest);
	assert_true(b.len < sizeof longest);
	assert_string_equal(b.data + b.len - 2, "\":");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_keys_and_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
