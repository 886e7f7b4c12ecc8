#include "filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexed.h"
#include "messages.h"
#include "screen.h"

#define CANDIDATES 8

static enum status S_add(struct strs *slugs, const char *slug, struct err *err)
{
	if (strs_has(slugs, slug))
		return ST_OK;
	return strs_add(slugs, slug) ? ST_OK : err_nomem(err);
}

/* What was typed, as a message may repeat it: --sello=x, in a query sello:x. */
struct shown {
	char text[120];
};
static struct shown S_shown(enum facet facet, bool in_query, const char *typed,
			    size_t n)
{
	struct shown s;
	size_t k =
		(size_t)snprintf(s.text, sizeof s.text,
				 in_query ? "%s:" : "--%s=", facet_table[facet].name);

	while (n > 0 && k + 8 < sizeof s.text) {
		unsigned long c;
		size_t step = utf8_decode(typed, n, &c);

		if (inert_refuses(c) || c == 0xFFFD) {
			s.text[k++] = '?';
		} else {
			memcpy(s.text + k, typed, step);
			k += step;
		}
		typed += step;
		n -= step;
	}
	memcpy(s.text + k, n ? "..." : "", n ? 4 : 1);
	return s;
}

static enum status S_ambiguous(const struct shown *t, const struct buf *list,
			       struct err *err)
{
	return err_set(err, ST_USAGE, _("%s is ambiguous; write one of: %s"), t->text,
		       list->data);
}

/* A value that documents have though the tables do not (a commune that is not
 * Chilean).  *slugs unchanged where there is none. */
static enum status S_in_column(struct strs *slugs, struct engine *e, enum facet facet,
			       const char *typed, size_t n, struct err *err)
{
	struct buf slug;
	enum status st;

	buf_init(&slug, 4096);
	st = text_slug(&slug, e->analyzer, typed, n, err);
	if (!st)
		st = buf_status(&slug, err);
	if (!st && column_find(e->column, facet, slug.data, slug.len) >= 0)
		st = S_add(slugs, slug.data, err);
	else if (!st && facet == FACET_MUNICIPALITY &&
		 strcmp(slug.data, SLUG_NO_MUNICIPALITY) == 0)
		st = S_add(slugs, slug.data, err);
	else if (!st && facet == FACET_GROUP && strcmp(slug.data, SLUG_NO_GROUP) == 0)
		st = S_add(slugs, slug.data, err);
	buf_release(&slug);
	return st;
}

static enum status S_commune(struct strs *slugs, struct engine *e, const char *typed,
			     size_t n, bool in_query, struct err *err)
{
	const struct commune *v[CANDIDATES];
	size_t found, shown, had = slugs->n;
	struct shown t = S_shown(FACET_MUNICIPALITY, in_query, typed, n);
	enum status st = ST_OK;
	struct buf list;

	found = lexicon_find_commune(v, CANDIDATES, e->lexicon, e->analyzer, typed, n);
	if (found == 1)
		return S_add(slugs, v[0]->slug, err);
	st = S_in_column(slugs, e, FACET_MUNICIPALITY, typed, n, err);
	if (st || slugs->n > had)
		return st;
	shown = found < CANDIDATES ? found : CANDIDATES;
	if (found && in_query) {
		for (size_t i = 0; !st && i < shown; i++)
			st = S_add(slugs, v[i]->slug, err);
		return st;
	}
	if (!found)
		shown = lexicon_near_communes(v, 5, e->lexicon, e->analyzer, typed, n);
	buf_init(&list, 0);
	for (size_t i = 0; i < shown; i++)
		buf_addf(&list, "%s%s (%s)", i ? ", " : "", v[i]->name, v[i]->region);
	if (found > shown)
		buf_adds(&list, ", ...");
	if (found)
		st = S_ambiguous(&t, &list, err);
	else if (list.len)
		st = err_set(err, ST_USAGE,
			     _("%s: no such municipality; the nearest: %s"), t.text,
			     list.data);
	else
		st = err_set(err, ST_USAGE,
			     _("%s: no such municipality, nor one like it; facets "
			       "--facet=municipality lists those of the index"),
			     t.text);
	buf_release(&list);
	return st;
}

