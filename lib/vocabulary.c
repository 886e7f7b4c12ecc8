#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "sections.h"
#include "vocabulary_parts.h"

static bool S_open(struct vocabulary *v, struct sections *in)
{
	const struct vocabulary_head *h = sections_take(in, 1, sizeof *h);
	uint64_t words, stems;

	if (!h || memcmp(h->magic, VOCABULARY_MAGIC, sizeof h->magic) != 0 || h->zero)
		return false;
	words = (uint64_t)h->n_words + 1;
	stems = (uint64_t)h->n_stems + 1;
	v->words.n = v->stems_of.n = v->words_of.others = h->n_words;
	v->stems.n = v->words_of.n = v->stems_of.others = h->n_stems;
	v->words.n_bytes = h->word_bytes;
	v->stems.n_bytes = h->stem_bytes;
	v->stems_of.total = v->words_of.total = h->n_links;
	v->words.start = sections_take(in, words, 4);
	v->documents = sections_take(in, words - 1, 4);
	v->stems_of.start = sections_take(in, words, 4);
	v->stems_of.to = sections_take(in, h->n_links, 4);
	v->words.bytes = sections_take(in, h->word_bytes, 1);
	v->words.sample = sections_take(in, sorted_samples(h->n_words), SORTED_SAMPLE);
	v->stems.start = sections_take(in, stems, 4);
	v->words_of.start = sections_take(in, stems, 4);
	v->words_of.to = sections_take(in, h->n_links, 4);
	v->stems.bytes = sections_take(in, h->stem_bytes, 1);
	v->stems.sample = sections_take(in, sorted_samples(h->n_stems), SORTED_SAMPLE);
	return v->words.start && v->documents && v->stems_of.start && v->stems_of.to &&
	       v->words.bytes && v->words.sample && v->stems.start &&
	       v->words_of.start && v->words_of.to && v->stems.bytes &&
	       v->stems.sample && sections_end(in);
}

enum status vocabulary_open(struct vocabulary **out, const void *bytes, size_t n,
			    struct err *err)
{
	struct sections in;
	struct vocabulary *v;
	enum status st = sections_start(&in, bytes, n, err);

	*out = NULL;
	if (st)
		return st;
	v = calloc(1, sizeof *v);
	if (!v)
		return err_nomem(err);
	if (!S_open(v, &in)) {
		free(v);
		return sections_damaged("vocabulary", err);
	}
	*out = v;
	return ST_OK;
}

void vocabulary_close(struct vocabulary *v)
{
	free(v);
}

uint32_t vocabulary_size(const struct vocabulary *v)
{
	return v->words.n;
}

/* The links of thing i < l->n; none where the offsets are wrong. */
static const uint32_t *S_links(size_t *n, const struct links *l, uint32_t i)
{
	uint32_t from = l->start[i], to = l->start[i + 1];

	if (from > to || to > l->total)
		from = to = 0;
	*n = to - from;
	return l->to + from;
}

bool vocabulary_at(struct word *out, struct vocabulary *v, uint32_t index)
{
	const uint32_t *stem;
	size_t n_stems;

	if (index >= v->words.n)
		return false;
	out->index = index;
	out->text = sorted_at(&out->n, &v->words, index);
	out->documents = v->documents[index];
	out->n_stems = 0;
	stem = S_links(&n_stems, &v->stems_of, index);
	for (size_t i = 0; i < n_stems && out->n_stems < VOCABULARY_STEMS_MAX; i++) {
		const char *text;
		size_t n;

		if (stem[i] >= v->stems.n)
			continue;
		text = sorted_at(&n, &v->stems, stem[i]);
		if (n == 0 || n >= STEM_MAX)
			continue;
		memcpy(out->stems[out->n_stems], text, n);
		out->stems[out->n_stems++][n] = '\0';
	}
	return true;
}

bool vocabulary_find(struct word *out, struct vocabulary *v, const char *word, size_t n)
{
	return vocabulary_at(out, v, sorted_find(&v->words, word, n));
}

void vocabulary_prefix(uint32_t *first, uint32_t *end, struct vocabulary *v,
		       const char *prefix, size_t n)
{
	uint32_t low = sorted_lower(&v->words, prefix, n), high = v->words.n;

	*first = low;
	/* All that begin with it stand together from here on. */
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (sorted_begins(&v->words, mid, prefix, n))
			low = mid + 1;
		else
			high = mid;
	}
	*end = low;
}

size_t vocabulary_with_stem(uint32_t *out, size_t max, struct vocabulary *v,
			    const char *stem, size_t n)
{
	uint32_t i = sorted_find(&v->stems, stem, n);
	const uint32_t *word;
	size_t n_words, found = 0;

	if (i == v->stems.n)
		return 0;
	word = S_links(&n_words, &v->words_of, i);
	for (size_t k = 0; k < n_words; k++) {
		if (word[k] >= v->words.n)
			continue;
		if (found < max)
			out[found] = word[k];
		found++;
	}
	return found;
}
