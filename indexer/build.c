#include "build_state.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "enclose.h"
#include "indexed.h"
#include "intake.h"
#include "messages.h"
#include "record.h"

volatile int build_interrupted;

enum status build_check_interrupt(struct err *err)
{
	return build_interrupted ? err_set(err, ST_INTERRUPTED, "%s",
					   _("interrupted: the index is as it was"))
				 : ST_OK;
}

void build_show(struct build *b)
{
	if (b->o->progress)
		b->o->progress(b->o->progress_ctx, &b->progress);
}

/* ---- what there was ---- */

static enum status S_open_old(struct build *b, struct err *err)
{
	struct err why;
	struct reader_files files = {.glass = -1};
	const void *bytes;
	size_t n;
	enum status st = store_current(&b->old, b->store, &why);

	if (st && !b->o->rebuild) {
		*err = why;
		return st;
	}
	if (b->o->remove && !b->old)
		return err_set(err, ST_NOINDEX, _("there is no index in %s"),
			       b->o->index);
	if (st || !b->old || b->o->rebuild) {
		store_close(b->old);
		b->old = NULL;
		return ST_OK;
	}
	bytes = store_bytes(b->old, STORE_SOURCES, &n);
	/* Twice the same: one stays as it was, the other becomes what is to be. */
	st = catalogue_read(&b->before, bytes, n, &b->spool, err);
	store_forget(b->old, STORE_SOURCES);
	if (!st)
		st = catalogue_copy(&b->now, &b->before, err);
	files.glass = store_glass_fd(b->old);
	files.records = store_bytes(b->old, STORE_RECORDS, &files.records_n);
	if (!st)
		st = reader_open(&b->old_reader, &files, err);
	return st;
}

/* The tables: those of the folder; to take something out, those that are in
 * the index already (nothing is derived anew). */
static enum status S_lexicon(struct build *b, struct err *err)
{
	struct buf bundle;
	const void *bytes;
	size_t n;
	enum status st;

	if (b->o->remove) {
		bytes = store_bytes(b->old, STORE_TABLES, &n);
		memcpy(b->tables, b->now.tables, sizeof b->tables);
		return lexicon_open(&b->lexicon, b->a, bytes, n, err);
	}
	st = lexicon_load(&b->lexicon, b->a, b->o->tables, b->o->thesaurus, err);
	buf_init(&bundle, 0);
	if (!st)
		st = lexicon_bundle(&bundle, b->lexicon, err);
	if (!st)
		intake_hash_bytes(b->tables, bundle.data, bundle.len);
	buf_release(&bundle);
	return st;
}

static enum status S_prepare(struct build *b, struct err *err)
{
	enum status st = analyzer_open(&b->a, err);

	if (!st)
		st = stemmer_open(&b->stemmer, err);
	if (!st && b->o->remove && access(b->o->index, F_OK) != 0)
		st = err_set(err, ST_NOINDEX, _("there is no index in %s"),
			     b->o->index);
	if (!st && !b->o->dry_run)
		st = store_lock(&b->store, b->o->index, err);
	if (!st)
		st = spool_open(&b->spool, b->store ? b->o->index : P_tmpdir, err);
	if (!st && b->o->enclose)
		st = enclose_writing(b->store ? b->o->index : NULL, err);
	if (!st && b->store)
		st = S_open_old(b, err);
	return st ? st : S_lexicon(b, err);
}

/* ---- which files ---- */

static bool S_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	if (strcmp(folder, "/") == 0)
		return path[0] == '/';
	return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static bool S_below_any(const char *path, const struct strs *folders)
{
	for (size_t i = 0; i < folders->n; i++)
		if (S_below(path, folders->v[i]))
			return true;
	return false;
}

