/*
 * batch.h, run.h: every command, in every format, while each of our allocations
 * fails once, and from there on.  What must hold: it is told, or the answer is
 * the same; and the engine answers on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/wait.h>

#include "../../searcher/batch.h"
#include "../../searcher/run.h"
#include "faults.h"
#include "scratch.h"

/* Not held yet: values of jansson and lists of sentences are not given back where
 * memory was lacking. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static char S_root[300];
static struct engine *S_engine;

/* The index is made by the program beside this one. */
static int S_setup(void **state)
{
	char program[4096], index[400];
	ssize_t n = readlink("/proc/self/exe", program, sizeof program - 32);
	pid_t child;
	int how;

	assert_int_equal(scratch_open(state), 0);
	assert_true(n > 0);
	program[n] = '\0';
	*strrchr(program, '/') = '\0';
	strcat(program, "/../fichas-indexer");
	snprintf(S_root, sizeof S_root, "%s", scratch_path("index"));
	snprintf(index, sizeof index, "--index=%s", S_root);
	child = fork();
	if (child == 0) {
		execl(program, program, "build", "-q", index, "corpus/fichas",
		      "tests/truth/records.jsonl", (char *)NULL);
		_exit(127);
	}
	assert_true(child > 0 && waitpid(child, &how, 0) == child);
	assert_int_equal(how, 0);
	return 0;
}

static int S_teardown(void **state)
{
	engine_close(S_engine);
	return scratch_close(state);
}

/* ---- one request ---- */

struct ask {
	const char *line; /* of batch; NULL: by run_request() */
	enum command command;
	enum format format;
	const char *query;
	bool fresh; /* an engine of its own */
};

static struct err S_err;

static enum status S_page(struct buf *out, struct engine *e, const struct ask *a)
{
	struct request r;
	struct buf notes;
	struct page to = {out, &notes, {false, 80}};
	bool found;
	enum status st = ST_OK;

	buf_init(&notes, 0);
	request_init(&r, a->command);
	r.format = a->format;
	r.timeout = 60;
	if (a->command == CMD_SHOW || a->command == CMD_COMPARE) {
		const char *second = strchr(a->query, ' ');
		char first[200];

		snprintf(first, sizeof first, "%.*s",
			 (int)(second ? second - a->query : (long)strlen(a->query)),
			 a->query);
		if (!strs_add(&r.ids, first) ||
		    (second && !strs_add(&r.ids, second + 1)))
			st = err_nomem(&S_err);
	} else if (a->command == CMD_SIMILAR) {
		if (!str_set(&r.draft, a->query, strlen(a->query)))
			st = err_nomem(&S_err);
		r.draft_n = strlen(a->query);
	}
	if (!st && !str_set(&r.query, a->query, strlen(a->query)))
		st = err_nomem(&S_err);
	r.query_n = strlen(a->query);

	if (!st)
		st = run_request(&to, &found, e, &r, &S_err);
	if (!st)
		st = buf_status(out, &S_err);
	request_release(&r);
	buf_release(&notes);
	return st;
}

static enum status S_do(struct buf *out, const struct ask *a)
{
	struct engine *e = S_engine;
	enum status st = ST_OK;
	bool answered;

	if (a->fresh || !e)
		st = engine_open(&e, S_root, &S_err);
	if (!st && a->line)
		st = batch_answer(out, &answered, e, a->line, strlen(a->line), &S_err);
	else if (!st)
		st = S_page(out, e, a);
	if (a->fresh)
		engine_close(e);
	else
		S_engine = e;
	return st;
}

/* How long it took is another time another. */
static void S_timeless(struct buf *b)
{
	char *p = b->data ? strstr(b->data, "\"elapsed_ms\":") : NULL;

	for (p = p ? p + 13 : NULL; p && *p && strchr("0123456789.e+-", *p); p++)
		*p = '0';
}

static bool S_same(const struct buf *a, const struct buf *b)
{
	const char *x = strstr(a->data, "\"elapsed_ms\":"),
		   *y = strstr(b->data, "\"elapsed_ms\":");

	if (!x || !y)
		return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
	return x - a->data == y - b->data &&
	       memcmp(a->data, b->data, (size_t)(x - a->data)) == 0 &&
	       strcmp(strchr(x, ','), strchr(y, ',')) == 0;
}

