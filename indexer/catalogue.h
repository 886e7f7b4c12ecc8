#ifndef CATALOGUE_H
#define CATALOGUE_H
/*
 * catalogue - what is indexed: every source file, how it looked when it was
 * read, and the fichas that came from it.  The index mirrors it.
 *
 * It travels in the generation (the file `sources`, JSON Lines) and is the
 * memory from which the next build knows what is unchanged.  Files stand in byte
 * order of their real path; that order, and a ficha's place in its file, is
 * the order of documents everywhere, whatever order builds were run in.
 *
 * It is the one thing that a build keeps of every ficha, so an entry is small
 * and its strings stand in the catalogue's arena: some 50 bytes and the id.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "ficha.h"
#include "spool.h"
#include "status.h"

struct entry {		     /* one ficha of a file; strings are the catalogue's */
	const char *base_id; /* what its text gives, before doubles are told apart */
	const char *id;	     /* as indexed; NULL: rejected as a double */
	uint64_t hash;	     /* of the stored record */
	/* Where in the spool its record waits: what was just read, and doubles,
	 * which are in no index.  0 bytes: nowhere. */
	size_t spool_at;
	uint32_t spool_n;
	unsigned line; /* where it stands, for messages */
	int16_t year;  /* of its start, 0 = unknown */
	bool given;    /* the id stood in the source: a double is an error */
	bool fresh, open_years;
	bool same; /* as it is published */
};

struct source_file {
	char *real; /* real path, or "-" */
	char *root; /* real path of the named SOURCE that it came with */
	char *path; /* relative to root, for people and records */
	uint64_t size;
	int64_t mtime; /* nanoseconds */
	char hash[33];
	uint32_t number; /* stays the file's for the index's life */
	struct entry *entries;
	size_t n, cap;
	size_t rejected; /* records of it that were errors */
	/* Only while building. */
	bool seen;
};

struct catalogue {
	struct source_file *files; /* by real path */
	size_t n, cap;
	uint32_t next_number;
	char tables[33]; /* hash of the tables' bundle */
	struct arena *strings;
	struct spool *spool; /* borrowed: of the entries' records, or NULL */
};

void catalogue_init(struct catalogue *c);
void catalogue_release(struct catalogue *c);

/* The records of doubles go into the spool (NULL: they are left out).
 * ST_DAMAGED: not a catalogue. */
enum status catalogue_read(struct catalogue *out, const char *bytes, size_t n,
			   struct spool *spool, struct err *err);
/* Whether it could be written, out's error flag says. */
enum status catalogue_write(FILE *out, const struct catalogue *c, struct err *err);

/* A second catalogue of the same; its entries' strings are the first one's,
 * which must outlive it. */
enum status catalogue_copy(struct catalogue *out, const struct catalogue *c,
			   struct err *err);
/* A string that lives as long as the catalogue; NULL: no memory. */
const char *catalogue_string(struct catalogue *c, const char *s, size_t n);

/* The file with that real path, or NULL. */
struct source_file *catalogue_find(const struct catalogue *c, const char *real);
/* Finds or adds (keeps order; pointers to files die). */
enum status catalogue_add(struct source_file **out, struct catalogue *c,
			  const char *real, struct err *err);
/* Removes the files that `gone` says; returns how many. */
size_t catalogue_remove(struct catalogue *c,
			bool (*gone)(void *ctx, const struct source_file *f),
			void *ctx);
void source_file_clear(struct source_file *f); /* drops the entries */
/* The new entry is all zeros. */
enum status source_file_add(struct entry **out, struct source_file *f, struct err *err);

/* Gives every entry its id, in the order of documents: the first keeps its
 * base, a derived double gets `-` and its start year, then `-2`, `-3`...; a
 * given double gets none (id NULL) and is told to `doubled` together with
 * whose id it is. */
enum status catalogue_assign(struct catalogue *c,
			     void (*doubled)(void *ctx, const struct source_file *file,
					     const struct entry *e,
					     const struct source_file *first_file,
					     const struct entry *first),
			     void *ctx, struct err *err);

/* Fichas with an id. */
size_t catalogue_count(const struct catalogue *c);

/* The ids of a catalogue, to look one up: open addressing. */
struct id_table {
	const struct catalogue *catalogue; /* borrowed */
	struct id_slot {
		uint32_t file, entry; /* file UINT32_MAX: free */
		uint32_t next;	      /* catalogue_assign()'s */
	} * slots;
	size_t n, cap;
};
enum status id_table_init(struct id_table *t, const struct catalogue *c,
			  struct err *err);
void id_table_release(struct id_table *t);
struct id_slot *id_table_find(const struct id_table *t, const char *id);
/* The entry has an id that is not in there yet. */
void id_table_add(struct id_table *t, size_t file, size_t entry);

#endif
