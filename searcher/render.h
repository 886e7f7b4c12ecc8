#ifndef RENDER_H
#define RENDER_H
/*
 * render - an answer as text, JSON, JSON Lines, CSV, TSV or ids.
 *
 * out gets what goes to standard output, notes (text formats) what goes to
 * standard error: notices, line by line.
 */
#include <jansson.h>

#include "answer.h"
#include "buf.h"
#include "screen.h"

struct page { /* where output goes */
	struct buf *out, *notes;
	struct screen screen;
};

/* search, lessons, similar, facets in the format of the request. */
enum status render_answer(struct page *to, const struct answer *a, struct err *err);

/* render_text.c */
enum status render_hits_text(struct page *to, const struct answer *a, struct err *err);
enum status render_facets_text(struct page *to, const struct answer *a,
			       struct err *err);
enum status render_notices(struct page *to, const struct answer *a, struct err *err);
/* "2023-08-03 - 2024-07-24", "since 2022-12", "2024"; nothing for no date. */
void render_dates(struct buf *out, const struct ficha *f);
/* A facet value's label: names as they are, what stands for none translated. */
const char *render_label(const char *label);
/* "La Reina (Metropolitana de Santiago)". */
void render_place(struct buf *out, const struct ficha *f);

/* render_json.c: one object, without a line's end. */
enum status render_json(struct buf *out, const struct answer *a, struct err *err);
enum status render_jsonl(struct page *to, const struct answer *a, struct err *err);

/* render_csv.c: CSV, TSV. */
enum status render_table(struct page *to, const struct answer *a, struct err *err);

#endif
