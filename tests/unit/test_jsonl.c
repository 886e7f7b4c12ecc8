/* jsonl.c: records in, what is wrong with them told, none costing another. */
#include "records_of.h"

#include "../../indexer/jsonl.h"

static struct came *S_read_n(const char *text, size_t n, size_t piece)
{
	struct came *c = calloc(1, sizeof *c);
	struct record_sink sink = {c, S_came, S_told, S_saw};
	struct analyzer *a;
	struct err err;
	pid_t writer;
	int fd;

	assert_non_null(c);
	assert_int_equal(analyzer_open(&a, &err), ST_OK);
	fd = S_pipe_of(&writer, text, n, piece);
	assert_int_equal(jsonl_read(fd, a, &sink, &err), ST_OK);
	close(fd);
	assert_int_equal(waitpid(writer, NULL, 0), writer);
	analyzer_close(a);
	assert_int_equal(c->bytes, n);
	return c;
}

static struct came *S_read(const char *text)
{
	struct came *c = S_read_n(text, strlen(text), 1 << 16);
	struct came *pieces = S_read_n(text, strlen(text), 3);

	/* However the bytes come. */
	assert_int_equal(c->n, pieces->n);
	assert_string_equal(c->problems, pieces->problems);
	came_release(pieces);
	return c;
}

static void test_records(void **state)
{
	struct came *c =
		S_read("{\"title\":\"Uno\",\"id\":\"a\"}\n\n  \n"
		       "{\"title\":\"Dos\",\"years\":[2023]}\r\n"
		       "{\"title\":\"Tres\",\"source\":{\"path\":\"x\","
		       "\"line_start\":900,\"fields\":{\"title\":[900,900]}}}");

	(void)state;
	assert_string_equal(c->problems, "");
	assert_int_equal(c->n, 3);
	assert_string_equal(c->v[0].text[F_TITLE], "Uno");
	assert_true(c->keys[0].id);
	assert_false(c->keys[1].id);
	assert_true(c->keys[1].years);
	assert_int_equal(c->lines[1], 4);
	assert_int_equal(c->v[1].line_start, 4);
	/* It stands here now. */
	assert_int_equal(c->v[2].line_start, 5);
	assert_int_equal(c->v[2].lines[F_TITLE].first, 0);
	came_release(c);
}

static void test_nothing(void **state)
{
	struct came *c = S_read("");

	(void)state;
	assert_int_equal(c->n, 0);
	came_release(c);
	c = S_read("\xEF\xBB\xBF\n\n");
	assert_int_equal(c->n, 0);
	assert_string_equal(c->problems, "");
	came_release(c);
}

static void test_marks_and_utf16(void **state)
{
	static const char utf16[] = "\xFF\xFE{\0\"\0t\0i\0t\0l\0e\0\"\0:\0\"\0\xF1\0"
				    "\"\0}\0\n";
	struct came *c = S_read("\xEF\xBB\xBF{\"title\":\"Uno\"}\n");

	(void)state;
	assert_int_equal(c->n, 1);
	came_release(c);
	c = S_read_n(utf16, sizeof utf16, 1);
	assert_string_equal(c->problems, "");
	assert_int_equal(c->n, 1);
	assert_string_equal(c->v[0].text[F_TITLE], "\xC3\xB1");
	came_release(c);
}

static void test_bad_lines_cost_no_other(void **state)
{
	struct came *c = S_read("{\"title\":\"Uno\"}\n"
				"{\"title\":\n"
				"{\"title\":\"a\",\"title\":\"b\"}\n"
				"{\"description\":\"x\"}\n"
				"[1]\n"
				"{\"title\":5}\n"
				"\"title\"\n"
				"{\"title\":\"a\\u0000b\"}\n"
				"{\"title\":\"Dos\"}\n");

	(void)state;
	assert_int_equal(c->n, 2);
	assert_string_equal(c->v[1].text[F_TITLE], "Dos");
	assert_int_equal(c->lines[1], 9);
	assert_non_null(strstr(c->problems, "2:9 E malformed-record\n3:"));
	assert_non_null(strstr(c->problems, "\n4:1 E no-title\n"));
	assert_non_null(strstr(c->problems, "\n6:1 E malformed-record\n"));
	assert_non_null(strstr(c->problems, "\n8:12 E nul-byte\n"));
	came_release(c);
}

