/*
 * The rules of Spanish administrative text: words to tokens.
 *
 * The boundaries are Unicode's.  Then, looking at the signs as printed, before
 * folding would turn 1º into 1o:
 *
 *   inclusive   after / or ( a bare gender ending is no word: apoderados/as,
 *               cuidadoras/es, niño(a)s are one word and its forms.
 *               escuelas/liceos and y/o are two words.  chilen@s, todxs, todes
 *   numbers     21.325 also 21325; 2° 1º 1.er are 2 and 1; the N of N° 3.737
 *               is a piece of its number
 *   hyphens     Sello-Migrante: both words, and both joined.  After a prefix
 *               the joined form is the word: ex-post, ex – post are expost.
 *               So it is where a line ends in a hyphen
 *   dots        DD.HH. also ddhh; munimaipu.cl also its parts
 *   apostrophes O’Higgins is o'higgins, also ohiggins and higgins
 *   capitals    MigraUdeC also migra and udec
 *
 * No rule asks the vocabulary: what the index holds must not depend on what
 * else it holds.  Every rule looks ahead from its first word and says how many
 * words it took, so the whole is one pass.
 */
#include <stdlib.h>
#include <string.h>

#include "text_parts.h"
#include "messages.h"

struct maker {
	struct tokens *out;
	struct analyzer *a;
	const char *text;
	size_t n;
	unsigned position; /* of the last printed form */
	struct err *err;
};

/* A word as printed, possibly several segments. */
struct unit {
	struct folded f;
	size_t start, end;
	enum token_kind kind;
	unsigned flags;
};

void tokens_init(struct tokens *t)
{
	memset(t, 0, sizeof *t);
	buf_init(&t->bytes, 0);
}

void tokens_release(struct tokens *t)
{
	free(t->v);
	buf_release(&t->bytes);
	tokens_init(t);
}

/* ---- putting a token ---- */

/* Adds bytes; where the buffer moved, so do the pointers into it. */
static const char *S_keep(struct tokens *t, const char *p, size_t n)
{
	const char *old = t->bytes.data;
	size_t at = t->bytes.len;

	buf_add(&t->bytes, p, n);
	buf_addc(&t->bytes, '\0');
	if (t->bytes.failed)
		return NULL;
	if (t->bytes.data != old)
		for (size_t i = 0; i < t->n; i++) {
			t->v[i].surface = t->bytes.data + (t->v[i].surface - old);
			t->v[i].folded = t->bytes.data + (t->v[i].folded - old);
		}
	return t->bytes.data + at;
}

enum { PUT_VARIANT = 1, PUT_PIECE = 2, PUT_EXACT = 4, PUT_CAPITAL = 8 };

static enum status S_put(struct maker *m, const struct folded *f, size_t start,
			 size_t end, enum token_kind kind, unsigned how, unsigned span)
{
	struct tokens *t = m->out;
	struct token *k;

	if (!f->surface_n)
		return ST_OK;
	if (how & (PUT_VARIANT | PUT_PIECE))
		for (size_t i = t->n; i > 0 && t->v[i - 1].position == m->position; i--)
			if (t->v[i - 1].surface_n == f->surface_n &&
			    memcmp(t->v[i - 1].surface, f->surface, f->surface_n) == 0)
				return ST_OK;
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 64;
		struct token *v = realloc(t->v, cap * sizeof *v);

		if (!v)
			return err_nomem(m->err);
		t->v = v;
		t->cap = cap;
	}
	k = &t->v[t->n];
	memset(k, 0, sizeof *k);
	k->surface = S_keep(t, f->surface, f->surface_n);
	if (!k->surface)
		return buf_status(&t->bytes, m->err);
	k->surface_n = f->surface_n;
	k->folded = k->surface;
	k->folded_n = f->plain_n;
	t->n++;
	if (f->plain_n != f->surface_n ||
	    memcmp(f->plain, f->surface, f->plain_n) != 0) {
		const char *p = S_keep(t, f->plain, f->plain_n);

		if (!p)
			return buf_status(&t->bytes, m->err);
		t->v[t->n - 1].folded = p;
	}
	k->start = start;
	k->end = end;
	k->position = m->position;
	k->span = span;
	k->kind = kind;
	k->variant = (how & (PUT_VARIANT | PUT_PIECE)) != 0;
	k->index_only = (how & PUT_PIECE) != 0;
	k->exact_only = (how & PUT_EXACT) != 0;
	k->capital = (how & PUT_CAPITAL) != 0;
	return ST_OK;
}

/* The same for a surface that a rule made. */
static enum status S_put_surface(struct maker *m, const char *p, size_t n, size_t start,
				 size_t end, enum token_kind kind, unsigned how,
				 unsigned span)
{
	struct folded f;
	enum status st;

	if (!n || n > WORD_MAX)
		return ST_OK;
	memcpy(f.surface, p, n);
	f.surface[n] = '\0';
	f.surface_n = n;
	st = fold_surface(&f, m->a, m->err);
	return st ? st : S_put(m, &f, start, end, kind, how, span);
}

