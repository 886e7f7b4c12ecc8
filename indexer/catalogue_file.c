#include <inttypes.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "json_read.h"
#include "messages.h"

/*
 * The file `sources`: a line of JSON for the catalogue, then for each file one
 * line and one for each of its fichas, in their order:
 *
 *   {"catalogue":2,"tables":"<hash>","next":7,"files":2}
 *   {"real":"...","root":"...","path":"...","size":1,"mtime":2,"hash":"...",
 *    "number":3,"rejected":0,"fichas":1}
 *   ["base",given,year,line,"hash hex","id",record]
 *
 * The id is left out where it is the base; null: the ficha is a double, and what
 * stands behind is its record.  One line at a time is all that reading and writing have
 * in memory beside the catalogue itself.
 */
#define VERSION 2

/* ---- writing ---- */

static enum status S_line(FILE *out, json_t *v, struct err *err)
{
	int failed = v ? json_dumpf(v, out, JSON_COMPACT) : 0;

	if (!v)
		return err_nomem(err);
	json_decref(v);
	/* Of a key that could not be written jansson says nothing. */
	if (failed || putc('\n', out) == EOF || ferror(out))
		return err_errno(err, ST_IO, "%s",
				 _("the list of sources cannot be written"));
	return ST_OK;
}

static json_t *S_entry_json(const struct entry *e, const char *record)
{
	char hex[17];

	snprintf(hex, sizeof hex, "%016" PRIx64, e->hash);
	if (e->id && strcmp(e->id, e->base_id) == 0)
		return json_pack("[s,b,i,i,s]", e->base_id, (int)e->given, (int)e->year,
				 (int)e->line, hex);
	return json_pack("[s,b,i,i,s,s?,s?]", e->base_id, (int)e->given, (int)e->year,
			 (int)e->line, hex, e->id, record);
}

static enum status S_write_entry(FILE *out, const struct catalogue *c,
				 const struct entry *e, struct err *err)
{
	enum status st = ST_OK;
	struct buf record;

	if (e->id || !e->spool_n || !c->spool)
		return S_line(out, S_entry_json(e, NULL), err);
	buf_init(&record, 0);
	st = spool_get(&record, c->spool, e->spool_at, e->spool_n, err);
	if (!st)
		st = S_line(out, S_entry_json(e, record.data), err);
	buf_release(&record);
	return st;
}

static enum status S_write_file(FILE *out, const struct catalogue *c,
				const struct source_file *f, struct err *err)
{
	/* A path need not be UTF-8: it is escaped as %XX where it is not (see
	 * walk.c), so that JSON can hold it. */
	enum status st = S_line(
		out,
		json_pack("{s:s,s:s,s:s,s:I,s:I,s:s,s:I,s:I,s:I}", "real", f->real,
			  "root", f->root, "path", f->path, "size", (json_int_t)f->size,
			  "mtime", (json_int_t)f->mtime, "hash", f->hash, "number",
			  (json_int_t)f->number, "rejected", (json_int_t)f->rejected,
			  "fichas", (json_int_t)f->n),
		err);

	for (size_t i = 0; !st && i < f->n; i++)
		st = S_write_entry(out, c, &f->entries[i], err);
	return st;
}

enum status catalogue_write(FILE *out, const struct catalogue *c, struct err *err)
{
	enum status st =
		S_line(out,
		       json_pack("{s:i,s:s,s:I,s:I}", "catalogue", VERSION, "tables",
				 c->tables, "next", (json_int_t)c->next_number, "files",
				 (json_int_t)c->n),
		       err);

	for (size_t i = 0; !st && i < c->n; i++)
		st = S_write_file(out, c, &c->files[i], err);
	return st;
}

/* ---- reading ---- */

struct unread { /* what is still to be read */
	const char *p, *end;
	bool lacked;	   /* memory, to read it */
	struct err failed; /* the spool did */
};

/* The next line's value, the caller's; NULL: there is none. */
static json_t *S_next(struct unread *l)
{
	const char *end = memchr(l->p, '\n', (size_t)(l->end - l->p));
	json_t *v;

	if (!end)
		return NULL;
	v = json_read(l->p, (size_t)(end - l->p), JSON_REJECT_DUPLICATES, NULL);
	l->lacked |= json_read_lacked();
	l->p = end + 1;
	return v;
}

