#include "publish_parts.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "column.h"
#include "indexed.h"
#include "messages.h"
#include "record.h"
#include "terms.h"
#include "vocabulary.h"

/*
 * What is looked at: that every file opens (each checks its own form), that
 * all of them hold as many fichas as there are, and for the fichas of the
 * sample, that the record found by the id is
 * byte for byte what was indexed and that TERMS of its terms, spread evenly
 * over all of them, lead to it.  The cost does not grow with the index, but for
 * the length of a frequent term's list.
 */
#define TERMS 12

struct verification {
	struct reader *r;
	const struct lexicon *lexicon;
	struct analyzer *a;
	struct stemmer *stemmer;
	struct postings postings;
	struct buf record;
};

static enum status S_wrong(const char *what, struct err *err)
{
	return err_set(err, ST_DAMAGED, _("the new index does not verify: %s"), what);
}

/* The files beside Xapian's: each opener checks the form of its own. */
static enum status S_beside(struct store *store, size_t expected, struct analyzer *a,
			    struct err *err)
{
	struct column *column = NULL;
	struct vocabulary *words = NULL;
	struct lexicon *image = NULL;
	struct publish_mapped m;
	enum status st = publish_map(&m, store, STORE_COLUMN, err);

	if (!st)
		st = column_open(&column, m.bytes, m.n, err);
	if (!st && docset_count(column_documents(column)) != expected)
		st = S_wrong("column", err);
	column_close(column);
	publish_unmap(&m);
	if (!st)
		st = publish_map(&m, store, STORE_VOCABULARY, err);
	if (!st)
		st = vocabulary_open(&words, m.bytes, m.n, err);
	vocabulary_close(words);
	publish_unmap(&m);
	if (!st)
		st = publish_map(&m, store, STORE_LEXICON, err);
	if (!st)
		st = lexicon_open_image(&image, a, m.bytes, m.n, err);
	lexicon_close(image);
	publish_unmap(&m);
	return st;
}

static enum status S_terms(struct verification *v, const struct ficha *f,
			   uint32_t docid, struct err *err)
{
	enum status st =
		indexed_postings(&v->postings, f, v->lexicon, v->a, v->stemmer, err);
	size_t n = v->postings.n, step = n / TERMS + 1;

	for (size_t i = 0; !st && i < n; i += step) {
		struct docset docs = {0};

		st = reader_postings(&docs, v->r, v->postings.v[i].term, err);
		if (!st && !docset_has(&docs, docid))
			st = S_wrong(v->postings.v[i].term, err);
		docset_release(&docs);
	}
	return st;
}

static enum status S_entry(struct verification *v, const struct sampled *e,
			   struct err *err)
{
	struct ficha f;
	uint32_t docid;
	enum status st = reader_find(&docid, v->r, e->id, err);

	if (!st && !docid)
		st = S_wrong(e->id, err);
	buf_clear(&v->record);
	if (!st)
		st = reader_record(&v->record, v->r, docid, err);
	if (!st && XXH3_64bits(v->record.data, v->record.len) != e->hash)
		st = S_wrong(e->id, err);
	ficha_init(&f);
	if (!st)
		st = record_read(&f, NULL, v->record.data, v->record.len, err);
	if (!st)
		st = S_terms(v, &f, docid, err);
	ficha_release(&f);
	return st;
}

void publish_sample(struct sample *out, const struct catalogue *c)
{
	size_t at = 0, step;

	memset(out, 0, sizeof *out);
	out->fichas = catalogue_count(c);
	step = out->fichas / SAMPLE_MAX + 1;
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->files[i].n; j++) {
			const struct entry *e = &c->files[i].entries[j];

			if (!e->id || at++ % step != 0 || out->n == SAMPLE_MAX)
				continue;
			snprintf(out->v[out->n].id, sizeof out->v->id, "%s", e->id);
			out->v[out->n++].hash = e->hash;
		}
}

enum status publish_verify(struct store *store, const struct sample *sample,
			   const struct lexicon *lexicon, struct analyzer *a,
			   struct err *err)
{
	struct verification v = {.lexicon = lexicon, .a = a};
	size_t expected = sample->fichas;
	struct publish_reader made;
	enum status st = publish_reader_open(&made, store, err);

	postings_init(&v.postings);
	buf_init(&v.record, 0);
	v.r = made.r;
	/* What Xapian holds and what the catalogue said must agree, or nothing
	 * is published: a batch that was lost on the way shows here. */
	if (!st && reader_count(v.r) != expected)
		st = err_set(err, ST_INTERNAL,
			     _("%zu fichas were to be indexed, but the index holds %u"),
			     expected, (unsigned)reader_count(v.r));
	if (!st)
		st = S_beside(store, expected, a, err);
	if (!st)
		st = stemmer_open(&v.stemmer, err);
	for (size_t i = 0; !st && i < sample->n; i++) {
		st = S_entry(&v, &sample->v[i], err);
		/* Frequent words have long lists. */
		publish_forget(&made.positions);
		publish_forget(&made.records);
	}
	stemmer_close(v.stemmer);
	publish_reader_close(&made);
	buf_release(&v.record);
	postings_release(&v.postings);
	return st;
}
