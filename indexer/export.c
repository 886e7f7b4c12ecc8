#include "export.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "column.h"
#include "inert.h"
#include "json_read.h"
#include "messages.h"
#include "reader.h"
#include "record.h"
#include "store.h"
#include "text.h"
#include "vocabulary.h"

struct index {
	struct snapshot *snapshot;
	struct reader *reader;
	struct column *column;
};

static enum status S_open(struct index *x, const char *root, struct err *err)
{
	struct reader_files files = {.glass = -1};
	const void *bytes;
	size_t n;
	enum status st = store_open(&x->snapshot, root, err);

	if (!st) {
		files.glass = store_glass_fd(x->snapshot);
		files.records =
			store_bytes(x->snapshot, STORE_RECORDS, &files.records_n);
		st = reader_open(&x->reader, &files, err);
	}
	if (!st) {
		bytes = store_bytes(x->snapshot, STORE_COLUMN, &n);
		st = column_open(&x->column, bytes, n, err);
	}
	return st;
}

static void S_close(struct index *x)
{
	column_close(x->column);
	reader_close(x->reader);
	store_close(x->snapshot);
}

/* Document numbers in document order; order[] is a permutation of 0..n-1. */
static enum status S_in_order(uint32_t **out, size_t *n, const struct column *c,
			      struct err *err)
{
	const struct docset *all = column_documents(c);
	const uint32_t *order = column_order(c);

	*n = docset_count(all);
	*out = calloc(*n + 1, sizeof **out);
	if (!*out)
		return err_nomem(err);
	for (uint32_t d = docset_next(all, 1); d; d = docset_next(all, d + 1)) {
		if (order[d] >= *n) {
			free(*out);
			*out = NULL;
			return err_set(err, ST_DAMAGED, "%s",
				       _("the index is damaged (document order)"));
		}
		(*out)[order[d]] = d;
	}
	return ST_OK;
}

enum status export_run(FILE *out, const char *index, struct err *err)
{
	struct index x = {0};
	struct buf stored, json, line;
	uint32_t *docs = NULL;
	size_t n = 0;
	enum status st = S_open(&x, index, err);

	buf_init(&stored, 0);
	buf_init(&json, 0);
	buf_init(&line, 0);
	if (!st)
		st = S_in_order(&docs, &n, x.column, err);
	for (size_t i = 0; !st && i < n; i++) {
		struct err why = {.text = ""};
		struct ficha f;

		buf_clear(&stored);
		buf_clear(&json);
		buf_clear(&line);
		ficha_init(&f);
		st = reader_record(&stored, x.reader, docs[i], err);
		if (!st)
			st = record_read(&f, NULL, stored.data, stored.len, &why);
		if (st == ST_INPUT) /* malformed: no fault of a source's */
			st = err_set(err, ST_DAMAGED,
				     _("the index is damaged (%s: %s)"), "records",
				     why.text);
		else if (st && why.text[0])
			st = err_set(err, st, "%s", why.text);
		if (!st)
			st = record_write(&json, &f, RECORD_EXPORT, err);
		if (!st) {
			inert_json(&line, json.data, json.len);
			buf_addc(&line, '\n');
			st = buf_status(&line, err);
		}
		if (!st) {
			if (fwrite(line.data, 1, line.len, out) != line.len)
				st = err_errno(err, ST_IO, "%s",
					       _("the output cannot be written"));
		}
		ficha_release(&f);
	}
	free(docs);
	buf_release(&line);
	buf_release(&json);
	buf_release(&stored);
	S_close(&x);
	return st;
}

/* ---- stats ---- */

/* A value that is not there must not be left out in silence. */
static void S_push(json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) != 0)
		memory_lacked();
}

static void S_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		memory_lacked();
}

static json_t *S_facet(const struct column *c, enum facet facet)
{
	json_t *values = json_array();
	const struct docset *all = column_documents(c);
	size_t n = column_n_values(c, facet);
	uint32_t *counts = calloc(n + 1, sizeof *counts);

	for (uint32_t d = counts ? docset_next(all, 1) : 0; d;
	     d = docset_next(all, d + 1)) {
		const uint32_t *v;
		size_t k = column_values_of(c, facet, d, &v);

		for (size_t i = 0; i < k; i++)
			counts[v[i]]++;
	}
	for (size_t i = 0; counts && values && i < n; i++) {
		struct column_value v = column_value(c, facet, i);

		S_push(values, json_pack("{s:s,s:s,s:I}", "value", v.slug, "label",
					 v.label, "count", (json_int_t)counts[i]));
	}
	if (!counts)
		memory_lacked();
	free(counts);
	return values;
}

static json_t *S_sources(const struct catalogue *c)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < c->n; i++) {
		size_t indexed = 0;

		for (size_t j = 0; j < c->files[i].n; j++)
			indexed += c->files[i].entries[j].id != NULL;
		S_push(list,
		       json_pack("{s:s,s:s,s:I,s:I}", "path", c->files[i].real, "root",
				 c->files[i].root, "size", (json_int_t)c->files[i].size,
				 "fichas", (json_int_t)indexed));
	}
	return list;
}

