/* Whole texts: folding, slugs, dictionary order, sentences, width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <unicode/uchar.h>

#include "../../lib/text_parts.h"
#include "an_analyzer.h"
#include "corpus_text.h"
#include "text.h"

/* ---- folding ---- */

static const char *S_fold(const char *text, bool plain)
{
	static struct buf out;
	struct err err;

	buf_release(&out);
	buf_init(&out, 0);
	assert_int_equal(text_fold(&out, S_analyzer, text, strlen(text), plain, &err),
			 ST_OK);
	return out.data;
}

static void fold_whole_texts(void **state)
{
	(void)state;
	assert_string_equal(S_fold("Viña del Mar", false), "viña del mar");
	assert_string_equal(S_fold("Viña del Mar", true), "vina del mar");
	assert_string_equal(S_fold("VIÑA\t DEL \u00a0 MAR\n", true), "vina del mar");
	assert_string_equal(S_fold("Vin\u0303a", false), "viña");
	assert_string_equal(S_fold("O’Higgins", false), "o'higgins");
	assert_string_equal(S_fold("O´Higgins", false), "o'higgins");
	assert_string_equal(S_fold("O’Higgins", true), "ohiggins");
	assert_string_equal(S_fold("  Educación   INTERCULTURAL  ", false),
			    "educacion intercultural");
	assert_string_equal(S_fold("edu\u00adca\u200bción", false), "educacion");
	assert_string_equal(S_fold("pingüino façade crêpe", false),
			    "pinguino façade crêpe");
	assert_string_equal(S_fold("N° 3 y Nº3, 1º", false), "n 3 y n 3, 1");
	assert_string_equal(S_fold("N\u00ad° 3, N\u200bº4", false), "n 3, n 4");
	assert_string_equal(S_fold("N`° 3, 1´º y 2’°", true), "n 3, 1 y 2");
	assert_string_equal(S_fold("N'° 3", false), "n'° 3");
	assert_string_equal(S_fold("Ñ° 3", true), "n 3");
	assert_string_equal(S_fold("m²° ½º", false), "m2 1⁄2");
	assert_string_equal(S_fold("Straße ﬁn", false), "strasse fin");
	assert_string_equal(S_fold("\xC3", false), "\ufffd");
	assert_string_equal(S_fold("", false), "");
	assert_string_equal(S_fold(" \n ", true), "");
	assert_string_equal(S_fold("50% – 3/4", false), "50% – 3/4");
}

/* What is folded folds to itself; capitals and marks apart do not matter. */
static void fold_is_stable(void **state)
{
	static const char *const texts[] = {"Ñuñoa",
					    "Línea Sello",
					    "ACCESO A LA INFORMACIÓN",
					    "Ångström",
					    "Ελλάς",
					    "Żółć",
					    "ŐŰ",
					    "ǅ"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char once[256];

		strcpy(once, S_fold(texts[i], false));
		assert_string_equal(S_fold(once, false), once);
		strcpy(once, S_fold(texts[i], true));
		assert_string_equal(S_fold(once, true), once);
	}
}

/* Folding by table and by ICU: a sign that only ICU knows at the end of the
 * text sends all of it there. */
static void fold_by_table_is_icu(void **state)
{
	(void)state;
	for (unsigned long cp = 0x20; cp < 0x180; cp++) {
		struct buf b;
		char table[64];

		if (cp >= 0x7F && cp < 0xC0)
			continue;
		buf_init(&b, 0);
		buf_adds(&b, "a");
		buf_addcp(&b, cp);
		buf_adds(&b, "z");
		strcpy(table, S_fold(b.data, false));
		buf_adds(&b, "я");
		strcat(table, "я");
		assert_string_equal(S_fold(b.data, false), table);
		buf_release(&b);
	}
}

static const char *S_slug(const char *text)
{
	static struct buf out;
	struct err err;

	buf_release(&out);
	buf_init(&out, 0);
	assert_int_equal(text_slug(&out, S_analyzer, text, strlen(text), &err), ST_OK);
	return out.data;
}

static void slugs(void **state)
{
	(void)state;
	assert_string_equal(S_slug("Viña del Mar"), "vina-del-mar");
	assert_string_equal(S_slug("O'Higgins"), "ohiggins");
	assert_string_equal(S_slug("O’Higgins"), "ohiggins");
	assert_string_equal(S_slug("  Ñuñoa!  "), "nunoa");
	assert_string_equal(S_slug("Aysén del Gral. Carlos Ibáñez"),
			    "aysen-del-gral-carlos-ibanez");
	assert_string_equal(S_slug("Decreto N°3.737"), "decreto-n-3-737");
	assert_string_equal(S_slug("A -- B"), "a-b");
	assert_string_equal(S_slug("---"), "");
	assert_string_equal(S_slug("façade Żółw"), "facade-zołw");
	assert_string_equal(S_slug("漢字 x"), "漢字-x");
}

