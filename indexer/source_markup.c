#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "array.h"
#include "source_doc.h"

/*
 * Markdown, as far as ficha documents use it: # and underlined headings,
 * emphasis, lists, quotes, rules, fences, images, links, escapes, pipe tables
 * and Pandoc's grid tables.  A block's kind is told by its first signs; no
 * nesting is followed, since only text and its lines are wanted.
 */
#define BORDERS_MAX 64

struct markup {
	struct doc *d;
	const struct raw *raw;
	struct table_cells table, drawn;
	struct buf signs, out;
	unsigned blank;		      /* empty lines before the next line */
	unsigned rows;		      /* rows of Markdown tables so far */
	bool grid;		      /* between +---+ borders: lines of one row */
	unsigned border[BORDERS_MAX]; /* columns of the first border's + */
	size_t borders;
	bool page; /* of the next line */
	unsigned char bad;
	bool front; /* inside a front matter of --- lines */
};

enum status source_line_push(struct doc *d, struct line l, struct err *err)
{
	if (!array_more(&d->v, &d->cap, d->n, sizeof *d->v, 256))
		return err_nomem(err);
	d->v[d->n++] = l;
	return ST_OK;
}

enum status source_line_add(struct doc *d, struct line like, const char *raw, size_t n,
			    struct err *err)
{
	size_t b = 0, e = n;
	enum status st;

	while (b < e && (raw[b] == ' ' || raw[b] == '\t'))
		b++;
	while (e > b && (raw[e - 1] == ' ' || raw[e - 1] == '\t'))
		e--;
	like.at = d->text.len;
	like.raw_n = (unsigned)n;
	like.rest = (unsigned)b; /* until the pointers are set */
	like.n = (unsigned)(e - b);
	st = source_line_push(d, like, err);
	if (st)
		return st;
	buf_add(&d->text, raw, n);
	return buf_status(&d->text, err);
}

/* Only signs of one kind, three or more, and blanks: a rule. */
static bool S_is_rule(const char *s, size_t n)
{
	size_t count = 0;
	char c = n ? *s : '\0';

	if (!c || !strchr("-*_=~.", c))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == c)
			count++;
		else if (s[i] != ' ' && s[i] != '\t')
			return false;
	}
	return count >= 3;
}

/* {12}-------: a page's end, as some converters write it. */
static bool S_is_page_rule(const char *s, size_t n)
{
	size_t i = 1;

	if (n < 6 || *s != '{')
		return false;
	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i > 1 && i < n && s[i] == '}' && S_is_rule(s + i + 1, n - i - 1);
}

/* |---|:--:| */
static bool S_is_separator(const char *s, size_t n)
{
	bool bar = false, dash = false;

	for (size_t i = 0; i < n; i++) {
		bar |= s[i] == '|';
		dash |= s[i] == '-' || s[i] == '=';
		if (!strchr("|-:= \t+", s[i]) || !s[i])
			return false;
	}
	return dash && (bar || (n > 2 && *s == '+' && s[n - 1] == '+'));
}

static void S_trim(const char **s, size_t *n)
{
	while (*n && (**s == ' ' || **s == '\t')) {
		(*s)++;
		(*n)--;
	}
	while (*n && ((*s)[*n - 1] == ' ' || (*s)[*n - 1] == '\t'))
		(*n)--;
}

/* Text of a cell: cleaned of list and heading signs. */
static enum status S_cell(struct markup *m, struct piece p, const char *s, size_t n,
			  struct err *err)
{
	bool soft;
	unsigned bold;
	size_t sign;

	S_trim(&s, &n);
	if (m->grid && S_is_separator(s, n))
		n = 0; /* of a table inside the cell */
	while (n && *s == '#') {
		s++;
		n--;
		p.level++;
	}
	S_trim(&s, &n);
	sign = source_bullet(&soft, s, n);
	buf_clear(&m->out);
	if (sign && !soft)
		buf_adds(&m->out, "\xE2\x80\xA2 ");
	else
		sign = 0;
	source_inline(&m->out, &bold, s + sign, n - sign);
	p.bold = bold > 0;
	return source_table_add(&m->table, p, m->out.data, m->out.len, err);
}

