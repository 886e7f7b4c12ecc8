#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "convert_page_parts.h"

/*
 * The lines of one column of a page: which of them make a block.
 *
 * Marked rows: a mark (box or tick), then its label.  The label may go on in
 * the next line, or, where the mark stands at half the height of its row, begin
 * in the line before; a row of the same list may have no mark.  All that is
 * told by distances: lines of one label stand closer than rows do.
 *
 * Cells: lines with several pieces.  The pieces' extents, laid over each other,
 * are the columns; a line that fits into them belongs to the table, one that
 * reaches over two ends it.
 *
 * Running text: a paragraph ends where the next line is further away than its
 * lines are; in a document without room between paragraphs, where a sentence
 * ends and the next word would still have fitted.  Which of the two a document
 * is, its pages so far tell.  The lines of a title, which is larger than the
 * text, are one.
 */
#define COLUMNS_MAX 40
#define ROWS_MAX    4000
#define CLOSE	    1.45 /* distance of two lines of a text, in sizes */
#define FAR	    2.6	 /* no longer the same list or table */

struct reader {
	struct layout *l;
	struct flow *f;
	size_t to;
	double left, right; /* of the column's lines */
	double body;	    /* size of the text */
};

static const struct piece *S_first(const struct reader *r, size_t i)
{
	return &r->l->pieces[r->l->lines[i].from];
}

static size_t S_count(const struct reader *r, size_t i)
{
	return r->l->lines[i].to - r->l->lines[i].from;
}

static double S_step(const struct reader *r, size_t above, size_t below)
{
	return r->l->lines[below].y - r->l->lines[above].y;
}

static double S_size(const struct reader *r, size_t i)
{
	return r->l->lines[i].size;
}

static bool S_is_mark(const struct piece *p)
{
	switch (p->kind) {
	case WORD_BOX:
	case WORD_TICKED:
	case WORD_TICK:
		return true;
	case WORD_TEXT:
	case WORD_BULLET:
		break;
	}
	return false;
}

static void S_say(const struct reader *r, const struct piece *p)
{
	const struct page *page = r->l->page;

	if (p->kind == WORD_BOX || p->kind == WORD_TICKED) {
		flow_box(r->f, p->kind == WORD_TICKED);
		return;
	}
	for (size_t i = p->first; i != NONE; i = r->l->next[i]) {
		const struct word *w = &page->words[i];

		flow_text(r->f, page->text.data + w->at, w->n);
		flow_space(r->f);
	}
}

/* "1." "a)" "iv.": what it numbers stands far from it, but is no cell. */
static bool S_is_number(const struct reader *r, const struct piece *p)
{
	const struct word *w = &r->l->page->words[p->first];
	const char *s = r->l->page->text.data + w->at;

	return p->first == p->last && w->n >= 1 && w->n <= 4 &&
	       (s[w->n - 1] == '.' || s[w->n - 1] == ')' ||
		(w->n == 1 && (*s == '-' || *s == '*' || *s == 'o')));
}

/* ---- marked rows ---- */

struct row {
	const struct piece *mark; /* NULL: none */
	size_t from, to;	  /* lines */
};

enum marked {
	MARKED_NO,
	MARKED_ROW,  /* mark and label */
	MARKED_ONLY, /* a mark, nothing else */
	MARKED_LABEL /* text where the labels stand */
};

static enum marked S_marked(const struct reader *r, size_t i, double label)
{
	const struct piece *p = S_first(r, i);
	size_t n = S_count(r, i);

	if (S_is_mark(p))
		return n == 1				  ? MARKED_ONLY
		       : n == 2 && p[1].kind == WORD_TEXT ? MARKED_ROW
							  : MARKED_NO;
	return n == 1 && p->kind == WORD_TEXT && fabs(p->x1 - label) < 0.7 * p->size
		       ? MARKED_LABEL
		       : MARKED_NO;
}

/* The least distance between two marks, one below the other. */
static double S_pitch(const struct reader *r, size_t i, double label)
{
	double best = 0, last = 0;
	bool any = false;

	for (size_t k = i; k < r->to; k++) {
		enum marked m = S_marked(r, k, label);

		if (k > i && S_step(r, k - 1, k) > FAR * S_size(r, k))
			break;
		if (m == MARKED_NO)
			break;
		if (m == MARKED_LABEL)
			continue;
		if (any && (!best || r->l->lines[k].y - last < best))
			best = r->l->lines[k].y - last;
		last = r->l->lines[k].y;
		any = true;
	}
	return best ? best : 1.8 * S_size(r, i);
}

/* Does line i, a label without a mark beside it, begin the row of the mark
 * below it? */
