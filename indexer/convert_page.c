#include "convert_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "convert_page_parts.h"
#include "messages.h"
#include "text.h"

#define CUT_DEPTH_MAX  48
#define CUT_PIECES_MAX 20000 /* more is no page that anybody reads */
#define COLUMN_LINES   3     /* fewer are no column of text */
#define COLUMN_CHARS   18    /* a line of it, on average */
#define GUTTERS_MAX    8

void page_init(struct page *p)
{
	memset(p, 0, sizeof *p);
	buf_init(&p->text, CONVERT_MAX);
}

void page_release(struct page *p)
{
	buf_release(&p->text);
	free(p->words);
	page_init(p);
}

void page_clear(struct page *p)
{
	buf_clear(&p->text);
	p->n = 0;
}

static enum word_kind S_kind(const char *s, size_t n)
{
	unsigned long cp;

	if (!n || utf8_decode(s, n, &cp) != n)
		return WORD_TEXT;
	switch (flow_unicode_sign(cp)) {
	case FLOW_BOX:
		return WORD_BOX;
	case FLOW_TICKED:
		return WORD_TICKED;
	case FLOW_SIGN:
	case FLOW_BLANK:
	case FLOW_ORNAMENT:
		break;
	}
	switch (cp) {
	case 0x2713:
	case 0x2714:
	case 0x221A: /* a root's sign often serves */
		return WORD_TICK;
	case 0x2022:
	case 0x2023:
	case 0x25AA:
	case 0x25CF:
	case 0x25E6:
	case 0x25B8:
	case 0x25BA:
	case 0x27A2:
	case 0xB7:
		return WORD_BULLET;
	default:
		return WORD_TEXT;
	}
}

enum status page_add(struct page *p, struct word w, const char *s, size_t n,
		     struct err *err)
{
	/* Numbers from a hostile file. */
	if (!isfinite(w.x1) || !isfinite(w.x2) || !isfinite(w.y) || !isfinite(w.size) ||
	    fabs(w.x1) > 1e6 || fabs(w.x2) > 1e6 || fabs(w.y) > 1e6)
		return ST_OK;
	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 1024;
		struct word *v;

		if (cap > PAGE_WORDS_MAX)
			return err_set(err, ST_INPUT,
				       _("a page with more than %zu words"),
				       PAGE_WORDS_MAX);
		v = realloc(p->words, cap * sizeof *v);
		if (!v)
			return err_nomem(err);
		p->words = v;
		p->cap = cap;
	}
	if (w.x2 < w.x1) {
		double x = w.x1;

		w.x1 = w.x2;
		w.x2 = x;
	}
	w.size = w.size < 1 ? 1 : w.size > 1000 ? 1000 : w.size;
	w.at = p->text.len;
	w.n = n;
	if (2 * w.size < PAGE_SIZES)
		p->sizes[(int)(2 * w.size)] += n;
	if (w.kind == WORD_TEXT)
		w.kind = S_kind(s, n);
	buf_add(&p->text, s, n);
	p->words[p->n++] = w;
	return buf_status(&p->text, err);
}

/* ---- words to pieces ---- */

static double S_min(double a, double b)
{
	return a < b ? a : b;
}

static double S_max(double a, double b)
{
	return a > b ? a : b;
}

/* Signs of different sizes stand on one line, so their middles differ. */
static bool S_level(double y1, double size1, double y2, double size2)
{
	return fabs(y1 - y2) < 0.4 * S_min(size1, size2) + 0.1 * fabs(size1 - size2);
}

/* The header of a grid of months has no more room between its cells than
 * there is between words; but nobody writes two months without a sign.  Also
 * the beginning of one, cut off by a narrow column. */
size_t page_month(const char *s, size_t n)
{
	static const char *const names[] = {
		"enero", "febrero", "marzo",	  "abril",   "mayo",	  "junio",
		"julio", "agosto",  "septiembre", "octubre", "noviembre", "diciembre"};

	while (n && (s[n - 1] == '.' || s[n - 1] == '-'))
		n--;
	for (size_t i = 0; n >= 3 && i < sizeof names / sizeof *names; i++)
		if (n <= strlen(names[i]) && strncasecmp(names[i], s, n) == 0)
			return n == strlen(names[i]) ? n + 100 : n;
	return 0;
}

static bool S_lower(const char *s, size_t n)
{
	unsigned char c = n ? (unsigned char)s[0] : 0;

	if (c >= 'a' && c <= 'z')
		return true;
	/* a acute to o slash and so on, in UTF-8 */
	return c == 0xC3 && n > 1 && (unsigned char)s[1] >= 0xA0;
}

