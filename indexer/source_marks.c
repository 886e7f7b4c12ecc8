#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "source_doc.h"

/*
 * The Sello lines: five labels, some of them ticked.
 *
 * The rows may be lines, cells, or all on one line; the sign before its label
 * or behind it, or on a line of its own; a row without a sign is unticked if
 * any other has one.  Labels without any sign, fewer than there are, are the
 * chosen ones written out.  Everything is a row of tokens, signs and labels,
 * and each label takes the sign before it if the first token is a sign, else
 * the one behind it.
 */
struct item { /* a label with its sign */
	const struct label *label;
	char *printed;
	enum box box;
	unsigned no;
};

#define ITEMS_MAX 64
#define LONES_MAX 64

/* A sign on a line of its own: whose it is shows only when all are known. */
struct lone {
	enum box box;
	size_t after;	       /* labels before it */
	unsigned above, below; /* empty lines */
};

struct items {
	struct item v[ITEMS_MAX];
	size_t n;
	enum box pending; /* a sign on a line of its own */
	struct lone lone[LONES_MAX];
	size_t n_lone;
	unsigned first_blank; /* empty lines before the first label's line */
	unsigned blank;	      /* and before the line being read */
	unsigned least;	      /* fewest between two labels */
	bool sign_first;
	bool suffix;	  /* a line that begins with a label ends with a sign */
	unsigned yes, no; /* columns of a Sí / No table, 0 = none */
};

static void S_release(struct items *it)
{
	for (size_t i = 0; i < it->n; i++)
		free(it->v[i].printed);
}

static const struct label *S_label(const struct doc *d, const char *s, size_t *n)
{
	const struct label *l = lexicon_sello_printed(d->lexicon, d->analyzer, s, *n);

	/* "Vinculación comunitaria: mesas" */
	for (size_t i = 0; !l && i < *n; i++)
		if (strchr(":(.,;", s[i]) || (s[i] == '-' && i && s[i - 1] == ' ') ||
		    ((unsigned char)s[i] == 0xE2 && i + 2 < *n &&
		     (unsigned char)s[i + 1] == 0x80)) {
			size_t k = i;

			while (k && s[k - 1] == ' ')
				k--;
			l = lexicon_sello_printed(d->lexicon, d->analyzer, s, k);
			if (l)
				*n = k;
		}
	return l;
}

static bool S_add(struct items *it, const struct label *label, const char *s, size_t n,
		  enum box box, unsigned no)
{
	struct item *i;

	if (it->n == ITEMS_MAX)
		return true;
	i = &it->v[it->n];
	memset(i, 0, sizeof *i);
	if (!str_set(&i->printed, s, n))
		return false;
	i->label = label;
	i->box = box;
	i->no = no;
	it->n++;
	return true;
}

/* What may stand between labels: blanks, commas, "y". */
static size_t S_between(const char *s, size_t n, size_t i)
{
	while (i < n && strchr(" ,;/.", s[i]))
		i++;
	if (i && i + 2 < n && s[i - 1] == ' ' && s[i + 1] == ' ' &&
	    strchr("yYeE&", s[i]))
		i += 2;
	return i;
}

/* Labels and nothing else between them, two or more: "Vinculación comunitaria
 * Estrategias formativas". */
static bool S_is_row(const struct doc *d, const char *s, size_t n)
{
	unsigned labels = 0;

	for (size_t i = 0, taken; i < n; i += taken) {
		i = S_between(s, n, i);
		if (i == n)
			break;
		if (!lexicon_sello_at(&taken, d->lexicon, s + i, n - i))
			return false;
		labels++;
	}
	return labels > 1;
}

/* The sign is the first label's if signs stand before, else the last one's. */
static enum status S_labels(struct items *it, const struct doc *d, const char *s,
			    size_t n, enum box box, bool first, unsigned no,
			    struct err *err)
{
	bool begun = false;

	for (size_t i = 0, taken; i < n; i += taken) {
		const struct label *l;
		bool last;

		i = S_between(s, n, i);
		if (i == n)
			break;
		l = lexicon_sello_at(&taken, d->lexicon, s + i, n - i);
		if (!l)
			break;
		last = i + taken >= n;
		if (!S_add(it, l, s + i, taken,
			   (first ? !begun : last) ? box : BOX_NONE, no))
			return err_nomem(err);
		begun = true;
	}
	return ST_OK;
}

