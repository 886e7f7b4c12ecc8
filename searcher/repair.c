#include "expand_parts.h"

#include <string.h>

#include "terms.h"
#include "typos.h"
#include "words.h"

/*
 * Words that no ficha has.  A word is left alone where it is one that the
 * tables know (a commune's name is never taken for another's), a number, an
 * acronym, or something else already stands for it.
 */

#define STRENGTH_WHOLE	0.9 /* joined or split */
#define STRENGTH_TYPO	0.8
#define STRENGTH_OTHERS 0.5 /* nearly as likely words */
#define CANDIDATES	4
#define SPLIT_LETTERS	5 /* of a word that may be two */
#define STOP_COST_MOST	7 /* kiero for quiero, but no word for every "que" */

/* ---- words side by side ---- */

static struct clause *S_pair(struct plan *p, enum field field, const char *a,
			     size_t a_n, const char *b, size_t b_n)
{
	struct clause *c = clause_new(p->arena, Q_PHRASE);
	char term[TERM_MAX + 1];
	size_t n = term_make(term, 'X', field, a, a_n);

	if (!c || !n || !clause_add(p->arena, c, clause_term(p->arena, term, n)))
		return NULL;
	n = term_make(term, 'X', field, b, b_n);
	if (!n || !clause_add(p->arena, c, clause_term(p->arena, term, n)))
		return NULL;
	c->window = 2;
	return c;
}

/* Whether some ficha has a and b one after the other. */
static enum status S_side_by_side(bool *found, struct plan *p, unsigned fields,
				  const char *a, size_t a_n, const char *b, size_t b_n,
				  struct err *err)
{
	struct clause *any = clause_new(p->arena, Q_OR);
	struct docset have = {0};
	enum status st;

	*found = false;
	for (unsigned f = 0; any && f < F_COUNT; f++)
		if ((!fields || fields & 1u << f) &&
		    !clause_add(p->arena, any,
				S_pair(p, (enum field)f, a, a_n, b, b_n)))
			any = NULL;
	if (!any)
		return err_nomem(err);
	st = reader_match(&have, p->engine->reader, any, p->engine->deadline, err);
	*found = !st && docset_next(&have, 1);
	docset_release(&have);
	return st;
}

static bool S_in_index(struct plan *p, const char *folded, size_t n)
{
	struct word w;

	return n && vocabulary_find(&w, p->engine->vocabulary, folded, n);
}

/* ---- join: auto consulta, which is autoconsulta in the index ---- */

static bool S_may_join(const struct expanding *e, size_t i)
{
	const struct item *a = &e->p->items[i], *b = &e->p->items[i + 1];

	/* Typed with a blank between; not "en" and "señas". */
	return a->expandable && b->expandable && a->leaf != b->leaf &&
	       !e->asked[i + 1].starts && a->fields == b->fields &&
	       a->token != TOKEN_NUMBER && b->token != TOKEN_NUMBER &&
	       (a->bit || b->bit) &&
	       ((!a->stop && !b->stop) || !e->fate[i].exists || !e->fate[i + 1].exists);
}

enum status repair_join(struct expanding *e, struct err *err)
{
	struct plan *p = e->p;
	enum status st = ST_OK;

	for (size_t i = 0; !st && i + 1 < p->n_items; i++) {
		const struct asked *a = &e->asked[i], *b = &e->asked[i + 1];
		char joined[WORD_MAX + 1];
		const char *to;
		bool found;

		if (!S_may_join(e, i) || a->folded_n + b->folded_n > WORD_MAX)
			continue;
		memcpy(joined, a->folded, a->folded_n);
		memcpy(joined + a->folded_n, b->folded, b->folded_n);
		joined[a->folded_n + b->folded_n] = '\0';
		if (!S_in_index(p, joined, a->folded_n + b->folded_n))
			continue;
		st = expand_word(&found, e, i, i + 2, joined, STRENGTH_WHOLE, err);
		if (st || !found)
			continue;
		st = printed_word(&to, p, joined, strlen(joined), err);
		if (!st)
			st = plan_expansion(p, expand_typed(e, i, i + 2), "join",
					    "exact", &to, 1, err);
	}
	return st;
}

