#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "messages.h"
#include "source_doc.h"

/*
 * Kinds of lines.
 *
 * Headings are known by their wording alone (the tables'), since converters
 * keep no other trace of them; one may be broken over several lines, have
 * a number before it or its value after it.
 *
 * Page furniture (numbers, running headers and footers) stands anywhere, also
 * inside a sentence.  A page number is known by its form.  A running line is
 * known by coming again and by where it stands: beside a page number or a
 * page's end, or breaking a sentence; words that the tables list for such
 * lines need to do so only once.  A value that many fichas share ("Recursos
 * propios municipales.") comes again as well, but after a heading.
 */

#define HEADING_LINES 6 /* of one in a narrow column */

size_t source_enumerator(const char *s, size_t n)
{
	size_t i = 0, digits = 0, letters = 0;

	if (n && *s == '(')
		i++;
	for (; i < n && i < 9; i++) {
		char c = s[i];

		if (c >= '0' && c <= '9') {
			if (letters)
				return 0;
			digits++;
		} else if (c == '.' && digits && i + 1 < n && s[i + 1] >= '0' &&
			   s[i + 1] <= '9') {
			continue;
		} else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && !digits) {
			/* one letter, or a Roman number */
			if (letters && !strchr("IVXivx", c))
				return 0;
			if (letters && !strchr("IVXivx", s[i - 1]))
				return 0;
			letters++;
		} else {
			break;
		}
	}
	if ((!digits && !letters) || digits > 4 || letters > 4 || i >= n)
		return 0;
	if (!strchr(".)-", s[i]) && strncmp(s + i, "\xC2\xBA", 2) != 0 &&
	    strncmp(s + i, "\xC2\xB0", 2) != 0)
		return 0;
	while (i < n && (strchr(".)-", s[i]) || (s[i] & 0x80)) && i < 14)
		i++;
	if (i >= n || (s[i] != ' ' && s[i] != '\t'))
		return 0;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	return i < n ? i : 0;
}

bool source_ends(const char *s, size_t n)
{
	while (n && (strchr(" \t\"')]*_", s[n - 1]) && s[n - 1]))
		n--;
	if (n >= 2 && memcmp(s + n - 2, "\xC2\xBB", 2) == 0)
		n -= 2;
	if (n >= 3 && memcmp(s + n - 3, "\xE2\x80\x9D", 3) == 0)
		n -= 3;
	if (n >= 3 && memcmp(s + n - 3, "\xE2\x80\xA6", 3) == 0)
		return true;
	return n && strchr(".:;!?", s[n - 1]);
}

bool source_goes_on(const char *s, size_t n)
{
	unsigned long cp;

	while (n && strchr("(\"'", *s) && *s) {
		s++;
		n--;
	}
	if (!n)
		return false;
	utf8_decode(s, n, &cp);
	return latin_lower(cp);
}

/* ---- headings ---- */

static bool S_try(struct heading *h, const struct doc *d, const struct line *l,
		  const char *s, size_t n)
{
	if (!lexicon_heading(h, d->lexicon, s, n) || h->strength == HEADING_PREFIX)
		return false;
	/* Running text that happens to begin with the words. */
	if (source_goes_on(s, n) && !l->level && !l->bold && !(h->marked && l->blank))
		return false;
	return true;
}

struct style { /* how the certain headings are written */
	unsigned labels, bullets;
};

/* May an everyday word be a heading here? */
static bool S_short_ok(const struct doc *d, size_t i, const struct heading *h,
		       const struct style *style)
{
	bool labels = style->labels >= 4;

	const struct line *l = &d->v[i], *p;

	if (l->level || (l->bold && h->rest >= l->n) || l->cells)
		return true;
	if (l->bullet || l->sign)
		return style->bullets >= 3 && l->blank;
	if (l->blank || i == 0)
		return true;
	p = l - 1;
	if (p->kind != LINE_TEXT)
		return true;
	return source_ends(p->s, p->n) || (labels && h->marked);
}

/* "BREVE DESCRIPCIÓN" / "DE LA INICIATIVA" */
static bool S_has_tail(const struct doc *d, const struct line *l, const char *s,
		       size_t n, size_t i)
{
	static const char *const first[] = {"de ", "del ", "para ", "o ", "y ", "la "};
	const struct line *next = l + 1;
	struct heading h;
	char text[256];
	bool starts = false;

	if (i + 1 >= d->n || next->kind != LINE_TEXT || next->blank || next->n > 80 ||
	    n > 120 || next->bullet || next->sign)
		return false;
	for (size_t k = 0; k < sizeof first / sizeof *first; k++) {
		size_t m = strlen(first[k]) - 1;

		starts |= strncasecmp(next->s, first[k], m + 1) == 0;
		starts |= n > m + 1 && s[n - m - 1] == ' ' &&
			  strncasecmp(s + n - m, first[k], m) == 0;
	}
	if (!starts)
		return false;
	memcpy(text, s, n);
	text[n] = ' ';
	memcpy(text + n + 1, next->s, next->n);
	return S_try(&h, d, l, text, n + 1 + next->n) && h.rest == n + 1 + next->n;
}

