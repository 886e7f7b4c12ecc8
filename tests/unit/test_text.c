/* Bytes to tokens: cleaning, boundaries, folding, and the rules by their
 * table (tests/analysis.tsv). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/text_parts.h"
#include "text.h"

static struct analyzer *S_analyzer;

static int S_setup(void **state)
{
	struct err err;

	(void)state;
	return analyzer_open(&S_analyzer, &err);
}

static int S_teardown(void **state)
{
	(void)state;
	analyzer_close(S_analyzer);
	return 0;
}

/* ---- the table of rules ---- */

/* Writes tokens the way the table does. */
static void S_describe(struct buf *out, const char *text)
{
	struct tokens t;
	struct err err;

	tokens_init(&t);
	assert_int_equal(text_tokenize(&t, S_analyzer, text, strlen(text), &err),
			 ST_OK);
	for (size_t i = 0; i < t.n; i++) {
		const struct token *k = &t.v[i];
		bool joined = k->span > 1, piece = k->index_only;

		if (i)
			buf_addc(out, k->variant && !joined && !piece ? '=' : ' ');
		if (joined)
			buf_addc(out, '[');
		if (piece)
			buf_addc(out, '(');
		buf_add(out, k->surface, k->surface_n);
		if (piece)
			buf_addc(out, ')');
		if (joined)
			buf_addc(out, ']');
	}
	if (!t.n)
		buf_addc(out, '-');
	tokens_release(&t);
}

static void rules_by_the_table(void **state)
{
	FILE *f = fopen("tests/analysis.tsv", "r");
	char line[1024];
	int number = 0, checked = 0, wrong = 0;
	struct buf have;

	(void)state;
	assert_non_null(f);
	buf_init(&have, 0);
	while (fgets(line, sizeof line, f)) {
		char *want, *rule;

		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || !line[0])
			continue;
		want = strchr(line, '\t');
		assert_non_null(want);
		*want++ = '\0';
		rule = strchr(want, '\t');
		assert_non_null(rule);
		*rule++ = '\0';
		if (strncmp(rule, "forms:", 6) != 0)
			continue;
		buf_clear(&have);
		S_describe(&have, line);
		checked++;
		if (strcmp(have.data, want) != 0) {
			print_error("tests/analysis.tsv:%d: %s\n  have %s\n  want %s\n",
				    number, line, have.data, want);
			wrong++;
		}
	}
	fclose(f);
	buf_release(&have);
	assert_int_equal(wrong, 0);
	assert_true(checked > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_by_the_table),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