/* Where the first border of a drawn table has its corners. */
static void S_borders(struct markup *m, const char *s, size_t n)
{
	m->borders = 0;
	for (size_t i = 0; i < n; i++)
		if (s[i] == '+') {
			if (m->borders == BORDERS_MAX) {
				m->borders = 0;
				return;
			}
			m->border[m->borders++] = (unsigned)i;
		}
}

/* A table inside a cell: bars that stand under no corner of the table's border
 * are tabs between the cells of that one. */
static void S_inner_bars(const struct markup *m, char *s, size_t n)
{
	unsigned column = 0;
	size_t bars = 0, k = 0;

	for (size_t i = 0; i < n; i++)
		bars += s[i] == '|';
	if (!m->grid || bars <= m->borders)
		return;
	for (size_t i = 0; i < n; i++) {
		if (((unsigned char)s[i] & 0xC0) == 0x80)
			continue;
		while (k < m->borders && m->border[k] < column)
			k++;
		if (s[i] == '|' && !(k < m->borders && m->border[k] == column))
			s[i] = '\t';
		column++;
	}
}

static enum status S_pipe_row(struct markup *m, char *s, size_t n, unsigned no,
			      struct err *err)
{
	struct piece p = {.no = no, .gap = m->blank > 0};
	enum status st = ST_OK;
	size_t from;

	while (n && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	S_inner_bars(m, s, n);
	if (!m->grid)
		m->rows++;
	p.row = m->rows;
	if (n && *s == '|') {
		s++;
		n--;
	}
	if (n && s[n - 1] == '|' && (n < 2 || s[n - 2] != '\\'))
		n--;
	from = 0;
	for (size_t i = 0; i <= n && st == ST_OK; i++) {
		if (i < n && s[i] == '\\') {
			i++;
			continue;
		}
		if (i < n && s[i] != '|' && s[i] != '\n')
			continue;
		st = S_cell(m, p, s + from, i - from, err);
		from = i + 1;
		if (i < n && s[i] == '|' && p.col < 0xFFFF)
			p.col++;
	}
	m->blank = 0;
	return st;
}

/* A heading's {#name .class} at its end. */
static size_t S_without_attributes(const char *s, size_t n)
{
	size_t i = n;

	if (!n || s[n - 1] != '}')
		return n;
	while (i && s[i - 1] != '{')
		i--;
	if (i < 2 || (s[i] != '#' && s[i] != '.') || s[i - 2] != ' ')
		return n;
	n = i - 1;
	while (n && s[n - 1] == ' ')
		n--;
	return n;
}

/* "== Heading ==" of MediaWiki, "== Heading" of AsciiDoc. */
static unsigned char S_wiki_heading(const char **s, size_t *n, unsigned char level)
{
	size_t k = 0, end = *n, back = 0;

	while (k < *n && (*s)[k] == '=')
		k++;
	if (k > 6 || k == *n || (*s)[k] != ' ')
		return level;
	while (end > k && (*s)[end - 1] == '=') {
		end--;
		back++;
	}
	if (back && (back != k || (*s)[end - 1] != ' '))
		return level;
	*s += k;
	*n = end - k;
	S_trim(s, n);
	return (unsigned char)k;
}

/* One line of text between tables. */
static enum status S_text(struct markup *m, const char *s, size_t n,
			  const struct raw_line *r, bool soft, struct err *err)
{
	struct doc *d = m->d;
	struct line l = {.no = r->no,
			 .blank = m->blank,
			 .page = m->page,
			 .soft = soft,
			 .bad = m->bad,
			 .level = r->level};
	const char *t = s;
	size_t tn = n, lead, sign;
	bool dash;

	S_trim(&t, &tn);
	while (tn && *t == '>') { /* a quotation */
		t++;
		tn--;
		S_trim(&t, &tn);
	}
	if (!tn && !l.bad) {
		m->blank++;
		return ST_OK;
	}
	if (S_is_page_rule(t, tn)) {
		m->page = true;
		m->blank++;
		return ST_OK;
	}
	if (S_is_rule(t, tn) && !l.bad) {
		/* A title may be underlined. */
		if ((*t == '=' || *t == '-') && !m->blank && d->n &&
		    !d->v[d->n - 1].level && d->v[d->n - 1].n < 200 && !m->page)
			d->v[d->n - 1].level = *t == '=' ? 1 : 2;
		m->blank++;
		return ST_OK;
	}
	if (tn >= 3 && (memcmp(t, "```", 3) == 0 || memcmp(t, "~~~", 3) == 0))
		return ST_OK;
	if (*t == '#') {
		size_t k = 0;

		while (k < tn && t[k] == '#')
			k++;
		if (k <= 6 && k < tn && !(t[k] >= '0' && t[k] <= '9')) {
			l.level = (unsigned char)k;
			t += k;
			tn -= k;
			while (tn && t[tn - 1] == '#')
				tn--;
			S_trim(&t, &tn);
			tn = S_without_attributes(t, tn);
		}
	}
	if (*t == '=')
		l.level = S_wiki_heading(&t, &tn, l.level);
	sign = source_bullet(&dash, t, tn);
	if (sign && !dash) {
		l.bullet = true;
		t += sign;
		tn -= sign;
	} else if (sign) {
		l.sign = (unsigned char)(sign < 255 ? sign : 255);
	}
	lead = l.level || l.bullet ? 0 : (size_t)(t - s);
	buf_clear(&m->out);
	/* Leading blanks and tabs are cells and columns. */
	for (size_t i = 0; i < lead; i++)
		buf_addc(&m->out, s[i] == '>' ? ' ' : s[i]);
	{
		size_t end = (size_t)(s + n - t);

		if (l.level || l.bullet)
			end = tn;
		source_inline(&m->out, &l.bold, t, end);
	}
	m->blank = 0;
	m->page = false;
	m->bad = 0;
	/* Nothing but emphasis signs or an image. */
	if (strspn(m->out.data, " \t") == m->out.len && !l.bad && m->out.len == lead)
		return ST_OK;
	return source_line_add(d, l, m->out.data, m->out.len, err);
}

/* Is line i of the raw lines a row of a pipe table without bars at its
 * sides?  Only the separator line beside it tells. */
static bool S_next_is_separator(const struct markup *m, size_t i)
{
	const struct raw_line *r;
	const char *s;
	size_t n;

	if (i + 1 >= m->raw->n)
		return false;
	r = &m->raw->v[i + 1];
	s = m->raw->text.data + r->at;
	n = r->n;
	S_trim(&s, &n);
	return n > 2 && n < 2000 && memchr(s, '|', n) && S_is_separator(s, n);
}

/* The cells of a table that is drawn with dashes, cleaned. */
static enum status S_drawn(size_t *taken, struct markup *m, size_t i, struct err *err)
{
	enum status st = source_drawn(taken, &m->drawn, m->rows + 1, m->raw, i, err);
	bool soft;

