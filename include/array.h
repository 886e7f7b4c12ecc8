#ifndef ARRAY_H
#define ARRAY_H
/*
 * array - arrays that grow as they are filled.
 */
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Room for one element more behind the n elements of `size` bytes at *array,
 * which has room for *cap: where n reaches it, it is doubled, from `first` on.
 * array: the address of a pointer that malloc() gave or NULL; its owner frees
 * it.  False: no memory, and nothing changed. */
bool array_more(void *array, size_t *cap, size_t n, size_t size, size_t first);

#ifdef __cplusplus
}
#endif
#endif
