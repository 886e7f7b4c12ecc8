/*
 * Bytes to words, by the rules of UAX #29 as ICU has them for Spanish: a colon
 * parts words, an @ is a letter.
 *
 * Three ways, each for what the one before does not know:
 *
 *   1. text_scan.c: letters and digits of ASCII and of Latin-1, in a row, between
 *      signs that join nothing.  One table look-up a byte.
 *   2. S_chunk: everything between two ASCII blanks, by the rules themselves,
 *      for the letters, marks and signs that Spanish text has: 21.325, O’Higgins,
 *      1º, foo_bar, accents apart.
 *   3. ICU: the same chunk, where it holds any other character.
 *
 * A chunk can be handed over by itself since no rule reaches over a blank:
 * it is always a boundary on both sides.  (A combining mark after a blank
 * belongs to the blank, but then no word's begin or end changes.)
 *
 * test_text compares all three with ICU, on the Unicode test file, on random
 * text made of the critical signs and on whole collections.
 */
#include <stdlib.h>
#include <string.h>

#include "text_bytes.h"

/* ---- a list of words ---- */

bool words_more(struct words *out)
{
	size_t cap = out->cap ? out->cap * 2 : 256;
	struct word *v = realloc(out->v, cap * sizeof *v);

	if (!v)
		return false;
	out->v = v;
	out->cap = cap;
	return true;
}

unsigned word_flags(const char *p, size_t n)
{
	unsigned flags = WORD_ASCII | WORD_LATIN1;
	bool small = false;
	size_t i = 0;

	while (i < n) {
		unsigned char c = (unsigned char)p[i];
		unsigned long cp = c;
		bool capital = false, letter = true;
		size_t k = 1;

		if (c >= 0x80) {
			k = utf8_decode(p + i, n - i, &cp);
			flags &= ~(unsigned)WORD_ASCII;
			if (cp < 0xC0 || cp > 0xFF || cp == 0xD7 || cp == 0xDF ||
			    cp == 0xF7)
				flags &= ~(unsigned)WORD_LATIN1;
			if (cp >= 0x300 && icu_is_mark(cp)) {
				i += k;
				continue;
			}
			capital = icu_is_upper(cp);
			letter = icu_is_alnum(cp);
		} else if (is_digit((char)c)) {
			flags |= WORD_DIGIT;
			letter = false;
		} else if (c >= 'A' && c <= 'Z') {
			capital = true;
		} else if (c < 'a' || c > 'z') {
			flags |= WORD_SIGN;
			letter = false;
		}
		if (capital)
			flags |= i ? WORD_LATER : WORD_CAPITAL;
		if (capital && small)
			flags |= WORD_CAMEL;
		small = letter && !capital;
		if (small)
			flags |= WORD_SMALL;
		i += k;
	}
	return flags;
}

bool words_put(struct words *out, const char *text, size_t start, size_t end)
{
	/* Sub-Total____: lines to write on are no part of a word. */
	while (end > start && text[end - 1] == '_')
		end--;
	while (start < end && text[start] == '_')
		start++;
	if (out->n == out->cap && !words_more(out))
		return false;
	out->v[out->n++] = (struct word){(uint32_t)start, (uint32_t)end,
					 word_flags(text + start, end - start)};
	return true;
}

/* ---- 2: a chunk by the rules ---- */

enum wb {
	WB_OTHER,
	WB_LETTER,
	WB_NUMBER,
	WB_EXTENDNUMLET,
	WB_MIDLETTER,
	WB_MIDNUM,
	WB_MIDNUMLET,
	WB_IGNORED,
	WB_UNKNOWN
};

