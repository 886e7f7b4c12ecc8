#ifndef COLUMN_FORMAT_H
#define COLUMN_FORMAT_H
/*
 * The column's file, shared by column.c (reads) and column_build.c (writes).
 *
 * All numbers are little-endian and unsigned.  The file is a head and then
 * sections in a fixed order, each padded with zeros to a multiple of eight
 * bytes; where a section begins follows from the counts in the head alone, so
 * there are no offsets to believe.
 *
 *   head          below
 *   documents     8-byte words: bit d%64 of word d/64 = document d exists
 *   date          4 bytes for each number 0..last: yyyymmdd, 0 = none
 *   order         4 bytes each: place in document order, from 0
 *   by_title      4 bytes each: place by title
 *   by_municipality  4 bytes each
 *   length       2 bytes each: by how many words it is ranked; COLUMN_LENGTH_MAX:
 *                by so many or more, the positions know
 * and for each facet, in the order of fields.h:
 *   set_of        4 bytes for each number 0..last: the document's set of values
 *   set_start     n_sets + 1 offsets of 4 bytes into member; set 0 is empty
 *   member        n_members values of 4 bytes, rising within a set
 *   text_start    3 * n_values + 1 offsets of 4 bytes into text: slug, label
 *                 and parent of each value
 *   text          n_bytes: texts that each end with a NUL; values are sorted
 *                 by slug
 *
 * Entries of documents that do not exist are 0.
 */
#include <stdint.h>

#include "fields.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the column is read in place: only for little-endian machines"
#endif

#define COLUMN_MAGIC "fichcol2"

struct column_facet_head {
	uint32_t n_values, n_sets, n_members, n_bytes;
};

struct column_head {
	char magic[8];
	uint32_t last, n_facets;
	struct column_facet_head facet[FACET_COUNT];
};

#endif