/* ---- looking at the text ---- */

static bool S_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool S_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool S_starts(const char *p, size_t n, const char *what)
{
	size_t k = strlen(what);

	return n >= k && memcmp(p, what, k) == 0;
}

static bool S_equal(const char *p, size_t n, const char *what)
{
	return strlen(what) == n && memcmp(p, what, n) == 0;
}

static bool S_listed(const char *p, size_t n, const char *const *list)
{
	for (; *list; list++)
		if (S_equal(p, n, *list))
			return true;
	return false;
}

/* Bytes of the blank at p (space, tab, no-break spaces), 0 if it is none. */
static size_t S_blank(const char *p, size_t n)
{
	if (n && (*p == ' ' || *p == '\t'))
		return 1;
	if (S_starts(p, n, "\xC2\xA0"))
		return 2;
	if (S_starts(p, n, "\xE2\x80\xAF") || S_starts(p, n, "\xE2\x80\x89"))
		return 3;
	return 0;
}

/* Bytes of the hyphen at p; with dashes also - and - (U+2013, U+2014). */
static size_t S_hyphen(const char *p, size_t n, bool dashes)
{
	if (n && *p == '-')
		return 1;
	if (S_starts(p, n, "\xE2\x80\x90") || S_starts(p, n, "\xE2\x80\x91"))
		return 3;
	if (dashes &&
	    (S_starts(p, n, "\xE2\x80\x93") || S_starts(p, n, "\xE2\x80\x94")))
		return 3;
	return 0;
}

static size_t S_gap_end(const struct maker *m, size_t i)
{
	return i + 1 < m->a->words.n ? m->a->words.v[i + 1].start : m->n;
}

static enum status S_load(struct maker *m, struct unit *u, size_t i)
{
	const struct word *w = &m->a->words.v[i];
	const char *p = m->text + w->start;
	unsigned long cp;

	u->start = w->start;
	u->end = w->end;
	u->flags = w->flags;
	u->kind = TOKEN_WORD;
	if (!(w->flags & (WORD_ASCII | WORD_LATIN1))) {
		utf8_decode(p, w->end - w->start, &cp);
		if (!icu_is_latin(cp) && icu_is_alnum(cp))
			u->kind = TOKEN_OTHER;
	}
	return fold_word(&u->f, m->a, p, w->end - w->start, w->flags, m->err);
}

static bool S_letters_only(const struct unit *u)
{
	return !(u->flags & (WORD_DIGIT | WORD_SIGN)) && u->kind == TOKEN_WORD;
}

/* ---- one word: its own forms ---- */

/* Of MigraUdeC: migra and udec; and every further piece of four letters. */
static enum status S_camel(struct maker *m, const struct unit *u)
{
	const char *p = m->text + u->start;
	size_t n = u->end - u->start, from = 0, piece = 0, i = 0;
	bool small = false, first = true;
	enum status st = ST_OK;
	struct folded f;

	while (!st && i <= n) {
		unsigned long cp = 0;
		size_t k = i < n ? utf8_decode(p + i, n - i, &cp) : 1;
		bool capital = i < n && icu_is_upper(cp);

		if (i == n || (small && capital)) {
			size_t letters = utf8_count(p + piece, i - piece);

			if (first && i < n && letters >= 2) {
				st = fold_word(&f, m->a, p, i, word_flags(p, i),
					       m->err);
				if (!st)
					st = S_put(m, &f, u->start, u->start + i,
						   u->kind, PUT_PIECE | PUT_CAPITAL, 1);
				if (!st && utf8_count(p + i, n - i) >= 2) {
					st = fold_word(&f, m->a, p + i, n - i,
						       word_flags(p + i, n - i),
						       m->err);
					if (!st)
						st = S_put(m, &f, u->start + i, u->end,
							   u->kind,
							   PUT_PIECE | PUT_CAPITAL, 1);
				}
			} else if (!first && letters >= 4) {
				st = fold_word(&f, m->a, p + piece, i - piece,
					       word_flags(p + piece, i - piece),
					       m->err);
				if (!st)
					st = S_put(m, &f, u->start + piece,
						   u->start + i, u->kind,
						   PUT_PIECE | PUT_CAPITAL, 1);
			}
			from = i;
			first = false;
			piece = from;
		}
		small = i < n && !capital && icu_is_alnum(cp);
		i += k;
	}
	return st;
}

