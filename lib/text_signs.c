#include <string.h>

#include "text_parts.h"

/*
 * Signs inside what Unicode holds for one word, and capitals inside it.
 *
 *   DD.HH.           pieces of one or two letters: an acronym, also ddhh
 *   DD. HH.          likewise, over two words
 *   munimaipu.cl     longer pieces are words of their own; the whole stands
 *   juan@gob.cl      over them.  So a stop without a blank after it parts two
 *   foo_bar          words, as it should
 *   O’Higgins        o'higgins, also ohiggins and higgins
 *   MigraUdeC        the first piece and the rest; further pieces of four
 *                    letters and more
 */

/* An ASCII sign that parts pieces; an apostrophe does not. */
static bool S_parts(char c)
{
	return (unsigned char)c < 0x80 && !is_digit(c) && (c < 'a' || c > 'z') &&
	       (c < 'A' || c > 'Z') && c != '\'' && c != '`';
}

bool sign_inside(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (S_parts(p[i]))
			return true;
	return false;
}

/* The same, but for the stops and commas of 3.737. */
static bool S_parts_at(const char *p, size_t n, size_t i)
{
	return S_parts(p[i]) && !((p[i] == '.' || p[i] == ',') && i > 0 && i + 1 < n &&
				  is_digit(p[i - 1]) && is_digit(p[i + 1]));
}

/* The next piece from *at on; false at the end. */
static bool S_piece(size_t *from, size_t *at, const char *p, size_t n)
{
	while (*at < n && S_parts_at(p, n, *at))
		++*at;
	*from = *at;
	while (*at < n && !S_parts_at(p, n, *at))
		++*at;
	return *at > *from;
}

static enum status S_acronym(struct maker *m, const struct word *w)
{
	struct folded f;
	char joined[WORD_MAX + 1];
	size_t k = 0, end = w->end;
	struct shape s = {w->start, 0, TOKEN_ACRONYM, PUT_EXACT, 1};
	enum status st = fold_word(&f, m->a, m->text + w->start, w->end - w->start,
				   w->flags, m->err);

	if (end < m->n && m->text[end] == '.')
		end++;
	s.end = end;
	if (w->flags & WORD_CAPITAL)
		s.how |= PUT_CAPITAL;
	m->position++;
	for (size_t i = 0; !st && i < f.surface_n; i++)
		if (!S_parts(f.surface[i]))
			joined[k++] = f.surface[i];
	if (!st)
		st = put_folded(m, &f, s);
	s.how |= PUT_VARIANT;
	return st ? st : put_surface(m, joined, k, s);
}

/* The whole goes in behind what stands at the first piece's position. */
static enum status S_whole(struct maker *m, const struct word *w, size_t first_token,
			   unsigned first, size_t pieces)
{
	struct tokens *t = m->out;
	unsigned last = m->position;
	size_t had = t->n, at = first_token;
	struct folded f;
	enum status st = fold_word(&f, m->a, m->text + w->start, w->end - w->start,
				   w->flags, m->err);

	if (st)
		return st;
	m->position = first;
	st = put_folded(m, &f,
			(struct shape){w->start, w->end, TOKEN_WORD,
				       PUT_VARIANT | PUT_EXACT, (unsigned)pieces});
	m->position = last;
	while (at < had && t->v[at].position == first)
		at++;
	if (!st && t->n > had && at < had) {
		struct token whole = t->v[had];

		memmove(&t->v[at + 1], &t->v[at], (had - at) * sizeof whole);
		t->v[at] = whole;
	}
	return st;
}

enum status signs_put(struct maker *m, const struct word *w)
{
	const char *p = m->text + w->start;
	size_t n = w->end - w->start, pieces = 0, longest = 0, from, at = 0;
	size_t first_token = m->out->n;
	unsigned first = m->position + 1;
	bool dots = true;
	enum status st = ST_OK;

