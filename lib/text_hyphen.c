#include <string.h>

#include "text_parts.h"

/*
 * Hyphens and dashes.
 *
 *   Sello-Migrante   two words, and both joined over them
 *   a - b, a – b     two words
 *   ex-post          after a prefix the joined form is the word, as Spanish
 *   ex – post        spells it: expost; the parts are pieces.  Some prefixes
 *                    bear blanks around the dash
 *   educa-           so at a line's end: the hyphen may be the word's own or
 *   ción             the printer's, so the parts stay findable
 *   2023-2024        numbers are never joined
 */

#define PARTS_MAX 6 /* words of one joined form */

/* None of these is a word by itself in this kind of text. */
static const char *const S_prefixes[] = {
	"ex",	 "pre",	  "post",  "pos",  "auto",  "co",    "anti",  "sub", "inter",
	"intra", "multi", "pluri", "semi", "neo",   "psico", "socio", "bio", "eco",
	"micro", "macro", "tele",  "vice", "hiper", "infra", "ultra", NULL};
/* Those that only a hyphen without blanks joins. */
static const char *const S_hyphen_prefixes[] = {
	"extra", "contra", "mini", "super", "mono", "bi",    "tri",   "afro",  "euro",
	"foto",	 "video",  "re",   "des",   "pro",  "sobre", "entre", "trans", NULL};

size_t at_hyphen(const char *p, size_t n, bool dashes)
{
	if (n && *p == '-')
		return 1;
	if (at_string(p, n, "\xE2\x80\x90") || at_string(p, n, "\xE2\x80\x91"))
		return 3;
	if (dashes &&
	    (at_string(p, n, "\xE2\x80\x93") || at_string(p, n, "\xE2\x80\x94")))
		return 3;
	return 0;
}

static size_t S_blanks(const struct maker *m, size_t from, size_t end)
{
	size_t k;

	while (from < end && (k = at_blank(m->text + from, end - from)))
		from += k;
	return from;
}

/* Word i ends in a hyphen at a line's end, and a small letter goes on. */
static bool S_line_end(const struct maker *m, size_t i)
{
	const struct word *w = &m->words[i];
	size_t end = gap_end(m, i), k = w->end, hyphen;
	bool soft = w->end - w->start > 2 && at_string(m->text + k - 2, 2, "\xC2\xAD");
	unsigned long cp;

	if (end == m->n || end - k > 16)
		return false;
	hyphen = at_hyphen(m->text + k, end - k, false);
	if (!hyphen && !soft)
		return false;
	k = S_blanks(m, k + hyphen, end);
	if (k < end && m->text[k] == '\r')
		k++;
	if (k == end || m->text[k] != '\n' || S_blanks(m, k + 1, end) != end)
		return false;
	utf8_decode(m->text + end, m->n - end, &cp);
	return !(cp >= '0' && cp <= '9') && !icu_is_upper(cp);
}

/* After a prefix: a dash, with blanks or one line end around it if spaced. */
static bool S_prefix_gap(const struct maker *m, size_t i, bool spaced)
{
	size_t end = gap_end(m, i), k = m->words[i].end, dash;

	if (end == m->n || end - k > 8)
		return false;
	if (spaced)
		k += at_blank(m->text + k, end - k);
	dash = at_hyphen(m->text + k, end - k, true);
	k += dash;
	if (spaced && k < end)
		k += m->text[k] == '\n' ? 1 : at_blank(m->text + k, end - k);
	return dash && k == end && !is_digit(m->text[end]);
}

/* The gap first: nearly always it settles the question. */
static bool S_is_prefix(const struct maker *m, const struct folded *f, size_t i)
{
	if (!S_prefix_gap(m, i, true))
		return false;
	return is_listed(f->plain, f->plain_n, S_prefixes) ||
	       (is_listed(f->plain, f->plain_n, S_hyphen_prefixes) &&
		S_prefix_gap(m, i, false));
}

/* Makes u the join of itself and next; false if that is no word. */
static bool S_join(struct unit *u, const struct unit *next)
{
	if (!unit_letters(u) || !unit_letters(next) || !u->f.surface_n ||
	    !next->f.surface_n || u->f.surface_n + next->f.surface_n > WORD_MAX)
		return false;
	memcpy(u->f.surface + u->f.surface_n, next->f.surface, next->f.surface_n + 1);
	u->f.surface_n += next->f.surface_n;
	u->end = next->end;
	u->flags = (u->flags & WORD_CAPITAL) | WORD_SMALL;
	return true;
}

enum status hyphen_joined(size_t *taken, struct maker *m, const struct unit *first,
			  size_t i)
{
	struct unit u = *first, part = *first, next;
	size_t last = i;
	enum status st = ST_OK;

	*taken = SIZE_MAX;
	while (last + 1 < m->words_n && last - i < PARTS_MAX &&
	       (S_line_end(m, last) || S_is_prefix(m, &part.f, last))) {
		st = unit_load(m, &next, last + 1);
		if (st)
			return st;
		if (!S_join(&u, &next))
			break;
		part = next;
		last++;
	}
	if (last == i)
		return ST_OK;
	st = fold_surface(&u.f, m->a, m->err);
	if (!st)
		st = unit_put(taken, m, &u, last);
	for (size_t k = i; !st && k <= last; k++) {
		st = unit_load(m, &part, k);
		if (!st)
			st = put_folded(m, &part.f, unit_shape(&part, PUT_PIECE));
	}
	return st;
}

enum status hyphen_chain(struct maker *m, const struct unit *first, size_t i)
{
	char joined[WORD_MAX + 1];
	size_t n = first->f.surface_n, last = i, end = first->end;
	unsigned all = first->flags;
	bool letters = !(all & WORD_DIGIT), fits = n > 0;
	struct unit part;
	enum status st;

	m->chain = i;
	memcpy(joined, first->f.surface, n);
	while (last + 1 < m->words_n && last - i < PARTS_MAX - 1) {
		size_t at = m->words[last].end, gap = gap_end(m, last) - at;

		if (!gap || at_hyphen(m->text + at, gap, false) != gap)
			break;
		st = unit_load(m, &part, last + 1);
		if (st)
			return st;
		/* a-sub-total: the prefix begins a word of its own */
		if (S_is_prefix(m, &part.f, last + 1))
			break;
		last++;
		fits = fits && part.f.surface_n && n + part.f.surface_n <= WORD_MAX;
		if (fits) {
			memcpy(joined + n, part.f.surface, part.f.surface_n);
			n += part.f.surface_n;
		}
		end = part.end;
		all |= part.flags;
		letters = letters || !(part.flags & WORD_DIGIT);
	}
	m->chain = last;
	if (last == i || !fits || !letters || (all & WORD_SIGN))
		return ST_OK;
	return put_surface(
		m, joined, n,
		(struct shape){first->start, end, TOKEN_WORD,
			       PUT_VARIANT | ((all & WORD_DIGIT) ? PUT_EXACT : 0u),
			       (unsigned)(last - i + 1)});
}
