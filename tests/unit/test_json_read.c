/* json_read.h: whatever has no memory, it is told from a fault of the text, nothing is
 * written beside what was got (the sanitizers look), and nothing of it stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "faults.h"
#include "json_read.h"

/* Strings that outgrow the parser's first buffers, and all kinds of values. */
static const char *const S_texts[] = {
	"[\"arica-biblioteca-intercultural-y-otras-palabras\",false,0,2,"
	"\"3ce925d809a9\"]",
	"{\"title\":\"Feria de las culturas de la comuna, en la "
	"plaza\",\"years\":[2023,"
	"2024],\"a\":{\"b\":{\"c\":[1.5,null,true]}},\"una clave larga, que no cabe\":"
	"\"\\u00f1and\\u00fa con escapes \\\"largos\\\" y m\\u00e1s\"}",
	"[[[[[[[[[[\"x\"]]]]]]]]]]",
	"\"only a string, of more than sixteen bytes, that is closed\"",
	"12345678901234567",
};
/* No text at all: a fault of its own, unless it is memory that lacked. */
static const char *const S_malformed[] = {
	"{\"title\":\"a string that never ends, however long it may be",
	"{\"title\":\"Feria de las culturas de la comuna\",\"title\":1}",
	"[\"arica-biblioteca-intercultural-y-otras\",",
};

static json_t *S_read(const char *text, json_error_t *e)
{
	return json_read(text, strlen(text), JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
			 e);
}

static void S_each_failure(const char *text, bool good)
{
	json_error_t e;
	json_t *whole = S_read(text, &e), *j;
	long at = 0, failed = 0;
	bool met;

	assert_int_equal(whole != NULL, good);
	assert_false(json_read_lacked());
	do {
		at++;
		faults_set(FAULTS_MEMORY, at, ENOMEM, at % 2);
		j = S_read(text, &e);
		met = faults_met();
		assert_int_equal(json_read_lacked(), met);
		assert_int_equal(j != NULL, good && !met);
		if (j)
			assert_true(json_equal(j, whole));
		json_decref(j);
		failed += met;
	} while (met);
	assert_true(failed > 2);
	json_decref(whole);
}

static void test_each_failure(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof S_texts / sizeof *S_texts; i++)
		S_each_failure(S_texts[i], true);
	for (size_t i = 0; i < sizeof S_malformed / sizeof *S_malformed; i++)
		S_each_failure(S_malformed[i], false);
}

/* What is printed is whole, or nothing: a key is not left out. */
static void test_printing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof S_texts / sizeof *S_texts; i++) {
		json_t *j = S_read(S_texts[i], NULL);
		const size_t flags = JSON_INDENT(1) | JSON_ENCODE_ANY;
		char *whole = json_print(j, flags), *now;
		bool met = true;

		assert_non_null(whole);
		for (long at = 1; met; at++) {
			faults_set(FAULTS_MEMORY, at, ENOMEM, false);
			now = json_print(j, flags);
			met = faults_met();
			assert_int_equal(now == NULL, met);
			if (now)
				assert_string_equal(now, whole);
			free(now);
		}
		free(whole);
		json_decref(j);
	}
}

static void test_a_large_text(void **state)
{
	const size_t n = 200000;
	char *text = malloc(2 * n + 2);
	json_t *j;

	(void)state;
	assert_non_null(text);
	memset(text, 0, 2 * n + 2);
	for (size_t i = 0; i < n; i++)
		memcpy(text + 2 * i, i ? ",1" : "[1", 2);
	text[2 * n] = ']';
	for (int turn = 0; turn < 2; turn++) {
		j = S_read(text, NULL);
		assert_int_equal(json_array_size(j), n);
		json_decref(j);
		faults_set(FAULTS_MEMORY, 100000, ENOMEM, false);
		assert_null(S_read(text, NULL));
		assert_true(faults_met() && json_read_lacked());
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_failure),
		cmocka_unit_test(test_printing),
		cmocka_unit_test(test_a_large_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
