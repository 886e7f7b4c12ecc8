#ifndef BENCH_H
#define BENCH_H
/*
 * bench - what the programs of the benchmark share: queries as generate.c
 * writes them, records read back, clocks.  On trouble: a line and exit.
 */
#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum kind { KIND_ALL, KIND_ANY, KIND_PHRASE, KIND_PREFIX, KIND_NONE, KIND_SIMILAR };

#define QUERY_WORDS 8
#define VALUES_MAX  4

enum bench_facet { BY_MUNICIPALITY, BY_SELLO, BY_POPULATION, BENCH_FACETS };

struct bench_query {
	char *line; /* what the rest points into */
	const char *class_;
	enum kind kind;
	const char *word[QUERY_WORDS];
	unsigned n_words;
	int lessons; /* only in lessons */
	const char *value[BENCH_FACETS][VALUES_MAX];
	unsigned n_values[BENCH_FACETS];
};

/* All queries of the file that a comparison system can answer. */
struct bench_query *queries_read(const char *path, size_t *n);
void queries_free(struct bench_query *v, size_t n);

enum part { /* the texts of a record, in this order */
	    P_TITLE,
	    P_UNITS,
	    P_POPULATION,
	    P_FUNDING,
	    P_SUSTAINABILITY,
	    P_DESCRIPTION,
	    P_INNOVATION,
	    P_LESSONS,
	    PARTS
};
extern const char *const part_name[PARTS];

struct bench_record {
	void *json; /* owner of the strings */
	const char *id, *municipality;
	const char *text[PARTS];
	const char *sello[8], *group[8];
	unsigned n_sello, n_groups;
};

/* 0 at the end. */
int record_next(struct bench_record *r, FILE *f);
void record_done(struct bench_record *r);

double now_wall(void); /* microseconds */
double now_cpu(void);  /* of this thread, microseconds */

#ifdef __cplusplus
}
#endif
#endif
