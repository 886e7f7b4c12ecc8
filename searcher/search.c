#include "search.h"

#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "messages.h"
#include "proximity.h"
#include "snippet.h"

#define RELATED_MAX   5
#define RELATED_BELOW 5 /* hits; with more than these nobody needs others */

/* ---- what matches ---- */

/* The documents of a clause tree; everything, where the query is empty. */
static enum status S_match(struct docset *out, struct engine *e, const struct clause *q,
			   struct err *err)
{
	enum status st;

	if (q->op != Q_ALL)
		return reader_match(out, e->reader, q, e->deadline, err);
	st = docset_init(out, column_last(e->column), err);
	if (!st)
		docset_or(out, column_documents(e->column));
	return st;
}

/* Decides all or any, once, from the query alone: filters come later, so that
 * adding one never changes what the words mean. */
static enum status S_decide(struct answer *a, struct engine *e, struct err *err)
{
	struct plan *p = a->plan;
	enum match_mode mode = a->request->match;
	enum status st;

	a->match = mode == MATCH_ANY ? FOUND_ANY : FOUND_ALL;
	st = S_match(&a->matched, e, mode == MATCH_ANY ? p->any : p->all, err);
	if (st || mode != MATCH_AUTO || p->same || p->nowhere ||
	    docset_next(&a->matched, 1))
		return st;
	docset_release(&a->matched);
	st = S_match(&a->matched, e, p->any, err);
	if (!st && docset_next(&a->matched, 1))
		a->match = FOUND_PARTIAL;
	return st;
}

static const struct clause *S_tree(const struct answer *a)
{
	return a->match == FOUND_ALL ? a->plan->all : a->plan->any;
}

/* ---- the page ---- */

struct keyed {
	uint64_t key; /* sort key above, document order below: never equal */
	uint32_t docid;
};

/* Restores the heap (greatest on top) below i. */
static void S_sift(struct keyed *v, size_t n, size_t i)
{
	for (;;) {
		size_t top = i, left = 2 * i + 1, right = left + 1;
		struct keyed t;

		if (left < n && v[left].key > v[top].key)
			top = left;
		if (right < n && v[right].key > v[top].key)
			top = right;
		if (top == i)
			return;
		t = v[i];
		v[i] = v[top];
		v[top] = t;
		i = top;
	}
}

static int S_order(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

/* What a sort key is made of: numbers by document, every bit of them turned where
 * the greatest comes first; NULL: the order of documents alone. */
struct sorting {
	const uint32_t *first, *order;
	uint32_t turn;
};

static struct sorting S_sorting(const struct column *c, enum sort_order sort)
{
	struct sorting s = {.order = column_order(c)};

	switch (sort) {
	case SORT_RELEVANCE:
		break;
	case SORT_DATE: /* newest first, undated last */
		s.first = column_date(c);
		s.turn = UINT32_MAX;
		break;
	case SORT_MUNICIPALITY:
		s.first = column_by_municipality(c);
		break;
	case SORT_TITLE:
		s.first = column_by_title(c);
		break;
	}
	return s;
}

static inline uint64_t S_key(const struct sorting *s, uint32_t docid)
{
	uint32_t first = s->first ? s->first[docid] ^ s->turn : 0;

	return (uint64_t)first << 32 | s->order[docid];
}

/* A page of `within` by a key of the column: the `keep` least ones in a heap,
 * sorted at the end. */
static enum status S_page_by_key(struct ranking *out, struct answer *a,
				 struct engine *e, size_t offset, size_t limit,
				 struct err *err)
{
	size_t keep = limit > a->total - offset ? a->total : offset + limit, n = 0;
	struct keyed *v = calloc(keep + 1, sizeof *v);
	struct sorting by = S_sorting(e->column, a->request->sort);

	if (!v)
		return err_nomem(err);
	for (size_t w = 0; keep && w < docset_words(&a->within); w++)
		for (uint64_t left = a->within.word[w]; left; left &= left - 1) {
			uint32_t d = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(left));
			struct keyed k = {S_key(&by, d), d};

			if (n < keep) {
				v[n++] = k;
				for (size_t i = n; n == keep && i > 0; i--)
					S_sift(v, n, i - 1);
			} else if (k.key < v[0].key) {
				v[0] = k;
				S_sift(v, n, 0);
			}
		}
	qsort(v, n, sizeof *v, S_order);
	out->v = calloc(n - offset + 1, sizeof *out->v);
	for (size_t i = offset; out->v && i < n; i++)
		out->v[out->n++].docid = v[i].docid;
	free(v);
	return out->v ? ST_OK : err_nomem(err);
}

