/*
 * intake.h: a document is read, converted and normalised while each of our
 * allocations, and each call that has to do with files, fails.  What must hold:
 * the failure is told, or nothing is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../indexer/convert.h"
#include "../../indexer/intake.h"
#include "faults_parts.h"
#include "file.h"
#include "record.h"
#include "scratch.h"
#include "tables.h"

static enum status S_take(void *ctx, struct ficha *f, bool given_id, bool open_years,
			  struct err *err)
{
	enum status st = record_write(ctx, f, RECORD_STORED, err);

	(void)given_id;
	(void)open_years;
	buf_addc(ctx, '\n');
	return st ? st : buf_status(ctx, err);
}

static struct err S_err; /* the last one */
static bool S_untold;	 /* a diagnostic was counted, and nobody was told */

static void S_tell(void *ctx, const struct diag *d)
{
	unsigned long *told = ctx;

	told[d->severity]++;
}

/* A thing that is done again and again. */
struct task {
	enum status (*run)(struct buf *out, const struct task *t, size_t *told);
	const char *path;
	enum status (*convert)(struct buf *out, const char *p, size_t n,
			       struct err *err);
};

static enum status S_intake(struct buf *out, const struct task *t, size_t *told)
{
	char path[300];
	struct found found = {.raw = path,
			      .real = path,
			      .root = path,
			      .path = path,
			      .format = format_of_name(t->path)};
	struct err err = {.text = ""};
	struct diags diags;
	unsigned long seen[DIAG_SEVERITIES] = {0};
	struct intake in = {.analyzer = S_analyzer,
			    .lexicon = S_lexicon,
			    .diags = &diags,
			    .take = S_take,
			    .ctx = out};
	enum status st;

	snprintf(path, sizeof path, "%s", t->path);
	diags_init(&diags, S_tell, seen);
	st = intake_file(&in, &found, &err);
	if (st)
		S_err = err;
	*told = seen[DIAG_ERROR];
	for (int i = 0; i < DIAG_SEVERITIES; i++)
		S_untold |= seen[i] != diags_count(&diags, (enum severity)i);
	diags_release(&diags);
	return st;
}

static enum status S_convert(struct buf *out, const struct task *t, size_t *told)
{
	struct err err = {.text = ""};
	enum status st;
	size_t n;
	/* Before what is to fail: the test's own. */
	static char *bytes;
	static const char *name;
	static size_t size;

	if (name != t->path) {
		bool on = S_faults && S_faults->on;

		if (S_faults)
			S_faults->on = false;
		free(bytes);
		bytes = scratch_read(t->path, &size);
		name = t->path;
		if (S_faults)
			S_faults->on = on;
	}
	n = size;
	*told = 0;
	st = t->convert(out, bytes, n, &err);
	if (st)
		S_err = err;
	return st;
}

static void S_sweep(const struct task *t, enum faults_kind kind, int error)
{
	struct faults_places places;
	struct buf whole, now;
	size_t told, first_told;

	buf_init(&whole, 0);
	assert_int_equal(t->run(&whole, t, &told), ST_OK);
	buf_clear(&whole);
	faults_watch(kind);
	assert_int_equal(t->run(&whole, t, &first_told), ST_OK);
	faults_watched(&places);
	buf_init(&now, 0);
	for (size_t i = 0; i < 2 * places.n; i++) {
		enum status st;
		bool met, lacked;

		S_err.text[0] = '\0';

		S_untold = false;
		buf_clear(&now);
		(void)memory_was_lacking();
		faults_set(kind, places.v[i / 2], error, i % 2);
		st = t->run(&now, t, &told);
		met = faults_met();
		lacked = memory_was_lacking();
		if (!met) /* of a child that ended before */
			continue;
		if (st)
			assert_true(S_err.text[0]);
		/* A converter's process that lacks memory costs its document. */
		if (kind == FAULTS_MEMORY && st && st != ST_NOMEM &&
		    !(st == ST_INPUT && strstr(S_err.text, "memory")))
			fail_msg("%s: %ld: status %d (%s)", t->path, places.v[i / 2],
				 st, S_err.text);
		if (!st && !lacked && S_untold)
			fail_msg("%s: %ld: a diagnostic is lost", t->path,
				 places.v[i / 2]);
		if (!st && !lacked && told == first_told &&
		    (now.len != whole.len ||
		     memcmp(now.data, whole.data, now.len) != 0)) {
			size_t at = 0;

			while (at < now.len && now.data[at] == whole.data[at])
				at++;
			fail_msg("%s: %ld: not the same, and nothing said: %.80s | "
				 "%.80s",
				 t->path, places.v[i / 2], whole.data + at,
				 now.data + at);
		}
	}
	buf_release(&now);
	buf_release(&whole);
}

