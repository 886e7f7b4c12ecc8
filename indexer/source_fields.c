#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "messages.h"
#include "source_doc.h"

/*
 * Paragraphs.
 *
 * Lines of a paragraph are joined by one blank.  A paragraph ends at an empty
 * line, at a list item, at a table row, and, where a document has no empty
 * lines, after a line that is much shorter than the others or longer than any
 * page is wide.  It does not end where only a page did: if furniture was taken
 * out and the sentence goes on, so does the paragraph.
 *
 * A dash at a line's start is a list sign where items are listed; in a wrapped
 * line ("Programa Migrante" / "- Agrupación Trama") it is running text.  A
 * number is the number of an item unless the next number stands inside the
 * same line ("1. Contexto; 2. Ley").
 */
#define LONG_LINE 140 /* bytes; wrapped text is narrower */

void paragraphs_init(struct paragraphs *p)
{
	memset(p, 0, sizeof *p);
	buf_init(&p->text, 2 * RECORD_MAX);
}

void paragraphs_release(struct paragraphs *p)
{
	buf_release(&p->text);
	ints_release(&p->lines);
	memset(&p->range, 0, sizeof p->range);
}

void source_squeeze(struct buf *out, const char *s, size_t n)
{
	bool blank = false;

	for (size_t i = 0; i < n;) {
		size_t k = i;

		while (k < n && s[k] != ' ' && s[k] != '\t')
			k++;
		if (k > i) {
			if (blank && out->len)
				buf_addc(out, ' ');
			buf_add(out, s + i, k - i);
			blank = false;
		}
		while (k < n && (s[k] == ' ' || s[k] == '\t')) {
			blank = true;
			k++;
		}
		i = k;
	}
}

/* Joins s to what out ends with. */
static enum status S_join(struct buf *out, struct doc *d, bool soft, const char *s,
			  size_t n, struct err *err)
{
	enum hyphen h = HYPHEN_BLANK;
	char last = out->len ? out->data[out->len - 1] : '\0';
	char before = out->len > 1 ? out->data[out->len - 2] : ' ';
	unsigned long cp = 0;

	if (n)
		utf8_decode(s, n, &cp);
	if (soft && latin_letter(cp)) {
		h = HYPHEN_KEEP; /* the sign itself is gone already */
	} else if (last == '-' && before != ' ' && before != '-') {
		enum status st =
			source_hyphen(&h, d, out->data, out->len - 1, s, n, err);

		if (st != ST_OK)
			return st;
		if (h == HYPHEN_DROP)
			buf_truncate(out, out->len - 1);
	} else if (last == '/' && latin_lower(cp) &&
		   latin_lower((unsigned char)before)) {
		h = HYPHEN_KEEP; /* apoderados/as */
	}
	if (h == HYPHEN_BLANK && out->len)
		buf_addc(out, ' ');
	source_squeeze(out, s, n);
	return ST_OK;
}

enum status source_join(struct buf *out, struct doc *d, size_t from, size_t to,
			struct err *err)
{
	enum status st = ST_OK;
	bool soft = false;

	for (size_t i = from; i < to && st == ST_OK; i++) {
		const struct line *l = &d->v[i];

		if (l->kind != LINE_TEXT)
			continue;
		st = S_join(out, d, soft, l->s, l->n, err);
		soft = l->soft;
	}
	return st;
}

/* ---- where a paragraph begins ---- */

struct shape { /* of a section's lines */
	unsigned widest;
	bool blanks;	/* it has empty lines */
	bool wrapped;	/* some full line breaks a sentence */
	bool unwrapped; /* no line of the document does */
};

static struct shape S_shape(const struct doc *d, size_t from, size_t to,
			    const bool *skip)
{
	struct shape s = {0, false, false, d->unwrapped};
	size_t first = to;

	for (size_t i = from; i < to; i++) {
		const struct line *l = &d->v[i];

		if (l->kind != LINE_TEXT || skip[i - from] || !l->n)
			continue;
		if (first < to && l->blank && !l->cut)
			s.blanks = true;
		if (first == to)
			first = i;
		if (l->n > s.widest)
			s.widest = l->n;
	}
	for (size_t i = from; i + 1 < to; i++) {
		const struct line *l = &d->v[i];

		if (l->kind == LINE_TEXT && !skip[i - from] &&
		    l->n * 4 >= s.widest * 3 && !source_ends(l->s, l->n))
			s.wrapped = true;
	}
	return s;
}

