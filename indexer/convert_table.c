#include <stdlib.h>
#include <string.h>

#include "convert_flow.h"

/*
 * Tables are kept until they end: only then is it known how they have to be
 * written (convert_flow.h tells how).
 */
#define CELLS_MAX   ((size_t)1 << 20)
#define COLUMNS_MAX 256 /* a table that has more is none */

void flow_table_free(struct flow_table *t)
{
	buf_release(&t->store);
	buf_release(&t->text);
	free(t->cells);
	free(t);
}

static struct flow_table *S_top(const struct flow *f)
{
	return f->n_tables && !f->too_deep ? f->tables[f->n_tables - 1] : NULL;
}

void flow_table(struct flow *f)
{
	struct flow_table *t;

	flow_end(f);
	if (f->n_tables == CONVERT_TABLES_MAX || f->too_deep) {
		f->too_deep++;
		return;
	}
	t = calloc(1, sizeof *t);
	if (!t) {
		flow_fail(f, ST_NOMEM);
		f->too_deep++;
		return;
	}
	buf_init(&t->store, CONVERT_MAX);
	buf_init(&t->text, CONVERT_MAX);
	f->tables[f->n_tables++] = t;
}

void flow_cell_end(struct flow *f)
{
	struct flow_table *t = S_top(f);
	struct flow_cell *c;

	flow_end(f);
	f->item = false;
	if (!t || !t->in_cell)
		return;
	t->in_cell = false;
	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 32;
		struct flow_cell *v;

		if (cap > CELLS_MAX) {
			flow_fail(f, ST_LIMIT);
			return;
		}
		v = realloc(t->cells, cap * sizeof *v);
		if (!v) {
			flow_fail(f, ST_NOMEM);
			return;
		}
		t->cells = v;
		t->cap = cap;
	}
	c = &t->cells[t->n++];
	c->at = t->store.len;
	c->n = t->text.len;
	c->row = t->row;
	c->lines = memchr(t->text.data, '\n', t->text.len) != NULL;
	c->table = t->holds_table;
	buf_add(&t->store, t->text.data, t->text.len);
	flow_fail(f, t->text.failed ? t->text.failed : t->store.failed);
	buf_clear(&t->text);
}

void flow_row(struct flow *f)
{
	struct flow_table *t = S_top(f);

	flow_cell_end(f);
	if (!t)
		return;
	t->row++;
	t->covered = 0;
	t->in_row = true;
}

static void S_cell_begin(struct flow *f, struct flow_table *t)
{
	flow_cell_end(f);
	t->in_cell = true;
	t->last = FLOW_NOTHING;
	t->holds_table = false;
}

void flow_cell(struct flow *f)
{
	struct flow_table *t = S_top(f);

	if (!t) {
		flow_end(f);
		return;
	}
	if (!t->in_row)
		flow_row(f);
	for (; t->covered; t->covered--)
		S_cell_begin(f, t);
	S_cell_begin(f, t);
}

void flow_covered(struct flow *f, unsigned n)
{
	struct flow_table *t = S_top(f);

	if (t && n < COLUMNS_MAX && t->covered < COLUMNS_MAX)
		t->covered += n;
}

/* ---- a finished table ---- */

/* Tabs within a cell would read as more cells. */
static void S_cell_line(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addc(b, s[i] == '\t' ? ' ' : s[i]);
}

static void S_pipes(struct buf *b, const struct flow_table *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (i > from && t->cells[i].row != t->cells[i - 1].row)
			buf_addc(b, '\n');
		if (i == from || t->cells[i].row != t->cells[i - 1].row)
			buf_addc(b, '|');
		buf_addc(b, ' ');
		S_cell_line(b, t->store.data + t->cells[i].at, t->cells[i].n);
		buf_adds(b, " |");
	}
}

/* Line ends stand inside the tags, where they are no text. */
static void S_html(struct buf *b, const struct flow_table *t, size_t from, size_t to)
{
	buf_adds(b, "<table\n>");
	for (size_t i = from; i < to; i++) {
		const char *s = t->store.data + t->cells[i].at;
		size_t n = t->cells[i].n;

		if (i == from || t->cells[i].row != t->cells[i - 1].row)
			buf_adds(b, "<tr>");
		buf_adds(b, "<td>");
		while (n) {
			const char *lf = memchr(s, '\n', n);
			size_t k = lf ? (size_t)(lf - s) : n;

			S_cell_line(b, s, k);
			s += k;
			n -= k;
			if (n > 1 && s[1] == '\n')
				buf_adds(b, "<p\n>");
			else if (n)
				buf_adds(b, "<br\n>");
			while (n && *s == '\n') {
				s++;
				n--;
			}
		}
		buf_adds(b, "</td>");
		if (i + 1 == to || t->cells[i + 1].row != t->cells[i].row)
			buf_adds(b, "</tr\n>");
	}
	buf_adds(b, "</table>");
}

/* A run of rows that are written the same way. */
static void S_rows(struct flow *f, const struct flow_table *t, size_t from, size_t to,
		   bool lines)
{
	if (from == to)
		return;
	if (t->store.failed) { /* then the cells' text is not there */
		flow_fail(f, t->store.failed);
		return;
	}
	buf_clear(&f->ready);
	if (lines)
		S_html(&f->ready, t, from, to);
	else
		S_pipes(&f->ready, t, from, to);
	flow_fail(f, f->ready.failed);
	flow_block(f, FLOW_TABLE, f->ready.data, f->ready.len);
}

static void S_table_out(struct flow *f, const struct flow_table *t)
{
	size_t from = 0;
	bool lines = false, frame = true;

	for (size_t i = 0; i < t->n; i++) {
		frame &= !i || t->cells[i].row != t->cells[i - 1].row;
		lines |= t->cells[i].lines && !t->cells[i].table;
	}
	for (size_t i = 0, end; i < t->n; i = end) {
		bool apart = frame, any = false;

		for (end = i; end < t->n && t->cells[end].row == t->cells[i].row;
		     end++) {
			apart |= t->cells[end].table;
			any |= t->cells[end].n > 0;
		}
		if (!apart && any)
			continue;
		S_rows(f, t, from, i, lines);
		for (size_t k = i; k < end; k++)
			if (t->cells[k].n)
				flow_block(f, FLOW_PARAGRAPH,
					   t->store.data + t->cells[k].at,
					   t->cells[k].n);
		from = end;
	}
	S_rows(f, t, from, t->n, lines);
}

void flow_table_end(struct flow *f)
{
	struct flow_table *t;

	if (f->too_deep) {
		flow_end(f);
		f->too_deep--;
		return;
	}
	if (!f->n_tables)
		return;
	flow_cell_end(f);
	t = f->tables[--f->n_tables];
	S_table_out(f, t);
	flow_table_free(t);
}
