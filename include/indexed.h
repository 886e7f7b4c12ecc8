#ifndef INDEXED_H
#define INDEXED_H
/*
 * indexed - which text of a ficha is searched under which field, and which
 * facet values it has.  The indexer makes terms of it, the searcher shows
 * passages of it: both ask here.
 *
 * Everything comes from keys of the exported record, so that a record that
 * went through `export` and `build -` answers like its original.
 */
#include "buf.h"
#include "ficha.h"
#include "lexicon.h"
#include "terms.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The text of one field, borrowed from f or made in scratch (names of the
 * municipalities, labels of the Sello lines).  *text NULL: nothing. */
enum status indexed_text(const char **text, size_t *n, struct buf *scratch,
			 const struct ficha *f, enum field field,
			 const struct lexicon *l, struct err *err);

/* Calls add for each facet value of f, with the label for people. */
enum status
indexed_facets(const struct ficha *f, const struct lexicon *l, struct analyzer *a,
	       enum status (*add)(void *ctx, enum facet facet, const char *slug,
				  const char *label, struct err *err),
	       void *ctx, struct err *err);

/* Replaces p by all terms of f: text, facets, id (where it has one); sealed. */
enum status indexed_postings(struct postings *p, const struct ficha *f,
			     const struct lexicon *l, struct analyzer *a,
			     struct stemmer *s, struct err *err);

/* yyyymmdd of a date as precise as "2023", "2023-06", "2023-06-01"; what is
 * not known is 00; 0 = none. */
unsigned long indexed_date(const char *date);

#define SLUG_NO_MUNICIPALITY "sin-municipio"
#define SLUG_NO_GROUP	     "sin-clasificar"

#ifdef __cplusplus
}
#endif
#endif
