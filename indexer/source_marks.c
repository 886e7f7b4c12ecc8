#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "source_sello.h"

static void S_release(struct items *it)
{
	for (size_t i = 0; i < it->n; i++)
		free(it->v[i].printed);
}

/* Sí and No over their columns. */
static bool S_columns(struct items *it, const struct box_token *t, size_t n)
{
	unsigned yes = 0, no = 0;

	for (size_t i = 0; i < n; i++)
		if (t[i].is == TOKEN_BOX && t[i].word && t[i].cell) {
			if (t[i].box == BOX_TICK && t[i].n > 1)
				yes = t[i].cell;
			else if (t[i].box == BOX_OFF)
				no = t[i].cell;
		}
	if (!yes || !no)
		return false;
	it->yes = yes;
	it->no = no;
	return true;
}

/* Do signs stand before their labels on this line?  It begins with one, or
 * with an empty cell; it does not if it only ends with one.  A line with a
 * label at both ends may be either: then as the other lines have it, and
 * before where none tells. */
static bool S_signs_first(const struct box_token *t, size_t n, bool suffix)
{
	if (t[0].is == TOKEN_BOX || t[0].cell > 0)
		return true;
	if (t[n - 1].is == TOKEN_BOX)
		return false;
	return !suffix;
}

struct row_result {
	bool any;      /* a label or a sign alone */
	bool leftover; /* text that is no label */
	size_t lines;  /* lines taken after this one */
};

static enum status S_row(struct items *it, struct row_result *r, const struct doc *d,
			 size_t i, size_t to, const char *s, size_t n, unsigned no,
			 struct err *err)
{
	struct box_token t[TOKENS_MAX];
	size_t k, texts = 0, boxes = 0, e;
	enum status st = ST_OK;
	enum box before = BOX_NONE;
	struct buf joined;
	bool first;

