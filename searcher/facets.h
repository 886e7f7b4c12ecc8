#ifndef FACETS_H
#define FACETS_H
/*
 * facets - counts without hits: the `facets` command, one facet or all, values
 * by a part of their name, and the cross table of two.
 */
#include "answer.h"

enum status facets_run(struct answer **out, struct engine *e, const struct request *r,
		       struct err *err);

#endif
