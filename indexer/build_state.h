#ifndef BUILD_STATE_H
#define BUILD_STATE_H
/*
 * build_state - what one build knows, shared by its parts:
 *
 *   build.c   what there was, which files, reading them
 *   settle.c  ids, hashes: what is to be
 *   change.c  the difference, into the build folder; publishing
 *   suspect.c hints, from what was published
 */
#include "build.h"
#include "catalogue.h"
#include "lexicon.h"
#include "reader.h"
#include "spool.h"
#include "stem.h"
#include "store.h"
#include "walk.h"

struct build {
	const struct build_options *o;
	struct build_report *report;
	struct diags *diags;
	struct analyzer *a;
	struct stemmer *stemmer;
	struct lexicon *lexicon;
	struct store *store;  /* NULL: dry run */
	struct snapshot *old; /* what is published, or NULL */
	struct reader *old_reader;
	struct catalogue before, now;
	struct found_list found;
	struct spool spool;
	char tables[33];
	struct build_progress progress;
};

/* Tells the progress, where anybody wants to know. */
void build_show(struct build *b);

/* ST_INTERRUPTED after Ctrl-C. */
enum status build_check_interrupt(struct err *err);

/* The record of an entry of `now`, with the id that it has now: parsed into f
 * (the caller's ficha_release()) and as stored bytes. */
enum status build_record(struct ficha *f, struct build *b, size_t file, size_t entry,
			 struct buf *bytes, struct err *err);

/* Ids and hashes of what was read; after it `now` is complete. */
enum status build_settle(struct build *b, struct err *err);

/* Brings the build folder from `before` to `now` and publishes, if anything
 * differs; fills the report's counts. */
enum status build_change(struct build *b, struct err *err);

/* Hints at words of what was read that a bad conversion may have left, by what
 * is published now.  That it cannot look is no reason to fail. */
void build_suspects(struct build *b, const struct snapshot *published);

#endif
