/* What is made of a query beside its words: tests/expansion.tsv over the ten
 * fichas, and what a table of queries cannot say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../indexer/build.h"
#include "../../searcher/search.h"
#include "scratch.h"

static struct engine *S_engine;
static char S_thesaurus_path[256];

/* Builds an index of corpus/fichas in the scratch folder and opens it. */
static void S_index(struct engine **out, const char *name, const char *thesaurus)
{
	static char root[256];
	const char *source = "corpus/fichas";
	struct build_report report;
	struct diags d;
	struct err err;
	struct build_options o = {.index = root,
				  .tables = "corpus/tables",
				  .thesaurus = thesaurus,
				  .sources = &source,
				  .n_sources = 1,
				  .jobs = 1};

	snprintf(root, sizeof root, "%s/%s", scratch_dir, name);
	diags_init(&d, NULL, NULL);
	if (build_run(&report, &o, &d, &err))
		fail_msg("%s", err.text);
	diags_release(&d);
	assert_int_equal(report.documents, 10);
	if (engine_open(out, root, &err))
		fail_msg("%s", err.text);
}

static int S_setup(void **state)
{
	FILE *f;

	if (scratch_open(state))
		return -1;
	S_index(&S_engine, "index", NULL);
	snprintf(S_thesaurus_path, sizeof S_thesaurus_path, "%s/own.tsv", scratch_dir);
	f = fopen(S_thesaurus_path, "w");
	if (!f)
		return -1;
	fputs("key\trelation\tvalues\tflags\tnote\n"
	      "trueque\texact\tred solidaria|donaciones\t\t\n",
	      f);
	return fclose(f);
}

static int S_teardown(void **state)
{
	engine_close(S_engine);
	scratch_remove(scratch_dir);
	(void)state;
	return 0;
}

static struct answer *S_search(struct engine *e, struct request *r, const char *query)
{
	struct answer *a;
	struct err err;

	free(r->query);
	r->query = strdup(query);
	r->query_n = strlen(query);
	if (search_run(&a, e, r, &err))
		fail_msg("%s: %s", query, err.text);
	return a;
}

/* ---- the table ---- */

static bool S_option(struct request *r, const char *option)
{
	if (strcmp(option, "any") == 0)
		r->match = MATCH_ANY;
	else if (strcmp(option, "all") == 0)
		r->match = MATCH_ALL;
	else if (strcmp(option, "exact") == 0)
		r->exact = true;
	else if (strcmp(option, "no_synonyms") == 0)
		r->no_synonyms = true;
	else if (strcmp(option, "no_typos") == 0)
		r->no_typos = true;
	else
		return strcmp(option, "-") == 0;
	return true;
}

static bool S_begins(const struct answer *a, const char *first)
{
	char list[256], *save = NULL;

	if (strcmp(first, "*") == 0)
		return true;
	if (strcmp(first, "none") == 0)
		return a->n_hits == 0 && a->total == 0;
	snprintf(list, sizeof list, "%s", first);
	for (char *s = strtok_r(list, "|", &save); s; s = strtok_r(NULL, "|", &save))
		if (a->n_hits && strncmp(a->hits[0].ficha->id, s, strlen(s)) == 0)
			return true;
	return false;
}

static bool S_told(const struct answer *a, const char *want)
{
	const struct plan *p = a->plan;
	char line[512];

	if (*want == '?') {
		for (size_t i = 0; i < a->n_notices; i++)
			if (strcmp(a->notices[i].code, want + 1) == 0)
				return true;
		return false;
	}
	for (size_t i = 0; i < p->n_expansions; i++) {
		const struct expansion *x = &p->expansions[i];

		if (*want == '!' && strcmp(x->kind, want + 1) == 0)
			return false;
		for (size_t k = 0; *want != '!' && k < x->n_to; k++) {
			snprintf(line, sizeof line, "%s %s>%s", x->word, x->kind,
				 x->to[k]);
			if (strcmp(line, want) == 0)
				return true;
		}
	}
	return *want == '!';
}

/* The first of the wanted expansions that is missing; NULL = none. */
static const char *S_untold(const struct answer *a, char *list)
{
	char *save = NULL;

	if (strcmp(list, "-") == 0)
		return NULL;
	for (char *s = strtok_r(list, ";", &save); s; s = strtok_r(NULL, ";", &save)) {
		s += strspn(s, " ");
		if (!S_told(a, s))
			return s;
	}
	return NULL;
}

static size_t S_line(char *line, unsigned number)
{
	char *cell[5], *save = NULL, *options = NULL;
	struct request r;
	struct answer *a;
	const char *untold;
	size_t n = 0, bad = 0;

	for (char *s = strtok_r(line, "\t", &save); s && n < 5;
	     s = strtok_r(NULL, "\t", &save))
		cell[n++] = s;
	if (n != 5) {
		print_error("line %u: %zu cells\n", number, n);
		return 1;
	}
	request_init(&r, CMD_SEARCH);
	for (char *s = strtok_r(cell[1], " ", &options); s;
	     s = strtok_r(NULL, " ", &options))
		assert_true(S_option(&r, s));
	a = S_search(S_engine, &r, cell[0]);
	if (!S_begins(a, cell[2]) && ++bad)
		print_error("line %u, %s: first %s\n", number, cell[0],
			    a->n_hits ? a->hits[0].ficha->id : "none");
	untold = S_untold(a, cell[3]);
	if (untold && ++bad)
		print_error("line %u, %s: not so: %s\n", number, cell[0], untold);
	if (strcmp(cell[4], "*") != 0 &&
	    strcmp(cell[4], a->suggestion ? a->suggestion : "-") != 0 && ++bad)
		print_error("line %u, %s: suggestion %s\n", number, cell[0],
			    a->suggestion ? a->suggestion : "-");
	answer_close(a);
	request_release(&r);
	return bad;
}