static void appended_not_replaced(void **state)
{
	struct buf out;
	struct err err;
	size_t replaced;

	(void)state;
	buf_init(&out, 0);
	buf_adds(&out, "F");
	assert_int_equal(text_slug(&out, S_analyzer, " Á b", 5, &err), ST_OK);
	assert_int_equal(text_fold(&out, S_analyzer, " Á b ", 6, true, &err), ST_OK);
	assert_int_equal(text_clean(&out, &replaced, S_analyzer, "x", 1, &err), ST_OK);
	assert_string_equal(out.data, "Fa-ba bx");
	buf_release(&out);
	/* a full buffer says so */
	buf_init(&out, 3);
	assert_int_equal(text_slug(&out, S_analyzer, "abcdef", 6, &err), ST_LIMIT);
	buf_release(&out);
}

/* ---- order, sentences, width ---- */

static void dictionary_order(void **state)
{
	static const char *const order[] = {"Arica", "Árbol",	"Aysén", "Nunca",
					    "Ñuñoa", "Ñuñoa B", "Óbito", "Ovalle",
					    "Viña",  "Vitacura"};
	/* an accent is no letter: arbol before arica */
	struct buf a, b;
	struct err err;

	(void)state;
	buf_init(&a, 0);
	buf_init(&b, 0);
	for (size_t i = 2; i < sizeof order / sizeof *order; i++) {
		buf_clear(&a);
		buf_clear(&b);
		assert_int_equal(text_sort_key(&a, S_analyzer, order[i - 1],
					       strlen(order[i - 1]), 64, &err),
				 ST_OK);
		assert_int_equal(text_sort_key(&b, S_analyzer, order[i],
					       strlen(order[i]), 64, &err),
				 ST_OK);
		assert_true(strcmp(a.data, b.data) < 0);
	}
	buf_clear(&a);
	buf_clear(&b);
	assert_int_equal(
		text_sort_key(&a, S_analyzer, order[1], strlen(order[1]), 64, &err),
		ST_OK);
	assert_int_equal(
		text_sort_key(&b, S_analyzer, order[0], strlen(order[0]), 64, &err),
		ST_OK);
	assert_true(strcmp(a.data, b.data) < 0);
	buf_clear(&a);
	assert_int_equal(text_sort_key(&a, S_analyzer, "abcdefghijklmnop", 16, 5, &err),
			 ST_OK);
	assert_true(a.len <= 5);
	buf_release(&a);
	buf_release(&b);
}

static void sentences(void **state)
{
	const char *text =
		"El Sr. J. Soto (art. 5) llegó. ¿Cómo va?  Bien.\n\nOtro párrafo";
	static const char *const begin[] = {"El Sr.", "¿Cómo", "Bien", "\n", "Otro"};
	size_t *starts, n;
	struct err err;

	(void)state;
	assert_int_equal(
		text_sentences(&starts, &n, S_analyzer, text, strlen(text), &err),
		ST_OK);
	assert_int_equal(starts[0], 0);
	assert_int_equal(n, 5);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(strncmp(text + starts[i], begin[i], strlen(begin[i])),
				 0);
	free(starts);
	assert_int_equal(text_sentences(&starts, &n, S_analyzer, "", 0, &err), ST_OK);
	assert_int_equal(n, 1);
	assert_int_equal(starts[0], 0);
	free(starts);
}

/* By tables and by ICU. */
static void S_same_sentences(const char *text, size_t n)
{
	size_t *fast, *slow, n_fast, n_slow;
	struct err err;

	assert_int_equal(text_sentences(&fast, &n_fast, S_analyzer, text, n, &err),
			 ST_OK);
	S_analyzer->slow = true;
	assert_int_equal(text_sentences(&slow, &n_slow, S_analyzer, text, n, &err),
			 ST_OK);
	S_analyzer->slow = false;
	if (n_fast != n_slow || memcmp(fast, slow, n_fast * sizeof *fast) != 0)
		fail_msg("other sentences: %.*s", (int)(n < 200 ? n : 200), text);
	free(fast);
	free(slow);
}

