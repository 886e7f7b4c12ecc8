#include "vocabulary_parts.h"

#include "spelling.h"
#include "text.h"

/*
 * Sorted strings are a trie read from left to right: what begins alike stands
 * together, so the rows of the distance (spelling.h) for a common beginning
 * are computed once, and where they are past the limit all that begins so is
 * jumped over.
 */
struct walk {
	const struct texts *texts;
	const struct spelling *typed;
	struct spelling_row row[SPELLING_LETTERS + 1];
	uint32_t letter[SPELLING_LETTERS];
	size_t end[SPELLING_LETTERS + 1]; /* bytes of so many letters */
	const char *have;		  /* the string that the rows are of */
	unsigned depth;			  /* letters of it that have a row */
};

/* The first string after i that does not begin with the n bytes of i. */
static uint32_t S_jump(const struct texts *t, uint32_t i, const char *s, size_t n)
{
	uint32_t low = i + 1, step = 1, high;

	/* Most jumps are short: double the step, then halve the rest. */
	while (low < t->n && texts_begins(t, low, s, n)) {
		i = low;
		low = step < t->n - low ? low + step : t->n;
		step *= 2;
	}
	high = low;
	for (low = i + 1; low < high;) {
		uint32_t mid = low + (high - low) / 2;

		if (texts_begins(t, mid, s, n))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Keeps the rows of the common beginning of text and the string before. */
static void S_keep(struct walk *w, const char *text, size_t n)
{
	size_t same = 0, most = w->end[w->depth];

	if (n < most)
		most = n;
	while (same < most && text[same] == w->have[same])
		same++;
	while (w->end[w->depth] > same)
		w->depth--;
	w->have = text;
}

/* Rows up to the end of text.  false: dead at letter w->depth. */
static bool S_extend(struct walk *w, const char *text, size_t n)
{
	while (w->end[w->depth] < n) {
		size_t at = w->end[w->depth], step;
		unsigned long c;

		if (w->depth == SPELLING_LETTERS)
			return false;
		step = utf8_decode(text + at, n - at, &c);
		w->letter[w->depth++] = (uint32_t)c;
		w->end[w->depth] = at + step;
		if (!spelling_next(w->row, w->depth, w->letter, w->typed))
			return false;
	}
	return true;
}

/* Best first; the array never holds more than max. */
static size_t S_insert(struct near_word *v, size_t n, size_t max, uint32_t index,
		       unsigned cost)
{
	size_t at = n;

	while (at > 0 && v[at - 1].cost > cost)
		at--;
	if (at == max)
		return n;
	if (n == max)
		n--;
	memmove(v + at + 1, v + at, (n - at) * sizeof *v);
	v[at] = (struct near_word){index, cost};
	return n + 1;
}

static size_t S_near(struct near_word *out, size_t max, const struct texts *t,
		     const struct spelling *typed)
{
	struct walk w = {.texts = t, .typed = typed};
	size_t found = 0;

	spelling_first(&w.row[0], typed);
	for (uint32_t i = 0; i < t->n;) {
		size_t n;
		const char *text = texts_at(&n, t, i);
		unsigned cost;

		S_keep(&w, text, n);
		if (!S_extend(&w, text, n)) {
			i = S_jump(t, i, text, w.end[w.depth]);
			continue;
		}
		cost = w.row[w.depth].cost[typed->n];
		if (cost <= typed->limit)
			found = S_insert(out, found, max, i, cost);
		i++;
	}
	return found;
}

size_t vocabulary_near(struct near_word *out, size_t max, const struct vocabulary *v,
		       const struct spelling *typed)
{
	return S_near(out, max, &v->words, typed);
}

size_t vocabulary_near_stems(struct near_word *out, size_t max,
			     const struct vocabulary *v, const struct spelling *typed)
{
	return S_near(out, max, &v->stems, typed);
}

const char *vocabulary_stem(size_t *n, const struct vocabulary *v, uint32_t index)
{
	*n = 0;
	return index < v->stems.n ? texts_at(n, &v->stems, index) : "";
}
