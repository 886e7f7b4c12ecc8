#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "array.h"
#include "source_doc.h"

/*
 * Blocks.
 *
 * A ficha is a run of sections in any order, each at most once.  Between the
 * last section of one and the first heading of the next stand a title and a
 * municipality line, in either order, or only one of them.  So a new ficha
 * begins before a heading
 *   - that this ficha already has, unless it is the same section going on
 *     (a page's end, "Colaboradores externos" after "Unidades municipales"),
 *   - or where a municipality line stands between it and the heading before,
 *     unless that line is the value of the heading before it,
 *   - or where a line of a higher heading level stands between them.
 * Headings that an introduction lists make a block, too; it is no ficha if
 * nothing in it looks like one.
 *
 * A section that a ficha has twice cuts it in two; the second half, which has
 * no municipality and nothing else that the first half has, is joined to it
 * again.
 */

struct cutting {
	struct doc *d;
	struct blocks *b;
	unsigned long seen; /* bits of the current block's fields */
	unsigned level;	    /* what # level section headings have, 0 = none */
	size_t end;	    /* behind the last heading's lines */
	unsigned texts;	    /* headings taken for text since then */
};

static struct block *S_current(struct cutting *c)
{
	return c->b->n ? &c->b->v[c->b->n - 1] : NULL;
}

static enum status S_new_block(struct cutting *c, size_t head, struct err *err)
{
	struct block *k;

	if (!array_more(&c->b->v, &c->b->cap, c->b->n, sizeof *c->b->v, 32))
		return err_nomem(err);
	k = &c->b->v[c->b->n++];
	memset(k, 0, sizeof *k);
	k->first = c->b->n_sections;
	k->region = c->end;
	k->head = head;
	c->seen = 0;
	return ST_OK;
}

static enum status S_new_section(struct cutting *c, size_t head, bool repeated,
				 struct err *err)
{
	const struct line *l = &c->d->v[head];
	struct blocks *b = c->b;

	if (!array_more(&b->sections, &b->cap_sections, b->n_sections,
			sizeof *b->sections, 32))
		return err_nomem(err);
	b->sections[b->n_sections++] = (struct section){
		(enum field)l->field, head, head + l->span, head + l->span, repeated};
	b->v[b->n - 1].n++;
	c->seen |= 1ul << l->field;
	c->end = head + l->span;
	c->texts = 0;
	return ST_OK;
}

/* Any text in [from, to)? */
static bool S_has_text(const struct doc *d, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (d->v[i].kind == LINE_TEXT && d->v[i].n)
			return true;
	return false;
}

static bool S_is_value(const struct cutting *c, const struct place *p, size_t head)
{
	const struct blocks *b = c->b;
	const struct section *s = &b->sections[b->n_sections - 1];
	const struct line *l = &c->d->v[s->head];

	return l->rest == l[l->span - 1].n && !S_has_text(c->d, c->end, p->line) &&
	       !S_has_text(c->d, p->line + p->span, head);
}

/* Text in a paragraph of its own. */
static bool S_alone(const struct doc *d, const struct place *p)
{
	size_t after = p->line + p->span;

	while (after < d->n && d->v[after].kind == LINE_TEXT && !d->v[after].blank &&
	       source_is_label(d, after, after + 1))
		after++;
	return !d->v[p->line].bullet && !d->v[p->line].sign &&
	       (p->line == 0 || d->v[p->line].blank ||
		d->v[p->line - 1].kind != LINE_TEXT || d->v[p->line].level) &&
	       (after >= d->n || d->v[after].blank || d->v[after].kind != LINE_TEXT ||
		d->v[after].level);
}

/* A municipality in capitals right under a title: the last line of a short
 * paragraph that is no sentence. */
