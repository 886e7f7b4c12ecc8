#ifndef SIMILAR_H
#define SIMILAR_H
/*
 * similar - the practices nearest to a ficha, or to the text of a draft, and
 * why: the words that they share and that few others have, and the Sello lines
 * and population groups in common.
 */
#include "answer.h"

/* *out is the caller's: answer_close().  *found false: no ficha has the id
 * (why says so), and *out is NULL. */
enum status similar_run(struct answer **out, bool *found, struct buf *why,
			struct engine *e, const struct request *r, struct err *err);

#endif
