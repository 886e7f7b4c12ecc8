#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "messages.h"
#include "source_doc.h"

/*
 * Month grids.
 *
 *   Enero TAB Febrero TAB ... TAB Diciembre       a line of months
 *   TAB TAB ✓ TAB ✓ ...                            a line of signs under it
 *
 * A leading tab is a cell: March is the third.  Where there are no tabs the
 * signs belong to the month that they stand under.  A row with fewer cells
 * than the header lost some at one end; which end shows only if its first
 * cell is empty, else nothing is guessed.  Months may also stand one a line,
 * or all on one line, each with its sign.
 */
static const char *const S_names[12] = {
	"enero", "febrero", "marzo",	  "abril",   "mayo",	  "junio",
	"julio", "agosto",  "septiembre", "octubre", "noviembre", "diciembre"};

unsigned source_month(const char *s, size_t n)
{
	char key[16];
	size_t k = 0, w;

	for (size_t i = 0; i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		cp = latin_fold(cp, true);
		if (cp == '.' && i + w == n)
			break;
		if (cp < 'a' || cp > 'z' || k + 1 >= sizeof key)
			return 0;
		key[k++] = (char)cp;
	}
	key[k] = '\0';
	if (k < 3)
		return 0;
	if (strcmp(key, "setiembre") == 0 || strcmp(key, "set") == 0)
		return 9;
	for (unsigned m = 0; m < 12; m++)
		if (strcmp(key, S_names[m]) == 0 ||
		    (k <= 5 && strncmp(key, S_names[m], k) == 0 && k >= 3))
			return m + 1;
	return 0;
}

#define CELLS_MAX 64

struct cell {
	const char *s;
	size_t n;
	unsigned column; /* code points before it on the line */
	unsigned wide;	 /* code points */
};

/* Cells between tabs or, without any, words between blanks. */
static size_t S_cells(struct cell v[CELLS_MAX], bool *tabs, const char *s, size_t n)
{
	size_t k = 0, from = 0;
	unsigned column = 0, at = 0;
	bool word = false;

	*tabs = memchr(s, '\t', n) != NULL;
	for (size_t i = 0, w; i <= n && k < CELLS_MAX; i += w) {
		unsigned long cp = ' ';
		bool end;

		w = i < n ? utf8_decode(s + i, n - i, &cp) : 1;
		end = i == n || (*tabs ? cp == '\t' : cp == ' ');
		if (!*tabs && !end && !word) {
			from = i;
			at = column;
			word = true;
		}
		if (end && (*tabs || word)) {
			size_t a = from, b = i;

			while (a < b && s[a] == ' ')
				a++;
			while (b > a && s[b - 1] == ' ')
				b--;
			v[k++] = (struct cell){s + a, b - a, at, column - at};
			from = i + w;
			at = column + 1;
			word = false;
		}
		column++;
	}
	return k;
}

struct header {
	unsigned char month[CELLS_MAX]; /* by cell, 0 = none */
	struct cell cell[CELLS_MAX];
	size_t n;
	bool tabs;
	bool cut; /* names cut over two lines: "En" over "e" */
};

/* "En Fe Ma Abr Ma Jun": columns too narrow for their names, from January on.
 * The line below has the rest of them. */
static bool S_fragments(struct header *h)
{
	if (h->n < 6 || h->n > 12)
		return false;
	for (size_t i = 0; i < h->n; i++) {
		const struct cell *c = &h->cell[i];

		if (c->n < 2 || c->n > 5 || strncasecmp(c->s, S_names[i], c->n) != 0)
			return false;
		h->month[i] = (unsigned char)(i + 1);
	}
	h->cut = true;
	return true;
}

static bool S_is_rest(const struct line *l)
{
	struct cell c[CELLS_MAX];
	bool tabs;
	size_t k = S_cells(c, &tabs, l->raw, l->raw_n);

	for (size_t i = 0; i < k; i++)
		if (c[i].n > 4 || strspn(c[i].s, "abcdefghijlmnoprstuvyz") < c[i].n)
			return false;
	return k > 0;
}

