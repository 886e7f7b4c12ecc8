#include "words_parts.h"

#include <string.h>

#include "exact.h"
#include "fuzzy.h"
#include "messages.h"
#include "terms.h"

/*
 * How much of a word's weight the variations of it carry.  Chosen by
 * measurement, see tests/bench/RESULTS.md.
 */
#define WEIGHT_EXACT_FORM 0.3 /* on top, where the typed form itself stands */
#define WEIGHT_ENYE	  0.4 /* ano for a typed año, and the other way round */
#define WEIGHT_ENYE_ALONE 0.9 /* the same where the typed form is nowhere */
#define WEIGHT_FUZZY	  0.6 /* an explicit word~, for each edit */
#define PREFIX_WORDS_MAX  10000
#define FUZZY_WORDS_MAX	  500

/* ---- stems ---- */

bool terms_add(struct clause *to, struct plan *p, char class_, unsigned fields,
	       const char *word, size_t n)
{
	char term[TERM_MAX + 1];
	size_t len;

	if (!fields) {
		len = term_make(term, class_, F_NONE, word, n);
		return !len ||
		       clause_add(p->arena, to, clause_term(p->arena, term, len));
	}
	for (int f = 0; f < F_COUNT; f++) {
		if (!(fields & 1u << f))
			continue;
		len = term_make(term, class_, (enum field)f, word, n);
		if (len && !clause_add(p->arena, to, clause_term(p->arena, term, len)))
			return false;
	}
	return true;
}

static enum status S_add_stem(struct stems *s, const char *stem, size_t n,
			      struct err *err)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->len[i] == n && memcmp(s->v[i], stem, n) == 0)
			return ST_OK;
	if (s->n == STEMS_MAX)
		return ST_OK;
	s->v[s->n] = arena_copy(s->p->arena, stem, n);
	s->len[s->n] = n;
	if (!s->v[s->n] || !terms_add(s->terms, s->p, 'S', s->fields, stem, n) ||
	    (s->items &&
	     !marks_add(&s->p->marks, MARK_STEM, stem, n, s->fields, s->items)))
		return err_nomem(err);
	s->n++;
	return ST_OK;
}

enum status stems_add(struct stems *s, const struct form *f, struct err *err)
{
	struct engine *e = s->p->engine;
	char stem[STEM_MAX];
	struct word w;
	size_t n;
	enum status st;

	if (vocabulary_find(&w, e->vocabulary, f->folded, f->folded_n)) {
		s->known = true;
		for (size_t i = 0; i < w.n_stems; i++) {
			st = S_add_stem(s, w.stems[i], strlen(w.stems[i]), err);
			if (st)
				return st;
		}
	}
	if (f->exact_only) {
		if (!terms_add(s->terms, s->p, 'X', s->fields, f->folded,
			       f->folded_n) ||
		    (s->items && !marks_add(&s->p->marks, MARK_WORD, f->folded,
					    f->folded_n, s->fields, s->items)))
			return err_nomem(err);
		return ST_OK;
	}
	st = stem_word(stem, &n, e->stemmer, f->surface, f->surface_n, err);
	if (!st && !s->known && vocabulary_with_stem(NULL, 0, e->vocabulary, stem, n))
		s->known = true;
	return st ? st : S_add_stem(s, stem, n, err);
}

static enum status S_stems(struct clause **out, bool *known, struct plan *p,
			   const struct form *forms, size_t n, unsigned fields,
			   uint64_t items, struct err *err)
{
	struct stems s = {.p = p, .fields = fields, .items = items};
	enum status st = ST_OK;

	*out = NULL;
	s.terms = clause_new(p->arena, Q_SYNONYM);
	if (!s.terms)
		return err_nomem(err);
	for (size_t i = 0; !st && i < n; i++)
		st = stems_add(&s, &forms[i], err);
	*known = s.known;
	if (!st)
		*out = s.terms->n ? clause_simple(s.terms)
				  : clause_new(p->arena, Q_NONE);
	return st ? st : *out ? ST_OK : err_nomem(err);
}

/* ---- one word ---- */

enum status words_word(struct clause **out, bool *known, struct plan *p,
		       const struct place *place, unsigned fields, uint64_t items,
		       struct err *err)
{
	struct form enye[ENYE_FORMS];
	struct clause *base, *other, *exact, *whole;
	size_t n_enye;
	bool k;
	enum status st =
		S_stems(&base, known, p, place->v, place->n, fields, items, err);

	if (st)
		return st;
	n_enye = form_enye(enye, p, &place->v[0]);
	if (n_enye) {
		double weight = *known ? WEIGHT_ENYE : WEIGHT_ENYE_ALONE;
		struct clause *max = clause_new(p->arena, Q_MAX);

		st = S_stems(&other, &k, p, enye, n_enye, fields, items, err);
		if (st)
			return st;
		if (!max || !clause_add(p->arena, max, base) ||
		    !clause_add(p->arena, max, clause_scale(p->arena, other, weight)))
			return err_nomem(err);
		base = max;
		*known = true;
	}
	whole = clause_new(p->arena, Q_AND_MAYBE);
	exact = clause_new(p->arena, Q_SYNONYM);
	if (!whole || !exact)
		return err_nomem(err);
	for (size_t i = 0; i < place->n; i++)
		if (!place->v[i].exact_only &&
		    !terms_add(exact, p, 'X', fields, place->v[i].folded,
			       place->v[i].folded_n))
			return err_nomem(err);
	*out = base;
	if (!exact->n)
		return ST_OK;
	if (!clause_add(p->arena, whole, base) ||
	    !clause_add(
		    p->arena, whole,
		    clause_scale(p->arena, clause_simple(exact), WEIGHT_EXACT_FORM)))
		return err_nomem(err);
	*out = whole;
	return ST_OK;
}