	*r = (struct row_result){false, false, 0};
	k = source_box_tokens(t, s, n);
	/* "1. [x] Institucionalidad ..." */
	e = k > 1 && t[0].is == TOKEN_TEXT ? source_enumerator(s, n) : 0;
	if (e)
		k = source_box_tokens(t, s + e, n - e);
	if (k > 1 && t[0].is == TOKEN_TEXT && !t[0].cell && t[k - 1].is == TOKEN_BOX)
		it->suffix = true;
	for (size_t j = 0; j < k; j++) {
		texts += t[j].is == TOKEN_TEXT;
		boxes += t[j].is == TOKEN_BOX;
		/* In a No column a mark says no. */
		if (t[j].is == TOKEN_BOX && it->no && t[j].cell == it->no &&
		    t[j].box != BOX_OFF)
			t[j].box = BOX_OFF;
	}
	if (!k)
		return ST_OK;
	if (boxes >= 2 && S_columns(it, t, k)) {
		bool label = false;

		for (size_t j = 0; j < k && !label; j++)
			if (t[j].is == TOKEN_TEXT) {
				size_t len = t[j].n;

				label = sello_label(d, t[j].s, &len) != NULL;
			}
		if (!label) {
			r->any = true;
			return ST_OK;
		}
	}
	first = S_signs_first(t, k, it->suffix);
	if (!texts) { /* signs alone: the next line's, or the last one's */
		r->any = true;
		if (!it->n && it->pending == BOX_NONE)
			it->sign_first = true;
		if (it->sign_first)
			it->pending = t[0].box;
		for (size_t j = 0; j < k && !it->sign_first; j++)
			sello_lone(it, t[j].box);
		return ST_OK;
	}
	buf_init(&joined, 0);
	for (size_t j = 0; j < k && st == ST_OK; j++) {
		const struct label *l;
		enum box box = BOX_NONE;
		size_t len = t[j].n, had = it->n;
		bool all;

		if (t[j].is == TOKEN_BOX) {
			if (first)
				before = t[j].box;
			continue;
		}
		if (first) {
			box = before;
			before = BOX_NONE;
			/* Label | X | label | X after a sign column */
		} else if (j + 1 < k && t[j + 1].is == TOKEN_BOX) {
			box = t[j + 1].box;
			/* of two columns the ticked one tells */
			if (box == BOX_OFF && j + 2 < k && t[j + 2].is == TOKEN_BOX &&
			    it->no)
				box = t[j + 2].box;
		}
		if (box == BOX_NONE && it->pending != BOX_NONE) {
			box = it->pending;
			it->pending = BOX_NONE;
		}
		if (sello_is_row(d, t[j].s, len)) {
			st = sello_labels(it, d, t[j].s, len, box, first, no, err);
			r->any = true;
			continue;
		}
		if (sello_is_list(d, t[j].s, len)) {
			st = sello_list(it, &all, d, t[j].s, len, box, no, err);
			r->any = true;
			continue;
		}
		l = sello_label(d, t[j].s, &len);
		if (l) {
			const char *s_label = t[j].s;

			if ((j + 1 == k || (j + 2 == k && t[j + 1].is == TOKEN_BOX)) &&
			    sello_goes_on(&joined, d, i, to, t[j].s, t[j].n, l)) {
				s_label = joined.data;
				len = joined.len;
				r->lines = 1;
			}
			if (!sello_add(it, l, s_label, len, box, no))
				st = err_nomem(err);
			r->any = true;
			continue;
		}
		/* a label that goes on in the next line */
		if (j + 1 == k || (j + 2 == k && t[j + 1].is == TOKEN_BOX)) {
			size_t lines;

			l = sello_broken(&joined, &lines, d, i, to, t[j].s, t[j].n);
			if (l) {
				if (!sello_add(it, l, joined.data, joined.len, box, no))
					st = err_nomem(err);
				r->any = true;
				r->lines = lines;
				continue;
			}
		}
		/* The number before a label, "1. Institucionalidad ..." */
		{
			size_t own = source_enumerator(t[j].s, t[j].n);

			len = t[j].n - own;
			l = own ? sello_label(d, t[j].s + own, &len) : NULL;
			if (l) {
				if (!sello_add(it, l, t[j].s + own, len, box, no))
					st = err_nomem(err);
				r->any = true;
				continue;
			}
		}
		st = sello_list(it, &all, d, t[j].s, t[j].n, box, no, err);
		r->any |= it->n > had;
		r->leftover |= !all;
	}
	buf_release(&joined);
	return st;
}

static bool S_by_itself(const struct items *it, size_t from)
{
	for (size_t i = from; i < it->n; i++)
		if (it->v[i].box != BOX_NONE)
			return true;
	return false;
}

static void S_range(struct lines *r, unsigned no)
{
	if (!no)
		return;
	if (!r->first || no < r->first)
		r->first = no;
	if (no > r->last)
		r->last = no;
}

/* What the signs together mean. */
static enum status S_settle(struct marks *m, const struct items *it, size_t labels,
			    size_t strange, struct err *err)
{
	bool tick = false, off = false, marked = false, crossed = false;

	for (size_t i = 0; i < it->n; i++) {
		tick |= it->v[i].box == BOX_TICK;
		off |= it->v[i].box == BOX_OFF;
		crossed |= it->v[i].box == BOX_CROSSED;
	}
	for (size_t i = 0; i < it->n; i++)
		marked |=
			it->v[i].box != BOX_NONE && !(it->v[i].box == BOX_DOT && !off);
	m->mixed |= tick && crossed && !off;
	for (size_t i = 0; i < it->n; i++) {
		const struct item *x = &it->v[i];
		bool on = false;

		m->rows++;
		S_range(&m->sello, x->no);
		switch (x->box) {
		case BOX_TICK:
			on = true;
			break;
		case BOX_CROSSED:
			on = !tick || off;
			break;
		case BOX_CROSS:
			on = !tick;
			break;
		case BOX_DOT:
			on = off || (!marked && it->n + strange < labels);
			break;
		case BOX_NONE:
			on = !marked && it->n + strange < labels;
			break;
		case BOX_OFF:
			break;
		}
		m->marked += marked;
		if (on && !m->unclear && !strs_has(&m->printed, x->printed) &&
		    !strs_add(&m->printed, x->printed))
			return err_nomem(err);
	}
	return ST_OK;
}

