#include "catalogue.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "messages.h"

void catalogue_init(struct catalogue *c)
{
	memset(c, 0, sizeof *c);
}

void entry_release(struct entry *e)
{
	free(e->base_id);
	free(e->id);
	free(e->shadow);
	memset(e, 0, sizeof *e);
}

void source_file_clear(struct source_file *f)
{
	for (size_t i = 0; i < f->n; i++)
		entry_release(&f->entries[i]);
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
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 16;
		struct source_file *v = realloc(c->files, cap * sizeof *v);

		if (!v) {
			free(copy);
			return err_nomem(err);
		}
		c->files = v;
		c->cap = cap;
	}
	memmove(&c->files[i + 1], &c->files[i], (c->n - i) * sizeof *c->files);
	memset(&c->files[i], 0, sizeof c->files[i]);
	c->files[i].real = copy;
	c->files[i].number = c->next_number++;
	c->n++;
	*out = &c->files[i];
	return ST_OK;
}

void catalogue_remove(struct catalogue *c, size_t i)
{
	S_file_release(&c->files[i]);
	memmove(&c->files[i], &c->files[i + 1], (c->n - i - 1) * sizeof *c->files);
	c->n--;
}

enum status source_file_add(struct entry **out, struct source_file *f, struct err *err)
{
	*out = NULL;
	if (f->n == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 8;
		struct entry *v = realloc(f->entries, cap * sizeof *v);

		if (!v)
			return err_nomem(err);
		f->entries = v;
		f->cap = cap;
	}
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

enum status id_table_init(struct id_table *t, size_t expected, struct err *err)
{
	t->n = 0;
	t->cap = 64;
	while (t->cap < 2 * expected + 2)
		t->cap *= 2;
	t->slots = calloc(t->cap, sizeof *t->slots);
	return t->slots ? ST_OK : err_nomem(err);
}

void id_table_release(struct id_table *t)
{
	free(t->slots);
	memset(t, 0, sizeof *t);
}

static size_t S_slot(const struct id_table *t, const char *id)
{
	size_t at = XXH3_64bits(id, strlen(id)) & (t->cap - 1);

	while (t->slots[at].id && strcmp(t->slots[at].id, id) != 0)
		at = (at + 1) & (t->cap - 1);
	return at;
}

struct id_slot *id_table_find(const struct id_table *t, const char *id)
{
	struct id_slot *s = &t->slots[S_slot(t, id)];

	return s->id ? s : NULL;
}

void id_table_add(struct id_table *t, const char *id, size_t file, size_t entry)
{
	struct id_slot *s = &t->slots[S_slot(t, id)];

	if (!s->id)
		t->n++;
	s->id = id;
	s->file = file;
	s->entry = entry;
}

/* The n-th candidate for a derived id: base, base-2023, base-2023-2, ... */
static enum status S_candidate(char **out, const struct entry *e, unsigned n,
			       struct err *err)
{
	struct buf b;

	buf_init(&b, 0);
	buf_adds(&b, e->base_id);
	if (n > 0 && e->year)
		buf_addf(&b, "-%d", e->year);
	if (n > (e->year ? 1u : 0u))
		buf_addf(&b, "-%u", e->year ? n : n + 1);
	*out = buf_detach(&b);
	return *out ? ST_OK : err_nomem(err);
}

enum status catalogue_assign(struct catalogue *c,
			     void (*doubled)(void *ctx, const struct source_file *file,
					     const struct entry *e,
					     const struct source_file *first_file,
					     const struct entry *first),
			     void *ctx, struct err *err)
{
	struct id_table taken;
	size_t total = 0;
	enum status st;

	for (size_t i = 0; i < c->n; i++)
		total += c->files[i].n;
	st = id_table_init(&taken, total, err);
	/* Ids that stand in a source come first: nothing derived may take one
	 * away from the record that names it. */
	for (size_t i = 0; !st && i < c->n; i++)
		for (size_t j = 0; !st && j < c->files[i].n; j++) {
			struct entry *e = &c->files[i].entries[j];
			struct id_slot *s;

			free(e->id);
			e->id = NULL;
			if (!e->given)
				continue;
			s = id_table_find(&taken, e->base_id);
			if (s) {
				if (doubled)
					doubled(ctx, &c->files[i], e,
						&c->files[s->file],
						&c->files[s->file].entries[s->entry]);
				continue;
			}
			if (!str_set(&e->id, e->base_id, strlen(e->base_id))) {
				st = err_nomem(err);
				break;
			}
			id_table_add(&taken, e->id, i, j);
		}
	for (size_t i = 0; !st && i < c->n; i++)
		for (size_t j = 0; !st && j < c->files[i].n; j++) {
			struct entry *e = &c->files[i].entries[j];

			if (e->given)
				continue;
			for (unsigned n = 0;; n++) {
				char *id;

				st = S_candidate(&id, e, n, err);
				if (st)
					break;
				if (!id_table_find(&taken, id)) {
					e->id = id;
					id_table_add(&taken, id, i, j);
					break;
				}
				free(id);
			}
		}
	id_table_release(&taken);
	return st;
}

/* ---- the file `sources` ----
 *
 * {"catalogue":1,"tables":"<hash>","next":7,
 *  "files":[{"real":"...","root":"...","path":"...","size":1,"mtime":2,
 *            "hash":"...","number":3,"rejected":0,
 *            "fichas":[["base",given,year,line,"id or null","hash hex",
 *                       shadow or null],...]},...]}
 */

static json_t *S_entry_json(const struct entry *e)
{
	char hex[17];

	snprintf(hex, sizeof hex, "%016llx", (unsigned long long)e->hash);
	return json_pack("[s,b,i,i,s?,s,s?]", e->base_id, (int)e->given, e->year,
			 (int)e->line, e->id, hex, e->shadow);
}

static json_t *S_file_json(const struct source_file *f)
{
	json_t *o, *fichas = json_array();

	for (size_t i = 0; fichas && i < f->n; i++)
		if (json_array_append_new(fichas, S_entry_json(&f->entries[i])) != 0) {
			json_decref(fichas);
			fichas = NULL;
		}
	if (!fichas)
		return NULL;
	/* A path need not be UTF-8: it is escaped as %XX where it is not (see
	 * walk.c), so that JSON can hold it. */
	o = json_pack("{s:s,s:s,s:s,s:I,s:I,s:s,s:I,s:I,s:o}", "real", f->real, "root",
		      f->root, "path", f->path, "size", (json_int_t)f->size, "mtime",
		      (json_int_t)f->mtime, "hash", f->hash, "number",
		      (json_int_t)f->number, "rejected", (json_int_t)f->rejected,
		      "fichas", fichas);
	return o;
}

static int S_dump(const char *data, size_t n, void *ctx)
{
	struct buf *out = ctx;

	buf_add(out, data, n);
	return out->failed ? -1 : 0;
}

enum status catalogue_write(struct buf *out, const struct catalogue *c, struct err *err)
{
	json_t *files = json_array(), *top = NULL;
	bool ok = files != NULL;

