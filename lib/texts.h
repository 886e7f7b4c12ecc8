#ifndef TEXTS_H
#define TEXTS_H
/*
 * texts - sorted strings, as a file of an index has them and as they are looked
 * up in it:
 *
 *   start   n + 1 offsets of 4 bytes into bytes
 *   bytes   the strings in byte order, no NUL between
 *   sample  of the strings 0, TEXTS_STEP, 2 * TEXTS_STEP... the first TEXTS_SAMPLE
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

#define TEXTS_STEP   64u
#define TEXTS_SAMPLE 16u

struct texts { /* all of it borrowed */
	uint32_t n;
	uint64_t n_bytes;
	const uint32_t *start;
	const char *bytes;
	const unsigned char *sample; /* [texts_samples(n)][TEXTS_SAMPLE] */
};

static inline uint32_t texts_samples(uint32_t n)
{
	return n / TEXTS_STEP + (n % TEXTS_STEP != 0);
}

/* What a sample has of a string. */
static inline void texts_sample(unsigned char out[TEXTS_SAMPLE], const char *s,
				size_t n)
{
	memset(out, 0, TEXTS_SAMPLE);
	if (n)
		memcpy(out, s, n < TEXTS_SAMPLE ? n : TEXTS_SAMPLE);
}

/* String i < t->n, not NUL-terminated; empty where its offsets are wrong. */
static inline const char *texts_at(size_t *n, const struct texts *t, uint32_t i)
{
	uint32_t from = t->start[i], to = t->start[i + 1];

	if (from > to || to > t->n_bytes)
		from = to = 0;
	*n = to - from;
	return t->bytes + from;
}

/* Whether string i begins with s. */
static inline bool texts_begins(const struct texts *t, uint32_t i, const char *s,
				size_t n)
{
	size_t have_n;
	const char *have = texts_at(&have_n, t, i);

	return have_n >= n && (n == 0 || memcmp(have, s, n) == 0);
}

/* The first string that is not less than s; t->n = there is none. */
uint32_t texts_lower(const struct texts *t, const char *s, size_t n);
/* The string itself; t->n = it is not there. */
uint32_t texts_find(const struct texts *t, const char *s, size_t n);

#ifdef __cplusplus
}
#endif
#endif