static json_t *S_stats(struct index *x, const struct catalogue *c,
		       struct vocabulary *words)
{
	static const char *const names[STORE_FILES] = {
		[STORE_GLASS] = "index.glass",	   [STORE_POSITIONS] = "positions",
		[STORE_RECORDS] = "records",	   [STORE_COLUMN] = "column",
		[STORE_VOCABULARY] = "vocabulary", [STORE_TABLES] = "tables",
		[STORE_LEXICON] = "lexicon",	   [STORE_SOURCES] = "sources"};
	json_t *files = json_object(), *facets = json_object(), *top;
	uint64_t bytes = 0;

	for (int i = 0; i < STORE_FILES; i++) {
		uint64_t size = store_size(x->snapshot, (enum store_file)i);

		bytes += size;
		S_set(files, names[i], json_integer((json_int_t)size));
	}
	for (int i = 0; i < FACET_COUNT; i++)
		S_set(facets, facet_table[i].name, S_facet(x->column, (enum facet)i));
	top = json_pack(
		"{s:i,s:s,s:I,s:I,s:I,s:o,s:{s:i,s:i,s:s,s:s},s:o,s:o}",
		"format_version", 1, "generation", store_generation(x->snapshot),
		"documents", (json_int_t)store_documents(x->snapshot), "words",
		(json_int_t)vocabulary_size(words), "bytes", (json_int_t)bytes, "files",
		files, "versions", "schema", SCHEMA_VERSION, "analysis",
		ANALYSIS_VERSION, "icu", text_icu_version(), "unicode",
		text_unicode_version(), "sources", S_sources(c), "facets", facets);
	return top;
}

/* A row of a list: text is anybody's. */
static void S_row(FILE *out, json_int_t count, const char *text)
{
	struct buf b;

	buf_init(&b, 0);
	inert_put(&b, text, strlen(text));
	fprintf(out, "  %6lld  %s\n", count, b.data);
	buf_release(&b);
}

static void S_print(FILE *out, const struct index *x, const json_t *top)
{
	const json_t *list, *item;
	size_t i;

	fprintf(out, _("%lld fichas, %lld different words, %lld bytes (%s)\n"),
		json_integer_value(json_object_get(top, "documents")),
		json_integer_value(json_object_get(top, "words")),
		json_integer_value(json_object_get(top, "bytes")),
		store_generation(x->snapshot));
	fprintf(out, "\n%s\n", _("Sources"));
	list = json_object_get(top, "sources");
	json_array_foreach(list, i, item)
		S_row(out, json_integer_value(json_object_get(item, "fichas")),
		      json_string_value(json_object_get(item, "path")));
	for (int f = 0; f < FACET_COUNT; f++) {
		list = json_object_get(json_object_get(top, "facets"),
				       facet_table[f].name);
		fprintf(out, "\n%s\n", _(facet_table[f].label));
		json_array_foreach(list, i, item)
		{
			const char *label =
				json_string_value(json_object_get(item, "label"));

			S_row(out, json_integer_value(json_object_get(item, "count")),
			      *label ? _(label) : label);
		}
	}
}

static enum status S_json(FILE *out, const json_t *top, struct err *err)
{
	char *text = json_print(top, JSON_INDENT(1));
	struct buf b;
	enum status st;

	if (!text)
		return err_nomem(err);
	buf_init(&b, 0);
	inert_json(&b, text, strlen(text));
	buf_addc(&b, '\n');
	st = buf_status(&b, err);
	fwrite(b.data, 1, b.len, out);
	buf_release(&b);
	free(text);
	return st;
}

enum status stats_run(FILE *out, const char *index, int json, struct err *err)
{
	struct vocabulary *words = NULL;
	struct index x = {0};
	struct catalogue c;
	json_t *top = NULL;
	enum status st = S_open(&x, index, err);
	const void *bytes;
	size_t n;

	catalogue_init(&c);
	if (!st) {
		bytes = store_bytes(x.snapshot, STORE_SOURCES, &n);
		st = catalogue_read(&c, bytes, n, NULL, err);
	}
	if (!st) {
		bytes = store_bytes(x.snapshot, STORE_VOCABULARY, &n);
		st = vocabulary_open(&words, bytes, n, err);
	}
	if (!st) {
		top = S_stats(&x, &c, words);
		if (memory_was_lacking() || !top)
			st = err_nomem(err);
	}
	if (!st && json) {
		st = S_json(out, top, err);
	} else if (!st) {
		S_print(out, &x, top);
	}
	if (!st && ferror(out))
		st = err_errno(err, ST_IO, "%s", _("the output cannot be written"));
	json_decref(top);
	vocabulary_close(words);
	catalogue_release(&c);
	S_close(&x);
	return st;
}
