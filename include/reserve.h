#ifndef RESERVE_H
#define RESERVE_H
/*
 * reserve - memory for libraries that do not survive without.
 *
 * ICU 72 goes through a null pointer, or waits for a lock for ever, where it
 * lacks memory when it first breaks Chinese, Japanese or Thai into words;
 * libxml2 2.9's HTML parser goes round for ever.  So their allocations fall
 * back on address space that was set aside while there was some and that costs
 * nothing until it is used.  Their answer is right then; whoever allocates next,
 * outside of them, reports the lack.  What comes out of the reserve does not go
 * back; once it is used up these fail as malloc() does.
 */
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* 32 MiB, once; where the system gives none it is as it would be without. */
void reserve_set_aside(void);

void *reserve_malloc(size_t n);
void *reserve_realloc(void *old, size_t n);
char *reserve_strdup(const char *s);
void reserve_free(void *p);

#ifdef __cplusplus
}
#endif
#endif
