#include "spelling.h"

#include <string.h>

#include "text.h"

const struct spelling_costs spelling_edits = {
	.change = SPELLING_EDIT,
	.change_key = SPELLING_EDIT,
	.change_vowel = SPELLING_EDIT,
	.lose = SPELLING_EDIT,
	.add = SPELLING_EDIT,
	.add_key = SPELLING_EDIT,
	.swap = SPELLING_EDIT,
	.sound = SPELLING_EDIT / 3,
	.twice = SPELLING_EDIT / 3,
	.first = 0,
};

const struct spelling_costs spelling_plain = {
	.change = SPELLING_EDIT,
	.change_key = SPELLING_EDIT,
	.change_vowel = SPELLING_EDIT,
	.lose = SPELLING_EDIT,
	.add = SPELLING_EDIT,
	.add_key = SPELLING_EDIT,
	.swap = SPELLING_EDIT,
	.sound = SPELLING_FAR,
	.twice = SPELLING_FAR,
	.first = 0,
};

const struct spelling_costs spelling_likely = {
	.change = 12,
	.change_key = 9,
	.change_vowel = 10,
	.lose = 9,
	.add = 9,
	.add_key = 7,
	.swap = 7,
	.sound = 3,
	.twice = 3,
	.first = 4,
};

#define ENYE 0xF1u

/* ---- what is like what ---- */

/* Sets of the letters a to z. */
#define L(c)	((uint32_t)1 << ((c) - 'a'))
#define VOWELS	(L('a') | L('e') | L('i') | L('o') | L('u'))
#define SOFTENS (L('e') | L('i') | L('y'))
#define LIPS	(L('b') | L('v') | L('p') | L('f') | L('m') | L('n'))
/* Those that S_mute knows. */
#define MUTE \
	(L('h') | L('y') | L('g') | L('d') | L('s') | L('c') | L('p') | L('b') | L('u'))

static bool S_in(uint32_t c, uint32_t set)
{
	return c - 'a' < 26 && (set >> (c - 'a') & 1);
}

static bool S_vowel(uint32_t c)
{
	return S_in(c, VOWELS);
}

/* Two letters, in either order. */
static bool S_are(uint32_t a, uint32_t b, uint32_t x, uint32_t y)
{
	return (a == x && b == y) || (a == y && b == x);
}

/* Rows of a Spanish keyboard; each key's neighbours stand beside it, and above
 * and below it half a key aside. */
