#include "positions_packed.h"

#ifdef __SSE2__
#include <emmintrin.h>

static inline __m128i S_load(const unsigned char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline void S_store(uint32_t *p, __m128i v)
{
	_mm_storeu_si128((__m128i *)(void *)p, v);
}

/* Eight numbers of two bytes, each plus those before it. */
static inline __m128i S_sums(__m128i v)
{
	v = _mm_add_epi16(v, _mm_slli_si128(v, 2));
	v = _mm_add_epi16(v, _mm_slli_si128(v, 4));
	return _mm_add_epi16(v, _mm_slli_si128(v, 8));
}

static inline __m128i S_last(__m128i v)
{
	return _mm_shuffle_epi32(v, _MM_SHUFFLE(3, 3, 3, 3));
}

/* Sixteen gaps of one byte: what eight of them add up to fits in two. */
static inline __m128i S_documents1(uint32_t *docid, __m128i gaps, __m128i before)
{
	__m128i zero = _mm_setzero_si128();
	__m128i half[2] = {_mm_unpacklo_epi8(gaps, zero),
			   _mm_unpackhi_epi8(gaps, zero)};

	for (int i = 0; i < 2; i++) {
		__m128i sums = S_sums(half[i]);
		__m128i a = _mm_add_epi32(_mm_unpacklo_epi16(sums, zero), before);
		__m128i b = _mm_add_epi32(_mm_unpackhi_epi16(sums, zero), before);

		S_store(docid + 8 * i, a);
		S_store(docid + 8 * i + 4, b);
		before = S_last(b);
	}
	return before;
}

/* Four gaps as numbers of four bytes. */
static inline __m128i S_documents4(uint32_t *docid, __m128i v, __m128i before)
{
	v = _mm_add_epi32(v, _mm_slli_si128(v, 4));
	v = _mm_add_epi32(v, _mm_slli_si128(v, 8));
	v = _mm_add_epi32(v, before);
	S_store(docid, v);
	return S_last(v);
}

/* Of one or two bytes a gap; what 128 of them add up to cannot pass 2^32. */
static bool S_documents(uint32_t *docid, const unsigned char *gaps, unsigned bytes,
			uint32_t before, uint32_t last)
{
	__m128i zero = _mm_setzero_si128(), none = zero;
	__m128i at = _mm_set1_epi32((int)before);

	for (size_t i = 0; bytes == 1 && i < POSITIONS_BLOCK; i += 16) {
		__m128i v = S_load(gaps + i);

		none = _mm_or_si128(none, _mm_cmpeq_epi8(v, zero));
		at = S_documents1(docid + i, v, at);
	}
	for (size_t i = 0; bytes == 2 && i < POSITIONS_BLOCK; i += 8) {
		__m128i v = S_load(gaps + 2 * i);

		none = _mm_or_si128(none, _mm_cmpeq_epi16(v, zero));
		at = S_documents4(docid + i, _mm_unpacklo_epi16(v, zero), at);
		at = S_documents4(docid + i + 4, _mm_unpackhi_epi16(v, zero), at);
	}
	return !_mm_movemask_epi8(none) && docid[POSITIONS_BLOCK - 1] <= last;
}

/* Sixteen counts of one byte as numbers of four. */
static inline void S_widen(uint32_t *count, __m128i v)
{
	__m128i zero = _mm_setzero_si128();
	__m128i low = _mm_unpacklo_epi8(v, zero), high = _mm_unpackhi_epi8(v, zero);

	S_store(count, _mm_unpacklo_epi16(low, zero));
	S_store(count + 4, _mm_unpackhi_epi16(low, zero));
	S_store(count + 8, _mm_unpacklo_epi16(high, zero));
	S_store(count + 12, _mm_unpackhi_epi16(high, zero));
}

/* Of a half or a whole byte a count. */
static bool S_counts(uint32_t *count, const unsigned char *v, unsigned halves)
{
	__m128i zero = _mm_setzero_si128(), none = zero, four = _mm_set1_epi8(15);

	for (size_t i = 0; halves == 1 && i < POSITIONS_BLOCK; i += 32) {
		__m128i x = S_load(v + i / 2), low = _mm_and_si128(x, four),
			high = _mm_and_si128(_mm_srli_epi16(x, 4), four);

		none = _mm_or_si128(none, _mm_or_si128(_mm_cmpeq_epi8(low, zero),
						       _mm_cmpeq_epi8(high, zero)));
		S_widen(count + i, _mm_unpacklo_epi8(low, high));
		S_widen(count + i + 16, _mm_unpackhi_epi8(low, high));
	}
	for (size_t i = 0; halves == 2 && i < POSITIONS_BLOCK; i += 16) {
		__m128i x = S_load(v + i);

		none = _mm_or_si128(none, _mm_cmpeq_epi8(x, zero));
		S_widen(count + i, x);
	}
	return !_mm_movemask_epi8(none);
}
#endif

bool packed_documents(uint32_t docid[POSITIONS_BLOCK], const unsigned char *gaps,
		      unsigned bytes, uint32_t before, uint32_t last)
{
	uint64_t sum = before;
	uint32_t none = 0;

#ifdef __SSE2__
	if (bytes <= 2)
		return S_documents(docid, gaps, bytes, before, last);
#endif
	for (size_t i = 0; i < POSITIONS_BLOCK; i++) {
		uint32_t gap = packed_number(gaps, bytes, i);

		none |= gap - 1; /* 0, and what no number is */
		docid[i] = (uint32_t)(sum += gap);
	}
	return !(none >> 31) && sum <= last;
}

bool packed_counts(uint32_t count[POSITIONS_BLOCK], const unsigned char *v,
		   unsigned halves)
{
	uint32_t none = 0;

#ifdef __SSE2__
	if (halves == 1 || halves == 2)
		return S_counts(count, v, halves);
#endif
	for (size_t i = 0; i < POSITIONS_BLOCK; i++) {
		count[i] = packed_count(v, halves, i);
		none |= count[i] - 1;
	}
	return !(none >> 31);
}
