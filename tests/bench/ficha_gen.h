#ifndef FICHA_GEN_H
#define FICHA_GEN_H
/*
 * ficha_gen - makes realistic fichas from a seed.
 *
 * Ficha i of a seed is the same whatever the number of fichas: 20,000 of them
 * are the beginning of the 200,000.  Sentences come from the patterns and
 * words of words.tsv; words of an open vocabulary (names, acronyms, coinages,
 * figures) come from an endless list with a Pareto tail, so that distinct
 * words grow with the text as in natural language (Heaps).  Communes are
 * those of the tables, with Zipf's weights.
 *
 * A tool of the benchmark: on any trouble it prints a line and exits.
 */
#include <stdint.h>
#include <stdio.h>

struct text { /* growing string; v is never NULL once something was added */
	char *v;
	size_t n, cap;
};
void text_clear(struct text *t);
void text_add(struct text *t, const char *s, size_t n);
void text_puts(struct text *t, const char *s);
void text_free(struct text *t);

struct random {
	uint64_t state;
};
struct random random_start(uint64_t seed, uint64_t stream);
uint64_t random_next(struct random *r);
unsigned random_below(struct random *r, unsigned n); /* n > 0 */
double random_unit(struct random *r);		     /* in (0, 1] */

#define GROUPS_MAX 32
#define YEARS_MAX  8

struct made {
	char id[24];
	struct text title, units, population, dates, funding, sustainability,
		description, innovation, lessons;
	const char *municipality;
	unsigned sello; /* bit i: gen_sello[i] is ticked */
	unsigned groups[3], n_groups;
	unsigned years[YEARS_MAX], n_years;
};
void made_free(struct made *m);

extern const char *const gen_sello[5];

struct gen;
struct gen *gen_open(const char *words_path, const char *communes_path, uint64_t seed);
void gen_close(struct gen *g);
void gen_make(struct made *out, struct gen *g, uint64_t i);
const char *gen_group(const struct gen *g, unsigned i); /* slug */
const char *gen_stop(const struct gen *g, unsigned i);	/* NULL: no more */

#endif
