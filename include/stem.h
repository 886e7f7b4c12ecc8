#ifndef STEM_H
#define STEM_H
/*
 * stem - the Spanish stemmer: four rules of ours, then Snowball's (Xapian's
 * own copy, Snowball 2.2), then accents off, n~ kept.
 *
 * Source of the algorithm: snowballstem.org/algorithms/spanish; of the rules
 * before it: measured, see stem.cc.
 */
#include <stddef.h>

#include "status.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

struct stemmer; /* one thread's */

enum status stemmer_open(struct stemmer **out, struct err *err);
void stemmer_close(struct stemmer *s);

#define STEM_MAX 128
/* A stem begins as the folded form of its word does, but for so many bytes at
 * its end (veces: vez), and for letters past Latin-1, whose accents it keeps.
 * Two bytes are always the same: what is taken away or changed begins behind
 * the second letter at the earliest (Snowball's R1 does). */
#define STEM_CHANGES 2
/* So many bytes of a stem of n are its word's. */
static inline size_t stem_head(size_t n)
{
	return n > 2 + STEM_CHANGES ? n - STEM_CHANGES : n < 2 ? n : 2;
}

/* The stem of a case-folded surface (accents kept) of at most WORD_MAX bytes
 * into out; *out_n its length, no NUL counted (one is written).  Cached. */
enum status stem_word(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
		      const char *surface, size_t n, struct err *err);

/* The same of a token's surface: faster, since its bytes lie in tokens. */
enum status stem_token(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
		       const struct token *t, struct err *err);

/* Says that stem_token() will soon be asked about t: what it will look at is on
 * its way while other words are worked on.  STEM_AHEAD tokens before is best. */
#define STEM_AHEAD 8
void stem_ahead(const struct stemmer *s, const struct token *t);

/* Snowball alone, for the official word list. */
enum status stem_snowball(char out[STEM_MAX], size_t *out_n, struct stemmer *s,
			  const char *word, size_t n, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
