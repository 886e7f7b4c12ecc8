#include "expand_parts.h"

#include <stdlib.h>
#include <string.h>

#include "typos.h"

/*
 * The words that the tables know, as a vocabulary of its own, so that a
 * misspelt bulin finds bullying, of which no ficha speaks.  Names are those of
 * regions that have fichas: communes stand in the fichas themselves, and the
 * other three hundred would be found in every other misspelt word.
 */

static int S_by_folded(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int c = strcmp(x->folded, y->folded);

	/* The printed form with accents first. */
	return c ? c : -strcmp(x->printed, y->printed);
}

static bool S_add(struct expander *x, const char *folded, size_t n, const char *printed,
		  size_t printed_n, bool stop)
{
	struct listed *l = &x->listed[x->n_listed];

	if (!typos_possible(folded, n))
		return true;
	l->folded = arena_copy(x->arena, folded, n);
	l->printed = arena_copy(x->arena, printed, printed_n);
	l->stop = stop;
	x->n_listed++;
	return l->folded && l->printed;
}

static bool S_gather(struct expander *x, struct engine *e,
		     const struct thesaurus_word *t, size_t n_thesaurus)
{
	size_t n_names, n_stops = 0;
	const struct names_word *w = names_words(x->names, &n_names);
	const char *word;
	bool stop, ok = true;

	while (lexicon_listed_word(&stop, e->lexicon, n_stops))
		n_stops++;
	x->listed = calloc(n_thesaurus + n_names + n_stops + 1, sizeof *x->listed);
	if (!x->listed)
		return false;
	for (size_t i = 0; ok && i < n_thesaurus; i++)
		ok = S_add(x, t[i].folded, t[i].folded_n, t[i].surface, t[i].surface_n,
			   lexicon_is_stop(e->lexicon, t[i].folded, t[i].folded_n));
	for (size_t i = 0; ok && i < n_names; i++)
		if (w[i].facet == FACET_REGION &&
		    column_find(e->column, w[i].facet, w[i].slug, strlen(w[i].slug)) >=
			    0)
			ok = S_add(x, w[i].text, strlen(w[i].text), w[i].text,
				   strlen(w[i].text), false);
	for (size_t i = 0; ok && (word = lexicon_listed_word(&stop, e->lexicon, i));
	     i++)
		if (stop)
			ok = S_add(x, word, strlen(word), word, strlen(word), true);
	return ok;
}

static void S_unique(struct expander *x)
{
	size_t n = 0;

	if (x->n_listed)
		qsort(x->listed, x->n_listed, sizeof *x->listed, S_by_folded);
	for (size_t i = 0; i < x->n_listed; i++) {
		if (n && strcmp(x->listed[n - 1].folded, x->listed[i].folded) == 0)
			continue;
		x->listed[n++] = x->listed[i];
	}
	x->n_listed = n;
}

enum status expander_listed(struct expander *x, struct engine *e, struct err *err)
{
	struct vocabulary_builder *b = NULL;
	const struct thesaurus_word *t;
	size_t n_words;
	enum status st;

	if (x->vocabulary)
		return ST_OK;
	st = thesaurus_words(&t, &n_words, x->thesaurus, err);
	if (st)
		return st;
	free(x->listed);
	x->n_listed = 0;
	buf_clear(&x->vocabulary_bytes);
	if (!S_gather(x, e, t, n_words))
		return err_nomem(err);
	S_unique(x);
	st = vocabulary_builder_open(&b, err);
	for (size_t i = 0; !st && i < x->n_listed; i++) {
		const struct listed *l = &x->listed[i];
		char own[STEM_MAX], bare[STEM_MAX];
		const char *stems[2] = {own, bare};
		size_t n;

		st = stem_word(own, &n, e->stemmer, l->printed, strlen(l->printed),
			       err);
		if (!st)
			st = stem_word(bare, &n, e->stemmer, l->folded,
				       strlen(l->folded), err);
		if (!st)
			st = vocabulary_builder_add(b, l->folded, strlen(l->folded), 1,
						    stems, strcmp(own, bare) ? 2 : 1,
						    err);
	}
	if (!st)
		st = vocabulary_builder_finish(&x->vocabulary_bytes, b, err);
	vocabulary_builder_close(b);
	if (!st)
		st = vocabulary_open(&x->vocabulary, x->vocabulary_bytes.data,
				     x->vocabulary_bytes.len, err);
	return st;
}

const struct listed *expander_word(const struct expander *x, uint32_t index)
{
	return &x->listed[index];
}