static enum status S_walk(struct build *b, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < b->o->n_sources; i++)
		st = walk_source(&b->found, b->o->sources[i], b->diags, err);
	if (!st && b->now.n && strcmp(b->now.tables, b->tables) != 0) {
		/* Other tables: what was derived with the old ones is stale, in
		 * sources that were not named too. */
		struct diags quiet;

		diags_init(&quiet, NULL, NULL);
		for (size_t i = 0; !st && i < b->now.n; i++) {
			struct source_file *f = &b->now.files[i];
			size_t roots = b->found.roots.n;
			char *raw;

			if (strcmp(f->real, "-") == 0 ||
			    S_below_any(f->real, &b->found.roots))
				continue;
			raw = path_raw(f->real);
			if (!raw) {
				st = err_nomem(err);
				break;
			}
			if (access(raw, R_OK) == 0)
				st = walk_source(&b->found, raw, &quiet, err);
			if (st == ST_IO) /* gone just now: it stays as it is */
				st = ST_OK;
			else if (!st && b->found.roots.n > roots)
				/* It keeps the root that it was named under. */
				if (!str_set(&b->found.v[b->found.n - 1].root, f->root,
					     strlen(f->root)) ||
				    !str_set(&b->found.v[b->found.n - 1].path, f->path,
					     strlen(f->path)))
					st = err_nomem(err);
			free(raw);
		}
		diags_release(&quiet);
	}
	if (!st)
		found_list_sort(&b->found);
	b->report->files = b->found.n;
	b->report->files_skipped = b->found.skipped;
	return st;
}

/* All that will be read is known: nothing else can be any more. */
static enum status S_enclose(const struct build *b, struct err *err)
{
	const struct strs *roots = &b->found.roots;
	char **raw = calloc(roots->n + 1, sizeof *raw);
	enum status st = raw ? ST_OK : err_nomem(err);
	size_t n = 0;

	for (size_t i = 0; raw && !st && i < roots->n; i++) {
		if (strcmp(roots->v[i], "-") == 0)
			continue;
		raw[n] = path_raw(roots->v[i]);
		if (!raw[n++])
			st = err_nomem(err);
	}
	if (!st)
		st = enclose_sources(b->store ? b->o->index : NULL,
				     (const char *const *)raw, n, err);
	while (raw && n)
		free(raw[--n]);
	free(raw);
	return st;
}

/* Files of the catalogue under a named source that are no more. */
static bool S_vanished(void *ctx, const struct source_file *f)
{
	const struct build *b = ctx;

	return !f->seen && S_below_any(f->real, &b->found.roots) &&
	       !S_below_any(f->real, &b->found.unreadable);
}

/* ---- reading the files ---- */

#define NEAR 16 /* fichas further on that are looked at */

struct intake_ctx {
	struct build *b;
	struct source_file *file;
	const struct source_file *before; /* what it was; NULL: new */
	size_t shift; /* so many fichas went before the last known one */
	struct buf record;
	bool broken; /* the spool failed: no fault of the file's */
};

/* The id as a string that lives with the catalogue.  Most fichas of a file that
 * changed were in it before, in the same order: theirs is there already. */
static const char *S_base_id(struct intake_ctx *c, const char *id, size_t at)
{
	const struct source_file *f = c->before;

	for (size_t i = at + c->shift; f && i < f->n && i < at + c->shift + NEAR; i++)
		if (strcmp(f->entries[i].base_id, id) == 0) {
			c->shift = i - at;
			return f->entries[i].base_id;
		}
	return catalogue_string(&c->b->now, id, strlen(id));
}

static enum status S_spool(struct intake_ctx *c, struct entry *e, const struct ficha *f,
			   struct err *err)
{
	enum status st;

	buf_clear(&c->record);
	st = record_write(&c->record, f, RECORD_STORED, err);
	if (!st)
		st = spool_put(&e->spool_at, &c->b->spool, c->record.data,
			       c->record.len, err);
	c->broken = st != ST_OK;
	e->spool_n = (uint32_t)c->record.len;
	return st;
}

/* A finished ficha of the file that is being read: into the spool. */
static enum status S_take(void *ctx, struct ficha *f, bool given_id, bool open_years,
			  struct err *err)
{
	struct intake_ctx *c = ctx;
	struct entry *e;
	enum status st = build_check_interrupt(err);

