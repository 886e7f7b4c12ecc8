#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "messages.h"
#include "source_doc.h"

/* A block of lines to a ficha. */

struct making {
	struct doc *d;
	const struct block *b;
	struct section *v;
	struct ficha f;
	struct marks marks;
	struct paragraphs text[F_COUNT];
	size_t stop; /* behind the ficha's last line */
};

static bool S_long(enum field f)
{
	return f == F_DESCRIPTION || f == F_INNOVATION || f == F_LESSONS;
}

/* The value on the heading's own line. */
static void S_rest(const struct doc *d, const struct section *s, const char **rest,
		   size_t *n, unsigned *no)
{
	const struct line *h = &d->v[s->head], *last = h + h->span - 1;

	*rest = last->s + h->rest;
	*n = last->n > h->rest ? last->n - h->rest : 0;
	*no = last->no;
}

/* The title's section goes on after it: from that line on it is no field. */
static void S_not_title(struct making *m, unsigned no)
{
	for (size_t i = 0; i < m->b->n; i++)
		for (size_t k = m->v[i].from;
		     m->v[i].field == F_TITLE && k < m->v[i].to; k++)
			if (m->d->v[k].no >= no)
				m->d->v[k].used = false;
}

/* Of a table cut into columns the second line may stand above the first. */
static struct lines S_lines(unsigned one, unsigned other)
{
	return one < other ? (struct lines){one, other} : (struct lines){other, one};
}

static enum status S_title(struct making *m, struct err *err)
{
	const struct block *b = m->b;
	struct doc *d = m->d;
	struct buf t;
	unsigned first = 0, last = 0, numbers;
	const char *s;
	size_t n, e = 0, sign = 0;
	struct heading h;
	enum status st = ST_OK;

	buf_init(&t, 0);
	if (b->title) {
		size_t a = 0;

		while (a < b->title_n && b->title[a] == ' ')
			a++;
		buf_add(&t, b->title + a, b->title_n - a);
		first = last = d->v[b->place_title].no;
	} else if (b->title_to > b->title_from) {
		st = source_join(&t, d, b->title_from, b->title_to, err);
		/* an item of a list */
		if (st == ST_OK && d->v[b->title_from].kind == LINE_TEXT &&
		    d->v[b->title_from].sign < t.len)
			sign = d->v[b->title_from].sign;
		first = d->v[b->title_from].no;
		last = d->v[b->title_to - 1].no;
	} else if (m->text[F_TITLE].text.len) {
		/* The first paragraph; a region may follow. */
		const char *text = m->text[F_TITLE].text.data;
		const char *end = strstr(text, "\n\n");

		buf_add(&t, text, end ? (size_t)(end - text) : strlen(text));
		first = last = m->text[F_TITLE].range.first;
		if (!end)
			last = m->text[F_TITLE].range.last;
		else
			S_not_title(m, (unsigned)m->text[F_TITLE].lines.v[1]);
	}
	if (st == ST_OK)
		st = buf_status(&t, err);
	s = t.data + sign;
	n = t.len - sign;
	/* "Ficha N° 3: ...": a number, not the title */
	for (size_t i = 1; i < n && i < 40; i++) {
		bool dash = (unsigned char)s[i] == 0xE2 && i + 2 < n &&
			    (unsigned char)s[i + 1] == 0x80 &&
			    ((unsigned char)s[i + 2] & 0xFE) == 0x92 + 0;

		dash |= (unsigned char)s[i] == 0xE2 && i + 2 < n &&
			(unsigned char)s[i + 1] == 0x80 &&
			((unsigned char)s[i + 2] == 0x93 ||
			 (unsigned char)s[i + 2] == 0x94);
		if (s[i] != ':' && s[i] != '.' && !dash &&
		    !(s[i] == '-' && s[i - 1] == ' '))
			continue;
		if (lexicon_page_line(&numbers, d->lexicon, s, i) && numbers == 1) {
			e = i + (dash ? 3 : 1);
			while (e < n && strchr(" -:.", s[e]))
				e++;
		}
		if (s[i] != '.' || e)
			break;
	}
	if (e < n) {
		s += e;
		n -= e;
	}
	/* "3. Title": the number of this ficha in the document */
	e = source_enumerator(s, n);
	if (e && *s >= '0' && *s <= '9' &&
	    strtoul(s, NULL, 10) == m->d->sink->found - m->d->found_before) {
		s += e;
		n -= e;
	}
	/* "Municipalidad:" of a form, with nothing behind it */
	if (lexicon_heading(&h, d->lexicon, s, n) && h.strength == HEADING_PREFIX &&
	    h.rest == n)
		n = 0;
	if (st == ST_OK && n && !str_set(&m->f.text[F_TITLE], s, n))
		st = err_nomem(err);
	if (st == ST_OK && n && !ints_add(&m->f.para_lines[F_TITLE], (int)first))
		st = err_nomem(err);
	m->f.lines[F_TITLE] = S_lines(first, last);
	buf_release(&t);
	return st;
}

