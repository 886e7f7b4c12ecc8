#include "thesaurus.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "query.h"

#define LETTERS_INFLECTED 4 /* shorter words stand only for themselves */

struct key_word {
	struct thesaurus_word text;
	const char *stem[2]; /* of the surface, and of the folded form */
	bool stop;
};

/* A key, or a value as printed. */
struct phrase {
	const struct key_word *word;
	unsigned n, n_content;
	const struct synonym *v; /* a key's entries; of a value: its one */
	size_t n_v;
};

/*
 * The lexicon's entries are sorted by folded key, so the keys that a word may
 * begin are found by its first two letters, which no inflection changes, and
 * only these are analysed: a search of ten fichas is over before all of them
 * would be.  Values are analysed when a word is nowhere.
 */
struct thesaurus {
	struct arena *arena;
	const struct lexicon *lexicon;
	struct analyzer *analyzer;
	struct stemmer *stemmer;
	struct tokens tokens;
	const struct synonym *v;
	size_t n;
	struct phrase **key;   /* by the first of its entries; NULL = not yet */
	struct phrase **value; /* by entry, not of "exact" ones */
	size_t *stop_first;    /* keys that begin with a stop word */
	size_t n_stop_first;
	struct thesaurus_word *word;
	size_t n_words, cap_words;
	bool whole; /* every key and value is analysed */
};

#define PREFIX_LETTERS 2

/* ---- analysis ---- */

static enum status S_stem(const char **out, struct arena *arena, struct stemmer *s,
			  const char *word, size_t n, struct err *err)
{
	char stem[STEM_MAX];
	size_t len;
	enum status st = stem_word(stem, &len, s, word, n, err);

	if (!st && !(*out = arena_copy(arena, stem, len)))
		st = err_nomem(err);
	return st;
}

static bool S_add_word(struct thesaurus *t, const struct thesaurus_word *w)
{
	if (!array_more(&t->word, &t->cap_words, t->n_words, sizeof *t->word, 256))
		return false;
	t->word[t->n_words++] = *w;
	return true;
}

static enum status S_word(struct key_word *out, struct thesaurus *t,
			  const struct token *k, struct err *err)
{
	struct stemmer *s = t->stemmer;
	enum status st;

	out->text.surface = arena_copy(t->arena, k->surface, k->surface_n);
	out->text.folded = arena_copy(t->arena, k->folded, k->folded_n);
	out->text.surface_n = k->surface_n;
	out->text.folded_n = k->folded_n;
	if (!out->text.surface || !out->text.folded || !S_add_word(t, &out->text))
		return err_nomem(err);
	out->stop = lexicon_is_stop(t->lexicon, k->folded, k->folded_n);
	out->stem[0] = out->stem[1] = out->text.folded;
	if (k->exact_only)
		return ST_OK;
	st = S_stem(&out->stem[0], t->arena, s, k->surface, k->surface_n, err);
	if (!st)
		st = S_stem(&out->stem[1], t->arena, s, k->folded, k->folded_n, err);
	return st;
}

/* The printed words of text as a phrase; one that is too long stays empty. */
static enum status S_phrase(struct phrase *out, struct thesaurus *t, const char *text,
			    struct err *err)
{
	struct tokens *tokens = &t->tokens;
	struct key_word *v;
	enum status st = text_tokenize(tokens, t->analyzer, text, strlen(text), err);

	if (st)
		return st;
	v = arena_alloc(t->arena, (tokens->n + 1) * sizeof *v);
	if (!v)
		return err_nomem(err);
	for (size_t i = 0; i < tokens->n; i++) {
		if (tokens->v[i].variant || tokens->v[i].index_only)
			continue;
		if (out->n == THESAURUS_WORDS_MAX) {
			out->n = 0;
			return ST_OK;
		}
		st = S_word(&v[out->n], t, &tokens->v[i], err);
		if (st)
			return st;
		out->n_content += !v[out->n].stop;
		out->n++;
	}
	out->word = v;
	return ST_OK;
}

static bool S_first_of_key(const struct thesaurus *t, size_t i)
{
	return i == 0 || strcmp(t->v[i].folded_key, t->v[i - 1].folded_key) != 0;
}

/* The key whose entries begin with i. */
static enum status S_key(const struct phrase **out, struct thesaurus *t, size_t i,
			 struct err *err)
{
	struct phrase *p = t->key[i];
	enum status st = ST_OK;

	if (!p) {
		p = arena_alloc(t->arena, sizeof *p);
		if (!p)
			return err_nomem(err);
		p->v = &t->v[i];
		for (p->n_v = 1; i + p->n_v < t->n && !S_first_of_key(t, i + p->n_v);)
			p->n_v++;
		st = S_phrase(p, t, t->v[i].key, err);
		if (!st)
			t->key[i] = p;
	}
	*out = p;
	return st;
}

static enum status S_value(struct thesaurus *t, size_t i, struct err *err)
{
	struct phrase *p = arena_alloc(t->arena, sizeof *p);
	enum status st;

