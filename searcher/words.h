#ifndef WORDS_H
#define WORDS_H
/*
 * words - one word, phrase or prefix of a query, to a clause over index terms
 * (fields.h tells how they look) and to the marks that highlight it.
 *
 * A word stands for every stem that it was seen with in the index, whatever
 * its accents there, and weighs a little more where its exact form stands.
 */
#include "plan.h"

/* Appends the items of a leaf's text to the plan; a word that prints as
 * several becomes several.  Nothing is looked up yet. */
enum status words_items(struct plan *p, struct node *leaf, bool negated,
			struct err *err);

/* Fills the clause of item i. */
enum status words_item(struct plan *p, size_t i, struct err *err);

/* For expand.c: the clause of another text that is to stand for item i (or
 * for several: bits of items); a single word, or words near one another in
 * any order.  *out NULL: some word of it is nowhere in the index. */
enum status words_clause(struct clause **out, struct plan *p, const char *text,
			 size_t n, unsigned fields, uint64_t items, struct err *err);

/* For expand.c: adds to a Q_SYNONYM the terms of another text, which stands for
 * items (bits): a word's stems, or the term of an entry of the thesaurus of
 * several words (expressions.h).  *documents: how many fichas have it, at
 * most; 0: none, and nothing was added. */
enum status words_synonym(struct clause *into, uint32_t *documents, struct plan *p,
			  const char *text, size_t n, unsigned fields, uint64_t items,
			  struct err *err);

#endif