static bool S_begins_next(const struct reader *r, size_t i, double label, double above,
			  double pitch)
{
	double below;

	if (i + 1 >= r->to)
		return false;
	below = S_step(r, i, i + 1);
	switch (S_marked(r, i + 1, label)) {
	case MARKED_ONLY: /* at half the height */
		return below < 0.9 * S_size(r, i);
	case MARKED_ROW:
		return below < 1.35 * S_size(r, i) && below < 0.92 * pitch &&
		       below * 1.1 < above;
	case MARKED_LABEL:
	case MARKED_NO:
		break;
	}
	return false;
}

static void S_say_rows(const struct reader *r, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *row = &rows[i];

		if (row->mark) {
			S_say(r, row->mark);
			if (row->mark->kind == WORD_TICK)
				flow_tab(r->f);
		} else {
			flow_tab(r->f);
		}
		for (size_t k = row->from; k < row->to; k++)
			for (size_t j = r->l->lines[k].from; j < r->l->lines[k].to; j++)
				if (&r->l->pieces[j] != row->mark)
					S_say(r, &r->l->pieces[j]);
		flow_end(r->f);
	}
}

/* Marked rows from line i on; returns the line after them, i if there are
 * none. */
static size_t S_marked_rows(const struct reader *r, size_t i)
{
	struct row rows[64];
	size_t n = 0, k = i, lead = NONE; /* lines that begin the next row */
	double label, pitch, above;
	bool ticks;

	/* The first line with a mark tells where labels stand. */
	if (S_is_mark(S_first(r, i)) && S_count(r, i) == 2)
		label = S_first(r, i)[1].x1;
	else if (S_count(r, i) == 1 && i + 1 < r->to && S_count(r, i + 1) == 1 &&
		 S_is_mark(S_first(r, i + 1)) &&
		 S_step(r, i, i + 1) < 0.9 * S_size(r, i) &&
		 S_first(r, i)->x1 > S_first(r, i + 1)->x2)
		label = S_first(r, i)->x1;
	else
		return i;
	pitch = S_pitch(r, i, label);
	ticks = S_is_mark(S_first(r, i)) ? S_first(r, i)->kind == WORD_TICK
					 : S_first(r, i + 1)->kind == WORD_TICK;
	for (; k < r->to && n < 64; k++) {
		const struct piece *p = S_first(r, k);
		enum marked m = S_marked(r, k, label);

		above = k > i ? S_step(r, k - 1, k) : 0;
		if (m == MARKED_NO || above > FAR * S_size(r, k))
			break;
		if (m == MARKED_ROW || m == MARKED_ONLY) {
			rows[n].mark = p;
			rows[n].from = lead != NONE ? lead : k;
			rows[n++].to = k + 1;
			lead = NONE;
		} else if (lead != NONE ||
			   S_begins_next(r, k, label, k > i ? above : 1e9, pitch)) {
			lead = lead != NONE ? lead : k;
			if (!S_begins_next(r, k, label, 1e9, pitch))
				break;
		} else if (n && rows[n - 1].to == k && above < 1.35 * S_size(r, k) &&
			   (above < 0.92 * pitch || p->lower)) {
			rows[n - 1].to = k + 1;
		} else if (n && ticks && above < 1.6 * pitch) {
			rows[n].mark = NULL;
			rows[n].from = k;
			rows[n++].to = k + 1;
		} else {
			break;
		}
	}
	if (lead != NONE)
		k = lead;
	S_say_rows(r, rows, n);
	return n ? k : i;
}

/* ---- cells ---- */

struct extents { /* of the columns, left to right, none touching */
	double x1[COLUMNS_MAX], x2[COLUMNS_MAX];
	size_t n;
};

/* Lays one more piece over them.  False: it joins two, or there are too many. */
static bool S_lay(struct extents *e, const struct piece *p)
{
	size_t k = 0;

	while (k < e->n && e->x2[k] < p->x1)
		k++;
	if (k < e->n && e->x1[k] <= p->x2) {
		if (k + 1 < e->n && e->x1[k + 1] <= p->x2)
			return false;
		if (p->x1 < e->x1[k])
			e->x1[k] = p->x1;
		if (p->x2 > e->x2[k])
			e->x2[k] = p->x2;
		return true;
	}
	if (e->n == COLUMNS_MAX)
		return false;
	for (size_t j = e->n; j > k; j--) {
		e->x1[j] = e->x1[j - 1];
		e->x2[j] = e->x2[j - 1];
	}
	e->x1[k] = p->x1;
	e->x2[k] = p->x2;
	e->n++;
	return true;
}

static bool S_lay_line(struct extents *e, const struct reader *r, size_t i)
{
	for (size_t j = r->l->lines[i].from; j < r->l->lines[i].to; j++)
		if (!S_lay(e, &r->l->pieces[j]))
			return false;
	return true;
}

static size_t S_column(const struct extents *e, const struct piece *p)
{
	size_t k = 0;

	while (k + 1 < e->n && e->x2[k] < p->x1)
		k++;
	return k;
}