static enum status S_rank(struct ranking *out, struct answer *a, struct engine *e,
			  size_t offset, size_t limit, struct err *err)
{
	return reader_rank(out, e->reader, S_tree(a), &a->within, true,
			   column_order(e->column), offset, limit, e->deadline, err);
}

/* Keeps `limit` from `offset` on. */
static void S_cut(struct ranking *r, size_t offset, size_t limit)
{
	size_t n = r->n > offset ? r->n - offset : 0;

	if (n > limit)
		n = limit;
	if (n)
		memmove(r->v, r->v + offset, n * sizeof *r->v);
	r->n = n;
}

static enum status S_page(struct ranking *out, struct answer *a, struct engine *e,
			  struct err *err)
{
	const struct request *r = a->request;
	size_t left = a->total > r->offset ? a->total - r->offset : 0;
	size_t limit = r->limit < left ? r->limit : left;
	enum status st;

	memset(out, 0, sizeof *out);
	if (!limit)
		return ST_OK;
	if (r->sort != SORT_RELEVANCE || !a->plan->has_weight)
		return S_page_by_key(out, a, e, r->offset, limit, err);
	if (r->offset >= PROXIMITY_DEPTH || !proximity_applies(a->plan))
		return S_rank(out, a, e, r->offset, limit, err);
	/* From the first on: who stands where is decided among the first. */
	st = S_rank(out, a, e, 0,
		    r->offset + limit > PROXIMITY_DEPTH ? r->offset + limit
							: PROXIMITY_DEPTH,
		    err);
	if (!st)
		st = proximity_rank(out, a->plan, e, column_order(e->column), err);
	if (st) {
		ranking_release(out);
		return st;
	}
	S_cut(out, r->offset, limit);
	return ST_OK;
}

/* ---- hits ---- */

static bool S_shows_text(const struct request *r)
{
	return r->format != FORMAT_IDS;
}

static enum status S_hits(struct hit **out, size_t *n_out, const struct ranking *ranked,
			  struct answer *a, struct engine *e, size_t first_rank,
			  struct err *err)
{
	struct buf scratch;
	enum status st = ST_OK;

	*out = arena_alloc(a->arena, (ranked->n + 1) * sizeof **out);
	if (!*out)
		return err_nomem(err);
	buf_init(&scratch, 0);
	for (size_t i = 0; !st && i < ranked->n; i++) {
		struct hit *h = &(*out)[i];

		*n_out = i + 1;
		st = S_shows_text(a->request)
			     ? answer_record(h, e, ranked->v[i].docid, err)
			     : answer_id(h, a, e, ranked->v[i].docid, &scratch, err);
		h->score = ranked->v[i].score;
		h->rank = first_rank ? first_rank + i : 0;
		if (!st && i % 64 == 63)
			st = engine_tick(e, err);
	}
	buf_release(&scratch);
	return st;
}

static enum status S_snippets(struct hit *hits, size_t n, struct answer *a,
			      struct engine *e, struct err *err)
{
	enum status st = ST_OK;

	if (!S_shows_text(a->request))
		return ST_OK;
	st = engine_need(e, ENGINE_TEXT | ENGINE_LEXICON, err);
	for (size_t i = 0; !st && i < n; i++) {
		st = a->request->command == CMD_LESSONS
			     ? snippet_paragraphs(&hits[i], a, e, F_LESSONS, err)
			     : snippet_fill(&hits[i], a, e, err);
		/* Explanations ask for the words once more. */
		if (n > READINGS_KEPT && !a->request->explain)
			reading_forget(hits[i].reading);
		if (!st && i % 64 == 63)
			st = engine_tick(e, err);
	}
	return st;
}

/* Which of the hits each word of the query matches: what is left is missing. */
static enum status S_missing(struct hit *hits, size_t n, struct answer *a,
			     struct engine *e, struct err *err)
{
	struct plan *p = a->plan;
	struct docset page;
	enum status st = docset_init(&page, column_last(e->column), err);

	for (size_t i = 0; !st && i < n; i++) {
		docset_add(&page, hits[i].docid);
		hits[i].missing =
			arena_alloc(a->arena, (p->n_items + 1) * sizeof(const char *));
		if (!hits[i].missing)
			st = err_nomem(err);
	}
	for (size_t k = 0; !st && n && k < p->n_items; k++) {
		const struct item *item = &p->items[k];
		struct clause *both, *leaf;
		struct docset have = {0};

		if (!item->bit)
			continue;
		both = clause_new(a->arena, Q_AND);
		leaf = clause_new(a->arena, Q_DOCSET);
		if (leaf)
			leaf->docs = &page;
		if (!both || !clause_add(a->arena, both, item->clause) ||
		    !clause_add(a->arena, both, leaf))
			st = err_nomem(err);
		else
			st = reader_match(&have, e->reader, both, e->deadline, err);
		for (size_t i = 0; !st && i < n; i++)
			if (!docset_has(&have, hits[i].docid))
				hits[i].missing[hits[i].n_missing++] = item->text;
		docset_release(&have);
	}
	docset_release(&page);
	return st;
}

