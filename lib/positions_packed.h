#ifndef POSITIONS_PACKED_H
#define POSITIONS_PACKED_H
/*
 * positions (inner part) - the numbers of a packed block (positions.h tells its
 * format), all POSITIONS_BLOCK of them at once.
 *
 * This is what matching and ranking spend most of their time on, so where the
 * machine has SSE2 (every x86-64) sixteen numbers go together; elsewhere one by
 * one.
 */
#include <string.h>

#include "positions.h"

/* The number at place i of a list with `bytes` (1, 2 or 4) for each. */
static inline uint32_t packed_number(const unsigned char *v, unsigned bytes, size_t i)
{
	uint16_t two;
	uint32_t four;

	if (bytes == 1)
		return v[i];
	if (bytes == 4) {
		memcpy(&four, v + 4 * i, sizeof four);
		return four;
	}
	memcpy(&two, v + 2 * i, sizeof two);
	return two;
}

/* Count i of a list with `halves` (0, 1, 2 or 8) half bytes for each. */
static inline uint32_t packed_count(const unsigned char *v, unsigned halves, size_t i)
{
	if (halves == 0)
		return 1;
	if (halves == 1)
		return v[i / 2] >> (i % 2 * 4) & 15;
	return packed_number(v, halves / 2, i);
}

/* The document numbers behind `before`, of gaps of `bytes` each; false where they
 * do not rise or go beyond last. */
bool packed_documents(uint32_t docid[POSITIONS_BLOCK], const unsigned char *gaps,
		      unsigned bytes, uint32_t before, uint32_t last);
/* The counts; false where one is 0 or no number of occurrences. */
bool packed_counts(uint32_t count[POSITIONS_BLOCK], const unsigned char *v,
		   unsigned halves);

#endif
