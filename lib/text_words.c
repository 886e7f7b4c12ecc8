/*
 * Bytes to words, by the rules of UAX #29 as ICU has them for Spanish: a colon
 * parts words, an @ is a letter.
 *
 * Three ways, each for what the one before does not know:
 *
 *   1. S_scan: letters and digits of ASCII and of Latin-1, in a row, between
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
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "text_parts.h"

enum { /* of one byte; the first three are a word's flags, too */
       SMALL = WORD_SMALL,
       CAPITAL = WORD_CAPITAL,
       DIGIT = WORD_DIGIT,
       C3 = 1,	     /* leads U+00C0..U+00FF */
       HIGH = 2,     /* any other byte of a longer sequence */
       JOINER = 16,  /* . ' between letters or digits, , ; between digits */
       BLANK = 32,   /* ASCII white space */
       LETTER2 = 128 /* _ and @ go with letters, but are none; ` may be glue */
};
#define ALNUM (SMALL | CAPITAL | DIGIT)

#define s_  SMALL
#define c_  CAPITAL
#define d_  DIGIT
#define j_  JOINER
#define h_  HIGH
#define b_  BLANK
#define l_  LETTER2
#define H16 h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_
/* clang-format off */
static const uint8_t S_byte[256] = {
	0,  0,  0,  0,  0,  0,  0,  0,  0,  b_, b_, b_, b_, b_, 0,  0,
	0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
	b_, 0,  0,  0,  0,  0,  0,  j_, 0,  0,  0,  0,  j_, 0,  j_, 0,
	d_, d_, d_, d_, d_, d_, d_, d_, d_, d_, 0,  j_, 0,  0,  0,  0,
	l_, c_, c_, c_, c_, c_, c_, c_, c_, c_, c_, c_, c_, c_, c_, c_,
	c_, c_, c_, c_, c_, c_, c_, c_, c_, c_, c_, 0,  0,  0,  0,  l_,
	l_,  s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_,
	s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, s_, 0,  0,  0,  0,  0,
	H16, H16, H16, H16,
	h_, h_, h_, C3, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_,
	H16, H16, H16,
};
/* clang-format on */

/* ---- a list of words ---- */

static bool S_more(struct words *out)
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
	if (out->n == out->cap && !S_more(out))
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
		unsigned k = S_byte[cp];

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

		if (S_byte[(unsigned char)p[i]] & ALNUM)
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

/* ---- 1: plain words ---- */

/* A sequence at p that joins nothing, whatever stands around it: its bytes,
 * or 0.  ¡ ¿ « » ° and the like; dashes, quotes, dots of U+2010 to U+2026. */
static size_t S_plain_sign(const unsigned char *p, size_t n)
{
	if (n >= 2 && p[0] == 0xC2)
		return p[1] >= 0xA0 && p[1] <= 0xBF && p[1] != 0xA9 && p[1] != 0xAA &&
				       p[1] != 0xAD && p[1] != 0xAE && p[1] != 0xB4 &&
				       p[1] != 0xB5 && p[1] != 0xB7 && p[1] != 0xBA
			       ? 2
			       : 0;
	if (n >= 3 && p[0] == 0xE2 && p[1] == 0x80)
		return p[2] >= 0x90 && p[2] <= 0xA6 && p[2] != 0x98 && p[2] != 0x99 &&
				       p[2] != 0xA4
			       ? 3
			       : 0;
	return 0;
}

/* After a word's letters: a sign of up to three bytes that could join what
 * follows, but nothing follows that it could join. */
static bool S_ends_here(const unsigned char *p, size_t n, bool digit)
{
	unsigned next = n > 1 ? S_byte[p[1]] : 0;

	if (S_byte[p[0]] & JOINER) {
		if (next & (HIGH | C3 | LETTER2))
			return false;
		if (p[0] == ',' || p[0] == ';')
			return !(digit && (next & DIGIT));
		return !(next & ALNUM);
	}
	/* ’ ‘ */
	if (n >= 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] == 0x98 || p[2] == 0x99))
		return n == 3 || !(S_byte[p[3]] & (ALNUM | HIGH | C3 | LETTER2));
	return S_plain_sign(p, n) != 0;
}

/* A letter of two bytes at p: SMALL or CAPITAL, 0 = it is none (or ß, which
 * folds to two letters). */
