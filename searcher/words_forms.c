#include "words_parts.h"

#include <string.h>

/* The forms at one position: tokens [from, to). */
static bool S_place(struct place *out, struct plan *p, const struct tokens *t,
		    size_t from, size_t to, bool exact)
{
	out->n = 0;
	out->v = arena_alloc(p->arena, (to - from) * sizeof *out->v);
	if (!out->v)
		return false;
	for (size_t i = from; i < to; i++) {
		const struct token *k = &t->v[i];
		struct form *f = &out->v[out->n];

		if (k->index_only || (exact && k->variant && k->kind != TOKEN_NUMBER))
			continue;
		f->surface = arena_copy(p->arena, k->surface, k->surface_n);
		f->folded = arena_copy(p->arena, k->folded, k->folded_n);
		f->surface_n = k->surface_n;
		f->folded_n = k->folded_n;
		f->exact_only = k->exact_only;
		if (!f->surface || !f->folded)
			return false;
		out->n++;
	}
	return true;
}

bool place_add(struct place *to, struct plan *p, const struct form *f)
{
	struct form *v = arena_alloc(p->arena, (to->n + 1) * sizeof *v);

	if (!v)
		return false;
	if (to->n)
		memcpy(v, to->v, to->n * sizeof *v);
	v[to->n] = *f;
	to->v = v;
	to->n++;
	return true;
}

enum status words_places(struct place **out, const struct token ***first, size_t *n,
			 struct plan *p, const struct tokens *t, struct err *err)
{
	struct place *v = arena_alloc(p->arena, (t->n + 1) * sizeof *v);
	const struct token **heads =
		arena_alloc(p->arena, (t->n + 1) * sizeof(const struct token *));
	bool exact = p->request->exact;

	*n = 0;
	if (!v || !heads)
		return err_nomem(err);
	for (size_t i = 0, to; i < t->n; i = to) {
		for (to = i + 1; to < t->n && t->v[to].position == t->v[i].position;)
			to++;
		if (!S_place(&v[*n], p, t, i, to, exact))
			return err_nomem(err);
		if (!v[*n].n)
			continue;
		heads[(*n)++] = &t->v[i];
	}
	for (size_t i = 0; i < t->n && !exact; i++) {
		const struct token *k = &t->v[i];
		struct form f = {k->surface, k->folded, k->surface_n, k->folded_n,
				 k->exact_only};

		if (k->span < 2 || k->index_only)
			continue;
		f.surface = arena_copy(p->arena, f.surface, f.surface_n);
		f.folded = arena_copy(p->arena, f.folded, f.folded_n);
		if (!f.surface || !f.folded)
			return err_nomem(err);
		for (size_t j = 0; j < *n; j++)
			if (heads[j]->position > k->position &&
			    heads[j]->position < k->position + k->span &&
			    !place_add(&v[j], p, &f))
				return err_nomem(err);
	}
	*out = v;
	*first = heads;
	return ST_OK;
}

/* ---- n and ñ ---- */

static const char S_enye[] = "\xC3\xB1";

bool form_exchange(struct form *out, struct plan *p, const struct form *f, bool to_enye,
		   unsigned which)
{
	const char *from[2] = {f->surface, f->folded};
	size_t from_n[2] = {f->surface_n, f->folded_n}, len[2];
	char *copy[2];

	for (int s = 0; s < 2; s++) {
		char buf[2 * WORD_MAX + 32];
		size_t k = 0;
		unsigned bit = 1;

		for (size_t i = 0; i < from_n[s]; i++) {
			if (k + 3 > sizeof buf)
				return false;
			if (to_enye && from[s][i] == 'n') {
				if (which & bit) {
					memcpy(buf + k, S_enye, 2);
					k += 2;
				} else {
					buf[k++] = 'n';
				}
				bit <<= 1;
			} else if (!to_enye && i + 1 < from_n[s] &&
				   memcmp(from[s] + i, S_enye, 2) == 0) {
				buf[k++] = 'n';
				i++;
			} else {
				buf[k++] = from[s][i];
			}
		}
		if (k > WORD_MAX)
			return false;
		copy[s] = arena_copy(p->arena, buf, k);
		len[s] = k;
		if (!copy[s])
			return false;
	}
	*out = (struct form){copy[0], copy[1], len[0], len[1], f->exact_only};
	return true;
}

static bool S_known(struct plan *p, const struct form *f)
{
	struct engine *e = p->engine;
	char stem[STEM_MAX];
	struct word w;
	size_t n;

	if (vocabulary_find(&w, e->vocabulary, f->folded, f->folded_n))
		return true;
	return !f->exact_only &&
	       stem_word(stem, &n, e->stemmer, f->surface, f->surface_n, NULL) ==
		       ST_OK &&
	       vocabulary_with_stem(NULL, 0, e->vocabulary, stem, n) > 0;
}

size_t form_enye(struct form out[ENYE_FORMS], struct plan *p, const struct form *f)
{
	size_t n = 0, letters = 0;

	if (f->exact_only)
		return 0;
	if (memmem(f->folded, f->folded_n, S_enye, 2)) {
		if (form_exchange(&out[0], p, f, false, 0) && S_known(p, &out[0]) &&
		    !lexicon_is_stop(p->engine->lexicon, out[0].folded,
				     out[0].folded_n))
			n = 1;
		return n;
	}
	for (size_t i = 0; i < f->folded_n; i++)
		letters += f->folded[i] == 'n';
	if (letters > ENYE_LETTERS)
		letters = ENYE_LETTERS;
	for (unsigned which = 1; which < 1u << letters; which++)
		if (form_exchange(&out[n], p, f, true, which) && S_known(p, &out[n]))
			n++;
	return n;
}