static size_t S_boxes(const char *s, size_t n)
{
	struct box_token t[TOKENS_MAX];
	size_t k = source_box_tokens(t, s, n), boxes = 0;

	for (size_t j = 0; j < k; j++)
		boxes += t[j].is == TOKEN_BOX;
	return boxes;
}

static bool S_is_row_text(const struct line *l)
{
	return l->kind == LINE_TEXT && !l->bullet && !l->sign && l->n &&
	       !memchr(l->raw, '\t', l->raw_n);
}

/* The next line that is no page furniture; *cut: a page ended before it. */
static size_t S_next(bool *cut, const struct doc *d, size_t i, size_t to)
{
	for (i++; i < to && d->v[i].kind == LINE_DROP; i++)
		;
	*cut = i < to && d->v[i].cut;
	return i;
}

/* All rows on one line, which a page was too narrow for, or which one ended in:
 * how many lines after line i go on with it, and their text. */
static size_t S_one_line(struct buf *out, const struct doc *d, size_t i, size_t to)
{
	struct box_token t[TOKENS_MAX];
	size_t k, next, last = i;
	bool open, cut;

	buf_clear(out);
	if (memchr(d->v[i].raw, '\t', d->v[i].raw_n))
		return 0;
	next = S_next(&cut, d, i, to);
	if (S_boxes(d->v[i].s, d->v[i].n) < 2) {
		if (!cut || !S_is_row_text(&d->v[next]))
			return 0;
		buf_add(out, d->v[i].s, d->v[i].n);
		buf_addc(out, ' ');
		buf_add(out, d->v[next].s, d->v[next].n);
		if (out->failed || S_boxes(out->data, out->len) < 2)
			return 0;
		buf_clear(out);
	}
	k = source_box_tokens(t, d->v[i].s, d->v[i].n);
	if (!k)
		return 0;
	buf_add(out, d->v[i].s, d->v[i].n);
	open = t[k - 1].is == TOKEN_BOX && t[0].is == TOKEN_BOX;
	for (size_t lines = 0; next < to && lines < 8; lines++) {
		const struct line *l = &d->v[next];

		if (!S_is_row_text(l) || (l->blank && !cut))
			break;
		k = source_box_tokens(t, l->s, l->n);
		if (!k || (t[0].is == TOKEN_BOX && !open && lines == 0 && !cut))
			break;
		open = t[k - 1].is == TOKEN_BOX;
		buf_addc(out, ' ');
		buf_add(out, l->s, l->n);
		last = next;
		next = S_next(&cut, d, next, to);
	}
	return last - i;
}

/* Labels side by side, each in its cell: the number of labels, 0 = no such
 * row.  They have no signs; those stand in the cells of the next row. */
static size_t S_head_row(const struct doc *d, const struct line *l,
			 struct box_token t[TOKENS_MAX])
{
	size_t k, labels = 0;

	if (l->kind != LINE_TEXT || !memchr(l->raw, '\t', l->raw_n))
		return 0;
	k = source_box_tokens(t, l->raw, l->raw_n);
	for (size_t i = 0; i < k; i++) {
		size_t n = t[i].n;

		if (t[i].is == TOKEN_BOX || (i && t[i].cell == t[i - 1].cell))
			return 0;
		if (sello_label(d, t[i].s, &n))
			labels++;
		else if (labels || i)
			return 0;
	}
	return labels;
}