enum status words_exact(struct clause **out, struct plan *p, struct item *i,
			uint64_t bit, struct err *err)
{
	struct clause *terms = clause_new(p->arena, Q_SYNONYM);
	const struct place *place = &i->places[0];
	struct word w;

	if (!terms)
		return err_nomem(err);
	for (size_t k = 0; k < place->n; k++) {
		const struct form *f = &place->v[k];

		if (!terms_add(terms, p, 'X', i->fields, f->folded, f->folded_n) ||
		    !marks_add(&p->marks, MARK_EXACT, f->surface, f->surface_n,
			       i->fields, bit))
			return err_nomem(err);
		if (vocabulary_find(&w, p->engine->vocabulary, f->folded, f->folded_n))
			i->known = true;
	}
	return exact_verified(out, p, i, clause_simple(terms), err);
}

/* ---- prefixes and fuzzy words ---- */

static enum status S_prefix_range(struct clause *terms, size_t *count, struct plan *p,
				  const struct item *i, const struct form *f,
				  struct err *err)
{
	struct vocabulary *v = p->engine->vocabulary;
	uint32_t first, end;
	struct word w;

	vocabulary_prefix(&first, &end, v, f->folded, f->folded_n);
	*count += end - first;
	if (*count > PREFIX_WORDS_MAX) {
		err_set(err, ST_USAGE,
			_("%s stands for more than %d words; write more letters"),
			i->text, PREFIX_WORDS_MAX);
		return words_column(err, i->column);
	}
	for (uint32_t at = first; at < end; at++)
		if (vocabulary_at(&w, v, at) &&
		    !terms_add(terms, p, 'X', i->fields, w.text, w.n))
			return err_nomem(err);
	return ST_OK;
}

enum status words_prefix(struct clause **out, struct plan *p, struct item *i,
			 uint64_t bit, struct err *err)
{
	const struct form *f = &i->places[0].v[0];
	struct clause *terms = clause_new(p->arena, Q_SYNONYM);
	size_t letters = 0, count = 0;
	enum status st;

	if (!terms)
		return err_nomem(err);
	for (size_t k = 0; k < f->folded_n; k++)
		letters += f->folded[k] == 'n';
	if (letters > ENYE_LETTERS)
		letters = ENYE_LETTERS;
	/* A typed n also reaches ñ here; nobody ranks within a prefix. */
	for (unsigned which = 0; which < 1u << letters; which++) {
		struct form g = *f;

		if (which &&
		    (p->request->exact || !form_exchange(&g, p, f, true, which)))
			continue;
		st = S_prefix_range(terms, &count, p, i, &g, err);
		if (st)
			return st;
		if (!marks_add(&p->marks, MARK_PREFIX, g.folded, g.folded_n, i->fields,
			       bit))
			return err_nomem(err);
	}
	i->known = count > 0;
	*out = terms->n ? clause_simple(terms) : clause_new(p->arena, Q_NONE);
	return *out ? ST_OK : err_nomem(err);
}

enum status words_fuzzy(struct clause **out, struct plan *p, struct item *i,
			uint64_t bit, struct err *err)
{
	const struct form *f = &i->places[0].v[0];
	uint32_t at[FUZZY_WORDS_MAX];
	unsigned char edits[FUZZY_WORDS_MAX];
	struct clause *max = clause_new(p->arena, Q_MAX), *own,
		      *group[FUZZY_EDITS_MAX + 1];
	unsigned limit = i->slop ? i->slop : fuzzy_edits(f->folded, f->folded_n);
	size_t n;
	enum status st =
		words_word(&own, &i->known, p, &i->places[0], i->fields, bit, err);

	if (st)
		return st;
	if (!max || !clause_add(p->arena, max, own))
		return err_nomem(err);
	if (limit > FUZZY_EDITS_MAX)
		limit = FUZZY_EDITS_MAX;
	st = fuzzy_find(at, edits, &n, FUZZY_WORDS_MAX, p->engine, f->folded,
			f->folded_n, limit, err);
	if (st)
		return st;
	memset(group, 0, sizeof group);
	for (size_t k = 0; k < n; k++) {
		struct clause **g = &group[edits[k]];
		struct word w;

		if (!*g && !(*g = clause_new(p->arena, Q_SYNONYM)))
			return err_nomem(err);
		if (!vocabulary_at(&w, p->engine->vocabulary, at[k]))
			continue;
		if (!terms_add(*g, p, 'X', i->fields, w.text, w.n) ||
		    !marks_add(&p->marks, MARK_WORD, w.text, w.n, i->fields, bit))
			return err_nomem(err);
		i->known = true;
	}
	for (unsigned k = 0; k <= FUZZY_EDITS_MAX; k++) {
		double weight = k == 0	 ? 1
				: k == 1 ? WEIGHT_FUZZY
					 : WEIGHT_FUZZY * WEIGHT_FUZZY;

		if (group[k] && group[k]->n &&
		    !clause_add(
			    p->arena, max,
			    clause_scale(p->arena, clause_simple(group[k]), weight)))
			return err_nomem(err);
	}
	*out = max;
	return ST_OK;
}