static enum status S_place(struct making *m, struct err *err)
{
	const struct place *p = &m->b->place;
	const struct doc *d = m->d;

	if (!p->n_names)
		return ST_OK;
	if (!str_set(&m->f.text[F_MUNICIPALITY], p->names, strlen(p->names)))
		return err_nomem(err);
	m->f.lines[F_MUNICIPALITY] =
		S_lines(d->v[p->line].no, d->v[p->line + p->span - 1].no);
	for (size_t i = 0; i < p->n_names; i++)
		if (!ints_add(&m->f.para_lines[F_MUNICIPALITY], (int)d->v[p->line].no))
			return err_nomem(err);
	return ST_OK;
}

static enum status S_boxes(struct making *m, struct err *err)
{
	enum status st = ST_OK;
	size_t base = m->b->own;

	m->marks.base = base;
	m->marks.skip = calloc(m->stop - base + 1, sizeof *m->marks.skip);
	if (!m->marks.skip)
		return err_nomem(err);
	/* The municipality's lines are never a section's. */
	for (size_t i = 0; m->b->place.n_names && i < m->b->place.span; i++)
		if (m->b->place.line + i >= base && m->b->place.line + i < m->stop &&
		    m->b->place.line + i >= m->b->head)
			m->marks.skip[m->b->place.line + i - base] = true;
	for (size_t i = 0; i < m->b->n && st == ST_OK; i++) {
		const struct section *s = &m->v[i];
		const char *rest;
		size_t n;
		unsigned no;

		S_rest(m->d, s, &rest, &n, &no);
		if (s->field == F_SELLO)
			st = source_sello(&m->marks, m->d, s->from, s->to, rest, n, no,
					  true, err);
	}
	for (size_t i = 0; i < m->b->n && st == ST_OK; i++) {
		const struct section *s = &m->v[i];

		st = source_grid(&m->marks, m->d, s->from, s->to, s->field == F_DATES,
				 err);
		if (st == ST_OK && s->field != F_SELLO && !m->marks.rows)
			st = source_sello(&m->marks, m->d, s->from, s->to, NULL, 0, 0,
					  false, err);
	}
	return st;
}

/* The heading's wording as printed, over all its lines. */
static enum status S_label(struct making *m, const struct line *l, size_t a, size_t end,
			   struct err *err)
{
	struct buf b;
	enum status st;

	buf_init(&b, 0);
	source_squeeze(&b, l->s + a, end - a);
	for (size_t k = 1; k < l->span; k++) {
		size_t n = l[k].n;

		if (k + 1u == l->span && l->rest < n)
			n = l->rest;
		while (n && strchr(" :.*_-|\t", l[k].s[n - 1]))
			n--;
		buf_addc(&b, ' ');
		source_squeeze(&b, l[k].s, n);
	}
	st = buf_status(&b, err);
	if (st == ST_OK && !str_set(&m->f.population_label, b.data, b.len))
		st = err_nomem(err);
	buf_release(&b);
	return st;
}

static enum status S_sections(struct making *m, struct err *err)
{
	struct doc *d = m->d;
	enum status st = ST_OK;
	struct heading h;

	for (size_t i = 0; i < m->b->n && st == ST_OK; i++) {
		const struct section *s = &m->v[i];
		const char *rest;
		size_t n;
		unsigned no;

		S_rest(d, s, &rest, &n, &no);
		if (s->field == F_POPULATION && !m->f.population_label) {
			const struct line *l = &d->v[s->head];
			size_t a = l->sign, end = l->n;

			/* The wording as printed, without what follows it. */
			a += source_enumerator(l->s + a, l->n - a);
			if (l->span == 1 &&
			    lexicon_heading(&h, d->lexicon, l->s + a, l->n - a))
				end = a + h.words;
			/* an icon before it */
			for (size_t w; a < end; a += w) {
				unsigned long cp;

				w = utf8_decode(l->s + a, end - a, &cp);
				if (latin_letter(cp))
					break;
			}
			if (l->span == 1 && l->bold > a && l->bold < end)
				end = l->bold;
			while (end > a && strchr(" :.*_-|\t", l->s[end - 1]))
				end--;
			st = S_label(m, l, a, end, err);
		}
		if (s->field == F_SELLO)
			continue;
		st = source_paragraphs(&m->text[s->field], d, s->from, s->to, rest, n,
				       no, S_long(s->field),
				       m->marks.skip + (s->from - m->b->own), err);
	}
	return st;
}