static void table(void **state)
{
	FILE *f = fopen("tests/expansion.tsv", "r");
	char line[1024];
	unsigned number = 0, lines = 0;
	size_t bad = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if (!*line || *line == '#')
			continue;
		lines++;
		bad += S_line(line, number);
	}
	fclose(f);
	assert_true(lines >= 100);
	assert_int_equal(bad, 0);
}

/* ---- what the table does not say ---- */

/* A place's fichas match its name though their texts do not say it, and so it
 * is not missing. */
static void place_is_no_missing_word(void **state)
{
	struct request r;
	struct answer *a;

	(void)state;
	request_init(&r, CMD_SEARCH);
	r.match = MATCH_ANY;
	a = S_search(S_engine, &r, "RM enseres");
	assert_int_equal(a->total, 4);
	assert_memory_equal(a->hits[0].ficha->id, "macul", 5);
	assert_int_equal(a->hits[0].n_missing, 0);
	assert_int_equal(a->hits[1].n_missing, 1);
	assert_string_equal(a->hits[1].missing[0], "enseres");
	answer_close(a);
	request_release(&r);
}

/* Snippets mark what matched: synonyms, expressions and repairs as well. */
static void marks_show_what_matched(void **state)
{
	static const char *const queries[] = {"colegios", "oln", "combibencia",
					      "autoconsulta"};
	struct request r;

	(void)state;
	request_init(&r, CMD_SEARCH);
	for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
		struct answer *a = S_search(S_engine, &r, queries[q]);
		bool marked = false;

		assert_true(a->n_hits > 0);
		for (size_t i = 0; i < a->n_hits; i++) {
			const struct hit *h = &a->hits[i];

			marked = marked || h->n_title_marks;
			for (size_t k = 0; k < h->n_snippets; k++)
				marked = marked || h->snippets[k].n_marks;
		}
		if (!marked)
			fail_msg("%s marks nothing", queries[q]);
		answer_close(a);
	}
	request_release(&r);
}

/* The same query gives the same answer, however often and after whatever. */
static void batch_keeps_its_head(void **state)
{
	struct request r;
	double score = 0;

	(void)state;
	request_init(&r, CMD_SEARCH);
	for (int i = 0; i < 5; i++) {
		struct answer *a =
			S_search(S_engine, &r, "bulin en el establesimiento");

		assert_true(a->n_hits > 0);
		assert_true(i == 0 || a->hits[0].score == score);
		score = a->hits[0].score;
		answer_close(a);
		answer_close(S_search(S_engine, &r, "losandes kiero RM 21.325 dem"));
	}
	request_release(&r);
}

/* The table of --thesaurus travels in the index. */
static void own_thesaurus(void **state)
{
	struct engine *e;
	struct request r;
	struct answer *a;

	(void)state;
	S_index(&e, "own", S_thesaurus_path);
	request_init(&r, CMD_SEARCH);
	a = S_search(e, &r, "trueque");
	assert_int_equal(a->total, 1);
	assert_memory_equal(a->hits[0].ficha->id, "macul", 5);
	assert_int_equal(a->plan->n_expansions, 1);
	assert_int_equal(a->plan->expansions[0].n_to, 2);
	answer_close(a);
	a = S_search(e, &r, "truekes");
	assert_int_equal(a->total, 1);
	answer_close(a);
	/* Ours is there as well. */
	a = S_search(e, &r, "colegios");
	assert_true(a->total > 0);
	answer_close(a);
	request_release(&r);
	engine_close(e);
}

/* Whatever is typed: an answer or a refusal, never a crash. */
static void anything(void **state)
{
	static const char *const queries[] = {
		"de la los",
		"kiero",
		"kiero la de",
		"municipalidad de",
		"región de la",
		"comuna",
		"V región X",
		"ññññññ",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"a",
		"combalidaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaar",
		"escuela OR (liceo kolejio) -temuko",
		"titulo:kolejio titulo:(viña del mar)",
		"salud OR mental",
		"viña-del-mar",
		"apoderados/as kuidadoras/es",
		"миграция 移民 هجرة",
		"\xFF\xC3 temu\xC3",
		"niños niños niños niños niños niños niños niños niños niños niños "
		"niños",
		"nna nna nna nna nna oln oln migrantes migrantes colegios colegios rm "
		"rm",
		"carta de de de nacionalización de de la",
		"de nacionalización",
		"nacionalización de",
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
		for (int mode = 0; mode < 4; mode++) {
			struct request r;
			struct answer *a;

			request_init(&r, CMD_SEARCH);
			r.query = strdup(queries[i]);
			r.query_n = strlen(queries[i]);
			r.no_synonyms = mode & 1;
			r.no_typos = mode & 2;
			r.explain = mode == 0;
			if (search_run(&a, S_engine, &r, &err) == ST_OK)
				answer_close(a);
			else
				assert_int_equal(err.code, ST_USAGE);
			request_release(&r);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(place_is_no_missing_word),
		cmocka_unit_test(marks_show_what_matched),
		cmocka_unit_test(batch_keeps_its_head),
		cmocka_unit_test(own_thesaurus),
		cmocka_unit_test(anything),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
