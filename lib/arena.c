#include "arena.h"

#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	size_t used, size; /* size: where the strings begin */
	/* aligned pieces follow from the front, strings from the back */
};

struct arena {
	struct block *blocks;
	size_t size;
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

/* A block with room for n more bytes; NULL = no memory. */
static struct block *S_room(struct arena *a, size_t n)
{
	struct block *b = a->blocks;
	size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;

	if (n > (size_t)1 << 30)
		return NULL;
	if (b && b->size - b->used >= n)
		return b;
	b = calloc(1, BLOCK_HEAD + size);
	if (!b)
		return NULL;
	b->size = size;
	b->next = a->blocks;
	a->blocks = b;
	a->size += BLOCK_HEAD + size;
	return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct block *b;
	char *p;

	if (n > (size_t)1 << 30)
		return NULL;
	n = (n + 15) & ~(size_t)15;
	b = S_room(a, n);
	if (!b)
		return NULL;
	p = (char *)b + BLOCK_HEAD + b->used;
	b->used += n;
	return p;
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
	struct block *b = S_room(a, n + 1);
	char *p;

	if (!b)
		return NULL;
	b->size -= n + 1;
	p = (char *)b + BLOCK_HEAD + b->size;
	if (n)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

size_t arena_size(const struct arena *a)
{
	return a ? a->size : 0;
}
