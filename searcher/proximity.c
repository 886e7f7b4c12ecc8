#include "proximity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"

struct pair {			/* two words typed side by side */
	uint64_t first, second; /* their bits in marks */
	const struct item *item[2];
	unsigned fields; /* where both look, bits; 0 = all */
	int apart;	 /* as typed */
	double gain;	 /* with nothing between */
};

struct pairs {
	struct pair v[PROXIMITY_PAIRS];
	size_t n;
	unsigned fields; /* of any of them; ~0 = all */
};

static bool S_takes_part(const struct item *i)
{
	return i->kind == ITEM_WORD && i->counts && i->bit && !i->negated;
}

static bool S_has(const struct node *n, size_t item)
{
	bool has = !n->n_child && item - n->item < n->n_items;

	for (size_t i = 0; i < n->n_child && !has; i++)
		has = S_has(n->child[i], item);
	return has;
}

/* Whether an OR stands between two items: then each may stand for the other, and
 * nobody typed them side by side.  The parser bounds the depth. */
static bool S_parted(const struct node *n, size_t a, size_t b)
{
	for (size_t i = 0; i < n->n_child; i++) {
		bool has = S_has(n->child[i], a);

		if (has && S_has(n->child[i], b))
			return S_parted(n->child[i], a, b);
		if (has)
			return n->kind == NODE_OR;
	}
	return false;
}

/* The item that takes part before item i, if the two were typed side by side;
 * else NULL. */
static const struct item *S_before(const struct plan *p, size_t i)
{
	size_t k = i;

	if (!S_takes_part(&p->items[i]))
		return NULL;
	do {
		if (k == 0 || i - k == PROXIMITY_WINDOW)
			return NULL;
	} while (!S_takes_part(&p->items[--k]));
	return p->items[k].fields == p->items[i].fields && !S_parted(p->root, k, i)
		       ? &p->items[k]
		       : NULL;
}

bool proximity_applies(const struct plan *p)
{
	for (size_t i = 1; i < p->n_items; i++)
		if (S_before(p, i))
			return true;
	return false;
}

/* The documents of the commonest term in a clause: near enough to those of
 * the word, and cheap. */
static enum status S_documents(uint32_t *most, struct engine *e, const struct clause *c,
			       unsigned depth, struct err *err)
{
	enum status st = ST_OK;
	uint64_t occurrences;
	uint32_t n;

	if (!c || depth > QUERY_DEPTH_MAX)
		return ST_OK;
	if (c->op == Q_TERM) {
		st = reader_frequency(&n, &occurrences, e->reader, c->term, err);
		if (!st && n > *most)
			*most = n;
	}
	for (size_t i = 0; !st && i < c->n && i < 16; i++)
		st = S_documents(most, e, c->child[i], depth + 1, err);
	return st;
}

static enum status S_idf(double *out, struct engine *e, const struct item *i,
			 struct err *err)
{
	uint32_t most = 0;
	enum status st = S_documents(&most, e, i->clause, 0, err);

	*out = log2((reader_count(e->reader) + 1.0) / (most + 0.5));
	if (*out < 0)
		*out = 0;
	return st;
}

static enum status S_pairs(struct pairs *out, struct plan *p, struct engine *e,
			   struct err *err)
{
	enum status st = ST_OK;

	out->n = 0;
	out->fields = 0;
	for (size_t i = 1; !st && i < p->n_items && out->n < PROXIMITY_PAIRS; i++) {
		const struct item *item = &p->items[i], *before = S_before(p, i);
		double idf, before_idf;
		struct pair *pair;

		if (!before)
			continue;
		st = S_idf(&idf, e, item, err);
		if (!st)
			st = S_idf(&before_idf, e, before, err);
		if (st)
			return st;
		pair = &out->v[out->n++];
		pair->first = before->bit;
		pair->second = item->bit;
		pair->item[0] = before;
		pair->item[1] = item;
		pair->fields = item->fields;
		pair->apart = (int)(item - before);
		pair->gain = PROXIMITY_WEIGHT * (idf + before_idf) / 2 * item->weight;
		out->fields |= item->fields ? item->fields : ~0u;
	}
	return st;
}

/* The best place of each pair in one text, into best[]. */
static void S_places(double *best, const struct pairs *pairs, const struct tokens *t,
		     const uint64_t *items, unsigned field_bit)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!items[i])
			continue;
		for (size_t j = i + 1; j < t->n; j++) {
			int apart = (int)(t->v[j].position - t->v[i].position);

			if (apart > PROXIMITY_WINDOW)
				break;
			if (apart < 1 || !items[j])
				continue;
			for (size_t k = 0; k < pairs->n; k++) {
				const struct pair *p = &pairs->v[k];
				double gain;

				if (!(items[i] & p->first) || !(items[j] & p->second) ||
				    (p->fields && !(p->fields & field_bit)))
					continue;
				gain = p->gain / (1 + abs(apart - p->apart));
				if (gain > best[k])
					best[k] = gain;
			}
		}
	}
}

