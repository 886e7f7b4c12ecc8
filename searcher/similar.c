#include "similar_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ids.h"
#include "messages.h"
#include "terms.h"

/*
 * The subject becomes its most significant stems: often in it, and above all
 * in the fields that say what a practice is, and seldom elsewhere.  Xapian
 * ranks by them; the best are ordered anew with what the facets have in
 * common, weighed by how rare it is to share it.  Boilerplate needs no list:
 * what every ficha has weighs nothing.
 */
#define CANDIDATES_MAX 100 /* looked at more closely */
#define TITLE_WEIGHT   0.5 /* of a stem in a hit's title, on top */
#define TEXT_SHARE     0.70
#define GROUP_SHARE    0.18
#define SELLO_SHARE    0.12
#define FACET_DOUBT    0.7  /* in the units of S_rarity */
#define SCORE_MIN      0.03 /* less is chance */

/* OR of the stems, each at its weight relative to the first; once more where
 * a title has them, for a title names what a practice is. */
static enum status S_query(struct similar *s, struct err *err)
{
	static const enum field fields[] = {F_NONE, F_TITLE};
	struct arena *arena = s->a->arena;

	s->query = clause_new(arena, Q_OR);
	for (size_t i = 0; s->query && i < s->n; i++) {
		double weight = s->v[i].weight / s->v[0].weight;

		for (size_t k = 0; k < 2; k++) {
			char term[TERM_MAX + 1];
			size_t n = term_make(term, 'S', fields[k], s->v[i].stem,
					     s->v[i].n);

			if (!clause_add(
				    arena, s->query,
				    clause_scale(arena, clause_term(arena, term, n),
						 k ? weight * TITLE_WEIGHT : weight)))
				return err_nomem(err);
		}
	}
	return s->query ? ST_OK : err_nomem(err);
}

/* ---- who may be near ---- */

/* Every ficha but the subject, by region where that was asked. */
static enum status S_matched(struct similar *s, struct err *err)
{
	const struct request *r = s->a->request;
	struct column *c = s->e->column;
	struct docset region = {0};
	const uint32_t *values;
	size_t n;
	enum status st = docset_init(&s->a->matched, column_last(c), err);

	if (st)
		return st;
	docset_or(&s->a->matched, column_documents(c));
	if (s->subject)
		s->a->matched.word[s->subject / 64] &=
			~((uint64_t)1 << (s->subject % 64));
	if (!r->same_region && !r->other_region)
		return ST_OK;
	st = docset_init(&region, column_last(c), err);
	if (st)
		return st;
	n = column_values_of(c, FACET_REGION, s->subject, &values);
	column_select(&region, c, FACET_REGION, values, n);
	if (r->same_region)
		docset_and(&s->a->matched, &region);
	else
		docset_andnot(&s->a->matched, &region);
	docset_release(&region);
	return ST_OK;
}

/* What to have a value in common says: what nearly all have says nothing. */
static double S_rarity(const struct similar *s, enum facet facet, uint32_t value)
{
	return log((reader_count(s->e->reader) + 1) / (s->counts[facet][value] + 0.5));
}

/* Shared values by rarity: of what either has, how much both have, and less
 * where that is little. */
static double S_facet(const struct similar *s, enum facet facet, uint32_t docid)
{
	const struct column *c = s->e->column;
	double both = 0, either = 0;
	const uint32_t *mine, *theirs;
	size_t n, m;

	if (!s->subject)
		return 0;
	n = column_values_of(c, facet, s->subject, &mine);
	m = column_values_of(c, facet, docid, &theirs);
	for (size_t i = 0; i < n; i++) {
		double w = S_rarity(s, facet, mine[i]);

		either += w;
		if (similar_has(theirs, m, mine[i]))
			both += w;
	}
	for (size_t i = 0; i < m; i++)
		if (!similar_has(mine, n, theirs[i]))
			either += S_rarity(s, facet, theirs[i]);
	return both / (either + FACET_DOUBT);
}