/* Is there a label before the first comma and one behind it? */
static bool S_is_list(const struct doc *d, const char *s, size_t n)
{
	size_t i = 0, a, len;

	while (i < n && s[i] != ',' && s[i] != ';' && s[i] != '/')
		i++;
	if (i == n || !lexicon_sello_printed(d->lexicon, d->analyzer, s, i))
		return false;
	for (a = i + 1; a < n && s[a] == ' '; a++)
		;
	if (n - a > 2 && strncmp(s + a, "y ", 2) == 0)
		a += 2;
	for (len = 0; a + len < n && !strchr(",;/.", s[a + len]); len++)
		;
	return lexicon_sello_printed(d->lexicon, d->analyzer, s + a, len) != NULL;
}

/* Several labels in one text, between commas or semicolons. */
static enum status S_list(struct items *it, bool *all, const struct doc *d,
			  const char *s, size_t n, enum box box, unsigned no,
			  struct err *err)
{
	size_t from = 0;

	*all = true;
	for (size_t i = 0; i <= n; i++) {
		const struct label *l;
		size_t a = from, len;

		if (i < n && s[i] != ',' && s[i] != ';' && s[i] != '/')
			continue;
		while (a < i && strchr(" .-", s[a]))
			a++;
		len = i - a;
		while (len && strchr(" .", s[a + len - 1]))
			len--;
		if (len > 2 && strncmp(s + a, "y ", 2) == 0) {
			a += 2;
			len -= 2;
		}
		if (len) {
			l = S_label(d, s + a, &len);
			if (!l)
				*all = false;
			else if (!S_add(it, l, s + a, len, box, no))
				return err_nomem(err);
		}
		from = i + 1;
	}
	return ST_OK;
}

/* The text with what follows in the next lines, as one label: "Acceso a la
 * información y orientación" / "integral".  *lines: how many were taken. */
static const struct label *S_broken(struct buf *joined, size_t *lines,
				    const struct doc *d, size_t i, size_t to,
				    const char *s, size_t n)
{
	*lines = 0;
	buf_clear(joined);
	buf_add(joined, s, n);
	for (size_t k = 1; k <= 2 && i + k < to; k++) {
		const struct line *l = &d->v[i + k];
		const struct label *label;

		if (l->kind != LINE_TEXT || l->bullet || l->n > 80 ||
		    source_has_box(l->s, l->n))
			break;
		if (joined->len && joined->data[joined->len - 1] == '-')
			buf_truncate(joined, joined->len - 1);
		else
			buf_addc(joined, ' ');
		buf_add(joined, l->s, l->n);
		label = lexicon_sello_printed(d->lexicon, d->analyzer, joined->data,
					      joined->len);
		if (label) {
			*lines = k;
			return label;
		}
	}
	return NULL;
}

/* "Acceso a la información" / "y orientación integral": a label that is one
 * already and goes on all the same. */
