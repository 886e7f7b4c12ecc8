#include "stored.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zdict.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "ficha.h"
#include "file.h"
#include "messages.h"

/*
 * Parts are gathered in memory, beyond POOL_MAX in an unnamed file; slot[]
 * knows for each document where its part is.  Level 3 and a dictionary of
 * 64 KB: measured in tests/bench/RESULTS.md.
 */
#define LEVEL	       3
#define POOL_MAX       ((size_t)8 << 20)
#define DICTIONARY_MAX ((size_t)64 << 10)
#define SAMPLES_MIN    64 /* of fewer no dictionary comes that is worth it */

enum slot_state { AS_IN_BASE, PUT, DELETED };

struct slot { /* of a document */
	uint64_t at;
	uint32_t n;
	enum slot_state state;
};

struct stored_gather {
	char *dir;
	ZSTD_CCtx *context;
	ZSTD_CDict *prepared;
	struct buf dictionary, pool, frame;
	uint64_t spilled; /* bytes of parts in fd */
	int fd;		  /* -1: all are in the pool */
	struct slot *slot;
	size_t n_slots;
	uint32_t last;
	const void *base_bytes;
	size_t base_n;
	struct stored *base;
};

enum status stored_train(struct buf *out, const char *records, const size_t *sizes,
			 size_t n, struct err *err)
{
	size_t made;
	char *to;

	if (n < SAMPLES_MIN)
		return ST_OK;
	to = buf_reserve(out, DICTIONARY_MAX);
	if (!to)
		return buf_status(out, err);
	made = ZDICT_trainFromBuffer(to, DICTIONARY_MAX, records, sizes, (unsigned)n);
	/* Records that have nothing in common: then without. */
	if (!ZDICT_isError(made))
		buf_commit(out, made);
	return ST_OK;
}

/* ---- gathering ---- */

static enum status S_open_base(struct stored_gather *g, const char *base,
			       struct err *err)
{
	enum status st = file_map_path(&g->base_bytes, &g->base_n, base, err);
	const void *dictionary;
	size_t n;

	if (!st)
		st = stored_open(&g->base, g->base_bytes, g->base_n, err);
	if (st)
		return st;
	dictionary = stored_dictionary(&n, g->base);
	buf_add(&g->dictionary, dictionary, n);
	g->last = stored_last(g->base);
	return buf_status(&g->dictionary, err);
}

static enum status S_prepare(struct stored_gather *g, struct err *err)
{
	size_t wrong = 0;

	g->context = ZSTD_createCCtx();
	if (!g->context)
		return err_nomem(err);
	if (g->dictionary.len) {
		g->prepared =
			ZSTD_createCDict(g->dictionary.data, g->dictionary.len, LEVEL);
		if (!g->prepared)
			return err_nomem(err);
		wrong = ZSTD_CCtx_refCDict(g->context, g->prepared);
	}
	/* There is one dictionary: no frame needs to say which. */
	if (ZSTD_isError(wrong) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(g->context, ZSTD_c_dictIDFlag, 0)) ||
	    ZSTD_isError(
		    ZSTD_CCtx_setParameter(g->context, ZSTD_c_compressionLevel, LEVEL)))
		return err_set(err, ST_INTERNAL, "zstd refuses its parameters");
	return ST_OK;
}

enum status stored_gather_open(struct stored_gather **out, const char *dir,
			       const char *base, const void *dictionary, size_t n,
			       struct err *err)
{
	struct stored_gather *g = calloc(1, sizeof *g);
	enum status st = ST_OK;

	*out = NULL;
	if (!g)
		return err_nomem(err);
	g->fd = -1;
	buf_init(&g->dictionary, UINT32_MAX);
	buf_init(&g->pool, POOL_MAX + 2 * RECORD_MAX);
	buf_init(&g->frame, 2 * RECORD_MAX);
	g->dir = strdup(dir);
	if (!g->dir)
		st = err_nomem(err);
	if (!st && base) {
		st = S_open_base(g, base, err);
	} else if (!st && n) {
		buf_add(&g->dictionary, dictionary, n);
		st = buf_status(&g->dictionary, err);
	}
	if (!st)
		st = S_prepare(g, err);
	if (st)
		stored_gather_close(g);
	else
		*out = g;
	return st;
}

void stored_gather_close(struct stored_gather *g)
{
	if (!g)
		return;
	stored_close(g->base);
	file_unmap(g->base_bytes, g->base_n);
	ZSTD_freeCCtx(g->context);
	ZSTD_freeCDict(g->prepared);
	buf_release(&g->dictionary);
	buf_release(&g->pool);
	buf_release(&g->frame);
	if (g->fd >= 0)
		close(g->fd);
	free(g->slot);
	free(g->dir);
	free(g);
}

static enum status S_slot(struct slot **out, struct stored_gather *g, uint32_t docid,
			  struct err *err)
{
	size_t n = g->n_slots ? g->n_slots : 1024;
	struct slot *v;

