#include "words_parts.h"

#include <string.h>

#include "expressions.h"
#include "terms.h"

#define INFLECTIONS_MAX 12

enum status words_item(struct plan *p, size_t at, struct err *err)
{
	struct item *i = &p->items[at];
	uint64_t bit = i->bit;
	struct clause *c = NULL;
	enum status st = ST_INTERNAL;

	i->weight = 1;

	switch (i->kind) {
	case ITEM_WORD:
		if (p->request->exact)
			st = words_exact(&c, p, i, bit, err);
		else
			st = words_word(&c, &i->known, p, &i->places[0], i->fields, bit,
					err);
		i->weight = lexicon_word_weight(p->engine->lexicon,
						i->places[0].v[0].folded,
						i->places[0].v[0].folded_n);
		break;
	case ITEM_PREFIX:
		st = words_prefix(&c, p, i, bit, err);
		break;
	case ITEM_FUZZY:
		st = words_fuzzy(&c, p, i, bit, err);
		break;
	case ITEM_PHRASE:
	case ITEM_NEAR:
		st = words_phrase(&c, p, i, bit, err);
		break;
	}
	if (st)
		return st;
	i->clause = i->weight < 1 ? clause_scale(p->arena, c, i->weight) : c;
	return i->clause ? ST_OK : err_nomem(err);
}

/* Every word of the index with a stem of the form's, itself included. */
static enum status S_inflections(struct place *out, struct plan *p,
				 const struct place *from, struct err *err)
{
	struct vocabulary *v = p->engine->vocabulary;
	uint32_t at[INFLECTIONS_MAX];
	char stem[STEM_MAX];
	struct word w;
	size_t n, all;
	enum status st;

	memset(out, 0, sizeof *out);
	for (size_t j = 0; j < from->n; j++) {
		const struct form *f = &from->v[j];

		if (f->exact_only) {
			if (vocabulary_find(&w, v, f->folded, f->folded_n) &&
			    !place_add(out, p, f))
				return err_nomem(err);
			continue;
		}
		st = stem_word(stem, &n, p->engine->stemmer, f->surface, f->surface_n,
			       err);
		if (st)
			return st;
		all = vocabulary_with_stem(at, INFLECTIONS_MAX, v, stem, n);
		if (all > INFLECTIONS_MAX)
			all = INFLECTIONS_MAX;
		for (size_t k = 0; k < all; k++) {
			struct form g = {0};

			if (!vocabulary_at(&w, v, at[k]))
				continue;
			g.folded = g.surface = arena_copy(p->arena, w.text, w.n);
			g.folded_n = g.surface_n = w.n;
			if (!g.folded || !place_add(out, p, &g))
				return err_nomem(err);
		}
	}
	return ST_OK;
}

/* The words of a text that are no stop words, in every inflection; as many
 * words may stand between them as in the text itself, and two more. */
struct several {
	struct place *v;
	size_t n; /* 0: some word of it is nowhere in the index */
	unsigned window;
};

static enum status S_several(struct several *out, struct plan *p,
			     const struct place *places, const struct token **heads,
			     size_t n, struct err *err)
{
	struct place *v = arena_alloc(p->arena, n * sizeof *v);
	unsigned span = heads[n - 1]->position - heads[0]->position + 1;
	size_t used = 0;

	memset(out, 0, sizeof *out);
	if (!v)
		return err_nomem(err);
	for (size_t k = 0; k < n; k++) {
		enum status st;

		if (lexicon_is_stop(p->engine->lexicon, places[k].v[0].folded,
				    places[k].v[0].folded_n))
			continue;
		st = S_inflections(&v[used], p, &places[k], err);
		if (st)
			return st;
		if (!v[used++].n)
			return ST_OK;
	}
	if (used > PHRASE_WORDS_MAX)
		return ST_OK;
	out->v = v;
	out->n = used;
	out->window = (used == 1 ? 1 : span) + 2;
	return ST_OK;
}

