#ifndef SECTIONS_H
#define SECTIONS_H
/*
 * sections - a file of an index that is read in place: a head, then sections
 * of numbers or bytes, one behind the other, each padded with zeros to a
 * multiple of eight.  What column, vocabulary, positions and stored open with.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sections {
	const unsigned char *bytes; /* borrowed */
	size_t n, at;
};

/* bytes: where a mapping begins, or as well aligned (else ST_INTERNAL). */
enum status sections_start(struct sections *s, const void *bytes, size_t n,
			   struct err *err);
/* The next section, of count elements, whatever they claim; NULL where the file
 * is too short. */
const void *sections_take(struct sections *s, uint64_t count, size_t size);
/* Whether there is nothing behind the last one. */
bool sections_end(const struct sections *s);

/* ST_DAMAGED, and what to type: what is the file's name. */
enum status sections_damaged(const char *what, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