static unsigned S_c3_letter(const unsigned char *p, size_t n)
{
	if (n < 2 || p[1] < 0x80 || p[1] > 0xBF || p[1] == 0x97 || p[1] == 0x9F ||
	    p[1] == 0xB7)
		return 0;
	return p[1] < 0x9F ? CAPITAL : SMALL;
}

#ifdef __SSE2__
/*
 * Sixty-four bytes at once.  Bit b of each field says something of byte b, so
 * the words of the block are runs of bits, and the next one does not wait for
 * where the last one ended.
 */
#define BLOCK 64
struct block {
	uint64_t word;		 /* belongs to a letter or digit */
	uint64_t wide;		 /* to a letter of two bytes */
	uint64_t small, capital; /* is a letter, or the second byte of one */
	uint64_t digit;
	uint64_t stop; /* S_word() has to look: it may join, or is not ASCII */
};

static uint64_t S_bits(__m128i v, int part)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(v) << 16 * part;
}

static __m128i S_equal(__m128i v, char c)
{
	return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}

/* Bytes from low on, `size` of them: their distance from low, without sign, is
 * its own minimum with size - 1. */
static __m128i S_range(__m128i v, char low, char size)
{
	__m128i far = _mm_sub_epi8(v, _mm_set1_epi8(low));

	return _mm_cmpeq_epi8(_mm_min_epu8(far, _mm_set1_epi8((char)(size - 1))), far);
}

static struct block S_block(const unsigned char *p)
{
	uint64_t one = 0, low = 0, c3 = 0, second = 0, high = 0, join = 0, apart = 0;
	struct block b = {0};

	for (int i = 0; i < BLOCK / 16; i++) {
		__m128i v =
			_mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		__m128i bit5 = _mm_set1_epi8(0x20), none;

		one |= S_bits(S_range(_mm_or_si128(v, bit5), 'a', 26), i);
		/* what a small letter has more than its capital */
		low |= S_bits(_mm_cmpeq_epi8(_mm_and_si128(v, bit5), bit5), i);
		b.digit |= S_bits(S_range(v, '0', 10), i);
		high |= S_bits(v, i);
		c3 |= S_bits(S_equal(v, (char)0xC3), i);
		/* of ×, ß, ÷ */
		none = _mm_or_si128(S_equal(v, (char)0x97), S_equal(v, (char)0x9F));
		none = _mm_or_si128(S_equal(v, (char)0xB7), none);
		second |=
			S_bits(_mm_andnot_si128(none, S_range(v, (char)0x80, 0x40)), i);
		join |= S_bits(_mm_or_si128(S_equal(v, '.'), S_equal(v, '\'')), i);
		join |= S_bits(_mm_or_si128(S_equal(v, ','), S_equal(v, ';')), i);
		none = _mm_or_si128(S_equal(v, '_'), S_equal(v, '@'));
		apart |= S_bits(_mm_or_si128(S_equal(v, '`'), none), i);
	}
	second &= c3 << 1;
	b.wide = second | second >> 1;
	b.small = (one | second) & low;
	b.capital = (one | second) & ~low;
	b.word = one | b.wide | b.digit;
	apart |= high & ~b.wide;
	/* A joiner between a word and a word; at the block's end, who knows. */
	join &= b.word << 1 & ((b.word | apart) >> 1 | (uint64_t)1 << (BLOCK - 1));
	b.stop = apart | join;
	return b;
}

/* The words of text from i on, as long as nothing stops.  Returns where the
 * next one begins that S_word() is to look at. */
