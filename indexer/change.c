#include "build_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "indexed.h"
#include "messages.h"
#include "publish.h"
#include "workers.h"
#include "writer.h"

/* ---- changing the build folder ---- */

static enum status S_table_of(struct id_table *t, const struct catalogue *c,
			      struct err *err)
{
	enum status st = id_table_init(t, c, err);

	for (size_t i = 0; !st && i < c->n; i++)
		for (size_t j = 0; j < c->files[i].n; j++)
			if (c->files[i].entries[j].id)
				id_table_add(t, i, j);
	return st;
}

struct change { /* one writer run */
	struct build *b;
	struct writer *w;
	struct id_table old_ids, new_ids;
	bool all;	   /* the build folder is empty: put everything */
	struct strs parts; /* of a first build of some size */
	size_t puts, deletes;
	bool share;	   /* a worker: the parent shows the progress */
	uint64_t *indexed; /* fichas put by all processes: they share it */
	struct postings postings;
	struct buf bytes, title_key, municipality_key;
	struct buf dictionary; /* of the parts' records */
};

static void S_show(void *ctx)
{
	struct change *c = ctx;

	c->b->progress.fichas = (size_t)__atomic_load_n(c->indexed, __ATOMIC_RELAXED);
	build_show(c->b);
}

static enum status S_put(struct change *c, size_t i, size_t j, struct err *err)
{
	struct build *b = c->b;
	struct ficha f;
	struct document d = {0};
	const char *name;
	enum status st = build_record(&f, b, i, j, &c->bytes, err);

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
	__atomic_add_fetch(c->indexed, 1, __ATOMIC_RELAXED);
	if (!c->share)
		S_show(c);
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

			st = build_check_interrupt(err);
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

/* ---- a first build of some size: in parts, by all cores ----
 *
 * Xapian's writer slows down as its trees grow, and one process uses one core.
 * So the fichas, in document order, are cut into parts of PART_FICHAS; each is
 * a small database, made by whichever worker's turn it is; joined in their
 * order they are what one writer would have made, for any number of workers.
 * All parts are open at once then, with four files each: there are never more
 * than PARTS_MAX, and a process may have 1024 files.
 */
#define PART_FICHAS 1500
#define PARTS_MAX   200

static size_t S_part_size(size_t fichas)
{
	size_t size = (fichas + PARTS_MAX - 1) / PARTS_MAX;

	return size > PART_FICHAS ? size : PART_FICHAS;
}

struct place_of { /* of an entry */
	uint32_t file, entry;
};

static enum status S_places(struct place_of **out, size_t *n, const struct catalogue *c,
			    struct err *err)
{
	*n = 0;
	*out = calloc(catalogue_count(c) + 1, sizeof **out);
	if (!*out)
		return err_nomem(err);
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->files[i].n; j++)
			if (c->files[i].entries[j].id)
				(*out)[(*n)++] =
					(struct place_of){(uint32_t)i, (uint32_t)j};
	return ST_OK;
}

static enum status S_part(struct change *c, const char *dir,
			  const struct place_of *places, size_t n, struct err *err)
{
	enum status st = writer_open_part(&c->w, dir, c->dictionary.data,
					  c->dictionary.len, err);

	for (size_t i = 0; !st && i < n; i++) {
		st = build_check_interrupt(err);
		if (!st)
			st = S_put(c, places[i].file, places[i].entry, err);
	}
	if (!st)
		st = writer_commit(c->w, err);
	writer_close(c->w);
	c->w = NULL;
	return st;
}

/* What the records have in common, of some that are spread evenly over all. */
#define SAMPLES 400

static enum status S_dictionary(struct change *c, const struct place_of *places,
				size_t n, struct err *err)
{
	size_t step = n / SAMPLES + 1, sizes[SAMPLES], k = 0;
	struct buf records;
	enum status st = ST_OK;

	buf_init(&records, 0);
	for (size_t i = 0; !st && i < n && k < SAMPLES; i += step) {
		struct ficha f;

		st = build_record(&f, c->b, places[i].file, places[i].entry, &c->bytes,
				  err);
		if (st)
			break;
		ficha_release(&f);
		/* A few large ones are not what most have in common. */
		if (c->bytes.len > 64 * 1024)
			continue;
		buf_add(&records, c->bytes.data, c->bytes.len);
		sizes[k++] = c->bytes.len;
		st = buf_status(&records, err);
	}
	if (!st)
		st = writer_dictionary(&c->dictionary, records.data, sizes, k, err);
	buf_release(&records);
	return st;
}

/* The parts whose turn is worker `mine` of `workers`. */
static enum status S_share(struct change *c, const struct place_of *places, size_t n,
			   size_t mine, size_t workers, struct err *err)
{
	enum status st = ST_OK;
	size_t size = S_part_size(n);

	for (size_t k = mine; !st && k < c->parts.n; k += workers) {
		size_t first = k * size;
		size_t count = n - first < size ? n - first : size;

		st = S_part(c, c->parts.v[k], places + first, count, err);
	}
	return st;
}

