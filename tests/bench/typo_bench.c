/*
 * How long it takes to find what a misspelt word was meant to be, in a
 * vocabulary of many words, on one core: `make bench-typos TEXT="FILE..."`
 *
 * FILE is plain text, or JSON Lines (whose keys then count as words, too).  All
 * its words make a vocabulary; where they are fewer than WORDS, more are made
 * of the begin of one and the end of another, so that they share beginnings as
 * words do.  Of every so many words one is misspelt by one edit, and by two
 * where it has more than seven letters; all seeded.
 *
 * Printed: milliseconds of CPU for one look-up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../searcher/typos.h"
#include "text.h"
#include "vocabulary.h"

#define WORDS	200000
#define QUERIES 1000

struct list {
	char **v;
	size_t n, cap;
};

static uint64_t S_seed = 1;

static void S_stop(const char *what)
{
	fprintf(stderr, "typo_bench: %s\n", what);
	exit(1);
}

/* splitmix64 */
static size_t S_random(size_t below)
{
	uint64_t z = S_seed += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return (size_t)((z ^ z >> 31) % below);
}

static void S_add(struct list *l, const char *p, size_t n)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 1 << 16;
		l->v = realloc(l->v, l->cap * sizeof *l->v);
		if (!l->v)
			S_stop("memory");
	}
	l->v[l->n] = malloc(n + 1);
	if (!l->v[l->n])
		S_stop("memory");
	memcpy(l->v[l->n], p, n);
	l->v[l->n++][n] = '\0';
}

static int S_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts; every word once. */
static void S_unique(struct list *l)
{
	size_t k = 0;

	qsort(l->v, l->n, sizeof *l->v, S_order);
	for (size_t i = 0; i < l->n; i++) {
		if (k && strcmp(l->v[k - 1], l->v[i]) == 0)
			free(l->v[i]);
		else
			l->v[k++] = l->v[i];
	}
	l->n = k;
}

static void S_read(struct list *l, const char *path, struct analyzer *a)
{
	FILE *f = fopen(path, "r");
	struct tokens t;
	char *line = NULL;
	size_t cap = 0;
	ssize_t k;

	if (!f)
		S_stop(path);
	tokens_init(&t);
	while ((k = getline(&line, &cap, f)) > 0) {
		if (text_tokenize(&t, a, line, (size_t)k, NULL))
			S_stop("tokenize");
		for (size_t i = 0; i < t.n; i++)
			S_add(l, t.v[i].folded, t.v[i].folded_n);
		if (l->n > 4 * WORDS)
			S_unique(l);
	}
	tokens_release(&t);
	free(line);
	fclose(f);
}

/* Where p may be cut: before an ASCII letter. */
static size_t S_cut(const char *p, size_t n)
{
	size_t at = 2 + S_random(n - 3);

	while (at < n - 1 && (unsigned char)p[at] >= 0x80)
		at++;
	return at;
}

static void S_fill(struct list *l)
{
	size_t real = l->n;

	while (l->n < WORDS) {
		for (size_t i = l->n; i < WORDS + WORDS / 16;) {
			const char *a = l->v[S_random(real)], *b = l->v[S_random(real)];
			char word[2 * WORD_MAX];
			size_t n = strlen(a), m = strlen(b), at, from;

			if (n < 5 || m < 5 || n + m > WORD_MAX ||
			    !typos_possible(a, n) || !typos_possible(b, m))
				continue;
			at = S_cut(a, n);
			from = S_cut(b, m);
			memcpy(word, a, at);
			memcpy(word + at, b + from, m - from);
			S_add(l, word, at + m - from);
			i++;
		}
		S_unique(l);
	}
}

static void S_build(struct buf *out, const struct list *l)
{
	struct vocabulary_builder *b;

	if (vocabulary_builder_open(&b, NULL))
		S_stop("memory");
	for (size_t i = 0; i < l->n; i++) {
		const char *stem = l->v[i];

		if (vocabulary_builder_add(b, l->v[i], strlen(l->v[i]),
					   (uint32_t)(1 + S_random(100)), &stem, 1,
					   NULL))
			S_stop("vocabulary");
	}
	if (vocabulary_builder_finish(out, b, NULL))
		S_stop("vocabulary");
	vocabulary_builder_close(b);
}

/* One edit anywhere in an ASCII word: a letter changed, lost, added, or
 * exchanged with the next. */
static size_t S_edit(char *w, size_t n)
{
	size_t at = S_random(n);
	char letter = (char)('a' + S_random(26)), swap;

	switch (S_random(4)) {
	case 0:
		w[at] = letter;
		return n;
	case 1:
		memmove(w + at, w + at + 1, n - at);
		return n - 1;
	case 2:
		memmove(w + at + 1, w + at, n - at + 1);
		w[at] = letter;
		return n + 1;
	default:
		at -= at && at == n - 1;
		swap = w[at];
		w[at] = w[at + 1];
		w[at + 1] = swap;
		return n;
	}
}

static bool S_plain(const char *p)
{
	for (; *p; p++)
		if (*p < 'a' || *p > 'z')
			return false;
	return true;
}

static double S_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int S_by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	static double took[QUERIES];
	struct analyzer *a;
	struct list l = {0};
	struct buf bytes;
	struct vocabulary *v;
	size_t real, found = 0;
	double sum = 0;

	if (analyzer_open(&a, NULL))
		S_stop("cannot start");
	for (int i = 1; i < argc; i++)
		S_read(&l, argv[i], a);
	S_unique(&l);
	real = l.n;
	if (real < 1000)
		S_stop("too few words to read");
	S_fill(&l);
	buf_init(&bytes, 0);
	S_build(&bytes, &l);
	if (vocabulary_open(&v, bytes.data, bytes.len, NULL))
		S_stop("vocabulary");
	for (size_t q = 0; q < QUERIES;) {
		const char *meant = l.v[S_random(l.n)];
		char w[WORD_MAX + 4];
		size_t n = strlen(meant);
		struct typo best[8];
		struct word known;
		double start;

		if (n < 5 || n > 20 || !S_plain(meant))
			continue;
		memcpy(w, meant, n + 1);
		n = S_edit(w, n);
		if (n > 8)
			n = S_edit(w, n);
		if (vocabulary_find(&known, v, w, n))
			continue;
		start = S_now();
		found += typos_find(best, 8, v, w, n) > 0;
		took[q] = S_now() - start;
		sum += took[q++];
	}
	qsort(took, QUERIES, sizeof *took, S_by_time);
	printf("%u words, %zu of them read; %d misspelt, %zu with an answer\n",
	       vocabulary_size(v), real, QUERIES, found);
	printf("ms of CPU: mean %.3f, median %.3f, 95 of 100 %.3f, 99 %.3f, most "
	       "%.3f\n",
	       sum / QUERIES, took[QUERIES / 2], took[QUERIES * 95 / 100],
	       took[QUERIES * 99 / 100], took[QUERIES - 1]);
	vocabulary_close(v);
	buf_release(&bytes);
	analyzer_close(a);
	return 0;
}