static bool S_entry_read(struct entry *e, struct catalogue *c, struct unread *l,
			 json_t *v)
{
	const char *base, *hash, *id = NULL, *text;
	json_t *own = NULL, *record = NULL;
	int given, year, line;
	size_t base_n;

	if (json_unpack(v, "[s%,b,i,i,s,o,o!]", &base, &base_n, &given, &year, &line,
			&hash, &own, &record) != 0 &&
	    json_unpack(v, "[s%,b,i,i,s!]", &base, &base_n, &given, &year, &line,
			&hash) != 0)
		return false;
	if (strlen(hash) != 16 || line < 0 || year < 0 || year > 9999)
		return false;
	e->given = given;
	e->year = (int16_t)year;
	e->line = (unsigned)line;
	e->hash = strtoull(hash, NULL, 16);
	e->base_id = e->id = catalogue_string(c, base, base_n);
	if (json_array_size(v) == 7) {
		id = json_string_value(own);
		text = json_string_value(record);
		e->id = id ? catalogue_string(c, id, strlen(id)) : NULL;
		if (text && strlen(text) > RECORD_MAX)
			return false;
		e->spool_n = text && c->spool ? (uint32_t)strlen(text) : 0;
		if (e->spool_n &&
		    spool_put(&e->spool_at, c->spool, text, e->spool_n, &l->failed))
			return false;
	}
	return e->base_id && (e->id || !id);
}

static bool S_head_read(struct source_file **out, size_t *n, struct catalogue *c,
			json_t *v)
{
	const char *real, *root, *path, *hash;
	json_int_t size, mtime, number, rejected, fichas;
	struct source_file *f;
	struct err ignored;

	if (json_unpack(v, "{s:s,s:s,s:s,s:I,s:I,s:s,s:I,s:I,s:I}", "real", &real,
			"root", &root, "path", &path, "size", &size, "mtime", &mtime,
			"hash", &hash, "number", &number, "rejected", &rejected,
			"fichas", &fichas) != 0)
		return false;
	if (strlen(hash) >= sizeof f->hash || number < 0 || number > UINT32_MAX - 1 ||
	    fichas < 0 || fichas > UINT32_MAX - 1 || catalogue_find(c, real) ||
	    catalogue_add(&f, c, real, &ignored) ||
	    !str_set(&f->root, root, strlen(root)) ||
	    !str_set(&f->path, path, strlen(path)))
		return false;
	f->size = (uint64_t)size;
	f->mtime = mtime;
	memcpy(f->hash, hash, strlen(hash) + 1);
	f->number = (uint32_t)number;
	f->rejected = (size_t)rejected;
	*out = f;
	*n = (size_t)fichas;
	return true;
}

static bool S_file_read(struct catalogue *c, struct unread *l)
{
	struct source_file *f;
	struct err ignored;
	size_t n = 0;
	json_t *v = S_next(l);
	bool ok = v && S_head_read(&f, &n, c, v);

	json_decref(v);
	for (size_t i = 0; ok && i < n; i++) {
		struct entry *e;

		v = S_next(l);
		ok = v && !source_file_add(&e, f, &ignored) && S_entry_read(e, c, l, v);
		json_decref(v);
	}
	return ok;
}

enum status catalogue_read(struct catalogue *out, const char *bytes, size_t n,
			   struct spool *spool, struct err *err)
{
	struct unread l = {.p = bytes, .end = bytes + n};
	json_t *top;
	json_int_t next = 0, files = 0;
	const char *tables = "";
	int version;
	bool ok;

	catalogue_init(out);
	out->spool = spool;
	errno = 0; /* what lacks memory leaves ENOMEM in it */
	top = S_next(&l);
	ok = top &&
	     json_unpack(top, "{s:i,s:s,s:I,s:I}", "catalogue", &version, "tables",
			 &tables, "next", &next, "files", &files) == 0 &&
	     version == VERSION && strlen(tables) < sizeof out->tables && next >= 0 &&
	     next < UINT32_MAX;
	if (ok)
		memcpy(out->tables, tables, strlen(tables) + 1);
	json_decref(top);
	for (json_int_t i = 0; ok && i < files; i++)
		ok = S_file_read(out, &l);
	if (ok && l.p == l.end) {
		out->next_number = (uint32_t)next;
		return ST_OK;
	}
	ok = !l.lacked && errno != ENOMEM;
	catalogue_release(out);
	if (l.failed.code) {
		if (err)
			*err = l.failed;
		return l.failed.code;
	}
	if (!ok)
		return err_nomem(err);
	return err_set(err, ST_DAMAGED, "%s",
		       _("the list of sources in the index cannot be read"));
}
