/*
 * How fast text becomes tokens, on one core: `make bench-text TEXT=FILE...`
 *
 * FILE is plain text, or JSON Lines with a "text" (as the evaluation
 * collections have it).  Each line or record is one text, held in memory;
 * every way goes over all of them until it has worked for a second, and the
 * best of three such rounds counts.
 *
 * With --check it measures nothing but compares, token by token, what the short
 * way gives with what ICU's boundaries and the rules alone give.
 *
 *   memcpy      the bytes copied once: what the machine can do
 *   icu breaks  ICU's word boundaries alone
 *   icu         ICU's boundaries and case folding, accents off, cached stems
 *   ours        text_tokenize() and a cached stem for each token
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../lib/text_parts.h"
#include "stem.h"
#include "text.h"

struct texts {
	char **v;
	size_t *len;
	size_t n, cap, bytes;
};

static struct texts S_texts;
static struct analyzer *S_analyzer;
static struct stemmer *S_stemmer;
static struct tokens S_tokens;
static char *S_target;
static const char *S_only;     /* --only=NAME: for a profiler */
static volatile size_t S_sink; /* what was computed was needed */

static void S_stop(const char *what)
{
	fprintf(stderr, "text_bench: %s\n", what);
	exit(1);
}

static void S_take(const char *text, size_t n)
{
	struct texts *t = &S_texts;

	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 1024;
		t->v = realloc(t->v, t->cap * sizeof *t->v);
		t->len = realloc(t->len, t->cap * sizeof *t->len);
		if (!t->v || !t->len)
			S_stop("memory");
	}
	t->v[t->n] = malloc(n + 1);
	if (!t->v[t->n])
		S_stop("memory");
	memcpy(t->v[t->n], text, n);
	t->v[t->n][n] = '\0';
	t->len[t->n++] = n;
	t->bytes += n;
}

static void S_read(const char *path)
{
	size_t n = strlen(path), cap = 0;
	int records = n > 6 && strcmp(path + n - 6, ".jsonl") == 0;
	FILE *f = fopen(path, "r");
	char *line = NULL;
	ssize_t k;

	if (!f)
		S_stop(path);
	while ((k = getline(&line, &cap, f)) > 0) {
		json_t *record, *text;

		if (!records) {
			S_take(line, (size_t)k);
			continue;
		}
		record = json_loadb(line, (size_t)k, 0, NULL);
		text = json_object_get(record, "text");
		if (json_is_string(text))
			S_take(json_string_value(text), json_string_length(text));
		json_decref(record);
	}
	free(line);
	fclose(f);
}

static void S_stem(const char *p, size_t n)
{
	char out[STEM_MAX];
	size_t k;

	if (stem_word(out, &k, S_stemmer, p, n, NULL))
		S_stop("stem");
	S_sink += k;
}

static void S_memcpy(const char *p, size_t n)
{
	memcpy(S_target, p, n);
	S_sink += (unsigned char)S_target[n / 2];
}

static void S_breaks(const char *p, size_t n)
{
	S_analyzer->words.n = 0;
	if (icu_words(&S_analyzer->words, S_analyzer, p, 0, n, NULL))
		S_stop("icu");
	S_sink += S_analyzer->words.n;
}

static void S_icu(const char *p, size_t n)
{
	struct words *w = &S_analyzer->words;
	struct buf surface, folded;

	S_breaks(p, n);
	buf_init(&surface, 0);
	buf_init(&folded, 0);
	for (size_t i = 0; i < w->n; i++) {
		buf_clear(&surface);
		buf_clear(&folded);
		if (icu_fold(&surface, &folded, S_analyzer, p + w->v[i].start,
			     w->v[i].end - w->v[i].start, NULL))
			S_stop("icu");
		if (surface.len <= WORD_MAX)
			S_stem(surface.data, surface.len);
	}
	buf_release(&surface);
	buf_release(&folded);
}

static void S_ours(const char *p, size_t n)
{
	if (text_tokenize(&S_tokens, S_analyzer, p, n, NULL))
		S_stop("tokenize");
	for (size_t i = 0; i < S_tokens.n; i++) {
		const struct token *t = &S_tokens.v[i];
		char out[STEM_MAX];
		size_t k;

		if (i + STEM_AHEAD < S_tokens.n)
			stem_ahead(S_stemmer, t + STEM_AHEAD);
		if (t->exact_only)
			continue;
		if (stem_token(out, &k, S_stemmer, t, NULL))
			S_stop("stem");
		S_sink += k;
	}
}

