/*
 * batch.h, run.h: every command, in every format, while each of our allocations
 * fails once, and from there on, and while what is asked of the index or of the
 * text fails.  What must hold: it is told, or the answer is the same; and the
 * engine answers on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/wait.h>

#include "../../searcher/batch.h"
#include "../../searcher/run.h"
#include "faults_parts.h"
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
	static const char more[] =
		"{\"id\":\"mas\",\"title\":\"Autoconsulta en el municipio\","
		"\"municipalities\":[\"Alto Hospicio\"],\"description\":\"Un "
		"guardabosque del medio ambiente en la municipalidad. Reciclaje, "
		"reciclado y recicladores.\",\"lessons\":\"Consulta previa.\"}\n";
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
	scratch_write(scratch_path("more.jsonl"), more, sizeof more - 1);
	snprintf(index, sizeof index, "--index=%s", S_root);
	child = fork();
	if (child == 0) {
		execl(program, program, "build", "-q", index, "corpus/fichas",
		      "tests/truth/records.jsonl", scratch_path("more.jsonl"),
		      (char *)NULL);
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
	const char *line;      /* of batch; or */
	const char *arguments; /* of a command line, parted by | */
	const char *draft;     /* what --text would read */
	bool fresh;	       /* an engine of its own */
};

static struct err S_err;

static enum status S_request(struct request *r, const struct ask *a, char *line)
{
	char *argv[16] = {(char *)(uintptr_t) "fichas-searcher"};
	struct arguments given = {0};
	int argc = 1;
	enum status st;

	snprintf(line, 1000, "%s", a->arguments);
	for (char *p = strtok(line, "|"); p; p = strtok(NULL, "|"))
		argv[argc++] = p;
	st = options_parse(&given, &searcher_program, argc, argv, &S_err);
	request_init(r, st ? CMD_SEARCH : (enum command)given.command);
	if (!st)
		st = request_arguments(r, &given, &S_err);
	if (!st && a->draft) {
		r->draft_n = strlen(a->draft);
		if (!str_set(&r->draft, a->draft, r->draft_n))
			st = err_nomem(&S_err);
	}
	arguments_release(&given);
	return st;
}

static enum status S_page(struct buf *out, struct engine *e, const struct ask *a)
{
	struct request r;
	struct buf notes;
	struct page to = {out, &notes, {true, 80}};
	char line[1000];
	bool found;
	enum status st = S_request(&r, a, line);

	buf_init(&notes, 0);
	r.timeout = 60;
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

/* After these nothing that follows in a batch can be right; the others are its
 * answer. */
static bool S_told(const struct ask *a, const struct buf *now)
{
	return a->line && strstr(now->data, "\"error\"");
}

static void S_sweep(const struct ask *a, enum faults_kind kind, int error)
{
	static struct faults_places places;
	const char *name = a->line ? a->line : a->arguments;
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
			fail_msg("%s: %ld (%s): status %d (%s)", name, places.v[i / 2],
				 S_faults->last, st, S_err.text);
		if (kind == FAULTS_PARTS && st && (int)st != error)
			fail_msg("%s: %ld (%s): status %d (%s)", name, places.v[i / 2],
				 S_faults->last, st, S_err.text);
		if (st && !S_err.text[0])
			fail_msg("%s: %ld: status %d without a word", name,
				 places.v[i / 2], st);
		if (met && !st && !told && !S_told(a, &now) && !S_same(&whole, &now))
			fail_msg("%s: %ld (%s): another answer: %.300s", name,
				 places.v[i / 2], S_faults->last, now.data);
	}
	/* As if nothing had been. */
	buf_clear(&now);
	assert_int_equal(S_do(&now, a), ST_OK);
	S_timeless(&now);
	assert_true(S_same(&whole, &now));
	buf_release(&whole);
	buf_release(&now);
}

static void S_sweep_all(const struct ask *asks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		S_sweep(&asks[i], FAULTS_MEMORY, ENOMEM);
		S_sweep(&asks[i], FAULTS_PARTS, ST_DAMAGED);
	}
}

#define LINE(text)           \
	{                    \
		.line = text \
	}
#define ARGUMENTS(text)           \
	{                         \
		.arguments = text \
	}
#define SWEEP_ALL(asks) S_sweep_all(asks, sizeof(asks) / sizeof *(asks))

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
		LINE("{\"command\":\"compare\",\"ids\":[\"macul-red-solidaria-local\","
		     "\"lo-espejo-mesas-migrantes\"]}"),
		LINE("{\"command\":\"show\",\"ids\":[\"macul-red-solidaria-local\","
		     "\"nada\"]}"),
		LINE("{\"query\":\"(\"}"),
		LINE("{\"query\":\"x\",\"otro\":1}"),
		LINE("no JSON"),
	};

	(void)state;
	SWEEP_ALL(asks);
}

