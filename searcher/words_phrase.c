#include "words_parts.h"

#include <string.h>

#include "exact.h"
#include "terms.h"

#define PHRASE_FORMS_MAX 16 /* combinations of forms in one phrase */

/* Those forms of each place that the index has, ñ variations included. */
static enum status S_usable(struct place **out, bool *all, struct plan *p,
			    const struct item *i, struct err *err)
{
	struct place *v = arena_alloc(p->arena, i->n_places * sizeof *v);
	struct word w;

	*out = v;
	*all = true;
	if (!v)
		return err_nomem(err);
	for (size_t k = 0; k < i->n_places; k++) {
		const struct place *from = &i->places[k];

		for (size_t j = 0; j < from->n; j++) {
			struct form enye[ENYE_FORMS];
			const struct form *f = &from->v[j];
			size_t n = p->request->exact ? 0 : form_enye(enye, p, f);

			if (vocabulary_find(&w, p->engine->vocabulary, f->folded,
					    f->folded_n) &&
			    !place_add(&v[k], p, f))
				return err_nomem(err);
			for (size_t m = 0; m < n; m++)
				if (vocabulary_find(&w, p->engine->vocabulary,
						    enye[m].folded, enye[m].folded_n) &&
				    !place_add(&v[k], p, &enye[m]))
					return err_nomem(err);
		}
		*all = *all && v[k].n > 0;
	}
	return ST_OK;
}

static struct clause *S_term(struct plan *p, unsigned field, const struct form *f)
{
	char term[TERM_MAX + 1];
	size_t n = term_make(term, 'X', (enum field)field, f->folded, f->folded_n);

	return n ? clause_term(p->arena, term, n) : clause_new(p->arena, Q_NONE);
}

/* One field: the phrase in every combination of forms. */
static enum status S_phrase_in(struct clause *any, struct plan *p, unsigned field,
			       const struct place *v, size_t n, unsigned span,
			       struct err *err)
{
	size_t pick[PHRASE_WORDS_MAX] = {0}, made = 0, k;

	do {
		struct clause *c = clause_new(p->arena, Q_PHRASE);

		if (!c)
			return err_nomem(err);
		c->window = span;
		for (k = 0; k < n; k++)
			if (!clause_add(p->arena, c,
					S_term(p, field, &v[k].v[pick[k]])))
				return err_nomem(err);
		if (!clause_add(p->arena, any, c))
			return err_nomem(err);
		for (k = 0; k < n && ++pick[k] == v[k].n; k++)
			pick[k] = 0;
	} while (k < n && ++made < PHRASE_FORMS_MAX);
	return ST_OK;
}

static enum status S_near_in(struct clause *any, struct plan *p, unsigned field,
			     const struct place *v, size_t n, unsigned window,
			     struct err *err)
{
	struct clause *c = clause_new(p->arena, Q_NEAR);

	if (!c)
		return err_nomem(err);
	c->window = window;
	for (size_t k = 0; k < n; k++) {
		struct clause *forms = clause_new(p->arena, Q_OR);

		if (!forms)
			return err_nomem(err);
		for (size_t j = 0; j < v[k].n; j++)
			if (!clause_add(p->arena, forms, S_term(p, field, &v[k].v[j])))
				return err_nomem(err);
		if (!clause_add(p->arena, c, clause_simple(forms)))
			return err_nomem(err);
	}
	return clause_add(p->arena, any, c) ? ST_OK : err_nomem(err);
}

enum status words_run(struct plan *p, const struct place *v, size_t n, bool ordered,
		      unsigned window, unsigned fields, uint64_t items, bool surfaces,
		      struct err *err)
{
	struct mark_run *run = marks_run(&p->marks, n, window, ordered, fields, items);

	if (!run)
		return err_nomem(err);
	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < v[k].n; j++) {
			const struct form *f = &v[k].v[j];

			if (!marks_run_word(&p->marks, run, k,
					    surfaces ? MARK_EXACT : MARK_WORD,
					    surfaces ? f->surface : f->folded,
					    surfaces ? f->surface_n : f->folded_n))
				return err_nomem(err);
		}
	return ST_OK;
}

enum status words_together(struct clause **out, struct plan *p, const struct place *v,
			   size_t n, bool ordered, unsigned window, unsigned fields,
			   uint64_t items, bool surfaces, struct err *err)
{
	struct clause *any = clause_new(p->arena, Q_OR);
	enum status st =
		any ? words_run(p, v, n, ordered, window, fields, items, surfaces, err)
		    : err_nomem(err);

	for (unsigned f = 0; !st && f < F_COUNT; f++) {
		if (fields && !(fields & 1u << f))
			continue;
		st = ordered ? S_phrase_in(any, p, f, v, n, window, err)
			     : S_near_in(any, p, f, v, n, window, err);
	}
	*out = st ? NULL : clause_simple(any);
	return st;
}

enum status words_phrase(struct clause **out, struct plan *p, struct item *i,
			 uint64_t bit, struct err *err)
{
	bool exact = p->request->exact, ordered = i->kind == ITEM_PHRASE;
	struct place *v;
	enum status st = S_usable(&v, &i->known, p, i, err);

	if (st)
		return st;
	if (!i->known) {
		*out = clause_new(p->arena, Q_NONE);
		return *out ? ST_OK : err_nomem(err);
	}
	if (i->n_places == 1) { /* "migrantes": that form, not its stem */
		struct clause *terms = clause_new(p->arena, Q_SYNONYM);

		if (!terms)
			return err_nomem(err);
		for (size_t k = 0; k < v[0].n; k++) {
			const struct form *f = &v[0].v[k];

			if (!terms_add(terms, p, 'X', i->fields, f->folded,
				       f->folded_n) ||
			    !marks_add(&p->marks, exact ? MARK_EXACT : MARK_WORD,
				       exact ? f->surface : f->folded,
				       exact ? f->surface_n : f->folded_n, i->fields,
				       bit))
				return err_nomem(err);
		}
		*out = clause_simple(terms);
	} else {
		unsigned window = ordered ? i->span : i->span + i->slop;

		st = words_together(out, p, v, i->n_places, ordered, window, i->fields,
				    bit, exact, err);
	}
	if (!st && exact)
		st = exact_verified(out, p, i, *out, err);
	return st;
}
