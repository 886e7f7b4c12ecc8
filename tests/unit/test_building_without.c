/*
 * build.h: a first build, an update and a removal while our allocations and calls
 * fail, once and from there on.  What must hold: it is told or it is done; the
 * index is the one before or the new one; the next build goes well.
 *
 * FAULTS=all in the environment tries each place; else every so manieth.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>

#include "../../indexer/build.h"
#include "../../indexer/check.h"
#include "../../indexer/export.h"
#include "../../indexer/report.h"
#include "faults.h"
#include "scratch.h"

#define TRIALS 15

static const char S_before[] =
	"{\"id\":\"uno\",\"title\":\"Uno\",\"description\":\"Una mesa de trabajo\"}\n"
	"{\"id\":\"dos\",\"title\":\"Dos\",\"lessons\":\"Educación vial 2024\"}\n";
static const char S_after[] =
	"{\"id\":\"uno\",\"title\":\"Uno\",\"description\":\"Otra mesa de trabajo\"}\n"
	"{\"id\":\"tres\",\"title\":\"Tres\",\"municipalities\":[\"Temuco\"]}\n";
static const char S_page[] = "# Título de una ficha\n\nMunicipalidad: La Reina\n\n"
			     "## Descripción\n\nUna huerta de la comunidad.\n";

static enum status S_build(const char *source, bool remove_, size_t *told,
			   struct err *err)
{
	const char *const sources[] = {source};
	struct build_options o = {.index = scratch_path("index"),
				  .tables = "corpus/tables",
				  .sources = sources,
				  .n_sources = 1,
				  .remove = remove_,
				  .jobs = 1};
	struct build_report report;
	struct diags d;
	enum status st;

	diags_init(&d, NULL, NULL);
	st = build_run(&report, &o, &d, err);
	*told = 0; /* those with a text, not those counted */
	for (size_t i = 0; i < d.n; i++)
		*told += d.v[i].severity == DIAG_ERROR;
	diags_release(&d);
	return st;
}

/* The same in a process of its own, as it is meant: what Xapian left half done
 * is given up with the process. */
struct outcome {
	enum status st;
	size_t told;
	struct err err;
};

static struct outcome S_apart(const char *source, bool remove_)
{
	static struct outcome *shared;
	pid_t child;
	int how;