static bool S_all_marks(const struct reader *r, size_t i)
{
	for (size_t j = r->l->lines[i].from; j < r->l->lines[i].to; j++)
		if (!S_is_mark(&r->l->pieces[j]))
			return false;
	return true;
}

/* Does line i go on with the row that ends at line i - 1? */
static bool S_goes_on(const struct reader *r, const struct extents *e, size_t from,
		      size_t i)
{
	const struct piece *p = S_first(r, i);

	if (S_step(r, i - 1, i) > 1.35 * S_size(r, i) || S_all_marks(r, i) ||
	    S_all_marks(r, i - 1))
		return false;
	if (S_column(e, p) > 0 || p->lower)
		return true;
	/* The first cell may stand at half the height of its row. */
	for (size_t k = from; k < i; k++)
		if (S_column(e, S_first(r, k)) == 0)
			return false;
	return true;
}

/* The head of a narrow column: "Septiem", and "bre" in the next line. */
static bool S_say_cut_month(const struct reader *r, const struct piece *a,
			    const struct piece *b)
{
	const struct page *page = r->l->page;
	const struct word *v = &page->words[a->first], *w = &page->words[b->first];
	char name[24];
	size_t n;

	if (a->first != a->last || b->first != b->last || v->n + w->n >= sizeof name)
		return false;
	n = page_month(page->text.data + v->at, v->n);
	if (!n || n > v->n)
		return false;
	memcpy(name, page->text.data + v->at, n);
	memcpy(name + n, page->text.data + w->at, w->n);
	if (page_month(name, n + w->n) < 100)
		return false;
	flow_text(r->f, name, n + w->n);
	return true;
}

static void S_say_row(const struct reader *r, const struct extents *e, size_t from,
		      size_t to)
{
	flow_row(r->f);
	for (size_t c = 0; c < e->n; c++) {
		const struct piece *last = NULL, *before = NULL;
		size_t pieces = 0;

		flow_cell(r->f);
		for (size_t j = r->l->lines[from].from; j < r->l->lines[to - 1].to; j++)
			if (S_column(e, &r->l->pieces[j]) == c) {
				before = last;
				last = &r->l->pieces[j];
				pieces++;
			}
		if (pieces == 2 && S_say_cut_month(r, before, last)) {
			flow_cell_end(r->f);
			continue;
		}
		for (size_t i = from; i < to; i++) {
			bool any = false;

			for (size_t j = r->l->lines[i].from; j < r->l->lines[i].to;
			     j++) {
				const struct piece *p = &r->l->pieces[j];

				if (S_column(e, p) != c)
					continue;
				S_say(r, p);
				any = true;
			}
			if (any)
				flow_break(r->f);
		}
		flow_cell_end(r->f);
	}
}

/* The head of a grid of months: its signs may stand far below in high cells. */
static bool S_is_months(const struct reader *r, size_t i)
{
	const struct page *page = r->l->page;
	size_t months = 0;

	for (size_t j = r->l->lines[i].from; j < r->l->lines[i].to; j++) {
		const struct word *w = &page->words[r->l->pieces[j].first];

		months += page_month(page->text.data + w->at, w->n) > 0;
	}
	return months >= 6;
}

/* A table from line i on; returns the line after it, i if there is none. */
static size_t S_table(const struct reader *r, size_t i)
{
	struct extents e = {.n = 0}, more;
	size_t k, end = i + 1;
	bool months = S_is_months(r, i);

	if (S_count(r, i) < 2 || !S_lay_line(&e, r, i))
		return i;
	for (k = i + 1; k < r->to; k++) {
		size_t before = e.n;
		const struct piece *p = S_first(r, k);

		if (S_step(r, k - 1, k) > (months ? 2 : 1) * FAR * S_size(r, k))
			break;
		months &= k == i + 1 && S_step(r, i, k) < CLOSE * S_size(r, k);
		/* A list of check boxes is one of its own. */
		if (before == 2 && S_is_mark(p) && p->kind != WORD_TICK &&
		    S_count(r, k) == 2)
			break;
		more = e;
		if (!S_lay_line(&more, r, k))
			break;
		if (S_count(r, k) == 1 && (more.n > before || p->kind == WORD_BULLET))
			break;
		e = more;
		/* What ends in the first column may be the text below. */
		if (S_count(r, k) > 1 || S_column(&e, p) > 0)
			end = k + 1;
	}
	/* Laid over each other, the lines may have become one column. */
	e.n = 0;
	for (k = i; k < end; k++)
		if (!S_lay_line(&e, r, k))
			return i;
	if (e.n < 2)
		return i;
	flow_table(r->f);
	for (k = i; k < end;) {
		size_t row = k;

		for (k++; k < end && S_goes_on(r, &e, row, k); k++)
			;
		S_say_row(r, &e, row, k);
	}
	flow_table_end(r->f);
	return end;
}

