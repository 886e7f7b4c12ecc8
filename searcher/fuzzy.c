#include "fuzzy.h"

#include <stdlib.h>
#include <string.h>

#define LETTERS (WORD_MAX + 1)

/* Code points of p; 0 = too many. */
static size_t S_letters(uint32_t out[LETTERS], const char *p, size_t n)
{
	size_t k = 0;

	while (n) {
		unsigned long c;
		size_t step = utf8_decode(p, n, &c);

		if (k == LETTERS)
			return 0;
		out[k++] = (uint32_t)c;
		p += step;
		n -= step;
	}
	return k;
}

unsigned fuzzy_edits(const char *folded, size_t n)
{
	size_t letters = utf8_count(folded, n);

	return letters <= 3 ? 0 : letters <= 7 ? 1 : 2;
}

static unsigned S_min(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment, row by row, given up as soon as a whole row is
 * past the limit. */
static unsigned S_distance(const uint32_t *a, size_t na, const uint32_t *b, size_t nb,
			   unsigned limit)
{
	unsigned rows[3][LETTERS + 1];
	unsigned *last = rows[0], *now = rows[1], *before = rows[2];

	if ((na > nb ? na - nb : nb - na) > limit)
		return limit + 1;
	for (size_t j = 0; j <= nb; j++)
		last[j] = before[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned best = now[0] = (unsigned)i, *spare = before;

		for (size_t j = 1; j <= nb; j++) {
			unsigned d = last[j - 1] + (a[i - 1] != b[j - 1]);

			d = S_min(d, S_min(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d = S_min(d, before[j - 2] + 1);
			now[j] = d;
			best = S_min(best, d);
		}
		if (best > limit)
			return limit + 1;
		before = last;
		last = now;
		now = spare;
	}
	return S_min(last[nb], limit + 1);
}

unsigned fuzzy_distance(const char *a, size_t a_n, const char *b, size_t b_n,
			unsigned limit)
{
	uint32_t la[LETTERS], lb[LETTERS];
	size_t na = S_letters(la, a, a_n), nb = S_letters(lb, b, b_n);

	return na && nb ? S_distance(la, na, lb, nb, limit) : limit + 1;
}

struct found {
	uint32_t at, documents;
	unsigned edits;
};

static int S_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->edits != y->edits)
		return x->edits < y->edits ? -1 : 1;
	if (x->documents != y->documents)
		return x->documents > y->documents ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

enum status fuzzy_find(uint32_t *at, unsigned char *edits, size_t *n, size_t max,
		       struct engine *e, const char *folded, size_t folded_n,
		       unsigned limit, struct err *err)
{
	uint32_t letters[LETTERS], other[LETTERS],
		size = vocabulary_size(e->vocabulary);
	size_t na = S_letters(letters, folded, folded_n), count = 0, cap = 0;
	struct found *v = NULL;
	struct word w;
	enum status st = ST_OK;

	*n = 0;
	for (uint32_t i = 0; !st && na && limit && i < size; i++) {
		unsigned d;
		size_t nb;

		if (i % 4096 == 4095)
			st = engine_tick(e, err);
		if (!vocabulary_at(&w, e->vocabulary, i))
			continue;
		/* Bytes differ at least as letters do, at most four for one. */
		if (w.n > folded_n + 4 * (size_t)limit ||
		    folded_n > w.n + 4 * (size_t)limit)
			continue;
		nb = S_letters(other, w.text, w.n);
		d = nb ? S_distance(letters, na, other, nb, limit) : limit + 1;
		if (d == 0 || d > limit)
			continue;
		if (count == cap) {
			struct found *more =
				realloc(v, (cap = cap ? 2 * cap : 64) * sizeof *v);

			if (!more) {
				st = err_nomem(err);
				break;
			}
			v = more;
		}
		v[count++] = (struct found){i, w.documents, d};
	}
	if (!st && count) {
		qsort(v, count, sizeof *v, S_order);
		for (*n = 0; *n < count && *n < max; ++*n) {
			at[*n] = v[*n].at;
			edits[*n] = (unsigned char)v[*n].edits;
		}
	}
	free(v);
	return st;
}
