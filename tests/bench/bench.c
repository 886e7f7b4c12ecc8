#include "bench.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void S_die(const char *what, const char *where)
{
	fprintf(stderr, "bench: %s: %s\n", what, where);
	exit(1);
}

/* ---- queries ---- */

static unsigned S_split(char *s, const char *at, const char **v, unsigned max)
{
	unsigned n = 0;
	for (char *save, *p = strtok_r(s, at, &save); p;
	     p = strtok_r(NULL, at, &save)) {
		if (n == max)
			S_die("too many of", at);
		v[n++] = p;
	}
	return n;
}

static void S_parse_filters(struct bench_query *q, char *s)
{
	const char *clause[BENCH_FACETS];
	unsigned n = S_split(s, ";", clause, BENCH_FACETS);
	for (unsigned i = 0; i < n; i++) {
		enum bench_facet f = clause[i][0] == 'm'   ? BY_MUNICIPALITY
				     : clause[i][0] == 's' ? BY_SELLO
							   : BY_POPULATION;
		/* "m=": the rest is ours to cut. */
		q->n_values[f] = S_split((char *)(size_t)clause[i] + 2, ",",
					 q->value[f], VALUES_MAX);
	}
}

static int S_parse(struct bench_query *q, char *line)
{
	static const char *const kind[] = {"all",    "any",  "phrase",
					   "prefix", "none", "similar"};
	const char *part[5];
	*q = (struct bench_query){.line = line};
	if (S_split(line, "\t\n", part, 5) != 5)
		S_die("not a query", line);
	q->class_ = part[0];
	unsigned k = 0;
	while (k < 6 && strcmp(part[1], kind[k]))
		k++;
	if (k == 6)
		return 0; /* only ours answers it */
	q->kind = (enum kind)k;
	if (q->kind != KIND_NONE)
		q->n_words =
			S_split((char *)(size_t)part[2], " ", q->word, QUERY_WORDS);
	q->lessons = !strcmp(part[3], "lessons");
	if (strcmp(part[4], "-"))
		S_parse_filters(q, (char *)(size_t)part[4]);
	return 1;
}

struct bench_query *queries_read(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	struct bench_query *v = NULL;
	char line[4096];
	if (!f)
		S_die("cannot read", path);
	for (*n = 0; fgets(line, sizeof line, f);) {
		char *copy = strdup(line);
		v = realloc(v, (*n + 1) * sizeof *v);
		if (!copy || !v)
			S_die("out of memory", path);
		if (S_parse(&v[*n], copy))
			++*n;
		else
			free(copy);
	}
	fclose(f);
	return v;
}

void queries_free(struct bench_query *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].line);
	free(v);
}

/* ---- records ---- */

const char *const part_name[PARTS] = {
	"title",	  "units_and_partners", "population_verbatim", "funding",
	"sustainability", "description",	"innovation",	       "lessons"};

static unsigned S_strings(const json_t *root, const char *key, const char **v)
{
	const json_t *list = json_object_get(root, key);
	unsigned n = 0;
	for (size_t i = 0; i < json_array_size(list) && n < 8; i++)
		v[n++] = json_string_value(json_array_get(list, i));
	return n;
}

int record_next(struct bench_record *r, FILE *f)
{
	static char *line;
	static size_t cap;
	ssize_t n = getline(&line, &cap, f);
	if (n <= 0) {
		free(line);
		line = NULL;
		cap = 0;
		return 0;
	}
	json_t *root = json_loadb(line, (size_t)n, 0, NULL);
	if (!root)
		S_die("not JSON", line);
	*r = (struct bench_record){.json = root};
	r->id = json_string_value(json_object_get(root, "id"));
	r->municipality = json_string_value(json_object_get(root, "municipality"));
	for (unsigned i = 0; i < PARTS; i++) {
		const char *s = json_string_value(json_object_get(root, part_name[i]));
		r->text[i] = s ? s : "";
	}
	r->n_sello = S_strings(root, "sello_lines", r->sello);
	r->n_groups = S_strings(root, "population_groups", r->group);
	if (!r->id || !r->municipality)
		S_die("no id or municipality", line);
	return 1;
}

void record_done(struct bench_record *r)
{
	json_decref(r->json);
	r->json = NULL;
}

/* ---- clocks ---- */

static double S_clock(clockid_t which)
{
	struct timespec t;
	clock_gettime(which, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

double now_wall(void)
{
	return S_clock(CLOCK_MONOTONIC);
}

double now_cpu(void)
{
	return S_clock(CLOCK_THREAD_CPUTIME_ID);
}
