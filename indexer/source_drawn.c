#include <string.h>

#include "source_doc.h"

/*
 * Tables drawn with dashes, as Pandoc writes them.
 *
 *     --- ----------------------------      a ruler gives the columns; the
 *      X  Vinculación comunitaria           lines up to the next one are rows
 *         Estrategias formativas
 *     --- ----------------------------
 *
 *      Ene   Feb                            or a header stands on it, and the
 *     ----- -----                           rows end at an empty line
 *       X
 *
 * Where empty lines stand between the rulers they divide the rows, and a row
 * has several lines; a long dash then closes the table, and opens it if it has
 * a header.  Columns are counted in code points.
 */
#define COLUMNS_MAX 64
#define LINES_AHEAD 400 /* a table that is longer is none */
#define HEADER_MAX  12	/* lines */

struct ruler {
	unsigned at[COLUMNS_MAX]; /* where the columns begin */
	size_t n;
};

static const char *S_line(size_t *n, const struct raw *raw, size_t i)
{
	const struct raw_line *r = &raw->v[i];
	const char *s = raw->text.data + r->at;

	*n = r->row || r->flags ? 0 : r->n;
	while (*n && s[*n - 1] == ' ')
		(*n)--;
	return s;
}

/* Two runs of dashes or more. */
static bool S_is_ruler(struct ruler *out, const struct raw *raw, size_t i)
{
	size_t n, longest = 0;
	const char *s = S_line(&n, raw, i);

	out->n = 0;
	for (size_t k = 0; k < n;) {
		size_t from = k;

		while (k < n && s[k] == '-')
			k++;
		if (k > from) {
			if (k - from < 2 || out->n == COLUMNS_MAX)
				return false;
			longest = k - from > longest ? k - from : longest;
			out->at[out->n++] = (unsigned)from;
		} else if (s[k++] != ' ') {
			return false;
		}
	}
	return out->n >= 2 && longest >= 3;
}

static bool S_is_border(const struct raw *raw, size_t i)
{
	size_t n, k = 0;
	const char *s = S_line(&n, raw, i);

	while (k < n && s[k] == ' ')
		k++;
	if (n - k < 10)
		return false;
	while (k < n && s[k] == '-')
		k++;
	return k == n;
}

static bool S_is_blank(const struct raw *raw, size_t i)
{
	size_t n;
	const char *s = S_line(&n, raw, i);

	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	return n == 0;
}

static bool S_same(const struct raw *raw, size_t a, size_t b)
{
	size_t n, m;
	const char *s = S_line(&n, raw, a), *t = S_line(&m, raw, b);

	return n == m && memcmp(s, t, n) == 0;
}

/* Adds the line's cells, or their text to those of the row's lines before. */
static enum status S_add(struct table_cells *t, const struct ruler *r, unsigned row,
			 const struct raw *raw, size_t i, struct err *err)
{
	size_t n, from = 0, at = 0;
	const char *s = S_line(&n, raw, i);
	unsigned column = 0;
	enum status st = ST_OK;

	for (size_t k = 1; k <= r->n && st == ST_OK; k++) {
		struct piece p = {
			.row = row, .col = (unsigned short)(k - 1), .no = raw->v[i].no};
		size_t a, b;

		while (at < n && (k == r->n || column < r->at[k])) {
			unsigned long cp;

			at += utf8_decode(s + at, n - at, &cp);
			column++;
		}
		/* a word over the border belongs to the cell that it ends in */
		b = at;
		while (k < r->n && b > from && b < n && s[b] != ' ' && s[b - 1] != ' ')
			b--;
		a = from;
		from = b;
		while (a < b && s[a] == ' ')
			a++;
		while (b > a && s[b - 1] == ' ')
			b--;
		st = source_table_add(t, p, s + a, b - a, err);
	}
	return st;
}

/* The lines of a row that has several, as one line a cell. */
static enum status S_join(struct table_cells *t, size_t from, size_t columns,
			  struct err *err)
{
	size_t to = t->n;
	enum status st = ST_OK;
	struct buf b;

	buf_init(&b, 0);
	for (size_t k = 0; k < columns && st == ST_OK; k++) {
		struct piece p = t->v[from + k];

		buf_clear(&b);
		for (size_t i = from + k; i < to; i += columns) {
			if (b.len && t->v[i].n)
				buf_addc(&b, ' ');
			buf_add(&b, t->text.data + t->v[i].at, t->v[i].n);
		}
		st = buf_status(&b, err);
		if (st == ST_OK)
			st = source_table_add(t, p, b.len ? b.data : "", b.len, err);
	}
	buf_release(&b);
	if (st != ST_OK)
		return st;
	memmove(t->v + from, t->v + to, columns * sizeof *t->v);
	t->n = from + columns;
	return ST_OK;
}

