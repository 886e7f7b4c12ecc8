#ifndef EXACT_H
#define EXACT_H
/*
 * exact - `--exact` keeps accents and ñ apart, the index folds accents: so
 * what the index finds is looked at again in the stored texts.
 */
#include "plan.h"

/* *out: clause c, but only where the texts hold item i as typed. */
enum status exact_verified(struct clause **out, struct plan *p, const struct item *i,
			   struct clause *c, struct err *err);

#endif
