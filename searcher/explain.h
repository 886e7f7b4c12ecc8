#ifndef EXPLAIN_H
#define EXPLAIN_H
/*
 * explain - for each hit which words of the query matched, as which terms, in
 * which field and with what weight; and the query as it ran.
 */
#include "answer.h"

/* Fills explained of every hit, and a->run. */
enum status explain_fill(struct answer *a, struct engine *e, struct err *err);

/* A clause tree for people: stems as they are, exact forms with a = before
 * them, a field's name and a colon where only that field is meant. */
enum status explain_clause(struct buf *out, const struct clause *c, struct err *err);

#endif
