/* Which words of a query have entries in corpus/tables/thesaurus.tsv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../searcher/thesaurus.h"
#include "asked_words.h"

static struct asked_words S;
static struct thesaurus *S_thesaurus;

static int S_setup(void **state)
{
	struct err err;

	(void)state;
	asked_setup(&S, NULL);
	return thesaurus_open(&S_thesaurus, S.lexicon, S.analyzer, S.stemmer, &err);
}

static int S_teardown(void **state)
{
	(void)state;
	thesaurus_close(S_thesaurus);
	asked_teardown(&S);
	return 0;
}

/* "[0,2) tercera edad -> persona mayor" as text: every match with its key. */
static const char *S_found(const char *query)
{
	static char out[512];
	struct thesaurus_match m[16];
	struct err err;
	size_t n, at = 0;

	asked_read(&S, query);
	assert_int_equal(
		thesaurus_find(m, &n, 16, S_thesaurus, S.words, S.n_words, &err),
		ST_OK);
	*out = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, sizeof out - at, "%s%zu-%zu %s",
				       i ? "; " : "", m[i].from, m[i].to,
				       m[i].v[0].folded_key);
	return out;
}

static void keys(void **state)
{
	(void)state;
	assert_string_equal(S_found("nna"), "0-1 nna");
	assert_string_equal(S_found("NNA"), "0-1 nna");
	assert_string_equal(S_found("colegios"), "0-1 colegio");
	assert_string_equal(S_found("los COLEGIOS"), "1-2 colegio");
	assert_string_equal(S_found("titulo"), "0-1 titulos");
	assert_string_equal(S_found("niñas"), "0-1 niño");
	assert_string_equal(S_found("bullying"), "0-1 bullying");
	assert_string_equal(S_found("revalidar"), "0-1 revalidacion");
	/* In capitals and without accents. */
	assert_string_equal(S_found("CAPACITACION"), "0-1 capacitacion");
	assert_string_equal(S_found("diagnosticos"), "0-1 diagnostico");
	/* The key as written before one with the same stem. */
	assert_string_equal(S_found("capacitar"), "0-1 capacitar");
}

static void several_words(void **state)
{
	(void)state;
	assert_string_equal(S_found("tercera edad"), "0-2 tercera edad");
	assert_string_equal(S_found("oficinas de migrantes en salud mental"),
			    "0-3 oficina de migrantes; 4-6 salud mental");
	/* Stop words inside may be missing, or others. */
	assert_string_equal(S_found("oficina migrantes"), "0-2 oficina de migrantes");
	assert_string_equal(S_found("oficina para los migrantes"),
			    "0-4 oficina de migrantes");
	assert_string_equal(S_found("niños, niñas y adolescentes"),
			    "0-4 niños niñas adolescentes");
	assert_string_equal(S_found("niñas, niños y adolescentes"),
			    "0-4 niñas niños y adolescentes");
	assert_string_equal(S_found("ley 21325"), "0-2 ley 21325");
	assert_string_equal(S_found("Ley N° 21.325"), "0-2 ley 21.325");
	assert_string_equal(S_found("ley de migraciones"), "0-3 ley de migraciones");
	/* Half a key is none. */
	assert_string_equal(S_found("edad"), "");
	assert_string_equal(S_found("tercera"), "");
}

static void not_alike(void **state)
{
	(void)state;
	assert_string_equal(S_found("ruta"), ""); /* rut */
	assert_string_equal(S_found("mes"), "");  /* mesa */
	assert_string_equal(S_found("ipa"), "0-1 ipa");
	assert_string_equal(S_found("piscina"), "");
	assert_string_equal(S_found("de la y"), "");
}

/* Words that are not usable, or that begin anew, end a key. */
static void borders(void **state)
{
	struct thesaurus_match m[4];
	struct err err;
	size_t n;

	(void)state;
	asked_read(&S, "tercera edad");
	S.words[1].starts = true;
	assert_int_equal(
		thesaurus_find(m, &n, 4, S_thesaurus, S.words, S.n_words, &err), ST_OK);
	assert_int_equal(n, 0);
	S.words[1].starts = false;
	S.words[1].usable = false;
	assert_int_equal(
		thesaurus_find(m, &n, 4, S_thesaurus, S.words, S.n_words, &err), ST_OK);
	assert_int_equal(n, 0);
	asked_read(&S, "colegio liceo colegio");
	assert_int_equal(
		thesaurus_find(m, &n, 1, S_thesaurus, S.words, S.n_words, &err), ST_OK);
	assert_int_equal(n, 1);
}

/* dem is extranjería, or municipal education: never by itself. */
static void ambiguous(void **state)
{
	const struct synonym *v;
	struct err err;
	size_t n;

	(void)state;
	assert_string_equal(S_found("dem"), "");
	assert_int_equal(thesaurus_offer(&v, &n, S_thesaurus, S.words, &err), ST_OK);
	assert_int_equal(n, 1);
	assert_string_equal(v[0].value, "departamento de extranjería y migración");
	asked_read(&S, "colegio");
	assert_int_equal(thesaurus_offer(&v, &n, S_thesaurus, S.words, &err), ST_OK);
	assert_int_equal(n, 0);
}

static bool S_leads(const char *query, const char *key)
{
	const struct synonym *v[16];
	struct err err;
	size_t n, to;
	bool found = false;

	asked_read(&S, query);
	assert_int_equal(thesaurus_backward(v, &n, &to, 16, S_thesaurus, S.words,
					    S.n_words, 0, &err),
			 ST_OK);
	assert_int_equal(to, n ? S.n_words : 0);
	for (size_t i = 0; i < n; i++)
		found = found || strcmp(v[i]->folded_key, key) == 0;
	return found;
}

static void backward(void **state)
{
	(void)state;
	assert_true(S_leads("convalidación", "revalidacion"));
	assert_true(S_leads("convalidar", "revalidacion"));
	assert_true(S_leads("deportaciones", "expulsion"));
	assert_true(S_leads("acoso escolar", "bullying"));
	assert_false(S_leads("acoso", "bullying"));
	assert_false(S_leads("piscina", "escuela"));
	/* Ambiguous ones do not lead back either. */
	assert_false(S_leads("departamento de extranjería y migración", "dem"));
}

/* A user's own table works as ours does. */
static void own_table(void **state)
{
	struct asked_words own;
	struct thesaurus *t;
	struct thesaurus_match m[4];
	struct err err;
	size_t n;
	char path[] = "/tmp/fichas-thesaurus-XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	(void)state;
	fputs("key\trelation\tvalues\tflags\tnote\n"
	      "cancha\texact\tmulticancha|campo deportivo\t\t\n",
	      f);
	fclose(f);
	asked_setup(&own, path);
	remove(path);
	assert_int_equal(
		thesaurus_open(&t, own.lexicon, own.analyzer, own.stemmer, &err),
		ST_OK);
	asked_read(&own, "canchas y campos deportivos");
	assert_int_equal(thesaurus_find(m, &n, 4, t, own.words, own.n_words, &err),
			 ST_OK);
	assert_int_equal(n, 2);
	assert_string_equal(m[0].v[0].folded_key, "cancha");
	assert_string_equal(m[1].v[0].folded_key, "campo deportivo");
	assert_int_equal(m[1].n, 2);
	thesaurus_close(t);
	asked_teardown(&own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),	     cmocka_unit_test(several_words),
		cmocka_unit_test(not_alike), cmocka_unit_test(borders),
		cmocka_unit_test(ambiguous), cmocka_unit_test(backward),
		cmocka_unit_test(own_table),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
