#include "json_read.h"

#include <stdlib.h>

static bool S_lacked;

static void *S_malloc(size_t n)
{
	void *p = malloc(n);

	if (!p)
		S_lacked = true;
	return p;
}

json_t *json_read(const char *p, size_t n, size_t flags, json_error_t *e)
{
	json_t *j;

	/* What was allocated before is freed by the same free(). */
	json_set_alloc_funcs(S_malloc, free);
	S_lacked = false;
	j = json_loadb(p, n, flags, e);
	/* It goes on without the letter that it had no room for. */
	if (j && S_lacked) {
		json_decref(j);
		j = NULL;
	}
	return j;
}

bool json_read_lacked(void)
{
	return S_lacked;
}