static bool S_under_title(const struct doc *d, const struct place *p)
{
	size_t i = p->line, n = 0;

	if (!p->strong || !p->prefixed || p->rest)
		return false;
	while (i > 0 && !d->v[i].blank && d->v[i - 1].kind == LINE_TEXT) {
		n += d->v[--i].n;
		if (n > 200 || source_line_last(&d->v[i]) == '.' || d->v[i].sign ||
		    d->v[i].bullet)
			return false;
	}
	return i < p->line && d->v[i].blank;
}

static unsigned S_count(unsigned long bits)
{
	unsigned n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

static bool S_has_marker(const struct cutting *c, size_t from, size_t to)
{
	for (size_t i = from; c->level && i < to; i++)
		if (c->d->v[i].kind == LINE_TEXT && c->d->v[i].level &&
		    c->d->v[i].level < c->level)
			return true;
	return false;
}

static bool S_same_wording(const struct doc *d, size_t a, size_t b)
{
	const struct line *x = &d->v[a], *y = &d->v[b];
	size_t n = x->n < y->n ? x->n : y->n;

	if (x->span > 1 || y->span > 1)
		return x->span == y->span && x->n == y->n && memcmp(x->s, y->s, n) == 0;
	if (x->rest < n)
		n = x->rest;
	return strncasecmp(x->s, y->s, n) == 0;
}

/* "Grupos prioritarios 2030" right over a municipality: a title that begins as a
 * heading does. */
static bool S_over_place(const struct doc *d, size_t head)
{
	const struct line *l = &d->v[head];
	struct place p;
	size_t i = head + 1;
	bool over;

	if (l->span > 1 || l->marked || l->rest >= l->n)
		return false;
	while (i < d->n && d->v[i].kind == LINE_DROP)
		i++;
	over = i < d->n && d->v[i].kind == LINE_TEXT &&
	       source_place(&p, d, i, d->n, false);
	if (over) {
		over = p.strong && !p.rest;
		place_release(&p);
	}
	return over;
}

enum verdict { V_SECTION, V_REPEATED, V_BLOCK, V_TEXT };

static enum verdict S_judge(struct cutting *c, size_t head)
{
	struct doc *d = c->d;
	const struct line *l = &d->v[head];
	const struct block *k = S_current(c);
	const struct section *last;
	struct place p;
	bool place, strong = false, alone = false, value = false, seen;
	unsigned long bit = 1ul << l->field, title = 1ul << F_TITLE;

	if ((!k || (c->seen & bit)) && S_over_place(d, head))
		return V_TEXT;
	if (!k || !k->n)
		return V_BLOCK;
	last = &c->b->sections[c->b->n_sections - 1];
	seen = (c->seen & bit) != 0;
	/* The lines between are looked through for each: not for ever. */
	if (seen && l->strength == HEADING_SHORT && ++c->texts > 64)
		return V_TEXT;
	place = source_last_place(&p, d, c->end, head);
	if (place) {
		strong = p.strong;
		alone = (S_alone(d, &p) && !p.rest) || S_under_title(d, &p);
		value = S_is_value(c, &p, head);
		place_release(&p);
	}
	/* A line of running text. */
	if (seen && !place && !l->blank && !l->level && !l->bold && !l->marked &&
	    head && l[-1].kind == LINE_TEXT && !source_ends(l[-1].s, l[-1].n) &&
	    l[-1].n > 40)
		return V_TEXT;
	/* "Nombre de la iniciativa: X", "Municipalidad: Y", sections */
	if (c->seen == title && !seen)
		return V_SECTION;
	if (l->continued && seen)
		return V_SECTION;
	/* A title that is said to be one begins a ficha. */
	if (l->field == F_TITLE && S_count(c->seen) >= 2)
		return V_BLOCK;
	if (!seen) {
		if (place && !value &&
		    (strong ? alone || p.rest
			    : alone && (l->field == F_UNITS || l->field == F_TITLE ||
					S_count(c->seen) >= 5)))
			return V_BLOCK;
		return S_has_marker(c, c->end, head) ? V_BLOCK : V_SECTION;
	}
	if (place && (strong || alone))
		return V_BLOCK;
	if (last->field == l->field) {
		if (!S_same_wording(d, last->head, head))
			return V_SECTION;
		if (!S_has_text(d, c->end, head) || d->v[head].cut)
			return V_SECTION;
		if (!place && S_count(c->seen) >= 3 && !S_has_marker(c, c->end, head))
			return V_REPEATED;
	}
	if (l->strength == HEADING_SHORT && l->field != F_TITLE && !l->level &&
	    !(S_count(c->seen) >= 4 && c->b->sections[k->first].field == l->field))
		return V_TEXT;
	return V_BLOCK;
}

/* The heading level that most section headings have, if several have one. */
static unsigned S_level(const struct doc *d)
{
	size_t count[8] = {2}; /* fewer than three say nothing */
	unsigned best = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].kind == LINE_HEADING && d->v[i].level && d->v[i].level < 8)
			count[d->v[i].level]++;
	for (unsigned k = 1; k < 8; k++)
		if (count[k] > count[best])
			best = k;
	return best;
}

