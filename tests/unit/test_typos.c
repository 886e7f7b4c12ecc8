/* Misspelt words: the distance, the walk over sorted words, the choice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../searcher/typos.h"
#include "text.h"

static unsigned S_cost(const char *typed, const char *word,
		       const struct spelling_costs *costs)
{
	struct spelling s;

	assert_true(spelling_read(&s, typed, strlen(typed), costs, SPELLING_FAR - 1));
	return spelling_cost(&s, word, strlen(word));
}

/* What sounds alike costs a third of an edit. */
static void confusions(void **state)
{
	static const char *const pairs[][2] = {
		{"bivienda", "bibienda"},
		{"conbenio", "convenio"},
		{"serca", "cerca"},
		{"capasitar", "capacitar"},
		{"taza", "tasa"},
		{"ijos", "hijos"},
		{"hasta", "asta"},
		{"lluvia", "yuvia"},
		{"gente", "jente"},
		{"kilo", "quilo"},
		{"kasa", "casa"},
		{"wevo", "huevo"},
		{"wachas", "guachas"},
		{"canbio", "cambio"},
		{"inmigrante", "immigrante"},
		{"estranjero", "extranjero"},
		{"desarollo", "desarrollo"},
		{"innclusion", "inclusion"},
		{"nino", "niño"},
		{"aninio", "aniño"},
		{"accesible", "acesible"},
		{"exelente", "excelente"},
		{"sicologo", "psicologo"},
		{"diciplina", "disciplina"},
		{"salu", "salud"},
		{"parkin", "parking"},
		{"gerra", "guerra"},
		{"gueso", "hueso"},
		{"acion", "accion"},
		{"facsimil", "faximil"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		unsigned there = S_cost(pairs[i][0], pairs[i][1], &spelling_edits);
		unsigned back = S_cost(pairs[i][1], pairs[i][0], &spelling_edits);

		if (there != SPELLING_EDIT / 3 || back != SPELLING_EDIT / 3)
			fail_msg("%s, %s: %u there, %u back", pairs[i][0], pairs[i][1],
				 there, back);
	}
	assert_int_equal(S_cost("combalidar", "convalidar", &spelling_edits),
			 2 * SPELLING_EDIT / 3);
	assert_int_equal(S_cost("bulin", "bullying", &spelling_edits), SPELLING_EDIT);
	/* What is no letter is itself and nothing else. */
	assert_int_equal(S_cost("covid19", "covid19", &spelling_edits), 0);
	assert_int_equal(S_cost("covid19", "covid18", &spelling_edits), SPELLING_EDIT);
	assert_int_equal(S_cost("fa\xC3\xA7"
				"ade",
				"fa\xC3\xA7"
				"ade",
				&spelling_edits),
			 0);
	/* Not alike: hard c is no s, p no b. */
	assert_int_equal(S_cost("sosa", "cosa", &spelling_edits), SPELLING_EDIT);
	assert_int_equal(S_cost("pala", "bala", &spelling_edits), SPELLING_EDIT);
}

/* The plain distance is optimal string alignment: against a second, slower
 * way to compute it. */
static unsigned S_naive(const char *a, const char *b)
{
	static unsigned d[32][32];
	unsigned n = (unsigned)strlen(a), m = (unsigned)strlen(b);

	for (unsigned i = 0; i <= n; i++)
		for (unsigned j = 0; j <= m; j++) {
			unsigned best = i > j ? i : j;

			if (i && j) {
				best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
				best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
				best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
				if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
					best = d[i - 2][j - 2] + 1;
			}
			d[i][j] = best;
		}
	return d[n][m];
}

static uint32_t S_seed;
static unsigned S_random(unsigned below)
{
	S_seed = S_seed * 1664525u + 1013904223u;
	return (S_seed >> 8) % below;
}

static void S_random_word(char out[16], unsigned letters, unsigned alphabet)
{
	unsigned n = 1 + S_random(letters);

	for (unsigned i = 0; i < n; i++)
		out[i] = "ehabcsqulyngikzvx"[S_random(alphabet)];
	out[n] = '\0';
}

static void plain_distance(void **state)
{
	(void)state;
	S_seed = 7;
	for (int i = 0; i < 20000; i++) {
		char a[16], b[16];

		S_random_word(a, 9, 5);
		S_random_word(b, 9, 5);
		assert_int_equal(S_cost(a, b, &spelling_plain),
				 S_naive(a, b) * SPELLING_EDIT);
	}
}

/* ---- a vocabulary ---- */

static int S_by_bytes(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct vocabulary_of {
	struct buf bytes;
	struct vocabulary *v;
};

static void S_build(struct vocabulary_of *out, char (*word)[16], size_t n)
{
	struct vocabulary_builder *b;
	struct err err;

	qsort(word, n, sizeof *word, S_by_bytes);
	assert_int_equal(vocabulary_builder_open(&b, &err), ST_OK);
	for (size_t i = 0; i < n; i++) {
		const char *stem = word[i];

		if (i && strcmp(word[i], word[i - 1]) == 0)
			continue;
		assert_int_equal(vocabulary_builder_add(b, word[i], strlen(word[i]),
							(uint32_t)(1 + i % 7), &stem, 1,
							&err),
				 ST_OK);
	}
	buf_init(&out->bytes, 0);
	assert_int_equal(vocabulary_builder_finish(&out->bytes, b, &err), ST_OK);
	vocabulary_builder_close(b);
	assert_int_equal(
		vocabulary_open(&out->v, out->bytes.data, out->bytes.len, &err), ST_OK);
}

static void S_release(struct vocabulary_of *of)
{
	vocabulary_close(of->v);
	buf_release(&of->bytes);
}

/* The walk, which shares rows and jumps, finds what looking at every word
 * finds. */
static void walk_finds_all(void **state)
{
	static char word[5000][16];
	static struct near_word near[5000];
	struct vocabulary_of of;
	const struct spelling_costs *costs[2] = {&spelling_edits, &spelling_plain};

	(void)state;
	S_seed = 11;
	for (int i = 0; i < 5000; i++)
		S_random_word(word[i], 9, 17);
	S_build(&of, word, 5000);
	for (int i = 0; i < 400; i++) {
		struct spelling s;
		char typed[16];
		size_t n, want = 0;
		unsigned limit = SPELLING_EDIT * (1 + S_random(2));

		S_random_word(typed, 9, 17);
		assert_true(
			spelling_read(&s, typed, strlen(typed), costs[i % 2], limit));
		n = vocabulary_near(near, 5000, of.v, &s);
		for (uint32_t k = 0; k < vocabulary_size(of.v); k++) {
			struct word w;
			bool have = false;
			unsigned cost;

			assert_true(vocabulary_at(&w, of.v, k));
			cost = spelling_cost(&s, w.text, w.n);
			for (size_t j = 0; j < n && !have; j++)
				have = near[j].index == k && near[j].cost == cost;
			assert_int_equal(have, cost <= limit);
			want += cost <= limit;
		}
		assert_int_equal(n, want);
		for (size_t j = 1; j < n; j++)
			assert_true(near[j - 1].cost <= near[j].cost);
		assert_int_equal(vocabulary_near(near, 3, of.v, &s), n < 3 ? n : 3);
	}
	S_release(&of);
}

/* Words of an administrative text, most of them of the ten fichas. */
static char S_words[][16] = {
	"quiero",     "quien",	       "hijos",	     "hijas",	    "fijos",
	"convalidar", "bullying",      "taller",     "talleres",    "apoderados",
	"vivienda",   "municipal",     "migrantes",  "migratorio",  "racismo",
	"escuela",    "escuelas",      "establecer", "sello",	    "21325",
	"onu",	      "daem",	       "casa",	     "caso",	    "inclusion",
	"niñez",      "participacion", "creciente",  "presupuesto", "reconocimiento",
};

static void meant(void **state)
{
	static const char *const typed[][2] = {
		{"kiero", "quiero"},
		{"combalidar", "convalidar"},
		{"ijos", "hijos"},
		{"bulin", "bullying"},
		{"tayeres", "talleres"},
		{"tlaleres", "talleres"},
		{"vibienda", "vivienda"},
		{"migarntes", "migrantes"},
		{"razismo", "racismo"},
		{"eskuela", "escuela"},
		{"incluzion", "inclusion"},
		{"participasion", "participacion"},
		{"presupeusto", "presupuesto"},
		{"reconosimiento", "reconocimiento"},
		{"apoderaods", "apoderados"},
	};
	struct vocabulary_of of;

	(void)state;
	S_build(&of, S_words, sizeof S_words / sizeof *S_words);
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
		struct typo t[8];
		struct word w;
		size_t n = typos_find(t, 8, of.v, typed[i][0], strlen(typed[i][0]));

		if (!n)
			fail_msg("%s: nothing", typed[i][0]);
		assert_true(vocabulary_at(&w, of.v, t[0].index));
		if (strlen(typed[i][1]) != w.n || memcmp(w.text, typed[i][1], w.n) != 0)
			fail_msg("%s: %.*s", typed[i][0], (int)w.n, w.text);
	}
	S_release(&of);
}

static void never(void **state)
{
	static const char *const typed[] = {
		"21326", /* numbers */
		"oun",
		"cas",
		"a", /* three letters and fewer */
		"nacionalizacion",
		"teoria", /* words of their own */
		"tazz",	  /* two edits in a short word */
		"xasa",	  /* an unlikely one in a short word */
		"ta",
		"ninez2",
		"ааааа", /* another script */
	};
	struct vocabulary_of of;
	struct typo t[4];

	(void)state;
	S_build(&of, S_words, sizeof S_words / sizeof *S_words);
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
		if (typos_find(t, 4, of.v, typed[i], strlen(typed[i])))
			fail_msg("%s is repaired", typed[i]);
	S_release(&of);
}

/* The likelier slip first; of equals the commoner word. */
static void order(void **state)
{
	static char word[][16] = {"mesas", "metas", "masas", "merced", "mercado"};
	struct vocabulary_of of;
	struct typo t[8];
	struct word w;
	size_t n;

	(void)state;
	S_build(&of, word, 5);
	n = typos_find(t, 8, of.v, "mezas", 5);
	assert_true(n >= 1);
	assert_true(vocabulary_at(&w, of.v, t[0].index));
	assert_memory_equal(w.text, "mesas", 5);
	for (size_t i = 1; i < n; i++)
		assert_true(t[i - 1].score <= t[i].score);
	S_release(&of);
}

static void by_stem(void **state)
{
	static const struct {
		const char *word, *stem;
	} words[] = {{"convalidacion", "convalid"}, {"nacional", "nacional"}};
	struct vocabulary_builder *b;
	struct vocabulary *v;
	struct buf bytes;
	struct typo t[4];
	struct err err;

	(void)state;
	assert_int_equal(vocabulary_builder_open(&b, &err), ST_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(vocabulary_builder_add(b, words[i].word,
							strlen(words[i].word), 1,
							&words[i].stem, 1, &err),
				 ST_OK);
	buf_init(&bytes, 0);
	assert_int_equal(vocabulary_builder_finish(&bytes, b, &err), ST_OK);
	vocabulary_builder_close(b);
	assert_int_equal(vocabulary_open(&v, bytes.data, bytes.len, &err), ST_OK);
	assert_int_equal(typos_find_stem(t, 4, v, "combalid", 8), 1);
	assert_int_equal(t[0].index, 0);
	assert_true(t[0].by_stem);
	/* What is two letters longer is another word. */
	assert_int_equal(typos_find_stem(t, 4, v, "nacionaliz", 10), 0);
	vocabulary_close(v);
	buf_release(&bytes);
}

/* Long and strange words cost nothing. */
static void hostile(void **state)
{
	static char word[2000][16];
	struct vocabulary_of of;
	char typed[64];
	struct typo t[4];

	(void)state;
	for (int i = 0; i < 2000; i++)
		snprintf(word[i], sizeof word[i], "%.*s%d", 1 + i % 12, "aaaaaaaaaaaa",
			 i % 3);
	S_build(&of, word, 2000);
	for (size_t n = 0; n < sizeof typed; n++) {
		memset(typed, 'a', n);
		typos_find(t, 4, of.v, typed, n);
	}
	typos_find(t, 4, of.v, "\xFF\xFE\xC3", 3);
	S_release(&of);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confusions),	  cmocka_unit_test(plain_distance),
		cmocka_unit_test(walk_finds_all), cmocka_unit_test(meant),
		cmocka_unit_test(never),	  cmocka_unit_test(order),
		cmocka_unit_test(by_stem),	  cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