	if (n > RAW_MAX) {
		m->position++;
		return ST_OK;
	}
	while (S_piece(&from, &at, p, n)) {
		size_t letters = utf8_count(p + from, at - from);

		pieces++;
		if (letters > longest)
			longest = letters;
	}
	for (size_t i = 0; i < n; i++)
		dots = dots && (!S_parts(p[i]) || p[i] == '.');
	if (pieces > 1 && longest <= 2 && dots)
		return S_acronym(m, w);
	for (at = 0; !st && S_piece(&from, &at, p, n);) {
		struct unit u = {.start = w->start + from, .end = w->start + at};

		m->position++;
		u.flags = word_flags(p + from, at - from);
		if ((u.flags & WORD_DIGIT) && (u.flags & WORD_SIGN)) {
			st = number_digits(m, u.start, u.end);
			continue;
		}
		st = fold_word(&u.f, m->a, p + from, at - from, u.flags, m->err);
		if (!st)
			st = put_folded(m, &u.f, unit_shape(&u, 0));
		if (!st)
			st = unit_own_forms(m, &u);
	}
	if (st || pieces < 2)
		return st;
	return S_whole(m, w, first_token, first, pieces);
}

enum status signs_spaced_acronym(struct maker *m, const struct unit *first, size_t i)
{
	const struct word *w = &m->words[i], *next = w + 1;
	const char *p = m->text + w->start, *q;
	char both[4];

	if (i + 1 >= m->words_n || w->end - w->start != 2 ||
	    next->end - next->start != 2 || next->start - w->end != 2 ||
	    next->end >= m->n)
		return ST_OK;
	q = m->text + next->start;
	if (p[0] < 'A' || p[0] > 'Z' || p[1] != p[0] || p[2] != '.' || p[3] != ' ' ||
	    q[0] < 'A' || q[0] > 'Z' || q[1] != q[0] || q[2] != '.')
		return ST_OK;
	both[0] = both[1] = first->f.surface[0];
	both[2] = both[3] = (char)(q[0] + 32);
	return put_surface(m, both, 4,
			   (struct shape){w->start, next->end + 1, TOKEN_ACRONYM,
					  PUT_VARIANT | PUT_EXACT, 2});
}

enum status signs_apostrophe(struct maker *m, const struct unit *u)
{
	const char *s = u->f.surface;
	char joined[WORD_MAX + 1];
	size_t n = u->f.surface_n, k = 0, from = 0;
	enum status st;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'')
			continue;
		if (at_string(s + i, n - i, "\xC2\xB7")) { /* col·legi */
			i++;
			continue;
		}
		joined[k++] = s[i];
	}
	st = put_surface(m, joined, k, unit_shape(u, PUT_VARIANT));
	for (size_t i = 0; !st && i <= n; i++) {
		if (i < n && s[i] != '\'')
			continue;
		if (i - from >= 3 && i - from < n)
			st = put_surface(m, s + from, i - from,
					 unit_shape(u, PUT_PIECE));
		from = i + 1;
	}
	return st;
}

enum status signs_camel(struct maker *m, const struct unit *u)
{
	const char *p = m->text + u->start;
	size_t n = u->end - u->start, piece = 0, i = 0;
	bool small = false;
	enum status st = ST_OK;

	while (!st && i <= n) {
		unsigned long cp = 0;
		size_t k = i < n ? utf8_decode(p + i, n - i, &cp) : 1;
		bool capital = i < n && icu_is_upper(cp);

		if (i == n || (small && capital)) {
			size_t letters = utf8_count(p + piece, i - piece);

			if (letters >= (piece ? 4 : 2))
				st = put_text(m, u->start + piece, u->start + i,
					      PUT_PIECE);
			if (!st && !piece && letters >= 2 &&
			    utf8_count(p + i, n - i) >= 2)
				st = put_text(m, u->start + i, u->end, PUT_PIECE);
			piece = i;
		}
		if (cp < 0x300 || !icu_is_mark(cp))
			small = !capital && icu_is_alnum(cp);
		i += k;
	}
	return st;
}