void source_outside(struct doc *d, size_t from, size_t to, const char *code)
{
	size_t first = d->n, last = 0;

	for (size_t i = from; i < to; i++)
		if (d->v[i].kind != LINE_DROP && d->v[i].n) {
			d->v[i].used = true;
			if (first == d->n)
				first = i;
			last = i;
		}
	if (first == d->n)
		return;
	diag(d->sink->diags, DIAG_WARNING, code, d->path, d->v[first].no, 1,
	     _("text up to line %u belongs to no field of a ficha"), d->v[last].no);
}

/* Ends each section where the next one begins, or where a heading stands that
 * is none of ours. */
static void S_ends(struct cutting *c)
{
	struct blocks *b = c->b;

	for (size_t i = 0; i < b->n; i++) {
		struct block *k = &b->v[i];
		size_t stop = i + 1 < b->n ? b->v[i + 1].own : c->d->n;

		for (size_t j = 0; j < k->n; j++) {
			struct section *s = &b->sections[k->first + j];
			unsigned level = c->d->v[s->head].level;

			s->to = j + 1 < k->n ? b->sections[k->first + j + 1].head
					     : stop;
			for (size_t l = s->from; level && l < s->to; l++)
				if (c->d->v[l].kind == LINE_TEXT && c->d->v[l].level &&
				    c->d->v[l].level <= level &&
				    !(k->place.n_names && l >= k->place.line &&
				      l < k->place.line + k->place.span)) {
					source_outside(c->d, l, s->to,
						       "text-outside-field");
					s->to = l;
				}
		}
	}
}

/* Does a block without a municipality look like a ficha, and not like an
 * introduction that names the headings? */
static bool S_is_ficha(const struct doc *d, const struct blocks *b,
		       const struct block *k)
{
	size_t filled = 0, length = 0, described = 0;
	bool ticks = false, year = false;

	if (k->place.n_names)
		return true;
	for (size_t j = 0; j < k->n; j++) {
		const struct section *s = &b->sections[k->first + j];
		const struct line *h = &d->v[s->head];
		size_t n = h[h->span - 1].n - h->rest;

		for (size_t i = s->from; i < s->to; i++) {
			const struct line *l = &d->v[i];

			if (l->kind != LINE_TEXT)
				continue;
			n += l->n;
			ticks |=
				s->field == F_SELLO && source_has_box(l->raw, l->raw_n);
			for (size_t q = 0; s->field == F_DATES && q + 3 < l->n; q++)
				year |= (memcmp(l->s + q, "20", 2) == 0 ||
					 memcmp(l->s + q, "19", 2) == 0) &&
					l->s[q + 2] >= '0' && l->s[q + 2] <= '9';
		}
		for (size_t q = h->rest; s->field == F_DATES && q + 3 < h->n; q++)
			year |= memcmp(h->s + q, "20", 2) == 0;
		filled += n > 0;
		length += n;
		if (s->field == F_DESCRIPTION)
			described = n;
	}
	if (filled >= 2 && (ticks || year))
		return true;
	return filled >= 3 && length > 400 && described > 150;
}