/* Any of these very forms. */
static enum status S_forms(struct clause **out, struct plan *p, const struct place *v,
			   unsigned fields, uint64_t items, struct err *err)
{
	struct clause *terms = clause_new(p->arena, Q_SYNONYM);

	if (!terms)
		return err_nomem(err);
	for (size_t k = 0; k < v->n; k++)
		if (!terms_add(terms, p, 'X', fields, v->v[k].folded,
			       v->v[k].folded_n) ||
		    !marks_add(&p->marks, MARK_WORD, v->v[k].folded, v->v[k].folded_n,
			       fields, items))
			return err_nomem(err);
	*out = clause_simple(terms);
	return ST_OK;
}

enum status words_clause(struct clause **out, struct plan *p, const char *text,
			 size_t n, unsigned fields, uint64_t items, struct err *err)
{
	const struct token **heads;
	struct place *places;
	struct tokens t;
	bool known = false;
	size_t count = 0;
	enum status st;

	*out = NULL;
	tokens_init(&t);
	st = text_tokenize(&t, p->engine->analyzer, text, n, err);
	if (!st)
		st = words_places(&places, &heads, &count, p, &t, err);
	if (!st && count == 1) {
		st = words_word(out, &known, p, &places[0], fields, items, err);
		if (!st && !known)
			*out = NULL;
	} else if (!st && count > 1) {
		struct several s;

		st = S_several(&s, p, places, heads, count, err);
		if (!st && s.n == 1)
			st = S_forms(out, p, &s.v[0], fields, items, err);
		else if (!st && s.n)
			st = words_together(out, p, s.v, s.n, false, s.window, fields,
					    items, false, err);
	}
	tokens_release(&t);
	return st;
}

/* How many fichas have one of the terms of `into` from `from` on, at most. */
static enum status S_documents(uint32_t *out, struct plan *p, const struct clause *into,
			       size_t from, struct err *err)
{
	uint64_t sum = 0, times;
	enum status st = ST_OK;

	for (size_t i = from; !st && i < into->n; i++) {
		uint32_t n;

		st = reader_frequency(&n, &times, p->engine->reader,
				      into->child[i]->term, err);
		sum += st ? 0 : n;
	}
	*out = sum < reader_count(p->engine->reader) ? (uint32_t)sum
						     : reader_count(p->engine->reader);
	return st;
}

static enum status S_expression(struct clause *into, uint32_t *documents,
				struct plan *p, const char *text, size_t n,
				const struct place *places, const struct token **heads,
				size_t count, unsigned fields, uint64_t items,
				struct err *err)
{
	struct engine *e = p->engine;
	char name[EXPRESSION_NAME_MAX + 1];
	size_t from = into->n, len = expression_name(name, e->lexicon, e->analyzer,
						     e->stemmer, text, n);
	struct several s;
	enum status st;

	if (!len)
		return ST_OK;
	if (!terms_add(into, p, 'T', fields, name, len))
		return err_nomem(err);
	st = S_documents(documents, p, into, from, err);
	if (!st && !*documents)
		into->n = from;
	if (st || !*documents)
		return st;
	st = S_several(&s, p, places, heads, count, err);
	return st || !s.n ? st
			  : words_run(p, s.v, s.n, false, s.window, fields, items,
				      false, err);
}

enum status words_synonym(struct clause *into, uint32_t *documents, struct plan *p,
			  const char *text, size_t n, unsigned fields, uint64_t items,
			  struct err *err)
{
	struct stems s = {.p = p, .terms = into, .fields = fields, .items = items};
	const struct token **heads;
	struct place *places;
	struct tokens t;
	size_t count = 0, from = into->n;
	enum status st;

	*documents = 0;
	tokens_init(&t);
	st = text_tokenize(&t, p->engine->analyzer, text, n, err);
	if (!st)
		st = words_places(&places, &heads, &count, p, &t, err);
	if (!st && count > 1)
		st = S_expression(into, documents, p, text, n, places, heads, count,
				  fields, items, err);
	for (size_t i = 0; !st && count == 1 && i < places[0].n; i++)
		st = stems_add(&s, &places[0].v[i], err);
	if (!st && s.known)
		st = S_documents(documents, p, into, from, err);
	else if (!st && count == 1)
		into->n = from;
	tokens_release(&t);
	return st;
}
