#ifndef EXPAND_H
#define EXPAND_H
/*
 * expand - other ways to say what was typed: the thesaurus, names of places
 * and Sello lines in free text, repair of words that no ficha has, words run
 * together or torn apart, and "did you mean".
 *
 * Called once the items of a plan have their clauses and before the trees are
 * made.  For each item it may call plan_alternative(), with a clause from
 * words_clause(), and plan_expansion(), so that the answer tells; it may set
 * p->suggestion.  An alternative that stands for several items (nna for
 * "niños, niñas y adolescentes") is added to each of them at its share of the
 * strength.
 *
 * Only items with `expandable` are touched: never what is in quotes, negated,
 * or typed under --exact.  --no-synonyms and --no-typos switch parts off.
 */
#include "plan.h"

enum status expand_plan(struct plan *p, struct err *err);

#endif