static bool S_goes_on(struct buf *joined, const struct doc *d, size_t i, size_t to,
		      const char *s, size_t n, const struct label *label)
{
	size_t lines;

	if (i + 1 >= to || d->v[i + 1].blank ||
	    !source_goes_on(d->v[i + 1].s, d->v[i + 1].n))
		return false;
	return S_broken(joined, &lines, d, i, to, s, n) == label && lines == 1;
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

static void S_lone(struct items *it, enum box box)
{
	if (it->n_lone < LONES_MAX)
		it->lone[it->n_lone++] =
			(struct lone){.box = box, .after = it->n, .above = it->blank};
}

/* Notes the empty lines round labels and lone signs: had labels and signs stood
 * there before the line that was just read. */
static void S_gaps(struct items *it, size_t had, size_t had_lone)
{
	struct lone *last = it->n_lone ? &it->lone[it->n_lone - 1] : NULL;

	if (it->n == had)
		return;
	if (!had && !had_lone)
		it->first_blank = it->blank;
	else if (last && last->after == had)
		last->below = it->blank;
	else if (it->blank < it->least)
		it->least = it->blank;
}

/* Whose are the signs on lines of their own, where the first row has none?
 * After their labels: every label has one, or the last one has.  Else empty
 * lines tell: they divide the rows, or stand for the signs that are not there
 * (a table's cells, one a line). */
enum side { SIDE_UNKNOWN, SIDE_BEFORE, SIDE_AFTER };

static enum side S_side(const struct items *it, unsigned end_blank)
{
	bool above = true, below = true, close = true, all = it->n_lone == it->n;

	for (size_t i = 0; i < it->n_lone; i++) {
		const struct lone *x = &it->lone[i];

		if (i && x->after == x[-1].after)
			return SIDE_UNKNOWN;
		close &= !x->above && !x->below;
		if (x->after == it->n) /* nothing below it */
			return all || x->above <= it->least ? SIDE_AFTER : SIDE_UNKNOWN;
		above &= x->above > x->below;
		below &= x->above < x->below;
	}
	if (above)
		return SIDE_BEFORE;
	if (below)
		return SIDE_AFTER;
	if (!close || !it->least)
		return SIDE_UNKNOWN;
	if (it->first_blank && !end_blank)
		return SIDE_BEFORE;
	return end_blank && !it->first_blank ? SIDE_AFTER : SIDE_UNKNOWN;
}

/* False if nothing tells whose they are. */
static bool S_lone_signs(struct items *it, unsigned end_blank)
{
	enum side side;

	if (it->sign_first || !it->n_lone || !it->n)
		return true;
	side = S_side(it, end_blank);
	if (side == SIDE_UNKNOWN)
		return false;
	for (size_t i = 0; i < it->n_lone; i++) {
		size_t k = it->lone[i].after - (side == SIDE_AFTER);

		if (k < it->n && it->v[k].box == BOX_NONE)
			it->v[k].box = it->lone[i].box;
	}
	return true;
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

				label = S_label(d, t[j].s, &len) != NULL;
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
			S_lone(it, t[j].box);
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
		if (S_is_row(d, t[j].s, len)) {
			st = S_labels(it, d, t[j].s, len, box, first, no, err);
			r->any = true;
			continue;
		}
		if (S_is_list(d, t[j].s, len)) {
			st = S_list(it, &all, d, t[j].s, len, box, no, err);
			r->any = true;
			continue;
		}
		l = S_label(d, t[j].s, &len);
		if (l) {
			const char *s_label = t[j].s;

			if ((j + 1 == k || (j + 2 == k && t[j + 1].is == TOKEN_BOX)) &&
			    S_goes_on(&joined, d, i, to, t[j].s, t[j].n, l)) {
				s_label = joined.data;
				len = joined.len;
				r->lines = 1;
			}
			if (!S_add(it, l, s_label, len, box, no))
				st = err_nomem(err);
			r->any = true;
			continue;
		}
		/* a label that goes on in the next line */
		if (j + 1 == k || (j + 2 == k && t[j + 1].is == TOKEN_BOX)) {
			size_t lines;

			l = S_broken(&joined, &lines, d, i, to, t[j].s, t[j].n);
			if (l) {
				if (!S_add(it, l, joined.data, joined.len, box, no))
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
			l = own ? S_label(d, t[j].s + own, &len) : NULL;
			if (l) {
				if (!S_add(it, l, t[j].s + own, len, box, no))
					st = err_nomem(err);
				r->any = true;
				continue;
			}
		}
		st = S_list(it, &all, d, t[j].s, t[j].n, box, no, err);
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

/* All rows on one line, which a page was too narrow for: how many lines after
 * line i go on with it, and their text. */
static size_t S_one_line(struct buf *out, const struct doc *d, size_t i, size_t to)
{
	struct box_token t[TOKENS_MAX];
	size_t k, boxes = 0, lines = 0;
	bool open;

	buf_clear(out);
	if (memchr(d->v[i].raw, '\t', d->v[i].raw_n))
		return 0;
	k = source_box_tokens(t, d->v[i].s, d->v[i].n);
	for (size_t j = 0; j < k; j++)
		boxes += t[j].is == TOKEN_BOX;
	if (boxes < 2)
		return 0;
	buf_add(out, d->v[i].s, d->v[i].n);
	open = t[k - 1].is == TOKEN_BOX && t[0].is == TOKEN_BOX;
	while (i + lines + 1 < to && lines < 8) {
		const struct line *l = &d->v[i + lines + 1];

		if (l->kind != LINE_TEXT || l->blank || l->bullet || l->sign || !l->n ||
		    memchr(l->raw, '\t', l->raw_n))
			break;
		k = source_box_tokens(t, l->s, l->n);
		if (!k || (t[0].is == TOKEN_BOX && !open && lines == 0))
			break;
		open = t[k - 1].is == TOKEN_BOX;
		buf_addc(out, ' ');
		buf_add(out, l->s, l->n);
		lines++;
	}
	return lines;
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
		if (S_label(d, t[i].s, &n))
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
		const struct label *l = S_label(d, head[j].s, &n);
		enum box box = BOX_NONE;

		if (!l)
			continue; /* what stands over the rows' own labels */
		labels--;
		for (size_t q = 0; q < k; q++)
			if (row[q].is == TOKEN_BOX && row[q].cell == head[j].cell)
				box = row[q].box;
		if (!S_add(it, l, head[j].s, n, box, d->v[i].no))
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
		S_gaps(&it, had, had_lone);
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
		if (!S_lone_signs(&it, to < d->n ? d->v[to].blank : 1)) {
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
