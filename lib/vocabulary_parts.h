#ifndef VOCABULARY_PARTS_H
#define VOCABULARY_PARTS_H
/*
 * The vocabulary as it is read: what vocabulary.c (exact look-ups) and
 * vocabulary_near.c (approximate ones) share.
 */
#include <string.h>

#include "vocabulary.h"
#include "vocabulary_format.h"

struct texts { /* sorted strings */
	uint32_t n, n_bytes;
	const uint32_t *start; /* [n + 1] */
	const char *bytes;
};

struct links { /* from each of n things to some of the others */
	uint32_t n, total, others;
	const uint32_t *start; /* [n + 1] */
	const uint32_t *to;    /* [total] */
};

struct vocabulary {
	struct texts words, stems;
	struct links stems_of, words_of;
	const uint32_t *documents;
};

/* String i < t->n; empty where its offsets are wrong. */
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

#endif
