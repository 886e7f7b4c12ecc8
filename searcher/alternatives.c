#include "expand_parts.h"

#include <math.h>
#include <string.h>

#include "terms.h"
#include "words.h"

/* A set of fichas weighs log2((N + 1) / (fichas + 0.5)), as a word that stands
 * in them all as often as can be, times something of 1; words near one another
 * times this, as a word does that stands there once or twice. */
#define PHRASE_WEIGHT  0.65
#define SET_WEIGHT_MIN 0.1

size_t expand_counting(const struct expanding *e, size_t from, size_t to,
		       uint64_t *bits)
{
	size_t n = 0;

	*bits = 0;
	for (size_t i = from; i < to; i++) {
		*bits |= e->p->items[i].bit;
		n += e->p->items[i].bit != 0;
	}
	return n;
}

enum status expand_set(struct expanding *e, size_t from, size_t to, struct clause *c,
		       double strength, struct err *err)
{
	uint64_t bits;
	size_t n = expand_counting(e, from, to, &bits);
	enum status st = ST_OK;

	for (size_t i = from; !st && i < to; i++)
		if (e->p->items[i].bit) {
			st = plan_alternative(e->p, i, c, strength / (double)n, err);
			e->fate[i].exists = true;
		}
	return st;
}

double expand_rarity(const struct plan *p, double documents)
{
	return log2((reader_count(p->engine->reader) + 1.0) / (documents + 0.5));
}

enum status expand_documents(uint32_t *out, struct plan *p, const char *surface,
			     size_t n, struct err *err)
{
	char stem[STEM_MAX], term[TERM_MAX + 1];
	uint64_t times;
	size_t len;
	enum status st;

	*out = 0;
	if (n > WORD_MAX)
		return ST_OK;
	st = stem_word(stem, &len, p->engine->stemmer, surface, n, err);
	if (st || !term_make(term, 'S', F_NONE, stem, len))
		return st;
	return reader_frequency(out, &times, p->engine->reader, term, err);
}

/* The rarest of the words as typed; 0 where none of them is in any ficha.
 * What stands for a word is not to weigh more than the word: persona migrante
 * is rarer than migrante, and says the same. */
static enum status S_rarity_typed(double *rarest, struct plan *p, size_t from,
				  size_t to, struct err *err)
{
	enum status st = ST_OK;

	*rarest = 0;
	for (size_t i = from; !st && i < to; i++) {
		const struct form *f = &p->items[i].places[0].v[0];
		uint32_t n = 0;

		if (p->items[i].bit)
			st = expand_documents(&n, p, f->surface, f->surface_n, err);
		if (n && expand_rarity(p, n) > *rarest)
			*rarest = expand_rarity(p, n);
	}
	return st;
}

struct clause *expand_weighed(struct plan *p, const struct docset *docs, double times)
{
	struct clause *c = clause_new(p->arena, Q_DOCSET);

	if (c) {
		c->docs = docs;
		c->factor = times * expand_rarity(p, (double)docset_count(docs));
		if (!(c->factor > SET_WEIGHT_MIN))
			c->factor = SET_WEIGHT_MIN;
	}
	return c;
}

enum status group_open(struct group *g, struct plan *p, struct err *err)
{
	g->terms = clause_new(p->arena, Q_SYNONYM);
	g->none = 1;
	g->n = 0;
	return g->terms ? ST_OK : err_nomem(err);
}

bool group_has(const struct group *g, const char *text)
{
	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->said[i], text) == 0)
			return true;
	return false;
}

/* Whether a text is but another form of the word: donaciones of donación. */
static enum status S_same_stem(bool *same, struct plan *p, const struct asked *w,
			       const char *text, struct err *err)
{
	char a[STEM_MAX], b[STEM_MAX];
	struct stemmer *s = p->engine->stemmer;
	size_t n = strlen(text);
	enum status st;

	*same = false;
	if (n > WORD_MAX || strchr(text, ' '))
		return ST_OK;
	st = stem_word(a, &n, s, w->surface, w->surface_n, err);
	if (st)
		return st;
	st = stem_word(b, &n, s, text, strlen(text), err);
	if (!st)
		*same = strcmp(a, b) == 0;
	return st;
}

enum status group_add(struct group *g, struct expanding *e, size_t from, size_t to,
		      const char *text, struct err *err)
{
	struct plan *p = e->p;
	uint32_t documents;
	uint64_t bits;
	bool same = false;
	enum status st = ST_OK;

	if (!expand_counting(e, from, to, &bits) || g->n == VALUES_MAX ||
	    group_has(g, text))
		return ST_OK;
	if (to == from + 1)
		st = S_same_stem(&same, p, &e->asked[from], text, err);
	if (st || same)
		return st;
	st = words_synonym(g->terms, &documents, p, text, strlen(text),
			   p->items[from].fields, bits, err);
	if (st || !documents)
		return st;
	g->none *= 1 - documents / (double)reader_count(p->engine->reader);
	g->said[g->n++] = text;
	return ST_OK;
}

enum status group_use(struct group *g, struct expanding *e, size_t from, size_t to,
		      double strength, struct err *err)
{
	struct plan *p = e->p;
	double typed, rarity;
	enum status st;

	if (!g->n)
		return ST_OK;
	st = S_rarity_typed(&typed, p, from, to, err);
	if (st)
		return st;
	rarity = expand_rarity(p, (1 - g->none) * reader_count(p->engine->reader));
	if (typed > 0 && rarity > typed)
		strength *= typed / rarity;
	return expand_set(e, from, to, g->terms->n == 1 ? g->terms->child[0] : g->terms,
			  strength, err);
}

enum status expand_word(bool *found, struct expanding *e, size_t from, size_t to,
			const char *word, double strength, struct err *err)
{
	struct group g;
	enum status st = group_open(&g, e->p, err);

	if (!st)
		st = group_add(&g, e, from, to, word, err);
	*found = !st && g.n;
	return st ? st : group_use(&g, e, from, to, strength, err);
}

enum status expand_words(bool *found, struct expanding *e, size_t from, size_t to,
			 const char *text, double strength, struct err *err)
{
	struct plan *p = e->p;
	struct docset have = {0}, *set;
	struct clause *c;
	uint64_t bits;
	enum status st;

	*found = false;
	if (!expand_counting(e, from, to, &bits))
		return ST_OK;
	st = words_clause(&c, p, text, strlen(text), p->items[from].fields, bits, err);
	if (st || !c)
		return st;
	set = plan_set(p);
	if (!set)
		return err_nomem(err);
	st = reader_match(&have, p->engine->reader, c, p->engine->deadline, err);
	if (st)
		return st;
	docset_or(set, &have);
	docset_release(&have);
	*found = docset_next(set, 1) != 0;
	if (!*found)
		return ST_OK;
	c = expand_weighed(p, set, PHRASE_WEIGHT);
	return c ? expand_set(e, from, to, c, strength, err) : err_nomem(err);
}
