#ifndef REQUEST_H
#define REQUEST_H
/*
 * request - what is asked, as plain data: filled from a command line or from
 * one line of `batch`, through the same checks (request_set).
 *
 * Names of municipalities and so on are kept as typed; filter.h resolves them
 * against an index.
 */
#include <stdbool.h>
#include <stddef.h>

#include "fields.h"
#include "ficha.h"
#include "options.h"
#include "program.h"
#include "status.h"

enum match_mode { MATCH_AUTO, MATCH_ALL, MATCH_ANY };
enum sort_order { SORT_RELEVANCE, SORT_DATE, SORT_MUNICIPALITY, SORT_TITLE };
enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_JSONL,
	FORMAT_CSV,
	FORMAT_TSV,
	FORMAT_IDS,
	FORMAT_MD
};

#define LIMIT_ALL	((size_t)-1)
#define LIMIT_DEFAULT	10
#define LIMIT_MAX	10000 /* of a page; LIMIT_ALL has none */
#define OFFSET_MAX	100000000
#define TIMEOUT_DEFAULT 2.0
#define TIMEOUT_MAX	3600.0

struct request {
	enum command command;
	char *query; /* never NULL once read; "" lists everything */
	size_t query_n;
	struct strs filter[FACET_COUNT]; /* as typed */
	unsigned in;			 /* bits of enum field, 0 = all */
	enum match_mode match;
	enum sort_order sort;
	size_t limit, offset;
	bool want[FACET_COUNT];
	size_t facet_limit; /* 0 = all of them */
	bool facet_by_name;
	enum format format;
	bool exact, no_synonyms, no_typos, explain, bom, raw_cells, cite;
	bool same_region, other_region;
	double timeout; /* seconds of CPU */
	struct strs ids;
	char *text;  /* similar: name of a file, read by main.c into */
	char *draft; /* the text itself, draft_n bytes */
	size_t draft_n;
	enum facet facet;    /* facets: only this one; FACET_NONE = all */
	char *like;	     /* facets: part of a name */
	enum facet cross[2]; /* FACET_NONE = no cross table */
	bool facets_given;   /* a first --facets replaces the default */
};

/* Defaults of a command. */
void request_init(struct request *r, enum command command);
void request_release(struct request *r);

/* One option.  value NULL: a flag.  ST_USAGE names option, value and what is
 * allowed. */
enum status request_set(struct request *r, const struct option_def *option,
			const char *value, struct err *err);

/* From a command line: options, and words as query or ids. */
enum status request_arguments(struct request *r, const struct arguments *a,
			      struct err *err);

/* Words that a command needs, options that exclude one another.  Called once
 * all is set. */
enum status request_check(const struct request *r, struct err *err);

#endif
