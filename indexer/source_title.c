#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "messages.h"
#include "source_doc.h"

/*
 * Title and municipality, which stand between the last section of one ficha
 * and the first heading of the next.
 *
 * With a municipality line: text between it and the heading is the title, or
 * else the last paragraph before it is.  Where both are there, the other
 * fichas of the document tell which way round it is written.  Without one, the
 * last paragraph is the title; it may name the municipality itself.
 */
#define TITLE_MAX_BYTES 400

static bool S_text(const struct line *l)
{
	return l->kind == LINE_TEXT && l->n > 0;
}

/* Does line i begin a paragraph? */
static bool S_begins(const struct doc *d, size_t i)
{
	const struct line *l = &d->v[i];

	return i == 0 || l->blank || l->bullet || l->level || l->cells || l->page ||
	       !S_text(&l[-1]) || l[-1].level || l[-1].cells;
}

size_t source_paragraph_before(const struct doc *d, size_t from, size_t end,
			       size_t *last)
{
	size_t i;

	while (end > from && !S_text(&d->v[end - 1]))
		end--;
	*last = end;
	if (end == from)
		return from;
	for (i = end - 1; i > from && !S_begins(d, i); i--)
		;
	return i;
}

static size_t S_paragraph_end(const struct doc *d, size_t i, size_t to)
{
	i++;
	while (i < to && S_text(&d->v[i]) && !S_begins(d, i))
		i++;
	return i;
}

bool source_last_place(struct place *out, const struct doc *d, size_t from, size_t to)
{
	struct place more;

	for (size_t i = to; i-- > from;) {
		if (!S_text(&d->v[i]) || d->v[i].n > TITLE_MAX_BYTES)
			continue;
		if (!source_place(out, d, i, to, false))
			continue;
		/* One municipality a line: an earlier one joins. */
		while (out->line > from && !out->rest) {
			size_t k = out->line - 1;
			char *joined;
			size_t n;

			if (!S_text(&d->v[k]) || d->v[out->line].blank > 1 ||
			    d->v[k].n > TITLE_MAX_BYTES ||
			    !source_place(&more, d, k, out->line, false))
				break;
			if (more.rest || more.strong != out->strong ||
			    more.line + more.span != out->line ||
			    more.n_names + out->n_names > 8) {
				place_release(&more);
				break;
			}
			n = strlen(more.names);
			joined = realloc(more.names, n + strlen(out->names) + 3);
			if (!joined) {
				place_release(&more);
				break;
			}
			memcpy(joined + n, "\n\n", 2);
			memcpy(joined + n + 2, out->names, strlen(out->names) + 1);
			more.names = joined;
			more.n_names += out->n_names;
			more.span += out->span;
			more.known &= out->known;
			place_release(out);
			*out = more;
		}
		return true;
	}
	memset(out, 0, sizeof *out);
	return false;
}

bool source_is_region(const struct line *l)
{
	return l->n >= 7 && (strncasecmp(l->s, "regi\xC3\xB3n ", 8) == 0 ||
			     strncasecmp(l->s, "REGI\xC3\x93N ", 8) == 0 ||
			     strncasecmp(l->s, "region ", 7) == 0 ||
			     strncasecmp(l->s, "provincia ", 10) == 0);
}

bool source_is_label(const struct doc *d, size_t from, size_t to)
{
	const struct line *l = &d->v[from];
	unsigned numbers;

	if (to != from + 1 || l->n > 90)
		return false;
	/* words, not only figures: those may be a date */
	if (lexicon_page_line(&numbers, d->lexicon, l->s, l->n) &&
	    strspn(l->s, "0123456789/.- ") < l->n)
		return true;
	return source_is_region(l);
}

/* Could the lines be a title? */
static bool S_title_like(const struct doc *d, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += d->v[i].n + 1;
	if (!n || n > TITLE_MAX_BYTES || to - from > 5)
		return false;
	if (d->v[from].level)
		return true;
	return !(n > 150 && source_line_last(&d->v[to - 1]) == '.');
}

/* "FICHAS" right over the title. */
static size_t S_past_labels(const struct doc *d, size_t from, size_t to)
{
	while (from + 1 < to && d->v[from].n <= 60 && !d->v[from].level &&
	       source_is_label(d, from, from + 1) &&
	       !source_goes_on(d->v[from + 1].s, d->v[from + 1].n))
		from++;
	return from;
}

/* The last paragraph before `end`; of a paragraph that begins with other text
 * only the lines after its last sentence.  Labels are passed over.  value: the
 * region begins with a section's value, which must not be taken whole. */
