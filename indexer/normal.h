#ifndef NORMAL_H
#define NORMAL_H
/*
 * normal - from what a ficha's author wrote to what it is counted under:
 * official communes and codes, Sello lines, groups, dates, years, status, id.
 *
 * Only what is not there yet is derived, so that a JSON record may bring its
 * own.  What is not understood stays as printed, and a diagnostic says so.
 */
#include "diag.h"
#include "ficha.h"
#include "lexicon.h"
#include "text.h"

#define NO_MUNICIPALITY "sin-municipio"
#define NO_GROUP	"sin-clasificar"
#define ID_MAX		150 /* bytes; what the caller appends comes on top */

/* What the caller knows to be given and complete, by a JSON record's keys. */
struct normal_given {
	bool municipalities, sello_lines, population_groups, dates, years, status,
		region, id;
};

/* The latest year in the ficha's dates, 0 = none: an open end reaches the
 * latest year in any dates field of the same source. */
unsigned normal_latest_year(const struct ficha *f);

/* given may be NULL.  path names the source in diagnostics. */
enum status normal_ficha(struct ficha *f, const struct normal_given *given,
			 const struct lexicon *l, struct analyzer *a,
			 unsigned latest_year, const char *path, struct diags *d,
			 struct err *err);

/* The id that f is to have when its own is taken: attempt 1, 2, ... give
 * `id-2023` (its start year), `id-2023-2`, ...; without a year `id-2`, ... */
enum status normal_next_id(struct buf *out, const struct ficha *f, unsigned attempt,
			   struct err *err);

/* A span of dates, as precise as printed. */
struct span {
	char start[11], end[11]; /* "" = none */
	bool ongoing;		 /* an open end: "a la fecha" */
	int open_from;		 /* the year from which the end is open */
	struct ints years;	 /* of what has an end, ascending */
	bool understood;	 /* false: nothing that is a date */
};

/* Reads the text of a dates field.  false = out of memory. */
bool normal_dates(struct span *out, const char *text, size_t n);
void span_release(struct span *s);

#endif