static void test_pages(void **state)
{
	static const char *const formats[] = {"text", "json", "jsonl",
					      "csv",  "tsv",  "ids"};
	static const char *const commands[] = {"search", "lessons"};

	(void)state;
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
			char line[100];
			const struct ask a = {.arguments = line};

			snprintf(line, sizeof line, "%s|--format=%s|trabajo migrantes",
				 commands[c], formats[i]);
			S_sweep_all(&a, 1);
		}
}

static void test_other_pages(void **state)
{
	static const struct ask asks[] = {
		ARGUMENTS("facets|mesa"),
		ARGUMENTS("facets|--format=csv|--like=a|--facet-sort=name|mesa"),
		ARGUMENTS("facets|--cross=sello,region|--format=tsv|mesa"),
		ARGUMENTS("facets|--cross=sello,region|mesa"),
		{.arguments = "similar|--text=-", .draft = "una mesa de migrantes"},
		ARGUMENTS("similar|--same-region|macul-red-solidaria-local"),
		ARGUMENTS("similar|--format=json|--other-region|-m|concepcion|"
			  "macul-red-solidaria-local"),
		ARGUMENTS("suggest|mu"),
		ARGUMENTS("suggest|--format=json|educación intercul"),
		ARGUMENTS("suggest|aclopio"),
		ARGUMENTS("analyze|Los niños N° 21.325 apoderados/as DD.HH."),
		ARGUMENTS("analyze|--format=json|Los niños"),
		ARGUMENTS("show|la-reina-jornadas-asesoria-revalidacion-"
			  "reconocimiento"),
		ARGUMENTS("show|--format=md|macul-red-solidaria-local|nada"),
		ARGUMENTS("show|--format=json|macul-red-solidaria-local|nada"),
		ARGUMENTS("show|--cite|macul-red-solidaria-local|mas"),
		ARGUMENTS("compare|macul-red-solidaria-local|mas|nada"),
		ARGUMENTS("compare|macul-red-solidaria-local|mas"),
		ARGUMENTS("compare|--format=json|macul-red-solidaria-local|mas"),
	};

	(void)state;
	SWEEP_ALL(asks);
}

/* What stands for what was typed: the tables, other forms, repaired words. */
static void test_words_that_stand_for_others(void **state)
{
	static const struct ask asks[] = {
		ARGUMENTS("search|--explain|auto consulta"),
		ARGUMENTS("search|--explain|guarda bosque consultaprevia"),
		ARGUMENTS("search|losandes medioambiente"),
		ARGUMENTS("search|resiclage kiero vivenda"),
		ARGUMENTS("search|guardabosqe municipaldad"),
		ARGUMENTS("search|xenofovia~ migraa~ educacion~"),
		ARGUMENTS("search|--exact|\"educación intercultural\" niñez mig*"),
		ARGUMENTS("search|--exact|--explain|niñas -título:mesa recicl*"),
		ARGUMENTS("search|niños niñas y adolescentes nna adultos mayores"),
		ARGUMENTS("search|\"niños y niñas\" \"personas mayores\"~3"),
		ARGUMENTS("search|--explain|\"educ* intercult*\" viña del mar"),
		ARGUMENTS("search|--explain|municipio:\"viña del mar\" OR region:RM"),
		ARGUMENTS("search|--match=any|--sort=title|cuidadoras/es sello:"
			  "formacion año:2018"),
		ARGUMENTS("search|donaciones mesa niñez"),
		ARGUMENTS("search|-y|..2018,2019|-r|La Araucanía|-p|nna|-s|formacion|"
			  "-m|temuco,maipú|mesa"),
		ARGUMENTS("search|ACNUR zzzqqq"),
		ARGUMENTS("search|--in=title,lessons|mesa OR (diagnóstico NOT red)"),
		ARGUMENTS("search|titulo:mesa -descripcion:(red OR mesa)"),
		ARGUMENTS("search|migra udec MigraUdeC sello-migrante 21.325 N° 3"),
	};

	(void)state;
	SWEEP_ALL(asks);
}

/* From opening on. */
static void test_engines_of_their_own(void **state)
{
	static const struct ask search = {.line = "{\"query\":\"mesa de trabajo\"}",
					  .fresh = true};

	(void)state;
	S_sweep(&search, FAULTS_MEMORY, ENOMEM);
	S_sweep(&search, FAULTS_PARTS, ST_DAMAGED);
	S_sweep(&search, FAULTS_CALLS, EIO);
	S_sweep(&search, FAULTS_CALLS, EMFILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_of_batch),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_other_pages),
		cmocka_unit_test(test_words_that_stand_for_others),
		cmocka_unit_test(test_engines_of_their_own),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
