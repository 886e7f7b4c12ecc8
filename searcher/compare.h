#ifndef COMPARE_H
#define COMPARE_H
/*
 * compare - two or three fichas section by section, and what they have in
 * common.  *found false: some id is nobody's.
 */
#include "render.h"

enum status compare_text(struct page *to, bool *found, struct engine *e,
			 const struct request *r, struct err *err);
/* *out NULL where !*found: why says which id. */
enum status compare_json(json_t **out, bool *found, struct buf *why, struct engine *e,
			 const struct request *r, struct err *err);

#endif
