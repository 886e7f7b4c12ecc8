#ifndef STORED_H
#define STORED_H
/*
 * stored - the stored records of all documents, each compressed by itself and
 * with its keys (writer.cc) before it, in a file beside Xapian's.
 *
 * Records of one index are alike: what they share is in a dictionary, so that
 * one record alone takes no more room than a block of many would, and is read
 * without its neighbours (some microseconds).  writer.cc gathers and joins,
 * reader.cc reads; nobody else.
 *
 * The file (all numbers little-endian and unsigned):
 *
 *   head         below
 *   dictionary   zstd's, or none
 *   data         for each document, rising: the length of its keys (2 bytes),
 *                the keys, and a frame of zstd (RFC 8878) that tells the size
 *                of its content; a document that is not there has no bytes
 *   start        last + 1 offsets of 8 bytes into data: document d's part is
 *                from start[d - 1] to start[d]
 *
 * dictionary and data are each padded with zeros to a multiple of eight.
 */
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STORED_MAGIC	 "fichrec2"
#define STORED_FILE	 "records" /* its name, in the build folder too */
#define STORED_DOCID_MAX 0x7fffffffu
#define STORED_KEYS_MAX	 1000

struct stored_head {
	char magic[8];
	uint32_t last; /* the greatest document number */
	uint32_t dictionary_bytes;
	uint64_t data_bytes;
};

/* ---- reading ---- */

struct stored;

/* bytes are borrowed.  Only the head is looked at: every number behind it is
 * compared with its bound when it is used, and a frame that does not give
 * back the record that it promises is an error (ST_DAMAGED). */
enum status stored_open(struct stored **out, const void *bytes, size_t n,
			struct err *err);
void stored_close(struct stored *a);
uint32_t stored_last(const struct stored *a);
/* Appends the record; ST_DAMAGED where there is none. */
enum status stored_get(struct buf *out, struct stored *a, uint32_t docid,
		       struct err *err);
/* Its keys, *n bytes of those that were given; ST_DAMAGED likewise. */
enum status stored_keys(const void **out, size_t *n, const struct stored *a,
			uint32_t docid, struct err *err);

/* ---- writing ---- */

/* Makes a dictionary of some of the records to come (n of them behind each
 * other, sizes[] bytes each); of too few it is none. */
enum status stored_train(struct buf *out, const char *records, const size_t *sizes,
			 size_t n, struct err *err);

/* Gathers the documents of one transaction, in an unnamed file in dir.  base
 * (NULL: nothing) is the file before it, which gives the dictionary; without
 * one it is the given one (copied; n 0: none). */
struct stored_gather;
enum status stored_gather_open(struct stored_gather **out, const char *dir,
			       const char *base, const void *dictionary, size_t n,
			       struct err *err);
void stored_gather_close(struct stored_gather *g);
/* Both replace what the document had; at most STORED_KEYS_MAX and RECORD_MAX
 * bytes. */
enum status stored_gather_put(struct stored_gather *g, uint32_t docid, const void *keys,
			      size_t keys_n, const char *record, size_t n,
			      struct err *err);
enum status stored_gather_delete(struct stored_gather *g, uint32_t docid,
				 struct err *err);
/* Everything in base that was not replaced or deleted, and what was gathered,
 * as a new file at path, synced where sync is set. */
enum status stored_gather_finish(struct stored_gather *g, const char *path, int sync,
				 struct err *err);

/* The files of n databases, all with the same dictionary, whose document
 * numbers go on from one to the next by offsets, as one new file. */
enum status stored_join(const char *path, const char *const *files,
			const uint32_t *offsets, size_t n, struct err *err);

/* Inside: a document's part as it stands in the file; NULL where there is
 * none or its offsets are wrong. */
const void *stored_part(size_t *n, const struct stored *a, uint32_t docid);
const void *stored_dictionary(size_t *n, const struct stored *a);

#ifdef __cplusplus
}
#endif
#endif
