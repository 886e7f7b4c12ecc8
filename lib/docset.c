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

/* The bits of a word, without an instruction that not every processor has: sums
 * of two, of four, of eight bits side by side, then all of them in the top byte. */
static inline uint64_t S_bits(uint64_t w)
{
	w -= w >> 1 & 0x5555555555555555u;
	w = (w & 0x3333333333333333u) + (w >> 2 & 0x3333333333333333u);
	w = (w + (w >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
	return w * 0x0101010101010101u >> 56;
}

size_t docset_count(const struct docset *s)
{
	uint64_t count = 0;

	for (size_t i = 0, n = docset_words(s); i < n; i++)
		count += S_bits(s->word[i]);
	return (size_t)count;
}