static void test_column_counts_characters(void **state)
{
	/* The mistake is at the second colon: after 11 signs. */
	struct came *c = S_read("{\"\xC3\xB1\xC3\xB1\xC3\xB1\":\"\xC3\xA1\"::}\n");

	(void)state;
	assert_string_equal(c->problems, "1:11 E malformed-record\n");
	came_release(c);
}

static void test_nul_byte(void **state)
{
	static const char text[] = "{\"title\":\"a\0b\"}\n{\"title\":\"Dos\"}\n";
	struct came *c = S_read_n(text, sizeof text - 1, 5);

	(void)state;
	assert_int_equal(c->n, 1);
	assert_string_equal(c->problems, "1:12 E nul-byte\n");
	came_release(c);
}

static void test_invalid_utf8_is_replaced(void **state)
{
	struct came *c = S_read("{\"title\":\"a\xFF\x62\"}\n");

	(void)state;
	assert_int_equal(c->n, 1);
	assert_string_equal(c->v[0].text[F_TITLE], "a\xEF\xBF\xBD\x62");
	assert_string_equal(c->problems, "1:12 W invalid-utf8\n");
	came_release(c);
}

static void test_surrogates(void **state)
{
	struct came *c =
		S_read("{\"title\":\"\\uD83D\\uDE00 \\uD800 \\uDC00\\u00f1\"}\n"
		       "{\"title\":\"\\\\uD800\"}\n");

	(void)state;
	assert_int_equal(c->n, 2);
	assert_string_equal(c->v[0].text[F_TITLE],
			    "\xF0\x9F\x98\x80 \xEF\xBF\xBD \xEF\xBF\xBD\xC3\xB1");
	assert_string_equal(c->v[1].text[F_TITLE], "\\uD800");
	assert_string_equal(c->problems,
			    "1:24 W lone-surrogate\n1:31 W lone-surrogate\n");
	came_release(c);
}

static void test_numbers(void **state)
{
	struct came *c = S_read(
		"{\"title\":\"a\",\"n\":123456789012345678901234567890}\n"
		"{\"title\":\"b\",\"n\":1e999,\"m\":-1e-999}\n"
		"{\"title\":\"c\",\"n\":3.14159265358979323846}\n"
		"{\"title\":\"d\",\"n\":[0,-0,1.50,1e5,0.0,9223372036854775807]}\n"
		"{\"title\":\"e\",\"years\":[99999999999999999999]}\n"
		"{\"title\":\"f\",\"n\":01}\n"
		"{\"title\":\"g\",\"n\":-}\n");

	(void)state;
	assert_int_equal(c->n, 4);
	assert_string_equal(c->v[0].extra,
			    "{\"n\":\"123456789012345678901234567890\"}");
	assert_string_equal(c->v[1].extra, "{\"n\":\"1e999\",\"m\":\"-1e-999\"}");
	assert_string_equal(c->v[2].extra, "{\"n\":\"3.14159265358979323846\"}");
	assert_non_null(strstr(c->v[3].extra, "9223372036854775807"));
	assert_string_equal(c->problems, "1:18 W number-as-text\n"
					 "2:18 W number-as-text\n"
					 "2:28 W number-as-text\n"
					 "3:18 W number-as-text\n"
					 "5:23 W number-as-text\n"
					 "5:1 E malformed-record\n"
					 "6:18 E malformed-record\n"
					 "7:18 E malformed-record\n");
	came_release(c);
}

static void test_nfc(void **state)
{
	/* Combining accents, as they are and as escapes. */
	struct came *c = S_read("{\"title\":\"a\xCC\x81\",\"description\":\"e\\u0301\","
				"\"municipalities\":[\"N\\u0303un\xCC\x83oa\"]}\n");

	(void)state;
	assert_int_equal(c->n, 1);
	assert_string_equal(c->v[0].text[F_TITLE], "\xC3\xA1");
	assert_string_equal(c->v[0].text[F_DESCRIPTION], "\xC3\xA9");
	assert_string_equal(c->v[0].municipalities.v[0], "\xC3\x91u\xC3\xB1oa");
	came_release(c);
}

