#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert_page_parts.h"

/*
 * Where columns begin: tab stops (as in Smith, "Hybrid Page Layout Analysis via
 * Tab-Stop Detection", 2009, of which this is the simplest part).
 *
 *     Fechas de implementación Primer semestre de 2024
 *     Elemento                 Las familias enseñan, los
 *     innovador y creativo del docentes aprenden, y esa
 *     proyecto                 inversión es lo nuevo.
 *
 * A full cell leaves no more room before the next one than a wide blank.  But
 * what stands right of it begins where other lines of its column begin, and the
 * blanks at its left are narrower.
 */
#define NEAR_LINES 50 /* how far away other lines may be, in sizes */
#define LEAST	   3  /* of them */
#define MANY	   8
#define BESIDE	   1.8 /* the line above or below, in sizes */
#define SAME	   0.7 /* points */
#define PASSES	   6
#define WORDS_MAX  50000 /* more is no page that anybody reads */

struct start {
	long bucket; /* of x, half points */
	double y, x;
};

static int S_by_place(const void *a, const void *b)
{
	const struct start *p = a, *q = b;

	if (p->bucket != q->bucket)
		return p->bucket < q->bucket ? -1 : 1;
	return (p->y > q->y) - (p->y < q->y);
}

/* The room before word i on its line, a line's first word: far. */
static double S_room(const struct page *p, size_t i)
{
	const struct word *a = i ? &p->words[i - 1] : NULL, *b = &p->words[i];

	if (!a || a->kind != WORD_TEXT || fabs(a->y - b->y) > 0.4 * b->size ||
	    b->x1 < a->x2 - 0.3 * b->size)
		return 1e9;
	return b->x1 - a->x2;
}

/* The first start in the bucket that is not above y. */
static size_t S_first(const struct start *v, size_t n, long bucket, double y)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].bucket < bucket || (v[mid].bucket == bucket && v[mid].y < y))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct others { /* lines that begin where a word does */
	unsigned near, beside;
};

static struct others S_others(const struct start *v, size_t n, const struct word *w)
{
	long bucket = lrint(2 * w->x1);
	struct others o = {0, 0};

	for (long k = bucket - 2; k <= bucket + 2; k++) {
		size_t i = S_first(v, n, k, w->y - NEAR_LINES * w->size);

		for (unsigned looked = 0; i < n && v[i].bucket == k && looked < 200 &&
					  v[i].y < w->y + NEAR_LINES * w->size;
		     i++, looked++) {
			double far = fabs(v[i].y - w->y);

			if (fabs(v[i].x - w->x1) >= SAME || far < 0.5 * w->size)
				continue;
			o.near++;
			o.beside += far < BESIDE * w->size;
		}
	}
	return o;
}

bool *layout_stops(const struct page *p)
{
	bool *stop = p->n <= WORDS_MAX ? calloc(p->n + 1, sizeof *stop) : NULL;
	struct start *v = malloc((p->n + 1) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; stop && v && i < p->n; i++) {
		const struct word *w = &p->words[i];

		if (w->kind == WORD_TEXT && S_room(p, i) > w->size)
			v[n++] = (struct start){lrint(2 * w->x1), w->y, w->x1};
	}
	/* A line that is found tells of the lines beside it. */
	for (size_t found = 1, pass = 0; stop && v && found && pass < PASSES; pass++) {
		size_t had = n;

		qsort(v, n, sizeof *v, S_by_place);
		for (size_t i = 1; i < p->n; i++) {
			const struct word *w = &p->words[i];
			double room = S_room(p, i), before = S_room(p, i - 1);
			struct others o;

			if (stop[i] || w->kind != WORD_TEXT || room > w->size ||
			    room < 0.35 * w->size)
				continue;
			o = S_others(v, had, w);
			if (o.near < LEAST)
				continue;
			/* against the blank before the word at its left */
			if (before > w->size)
				stop[i] = room >= 0.45 * w->size;
			else if (o.beside >= 2)
				stop[i] = room >= 0.95 * before;
			else
				stop[i] =
					room >= (o.near >= MANY ? 1.1 : 1.35) * before;
			if (stop[i])
				v[n++] = (struct start){lrint(2 * w->x1), w->y, w->x1};
		}
		found = n - had;
	}
	/* What the PDF gives apart from the left of its line stays apart. */
	for (size_t i = 0; stop && v && i < p->n; i++)
		if (p->words[i].kind == WORD_TEXT && S_room(p, i) > 1e8)
			stop[i] = S_others(v, n, &p->words[i]).near >= LEAST;
	free(v);
	return stop;
}

/* ---- lines that are spread to their column's width ---- */

#define SPREAD_GAPS  3
#define SPREAD_CHARS 20

bool *layout_spread(const struct page *p)
{
	bool *spread = calloc(p->n + 1, sizeof *spread);

	for (size_t i = 1, to; spread && i < p->n; i = to) {
		double gap = S_room(p, i), least = gap, most = gap;
		size_t signs = p->words[i - 1].n + p->words[i].n;

		to = i + 1;
		if (gap < p->words[i].size || gap > 2 * p->words[i].size)
			continue;
		for (; to < p->n; to++) {
			gap = S_room(p, to);
			if (fabs(gap - least) > 0.2 || fabs(gap - most) > 0.2)
				break;
			least = gap < least ? gap : least;
			most = gap > most ? gap : most;
			signs += p->words[to].n;
		}
		for (size_t k = i;
		     to - i >= SPREAD_GAPS && signs >= SPREAD_CHARS && k < to; k++)
			spread[k] = true;
	}
	return spread;
}