/* Under auto, beside few hits: others that have some of the words and pass the
 * filters. */
static enum status S_related(struct answer *a, struct engine *e, struct err *err)
{
	const struct request *r = a->request;
	struct docset some = {0}, within = {0};
	struct ranking ranked = {0};
	bool none[FACET_COUNT] = {false};
	uint32_t *counts[FACET_COUNT] = {NULL};
	enum status st;

	if (r->match != MATCH_AUTO || a->match != FOUND_ALL || a->plan->same ||
	    a->total >= RELATED_BELOW || !a->plan->has_weight || r->offset ||
	    r->command == CMD_FACETS)
		return ST_OK;
	st = S_match(&some, e, a->plan->any, err);
	if (!st)
		docset_andnot(&some, &a->matched);
	if (!st)
		st = docset_init(&within, column_last(e->column), err);
	if (!st)
		st = column_count(&within, counts, e->column, &some, a->filters.sel,
				  none, err);
	if (!st && docset_next(&within, 1))
		st = reader_rank(&ranked, e->reader, a->plan->any, &within, true,
				 column_order(e->column), 0, RELATED_MAX, e->deadline,
				 err);
	if (!st)
		st = S_hits(&a->related, &a->n_related, &ranked, a, e, 0, err);
	if (!st)
		st = S_snippets(a->related, a->n_related, a, e, err);
	if (!st && a->n_related)
		st = S_missing(a->related, a->n_related, a, e, err);
	ranking_release(&ranked);
	docset_release(&some);
	docset_release(&within);
	return st;
}

/* ---- the whole ---- */

static enum status S_words_nowhere(struct answer *a, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < a->plan->n_items; i++) {
		const struct item *item = &a->plan->items[i];

		if (item->bit && !item->known)
			st = answer_notice(a, "unknown_word", item->text, 0, err,
					   _("no ficha has \"%s\""), item->text);
	}
	return st;
}

static enum status S_notices(struct answer *a, struct engine *e, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < a->plan->n_notices; i++) {
		const struct notice *n = &a->plan->notices[i];

		st = answer_notice(a, n->code, n->word, n->count, err, "%s",
				   n->message);
	}
	if (!st)
		st = search_namesakes(a, e, err);
	if (!st && a->match == FOUND_PARTIAL)
		st = answer_notice(a, "partial_match", NULL, 0, err, "%s",
				   _("no ficha has all the words; these have some"));
	if (!st)
		st = S_words_nowhere(a, err);
	a->suggestion = a->plan->suggestion;
	return st;
}

static enum status S_start(struct answer **out, struct engine *e,
			   const struct request *r, struct err *err)
{
	enum status st = answer_open(out, e, r, err);

	if (!st)
		st = plan_open(&(*out)->plan, e, r, err);
	if (!st)
		st = S_decide(*out, e, err);
	if (!st && (*out)->filters.active)
		st = engine_need(e, ENGINE_TEXT | ENGINE_LEXICON, err);
	if (!st)
		st = answer_facets(*out, e, r->want, err);
	if (!st)
		st = S_notices(*out, e, err);
	return st;
}

enum status search_run(struct answer **out, struct engine *e, const struct request *r,
		       struct err *err)
{
	struct ranking ranked = {0};
	struct answer *a = NULL;
	enum status st = S_start(&a, e, r, err);

	*out = NULL;
	if (!st)
		st = S_page(&ranked, a, e, err);
	if (!st)
		st = S_hits(&a->hits, &a->n_hits, &ranked, a, e, r->offset + 1, err);
	if (!st)
		st = S_snippets(a->hits, a->n_hits, a, e, err);
	if (!st && a->match != FOUND_ALL)
		st = S_missing(a->hits, a->n_hits, a, e, err);
	if (!st)
		st = S_related(a, e, err);
	if (!st && !a->total)
		st = search_help(a, e, err);
	if (!st && r->explain)
		st = explain_fill(a, e, err);
	ranking_release(&ranked);
	if (st) {
		answer_close(a);
		return st;
	}
	answer_done(a);
	*out = a;
	return ST_OK;
}

enum status search_count(struct answer **out, struct engine *e, const struct request *r,
			 struct err *err)
{
	struct answer *a = NULL;
	enum status st = S_start(&a, e, r, err);

	*out = NULL;
	if (!st && !a->total)
		st = search_help(a, e, err);
	if (st) {
		answer_close(a);
		return st;
	}
	answer_done(a);
	*out = a;
	return ST_OK;
}
