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

#include "buf.h"
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
 * positions and records beside it (store.h: STORE_POSITIONS, STORE_RECORDS).  What
 * searching does not need is left out: this database cannot be written to. */
enum status writer_compact(const char *dir, const char *path, struct err *err);
/* A first build in parts: each part is a database of its own in a new folder,
 * filled like any other (without syncing: parts do not outlive the build);
 * then all parts, in their order, become one.  Document numbers go on from
 * part to part, so that the whole is what one writer would have made. */
/* dictionary: stored.h's, of n bytes (0: none), the same for all parts.  memory:
 * bytes of words that are gathered before they go to a file; writing them takes
 * half as much again, the rest of a writer about WRITER_MEMORY. */
enum status writer_open_part(struct writer **out, const char *dir,
			     const void *dictionary, size_t n, size_t memory,
			     struct err *err);
#define WRITER_MEMORY	  ((size_t)28 << 20)
#define WRITER_GATHER_MAX ((size_t)64 << 20) /* more is of no use */
/* Makes it, of some of the records to come: n of them behind each other,
 * sizes[] bytes each. */
enum status writer_dictionary(struct buf *out, const char *records, const size_t *sizes,
			      size_t n, struct err *err);
/* The parts become one in two pieces of work, which may run at the same time:
 * the parts' databases as one writable database in the empty folder dir... */
enum status writer_join(const char *dir, const char *const *parts, size_t n,
			struct err *err);
/* ...and as the single file at path (new), with positions and records beside
 * it, as writer_compact() makes it, and beside the database in dir. */
enum status writer_join_file(const char *path, const char *dir,
			     const char *const *parts, size_t n, struct err *err);
/* Without commit: everything since open is dropped. */
void writer_close(struct writer *w);

#ifdef __cplusplus
}
#endif
#endif
