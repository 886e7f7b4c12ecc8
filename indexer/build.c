#include "build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "catalogue.h"
#include "indexed.h"
#include "intake.h"
#include "lexicon.h"
#include "messages.h"
#include "publish.h"
#include "reader.h"
#include "record.h"
#include "spool.h"
#include "store.h"
#include "walk.h"
#include "writer.h"

volatile int build_interrupted;

struct build {
	const struct build_options *o;
	struct build_report *report;
	struct diags *diags;
	struct analyzer *a;
	struct stemmer *stemmer;
	struct lexicon *lexicon;
	struct store *store;  /* NULL: dry run */
	struct snapshot *old; /* what is published, or NULL */
	struct reader *old_reader;
	struct catalogue before, now;
	struct found_list found;
	struct spool spool;
	char tables[33];
};

static enum status S_check_interrupt(struct err *err)
{
	return build_interrupted ? err_set(err, ST_INTERRUPTED, "%s",
					   _("interrupted: the index is as it was"))
				 : ST_OK;
}

/* ---- what there was ---- */

static enum status S_open_old(struct build *b, struct err *err)
{
	struct err why;
	const void *bytes;
	size_t n;
	enum status st = store_current(&b->old, b->store, &why);

	if (st && st != ST_NOINDEX && !b->o->rebuild) {
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
	st = catalogue_read(&b->before, bytes, n, err);
	if (!st)
		st = catalogue_read(&b->now, bytes, n, err);
	if (!st)
		st = reader_open(&b->old_reader, store_glass_fd(b->old), err);
	return st;
}

static enum status S_prepare(struct build *b, struct err *err)
{
	struct buf bundle;
	enum status st = analyzer_open(&b->a, err);

	if (!st)
		st = stemmer_open(&b->stemmer, err);
	if (!st)
		st = lexicon_load(&b->lexicon, b->a, b->o->tables, b->o->thesaurus,
				  err);
	buf_init(&bundle, 0);
	if (!st)
		st = lexicon_bundle(&bundle, b->lexicon, err);
	if (!st)
		intake_hash_bytes(b->tables, bundle.data, bundle.len);
	buf_release(&bundle);
	if (!st && !b->o->dry_run)
		st = store_lock(&b->store, b->o->index, err);
	if (!st && b->store)
		st = S_open_old(b, err);
	if (!st)
		st = spool_open(&b->spool, b->store ? b->o->index : P_tmpdir, err);
	return st;
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
			struct err ignored;
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
			if (access(raw, R_OK) == 0 &&
			    !walk_source(&b->found, raw, &quiet, &ignored) &&
			    b->found.roots.n > roots)
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

/* Files of the catalogue under a named source that are no more. */
static void S_drop_vanished(struct build *b)
{
	for (size_t i = b->now.n; i-- > 0;) {
		struct source_file *f = &b->now.files[i];

		if (f->seen || !S_below_any(f->real, &b->found.roots) ||
		    S_below_any(f->real, &b->found.unreadable))
			continue;
		b->report->files_removed++;
		catalogue_remove(&b->now, i);
	}
}

/* ---- reading the files ---- */

struct intake_ctx {
	struct build *b;
	struct source_file *file;
	struct buf record;
};

static enum status S_spool(struct intake_ctx *c, struct entry *e, const struct ficha *f,
			   struct err *err)
{
	enum status st;

