#include <stdlib.h>
#include <string.h>

#include "source_doc.h"
#include "array.h"

/*
 * A form in two columns, printed as text.
 *
 *     Unidades municipales que              Oficina de Migrantes e
 *     participan y colaboradores externos   Interculturalidad
 *
 *     Línea Sello                           [ ] Institucionalidad local
 *
 * A line belongs to such a form if a heading, or the beginning of one, stands
 * in it before a gap of blanks.  What follows the gap, and what stands under
 * it in the next lines, is the value; what stands under the heading goes on
 * with it.  The heading becomes one line, the value's lines come after it.  A
 * heading that is not completed in a few lines is none, and nothing changes.
 */
#define HEAD_LINES 6
#define HEAD_BYTES 200
#define GAP	   2 /* blanks between columns */
#define SHIFT	   8 /* columns that a value may be off by on the next page */

struct half {			 /* of a line */
	unsigned left, left_end; /* bytes from the line's beginning */
	unsigned right;		 /* raw_n: nothing there */
	unsigned column;	 /* code points before the right one */
	unsigned left_columns;	 /* code points before left_end */
};

struct columns {
	struct doc *d;
	struct line *out;
	size_t n, cap;
	char head[HEAD_BYTES + 2];
	size_t head_n;
};

static const char *S_text(const struct doc *d, const struct line *l)
{
	return d->text.data + l->at;
}

/* Cuts a line at its first gap that has text before it.  Before the text is
 * set, line.rest is where it begins. */
static struct half S_halves(const struct doc *d, const struct line *l)
{
	const char *s = S_text(d, l);
	struct half h = {.left = l->rest, .right = l->raw_n};
	unsigned i = l->rest, column = l->rest, end = l->rest + l->n;

	while (i < end) {
		unsigned long cp;
		unsigned k = i;

		while (k < end && s[k] == ' ')
			k++;
		if (k - i >= GAP && i > l->rest) {
			h.left_end = i;
			h.left_columns = column;
			h.right = k;
			h.column = column + (k - i);
			return h;
		}
		if (k > i) {
			column += k - i;
			i = k;
			continue;
		}
		i += (unsigned)utf8_decode(s + i, end - i, &cp);
		column++;
	}
	h.left_end = end;
	h.left_columns = column;
	return h;
}

/* The same at a column that is known: one blank before it is enough. */
static struct half S_halves_at(const struct doc *d, const struct line *l,
			       unsigned column)
{
	struct half h = S_halves(d, l);
	const char *s = S_text(d, l);
	unsigned i = l->rest, at = i, end = i + l->n;

	if (h.right < l->raw_n && h.column <= column)
		return h;
	while (i < end && at < column) {
		unsigned long cp;

		i += (unsigned)utf8_decode(s + i, end - i, &cp);
		at++;
	}
	if (at != column || i >= end || i < l->rest + 2 || s[i] == ' ' ||
	    s[i - 1] != ' ')
		return h;
	h.left_end = i - 1;
	h.left_columns = column - 1;
	while (h.left_end > l->rest && s[h.left_end - 1] == ' ') {
		h.left_end--;
		h.left_columns--;
	}
	h.right = i;
	h.column = column;
	return h;
}

static bool S_push(struct columns *c, struct line l)
{
	if (!array_more(&c->out, &c->cap, c->n, sizeof *c->out, 256))
		return false;
	c->out[c->n++] = l;
	return true;
}

/* Is what has been read of the heading a whole one? */
static bool S_whole(const struct columns *c, enum heading_strength *strength)
{
	struct heading h;
	bool is = lexicon_heading(&h, c->d->lexicon, c->head, c->head_n) &&
		  h.rest == c->head_n && h.strength != HEADING_PREFIX;

	*strength = is ? h.strength : HEADING_SHORT;
	return is;
}