/* Hands the texts over to the ficha.  In the short fields what is printed in
 * one box is one text: its lines are joined. */
static enum status S_texts(struct making *m, struct err *err)
{
	for (int k = F_UNITS; k < F_COUNT; k++) {
		struct paragraphs *p = &m->text[k];

		if (k == F_SELLO || !p->text.len)
			continue;
		m->f.text[k] = buf_detach(&p->text);
		if (!m->f.text[k])
			return err_nomem(err);
		m->f.lines[k] = p->range;
		m->f.para_lines[k] = p->lines;
		p->lines = (struct ints){NULL, 0};
	}
	return ST_OK;
}

static enum status S_sello(struct making *m, struct err *err)
{
	struct buf b;
	enum status st;

	m->f.lines[F_SELLO] = m->marks.sello;
	if (!m->marks.printed.n)
		return ST_OK;
	buf_init(&b, 0);
	for (size_t i = 0; i < m->marks.printed.n; i++) {
		if (i)
			buf_adds(&b, "\n\n");
		buf_adds(&b, m->marks.printed.v[i]);
		if (!ints_add(&m->f.para_lines[F_SELLO], (int)m->marks.sello.first))
			b.failed = ST_NOMEM;
	}
	st = buf_status(&b, err);
	if (st == ST_OK) {
		m->f.text[F_SELLO] = buf_detach(&b);
		if (!m->f.text[F_SELLO])
			st = err_nomem(err);
	}
	buf_release(&b);
	return st;
}

static int S_by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Does the field say anything?  The Sello's marks are counted apart. */
static bool S_has(const struct making *m, enum field k)
{
	return m->f.text[k] || (k == F_DATES && m->marks.grid.first);
}

static bool S_is_blank(const struct making *m)
{
	for (int k = F_UNITS; k < F_COUNT; k++)
		if (S_has(m, (enum field)k))
			return false;
	return !m->marks.printed.n && !m->marks.unclear;
}

/* Why the ficha is not to be indexed; NULL = it is. */
static const char *S_refused(const struct making *m, unsigned *line, const char **code)
{
	size_t total = 0;

	for (size_t i = m->b->own; i < m->stop; i++) {
		if (!m->d->v[i].bad)
			continue;
		*line = m->d->v[i].no;
		if (m->d->v[i].bad & RAW_NUL) {
			*code = "nul-byte";
			return _("a NUL byte: the ficha is left out");
		}
		*code = "line-too-long";
		return _("the line is too long: the ficha is left out");
	}
	*line = m->d->v[m->b->own].no;
	if (!m->f.text[F_TITLE]) {
		*line = m->d->v[m->b->head].no;
		*code = "no-title";
		if (S_is_blank(m))
			return _("a blank form: no title, and no section has any text");
		return _("a ficha without a title");
	}
	for (int k = 0; k < F_COUNT; k++)
		total += m->f.text[k] ? strlen(m->f.text[k]) : 0;
	if (total > RECORD_MAX) {
		*code = "record-too-large";
		return _("the record is too large");
	}
	return NULL;
}

static void S_warn(const struct making *m)
{
	struct diags *ds = m->d->sink->diags;
	const struct doc *d = m->d;
	unsigned at = m->f.line_start;
	bool have[F_COUNT] = {false};

	for (size_t i = 0; i < m->b->n; i++)
		have[m->v[i].field] = true;
	/* A form that nobody filled in: one line for all of it. */
	if (S_is_blank(m)) {
		diag(ds, DIAG_WARNING, "blank-form", d->path, at, 1, "%s",
		     _("the ficha is blank: none of its sections has any text"));
		return;
	}
	for (int k = F_UNITS; k < F_COUNT; k++) {
		if (k == F_SELLO ? m->marks.rows > 0 || have[k]
				 : S_has(m, (enum field)k))
			continue;
		diag(ds, DIAG_WARNING, "missing-section", d->path, at, 1,
		     have[k] ? _("the section \"%s\" is empty")
			     : _("there is no section \"%s\""),
		     _(field_table[k].label));
	}
	if (m->marks.rows && !m->marks.printed.n && !m->marks.unclear)
		diag(ds, DIAG_WARNING, "sello-unmarked", d->path, m->marks.sello.first,
		     1, "%s", _("no Sello row is marked"));
	else if (!m->marks.rows && have[F_SELLO])
		diag(ds, DIAG_WARNING, "sello-unmarked", d->path, at, 1, "%s",
		     _("the Sello section has no rows"));
	if (m->marks.mixed)
		diag(ds, DIAG_WARNING, "sello-mixed-marks", d->path,
		     m->marks.sello.first, 1, "%s",
		     _("ticks and crosses: crossed rows are taken as not marked"));
}

