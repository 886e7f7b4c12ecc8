#ifndef CATALOGUE_H
#define CATALOGUE_H
/*
 * catalogue - what is indexed: every source file, how it looked when it was
 * read, and the fichas that came from it.  The index mirrors it.
 *
 * It travels in the generation (the file `sources`, JSON) and is the memory
 * from which the next build knows what is unchanged.  Files stand in byte
 * order of their real path; that order, and a ficha's place in its file, is
 * the order of documents everywhere, whatever order builds were run in.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "ficha.h"
#include "status.h"

struct entry {	       /* one ficha of a file */
	char *base_id; /* what its text gives, before doubles are told apart */
	bool given;    /* the id stood in the source: a double is an error */
	int year;      /* of its start, 0 = unknown */
	unsigned line; /* where it stands, for messages */
	char *id;      /* as indexed; NULL: rejected as a double */
	uint64_t hash; /* of the stored record */
	char *shadow;  /* the record of a rejected double, or NULL */
	/* Only while building: where the record waits in the spool. */
	bool fresh, open_years;
	size_t spool_at, spool_n;
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
};

void catalogue_init(struct catalogue *c);
void catalogue_release(struct catalogue *c);

/* ST_DAMAGED: not a catalogue. */
enum status catalogue_read(struct catalogue *out, const char *bytes, size_t n,
			   struct err *err);
enum status catalogue_write(struct buf *out, const struct catalogue *c,
			    struct err *err);

/* The file with that real path, or NULL. */
struct source_file *catalogue_find(const struct catalogue *c, const char *real);
/* Finds or adds (keeps order; pointers to files die). */
enum status catalogue_add(struct source_file **out, struct catalogue *c,
			  const char *real, struct err *err);
void catalogue_remove(struct catalogue *c, size_t i);
void source_file_clear(struct source_file *f); /* drops the entries */
enum status source_file_add(struct entry **out, struct source_file *f, struct err *err);
void entry_release(struct entry *e);

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

/* A set of strings, to look an id up: open addressing, strings borrowed. */
struct id_table {
	struct id_slot {
		const char *id;
		size_t file, entry;
	} * slots;
	size_t n, cap;
};
enum status id_table_init(struct id_table *t, size_t expected, struct err *err);
void id_table_release(struct id_table *t);
struct id_slot *id_table_find(const struct id_table *t, const char *id);
/* The caller made sure that it is not in there, and of room. */
void id_table_add(struct id_table *t, const char *id, size_t file, size_t entry);

#endif