static bool S_header(struct header *h, const char *s, size_t n)
{
	static const char letters[] = "efmamjjasond";
	size_t months = 0, others = 0;
	unsigned last = 0;

	memset(h->month, 0, sizeof h->month);
	h->cut = false;
	if (n > 400)
		return false;
	h->n = S_cells(h->cell, &h->tabs, s, n);
	if (S_fragments(h))
		return true;
	for (size_t i = 0; i < h->n; i++) {
		unsigned m = source_month(h->cell[i].s, h->cell[i].n);

		if (m) {
			if (m <= last)
				return false;
			last = m;
			h->month[i] = (unsigned char)m;
			months++;
		} else if (h->cell[i].n) {
			others++;
		}
	}
	if (months >= 4 && others <= 1)
		return true;
	/* E F M A M J J A S O N D */
	for (size_t skip = 0; skip <= 1; skip++) {
		size_t i;

		if (h->n != 12 + skip)
			continue;
		for (i = 0; i < 12; i++) {
			const struct cell *c = &h->cell[i + skip];

			if (c->n != 1 || (*c->s | 0x20) != letters[i])
				break;
			h->month[i + skip] = (unsigned char)(i + 1);
		}
		if (i == 12)
			return true;
	}
	return false;
}

/* A cell's sign: BOX_NONE = empty; *text: it has other text. */
static enum box S_sign(bool *text, const struct cell *c)
{
	struct box_token t[TOKENS_MAX];
	size_t k;

	*text = false;
	if (!c->n)
		return BOX_NONE;
	if (c->n == 3 && memcmp(c->s, "\xE2\x80\xA2", 3) == 0)
		return BOX_TICK;
	if (c->n == 1 && (*c->s == '1' || *c->s == '*'))
		return BOX_TICK;
	if (c->n == 1 && (*c->s == '-' || *c->s == '0' || *c->s == '.'))
		return BOX_OFF;
	if (c->n > 40) {
		*text = true;
		return BOX_NONE;
	}
	k = source_box_tokens(t, c->s, c->n);
	if (k == 0)
		return BOX_OFF; /* a dash */
	*text = k != 1 || t[0].is != TOKEN_BOX;
	return *text ? BOX_NONE : t[0].box;
}

static bool S_on(enum box b)
{
	return b == BOX_TICK || b == BOX_CROSSED || b == BOX_CROSS || b == BOX_DOT;
}

enum row { ROW_NONE, ROW_GRID, ROW_UNCLEAR };

/* Signs on plain blanks belong to the months that they stand under, if the
 * blanks are still there: each sign under a month of its own, and some gap
 * wider than the blank to which converters collapse them. */
static enum row S_under(bool on[13], const struct header *h, const struct cell *c,
			size_t k)
{
	size_t last = CELLS_MAX;
	bool wide = c[0].column > h->cell[0].column;
	bool some[13] = {false};

	for (size_t i = 1; i < k; i++)
		wide |= c[i].column > c[i - 1].column + c[i - 1].wide + 1;
	if (!wide)
		return ROW_UNCLEAR;
	for (size_t i = 0; i < k; i++) {
		unsigned middle = 2 * c[i].column + c[i].wide, best = 0xFFFF, half = 0;
		size_t m = 0;
		bool text;

		for (size_t j = 0; j < h->n; j++) {
			unsigned there = 2 * h->cell[j].column + h->cell[j].wide;
			unsigned far = there > middle ? there - middle : middle - there;

			if (far < best) {
				best = far;
				m = j;
				half = h->cell[j].wide + 4;
			}
		}
		if (m == last || best > half || !h->month[m])
			return ROW_UNCLEAR;
		last = m;
		some[h->month[m]] = S_on(S_sign(&text, &c[i]));
	}
	for (unsigned m = 1; m <= 12; m++)
		on[m] |= some[m];
	return ROW_GRID;
}

/* Is the line a row of signs under the header?  on[m]: month m has one. */
static enum row S_row(bool on[13], const struct header *h, const char *s, size_t n)
{
	struct cell c[CELLS_MAX];
	bool tabs, text, lead = false, any = false;
	size_t k, first = 0;

	if (n > 400)
		return ROW_NONE;
	k = S_cells(c, &tabs, s, n);
	for (size_t i = 0; i < k; i++) {
		enum box b = S_sign(&text, &c[i]);

		if (text) {
			/* one label or year before the signs */
			if (i > 0 || !h->tabs || h->month[0])
				return ROW_NONE;
			lead = true;
		}
		any |= b != BOX_NONE;
	}
	if (!any && !(tabs && h->tabs))
		return ROW_NONE;
	if (h->tabs != tabs && !(h->tabs && k == 1))
		return h->tabs ? ROW_UNCLEAR : ROW_NONE;
	if (h->tabs) {
		size_t last = h->n;

		while (last > 0 && !h->month[last - 1])
			last--;
		if (k < last && c[0].n && !lead)
			return ROW_UNCLEAR;
		/* A row that has lost the header's empty first cell. */
		(void)first;
		for (size_t i = 0; i < k && i < h->n; i++)
			if (h->month[i] && S_on(S_sign(&text, &c[i])))
				on[h->month[i]] = true;
		return ROW_GRID;
	}
	/* As many signs as months: one each. */
	if (k == h->n) {
		for (size_t i = 0; i < k; i++)
			if (h->month[i] && S_on(S_sign(&text, &c[i])))
				on[h->month[i]] = true;
		return ROW_GRID;
	}
	return S_under(on, h, c, k);
}