	buf_clear(&c->record);
	st = record_write(&c->record, f, RECORD_STORED, err);
	if (!st)
		st = spool_put(&e->spool_at, &c->b->spool, c->record.data,
			       c->record.len, err);
	e->spool_n = c->record.len;
	return st;
}

/* A finished ficha of the file that is being read: into the spool. */
static enum status S_take(void *ctx, struct ficha *f, bool given_id, bool open_years,
			  struct err *err)
{
	struct intake_ctx *c = ctx;
	struct entry *e;
	enum status st = S_check_interrupt(err);

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
	e->year = (int)(indexed_date(f->date_start) / 10000);
	e->base_id = f->id;
	f->id = NULL;
	st = S_spool(c, e, f, err);
	if (!st && e->spool_n > RECORD_MAX) {
		diag(c->b->diags, DIAG_ERROR, "record-too-large", c->file->path,
		     e->line, 0, _("the record is larger than %zu bytes"),
		     (size_t)RECORD_MAX);
		entry_release(e);
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

/* ST_IO or ST_INPUT for this one file is a diagnostic, not the end. */
static enum status S_read_file(struct build *b, const struct found *found,
			       struct source_file *file, struct err *err)
{
	struct intake_ctx ctx = {.b = b, .file = file};
	struct intake in = {
		.analyzer = b->a,
		.lexicon = b->lexicon,
		.diags = b->diags,
		.take = S_take,
		.ctx = &ctx,
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
	if (st == ST_IO || st == ST_INPUT) {
		diag(b->diags, DIAG_ERROR, st == ST_IO ? "unreadable" : "malformed",
		     found->path, 0, 0, "%s", why.text);
		b->report->files_failed++;
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

	if (strcmp(f->real, "-") == 0 || strcmp(b->now.tables, b->tables) != 0)
		return false;
	if (file->size == f->size && file->mtime == f->mtime)
		return true;
	if (file->size != f->size || intake_hash(hash, f, &ignored))
		return false;
	return strcmp(hash, file->hash) == 0;
}

static enum status S_read_all(struct build *b, struct err *err)
{
	uint64_t all = 0, done = 0;
	enum status st = ST_OK;
	size_t fichas = 0;

	for (size_t i = 0; i < b->found.n; i++)
		all += b->found.v[i].size;
	for (size_t i = 0; !st && i < b->found.n; i++) {
		const struct found *f = &b->found.v[i];
		struct source_file *file = catalogue_find(&b->now, f->real);
		bool known = file != NULL;

		st = S_check_interrupt(err);
		if (!st && !known)
			st = catalogue_add(&file, &b->now, f->real, err);
		if (st)
			break;
		if (known && S_unchanged(b, f, file)) {
			b->report->files_unchanged++;
		} else {
			source_file_clear(file);
			st = S_read_file(b, f, file, err);
		}
		if (!st && (!str_set(&file->root, f->root, strlen(f->root)) ||
			    !str_set(&file->path, f->path, strlen(f->path))))
			st = err_nomem(err);
		file->size = f->size;
		file->mtime = f->mtime;
		file->seen = true;
		fichas += file->n;
		done += f->size;
		if (b->o->progress)
			b->o->progress(b->o->progress_ctx, i + 1, b->found.n, fichas,
				       done, all);
	}
	if (!st)
		S_drop_vanished(b);
	memcpy(b->now.tables, b->tables, sizeof b->now.tables);
	return st;
}

/* ---- remove ---- */

static enum status S_remove(struct build *b, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < b->o->n_sources; i++) {
		size_t before = b->now.n;
		char *real;

		st = path_real(&real, b->o->sources[i], err);
		for (size_t j = st ? 0 : b->now.n; j-- > 0;)
			if (S_below(b->now.files[j].real, real)) {
				b->report->files_removed++;
				catalogue_remove(&b->now, j);
			}
		if (!st && b->now.n == before)
			diag(b->diags, DIAG_WARNING, "not-indexed", real, 0, 0, "%s",
			     _("nothing in the index comes from this source"));
		if (!st)
			free(real);
	}
	return st;
}

/* ---- ids ---- */

static void S_doubled(void *ctx, const struct source_file *file, const struct entry *e,
		      const struct source_file *first_file, const struct entry *first)
{
	struct build *b = ctx;

	if (file->seen)
		diag(b->diags, DIAG_ERROR, "duplicate-id", file->path, e->line, 0,
		     _("id %s is that of the record at %s:%u, which stays"), e->base_id,
		     first_file->path, first->line);
}

/* The record of an entry, with the id that it has now. */
static enum status S_record(struct ficha *f, struct build *b, size_t file, size_t entry,
			    struct buf *bytes, struct err *err)
{
	struct source_file *now = &b->now.files[file];
	struct entry *e = &now->entries[entry];
	enum status st;

	buf_clear(bytes);
	if (e->fresh) {
		st = spool_get(bytes, &b->spool, e->spool_at, e->spool_n, err);
	} else if (e->shadow) {
		buf_adds(bytes, e->shadow);
		st = buf_status(bytes, err);
	} else {
		/* As it is published: under the id that it had then. */
		struct source_file *old = catalogue_find(&b->before, now->real);
		uint32_t docid;

		if (!old || entry >= old->n || !old->entries[entry].id)
			return err_set(err, ST_INTERNAL, "no record of %s", e->base_id);
		st = reader_find(&docid, b->old_reader, old->entries[entry].id, err);
		if (!st && !docid)
			st = err_set(err, ST_DAMAGED,
				     _("the index lacks ficha %s; rebuild it with "
				       "fichas-indexer build --rebuild SOURCE..."),
				     old->entries[entry].id);
		if (!st)
			st = reader_record(bytes, b->old_reader, docid, err);
	}
	ficha_init(f);
	if (!st)
		st = record_read(f, NULL, bytes->data, bytes->len, err);
	if (!st && e->id && !str_set(&f->id, e->id, strlen(e->id)))
		st = err_nomem(err);
	/* The path is the file's as it was named last. */
	if (!st && !str_set(&f->source_path, now->path, strlen(now->path)))
		st = err_nomem(err);
	buf_clear(bytes);
	if (!st)
		st = record_write(bytes, f, RECORD_STORED, err);
	if (st)
		ficha_release(f);
	return st;
}

/* Ids, hashes and shadows of what was read; after it `now` is complete. */
static enum status S_settle(struct build *b, struct err *err)
{
	enum status st = catalogue_assign(&b->now, S_doubled, b, err);
	struct buf bytes;

	buf_init(&bytes, 0);
	for (size_t i = 0; !st && i < b->now.n; i++) {
		struct source_file *file = &b->now.files[i];
		struct source_file *old = catalogue_find(&b->before, file->real);

		for (size_t j = 0; !st && j < file->n; j++) {
			struct entry *e = &file->entries[j];
			const char *was = old && j < old->n ? old->entries[j].id : NULL;
			bool same = !e->fresh && (e->id == NULL) == (was == NULL) &&
				    (!e->id || strcmp(e->id, was) == 0) &&
				    strcmp(file->path, old->path) == 0;
			struct ficha f;

			st = S_check_interrupt(err);
			if (st || same)
				continue;
			st = S_record(&f, b, i, j, &bytes, err);
			if (st)
				break;
			ficha_release(&f);
			e->hash = XXH3_64bits(bytes.data, bytes.len);
			if (!e->id && !str_set(&e->shadow, bytes.data, bytes.len))
				st = err_nomem(err);
		}
	}
	buf_release(&bytes);
	return st;
}

/* ---- changing the build folder ---- */

static enum status S_table_of(struct id_table *t, const struct catalogue *c,
			      struct err *err)
{
	enum status st = id_table_init(t, catalogue_count(c), err);

	for (size_t i = 0; !st && i < c->n; i++)
		for (size_t j = 0; j < c->files[i].n; j++)
			if (c->files[i].entries[j].id)
				id_table_add(t, c->files[i].entries[j].id, i, j);
	return st;
}

struct change { /* one writer run */
	struct build *b;
	struct writer *w;
	struct id_table old_ids, new_ids;
	bool all; /* the build folder is empty: put everything */
	size_t puts, deletes;
	struct postings postings;
	struct buf bytes, title_key, municipality_key;
};

static enum status S_put(struct change *c, size_t i, size_t j, struct err *err)
{
	struct build *b = c->b;
	struct ficha f;
	struct document d = {0};
	const char *name;
	enum status st = S_record(&f, b, i, j, &c->bytes, err);

	if (st)
		return st;
	st = indexed_postings(&c->postings, &f, b->lexicon, b->a, b->stemmer, err);
	buf_clear(&c->title_key);
	buf_clear(&c->municipality_key);
	if (!st)
		st = text_sort_key(&c->title_key, b->a, f.text[F_TITLE],
				   strlen(f.text[F_TITLE]), TERM_MAX, err);
	name = f.municipalities.n ? f.municipalities.v[0] : "";
	if (!st)
		st = text_sort_key(&c->municipality_key, b->a, name, strlen(name),
				   TERM_MAX, err);
	d.id = f.id;
	d.record = c->bytes.data;
	d.record_n = c->bytes.len;
	d.postings = &c->postings;
	d.sort_title = c->title_key.data;
	d.sort_title_n = c->title_key.len;
	d.sort_municipality = c->municipality_key.data;
	d.sort_municipality_n = c->municipality_key.len;
	d.date = (uint32_t)indexed_date(f.date_start);
	d.source = b->now.files[i].number;
	d.source_order = (uint32_t)j;
	if (!st)
		st = writer_put(c->w, &d, err);
	c->puts++;
	ficha_release(&f);
	return st;
}

static enum status S_delete_gone(struct change *c, struct err *err)
{
	const struct catalogue *old = &c->b->before;
	char term[TERM_MAX + 2];
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < old->n; i++)
		for (size_t j = 0; !st && j < old->files[i].n; j++) {
			const char *id = old->files[i].entries[j].id;
			uint32_t n;

			if (!id || id_table_find(&c->new_ids, id))
				continue;
			snprintf(term, sizeof term, "Q%s", id);
			c->deletes++;
			if (c->w && !c->all)
				st = writer_delete_term(c->w, term, &n, err);
		}
	return st;
}

/* What became of one entry, against what is published. */
static bool S_same(struct change *c, size_t i, size_t j, bool *known)
{
	const struct source_file *file = &c->b->now.files[i];
	const struct entry *e = &file->entries[j];
	struct id_slot *s = id_table_find(&c->old_ids, e->id);
	const struct source_file *old;

	*known = s != NULL;
	if (!s)
		return false;
	old = &c->b->before.files[s->file];
	return old->entries[s->entry].hash == e->hash && old->number == file->number &&
	       s->entry == j;
}

static enum status S_put_changed(struct change *c, struct err *err)
{
	struct build_report *r = c->b->report;
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < c->b->now.n; i++) {
		struct source_file *file = &c->b->now.files[i];

		if (file->seen) {
			r->found += file->n + file->rejected;
			r->rejected += file->rejected;
		}
		for (size_t j = 0; !st && j < file->n; j++) {
			bool known = false, same;

			st = S_check_interrupt(err);
			if (st)
				break;
			if (!file->entries[j].id) {
				r->rejected += file->seen;
				continue;
			}
			same = S_same(c, i, j, &known);
			if (file->seen) {
				r->added += !known;
				r->updated += known && !same;
				r->unchanged += same;
			}
			if (c->w && (c->all || !same))
				st = S_put(c, i, j, err);
			else if (!same)
				c->puts++;
		}
	}
	return st;
}

static bool S_errors_forbid(const struct build *b)
{
	return b->o->strict && diags_count(b->diags, DIAG_ERROR) > 0;
}

/* Whether anything but the catalogue's notes of times would change. */
static bool S_catalogue_changed(const struct build *b)
{
	if (b->now.n != b->before.n || strcmp(b->now.tables, b->before.tables) != 0)
		return true;
	for (size_t i = 0; i < b->now.n; i++)
		if (strcmp(b->now.files[i].real, b->before.files[i].real) != 0 ||
		    strcmp(b->now.files[i].hash, b->before.files[i].hash) != 0 ||
		    strcmp(b->now.files[i].path, b->before.files[i].path) != 0)
			return true;
	return false;
}

static enum status S_change(struct build *b, struct err *err)
{
	struct change c = {.b = b};
	const char *dir = NULL;
	int usable = 0;
	enum status st = S_table_of(&c.old_ids, &b->before, err);