	c->b->progress.fichas++;
	build_show(c->b);
	if (!st && !str_set(&f->source_path, c->file->path, strlen(c->file->path)))
		st = err_nomem(err);
	if (!st)
		st = source_file_add(&e, c->file, err);
	if (st)
		return st;
	e->fresh = true;
	e->given = given_id;
	e->open_years = open_years;
	e->line = f->line_start;
	e->year = (int16_t)(indexed_date(f->date_start) / 10000);
	e->base_id = S_base_id(c, f->id, c->file->n - 1);
	if (!e->base_id)
		return err_nomem(err);
	st = S_spool(c, e, f, err);
	if (!st && e->spool_n > RECORD_MAX) {
		diag(c->b->diags, DIAG_ERROR, "record-too-large", c->file->path,
		     e->line, 0, _("the record is larger than %zu bytes"),
		     (size_t)RECORD_MAX);
		c->file->n--;
		c->file->rejected++;
	}
	return st;
}

/* Fichas that go on: their years reach the latest of the whole file. */
static enum status S_open_years(struct intake_ctx *c, struct intake *in,
				struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < c->file->n; i++) {
		struct entry *e = &c->file->entries[i];
		struct ficha f;

		if (!e->open_years)
			continue;
		ficha_init(&f);
		st = spool_get(&c->record, &c->b->spool, e->spool_at, e->spool_n, err);
		c->broken = st != ST_OK;
		if (!st)
			st = record_read(&f, NULL, c->record.data, c->record.len, err);
		if (!st)
			st = intake_years(in, &f, err);
		if (!st)
			st = S_spool(c, e, &f, err);
		ficha_release(&f);
	}
	return st;
}

/* ST_IO or ST_INPUT for this one file is a diagnostic, not the end; but where the
 * disk is full, or no process can be had, the fault is not the file's, and what
 * would be published lacks what it holds. */
static enum status S_read_file(struct build *b, const struct found *found,
			       struct source_file *file, struct err *err)
{
	struct intake_ctx ctx = {
		.b = b,
		.file = file,
		.before = catalogue_find(&b->before, found->real),
	};
	struct intake in = {
		.analyzer = b->a,
		.lexicon = b->lexicon,
		.diags = b->diags,
		.take = S_take,
		.ctx = &ctx,
		.bytes = &b->progress.bytes,
	};
	struct err why;
	enum status st;

	buf_init(&ctx.record, 0);
	st = intake_file(&in, found, &why);
	if (!st)
		st = S_open_years(&ctx, &in, &why);
	buf_release(&ctx.record);
	file->rejected += in.rejected;
	memcpy(file->hash, in.hash, sizeof file->hash);
	if ((st == ST_IO || st == ST_INPUT) && !ctx.broken && !in.broken) {
		diag(b->diags, DIAG_ERROR, st == ST_IO ? "unreadable" : "malformed",
		     found->path, 0, 0, "%s", why.text);
		b->report->files_failed++;
		file->hash[0] = '\0'; /* the next build tries again */
		return ST_OK;
	}
	if (st && err)
		*err = why;
	return st;
}

/* True if the catalogue's file is what is on disk. */
static bool S_unchanged(struct build *b, const struct found *f,
			struct source_file *file)
{
	char hash[33];
	struct err ignored;

	/* One that could not be read has no hash, and may have any size. */
	if (strcmp(f->real, "-") == 0 || strcmp(b->now.tables, b->tables) != 0 ||
	    !file->hash[0])
		return false;
	if (file->size == f->size && file->mtime == f->mtime)
		return true;
	if (file->size != f->size || intake_hash(hash, f, &ignored))
		return false;
	return strcmp(hash, file->hash) == 0;
}

static enum status S_read_all(struct build *b, struct err *err)
{
	uint64_t done = 0;
	enum status st = ST_OK;
	size_t fichas = 0;

