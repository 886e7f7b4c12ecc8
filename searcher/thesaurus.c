#include "thesaurus.h"

#include <stdlib.h>
#include <string.h>

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
	bool value;
};

/* A word (or stem) that a phrase's first content word may be met as. */
struct entry {
	const char *text;
	size_t phrase;
};

struct thesaurus {
	struct arena *arena;
	struct phrase *phrase;
	size_t n_phrases;
	struct entry *entry; /* sorted by text */
	size_t n_entries, cap_entries;
	struct thesaurus_word *word;
	size_t n_words, cap_words;
};

/* ---- building ---- */

static bool S_room(void **v, size_t *cap, size_t n, size_t size)
{
	void *more;

	if (n < *cap)
		return true;
	*cap = *cap ? 2 * *cap : 1024;
	more = realloc(*v, *cap * size);
	if (more)
		*v = more;
	return more != NULL;
}

static bool S_add_entry(struct thesaurus *t, const char *text, size_t phrase)
{
	if (!S_room((void **)&t->entry, &t->cap_entries, t->n_entries,
		    sizeof *t->entry))
		return false;
	t->entry[t->n_entries++] = (struct entry){text, phrase};
	return true;
}

static bool S_add_word(struct thesaurus *t, const struct thesaurus_word *w)
{
	if (!S_room((void **)&t->word, &t->cap_words, t->n_words, sizeof *t->word))
		return false;
	t->word[t->n_words++] = *w;
	return true;
}

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

static enum status S_word(struct key_word *out, struct thesaurus *t,
			  const struct lexicon *l, struct stemmer *s,
			  const struct token *k, struct err *err)
{
	enum status st;

	out->text.surface = arena_copy(t->arena, k->surface, k->surface_n);
	out->text.folded = arena_copy(t->arena, k->folded, k->folded_n);
	out->text.surface_n = k->surface_n;
	out->text.folded_n = k->folded_n;
	if (!out->text.surface || !out->text.folded || !S_add_word(t, &out->text))
		return err_nomem(err);
	out->stop = lexicon_is_stop(l, k->folded, k->folded_n);
	out->stem[0] = out->stem[1] = out->text.folded;
	if (k->exact_only)
		return ST_OK;
	st = S_stem(&out->stem[0], t->arena, s, k->surface, k->surface_n, err);
	if (!st)
		st = S_stem(&out->stem[1], t->arena, s, k->folded, k->folded_n, err);
	return st;
}

/* The printed words of text as a phrase; one that is too long stays empty. */
static enum status S_phrase(struct phrase *out, struct thesaurus *t,
			    const struct lexicon *l, struct analyzer *a,
			    struct stemmer *s, struct tokens *tokens, const char *text,
			    struct err *err)
{
	struct key_word *v;
	enum status st = text_tokenize(tokens, a, text, strlen(text), err);

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
		st = S_word(&v[out->n], t, l, s, &tokens->v[i], err);
		if (st)
			return st;
		out->n_content += !v[out->n].stop;
		out->n++;
	}
	out->word = v;
	return ST_OK;
}

/* The word by which a phrase is looked up. */
static const struct key_word *S_first(const struct phrase *p)
{
	unsigned i = 0;

	while (p->n_content > 1 && p->word[i].stop)
		i++;
	return &p->word[i];
}

static bool S_enter(struct thesaurus *t, size_t at)
{
	const struct phrase *p = &t->phrase[at];
	const struct key_word *w;

	if (!p->n)
		return true;
	w = S_first(p);
	if (!S_add_entry(t, w->text.folded, at))
		return false;
	for (int i = 0; i < 2; i++)
		if (strcmp(w->stem[i], w->text.folded) != 0 &&
		    (i == 0 || strcmp(w->stem[1], w->stem[0]) != 0) &&
		    !S_add_entry(t, w->stem[i], at))
			return false;
	return true;
}

static int S_by_text(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	if (c == 0)
		c = x->phrase < y->phrase ? -1 : x->phrase > y->phrase;
	return c;
}

static enum status S_build(struct thesaurus *t, const struct lexicon *l,
			   struct analyzer *a, struct stemmer *s, struct err *err)
{
	struct tokens tokens;
	enum status st = ST_OK;
	size_t n, to;
	const struct synonym *v = lexicon_synonyms(l, &n);

	t->phrase = calloc(2 * n + 1, sizeof *t->phrase);
	if (!t->phrase)
		return err_nomem(err);
	tokens_init(&tokens);
	for (size_t i = 0; !st && i < n; i = to) {
		struct phrase *p = &t->phrase[t->n_phrases];

		for (to = i + 1;
		     to < n && strcmp(v[to].folded_key, v[i].folded_key) == 0;)
			to++;
		p->v = &v[i];
		p->n_v = to - i;
		st = S_phrase(p, t, l, a, s, &tokens, v[i].key, err);
		if (!st && !S_enter(t, t->n_phrases++))
			st = err_nomem(err);
	}
	for (size_t i = 0; !st && i < n; i++) {
		struct phrase *p = &t->phrase[t->n_phrases];

		if (v[i].relation == REL_EXACT) /* its value is a key as well */
			continue;
		p->v = &v[i];
		p->n_v = 1;
		p->value = true;
		st = S_phrase(p, t, l, a, s, &tokens, v[i].value, err);
		if (!st && !S_enter(t, t->n_phrases++))
			st = err_nomem(err);
	}
	tokens_release(&tokens);
	if (t->n_entries)
		qsort(t->entry, t->n_entries, sizeof *t->entry, S_by_text);
	return st;
}