/* Word_Break of what S_chunk knows; test_text compares it with ICU's. */
static enum wb S_class(unsigned long cp)
{
	if (cp < 0x80) {
		unsigned k = byte_kind[cp];

		if (k & (SMALL | CAPITAL))
			return WB_LETTER;
		if (k & DIGIT)
			return WB_NUMBER;
		if (k & LETTER2)
			return cp == '_'   ? WB_EXTENDNUMLET
			       : cp == '@' ? WB_LETTER
					   : WB_OTHER;
		if (k & JOINER)
			return cp == '.' || cp == '\'' ? WB_MIDNUMLET : WB_MIDNUM;
		return WB_OTHER;
	}
	if (cp < 0xC0) {
		if (cp == 0xAA || cp == 0xB5 || cp == 0xBA)
			return WB_LETTER;
		if (cp == 0xAD)
			return WB_IGNORED;
		if (cp == 0xB7)
			return WB_MIDLETTER;
		/* control signs; © and ® are pictures to UAX #29 */
		return cp < 0xA0 || cp == 0xA9 || cp == 0xAE ? WB_UNKNOWN : WB_OTHER;
	}
	if (cp < 0x2B0)
		return cp == 0xD7 || cp == 0xF7 ? WB_OTHER : WB_LETTER;
	if (cp >= 0x300 && cp < 0x370)
		return WB_IGNORED;
	if (cp >= 0x2010 && cp <= 0x2027) {
		if (cp == 0x2018 || cp == 0x2019 || cp == 0x2024)
			return WB_MIDNUMLET;
		return cp == 0x2027 ? WB_MIDLETTER : WB_OTHER;
	}
	if (cp >= 0x200C && cp <= 0x200F)
		return WB_IGNORED;
	if (cp == 0x202F)
		return WB_EXTENDNUMLET;
	if (cp == 0x2060 || cp == 0xFEFF)
		return WB_IGNORED;
	if (cp == 0x200B || cp == 0x20AC || cp == 0xFFFD)
		return WB_OTHER;
	return WB_UNKNOWN;
}

/* The first class from *at on that is not to be ignored (WB4); *at is where
 * it stands, *k its bytes. */
static enum wb S_next(size_t *at, size_t *k, const char *text, size_t end)
{
	while (*at < end) {
		unsigned long cp;
		enum wb c;

		*k = utf8_decode(text + *at, end - *at, &cp);
		c = S_class(cp);
		if (c != WB_IGNORED)
			return c;
		*at += *k;
	}
	*k = 0;
	return WB_OTHER;
}

static bool S_wordlike(enum wb c)
{
	return c == WB_LETTER || c == WB_NUMBER || c == WB_EXTENDNUMLET;
}

/* The end of the word that begins at i with class c; 0 = a character that
 * S_class does not know.  Letters, digits and _ join in any order (WB5, 8 to
 * 10, 13a, 13b); a sign joins two letters or two digits (WB6, 7, 11, 12). */
static size_t S_word_end(const char *text, size_t i, size_t k, size_t end, enum wb c)
{
	size_t at = i + k;

	for (;;) {
		enum wb next = S_next(&at, &k, text, end), after;
		size_t far = at + k;

		if (S_wordlike(next)) {
			c = next;
			at += k;
			continue;
		}
		if (next == WB_UNKNOWN)
			return 0;
		if (next == WB_MIDNUMLET || (next == WB_MIDLETTER && c == WB_LETTER) ||
		    (next == WB_MIDNUM && c == WB_NUMBER)) {
			after = S_next(&far, &k, text, end);
			if (after == WB_UNKNOWN)
				return 0;
			if (after == c && c != WB_EXTENDNUMLET) {
				at = far + k;
				continue;
			}
		}
		return at;
	}
}

static bool S_has_alnum(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned long cp;

		if (byte_kind[(unsigned char)p[i]] & ALNUM)
			return true;
		if ((unsigned char)p[i] < 0x80)
			continue;
		utf8_decode(p + i, n - i, &cp);
		if (S_class(cp) == WB_LETTER)
			return true;
	}
	return false;
}

/* False if memory failed; *known false if the chunk is not ours, *glue true if
 * S_merge() will have work. */