	if (*taken && st == ST_OK && m->table.n)
		st = source_table_flush(&m->table, m->d, err);
	for (size_t k = 0; k < m->drawn.n && st == ST_OK; k++) {
		struct piece p = m->drawn.v[k];

		m->rows = p.row;
		buf_clear(&m->signs);
		source_signs(&m->signs, &soft, m->drawn.text.data + p.at, p.n);
		st = buf_status(&m->signs, err);
		if (st == ST_OK)
			st = S_cell(m, p, m->signs.data, m->signs.len, err);
	}
	m->drawn.n = 0;
	buf_clear(&m->drawn.text);
	if (*taken && st == ST_OK)
		st = source_table_flush(&m->table, m->d, err);
	if (*taken)
		m->blank = 1;
	return st;
}

static enum status S_raw_line(struct markup *m, size_t i, struct err *err)
{
	const struct raw_line *r = &m->raw->v[i];
	const char *s = m->raw->text.data + r->at, *t;
	size_t n = r->n, tn;
	enum status st = ST_OK;
	bool soft, pipe;

	if (r->flags & (RAW_NUL | RAW_LONG))
		m->bad |= r->flags & (RAW_NUL | RAW_LONG);
	if (r->flags & RAW_PAGE)
		m->page = true;
	if (r->flags & RAW_BREAK)
		m->blank++;
	buf_clear(&m->signs);
	source_signs(&m->signs, &soft, s, n);
	/* A character reference may have brought a combining sign. */
	for (size_t k = 0; k + 1 < m->signs.len; k++)
		if ((unsigned char)m->signs.data[k] == 0xCC ||
		    (unsigned char)m->signs.data[k] == 0xCD) {
			size_t replaced;

			buf_clear(&m->out);
			st = text_clean(&m->out, &replaced, m->d->analyzer,
					m->signs.data, m->signs.len, err);
			if (st != ST_OK)
				return st;
			buf_clear(&m->signs);
			buf_add(&m->signs, m->out.data, m->out.len);
			break;
		}
	st = buf_status(&m->signs, err);
	if (st != ST_OK)
		return st;
	source_box_drawing(&m->signs);
	s = m->signs.data;
	n = m->signs.len;
	if (r->row) { /* a cell of an HTML table */
		struct piece p = {.row = r->row,
				  .col = r->col,
				  .no = r->no,
				  .level = r->level,
				  .gap = (r->flags & RAW_BREAK) != 0 || m->blank > 0};

		m->blank = 0;
		for (size_t from = 0, k = 0; k <= n && st == ST_OK; k++)
			if (k == n || s[k] == '\n' || s[k] == '\f') {
				st = S_cell(m, p, s + from, k - from, err);
				from = k + 1;
			}
		return st;
	}
	t = s;
	tn = n;
	S_trim(&t, &tn);
	if (tn > 2 && (*t == '|' || *t == '+' || m->table.n) && S_is_separator(t, tn)) {
		if (*t == '+') {
			if (!m->grid)
				S_borders(m, t, tn);
			m->grid = true;
			m->rows++;
		}
		return ST_OK;
	}
	pipe = tn > 1 && *t == '|';
	if (!pipe && tn > 2 && memchr(t, '|', tn))
		pipe = m->table.n || S_next_is_separator(m, i);
	if (pipe)
		return S_pipe_row(m, m->signs.data, n, r->no, err);
	if (m->table.n) {
		st = source_table_flush(&m->table, m->d, err);
		m->blank++;
	}
	m->grid = false;
	for (size_t from = 0, k = 0; k <= n && st == ST_OK; k++) {
		if (k < n && s[k] != '\n' && s[k] != '\f')
			continue;
		st = S_text(m, s + from, k - from, r, soft && k == n, err);
		if (k < n && s[k] == '\f') {
			m->page = true;
			if (k > from)
				m->blank = 0;
		}
		from = k + 1;
	}
	return st;
}

/* A document may begin with --- lines that describe it (YAML). */
static size_t S_front_matter(const struct raw *raw)
{
	size_t i = 0;

	while (i < raw->n && !raw->v[i].n)
		i++;
	if (i == raw->n || raw->v[i].n != 3 ||
	    memcmp(raw->text.data + raw->v[i].at, "---", 3) != 0)
		return 0;
	for (size_t k = i + 1; k < raw->n && k < i + 60; k++) {
		const char *s = raw->text.data + raw->v[k].at;
		size_t n = raw->v[k].n;

		if (n == 3 && (memcmp(s, "---", 3) == 0 || memcmp(s, "...", 3) == 0))
			return k > i + 1 ? k + 1 : 0;
		/* key: value, list items and continuations only */
		if (!n || (!memchr(s, ':', n) && *s != ' ' && *s != '-'))
			return 0;
	}
	return 0;
}

enum status source_markup(struct doc *d, const struct raw *raw, struct err *err)
{
	struct markup m = {.d = d, .raw = raw};
	enum status st = ST_OK;