/* ---- split: losandes ---- */

/* The item's word is text: looked for, told about, suggested. */
static enum status S_is_split(bool *found, struct expanding *e, size_t i,
			      const char *text, const char *look, struct err *err)
{
	enum status st = expand_words(found, e, i, i + 1, look, STRENGTH_WHOLE, err);

	if (st || !*found)
		return st;
	e->fate[i].repaired = text;
	return plan_expansion(e->p, e->p->items[i].text, "split", "exact", &text, 1,
			      err);
}

static bool S_stop(const struct plan *p, const char *folded, size_t n)
{
	return lexicon_is_stop(p->engine->lexicon, folded, n);
}

/* Where to cut: both parts words, side by side somewhere; the most even. */
static enum status S_cut(size_t *best, struct expanding *e, size_t i, struct err *err)
{
	const struct asked *w = &e->asked[i];
	size_t least = w->folded_n;
	enum status st = ST_OK;

	*best = 0;
	for (size_t cut = 2; !st && cut + 2 <= w->folded_n; cut++) {
		const char *b = w->folded + cut;
		size_t b_n = w->folded_n - cut,
		       apart = cut > b_n ? cut - b_n : b_n - cut;
		bool found, stop = S_stop(e->p, w->folded, cut);

		if (((unsigned char)*b & 0xC0) == 0x80 || apart >= least ||
		    S_stop(e->p, b, b_n) || (cut < 3 && !stop) || b_n < 3 ||
		    !S_in_index(e->p, w->folded, cut) || !S_in_index(e->p, b, b_n))
			continue;
		st = S_side_by_side(&found, e->p, e->p->items[i].fields, w->folded, cut,
				    b, b_n, err);
		if (!st && found) {
			*best = cut;
			least = apart;
		}
	}
	return st;
}

static enum status S_split(bool *found, struct expanding *e, size_t i, struct err *err)
{
	const struct asked *w = &e->asked[i];
	const char *name = names_glued(e->x->names, w->folded, w->folded_n), *a, *b;
	char text[2 * WORD_MAX + 8];
	size_t cut, n;
	enum status st;

	*found = false;
	if (name) {
		st = S_is_split(found, e, i, name, name, err);
		if (st || *found)
			return st;
	}
	if (utf8_count(w->folded, w->folded_n) < SPLIT_LETTERS ||
	    w->folded_n > WORD_MAX)
		return ST_OK;
	st = S_cut(&cut, e, i, err);
	if (st || !cut)
		return st;
	st = printed_word(&a, e->p, w->folded, cut, err);
	if (!st)
		st = printed_word(&b, e->p, w->folded + cut, w->folded_n - cut, err);
	if (st)
		return st;
	n = (size_t)snprintf(text, sizeof text, "%s %s", a, b);
	if (n >= sizeof text)
		return ST_OK;
	name = arena_copy(e->p->arena, text, n);
	if (!name)
		return err_nomem(err);
	return S_is_split(found, e, i, name, S_stop(e->p, w->folded, cut) ? b : name,
			  err);
}

/* ---- typos ---- */

struct meant {
	struct typo typo;
	const char *respelt; /* by stem: the typed word with the right one, or NULL */
	bool listed;	     /* of the tables' words, else of the index */
	const char *folded, *printed;
	bool stop;
};

/* Stop words are meant only by what sounds the same or is a plain slip; perro
 * is no pero. */
static bool S_fits(const struct meant *m, const struct asked *w)
{
	if (m->stop)
		return m->typo.cost <= STOP_COST_MOST &&
		       !memmem(w->folded, w->folded_n, "rr", 2);
	return true;
}

static enum status S_look(struct typo *t, size_t *n, struct vocabulary *v,
			  const struct asked *w, struct stemmer *s, struct err *err)
{
	char stem[STEM_MAX];
	size_t len;
	enum status st = ST_OK;

	*n = typos_find(t, CANDIDATES, v, w->folded, w->folded_n);
	if (*n)
		return ST_OK;
	st = stem_word(stem, &len, s, w->surface, w->surface_n, err);
	if (!st)
		*n = typos_find_stem(t, CANDIDATES, v, stem, len);
	return st;
}

