#ifndef READER_H
#define READER_H
/*
 * reader - C's only way to read from Xapian: match sets, ranking, records,
 * statistics, over the single-file database that the store opened.
 *
 * No Xapian type, iterator or exception crosses it: a call returns a status,
 * what it found is plain C data, copied out before the call returns.  Terms
 * in a query come from terms.h.  One reader is one thread's.
 */
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "docset.h"
#include "query.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reader;

struct reader_files {
	int glass; /* the store's descriptor of index.glass; duplicated */
	/* Every document that there is (column_documents()), borrowed.  With it,
	 * and the positions, glass is opened only when something is asked that
	 * nothing else knows, so it stays open as long as the reader; a database
	 * of other documents is damage.  NULL: at once. */
	const struct docset *documents;
	/* Beside it: the lengths of all documents (column_length()), borrowed; NULL:
	 * the positions say, as they do where READER_LENGTH_MAX stands. */
#define READER_LENGTH_MAX UINT16_MAX
	const uint16_t *lengths;
	/* The store's bytes (positions.h, stored.h), borrowed.  NULL: only ids and
	 * facets will be asked for; records: none, nor values, will be read.  Whoever
	 * does so all the same gets ST_INTERNAL, never an empty answer. */
	const void *positions, *records;
	size_t positions_n, records_n;
};
enum status reader_open(struct reader **out, const struct reader_files *files,
			struct err *err);
void reader_close(struct reader *r);

uint32_t reader_count(const struct reader *r); /* documents */
uint32_t reader_last(const struct reader *r);  /* greatest document number */
double reader_average_length(struct reader *r);

/* *docid 0 = there is none with that id. */
enum status reader_find(uint32_t *docid, struct reader *r, const char *id,
			struct err *err);
/* Appends the stored bytes. */
enum status reader_record(struct buf *out, struct reader *r, uint32_t docid,
			  struct err *err);

/* Documents with the term, and occurrences (sum of wdf). */
enum status reader_frequency(uint32_t *documents, uint64_t *occurrences,
			     struct reader *r, const char *term, struct err *err);

/* Every document that q matches, weights ignored; *out is of the universe
 * 1..reader_last() (init'ed by the call, the caller's docset_release()).
 * deadline: monotonic thread CPU seconds at which to give up (ST_LIMIT), 0 =
 * none. */
enum status reader_match(struct docset *out, struct reader *r, const struct clause *q,
			 double deadline, struct err *err);

struct ranked {
	uint32_t docid;
	double score;
};
struct ranking {
	struct ranked *v;
	size_t n;
};

/* The best `limit` from `offset` on of what q and within (NULL = everything)
 * match, by falling score, ties by rising order[docid] (NULL: docid).  sure:
 * reader_match() has said that q matches all of within. */
enum status reader_rank(struct ranking *out, struct reader *r, const struct clause *q,
			const struct docset *within, bool sure, const uint32_t *order,
			size_t offset, size_t limit, double deadline, struct err *err);
void ranking_release(struct ranking *r);
/* How many documents are weighed together, rounded up to a multiple of 64.  No
 * answer depends on it: for tests, whose indexes are small. */
void reader_window(struct reader *r, size_t documents);

/* What a single term weighs in a document, inside query q (explain). */
enum status reader_weight(double *weight, struct reader *r, const struct clause *q,
			  uint32_t docid, struct err *err);

/* Walks all terms that begin with prefix in byte order; visit returns 0 to
 * stop.  The term it sees is a copy, NUL-terminated, without the prefix.  The
 * terms are gathered before the first visit: no exception can cross it. */
enum status reader_each_term(struct reader *r, const char *prefix,
			     int (*visit)(void *ctx, const char *rest, size_t n,
					  uint32_t documents),
			     void *ctx, struct err *err);
/* By how many words each document is ranked, into lengths[reader_last() + 1],
 * which were 0. */
enum status reader_lengths(uint32_t *lengths, struct reader *r, struct err *err);
/* The documents of one term ("": every document) into *out as in reader_match. */
enum status reader_postings(struct docset *out, struct reader *r, const char *term,
			    struct err *err);

/* What the writer was given of a document for sorting and order, for building the
 * columns; the bytes are those of the records that the reader was opened with. */
struct doc_values {
	const char *sort_title, *sort_municipality;
	size_t sort_title_n, sort_municipality_n;
	uint32_t date, source, source_order;
};
enum status reader_values(struct doc_values *out, const struct reader *r,
			  uint32_t docid, struct err *err);

enum status reader_metadata(struct buf *out, struct reader *r, const char *key,
			    struct err *err);

/* Seconds of CPU this thread has used: the clock of deadlines. */
double thread_seconds(void);

#ifdef __cplusplus
}
#endif
#endif