	if (!shared)
		shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
	memset(shared, 0, sizeof *shared);
	child = __real_fork();
	assert_true(child >= 0);
	if (child == 0) {
		/* A crash is the parent's to see: not cmocka's, who goes on. */
		signal(SIGSEGV, SIG_DFL);
		signal(SIGABRT, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		shared->st = S_build(source, remove_, &shared->told, &shared->err);
		S_faults->on = false;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	S_faults->on = false;
	if (how)
		fail_msg("call %ld%s: ended with %d", S_faults->at,
			 S_faults->ever ? " and all after it" : "", how);
	return *shared;
}

/* All fichas, or NULL: there is no index. */
static char *S_export(void)
{
	char *text = NULL;
	struct err err;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	enum status st = export_run(f, scratch_path("index"), &err);

	fclose(f);
	if (st == ST_OK)
		return text;
	if (st != ST_NOINDEX)
		fail_msg("export: %s", err.text);
	free(text);
	return NULL;
}

static void S_copy(const char *to, const char *from)
{
	char command[900];

	scratch_remove(scratch_path(to));
	snprintf(command, sizeof command, "cp -a '%s' '%s'", scratch_path(from),
		 scratch_path(to));
	assert_int_equal(system(command), 0);
}

struct scene {
	const char *name, *start; /* a copy of this index, or NULL */
	const char *source;
	bool removes;
};

static void S_fresh(const struct scene *s)
{
	scratch_remove(scratch_path("index"));
	if (s->start)
		S_copy("index", s->start);
}

static bool S_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void S_sweep(const struct scene *s, enum faults_kind kind, int error)
{
	static struct faults_places places;
	const char *all = getenv("FAULTS");
	struct err err = {.text = ""};
	char *old, *done;
	size_t told, step;

	S_fresh(s);
	old = S_export();
	faults_watch(kind);
	if (S_build(s->source, s->removes, &told, &err))
		fail_msg("%s: %s", s->name, err.text);
	faults_watched(&places);
	faults_set(kind, 0, 0, false);
	S_faults->on = false;
	done = S_export();
	assert_false(S_equal(old, done));
	step = all && strcmp(all, "all") == 0 ? 1 : places.n / TRIALS + 1;
	for (size_t i = 0; i < 2 * places.n; i += i % 2 ? 2 * step - 1 : 1) {
		const long at = places.v[i / 2];
		struct outcome o;
		char *now;

		S_fresh(s);
		faults_set(kind, at, error, i % 2);
		o = S_apart(s->source, s->removes);
		now = S_export();
		if (!S_equal(now, old) && !S_equal(now, done) && !o.told)
			fail_msg("%s, %ld: neither the old nor the new: %s", s->name,
				 at, now ? now : "none");
		if (!o.st && !o.told && !S_equal(now, done))
			fail_msg("%s, %ld: done, but it is not there", s->name, at);
		if (o.st && !o.err.text[0])
			fail_msg("%s, %ld: status %d without a word", s->name, at,
				 o.st);
		if (now && check_run(scratch_path("index"), NULL, NULL, &err))
			fail_msg("%s, %ld: %s", s->name, at, err.text);
		free(now);
		o = S_apart(s->source, s->removes);
		now = S_export();
		if (!S_equal(now, done))
			fail_msg("%s, %ld: the next one is another: %s", s->name, at,
				 o.err.text);
		free(now);
	}
	free(old);
	free(done);
}

static int S_setup(void **state)
{
	struct err err;
	size_t told;

	assert_int_equal(scratch_open(state), 0);
	mkdir(scratch_path("sources"), 0755);
	mkdir(scratch_path("other"), 0755);
	scratch_write(scratch_path("sources/a.jsonl"), S_before, strlen(S_before));
	scratch_write(scratch_path("other/b.md"), S_page, strlen(S_page));
	if (S_build(scratch_path("sources"), false, &told, &err) ||
	    S_build(scratch_path("other"), false, &told, &err))
		fail_msg("%s", err.text);
	S_copy("built", "index");
	scratch_write(scratch_path("sources/a.jsonl"), S_after, strlen(S_after));
	return 0;
}

static struct scene S_scene(int i)
{
	static char source[400];
	static const struct scene scenes[] = {
		{"first", NULL, "sources", false},
		{"update", "built", "sources", false},
		{"removal", "built", "other", true},
	};
	struct scene s = scenes[i];

	snprintf(source, sizeof source, "%s", scratch_path(s.source));
	s.source = source;
	return s;
}

static void test_without_memory(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct scene s = S_scene(i);

		S_sweep(&s, FAULTS_MEMORY, ENOMEM);
	}
}

static void test_calls_that_fail(void **state)
{
	static const int errors[] = {EIO, ENOSPC, EMFILE};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct scene s = S_scene(i);

		S_sweep(&s, FAULTS_CALLS, errors[i]);
	}
}

/* Xapian is shown the database in a folder of links for a moment: what stays of it
 * would leave the next build without what this one could start from. */
static void test_what_cannot_be_removed_is_told(void **state)
{
	static const char *const names[] = {"unlink", "rmdir"};
	const struct scene s = S_scene(0);

	(void)state;
	for (int i = 0; i < 2; i++) {
		int links = 0;

		for (long at = 1;; at++) {
			struct outcome o;

			S_fresh(&s);
			faults_name(names[i], at, EIO, false);
			o = S_apart(s.source, s.removes);
			if (!faults_met())
				break;
			if (o.st != ST_IO)
				fail_msg("%s %ld: status %d", names[i], at, o.st);
			links += strstr(o.err.text, "build/lean") != NULL;
			o = S_apart(s.source, s.removes);
			if (o.st)
				fail_msg("%s %ld: %s", names[i], at, o.err.text);
			assert_int_not_equal(
				access(scratch_path("index/build/lean"), F_OK), 0);
		}
		assert_int_equal(links, i ? 2 : 4); /* before and afterwards */
	}
}