struct look { /* what looking at one hit needs, kept from hit to hit */
	struct plan *plan;
	struct engine *engine;
	const struct pairs *pairs;
	uint64_t *items;
	size_t cap;
};

static enum status S_field(double *best, struct look *r, struct reading *hit,
			   enum field field, struct err *err)
{
	const struct marks *marks = &r->plan->marks;
	const struct reading_text *text;
	const struct tokens *words;
	enum status st =
		reading_some(&text, &words, hit, r->engine, field, &marks->all, err);

	if (st || !words->n)
		return st;
	if (words->n > r->cap) {
		uint64_t *v = realloc(r->items, words->n * sizeof *v);

		if (!v)
			return err_nomem(err);
		r->items = v;
		r->cap = words->n;
	}
	memset(r->items, 0, words->n * sizeof *r->items);
	st = marks_find(r->items, marks, words, 1u << field, r->engine->stemmer, err);
	if (!st)
		S_places(best, r->pairs, words, r->items, 1u << field);
	return st;
}

/* The best of each pair in a hit, and where (NULL: nobody asks). */
static enum status S_gains(double best[PROXIMITY_PAIRS], enum field *where,
			   struct look *r, uint32_t docid, struct err *err)
{
	struct reading *hit;
	enum status st = reading_open(&hit, r->engine, docid, err);

	for (size_t k = 0; k < r->pairs->n; k++)
		best[k] = 0;
	for (int i = 0; !st && i < F_COUNT; i++) {
		double before[PROXIMITY_PAIRS];

		if (!(r->pairs->fields & 1u << i))
			continue;
		memcpy(before, best, r->pairs->n * sizeof *best);
		st = S_field(best, r, hit, (enum field)i, err);
		for (size_t k = 0; where && k < r->pairs->n; k++)
			if (best[k] > before[k])
				where[k] = (enum field)i;
	}
	reading_close(hit);
	return st;
}

static enum status S_gain(double *out, struct look *r, uint32_t docid, struct err *err)
{
	double best[PROXIMITY_PAIRS];
	enum status st = S_gains(best, NULL, r, docid, err);

	*out = 0;
	for (size_t k = 0; k < r->pairs->n; k++)
		*out += best[k];
	return st;
}

enum status proximity_gains(struct proximity_gain *v, size_t *n, struct plan *p,
			    struct engine *e, uint32_t docid, struct err *err)
{
	double best[PROXIMITY_PAIRS];
	enum field where[PROXIMITY_PAIRS] = {0};
	struct pairs pairs;
	struct look r = {.plan = p, .engine = e, .pairs = &pairs};
	enum status st = S_pairs(&pairs, p, e, err);

	*n = 0;
	if (!st)
		st = S_gains(best, where, &r, docid, err);
	for (size_t k = 0; !st && k < pairs.n; k++)
		if (best[k] > 0)
			v[(*n)++] = (struct proximity_gain){pairs.v[k].item[0],
							    pairs.v[k].item[1],
							    where[k], best[k]};
	free(r.items);
	return st;
}

static int S_better(const void *x, const void *y, void *order)
{
	const struct ranked *a = x, *b = y;
	const uint32_t *place = order;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (place[a->docid] > place[b->docid]) -
	       (place[a->docid] < place[b->docid]);
}

enum status proximity_rank(struct ranking *ranked, struct plan *p, struct engine *e,
			   const uint32_t *order, struct err *err)
{
	size_t n = ranked->n < PROXIMITY_DEPTH ? ranked->n : PROXIMITY_DEPTH;
	struct pairs pairs;
	struct look r = {.plan = p, .engine = e, .pairs = &pairs};
	enum status st = engine_need(e, ENGINE_TEXT | ENGINE_LEXICON, err);

	if (!st)
		st = S_pairs(&pairs, p, e, err);
	if (st || !pairs.n || n < 2)
		return st;
	for (size_t i = 0; !st && i < n; i++) {
		double gain = 0;

		st = engine_tick(e, err);
		if (!st)
			st = S_gain(&gain, &r, ranked->v[i].docid, err);
		ranked->v[i].score += gain;
	}
	if (!st)
		qsort_r(ranked->v, n, sizeof *ranked->v, S_better,
			(void *)(uintptr_t)order);
	free(r.items);
	return st;
}
