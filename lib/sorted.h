#ifndef SORTED_H
#define SORTED_H
/*
 * sorted - sorted strings, as a file of an index has them and as they are looked
 * up in it:
 *
 *   start   n + 1 offsets of 4 bytes into bytes
 *   bytes   the strings in byte order, no NUL between
 *   sample  of the strings 0, SORTED_STEP, 2 * SORTED_STEP... the first SORTED_SAMPLE
 *           bytes each, behind a shorter one zeros
 *
 * Halving all strings touches a page for nearly each step, and a search that
 * begins with nothing mapped waits for each; halving the sample touches a few,
 * and then one or two of the strings.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SORTED_STEP   64u
#define SORTED_SAMPLE 16u

struct sorted { /* all of it borrowed */
	uint32_t n;
	uint64_t n_bytes;
	const uint32_t *start;
	const char *bytes;
	const unsigned char *sample; /* [sorted_samples(n)][SORTED_SAMPLE] */
};

static inline uint32_t sorted_samples(uint32_t n)
{
	return n / SORTED_STEP + (n % SORTED_STEP != 0);
}

/* What a sample has of a string. */
static inline void sorted_sample(unsigned char out[SORTED_SAMPLE], const char *s,
				 size_t n)
{
	memset(out, 0, SORTED_SAMPLE);
	if (n)
		memcpy(out, s, n < SORTED_SAMPLE ? n : SORTED_SAMPLE);
}

/* String i < t->n, not NUL-terminated; empty where its offsets are wrong. */
static inline const char *sorted_at(size_t *n, const struct sorted *t, uint32_t i)
{
	uint32_t from = t->start[i], to = t->start[i + 1];

	if (from > to || to > t->n_bytes)
		from = to = 0;
	*n = to - from;
	return t->bytes + from;
}

/* Whether string i begins with s. */
static inline bool sorted_begins(const struct sorted *t, uint32_t i, const char *s,
				 size_t n)
{
	size_t have_n;
	const char *have = sorted_at(&have_n, t, i);

	return have_n >= n && (n == 0 || memcmp(have, s, n) == 0);
}

/* The first string that is not less than s; t->n = there is none. */
uint32_t sorted_lower(const struct sorted *t, const char *s, size_t n);
/* The string itself; t->n = it is not there. */
uint32_t sorted_find(const struct sorted *t, const char *s, size_t n);

#ifdef __cplusplus
}
#endif
#endif
