#ifndef PROGRAM_H
#define PROGRAM_H
/*
 * program - what fichas-searcher takes: its commands and options, one table
 * (options.h) for parsing, help, manual page, completions and batch, whose
 * JSON keys are the long options with underscores.
 */
#include "options.h"

enum command {
	CMD_SEARCH,
	CMD_LESSONS,
	CMD_SIMILAR,
	CMD_FACETS,
	CMD_SHOW,
	CMD_COMPARE,
	CMD_BATCH,
	CMD_SUGGEST,
	CMD_ANALYZE,
	CMD_COUNT
};

enum option_key {
	OPT_MUNICIPALITY = 'm',
	OPT_REGION = 'r',
	OPT_SELLO = 's',
	OPT_POPULATION = 'p',
	OPT_YEAR = 'y',
	OPT_LIMIT = 'n',
	OPT_OFFSET = 'o',
	OPT_FORMAT = 'f',
	OPT_STATUS = OPT_FIRST,
	OPT_IN,
	OPT_MATCH,
	OPT_EXACT,
	OPT_NO_SYNONYMS,
	OPT_NO_TYPOS,
	OPT_SORT,
	OPT_FACETS,
	OPT_FACET_LIMIT,
	OPT_FACET_SORT,
	OPT_BOM,
	OPT_RAW_CELLS,
	OPT_EXPLAIN,
	OPT_TIMEOUT,
	OPT_TEXT,
	OPT_SAME_REGION,
	OPT_OTHER_REGION,
	OPT_FACET,
	OPT_LIKE,
	OPT_CROSS,
	OPT_CITE,
};

extern const struct program_def searcher_program;

/* "search" -> CMD_SEARCH; CMD_COUNT = none. */
enum command command_by_name(const char *name);
/* The row of an option that the command takes, by its long name, underscores
 * as good as hyphens; NULL = none. */
const struct option_def *option_by_name(enum command command, const char *name);
const struct option_def *option_by_key(enum command command, int key);

#endif
