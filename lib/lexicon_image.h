#ifndef LEXICON_IMAGE_H
#define LEXICON_IMAGE_H
/*
 * lexicon_image - the image of a lexicon: lexicon_image_write.c makes it,
 * lexicon_image.c opens it.  Little-endian:
 *
 *   magic       8 bytes
 *   counts      a 4-byte number for each kind of row below, in that order, and
 *               one: how many bytes of strings
 *   rows        kind after kind, each row so many 4-byte numbers
 *   strings     each ends with a NUL; the first is the empty one
 *
 * A string is where it begins among the strings; a list of aliases is the place
 * of its first, and goes on until a 0 (an alias is never empty).  Everything is
 * in the order in which it is looked up.  Sizes follow from the counts alone,
 * and every number is compared with its limit when it is read, so that any
 * bytes are refused or make a lexicon that is safe to ask, if not a true one.
 */
#include "lexicon_tables.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the image is written and read as it lies: only for little-endian machines"
#endif

#define IMAGE_MAGIC "fichlex1"
#define ROWS_MAX    (1u << 20) /* of one kind */

enum image_kind {
	K_ALIAS,
	K_REGION,
	K_COMMUNE,
	K_SELLO,
	K_GROUP,
	K_STATUS,
	K_REGION_NAME,
	K_COMMUNE_NAME,
	K_PRINTED,
	K_HEADING,
	K_TAIL,
	K_PAGE,
	K_WORD,
	K_SYNONYM,
	K_PLACE,
	K_GROUP_PLACE,
	K_COUNT
};

static const unsigned image_width[K_COUNT] = {
	[K_ALIAS] = 1,	 [K_REGION] = 8,       [K_COMMUNE] = 7, [K_SELLO] = 2,
	[K_GROUP] = 4,	 [K_STATUS] = 3,       [K_PRINTED] = 2, [K_REGION_NAME] = 3,
	[K_HEADING] = 3, [K_COMMUNE_NAME] = 3, [K_TAIL] = 1,	[K_PAGE] = 1,
	[K_WORD] = 3,	 [K_SYNONYM] = 5,      [K_PLACE] = 6,	[K_GROUP_PLACE] = 6,
};

struct image_head {
	char magic[8];
	uint32_t rows[K_COUNT], strings;
};

#endif
