#ifndef RUN_H
#define RUN_H
/*
 * run - one request to its output, whichever command it is.
 */
#include "render.h"

/* To a page, in the request's format.  *found false: exit status 1. */
enum status run_request(struct page *to, bool *found, struct engine *e,
			const struct request *r, struct err *err);

/* Appends one JSON object, no line's end.  Nothing with ST_OK: an id is nobody's;
 * why says which. */
enum status run_json(struct buf *out, bool *found, struct buf *why, struct engine *e,
		     const struct request *r, struct err *err);

#endif
