/* One analyzer for all tests of a program.  Include it behind cmocka.h. */
#ifndef AN_ANALYZER_H
#define AN_ANALYZER_H
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

#endif
