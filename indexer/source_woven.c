#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "source_doc.h"

/*
 * What a converter weaves together when it writes a page's lines by their height
 * alone.
 *
 *     Elemento                          a heading in a column of its own,
 *     Las familias enseñan y los        line by line with its value
 *     innovador/creativo
 *     docentes aprenden.
 *
 *     I                                 a letter that lies under its box
 *     [ ] nstitucionalidad local
 *
 * A heading's lines are taken together if they are one whole heading of the
 * tables and none of them alone would be another.
 */
#define HEAD_LINES  8
#define VALUE_LINES 3 /* in a row */
#define HEAD_BYTES  200
#define LABEL_BYTES 300
#define CELL_BYTES  12

static const char *S_text(const struct doc *d, const struct line *l)
{
	return d->text.data + l->at + l->rest;
}

static bool S_is_free(const struct line *l)
{
	return l->n && !l->cells && !l->bullet && !l->sign && !l->bad && !l->level;
}

static bool S_whole(const struct doc *d, const char *s, size_t n, bool *full)
{
	struct heading h;
	bool is = lexicon_heading(&h, d->lexicon, s, n) && h.rest == n &&
		  h.words == n && h.strength != HEADING_PREFIX;

	*full = is && h.strength == HEADING_FULL;
	return is;
}

struct woven {
	char head[HEAD_BYTES + 2];
	size_t n;
	struct {
		size_t line;
		unsigned rest; /* of its text: behind the heading's words */
	} part[HEAD_LINES];
	size_t n_parts;
};

/* Adds to the heading as many words of s as go on with it; returns the bytes of s
 * that they and the blanks behind them are, 0 = none. */
static unsigned S_more(struct woven *w, const struct doc *d, const char *s, size_t n)
{
	size_t had = w->n, best = 0, best_n = had;
	bool full;

	if (had)
		w->head[w->n++] = ' ';
	for (size_t i = 0, words = 0; i < n && words < 8; words++) {
		size_t from = i;

		while (i < n && s[i] != ' ')
			i++;
		if (w->n + i - from + 1 > HEAD_BYTES)
			break;
		memcpy(w->head + w->n, s + from, i - from);
		w->n += i - from;
		while (i < n && s[i] == ' ')
			i++;
		if (S_whole(d, w->head, w->n, &full) ||
		    lexicon_heading_begins(d->lexicon, w->head, w->n)) {
			best = i;
			best_n = w->n;
		}
		w->head[w->n++] = ' ';
	}
	w->n = best_n;
	return (unsigned)best;
}

static bool S_capital(const char *s, size_t n)
{
	unsigned long cp;

	if (!n)
		return false;
	utf8_decode(s, n, &cp);
	return latin_upper(cp);
}

/* Does a heading begin at line i whose lines are not all together? */
static bool S_read(struct woven *w, const struct doc *d, size_t i)
{
	const struct line *l = &d->v[i];
	bool alone, full, apart;
	unsigned values = 0, rest;

	if (!S_is_free(l) || !S_capital(S_text(d, l), l->n))
		return false;
	w->n = 0;
	rest = S_more(w, d, S_text(d, l), l->n);
	/* what stands behind a gap of blanks is a column's: source_columns() */
	if (rest > 1 && rest < l->n && S_text(d, l)[rest - 2] == ' ')
		return false;
	/* a whole heading with its value, or with nothing, is read elsewhere */
	alone = S_whole(d, w->head, w->n, &full);
	if (!rest || (alone && full) ||
	    !lexicon_heading_begins(d->lexicon, w->head, w->n))
		return false;
	w->part[0].line = i;
	w->part[0].rest = rest;
	w->n_parts = 1;
	apart = rest < l->n;
	values = apart;
	for (size_t k = i + 1; k < d->n && w->n_parts < HEAD_LINES; k++) {
		l = &d->v[k];
		if (l->page || l->cells || l->bad || l->blank > 1)
			break;
		rest = 0;
		/* "Aprendizajes", and then "Recomendaciones": two headings */
		if (S_is_free(l) && !(S_whole(d, w->head, w->n, &full) &&
				      S_whole(d, S_text(d, l), l->n, &full)))
			rest = S_more(w, d, S_text(d, l), l->n);
		if (rest) {
			apart |= values > 0 && w->n_parts > 0;
			values = rest < l->n;
			w->part[w->n_parts].line = k;
			w->part[w->n_parts++].rest = rest;
			continue;
		}
		/* cells of a grid are no lines of text */
		values += l->n > CELL_BYTES || !values;
		if (values > VALUE_LINES || k > i + 40)
			break;
	}
	return apart && w->n_parts > 1 && S_whole(d, w->head, w->n, &full) && full;
}

