#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "normal.h"
#include "normal_tokens.h"

/*
 * Dates in Spanish prose.
 *
 * The text is cut into tokens (figures, months, words that mean something
 * here), and these into points: "3 de agosto 2023", "agosto", "2023",
 * "01/03/2023", "primer semestre 2024" (two points).  What stands between two
 * points links them: a dash, a slash, "a", "hasta" make a range; a comma, "y"
 * or other words begin another one.  A month without a year takes the next
 * year in the text ("Junio a octubre de 2023"), or else the last one.
 * Precision is never invented: "2024" stays a year.
 */
#define POINTS_LIMIT 64

struct point {
	int y, m, d;
	bool range; /* linked to the point before as a range */
	bool since, start, until;
	bool bare; /* linked by nothing but a blank */
	bool dashed;
};

struct points {
	struct point v[POINTS_LIMIT];
	size_t n;
	bool open;
};

struct between { /* what stands between two points */
	bool range, list, stop, end, start, since, until, entre, dash;
	unsigned words;
};

static void S_point(struct points *p, struct between *b, int y, int m, int d)
{
	struct point *q;

	if (p->n == POINTS_LIMIT)
		return;
	q = &p->v[p->n++];
	*q = (struct point){.y = y,
			    .m = m,
			    .d = d,
			    .since = b->since,
			    .start = b->start,
			    .until = b->until};
	if (p->n > 1) {
		q->range = b->end || (b->range && !b->stop) || (b->entre && b->list);
		q->bare = !b->range && !b->list && !b->stop && !b->end && !b->words;
		q->dashed = b->dash;
	}
	*b = (struct between){.entre = p->n == 1 && b->entre};
}

/* Skips "de", "del", commas, one dash or slash before a year. */
static size_t S_to_year(const struct date_token *t, size_t n, size_t i)
{
	size_t k = i;

	while (k < n &&
	       (t[k].kind == D_OF || (t[k].kind == D_LIST && t[k].sign == ',') ||
		(t[k].kind == D_STOP && t[k].sign == '.')))
		k++;
	if (k == i && k + 1 < n && t[k].kind == D_RANGE && t[k].sign && t[k].glued &&
	    t[k + 1].glued)
		k++; /* ago-2023 */
	return k < n && t[k].kind == D_YEAR ? k : n;
}

/* An abbreviation is a month only beside a figure or another month. */
static bool S_is_month(const struct date_token *t, size_t n, size_t i)
{
	if (i >= n || t[i].kind != D_MONTH)
		return false;
	if (!t[i].digits)
		return true;
	if (i && t[i - 1].kind == D_OF && t[i - 1].v)
		return false; /* Viña del Mar */
	for (size_t k = i + 1; k < n && k < i + 4; k++) {
		if (t[k].kind == D_YEAR || t[k].kind == D_NUMBER ||
		    t[k].kind == D_MONTH)
			return true;
		if (t[k].kind == D_WORD)
			break;
	}
	for (size_t k = i; k-- > 0 && i - k < 4;) {
		if (t[k].kind == D_YEAR || t[k].kind == D_NUMBER ||
		    t[k].kind == D_MONTH)
			return true;
		if (t[k].kind == D_WORD)
			break;
	}
	return false;
}

/* Year after a month at i: the year and the next token; 0 = none. */
static int S_year_after(const struct date_token *t, size_t n, size_t *i)
{
	size_t k = S_to_year(t, n, *i);

	if (k < n) {
		*i = k + 1;
		return t[k].v;
	}
	if (*i + 1 < n && t[*i].kind == D_OF && t[*i].sign == '\'' &&
	    t[*i + 1].kind == D_NUMBER && t[*i + 1].digits == 2) { /* ago '23 */
		int y = 2000 + t[*i + 1].v;

		*i += 2;
		return y;
	}
	/* ago-23 */
	if (*i + 1 < n && t[*i].kind == D_RANGE && t[*i].sign == '-' && t[*i].glued &&
	    t[*i + 1].glued && t[*i + 1].kind == D_NUMBER && t[*i + 1].digits == 2 &&
	    !(*i + 2 < n && (t[*i + 2].kind == D_OF || t[*i + 2].kind == D_MONTH))) {
		int y = 2000 + t[*i + 1].v;

		*i += 2;
		return y;
	}
	return 0;
}