static enum status S_part_names(struct change *c, size_t n, struct err *err)
{
	char path[PATH_MAX];

	for (size_t k = 0; k * S_part_size(n) < n; k++) {
		if (snprintf(path, sizeof path, "%s/parts/%06zu", c->b->o->index, k) >=
		    (int)sizeof path)
			return err_set(err, ST_IO, "%s", _("the path is too long"));
		if (!strs_add(&c->parts, path))
			return err_nomem(err);
	}
	snprintf(path, sizeof path, "%s/parts", c->b->o->index);
	return mkdir(path, 0700) == 0
		       ? ST_OK
		       : err_errno(err, ST_IO, _("cannot write %s"), path);
}

static enum status S_put_parts(struct change *c, struct err *err)
{
	struct place_of *places = NULL;
	struct workers workers;
	size_t n = 0, jobs = c->b->o->jobs;
	enum status st = S_places(&places, &n, &c->b->now, err);

	if (!jobs) {
		long cores = sysconf(_SC_NPROCESSORS_ONLN);

		jobs = cores > 0 ? (size_t)cores : 1;
	}
	if (!st)
		st = S_part_names(c, n, err);
	if (jobs > c->parts.n)
		jobs = c->parts.n;
	if (jobs > WORKERS_MAX)
		jobs = WORKERS_MAX;
	if (!st)
		st = spool_flush(&c->b->spool, err);
	if (!st)
		st = S_dictionary(c, places, n, err);
	if (!st && jobs <= 1) {
		st = S_share(c, places, n, 0, 1, err);
	} else if (!st) {
		st = workers_start(&workers, jobs, err);
		if (!st && workers_child(&workers) >= 0) {
			struct err why = {0};

			c->share = true;
			st = S_share(c, places, n, (size_t)workers_child(&workers),
				     jobs, &why);
			workers_exit(&workers, st, &why);
		}
		workers.tick = S_show;
		workers.tick_ctx = c;
		if (!st)
			st = workers_wait(&workers, err);
	}
	free(places);
	return st;
}

/* Parts that a build left behind, ours or one that was killed. */
static void S_drop_parts(const struct build *b)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof path, "%s/parts", b->o->index) < (int)sizeof path)
		remove_folder(path);
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

/* The difference, by one writer in the build folder. */
static enum status S_put_all(struct change *c, const char *dir, struct err *err)
{
	enum status st = writer_open(&c->w, dir, c->all, err);

	if (!st)
		st = S_delete_gone(c, err);
	if (!st)
		st = S_put_changed(c, err);
	if (!st)
		st = writer_commit(c->w, err);
	writer_close(c->w);
	c->w = NULL;
	return st;
}

static void S_wait(void *ctx)
{
	build_show(ctx);
}

enum status build_change(struct build *b, struct err *err)
{
	struct change c = {.b = b};
	const char *dir = NULL;
	int usable = 0;
	enum status st = S_table_of(&c.old_ids, &b->before, err);

	c.indexed = mmap(NULL, sizeof *c.indexed, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c.indexed == MAP_FAILED) {
		id_table_release(&c.old_ids);
		return err_nomem(err);
	}
	postings_init(&c.postings);
	buf_init(&c.bytes, 0);
	buf_init(&c.title_key, 0);
	buf_init(&c.municipality_key, 0);
	buf_init(&c.dictionary, 0);
	if (!st)
		st = expressions_open(&c.postings.expressions, b->lexicon, b->a,
				      b->stemmer, err);
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

		b->progress.phase = PHASE_INDEXING;
		b->progress.fichas = 0;
		b->progress.n_fichas = c.puts;
		c.puts = c.deletes = 0;
		st = store_build_dir(&dir, &usable, b->store, err);
		if (!st && (!usable || !b->old)) {
			st = store_build_reset(b->store, err);
			c.all = true;
		}
		S_drop_parts(b);
		if (!st && c.all && counted.documents > PART_FICHAS) {
			id_table_release(&c.old_ids);
			id_table_release(&c.new_ids);
			st = S_put_parts(&c, err);
		} else if (!st) {
			st = S_put_all(&c, dir, err);
		}
		*b->report = counted;
		if (!st)
			st = build_check_interrupt(err);
		b->progress.phase = PHASE_PUBLISHING;
		build_show(b);
		if (!st)
			st = publish(b->store, dir,
				     c.parts.n ? (const char *const *)c.parts.v : NULL,
				     c.parts.n, &b->now, b->lexicon, b->a, S_wait, b,
				     err);
		if (c.parts.n)
			S_drop_parts(b);
		strs_release(&c.parts);
		b->report->published = !st;
	}
	buf_release(&c.dictionary);
	buf_release(&c.municipality_key);
	buf_release(&c.title_key);
	buf_release(&c.bytes);
	expressions_close(c.postings.expressions);
	postings_release(&c.postings);
	id_table_release(&c.old_ids);
	id_table_release(&c.new_ids);
	munmap(c.indexed, sizeof *c.indexed);
	return st;
}