/* n bytes of `in` in a title. */
static char *S_long(size_t line, size_t *n)
{
	static const char head[] = "{\"title\":\"",
			  tail[] = "\"}\n{\"title\":\"Dos\"}\n";
	char *s = malloc(line + 64);

	assert_non_null(s);
	memset(s, 'a', line);
	memcpy(s, head, sizeof head - 1);
	memcpy(s + line - 2, tail, sizeof tail);
	*n = line - 2 + sizeof tail - 1;
	return s;
}

static void test_line_limit(void **state)
{
	struct came *c;
	size_t n;
	char *s = S_long(RECORD_LINE_MAX, &n);

	(void)state;
	c = S_read_n(s, n, 1 << 16);
	assert_int_equal(c->n, 2);
	assert_string_equal(c->problems, "");
	came_release(c);
	free(s);
	for (size_t more = 1; more < 100000000; more *= 100) {
		s = S_long(RECORD_LINE_MAX + more, &n);
		c = S_read_n(s, n, 1 << 16);
		assert_int_equal(c->n, 1);
		assert_string_equal(c->v[0].text[F_TITLE], "Dos");
		assert_int_equal(c->lines[0], 2);
		assert_string_equal(c->problems, "1:1 E line-too-long\n");
		came_release(c);
		free(s);
	}
	/* At the end of the file, without a line end. */
	s = S_long(3 * RECORD_LINE_MAX, &n);
	c = S_read_n(s, 3 * RECORD_LINE_MAX - 10, 1 << 16);
	assert_int_equal(c->n, 0);
	assert_string_equal(c->problems, "1:1 E line-too-long\n");
	came_release(c);
	free(s);
}

static void test_depth_limit(void **state)
{
	struct buf b;
	struct came *c;

	(void)state;
	buf_init(&b, 0);
	for (int depth = JSONL_DEPTH_MAX - 1; depth <= JSONL_DEPTH_MAX; depth++) {
		buf_adds(&b, "{\"title\":\"a\",\"x\":");
		for (int i = 0; i < depth; i++)
			buf_addc(&b, '[');
		for (int i = 0; i < depth; i++)
			buf_addc(&b, ']');
		buf_adds(&b, "}\n");
	}
	for (int i = 0; i < 500000; i++)
		buf_addc(&b, '[');
	buf_adds(&b, "\n{\"title\":\"[[[{{{\"}\n");
	c = S_read_n(b.data, b.len, 1 << 16);
	assert_int_equal(c->n, 2);
	assert_string_equal(c->problems, "2:81 E record-too-deep\n"
					 "3:65 E record-too-deep\n");
	came_release(c);
	buf_release(&b);
}

static enum status S_stops(void *ctx, struct ficha *f, const struct record_keys *keys,
			   unsigned line, struct err *err)
{
	struct came *c = ctx;

	(void)f;
	(void)keys;
	(void)line;
	return ++c->n == 2 ? err_set(err, ST_INTERRUPTED, "enough") : ST_OK;
}

static void test_the_sink_may_end_it(void **state)
{
	static const char text[] =
		"{\"title\":\"a\"}\n{\"title\":\"b\"}\n{\"title\":\"c\"}";
	struct came *c = calloc(1, sizeof *c);
	struct record_sink sink = {c, S_stops, S_told, NULL};
	struct analyzer *a;
	struct err err;
	pid_t writer;
	int fd;

	(void)state;
	assert_int_equal(analyzer_open(&a, &err), ST_OK);
	fd = S_pipe_of(&writer, text, sizeof text - 1, 100);
	assert_int_equal(jsonl_read(fd, a, &sink, &err), ST_INTERRUPTED);
	assert_int_equal(c->n, 2);
	close(fd);
	waitpid(writer, NULL, 0);
	/* What is no longer open cannot be read. */
	assert_int_equal(jsonl_read(fd, a, &sink, &err), ST_IO);
	analyzer_close(a);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_marks_and_utf16),
		cmocka_unit_test(test_bad_lines_cost_no_other),
		cmocka_unit_test(test_column_counts_characters),
		cmocka_unit_test(test_nul_byte),
		cmocka_unit_test(test_invalid_utf8_is_replaced),
		cmocka_unit_test(test_surrogates),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_nfc),
		cmocka_unit_test(test_line_limit),
		cmocka_unit_test(test_depth_limit),
		cmocka_unit_test(test_the_sink_may_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
