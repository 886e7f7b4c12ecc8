#include "facets.h"

#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "search.h"

/* A cross table is a thing to look at; beyond this it is a query to narrow. */
#define CELLS_MAX ((size_t)4 << 20)

/*
 * In the cross table every count obeys every filter, its own facet's too: a
 * row that was filtered away would only be zeros.
 */
static enum status S_cross(struct answer *a, struct engine *e, struct err *err)
{
	enum facet fa = a->request->cross[0], fb = a->request->cross[1];
	size_t na = column_n_values(e->column, fa), nb = column_n_values(e->column, fb);
	struct facet_counts *rows = &a->facets[fa], *columns = &a->facets[fb];
	struct filters filters = a->filters;
	bool want[FACET_COUNT] = {false};
	uint32_t *cells;
	enum status st;

	if (nb && na > CELLS_MAX / nb)
		return err_set(err, ST_LIMIT,
			       _("a table of %zu by %zu values is too large; cross "
				 "smaller facets"),
			       na, nb);
	docset_release(&a->matched);
	a->matched = a->within;
	memset(&a->within, 0, sizeof a->within);
	memset(&a->filters, 0, sizeof a->filters);
	want[fa] = want[fb] = true;
	st = answer_facets(a, e, want, err);
	a->filters = filters;
	cells = calloc(na * nb + 1, sizeof *cells);
	a->cross = calloc(rows->n * columns->n + 1, sizeof *a->cross);
	if (!st && (!cells || !a->cross))
		st = err_nomem(err);
	if (!st)
		st = column_cross(cells, e->column, fa, fb, &a->within, err);
	for (size_t i = 0; !st && i < rows->n; i++)
		for (size_t k = 0; k < columns->n; k++) {
			const char *row = rows->v[i].value,
				   *column = columns->v[k].value;
			long at = column_find(e->column, fa, row, strlen(row)),
			     bt = column_find(e->column, fb, column, strlen(column));

			if (at >= 0 && bt >= 0)
				a->cross[i * columns->n + k] =
					cells[(size_t)at * nb + (size_t)bt];
		}
	free(cells);
	return st;
}

enum status facets_run(struct answer **out, struct engine *e, const struct request *r,
		       struct err *err)
{
	struct request mine = *r;
	enum status st;

	if (r->facet != FACET_NONE || r->cross[0] != FACET_NONE)
		memset(mine.want, 0, sizeof mine.want);
	if (r->facet != FACET_NONE)
		mine.want[r->facet] = true;
	st = search_count(out, e, &mine, err);
	if (st)
		return st;
	(*out)->request = r; /* `mine` ends here */
	if (r->cross[0] != FACET_NONE)
		st = S_cross(*out, e, err);
	if (st) {
		answer_close(*out);
		*out = NULL;
	}
	return st;
}
