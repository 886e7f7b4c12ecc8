#include "publish.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "column.h"
#include "indexed.h"
#include "messages.h"
#include "reader.h"
#include "writer.h"
#include "record.h"
#include "stem.h"
#include "vocabulary.h"
#include "workers.h"

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
	size_t title, title_n, municipality, municipality_n; /* in bytes */
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
	int c = S_compare_bytes(p + a->title, a->title_n, p + b->title, b->title_n);

	return c ? c : S_compare_order(a, b);
}

static int S_by_municipality(const void *x, const void *y, void *bytes)
{
	const struct key *a = x, *b = y;
	const char *p = bytes;
	int c = S_compare_bytes(p + a->municipality, a->municipality_n,
				p + b->municipality, b->municipality_n);

	return c ? c : S_by_title(x, y, bytes);
}

/* Number of a file -> its place in the catalogue. */
static enum status S_file_ranks(uint32_t **out, const struct catalogue *c,
				struct err *err)
{
	*out = malloc((c->next_number + 1) * sizeof **out);
	if (!*out)
		return err_nomem(err);
	memset(*out, 0xFF, (c->next_number + 1) * sizeof **out);
	for (size_t i = 0; i < c->n; i++)
		(*out)[c->files[i].number] = (uint32_t)i;
	return ST_OK;
}

static enum status S_read_keys(struct keys *k, struct reader *r,
			       const struct docset *documents,
			       const struct catalogue *catalogue, struct err *err)
{
	uint32_t *ranks;
	struct buf value;
	enum status st = S_file_ranks(&ranks, catalogue, err);

	buf_init(&value, 0);
	k->n = 0;
	k->v = st ? NULL : calloc(docset_count(documents) + 1, sizeof *k->v);
	if (!st && !k->v)
		st = err_nomem(err);
	for (uint32_t d = st ? 0 : docset_next(documents, 1); d && !st;
	     d = docset_next(documents, d + 1)) {
		struct key *e = &k->v[k->n];
		struct doc_values v;

		buf_clear(&value);
		st = reader_values(r, d, &v, &value, err);
		if (st)
			break;
		if (v.source >= catalogue->next_number) {
			st = err_set(err, ST_INTERNAL, "document %u of no known source",
				     (unsigned)d);
			break;
		}
		e->docid = d;
		e->date = v.date;
		e->order = (uint64_t)ranks[v.source] << 32 | v.source_order;
		e->title = k->bytes.len;
		e->title_n = v.sort_title_n;
		buf_add(&k->bytes, v.sort_title, v.sort_title_n);
		e->municipality = k->bytes.len;
		e->municipality_n = v.sort_municipality_n;
		buf_add(&k->bytes, v.sort_municipality, v.sort_municipality_n);
		st = buf_status(&k->bytes, err);
		k->n++;
	}
	buf_release(&value);
	free(ranks);
	return st;
}

/* Ranks by each key; order[] is by docid. */
static enum status S_keys(struct column_builder *b, uint32_t *order, struct keys *k,
			  uint32_t last, struct err *err)
{
	uint32_t *by_title = calloc((size_t)last + 1, sizeof *by_title);
	uint32_t *by_municipality = calloc((size_t)last + 1, sizeof *by_municipality);
	enum status st = by_title && by_municipality ? ST_OK : err_nomem(err);

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

		st = column_builder_keys(b, d, k->v[i].date, order[d], by_title[d],
					 by_municipality[d], err);
	}
	free(by_title);
	free(by_municipality);
	return st;
}

static enum status S_column(struct buf *out, struct reader *r,
			    const struct catalogue *catalogue,
			    const struct lexicon *lexicon, struct analyzer *a,
			    struct err *err)
{
	struct column_builder *b = NULL;
	struct docset all = {0};
	struct keys keys = {0};
	uint32_t last = reader_last(r), *order = NULL;
	enum status st;

