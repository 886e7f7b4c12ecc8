#ifndef SHOW_H
#define SHOW_H
/*
 * show - fichas in full, as text, Markdown or their record in JSON; or only
 * how to cite them.  *found false: some id is nobody's (notes say which).
 */
#include "render.h"

enum status show_run(struct page *to, bool *found, struct engine *e,
		     const struct request *r, struct err *err);
/* For batch: {"records": [...], "missing": [ids]}. */
enum status show_json(json_t **out, struct engine *e, const struct request *r,
		      struct err *err);

#endif
