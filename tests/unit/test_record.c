/* record.c, ficha.c: what is written is read back; what is wrong is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"

static void S_read(struct ficha *f, struct record_keys *k, const char *json)
{
	struct err err = {0};

	ficha_init(f);
	assert_int_equal(record_read(f, k, json, strlen(json), &err), ST_OK);
}

static void test_round_trip(void **state)
{
	const char *json =
		"{\"id\":\"a-b\",\"title\":\"T\xc3\xadtulo\",\"municipalities\":[\"La "
		"Reina\",\"\xc3\x91u\xc3\xb1oa\"],\"municipality\":\"La Reina\","
		"\"cut_code\":\"13113\",\"province\":\"Santiago\",\"region\":null,"
		"\"region_code\":null,\"units_and_partners\":null,\"sello_lines\":["
		"\"politicas\"],\"population_label\":null,\"population_verbatim\":null,"
		"\"population_groups\":[\"nna\"],\"dates_verbatim\":\"2023\","
		"\"date_start\":\"2023\",\"date_end\":null,\"ongoing\":true,\"months\":"
		"["
		"3,4],\"years\":[2023,2024],\"funding\":null,\"sustainability\":null,"
		"\"status\":\"vigente\",\"description\":\"uno\\n\\ndos\","
		"\"innovation\":"
		"null,\"lessons\":null,\"otra\":{\"x\":[1,2.5,null]},\"source\":{"
		"\"path\":\"a.md\",\"line_start\":3,\"line_end\":9,\"fields\":{"
		"\"title\":"
		"[3,3],\"description\":[5,9]}}}";
	struct err err = {0};
	struct record_keys keys;
	struct ficha f;
	struct buf out;

	(void)state;
	S_read(&f, &keys, json);
	assert_int_equal(f.municipalities.n, 2);
	assert_true(f.ongoing);
	assert_int_equal(f.lines[F_DESCRIPTION].last, 9);
	assert_true(keys.id && keys.years && keys.months && !keys.region);
	buf_init(&out, 0);
	assert_int_equal(record_write(&out, &f, RECORD_EXPORT, &err), ST_OK);
	assert_string_equal(out.data, json);
	buf_release(&out);
	ficha_release(&f);
}

static void test_stored_form_keeps_paragraph_lines(void **state)
{
	struct err err = {0};
	struct ficha f, g;
	struct buf out;

	(void)state;
	ficha_init(&f);
	assert_true(str_set(&f.text[F_TITLE], "T", 1));
	assert_true(str_set(&f.text[F_LESSONS], "a\n\nb", 4));
	f.lines[F_LESSONS] = (struct lines){7, 9};
	assert_true(ints_add(&f.para_lines[F_LESSONS], 7));
	assert_true(ints_add(&f.para_lines[F_LESSONS], 9));
	buf_init(&out, 0);
	assert_int_equal(record_write(&out, &f, RECORD_STORED, &err), ST_OK);
	S_read(&g, NULL, out.data);
	assert_int_equal(g.para_lines[F_LESSONS].n, 2);
	assert_int_equal(g.para_lines[F_LESSONS].v[1], 9);
	ficha_release(&g);
	buf_clear(&out);
	assert_int_equal(record_write(&out, &f, RECORD_EXPORT, &err), ST_OK);
	assert_null(strstr(out.data, "para_lines"));
	buf_release(&out);
	ficha_release(&f);
}

static void test_wrong_records_are_named(void **state)
{
	static const struct {
		const char *json, *says;
	} wrong[] = {
		{"", "malformed"},
		{"[]", "object"},
		{"{\"title\":\"a\"", "malformed"},
		{"{}", "no title"},
		{"{\"title\":\"\"}", "no title"},
		{"{\"title\":null}", "no title"},
		{"{\"title\":3}", "title"},
		{"{\"title\":\"a\",\"title\":\"b\"}", "malformed"},
		{"{\"title\":\"a\",\"years\":\"2023\"}", "years"},
		{"{\"title\":\"a\",\"years\":[2.5]}", "years"},
		{"{\"title\":\"a\",\"months\":[-1]}", "months"},
		{"{\"title\":\"a\",\"ongoing\":1}", "ongoing"},
		{"{\"title\":\"a\",\"municipalities\":[1]}", "municipalities"},
		{"{\"title\":\"a\",\"source\":1}", "source"},
		{"{\"title\":\"a\",\"id\":{}}", "id"},
		{"{\"title\":\"a\\u0000b\"}", "malformed"},
		{"{\"title\":\"\xff\"}", "malformed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct err err = {0};
		struct ficha f;

		ficha_init(&f);
		assert_int_equal(record_read(&f, NULL, wrong[i].json,
					     strlen(wrong[i].json), &err),
				 ST_INPUT);
		if (!strstr(err.text, wrong[i].says))
			fail_msg("%s: %s", wrong[i].json, err.text);
		assert_null(f.text[F_TITLE]);
	}
}

static void test_deep_json_is_refused(void **state)
{
	struct err err = {0};
	struct ficha f;
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	buf_adds(&b, "{\"title\":\"a\",\"x\":");
	for (int i = 0; i < 100000; i++)
		buf_addc(&b, '[');
	ficha_init(&f);
	assert_int_equal(record_read(&f, NULL, b.data, b.len, &err), ST_INPUT);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_stored_form_keeps_paragraph_lines),
		cmocka_unit_test(test_wrong_records_are_named),
		cmocka_unit_test(test_deep_json_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