/* The typed word on another stem: combalid-ar, convalid-ar.  NULL where that is
 * no way to spell it (finalic-ada). */
static enum status S_respell(const char **out, struct expanding *e,
			     const struct asked *w, const char *word, struct err *err)
{
	char from[STEM_MAX], to[STEM_MAX], text[WORD_MAX + 1];
	struct stemmer *s = e->p->engine->stemmer;
	size_t n, k, rest;
	enum status st = stem_word(from, &n, s, w->folded, w->folded_n, err);

	*out = NULL;
	if (!st)
		st = stem_word(to, &k, s, word, strlen(word), err);
	if (st || n == 0 || k == 0 || n > w->folded_n ||
	    memcmp(w->folded, from, n) != 0 || from[n - 1] != to[k - 1])
		return st;
	rest = w->folded_n - n;
	if (k + rest > WORD_MAX)
		return ST_OK;
	memcpy(text, to, k);
	memcpy(text + k, w->folded + n, rest);
	*out = arena_copy(e->p->arena, text, k + rest);
	return *out ? ST_OK : err_nomem(err);
}

/* What the item may have been meant to be, the likeliest first. */
static enum status S_meant(struct meant *out, size_t *n_out, struct expanding *e,
			   size_t i, struct err *err)
{
	struct engine *g = e->p->engine;
	const struct asked *w = &e->asked[i];
	struct typo t[CANDIDATES];
	struct word word;
	size_t n, kept = 0;
	enum status st = S_look(t, &n, g->vocabulary, w, g->stemmer, err);

	*n_out = 0;
	for (size_t k = 0; !st && k < n; k++) {
		struct meant m = {.typo = t[k]};

		if (!vocabulary_at(&word, g->vocabulary, t[k].index))
			continue;
		m.folded = arena_copy(e->p->arena, word.text, word.n);
		if (!m.folded)
			return err_nomem(err);
		m.stop = S_stop(e->p, word.text, word.n);
		if (S_fits(&m, w))
			out[kept++] = m;
	}
	if (!st)
		st = expander_listed(e->x, g, err);
	if (!st)
		st = S_look(t, &n, e->x->vocabulary, w, g->stemmer, err);
	for (size_t k = 0; !st && k < n; k++) {
		const struct listed *l = expander_word(e->x, t[k].index);
		struct meant m = {.typo = t[k],
				  .listed = true,
				  .folded = l->folded,
				  .printed = l->printed,
				  .stop = l->stop};

		if (S_fits(&m, w) && !S_in_index(e->p, l->folded, strlen(l->folded)))
			out[kept++] = m;
	}
	if (st || !kept)
		return st;
	/* Few: sort by insertion.  A word itself before another form of it. */
	for (size_t a = 1; a < kept; a++)
		for (size_t b = a; b > 0; b--) {
			const struct typo *x = &out[b - 1].typo, *y = &out[b].typo;
			struct meant swap = out[b];

			if (x->by_stem < y->by_stem ||
			    (x->by_stem == y->by_stem && x->score <= y->score))
				break;
			out[b] = out[b - 1];
			out[b - 1] = swap;
		}
	*n_out = kept;
	return ST_OK;
}

/* Drops an item that is a misspelt stop word, unless it is all there is. */
static bool S_drop(struct expanding *e, size_t i)
{
	struct plan *p = e->p;
	bool others = false;

	for (size_t k = 0; k < p->n_items; k++)
		others = others || (k != i && p->items[k].bit && !p->items[k].stop);
	if (!others || p->items[i].signed_)
		return false;
	p->items[i].counts = false;
	p->items[i].bit = 0;
	e->fate[i].exists = true;
	return true;
}

