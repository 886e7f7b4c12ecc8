#ifndef SEARCH_H
#define SEARCH_H
/*
 * search - query and filters to an answer: search, lessons and facets.
 */
#include "answer.h"

/* *out is the caller's: answer_close(). */
enum status search_run(struct answer **out, struct engine *e, const struct request *r,
		       struct err *err);
/* The same without hits: counts only. */
enum status search_count(struct answer **out, struct engine *e, const struct request *r,
			 struct err *err);

/* help.c: what would help where nothing was found: the filter or word whose
 * removal brings results, the nearest words that exist. */
enum status search_help(struct answer *a, struct engine *e, struct err *err);
/* Tells those who selected Florida that there is a La Florida, too. */
enum status search_namesakes(struct answer *a, struct engine *e, struct err *err);

#endif
