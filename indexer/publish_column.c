#include "publish_parts.h"

#include <stdlib.h>
#include <string.h>

#include "column.h"
#include "indexed.h"
#include "record.h"

/* ---- facets ---- */

struct value_list { /* slugs of one facet, copied out of the reader's walk */
	struct strs slugs;
	bool failed;
};

static int S_gather(void *ctx, const char *rest, size_t n, uint32_t documents)
{
	struct value_list *l = ctx;

	(void)n;
	(void)documents;
	if (!strs_add(&l->slugs, rest))
		l->failed = true;
	return !l->failed;
}

/* The label of a value that the tables do not have (an unknown commune): as
 * the first ficha in document order prints it. */
struct label_search {
	enum facet facet;
	const char *slug;
	struct buf *label;
};

static enum status S_match_label(void *ctx, enum facet facet, const char *slug,
				 const char *label, struct err *err)
{
	struct label_search *s = ctx;

	(void)err;
	if (facet == s->facet && strcmp(slug, s->slug) == 0 && !s->label->len)
		buf_adds(s->label, label);
	return ST_OK;
}

static enum status S_printed_label(struct buf *label, enum facet facet,
				   const char *slug, struct reader *r,
				   const struct docset *docs, const uint32_t *order,
				   const struct lexicon *lexicon, struct analyzer *a,
				   struct err *err)
{
	struct label_search search = {facet, slug, label};
	uint32_t first = 0;
	struct ficha f;
	struct buf record;
	enum status st;

	for (uint32_t d = docset_next(docs, 1); d; d = docset_next(docs, d + 1))
		if (!first || order[d] < order[first])
			first = d;
	if (!first)
		return ST_OK;
	buf_init(&record, 0);
	ficha_init(&f);
	st = reader_record(&record, r, first, err);
	if (!st)
		st = record_read(&f, NULL, record.data, record.len, err);
	if (!st)
		st = indexed_facets(&f, lexicon, a, S_match_label, &search, err);
	ficha_release(&f);
	buf_release(&record);
	return st ? st : buf_status(label, err);
}

static enum status S_value(struct column_builder *b, struct reader *r, enum facet facet,
			   const char *slug, const uint32_t *order,
			   const struct lexicon *lexicon, struct analyzer *a,
			   struct err *err)
{
	char term[TERM_MAX + 1];
	struct docset docs = {0};
	struct buf label;
	const char *known = lexicon_label(lexicon, facet, slug);
	size_t n = strlen(slug);
	enum status st;

	if (n + 2 > TERM_MAX)
		return err_set(err, ST_INTERNAL, "facet value too long");
	term[0] = 'F';
	term[1] = facet_table[facet].letter;
	memcpy(term + 2, slug, n + 1);
	buf_init(&label, 0);
	st = reader_postings(&docs, r, term, err);
	if (!st && known)
		buf_adds(&label, known);
	else if (!st)
		st = S_printed_label(&label, facet, slug, r, &docs, order, lexicon, a,
				     err);
	if (!st && !label.len)
		buf_adds(&label, slug);
	for (uint32_t d = st ? 0 : docset_next(&docs, 1); d && !st;
	     d = docset_next(&docs, d + 1))
		st = column_builder_value(b, d, facet, slug, label.data, err);
	docset_release(&docs);
	buf_release(&label);
	return st;
}

static const char *S_region_of(const struct lexicon *lexicon, const char *commune)
{
	size_t n;
	const struct commune *c = lexicon_communes(lexicon, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(c[i].slug, commune) == 0)
			return c[i].region_slug;
	return "";
}

static enum status S_facets(struct column_builder *b, struct reader *r,
			    const uint32_t *order, const struct lexicon *lexicon,
			    struct analyzer *a, struct err *err)
{
	enum status st = ST_OK;

	for (int f = 0; !st && f < FACET_COUNT; f++) {
		char prefix[3] = {'F', facet_table[f].letter, '\0'};
		struct value_list list = {{NULL, 0}, false};

		st = reader_each_term(r, prefix, S_gather, &list, err);
		if (!st && list.failed)
			st = err_nomem(err);
		for (size_t i = 0; !st && i < list.slugs.n; i++) {
			st = S_value(b, r, (enum facet)f, list.slugs.v[i], order,
				     lexicon, a, err);
			if (!st && f == FACET_MUNICIPALITY)
				st = column_builder_parent(
					b, (enum facet)f, list.slugs.v[i],
					S_region_of(lexicon, list.slugs.v[i]), err);
		}
		strs_release(&list.slugs);
	}
	return st;
}

/* ---- sort keys ---- */

struct key { /* one document's sort keys */
	uint32_t docid, date;
	uint64_t order;
	size_t at; /* in bytes: the title's key, then the municipality's */
	uint8_t title_n, municipality_n;
};

struct keys {
	struct key *v;
	size_t n;
	struct buf bytes;
};

static int S_compare_bytes(const char *a, size_t a_n, const char *b, size_t b_n)
{
	int c = memcmp(a, b, a_n < b_n ? a_n : b_n);

	return c ? c : (a_n > b_n) - (a_n < b_n);
}

static int S_compare_order(const struct key *a, const struct key *b)
{
	return (a->order > b->order) - (a->order < b->order);
}

static int S_by_order(const void *x, const void *y)
{
	return S_compare_order(x, y);
}

