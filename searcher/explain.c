#include "explain.h"

#include <stdlib.h>
#include <math.h>
#include <string.h>

#include "array.h"
#include "proximity.h"

/* ---- the query ---- */

static void S_term(struct buf *out, const char *term, bool anywhere)
{
	char class_ = term[0], letter = class_ ? term[1] : '\0';

	for (int f = 0; letter && !anywhere && f < F_COUNT; f++)
		if (field_table[f].letter == letter)
			buf_addf(out, "%s:", field_table[f].query_en);
	if (class_ == 'X')
		buf_addc(out, '=');
	buf_adds(out, letter ? term + 2 : term);
}

static const char *S_word_of(enum clause_op op)
{
	switch (op) {
	case Q_SYNONYM:
		return " | ";
	case Q_AND:
		return " AND ";
	case Q_OR:
		return " OR ";
	case Q_AND_NOT:
		return " NOT ";
	case Q_AND_MAYBE:
		return " + ";
	case Q_FILTER:
		return " FILTER ";
	case Q_MAX:
		return " MAX ";
	case Q_PHRASE:
		return " ";
	case Q_NEAR:
		return " NEAR ";
	case Q_NONE:
	case Q_ALL:
	case Q_TERM:
	case Q_SCALE:
	case Q_DOCSET:
		break;
	}
	return " ";
}

/* A phrase is asked for in every field, for positions are kept field by field;
 * people read it once. */
static bool S_same_words(const struct clause *a, const struct clause *b)
{
	if (a->op != b->op || a->n != b->n || a->window != b->window)
		return false;
	if (a->op == Q_TERM)
		return strcmp(a->term + 2, b->term + 2) == 0;
	for (size_t i = 0; i < a->n; i++)
		if (!S_same_words(a->child[i], b->child[i]))
			return false;
	return true;
}

static bool S_everywhere(const struct clause *c)
{
	if (c->op != Q_OR || c->n != F_COUNT ||
	    (c->child[0]->op != Q_PHRASE && c->child[0]->op != Q_NEAR))
		return false;
	for (size_t i = 1; i < c->n; i++)
		if (!S_same_words(c->child[0], c->child[i]))
			return false;
	return true;
}

#define SHOWN_MAX 12 /* of the words of a prefix */

/* Recursion is bounded by QUERY_DEPTH_MAX, which plan.c holds the tree to. */
static void S_clause(struct buf *out, const struct clause *c, bool outermost,
		     bool anywhere)
{
	bool quotes = c->op == Q_PHRASE;

	if (S_everywhere(c)) {
		S_clause(out, c->child[0], outermost, true);
		return;
	}

	switch (c->op) {
	case Q_NONE:
		buf_adds(out, "(nothing)");
		return;
	case Q_ALL:
		buf_adds(out, "(everything)");
		return;
	case Q_TERM:
		S_term(out, c->term, anywhere);
		return;
	case Q_DOCSET:
		buf_addf(out, "(set of %zu)", docset_count(c->docs));
		return;
	case Q_SCALE:
		S_clause(out, c->child[0], false, anywhere);
		buf_addf(out, "*%.2g", c->factor);
		return;
	case Q_SYNONYM:
	case Q_AND:
	case Q_OR:
	case Q_AND_NOT:
	case Q_AND_MAYBE:
	case Q_FILTER:
	case Q_MAX:
	case Q_PHRASE:
	case Q_NEAR:
		break;
	}
	if (quotes || !outermost)
		buf_addc(out, quotes ? '"' : '(');
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			buf_adds(out, S_word_of(c->op));
		if (i == SHOWN_MAX && c->n > SHOWN_MAX + 1) {
			buf_addf(out, "... %zu", c->n - i);
			break;
		}
		S_clause(out, c->child[i], false, anywhere);
	}
	if (quotes || !outermost)
		buf_addc(out, quotes ? '"' : ')');
	if (c->op == Q_NEAR)
		buf_addf(out, "~%u", c->window);
}

enum status explain_clause(struct buf *out, const struct clause *c, struct err *err)
{
	S_clause(out, c, true, false);
	return buf_status(out, err);
}

/* ---- a hit ---- */

struct found { /* a matched token, with what it was matched by */
	const struct item *item;
	enum field field;
	char term[STEM_MAX];
	size_t n;
	const char *kind;
	unsigned times;
};

struct gather {
	double rest; /* of the hit's score, not yet explained */
	struct answer *a;
	struct engine *e;
	struct found *v;
	size_t n, cap;
	uint64_t *items;
	size_t cap_items;
};