	if (!p)
		return err_nomem(err);
	p->v = &t->v[i];
	p->n_v = 1;
	st = S_phrase(p, t, t->v[i].value, err);
	if (!st)
		t->value[i] = p;
	return st;
}

static enum status S_whole(struct thesaurus *t, struct err *err)
{
	const struct phrase *p;
	enum status st = ST_OK;

	for (size_t i = 0; !st && !t->whole && i < t->n; i++) {
		if (S_first_of_key(t, i))
			st = S_key(&p, t, i, err);
		/* What is exact is a key as well. */
		if (!st && t->v[i].relation != REL_EXACT && !t->value[i])
			st = S_value(t, i, err);
	}
	t->whole = !st;
	return st;
}

enum status thesaurus_open(struct thesaurus **out, const struct lexicon *l,
			   struct analyzer *a, struct stemmer *s, struct err *err)
{
	struct thesaurus *t = calloc(1, sizeof *t);

	*out = NULL;
	if (!t)
		return err_nomem(err);
	t->lexicon = l;
	t->analyzer = a;
	t->stemmer = s;
	tokens_init(&t->tokens);
	t->v = lexicon_synonyms(l, &t->n);
	t->key = calloc(t->n + 1, sizeof *t->key);
	t->value = calloc(t->n + 1, sizeof *t->value);
	t->stop_first = calloc(t->n + 1, sizeof *t->stop_first);
	if (arena_open(&t->arena, NULL) || !t->key || !t->value || !t->stop_first) {
		thesaurus_close(t);
		return err_nomem(err);
	}
	for (size_t i = 0; i < t->n; i++) {
		const char *key = t->v[i].folded_key, *blank = strchr(key, ' ');

		if (blank && S_first_of_key(t, i) &&
		    lexicon_is_stop(l, key, (size_t)(blank - key)))
			t->stop_first[t->n_stop_first++] = i;
	}
	*out = t;
	return ST_OK;
}

void thesaurus_close(struct thesaurus *t)
{
	if (!t)
		return;
	arena_close(t->arena);
	tokens_release(&t->tokens);
	free(t->key);
	free(t->value);
	free(t->stop_first);
	free(t->word);
	free(t);
}

enum status thesaurus_words(const struct thesaurus_word **v, size_t *n,
			    struct thesaurus *t, struct err *err)
{
	enum status st = S_whole(t, err);

	*v = t->word;
	*n = st ? 0 : t->n_words;
	return st;
}

/* ---- looking up ---- */

/* A query word with what it may be met as. */
struct look {
	const struct asked *word;
	char stem[2][STEM_MAX];
	size_t letters;
};

static enum status S_look(struct look *out, const struct asked *w, struct stemmer *s,
			  struct err *err)
{
	size_t n;
	enum status st;

	out->word = w;
	out->letters = utf8_count(w->folded, w->folded_n);
	st = stem_word(out->stem[0], &n, s, w->surface, w->surface_n, err);
	return st ? st : stem_word(out->stem[1], &n, s, w->folded, w->folded_n, err);
}

static bool S_is(const struct look *q, const struct key_word *k)
{
	if (k->text.folded_n == q->word->folded_n &&
	    memcmp(k->text.folded, q->word->folded, k->text.folded_n) == 0)
		return true;
	if (q->letters < LETTERS_INFLECTED ||
	    utf8_count(k->text.folded, k->text.folded_n) < LETTERS_INFLECTED)
		return false;
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
			if (strcmp(q->stem[i], k->stem[j]) == 0)
				return true;
	return false;
}

/* Where the phrase ends if the words from `from` on are it; 0 = they are not.
 * Phrases of several content words may have other stop words between them. */
static size_t S_spans(const struct phrase *p, const struct look *q, size_t n,
		      size_t from)
{
	bool skip = p->n_content > 1;
	size_t at = from;

	for (unsigned k = 0; k < p->n; k++) {
		if (skip && p->word[k].stop)
			continue;
		while (skip && at > from && at < n && q[at].word->stop &&
		       q[at].word->usable && !q[at].word->starts)
			at++;
		if (at >= n || !q[at].word->usable ||
		    (at > from && q[at].word->starts) || !S_is(&q[at], &p->word[k]))
			return 0;
		at++;
	}
	return at;
}

/* The first entry whose key does not come before the n bytes of text. */
static size_t S_lower(const struct thesaurus *t, const char *text, size_t n)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strncmp(t->v[mid].folded_key, text, n) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Calls visit for each key that the words from `from` on are. */
typedef void on_phrase(void *ctx, const struct phrase *p, size_t to);

