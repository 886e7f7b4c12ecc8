#ifndef VOCABULARY_PARTS_H
#define VOCABULARY_PARTS_H
/*
 * The vocabulary as it is read: what vocabulary.c (exact look-ups) and
 * vocabulary_near.c (approximate ones) share.
 */
#include "sorted.h"
#include "vocabulary.h"
#include "vocabulary_format.h"

struct links { /* from each of n things to some of the others */
	uint32_t n, total, others;
	const uint32_t *start; /* [n + 1] */
	const uint32_t *to;    /* [total] */
};

struct vocabulary {
	struct sorted words, stems;
	struct links stems_of, words_of;
	const uint32_t *documents;
};

#endif