/* o'higgins: also without the sign, and its long parts. */
static enum status S_apostrophe(struct maker *m, const struct unit *u)
{
	const char *s = u->f.surface;
	char joined[WORD_MAX + 1];
	size_t n = u->f.surface_n, k = 0, from = 0;
	enum status st = ST_OK;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\'')
			continue;
		if (S_starts(s + i, n - i, "\xC2\xB7")) {
			i++;
			continue;
		}
		joined[k++] = s[i];
	}
	st = S_put_surface(m, joined, k, u->start, u->end, u->kind, PUT_VARIANT, 1);
	for (size_t i = 0; !st && i <= n; i++) {
		if (i < n && s[i] != '\'')
			continue;
		if (i - from >= 3 && i - from < n)
			st = S_put_surface(m, s + from, i - from, u->start, u->end,
					   u->kind, PUT_PIECE, 1);
		from = i + 1;
	}
	return st;
}

/* The forms that the printed word has by itself. */
static enum status S_own_forms(struct maker *m, const struct unit *u)
{
	struct forms forms;
	enum status st = ST_OK;

	gender_neutral(&forms, u->f.surface, u->f.surface_n);
	for (size_t i = 0; !st && i < forms.n; i++)
		st = S_put_surface(m, forms.v[i], forms.len[i], u->start, u->end,
				   u->kind, PUT_VARIANT, 1);
	if (!st && (u->flags & WORD_CAMEL) && S_letters_only(u))
		st = S_camel(m, u);
	if (!st && (memchr(u->f.surface, '\'', u->f.surface_n) ||
		    strstr(u->f.surface, "\xC2\xB7")))
		st = S_apostrophe(m, u);
	return st;
}

static enum token_kind S_kind(const struct unit *u)
{
	size_t n = u->f.surface_n;

	if (u->kind == TOKEN_WORD && (u->flags & WORD_CAPITAL) &&
	    !(u->flags & (WORD_SMALL | WORD_DIGIT | WORD_SIGN)) && n >= 2 && n <= 6)
		return TOKEN_ACRONYM;
	return u->kind;
}

static unsigned S_how(const struct unit *u)
{
	return ((u->flags & WORD_CAPITAL) ? PUT_CAPITAL : 0u) |
	       ((u->flags & WORD_DIGIT) || memchr(u->f.surface, '@', u->f.surface_n)
			? PUT_EXACT
			: 0u);
}

/* ---- inclusive endings ---- */

/* How apoderados/as, niño(a)s, alumno/a/s, apoderados (as), niños-as go on
 * from u, whose last word is i.  Fills forms, moves *end and returns the last
 * word that belongs to it. */
static enum status S_endings(size_t *last, size_t *end, struct forms *forms, bool *tail,
			     struct maker *m, const struct unit *u, size_t i)
{
	const struct word *w = m->a->words.v;
	size_t count = m->a->words.n, pos = u->end;
	enum status st;

	*last = i;
	*end = u->end;
	*tail = false;
	forms->n = 0;
	if (!S_letters_only(u) || utf8_count(u->f.surface, u->f.surface_n) < 2)
		return ST_OK;
	while (i + 1 < count && forms->n < FORMS_MAX) {
		const struct word *next = &w[i + 1];
		const char *gap = m->text + pos;
		size_t gap_n = next->start - pos;
		bool bracket = gap_n && gap[gap_n - 1] == '(', strict = true;
		struct folded f;

		if (next->end - next->start > 4)
			break;
		if (gap_n == 1 && (*gap == '/' || bracket))
			strict = false;
		else if (gap_n == 2 && *gap == ' ' && bracket)
			;
		else if (gap_n == 3 && memcmp(gap, " / ", 3) == 0)
			;
		else if (!(gap_n == 1 && S_hyphen(gap, 1, false)))
			break;
		st = fold_word(&f, m->a, m->text + next->start, next->end - next->start,
			       next->flags, m->err);
		if (st)
			return st;
		if (!gender_is_ending(f.surface, f.surface_n))
			break;
		if (strict && (!gender_fits(u->f.surface, u->f.surface_n, f.surface,
					    f.surface_n) ||
			       (gap_n > 1 && f.surface_n < 2)))
			break;
		if (bracket && (next->end >= m->n || m->text[next->end] != ')'))
			break;
		gender_forms(forms, u->f.surface, u->f.surface_n, f.surface,
			     f.surface_n);
		pos = next->end + bracket;
		*end = pos;
		*last = ++i;
		if (bracket && i + 1 < count && w[i + 1].start == pos) {
			const char *s = m->text + pos;
			size_t n = w[i + 1].end - pos;

			if (S_equal(s, n, "s") || S_equal(s, n, "es") ||
			    S_equal(s, n, "S") || S_equal(s, n, "ES")) {
				*tail = true;
				*last = ++i;
				*end = w[i].end;
				break;
			}
		}
	}
	return ST_OK;
}

/* Puts u and its forms at a new position; *taken: the last word used. */
static enum status S_put_unit(size_t *taken, struct maker *m, struct unit *u, size_t i)
{
	struct forms forms;
	size_t end;
	bool tail;
	enum status st = S_endings(taken, &end, &forms, &tail, m, u, i);