	if (docid == 0 || docid > STORED_DOCID_MAX)
		return err_set(err, ST_INTERNAL, "%s",
			       _("a document number is out of range"));
	while (n <= docid)
		n *= 2;
	if (n != g->n_slots) {
		v = realloc(g->slot, n * sizeof *v);
		if (!v)
			return err_nomem(err);
		memset(v + g->n_slots, 0, (n - g->n_slots) * sizeof *v);
		g->slot = v;
		g->n_slots = n;
	}
	if (docid > g->last)
		g->last = docid;
	*out = &g->slot[docid];
	return ST_OK;
}

/* What is in the pool goes behind what is in the file. */
static enum status S_spill(struct stored_gather *g, struct err *err)
{
	struct outfile o;
	enum status st;

	if (g->fd < 0)
		g->fd = file_unnamed(g->dir);
	if (g->fd < 0)
		return err_errno(err, ST_IO, _("cannot write %s"), g->dir);
	st = outfile_open(&o, g->fd, err);
	if (!st)
		st = outfile_write(&o, g->pool.data, g->pool.len, err);
	if (!st)
		st = outfile_flush(&o, err);
	outfile_release(&o);
	g->spilled += g->pool.len;
	buf_clear(&g->pool);
	return st;
}

enum status stored_gather_put(struct stored_gather *g, uint32_t docid, const void *keys,
			      size_t keys_n, const char *record, size_t n,
			      struct err *err)
{
	size_t room = ZSTD_compressBound(n), before = 2 + keys_n, made;
	struct slot *s;
	enum status st;
	char *to;

	if (keys_n > STORED_KEYS_MAX)
		return err_set(err, ST_INTERNAL, "records: keys of %zu bytes", keys_n);
	if (n > RECORD_MAX)
		return err_set(err, ST_INTERNAL,
			       _("a record of %zu bytes (allowed: %zu)"), n,
			       RECORD_MAX);
	st = S_slot(&s, g, docid, err);
	if (!st && g->pool.len > POOL_MAX)
		st = S_spill(g, err);
	if (st)
		return st;
	to = buf_reserve(&g->pool, before + room);
	if (!to)
		return buf_status(&g->pool, err);
	to[0] = (char)(unsigned char)(keys_n & 0xFF);
	to[1] = (char)(unsigned char)(keys_n >> 8);
	if (keys_n)
		memcpy(to + 2, keys, keys_n);
	made = ZSTD_compress2(g->context, to + before, room, record, n);
	/* Its tables are made for the first record. */
	if (ZSTD_getErrorCode(made) == ZSTD_error_memory_allocation)
		return err_nomem(err);
	if (ZSTD_isError(made))
		return err_set(err, ST_INTERNAL, "zstd: %s", ZSTD_getErrorName(made));
	s->at = g->spilled + g->pool.len;
	s->n = (uint32_t)(before + made);
	s->state = PUT;
	buf_commit(&g->pool, before + made);
	return ST_OK;
}

enum status stored_gather_delete(struct stored_gather *g, uint32_t docid,
				 struct err *err)
{
	struct slot *s;
	enum status st = S_slot(&s, g, docid, err);

	if (!st)
		s->state = DELETED;
	return st;
}

/* ---- the file ---- */

struct sink { /* one in the making */
	struct outfile out;
	struct stored_head head;
	uint64_t *start; /* last + 1 */
};

static enum status S_pad(struct sink *k, uint64_t n, struct err *err)
{
	static const char zeros[8];

	return outfile_write(&k->out, zeros, (size_t)((8 - n % 8) % 8), err);
}

static enum status S_begin(struct sink *k, int fd, uint32_t last,
			   const void *dictionary, size_t n, struct err *err)
{
	enum status st;

	memset(k, 0, sizeof *k);
	memcpy(k->head.magic, STORED_MAGIC, sizeof k->head.magic);
	k->head.last = last;
	k->head.dictionary_bytes = (uint32_t)n;
	st = outfile_open(&k->out, fd, err);
	k->start = calloc((size_t)last + 1, sizeof *k->start);
	if (!st && !k->start)
		st = err_nomem(err);
	/* The true head comes last. */
	if (!st)
		st = outfile_write(&k->out, &k->head, sizeof k->head, err);
	if (!st)
		st = outfile_write(&k->out, dictionary, n, err);
	return st ? st : S_pad(k, n, err);
}

static enum status S_end(struct sink *k, struct err *err)
{
	enum status st = S_pad(k, k->head.data_bytes, err);

	if (!st)
		st = outfile_write(&k->out, k->start,
				   ((size_t)k->head.last + 1) * sizeof *k->start, err);
	if (!st)
		st = outfile_flush(&k->out, err);
	if (!st &&
	    pwrite(k->out.fd, &k->head, sizeof k->head, 0) != (ssize_t)sizeof k->head)
		st = err_errno(err, ST_IO, "%s", _("the index cannot be written"));
	return st;
}

static void S_release(struct sink *k)
{
	outfile_release(&k->out);
	free(k->start);
}

static enum status S_part(struct sink *k, uint32_t docid, const void *part, size_t n,
			  struct err *err)
{
	enum status st = n ? outfile_write(&k->out, part, n, err) : ST_OK;

