#include "array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool array_more(void *array, size_t *cap, size_t n, size_t size, size_t first)
{
	size_t more = *cap ? 2 * *cap : first;
	void *old, *p;

	if (n < *cap)
		return true;
	if (*cap > SIZE_MAX / 4 / size)
		return false;
	/* The pointer may be one to any type: its bytes are what is read. */
	memcpy(&old, array, sizeof old);
	p = realloc(old, more * size);
	if (!p)
		return false;
	memcpy(array, &p, sizeof p);
	*cap = more;
	return true;
}
