/* The stemmer: Snowball's official list, our four rules, the cache. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/text_parts.h"
#include "stem.h"
#include "text.h"

static struct stemmer *S_stemmer;

static int S_setup(void **state)
{
	struct err err;

	(void)state;
	return stemmer_open(&S_stemmer, &err);
}

static int S_teardown(void **state)
{
	(void)state;
	stemmer_close(S_stemmer);
	return 0;
}

static const char *S_stem(const char *word)
{
	static char out[STEM_MAX];
	struct err err;
	size_t n;

	assert_int_equal(stem_word(out, &n, S_stemmer, word, strlen(word), &err),
			 ST_OK);
	assert_int_equal(n, strlen(out));
	return out;
}

static char *S_line(char *line, size_t size, FILE *f)
{
	if (!fgets(line, (int)size, f))
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

/* Every pair of the official list: tests/snowball-es (see COPYING there). */
static void official_pairs(void **state)
{
	FILE *voc = fopen("tests/snowball-es/voc.txt", "r");
	FILE *output = fopen("tests/snowball-es/output.txt", "r");
	char word[256], want[256], have[STEM_MAX];
	size_t pairs = 0, n;
	struct err err;

	(void)state;
	assert_non_null(voc);
	assert_non_null(output);
	while (S_line(word, sizeof word, voc)) {
		assert_non_null(S_line(want, sizeof want, output));
		assert_int_equal(
			stem_snowball(have, &n, S_stemmer, word, strlen(word), &err),
			ST_OK);
		if (strcmp(have, want) != 0)
			fail_msg("%s: %s, not %s", word, have, want);
		pairs++;
	}
	assert_null(S_line(want, sizeof want, output));
	assert_int_equal(pairs, 28377);
	fclose(voc);
	fclose(output);
}

static void our_rules(void **state)
{
	(void)state;
	assert_string_equal(S_stem("educacion"), "educ");
	assert_string_equal(S_stem("educación"), "educ");
	assert_string_equal(S_stem("años"), S_stem("año"));
	char one[STEM_MAX];
	strcpy(one, S_stem("mujer"));
	assert_string_equal(S_stem("mujeres"), one);
	strcpy(one, S_stem("líder"));
	assert_string_equal(S_stem("líderes"), one);
	strcpy(one, S_stem("escolar"));
	assert_string_equal(S_stem("escolares"), one);
	strcpy(one, S_stem("vez"));
	assert_string_equal(S_stem("veces"), one);
	strcpy(one, S_stem("voz"));
	assert_string_equal(S_stem("voces"), one);
	/* five letters: not the rule's */
	strcpy(one, S_stem("pares"));
	assert_string_not_equal(one, "p");
}

/* Of the official list: a word in -a, -e or -o and the same with s behind it.
 * Nine are left, words in -ce whose plural is that of one in -z, and foreign
 * ones. */
static void plurals_meet_their_singular(void **state)
{
	FILE *voc = fopen("tests/snowball-es/voc.txt", "r");
	char last[256] = "", word[256], stem[STEM_MAX];
	size_t pairs = 0, apart = 0;

	(void)state;
	assert_non_null(voc);
	while (S_line(word, sizeof word, voc)) {
		size_t n = strlen(last);

		if (n > 2 && strchr("aeo", last[n - 1]) && strlen(word) == n + 1 &&
		    word[n] == 's' && strncmp(word, last, n) == 0) {
			strcpy(stem, S_stem(last));
			pairs++;
			if (strcmp(stem, S_stem(word)) != 0)
				apart++;
		}
		strcpy(last, word);
	}
	fclose(voc);
	assert_true(pairs > 2000);
	assert_true(apart <= 12);
}

/* Every line of the list is found, which it is only while the list is sorted,
 * and leaves the word its first two letters. */
static void listed_words_have_their_stems(void **state)
{
	FILE *f = fopen("lib/stem_rules.c", "r");
	char line[256], word[32], want[32];
	size_t n = 0;

	(void)state;
	assert_non_null(f);
	while (S_line(line, sizeof line, f)) {
		if (sscanf(line, "\t{\"%31[^\"]\", \"%31[^\"]\"},", word, want) != 2)
			continue;
		assert_string_equal(S_stem(word), want);
		if ((unsigned char)word[1] < 0x80)
			assert_memory_equal(word, want, 2);
		n++;
	}
	fclose(f);
	assert_true(n > 100);
}

static void accents_go_tilde_stays(void **state)
{
	(void)state;
	assert_string_equal(S_stem("niño"), "niñ");
	assert_string_equal(S_stem("nino"), "nin");
	assert_string_equal(S_stem("líder"), "lid");
	assert_string_equal(S_stem("pingüino"), "pinguin");
}

