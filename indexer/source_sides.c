#include <stdlib.h>
#include <string.h>

#include "source_doc.h"

/*
 * Two columns that were printed side by side as text, each with headings.
 *
 *     Grupo prioritario                  Fechas de implementación
 *     Mujeres jefas de hogar             Septiembre 2022 – abril 2023
 *
 * Where two headings stand on one line with a gap between them, a column of
 * text begins under each.  The columns go on as far down as no line reaches over
 * the gap; a paragraph that does is whole, and behind them.  The left column's
 * lines come first then.
 */
#define GAP    2  /* blanks that no text has between two words */
#define BEFORE 4  /* how far the right column may be off from line to line */
#define BEHIND 14 /* converters that keep the look of a page shift it */
#define LONG   400

enum reach { REACH_LEFT, REACH_RIGHT, REACH_BOTH, REACH_OVER };

struct cut {
	enum reach reach;
	unsigned left_end, right; /* bytes from the line's beginning */
};

static const char *S_text(const struct doc *d, const struct line *l)
{
	return d->text.data + l->at;
}

static bool S_is_free(const struct doc *d, const struct line *l)
{
	return !l->cells && !l->bad && !l->level && l->n <= LONG &&
	       !memchr(S_text(d, l), '\t', l->raw_n);
}

/* How the line lies to a column that begins at `column`. */
static struct cut S_cut(const struct doc *d, const struct line *l, unsigned column)
{
	const char *s = S_text(d, l);
	unsigned end = l->rest + l->n, at = l->rest, blanks = 0, last = l->rest;
	struct cut c = {REACH_OVER, 0, 0};

	if (l->rest + BEFORE >= column) {
		c.reach = REACH_RIGHT;
		c.right = l->rest;
		return c;
	}
	for (unsigned i = l->rest; i < end; at++) {
		unsigned long cp;

		if (s[i] == ' ') {
			blanks++;
			i++;
			continue;
		}
		if ((blanks >= GAP && at + BEFORE >= column && at <= column + BEHIND) ||
		    (blanks == 1 && at == column)) {
			c.reach = REACH_BOTH;
			c.left_end = last;
			c.right = i;
			return c;
		}
		blanks = 0;
		i += (unsigned)utf8_decode(s + i, end - i, &cp);
		last = i;
	}
	if (at <= column + 1)
		c.reach = REACH_LEFT;
	return c;
}

static bool S_is_heading(const struct doc *d, const char *s, size_t n)
{
	struct heading h;

	if (lexicon_heading(&h, d->lexicon, s, n) && h.strength != HEADING_PREFIX)
		return h.rest == n;
	return n >= 10 && memchr(s, ' ', n) && lexicon_heading_begins(d->lexicon, s, n);
}

/* Do two headings stand on the line, and nothing else?  The right one's column. */
static unsigned S_two(const struct doc *d, const struct line *l)
{
	const char *s = S_text(d, l);
	unsigned end = l->rest + l->n, gap = 0, right = 0, column = 0, at = l->rest;

	if (!S_is_free(d, l) || l->n < 16 || l->n > 200)
		return 0;
	for (unsigned i = l->rest; i < end; at++) {
		unsigned long cp;
		unsigned k = i;

		while (k < end && s[k] == ' ')
			k++;
		if (k - i >= GAP) {
			if (right || k - i == GAP)
				return 0;
			gap = i;
			right = k;
			column = at + (k - i);
		}
		if (k > i) {
			at += k - i - 1;
			i = k;
			continue;
		}
		i += (unsigned)utf8_decode(s + i, end - i, &cp);
	}
	if (!right || !S_is_heading(d, s + l->rest, gap - l->rest) ||
	    !S_is_heading(d, s + right, end - right))
		return 0;
	return column;
}

/* Where the columns end that begin at line i: behind the last line with text at
 * the right. */
static size_t S_end(const struct doc *d, size_t i, unsigned column)
{
	size_t end = i + 1, paragraph;

	for (paragraph = i; paragraph < d->n;) {
		size_t k = paragraph, last = end;

		for (; k < d->n; k++) {
			const struct line *l = &d->v[k];
			enum reach r;

			if (k > paragraph && l->blank)
				break;
			if (!S_is_free(d, l) || (k > i && l->page))
				return end;
			r = S_cut(d, l, column).reach;
			if (r == REACH_OVER)
				return end;
			if (r != REACH_LEFT)
				last = k + 1;
		}
		end = last;
		paragraph = k;
	}
	return end;
}

static enum status S_part(struct doc *out, const struct doc *d, size_t i, size_t end,
			  unsigned column, bool right, struct err *err)
{
	enum status st = ST_OK;
	unsigned blank = 0;

	for (size_t k = i; k < end && st == ST_OK; k++) {
		struct line l = d->v[k];
		struct cut c = S_cut(d, &l, column);
		unsigned from = right ? c.right : l.rest;
		unsigned to =
			c.reach == REACH_BOTH && !right ? c.left_end : l.rest + l.n;

		blank += l.blank;
		if (c.reach == (right ? REACH_LEFT : REACH_RIGHT))
			continue;
		l.blank = k == i && right ? 1 : blank;
		blank = 0;
		if (right) {
			size_t sign;
			bool soft;

			l.at += from;
			l.bold = 0;
			l.bullet = false;
			sign = source_bullet(&soft, d->text.data + l.at, to - from);
			l.sign = soft && sign < 255 ? (unsigned char)sign : 0;
			if (sign && !soft) {
				l.bullet = true;
				l.at += sign;
				from += (unsigned)sign;
			}
			l.rest = 0;
			l.n = l.raw_n = to - from;
			l.page = false;
		} else {
			l.n = to - from;
			l.raw_n = to;
			l.bold = l.bold > l.n ? l.n : l.bold;
		}
		st = source_line_push(out, l, err);
	}
	return st;
}

enum status source_sides(struct doc *d, struct err *err)
{
	struct doc out = {.n = 0};
	enum status st = ST_OK;
	size_t done = 0;

	for (size_t i = 0; i < d->n && st == ST_OK; i++) {
		unsigned column = S_two(d, &d->v[i]);
		size_t end = column ? S_end(d, i, column) : i;

		if (end < i + 2)
			continue;
		/* wide enough for every line: what lies before goes as it is */
		st = S_part(&out, d, done, i, LINE_MAX_BYTES, false, err);
		if (st == ST_OK)
			st = S_part(&out, d, i, end, column, false, err);
		if (st == ST_OK)
			st = S_part(&out, d, i, end, column, true, err);
		done = end;
		i = end - 1;
	}
	if (done && st == ST_OK)
		st = S_part(&out, d, done, d->n, LINE_MAX_BYTES, false, err);
	if (done && st == ST_OK) {
		free(d->v);
		d->v = out.v;
		d->n = out.n;
		d->cap = out.cap;
	} else {
		free(out.v);
	}
	return st;
}