/* ---- running text ---- */

static bool S_ends_sentence(const struct reader *r, const struct piece *p)
{
	const struct word *w = &r->l->page->words[p->last];
	char c = w->n ? r->l->page->text.data[w->at + w->n - 1] : '\0';

	return c == '.' || c == '!' || c == '?' || c == ':';
}

/* Would the first word of line i still have fitted into the line before? */
static bool S_had_room(const struct reader *r, size_t i)
{
	const struct line *a = &r->l->lines[i - 1];
	const struct word *word = &r->l->page->words[S_first(r, i)->first];

	return a->x2 + 0.3 * a->size + (word->x2 - word->x1) < r->right - a->size;
}

static bool S_near(const struct line *a, const struct line *b)
{
	double size = a->size < b->size ? a->size : b->size;

	return b->y - a->y <= CLOSE * size && fabs(a->size - b->size) <= 0.2 * size;
}

/* Counts how paragraphs are parted: only those that a full line follows, since
 * there is room round headings everywhere. */
static void S_learn(const struct reader *r, size_t from, struct page *p)
{
	for (size_t i = from + 1; i < r->to; i++) {
		const struct line *a = &r->l->lines[i - 1], *b = &r->l->lines[i];

		if (fabs(a->size - b->size) > 0.2 * a->size ||
		    b->x2 < r->right - 0.3 * (r->right - r->left) ||
		    !S_ends_sentence(r, &r->l->pieces[a->to - 1]) || !S_had_room(r, i))
			continue;
		if (S_near(a, b))
			p->close++;
		else
			p->spaced++;
	}
}

/* The size that most of the text has. */
static double S_body(const struct page *p)
{
	size_t best = 0;

	for (size_t i = 1; i < PAGE_SIZES; i++)
		if (p->sizes[i] > p->sizes[best])
			best = i;
	return (double)best / 2;
}

static bool S_is_title(const struct reader *r, size_t i)
{
	return S_first(r, i)->heading || r->l->lines[i].size > 1.15 * (r->body + 0.5);
}

/* Are lines i - 1 and i of one paragraph? */
static bool S_same_paragraph(const struct reader *r, size_t i)
{
	const struct line *a = &r->l->lines[i - 1];
	const struct piece *first = S_first(r, i);
	const struct page *p = r->l->page;

	if (!S_near(a, &r->l->lines[i]) || first->kind == WORD_BULLET ||
	    S_is_mark(first) || S_count(r, i) > 1)
		return false;
	return p->spaced > p->close || S_is_title(r, i) || !S_had_room(r, i) ||
	       !S_ends_sentence(r, &r->l->pieces[a->to - 1]);
}

static void S_say_line(const struct reader *r, size_t i)
{
	size_t from = r->l->lines[i].from;

	for (size_t j = from; j < r->l->lines[i].to; j++) {
		const struct piece *p = &r->l->pieces[j];

		if (j > from && !S_is_mark(p - 1) && !S_is_mark(p) &&
		    p[-1].kind != WORD_BULLET && !S_is_number(r, p - 1))
			flow_tab(r->f);
		S_say(r, p);
	}
}

static bool S_is_text(const struct reader *r, size_t i)
{
	const struct piece *p = S_first(r, i);

	return S_count(r, i) == 1 ||
	       (S_count(r, i) == 2 && (p->kind == WORD_BULLET || S_is_number(r, p)));
}

enum status layout_flow(struct layout *l, size_t from, size_t to, struct flow *f,
			struct err *err)
{
	struct reader r = {.l = l,
			   .f = f,
			   .to = to,
			   .left = 1e9,
			   .right = -1e9,
			   .body = S_body(l->page)};

	for (size_t i = from; i < to; i++) {
		r.left = l->lines[i].x1 < r.left ? l->lines[i].x1 : r.left;
		r.right = l->lines[i].x2 > r.right ? l->lines[i].x2 : r.right;
	}
	S_learn(&r, from, l->page);
	flow_end(f);
	for (size_t i = from; i < to;) {
		size_t next = S_marked_rows(&r, i);

		if (next == i && !S_is_text(&r, i))
			next = S_table(&r, i);
		if (next > i) {
			i = next;
			continue;
		}
		S_say_line(&r, i++);
		/* The lines of a paragraph stay lines: what a hyphen at their
		 * end means is for others to tell. */
		if (i == to || !S_is_text(&r, i) || !S_same_paragraph(&r, i))
			flow_end(f);
		else if (S_is_title(&r, i - 1) && S_is_title(&r, i))
			flow_space(f);
		else
			flow_break(f);
	}
	return f->failed == ST_NOMEM ? err_nomem(err) : ST_OK;
}