static int S_by_title(const void *x, const void *y, void *bytes)
{
	const struct key *a = x, *b = y;
	const char *p = bytes;
	int c = S_compare_bytes(p + a->at, a->title_n, p + b->at, b->title_n);

	return c ? c : S_compare_order(a, b);
}

static int S_by_municipality(const void *x, const void *y, void *bytes)
{
	const struct key *a = x, *b = y;
	const char *p = bytes;
	int c = S_compare_bytes(p + a->at + a->title_n, a->municipality_n,
				p + b->at + b->title_n, b->municipality_n);

	return c ? c : S_by_title(x, y, bytes);
}

enum status publish_ranks(struct source_ranks *out, const struct catalogue *c,
			  struct err *err)
{
	out->n = c->next_number;
	out->v = malloc((out->n + 1) * sizeof *out->v);
	if (!out->v)
		return err_nomem(err);
	memset(out->v, 0xFF, (out->n + 1) * sizeof *out->v);
	for (size_t i = 0; i < c->n; i++)
		out->v[c->files[i].number] = (uint32_t)i;
	return ST_OK;
}

/* They stand with the records, all of which are passed by here. */
#define FORGET 4096

static enum status S_read_keys(struct keys *k, const struct publish_reader *made,
			       const struct docset *documents,
			       const struct source_ranks *ranks, struct err *err)
{
	enum status st = ST_OK;

	k->n = 0;
	k->v = calloc(docset_count(documents) + 1, sizeof *k->v);
	if (!k->v)
		st = err_nomem(err);
	for (uint32_t d = st ? 0 : docset_next(documents, 1); d && !st;
	     d = docset_next(documents, d + 1)) {
		struct key *e = &k->v[k->n];
		struct doc_values v;

		st = reader_values(&v, made->r, d, err);
		if (st)
			break;
		if (v.source >= ranks->n || v.sort_title_n > UINT8_MAX ||
		    v.sort_municipality_n > UINT8_MAX) {
			st = err_set(err, ST_DAMAGED, "document %u of no known source",
				     (unsigned)d);
			break;
		}
		e->docid = d;
		e->date = v.date;
		e->order = (uint64_t)ranks->v[v.source] << 32 | v.source_order;
		e->at = k->bytes.len;
		e->title_n = (uint8_t)v.sort_title_n;
		e->municipality_n = (uint8_t)v.sort_municipality_n;
		buf_add(&k->bytes, v.sort_title, v.sort_title_n);
		buf_add(&k->bytes, v.sort_municipality, v.sort_municipality_n);
		st = buf_status(&k->bytes, err);
		if (++k->n % FORGET == 0)
			publish_forget(&made->records);
	}
	publish_forget(&made->records);
	return st;
}

/* Ranks by each key; order[] is by docid. */
static enum status S_keys(struct column_builder *b, uint32_t *order, struct keys *k,
			  struct reader *r, struct err *err)
{
	uint32_t last = reader_last(r);
	uint32_t *length = calloc((size_t)last + 1, sizeof *length);
	uint32_t *by_title = calloc((size_t)last + 1, sizeof *by_title);
	uint32_t *by_municipality = calloc((size_t)last + 1, sizeof *by_municipality);
	enum status st = length && by_title && by_municipality ? ST_OK : err_nomem(err);

	if (!st)
		st = reader_lengths(length, r, err);
	if (!st) {
		qsort_r(k->v, k->n, sizeof *k->v, S_by_title, k->bytes.data);
		for (size_t i = 0; i < k->n; i++)
			by_title[k->v[i].docid] = (uint32_t)i;
		qsort_r(k->v, k->n, sizeof *k->v, S_by_municipality, k->bytes.data);
		for (size_t i = 0; i < k->n; i++)
			by_municipality[k->v[i].docid] = (uint32_t)i;
		qsort(k->v, k->n, sizeof *k->v, S_by_order);
		for (size_t i = 0; i < k->n; i++)
			order[k->v[i].docid] = (uint32_t)i;
	}
	for (size_t i = 0; !st && i < k->n; i++) {
		uint32_t d = k->v[i].docid;
		struct column_keys keys = {k->v[i].date, order[d], by_title[d],
					   by_municipality[d], length[d]};

		st = column_builder_keys(b, d, &keys, err);
	}
	free(length);
	free(by_title);
	free(by_municipality);
	return st;
}

enum status publish_column(struct buf *out, const struct publish_reader *made,
			   const struct source_ranks *ranks,
			   const struct lexicon *lexicon, struct analyzer *a,
			   struct err *err)
{
	struct column_builder *b = NULL;
	struct docset all = {0};
	struct keys keys = {0};
	struct reader *r = made->r;
	uint32_t last = reader_last(r), *order = NULL;
	enum status st;

	buf_init(&keys.bytes, (size_t)1 << 36);
	st = column_builder_open(&b, last, err);
	if (!st)
		st = reader_postings(&all, r, "", err);
	if (!st && !(order = calloc((size_t)last + 1, sizeof *order)))
		st = err_nomem(err);
	if (!st)
		st = S_read_keys(&keys, made, &all, ranks, err);
	if (!st)
		st = S_keys(b, order, &keys, r, err);
	free(keys.v);
	keys.v = NULL;
	buf_release(&keys.bytes);
	if (!st)
		st = S_facets(b, r, order, lexicon, a, err);
	if (!st)
		st = column_builder_finish(out, b, err);
	free(order);
	docset_release(&all);
	column_builder_close(b);
	return st;
}