	postings_init(&c.postings);
	buf_init(&c.bytes, 0);
	buf_init(&c.title_key, 0);
	buf_init(&c.municipality_key, 0);
	if (!st)
		st = S_table_of(&c.new_ids, &b->now, err);
	/* First only counting: a run without a change writes nothing at all. */
	if (!st)
		st = S_delete_gone(&c, err);
	if (!st)
		st = S_put_changed(&c, err);
	b->report->removed = c.deletes;
	b->report->documents = catalogue_count(&b->now);
	if (!st && S_errors_forbid(b))
		st = err_set(
			err, ST_INPUT, "%s",
			_("there were errors, and --strict: nothing was published"));
	if (!st && b->store &&
	    (c.puts || c.deletes || !b->old || S_catalogue_changed(b))) {
		struct build_report counted = *b->report;

		c.puts = c.deletes = 0;
		st = store_build_dir(&dir, &usable, b->store, err);
		if (!st && (!usable || !b->old)) {
			st = store_build_reset(b->store, err);
			c.all = true;
		}
		if (!st)
			st = writer_open(&c.w, dir, c.all, err);
		if (!st)
			st = S_delete_gone(&c, err);
		if (!st)
			st = S_put_changed(&c, err);
		*b->report = counted;
		if (!st)
			st = writer_commit(c.w, err);
		writer_close(c.w);
		if (!st)
			st = S_check_interrupt(err);
		if (!st)
			st = publish(b->store, dir, &b->now, b->lexicon, b->a, err);
		b->report->published = !st;
	}
	buf_release(&c.municipality_key);
	buf_release(&c.title_key);
	buf_release(&c.bytes);
	postings_release(&c.postings);
	id_table_release(&c.old_ids);
	id_table_release(&c.new_ids);
	return st;
}

enum status build_run(struct build_report *out, const struct build_options *o,
		      struct diags *d, struct err *err)
{
	struct build b = {.o = o, .report = out, .diags = d, .spool = {.fd = -1}};
	enum status st;

	memset(out, 0, sizeof *out);
	catalogue_init(&b.before);
	catalogue_init(&b.now);
	found_list_init(&b.found);
	buf_init(&b.spool.pending, 0);
	st = S_prepare(&b, err);
	if (!st)
		st = o->remove ? S_remove(&b, err) : S_walk(&b, err);
	if (!st && !o->remove)
		st = S_read_all(&b, err);
	if (!st)
		st = S_settle(&b, err);
	if (!st)
		st = S_change(&b, err);
	if (!st && b.store) {
		struct snapshot *s = NULL;
		struct err why;

		if (!store_current(&s, b.store, &why) && s)
			snprintf(out->generation, sizeof out->generation, "%s",
				 store_generation(s));
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