struct drawn { /* raw lines */
	size_t head, ruler, from, to, end;
	struct ruler columns;
	bool apart; /* empty lines stand between the rows */
};

/* Where does the table end that has its ruler at d->ruler? */
static bool S_end(struct drawn *d, const struct raw *raw, bool border)
{
	bool header = d->head < d->ruler, blank = false;
	size_t i;

	d->from = d->ruler + 1;
	for (i = d->from; i < raw->n && i < d->from + LINES_AHEAD; i++) {
		if (raw->v[i].row || raw->v[i].flags)
			return false;
		if (border ? S_is_border(raw, i) : S_same(raw, i, d->ruler)) {
			d->to = i;
			d->end = i + 1;
			d->apart = blank || border;
			return i > d->from;
		}
		if (!S_is_blank(raw, i))
			continue;
		if (header && !border) {
			d->to = d->end = i;
			return i > d->from;
		}
		blank = true;
	}
	if (i < raw->n || !header || border)
		return false;
	d->to = d->end = i;
	return i > d->from;
}

static bool S_find(struct drawn *d, const struct raw *raw, size_t i)
{
	size_t k = i;

	d->apart = false;
	d->head = d->ruler = i;
	if (S_is_ruler(&d->columns, raw, i))
		return S_end(d, raw, false);
	if (S_is_border(raw, i)) {
		d->head = i + 1;
		for (k = i + 1; k < raw->n && k <= i + HEADER_MAX; k++)
			if (S_is_blank(raw, k) || S_is_ruler(&d->columns, raw, k))
				break;
		d->ruler = k;
		return k < raw->n && k > i + 1 && S_is_ruler(&d->columns, raw, k) &&
		       S_end(d, raw, true);
	}
	if (i + 1 >= raw->n || S_is_blank(raw, i) ||
	    !S_is_ruler(&d->columns, raw, i + 1))
		return false;
	d->ruler = i + 1;
	return S_end(d, raw, false);
}

enum status source_drawn(size_t *taken, struct table_cells *t, unsigned row,
			 const struct raw *raw, size_t i, struct err *err)
{
	struct drawn d;
	enum status st = ST_OK;
	size_t first = 0;

	*taken = 0;
	if (!S_find(&d, raw, i))
		return ST_OK;
	*taken = d.end - i;
	for (size_t k = d.head; k < d.ruler && st == ST_OK; k++)
		st = S_add(t, &d.columns, row, raw, k, err);
	if (st == ST_OK && d.head < d.ruler)
		st = S_join(t, 0, d.columns.n, err);
	row += d.head < d.ruler;
	first = t->n;
	for (size_t k = d.from; k <= d.to && st == ST_OK; k++) {
		bool gap = k == d.to || S_is_blank(raw, k);

		if (!gap)
			st = S_add(t, &d.columns, row, raw, k, err);
		if (st == ST_OK && (gap || !d.apart) && t->n > first) {
			st = S_join(t, first, d.columns.n, err);
			first = t->n;
			row++;
		}
	}
	return st;
}

void source_box_drawing(struct buf *b)
{
	size_t i = 0, k;

	if (!b->len)
		return;
	while (i < b->len && b->data[i] == ' ')
		i++;
	if (i + 2 >= b->len || memcmp(b->data + i, "\xE2\x94", 2) < 0 ||
	    memcmp(b->data + i, "\xE2\x95", 2) > 0)
		return;
	for (k = i; i < b->len; i++, k++) {
		unsigned long cp;

		b->data[k] = b->data[i];
		if ((unsigned char)b->data[i] != 0xE2 || i + 2 >= b->len)
			continue;
		utf8_decode(b->data + i, b->len - i, &cp);
		if (cp < 0x2500 || cp > 0x257F)
			continue;
		b->data[k] = '+';
		if (cp <= 0x2501 || cp == 0x2550 || cp == 0x2504 || cp == 0x2505 ||
		    cp == 0x2508 || cp == 0x2509)
			b->data[k] = '-';
		else if (cp <= 0x2503 || cp == 0x2551 || (cp >= 0x2506 && cp <= 0x250B))
			b->data[k] = '|';
		i += 2;
	}
	buf_truncate(b, k);
}