static void S_sweep(const struct ask *a, enum faults_kind kind, int error)
{
	static struct faults_places places;
	const char *name = a->line ? a->line : a->query;
	struct buf whole, now;
	enum status st;

	buf_init(&whole, 0);
	buf_init(&now, 0);
	st = S_do(&whole, a); /* what is opened on first need is open */
	if (st)
		fail_msg("%s: %s", name, S_err.text);
	buf_clear(&whole);
	(void)memory_was_lacking();
	faults_watch(kind);
	assert_int_equal(S_do(&whole, a), ST_OK);
	faults_watched(&places);
	S_timeless(&whole);
	for (size_t i = 0; i < 2 * places.n; i++) {
		bool told, met;

		buf_clear(&now);
		S_err.text[0] = '\0';
		faults_set(kind, places.v[i / 2], error, i % 2);
		st = S_do(&now, a);
		met = faults_met();
		told = memory_was_lacking();
		S_timeless(&now);
		if (kind == FAULTS_MEMORY && st && st != ST_NOMEM)
			fail_msg("%s: %ld: status %d (%s)", name, places.v[i / 2], st,
				 S_err.text);
		if (st && !S_err.text[0])
			fail_msg("%s: %ld: status %d without a word", name,
				 places.v[i / 2], st);
		if (met && !st && !told &&
		    !(a->line && strstr(now.data, "\"error\"")) &&
		    !S_same(&whole, &now))
			fail_msg("%s: %ld: another answer: %.300s", name,
				 places.v[i / 2], now.data);
	}
	/* As if nothing had been. */
	buf_clear(&now);
	assert_int_equal(S_do(&now, a), ST_OK);
	S_timeless(&now);
	assert_true(S_same(&whole, &now));
	buf_release(&whole);
	buf_release(&now);
}

#define LINE(text)           \
	{                    \
		.line = text \
	}

static void test_lines_of_batch(void **state)
{
	static const struct ask asks[] = {
		LINE("{\"query\":\"mesa de "
		     "trabajo\",\"facets\":[\"municipality\",\"year\"],"
		     "\"explain\":true}"),
		LINE("{\"query\":\"\\\"salud mental\\\" OR migra* NOT (agua "
		     "deporte)\"}"),
		LINE("{\"query\":\"\\\"mesa trabajo\\\"~4 title:vivienda\","
		     "\"match\":\"any\",\"sort\":\"date\"}"),
		LINE("{\"query\":\"municipallidad vivenda\"}"),
		LINE("{\"query\":\"\",\"filters\":{\"municipality\":[\"la reina\"],"
		     "\"year\":[\"2023-2024\"],\"sello\":[\"politicas\"]}}"),
		LINE("{\"query\":\"niños\",\"filters\":{\"region\":[\"RM\"],"
		     "\"population\":[\"personas-migrantes\"],\"status\":["
		     "\"completed\"]}}"),
		LINE("{\"command\":\"lessons\",\"query\":\"diagnóstico previo\"}"),
		LINE("{\"command\":\"facets\",\"query\":\"mesa\",\"cross\":\"sello,"
		     "year\"}"),
		LINE("{\"command\":\"suggest\",\"query\":\"mun\"}"),
		LINE("{\"command\":\"suggest\",\"query\":\"La R\"}"),
		LINE("{\"command\":\"similar\",\"text\":\"Una mesa para migrantes y su "
		     "revalidación de títulos\",\"explain\":true}"),
		LINE("{\"command\":\"analyze\",\"query\":\"Niños y niñas 2023\"}"),
		LINE("{\"query\":\"(\"}"),
		LINE("{\"query\":\"x\",\"otro\":1}"),
		LINE("no JSON"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
		S_sweep(&asks[i], FAULTS_MEMORY, ENOMEM);
}

static void test_pages(void **state)
{
	static const enum format formats[] = {FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL,
					      FORMAT_CSV,  FORMAT_TSV,	FORMAT_IDS};
	static const enum command commands[] = {CMD_SEARCH, CMD_LESSONS};

	(void)state;
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
			const struct ask a = {.command = commands[c],
					      .format = formats[i],
					      .query = "trabajo migrantes"};

			S_sweep(&a, FAULTS_MEMORY, ENOMEM);
		}
}

static void test_other_pages(void **state)
{
	static const struct ask asks[] = {
		{.command = CMD_FACETS, .format = FORMAT_TEXT, .query = "mesa"},
		{.command = CMD_FACETS, .format = FORMAT_CSV, .query = "mesa"},
		{.command = CMD_SIMILAR,
		 .format = FORMAT_TEXT,
		 .query = "una mesa de migrantes"},
		{.command = CMD_SUGGEST, .format = FORMAT_TEXT, .query = "mu"},
		{.command = CMD_ANALYZE, .format = FORMAT_TEXT, .query = "Los niños"},
		{.command = CMD_SHOW,
		 .format = FORMAT_TEXT,
		 .query = "la-reina-jornadas-asesoria-revalidacion-reconocimiento"},
		{.command = CMD_SHOW,
		 .format = FORMAT_MD,
		 .query = "la-reina-jornadas-asesoria-revalidacion-reconocimiento"},
		{.command = CMD_SHOW,
		 .format = FORMAT_JSON,
		 .query = "la-reina-jornadas-asesoria-revalidacion-reconocimiento"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
		S_sweep(&asks[i], FAULTS_MEMORY, ENOMEM);
}

/* From opening on. */
static void test_engines_of_their_own(void **state)
{
	static const struct ask search = {.line = "{\"query\":\"mesa de trabajo\"}",
					  .fresh = true};

	(void)state;
	S_sweep(&search, FAULTS_MEMORY, ENOMEM);
	S_sweep(&search, FAULTS_CALLS, EIO);
	S_sweep(&search, FAULTS_CALLS, EMFILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_of_batch),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_other_pages),
		cmocka_unit_test(test_engines_of_their_own),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