static bool S_joins(const struct piece *a, const struct piece *b)
{
	double gap = b->x1 - a->x2, em = S_max(a->size, b->size);

	return a->kind == WORD_TEXT && b->kind == WORD_TEXT && !b->stop &&
	       S_level(a->y, a->size, b->y, b->size) && gap > -0.3 * em &&
	       gap < (b->spread ? 2 : 1) * em && !(a->month && b->month);
}

static void S_join(struct layout *l, struct piece *a, const struct piece *b)
{
	l->next[a->last] = b->first;
	a->last = b->last;
	a->x1 = S_min(a->x1, b->x1);
	a->x2 = S_max(a->x2, b->x2);
	a->size = S_max(a->size, b->size);
	a->chars += 1 + b->chars;
	a->month = false;
	a->bold &= b->bold;
}

static int S_compare(double a, double b)
{
	return (a > b) - (a < b);
}

static int S_by_y(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	int c = S_compare(x->y, y->y);

	if (!c)
		c = S_compare(x->x1, y->x1);
	return c ? c : (x->first > y->first) - (x->first < y->first);
}

static int S_by_x(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	int c = S_compare(x->x1, y->x1);

	return c ? c : S_by_y(a, b);
}

static void S_pieces(struct layout *l)
{
	const struct page *p = l->page;
	size_t n = 0, kept;
	bool *stops = layout_stops(p), *spread = layout_spread(p);

	for (size_t i = 0; i < p->n; i++) {
		const struct word *w = &p->words[i];
		const char *s = p->text.data + w->at;
		struct piece q = {.x1 = w->x1,
				  .x2 = w->x2,
				  .y = w->y,
				  .size = w->size,
				  .first = i,
				  .last = i,
				  .chars = utf8_count(s, w->n),
				  .kind = w->kind,
				  .lower = S_lower(s, w->n),
				  .stop = stops && stops[i],
				  .spread = spread && spread[i],
				  .bold = w->bold,
				  .month = page_month(s, w->n) > 0};

		l->next[i] = NONE;
		if (n && S_joins(&l->pieces[n - 1], &q))
			S_join(l, &l->pieces[n - 1], &q);
		else
			l->pieces[n++] = q;
	}
	free(stops);
	free(spread);
	/* Neighbours that the PDF does not give one after the other. */
	qsort(l->pieces, n, sizeof *l->pieces, S_by_y);
	kept = 0;
	for (size_t i = 1; i < n; i++) {
		struct piece *a = &l->pieces[kept], b = l->pieces[i];

		if (S_joins(a, &b)) {
			S_join(l, a, &b);
		} else if (S_joins(&b, a)) {
			S_join(l, &b, a);
			*a = b;
		} else {
			l->pieces[++kept] = b;
		}
	}
	l->n = n ? kept + 1 : 0;
}

/* ---- pieces to columns ---- */

struct side { /* one side of a gutter */
	size_t lines, chars;
	size_t flush; /* lines that begin where the side does */
	double edge;
	double starts[64]; /* where its groups of lines begin */
	size_t n;
};

/* Takes pieces in order of y. */
static void S_side_add(struct side *s, const struct piece *p, double *last_y)
{
	if (!s->lines || p->y - *last_y > 0.5 * p->size) {
		if ((!s->lines || p->y - *last_y > 1.6 * p->size) && s->n < 64)
			s->starts[s->n++] = p->y;
		s->lines++;
		s->flush += fabs(p->x1 - s->edge) < 1;
		*last_y = p->y;
	}
	s->chars += p->chars;
}

/* Rows of a table: the groups of both sides begin at the same heights. */
static bool S_rows_align(const struct side *a, const struct side *b, double size)
{
	size_t same = 0, i = 0, j = 0, fewer = a->n < b->n ? a->n : b->n;

	while (i < a->n && j < b->n) {
		double d = a->starts[i] - b->starts[j];

		if (fabs(d) < 0.4 * size) {
			same++;
			i++;
			j++;
		} else if (d < 0) {
			i++;
		} else {
			j++;
		}
	}
	return fewer > 1 && 10 * same >= 7 * fewer;
}

/* Does the empty stripe at x part two columns of running text?  A narrow one only
 * where many lines begin right behind it. */
