#include "engine.h"

#include <stdlib.h>

#include "expand.h"
#include "messages.h"
#include "reading.h"
#include "record.h"

enum status engine_bare(struct engine **out, struct err *err)
{
	*out = calloc(1, sizeof **out);
	return *out ? ST_OK : err_nomem(err);
}

enum status engine_open(struct engine **out, const char *root, struct err *err)
{
	enum status st = engine_bare(out, err);

	if (!st)
		st = store_open(&(*out)->snapshot, root, err);
	if (st) {
		engine_close(*out);
		*out = NULL;
	}
	return st;
}

void engine_close(struct engine *e)
{
	if (!e)
		return;
	readings_free(e->readings);
	expander_close(e->expander);
	lexicon_close(e->lexicon);
	vocabulary_close(e->vocabulary);
	column_close(e->column);
	reader_close(e->reader);
	stemmer_close(e->stemmer);
	analyzer_close(e->analyzer);
	store_close(e->snapshot);
	free(e);
}

static enum status S_text(struct engine *e, struct err *err)
{
	enum status st = ST_OK;

	if (!e->analyzer)
		st = analyzer_open(&e->analyzer, err);
	if (!st && !e->stemmer)
		st = stemmer_open(&e->stemmer, err);
	return st;
}

static enum status S_column(struct engine *e, struct err *err)
{
	size_t n;
	const void *bytes = store_bytes(e->snapshot, STORE_COLUMN, &n);

	return column_open(&e->column, bytes, n, err);
}

_Static_assert(COLUMN_LENGTH_MAX == READER_LENGTH_MAX, "one for the other");

/* Of the documents that the column has; see reader.h. */
static enum status S_reader(struct engine *e, struct err *err)
{
	struct reader_files files = {.glass = store_glass_fd(e->snapshot)};

	files.documents = column_documents(e->column);
	files.lengths = column_length(e->column);
	files.positions = store_bytes(e->snapshot, STORE_POSITIONS, &files.positions_n);
	files.records = store_bytes(e->snapshot, STORE_RECORDS, &files.records_n);
	return reader_open(&e->reader, &files, err);
}

enum status engine_need(struct engine *e, unsigned parts, struct err *err)
{
	enum status st = ST_OK;
	const void *bytes;
	size_t n;

	if (parts & (ENGINE_TEXT | ENGINE_LEXICON))
		st = S_text(e, err);
	if (!st && parts & (ENGINE_READER | ENGINE_COLUMN) && !e->column)
		st = S_column(e, err);
	if (!st && parts & ENGINE_READER && !e->reader)
		st = S_reader(e, err);
	if (!st && parts & ENGINE_VOCABULARY && !e->vocabulary) {
		bytes = store_bytes(e->snapshot, STORE_VOCABULARY, &n);
		st = vocabulary_open(&e->vocabulary, bytes, n, err);
	}
	if (!st && parts & ENGINE_LEXICON && !e->lexicon) {
		bytes = store_bytes(e->snapshot, STORE_LEXICON, &n);
		st = lexicon_open_image(&e->lexicon, e->analyzer, bytes, n, err);
	}
	return st;
}

enum status engine_ficha(struct ficha *out, struct buf *record, struct engine *e,
			 uint32_t docid, struct err *err)
{
	enum status st;

	buf_clear(record);
	st = reader_record(record, e->reader, docid, err);
	if (!st)
		st = record_read(out, NULL, record->data, record->len, err);
	if (st != ST_INPUT)
		return st;
	/* Written by us, and not to be read: damage. */
	if (err)
		err->code = ST_DAMAGED;
	return ST_DAMAGED;
}

enum status engine_tick(const struct engine *e, struct err *err)
{
	if (e->deadline > 0 && thread_seconds() > e->deadline)
		return err_set(err, ST_LIMIT, "%s",
			       _("the time limit passed; narrow the query or raise "
				 "--timeout"));
	return ST_OK;
}