	if (st)
		return st;
	m->position++;
	u->end = end;
	if (tail) {
		/* niño(a)s: the plural is what is printed */
		gender_tail(&forms, u->f.surface, u->f.surface_n);
		for (size_t k = 0; !st && k < forms.n; k++)
			st = S_put_surface(m, forms.v[k], forms.len[k], u->start, end,
					   u->kind, (k ? PUT_VARIANT : 0u) | S_how(u),
					   1);
		return st;
	}
	st = S_put(m, &u->f, u->start, end, S_kind(u), S_how(u), 1);
	for (size_t k = 0; !st && k < forms.n; k++)
		st = S_put_surface(m, forms.v[k], forms.len[k], u->start, end, u->kind,
				   PUT_VARIANT, 1);
	if (!st && *taken == i)
		st = S_own_forms(m, u);
	return st;
}

/* ---- numbers ---- */

/* Puts the other ways to write 21.325: 21325; of 3,5: 3.5. */
static enum status S_number_forms(struct maker *m, const char *p, size_t n,
				  size_t start, size_t end)
{
	char plain[WORD_MAX + 1];
	size_t k = 0, i = 0, groups = 0, commas = 0;
	char sign = 0;
	enum status st = ST_OK;

	/* Thousands: one to three digits, then groups of exactly three. */
	while (i < n && S_digit(p[i]))
		i++;
	if (i == n || i == 0 || n > WORD_MAX)
		return ST_OK;
	if (i <= 3 && (p[i] == '.' || p[i] == ',')) {
		memcpy(plain, p, i);
		k = i;
		sign = p[i];
		while (i < n && p[i] == sign && n - i > 3 && S_digit(p[i + 1]) &&
		       S_digit(p[i + 2]) && S_digit(p[i + 3]) &&
		       (n - i == 4 || !S_digit(p[i + 4]))) {
			memcpy(plain + k, p + i + 1, 3);
			k += 3;
			i += 4;
			groups++;
		}
	}
	if (groups) {
		if (i == n)
			st = S_put_surface(m, plain, k, start, end, TOKEN_NUMBER,
					   PUT_VARIANT | PUT_EXACT, 1);
		else if ((p[i] == ',' || p[i] == '.') && p[i] != sign) {
			/* 1.234,5: decimals after thousands */
			size_t rest = n - i - 1;

			plain[k++] = '.';
			memcpy(plain + k, p + i + 1, rest);
			k += rest;
			st = S_put_surface(m, plain, k, start, end, TOKEN_NUMBER,
					   PUT_VARIANT | PUT_EXACT, 1);
		}
	}
	for (i = 0; i < n; i++)
		commas += p[i] == ',';
	if (!st && commas == 1 && !memchr(p, '.', n)) {
		memcpy(plain, p, n);
		*(char *)memchr(plain, ',', n) = '.';
		st = S_put_surface(m, plain, n, start, end, TOKEN_NUMBER,
				   PUT_VARIANT | PUT_EXACT, 1);
	}
	return st;
}

/* Letters that make an ordinal of the digits before them. */
static bool S_ordinal(const char *p, size_t n)
{
	static const char *const list[] = {
		"o",   "a",    "os",  "as",  "er",	 "ero",	     "era",
		"ro",  "ra",   "do",  "da",  "to",	 "ta",	     "vo",
		"va",  "mo",   "ma",  "no",  "na",	 "avo",	     "ava",
		"ero", "eros", "dos", "tos", "\xC2\xBA", "\xC2\xAA", NULL};

	return S_listed(p, n, list);
}

/* A word with a digit: a number, an ordinal, or letters and digits mixed. */
static enum status S_number(size_t *taken, struct maker *m, size_t i)
{
	const struct word *w = &m->a->words.v[i];
	const char *p = m->text + w->start;
	size_t n = w->end - w->start, k = 0, start = w->start, end = w->end, mark = 0;
	char digits[WORD_MAX + 1];
	struct folded f;
	enum status st;

