#ifndef SUGGEST_H
#define SUGGEST_H
/*
 * suggest - completions that exist in the index, with the number of fichas
 * that have them: words, and names of municipalities and other facet values.
 * Of several words the last one is completed, and counted together with the
 * others.
 */
#include "render.h"

struct completion {
	const char *text; /* the whole line with the last word completed */
	const char *kind; /* "word", or a facet's name */
	size_t count;
};

struct completions {
	struct arena *arena;
	struct completion *v;
	size_t n;
};

enum status suggest_run(struct completions *out, struct engine *e,
			const struct request *r, struct err *err);
void completions_release(struct completions *c);

enum status suggest_text(struct page *to, const struct completions *c, struct err *err);
enum status suggest_json(json_t **out, const struct completions *c,
			 const struct request *r, struct err *err);

#endif
