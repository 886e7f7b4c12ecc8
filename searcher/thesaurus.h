#ifndef THESAURUS_H
#define THESAURUS_H
/*
 * thesaurus - which words of a query have entries in the lexicon's thesaurus.
 *
 * A key is met by its words in their order, inflected as may be (escuelas for
 * escuela), the stop words between them or not (oficina migrantes for oficina
 * de migrantes).  The longest key wins, and what it covers is not looked at
 * again.  Words of up to three letters are met as they are: rut is no ruta.
 *
 * "exact" entries stand both ways in the lexicon already.  Entries marked
 * ambiguous (dem) are never found by thesaurus_find, only by thesaurus_offer.
 * What is related to a word need not be a key of its own: thesaurus_backward
 * goes from value to key, for words that the index has not.
 */
#include "asked.h"
#include "lexicon.h"
#include "status.h"
#include "stem.h"
#include "text.h"

struct thesaurus;

/* *out is the caller's: thesaurus_close(); it points to all three. */
enum status thesaurus_open(struct thesaurus **out, const struct lexicon *l,
			   struct analyzer *a, struct stemmer *s, struct err *err);
void thesaurus_close(struct thesaurus *t); /* NULL is allowed */

#define THESAURUS_WORDS_MAX 12 /* of a key; longer ones are never met */

struct thesaurus_match {
	size_t from, to;	 /* the words [from, to) */
	const struct synonym *v; /* entries of one key, side by side */
	size_t n;
};

/* All keys in the words, from left to right, at most max. */
enum status thesaurus_find(struct thesaurus_match *out, size_t *n, size_t max,
			   struct thesaurus *t, const struct asked *words,
			   size_t n_words, struct err *err);
/* The ambiguous entries of one word; *n 0 where it has none. */
enum status thesaurus_offer(const struct synonym **v, size_t *n, struct thesaurus *t,
			    const struct asked *word, struct err *err);
/* Entries of which the words [from, *to) are the value, one of each key, at
 * most max: the longest run of words that begins at from. */
enum status thesaurus_backward(const struct synonym **v, size_t *n, size_t *to,
			       size_t max, struct thesaurus *t,
			       const struct asked *words, size_t n_words, size_t from,
			       struct err *err);

/* Every word of the keys and values, for whoever looks for misspelt ones: as
 * printed but case folded, with repetitions. */
struct thesaurus_word {
	const char *surface, *folded;
	size_t surface_n, folded_n;
};
enum status thesaurus_words(const struct thesaurus_word **v, size_t *n,
			    struct thesaurus *t, struct err *err);

#endif