static bool S_parts_columns(const struct piece *by_y, size_t n, double x, bool narrow)
{
	struct side left = {.n = 0, .edge = 1e9}, right = {.n = 0, .edge = 1e9};
	double left_y = 0, right_y = 0;

	for (size_t i = 0; i < n; i++) {
		struct side *side = by_y[i].x1 < x ? &left : &right;

		side->edge = S_min(side->edge, by_y[i].x1);
	}

	for (size_t i = 0; i < n; i++)
		if (by_y[i].x1 < x)
			S_side_add(&left, &by_y[i], &left_y);
		else
			S_side_add(&right, &by_y[i], &right_y);
	return left.lines >= COLUMN_LINES && right.lines >= COLUMN_LINES &&
	       left.chars >= COLUMN_CHARS * left.lines &&
	       right.chars >= COLUMN_CHARS * right.lines &&
	       (!narrow || (right.lines >= 2 * COLUMN_LINES &&
			    10 * right.flush >= 8 * right.lines)) &&
	       !S_rows_align(&left, &right, by_y[0].size);
}

/* Does each side begin with a bold line and go on with others?  These are boxes
 * side by side, each with its own heading. */
static bool S_both_headed(const struct piece *by_y, size_t n, double x)
{
	bool first[2] = {false, false}, headed[2] = {false, false},
	     text[2] = {false, false};

	for (size_t i = 0; i < n; i++) {
		const struct piece *p = &by_y[i];
		size_t side = p->x1 >= x;

		if (p->kind != WORD_TEXT)
			continue;
		if (!first[side])
			headed[side] = p->bold;
		first[side] = true;
		text[side] |= !p->bold;
	}
	return headed[0] && headed[1] && text[0] && text[1];
}

#define PARTS_MAX 120

/* Cuts the pieces, in any order, where a gutter parts columns or headings from
 * their texts.  Returns the number of parts, which stand in reading order, and
 * where each ends; 0: no gutter. */
static size_t S_cut_upright(struct piece *p, size_t n, size_t ends[PARTS_MAX])
{
	struct {
		double width, x;
		size_t at;
	} best[GUTTERS_MAX];
	size_t found = 0;
	double edge;

	if (n < 2)
		return 0;
	qsort(p, n, sizeof *p, S_by_x);
	edge = p[0].x2;
	for (size_t i = 1; i < n; i++) {
		double width = p[i].x1 - edge;
		size_t k = found;

		/* A heading may fill its cell: half a blank is enough. */
		if (width > S_max(3, 0.3 * p[i].size)) {
			while (k > 0 && best[k - 1].width < width)
				k--;
			if (found < GUTTERS_MAX)
				found++;
			for (size_t j = found - 1; j > k && j < found; j--)
				best[j] = best[j - 1];
			if (k < found) {
				best[k].width = width;
				best[k].x = p[i].x1 - width / 2;
				best[k].at = i;
			}
		}
		edge = S_max(edge, p[i].x2);
	}
	if (!found)
		return 0;
	qsort(p, n, sizeof *p, S_by_y);
	for (size_t k = 0; k < found; k++) {
		bool boxes = S_both_headed(p, n, best[k].x);
		size_t parts =
			boxes ? 0 : layout_side(p, n, best[k].x, ends, PARTS_MAX);

		if (parts)
			return parts;
		qsort(p, n, sizeof *p, S_by_y);
		if (boxes ||
		    S_parts_columns(p, n, best[k].x,
				    best[k].width <= S_max(8, 1.2 * p[0].size))) {
			qsort(p, n, sizeof *p, S_by_x);
			ends[0] = best[k].at;
			ends[1] = n;
			return 2;
		}
	}
	return 0;
}

/* Where lines of one piece end and the first line of several begins; 0: nowhere. */
static size_t S_first_cells(const struct piece *by_y, size_t n)
{
	size_t line = 0;

	for (size_t i = 1; i < n; i++) {
		if (by_y[i].y - by_y[line].y > 0.4 * by_y[i].size)
			line = i;
		else
			return line;
	}
	return 0;
}

/* The same at the widest empty line; what is above stands first.  Without one,
 * where a title's larger letters end, or above a row of cells. */
static size_t S_cut_level(struct piece *p, size_t n)
{
	double best = 0, edge;
	size_t at = 0, title = 0;

	qsort(p, n, sizeof *p, S_by_y);
	edge = p[0].y + 0.6 * p[0].size;
	for (size_t i = 1; i < n; i++) {
		double gap = p[i].y - 0.6 * p[i].size - edge;

		if (gap > 0.5 * p[i].size && gap > best) {
			best = gap;
			at = i;
		}
		if (!title && gap > -0.3 * p[i].size && p[i].y > p[i - 1].y + 1 &&
		    p[i - 1].size > 1.15 * p[i].size)
			title = i;
		edge = S_max(edge, p[i].y + 0.6 * p[i].size);
	}
	return at ? at : title ? title : S_first_cells(p, n);
}

