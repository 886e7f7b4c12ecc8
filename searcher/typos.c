#include "typos.h"

#include <math.h>
#include <stdlib.h>

#include "fuzzy.h"
#include "text.h"

#define CANDIDATES 64

/* How much a doubling of the fichas that have a word makes up for, in the
 * units of spelling_likely, where an edit costs about ten.  Chosen by
 * measurement. */
#define PER_DOUBLING 0.6
/* Candidates this much less likely than the best are not even tried. */
#define MARGIN 2.5

bool typos_possible(const char *folded, size_t n)
{
	size_t letters = 0;

	while (n) {
		unsigned long c;
		size_t step = utf8_decode(folded, n, &c);

		if (!(c >= 'a' && c <= 'z') && !(c >= 0xDF && c <= 0x24F && c != 0xF7))
			return false;
		letters++;
		folded += step;
		n -= step;
	}
	return letters > 3;
}

/* What a slip in a word of so many letters may cost: any single edit but the
 * unlikeliest in short words, where nearly every word is an edit away from
 * some other. */
static unsigned S_cost_most(size_t letters)
{
	return letters <= 5 ? 10 : letters <= 7 ? 11 : letters <= 9 ? 20 : 24;
}

static void S_rate(struct typo *t)
{
	t->score = t->cost - PER_DOUBLING * log2(1.0 + t->documents);
}

/* Walks the vocabulary.  Two edits in the first half of a word are rare and
 * looking for them is what takes the time: first without. */
static size_t S_walk(struct near_word *out, struct vocabulary *v, const char *folded,
		     size_t n, unsigned edits)
{
	struct spelling typed;
	size_t found;

	if (!edits ||
	    !spelling_read(&typed, folded, n, &spelling_edits, edits * SPELLING_EDIT))
		return 0;
	if (edits == 1)
		return vocabulary_near(out, CANDIDATES, v, &typed);
	spelling_begin(&typed, typed.n / 2, SPELLING_EDIT);
	found = vocabulary_near(out, CANDIDATES, v, &typed);
	if (found)
		return found;
	spelling_begin(&typed, typed.n / 2, edits * SPELLING_EDIT);
	return vocabulary_near(out, CANDIDATES, v, &typed);
}

static int S_order(const void *a, const void *b)
{
	const struct typo *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

size_t typos_best(struct typo *v, size_t n)
{
	size_t keep = 0;

	if (n)
		qsort(v, n, sizeof *v, S_order);
	while (keep < n && v[keep].score <= v[0].score + MARGIN)
		keep++;
	return keep;
}

size_t typos_find(struct typo *out, size_t max, struct vocabulary *v,
		  const char *folded, size_t n)
{
	struct near_word near[CANDIDATES];
	struct typo all[CANDIDATES];
	struct spelling typed;
	size_t found, kept = 0, letters = utf8_count(folded, n);

	if (!typos_possible(folded, n) ||
	    !spelling_read(&typed, folded, n, &spelling_likely, S_cost_most(letters)))
		return 0;
	found = S_walk(near, v, folded, n, fuzzy_edits(folded, n));
	for (size_t i = 0; i < found; i++) {
		struct typo t = {.index = near[i].index};
		struct word w;

		if (near[i].cost == 0 || !vocabulary_at(&w, v, near[i].index) ||
		    !typos_possible(w.text, w.n))
			continue;
		t.cost = spelling_cost(&typed, w.text, w.n);
		if (t.cost == SPELLING_FAR)
			continue;
		t.documents = w.documents;
		S_rate(&t);
		all[kept++] = t;
	}
	kept = typos_best(all, kept);
	for (size_t i = 0; i < kept && i < max; i++)
		out[i] = all[i];
	return kept < max ? kept : max;
}

size_t typos_find_stem(struct typo *out, size_t max, struct vocabulary *v,
		       const char *stem, size_t n)
{
	struct near_word near[CANDIDATES];
	struct spelling typed, likely;
	size_t found, kept = 0;

	if (utf8_count(stem, n) < 4 || !typos_possible(stem, n) ||
	    !spelling_read(&typed, stem, n, &spelling_edits, SPELLING_EDIT - 1) ||
	    !spelling_read(&likely, stem, n, &spelling_likely, SPELLING_FAR - 1))
		return 0;
	found = vocabulary_near_stems(near, CANDIDATES, v, &typed);
	for (size_t i = 0; i < found && kept < max; i++) {
		struct typo t = {.by_stem = true};
		struct word w;
		size_t len;
		uint32_t best = 0;
		const char *text = vocabulary_stem(&len, v, near[i].index);
		uint32_t forms[16];
		size_t n_forms = vocabulary_with_stem(forms, 16, v, text, len);

		if (near[i].cost == 0)
			continue;
		/* The commonest form stands for all of them. */
		for (size_t k = 0; k < n_forms && k < 16; k++) {
			if (!vocabulary_at(&w, v, forms[k]) || w.documents < best ||
			    !typos_possible(w.text, w.n))
				continue;
			best = w.documents;
			t.index = forms[k];
			t.documents = w.documents;
		}
		if (!t.documents)
			continue;
		t.cost = spelling_cost(&likely, text, len);
		S_rate(&t);
		out[kept++] = t;
	}
	return typos_best(out, kept);
}