static bool S_heading(struct doc *d, size_t i, const struct style *style)
{
	struct line *l = &d->v[i];
	struct heading h, longer;
	char text[512];
	size_t skip = l->sign, n = l->n, span = 1, total;
	const char *s;

	skip += source_enumerator(l->s + skip, n - skip);
	s = l->s + skip;
	n -= skip;
	if (!n)
		return false;
	h.field = F_NONE;
	/* **Población objetivo** Personas ... */
	if (l->bold > skip && l->bold < l->n) {
		size_t b = l->bold - skip;

		if (S_try(&h, d, l, s, b) && h.rest == b) {
			while (b < n && s[b] && strchr(" :\t-.|", s[b]))
				b++;
			h.rest = b;
			h.marked = true;
		} else {
			h.field = F_NONE;
		}
	}
	if (h.field == F_NONE && !S_try(&h, d, l, s, n))
		h.field = F_NONE;
	/* Broken over lines; the longer wording wins. */
	total = n;
	if (n < 120 && (h.field == F_NONE || h.rest == n))
		memcpy(text, s, n);
	else
		total = 0;
	for (size_t k = 1; total && k < HEADING_LINES && i + k < d->n; k++) {
		const struct line *more = l + k;

		if (more->kind != LINE_TEXT || more->blank || more->bullet ||
		    more->sign || more->page || more->n > 300 ||
		    total + more->n + 2 > sizeof text)
			break;
		if (!lexicon_heading_begins(d->lexicon, text, total))
			break;
		if (text[total - 1] == '-' || l[k - 1].soft)
			total -= text[total - 1] == '-';
		else
			text[total++] = ' ';
		memcpy(text + total, more->s, more->n);
		if (S_try(&longer, d, l, text, total + more->n) &&
		    (longer.rest == total + more->n || longer.rest > total)) {
			h = longer;
			span = k + 1;
			h.rest = longer.rest - total;
		}
		total += more->n;
	}
	if (h.field == F_NONE)
		return false;
	if (span == 1 && h.rest == n && S_has_tail(d, l, s, n, i)) {
		span = 2;
		h.rest = l[1].n;
	}
	/* "... Departamento de Atención a" / "Grupos Prioritarios." */
	if (span == 1 && i && !l->blank && !l->level && !l->bold &&
	    l[-1].kind == LINE_TEXT && !source_ends(l[-1].s, l[-1].n) &&
	    s[n - 1] == '.' && h.rest == n)
		return false;
	/* "Título | Municipio | Página": the columns of a list */
	if (h.strength == HEADING_SHORT && span == 1 && h.rest < n &&
	    memchr(s + h.rest, '\t', n - h.rest))
		return false;
	if (h.strength == HEADING_SHORT && span == 1 && !S_short_ok(d, i, &h, style))
		return false;
	l->kind = LINE_HEADING;
	l->field = (unsigned char)h.field;
	l->strength = (unsigned char)h.strength;
	l->span = (unsigned char)span;
	l->continued = h.continued;
	l->marked = h.marked;
	l->rest = (unsigned)(span == 1 ? h.rest + skip : h.rest);
	for (size_t k = 1; k < span; k++)
		l[k].kind = LINE_REST;
	return true;
}

enum status source_kinds(struct doc *d, struct err *err)
{
	struct style style = {0, 0};
	enum status st;

	for (size_t i = 0; i < d->n; i++) {
		struct line *l = &d->v[i];

		l->kind = LINE_TEXT;
		if (source_is_noise(l))
			l->kind = LINE_DROP;
	}
	/* Twice: whether the document writes "label: value" shows only when
	 * the certain headings are known. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < d->n; i++)
			if (d->v[i].kind == LINE_TEXT && S_heading(d, i, &style)) {
				style.labels += d->v[i].marked;
				style.bullets += d->v[i].bullet || d->v[i].sign;
			}
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].kind == LINE_TEXT && source_is_page_number(d, &d->v[i]))
			d->v[i].kind = LINE_DROP;
	st = source_running_lines(d, err);
	if (st != ST_OK)
		return st;
	for (size_t i = 1; i < d->n; i++)
		d->v[i].cut = d->v[i - 1].kind == LINE_DROP || d->v[i].page;
	return ST_OK;
}