	buf_init(&keys.bytes, (size_t)1 << 36);
	st = column_builder_open(&b, last, err);
	if (!st)
		st = reader_postings(&all, r, "", err);
	if (!st && !(order = calloc((size_t)last + 1, sizeof *order)))
		st = err_nomem(err);
	if (!st)
		st = S_read_keys(&keys, r, &all, catalogue, err);
	if (!st)
		st = S_keys(b, order, &keys, last, err);
	if (!st)
		st = S_facets(b, r, order, lexicon, a, err);
	if (!st)
		st = column_builder_finish(out, b, err);
	free(order);
	free(keys.v);
	buf_release(&keys.bytes);
	docset_release(&all);
	column_builder_close(b);
	return st;
}

/* ---- vocabulary ---- */

/* The learned exceptions, "<folded>\t<stem>", in byte order. */
struct learned {
	struct strs pairs;
	size_t at;
	bool failed;
};

static int S_learn(void *ctx, const char *rest, size_t n, uint32_t documents)
{
	struct learned *l = ctx;
	size_t cap = l->pairs.n;

	(void)n;
	(void)documents;
	/* Grows by doubling: strs_add would copy the list each time. */
	if ((cap & (cap - 1)) == 0) {
		char **v = realloc(l->pairs.v, (cap ? 2 * cap : 1) * sizeof *v);

		if (!v) {
			l->failed = true;
			return 0;
		}
		l->pairs.v = v;
	}
	l->pairs.v[l->pairs.n] = strdup(rest);
	if (!l->pairs.v[l->pairs.n]) {
		l->failed = true;
		return 0;
	}
	l->pairs.n++;
	return 1;
}

static int S_learned_cmp(const char *pair, const char *word)
{
	size_t n = strcspn(pair, "\t"), m = strlen(word);
	int c = memcmp(pair, word, n < m ? n : m);

	return c ? c : (n > m) - (n < m);
}

struct word_list {
	struct vocabulary_builder *builder;
	struct stemmer *stemmer;
	struct learned *learned;
	enum status st;
	struct err *err;
};

static int S_word(void *ctx, const char *rest, size_t n, uint32_t documents)
{
	struct word_list *w = ctx;
	struct learned *l = w->learned;
	const char *stems[VOCABULARY_STEMS_MAX];
	char own[STEM_MAX];
	size_t own_n, n_stems = 0;

	/* The folded form's own stem first: it is how most of the documents
	 * were indexed; then those that only the accented form gave. */
	if (!stem_word(own, &own_n, w->stemmer, rest, n, NULL) && own_n)
		stems[n_stems++] = own;
	while (l->at < l->pairs.n && S_learned_cmp(l->pairs.v[l->at], rest) < 0)
		l->at++;
	for (; l->at < l->pairs.n && S_learned_cmp(l->pairs.v[l->at], rest) == 0;
	     l->at++)
		if (n_stems < VOCABULARY_STEMS_MAX)
			stems[n_stems++] = strchr(l->pairs.v[l->at], '\t') + 1;
	w->st = vocabulary_builder_add(w->builder, rest, n, documents, stems, n_stems,
				       w->err);
	return w->st == ST_OK;
}

static int S_pair_cmp(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	size_t n = strcspn(x, "\t"), m = strcspn(y, "\t");
	int c = memcmp(x, y, n < m ? n : m);

	if (c)
		return c;
	return n != m ? (n > m) - (n < m) : strcmp(x + n, y + m);
}

static enum status S_vocabulary(struct buf *out, struct reader *r, struct err *err)
{
	struct vocabulary_builder *b = NULL;
	struct stemmer *stemmer = NULL;
	struct learned learned = {{NULL, 0}, 0, false};
	struct word_list words = {NULL, NULL, &learned, ST_OK, err};
	enum status st = vocabulary_builder_open(&b, err);