	*taken = i;
	m->position++;
	if (n > RAW_MAX)
		return ST_OK;
	/* Nº3.737 is one segment: the sign is a letter to Unicode. */
	if (n > 3 && (*p == 'N' || *p == 'n') && S_starts(p + 1, n - 1, "\xC2\xBA") &&
	    S_digit(p[3])) {
		mark = 3;
		p += mark;
		n -= mark;
		start += mark;
	}
	/* 21 325 with a thin or no-break space: part of the segment, or between
	 * two. */
	for (;;) {
		size_t j = 0;

		for (k = 0; j < n && k < WORD_MAX;) {
			if (S_digit(p[j]) || ((p[j] == '.' || p[j] == ',') && k))
				digits[k++] = p[j++];
			else if (S_starts(p + j, n - j, "\xE2\x80\xAF") && j + 3 < n &&
				 S_digit(p[j + 3]))
				j += 3;
			else
				break;
		}
		if (j == n && j && j <= 60 && *taken + 1 < m->a->words.n) {
			const struct word *next = &m->a->words.v[*taken + 1];
			const char *gap = m->text + end;
			size_t gap_n = next->start - end, b = S_blank(gap, gap_n);

			if (b > 1 && b == gap_n && next->end - next->start == 3 &&
			    S_digit(m->text[next->start]) &&
			    S_digit(m->text[next->start + 1]) &&
			    S_digit(m->text[next->start + 2]) &&
			    (*taken > i || n <= 3)) {
				/* Joined by hand: the loop above cannot see it. */
				char joined[WORD_MAX + 1];
				size_t jn = k;

				memcpy(joined, digits, k);
				while (jn + 3 <= WORD_MAX) {
					memcpy(joined + jn, m->text + next->start, 3);
					jn += 3;
					end = next->end;
					++*taken;
					if (*taken + 1 >= m->a->words.n)
						break;
					next = &m->a->words.v[*taken + 1];
					gap = m->text + end;
					gap_n = next->start - end;
					b = S_blank(gap, gap_n);
					if (b < 2 || b != gap_n ||
					    next->end - next->start != 3 ||
					    !(next->flags & WORD_DIGIT))
						break;
				}
				st = S_put_surface(m, joined, jn, start, end,
						   TOKEN_NUMBER, PUT_EXACT, 1);
				return st;
			}
		}
		if (j < n && k && S_ordinal(p + j, n - j) && k <= 4) {
			/* 1º is 1; 2do is 2do, also 2. */
			bool sign = (unsigned char)p[j] == 0xC2;

			st = ST_OK;
			if (!sign)
				st = S_put_surface(m, p, n, start, end, TOKEN_NUMBER,
						   PUT_EXACT, 1);
			if (!st)
				st = S_put_surface(
					m, digits, k, start, end, TOKEN_NUMBER,
					PUT_EXACT | (sign ? 0u : PUT_VARIANT), 1);
			break;
		}
		if (j == n) {
			st = S_put_surface(m, digits, k, start, end, TOKEN_NUMBER,
					   PUT_EXACT, 1);
			if (!st)
				st = S_number_forms(m, digits, k, start, end);
			/* 1.er, 4.o: the letters after the stop are no word */
			if (!st && k <= 4 && *taken + 1 < m->a->words.n) {
				const struct word *next = &m->a->words.v[*taken + 1];

				if (next->start == end + 1 && m->text[end] == '.' &&
				    S_ordinal(m->text + next->start,
					      next->end - next->start)) {
					m->out->v[m->out->n - 1].end = next->end;
					++*taken;
				}
			}
			break;
		}
		/* covid19, 4b, 12kg */
		st = fold_word(&f, m->a, p, n, w->flags, m->err);
		if (!st)
			st = S_put(m, &f, start, end, TOKEN_WORD,
				   PUT_EXACT | ((w->flags & WORD_CAPITAL) ? PUT_CAPITAL
									  : 0u),
				   1);
		break;
	}
	if (!st && mark)
		st = S_put_surface(m, "n", 1, w->start, w->start + 1, TOKEN_WORD,
				   PUT_PIECE, 1);
	return st;
}

/* Is word i the sign of a number that word i + 1 is?  N° 3, Nº 3, Nro. 3 */
static bool S_number_sign(const struct maker *m, size_t i)
{
	static const char *const list[] = {
		"N",   "n",   "N\xC2\xBA",  "n\xC2\xBA",  "Nro",
		"nro", "NRO", "N\xC3\xBAm", "n\xC3\xBAm", "Num",
		"num", "N.o", "n.o",	    NULL};
	const struct word *w = &m->a->words.v[i];
	const char *p = m->text + w->start, *gap = m->text + w->end;
	size_t n = w->end - w->start, gap_n = S_gap_end(m, i) - w->end, k = 0, b;

	if (n > 4 || i + 1 >= m->a->words.n || gap_n > 6 || !S_listed(p, n, list) ||
	    !S_digit(m->text[w->end + gap_n]))
		return false;
	if (k < gap_n && gap[k] == '.')
		k++;
	if (S_starts(gap + k, gap_n - k, "\xC2\xB0"))
		k += 2;
	else if (n == 1)
		return false; /* a bare N before a number is an N */
	while ((b = S_blank(gap + k, gap_n - k)))
		k += b;
	return k == gap_n;
}

/* ---- hyphens ---- */

/* Prefixes that a spaced dash, too, joins to what follows: none of them is a
 * word by itself in this kind of text. */
static const char *const S_prefixes[] = {
	"ex",	 "pre",	  "post",  "pos",  "auto",  "co",    "anti",  "sub", "inter",
	"intra", "multi", "pluri", "semi", "neo",   "psico", "socio", "bio", "eco",
	"micro", "macro", "tele",  "vice", "hiper", "infra", "ultra", NULL};