	k->head.data_bytes += n;
	k->start[docid] = k->head.data_bytes;
	return st;
}

/* Where a document's part is now. */
static const void *S_find(size_t *n, const struct stored_gather *g, const char *spilled,
			  uint32_t docid)
{
	const struct slot *s = docid < g->n_slots ? &g->slot[docid] : NULL;

	*n = 0;
	if (!s || s->state == AS_IN_BASE)
		return g->base ? stored_part(n, g->base, docid) : NULL;
	if (s->state == DELETED)
		return NULL;
	*n = s->n;
	return s->at >= g->spilled ? g->pool.data + (s->at - g->spilled)
				   : spilled + s->at;
}

enum status stored_gather_finish(struct stored_gather *g, const char *path, int sync,
				 struct err *err)
{
	const void *spilled = NULL;
	size_t spilled_n = 0;
	uint64_t forgotten = 0;
	struct sink k;
	int fd;
	enum status st = file_create(&fd, path, err);

	if (st)
		return st;
	if (g->fd >= 0)
		st = file_map(&spilled, &spilled_n, g->fd, err);
	if (!st) {
		st = S_begin(&k, fd, g->last, g->dictionary.data, g->dictionary.len,
			     err);
		for (uint32_t d = 1; !st && d <= g->last; d++) {
			size_t n;
			const void *part = S_find(&n, g, spilled, d);

			st = S_part(&k, d, part, n, err);
			if (k.head.data_bytes - forgotten < FILE_FORGET)
				continue;
			forgotten = k.head.data_bytes;
			file_forget(spilled, spilled_n);
			file_forget(g->base_bytes, g->base_n);
		}
		if (!st)
			st = S_end(&k, err);
		S_release(&k);
	}
	file_unmap(spilled, spilled_n);
	return file_finish(fd, path, sync, st, err);
}

/* ---- joining files ---- */

struct opened {
	const void *bytes;
	size_t n;
	struct stored *a;
};

static enum status S_open_all(struct opened *o, const char *const *files, size_t n,
			      struct err *err)
{
	enum status st = ST_OK;
	const void *first, *dictionary;
	size_t first_n, dictionary_n;

	for (size_t i = 0; !st && i < n; i++) {
		st = file_map_path(&o[i].bytes, &o[i].n, files[i], err);
		if (!st)
			st = stored_open(&o[i].a, o[i].bytes, o[i].n, err);
		if (st)
			break;
		first = stored_dictionary(&first_n, o[0].a);
		dictionary = stored_dictionary(&dictionary_n, o[i].a);
		if (dictionary_n != first_n || memcmp(dictionary, first, first_n) != 0)
			st = err_set(err, ST_INTERNAL, "records: two dictionaries");
	}
	return st;
}

static enum status S_join(struct sink *k, const struct opened *o,
			  const uint32_t *offsets, size_t n, struct err *err)
{
	enum status st = ST_OK;
	uint32_t d = 1;

	for (size_t i = 0; !st && i < n; i++) {
		uint32_t own = stored_last(o[i].a);

		/* Numbers that no document has. */
		for (; !st && d <= offsets[i]; d++)
			st = S_part(k, d, NULL, 0, err);
		for (uint32_t j = 1; !st && j <= own; j++, d++) {
			size_t bytes;
			const void *part = stored_part(&bytes, o[i].a, j);

			st = S_part(k, d, part, bytes, err);
		}
		file_forget(o[i].bytes, o[i].n);
	}
	return st;
}

enum status stored_join(const char *path, const char *const *files,
			const uint32_t *offsets, size_t n, struct err *err)
{
	struct opened *o = calloc(n + 1, sizeof *o);
	struct sink k;
	int fd = -1;
	enum status st = o && n ? ST_OK : err_nomem(err);

	if (!st)
		st = S_open_all(o, files, n, err);
	for (size_t i = 0; !st && i + 1 < n; i++)
		if ((uint64_t)offsets[i] + stored_last(o[i].a) > offsets[i + 1])
			st = err_set(err, ST_INTERNAL, "records: numbers overlap");
	if (!st &&
	    (uint64_t)offsets[n - 1] + stored_last(o[n - 1].a) > STORED_DOCID_MAX)
		st = err_set(err, ST_LIMIT, "%s",
			     _("the index is out of document numbers"));
	if (!st)
		st = file_create(&fd, path, err);
	if (!st) {
		const void *dictionary;
		size_t dictionary_n;

		dictionary = stored_dictionary(&dictionary_n, o[0].a);
		st = S_begin(&k, fd, offsets[n - 1] + stored_last(o[n - 1].a),
			     dictionary, dictionary_n, err);
		if (!st)
			st = S_join(&k, o, offsets, n, err);
		if (!st)
			st = S_end(&k, err);
		S_release(&k);
		st = file_finish(fd, path, 1, st, err);
	}
	for (size_t i = 0; o && i < n; i++) {
		stored_close(o[i].a);
		file_unmap(o[i].bytes, o[i].n);
	}
	free(o);
	return st;
}
