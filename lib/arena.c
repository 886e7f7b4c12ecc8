#include "arena.h"

#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	size_t used, size;
	/* aligned bytes follow */
};

struct arena {
	struct block *blocks;
};

#define BLOCK_SIZE ((size_t)16 << 10)
#define BLOCK_HEAD ((sizeof(struct block) + 15) & ~(size_t)15)

enum status arena_open(struct arena **out, struct err *err)
{
	*out = calloc(1, sizeof **out);
	return *out ? ST_OK : err_nomem(err);
}

void arena_close(struct arena *a)
{
	if (!a)
		return;
	while (a->blocks) {
		struct block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
	free(a);
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->blocks;
	char *p;

	if (n > (size_t)1 << 30)
		return NULL;
	n = (n + 15) & ~(size_t)15;
	if (!b || b->size - b->used < n) {
		size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;

		b = calloc(1, BLOCK_HEAD + size);
		if (!b)
			return NULL;
		b->size = size;
		b->next = a->blocks;
		a->blocks = b;
	}
	p = (char *)b + BLOCK_HEAD + b->used;
	b->used += n;
	return p;
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (p && n)
		memcpy(p, s, n);
	return p;
}