/* The heading as one line, then its value's lines. */
static enum status S_take(struct doc *out, struct doc *d, const struct woven *w,
			  struct err *err)
{
	struct line head = d->v[w->part[0].line];
	size_t part = 0;
	enum status st;

	head.at = d->text.len;
	head.raw_n = head.n = (unsigned)w->n;
	head.bold = 0;
	head.rest = 0;
	buf_add(&d->text, w->head, w->n);
	st = buf_status(&d->text, err);
	if (st == ST_OK)
		st = source_line_push(out, head, err);
	for (size_t k = w->part[0].line;
	     st == ST_OK && k <= w->part[w->n_parts - 1].line; k++) {
		struct line l = d->v[k];

		if (part < w->n_parts && k == w->part[part].line) {
			l.at += l.rest + w->part[part].rest;
			l.n -= w->part[part].rest;
			l.raw_n = l.n;
			l.rest = l.bold = 0;
			part++;
			if (!l.n)
				continue;
		}
		l.blank = 0;
		l.page = false;
		st = source_line_push(out, l, err);
	}
	return st;
}

/* "I" over "[ ] nstitucionalidad": joined in the second line. */
static enum status S_letter(struct doc *d, size_t i, struct err *err)
{
	struct line *l = &d->v[i], *next = l + 1;
	const char *s = S_text(d, next), *box = s;
	char text[LABEL_BYTES + 8];
	unsigned long cp;
	size_t w;

	if (!S_is_free(l) || l->n > 2 || next->blank || next->cells || next->n < 8 ||
	    next->n > LABEL_BYTES)
		return ST_OK;
	w = utf8_decode(S_text(d, l), l->n, &cp);
	if (w != l->n || !latin_upper(cp))
		return ST_OK;
	while (box < s + next->n && *box != ' ')
		box++;
	if (box == s + next->n || !source_has_box(s, (size_t)(box - s)))
		return ST_OK;
	utf8_decode(box + 1, (size_t)(s + next->n - box - 1), &cp);
	if (!latin_lower(cp))
		return ST_OK;
	w = (size_t)(box + 1 - s);
	memcpy(text, s, w);
	memcpy(text + w, S_text(d, l), l->n);
	memcpy(text + w + l->n, box + 1, next->n - w);
	next->at = d->text.len;
	next->rest = 0;
	next->n += l->n;
	next->raw_n = next->n;
	l->n = l->raw_n = 0;
	l->joined = true;
	buf_add(&d->text, text, next->n);
	return buf_status(&d->text, err);
}

enum status source_woven(struct doc *d, struct err *err)
{
	struct doc out = {.n = 0};
	enum status st = ST_OK;
	struct woven w;
	unsigned blank = 0;
	bool page = false;

	for (size_t i = 0; i < d->n && st == ST_OK; i++) {
		struct line l;

		if (i + 1 < d->n)
			st = S_letter(d, i, err);
		l = d->v[i];
		if (st == ST_OK && S_read(&w, d, i)) {
			st = S_take(&out, d, &w, err);
			i = w.part[w.n_parts - 1].line;
			continue;
		}
		if (l.joined) { /* its letter is in the next line */
			blank += l.blank;
			page |= l.page;
			continue;
		}
		l.blank += blank;
		l.page |= page;
		blank = 0;
		page = false;
		if (st == ST_OK)
			st = source_line_push(&out, l, err);
	}
	if (st != ST_OK) {
		free(out.v);
		return st;
	}
	free(d->v);
	d->v = out.v;
	d->n = out.n;
	d->cap = out.cap;
	return ST_OK;
}