enum status thesaurus_open(struct thesaurus **out, const struct lexicon *l,
			   struct analyzer *a, struct stemmer *s, struct err *err)
{
	struct thesaurus *t = calloc(1, sizeof *t);
	enum status st;

	*out = NULL;
	if (!t)
		return err_nomem(err);
	st = arena_open(&t->arena, err);
	if (!st)
		st = S_build(t, l, a, s, err);
	if (st) {
		thesaurus_close(t);
		return st;
	}
	*out = t;
	return ST_OK;
}

void thesaurus_close(struct thesaurus *t)
{
	if (!t)
		return;
	arena_close(t->arena);
	free(t->phrase);
	free(t->entry);
	free(t->word);
	free(t);
}

const struct thesaurus_word *thesaurus_words(const struct thesaurus *t, size_t *n)
{
	*n = t->n_words;
	return t->word;
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

static size_t S_lower(const struct thesaurus *t, const char *text, size_t n)
{
	size_t low = 0, high = t->n_entries;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strncmp(t->entry[mid].text, text, n) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Calls visit for each phrase that the words from `from` on may begin. */
typedef void on_phrase(void *ctx, const struct phrase *p, size_t to);

static void S_each(const struct thesaurus *t, const struct look *q, size_t n,
		   size_t from, on_phrase *visit, void *ctx)
{
	const char *text[3] = {q[from].word->folded, q[from].stem[0], q[from].stem[1]};
	size_t len[3] = {q[from].word->folded_n, strlen(text[1]), strlen(text[2])};

	for (int i = 0; i < 3; i++) {
		bool again = false;

		for (int k = 0; k < i; k++)
			again = again || (len[k] == len[i] &&
					  memcmp(text[k], text[i], len[i]) == 0);
		if (again)
			continue;
		for (size_t at = S_lower(t, text[i], len[i]);
		     at < t->n_entries &&
		     strncmp(t->entry[at].text, text[i], len[i]) == 0 &&
		     t->entry[at].text[len[i]] == '\0';
		     at++) {
			const struct phrase *p = &t->phrase[t->entry[at].phrase];
			size_t to = S_spans(p, q, n, from);

			if (to)
				visit(ctx, p, to);
		}
	}
}

struct longest {
	const struct phrase *p;
	size_t to;
	bool exact; /* as the key is written, not inflected */
	const struct look *q;
	size_t from;
};

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

	if (p->value || p->v[0].ambiguous)
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
			   const struct thesaurus *t, struct stemmer *s,
			   const struct asked *words, size_t n_words, struct err *err)
{
	struct look *q;
	enum status st = S_looks(&q, s, words, n_words, err);

	*n = 0;
	for (size_t i = 0; !st && i < n_words && *n < max;) {
		struct longest l = {.q = q, .from = i};

		if (words[i].usable)
			S_each(t, q, n_words, i, S_longest, &l);
		if (l.p)
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
	if (!p->value && p->v[0].ambiguous)
		*found = p;
}

enum status thesaurus_offer(const struct synonym **v, size_t *n,
			    const struct thesaurus *t, struct stemmer *s,
			    const struct asked *word, struct err *err)
{
	const struct phrase *found = NULL;
	struct look *q;
	enum status st = S_looks(&q, s, word, 1, err);

	*n = 0;
	if (st)
		return st;
	S_each(t, q, 1, 0, S_ambiguous, &found);
	if (found) {
		*v = found->v;
		*n = found->n_v;
	}
	free(q);
	return ST_OK;
}

struct backward {
	const struct synonym **v;
	size_t n, max, to;
};

static void S_backward(void *ctx, const struct phrase *p, size_t to)
{
	struct backward *b = ctx;

	if (!p->value || p->v[0].ambiguous || to < b->to)
		return;
	if (to > b->to)
		b->n = 0;
	b->to = to;
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->v[i]->folded_key, p->v[0].folded_key) == 0)
			return;
	if (b->n < b->max)
		b->v[b->n++] = &p->v[0];
}

enum status thesaurus_backward(const struct synonym **v, size_t *n, size_t *to,
			       size_t max, const struct thesaurus *t, struct stemmer *s,
			       const struct asked *words, size_t n_words, size_t from,
			       struct err *err)
{
	struct backward b = {v, 0, max, 0};
	struct look *q;
	enum status st = S_looks(&q, s, words, n_words, err);

	*n = 0;
	*to = from;
	if (st)
		return st;
	if (words[from].usable)
		S_each(t, q, n_words, from, S_backward, &b);
	free(q);
	*n = b.n;
	if (b.n)
		*to = b.to;
	return ST_OK;
}
