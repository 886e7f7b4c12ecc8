#ifndef POSITIONS_H
#define POSITIONS_H
/*
 * positions - where words stand: the posting lists of the words (X<field>...
 * with positions, XA... of all fields without), of the stems (S...), of
 * expressions (T...) and of spellings (V...; fields.h tells of all), in a file
 * beside Xapian's.  One list more, POSITIONS_LENGTH, has every document, its
 * length (by which it is ranked) as the number of occurrences.
 *
 * Xapian keeps positions by document, so that a phrase reads a block or two
 * for each document that has all its words; here they stand by term, as a
 * phrase wants them, in a fifth of the space.  These terms are nowhere in
 * Xapian.  writer.cc gathers and merges, reader*.cc reads; nobody else.
 *
 * The file (all numbers little-endian and unsigned):
 *
 *   head         below
 *   data         for each term its documents
 *   text         the terms in byte order, no NUL between
 *   text_start   n_terms + 1 offsets of 4 bytes into text
 *   documents    n_terms numbers of 4 bytes
 *   occurrences  n_terms numbers of 4 bytes
 *   data_start   n_terms + 1 offsets of 8 bytes into data
 *   sample       of some of the terms how they begin (sorted.h)
 *
 * each part padded with zeros to a multiple of eight.  A term's data: one byte,
 * 1 where the term has no positions; where it has more than POSITIONS_BLOCK
 * documents, a table with the last document number and the length in bytes of
 * each block, 4 bytes each; then the blocks, of POSITIONS_BLOCK documents (the
 * last one of the rest).  A document in a block:
 *
 *   varint  twice its number less that of the one before (in the list, not in
 *           the block; less 0 for the first); + 1: it has one occurrence, and
 *           a position of one byte if any: the next two numbers are left out
 *   varint  with positions: twice the occurrences, + 1 where their positions
 *           do not take one byte each; without: the occurrences
 *   varint  (only where that 1 is) bytes that they take beyond one each
 *   varint  each position less the one before, the first less 0
 *
 * Where a term has a table, each of its blocks that has all POSITIONS_BLOCK
 * documents is packed instead, so that what they are is read at once and their
 * positions only where somebody asks:
 *
 *   byte       bytes of a gap: 1, 2 or 4
 *   byte       half bytes of a count: 0 (all are 1), 1, 2 or 8
 *   byte       bytes of an extra: 0 (all are 0), 1, 2 or 4
 *   gaps       each number less the one before
 *   counts     the occurrences; of two in a byte the first has the low half
 *   extras     bytes that the positions take beyond one each
 *   positions  as above, of one document behind those of the other
 *
 * A varint has seven bits in a byte, the low ones first; the top bit says
 * that more follow; at most five bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fields.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define POSITIONS_MAGIC	    "fichpos2"
#define POSITIONS_BLOCK	    128u
#define POSITIONS_DOCID_MAX 0x7fffffffu
#define POSITIONS_PACKED    3		/* bytes before the gaps of a packed block */
#define POSITIONS_FILE	    "positions" /* its name, in the build folder too */
#define POSITIONS_LENGTH    "L"

struct positions_head {
	char magic[8];
	uint32_t n_terms, last; /* last: the greatest document number */
	uint64_t data_bytes, text_bytes;
};

/* ---- reading ---- */

struct positions;

/* bytes are borrowed.  Only the head is looked at: every number behind it is
 * compared with its bound by whoever uses it, so damage can make an answer
 * wrong but nothing worse. */
enum status positions_open(struct positions **out, const void *bytes, size_t n,
			   struct err *err);
void positions_close(struct positions *p);

uint32_t positions_terms(const struct positions *p);
uint32_t positions_last(const struct positions *p); /* document number */
/* Term i < positions_terms(), not NUL-terminated. */
const char *positions_term(size_t *n, const struct positions *p, uint32_t i);
/* The first term that is not less; positions_terms() = there is none. */
uint32_t positions_lower(const struct positions *p, const char *term, size_t n);
/* The term itself; positions_terms() = there is none. */
uint32_t positions_find(const struct positions *p, const char *term, size_t n);
uint32_t positions_documents(const struct positions *p, uint32_t i);
uint32_t positions_occurrences(const struct positions *p, uint32_t i);