static size_t S_blocks(struct words *out, bool *failed, const unsigned char *t,
		       size_t i, size_t n)
{
	while (n - i >= BLOCK) {
		struct block b = S_block(t + i);
		uint64_t before = b.stop ? (b.stop & -b.stop) - 1 : ~(uint64_t)0;
		uint64_t word = b.word & before, starts = word & ~(word << 1);
		/* the bit after a word; a word that touches the stop has none */
		uint64_t ends = ~word & word << 1 & before;
		size_t limit = b.stop ? (size_t)__builtin_ctzll(b.stop) : BLOCK;

		while (out->cap - out->n < BLOCK / 2)
			if (!S_more(out)) {
				*failed = true;
				return i;
			}
		for (; ends; starts &= starts - 1, ends &= ends - 1) {
			size_t s = (size_t)__builtin_ctzll(starts);
			size_t e = (size_t)__builtin_ctzll(ends);
			uint64_t here = ((uint64_t)1 << e) - ((uint64_t)1 << s);
			uint64_t first = (uint64_t)1 << s << (b.wide >> s & 1);
			unsigned flags = WORD_LATIN1;

			flags |= (b.wide & here) ? 0u : WORD_ASCII;
			flags |= (b.capital & first) ? WORD_CAPITAL : 0u;
			flags |= (b.capital & here & ~first) ? WORD_LATER : 0u;
			flags |= (b.small & here) ? WORD_SMALL : 0u;
			flags |= (b.digit & here) ? WORD_DIGIT : 0u;
			if ((flags & (WORD_SMALL | WORD_LATER)) ==
			    (WORD_SMALL | WORD_LATER))
				flags = word_flags((const char *)t + i + s, e - s);
			out->v[out->n++] = (struct word){(uint32_t)(i + s),
							 (uint32_t)(i + e), flags};
		}
		if (starts) /* of a word that goes on behind the block or the stop */
			limit = (size_t)__builtin_ctzll(starts);
		i += limit;
		if (b.stop || limit == 0)
			break;
	}
	return i;
}
#else
static size_t S_blocks(struct words *out, bool *failed, const unsigned char *t,
		       size_t i, size_t n)
{
	(void)out, (void)failed, (void)t, (void)n;
	return i;
}
#endif

/* The word at i, of letters and digits by the table, or the gap up to it.
 * Returns where it ends; i itself if it is not for the tables. */
static size_t S_word(struct words *out, bool *failed, const unsigned char *t, size_t i,
		     size_t n)
{
	unsigned first = 0, rest = 0, ascii = WORD_ASCII, flags;
	size_t start;

	while (i < n && !(S_byte[t[i]] & (ALNUM | C3 | HIGH | LETTER2)))
		i++;
	for (start = i; i < n;) {
		unsigned k = S_byte[t[i]], bytes = 1;

		if (k & C3) {
			k = S_c3_letter(t + i, n - i);
			bytes = 2;
		}
		if (!(k & ALNUM))
			break;
		if (bytes == 2)
			ascii = 0;
		*(i == start ? &first : &rest) |= k;
		i += bytes;
	}
	if (i == start) /* no letter: the end, or a sign that joins nothing */
		return i < n ? i + S_plain_sign(t + i, n - i) : n;
	if (i < n && (S_byte[t[i]] & (JOINER | HIGH | C3 | LETTER2)) &&
	    !S_ends_here(t + i, n - i, (S_byte[t[i - 1]] & DIGIT) != 0))
		return start;
	if (out->n == out->cap && !S_more(out)) {
		*failed = true;
		return start;
	}
	flags = WORD_LATIN1 | ascii | first | (rest & (SMALL | DIGIT)) |
		((rest & CAPITAL) ? WORD_LATER : 0u);
	/* Small letters and a capital behind the first letter. */
	if ((flags & (SMALL | WORD_LATER)) == (SMALL | WORD_LATER))
		flags = word_flags((const char *)t + start, i - start);
	out->v[out->n++] = (struct word){(uint32_t)start, (uint32_t)i, flags};
	return i;
}

/* From i on until the text ends or something is not for the tables: returns
 * where (n = done). */
static size_t S_scan(struct words *out, bool *failed, const unsigned char *t, size_t i,
		     size_t n)
{
	while (i < n) {
		size_t from = S_blocks(out, failed, t, i, n);

		if (*failed || from == n)
			return from;
		i = S_word(out, failed, t, from, n);
		if (i == from || *failed)
			return i;
	}
	return n;
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

		while (next < n && (S_byte[t[next]] & BLANK))
			next++;
		if (next == n || t[next] < 0xCE || t[next] == 0xE2)
			return end;
		end = next;
		while (end < n && !(S_byte[t[end]] & BLANK))
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
	while ((i = S_scan(out, &failed, t, i, n)) < n) {
		if (failed)
			return err_nomem(err);
		for (begin = i; begin > 0 && !(S_byte[t[begin - 1]] & BLANK);)
			begin--;
		for (end = i; end < n && !(S_byte[t[end]] & BLANK);)
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
