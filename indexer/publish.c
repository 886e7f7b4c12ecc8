#include "publish.h"

#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "messages.h"
#include "publish_parts.h"
#include "workers.h"
#include "writer.h"

static enum status S_sources(struct store *store, const struct catalogue *catalogue,
			     struct err *err)
{
	char path[PATH_MAX];
	FILE *f;
	enum status st = store_path(path, sizeof path, store, STORE_SOURCES, err);

	if (st)
		return st;
	f = fopen(path, "wxe");
	if (!f)
		return err_errno(err, ST_IO, _("cannot write %s"), path);
	st = catalogue_write(f, catalogue, err);
	if (fclose(f) != 0 && !st)
		st = err_errno(err, ST_IO, _("cannot write %s"), path);
	return st;
}

static enum status S_derive(struct store *store, const struct publish_reader *made,
			    const struct source_ranks *ranks,
			    const struct lexicon *lexicon, struct analyzer *a,
			    struct err *err)
{
	struct buf out;
	enum status st;

	buf_init(&out, (size_t)1 << 36);
	st = publish_column(&out, made, ranks, lexicon, a, err);
	if (!st)
		st = store_put(store, STORE_COLUMN, out.data, out.len, err);
	buf_clear(&out);
	if (!st)
		st = publish_vocabulary(&out, made->r, err);
	if (!st)
		st = store_put(store, STORE_VOCABULARY, out.data, out.len, err);
	buf_clear(&out);
	if (!st)
		st = lexicon_bundle(&out, lexicon, err);
	if (!st)
		st = store_put(store, STORE_TABLES, out.data, out.len, err);
	buf_clear(&out);
	if (!st)
		st = lexicon_image(&out, lexicon, err);
	if (!st)
		st = store_put(store, STORE_LEXICON, out.data, out.len, err);
	buf_release(&out);
	return st;
}

/* The one file of the generation, and with parts the build folder too.  The
 * two joins read the same parts and write apart: one goes into a process of
 * its own. */
static enum status S_glass(const char *path, const char *build_dir,
			   const char *const *parts, size_t n_parts, struct err *err)
{
	struct workers workers;
	enum status st, joined;

	if (!parts)
		return writer_compact(build_dir, path, err);
	st = workers_start(&workers, 1, err);
	if (st)
		return st;
	if (workers_child(&workers) >= 0) {
		struct err why = {0};

		joined = writer_join(build_dir, parts, n_parts, &why);
		workers_exit(&workers, joined, &why);
	}
	st = writer_join_file(path, build_dir, parts, n_parts, err);
	joined = workers_wait(&workers, st ? NULL : err);
	return st ? st : joined;
}

/* Xapian's file, and what is derived from it. */
static enum status S_files(struct store *store, const char *build_dir,
			   const char *const *parts, size_t n_parts,
			   const struct source_ranks *ranks,
			   const struct lexicon *lexicon, struct analyzer *a,
			   struct err *err)
{
	char path[PATH_MAX];
	struct publish_reader made = {0};
	enum status st = store_path(path, sizeof path, store, STORE_GLASS, err);

	if (!st)
		st = S_glass(path, build_dir, parts, n_parts, err);
	if (!st)
		st = publish_reader_open(&made, store, err);
	if (!st)
		st = S_derive(store, &made, ranks, lexicon, a, err);
	publish_reader_close(&made);
	return st;
}

/* The whole generation.  The catalogue is the process's own copy: its memory
 * goes before the rest takes some. */
static enum status S_make(struct store *store, const char *build_dir,
			  const char *const *parts, size_t n_parts,
			  struct catalogue *catalogue, const struct lexicon *lexicon,
			  struct analyzer *a, struct err *err)
{
	struct source_ranks ranks = {0};
	struct sample sample;
	enum status st = S_sources(store, catalogue, err);

	publish_sample(&sample, catalogue);
	if (!st)
		st = publish_ranks(&ranks, catalogue, err);
	catalogue_release(catalogue);
	malloc_trim(0);
	if (!st)
		st = S_files(store, build_dir, parts, n_parts, &ranks, lexicon, a, err);
	free(ranks.v);
	return st ? st : publish_verify(store, &sample, lexicon, a, err);
}

/* What is wrong with an index that could not be made from the build folder, and
 * what to do about it. */
static enum status S_say(enum status st, int signal, struct err *err)
{
	struct err why = *err;

	if (signal && signal != SIGKILL)
		return err_set(err, ST_DAMAGED,
			       _("the files in which the new index is built are "
				 "damaged (signal %d): nothing was published; rebuild "
				 "it: fichas-indexer build --rebuild SOURCE..."),
			       signal);
	if (st == ST_DAMAGED)
		return err_set(err, ST_DAMAGED,
			       _("%s: nothing was published; rebuild it: "
				 "fichas-indexer build --rebuild SOURCE..."),
			       why.text);
	return st;
}

/* Xapian trusts what it reads: over files that a disk or a person damaged it
 * may crash.  So making and verifying are a child's, which can only take itself
 * down, and leave the one before it as it was. */
enum status publish(struct store *store, const char *build_dir,
		    const char *const *parts, size_t n_parts,
		    struct catalogue *catalogue, const struct lexicon *lexicon,
		    struct analyzer *a, void (*tick)(void *ctx), void *ctx,
		    struct err *err)
{
	struct workers workers = {.child = -1};
	enum status st =
		memory_was_lacking() ? err_nomem(err) : store_begin(store, err);

	if (!st)
		st = workers_start(&workers, 1, err);
	if (!st && workers_child(&workers) >= 0) {
		struct err why = {0};

		st = S_make(store, build_dir, parts, n_parts, catalogue, lexicon, a,
			    &why);
		workers_exit(&workers, st, &why);
	}
	if (!st) {
		workers.tick = tick;
		workers.tick_ctx = ctx;
		st = workers_wait(&workers, err);
		st = S_say(st, st == ST_INTERNAL ? workers.died : 0, err);
	}
	if (!st)
		st = store_publish(store, (uint32_t)catalogue_count(catalogue), err);
	if (st)
		store_abandon(store);
	return st;
}