struct part { /* of the page, to be cut or taken as it is */
	size_t from, to;
	unsigned depth, column;
};

/* Cuts the part; returns the number of parts, 0: it is one. */
static size_t S_cut(struct layout *l, const struct part *part, size_t ends[PARTS_MAX],
		    bool *upright)
{
	struct piece *p = l->pieces + part->from;
	size_t n = part->to - part->from, parts;

	*upright = true;
	if (part->depth >= CUT_DEPTH_MAX || n >= CUT_PIECES_MAX || p[0].heading)
		return 0;
	parts = S_cut_upright(p, n, ends);
	if (parts)
		return parts;
	*upright = false;
	ends[0] = S_cut_level(p, n);
	ends[1] = n;
	return ends[0] ? 2 : 0;
}

/* Orders the pieces by columns.  A part that no gutter cuts keeps its number,
 * also where it was cut between lines: its tables go on. */
static void S_columns(struct layout *l)
{
	static const size_t deepest = (CUT_DEPTH_MAX + 1) * PARTS_MAX;
	struct part *stack = malloc(deepest * sizeof *stack);
	size_t n = 0, ends[PARTS_MAX];
	unsigned columns = 0, said = 0, last = 0;

	if (stack && l->n)
		stack[n++] = (struct part){.to = l->n};
	while (n) {
		struct part part = stack[--n];
		bool upright;
		size_t parts = S_cut(l, &part, ends, &upright);

		for (size_t i = parts; i-- > 0;) {
			size_t from = i ? ends[i - 1] : 0;

			if (from == ends[i] || n == deepest)
				continue;
			stack[n] = part;
			stack[n].from = part.from + from;
			stack[n].to = part.from + ends[i];
			stack[n].depth++;
			if (upright)
				stack[n].column = ++columns;
			n++;
		}
		if (parts)
			continue;
		qsort(l->pieces + part.from, part.to - part.from, sizeof *l->pieces,
		      S_by_y);
		/* Numbers in reading order: a column that is taken up again
		 * after others is another one. */
		if (said && part.column != last)
			said++;
		said += !said;
		last = part.column;
		for (size_t i = part.from; i < part.to; i++)
			l->pieces[i].column = said;
	}
	free(stack);
}

/* ---- pieces to lines ---- */

static void S_lines(struct layout *l)
{
	l->n_lines = 0;
	for (size_t i = 0, k; i < l->n; i = k) {
		struct line *line = &l->lines[l->n_lines++];

		*line = (struct line){.from = i,
				      .x1 = l->pieces[i].x1,
				      .x2 = l->pieces[i].x2,
				      .y = l->pieces[i].y,
				      .size = l->pieces[i].size,
				      .column = l->pieces[i].column};
		for (k = i + 1;
		     k < l->n && l->pieces[k].column == line->column &&
		     S_level(line->y, line->size, l->pieces[k].y, l->pieces[k].size);
		     k++) {
			line->x1 = S_min(line->x1, l->pieces[k].x1);
			line->x2 = S_max(line->x2, l->pieces[k].x2);
			line->size = S_max(line->size, l->pieces[k].size);
		}
		line->to = k;
		qsort(l->pieces + i, k - i, sizeof *l->pieces, S_by_x);
	}
}

enum status page_flow(struct page *p, struct flow *f, struct err *err)
{
	struct layout l = {.page = p};
	enum status st = ST_OK;

	if (!p->n)
		return ST_OK;
	l.next = malloc(p->n * sizeof *l.next);
	l.pieces = malloc(p->n * sizeof *l.pieces);
	l.lines = malloc(p->n * sizeof *l.lines);
	if (!l.next || !l.pieces || !l.lines) {
		st = err_nomem(err);
	} else {
		S_pieces(&l);
		S_columns(&l);
		S_lines(&l);
		for (size_t i = 0, k; !st && i < l.n_lines; i = k) {
			for (k = i + 1;
			     k < l.n_lines && l.lines[k].column == l.lines[i].column;
			     k++)
				;
			st = layout_flow(&l, i, k, f, err);
		}
	}
	free(l.lines);
	free(l.pieces);
	free(l.next);
	return st;
}