static bool S_chunk(struct words *out, bool *known, bool *glue, const char *text,
		    size_t i, size_t end)
{
	size_t had = out->n;

	*known = true;
	while (i < end) {
		unsigned long cp;
		size_t k = utf8_decode(text + i, end - i, &cp);
		enum wb c = S_class(cp);

		if (S_wordlike(c)) {
			size_t stop = S_word_end(text, i, k, end, c);

			if (!stop) {
				c = WB_UNKNOWN;
			} else {
				const char *p = text + i;
				size_t n = stop - i;

				if (S_has_alnum(p, n) && !words_put(out, text, i, stop))
					return false;
				k = n;
			}
		}
		if (c == WB_UNKNOWN) {
			out->n = had;
			*known = false;
			*glue = true;
			return true;
		}
		if (cp == '`' || cp == 0xB4 || cp == 0x200B)
			*glue = true;
		i += k;
	}
	return true;
}

/* ---- together ---- */

/* Glue: a free-standing acute or grave between two letters is an apostrophe,
 * and a zero-width space inside a word is nothing.  Unicode breaks at both. */
static bool S_glue(const char *p, size_t n)
{
	if (n == 1)
		return *p == '`';
	if (n == 2)
		return memcmp(p, "\xC2\xB4", 2) == 0;
	if (n == 0 || n % 3)
		return false;
	for (size_t i = 0; i < n; i += 3)
		if (memcmp(p + i, "\xE2\x80\x8B", 3) != 0)
			return false;
	return true;
}

static void S_merge(struct words *w, const char *text)
{
	size_t k = 0;

	for (size_t i = 1; i < w->n; i++) {
		struct word *last = &w->v[k], *next = &w->v[i];

		if (S_glue(text + last->end, next->start - last->end) &&
		    !((last->flags | next->flags) & WORD_DIGIT) &&
		    next->end - last->start <= RAW_MAX) {
			last->end = next->end;
			last->flags = word_flags(text + last->start,
						 last->end - last->start) |
				      WORD_SIGN;
		} else {
			w->v[++k] = *next;
		}
	}
	w->n = w->n ? k + 1 : 0;
}

/* The end of what goes to ICU: this chunk, and those after it that begin in
 * a script that is surely not ours. */
static size_t S_foreign_end(const unsigned char *t, size_t end, size_t n)
{
	while (end < n) {
		size_t next = end;

		while (next < n && (byte_kind[t[next]] & BLANK))
			next++;
		if (next == n || t[next] < 0xCE || t[next] == 0xE2)
			return end;
		end = next;
		while (end < n && !(byte_kind[t[end]] & BLANK))
			end++;
	}
	return end;
}

enum status words_find(struct words *out, struct analyzer *a, const char *text,
		       size_t n, struct err *err)
{
	const unsigned char *t = (const unsigned char *)text;
	bool failed = false, known, glue;
	size_t i = 0, begin, end;
	enum status st;

	glue = a->slow;
	if (a->slow) {
		st = icu_words(out, a, text, 0, n, err);
		if (st)
			return st;
		i = n;
	}
	while ((i = words_scan(out, &failed, t, i, n)) < n) {
		if (failed)
			return err_nomem(err);
		for (begin = i; begin > 0 && !(byte_kind[t[begin - 1]] & BLANK);)
			begin--;
		for (end = i; end < n && !(byte_kind[t[end]] & BLANK);)
			end++;
		while (out->n && out->v[out->n - 1].start >= begin)
			out->n--;
		if (!S_chunk(out, &known, &glue, text, begin, end))
			return err_nomem(err);
		if (!known) {
			end = S_foreign_end(t, end, n);
			st = icu_words(out, a, text, begin, end, err);
			if (st)
				return st;
		}
		i = end;
	}
	if (glue)
		S_merge(out, text);
	return ST_OK;
}
