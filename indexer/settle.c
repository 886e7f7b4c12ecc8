#include "build_state.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "messages.h"
#include "record.h"

static void S_doubled(void *ctx, const struct source_file *file, const struct entry *e,
		      const struct source_file *first_file, const struct entry *first)
{
	struct build *b = ctx;

	if (file->seen)
		diag(b->diags, DIAG_ERROR, "duplicate-id", file->path, e->line, 0,
		     _("id %s is that of the record at %s:%u, which stays"), e->base_id,
		     first_file->path, first->line);
}

/* Whether the record waits in the spool just as it will be stored: most do,
 * and need not be taken apart and written again. */
static bool S_is_final(const struct entry *e)
{
	return e->fresh && e->id && strcmp(e->id, e->base_id) == 0;
}

/* The record of an entry, with the id that it has now. */
enum status build_record(struct ficha *f, struct build *b, size_t file, size_t entry,
			 struct buf *bytes, struct err *err)
{
	struct source_file *now = &b->now.files[file];
	struct entry *e = &now->entries[entry];
	enum status st;

	buf_clear(bytes);
	if (e->spool_n) {
		st = spool_get(bytes, &b->spool, e->spool_at, e->spool_n, err);
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
	if (!st && S_is_final(e))
		return ST_OK;
	if (!st && !str_set(&f->id, e->id, e->id ? strlen(e->id) : 0))
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

/* The record's bytes alone. */
static enum status S_bytes(struct buf *bytes, struct build *b, size_t file,
			   size_t entry, struct err *err)
{
	struct entry *e = &b->now.files[file].entries[entry];
	struct ficha f;
	enum status st;

	if (S_is_final(e))
		return spool_get(bytes, &b->spool, e->spool_at, e->spool_n, err);
	st = build_record(&f, b, file, entry, bytes, err);
	if (!st)
		ficha_release(&f);
	return st;
}

static bool S_same_id(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Ids and hashes of what was read; after it `now` is complete. */
enum status build_settle(struct build *b, struct err *err)
{
	enum status st = catalogue_assign(&b->now, S_doubled, b, err);
	struct buf bytes;

	buf_init(&bytes, 0);
	for (size_t i = 0; !st && i < b->now.n; i++) {
		struct source_file *file = &b->now.files[i];
		struct source_file *old = catalogue_find(&b->before, file->real);

		for (size_t j = 0; !st && j < file->n; j++) {
			struct entry *e = &file->entries[j];
			bool same = !e->fresh && old && j < old->n &&
				    S_same_id(e->id, old->entries[j].id) &&
				    strcmp(file->path, old->path) == 0;

			st = build_check_interrupt(err);
			if (st || same)
				continue;
			if (!e->id && e->spool_n)
				continue; /* it waits where it is */
			st = S_bytes(&bytes, b, i, j, err);
			if (st)
				break;
			e->hash = XXH3_64bits(bytes.data, bytes.len);
			if (!e->id) {
				e->spool_n = (uint32_t)bytes.len;
				st = spool_put(&e->spool_at, &b->spool, bytes.data,
					       bytes.len, err);
			}
		}
	}
	buf_release(&bytes);
	return st;
}
