/* Every sample of tests/fixtures/formats gives the same two records, whatever
 * its format; only where they stand differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../indexer/intake.h"
#include "record.h"
#include "tables.h"

/* Appends the record without its place. */
static enum status S_take(void *ctx, struct ficha *f, bool given_id, bool open_years,
			  struct err *err)
{
	enum status st;

	(void)given_id;
	(void)open_years;
	for (int i = 0; i < F_COUNT; i++) {
		f->lines[i] = (struct lines){0, 0};
		ints_release(&f->para_lines[i]);
	}
	free(f->source_path);
	f->source_path = NULL;
	f->line_start = f->line_end = 0;
	st = record_write(ctx, f, RECORD_EXPORT, err);
	buf_addc(ctx, '\n');
	return st;
}

/* The records of a sample, a line each. */
static char *S_records(const char *name)
{
	char path[300], shown[300];
	struct found found = {.raw = path, .real = path, .root = path, .path = shown};
	struct err err = {.text = ""};
	struct diags diags;
	struct buf out;
	struct intake in = {.analyzer = S_analyzer,
			    .lexicon = S_lexicon,
			    .diags = &diags,
			    .take = S_take,
			    .ctx = &out};
	enum status st;

	snprintf(path, sizeof path, "tests/fixtures/formats/%s", name);
	snprintf(shown, sizeof shown, "%s", name);
	found.format = format_of_name(name);
	buf_init(&out, 0);
	diags_init(&diags, NULL, NULL);
	st = intake_file(&in, &found, &err);
	if (st)
		print_message("%s: %s\n", name, err.text);
	assert_int_equal(st, ST_OK);
	assert_int_equal(in.rejected, 0);
	assert_int_equal(diags_count(&diags, DIAG_ERROR), 0);
	diags_release(&diags);
	return buf_detach(&out);
}

static void test_what_is_in_them(void **state)
{
	char *records = S_records("fichas.md"), *second = strchr(records, '\n');

	(void)state;
	assert_non_null(second);
	assert_non_null(
		strstr(records, "\"sello_lines\":[\"politicas\",\"informacion\"]"));
	assert_non_null(strstr(records, "\"months\":[]"));
	assert_non_null(strstr(records, "\"date_start\":\"2023-08-03\""));
	assert_non_null(strstr(second, "\"months\":[3,4,5,6,8,9,10]"));
	assert_non_null(strstr(second,
			       "\"sello_lines\":[\"institucionalidad\",\"politicas\","
			       "\"informacion\",\"vinculacion\"]"));
	assert_non_null(strstr(second, "\"municipality\":\"Hualqui\""));
	assert_int_equal(strchr(second + 1, '\n')[1], 0);
	free(records);
}

static void test_every_format_gives_the_same(void **state)
{
	DIR *d = opendir("tests/fixtures/formats");
	char *expected = S_records("fichas.md");
	unsigned seen = 0, n = 0;
	struct dirent *e;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		enum format format = format_of_name(e->d_name);
		char *records;

		if (format == FORMAT_NONE)
			continue;
		records = S_records(e->d_name);
		if (strcmp(records, expected) != 0)
			print_message("%s\n", e->d_name);
		assert_string_equal(records, expected);
		free(records);
		seen |= 1u << format;
		n++;
	}
	closedir(d);
	free(expected);
	assert_true(n >= 15);
	for (enum format f = FORMAT_DOCUMENT; f <= FORMAT_ODT; f++)
		assert_true(seen & 1u << f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_in_them),
		cmocka_unit_test(test_every_format_gives_the_same),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
