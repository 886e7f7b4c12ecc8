/* The strict decoder, and text_clean(): well-formed, NFC, no long run of
 * marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "an_analyzer.h"
#include "text.h"

#define NORMALIZATION_TEST "/usr/share/unicode/NormalizationTest.txt"

static const char *S_clean(const char *text, size_t n, size_t *replaced)
{
	static struct buf out;
	struct err err;

	buf_release(&out);
	buf_init(&out, 0);
	assert_int_equal(text_clean(&out, replaced, S_analyzer, text, n, &err), ST_OK);
	assert_true(utf8_valid(out.data, out.len, NULL));
	return out.data;
}

/* What each ill-formed text becomes: Unicode 15, tables 3-8 to 3-11, and the
 * borders of every range of table 3-7. */
static void ill_formed(void **state)
{
	static const struct {
		const char *in, *out;
		size_t replaced;
	} cases[] = {
		{"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", "????????A", 8},
		{"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", "????????A", 8},
		{"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", "?????A??B", 7},
		{"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", "????A", 4},
		{"a\x80z", "a?z", 1},
		{"a\xBFz", "a?z", 1},
		{"\xC1\xBF", "??", 2},
		{"\xC2", "?", 1},
		{"\xC2\x7F", "?\x7F", 1},
		{"\xE0\x9F\xBF", "???", 3},
		{"\xE0\xA0", "?", 1},
		{"\xEF\xBF", "?", 1},
		{"\xF0\x8F\xBF\xBF", "????", 4},
		{"\xF0\x90\x80", "?", 1},
		{"\xF4\x90\x80\x80", "????", 4},
		{"\xF5\x80\x80\x80", "????", 4},
		{"\xFE\xFF", "??", 2},
		{"ni\xF1o", "ni?o", 1}, /* Latin-1 */
		{"ni\xC3\xB1o \xFF", "ni\xC3\xB1o ?", 1},
		{"real \xEF\xBF\xBD", "real ?", 0}, /* the sign itself is none */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf want;
		size_t replaced, at;
		const char *in = cases[i].in;

		buf_init(&want, 0);
		for (const char *p = cases[i].out; *p; p++) {
			if (*p == '?')
				buf_addcp(&want, 0xFFFD);
			else
				buf_addc(&want, *p);
		}
		assert_string_equal(S_clean(in, strlen(in), &replaced), want.data);
		assert_int_equal(replaced, cases[i].replaced);
		assert_int_equal(utf8_valid(in, strlen(in), &at),
				 cases[i].replaced == 0);
		buf_release(&want);
	}
}

static void valid_says_where(void **state)
{
	const char *text =
		"0123456789 ni\xC3\xB1o y \xE2\x82\xAC 0123456789\xED\xA0\x80";
	size_t at = 0;

	(void)state;
	assert_false(utf8_valid(text, strlen(text), &at));
	assert_int_equal(at, strlen(text) - 3);
	assert_true(utf8_valid(text, at, NULL));
	assert_true(utf8_valid("", 0, NULL));
	assert_int_equal(utf8_count("ni\xC3\xB1o", 5), 4);
}

/* Every code point there and back; every pair of a lead and any byte. */
static void decoder(void **state)
{
	struct buf b;
	unsigned long cp;

	(void)state;
	buf_init(&b, 0);
	for (unsigned long c = 0; c < 0x110000; c++) {
		if (c >= 0xD800 && c < 0xE000)
			continue;
		buf_clear(&b);
		buf_addcp(&b, c);
		assert_int_equal(utf8_decode(b.data, b.len, &cp), b.len);
		assert_int_equal(cp, c);
		assert_true(utf8_valid(b.data, b.len, NULL));
		for (size_t k = 1; k < b.len; k++)
			assert_false(utf8_valid(b.data, k, NULL));
	}
	buf_release(&b);
	for (unsigned x = 0; x < 0x10000; x++) {
		char two[2] = {(char)(x >> 8), (char)x};
		size_t n = utf8_decode(two, 2, &cp);

		assert_true(n == 1 || n == 2);
		assert_true(cp <= 0x10FFFF);
	}
}

/* ---- NFC ---- */

static size_t S_points(char *out, const char *p)
{
	struct buf b;
	size_t n;

	buf_init(&b, 0);
	while (*p) {
		char *end;

		buf_addcp(&b, strtoul(p, &end, 16));
		p = end + strspn(end, " ");
	}
	n = b.len;
	memcpy(out, b.data, n + 1);
	buf_release(&b);
	return n;
}

/* Unicode's file: NFC of the first three columns is the second, of the last
 * two the fourth; and of every code point that the first part leaves out, it
 * is that code point. */