/* Those that only a hyphen joins. */
static const char *const S_hyphen_prefixes[] = {
	"extra", "contra", "mini",  "super", "súper", "mono", "bi",
	"tri",	 "afro",   "euro",  "foto",  "video", "re",   "des",
	"pro",	 "sobre",  "entre", "trans", NULL};

static bool S_small_follows(const struct maker *m, size_t at)
{
	unsigned long cp;

	utf8_decode(m->text + at, m->n - at, &cp);
	return icu_is_alnum(cp) && !icu_is_upper(cp) && !(cp >= '0' && cp <= '9');
}

/* The gap after word i is a hyphen at a line's end; *skip: bytes of the word
 * that are a soft hyphen. */
static bool S_line_end(const struct maker *m, size_t i)
{
	const struct word *w = &m->a->words.v[i];
	size_t end = S_gap_end(m, i), k = w->end, h, b;
	bool soft =
		w->end - w->start > 2 && S_starts(m->text + w->end - 2, 2, "\xC2\xAD");

	if (end == m->n || end - k > 16)
		return false;
	h = S_hyphen(m->text + k, end - k, false);
	if (!h && !soft)
		return false;
	k += h;
	while (k < end && (b = S_blank(m->text + k, end - k)))
		k += b;
	if (k < end && m->text[k] == '\r')
		k++;
	if (k >= end || m->text[k] != '\n')
		return false;
	k++;
	while (k < end && (b = S_blank(m->text + k, end - k)))
		k += b;
	return k == end && S_small_follows(m, end);
}

/* The gap after a prefix: a dash, blanks around it allowed if `spaced`, one
 * line end at most. */
static bool S_prefix_gap(const struct maker *m, size_t i, bool spaced)
{
	const struct word *w = &m->a->words.v[i];
	size_t end = S_gap_end(m, i), k = w->end, b;

	if (end == m->n || end - k > 8)
		return false;
	if (spaced && (b = S_blank(m->text + k, end - k)))
		k += b;
	b = S_hyphen(m->text + k, end - k, true);
	if (!b)
		return false;
	k += b;
	if (spaced && k < end && (b = S_blank(m->text + k, end - k)))
		k += b;
	else if (spaced && k < end && m->text[k] == '\n')
		k++;
	return k == end && !S_digit(m->text[end]);
}

/* Makes u the join of itself and word j; false if that is no word. */
static enum status S_join(bool *joined, struct maker *m, struct unit *u, size_t j)
{
	struct unit next;
	enum status st = S_load(m, &next, j);

	*joined = false;
	if (st)
		return st;
	if (!S_letters_only(u) || !next.f.surface_n || !u->f.surface_n ||
	    (next.flags & WORD_DIGIT) || next.kind != TOKEN_WORD ||
	    u->f.surface_n + next.f.surface_n > WORD_MAX)
		return ST_OK;
	memcpy(u->f.surface + u->f.surface_n, next.f.surface, next.f.surface_n + 1);
	u->f.surface_n += next.f.surface_n;
	u->end = next.end;
	u->flags = (u->flags & next.flags & (WORD_ASCII | WORD_LATIN1)) |
		   ((u->flags | next.flags) & (WORD_SIGN | WORD_SMALL)) |
		   (u->flags & WORD_CAPITAL);
	*joined = true;
	return fold_surface(&u->f, m->a, m->err);
}

/* ex-post, ex – post, educa-\nción: the joined form is the word, the parts are
 * pieces.  *taken = i - 1 where nothing is to be joined. */
static enum status S_joined(size_t *taken, struct maker *m, const struct unit *first,
			    size_t i)
{
	struct unit u = *first;
	size_t last = i, from;
	enum status st = ST_OK;

	*taken = (size_t)-1;
	while (last + 1 < m->a->words.n && last - i < 6) {
		struct unit part;
		bool line = S_line_end(m, last), joined;

		if (!line) {
			st = S_load(m, &part, last);
			if (st)
				return st;
			if (S_listed(part.f.surface, part.f.surface_n, S_prefixes)
				    ? !S_prefix_gap(m, last, true)
				    : !S_listed(part.f.surface, part.f.surface_n,
						S_hyphen_prefixes) ||
					      !S_prefix_gap(m, last, false))
				break;
		}
		st = S_join(&joined, m, &u, last + 1);
		if (st || !joined)
			break;
		last++;
	}
	if (st || last == i)
		return st;
	from = i;
	st = S_put_unit(taken, m, &u, last);
	for (size_t j = from; !st && j <= last; j++) {
		struct unit part;

		st = S_load(m, &part, j);
		if (!st)
			st = S_put(m, &part.f, part.start, part.end, S_kind(&part),
				   PUT_PIECE | S_how(&part), 1);
	}
	return st;
}

/* Sello-Migrante: called at its first word, once that is put; adds the joined
 * form.  *chain: its last word, so that the next ones do not begin anew. */
