#ifndef PUBLISH_H
#define PUBLISH_H
/*
 * publish - from a committed build folder to a new generation: compacts the
 * Xapian database to its one file, derives the column and the vocabulary from
 * it, puts tables and catalogue beside, verifies, and points CURRENT at it.
 */
#include "catalogue.h"
#include "lexicon.h"
#include "status.h"
#include "store.h"
#include "text.h"

/* parts: NULL, or the n_parts databases of a first build, which are joined into
 * build_dir and into the published file at once.  tick (NULL allowed) is called
 * ten times a second meanwhile. */
enum status publish(struct store *store, const char *build_dir,
		    const char *const *parts, size_t n_parts,
		    struct catalogue *catalogue, const struct lexicon *lexicon,
		    struct analyzer *a, void (*tick)(void *ctx), void *ctx,
		    struct err *err);

#endif
