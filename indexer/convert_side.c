#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert_page_parts.h"

/*
 * Headings beside their text: a table of two columns, without its rules.
 *
 *     Fechas        3 de agosto 2023 / 24 de julio 2024
 *                   La municipalidad realizó en
 *     Descripción   conjunto con otras dos jornadas
 *                   de capacitación.
 *
 * The left column is cut into groups of lines, one a heading.  Which lines at
 * the right are a heading's depends on how its table sets it, at the top of its
 * row or at half its height; one table may do both, where a page cuts a row.
 */
#define GROUPS_MAX    60
#define LINES_MAX     2000
#define HEADING_CHARS 70 /* on average */

struct group {		 /* of the left column */
	size_t from, to; /* pieces */
	double top, bottom, size;
};

struct right_line {
	size_t from, to;
	double y, size;
	size_t texts, chars; /* pieces of text */
	bool mark;
};

struct sides {
	struct group groups[GROUPS_MAX];
	size_t n_groups;
	struct right_line lines[LINES_MAX];
	size_t n_lines;
	size_t row[GROUPS_MAX + 1]; /* each group's first line at the right */
};

/* Left pieces first, both sides in order of y.  Returns how many are left. */
static size_t S_part(struct piece *p, size_t n, double x, struct piece *scratch)
{
	size_t left = 0, right = 0;

	for (size_t i = 0; i < n; i++)
		if (p[i].x1 < x)
			p[left++] = p[i];
		else
			scratch[right++] = p[i];
	memcpy(p + left, scratch, right * sizeof *p);
	return left;
}

/* False: these are no headings: several pieces in a line, or too much text. */
static bool S_groups(struct sides *s, const struct piece *p, size_t n)
{
	size_t chars = 0;

	for (size_t i = 0; i < n; i++) {
		struct group *g = s->n_groups ? &s->groups[s->n_groups - 1] : NULL;
		double step = g ? p[i].y - g->bottom : 0;

		if (p[i].kind != WORD_TEXT || (g && step < 0.5 * p[i].size))
			return false;
		chars += p[i].chars;
		if (g && step <= 1.6 * p[i].size &&
		    (step <= 1.3 * p[i].size || p[i].lower)) {
			g->to = i + 1;
			g->bottom = p[i].y;
			if (g->to - g->from > 5)
				return false;
			continue;
		}
		if (s->n_groups == GROUPS_MAX)
			return false;
		s->groups[s->n_groups++] =
			(struct group){i, i + 1, p[i].y, p[i].y, p[i].size};
	}
	return s->n_groups > 0 && chars <= HEADING_CHARS * s->n_groups;
}

/* False: this is no text. */
static bool S_right(struct sides *s, const struct piece *p, size_t from, size_t to)
{
	size_t single = 0;
	bool text = false;

	for (size_t i = from; i < to; i++) {
		struct right_line *l = s->n_lines ? &s->lines[s->n_lines - 1] : NULL;

		if (!l || p[i].y - l->y > 0.4 * p[i].size) {
			if (s->n_lines == LINES_MAX)
				return false;
			l = &s->lines[s->n_lines++];
			*l = (struct right_line){
				.from = i, .y = p[i].y, .size = p[i].size};
		}
		l->to = i + 1;
		if (p[i].kind == WORD_TEXT) {
			l->texts++;
			l->chars += p[i].chars;
		} else {
			l->mark = true;
		}
	}
	for (size_t i = 0; i < s->n_lines; i++) {
		const struct right_line *l = &s->lines[i];

		single += l->texts == 1;
		text |= l->texts == 1 &&
			(l->chars >= 30 || (l->mark && l->chars >= 12));
	}
	return text && 10 * single >= 7 * s->n_lines;
}

static double S_gap(const struct sides *s, size_t i)
{
	return s->lines[i].y - s->lines[i - 1].y;
}

