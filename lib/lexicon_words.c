/* Words with a weight: what is common in these documents, and stop words. */
#include <string.h>

#include "lexicon.h"
#include "lexicon_tables.h"

static const struct word_weight *S_find_word(const struct lexicon *l, const char *w,
					     size_t n, bool prefix)
{
	size_t lo = 0, hi = l->n_words;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *have = l->words[mid].word;
		int c = strncmp(have, w, n);

		if (c == 0 && have[n])
			c = 1;
		if (c == 0) {
			/* the same word may stand with and without '*' */
			for (size_t i = mid; i < l->n_words; i++) {
				if (strncmp(l->words[i].word, w, n) != 0 ||
				    l->words[i].word[n])
					break;
				if (l->words[i].prefix == prefix)
					return &l->words[i];
			}
			for (size_t i = mid; i-- > 0;) {
				if (strncmp(l->words[i].word, w, n) != 0 ||
				    l->words[i].word[n])
					break;
				if (l->words[i].prefix == prefix)
					return &l->words[i];
			}
			return NULL;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

const char *lexicon_listed_word(bool *stop, const struct lexicon *l, size_t i)
{
	if (i >= l->n_words)
		return NULL;
	*stop = l->words[i].weight == 0;
	return l->words[i].word;
}

double lexicon_word_weight(const struct lexicon *l, const char *folded, size_t n)
{
	const struct word_weight *w;

	if (!n || n > WORD_MAX)
		return 1.0;
	w = S_find_word(l, folded, n, false);
	for (size_t k = n; !w && k > 2; k--)
		w = S_find_word(l, folded, k, true);
	return w && w->weight > 0 ? (double)w->weight : 1.0;
}

bool lexicon_is_stop(const struct lexicon *l, const char *folded, size_t n)
{
	const struct word_weight *w;

	if (!n || n > WORD_MAX)
		return false;
	w = S_find_word(l, folded, n, false);
	return w && w->weight == 0;
}
