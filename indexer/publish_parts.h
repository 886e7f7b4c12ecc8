#ifndef PUBLISH_PARTS_H
#define PUBLISH_PARTS_H
/*
 * publish_parts - the parts of publish.c: what is derived from the Xapian file
 * of a new generation, and its verification.
 */
#include "buf.h"
#include "catalogue.h"
#include "lexicon.h"
#include "reader.h"
#include "status.h"
#include "store.h"
#include "text.h"

/* Facet values and sort keys of every document (column.h). */
enum status publish_column(struct buf *out, struct reader *r,
			   const struct catalogue *catalogue,
			   const struct lexicon *lexicon, struct analyzer *a,
			   struct err *err);

/* Every word of the index with its stems (vocabulary.h). */
enum status publish_vocabulary(struct buf *out, struct reader *r, struct err *err);

/* Looks at the files of the new generation as a searcher will: that they open,
 * hold as many fichas as the catalogue, and that those of a sample are found by
 * their id, by their municipality, and say what was indexed.  ST_DAMAGED with
 * what is wrong.  Xapian does not survive every damaged file: call it in a
 * process of its own. */
enum status publish_verify(struct store *store, const struct catalogue *catalogue,
			   const struct lexicon *lexicon, struct analyzer *a,
			   struct err *err);

#endif