static const char *S_kind(const struct item *i)
{
	switch (i->kind) {
	case ITEM_WORD:
		return i->places[0].v[0].exact_only ? "form" : "stem";
	case ITEM_PHRASE:
		return "phrase";
	case ITEM_NEAR:
		return "near";
	case ITEM_PREFIX:
		return "prefix";
	case ITEM_FUZZY:
		return "fuzzy";
	}
	return "stem";
}

static enum status S_note(struct gather *g, const struct item *item, enum field field,
			  const struct token *t, struct err *err)
{
	const char *kind = g->a->request->exact ? "form" : S_kind(item);
	struct found f = {.item = item, .field = field, .kind = kind, .times = 1};
	enum status st = ST_OK;

	if (item->n_places > 1) { /* its words count as one */
		f.n = strlen(item->text) < STEM_MAX ? strlen(item->text) : STEM_MAX - 1;
		memcpy(f.term, item->text, f.n);
	} else if (strcmp(kind, "stem") == 0 && !t->exact_only) {
		st = stem_word(f.term, &f.n, g->e->stemmer, t->surface, t->surface_n,
			       err);
		if (st)
			return st;
	} else {
		f.n = t->folded_n < STEM_MAX ? t->folded_n : STEM_MAX - 1;
		memcpy(f.term, t->folded, f.n);
	}
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].item == item && g->v[i].field == field &&
		    g->v[i].n == f.n && memcmp(g->v[i].term, f.term, f.n) == 0) {
			g->v[i].times++;
			return ST_OK;
		}
	if (!array_more(&g->v, &g->cap, g->n, sizeof *g->v, 32))
		return err_nomem(err);
	g->v[g->n++] = f;
	return ST_OK;
}

static enum status S_field(struct gather *g, struct hit *h, enum field field,
			   struct err *err)
{
	struct plan *p = g->a->plan;
	const struct reading_text *text;
	const struct tokens *tokens;
	enum status st = reading_some(&text, &tokens, h->reading, g->e, field,
				      &p->marks.all, err);

	if (st || !tokens->n)
		return st;
	if (tokens->n > g->cap_items) {
		uint64_t *v = realloc(g->items, tokens->n * sizeof *v);

		if (!v)
			return err_nomem(err);
		g->items = v;
		g->cap_items = tokens->n;
	}
	memset(g->items, 0, tokens->n * sizeof *g->items);
	st = marks_find(g->items, &p->marks, tokens, 1u << field, g->e->stemmer, err);
	for (size_t i = 0; !st && i < tokens->n; i++) {
		const struct token *t = &tokens->v[i];

		/* Where a word and its variant both match, it is one place. */
		if (i && t->variant && g->items[i] == g->items[i - 1] &&
		    t->position == t[-1].position)
			continue;
		for (size_t k = 0; !st && g->items[i] && k < p->n_items; k++)
			if (p->items[k].bit & g->items[i])
				st = S_note(g, &p->items[k], field, t, err);
	}
	return st;
}

#define LEAST 5e-5 /* less is rounded away */

/* Room for more; what is there stays. */
static enum status S_room(struct gather *g, struct hit *h, size_t more, struct err *err)
{
	struct explained *v =
		arena_alloc(g->a->arena, (h->n_explained + more + 1) * sizeof *v);

	if (!v)
		return err_nomem(err);
	if (h->n_explained)
		memcpy(v, h->explained, h->n_explained * sizeof *v);
	h->explained = v;
	return ST_OK;
}

static void S_add(struct hit *h, const char *word, const char *term, const char *kind,
		  enum field field, double weight)
{
	h->explained[h->n_explained++] =
		(struct explained){word, term, kind, field, 1, weight};
}

/* What a word is the name of, or part of. */
static const char *S_named(const struct plan *p, const struct item *item)
{
	for (size_t i = 0; i < p->n_expansions; i++) {
		const struct expansion *x = &p->expansions[i];

		if (x->n_to && strstr(x->word, item->text) &&
		    strcmp(x->kind, "name") == 0)
			return x->to[0];
	}
	return item->text;
}

/* A word's weight in the hit, shared out over its places by their fields. */
static enum status S_weights(struct gather *g, struct hit *h, struct err *err)
{
	struct plan *p = g->a->plan;
	enum status st = ST_OK;

