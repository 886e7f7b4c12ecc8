#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "array.h"
#include "source_doc.h"

/*
 * Tables.  A row becomes one line with its cells between tabs, as a document
 * of plain text would have it.  Three layouts of whole fichas are undone:
 *
 *   | Población Objetivo | Profesionales |        heading beside its value
 *   | Línea Sello | Población Objetivo |          headings over their values
 *   | a cell with several lines |                 lines of their own
 */
enum status source_table_add(struct table_cells *t, struct piece p, const char *s,
			     size_t n, struct err *err)
{
	if (!array_more(&t->v, &t->cap, t->n, sizeof *t->v, 64))
		return err_nomem(err);
	p.at = (unsigned)t->text.len;
	p.n = (unsigned)n;
	buf_add(&t->text, s, n);
	t->v[t->n++] = p;
	return buf_status(&t->text, err);
}

#define HEADS_MAX 16 /* headings beside each other; more are no form */

struct row {
	size_t from, to;	/* pieces */
	unsigned cells, filled; /* filled: with text */
	unsigned heads;		/* cells that are a heading and no more */
	bool lines;		/* a cell has several lines of text */
};

static bool S_heading(bool *full, const struct table_cells *t, const struct piece *p,
		      const struct lexicon *l)
{
	struct heading h;
	bool is;

	is = p->n && p->n < 200 && lexicon_heading(&h, l, t->text.data + p->at, p->n) &&
	     h.rest == p->n && h.strength != HEADING_PREFIX;
	*full = is && h.strength == HEADING_FULL;
	return is;
}

static bool S_is_heading(const struct table_cells *t, const struct piece *p,
			 const struct lexicon *l)
{
	bool full;

	return S_heading(&full, t, p, l);
}

static struct row S_row(const struct table_cells *t, size_t from,
			const struct lexicon *l)
{
	struct row r = {.from = from, .to = from};
	const struct piece *p = t->v;
	bool certain = false, full;

	while (r.to < t->n && p[r.to].row == p[from].row) {
		size_t first = r.to;
		unsigned texts = 0;

		/* A grid table gives the lines of a row one after the other:
		 * its cells come again with the next line. */
		for (; r.to < t->n && p[r.to].row == p[from].row &&
		       p[r.to].col == p[first].col;
		     r.to++)
			texts += p[r.to].n > 0;
		r.cells++;
		r.filled += texts > 0;
		r.lines |= texts > 1;
		for (size_t k = first; k < r.to; k++)
			if (p[k].n) {
				r.heads += S_heading(&full, t, &p[k], l) && texts == 1;
				certain |= full;
				break;
			}
	}
	/* "Título | Municipio | Página" are the columns of a list. */
	if (!certain && r.filled != r.heads && r.filled != 2 * r.heads)
		r.heads = 0;
	return r;
}

static enum status S_line(struct doc *d, const struct table_cells *t,
			  const struct piece *p, unsigned blank, struct err *err)
{
	const char *s = t->text.data + p->at;
	size_t n = p->n;
	struct line l = {.no = p->no,
			 .blank = blank,
			 .level = p->level,
			 .bold = p->bold ? p->n : 0};

	if (n > 4 && memcmp(s, "\xE2\x80\xA2 ", 4) == 0) {
		l.bullet = true;
		s += 4;
		n -= 4;
	} else {
		bool soft;
		size_t sign = source_bullet(&soft, s, n);

		l.sign = (unsigned char)(sign < 255 ? sign : 255);
	}
	return source_line_add(d, l, s, n, err);
}

/* The pieces [from, to) whose column is in [low, high) as one line, tabs
 * between cells; or line by line where a cell has several. */
static enum status S_cells(struct doc *d, const struct table_cells *t, size_t from,
			   size_t to, unsigned low, unsigned high, bool apart,
			   unsigned blank, struct err *err)
{
	enum status st = ST_OK;
	struct buf b;
	unsigned col = low, no = 0;
	bool any = false, short_text = false;

	if (apart) {
		const struct piece *last = NULL;

		for (size_t i = from; i < to && st == ST_OK; i++) {
			const struct piece *p = &t->v[i];

			if (p->col < low || p->col >= high)
				continue;
			/* an empty line inside a cell */
			if (!p->n && last && last->col == p->col)
				blank = 1;
			if (!p->n)
				continue;
			st = S_line(d, t, p, blank + p->gap, err);
			blank = 0;
			last = p;
		}
		return st;
	}
	buf_init(&b, 0);
	for (size_t i = from; i < to; i++) {
		const struct piece *p = &t->v[i];
		const char *s = t->text.data + p->at;
		size_t n = p->n;

		if (p->col < low || p->col >= high)
			continue;
		for (; col < p->col; col++)
			buf_addc(&b, '\t');
		if (n > 4 && memcmp(s, "\xE2\x80\xA2 ", 4) == 0) {
			s += 4;
			n -= 4;
		}
		buf_add(&b, s, n);
		/* The row's line is where its text is, not its sign. */
		if (n && (!no || (short_text && n > 4))) {
			no = p->no;
			short_text = n <= 4;
		}
		any |= n > 0;
	}
	if (any) {
		struct line l = {.no = no, .blank = blank, .cells = true};

		st = source_line_add(d, l, b.data, b.len, err);
	}
	buf_release(&b);
	return st;
}