/* "3, 10 y 17 de agosto 2024", "3 al 24 de julio": from the figure at i. */
static bool S_days(struct points *p, struct between *b, const struct date_token *t,
		   size_t n, size_t *i)
{
	int first = t[*i].v, last = first, m, y;
	size_t k = *i + 1;
	bool range = false;

	if (first < 1 || first > 31 || t[*i].digits > 2)
		return false;
	while (k + 1 < n) {
		size_t q = k;

		while (q < n && (t[q].kind == D_RANGE || t[q].kind == D_LIST ||
				 (q > k && t[q].kind == D_OF))) {
			range |= t[q].kind == D_RANGE;
			q++;
		}
		if (q == k || q >= n || t[q].kind != D_NUMBER || t[q].digits > 2 ||
		    t[q].v < 1 || t[q].v > 31)
			break;
		last = t[q].v;
		k = q + 1;
	}
	if (k < n && t[k].kind == D_ORDINAL)
		return false;
	while (k < n && t[k].kind == D_OF)
		k++;
	if (k < n && t[k].kind == D_RANGE && t[k].sign && t[k].glued && k + 1 < n &&
	    t[k + 1].kind == D_MONTH)
		k++; /* 3-ago-2023 */
	if (k >= n || t[k].kind != D_MONTH)
		return false;
	m = t[k].v;
	k++;
	y = S_year_after(t, n, &k);
	if (!normal_is_day(y, m, first) || !normal_is_day(y, m, last))
		return false;
	S_point(p, b, y, m, first);
	if (last != first) {
		b->range = true;
		(void)range;
		S_point(p, b, y, m, last);
	}
	*i = k;
	return true;
}

/* "primer semestre 2024", "primer y segundo semestre de 2023". */
static bool S_unit(struct points *p, struct between *b, const struct date_token *t,
		   size_t n, size_t *i)
{
	int from = t[*i].v, to = from, y, months;
	size_t k = *i + 1;

	while (k + 1 < n && (t[k].kind == D_LIST || t[k].kind == D_RANGE) &&
	       (t[k + 1].kind == D_ORDINAL ||
		(t[k + 1].kind == D_OF && k + 2 < n && t[k + 2].kind == D_ORDINAL))) {
		k += t[k + 1].kind == D_OF ? 2 : 1;
		to = t[k].v;
		k++;
	}
	if (k >= n || t[k].kind != D_UNIT)
		return false;
	months = t[k].v;
	if (from > to || to * months > 12)
		return false;
	k++;
	y = S_year_after(t, n, &k);
	S_point(p, b, y, (from - 1) * months + 1, 0);
	b->range = true;
	S_point(p, b, y, to * months, 0);
	*i = k;
	return true;
}

static void S_points(struct points *p, const struct date_token *t, size_t n)
{
	struct between b = {.words = 0};

	memset(p, 0, sizeof *p);
	for (size_t i = 0; i < n;) {
		switch (t[i].kind) {
		case D_DATE: {
			int y = t[i].y;

			i++;
			if (!y) { /* 15/03 de 2024 */
				size_t k = S_to_year(t, n, i);

				if (k < n && k > i) {
					y = t[k].v;
					S_point(p, &b, y, t[i - 1].m, t[i - 1].d);
					i = k + 1;
					break;
				}
			}
			S_point(p, &b, y, t[i - 1].m, t[i - 1].d);
			break;
		}
		case D_NUMBER:
			if (!S_days(p, &b, t, n, &i)) {
				b.words++;
				i++;
			}
			break;
		case D_ORDINAL:
			if (S_unit(p, &b, t, n, &i))
				break;
			if (t[i].v == 1 && i + 2 < n && t[i + 1].kind == D_OF &&
			    t[i + 2].kind == D_MONTH) { /* 1° de marzo */
				size_t k = i + 3;
				int m = t[i + 2].v, y = S_year_after(t, n, &k);

				S_point(p, &b, y, m, 1);
				i = k;
				break;
			}
			b.words++;
			i++;
			break;
		case D_MONTH: {
			int m = t[i].v, y;

			if (!S_is_month(t, n, i)) {
				b.words++;
				i++;
				break;
			}
			i++;
			y = S_year_after(t, n, &i);
			S_point(p, &b, y, m, 0);
			break;
		}
		case D_YEAR: {
			int y = t[i].v;

			S_point(p, &b, y, 0, 0);
			i++;
			/* 2023-24 */
			if (i + 1 < n && t[i].kind == D_RANGE && t[i].glued &&
			    t[i + 1].glued && t[i + 1].kind == D_NUMBER &&
			    t[i + 1].digits == 2 && t[i + 1].v > y % 100 &&
			    t[i + 1].v <= y % 100 + 20) {
				b.range = true;
				S_point(p, &b, y - y % 100 + t[i + 1].v, 0, 0);
				i += 2;
			}
			break;
		}
		case D_OPEN:
			p->open = true;
			i++;
			break;
		case D_RANGE:
			b.range = true;
			b.until |= t[i].v == 1 && !t[i].sign;
			b.dash |= t[i].sign == '-';
			i++;
			break;
		case D_LIST:
			b.list = true;
			i++;
			break;
		case D_STOP:
			b.stop |= t[i].sign != '.' || !(i > 0 && t[i - 1].digits == 1 &&
							t[i - 1].kind == D_MONTH);
			i++;
			break;
		case D_END:
			b.end = true;
			i++;
			break;
		case D_START:
			b.start = true;
			i++;
			break;
		case D_SINCE:
			b.since = true;
			i++;
			break;
		case D_BETWEEN:
			b.entre = true;
			i++;
			break;
		case D_WORD:
		case D_UNIT:
			b.words++;
			i++;
			break;
		case D_OF:
			i++;
			break;
		}
	}
}

