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
	const struct sorted *texts;
	const struct spelling *typed;
	struct spelling_row row[SPELLING_LETTERS + 1];
	uint32_t letter[SPELLING_LETTERS];
	size_t end[SPELLING_LETTERS + 1]; /* bytes of so many letters */
	const char *have;		  /* the string that the rows are of */
	unsigned depth;			  /* letters of it that have a row */
};

/* Whether string i, which stands after one that begins with the n bytes of s,
 * comes before all that begin with them and go on with `next` or a later byte;
 * next 0x100: before all that do not begin so. */
static bool S_before(const struct sorted *t, uint32_t i, const char *s, size_t n,
		     unsigned next)
{
	size_t have_n;
	const char *have = sorted_at(&have_n, t, i);

	return have_n > n && (n == 0 || memcmp(have, s, n) == 0) &&
	       (unsigned char)have[n] < next;
}

/* The first string after i, which begins with the n bytes of s, that does not,
 * or goes on with `next` or a later byte. */
static uint32_t S_jump(const struct sorted *t, uint32_t i, const char *s, size_t n,
		       unsigned next)
{
	uint32_t low = i + 1, step = 1, high;

	/* Most jumps are short: double the step, then halve the rest. */
	while (low < t->n && S_before(t, low, s, n, next)) {
		i = low;
		low = step < t->n - low ? low + step : t->n;
		step *= 2;
	}
	high = low;
	for (low = i + 1; low < high;) {
		uint32_t mid = low + (high - low) / 2;

		if (S_before(t, mid, s, n, next))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* After the ASCII byte c, the next one that a letter among `only` begins with:
 * 0x100 where there is none. */
static unsigned S_next_byte(unsigned char c, uint32_t only)
{
	if (only >> 27) /* digits and signs, too */
		return c + 1u;
	for (unsigned next = c < 'a' ? 'a' : c + 1u; next <= 'z'; next++)
		if (only >> (next - 'a') & 1)
			return next;
	return only >> 26 ? 0xC3 : 0x100; /* ñ */
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

/* Rows up to the end of text.  false: dead at letter w->depth, whose row may
 * not be made: the row before says that no word goes on so. */
static bool S_extend(struct walk *w, const char *text, size_t n)
{
	while (w->end[w->depth] < n) {
		size_t at = w->end[w->depth], step;
		unsigned long c;

		if (w->depth == SPELLING_LETTERS)
			return false;
		step = utf8_decode(text + at, n - at, &c);
		if (!(w->row[w->depth].only >> spelling_place((uint32_t)c) & 1)) {
			w->end[++w->depth] = at + step;
			return false;
		}
		w->letter[w->depth++] = (uint32_t)c;
		w->end[w->depth] = at + step;
		if (!spelling_next(w->row, w->depth, w->letter, w->typed))
			return false;
	}
	return true;
}

/* After word i, which is dead at letter w->depth: no other goes on with that
 * letter, nor with one that the row before does not allow. */
static uint32_t S_next(const struct walk *w, uint32_t i, const char *text)
{
	size_t at = w->end[w->depth - 1];
	unsigned char c = (unsigned char)text[at];

	if (c >= 0x80) /* other letters begin with the same byte */
		return S_jump(w->texts, i, text, w->end[w->depth], 0x100);
	return S_jump(w->texts, i, text, at, S_next_byte(c, w->row[w->depth - 1].only));
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

static size_t S_near(struct near_word *out, size_t max, const struct sorted *t,
		     const struct spelling *typed)
{
	struct walk w = {.texts = t, .typed = typed};
	size_t found = 0;

	spelling_first(&w.row[0], typed);
	for (uint32_t i = 0; i < t->n;) {
		size_t n;
		const char *text = sorted_at(&n, t, i);
		unsigned cost;

		S_keep(&w, text, n);
		if (!S_extend(&w, text, n)) {
			i = S_next(&w, i, text);
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
	return index < v->stems.n ? sorted_at(n, &v->stems, index) : "";
}