	b->progress.n_files = b->found.n;
	for (size_t i = 0; i < b->found.n; i++)
		b->progress.all_bytes += b->found.v[i].size;
	for (size_t i = 0; !st && i < b->found.n; i++) {
		const struct found *f = &b->found.v[i];
		struct source_file *file = catalogue_find(&b->now, f->real);
		bool known = file != NULL;

		st = build_check_interrupt(err);
		if (!st && !known)
			st = catalogue_add(&file, &b->now, f->real, err);
		if (!st && (!str_set(&file->root, f->root, strlen(f->root)) ||
			    !str_set(&file->path, f->path, strlen(f->path))))
			st = err_nomem(err);
		if (st)
			break;
		if (known && S_unchanged(b, f, file)) {
			b->report->files_unchanged++;
		} else {
			source_file_clear(file);
			st = S_read_file(b, f, file, err);
		}
		file->size = f->size;
		file->mtime = file->hash[0] ? f->mtime : -1;
		file->seen = true;
		fichas += file->n;
		done += f->size;
		b->progress.files = i + 1;
		b->progress.fichas = fichas;
		b->progress.bytes = done;
		build_show(b);
	}
	if (!st)
		b->report->files_removed += catalogue_remove(&b->now, S_vanished, b);
	memcpy(b->now.tables, b->tables, sizeof b->now.tables);
	return st;
}

/* ---- remove ---- */

static bool S_named(void *ctx, const struct source_file *f)
{
	return S_below(f->real, ctx);
}

static enum status S_remove(struct build *b, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < b->o->n_sources; i++) {
		size_t gone;
		char *real;

		st = path_real(&real, b->o->sources[i], err);
		gone = st ? 0 : catalogue_remove(&b->now, S_named, real);
		b->report->files_removed += gone;
		if (!st && !gone)
			diag(b->diags, DIAG_WARNING, "not-indexed", real, 0, 0, "%s",
			     _("nothing in the index comes from this source"));
		if (!st)
			free(real);
	}
	return st;
}

/* What was found in each file, for a report. */
static void S_tell_files(const struct build *b)
{
	for (size_t i = 0; b->o->file && i < b->now.n; i++) {
		const struct source_file *f = &b->now.files[i];
		size_t rejected = f->rejected;

		if (!f->seen)
			continue;
		for (size_t k = 0; k < f->n; k++)
			rejected += !f->entries[k].id;
		b->o->file(b->o->file_ctx, f->path, f->n + f->rejected, rejected);
	}
}

enum status build_run(struct build_report *out, const struct build_options *o,
		      struct diags *d, struct err *err)
{
	struct build b = {.o = o, .report = out, .diags = d, .spool = {.fd = -1}};
	enum status st;

	memset(out, 0, sizeof *out);
	catalogue_init(&b.before);
	catalogue_init(&b.now);
	b.now.spool = &b.spool;
	found_list_init(&b.found);
	buf_init(&b.spool.pending, 0);
	st = S_prepare(&b, err);
	if (!st)
		st = o->remove ? S_remove(&b, err) : S_walk(&b, err);
	if (!st && o->enclose)
		st = S_enclose(&b, err);
	if (!st && !o->remove)
		st = S_read_all(&b, err);
	if (!st)
		st = build_settle(&b, err);
	if (!st)
		st = build_change(&b, err);
	/* A call that was cut short may say anything; it was Ctrl-C all the same. */
	if (st && build_interrupted)
		st = build_check_interrupt(err);
	if (!st)
		S_tell_files(&b);
	if (!st && b.store) {
		struct snapshot *s = NULL;
		struct err why;

		if (!store_current(&s, b.store, &why) && s) {
			snprintf(out->generation, sizeof out->generation, "%s",
				 store_generation(s));
			if (out->published && !o->remove)
				build_suspects(&b, s);
		}
		store_close(s);
	}
	spool_close(&b.spool);
	found_list_release(&b.found);
	catalogue_release(&b.now);
	catalogue_release(&b.before);
	reader_close(b.old_reader);
	store_close(b.old);
	store_unlock(b.store);
	lexicon_close(b.lexicon);
	stemmer_close(b.stemmer);
	analyzer_close(b.a);
	return st;
}