/* Adds text to the heading; false, and nothing changed, if that begins none. */
static bool S_more(struct columns *c, const char *s, size_t n)
{
	size_t had = c->head_n;
	enum heading_strength strength;

	if (had + n + 1 > HEAD_BYTES)
		return false;
	if (had && c->head[had - 1] != '/')
		c->head[c->head_n++] = ' ';
	memcpy(c->head + c->head_n, s, n);
	c->head_n += n;
	if (S_whole(c, &strength) ||
	    lexicon_heading_begins(c->d->lexicon, c->head, c->head_n))
		return true;
	c->head_n = had;
	return false;
}

/* The right half of a line as a line; lead: blanks before it that are kept, so
 * that what stands in columns keeps doing so. */
static bool S_push_right(struct columns *c, const struct line *l, unsigned from,
			 unsigned lead)
{
	struct line v = *l;
	size_t sign;
	bool soft;

	v.at = l->at + from - lead;
	v.raw_n = l->raw_n - from + lead;
	v.rest = lead;
	v.n = l->rest + l->n - from;
	v.bold = 0;
	v.level = 0;
	v.sign = 0;
	sign = source_bullet(&soft, S_text(c->d, &v) + v.rest, v.n);
	if (sign && soft) {
		v.sign = (unsigned char)(sign < 255 ? sign : 255);
	} else if (sign) {
		v.bullet = true;
		v.at += v.rest + (unsigned)sign;
		v.raw_n -= v.rest + (unsigned)sign;
		v.n -= (unsigned)sign;
		v.rest = 0;
	}
	return S_push(c, v);
}

struct form { /* the lines of one heading and its value */
	size_t to;
	unsigned column;	/* of the value */
	bool value[HEAD_LINES]; /* the line has no heading in it */
};

static bool S_is_free(const struct doc *d, const struct line *l)
{
	return !l->cells && !l->bullet && !l->sign && !l->bad && !l->level &&
	       !memchr(S_text(d, l), '\t', l->raw_n);
}

/* Could the line be a value's, below the first one? */
static bool S_is_indented(const struct doc *d, const struct line *l)
{
	return !l->cells && !l->bad && !l->level &&
	       !memchr(S_text(d, l), '\t', l->raw_n);
}

/* Two blanks alone may stand between any words: does the next line begin in
 * the column, or go on in it? */
static bool S_stands_under(const struct doc *d, size_t i, unsigned column)
{
	struct half h;

	if (i + 1 >= d->n || !S_is_indented(d, &d->v[i + 1]))
		return false;
	h = S_halves(d, &d->v[i + 1]);
	return d->v[i + 1].rest == column ||
	       (!d->v[i + 1].blank && h.right < d->v[i + 1].raw_n &&
		h.column == column);
}

/* The first line of a form: cut at its gap; where its heading fills the column,
 * at the one blank over which the next lines tell that the value begins. */
static struct half S_first_halves(struct columns *c, size_t i)
{
	const struct doc *d = c->d;
	const struct line *l = &d->v[i];
	struct half h = S_halves(d, l), more;

	if (h.right < l->raw_n)
		return h;
	for (size_t k = i + 1; k < d->n && k < i + HEAD_LINES; k++) {
		const struct line *next = &d->v[k];
		unsigned column;

		if (next->blank || next->page || !S_is_indented(d, next))
			break;
		more = S_halves(d, next);
		column = more.right < next->raw_n ? more.column : next->rest;
		if (column <= l->rest + 3)
			continue;
		more = S_halves_at(d, l, column);
		if (more.right >= l->raw_n)
			continue;
		c->head_n = 0;
		if (S_more(c, S_text(d, l) + more.left, more.left_end - more.left))
			return more;
	}
	return h;
}

