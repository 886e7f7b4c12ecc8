#include <string.h>

#include "messages.h"
#include "names.h"
#include "search.h"

/*
 * Nothing was found.  Either the words match and the filters took everything:
 * then one of the filters is to blame, or only all together.  Or the words
 * match nowhere: then one of them may be, or the fields that were named.
 */

/* How many there are without the filter on one facet (FACET_NONE: without
 * any filter). */
static enum status S_without(size_t *count, struct answer *a, struct engine *e,
			     enum facet facet, struct err *err)
{
	struct column_selection sel[FACET_COUNT];
	bool none[FACET_COUNT] = {false};
	uint32_t *counts[FACET_COUNT] = {NULL};
	struct docset within;
	enum status st = docset_init(&within, column_last(e->column), err);

	*count = 0;
	if (st)
		return st;
	memcpy(sel, a->filters.sel, sizeof sel);
	for (int f = 0; f < FACET_COUNT; f++)
		if (facet == FACET_NONE || f == (int)facet)
			memset(&sel[f], 0, sizeof sel[f]);
	st = column_count(&within, counts, e->column, &a->matched, sel, none, err);
	if (!st)
		*count = docset_count(&within);
	docset_release(&within);
	return st;
}

static enum status S_filters(struct answer *a, struct engine *e, struct err *err)
{
	size_t count, active = 0, helped = 0;
	enum status st = ST_OK;

	for (int f = 0; !st && f < FACET_COUNT; f++) {
		const char *name = facet_table[f].name;

		if (!a->filters.sel[f].active)
			continue;
		active++;
		st = S_without(&count, a, e, (enum facet)f, err);
		if (st || !count)
			continue;
		helped++;
		st = answer_notice(a, "drop_filter", name, count, err,
				   ngettext("without --%s there would be %zu ficha",
					    "without --%s there would be %zu fichas",
					    count),
				   name, count);
	}
	if (!st && active > 1 && !helped) {
		st = S_without(&count, a, e, FACET_NONE, err);
		if (!st && count)
			st = answer_notice(
				a, "drop_filters", NULL, count, err,
				ngettext("without any filter there would be %zu ficha",
					 "without any filter there would be %zu fichas",
					 count),
				count);
	}
	return st;
}

/* For each word, wanted or not: how many there would be without it. */
static enum status S_words(struct answer *a, struct engine *e, struct err *err)
{
	struct plan *p = a->plan;
	bool any = a->request->match == MATCH_ANY;
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < p->n_items; i++) {
		const struct item *item = &p->items[i];
		struct docset have = {0};
		struct clause *rest;
		size_t count;

		if (!item->counts)
			continue;
		st = plan_without(&rest, p, i, any, err);
		if (!st && !rest)
			continue;
		if (!st)
			st = reader_match(&have, e->reader, rest, e->deadline, err);
		count = st ? 0 : docset_count(&have);
		docset_release(&have);
		if (!st && count)
			st = answer_notice(
				a, "drop_word", item->text, count, err,
				ngettext("without %s%s there would be %zu ficha",
					 "without %s%s there would be %zu fichas",
					 count),
				item->negated ? "-" : "", item->text, count);
	}
	return st;
}

/* What the query would find if it looked in every field. */
static enum status S_fields(struct answer *a, struct engine *e, struct err *err)
{
	struct request everywhere = *a->request;
	struct plan *p = NULL;
	struct docset have = {0};
	size_t count = 0;
	enum status st;

	everywhere.in = 0;
	st = plan_open(&p, e, &everywhere, err);
	if (!st)
		st = reader_match(&have, e->reader, p->any, e->deadline, err);
	if (!st)
		count = docset_count(&have);
	if (!st && count)
		st = answer_notice(
			a, "drop_in", NULL, count, err,
			ngettext("in the other fields there would be %zu ficha",
				 "in the other fields there would be %zu fichas",
				 count),
			count);
	docset_release(&have);
	plan_close(p);
	return st;
}

enum status search_help(struct answer *a, struct engine *e, struct err *err)
{
	enum status st = ST_OK;

	if (docset_next(&a->matched, 1))
		return S_filters(a, e, err);
	if (a->plan->n_items)
		st = S_words(a, e, err);
	if (!st && a->plan->n_items && a->request->in)
		st = S_fields(a, e, err);
	return st;
}

enum status search_namesakes(struct answer *a, struct engine *e, struct err *err)
{
	const struct strs *chosen = &a->filters.slugs[FACET_MUNICIPALITY];
	const struct commune *c;
	size_t n;
	enum status st = ST_OK;

	if (!chosen->n)
		return ST_OK;
	c = lexicon_communes(e->lexicon, &n);
	for (size_t i = 0; !st && i < n; i++) {
		const char *bare = place_after_article(c[i].slug);

		for (size_t k = 0; !st && bare && k < chosen->n; k++)
			if (strcmp(bare, chosen->v[k]) == 0)
				st = answer_notice(
					a, "namesake", c[i].name, 0, err,
					_("there is also the municipality %s (%s)"),
					c[i].name, c[i].region);
	}
	return st;
}