	for (size_t k = 0; !st && k < p->n_items; k++) {
		const struct item *item = &p->items[k];
		double weight = 0, sum = 0;

		if (!item->bit)
			continue;
		for (size_t i = 0; i < g->n; i++)
			if (g->v[i].item == item)
				sum += g->v[i].times *
				       field_table[g->v[i].field].weight;
		st = reader_weight(&weight, g->e->reader, item->clause, h->docid, err);
		g->rest -= weight;
		if (!st && sum <= 0 && weight > LEAST)
			S_add(h, item->text, S_named(g->a->plan, item), "name", F_NONE,
			      weight);
		for (size_t i = 0; !st && i < g->n; i++) {
			struct found *f = &g->v[i];
			struct explained *x = &h->explained[h->n_explained];

			if (f->item != item)
				continue;
			x->word = item->text;
			x->term = arena_copy(g->a->arena, f->term, f->n);
			x->kind = f->kind;
			x->field = f->field;
			x->times = (f->times + (unsigned)item->n_places - 1) /
				   (unsigned)item->n_places;
			x->weight =
				weight * f->times * field_table[f->field].weight / sum;
			if (!x->term)
				return err_nomem(err);
			h->n_explained++;
		}
	}
	return st;
}

/* The facet clauses below n that want what the hit has, a sentence about each;
 * share 0: only counts them. */
static size_t S_facets(struct gather *g, struct hit *h, const struct node *n,
		       double share)
{
	size_t count = 0;

	if (n->sign == SIGN_MINUS)
		return 0;
	if (n->kind == NODE_FACET && n->docs && docset_has(n->docs, h->docid)) {
		const char *from = n->named ? n->named : n->text;
		char *word =
			arena_copy(g->a->arena, from, (size_t)(n->text + n->n - from));
		char *term = arena_copy(g->a->arena, n->text, n->n);

		if (share > 0 && word && term)
			S_add(h, word, term, "facet", F_NONE, share);
		return 1;
	}
	for (size_t i = 0; i < n->n_child; i++)
		count += S_facets(g, h, n->child[i], share);
	return count;
}

/* What the words, each by itself, do not explain: clauses on facets, and words
 * that stand together. */
static enum status S_rest(struct gather *g, struct hit *h, struct err *err)
{
	struct plan *p = g->a->plan;
	struct proximity_gain v[PROXIMITY_PAIRS];
	size_t n = p->root ? S_facets(g, h, p->root, 0) : 0, pairs;
	bool in_all = h->rank && g->a->match == FOUND_ALL;
	double weight;
	enum status st = reader_weight(&weight, g->e->reader, in_all ? p->all : p->any,
				       h->docid, err);

	if (!st)
		st = S_room(g, h, n, err);
	/* score - rest is what the items weigh. */
	if (!st && n && weight + g->rest - h->score > LEAST)
		S_facets(g, h, p->root, (weight + g->rest - h->score) / (double)n);
	if (st || h->score - weight <= LEAST)
		return st;
	st = proximity_gains(v, &pairs, p, g->e, h->docid, err);
	if (!st)
		st = S_room(g, h, pairs, err);
	for (size_t i = 0; !st && i < pairs; i++) {
		const struct item *last = v[i].second;
		size_t from = v[i].first->start;
		char *word = arena_copy(g->a->arena, p->clean + from, last->end - from);

		if (!word)
			return err_nomem(err);
		S_add(h, word, word, "together", v[i].field, v[i].gain);
	}
	return st;
}

static enum status S_hit(struct gather *g, struct hit *h, struct err *err)
{
	unsigned in = g->a->request->in;
	enum status st = ST_OK;

	g->n = 0;
	g->rest = h->score;
	for (int f = 0; !st && f < F_COUNT; f++)
		if (!in || in & 1u << f)
			st = S_field(g, h, (enum field)f, err);
	if (!st)
		st = S_room(g, h, g->n + g->a->plan->n_items, err);
	if (!st)
		st = S_weights(g, h, err);
	return st ? st : S_rest(g, h, err);
}

enum status explain_fill(struct answer *a, struct engine *e, struct err *err)
{
	struct gather g = {.a = a, .e = e};
	struct buf run;
	enum status st;

	buf_init(&run, (size_t)1 << 20);
	st = explain_clause(&run, a->match == FOUND_ALL ? a->plan->all : a->plan->any,
			    err);
	if (!st && !(a->run = arena_copy(a->arena, run.data, run.len)))
		st = err_nomem(err);
	for (size_t i = 0; !st && a->plan->n_items && i < a->n_hits; i++)
		st = S_hit(&g, &a->hits[i], err);
	for (size_t i = 0; !st && a->plan->n_items && i < a->n_related; i++)
		st = S_hit(&g, &a->related[i], err);
	buf_release(&run);
	free(g.items);
	free(g.v);
	return st;
}