	for (size_t i = 0; ok && i < c->n; i++)
		ok = json_array_append_new(files, S_file_json(&c->files[i])) == 0;
	if (ok)
		top = json_pack("{s:i,s:s,s:I,s:O}", "catalogue", 1, "tables",
				c->tables, "next", (json_int_t)c->next_number, "files",
				files);
	ok = top && json_dump_callback(top, S_dump, out, JSON_COMPACT) == 0;
	json_decref(top);
	json_decref(files);
	if (out->failed)
		return buf_status(out, err);
	return ok ? ST_OK : err_nomem(err);
}

static bool S_entry_read(struct entry *e, json_t *v)
{
	const char *base, *hash, *id, *shadow;
	json_t *id_or_null, *shadow_or_null;
	int given, year, line;
	json_error_t je;

	if (json_unpack_ex(v, &je, 0, "[s,b,i,i,o,s,o]", &base, &given, &year, &line,
			   &id_or_null, &hash, &shadow_or_null) != 0)
		return false;
	id = json_string_value(id_or_null);
	shadow = json_string_value(shadow_or_null);
	if (strlen(hash) != 16 || line < 0)
		return false;
	e->given = given;
	e->year = year;
	e->line = (unsigned)line;
	e->hash = strtoull(hash, NULL, 16);
	return str_set(&e->base_id, base, strlen(base)) &&
	       str_set(&e->id, id, id ? strlen(id) : 0) &&
	       str_set(&e->shadow, shadow, shadow ? strlen(shadow) : 0);
}

static bool S_file_read(struct catalogue *c, json_t *v, struct err *err)
{
	const char *real, *root, *path, *hash;
	json_int_t size, mtime, number, rejected;
	json_t *fichas, *item;
	struct source_file *f;
	json_error_t je;
	size_t i;

	if (json_unpack_ex(v, &je, 0, "{s:s,s:s,s:s,s:I,s:I,s:s,s:I,s:I,s:o}", "real",
			   &real, "root", &root, "path", &path, "size", &size, "mtime",
			   &mtime, "hash", &hash, "number", &number, "rejected",
			   &rejected, "fichas", &fichas) != 0)
		return false;
	if (strlen(hash) >= sizeof f->hash || number < 0 || number > UINT32_MAX - 1 ||
	    catalogue_find(c, real))
		return false;
	if (catalogue_add(&f, c, real, err))
		return false;
	if (!str_set(&f->root, root, strlen(root)) ||
	    !str_set(&f->path, path, strlen(path)))
		return false;
	f->size = (uint64_t)size;
	f->mtime = mtime;
	memcpy(f->hash, hash, strlen(hash) + 1);
	f->number = (uint32_t)number;
	f->rejected = (size_t)rejected;
	json_array_foreach(fichas, i, item)
	{
		struct entry *e;

		if (source_file_add(&e, f, err) || !S_entry_read(e, item))
			return false;
	}
	return true;
}

enum status catalogue_read(struct catalogue *out, const char *bytes, size_t n,
			   struct err *err)
{
	json_error_t je;
	json_t *top = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &je), *files, *item;
	const char *tables;
	json_int_t next;
	int version;
	bool ok;
	size_t i;

	catalogue_init(out);
	ok = top &&
	     json_unpack_ex(top, &je, 0, "{s:i,s:s,s:I,s:o}", "catalogue", &version,
			    "tables", &tables, "next", &next, "files", &files) == 0;
	ok = ok && version == 1 && strlen(tables) < sizeof out->tables && next >= 0 &&
	     next < UINT32_MAX;
	if (ok)
		memcpy(out->tables, tables, strlen(tables) + 1);
	json_array_foreach(ok ? files : NULL, i, item)
	{
		ok = S_file_read(out, item, err);
		if (!ok)
			break;
	}
	if (ok)
		out->next_number = (uint32_t)next;
	json_decref(top);
	if (ok)
		return ST_OK;
	catalogue_release(out);
	return err_set(err, ST_DAMAGED, "%s",
		       _("the list of sources in the index cannot be read"));
}
