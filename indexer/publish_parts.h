#ifndef PUBLISH_PARTS_H
#define PUBLISH_PARTS_H
/*
 * publish_parts - the parts of publish.c: what is derived from the Xapian file
 * of a new generation, and its verification.
 */
#include "buf.h"
#include "catalogue.h"
#include "fields.h"
#include "lexicon.h"
#include "reader.h"
#include "status.h"
#include "store.h"
#include "text.h"

/* What of the catalogue outlives it: the catalogue of a million fichas is let go
 * before the rest is made. */
struct source_ranks {
	uint32_t *v; /* number of a file -> its place in the catalogue; free() */
	size_t n;
};
enum status publish_ranks(struct source_ranks *out, const struct catalogue *c,
			  struct err *err);

#define SAMPLE_MAX 24

struct sample { /* some fichas, to verify the index by */
	struct sampled {
		char id[TERM_MAX];
		uint64_t hash; /* of the stored record */
	} v[SAMPLE_MAX];
	size_t n;
	size_t fichas; /* in all */
};
/* Spread evenly over the order of documents. */
void publish_sample(struct sample *out, const struct catalogue *c);

/* One file of the generation in the making. */
struct publish_mapped {
	const void *bytes;
	size_t n;
};
enum status publish_map(struct publish_mapped *m, struct store *store,
			enum store_file f, struct err *err);
void publish_unmap(struct publish_mapped *m);
/* Its pages leave this process's memory until they are looked at again. */
void publish_forget(const struct publish_mapped *m);

/* A reader of it, with all that it reads.  Close it after a failure too. */
struct publish_reader {
	struct reader *r;
	struct publish_mapped positions, records;
};
enum status publish_reader_open(struct publish_reader *p, struct store *store,
				struct err *err);
void publish_reader_close(struct publish_reader *p);

/* Facet values and sort keys of every document (column.h). */
enum status publish_column(struct buf *out, const struct publish_reader *made,
			   const struct source_ranks *ranks,
			   const struct lexicon *lexicon, struct analyzer *a,
			   struct err *err);

/* Every word of the index with its stems (vocabulary.h). */
enum status publish_vocabulary(struct buf *out, struct reader *r, struct err *err);

/* Looks at the files of the new generation as a searcher will: that they open,
 * hold as many fichas as there are, and that those of a sample are found by
 * their id, by their municipality, and say what was indexed.  ST_DAMAGED with
 * what is wrong.  Xapian does not survive every damaged file: call it in a
 * process of its own. */
enum status publish_verify(struct store *store, const struct sample *sample,
			   const struct lexicon *lexicon, struct analyzer *a,
			   struct err *err);

#endif