static enum status S_chain(size_t *chain, struct maker *m, const struct unit *first,
			   size_t i)
{
	char joined[WORD_MAX + 1];
	size_t n = first->f.surface_n, last = i, end = first->end;
	bool letters = !(first->flags & WORD_DIGIT), fits = n && n <= WORD_MAX;
	unsigned digits = first->flags & WORD_DIGIT;
	struct unit part;
	enum status st;

	*chain = i;
	if (!fits || (first->flags & WORD_SIGN))
		return ST_OK;
	memcpy(joined, first->f.surface, n);
	while (last + 1 < m->a->words.n && last - i < 5) {
		size_t at = m->a->words.v[last].end, gap = S_gap_end(m, last) - at;

		if (!gap || S_hyphen(m->text + at, gap, false) != gap)
			break;
		st = S_load(m, &part, last + 1);
		if (st)
			return st;
		last++;
		if (!part.f.surface_n || (part.flags & WORD_SIGN) ||
		    n + part.f.surface_n > WORD_MAX) {
			fits = false;
			continue;
		}
		memcpy(joined + n, part.f.surface, part.f.surface_n);
		n += part.f.surface_n;
		end = part.end;
		letters = letters || !(part.flags & WORD_DIGIT);
		digits |= part.flags & WORD_DIGIT;
	}
	*chain = last;
	if (last == i || !fits || !letters)
		return ST_OK;
	return S_put_surface(m, joined, n, first->start, end, TOKEN_WORD,
			     PUT_VARIANT | S_how(first) | (digits ? PUT_EXACT : 0u),
			     (unsigned)(last - i + 1));
}

/* ---- dots and other signs inside a segment ---- */

static bool S_cut(char c)
{
	return (unsigned char)c < 0x80 && !S_digit(c) && !S_ascii_letter(c) &&
	       c != '\'' && c != '`';
}

/* DD.HH, munimaipu.cl, foo_bar, juan@gob.cl.  Pieces of one or two letters
 * are an acronym: one word, also without its dots.  Otherwise the pieces are
 * words, and the whole stands over them. */
static enum status S_dotted(struct maker *m, const struct word *w)
{
	const char *p = m->text + w->start;
	size_t n = w->end - w->start, pieces = 0, from = 0, longest = 0;
	unsigned first_position = m->position + 1;
	size_t first_token = m->out->n;
	struct folded f;
	enum status st = ST_OK;

	if (n > RAW_MAX) {
		m->position++;
		return ST_OK;
	}
	for (size_t i = 0; i <= n; i++) {
		if (i < n && !S_cut(p[i]))
			continue;
		if (i > from) {
			size_t k = utf8_count(p + from, i - from);

			pieces++;
			if (k > longest)
				longest = k;
		}
		from = i + 1;
	}
	if (longest <= 2 && pieces > 1 && !memchr(p, '@', n) && !memchr(p, '_', n)) {
		char joined[WORD_MAX + 1];
		size_t k = 0, end = w->end;

		st = fold_word(&f, m->a, p, n, w->flags, m->err);
		if (st)
			return st;
		for (size_t i = 0; i < f.surface_n; i++)
			if (f.surface[i] != '.')
				joined[k++] = f.surface[i];
		if (end < m->n && m->text[end] == '.')
			end++;
		m->position++;
		st = S_put(m, &f, w->start, end, TOKEN_ACRONYM,
			   PUT_EXACT | ((w->flags & WORD_CAPITAL) ? PUT_CAPITAL : 0u),
			   1);
		return st ? st
			  : S_put_surface(m, joined, k, w->start, end, TOKEN_ACRONYM,
					  PUT_VARIANT | PUT_EXACT, 1);
	}
	from = 0;
	for (size_t i = 0; !st && i <= n; i++) {
		if (i < n && !S_cut(p[i]))
			continue;
		if (i > from) {
			struct unit u;

			u.start = w->start + from;
			u.end = w->start + i;
			u.flags = word_flags(p + from, i - from);
			u.kind = TOKEN_WORD;
			st = fold_word(&u.f, m->a, p + from, i - from, u.flags, m->err);
			m->position++;
			if (!st)
				st = S_put(m, &u.f, u.start, u.end, S_kind(&u),
					   S_how(&u), 1);
			if (!st)
				st = S_own_forms(m, &u);
		}
		from = i + 1;
	}
	if (st || pieces < 2 || m->out->n == first_token)
		return st;
	/* The whole, at the first piece's position: in order, so it goes in
	 * behind the tokens of that position. */
	st = fold_word(&f, m->a, p, n, w->flags, m->err);
	if (!st && f.surface_n) {
		unsigned last = m->position;
		size_t at = first_token;

		m->position = first_position;
		st = S_put(m, &f, w->start, w->end, TOKEN_WORD, PUT_VARIANT | PUT_EXACT,
			   (unsigned)pieces);
		m->position = last;
		while (at < m->out->n && m->out->v[at].position == first_position)
			at++;
		if (!st && at < m->out->n) {
			struct token whole = m->out->v[m->out->n - 1];

			memmove(&m->out->v[at + 1], &m->out->v[at],
				(m->out->n - 1 - at) * sizeof whole);
			m->out->v[at] = whole;
		}
	}
	return st;
}