/* Does a form's heading begin at line i?  Reads it whole. */
static bool S_form(struct columns *c, struct form *f, size_t i)
{
	const struct doc *d = c->d;
	const struct line *l = &d->v[i];
	struct half h;
	enum heading_strength strength;
	unsigned left_end;
	bool whole;

	if (!S_is_free(d, l) || l->n < 8)
		return false;
	h = S_first_halves(c, i);
	if (h.right >= l->raw_n || h.left_end - h.left > HEAD_BYTES ||
	    (h.column <= h.left_columns + GAP && !S_stands_under(d, i, h.column)))
		return false;
	c->head_n = 0;
	if (!S_more(c, S_text(d, l) + h.left, h.left_end - h.left))
		return false;
	f->column = h.column;
	f->value[0] = false;
	left_end = h.left_columns;
	whole = S_whole(c, &strength);
	for (f->to = i + 1; f->to < d->n; f->to++) {
		size_t k = f->to - i;
		bool value;

		l = &d->v[f->to];
		h = S_halves_at(d, l, f->column);
		value = S_is_indented(d, l) && h.left > left_end &&
			h.left + SHIFT >= f->column;
		if (k < HEAD_LINES)
			f->value[k] = value;
		if (value && (k < HEAD_LINES || whole))
			continue;
		if (k >= HEAD_LINES || !S_is_free(d, l) || l->page || l->blank ||
		    (h.right < l->raw_n && h.column + SHIFT < f->column) ||
		    h.left_columns > f->column ||
		    !S_more(c, S_text(d, l) + h.left, h.left_end - h.left))
			break;
		whole = S_whole(c, &strength);
		if (h.left_columns > left_end)
			left_end = h.left_columns;
	}
	whole = S_whole(c, &strength);
	/* A short one may be a word before two blanks; with more gaps behind it
	 * it is the top of a list. */
	if (whole && strength == HEADING_SHORT) {
		struct line rest = d->v[i];

		h = S_halves(d, &rest);
		if (h.column < h.left_columns + 2 * GAP)
			return false;
		rest.n -= h.right - rest.rest;
		rest.rest = h.right;
		h = S_halves(d, &rest);
		if (h.right < rest.raw_n)
			return false;
	}
	return whole;
}

/* The heading as one line, then the value's lines. */
static enum status S_take(struct columns *c, const struct form *f, size_t i,
			  struct err *err)
{
	struct doc *d = c->d;
	struct line head = d->v[i];
	unsigned blank = 0;
	enum status st;

	head.at = d->text.len;
	head.raw_n = head.n = (unsigned)c->head_n;
	head.rest = 0;
	head.soft = false;
	head.bold = head.bold ? head.n : 0;
	buf_add(&d->text, c->head, c->head_n);
	st = buf_status(&d->text, err);
	if (st != ST_OK)
		return st;
	if (!S_push(c, head))
		return err_nomem(err);
	for (size_t k = i; k < f->to; k++) {
		struct line l = d->v[k];
		struct half h =
			k > i ? S_halves_at(d, &l, f->column) : S_first_halves(c, i);
		bool value = k - i >= HEAD_LINES || f->value[k - i];
		unsigned from = value ? l.rest : h.right;
		unsigned column = value ? l.rest : h.column;

		l.blank = k == i ? 0 : l.blank + blank;
		blank = from < l.raw_n ? 0 : l.blank;
		if (from < l.raw_n &&
		    !S_push_right(c, &l, from,
				  column > f->column && k > i ? column - f->column : 0))
			return err_nomem(err);
	}
	return ST_OK;
}

enum status source_columns(struct doc *d, struct err *err)
{
	struct columns c = {.d = d};
	enum status st = ST_OK;
	size_t forms = 0;

	for (size_t i = 0; i < d->n && st == ST_OK;) {
		struct form f;

		if (S_form(&c, &f, i)) {
			st = S_take(&c, &f, i, err);
			i = f.to;
			forms++;
			continue;
		}
		if (!S_push(&c, d->v[i++]))
			st = err_nomem(err);
	}
	if (st == ST_OK && forms) {
		free(d->v);
		d->v = c.out;
		d->n = c.n;
		d->cap = c.cap;
	} else {
		free(c.out);
	}
	return st;
}