	if (!st)
		st = stemmer_open(&stemmer, err);
	if (!st)
		st = reader_each_term(r, "V", S_learn, &learned, err);
	if (!st && learned.failed)
		st = err_nomem(err);
	if (!st && learned.pairs.n)
		/* Byte order of the pairs differs from the words' where one word
		 * is the beginning of another. */
		qsort(learned.pairs.v, learned.pairs.n, sizeof *learned.pairs.v,
		      S_pair_cmp);
	words.builder = b;
	words.stemmer = stemmer;
	if (!st)
		st = reader_each_term(r, "XA", S_word, &words, err);
	if (!st)
		st = words.st;
	if (!st)
		st = vocabulary_builder_finish(out, b, err);
	strs_release(&learned.pairs);
	stemmer_close(stemmer);
	vocabulary_builder_close(b);
	return st;
}

/* ---- all together ---- */

static enum status S_derive(struct store *store, struct reader *r,
			    const struct catalogue *catalogue,
			    const struct lexicon *lexicon, struct analyzer *a,
			    struct err *err)
{
	struct buf out;
	enum status st;

	buf_init(&out, (size_t)1 << 36);
	st = S_column(&out, r, catalogue, lexicon, a, err);
	if (!st)
		st = store_put(store, STORE_COLUMN, out.data, out.len, err);
	buf_clear(&out);
	if (!st)
		st = S_vocabulary(&out, r, err);
	if (!st)
		st = store_put(store, STORE_VOCABULARY, out.data, out.len, err);
	buf_clear(&out);
	if (!st)
		st = lexicon_bundle(&out, lexicon, err);
	if (!st)
		st = store_put(store, STORE_TABLES, out.data, out.len, err);
	buf_clear(&out);
	if (!st)
		st = catalogue_write(&out, catalogue, err);
	if (!st)
		st = store_put(store, STORE_SOURCES, out.data, out.len, err);
	buf_release(&out);
	return st;
}

/* The one file of the generation, and with parts the build folder too.  The
 * two joins read the same parts and write apart: one goes into a process of
 * its own. */
static enum status S_glass(const char *path, const char *build_dir,
			   const char *const *parts, size_t n_parts, struct err *err)
{
	struct workers workers;
	enum status st, joined;

	if (!parts)
		return writer_compact(build_dir, path, err);
	st = workers_start(&workers, 1, err);
	if (st)
		return st;
	if (workers_child(&workers) >= 0) {
		struct err why = {0};

		joined = writer_join(build_dir, parts, n_parts, &why);
		workers_exit(&workers, joined, &why);
	}
	st = writer_join_file(path, parts, n_parts, err);
	joined = workers_wait(&workers, st ? NULL : err);
	return st ? st : joined;
}

enum status publish(struct store *store, const char *build_dir,
		    const char *const *parts, size_t n_parts,
		    const struct catalogue *catalogue, const struct lexicon *lexicon,
		    struct analyzer *a, struct err *err)
{
	char path[PATH_MAX];
	struct reader *r = NULL;
	size_t expected = catalogue_count(catalogue);
	int fd = -1;
	enum status st = store_begin(store, err);

	if (!st)
		st = store_path(path, sizeof path, store, STORE_GLASS, err);
	if (!st)
		st = S_glass(path, build_dir, parts, n_parts, err);
	if (!st) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0)
			st = err_errno(err, ST_IO, "%s", path);
	}
	if (!st)
		st = reader_open(&r, fd, err);
	/* What Xapian holds and what the catalogue says must agree, or nothing
	 * is published: a batch that was lost on the way shows here. */
	if (!st && reader_count(r) != expected)
		st = err_set(err, ST_INTERNAL,
			     _("%zu fichas were to be indexed, but the index holds %u"),
			     expected, (unsigned)reader_count(r));
	if (!st)
		st = S_derive(store, r, catalogue, lexicon, a, err);
	reader_close(r);
	if (fd >= 0)
		close(fd);
	if (!st)
		st = store_publish(store, (uint32_t)expected, err);
	if (st)
		store_abandon(store);
	return st;
}
