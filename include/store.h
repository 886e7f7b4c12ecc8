#ifndef STORE_H
#define STORE_H
/*
 * store - the index on disk: generations that are built aside, published by a
 * pointer, and opened by file descriptor.
 *
 *   ROOT/LOCK               our lock, never deleted
 *   ROOT/CURRENT            one line: generation, manifest hash, stamps, end
 *   ROOT/gen-000042/MANIFEST   versions, counts, size and XXH3-128 of each file
 *   ROOT/gen-000042/index.glass   Xapian, one file, read-only
 *   ROOT/gen-000042/positions     where words stand (written with index.glass)
 *   ROOT/gen-000042/records       the fichas themselves (likewise)
 *   ROOT/gen-000042/column        facet values and sort keys (column.h)
 *   ROOT/gen-000042/vocabulary    words, stems (vocabulary.h)
 *   ROOT/gen-000042/tables        the lexicon's bundle (lexicon.h)
 *   ROOT/gen-000042/lexicon       the same as an image, for searching
 *   ROOT/gen-000042/sources       what was indexed (JSON Lines, the indexer's)
 *   ROOT/build/             writable glass folder, only the indexer opens it
 *
 * A reader reads CURRENT once and opens the files of that generation; it
 * never writes, and an index is either the one before or the one after a
 * publication.  Formats and the order of writes and fsyncs are told in
 * store.c.  Hashes are for integrity, not authenticity: an index owned by
 * another user than us or root, or world-writable, is refused.
 */
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SCHEMA_VERSION 9

enum store_file {
	STORE_GLASS,
	STORE_POSITIONS, /* writer.h puts it beside STORE_GLASS... */
	STORE_RECORDS,	 /* ...and this one */
	STORE_COLUMN,
	STORE_VOCABULARY,
	STORE_TABLES,
	STORE_LEXICON,
	STORE_SOURCES,
	STORE_FILES
};

/* ---- reading ---- */
struct snapshot; /* one generation, open */

/* ST_NOINDEX, ST_DAMAGED, ST_VERSION: err says what and what to type. */
enum status store_open(struct snapshot **out, const char *root, struct err *err);
void store_close(struct snapshot *s);

int store_glass_fd(const struct snapshot *s);
/* The file's bytes, mapped, for the snapshot's life; not STORE_GLASS. */
const void *store_bytes(const struct snapshot *s, enum store_file f, size_t *n);
/* What was read of it may leave the memory; the bytes stay where they are. */
void store_forget(const struct snapshot *s, enum store_file f);
const char *store_generation(const struct snapshot *s); /* "gen-000042" */
uint32_t store_documents(const struct snapshot *s);
uint64_t store_size(const struct snapshot *s, enum store_file f);

/* Verifies every file's hash, whatever the stamps say, finds missing and
 * foreign files; each finding goes to report (may be NULL).  ST_DAMAGED if
 * there is any. */
enum status store_check(const char *root, void (*report)(void *ctx, const char *text),
			void *ctx, struct err *err);

/* ---- writing (the indexer only) ---- */
struct store; /* holds ROOT/LOCK */

/* Creates ROOT where missing.  ST_BUSY: another writer. */
enum status store_lock(struct store **out, const char *root, struct err *err);
void store_unlock(struct store *s);

/* The generation that CURRENT names, or NULL and ST_OK where there is none yet.
 * One that is there and cannot be opened is a failure, as of store_open(). */
enum status store_current(struct snapshot **out, struct store *s, struct err *err);

/* ROOT/build as a path for writer_open().  *usable: it is what the published
 * generation was made from (sizes, times recorded at its last commit); if
 * not, it was emptied. */
enum status store_build_dir(const char **path, int *usable, struct store *s,
			    struct err *err);
/* Empties ROOT/build. */
enum status store_build_reset(struct store *s, struct err *err);

/* A new gen-N.tmp to fill: path of a file in it. */
enum status store_begin(struct store *s, struct err *err);
enum status store_path(char *out, size_t out_n, struct store *s, enum store_file f,
		       struct err *err);
enum status store_put(struct store *s, enum store_file f, const char *bytes, size_t n,
		      struct err *err);
/* Hashes, writes MANIFEST, fsyncs, renames, points CURRENT, fsyncs, deletes
 * generations older than the previous one.  Until it returns ST_OK readers
 * have the old one. */
enum status store_publish(struct store *s, uint32_t documents, struct err *err);
/* Removes gen-N.tmp; also done by store_unlock. */
void store_abandon(struct store *s);

#ifdef __cplusplus
}
#endif
#endif
