/* record.c, ficha.c: what is written is read back; what is wrong is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

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

/* Reads, and writes again what was read: both ways of reading must agree.
 * A space behind the brace is what the quick one leaves to the other. */
static enum status S_again(struct buf *out, struct record_keys *keys, const char *json,
			   size_t n, bool slowly)
{
	struct err err = {0};
	struct buf in;
	struct ficha f;
	enum status st;

	buf_init(&in, 0);
	buf_add(&in, json, 1);
	buf_adds(&in, slowly ? " " : "");
	buf_add(&in, json + 1, n - 1);
	ficha_init(&f);
	memset(keys, 0, sizeof *keys);
	st = record_read(&f, keys, in.data, in.len, &err);
	buf_clear(out);
	if (!st)
		assert_int_equal(record_write(out, &f, RECORD_STORED, &err), ST_OK);
	ficha_release(&f);
	buf_release(&in);
	return st;
}

static void test_both_ways_of_reading_agree(void **state)
{
	static const char json[] =
		"{\"id\":\"a-b\",\"title\":\"T\xc3\xadtulo \\\"x\\\" \\\\ "
		"y\",\"municipalities\":[\"La Reina\",\"\xc3\x91u\"],"
		"\"municipality\":\"La Reina\",\"cut_code\":\"13113\",\"region\":null,"
		"\"sello_lines\":[],\"population_groups\":[\"nna\"],"
		"\"date_start\":\"2023\",\"ongoing\":true,\"months\":[3,14],"
		"\"years\":[2023,0],\"description\":\"uno\\n\\ndos \\/\\t\","
		"\"lessons\":null,\"source\":{\"path\":\"a.md\",\"line_start\":3,"
		"\"line_end\":9,\"fields\":{\"title\":[3,3],\"description\":[5,9]},"
		"\"para_lines\":{\"description\":[5,7]}}}";
	static const char signs[] = "\"\\{}[],:0129unltrfe. \n\x01\xc3\xff-";
	const size_t n = sizeof json - 1;
	struct buf quick, slow;
	struct record_keys a, b;
	uint32_t random = 2463534242u;
	unsigned read = 0;

	(void)state;
	buf_init(&quick, 0);
	buf_init(&slow, 0);
	for (unsigned i = 0; i < 20000; i++) {
		char text[sizeof json];

		memcpy(text, json, sizeof json);
		for (unsigned k = 0; i && k < 1 + i % 3; k++) {
			random ^= random << 13;
			random ^= random >> 17;
			random ^= random << 5;
			text[1 + random % (n - 1)] =
				signs[(random >> 16) % (sizeof signs - 1)];
		}
		if (S_again(&quick, &a, text, n, false) !=
			    S_again(&slow, &b, text, n, true) ||
		    quick.len != slow.len ||
		    (quick.len && memcmp(quick.data, slow.data, quick.len) != 0) ||
		    memcmp(&a, &b, sizeof a) != 0)
			fail_msg("%u: %s", i, text);
		read += quick.len > 0;
	}
	assert_in_range(read, 2000, 19000); /* the damage is neither nothing nor all */
	buf_release(&quick);
	buf_release(&slow);
}

/* Every sign that JSON wants told otherwise, and ours by its side: as jansson
 * writes it. */
static void test_written_as_jansson_writes(void **state)
{
	char text[200] = "\xc3\xb1 \xe2\x80\xa8 \xf0\x9f\x98\x80 ";
	size_t n = strlen(text);
	struct err err = {0};
	struct ficha f;
	struct buf out, want;
	json_t *value;
	char *json;

	(void)state;
	for (char c = 1; c < 0x7f; c++)
		text[n++] = c;
	text[n++] = 0x7f;
	text[n] = '\0';
	ficha_init(&f);
	assert_true(str_set(&f.text[F_TITLE], text, n));
	assert_true(strs_add(&f.sello_lines, text));
	value = json_string(text);
	json = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	buf_init(&out, 0);
	buf_init(&want, 0);
	assert_int_equal(record_write(&out, &f, RECORD_STORED, &err), ST_OK);
	buf_addf(&want, "{\"id\":null,\"title\":%s,\"municipalities\":[]", json);
	assert_memory_equal(out.data, want.data, want.len);
	buf_clear(&want);
	buf_addf(&want, "\"sello_lines\":[%s],", json);
	assert_non_null(strstr(out.data, want.data));
	buf_clear(&out);
	assert_true(str_set(&f.text[F_TITLE], "a\xff", 2));
	assert_int_equal(record_write(&out, &f, RECORD_STORED, &err), ST_INTERNAL);
	free(json);
	json_decref(value);
	buf_release(&want);
	buf_release(&out);
	ficha_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_written_as_jansson_writes),
		cmocka_unit_test(test_both_ways_of_reading_agree),
		cmocka_unit_test(test_stored_form_keeps_paragraph_lines),
		cmocka_unit_test(test_wrong_records_are_named),
		cmocka_unit_test(test_deep_json_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
