#ifndef FUZZY_H
#define FUZZY_H
/*
 * fuzzy - words of the index a few edits away from a given one.  An edit
 * inserts, deletes or changes a letter, or swaps two neighbours.
 */
#include "engine.h"

#define FUZZY_EDITS_MAX 2

/* How many edits a word of this length bears: 0 up to three letters, 1 up to
 * seven, then 2. */
unsigned fuzzy_edits(const char *folded, size_t n);

/* Edits from a to b, or limit + 1 if there are more. */
unsigned fuzzy_distance(const char *a, size_t a_n, const char *b, size_t b_n,
			unsigned limit);

/* The words within limit edits (but for the word itself): places in the
 * vocabulary and their edits, in order of edits, then of falling frequency; at
 * most max.  Both arrays have max entries. */
enum status fuzzy_find(uint32_t *at, unsigned char *edits, size_t *n, size_t max,
		       struct engine *e, const char *folded, size_t folded_n,
		       unsigned limit, struct err *err);

#endif