/* Its bytes in the file, to be copied; NULL where that is damaged. */
const void *positions_data(size_t *n, const struct positions *p, uint32_t i);

struct positions_cursor {	   /* at one document of a term */
	uint32_t docid, count;	   /* count: occurrences */
	const unsigned char *body; /* its positions, where there are any */
	size_t body_n;
	/* inside: */
	const unsigned char *p, *block_end, *end, *table;
	uint32_t block, n_blocks, last;
	bool bare;	   /* without positions */
	uint32_t n_packed; /* the first so many blocks are */
	/* Of the packed block that it is in: */
	const unsigned char *gaps, *counts, *extras; /* gaps NULL: it is in none */
	unsigned char gap_bytes, count_halves, extra_bytes;
	uint32_t at; /* documents that it has passed */
};

/* Before the first document of term i. */
void positions_start(struct positions_cursor *c, const struct positions *p, uint32_t i);
/* The next document; false = there is none. */
bool positions_next(struct positions_cursor *c);
/* The first document >= docid, never backwards. */
bool positions_seek_on(struct positions_cursor *c, uint32_t docid);
static inline bool positions_seek(struct positions_cursor *c, uint32_t docid)
{
	/* Often it is there: lists that go forward together. */
	return (c->docid >= docid && c->count) || positions_seek_on(c, docid);
}
/* Goes where positions_seek() would and takes all that its block still has, at
 * most POSITIONS_BLOCK documents, which it returns: 0 = there are none.  count
 * may be NULL; their positions are passed by. */
size_t positions_take(struct positions_cursor *c, uint32_t from, uint32_t *docid,
		      uint32_t *count);
/* The positions, rising, into an array of at least c->count; how many (0: the
 * term has none). */
size_t positions_get(uint32_t *out, const struct positions_cursor *c);

/* ---- writing ---- */

/* Gathers the documents of one transaction: what they have now.  Beyond some
 * memory it keeps sorted runs in unnamed files in dir. */
struct positions_gather;
enum status positions_gather_open(struct positions_gather **out, const char *dir,
				  struct err *err);
void positions_gather_close(struct positions_gather *g);
/* Memory for what is gathered before it becomes a run (which takes half as much
 * again for a moment); POSITIONS_GATHER_MAX where nobody says. */
void positions_gather_limit(struct positions_gather *g, size_t bytes);
#define POSITIONS_GATHER_MAX ((size_t)64 << 20)

struct positioned {
	const char *term;
	uint32_t position; /* from 1; 0 = this term has none, in any document */
	uint32_t count;	   /* of occurrences, where position is 0 */
};

/* Whether a term has places in texts: the words of single fields, X<field>... */
static inline bool positions_placed(const char *term)
{
	return term[0] == 'X' && term[1] != FIELD_ANY_LETTER;
}

/* Whether a term, or all terms that begin so, belong here: all but the facets
 * and the ids.  Each word stands under several terms; Xapian takes six times as
 * long to sort one in as we do, and twenty times as long to read one. */
static inline bool positions_wants(const char *term)
{
	switch (term[0]) {
	case 'L':
	case 'S':
	case 'T':
	case 'V':
	case 'X':
		return true;
	default:
		return false;
	}
}
/* The document's terms, in any order, replace all that it had. */
enum status positions_gather_put(struct positions_gather *g, uint32_t docid,
				 const struct positioned *v, size_t n, struct err *err);
enum status positions_gather_delete(struct positions_gather *g, uint32_t docid,
				    struct err *err);
/* Everything in base (NULL = nothing) that was not replaced or deleted, and
 * what was gathered, as a new file at path, synced where sync is set. */
enum status positions_gather_finish(struct positions_gather *g, const char *base,
				    const char *path, bool sync, struct err *err);

/* The files of n databases, whose document numbers go on from one to the next
 * by offsets, as one new file. */
enum status positions_join(const char *path, const char *const *files,
			   const uint32_t *offsets, size_t n, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