/* What is printed lacks nothing, or it is told that memory did. */
static char *S_printed(enum status *st, int what)
{
	char *text = NULL;
	struct err err = {0};
	size_t n;
	FILE *f;

	f = open_memstream(&text, &n);
	*st = ST_OK;
	(void)memory_was_lacking(); /* what others lacked */
	if (what < 2) {
		*st = stats_run(f, scratch_path("built"), what, &err);
	} else {
		struct build_report report = {.documents = 2, .added = 2};
		struct build_options o = {.dry_run = false};
		struct diags d;

		diags_init(&d, NULL, NULL);
		for (int i = 0; i < 5; i++)
			diag(&d, DIAG_WARNING, "no-title", "path", 1, 2, "text %d", i);
		report_json(f, &report, &d, &o);
		diags_release(&d);
	}
	if (!*st && memory_was_lacking())
		*st = ST_NOMEM;
	fclose(f);
	return text;
}

static void test_printing_without_memory(void **state)
{
	(void)state;
	for (int what = 0; what < 3; what++) {
		enum status st;
		char *whole = S_printed(&st, what), *now;
		bool met = true;

		assert_int_equal(st, ST_OK);
		if (strlen(whole) < 300)
			fail_msg("%d: %s", what, whole);
		for (long at = 1; met; at++) {
			faults_set(FAULTS_MEMORY, at, ENOMEM, false);
			now = S_printed(&st, what);
			met = faults_met();
			if (st && st != ST_NOMEM)
				fail_msg("%d, call %ld: status %d", what, at, st);
			if (!st && strcmp(now, whole) != 0)
				fail_msg("%d, call %ld: %s", what, at, now);
			free(now);
		}
		free(whole);
	}
}

/* An index that is there, and cannot be opened now, is none to be begun anew: what
 * other sources gave to it would be gone. */
static void test_an_index_that_cannot_be_opened_is_kept(void **state)
{
	static const int errors[] = {EIO, EMFILE, EACCES};
	const struct scene s = S_scene(1);
	char *old, *done, *now;
	struct outcome o;

	(void)state;
	S_fresh(&s);
	old = S_export();
	assert_int_equal(S_apart(s.source, s.removes).st, ST_OK);
	done = S_export();
	for (long at = 1;; at++) {
		S_fresh(&s);
		faults_name("open", at, errors[at % 3], false);
		o = S_apart(s.source, s.removes);
		if (!faults_met())
			break;
		now = S_export();
		if (!S_equal(now, old) && !S_equal(now, done) && !o.told)
			fail_msg("open %ld: neither the old nor the new: %s", at, now);
		free(now);
	}
	S_fresh(&s);
	assert_int_equal(chmod(scratch_path("index/CURRENT"), 0646), 0);
	o = S_apart(s.source, s.removes);
	assert_int_equal(o.st, ST_NOINDEX);
	assert_non_null(strstr(o.err.text, "not to be trusted"));
	assert_int_equal(chmod(scratch_path("index/CURRENT"), 0644), 0);
	now = S_export();
	assert_true(S_equal(now, old));
	free(now);
	free(old);
	free(done);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_memory),
		cmocka_unit_test(test_calls_that_fail),
		cmocka_unit_test(test_what_cannot_be_removed_is_told),
		cmocka_unit_test(test_printing_without_memory),
		cmocka_unit_test(test_an_index_that_cannot_be_opened_is_kept),
	};

	return cmocka_run_group_tests(tests, S_setup, scratch_close);
}
