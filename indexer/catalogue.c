#include "catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "array.h"
#include "buf.h"

void catalogue_init(struct catalogue *c)
{
	memset(c, 0, sizeof *c);
}

const char *catalogue_string(struct catalogue *c, const char *s, size_t n)
{
	struct err ignored;

	if (!c->strings && arena_open(&c->strings, &ignored))
		return NULL;
	return arena_copy(c->strings, s, n);
}

void source_file_clear(struct source_file *f)
{
	free(f->entries);
	f->entries = NULL;
	f->n = f->cap = 0;
	f->rejected = 0;
}

static void S_file_release(struct source_file *f)
{
	source_file_clear(f);
	free(f->real);
	free(f->root);
	free(f->path);
	memset(f, 0, sizeof *f);
}

void catalogue_release(struct catalogue *c)
{
	for (size_t i = 0; i < c->n; i++)
		S_file_release(&c->files[i]);
	free(c->files);
	arena_close(c->strings);
	catalogue_init(c);
}

/* First file whose real path is not below `real`. */
static size_t S_lower(const struct catalogue *c, const char *real)
{
	size_t lo = 0, hi = c->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(c->files[mid].real, real) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct source_file *catalogue_find(const struct catalogue *c, const char *real)
{
	size_t i = S_lower(c, real);

	return i < c->n && strcmp(c->files[i].real, real) == 0 ? &c->files[i] : NULL;
}

enum status catalogue_add(struct source_file **out, struct catalogue *c,
			  const char *real, struct err *err)
{
	size_t i = S_lower(c, real);
	char *copy;

	*out = NULL;
	if (i < c->n && strcmp(c->files[i].real, real) == 0) {
		*out = &c->files[i];
		return ST_OK;
	}
	copy = strdup(real);
	if (!copy)
		return err_nomem(err);
	if (!array_more(&c->files, &c->cap, c->n, sizeof *c->files, 16)) {
		free(copy);
		return err_nomem(err);
	}
	memmove(&c->files[i + 1], &c->files[i], (c->n - i) * sizeof *c->files);
	memset(&c->files[i], 0, sizeof c->files[i]);
	c->files[i].real = copy;
	c->files[i].number = c->next_number++;
	c->n++;
	*out = &c->files[i];
	return ST_OK;
}

size_t catalogue_remove(struct catalogue *c,
			bool (*gone)(void *ctx, const struct source_file *f), void *ctx)
{
	size_t keep = 0, before = c->n;

	for (size_t i = 0; i < c->n; i++)
		if (gone(ctx, &c->files[i]))
			S_file_release(&c->files[i]);
		else
			c->files[keep++] = c->files[i];
	c->n = keep;
	return before - keep;
}

static bool S_copy_file(struct source_file *to, const struct source_file *from)
{
	*to = *from;
	to->real = to->root = to->path = NULL;
	to->cap = from->n;
	to->entries = from->n ? calloc(from->n, sizeof *to->entries) : NULL;
	if (from->n && to->entries)
		memcpy(to->entries, from->entries, from->n * sizeof *to->entries);
	return (to->entries || !from->n) &&
	       str_set(&to->real, from->real, strlen(from->real)) &&
	       str_set(&to->root, from->root, strlen(from->root)) &&
	       str_set(&to->path, from->path, strlen(from->path));
}

enum status catalogue_copy(struct catalogue *out, const struct catalogue *c,
			   struct err *err)
{
	catalogue_init(out);
	out->files = calloc(c->n + 1, sizeof *out->files);
	if (!out->files)
		return err_nomem(err);
	out->cap = c->n + 1;
	out->next_number = c->next_number;
	out->spool = c->spool;
	memcpy(out->tables, c->tables, sizeof out->tables);
	for (size_t i = 0; i < c->n; i++) {
		out->n++;
		if (!S_copy_file(&out->files[i], &c->files[i])) {
			catalogue_release(out);
			return err_nomem(err);
		}
	}
	return ST_OK;
}

enum status source_file_add(struct entry **out, struct source_file *f, struct err *err)
{
	*out = NULL;
	if (!array_more(&f->entries, &f->cap, f->n, sizeof *f->entries, 8))
		return err_nomem(err);
	*out = &f->entries[f->n++];
	memset(*out, 0, sizeof **out);
	return ST_OK;
}

size_t catalogue_count(const struct catalogue *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->files[i].n; j++)
			count += c->files[i].entries[j].id != NULL;
	return count;
}

/* ---- ids ---- */

#define FREE UINT32_MAX

enum status id_table_init(struct id_table *t, const struct catalogue *c,
			  struct err *err)
{
	size_t total = 0;