/* Years where none is printed. */
static void S_inherit(struct points *p)
{
	int y = 0;

	for (size_t i = p->n; i-- > 0;) {
		struct point *q = &p->v[i];

		if (q->y) {
			y = q->y;
			continue;
		}
		if (!y)
			continue;
		q->y = y;
		/* Octubre a marzo 2024 begins the year before. */
		if (i + 1 < p->n && q[1].range && q[1].y == y && q[1].m &&
		    (q->m > q[1].m || (q->m == q[1].m && q->d > q[1].d && q[1].d)))
			q->y = --y;
	}
	y = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct point *q = &p->v[i];

		if (q->y) {
			y = q->y;
			continue;
		}
		if (!y)
			continue;
		if (i && q->range && q[-1].m > q->m)
			y++;
		q->y = y;
	}
}

static int S_order(const struct point *a, const struct point *b, int missing)
{
	int am = a->m ? a->m : missing, bm = b->m ? b->m : missing;
	int ad = a->d ? a->d : missing, bd = b->d ? b->d : missing;

	if (a->y != b->y)
		return a->y - b->y;
	if (am != bm)
		return am - bm;
	return ad - bd;
}

static void S_print(char out[11], const struct point *p)
{
	if (p->d)
		snprintf(out, 11, "%04u-%02u-%02u", (unsigned)p->y % 10000u,
			 (unsigned)p->m % 100u, (unsigned)p->d % 100u);
	else if (p->m)
		snprintf(out, 11, "%04u-%02u", (unsigned)p->y % 10000u,
			 (unsigned)p->m % 100u);
	else
		snprintf(out, 11, "%04u", (unsigned)p->y % 10000u);
}

static int S_by_year(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

void span_release(struct span *s)
{
	ints_release(&s->years);
}

static bool S_settle(struct span *out, struct points *p)
{
	const struct point *first = NULL, *last = NULL;
	size_t n = 0, years = 0;

	S_inherit(p);
	/* "2024: marzo a junio": the months say more. */
	for (size_t i = 0; i < p->n; i++) {
		const struct point *q = &p->v[i];
		bool said = false;

		for (size_t k = 0; !q->m && k < p->n && !said; k++)
			said = p->v[k].m && p->v[k].y == q->y &&
			       !(k < i && p->v[i].range);
		if (q->y && !said)
			p->v[n++] = *q;
	}
	p->n = n;
	if (!n)
		return true;
	for (size_t i = 0; i < n; i++)
		years += !p->v[i].m;
	for (size_t i = 0; i < n; i++) {
		const struct point *q = &p->v[i];

		if (!first || S_order(q, first, 0) < 0)
			first = q;
		if (!last || S_order(q, last, 99) > 0)
			last = q;
	}
	out->understood = true;
	/* "Desde 2019" goes on; "Inicio: 2019" says no end. */
	out->ongoing = p->open || (n == 1 && p->v[0].since);
	/* "Hasta 2024" says no beginning. */
	if (!(n == 1 && p->v[0].until))
		S_print(out->start, first);
	if (!out->ongoing && !(n == 1 && p->v[0].start))
		S_print(out->end, last);
	/* Ranges: from a point to those linked to it. */
	for (size_t i = 0; i < n;) {
		int from = p->v[i].y, to = from;
		size_t k = i + 1;

		while (k < n && (p->v[k].range || (p->v[k].bare && n == 2)) &&
		       !(years == n && n > 2 && p->v[k].dashed)) {
			if (p->v[k].y > to)
				to = p->v[k].y;
			if (p->v[k].y < from)
				from = p->v[k].y;
			k++;
		}
		for (int y = from; y <= to && y < from + 200; y++)
			if (!ints_has(&out->years, y) && !ints_add(&out->years, y))
				return false;
		out->open_from = from;
		i = k;
	}
	if (out->ongoing && n == 1)
		out->open_from = first->y;
	qsort(out->years.v, out->years.n, sizeof *out->years.v, S_by_year);
	return true;
}

bool normal_dates(struct span *out, const char *text, size_t n)
{
	struct date_token *t = malloc(TOKENS_LIMIT * sizeof *t);
	struct points p;
	bool ok;

	memset(out, 0, sizeof *out);
	if (!t)
		return false;
	S_points(&p, t, normal_tokens(t, text, n));
	ok = S_settle(out, &p);
	free(t);
	return ok;
}
