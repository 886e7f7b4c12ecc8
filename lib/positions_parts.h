#ifndef POSITIONS_PARTS_H
#define POSITIONS_PARTS_H
/*
 * positions (inner part) - writing such a file from one end to the other:
 * terms rising, their documents rising.  What gathers and what merges share.
 */
#include "buf.h"
#include "file.h"
#include "positions.h"

struct positions_sink {
	struct outfile out;
	uint64_t data_bytes;
	uint32_t last;
	/* All terms so far: */
	uint32_t n_terms;
	struct aside text, text_start, documents, occurrences, data_start, sample;
	/* The term at hand: */
	struct buf blocks, table;
	uint32_t term_documents, term_last;
	bool term_bare; /* without positions, all of its documents */
	bool mixed;	/* a caller's defect */
	uint64_t term_occurrences;
	size_t block_start;
	/* The block at hand. */
	uint32_t n_waiting, gap[POSITIONS_BLOCK], count[POSITIONS_BLOCK],
		extra[POSITIONS_BLOCK];
	struct buf bodies;
};

/* dir: where files without a name may be made, borrowed. */
enum status sink_open(struct positions_sink *s, int fd, const char *dir,
		      struct err *err);
/* A document of the term at hand: body as in the file, none where the term
 * has no positions.  count < 2^30. */
void sink_document(struct positions_sink *s, uint32_t docid, uint32_t count,
		   const unsigned char *body, size_t body_n);
/* A whole term as it stands in a file; last: its last document.  No other term
 * is at hand. */
enum status sink_copy(struct positions_sink *s, const char *term, size_t n,
		      const struct positions *p, uint32_t i, uint32_t last,
		      struct err *err);
/* Ends the term at hand and names it; without documents it is none. */
enum status sink_term(struct positions_sink *s, const char *term, size_t n,
		      struct err *err);
/* Writes what is left; the descriptor stays open. */
enum status sink_finish(struct positions_sink *s, struct err *err);
void sink_release(struct positions_sink *s);

/* Appends v as a varint at p (room for five bytes); returns its length. */
size_t varint_put(unsigned char *p, uint32_t v);

/* One file to merge: document d of it becomes d + offset; where live is set,
 * only if live[d] (0 for d >= n_live) is `run`.  bytes: the mapped file, of which
 * only what is being merged stays in memory; NULL: it stays. */
struct positions_source {
	const struct positions *p;
	const void *bytes;
	size_t bytes_n;
	uint32_t offset;
	const uint32_t *live;
	size_t n_live;
	uint32_t run;
};
enum status positions_merge(struct positions_sink *out,
			    const struct positions_source *sources, size_t n,
			    struct err *err);

#endif