static const struct task S_documents[] = {
	{S_intake, "corpus/fichas/fichas-buenas-practicas-2024.md", NULL},
	{S_intake, "tests/fixtures/formats/fichas.md", NULL},
	{S_intake, "tests/fixtures/formats/fichas.txt", NULL},
	{S_intake, "tests/fixtures/formats/fichas.jsonl", NULL},
	{S_intake, "tests/fixtures/formats/fichas.csv", NULL},
	{S_intake, "tests/fixtures/formats/excel.csv", NULL},
	{S_intake, "tests/fixtures/documents/grid-table.md", NULL},
	{S_intake, "tests/fixtures/documents/glued-lines.txt", NULL},
	{S_intake, "tests/fixtures/documents/windows-inline-html.md", NULL},
	{S_intake, "tests/fixtures/documents/w3m-boxes.txt", NULL},
	{S_intake, "tests/fixtures/documents/pdf-layout-columns.txt", NULL},
	{S_intake, "tests/fixtures/documents/continued-sections.txt", NULL},
	{S_intake, "tests/fixtures/documents/years-grid.txt", NULL},
	{S_intake, "tests/fixtures/documents/wiki-and-side-by-side.md", NULL},
	{S_intake, "tests/fixtures/documents/marker-converter.md", NULL},
	{S_intake, "tests/fixtures/documents/libreoffice-text-cells.txt", NULL},
};

static const struct task S_conversions[] = {
	{S_convert, "tests/fixtures/formats/fichas.html", convert_html},
	{S_convert, "tests/fixtures/documents/word-html.html", convert_html},
	{S_convert, "tests/fixtures/formats/fichas.docx", convert_docx},
	{S_convert, "tests/fixtures/formats/formulario-antiguo.docx", convert_docx},
	{S_convert, "tests/fixtures/formats/fichas.odt", convert_odt},
	{S_convert, "tests/fixtures/formats/formulario.odt", convert_odt},
	{S_convert, "tests/fixtures/formats/formulario.pdf", convert_pdf},
	{S_convert, "tests/fixtures/formats/libreoffice.pdf", convert_pdf},
};

static void test_documents_without_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof S_documents / sizeof *S_documents; i++)
		S_sweep(&S_documents[i], FAULTS_MEMORY, ENOMEM);
}

static void test_conversions_without_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof S_conversions / sizeof *S_conversions; i++)
		S_sweep(&S_conversions[i], FAULTS_MEMORY, ENOMEM);
}

static void test_documents_whose_calls_fail(void **state)
{
	static const struct task html = {S_intake, "tests/fixtures/formats/fichas.html",
					 NULL};

	(void)state;
	for (size_t i = 0; i < 6; i++)
		S_sweep(&S_documents[i], FAULTS_CALLS, EIO);
	S_sweep(&html, FAULTS_CALLS, EMFILE);
	S_sweep(&html, FAULTS_MEMORY, ENOMEM);
}

static enum status S_tables(struct buf *out, const struct task *t, size_t *told)
{
	struct lexicon *l = NULL, *again = NULL;
	struct err err = {.text = ""};
	enum status st = lexicon_load(&l, S_analyzer, t->path,
				      "corpus/tables/thesaurus.tsv", &err);

	*told = 0;
	if (!st)
		st = lexicon_bundle(out, l, &err);
	if (!st)
		st = lexicon_open(&again, S_analyzer, out->data, out->len, &err);
	if (st)
		S_err = err;
	lexicon_close(again);
	lexicon_close(l);
	return st;
}

static void test_tables(void **state)
{
	static const struct task tables = {S_tables, "corpus/tables", NULL};

	(void)state;
	S_sweep(&tables, FAULTS_MEMORY, ENOMEM);
	S_sweep(&tables, FAULTS_CALLS, EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents_without_memory),
		cmocka_unit_test(test_conversions_without_memory),
		cmocka_unit_test(test_documents_whose_calls_fail),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
