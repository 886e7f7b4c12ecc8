#include "publish_parts.h"

#include <stdlib.h>
#include <string.h>

#include "stem.h"
#include "vocabulary.h"

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

enum status publish_vocabulary(struct buf *out, struct reader *r, struct err *err)
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