/* Is every paragraph of the document one line, however long?  Then no line is
 * broken anywhere, and a short one is a paragraph, too. */
bool source_unwrapped(const struct doc *d)
{
	size_t full = 0, broken = 0;

	for (size_t i = 0; i + 1 < d->n; i++) {
		const struct line *l = &d->v[i];

		if (l->kind != LINE_TEXT || l->n < 50)
			continue;
		full += l->n >= LONG_LINE;
		broken += l[1].kind == LINE_TEXT && !l[1].blank &&
			  !source_ends(l->s, l->n) && source_goes_on(l[1].s, l[1].n);
	}
	return full >= 3 && broken * 8 <= full;
}

/* The number of an item: 1 for "1." and "a)". */
static unsigned S_number(const char *s, size_t n)
{
	unsigned v = 0;

	if (!source_enumerator(s, n))
		return 0;
	if (*s == '(') {
		s++;
		n--;
	}
	if (*s >= '0' && *s <= '9') {
		for (size_t i = 0; i < n && s[i] >= '0' && s[i] <= '9' && v < 1000; i++)
			v = v * 10 + (unsigned)(s[i] - '0');
		return v;
	}
	if (n > 1 && strchr(".)-", s[1]))
		return (unsigned)((*s | 0x20) - 'a' + 1);
	return 0;
}

/* Does the next item's number stand inside the line? */
static bool S_inline_items(const char *s, size_t n, unsigned number)
{
	char next[16];
	size_t k;

	if (*s == '(' || (*s >= '0' && *s <= '9'))
		snprintf(next, sizeof next, "%u", number + 1);
	else
		snprintf(next, sizeof next, "%c", (char)('a' + number));
	k = strlen(next);
	for (size_t i = 1; i + k < n; i++)
		if ((s[i - 1] == ' ' || s[i - 1] == '(') &&
		    strncasecmp(s + i, next, k) == 0 &&
		    (s[i + k] == '.' || s[i + k] == ')'))
			return true;
	return false;
}

struct running {		 /* the paragraph being made */
	const struct line *last; /* its last line; NULL = none, or the heading */
	const char *s;		 /* that line's text */
	size_t n;
	unsigned number; /* of the item that it is, 0 = none */
	bool soft;	 /* that line ended with a soft hyphen */
	bool dashed;	 /* items begin with a dash */
	bool other;	 /* lines of something else lie between */
	bool cut, blank; /* what lies between the last line and this one */
	unsigned blanks;
};

static bool S_new_item(const struct running *r, const struct line *l)
{
	unsigned number;

	if (l->bullet)
		return true;
	if (l->sign)
		return r->dashed || source_ends(r->s, r->n);
	number = S_number(l->s, l->n);
	if (!number)
		return false;
	if (r->number)
		return number == r->number + 1;
	return number == 1 && source_ends(r->s, r->n) &&
	       !S_inline_items(l->s, l->n, number);
}

static unsigned S_lead(const struct line *l)
{
	return (unsigned)(l->s - l->raw);
}

/* The sentence at the end of the last line goes on in this one. */
static bool S_broken(const struct running *r, const struct line *l)
{
	unsigned long cp;

	if (source_ends(r->s, r->n) || l->sign || l->bullet)
		return false;
	/* "... de infancia y" / "d) proporcionar" */
	if (S_number(l->s, l->n))
		return !r->number;
	if (r->soft)
		return true;
	if (source_goes_on(l->s, l->n))
		return true;
	/* A capital or a figure may go on, too, after a full line. */
	utf8_decode(l->s, l->n, &cp);
	return r->n >= 40 && l->n > 1 && (latin_letter(cp) || latin_digit(cp));
}