static unsigned long S_fields(const struct blocks *b, const struct block *k)
{
	unsigned long bits = 0;

	for (size_t j = 0; j < k->n; j++)
		bits |= 1ul << b->sections[k->first + j].field;
	return bits;
}

static bool S_second_half(struct cutting *c, const struct block *p,
			  const struct block *k)
{
	unsigned long had = S_fields(c->b, p), has = S_fields(c->b, k);
	const struct section *s = &c->b->sections[k->first];
	struct place place;

	if (!k->n || S_count(had) < 4 || (had & has) != 1ul << s->field ||
	    s->field == F_TITLE || S_has_marker(c, k->region, s->head))
		return false;
	if (!source_last_place(&place, c->d, k->region, s->head))
		return true;
	place_release(&place);
	return false;
}

/* Second halves to their first ones. */
static void S_join(struct cutting *c)
{
	struct blocks *b = c->b;
	size_t keep = 0;

	for (size_t i = 1; i < b->n; i++) {
		struct block *p = &b->v[keep], *k = &b->v[i];
		struct section *s = &b->sections[k->first];

		if (S_second_half(c, p, k)) {
			s->repeated = true;
			p->n += k->n;
			continue;
		}
		b->v[++keep] = *k;
	}
	if (b->n)
		b->n = keep + 1;
}

static void S_tell_repeated(struct doc *d, const struct block *k,
			    const struct section *sections)
{
	for (size_t j = 0; j < k->n; j++)
		if (sections[j].repeated)
			diag(d->sink->diags, DIAG_WARNING, "repeated-section", d->path,
			     d->v[sections[j].head].no, 1,
			     _("the ficha has %s twice: the texts are joined"),
			     field_table[sections[j].field].name);
}

enum status source_blocks(struct doc *d, struct err *err)
{
	struct blocks b;
	struct cutting c = {.d = d, .b = &b, .level = S_level(d)};
	enum status st = ST_OK;
	size_t done = 0, fichas = 0;

	memset(&b, 0, sizeof b);
	for (size_t i = 0; i < d->n && st == ST_OK; i++) {
		enum verdict v;

		if (d->v[i].kind != LINE_HEADING)
			continue;
		v = S_judge(&c, i);
		if (v == V_TEXT) {
			for (size_t k = 0; k < d->v[i].span; k++)
				d->v[i + k].kind = LINE_TEXT;
			continue;
		}
		if (v == V_BLOCK)
			st = S_new_block(&c, i, err);
		if (st == ST_OK)
			st = S_new_section(&c, i, v == V_REPEATED, err);
	}
	S_join(&c);
	if (st == ST_OK)
		st = source_titles(d, &b, err);
	if (st == ST_OK)
		S_ends(&c);
	d->unwrapped = source_unwrapped(d);
	for (size_t i = 0; i < b.n && st == ST_OK; i++) {
		struct block *k = &b.v[i];
		size_t stop = i + 1 < b.n ? b.v[i + 1].own : d->n;

		if (!S_is_ficha(d, &b, k)) {
			k->own = stop; /* goes to what lies outside */
			continue;
		}
		source_outside(d, done, k->own, "text-outside-ficha");
		done = stop;
		fichas++;
		S_tell_repeated(d, k, b.sections + k->first);
		st = source_ficha(d, k, b.sections + k->first, err);
	}
	if (st == ST_OK) {
		source_outside(d, done, d->n, "text-outside-ficha");
		if (!fichas)
			diag(d->sink->diags, DIAG_WARNING, "no-fichas", d->path, 0, 0,
			     "%s", _("no ficha found: none of its headings is there"));
	}
	if (st == ST_OK)
		st = source_tell_running(d, err);
	for (size_t i = 0; i < b.n; i++)
		place_release(&b.v[i].place);
	free(b.v);
	free(b.sections);
	return st;
}