/* The labels of row i with the signs under them in row i + 1. */
static enum status S_table(struct items *it, bool *is, const struct doc *d, size_t i,
			   size_t to, struct err *err)
{
	struct box_token head[TOKENS_MAX], row[TOKENS_MAX];
	size_t labels, k;

	*is = false;
	if (i + 1 >= to || d->v[i + 1].kind != LINE_TEXT)
		return ST_OK;
	labels = S_head_row(d, &d->v[i], head);
	if (labels < 2)
		return ST_OK;
	k = source_box_tokens(row, d->v[i + 1].raw, d->v[i + 1].raw_n);
	for (size_t j = 0; j < k; j++)
		if (row[j].is != TOKEN_BOX && j)
			return ST_OK;
	*is = k > 0;
	for (size_t j = 0; *is && labels; j++) {
		size_t n = head[j].n;
		const struct label *l = sello_label(d, head[j].s, &n);
		enum box box = BOX_NONE;

		if (!l)
			continue; /* what stands over the rows' own labels */
		labels--;
		for (size_t q = 0; q < k; q++)
			if (row[q].is == TOKEN_BOX && row[q].cell == head[j].cell)
				box = row[q].box;
		if (!sello_add(it, l, head[j].s, n, box, d->v[i].no))
			return err_nomem(err);
	}
	return ST_OK;
}

enum status source_sello(struct marks *m, struct doc *d, size_t from, size_t to,
			 const char *rest, size_t rest_n, unsigned rest_no, bool own,
			 struct err *err)
{
	struct items it;
	struct row_result r;
	size_t labels = lexicon_sello(d->lexicon).n;
	enum status st = ST_OK;
	bool table;
	size_t stranges = 0, wrapped;
	struct buf joined;

	memset(&it, 0, sizeof it);
	it.least = (unsigned)-1;
	buf_init(&joined, 0);
	if (own && rest_n) {
		st = S_row(&it, &r, d, from ? from - 1 : 0, to, rest, rest_n, rest_no,
			   err);
		if (st == ST_OK && r.lines)
			for (size_t k = 0; k < r.lines && from + k < to; k++)
				m->skip[from + k - m->base] = true;
	}
	for (size_t i = from; i < to && st == ST_OK; i++) {
		const struct line *l = &d->v[i];
		size_t had = it.n, had_lone = it.n_lone;

		it.blank = l->blank;
		if (l->kind != LINE_TEXT || m->skip[i - m->base] || !l->raw_n)
			continue;
		if (!own && l->n > 400)
			continue;
		st = S_table(&it, &table, d, i, to, err);
		if (st == ST_OK && table) {
			m->skip[i - m->base] = m->skip[i + 1 - m->base] = true;
			S_range(&m->sello, d->v[++i].no);
			continue;
		}
		if (st != ST_OK)
			break;
		wrapped = S_one_line(&joined, d, i, to);
		if (wrapped)
			st = S_row(&it, &r, d, to, to, joined.data, joined.len, l->no,
				   err);
		else
			st = S_row(&it, &r, d, i, to, l->raw, l->raw_n, l->no, err);
		r.lines += wrapped;
		if (st != ST_OK)
			break;
		sello_gaps(&it, had, had_lone);
		if (!own) {
			/* Rows in another section: signs and labels, no text. */
			if (!r.any || r.leftover || it.n == had ||
			    (!S_by_itself(&it, had) && !(had && l->raw[0] == '\t'))) {
				while (it.n > had)
					free(it.v[--it.n].printed);
				it.pending = BOX_NONE;
				it.n_lone = had_lone;
				continue;
			}
		}
		/* Not one of the Sello lines: it is said to be in no field. */
		if (own && r.leftover && it.n == had) {
			stranges++;
			continue;
		}
		for (size_t k = 0; k <= r.lines; k++)
			m->skip[i + k - m->base] = true;
		for (size_t k = 1; k <= r.lines; k++)
			S_range(&m->sello, d->v[i + k].no);
		i += r.lines;
	}
	if (st == ST_OK && !own && it.n < 2) {
		for (size_t i = from; i < to && it.n; i++)
			if (d->v[i].no == it.v[0].no)
				m->skip[i - m->base] = false;
	} else if (st == ST_OK) {
		if (!sello_lone_signs(&it, to < d->n ? d->v[to].blank : 1)) {
			m->unclear = true;
			diag(d->sink->diags, DIAG_WARNING, "sello-unclear", d->path,
			     it.v[0].no, 1, "%s",
			     _("the signs cannot be assigned to the Sello lines"));
		}
		st = S_settle(m, &it, labels, stranges, err);
	}
	buf_release(&joined);
	S_release(&it);
	return st;
}
