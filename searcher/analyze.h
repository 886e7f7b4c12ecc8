#ifndef ANALYZE_H
#define ANALYZE_H
/*
 * analyze - the tokens and terms that a text becomes, for people who wonder
 * why.  Needs no index.
 */
#include "render.h"

enum status analyze_text(struct page *to, struct engine *e, const struct request *r,
			 struct err *err);
enum status analyze_json(json_t **out, struct engine *e, const struct request *r,
			 struct err *err);

#endif
