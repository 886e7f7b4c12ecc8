/* An analyzer and the tables of corpus/tables, for the tests of what reads
 * documents.  Include it behind cmocka.h. */
#ifndef TABLES_H
#define TABLES_H
#include "lexicon.h"
#include "text.h"

static struct analyzer *S_analyzer;
static struct lexicon *S_lexicon;

static int S_setup(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(analyzer_open(&S_analyzer, &err), ST_OK);
	assert_int_equal(
		lexicon_load(&S_lexicon, S_analyzer, "corpus/tables", NULL, &err),
		ST_OK);
	return 0;
}

static int S_teardown(void **state)
{
	(void)state;
	lexicon_close(S_lexicon);
	analyzer_close(S_analyzer);
	return 0;
}

#endif