static enum status S_each(struct thesaurus *t, const struct look *q, size_t n,
			  size_t from, on_phrase *visit, void *ctx, struct err *err)
{
	const char *text = q[from].word->folded;
	const struct phrase *p;
	size_t letters = 0, len = 0, to;
	enum status st = ST_OK;

	while (len < q[from].word->folded_n && letters < PREFIX_LETTERS) {
		unsigned long c;

		len += utf8_decode(text + len, q[from].word->folded_n - len, &c);
		letters++;
	}
	for (size_t i = S_lower(t, text, len);
	     !st && i < t->n && strncmp(t->v[i].folded_key, text, len) == 0; i++) {
		if (!S_first_of_key(t, i))
			continue;
		st = S_key(&p, t, i, err);
		if (!st && (to = S_spans(p, q, n, from)) != 0)
			visit(ctx, p, to);
	}
	for (size_t i = 0; !st && i < t->n_stop_first; i++) {
		st = S_key(&p, t, t->stop_first[i], err);
		if (!st && (to = S_spans(p, q, n, from)) != 0)
			visit(ctx, p, to);
	}
	return st;
}

struct longest {
	const struct phrase *p;
	size_t to;
	bool exact; /* as the key is written, not inflected */
	const struct look *q;
	size_t from;
};

/* The word by which a phrase is met. */
static const struct key_word *S_first(const struct phrase *p)
{
	unsigned i = 0;

	while (p->n_content > 1 && p->word[i].stop)
		i++;
	return &p->word[i];
}

static bool S_written(const struct longest *l, const struct phrase *p)
{
	const struct asked *w = l->q[l->from].word;
	const struct thesaurus_word *k = &S_first(p)->text;

	return k->folded_n == w->folded_n &&
	       memcmp(k->folded, w->folded, k->folded_n) == 0;
}

/* The longest, and of equals the one that is written as typed. */
static void S_longest(void *ctx, const struct phrase *p, size_t to)
{
	struct longest *l = ctx;
	bool exact;

	if (p->v[0].ambiguous)
		return;
	exact = S_written(l, p);
	if (l->p && (to < l->to || (to == l->to && (l->exact || !exact))))
		return;
	l->p = p;
	l->to = to;
	l->exact = exact;
}

static enum status S_looks(struct look **out, struct stemmer *s,
			   const struct asked *words, size_t n, struct err *err)
{
	struct look *q = calloc(n + 1, sizeof *q);
	enum status st = ST_OK;

	*out = NULL;
	if (!q)
		return err_nomem(err);
	for (size_t i = 0; !st && i < n; i++)
		st = S_look(&q[i], &words[i], s, err);
	if (st)
		free(q);
	else
		*out = q;
	return st;
}

enum status thesaurus_find(struct thesaurus_match *out, size_t *n, size_t max,
			   struct thesaurus *t, const struct asked *words,
			   size_t n_words, struct err *err)
{
	struct look *q;
	enum status st = S_looks(&q, t->stemmer, words, n_words, err);

	*n = 0;
	for (size_t i = 0; !st && i < n_words && *n < max;) {
		struct longest l = {.q = q, .from = i};

		if (words[i].usable)
			st = S_each(t, q, n_words, i, S_longest, &l, err);
		if (!st && l.p)
			out[(*n)++] =
				(struct thesaurus_match){i, l.to, l.p->v, l.p->n_v};
		i = l.p ? l.to : i + 1;
	}
	free(q);
	return st;
}

static void S_ambiguous(void *ctx, const struct phrase *p, size_t to)
{
	const struct phrase **found = ctx;

	(void)to;
	if (p->v[0].ambiguous)
		*found = p;
}

enum status thesaurus_offer(const struct synonym **v, size_t *n, struct thesaurus *t,
			    const struct asked *word, struct err *err)
{
	const struct phrase *found = NULL;
	struct look *q;
	enum status st = S_looks(&q, t->stemmer, word, 1, err);

	*n = 0;
	if (!st)
		st = S_each(t, q, 1, 0, S_ambiguous, &found, err);
	if (!st && found) {
		*v = found->v;
		*n = found->n_v;
	}
	free(q);
	return st;
}

enum status thesaurus_backward(const struct synonym **v, size_t *n, size_t *to,
			       size_t max, struct thesaurus *t,
			       const struct asked *words, size_t n_words, size_t from,
			       struct err *err)
{
	struct look *q;
	enum status st = S_looks(&q, t->stemmer, words, n_words, err);
	size_t longest = 0;

	*n = 0;
	*to = from;
	if (!st)
		st = S_whole(t, err);
	for (size_t i = 0; !st && words[from].usable && i < t->n; i++) {
		const struct phrase *p = t->value[i];
		size_t end, k = 0;

		if (!p || p->v->ambiguous || !(end = S_spans(p, q, n_words, from)) ||
		    end < longest)
			continue;
		if (end > longest)
			*n = 0;
		longest = end;
		while (k < *n && strcmp(v[k]->folded_key, p->v->folded_key) != 0)
			k++;
		if (k == *n && *n < max)
			v[(*n)++] = p->v;
	}
	if (*n)
		*to = longest;
	free(q);
	return st;
}