static enum status S_region(struct strs *slugs, struct engine *e, const char *typed,
			    size_t n, bool in_query, struct err *err)
{
	const struct region *v[CANDIDATES], *all;
	size_t found, shown, n_all, had = slugs->n;
	struct shown t = S_shown(FACET_REGION, in_query, typed, n);
	enum status st = ST_OK;
	struct buf list;

	found = lexicon_find_region(v, CANDIDATES, e->lexicon, e->analyzer, typed, n);
	if (found == 1)
		return S_add(slugs, v[0]->slug, err);
	st = S_in_column(slugs, e, FACET_REGION, typed, n, err);
	if (st || slugs->n > had)
		return st;
	shown = found < CANDIDATES ? found : CANDIDATES;
	if (found && in_query) {
		for (size_t i = 0; !st && i < shown; i++)
			st = S_add(slugs, v[i]->slug, err);
		return st;
	}
	buf_init(&list, 0);
	for (size_t i = 0; i < shown; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", v[i]->name);
	if (!found) { /* sixteen of them: all */
		all = lexicon_regions(e->lexicon, &n_all);
		for (size_t i = 0; i < n_all; i++)
			buf_addf(&list, "%s%s", i ? ", " : "", all[i].slug);
		st = err_set(err, ST_USAGE,
			     _("%s: no such region; the regions are: %s"), t.text,
			     list.data);
	} else {
		st = S_ambiguous(&t, &list, err);
	}
	buf_release(&list);
	return st;
}

/* Sello lines, groups, status: closed lists, all of them in the message. */
static enum status S_label(struct strs *slugs, struct engine *e, enum facet facet,
			   struct labels labels, const char *typed, size_t n,
			   bool in_query, struct err *err)
{
	const struct label *l = lexicon_find_label(labels, e->analyzer, typed, n);
	struct shown t = S_shown(facet, in_query, typed, n);
	size_t had = slugs->n;
	enum status st;
	struct buf list;

	if (l)
		return S_add(slugs, l->slug, err);
	st = S_in_column(slugs, e, facet, typed, n, err);
	if (st || slugs->n > had)
		return st;
	buf_init(&list, 0);
	for (size_t i = 0; i < labels.n; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", labels.v[i].slug);
	st = err_set(err, ST_USAGE, _("%s: no such value; the values are: %s"), t.text,
		     list.data);
	buf_release(&list);
	return st;
}

/* Up to four digits; -1 = something else. */
static int S_year_number(const char *s, size_t n)
{
	int v = 0;

	if (n < 1 || n > 4)
		return -1;
	for (; n; s++, n--) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + (*s - '0');
	}
	return v;
}

static enum status S_year(struct strs *slugs, struct engine *e, const char *typed,
			  size_t n, bool in_query, struct err *err)
{
	struct shown t = S_shown(FACET_YEAR, in_query, typed, n);
	const char *dots = memmem(typed, n, "..", 2);
	int from, to;
	size_t head = dots ? (size_t)(dots - typed) : n;
	enum status st = ST_OK;

	from = dots && head == 0 ? 0 : S_year_number(typed, head);
	to = from;
	if (dots)
		to = head + 2 == n ? 9999 : S_year_number(dots + 2, n - head - 2);
	if (from < 0 || to < 0 || (!dots && head != 4) || (dots && n == 2))
		return err_set(err, ST_USAGE,
			       _("%s: a year such as 2023, or a range such as "
				 "2019..2023, 2019.. or ..2023"),
			       t.text);
	if (from > to)
		return err_set(err, ST_USAGE,
			       _("%s: the range ends before it begins; write "
				 "%d..%d"),
			       t.text, to, from);
	if (!dots) {
		char slug[16];

		snprintf(slug, sizeof slug, "%04d", from);
		return S_add(slugs, slug, err);
	}
	for (size_t i = 0; !st && i < column_n_values(e->column, FACET_YEAR); i++) {
		struct column_value v = column_value(e->column, FACET_YEAR, i);
		int year = S_year_number(v.slug, strlen(v.slug));

		if (year >= from && year <= to)
			st = S_add(slugs, v.slug, err);
	}
	return st;
}

enum status filter_find(struct strs *slugs, struct engine *e, enum facet facet,
			const char *typed, size_t n, bool in_query, struct err *err)
{
	enum status st = engine_need(e, ENGINE_LEXICON | ENGINE_COLUMN, err);

	if (st)
		return st;
	switch (facet) {
	case FACET_MUNICIPALITY:
		return S_commune(slugs, e, typed, n, in_query, err);
	case FACET_REGION:
		return S_region(slugs, e, typed, n, in_query, err);
	case FACET_SELLO:
		return S_label(slugs, e, facet, lexicon_sello(e->lexicon), typed, n,
			       in_query, err);
	case FACET_GROUP:
		return S_label(slugs, e, facet, lexicon_groups(e->lexicon), typed, n,
			       in_query, err);
	case FACET_STATUS:
		return S_label(slugs, e, facet, lexicon_status(e->lexicon), typed, n,
			       in_query, err);
	case FACET_YEAR:
		return S_year(slugs, e, typed, n, in_query, err);
	case FACET_COUNT:
		break;
	}
	return err_set(err, ST_INTERNAL, "facet %d", (int)facet);
}

/* One --municipality=... : the whole value as one name, else its parts between
 * commas. */
static enum status S_option(struct strs *slugs, struct engine *e, enum facet facet,
			    const char *typed, struct err *err)
{
	enum status st = ST_OK;

	if (!strchr(typed, ','))
		return filter_find(slugs, e, facet, typed, strlen(typed), false, err);
	for (const char *s = typed; !st;) {
		size_t n = strcspn(s, ","), from = strspn(s, " ");

		if (from < n)
			st = filter_find(slugs, e, facet, s + from, n - from, false,
					 err);
		if (!s[n])
			break;
		s += n + 1;
	}
	if (!st && !slugs->n)
		st = filter_find(slugs, e, facet, typed, strlen(typed), false, err);
	return st;
}

static enum status S_select(struct column_selection *sel, const struct strs *slugs,
			    const struct column *c, enum facet facet, struct err *err)
{
	sel->active = true;
	sel->values = calloc(slugs->n + 1, sizeof *sel->values);
	if (!sel->values)
		return err_nomem(err);
	for (size_t i = 0; i < slugs->n; i++) {
		long at = column_find(c, facet, slugs->v[i], strlen(slugs->v[i]));

		if (at >= 0)
			sel->values[sel->n++] = (uint32_t)at;
	}
	return ST_OK;
}

enum status filters_resolve(struct filters *out, struct engine *e,
			    const struct request *r, struct err *err)
{
	enum status st = ST_OK;

	memset(out, 0, sizeof *out);
	for (int f = 0; !st && f < FACET_COUNT; f++) {
		const struct strs *typed = &r->filter[f];

		if (!typed->n)
			continue;
		out->active = true;
		for (size_t i = 0; !st && i < typed->n; i++)
			st = S_option(&out->slugs[f], e, (enum facet)f, typed->v[i],
				      err);
		if (!st)
			st = S_select(&out->sel[f], &out->slugs[f], e->column,
				      (enum facet)f, err);
	}
	return st;
}

void filters_release(struct filters *f)
{
	for (int i = 0; i < FACET_COUNT; i++) {
		free(f->sel[i].values);
		strs_release(&f->slugs[i]);
	}
	memset(f, 0, sizeof *f);
}

bool filters_selected(const struct filters *f, enum facet facet, uint32_t value)
{
	for (size_t i = 0; i < f->sel[facet].n; i++)
		if (f->sel[facet].values[i] == value)
			return true;
	return false;
}
