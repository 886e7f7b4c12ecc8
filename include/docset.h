#ifndef DOCSET_H
#define DOCSET_H
/*
 * docset - a set of document numbers (Xapian's, from 1) as a plain bit set
 * over a fixed universe 1..last.  Set algebra, counting and iteration; never
 * grows, so only creation can fail.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct docset {
	uint64_t *word; /* bit d of the set is bit d%64 of word[d/64] */
	uint32_t last;
};

enum status docset_init(struct docset *s, uint32_t last, struct err *err); /* empty */
void docset_release(struct docset *s); /* safe on a zeroed struct */

static inline size_t docset_words(const struct docset *s)
{
	return (size_t)s->last / 64 + 1;
}
static inline void docset_add(struct docset *s, uint32_t d)
{
	s->word[d / 64] |= (uint64_t)1 << (d % 64);
}
static inline bool docset_has(const struct docset *s, uint32_t d)
{
	return d <= s->last && (s->word[d / 64] >> (d % 64) & 1);
}
/* Both of one universe. */
void docset_and(struct docset *into, const struct docset *b);
void docset_or(struct docset *into, const struct docset *b);
void docset_andnot(struct docset *into, const struct docset *b);
size_t docset_count(const struct docset *s);
/* First member >= from; 0 if there is none.  Here, for it is what every loop over
 * a set turns on. */
static inline uint32_t docset_next(const struct docset *s, uint32_t from)
{
	size_t n = docset_words(s), i = from / 64;
	uint64_t w;

	if (from > s->last)
		return 0;
	w = s->word[i] & (~(uint64_t)0 << (from % 64));
	while (!w) {
		if (++i >= n)
			return 0;
		w = s->word[i];
	}
	return (uint32_t)(i * 64 + (size_t)__builtin_ctzll(w));
}

#ifdef __cplusplus
}
#endif
#endif