static void unicode_normalization_test(void **state)
{
	static unsigned char listed[0x110000];
	FILE *f = fopen(NORMALIZATION_TEST, "r");
	char line[2048], column[5][512], want[512];
	bool piped = false, first_part = false;
	int checked = 0;
	size_t replaced;

	(void)state;
	memset(listed, 0, sizeof listed);
	if (!f) {
		f = popen("bzip2 -dc " NORMALIZATION_TEST ".bz2 2>/dev/null", "r");
		piped = true;
	}
	while (f && fgets(line, sizeof line, f)) {
		char *p = line;

		line[strcspn(line, "#\n")] = '\0';
		if (line[0] == '@') {
			first_part = strncmp(line, "@Part1", 6) == 0;
			continue;
		}
		if (!strchr(line, ';'))
			continue;
		if (first_part)
			listed[strtoul(line, NULL, 16)] = 1;
		for (int i = 0; i < 5; i++) {
			char *end = strchr(p, ';');

			assert_non_null(end);
			*end = '\0';
			S_points(column[i], p);
			p = end + 1;
		}
		for (int i = 0; i < 5; i++) {
			strcpy(want, column[i < 3 ? 1 : 3]);
			if (strcmp(S_clean(column[i], strlen(column[i]), &replaced),
				   want))
				fail_msg("column %d of %s", i + 1, line);
			assert_int_equal(replaced, 0);
		}
		checked++;
	}
	if (f && piped)
		pclose(f);
	else if (f)
		fclose(f);
	if (!checked) {
		print_message("SKIP: no %s (Debian packages unicode-data, bzip2)\n",
			      NORMALIZATION_TEST);
		skip();
	}
	assert_true(checked > 18000);
	for (unsigned long cp = 1; cp < 0x110000; cp++) {
		struct buf b;

		if (listed[cp] || (cp >= 0xD800 && cp < 0xE000) || cp == 0xFFFD)
			continue;
		buf_init(&b, 0);
		buf_addcp(&b, cp);
		assert_string_equal(S_clean(b.data, b.len, &replaced), b.data);
		buf_release(&b);
	}
}

static void in_context(void **state)
{
	size_t replaced;

	(void)state;
	/* marks after ASCII, after Latin-1, after other letters, at the start */
	assert_string_equal(S_clean("an\xCC\x83o", 5, &replaced), "a\xC3\xB1o");
	assert_string_equal(S_clean("\xC3\xAA\xCC\x81", 4, &replaced), "\xE1\xBA\xBF");
	assert_string_equal(S_clean("\xCC\x81\x61", 3, &replaced), "\xCC\x81\x61");
	assert_string_equal(S_clean("x \xEF\xAC\x81", 5, &replaced), "x \xEF\xAC\x81");
	assert_string_equal(S_clean("\x01\t\r\n\x7F", 5, &replaced), "\x01\t\r\n\x7F");
	assert_string_equal(S_clean("", 0, &replaced), "");
}

/* NFC in pieces is NFC of the whole: what is clean stays as it is, and a text
 * cut at a blank gives the same bytes. */
static void stretches(void **state)
{
	static const char *const parts[] = {"a",
					    "e",
					    "n",
					    "A",
					    " ",
					    "\xC3\xA9",
					    "\xC3\xB1",
					    "\xCC\x81",
					    "\xCC\x83",
					    "\xCC\xA7",
					    "\xCC\xB1",
					    "\xE1\xBA\xA5",
					    "\xEA\xB0\x80",
					    "\xE1\x84\x80",
					    "\xE1\x85\xA1",
					    "\xE1\x86\xA8",
					    "\xE2\x84\xAB",
					    "\xCE\xB1",
					    "\xF0\x9D\x85\x9E"};
	uint32_t x = 12345;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[128], once[512];
		size_t n = 0, replaced;

		for (int k = 0; k < 12; k++) {
			const char *p;

			x = x * 1664525u + 1013904223u;
			p = parts[(x >> 16) % (sizeof parts / sizeof *parts)];
			memcpy(text + n, p, strlen(p));
			n += strlen(p);
		}
		strcpy(once, S_clean(text, n, &replaced));
		assert_string_equal(S_clean(once, strlen(once), &replaced), once);
		for (size_t cut = 0; cut < n; cut++)
			if (text[cut] == ' ') {
				char joined[1024];

				strcpy(joined, S_clean(text, cut, &replaced));
				strcat(joined, S_clean(text + cut, n - cut, &replaced));
				assert_string_equal(joined, once);
			}
	}
}

/* A million marks on one letter: quadratic without the limit. */
static void run_of_marks(void **state)
{
	size_t n = 2000001, replaced;
	char *text = malloc(n);
	clock_t start = clock();

	(void)state;
	assert_non_null(text);
	text[0] = 'a';
	for (size_t i = 1; i < n; i += 4)
		memcpy(text + i, "\xCC\x96\xCC\x81", 4);
	/* at most 30 stay (one of them joins the letter) */
	assert_true(strlen(S_clean(text, n, &replaced)) <= 1 + 2 * 30);
	assert_int_equal(replaced, 0);
	assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
	free(text);
}

/* Code points are counted eight bytes at a time; each of them has one byte that
 * goes on nothing. */
static void counts(void **state)
{
	static const char text[] = "a\xC3\xB1o \xE2\x82\xAC \xF0\x9F\x98\x80 "
				   "\xC3\xA1\xC3\xA9\xC3\xAD\xC3\xB3\xC3\xBA abcdefgh";

	(void)state;
	for (size_t from = 0; from < sizeof text; from++)
		for (size_t n = 0; from + n < sizeof text; n++) {
			size_t want = 0;

			for (size_t i = from; i < from + n; i++)
				want += ((unsigned char)text[i] & 0xC0) != 0x80;
			assert_int_equal(utf8_count(text + from, n), want);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(ill_formed),
		cmocka_unit_test(valid_says_where),
		cmocka_unit_test(decoder),
		cmocka_unit_test(unicode_normalization_test),
		cmocka_unit_test(in_context),
		cmocka_unit_test(stretches),
		cmocka_unit_test(run_of_marks),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
