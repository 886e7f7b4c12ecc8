#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "column.h"
#include "lexicon.h"
#include "messages.h"
#include "reader.h"
#include "record.h"
#include "store.h"
#include "vocabulary.h"

/*
 * The hashes say that the bytes are those that were published; this says that
 * they are sound: an index that another program or another version of this one
 * wrote has right hashes, too.  Findings beyond the first few say nothing more.
 */
#define FINDINGS_MAX 100

struct check {
	struct snapshot *snapshot;
	struct reader *reader;
	void (*report)(void *ctx, const char *text);
	void *ctx;
	struct err *err;
	size_t findings;
};

/* ST_NOMEM and the like are no findings: they end the check. */
static enum status S_found(struct check *c, enum status st, const char *what,
			   const struct err *why)
{
	struct err e;

	if (st != ST_DAMAGED && st != ST_INPUT && st != ST_VERSION)
		return err_set(c->err, st, "%s", why->text);
	err_set(&e, ST_DAMAGED, _("the index is damaged (%s: %s)"), what, why->text);
	if (c->report)
		c->report(c->ctx, e.text);
	if (!c->findings++ && c->err)
		*c->err = e;
	return ST_OK;
}

static enum status S_record(struct check *c, uint32_t docid, struct buf *record)
{
	struct err why = {.text = ""};
	char what[64];
	uint32_t found = 0;
	struct ficha f;
	enum status st;

	snprintf(what, sizeof what, _("document %lu"), (unsigned long)docid);
	ficha_init(&f);
	buf_clear(record);
	st = reader_record(record, c->reader, docid, &why);
	if (!st)
		st = record_read(&f, NULL, record->data, record->len, &why);
	if (!st)
		st = reader_find(&found, c->reader, f.id ? f.id : "", &why);
	if (!st && found != docid)
		st = err_set(&why, ST_DAMAGED, "%s",
			     _("its id leads to another document"));
	ficha_release(&f);
	return st ? S_found(c, st, what, &why) : ST_OK;
}

static enum status S_records(struct check *c)
{
	struct docset all = {0};
	struct err why = {.text = ""};
	struct buf record;
	enum status st = reader_postings(&all, c->reader, "", &why);

	buf_init(&record, 0);
	if (!st && docset_count(&all) != store_documents(c->snapshot))
		st = err_set(&why, ST_DAMAGED, "%s",
			     _("not as many documents as were published"));
	if (st)
		st = S_found(c, st, "index.glass", &why);
	for (uint32_t d = docset_next(&all, 1); !st && d && c->findings < FINDINGS_MAX;
	     d = docset_next(&all, d + 1))
		st = S_record(c, d, &record);
	buf_release(&record);
	docset_release(&all);
	return st;
}

/* ---- the other files: each opener checks the form of its own ---- */

/* Of each document what the positions say. */
static enum status S_lengths(const struct column *column, struct reader *r,
			     struct err *why)
{
	uint32_t last = reader_last(r);
	uint32_t *lengths = calloc((size_t)last + 1, sizeof *lengths);
	enum status st = lengths ? reader_lengths(lengths, r, why) : err_nomem(why);

	for (uint32_t d = 0; !st && d <= last; d++) {
		uint32_t kept =
			lengths[d] < COLUMN_LENGTH_MAX ? lengths[d] : COLUMN_LENGTH_MAX;

		if (column_length(column)[d] != kept)
			st = err_set(why, ST_DAMAGED, "%s",
				     _("a ficha's length is another than its words'"));
	}
	free(lengths);
	return st;
}

static enum status S_column(const void *bytes, size_t n, struct check *c,
			    struct err *why)
{
	struct column *column = NULL;
	enum status st = column_open(&column, bytes, n, why);

	if (!st &&
	    (column_last(column) != reader_last(c->reader) ||
	     docset_count(column_documents(column)) != store_documents(c->snapshot)))
		st = err_set(why, ST_DAMAGED, "%s",
			     _("not as many documents as were published"));
	if (!st)
		st = S_lengths(column, c->reader, why);
	column_close(column);
	return st;
}