/* From now on item i is looked up in the tables as what was meant. */
static void S_replace(struct expanding *e, size_t i, const struct meant *m)
{
	struct asked *w = &e->asked[i];

	w->surface = m->printed;
	w->surface_n = strlen(m->printed);
	w->folded = m->folded;
	w->folded_n = strlen(m->folded);
	w->stop = m->stop;
	e->fate[i].replaced = true;
}

static enum status S_repair(struct expanding *e, size_t i, struct err *err)
{
	struct plan *p = e->p;
	struct meant m[2 * CANDIDATES];
	const char *to[CANDIDATES];
	size_t n, said = 0;
	enum status st = S_meant(m, &n, e, i, err);
	double limit;

	if (st || !n)
		return st;
	if (!m[0].listed)
		st = printed_word(&m[0].printed, p, m[0].folded, strlen(m[0].folded),
				  err);
	if (st)
		return st;
	if (m[0].typo.by_stem) {
		st = S_respell(&m[0].respelt, e, &e->asked[i], m[0].printed, err);
		if (st)
			return st;
		if (m[0].respelt)
			m[0].printed = m[0].folded = m[0].respelt;
	}
	if (!m[0].typo.by_stem || m[0].respelt)
		e->fate[i].repaired = m[0].printed;
	if (p->request->no_typos)
		return ST_OK;
	if (m[0].stop) {
		S_drop(e, i);
		return plan_expansion(p, p->items[i].text, "typo", "exact",
				      &m[0].printed, 1, err);
	}
	limit = m[0].typo.score + 2;
	for (size_t k = 0; !st && k < n && said < CANDIDATES; k++) {
		bool found = false;

		if (m[k].stop || m[k].typo.by_stem != m[0].typo.by_stem ||
		    m[k].typo.score > limit)
			continue;
		if (!m[k].listed)
			st = expand_word(&found, e, i, i + 1, m[k].folded,
					 k ? STRENGTH_OTHERS : STRENGTH_TYPO, err);
		else
			found = k == 0; /* looked up in the tables later */
		if (st || !found)
			continue;
		if (!m[k].printed)
			st = printed_word(&m[k].printed, p, m[k].folded,
					  strlen(m[k].folded), err);
		to[said++] = m[k].printed;
	}
	S_replace(e, i, &m[0]);
	return st || !said ? st
			   : plan_expansion(p, p->items[i].text, "typo", "exact", to,
					    said, err);
}

/* A query in capitals says nothing about what is an acronym. */
static bool S_lower_case(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if ((*p >= 'a' && *p <= 'z') ||
		    (*p == 0xC3 && p[1] >= 0x9F && p[1] != 0xB7))
			return true;
	return false;
}

static enum status S_is_listed(bool *listed, struct expanding *e, const struct asked *w,
			       struct err *err)
{
	struct word found;
	struct vocabulary *v = e->x->vocabulary;
	char stem[STEM_MAX];
	size_t n;
	enum status st;

	*listed = vocabulary_find(&found, v, w->folded, w->folded_n);
	if (*listed)
		return ST_OK;
	st = stem_word(stem, &n, e->p->engine->stemmer, w->surface, w->surface_n, err);
	*listed = !st && vocabulary_with_stem(NULL, 0, v, stem, n) > 0;
	return st;
}

enum status repair_words(struct expanding *e, struct err *err)
{
	struct plan *p = e->p;
	bool acronyms = S_lower_case(p->clean);
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < p->n_items; i++) {
		const struct item *item = &p->items[i];
		const struct asked *w = &e->asked[i];
		bool split = false, listed = false;

		if (!item->bit || !item->expandable || e->fate[i].exists ||
		    e->fate[i].named || item->token == TOKEN_NUMBER ||
		    (item->token == TOKEN_ACRONYM && acronyms) ||
		    !typos_possible(w->folded, w->folded_n))
			continue;
		st = expander_listed(e->x, p->engine, err);
		if (st || names_part(e->x->names, w->folded, w->folded_n))
			continue;
		if (!p->request->no_typos)
			st = S_split(&split, e, i, err);
		if (!st && !split)
			st = S_is_listed(&listed, e, w, err);
		if (!st && !split && !listed)
			st = S_repair(e, i, err);
	}
	return st;
}