/* A line that is months with signs: "☑ Marzo ☐ Abril", "Marzo: X". */
static unsigned S_pairs(bool on[13], bool *signs, const char *s, size_t n)
{
	struct box_token t[TOKENS_MAX];
	size_t k;
	unsigned months = 0;
	bool first;
	enum box before = BOX_NONE;

	*signs = false;
	if (n > 400)
		return 0;
	k = source_box_tokens(t, s, n);
	if (!k)
		return 0;
	first = t[0].is == TOKEN_BOX;
	for (size_t i = 0; i < k; i++) {
		unsigned m;

		if (t[i].is == TOKEN_BOX) {
			before = t[i].box;
			*signs = true;
			continue;
		}
		m = source_month(t[i].s, t[i].n);
		if (!m)
			return 0;
		months++;
		if (!first)
			before = i + 1 < k && t[i + 1].is == TOKEN_BOX ? t[i + 1].box
								       : BOX_NONE;
		on[m] |= S_on(before);
		before = BOX_NONE;
	}
	return months;
}

static void S_take(struct marks *m, const struct doc *d, size_t i)
{
	unsigned no = d->v[i].no;

	m->skip[i - m->base] = true;
	if (!m->grid.first || no < m->grid.first)
		m->grid.first = no;
	if (no > m->grid.last)
		m->grid.last = no;
}

/* "Mes | Ejecución" over months that stand one a row. */
static bool S_is_months_head(const struct line *l)
{
	struct cell c[CELLS_MAX];
	bool tabs;
	size_t k;

	if (l->kind != LINE_TEXT || !l->cells || l->n > 80)
		return false;
	k = S_cells(c, &tabs, l->raw, l->raw_n);
	return k > 1 && tabs && c[0].n >= 3 && c[0].n <= 6 &&
	       strncasecmp(c[0].s, "mes", 3) == 0;
}

/* Cells one a line, an empty line for an empty cell, after the twelve names:
 * the line behind them.  They must add up to twelve.  Where empty lines stand
 * between the names, too, those say nothing. */
static size_t S_one_a_line(bool on[13], bool *unclear, const struct doc *d, size_t k,
			   size_t to)
{
	unsigned cells = 0, left = 0, between = d->v[k - 1].blank;
	bool text;

	for (; k < to; k++) {
		const struct line *l = &d->v[k];
		struct cell c = {.s = l->s, .n = l->n};
		enum box b = S_sign(&text, &c);

		left = l->blank > between ? (l->blank - between) / (between + 1) : 0;
		if (l->kind != LINE_TEXT || text || b == BOX_NONE)
			break;
		if (cells + left >= 12) {
			*unclear = true;
			continue;
		}
		cells += left + 1;
		on[cells] = S_on(b);
	}
	if (k == to)
		left = to < d->n && !between ? d->v[to].blank : 0;
	*unclear |= cells == 0 || cells + left < 12;
	return k;
}

/* ---- what is left of a grid that a converter took apart ---- */

/* Is every word of the line a month or a sign, or (rests) a part of a month's
 * name?  Counts the signs, adds the months to *months as bits. */
static bool S_is_debris(unsigned *months, unsigned *signs, const struct line *l,
			bool rests)
{
	struct cell c[CELLS_MAX];
	bool tabs, text;
	size_t k = S_cells(c, &tabs, l->raw, l->raw_n);

	if (!k || k == CELLS_MAX || l->bullet || l->sign)
		return false;
	for (size_t i = 0; i < k; i++) {
		unsigned m = source_month(c[i].s, c[i].n);
		bool part = false;

		if (m) {
			*months |= 1u << m;
			continue;
		}
		if (S_sign(&text, &c[i]) != BOX_NONE && !text) {
			(*signs)++;
			continue;
		}
		for (unsigned q = 0; rests && q < 12 && c[i].n < 10; q++) {
			char word[12];

			memcpy(word, c[i].s, c[i].n);
			word[c[i].n] = '\0';
			part |= strcasestr(S_names[q], word) != NULL;
		}
		if (c[i].n && !part)
			return false;
	}
	return true;
}

/* Are there four months on the line? */
static bool S_is_most(const struct line *l)
{
	struct cell c[CELLS_MAX];
	bool tabs;
	size_t k = S_cells(c, &tabs, l->raw, l->raw_n), months = 0;

	for (size_t i = 0; i < k; i++)
		months += source_month(c[i].s, c[i].n) > 0;
	return months >= 4;
}