static enum status S_vocabulary(const void *bytes, size_t n, struct check *c,
				struct err *why)
{
	struct vocabulary *words = NULL;
	enum status st = vocabulary_open(&words, bytes, n, why);

	(void)c;
	vocabulary_close(words);
	return st;
}

/* The tables' texts, and what was made from them. */
static enum status S_lexicon(enum status open_(struct lexicon **out, struct analyzer *a,
					       const void *bytes, size_t n,
					       struct err *err),
			     const void *bytes, size_t n, struct err *why)
{
	struct analyzer *a = NULL;
	struct lexicon *l = NULL;
	enum status st = analyzer_open(&a, why);

	if (!st)
		st = open_(&l, a, bytes, n, why);
	lexicon_close(l);
	analyzer_close(a);
	return st;
}

static enum status S_bundle(struct lexicon **out, struct analyzer *a, const void *bytes,
			    size_t n, struct err *err)
{
	return lexicon_open(out, a, bytes, n, err);
}

static enum status S_image(struct lexicon **out, struct analyzer *a, const void *bytes,
			   size_t n, struct err *err)
{
	return lexicon_open_image(out, a, bytes, n, err);
}

static enum status S_tables(const void *bytes, size_t n, struct check *c,
			    struct err *why)
{
	(void)c;
	return S_lexicon(S_bundle, bytes, n, why);
}

static enum status S_images(const void *bytes, size_t n, struct check *c,
			    struct err *why)
{
	(void)c;
	return S_lexicon(S_image, bytes, n, why);
}

static enum status S_sources(const void *bytes, size_t n, struct check *c,
			     struct err *why)
{
	struct catalogue catalogue;
	enum status st;

	catalogue_init(&catalogue);
	st = catalogue_read(&catalogue, bytes, n, NULL, why);
	if (!st && catalogue_count(&catalogue) != store_documents(c->snapshot))
		st = err_set(why, ST_DAMAGED, "%s",
			     _("not as many documents as were published"));
	catalogue_release(&catalogue);
	return st;
}

static enum status S_beside(struct check *c)
{
	static const struct {
		enum store_file file;
		const char *name;
		enum status (*look)(const void *bytes, size_t n, struct check *c,
				    struct err *why);
	} files[] = {{STORE_COLUMN, "column", S_column},
		     {STORE_VOCABULARY, "vocabulary", S_vocabulary},
		     {STORE_TABLES, "tables", S_tables},
		     {STORE_LEXICON, "lexicon", S_images},
		     {STORE_SOURCES, "sources", S_sources}};
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < sizeof files / sizeof *files; i++) {
		struct err why = {.text = ""};
		size_t n;
		const void *bytes = store_bytes(c->snapshot, files[i].file, &n);
		enum status bad = files[i].look(bytes, n, c, &why);

		if (bad)
			st = S_found(c, bad, files[i].name, &why);
	}
	return st;
}

enum status check_run(const char *root, void (*report)(void *ctx, const char *text),
		      void *ctx, struct err *err)
{
	struct check c = {.report = report, .ctx = ctx, .err = err};
	struct reader_files files = {0};
	struct err why = {.text = ""};
	enum status st = store_check(root, report, ctx, err);

	if (!st)
		st = store_open(&c.snapshot, root, err);
	if (st)
		return st;
	files.glass = store_glass_fd(c.snapshot);
	files.positions = store_bytes(c.snapshot, STORE_POSITIONS, &files.positions_n);
	files.records = store_bytes(c.snapshot, STORE_RECORDS, &files.records_n);
	st = reader_open(&c.reader, &files, &why);
	if (st) {
		st = S_found(&c, st, "index.glass", &why);
	} else {
		st = S_records(&c);
		if (!st)
			st = S_beside(&c);
	}
	reader_close(c.reader);
	store_close(c.snapshot);
	return st ? st : c.findings ? ST_DAMAGED : ST_OK;
}
