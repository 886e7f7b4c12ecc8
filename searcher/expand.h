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
 * p->nowhere: words that no ficha has, in any form, may be what was asked for:
 * "carta de nacionalización" is not about cartas, nor "teoría del cambio" about
 * cambios.  Then auto finds nothing, says which words are missing, and shows
 * what has the others as related.  It is so
 *   - where words that no ficha has carry three quarters of what the query
 *     says.  A word says as much as it is rare, log2((N + 1) / (fichas + 0.5)),
 *     so one that is nowhere says most; next to it a rare word still holds its
 *     own (ropero solidario: the ficha of the Red Solidaria, as a partial
 *     answer), a common one does not (vacunación de migrantes).  "de" makes
 *     one thing of two words: what it joins to a word that is nowhere, and to
 *     no other, counts as missing with it.
 *   - where a place is named that has no ficha.
 * Queries with OR say themselves what is enough, and --match=any is obeyed.
 */
#include "plan.h"

enum status expand_plan(struct plan *p, struct err *err);

/* What the engine keeps between queries; NULL is allowed. */
void expander_close(struct expander *x);

#endif