/* Do the pieces in these columns have several lines in a cell? */
static bool S_apart(const struct table_cells *t, size_t from, size_t to, unsigned low,
		    unsigned high)
{
	unsigned last = 0x10000;

	for (size_t i = from; i < to; i++) {
		const struct piece *p = &t->v[i];

		if (!p->n || p->col < low || p->col >= high)
			continue;
		if (p->col == last)
			return true;
		last = p->col;
	}
	return false;
}

/* Sorts a grid row's pieces by column, keeping the order of lines: few. */
static int S_by_place(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* A row with headings in it: each cell that is a heading begins a line, what
 * follows it is its value. */
static enum status S_beside(struct doc *d, const struct table_cells *t, struct row r,
			    struct err *err)
{
	enum status st = ST_OK;
	size_t i = r.from;

	while (i < r.to && st == ST_OK) {
		size_t k = i;
		unsigned low;

		if (S_is_heading(t, &t->v[i], d->lexicon)) {
			st = S_line(d, t, &t->v[i], 1, err);
			k = i = i + 1;
		}
		while (k < r.to && !S_is_heading(t, &t->v[k], d->lexicon))
			k++;
		if (k == i)
			continue;
		low = t->v[i].col;
		if (st == ST_OK)
			st = S_cells(d, t, i, k, low, 0x10000,
				     S_apart(t, i, k, low, 0x10000), 0, err);
		i = k;
	}
	return st;
}

/* A row of headings: the rows under it give each its values. */
static enum status S_under(struct doc *d, const struct table_cells *t, struct row head,
			   size_t *next, struct err *err)
{
	size_t end = head.to;
	enum status st = ST_OK;

	while (end < t->n) {
		struct row r = S_row(t, end, d->lexicon);

		if (r.heads)
			break;
		end = r.to;
	}
	*next = end;
	for (size_t i = head.from; i < head.to && st == ST_OK; i++) {
		unsigned low = t->v[i].col, high = 0x10000;

		if (!S_is_heading(t, &t->v[i], d->lexicon))
			continue;
		for (size_t k = i + 1; k < head.to; k++)
			if (t->v[k].col > low && t->v[k].n) {
				high = t->v[k].col;
				break;
			}
		st = S_line(d, t, &t->v[i], 1, err);
		for (size_t k = head.to; k < end && st == ST_OK;) {
			size_t to = k;

			while (to < end && t->v[to].row == t->v[k].row)
				to++;
			st = S_cells(d, t, k, to, low, high,
				     S_apart(t, k, to, low, high), 0, err);
			k = to;
		}
	}
	return st;
}

/* A heading over several lines of its cell becomes one line. */
static enum status S_wrapped(struct table_cells *t, const struct lexicon *l,
			     struct err *err)
{
	char joined[200];

	for (size_t i = 0, to; i < t->n; i = to) {
		size_t n = 0, lines = 0;
		struct heading h;

		for (to = i; to < t->n && t->v[to].row == t->v[i].row &&
			     t->v[to].col == t->v[i].col;
		     to++) {
			const struct piece *p = &t->v[to];

			if (!p->n || n == sizeof joined)
				continue;
			if (n + p->n + 1 >= sizeof joined) {
				n = sizeof joined; /* too long for one */
				continue;
			}
			if (n && joined[n - 1] != '/')
				joined[n++] = ' ';
			memcpy(joined + n, t->text.data + p->at, p->n);
			n += p->n;
			lines++;
		}
		if (lines < 2 || n == sizeof joined ||
		    !lexicon_heading(&h, l, joined, n) || h.rest < n ||
		    h.strength == HEADING_PREFIX)
			continue;
		for (size_t k = i + 1; k < to; k++)
			t->v[k].n = 0;
		t->v[i].at = (unsigned)t->text.len;
		t->v[i].n = (unsigned)n;
		buf_add(&t->text, joined, n);
	}
	return buf_status(&t->text, err);
}

enum status source_table_flush(struct table_cells *t, struct doc *d, struct err *err)
{
	enum status st;
	unsigned blank = 1;

	qsort(t->v, t->n, sizeof *t->v, S_by_place);
	st = S_wrapped(t, d->lexicon, err);
	for (size_t i = 0; i < t->n && st == ST_OK;) {
		struct row r = S_row(t, i, d->lexicon);

		i = r.to;
		if (!r.filled)
			continue;
		if (r.heads > 1 && r.heads == r.filled && r.heads <= HEADS_MAX)
			st = S_under(d, t, r, &i, err);
		else if (r.heads)
			st = S_beside(d, t, r, err);
		else
			st = S_cells(d, t, r.from, r.to, 0, 0x10000, r.lines, blank,
				     err);
		blank = 0;
	}
	t->n = 0;
	buf_clear(&t->text);
	return st;
}