/* How badly lines [a, b) fit beside a heading, in lines. */
static double S_misfit(const struct sides *s, const struct group *g, size_t a, size_t b)
{
	double top, middle;

	if (a == b)
		return 1;
	top = fabs(s->lines[a].y - g->top);
	middle = fabs(s->lines[a].y + s->lines[b - 1].y - g->top - g->bottom);
	return fmin(top, middle) / g->size;
}

/* How little room there is before line i: a row ends where there is more than
 * between the lines of a text. */
static double S_tight(const struct sides *s, size_t i)
{
	if (i == 0 || i == s->n_lines)
		return 0;
	return 0.6 * fmax(0, 2 - S_gap(s, i) / s->lines[i].size);
}

/* Finds s->row: of all ways to cut the lines into rows, one for each group, the
 * one that fits best as a whole (dynamic programming: the best for the first g
 * groups and the first b lines follows from those for g - 1 groups).  Lines
 * before the first row go on with a heading of the page before. */
static bool S_rows(struct sides *s)
{
	double first = s->lines[0].y, last = s->lines[s->n_lines - 1].y,
	       (*cost)[LINES_MAX + 1];
	unsigned short(*from)[LINES_MAX + 1];
	size_t n = s->n_lines, groups = s->n_groups;
	bool good = false;

	/* A heading above or below all the text is none of it. */
	if (s->groups[0].bottom < first - 1.3 * s->groups[0].size ||
	    s->groups[groups - 1].top > last + 1.3 * s->groups[0].size)
		return false;
	cost = malloc((groups + 1) * sizeof *cost);
	from = malloc((groups + 1) * sizeof *from);
	for (size_t b = 0; cost && from && b <= n; b++)
		cost[0][b] = (b > 0) * 0.5 + S_tight(s, b);
	for (size_t g = 0; cost && from && g < groups; g++)
		for (size_t b = 0; b <= n; b++) {
			cost[g + 1][b] = 1e9;
			from[g + 1][b] = 0;
			for (size_t a = 0; a <= b; a++) {
				double c = cost[g][a] +
					   S_misfit(s, &s->groups[g], a, b) +
					   S_tight(s, b);

				if (c < cost[g + 1][b]) {
					cost[g + 1][b] = c;
					from[g + 1][b] = (unsigned short)a;
				}
			}
		}
	if (cost && from && cost[groups][n] < 0.7 * (double)groups + 0.5) {
		s->row[groups] = n;
		for (size_t g = groups; g > 0; g--)
			s->row[g - 1] = from[g][s->row[g]];
		good = true;
	}
	free(cost);
	free(from);
	return good;
}

size_t layout_side(struct piece *p, size_t n, double x, size_t *ends, size_t max)
{
	struct sides *s = calloc(1, sizeof *s);
	struct piece *scratch = malloc(n * sizeof *scratch);
	size_t left, parts = 0, k = 0;

	if (!s || !scratch || !n)
		goto done;
	left = S_part(p, n, x, scratch);
	if (left && left < n && S_groups(s, p, left) && S_right(s, p, left, n) &&
	    s->n_groups * 2 < max && S_rows(s)) {
		memcpy(scratch, p, n * sizeof *scratch);
		for (size_t i = 0; i < s->row[0]; i++)
			for (size_t j = s->lines[i].from; j < s->lines[i].to; j++)
				p[k++] = scratch[j];
		ends[parts++] = k;
		for (size_t g = 0; g < s->n_groups; g++) {
			for (size_t i = s->groups[g].from; i < s->groups[g].to; i++) {
				p[k] = scratch[i];
				p[k++].heading = true;
			}
			ends[parts++] = k;
			for (size_t i = s->row[g]; i < s->row[g + 1]; i++)
				for (size_t j = s->lines[i].from; j < s->lines[i].to;
				     j++)
					p[k++] = scratch[j];
			ends[parts++] = k;
		}
	}
done:
	free(scratch);
	free(s);
	return parts;
}