/* Months and signs that stand apart, in lines of their own: whose a sign is
 * cannot be told any more, but dates they are none.  Lists of months without any
 * sign are left alone.  *where: the first line. */
static bool S_debris(struct marks *m, const struct doc *d, size_t from, size_t to,
		     bool had, unsigned *where)
{
	unsigned months = 0, signs = 0, n = 0;
	size_t first = to, last = from;

	for (size_t i = from; i < to; i++) {
		unsigned some = 0, crosses = 0;

		if (d->v[i].kind != LINE_TEXT || m->skip[i - m->base] ||
		    !S_is_debris(&some, &crosses, &d->v[i], S_is_most(&d->v[i])))
			continue;
		months |= some;
		signs += crosses;
		first = first == to ? i : first;
		last = i;
	}
	for (unsigned q = 1; q <= 12; q++)
		n += months >> q & 1;
	if (first == to || !(had ? signs || n >= 2 : signs && n >= 4))
		return false;
	while (first > from && !m->skip[first - 1 - m->base] &&
	       d->v[first - 1].kind == LINE_TEXT &&
	       S_is_debris(&months, &signs, &d->v[first - 1], true))
		first--;
	while (last + 1 < to && !m->skip[last + 1 - m->base] &&
	       d->v[last + 1].kind == LINE_TEXT &&
	       S_is_debris(&months, &signs, &d->v[last + 1], true))
		last++;
	for (size_t i = first; i <= last; i++)
		if (d->v[i].kind == LINE_TEXT && !m->skip[i - m->base] &&
		    S_is_debris(&months, &signs, &d->v[i], true)) {
			if (!*where)
				*where = d->v[i].no;
			S_take(m, d, i);
		}
	return true;
}

enum status source_grid(struct marks *m, struct doc *d, size_t from, size_t to,
			bool dates, struct err *err)
{
	bool on[13] = {false}, unclear = false, had = false;
	unsigned where = 0;

	for (size_t i = from; i < to; i++) {
		const struct line *l = &d->v[i];
		struct header h;
		size_t k;
		unsigned months = 0;
		bool some[13] = {false}, signs = false, any = false;

		if (l->kind != LINE_TEXT || m->skip[i - m->base] || l->n > 400)
			continue;
		if (S_header(&h, l->raw, l->raw_n)) {
			bool rows = false;

			S_take(m, d, i);
			where = l->no;
			for (k = i + 1; k < to; k++) {
				enum row r;

				if (d->v[k].kind == LINE_DROP)
					continue;
				if (d->v[k].kind != LINE_TEXT || d->v[k].blank > 1)
					break;
				if (k == i + 1 && h.cut && S_is_rest(&d->v[k])) {
					S_take(m, d, k);
					continue;
				}
				r = S_row(on, &h, d->v[k].raw, d->v[k].raw_n);
				if (r == ROW_NONE)
					break;
				unclear |= r == ROW_UNCLEAR;
				rows = true;
				S_take(m, d, k);
			}
			unclear |= !rows || (h.cut && h.n < 12);
			had = true;
			i = k - 1;
			continue;
		}
		/* months with their signs, on one line or one a line */
		for (k = i; k < to && d->v[k].n <= 400; k++) {
			unsigned one;

			if (d->v[k].kind != LINE_TEXT || (k > i && d->v[k].blank > 1))
				break;
			one = S_pairs(some, &signs, d->v[k].raw, d->v[k].raw_n);
			if (!one)
				break;
			months += one;
			any |= signs;
			if (k + 1 - i > 16)
				break;
		}
		if (months == 12 && !any && k == i + 12) {
			k = S_one_a_line(some, &unclear, d, k, to);
			any = true;
		}
		if (months >= 6 && any) {
			if (i > from && S_is_months_head(&d->v[i - 1]))
				S_take(m, d, i - 1);
			for (size_t j = i; j < k; j++)
				S_take(m, d, j);
			for (unsigned q = 1; q <= 12; q++)
				on[q] |= some[q];
			had = true;
			i = k - 1;
		}
	}
	if (dates && S_debris(m, d, from, to, had, &where))
		had = unclear = true;
	if (!had)
		return ST_OK;
	if (unclear)
		diag(d->sink->diags, DIAG_WARNING, "month-grid-unclear", d->path, where,
		     1, "%s", _("the signs cannot be assigned to the months"));
	for (unsigned q = 1; q <= 12; q++)
		if (on[q] && !unclear && !ints_has(&m->months, (int)q) &&
		    !ints_add(&m->months, (int)q))
			return err_nomem(err);
	return ST_OK;
}