/* Of every word, how its stem begins is how its folded form does. */
static void begins_as_its_word(void **state)
{
	FILE *voc = fopen("tests/snowball-es/voc.txt", "r");
	char line[256], stem[STEM_MAX];
	struct analyzer *a;
	struct tokens t;
	struct err err;
	size_t n, words = 0;

	(void)state;
	assert_non_null(voc);
	assert_int_equal(analyzer_open(&a, &err), ST_OK);
	tokens_init(&t);
	while (S_line(line, sizeof line, voc)) {
		assert_int_equal(text_tokenize(&t, a, line, strlen(line), &err), ST_OK);
		for (size_t i = 0; i < t.n; i++) {
			const struct token *k = &t.v[i];

			assert_int_equal(stem_word(stem, &n, S_stemmer, k->surface,
						   k->surface_n, &err),
					 ST_OK);
			assert_true(stem_head(n) <= n && stem_head(n) <= k->folded_n);
			if (memcmp(stem, k->folded, stem_head(n)) != 0)
				fail_msg("%s: %s", k->folded, stem);
			words += stem_head(n) >= 4;
		}
	}
	assert_true(words > 10000);
	fclose(voc);
	tokens_release(&t);
	analyzer_close(a);
}

/* The cache gives what was computed: the list three times over, which fills
 * every slot and evicts many, in two stemmers that see it in other orders. */
static void cache_is_transparent(void **state)
{
	FILE *voc = fopen("tests/snowball-es/voc.txt", "r");
	struct stemmer *fresh;
	char line[256], **words = NULL, a[STEM_MAX], b[STEM_MAX];
	size_t n = 0, cap = 0, a_n, b_n;
	struct err err;

	(void)state;
	assert_non_null(voc);
	while (S_line(line, sizeof line, voc)) {
		if (strlen(line) > WORD_MAX)
			continue;
		if (n == cap) {
			cap = cap ? cap * 2 : 1024;
			words = realloc(words, cap * sizeof *words);
			assert_non_null(words);
		}
		words[n++] = strdup(line);
	}
	fclose(voc);
	assert_int_equal(stemmer_open(&fresh, &err), ST_OK);
	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < n; i++) {
			const char *w = words[i], *v = words[(i * 7919 + 13) % n];

			assert_int_equal(
				stem_word(a, &a_n, S_stemmer, w, strlen(w), &err),
				ST_OK);
			assert_int_equal(stem_word(b, &b_n, fresh, v, strlen(v), &err),
					 ST_OK);
			assert_int_equal(stem_word(b, &b_n, fresh, w, strlen(w), &err),
					 ST_OK);
			assert_int_equal(a_n, b_n);
			assert_string_equal(a, b);
		}
	stemmer_close(fresh);
	for (size_t i = 0; i < n; i++)
		free(words[i]);
	free(words);
}

static void limits(void **state)
{
	char word[STEM_MAX + 8], out[STEM_MAX];
	struct err err;
	size_t n;

	(void)state;
	memset(word, 'a', sizeof word);
	assert_int_equal(stem_word(out, &n, S_stemmer, word, WORD_MAX, &err), ST_OK);
	assert_int_equal(stem_word(out, &n, S_stemmer, word, WORD_MAX + 1, &err),
			 ST_LIMIT);
	assert_int_equal(n, 0);
	assert_int_equal(stem_snowball(out, &n, S_stemmer, word, STEM_MAX, &err),
			 ST_LIMIT);
	assert_int_equal(stem_word(out, &n, S_stemmer, "", 0, &err), ST_OK);
	assert_int_equal(n, 0);
	/* ill-formed bytes pass through and do no harm */
	assert_int_equal(stem_word(out, &n, S_stemmer, "\xC3", 1, &err), ST_OK);
	assert_int_equal(stem_word(out, &n, S_stemmer, "\xED\xA0\x80os", 5, &err),
			 ST_OK);
	stemmer_close(NULL);
}

/* What marks.c rests on: two plain letters at the beginning of a word begin
 * its stem, whatever follows, and so do nearly all others. */
static void the_first_two_letters_stay(void **state)
{
	static const char letters[] = "abcdeinorsuzlm";
	static const char *const ends[] = {
		"",	"s",	"es",	"os",	"as",	   "ar",      "er",	 "ir",
		"ion",	"ces",	"ares", "eres", "ires",	   "mente",   "amente",	 "ando",
		"selo", "idad", "anza", "ismo", "iciones", "iéndola", "aríamos", "ción",
	};
	const size_t n = sizeof letters - 1;

	(void)state;
	for (size_t i = 0; i < n * n * n; i++)
		for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
			char word[32] = {letters[i % n], letters[i / n % n],
					 letters[i / n / n]};

			if (i < n * n) /* two letters and the ending, too */
				word[2] = '\0';
			strcat(word, ends[k]);
			const char *stem = S_stem(word);
			char folded[64];

			folded[fold_latin1(folded, word, strlen(word))] = '\0';
			if (memcmp(stem, word, 2) != 0 ||
			    memcmp(stem, folded, stem_head(strlen(stem))) != 0)
				fail_msg("%s: %s", word, stem);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(official_pairs),
		cmocka_unit_test(our_rules),
		cmocka_unit_test(plurals_meet_their_singular),
		cmocka_unit_test(listed_words_have_their_stems),
		cmocka_unit_test(accents_go_tilde_stays),
		cmocka_unit_test(begins_as_its_word),
		cmocka_unit_test(cache_is_transparent),
		cmocka_unit_test(the_first_two_letters_stay),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