	for (size_t i = 0; i < c->n; i++)
		total += c->files[i].n;
	memset(t, 0, sizeof *t);
	t->catalogue = c;
	t->cap = 64;
	while (t->cap < total + total / 2)
		t->cap *= 2;
	t->slots = malloc(t->cap * sizeof *t->slots);
	if (!t->slots)
		return err_nomem(err);
	for (size_t i = 0; i < t->cap; i++)
		t->slots[i] = (struct id_slot){FREE, 0, 0};
	return ST_OK;
}

void id_table_release(struct id_table *t)
{
	free(t->slots);
	memset(t, 0, sizeof *t);
}

static const char *S_id_of(const struct id_table *t, const struct id_slot *s)
{
	return t->catalogue->files[s->file].entries[s->entry].id;
}

static size_t S_slot(const struct id_table *t, const char *id)
{
	size_t at = XXH3_64bits(id, strlen(id)) & (t->cap - 1);

	while (t->slots[at].file != FREE && strcmp(S_id_of(t, &t->slots[at]), id) != 0)
		at = (at + 1) & (t->cap - 1);
	return at;
}

struct id_slot *id_table_find(const struct id_table *t, const char *id)
{
	struct id_slot *s = &t->slots[S_slot(t, id)];

	return s->file != FREE ? s : NULL;
}

void id_table_add(struct id_table *t, size_t file, size_t entry)
{
	struct id_slot *s =
		&t->slots[S_slot(t, t->catalogue->files[file].entries[entry].id)];

	t->n += s->file == FREE;
	*s = (struct id_slot){(uint32_t)file, (uint32_t)entry, 0};
}

/* The n-th candidate for a derived id: base, base-2023, base-2023-2, ... */
static enum status S_candidate(struct buf *out, const struct entry *e, unsigned n,
			       struct err *err)
{
	buf_clear(out);
	buf_adds(out, e->base_id);
	if (n > 0 && e->year)
		buf_addf(out, "-%d", e->year);
	if (n > (e->year ? 1u : 0u))
		buf_addf(out, "-%u", e->year ? n : n + 1);
	return buf_status(out, err);
}

/* The first candidate that nobody has.  Where many have one base, the slot of
 * the last candidate without a number remembers up to where the numbers are
 * taken: none of them comes free again. */
static enum status S_derive(struct catalogue *c, struct entry *e,
			    const struct id_table *taken, struct buf *id,
			    struct err *err)
{
	unsigned more = e->year ? 0 : 1; /* the n-th has the number n + more */
	struct id_slot *last = NULL, *s;
	const char *was = e->id;

	for (unsigned n = 0;; n++) {
		enum status st = S_candidate(id, e, n, err);

		if (st)
			return st;
		s = id_table_find(taken, id->data);
		if (!s)
			break;
		if (n + more == 1) {
			last = s;
			if (last->next > 2)
				n = last->next - 1 - more;
		}
		if (last)
			last->next = n + more + 1;
	}
	if (strcmp(id->data, e->base_id) == 0)
		e->id = e->base_id;
	else if (!was || strcmp(id->data, was) != 0)
		e->id = catalogue_string(c, id->data, id->len);
	return e->id ? ST_OK : err_nomem(err);
}

enum status catalogue_assign(struct catalogue *c,
			     void (*doubled)(void *ctx, const struct source_file *file,
					     const struct entry *e,
					     const struct source_file *first_file,
					     const struct entry *first),
			     void *ctx, struct err *err)
{
	struct id_table taken;
	struct buf id;
	enum status st = id_table_init(&taken, c, err);

	buf_init(&id, 0);
	/* Ids that stand in a source come first: nothing derived may take one
	 * away from the record that names it. */
	for (size_t i = 0; !st && i < c->n; i++)
		for (size_t j = 0; j < c->files[i].n; j++) {
			struct entry *e = &c->files[i].entries[j];
			struct id_slot *s;

			if (!e->given)
				continue;
			e->id = NULL;
			s = id_table_find(&taken, e->base_id);
			if (!s) {
				e->id = e->base_id;
				id_table_add(&taken, i, j);
			} else if (doubled) {
				doubled(ctx, &c->files[i], e, &c->files[s->file],
					&c->files[s->file].entries[s->entry]);
			}
		}
	for (size_t i = 0; !st && i < c->n; i++)
		for (size_t j = 0; !st && j < c->files[i].n; j++) {
			struct entry *e = &c->files[i].entries[j];

			if (e->given)
				continue;
			st = S_derive(c, e, &taken, &id, err);
			if (!st)
				id_table_add(&taken, i, j);
		}
	buf_release(&id);
	id_table_release(&taken);
	return st;
}
