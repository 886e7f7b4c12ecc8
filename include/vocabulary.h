#ifndef VOCABULARY_H
#define VOCABULARY_H
/*
 * vocabulary - every word of the index, sorted, with its frequency and its
 * stems, beside the Xapian file: what prefixes, completions, typo repair and
 * the learned map (folded surface -> stems) read.
 *
 * Words are folded surfaces (exact terms without their prefix).  Made by the
 * indexer at publication from the terms themselves, so it never holds a word
 * that no document has.  Format told in vocabulary.c; verified bytes, and
 * still every offset is checked before use.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "spelling.h"
#include "status.h"
#include "stem.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vocabulary;

/* ---- building: words in byte order ---- */
struct vocabulary_builder;
enum status vocabulary_builder_open(struct vocabulary_builder **out, struct err *err);
void vocabulary_builder_close(struct vocabulary_builder *b);
/* stems: those the word was seen with, NUL-terminated strings. */
enum status vocabulary_builder_add(struct vocabulary_builder *b, const char *word,
				   size_t n, uint32_t documents,
				   const char *const *stems, size_t n_stems,
				   struct err *err);
enum status vocabulary_builder_finish(struct buf *out, struct vocabulary_builder *b,
				      struct err *err);

/* ---- reading ---- */
enum status vocabulary_open(struct vocabulary **out, const void *bytes, size_t n,
			    struct err *err); /* bytes borrowed */
void vocabulary_close(struct vocabulary *v);

uint32_t vocabulary_size(const struct vocabulary *v);

#define VOCABULARY_STEMS_MAX 8
struct word {
	uint32_t index;	  /* place in the sorted list */
	const char *text; /* valid until the next call on this vocabulary */
	size_t n;
	uint32_t documents;
	size_t n_stems;
	char stems[VOCABULARY_STEMS_MAX][STEM_MAX];
};

/* false = no document has the word. */
bool vocabulary_find(struct word *out, struct vocabulary *v, const char *word,
		     size_t n);
bool vocabulary_at(struct word *out, struct vocabulary *v, uint32_t index);
/* The range [*first, *end) of words that begin with prefix. */
void vocabulary_prefix(uint32_t *first, uint32_t *end, struct vocabulary *v,
		       const char *prefix, size_t n);
/* The words with this stem (indices, ascending), at most max; returns how
 * many there are in all. */
size_t vocabulary_with_stem(uint32_t *out, size_t max, struct vocabulary *v,
			    const char *stem, size_t n);

/* The words (or stems) within typed->limit of the typed one (spelling.h), the
 * least cost first, then in their order: at most max, the best. */
struct near_word {
	uint32_t index; /* of the word, or of the stem */
	unsigned cost;
};
size_t vocabulary_near(struct near_word *out, size_t max, const struct vocabulary *v,
		       const struct spelling *typed);
size_t vocabulary_near_stems(struct near_word *out, size_t max,
			     const struct vocabulary *v, const struct spelling *typed);
/* A stem by its index, not NUL-terminated; *n 0: there is none. */
const char *vocabulary_stem(size_t *n, const struct vocabulary *v, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
