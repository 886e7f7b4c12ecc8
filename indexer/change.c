#include "change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "messages.h"
#include "publish.h"

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

void change_show(void *ctx)
{
	struct change *c = ctx;

	c->b->progress.fichas = (size_t)__atomic_load_n(c->indexed, __ATOMIC_RELAXED);
	build_show(c->b);
}

enum status change_put(struct change *c, size_t i, size_t j, struct err *err)
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
	__atomic_add_fetch(c->indexed, 1, __ATOMIC_RELAXED);
	if (!c->share)
		change_show(c);
	ficha_release(&f);
	return st;
}

/* ---- the difference ---- */

/* The ids that are no more, by a table of those that are. */
static enum status S_find_gone(struct change *c, struct err *err)
{
	const struct catalogue *old = &c->b->before;
	struct id_table now;
	enum status st = S_table_of(&now, &c->b->now, err);

	for (size_t i = 0; !st && i < old->n; i++)
		for (size_t j = 0; !st && j < old->files[i].n; j++) {
			const char *id = old->files[i].entries[j].id;

			if (!id || id_table_find(&now, id))
				continue;
			if ((c->n_gone & (c->n_gone - 1)) == 0) {
				size_t cap = c->n_gone ? 2 * c->n_gone : 1;
				const char **v = realloc(c->gone, cap * sizeof *v);

				if (!v) {
					st = err_nomem(err);
					break;
				}
				c->gone = v;
			}
			c->gone[c->n_gone++] = id;
		}
	id_table_release(&now);
	return st;
}

/* What became of one entry, against what is published. */
static bool S_same(struct change *c, const struct id_table *old_ids, size_t i, size_t j,
		   bool *known)
{
	const struct source_file *file = &c->b->now.files[i];
	const struct entry *e = &file->entries[j];
	struct id_slot *s = id_table_find(old_ids, e->id);
	const struct source_file *old;

	*known = s != NULL;
	if (!s)
		return false;
	old = &c->b->before.files[s->file];
	return old->entries[s->entry].hash == e->hash && old->number == file->number &&
	       s->entry == j;
}

/* Marks what is the same, counts. */
static enum status S_find_changed(struct change *c, struct err *err)
{
	struct build_report *r = c->b->report;
	struct id_table old_ids;
	enum status st = S_table_of(&old_ids, &c->b->before, err);

	for (size_t i = 0; !st && i < c->b->now.n; i++) {
		struct source_file *file = &c->b->now.files[i];

		if (file->seen) {
			r->found += file->n + file->rejected;
			r->rejected += file->rejected;
		}
		for (size_t j = 0; !st && j < file->n; j++) {
			struct entry *e = &file->entries[j];
			bool known = false;

			st = build_check_interrupt(err);
			if (st)
				break;
			if (!e->id) {
				r->rejected += file->seen;
				continue;
			}
			e->same = S_same(c, &old_ids, i, j, &known);
			c->puts += !e->same;
			if (file->seen) {
				r->added += !known;
				r->updated += known && !e->same;
				r->unchanged += e->same;
			}
		}
	}
	id_table_release(&old_ids);
	return st;
}

/* Of what was published nothing is asked any more but the records of files that
 * were not read again. */
static void S_forget_before(struct build *b)
{
	for (size_t i = 0; i < b->before.n; i++) {
		const struct source_file *f =
			catalogue_find(&b->now, b->before.files[i].real);
		bool waits = true;

		for (size_t j = 0; f && j < f->n && waits; j++)
			waits = f->entries[j].spool_n != 0;
		if (waits)
			source_file_clear(&b->before.files[i]);
	}
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
	char term[TERM_MAX + 2];
	enum status st = writer_open(&c->w, dir, c->all, err);

	for (size_t i = 0; !st && !c->all && i < c->n_gone; i++) {
		uint32_t n;

		snprintf(term, sizeof term, "Q%s", c->gone[i]);
		st = writer_delete_term(c->w, term, &n, err);
	}
	for (size_t i = 0; !st && i < c->b->now.n; i++) {
		const struct source_file *file = &c->b->now.files[i];

		for (size_t j = 0; !st && j < file->n; j++) {
			const struct entry *e = &file->entries[j];

			st = build_check_interrupt(err);
			if (!st && e->id && (c->all || !e->same))
				st = change_put(c, i, j, err);
		}
	}
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
	enum status st = ST_OK;

	c.indexed = mmap(NULL, sizeof *c.indexed, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c.indexed == MAP_FAILED)
		return err_nomem(err);
	postings_init(&c.postings);
	buf_init(&c.bytes, 0);
	buf_init(&c.title_key, 0);
	buf_init(&c.municipality_key, 0);
	buf_init(&c.dictionary, 0);
	if (!st)
		st = expressions_open(&c.postings.expressions, b->lexicon, b->a,
				      b->stemmer, err);
	/* First only counting: a run without a change writes nothing at all. */
	if (!st)
		st = S_find_gone(&c, err);
	if (!st)
		st = S_find_changed(&c, err);
	b->report->removed = c.n_gone;
	b->report->documents = catalogue_count(&b->now);
	if (!st && S_errors_forbid(b))
		st = err_set(
			err, ST_INPUT, "%s",
			_("there were errors, and --strict: nothing was published"));
	if (!st && b->store &&
	    (c.puts || c.n_gone || !b->old || S_catalogue_changed(b))) {
		b->progress.phase = PHASE_INDEXING;
		b->progress.fichas = 0;
		b->progress.n_fichas = c.puts;
		S_forget_before(b);
		st = store_build_dir(&dir, &usable, b->store, err);
		if (!st && (!usable || !b->old)) {
			st = store_build_reset(b->store, err);
			c.all = true;
		}
		if (c.all)
			b->progress.n_fichas = b->report->documents;
		parts_drop(b);
		if (!st && c.all && b->report->documents > PART_FICHAS)
			st = parts_put(&c, err);
		else if (!st)
			st = S_put_all(&c, dir, err);
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
			parts_drop(b);
		strs_release(&c.parts);
		b->report->published = !st;
	}
	buf_release(&c.dictionary);
	buf_release(&c.municipality_key);
	buf_release(&c.title_key);
	buf_release(&c.bytes);
	expressions_close(c.postings.expressions);
	postings_release(&c.postings);
	free(c.gone);
	munmap(c.indexed, sizeof *c.indexed);
	return st;
}
