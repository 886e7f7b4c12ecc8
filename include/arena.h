#ifndef ARENA_H
#define ARENA_H
/*
 * arena - small pieces of memory that are freed at once: the clauses of a query,
 * the strings of a catalogue.
 */
#include <stddef.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct arena;

enum status arena_open(struct arena **out, struct err *err);
void arena_close(struct arena *a);	      /* NULL is allowed */
void *arena_alloc(struct arena *a, size_t n); /* zeroed; NULL = no memory */
char *arena_copy(struct arena *a, const char *s, size_t n); /* NUL-terminated */
size_t arena_size(const struct arena *a); /* bytes of all blocks; NULL: 0 */

#ifdef __cplusplus
}
#endif
#endif