/* Every character where its class decides. */
static void sentences_by_class(void **state)
{
	static const char *const around[][2] = {
		{"Uno", " Dos"},   {"uno.", "dos"},  {"Uno. ", "Dos"},
		{"uno. ", " dos"}, {"Uno.", " Dos"}, {"uno.) ", "Dos"},
		{"A", ".B"},	   {"1.", "B"},	     {"uno? ", "dos"},
		{"uno?", " Dos"},  {"uno!", "DOS"},  {"Uno.) ", ""}};

	(void)state;
	for (unsigned long cp = 1; cp < 0x3100; cp++)
		for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
			struct buf text;

			buf_init(&text, 0);
			buf_adds(&text, around[i][0]);
			buf_addcp(&text, cp);
			buf_adds(&text, around[i][1]);
			S_same_sentences(text.data, text.len);
			buf_release(&text);
		}
}

/* Random texts of what matters, and documents. */
static void sentences_by_rule(void **state)
{
	static const char *const piece[] = {"a",
					    "B",
					    "1",
					    ".",
					    ".",
					    ". ",
					    "? ",
					    "!",
					    " ",
					    ")",
					    "(",
					    "\"",
					    "\xC2\xBB",
					    "\xC2\xAB",
					    "\xE2\x80\x9D",
					    ",",
					    "-",
					    ":",
					    ";",
					    "\n",
					    "\n\n",
					    "\r\n",
					    "\r",
					    "\xC2\xA0",
					    "\xE2\x80\xA6",
					    "\xE2\x80\x94",
					    "\xC3\xB1",
					    "\xC3\x81",
					    "\xC2\xBA",
					    "\xC2\x85",
					    "\t",
					    "Sr. ",
					    "J. ",
					    "p. ",
					    "art. 5",
					    "\xC2\xBF"};
	static const char *const rare[] = {"\xCC\x81", "\xC2\xAD",     "\xE6\xBC\xA2",
					   "\xC4\x81", "\xE2\x80\xA8", "\xFF",
					   "\xC3"};
	uint32_t x = 7;
	size_t n;
	char *text = corpus_text(&n);

	(void)state;
	S_same_sentences(text, n);
	for (char *p = text, *next; p; p = next) {
		next = strchr(p, '\n');
		S_same_sentences(p, next ? (size_t)(next++ - p) : strlen(p));
	}
	free(text);
	for (int round = 0; round < 60000; round++) {
		struct buf b;

		buf_init(&b, 0);
		for (int k = 0; k < 1 + round % 24; k++) {
			x = x * 1664525u + 1013904223u;
			if (round % 8 == 0 && (x >> 8) % 16 == 0)
				buf_adds(
					&b,
					rare[(x >> 16) % (sizeof rare / sizeof *rare)]);
			else
				buf_adds(&b, piece[(x >> 16) %
						   (sizeof piece / sizeof *piece)]);
		}
		S_same_sentences(b.data, b.len);
		buf_release(&b);
	}
}

static void width(void **state)
{
	(void)state;
	assert_int_equal(text_width("niño", 5), 4);
	assert_int_equal(text_width("nin\xCC\x83o", 6), 4);
	assert_int_equal(text_width("漢字", 6), 4);
	assert_int_equal(text_width("a\u200bb\u00ad", 7), 2);
	assert_int_equal(text_width("", 0), 0);
	assert_int_equal(text_width("—…", 6), 2);
	for (unsigned long cp = 0xA0; cp < 0x3000; cp++) {
		int type = u_charType((UChar32)cp);
		int east = u_getIntPropertyValue((UChar32)cp, UCHAR_EAST_ASIAN_WIDTH);
		size_t want = type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK ||
					      type == U_FORMAT_CHAR ||
					      type == U_CONTROL_CHAR
				      ? 0
			      : east == U_EA_FULLWIDTH || east == U_EA_WIDE ? 2
									    : 1;
		struct buf b;

		buf_init(&b, 0);
		buf_addcp(&b, cp);
		assert_int_equal(text_width(b.data, b.len), want);
		buf_release(&b);
	}
}

static void versions(void **state)
{
	(void)state;
	assert_true(strchr(text_icu_version(), '.') != NULL);
	assert_true(strchr(text_unicode_version(), '.') != NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fold_whole_texts),
		cmocka_unit_test(fold_is_stable),
		cmocka_unit_test(fold_by_table_is_icu),
		cmocka_unit_test(slugs),
		cmocka_unit_test(appended_not_replaced),
		cmocka_unit_test(dictionary_order),
		cmocka_unit_test(sentences),
		cmocka_unit_test(sentences_by_class),
		cmocka_unit_test(sentences_by_rule),
		cmocka_unit_test(width),
		cmocka_unit_test(versions),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
