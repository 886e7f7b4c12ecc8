#ifndef CHANGE_H
#define CHANGE_H
/*
 * change - one run of changes to the build folder, shared by its parts:
 *
 *   change.c  the difference, by one writer; publishing
 *   parts.c   a first build of some size: in parts, by all cores
 */
#include "build_state.h"
#include "indexed.h"
#include "writer.h"

struct change { /* one writer run */
	struct build *b;
	struct writer *w;
	const char **gone; /* ids that are no more, the catalogue's */
	size_t n_gone;
	size_t puts;	   /* fichas that are not the same */
	bool all;	   /* the build folder is empty: put everything */
	struct strs parts; /* of a first build of some size */
	bool share;	   /* a worker: the parent shows the progress */
	uint64_t *indexed; /* fichas put by all processes: they share it */
	struct postings postings;
	struct buf bytes, title_key, municipality_key;
	struct buf dictionary; /* of the parts' records */
	size_t gather;	       /* memory of a part, see parts_plan() */
};

/* Tells the progress; ctx is a struct change. */
void change_show(void *ctx);
/* Puts entry j of file i, by c->w. */
enum status change_put(struct change *c, size_t i, size_t j, struct err *err);

/* As many fichas and more are made in parts. */
#define PART_FICHAS 1500

/* All fichas into parts, c->parts. */
enum status parts_put(struct change *c, struct err *err);
/* Parts that a build left behind, ours or one that was killed. */
void parts_drop(const struct build *b);

/* How a build keeps within BUILD_MEMORY, all its processes together: the
 * parent with its catalogue, and workers, each with what it gathers before that
 * goes to a file.  With less for each there are fewer. */
#define BUILD_MEMORY ((size_t)512 << 20)
struct parts_plan {
	size_t jobs;
	size_t gather; /* bytes for each */
};
/* jobs: as many as are wanted; catalogue: bytes of it. */
struct parts_plan parts_plan(size_t jobs, size_t catalogue);

#endif
