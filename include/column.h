#ifndef COLUMN_H
#define COLUMN_H
/*
 * column - facet values and sort keys of every document, by document number,
 * beside the Xapian file: filters and counts never touch Xapian.
 *
 * For each facet the distinct *sets* of values that documents have are
 * numbered (set 0 = no value), and the column holds one set number a
 * document; a count is one histogram over set numbers, spread over the values
 * at the end.  The file's format is told in column.c.  Made by the indexer at
 * publication, read by the searcher from verified bytes, and still checked:
 * no number in it is used as an index before it was compared with its bound.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "docset.h"
#include "fields.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct column;

/* ---- building ---- */
struct column_builder;
enum status column_builder_open(struct column_builder **out, uint32_t last,
				struct err *err);
void column_builder_close(struct column_builder *b);
/* Gives docid one more value of a facet, with the label for people. */
enum status column_builder_value(struct column_builder *b, uint32_t docid,
				 enum facet facet, const char *slug, const char *label,
				 struct err *err);
/* For region as parent of municipality: slug of the region, or "". */
enum status column_builder_parent(struct column_builder *b, enum facet facet,
				  const char *slug, const char *parent,
				  struct err *err);
struct column_keys {
	uint32_t date;				   /* yyyymmdd, 0 = none */
	uint32_t order, by_title, by_municipality; /* ranks from 0 */
	uint32_t length;			   /* of reader_lengths() */
};
enum status column_builder_keys(struct column_builder *b, uint32_t docid,
				const struct column_keys *keys, struct err *err);
enum status column_builder_finish(struct buf *out, struct column_builder *b,
				  struct err *err);

/* ---- reading ---- */
/* bytes are borrowed for the column's life. */
enum status column_open(struct column **out, const void *bytes, size_t n,
			struct err *err);
void column_close(struct column *c);

uint32_t column_last(const struct column *c);
/* order[docid], by_title[docid], ...; arrays of column_last() + 1. */
const uint32_t *column_order(const struct column *c);
const uint32_t *column_by_title(const struct column *c);
const uint32_t *column_by_municipality(const struct column *c);
const uint32_t *column_date(const struct column *c);
/* In words; COLUMN_LENGTH_MAX: so many or more. */
const uint16_t *column_length(const struct column *c);
#define COLUMN_LENGTH_MAX UINT16_MAX
/* All documents that exist, for listing and NOT. */
const struct docset *column_documents(const struct column *c);

size_t column_n_values(const struct column *c, enum facet facet);
struct column_value {
	const char *slug, *label, *parent;
};
/* Sorted by slug. */
struct column_value column_value(const struct column *c, enum facet facet, size_t i);
/* Index of a slug; -1 = no document has it. */
long column_find(const struct column *c, enum facet facet, const char *slug, size_t n);
/* Value indices of one document; *v borrowed. */
size_t column_values_of(const struct column *c, enum facet facet, uint32_t docid,
			const uint32_t **v);

/* Documents with at least one of the values, into an init'ed docset. */
void column_select(struct docset *out, const struct column *c, enum facet facet,
		   const uint32_t *values, size_t n);

/* One selection per facet; n == 0 and !active: not filtered.  active with
 * n == 0: filtered by values that no document has. */
struct column_selection {
	bool active;
	uint32_t *values;
	size_t n;
};

/* Applies all selections to `matched` in one pass: *within becomes the
 * documents that pass them all, and counts[facet][value] (sideways: own
 * selection ignored, all others obeyed) for each facet with want[facet].
 * counts[f] has column_n_values(c, f) entries, zeroed by the caller. */
enum status column_count(struct docset *within, uint32_t *counts[FACET_COUNT],
			 const struct column *c, const struct docset *matched,
			 const struct column_selection sel[FACET_COUNT],
			 const bool want[FACET_COUNT], struct err *err);

/* Cross table of two facets over a set: out[a * n_b + b]. */
enum status column_cross(uint32_t *out, const struct column *c, enum facet a,
			 enum facet b, const struct docset *matched, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