	buf_init(&m.signs, 0);
	buf_init(&m.out, 0);
	buf_init(&m.table.text, 0);
	buf_init(&m.drawn.text, 0);
	m.rows = raw->rows; /* behind the rows of HTML tables */
	for (size_t i = S_front_matter(raw), taken; i < raw->n && st == ST_OK; i++) {
		st = S_drawn(&taken, &m, i, err);
		if (st == ST_OK && !taken)
			st = S_raw_line(&m, i, err);
		i += taken ? taken - 1 : 0;
	}
	if (st == ST_OK && m.table.n)
		st = source_table_flush(&m.table, d, err);
	if (st == ST_OK)
		st = buf_status(&m.out, err);
	if (st == ST_OK)
		st = source_sides(d, err);
	if (st == ST_OK)
		st = source_columns(d, err);
	if (st == ST_OK)
		st = source_woven(d, err);
	buf_release(&m.signs);
	buf_release(&m.out);
	buf_release(&m.table.text);
	buf_release(&m.drawn.text);
	free(m.table.v);
	free(m.drawn.v);
	for (size_t i = 0; i < d->n; i++) {
		struct line *l = &d->v[i];

		l->raw = d->text.data + l->at;
		l->s = l->raw + l->rest;
		l->rest = l->n;
		l->field = F_NONE;
	}
	return st;
}
