#include <stdio.h>
#include <string.h>

#include "messages.h"
#include "render.h"

/*
 * Tables.  CSV is RFC 4180: CRLF, quotes doubled.  TSV has no quoting, so tabs
 * and line ends in a cell become blanks.  In both a cell that a spreadsheet
 * would take for a formula gets an apostrophe before it, unless --raw-cells.
 */
struct table {
	struct buf *out;
	bool tsv, raw;
	size_t column;
};

/* Whether a spreadsheet might calculate the cell, or strip what stands before
 * what it calculates: blanks, and the quotes of a cell of TSV. */
static bool S_formula(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && memchr(" \"\t\r\n", s[i], 5))
		i++;
	return i < n && memchr("=+-@", s[i], 4);
}

static void S_cell(struct table *t, const char *s, size_t n)
{
	bool guard = !t->raw && (S_formula(s, n) || (n && (*s == '\t' || *s == '\r')));
	struct buf clean;

	if (t->column++)
		buf_addc(t->out, t->tsv ? '\t' : ',');
	buf_init(&clean, 0);
	inert_put(&clean, s, n);
	if (t->tsv || (!strpbrk(clean.data, ",\"\r\n") && !guard &&
		       (!clean.len ||
			(clean.data[0] != ' ' && clean.data[clean.len - 1] != ' ')))) {
		if (guard)
			buf_addc(t->out, '\'');
		buf_add(t->out, clean.data, clean.len);
	} else {
		buf_addc(t->out, '"');
		if (guard)
			buf_addc(t->out, '\'');
		for (size_t i = 0; i < clean.len; i++) {
			if (clean.data[i] == '"')
				buf_addc(t->out, '"');
			buf_addc(t->out, clean.data[i]);
		}
		buf_addc(t->out, '"');
	}
	if (clean.failed)
		t->out->failed = clean.failed;
	buf_release(&clean);
}

static void S_str(struct table *t, const char *s)
{
	S_cell(t, s ? s : "", s ? strlen(s) : 0);
}

/* Numbers are ours: a minus in front is a minus. */
static void S_number(struct table *t, const char *fmt, double v)
{
	char s[40];

	if (t->column++)
		buf_addc(t->out, t->tsv ? '\t' : ',');
	snprintf(s, sizeof s, fmt[0] == 'i' ? "%.0f" : "%.4f", v);
	buf_adds(t->out, s);
}

static void S_list(struct table *t, const struct strs *l)
{
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < l->n; i++)
		buf_addf(&b, "%s%s", i ? ";" : "", l->v[i]);
	S_cell(t, b.data, b.len);
	buf_release(&b);
}

static void S_end(struct table *t)
{
	buf_adds(t->out, t->tsv ? "\n" : "\r\n");
	t->column = 0;
}

static void S_head(struct table *t, const char *const *names)
{
	for (; *names; names++)
		S_str(t, *names);
	S_end(t);
}

static void S_hit(struct table *t, const struct hit *h)
{
	const struct ficha *f = h->ficha;

	S_number(t, "i", (double)h->rank);
	S_str(t, f->id);
	S_number(t, "f", h->score);
	S_str(t, f->text[F_TITLE]);
	S_list(t, &f->municipalities);
	S_str(t, f->cut_code);
	S_str(t, f->region);
	S_list(t, &f->sello_lines);
	S_list(t, &f->population_groups);
	S_str(t, f->date_start);
	S_str(t, f->date_end);
	S_str(t, f->ongoing ? "true" : "false");
	S_str(t, f->source_path);
	S_number(t, "i", f->line_start);
	S_number(t, "i", f->line_end);
	if (h->n_snippets) {
		S_str(t, field_table[h->snippets[0].field].name);
		S_number(t, "i", h->snippets[0].line);
		S_cell(t, h->snippets[0].text, h->snippets[0].n);
	} else {
		S_str(t, "");
		S_str(t, "");
		S_str(t, "");
	}
	S_end(t);
}

static void S_facets(struct table *t, const struct answer *a)
{
	static const char *const names[] = {"facet", "value", "label", "count", NULL};

	S_head(t, names);
	for (int f = 0; f < FACET_COUNT; f++)
		for (size_t i = 0; a->facets[f].wanted && i < a->facets[f].n; i++) {
			const struct facet_value *v = &a->facets[f].v[i];

			S_str(t, facet_table[f].name);
			S_str(t, v->value);
			S_str(t, render_label(v->label));
			S_number(t, "i", (double)v->count);
			S_end(t);
		}
}

static void S_cross(struct table *t, const struct answer *a)
{
	const struct request *r = a->request;
	const struct facet_counts *rows = &a->facets[r->cross[0]],
				  *columns = &a->facets[r->cross[1]];

	S_str(t, facet_table[r->cross[0]].name);
	for (size_t k = 0; k < columns->n; k++)
		S_str(t, columns->v[k].value);
	S_end(t);
	for (size_t i = 0; i < rows->n; i++) {
		S_str(t, rows->v[i].value);
		for (size_t k = 0; k < columns->n; k++)
			S_number(t, "i", a->cross[i * columns->n + k]);
		S_end(t);
	}
}

enum status render_table(struct page *to, const struct answer *a, struct err *err)
{
	static const char *const names[] = {"rank",
					    "id",
					    "score",
					    "title",
					    "municipalities",
					    "cut_code",
					    "region",
					    "sello_lines",
					    "population_groups",
					    "date_start",
					    "date_end",
					    "ongoing",
					    "source_path",
					    "line_start",
					    "line_end",
					    "field",
					    "line",
					    "snippet",
					    NULL};
	const struct request *r = a->request;
	struct table t = {to->out, r->format == FORMAT_TSV, r->raw_cells, 0};

	if (r->bom)
		buf_adds(to->out, "\xEF\xBB\xBF");
	if (a->cross) {
		S_cross(&t, a);
	} else if (r->command == CMD_FACETS) {
		S_facets(&t, a);
	} else {
		S_head(&t, names);
		for (size_t i = 0; i < a->n_hits; i++)
			S_hit(&t, &a->hits[i]);
	}
	return buf_status(to->out, err);
}