static bool S_begins(const struct running *r, const struct line *l,
		     const struct shape *shape, bool long_text)
{
	const struct line *p = r->last;

	if (!r->s || r->other)
		return true;
	if (p && (l->cells || p->cells || l->level || p->level))
		return true;
	if (l->bullet)
		return true;
	if (r->blank) {
		if (r->n > 1 && r->s[r->n - 1] == '-' && r->s[r->n - 2] != ' ' &&
		    source_goes_on(l->s, l->n))
			return false;
		if (r->cut)
			return !S_broken(r, l);
		/* Decoration that left no trace but empty lines. */
		return !(r->n >= (r->blanks >= 2 ? 20 : 40) && S_broken(r, l) &&
			 source_goes_on(l->s, l->n) && r->s[r->n - 1] != ';');
	}
	if (S_new_item(r, l))
		return true;
	if (!long_text || !source_ends(r->s, r->n) || source_goes_on(l->s, l->n))
		return false;
	if (r->s[r->n - 1] == ':' && !shape->wrapped && r->n < LONG_LINE)
		return false;
	if (r->n >= LONG_LINE || (shape->unwrapped && !r->dashed && !r->number))
		return true;
	if (p && !r->dashed && !r->number && S_lead(l) >= S_lead(p) + 2)
		return true;
	return !shape->blanks && shape->wrapped && r->n * 5 < shape->widest * 3 &&
	       !r->dashed && !r->number;
}

static enum status S_open(struct paragraphs *out, unsigned no, struct err *err)
{
	if (out->text.len)
		buf_adds(&out->text, "\n\n");
	if (!ints_add(&out->lines, (int)no))
		return err_nomem(err);
	return ST_OK;
}

/* Lines of a table's cells come column by column, not downwards. */
static void S_extend(struct lines *r, unsigned no)
{
	if (!r->first || no < r->first)
		r->first = no;
	if (no > r->last)
		r->last = no;
}

/* Filled and empty signs that begin an item as bullets do. */
static size_t S_glyph(const char *s, size_t n)
{
	unsigned long cp;
	size_t w = utf8_decode(s, n, &cp);

	if ((cp == 0x25CF || cp == 0x25CB || cp == 0x25A0 || cp == 0x25A1 ||
	     cp == 0x2713 || cp == 0x2714 || cp == 0x25C6) &&
	    w < n && s[w] == ' ')
		return w + 1;
	return 0;
}

enum status source_paragraphs(struct paragraphs *out, struct doc *d, size_t from,
			      size_t to, const char *rest, size_t rest_n,
			      unsigned rest_no, bool long_text, const bool *skip,
			      struct err *err)
{
	struct shape shape = S_shape(d, from, to, skip);
	struct running r;
	struct buf one; /* the paragraph being made */
	enum status st = ST_OK;

	memset(&r, 0, sizeof r);
	buf_init(&one, 2 * RECORD_MAX);
	if (rest_n) {
		st = S_open(out, rest_no, err);
		source_squeeze(&one, rest, rest_n);
		S_extend(&out->range, rest_no);
		r.s = rest;
		r.n = rest_n;
		r.soft = from > 0 && d->v[from - 1].soft;
	}
	for (size_t i = from; i < to && st == ST_OK; i++) {
		const struct line *l = &d->v[i];
		const char *s = l->s;
		size_t n = l->n, glyph;

		r.blank |= l->blank > 0;
		r.blanks += l->blank;
		if (l->kind == LINE_DROP) {
			r.cut = true;
			continue;
		}
		if (l->kind != LINE_TEXT || !n)
			continue;
		if (skip[i - from]) {
			r.other = true;
			continue;
		}
		r.cut |= l->page;
		if (S_begins(&r, l, &shape, long_text)) {
			buf_add(&out->text, one.data, one.len);
			buf_clear(&one);
			st = S_open(out, l->no, err);
			if (st != ST_OK)
				break;
			r.dashed = l->sign > 0;
			r.number = S_number(s, n);
			s += l->sign;
			n -= l->sign;
			glyph = n ? S_glyph(s, n) : 0;
			s += glyph;
			n -= glyph;
			source_squeeze(&one, s, n);
			/* what follows an item's dash: "- 1) text" */
			if (l->sign || l->bullet)
				r.number = 0;
		} else {
			st = S_join(&one, d, r.soft, s, n, err);
		}
		S_extend(&out->range, l->no);
		d->v[i].used = true;
		r.last = l;
		r.soft = l->soft;
		r.s = l->s;
		r.n = l->n;
		r.cut = r.blank = r.other = false;
		r.blanks = 0;
	}
	buf_add(&out->text, one.data, one.len);
	if (st == ST_OK)
		st = buf_status(&one, err);
	if (st == ST_OK)
		st = buf_status(&out->text, err);
	buf_release(&one);
	return st;
}
