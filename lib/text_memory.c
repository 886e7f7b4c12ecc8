/* Where ICU gets its memory. */
#include <stdlib.h>
#include <unicode/uclean.h>

#include "reserve.h"
#include "text_icu.h"

static void *U_CALLCONV S_malloc(const void *context, size_t n)
{
	(void)context;
	return reserve_malloc(n);
}

static void *U_CALLCONV S_realloc(const void *context, void *old, size_t n)
{
	(void)context;
	return reserve_realloc(old, n);
}

static void U_CALLCONV S_free(const void *context, void *p)
{
	(void)context;
	reserve_free(p);
}

void icu_set_aside(void)
{
	UErrorCode e = U_ZERO_ERROR;

	reserve_set_aside();
	/* What it has already is freed by the same free(). */
	u_setMemoryFunctions(NULL, S_malloc, S_realloc, S_free, &e);
}
