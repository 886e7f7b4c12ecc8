#ifndef EXPRESSIONS_H
#define EXPRESSIONS_H
/*
 * expressions - what the thesaurus says in several words (movilidad humana;
 * niños, niñas y adolescentes), found in running text.
 *
 * The indexer gives each expression that a text has a term of its own (class
 * T, fields.h), so that a query for a synonym of several words costs one
 * posting list and not the positions of all its words.
 *
 * An expression is there where its words but for the stop words stand near
 * one another, inflected and in any order, with two more words between at
 * most than it has itself.  Its name is the stems of these words, sorted,
 * with a blank between: all ways to print it are one.
 */
#include <stddef.h>

#include "fields.h"
#include "lexicon.h"
#include "status.h"
#include "stem.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define EXPRESSION_WORDS_MAX 12
#define EXPRESSION_NAME_MAX  (TERM_MAX - 2)

/* The name of a thesaurus entry into out (EXPRESSION_NAME_MAX + 1 bytes, NUL-
 * terminated); returns its length, 0: one word only, or too much. */
size_t expression_name(char *out, const struct lexicon *l, struct analyzer *a,
		       struct stemmer *s, const char *text, size_t n);

/* All those of a lexicon, ready to be looked for; one thread's. */
struct expressions;
enum status expressions_open(struct expressions **out, const struct lexicon *l,
			     struct analyzer *a, struct stemmer *s, struct err *err);
void expressions_close(struct expressions *e); /* NULL is allowed */

/* Which expressions the tokens of a text have, and how often: calls found for
 * each with its name. */
enum status expressions_find(struct expressions *e, struct stemmer *s,
			     const struct tokens *t,
			     enum status (*found)(void *ctx, const char *name, size_t n,
						  unsigned times, struct err *err),
			     void *ctx, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
