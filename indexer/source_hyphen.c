#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "latin.h"
#include "source_doc.h"

/*
 * Line-end hyphens.
 *
 * "movili-" / "dad" is one word; "ex-" / "ante" keeps its hyphen; "Agosto-" /
 * "octubre" are two words and were written apart.  The document itself knows
 * better than any rule: if the joined word stands elsewhere in it, the hyphen
 * only marked the line's end; if the hyphenated form does, it belongs there;
 * if both halves are words of their own, nothing was cut.
 */
struct words { /* hashes of the document's words; an open-addressing set */
	uint64_t *v;
	size_t mask;
};

#define HASH_START 1469598103934665603u

static uint64_t S_step(uint64_t h, unsigned long cp)
{
	return (h ^ cp) * 1099511628211u;
}

static void S_put(struct words *w, uint64_t h)
{
	size_t i = (size_t)(h ^ h >> 29) & w->mask;

	while (w->v[i] && w->v[i] != h)
		i = (i + 1) & w->mask;
	w->v[i] = h;
}

static bool S_has(const struct words *w, uint64_t h)
{
	size_t i = (size_t)(h ^ h >> 29) & w->mask;

	while (w->v[i] && w->v[i] != h)
		i = (i + 1) & w->mask;
	return w->v[i] == h;
}

void source_words_free(struct words *w)
{
	if (!w)
		return;
	free(w->v);
	free(w);
}

/* Words of all lines but those that a hyphen may have cut, and pairs with a
 * hyphen between them. */
static enum status S_collect(struct doc *d, struct err *err)
{
	size_t size = 1024;

	d->words = calloc(1, sizeof *d->words);
	if (!d->words)
		return err_nomem(err);
	/* A word and its blank take two bytes at least; pairs come on top. */
	while (size < d->text.len)
		size *= 2;
	d->words->v = calloc(size, sizeof *d->words->v);
	if (!d->words->v)
		return err_nomem(err);
	d->words->mask = size - 1;
	for (size_t i = 0; i < d->n; i++) {
		const struct line *l = &d->v[i];
		uint64_t h = HASH_START, pair = 0;
		bool word = false, half = false;
		size_t w;

		/* the other half of a cut word is none */
		if (i && (l[-1].soft || source_line_last(&l[-1]) == '-'))
			half = true;

		for (size_t k = 0; k <= l->n; k += w) {
			unsigned long cp = ' ';

			w = k < l->n ? utf8_decode(l->s + k, l->n - k, &cp) : 1;
			if (latin_letter(cp)) {
				cp = latin_fold(cp, false);
				h = S_step(h, cp);
				if (pair)
					pair = S_step(pair, cp);
				word = true;
				continue;
			}
			/* the rest of a cut word is none */
			if (word && !half && !(cp == '-' && k + 1 >= l->n))
				S_put(d->words, h | 1);
			half &= !word;
			if (word && pair)
				S_put(d->words, pair | 1);
			pair = word && cp == '-' && k + 1 < l->n ? S_step(h, '-') : 0;
			h = HASH_START;
			word = false;
		}
	}
	return ST_OK;
}

/* The hash of the letters of s. */
static uint64_t S_hash(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0, w; i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		h = S_step(h, latin_fold(cp, false));
	}
	return h;
}

static bool S_is(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

enum status source_hyphen(enum hyphen *out, struct doc *d, const char *left,
			  size_t left_n, const char *right, size_t right_n,
			  struct err *err)
{
	static const char *const kept[] = {"ex", "socio",
					   "s\xC3\xB3"
					   "cio"};
	size_t a = left_n, b = 0, w, n = 0;
	unsigned long first = 0, before = 0, cp;
	enum status st;

	/* left: the letters before its final hyphen; right: its first word */
	while (a > 0) {
		size_t k = a - 1;

		while (k > 0 && ((unsigned char)left[k] & 0xC0) == 0x80)
			k--;
		utf8_decode(left + k, left_n - k, &cp);
		if (!latin_letter(cp) && !latin_digit(cp))
			break;
		before = cp;
		a = k;
		n++;
	}
	for (; b < right_n; b += w) {
		w = utf8_decode(right + b, right_n - b, &cp);
		if (!latin_letter(cp) && !latin_digit(cp))
			break;
		if (!first)
			first = cp;
	}
	*out = HYPHEN_BLANK;
	if (!n || !first)
		return ST_OK;
	if (latin_digit(first) || latin_digit((unsigned char)left[left_n - 1])) {
		*out = HYPHEN_KEEP; /* 2024-2025 */
		return ST_OK;
	}
	if (!d->words) {
		st = S_collect(d, err);
		if (st != ST_OK)
			return st;
	}
	{
		const char *l = left + a;
		size_t ln = left_n - a;
		uint64_t whole = S_hash(S_hash(HASH_START, l, ln), right, b);
		uint64_t pair =
			S_hash(S_step(S_hash(HASH_START, l, ln), '-'), right, b);
		bool upper = latin_upper(first);

		if (source_month(l, ln) && ln > 3)
			return ST_OK; /* Agosto- octubre */
		if (S_has(d->words, pair | 1)) {
			*out = HYPHEN_KEEP;
			return ST_OK;
		}
		if (S_has(d->words, whole | 1) && (!upper || latin_upper(before))) {
			*out = HYPHEN_DROP;
			return ST_OK;
		}
		for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
			if (S_is(l, ln, kept[i])) {
				*out = HYPHEN_KEEP;
				return ST_OK;
			}
		if (upper) {
			/* MOVILI- / DAD, or "Interculturalidad- DIDECO" */
			unsigned long last;
			size_t k = left_n - 1;

			while (k > a && ((unsigned char)left[k] & 0xC0) == 0x80)
				k--;
			utf8_decode(left + k, left_n - k, &last);
			*out = latin_upper(last) && b < right_n + 1 && n > 2 &&
					       !(S_has(d->words,
						       S_hash(HASH_START, l, ln) | 1))
				       ? HYPHEN_DROP
				       : HYPHEN_BLANK;
			return ST_OK;
		}
		if (ln >= 4 && b >= 4 &&
		    S_has(d->words, S_hash(HASH_START, l, ln) | 1) &&
		    S_has(d->words, S_hash(HASH_START, right, b) | 1))
			return ST_OK;
		*out = HYPHEN_DROP;
	}
	return ST_OK;
}
