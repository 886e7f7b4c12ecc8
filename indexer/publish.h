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

enum status publish(struct store *store, const char *build_dir,
		    const struct catalogue *catalogue, const struct lexicon *lexicon,
		    struct analyzer *a, struct err *err);

#endif
