#include "docset.h"

#include <stdlib.h>

enum status docset_init(struct docset *s, uint32_t last, struct err *err)
{
	s->last = last;
	s->word = calloc((size_t)last / 64 + 1, sizeof *s->word);
	return s->word ? ST_OK : err_nomem(err);
}

void docset_release(struct docset *s)
{
	free(s->word);
	s->word = NULL;
	s->last = 0;
}

void docset_and(struct docset *into, const struct docset *b)
{
	for (size_t i = 0, n = docset_words(into); i < n; i++)
		into->word[i] &= b->word[i];
}

void docset_or(struct docset *into, const struct docset *b)
{
	for (size_t i = 0, n = docset_words(into); i < n; i++)
		into->word[i] |= b->word[i];
}

void docset_andnot(struct docset *into, const struct docset *b)
{
	for (size_t i = 0, n = docset_words(into); i < n; i++)
		into->word[i] &= ~b->word[i];
}

size_t docset_count(const struct docset *s)
{
	size_t count = 0;

	for (size_t i = 0, n = docset_words(s); i < n; i++)
		count += (size_t)__builtin_popcountll(s->word[i]);
	return count;
}

uint32_t docset_next(const struct docset *s, uint32_t from)
{
	size_t n = docset_words(s), i = from / 64;
	uint64_t w;

	if (from > s->last)
		return 0;
	w = s->word[i] & (~(uint64_t)0 << (from % 64));
	while (!w) {
		if (++i >= n)
			return 0;
		w = s->word[i];
	}
	return (uint32_t)(i * 64 + (size_t)__builtin_ctzll(w));
}
