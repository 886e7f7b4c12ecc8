#ifndef EXPAND_H
#define EXPAND_H
/*
 * expand - other ways to say what was typed, and what to think of a query
 * whose words are not all there.
 *
 * Called once the items of a plan have their clauses and before the trees are
 * made.  Only items with `expandable` are touched: never what is in quotes,
 * negated, or typed under --exact.  In this order:
 *
 *   names      a commune or region in passing stands for its fichas (they match
 *              the word, and rank high); a Sello line or a group only ranks
 *   synonyms   entries of the thesaurus; "exact" near a word's own weight,
 *              "related" well below; not in fields (titulo:...)
 *   join       two words side by side that are one in the index
 *   then, for words that no ficha has:
 *   split      one word that is two in the index, side by side, or a name
 *   typo       misspelt words of the index, of the thesaurus, of the names, or
 *              stop words (kiero); what they were meant to be is looked up as
 *              above
 *   related    keys of which the word is a value (convalidar: revalidación)
 *
 * --no-synonyms leaves names and synonyms out, --no-typos join, split and
 * typo.  Everything added is told by plan_expansion(); an alternative for
 * several items (nna for "niños, niñas y adolescentes") is added to each of
 * them at its share.
 *
 * p->suggestion is the query with its misspelt words repaired; NULL where all
 * words exist.  Genre words that no ficha has (fichas, experiencias) say
 * nothing, and are left out beside other words.
 *
 * p->nowhere: a word that no ficha has, in no form, is the most specific one
 * that was typed, and the rest of a short query hangs on it: "carta de
 * nacionalización" is not about cartas, nor "teoría del cambio" about cambios.
 * So where words that are nowhere carry half of the query's weight or more
 * (one of two, two of four; words that say little count for less), the rest is
 * not taken for an answer: auto then finds nothing, says which words are
 * missing, and shows what has the others as related.  One missing word of
 * three is borne (partial).  Queries with OR say themselves what is enough,
 * and --match=any is obeyed.
 */
#include "plan.h"

enum status expand_plan(struct plan *p, struct err *err);

/* What the engine keeps between queries; NULL is allowed. */
void expander_close(struct expander *x);

#endif