static bool S_before(const struct doc *d, size_t region, size_t end, bool value,
		     size_t *from, size_t *to)
{
	size_t a = region, b = end;

	for (int k = 0; k < 4; k++) {
		a = source_paragraph_before(d, region, end, &b);
		if (a == b)
			return false;
		if (!source_is_label(d, a, b))
			break;
		end = a;
	}
	if (b - a > 1 && !d->v[a].level) {
		size_t i = b - 1;

		/* glued to the text before it */
		while (i > a && !source_ends(d->v[i - 1].s, d->v[i - 1].n) &&
		       !d->v[i].sign)
			i--;
		if (i == a && value && !S_begins(d, a + 1)) {
			size_t last;

			/* nothing else would be left of the section */
			if (source_paragraph_before(d, region, a, &last) == last)
				i = b - 1;
		}
		/* a title that itself has a colon at a line's end */
		if (i == a + 1 && source_line_last(&d->v[a]) == ':') {
			size_t last;

			if (!value ||
			    source_paragraph_before(d, region, a, &last) < last)
				i = a;
		}
		a = i;
	} else if (value && a + 1 == b) {
		size_t last;

		/* the only paragraph of a section and a sentence: its value */
		if (source_paragraph_before(d, region, a, &last) == last &&
		    source_line_last(&d->v[a]) == '.')
			return false;
	}
	a = S_past_labels(d, a, b);
	*from = a;
	*to = b;
	if (!S_title_like(d, a, b))
		return false;
	/* Two paragraphs: the first one breaks off, or the second goes on. */
	if (source_goes_on(d->v[a].s, d->v[a].n) && !d->v[a].sign) {
		size_t last, p = source_paragraph_before(d, region, a, &last);

		if (p < last && last - p <= 2 && last == a &&
		    !source_ends(d->v[last - 1].s, d->v[last - 1].n) &&
		    S_title_like(d, p, b))
			*from = p;
	}
	return true;
}

/* The first paragraph of [from, end), labels passed over; a line of a heading
 * level is preferred. */
static bool S_after(const struct doc *d, size_t from, size_t end, size_t *a, size_t *b)
{
	size_t first = end, first_end = end;

	for (size_t i = from; i < end;) {
		size_t to;

		if (!S_text(&d->v[i])) {
			i++;
			continue;
		}
		to = S_paragraph_end(d, i, end);
		i = S_past_labels(d, i, to);
		if (!source_is_label(d, i, to) && S_title_like(d, i, to)) {
			if (d->v[i].level) {
				*a = i;
				*b = to;
				return true;
			}
			if (first == end) {
				first = i;
				first_end = to;
			}
		}
		i = to;
	}
	*a = first;
	*b = first_end;
	/* a title broken by an empty line */
	if (first < end && first_end < end && S_text(&d->v[first_end]) &&
	    source_goes_on(d->v[first_end].s, d->v[first_end].n)) {
		size_t to = S_paragraph_end(d, first_end, end);

		if (S_title_like(d, first, to))
			*b = to;
	}
	return first < end;
}

static bool S_has_title_section(const struct blocks *b, const struct block *k)
{
	for (size_t j = 0; j < k->n; j++)
		if (b->sections[k->first + j].field == F_TITLE)
			return true;
	return false;
}

/* A commune's name alone, among the last lines before the heading. */
static bool S_bare_place(struct place *out, const struct doc *d, size_t region,
			 size_t end)
{
	unsigned seen = 0;

	for (size_t i = end; i-- > region && seen < 6;) {
		if (!S_text(&d->v[i]))
			continue;
		seen++;
		if (d->v[i].n > 80 || !S_begins(d, i))
			continue;
		if (!source_place(out, d, i, end, true))
			continue;
		if (!out->rest && out->line + out->span <= end)
			return true;
		place_release(out);
	}
	return false;
}

static void S_own(struct block *k, size_t line)
{
	if (line < k->own)
		k->own = k->start = line;
}

static void S_take_lines(struct block *k, size_t from, size_t to)
{
	k->title_from = from;
	k->title_to = to;
	S_own(k, from);
}

/* The municipality inside the title: "... (Municipalidad de X)". */
static void S_place_in_title(struct doc *d, struct block *k)
{
	const struct line *l;
	size_t n;

	if (k->place.n_names || k->title_to != k->title_from + 1)
		return;
	l = &d->v[k->title_from];
	n = l->n;
	if (source_place_tail(&k->place, d, l->s, &n)) {
		k->place.line = k->title_from;
		k->title = l->s;
		k->title_n = n;
		k->place_title = k->title_from;
	}
}

static bool S_is_dotted(const struct doc *d, size_t from, size_t to)
{
	const struct line *l = &d->v[to - 1];

	return !d->v[from].level && !d->v[from].bold && source_line_last(l) == '.';
}

/* Does the last section of block i have no text on its heading's line? */
static bool S_needs_value(const struct doc *d, const struct blocks *b, size_t i)
{
	const struct block *k = &b->v[i];
	const struct line *h = &d->v[b->sections[k->first + k->n - 1].head];

	return h->rest >= h[h->span - 1].n;
}

/* The last line in [from, to) that was dropped as a running header for its
 * words, and that no other text follows. */
static size_t S_dropped(const struct doc *d, size_t from, size_t to)
{
	for (size_t i = to; i-- > from;) {
		if (d->v[i].kind == LINE_DROP && d->v[i].running)
			return i;
		if (S_text(&d->v[i]) && !source_is_label(d, i, i + 1))
			break;
	}
	return to;
}