/* From its first line to its last: those of tables within tables do not come in
 * their order. */
static void S_range(struct making *m)
{
	struct ficha *f = &m->f;

	f->line_start = f->line_end = m->d->v[m->b->start].no;
	for (size_t i = m->b->start; i < m->stop; i++) {
		const struct line *l = &m->d->v[i];

		if (l->kind == LINE_DROP || !l->n)
			continue;
		if (l->no < f->line_start)
			f->line_start = l->no;
		if (l->no > f->line_end)
			f->line_end = l->no;
	}
}

static enum status S_make(struct making *m, struct err *err)
{
	struct doc *d = m->d;
	enum status st = S_boxes(m, err);

	if (st == ST_OK)
		st = S_sections(m, err);
	if (st == ST_OK)
		st = S_title(m, err);
	if (st == ST_OK)
		st = S_texts(m, err);
	if (st == ST_OK)
		st = S_place(m, err);
	if (st == ST_OK)
		st = S_sello(m, err);
	if (st != ST_OK)
		return st;
	m->f.months = m->marks.months;
	m->marks.months = (struct ints){NULL, 0};
	if (m->f.months.n)
		qsort(m->f.months.v, m->f.months.n, sizeof *m->f.months.v, S_by_value);
	/* Only a grid: its lines are the field's. */
	if (!m->f.text[F_DATES])
		m->f.lines[F_DATES] = m->marks.grid;
	S_range(m);
	if (!str_set(&m->f.source_path, d->path, strlen(d->path)))
		return err_nomem(err);
	return ST_OK;
}

/* Is line i inside a section other than the title's? */
static bool S_in_value(const struct making *m, size_t i)
{
	for (size_t k = 0; k < m->b->n; k++)
		if (m->v[k].field != F_TITLE && i >= m->v[k].from && i < m->v[k].to)
			return true;
	return false;
}

/* Says which of the ficha's lines are in no field: what stands between title
 * and municipality, or what no Sello line is. */
static void S_account(const struct making *m)
{
	struct doc *d = m->d;
	const struct block *b = m->b;
	size_t from = m->stop;

	for (size_t i = b->own; i <= m->stop; i++) {
		const struct line *l = &d->v[i];
		bool known = i == m->stop || l->kind != LINE_TEXT || !l->n || l->used ||
			     m->marks.skip[i - b->own] ||
			     (i >= b->title_from && i < b->title_to) ||
			     (b->title && i == b->place_title) ||
			     (i >= b->place.line && i < b->place.line + b->place.span);

		if (!known && !S_in_value(m, i) && source_is_label(d, i, i + 1)) {
			known = true;
			/* words as a page's header has them: said with those */
			if (!source_is_region(l) &&
			    strncasecmp(l->s, "ficha", 5) != 0) {
				d->v[i].kind = LINE_DROP;
				d->v[i].running = true;
			}
		}
		if (!known && from == m->stop)
			from = i;
		if (!known || from == m->stop || (i < m->stop && l->kind == LINE_DROP))
			continue;
		source_outside(d, from, i, "text-outside-field");
		from = m->stop;
	}
}

enum status source_ficha(struct doc *d, struct block *b, struct section *sections,
			 struct err *err)
{
	struct making m = {.d = d, .b = b, .v = sections};
	struct source_sink *sink = d->sink;
	const char *why, *code = "";
	unsigned line = 0;
	enum status st;

	ficha_init(&m.f);
	for (int k = 0; k < F_COUNT; k++)
		paragraphs_init(&m.text[k]);
	m.stop = sections[b->n - 1].to;
	for (size_t i = 0; i < b->n; i++)
		if (sections[i].to > m.stop)
			m.stop = sections[i].to;
	/* Titles are numbered by it: counted before it is made. */
	sink->found++;
	st = S_make(&m, err);
	if (st == ST_LIMIT) { /* one field beyond every limit */
		diag(sink->diags, DIAG_ERROR, "record-too-large", d->path,
		     d->v[b->own].no, 1, "%s", _("the record is too large"));
		sink->rejected++;
		st = ST_OK;
	} else if (st == ST_OK && (why = S_refused(&m, &line, &code)) != NULL) {
		diag(sink->diags, DIAG_ERROR, code, d->path, line, 1, "%s", why);
		sink->rejected++;
	} else if (st == ST_OK) {
		S_warn(&m);
		S_account(&m);
		st = sink->take(sink->ctx, &m.f, err);
		ficha_init(&m.f); /* it is the taker's now */
	}
	ficha_release(&m.f);
	for (int k = 0; k < F_COUNT; k++)
		paragraphs_release(&m.text[k]);
	free(m.marks.skip);
	strs_release(&m.marks.printed);
	ints_release(&m.marks.months);
	return st;
}