static void S_tokens_only(const char *p, size_t n)
{
	if (text_tokenize(&S_tokens, S_analyzer, p, n, NULL))
		S_stop("tokenize");
	S_sink += S_tokens.n;
}

static void S_words_only(const char *p, size_t n)
{
	S_analyzer->words.n = 0;
	if (words_find(&S_analyzer->words, S_analyzer, p, n, NULL))
		S_stop("words");
	S_sink += S_analyzer->words.n;
}

static int S_equal(const struct token *a, const struct token *b)
{
	return a->start == b->start && a->end == b->end && a->position == b->position &&
	       a->span == b->span && a->kind == b->kind && a->variant == b->variant &&
	       a->index_only == b->index_only && a->exact_only == b->exact_only &&
	       a->capital == b->capital && strcmp(a->surface, b->surface) == 0 &&
	       strcmp(a->folded, b->folded) == 0;
}

/* The number of differing tokens; the first few are shown. */
static size_t S_check(void)
{
	struct analyzer *slow;
	struct tokens t;
	size_t differing = 0;

	if (analyzer_open(&slow, NULL))
		S_stop("cannot start");
	slow->slow = true;
	tokens_init(&t);
	for (size_t i = 0; i < S_texts.n; i++) {
		if (text_tokenize(&S_tokens, S_analyzer, S_texts.v[i], S_texts.len[i],
				  NULL) ||
		    text_tokenize(&t, slow, S_texts.v[i], S_texts.len[i], NULL))
			S_stop("tokenize");
		for (size_t k = 0; k < t.n || k < S_tokens.n; k++) {
			if (k < t.n && k < S_tokens.n &&
			    S_equal(&S_tokens.v[k], &t.v[k]))
				continue;
			if (differing++ < 10)
				printf("text %zu, token %zu: %s, not %s\n", i + 1,
				       k + 1,
				       k < S_tokens.n ? S_tokens.v[k].surface
						      : "nothing",
				       k < t.n ? t.v[k].surface : "nothing");
		}
	}
	tokens_release(&t);
	analyzer_close(slow);
	return differing;
}

static double S_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Megabytes a second. */
static double S_measure(const char *name, void (*way)(const char *, size_t))
{
	double best = 0;

	if (S_only && strcmp(S_only, name) != 0)
		return 0;
	for (int round = 0; round < 3; round++) {
		double start = S_now(), spent, rate;
		size_t bytes = 0;

		do {
			for (size_t i = 0; i < S_texts.n; i++)
				way(S_texts.v[i], S_texts.len[i]);
			bytes += S_texts.bytes;
			spent = S_now() - start;
		} while (spent < 1);
		rate = (double)bytes / spent / 1e6;
		if (rate > best)
			best = rate;
	}
	printf("%-12s %9.1f MB/s\n", name, best);
	fflush(stdout);
	return best;
}

int main(int argc, char **argv)
{
	size_t longest = 0, tokens = 0, differing = 0;
	double breaks, ours;
	int check = 0;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--check") == 0)
			check = 1;
		else if (strncmp(argv[i], "--only=", 7) == 0)
			S_only = argv[i] + 7;
		else
			S_read(argv[i]);
	if (!S_texts.bytes)
		S_stop("nothing to read");
	for (size_t i = 0; i < S_texts.n; i++)
		if (S_texts.len[i] > longest)
			longest = S_texts.len[i];
	S_target = malloc(longest + 1);
	if (!S_target || analyzer_open(&S_analyzer, NULL) ||
	    stemmer_open(&S_stemmer, NULL))
		S_stop("cannot start");
	tokens_init(&S_tokens);
	for (size_t i = 0; i < S_texts.n; i++) {
		if (text_tokenize(&S_tokens, S_analyzer, S_texts.v[i], S_texts.len[i],
				  NULL))
			S_stop("tokenize");
		tokens += S_tokens.n;
	}
	printf("%zu texts, %.1f MB, %zu tokens\n", S_texts.n,
	       (double)S_texts.bytes / 1e6, tokens);
	if (check) {
		differing = S_check();
		printf("%zu differing tokens\n", differing);
	} else {
		S_measure("memcpy", S_memcpy);
		breaks = S_measure("icu breaks", S_breaks);
		S_measure("icu", S_icu);
		S_measure("our words", S_words_only);
		S_measure("our tokens", S_tokens_only);
		ours = S_measure("ours", S_ours);
		if (breaks > 0 && ours > 0)
			printf("ours is %.1f times icu breaks\n", ours / breaks);
	}
	tokens_release(&S_tokens);
	stemmer_close(S_stemmer);
	analyzer_close(S_analyzer);
	return differing != 0;
}
