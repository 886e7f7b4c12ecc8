/*
 * The plain words of a text, by tables and, where the machine has SSE2,
 * sixty-four bytes at once; text_words.c tells what comes after.
 */
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "text_bytes.h"

#define s_  SMALL
#define c_  CAPITAL
#define d_  DIGIT
#define j_  JOINER
#define h_  HIGH
#define b_  BLANK
#define l_  LETTER2
#define H16 h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_, h_
/* clang-format off */
const uint8_t byte_kind[256] = {
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
	unsigned next = n > 1 ? byte_kind[p[1]] : 0;

	if (byte_kind[p[0]] & JOINER) {
		if (next & (HIGH | C3 | LETTER2))
			return false;
		if (p[0] == ',' || p[0] == ';')
			return !(digit && (next & DIGIT));
		return !(next & ALNUM);
	}
	/* ’ ‘ */
	if (n >= 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] == 0x98 || p[2] == 0x99))
		return n == 3 || !(byte_kind[p[3]] & (ALNUM | HIGH | C3 | LETTER2));
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
			if (!words_more(out)) {
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

	while (i < n && !(byte_kind[t[i]] & (ALNUM | C3 | HIGH | LETTER2)))
		i++;
	for (start = i; i < n;) {
		unsigned k = byte_kind[t[i]], bytes = 1;

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
	if (i < n && (byte_kind[t[i]] & (JOINER | HIGH | C3 | LETTER2)) &&
	    !S_ends_here(t + i, n - i, (byte_kind[t[i - 1]] & DIGIT) != 0))
		return start;
	if (out->n == out->cap && !words_more(out)) {
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

size_t words_scan(struct words *out, bool *failed, const unsigned char *t, size_t i,
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
