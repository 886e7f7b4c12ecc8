#include <stdlib.h>
#include <string.h>

#include "text_parts.h"

bool words_add(struct words *out, size_t start, size_t end, unsigned flags)
{
	if (out->n == out->cap) {
		size_t cap = out->cap ? out->cap * 2 : 256;
		struct word *v = realloc(out->v, cap * sizeof *v);

		if (!v)
			return false;
		out->v = v;
		out->cap = cap;
	}
	out->v[out->n++] = (struct word){(uint32_t)start, (uint32_t)end, flags};
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
		if (capital && i == 0)
			flags |= WORD_CAPITAL;
		if (capital && small)
			flags |= WORD_CAMEL;
		small = letter && !capital;
		if (small)
			flags |= WORD_SMALL;
		i += k;
	}
	return flags;
}

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

enum status words_find(struct words *out, struct analyzer *a, const char *text,
		       size_t n, struct err *err)
{
	enum status st = icu_words(out, a, text, 0, n, err);

	if (!st)
		S_merge(out, text);
	return st;
}
