#include "reserve.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define RESERVE ((size_t)32 << 20)
#define ALIGN	((size_t)16)

static char *S_reserve;
static size_t S_used;

static bool S_ours(const void *p)
{
	uintptr_t a = (uintptr_t)p, from = (uintptr_t)S_reserve;

	return from && a >= from && a < from + RESERVE;
}

/* Its size stands before what is handed out. */
static void *S_from_reserve(size_t n)
{
	char *p;

	if (!S_reserve || n > RESERVE ||
	    (n + ALIGN - 1) / ALIGN * ALIGN + ALIGN > RESERVE - S_used)
		return NULL;
	p = S_reserve + S_used;
	S_used += (n + ALIGN - 1) / ALIGN * ALIGN + ALIGN;
	memcpy(p, &n, sizeof n);
	return p + ALIGN;
}

void reserve_set_aside(void)
{
	void *p;

	if (S_reserve)
		return;
	p = mmap(NULL, RESERVE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p != MAP_FAILED)
		S_reserve = p;
}

void *reserve_malloc(size_t n)
{
	void *p = malloc(n);

	return p ? p : S_from_reserve(n);
}

void *reserve_realloc(void *old, size_t n)
{
	void *p = S_ours(old) ? NULL : realloc(old, n);
	size_t had;

	if (p)
		return p;
	p = reserve_malloc(n);
	if (!p || !old)
		return p;
	if (S_ours(old))
		memcpy(&had, (char *)old - ALIGN, sizeof had);
	else
		had = malloc_usable_size(old);
	memcpy(p, old, had < n ? had : n);
	reserve_free(old);
	return p;
}

char *reserve_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = reserve_malloc(n);

	return p ? memcpy(p, s, n) : NULL;
}

void reserve_free(void *p)
{
	if (!S_ours(p))
		free(p);
}