static int S_by_score(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

/* 1 is the subject itself. */
static enum status S_scores(struct similar *s, struct ranking *ranked, struct err *err)
{
	double self = 0;
	enum status st = ST_OK;

	if (s->subject)
		st = reader_weight(&self, s->e->reader, s->query, s->subject, err);
	else if (ranked->n)
		self = ranked->v[0].score * 2; /* a draft is not in the index */
	for (size_t i = 0; !st && i < ranked->n; i++) {
		struct ranked *k = &ranked->v[i];
		double text = self > 0 ? k->score / self : 0;

		if (s->subject)
			k->score = TEXT_SHARE * fmin(text, 1) +
				   GROUP_SHARE * S_facet(s, FACET_GROUP, k->docid) +
				   SELLO_SHARE * S_facet(s, FACET_SELLO, k->docid);
		else
			k->score = text;
	}
	if (!st && ranked->n)
		qsort(ranked->v, ranked->n, sizeof *ranked->v, S_by_score);
	return st;
}

static enum status S_hits(struct similar *s, const struct ranking *ranked,
			  struct err *err)
{
	struct answer *a = s->a;
	enum status st = ST_OK;

	a->hits = arena_alloc(a->arena, (ranked->n + 1) * sizeof *a->hits);
	if (!a->hits)
		return err_nomem(err);
	similar_by_stem(s);
	for (size_t i = 0; !st && i < ranked->n && a->n_hits < a->request->limit; i++) {
		struct hit *h = &a->hits[a->n_hits];

		if (ranked->v[i].score < SCORE_MIN)
			break;
		a->n_hits++;
		st = answer_record(h, s->e, ranked->v[i].docid, err);
		h->score = ranked->v[i].score;
		h->rank = a->n_hits;
		if (!st)
			st = similar_reasons(s, h, err);
		if (!st && !h->n_terms) { /* no reason to name: not near */
			reading_close(h->reading);
			memset(h, 0, sizeof *h);
			a->n_hits--;
		}
	}
	a->total = a->n_hits;
	return st;
}

/* ---- the whole ---- */

static enum status S_counts(struct similar *s, struct err *err)
{
	static const struct column_selection none[FACET_COUNT];
	bool want[FACET_COUNT] = {false};
	struct docset within;
	enum status st = docset_init(&within, column_last(s->e->column), err);

	want[FACET_GROUP] = want[FACET_SELLO] = true;
	for (int f = 0; !st && f < FACET_COUNT; f++) {
		size_t n = column_n_values(s->e->column, (enum facet)f);

		if (!want[f])
			continue;
		s->counts[f] = arena_alloc(s->a->arena, (n + 1) * sizeof(uint32_t));
		if (!s->counts[f])
			st = err_nomem(err);
	}
	if (!st)
		st = column_count(&within, s->counts, s->e->column,
				  column_documents(s->e->column), none, want, err);
	docset_release(&within);
	return st;
}

static enum status S_run(struct similar *s, struct err *err)
{
	bool none[FACET_COUNT] = {false};
	struct ranking ranked = {0};
	enum status st = S_matched(s, err);

	if (!st)
		st = answer_facets(s->a, s->e, none, err);
	if (!st)
		st = similar_subject(s, err);
	if (!st && s->subject)
		st = S_counts(s, err);
	if (!st && s->n) {
		st = S_query(s, err);
		if (!st)
			st = reader_rank(&ranked, s->e->reader, s->query, &s->a->within,
					 false, column_order(s->e->column), 0,
					 CANDIDATES_MAX, s->e->deadline, err);
		if (!st)
			st = S_scores(s, &ranked, err);
	}
	if (!st)
		st = S_hits(s, &ranked, err);
	ranking_release(&ranked);
	return st;
}

enum status similar_run(struct answer **out, bool *found, struct buf *why,
			struct engine *e, const struct request *r, struct err *err)
{
	struct similar s = {.e = e};
	enum status st = answer_open(&s.a, e, r, err);

	*out = NULL;
	*found = true;
	if (!st)
		st = engine_need(e, ENGINE_TEXT | ENGINE_LEXICON, err);
	if (!st && !r->draft) {
		st = ids_find(&s.subject, why, e, r->ids.v[0], err);
		*found = s.subject != 0;
		if (!st && *found)
			st = reading_open(&s.reading, e, s.subject, err);
	}
	if (!st && *found)
		st = S_run(&s, err);
	reading_close(s.reading);
	free(s.v);
	if (st || !*found) {
		answer_close(s.a);
		return st;
	}
	answer_done(s.a);
	*out = s.a;
	return ST_OK;
}
