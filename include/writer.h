#ifndef WRITER_H
#define WRITER_H
/*
 * writer - builds and changes the Xapian database in the store's build
 * folder, and compacts it to the single file that is published.
 *
 * Sees terms and bytes, never text.  Nothing it is given may make Xapian
 * throw: every size is checked before, because an exception from a write
 * call throws away the whole batch.  All changes of one run are one transaction;
 * on any failure the caller discards the writer and the run.
 */
#include <stdint.h>

#include "status.h"
#include "terms.h"

#ifdef __cplusplus
extern "C" {
#endif

struct writer;

struct document {
	const char *id;	    /* at most 180 bytes, no NUL */
	const char *record; /* stored bytes, at most RECORD_MAX */
	size_t record_n;
	const struct postings *postings; /* sealed; with the boolean terms */
	/* Values for sorting and order, each at most 200 bytes. */
	const char *sort_title, *sort_municipality;
	size_t sort_title_n, sort_municipality_n;
	uint32_t date;	       /* yyyymmdd of the start, 0 = none */
	uint32_t source;       /* number of the source, see store.h */
	uint32_t source_order; /* place of the ficha in its source */
};

/* Opens (creates if new) the glass database in folder dir, for writing.
 * ST_BUSY: another process has it.  The transaction begins here. */
enum status writer_open(struct writer **out, const char *dir, int create,
			struct err *err);
/* Adds a document or replaces the one with that id. */
enum status writer_put(struct writer *w, const struct document *d, struct err *err);
/* Deletes all documents with this boolean term; *n how many. */
enum status writer_delete_term(struct writer *w, const char *term, uint32_t *n,
			       struct err *err);
enum status writer_set_metadata(struct writer *w, const char *key, const char *value,
				size_t n, struct err *err);
uint32_t writer_count(const struct writer *w);
/* Commits the transaction and compares the count with our own: ST_INTERNAL
 * where they differ (never publish then). */
enum status writer_commit(struct writer *w, struct err *err);
/* Compacts what was committed into the single file at path (new), and writes
 * the positions beside it (store.h: STORE_POSITIONS).  What searching does
 * not need is left out: this database cannot be written to. */
enum status writer_compact(const char *dir, const char *path, struct err *err);
/* A first build in parts: each part is a database of its own in a new folder,
 * filled like any other (without syncing: parts do not outlive the build);
 * then all parts, in their order, become one.  Document numbers go on from
 * part to part, so that the whole is what one writer would have made. */
enum status writer_open_part(struct writer **out, const char *dir, struct err *err);
/* The parts as one writable database in the empty folder dir. */
enum status writer_join(const char *dir, const char *const *parts, size_t n,
			struct err *err);
/* The parts as the single file at path (new), as writer_compact() does. */
enum status writer_join_file(const char *path, const char *const *parts, size_t n,
			     struct err *err);
/* Without commit: everything since open is dropped. */
void writer_close(struct writer *w);

#ifdef __cplusplus
}
#endif
#endif