/* A title made of such words as stand in page headers ("Encuentro Movilidad
 * Humana"): taken only where no other can be.  The last one before `to`. */
static bool S_take_label(const struct doc *d, struct block *k, size_t from, size_t to)
{
	size_t a, b = to;

	while ((a = source_paragraph_before(d, from, b, &b)) < b) {
		const struct line *l = &d->v[a];

		if (!source_is_label(d, a, b))
			break;
		if (!source_is_region(l) && strncasecmp(l->s, "ficha", 5) != 0) {
			S_take_lines(k, a, b);
			return true;
		}
		b = a;
	}
	return false;
}

static bool S_take_dropped(struct doc *d, struct block *k, size_t from, size_t to)
{
	size_t i = S_dropped(d, from, to);

	if (i == to)
		return false;
	d->v[i].kind = LINE_TEXT;
	d->v[i].running = false;
	S_take_lines(k, i, i + 1);
	return true;
}

/* order: 1 if the document's other fichas have the title before the municipality,
 * -1 behind it, 0 not known. */
static void S_one(struct doc *d, struct blocks *b, size_t i, int order, bool dotted)
{
	struct block *k = &b->v[i];
	struct place *p = &k->place;
	bool value = i > 0 && S_needs_value(d, b, i - 1);
	bool named = S_has_title_section(b, k);
	size_t from = 0, to = 0, aa = 0, ab = 0, last;
	bool after = false, before;

	k->own = k->start = k->head;
	if (p->n_names) {
		S_own(k, p->line);
		after = S_after(d, p->line + p->span, k->head, &aa, &ab);
		if (p->rest && !named) {
			k->title = p->rest;
			k->title_n = p->rest_n;
			k->place_title = p->line;
			return;
		}
	}
	if (named)
		return;
	before = S_before(d, k->region, p->n_names ? p->line : k->head, value, &from,
			  &to);
	/* No other title ends with a full stop: this is a sentence. */
	if (before && i > 0 && !dotted && S_is_dotted(d, from, to))
		before = false;
	/* The whole of the section before, and a line that looked like a running
	 * header only for its words ("Segundo Encuentro 3"): that is the title. */
	if (before && !after && value && p->n_names && from < to &&
	    source_paragraph_before(d, k->region, from, &last) == last &&
	    S_dropped(d, to, p->line) < p->line)
		before = false;
	if (after && !(before && order > 0))
		S_take_lines(k, aa, ab);
	else if (order < 0 && p->n_names &&
		 (S_take_dropped(d, k, p->line + p->span, k->head) ||
		  S_take_label(d, k, p->line + p->span, k->head)))
		;
	else if (before)
		S_take_lines(k, from, to);
	/* No title at all: one was taken for furniture, or for a label. */
	else if (!p->n_names)
		(void)(S_take_dropped(d, k, k->region, k->head) ||
		       S_take_label(d, k, k->region, k->head));
	else
		(void)(S_take_dropped(d, k, k->region, p->line) ||
		       S_take_dropped(d, k, p->line + p->span, k->head) ||
		       S_take_label(d, k, p->line + p->span, k->head) ||
		       S_take_label(d, k, k->region, p->line));
	S_place_in_title(d, k);
}

enum status source_titles(struct doc *d, struct blocks *b, struct err *err)
{
	size_t before = 0, after = 0, with = 0, without = 0;

	(void)err;
	for (size_t i = 0; i < b->n; i++) {
		struct block *k = &b->v[i];
		size_t x, y, end;

		/* "Nombre: X" may stand before "Municipalidad: Y". */
		if (b->sections[k->first].field == F_TITLE && k->n > 1) {
			size_t from = b->sections[k->first].from;

			end = b->sections[k->first + 1].head;
			if (!source_last_place(&k->place, d, from, end))
				(void)S_bare_place(&k->place, d, from, end);
		}
		if (!k->place.n_names &&
		    !source_last_place(&k->place, d, k->region, k->head))
			(void)S_bare_place(&k->place, d, k->region, k->head);
		if (!k->place.n_names || k->place.rest || S_has_title_section(b, k))
			continue;
		if (S_after(d, k->place.line + k->place.span, k->head, &x, &y)) {
			after++;
			continue;
		}
		/* perhaps a title, see S_take_dropped */
		if (S_dropped(d, k->place.line + k->place.span, k->head) < k->head)
			continue;
		before++;
		if (S_before(d, k->region, k->place.line, i > 0, &x, &y)) {
			with += S_is_dotted(d, x, y);
			without += !S_is_dotted(d, x, y);
		}
	}
	for (size_t i = 0; i < b->n; i++) {
		struct block *k = &b->v[i];
		size_t last, from, more;

		S_one(d, b, i, (before > after) - (before < after), with > without);
		/* "REGIÓN DEL BIOBÍO" over the first of its fichas */
		while ((from = source_paragraph_before(d, k->region, k->own, &last)) <
			       last &&
		       last == k->own && source_is_label(d, from, last) &&
		       source_paragraph_before(d, k->region, from, &more) < more)
			k->own = from;
	}
	return ST_OK;
}