/* chilen@s; not juan@gob.cl, which has more signs or an end of its own. */
static bool S_at_word(const char *p, size_t n)
{
	const char *at = memchr(p, '@', n);
	size_t rest;

	if (!at || at == p)
		return false;
	rest = n - (size_t)(at - p) - 1;
	for (size_t i = 0; p + i < at; i++)
		if (S_cut(p[i]) || S_digit(p[i]))
			return false;
	return rest == 0 || (rest == 1 && (at[1] == 's' || at[1] == 'S'));
}

/* DD. HH. with a blank between: two capitals the same, twice. */
static bool S_spaced_acronym(const struct maker *m, size_t i)
{
	const struct word *w = &m->a->words.v[i], *next = w + 1;
	const char *p = m->text + w->start, *q;

	if (i + 1 >= m->a->words.n || w->end - w->start != 2 ||
	    next->end - next->start != 2)
		return false;
	q = m->text + next->start;
	return next->start - w->end == 2 && p[2] == '.' && p[3] == ' ' &&
	       p[0] == p[1] && q[0] == q[1] && p[0] >= 'A' && p[0] <= 'Z' &&
	       q[0] >= 'A' && q[0] <= 'Z' && next->end < m->n && q[2] == '.';
}

/* ---- the pass ---- */

static bool S_has_cut(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (S_cut(p[i]))
			return true;
	return false;
}

/* The rules from word i on; *taken: the last word that they used.  *chain:
 * up to this word a hyphen chain's joined form is put already. */
static enum status S_rules(size_t *taken, size_t *chain, struct maker *m, size_t i)
{
	const struct word *w = &m->a->words.v[i];
	const char *p = m->text + w->start;
	size_t n = w->end - w->start;
	struct unit u;
	enum status st;

	*taken = i;
	if (S_number_sign(m, i)) {
		st = S_number(taken, m, i + 1);
		return st ? st
			  : S_put_surface(m, "n", 1, w->start, w->end, TOKEN_WORD,
					  PUT_PIECE, 1);
	}
	if ((w->flags & WORD_DIGIT) && !S_has_cut(p, n)) {
		bool begins = i + 1 > *chain;

		st = S_load(m, &u, i);
		if (!st)
			st = S_number(taken, m, i);
		if (!st && begins && *taken == i)
			st = S_chain(chain, m, &u, i);
		return st;
	}
	if (w->flags & WORD_DIGIT) {
		bool number = true;

		for (size_t k = 0; k < n; k++)
			number =
				number && (S_digit(p[k]) || p[k] == '.' ||
					   p[k] == ',' || (unsigned char)p[k] >= 0x80 ||
					   (k < 1 && S_ascii_letter(p[k])));
		if (number)
			return S_number(taken, m, i);
		return S_dotted(m, w);
	}
	if ((w->flags & WORD_SIGN) && S_has_cut(p, n) && !S_at_word(p, n))
		return S_dotted(m, w);
	st = S_load(m, &u, i);
	if (st)
		return st;
	if (!u.f.surface_n) {
		m->position++;
		return ST_OK;
	}
	if (i + 1 > *chain) {
		st = S_joined(taken, m, &u, i);
		if (st || *taken != (size_t)-1)
			return st;
	}
	st = S_put_unit(taken, m, &u, i);
	if (st || *taken != i)
		return st;
	if (S_spaced_acronym(m, i)) {
		char both[4] = {u.f.surface[0], u.f.surface[0], 0, 0};

		both[2] = both[3] = (char)(m->text[w[1].start] + 32);
		return S_put_surface(m, both, 4, w->start, w[1].end + 1, TOKEN_ACRONYM,
				     PUT_VARIANT | PUT_EXACT, 2);
	}
	if (i + 1 > *chain)
		st = S_chain(chain, m, &u, i);
	return st;
}

enum status text_tokenize(struct tokens *out, struct analyzer *a, const char *text,
			  size_t n, struct err *err)
{
	struct maker m = {out, a, text, n, 0, err};
	size_t chain = 0; /* words [0..chain) are in a chain that is put */
	enum status st;

	out->n = 0;
	buf_clear(&out->bytes);
	if (n > TEXT_MAX)
		return err_set(err, ST_LIMIT, _("a text is longer than %zu bytes"),
			       TEXT_MAX);
	a->words.n = 0;
	st = words_find(&a->words, a, text, n, err);
	for (size_t i = 0; !st && i < a->words.n;) {
		size_t taken;

		st = S_rules(&taken, &chain, &m, i);
		i = taken + 1;
	}
	if (st)
		out->n = 0;
	return st;
}