static const uint32_t S_keys[3][11] = {
	{'q', 'w', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p', 0},
	{'a', 's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', ENYE, 0},
	{'z', 'x', 'c', 'v', 'b', 'n', 'm', 0, 0, 0, 0},
};

static bool S_key(int *row, int *at, uint32_t c)
{
	for (*row = 0; *row < 3; ++*row)
		for (*at = 0; *at < 10; ++*at)
			if (S_keys[*row][*at] == c && c)
				return true;
	return false;
}

bool spelling_near_key(uint32_t a, uint32_t b)
{
	int row_a, at_a, row_b, at_b, aside;

	if (!S_key(&row_a, &at_a, a) || !S_key(&row_b, &at_b, b))
		return a == b;
	aside = at_b - at_a;
	if (row_a == row_b)
		return aside >= -1 && aside <= 1;
	if (row_b == row_a + 1) /* below: to the left or the same */
		return aside == -1 || aside == 0;
	return row_b == row_a - 1 && (aside == 0 || aside == 1);
}

/* Whether letter a sounds as b does where `next` follows. */
static bool S_sounds(uint32_t a, uint32_t b, uint32_t next)
{
	bool soft = S_in(next, SOFTENS);

	if (S_are(a, b, 'b', 'v') || S_are(a, b, 'v', 'w') || S_are(a, b, 's', 'z') ||
	    S_are(a, b, 'c', 'z') || S_are(a, b, 'c', 'k') || S_are(a, b, 'k', 'q') ||
	    S_are(a, b, 'i', 'y') || S_are(a, b, 'x', 's') || S_are(a, b, 'x', 'j') ||
	    S_are(a, b, 'u', 'w') || S_are(a, b, 'n', ENYE))
		return true;
	if (S_are(a, b, 's', 'c'))
		return soft || next == 'h'; /* cerca, serca; show, chow */
	if (S_are(a, b, 'c', 'q') || S_are(a, b, 'g', 'h'))
		return next == 'u'; /* cuota, quota; hueso, gueso */
	if (S_are(a, b, 'g', 'j'))
		return soft;
	if (S_are(a, b, 'm', 'n'))
		return S_in(next, LIPS);
	return false;
}

/* Whether a letter between `before` and `next` is not heard, so that it is
 * easily forgotten, or written where there is none.  last: nothing follows. */
static bool S_mute(uint32_t c, uint32_t before, uint32_t next, bool last)
{
	switch (c) {
	case 'h':
		return before != 'c';
	case 'y':
		return next == 'i' || before == 'i';
	case 'g':
		return last && before == 'n'; /* parking */
	case 'd':
		return last && S_vowel(before); /* salud */
	case 's':
		return next == 'c'; /* piscina, adolescente */
	case 'c':
		return before == 'x' || (before == 's' && (next == 'e' || next == 'i'));
	case 'p':
		return !before && next == 's'; /* psicosocial */
	case 'b':
		return next == 's' && before; /* obstáculo */
	case 'u':
		return before == 'g' && (next == 'e' || next == 'i');
	default:
		return false;
	}
}

/* Two letters that may stand for one. */
static bool S_pair(uint32_t a, uint32_t b)
{
	switch (b) {
	case 'u':
		return a == 'q' || a == 'h' || a == 'g';
	case 'l':
		return a == 'l';
	case 'c':
	case 's':
		return a == 'c';
	case 'h':
		return a == 'p';
	case 'i':
	case 'y':
		return a == 'n';
	default:
		return false;
	}
}

/* One letter that is written as two. */
static bool S_digraph(uint32_t one, uint32_t a, uint32_t b)
{
	switch (one) {
	case 'k':
	case 'c':
		return a == 'q' && b == 'u';
	case 'y':
		return a == 'l' && b == 'l';
	case 'w':
		return (a == 'h' || a == 'g') && b == 'u';
	case 'x':
		return a == 'c' && (b == 'c' || b == 's');
	case 'f':
		return a == 'p' && b == 'h';
	case ENYE:
		return a == 'n' && (b == 'i' || b == 'y');
	default:
		return false;
	}
}

/* ---- the typed word ---- */

static unsigned S_least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Typed letter j, which the word has not. */
static unsigned S_added(const struct spelling *s, unsigned j)
{
	const struct spelling_costs *c = s->costs;
	uint32_t a = s->letter[j], before = j ? s->letter[j - 1] : 0,
		 next = s->letter[j + 1];
	unsigned more = j == 0 ? c->first : 0;
	unsigned cost = c->add + more;

	if (spelling_near_key(a, before) || spelling_near_key(a, next))
		cost = c->add_key + more;
	if (a == before)
		cost = S_least(cost, c->twice);
	if (S_mute(a, before, next, j + 1 == s->n))
		cost = S_least(cost, c->sound);
	return cost;
}

/* Typed letter j for the word's w. */
static unsigned S_changed(const struct spelling *s, unsigned j, uint32_t w)
{
	const struct spelling_costs *c = s->costs;
	uint32_t a = s->letter[j];
	unsigned cost = c->change;

	if (a == w)
		return 0;
	if (spelling_near_key(a, w))
		cost = c->change_key;
	else if (S_vowel(a) && S_vowel(w))
		cost = c->change_vowel;
	cost += j == 0 ? c->first : 0;
	if (S_sounds(a, w, s->letter[j + 1]))
		cost = S_least(cost, c->sound);
	return cost;
}

/* The word's letter w, which was not typed after j letters. */
static unsigned S_lost(const struct spelling *s, unsigned j, uint32_t w,
		       uint32_t before)
{
	const struct spelling_costs *c = s->costs;
	unsigned cost = c->lose + (before ? 0 : c->first);

	if (w == before)
		cost = S_least(cost, c->twice);
	if (S_mute(w, before, s->letter[j], j == s->n))
		cost = S_least(cost, c->sound);
	return cost;
}

static unsigned S_cheapest(const struct spelling_costs *c)
{
	const unsigned char all[] = {c->change, c->change_key, c->change_vowel,
				     c->lose,	c->add,	       c->add_key,
				     c->swap,	c->sound,      c->twice};
	unsigned least = SPELLING_FAR;

	for (size_t i = 0; i < sizeof all; i++)
		least = S_least(least, all[i]);
	return least;
}

bool spelling_read(struct spelling *out, const char *folded, size_t n,
		   const struct spelling_costs *costs, unsigned limit)
{
	memset(out, 0, sizeof *out);
	out->costs = costs;
	out->least = S_cheapest(costs);
	out->limit = limit < SPELLING_FAR ? limit : SPELLING_FAR - 1;
	while (n) {
		unsigned long c;
		size_t step = utf8_decode(folded, n, &c);

		if (out->n == SPELLING_LETTERS)
			return false;
		out->letter[out->n++] = (uint32_t)c;
		folded += step;
		n -= step;
	}
	memset(out->most, (int)out->limit, sizeof out->most);
	for (unsigned j = 0; j < out->n; j++) {
		out->added[j] = (unsigned char)S_added(out, j);
		out->pair[j] = j && S_pair(out->letter[j - 1], out->letter[j]);
		for (unsigned k = 0; k < SPELLING_ALPHABET; k++)
			out->changed[k][j] = (unsigned char)S_changed(out, j,
								      k < 26 ? 'a' + k
								      : k == 26 ? ENYE
										: 0);
	}
	return out->n > 0;
}

void spelling_begin(struct spelling *s, unsigned letters, unsigned cost_most)
{
	for (unsigned j = 0; j <= letters && j <= s->n; j++)
		s->most[j] = (unsigned char)S_least(cost_most, s->limit);
}

/* ---- rows ---- */

void spelling_first(struct spelling_row *row, const struct spelling *s)
{
	unsigned cost = 0, j = 0;

	memset(row->cost, SPELLING_FAR, sizeof row->cost);
	row->from = 0;
	for (; j <= s->n && cost <= s->most[j]; j++) {
		row->cost[j] = (unsigned char)cost;
		cost += s->added[j < s->n ? j : 0];
	}
	row->to = (unsigned char)j;
	row->only = SPELLING_ANY;
}

/* Whether letter w, not taken by itself, can be the first of two: exchanged
 * neighbours, or a digraph for one typed letter.  Only asked where the row
 * itself is dead. */
static bool S_pending(const struct spelling_row *row, uint32_t w,
		      const struct spelling *s)
{
	const struct spelling_costs *c = s->costs;

	for (unsigned j = row->from; j < row->to && j < s->n; j++) {
		if (row->cost[j] + c->swap <= s->limit && s->letter[j + 1] == w)
			return true;
		if (row->cost[j] + c->sound <= s->limit &&
		    (S_digraph(s->letter[j], w, 'u') ||
		     S_digraph(s->letter[j], w, 'l') ||
		     S_digraph(s->letter[j], w, 'c') ||
		     S_digraph(s->letter[j], w, 'h') ||
		     S_digraph(s->letter[j], w, 'i')))
			return true;
	}
	return false;
}

/* Whether row k lets a letter be wrong from here on, within a place or two. */
static bool S_may_err(const struct spelling_row *row, const struct spelling *s)
{
	for (unsigned j = row->from; j < row->to; j++)
		if (row->cost[j] + s->least <= s->most[S_least(j + 2, s->n)])
			return true;
	return false;
}

/* Letters after which a digraph's second one, or the first of two that were
 * exchanged, may still come: word[k - 1] is the first one's place. */
#define SECOND (L('u') | L('l') | L('c') | L('s') | L('h') | L('i') | L('y'))

/* row[k].only. */
static uint32_t S_only(const struct spelling_row *row, unsigned k, uint32_t last,
		       const struct spelling *s)
{
	const struct spelling_row *now = &row[k], *one = &row[k - 1];
	uint32_t only = 0;

	if (S_may_err(now, s))
		return SPELLING_ANY;
	for (unsigned j = now->from; j < now->to && j < s->n; j++)
		only |= (uint32_t)1 << spelling_place(s->letter[j]);
	if (!S_may_err(one, s))
		return only;
	for (unsigned j = one->from; j < one->to && j + 1 < s->n; j++)
		if (s->letter[j + 1] == last)
			only |= (uint32_t)1 << spelling_place(s->letter[j]);
	return only | SECOND;
}

bool spelling_next(struct spelling_row *row, unsigned k, const uint32_t *word,
		   const struct spelling *s)
{
	const struct spelling_costs *c = s->costs;
	const struct spelling_row *one = &row[k - 1], *two = k > 1 ? &row[k - 2] : NULL;
	struct spelling_row *now = &row[k];
	uint32_t w = word[k - 1], before = k > 1 ? word[k - 2] : 0;
	const unsigned char *changed = s->changed[spelling_place(w)];
	unsigned from = one->from, to = one->to + 2u, lost = S_lost(s, 0, w, before);
	bool alive = one->to > one->from, mute = S_in(w, MUTE);
	/* Digits, ç: of which one is not the other. */
	bool other = spelling_place(w) == SPELLING_ALPHABET - 1;
	bool pair = two && S_pair(before, w);

	if (two && two->to > two->from) {
		from = alive ? S_least(from, two->from + 1u) : two->from + 1u;
		to = two->to + 2u > to ? two->to + 2u : to;
	}
	memset(now->cost, SPELLING_FAR, s->n + 1);
	now->from = now->to = (unsigned char)S_least(from, s->n + 1);
	for (unsigned j = from; j <= s->n; j++) {
		unsigned best;

		if (j >= to && (j == 0 || now->cost[j - 1] > s->limit))
			break;
		best = one->cost[j] + (mute ? S_lost(s, j, w, before) : lost);
		if (j) {
			uint32_t a = s->letter[j - 1];
			unsigned change =
				other ? S_changed(s, j - 1, w) : changed[j - 1];

			best = S_least(best, one->cost[j - 1] + change);
			best = S_least(best, now->cost[j - 1] + s->added[j - 1]);
			if (pair && S_digraph(a, before, w))
				best = S_least(best, two->cost[j - 1] + c->sound);
			if (s->pair[j - 1] && S_digraph(w, s->letter[j - 2], a))
				best = S_least(best, one->cost[j - 2] + c->sound);
			if (j > 1 && two && a == before && s->letter[j - 2] == w &&
			    a != w)
				best = S_least(best, two->cost[j - 2] + c->swap);
		}
		if (best > s->most[j])
			continue;
		now->cost[j] = (unsigned char)best;
		if (now->to == now->from)
			now->from = (unsigned char)j;
		now->to = (unsigned char)(j + 1);
	}
	if (now->to == now->from && !S_pending(one, w, s))
		return false;
	now->only = S_only(row, k, w, s);
	return true;
}

unsigned spelling_cost(const struct spelling *s, const char *word, size_t n)
{
	struct spelling_row row[SPELLING_LETTERS + 1];
	uint32_t letter[SPELLING_LETTERS];
	unsigned k = 0;

	spelling_first(&row[0], s);
	while (n) {
		unsigned long c;
		size_t step = utf8_decode(word, n, &c);

		if (k == SPELLING_LETTERS)
			return SPELLING_FAR;
		letter[k++] = (uint32_t)c;
		if (!spelling_next(row, k, letter, s))
			return SPELLING_FAR;
		word += step;
		n -= step;
	}
	return row[k].cost[s->n];
}
