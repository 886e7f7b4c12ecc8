#ifndef FILTER_H
#define FILTER_H
/*
 * filter - names of facet values as people type them, to the values of this
 * index.  Serves --municipality and its kind, and municipio:... in a query.
 */
#include "column.h"
#include "engine.h"
#include "request.h"

struct filters {
	struct column_selection sel[FACET_COUNT];
	struct strs slugs[FACET_COUNT]; /* what was understood, for the answer */
	bool active;			/* any of them */
};

/* Resolves all filters of a request.  Release it in any case. */
enum status filters_resolve(struct filters *out, struct engine *e,
			    const struct request *r, struct err *err);
void filters_release(struct filters *f);
/* Whether the selection of a facet holds this value. */
bool filters_selected(const struct filters *f, enum facet facet, uint32_t value);

/* Appends the slugs that one typed value stands for (years: those of a range
 * that the index has).  ST_USAGE: unknown or ambiguous, err names the
 * candidates.  In a query's text an ambiguous one gives them all instead. */
enum status filter_find(struct strs *slugs, struct engine *e, enum facet facet,
			const char *typed, size_t n, bool in_query, struct err *err);

#endif
