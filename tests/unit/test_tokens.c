/* Text to tokens: the rules by their table (tests/analysis.tsv), and what a
 * hostile text may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../lib/text_parts.h"
#include "an_analyzer.h"
#include "corpus_text.h"
#include "text.h"

/* ---- the table of rules ---- */

/* Writes tokens the way the table does. */
static void S_describe(struct buf *out, const char *text)
{
	struct tokens t;
	struct err err;

	tokens_init(&t);
	assert_int_equal(text_tokenize(&t, S_analyzer, text, strlen(text), &err),
			 ST_OK);
	for (size_t i = 0; i < t.n; i++) {
		const struct token *k = &t.v[i];
		bool joined = k->span > 1, piece = k->index_only;

		if (i)
			buf_addc(out, k->variant && !joined && !piece ? '=' : ' ');
		if (joined)
			buf_addc(out, '[');
		if (piece)
			buf_addc(out, '(');
		buf_add(out, k->surface, k->surface_n);
		if (piece)
			buf_addc(out, ')');
		if (joined)
			buf_addc(out, ']');
	}
	if (!t.n)
		buf_addc(out, '-');
	tokens_release(&t);
}

static void rules_by_the_table(void **state)
{
	FILE *f = fopen("tests/analysis.tsv", "r");
	char line[1024];
	int number = 0, checked = 0, wrong = 0;
	struct buf have;

	(void)state;
	assert_non_null(f);
	buf_init(&have, 0);
	while (fgets(line, sizeof line, f)) {
		char *want, *rule;

		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || !line[0])
			continue;
		want = strchr(line, '\t');
		assert_non_null(want);
		*want++ = '\0';
		rule = strchr(want, '\t');
		assert_non_null(rule);
		*rule++ = '\0';
		if (strncmp(rule, "forms:", 6) != 0)
			continue;
		buf_clear(&have);
		S_describe(&have, line);
		checked++;
		if (strcmp(have.data, want) != 0) {
			print_error("tests/analysis.tsv:%d: %s\n  have %s\n  want %s\n",
				    number, line, have.data, want);
			wrong++;
		}
	}
	fclose(f);
	buf_release(&have);
	assert_int_equal(wrong, 0);
	assert_true(checked > 0);
}

/* ---- tokens ---- */

/* What holds of the tokens of any text; returns how many there are. */
static size_t S_sound(const char *text, size_t n)
{
	struct tokens t;
	struct err err;
	unsigned last = 0;
	size_t count;

	tokens_init(&t);
	assert_int_equal(text_tokenize(&t, S_analyzer, text, n, &err), ST_OK);
	for (size_t i = 0; i < t.n; i++) {
		const struct token *k = &t.v[i];

		assert_true(k->surface_n > 0 && k->surface_n <= WORD_MAX);
		assert_true(k->folded_n > 0 && k->folded_n <= WORD_MAX);
		assert_int_equal(strlen(k->surface), k->surface_n);
		assert_int_equal(strlen(k->folded), k->folded_n);
		assert_true(utf8_valid(k->surface, k->surface_n, NULL));
		assert_true(utf8_valid(k->folded, k->folded_n, NULL));
		assert_true(k->start < k->end && k->end <= n);
		assert_true(k->position > 0 && k->position >= last);
		assert_true(k->span > 0);
		assert_true(k->variant || (!k->index_only && k->span == 1));
		/* a new position begins with what is printed there */
		if (k->position > last)
			assert_false(k->variant);
		/* what may be read behind a surface is there */
		assert_true((size_t)(k->surface - t.bytes.data) + TOKEN_AHEAD <=
			    t.bytes.cap);
		last = k->position;
	}
	count = t.n;
	tokens_release(&t);
	return count;
}

static void offsets(void **state)
{
	static const struct {
		const char *text, *mark;
		size_t token;
	} cases[] = {
		{"para cuidadoras/es.", "cuidadoras/es", 1},
		{"para cuidadoras/es.", "cuidadoras/es", 2},
		{"el niño(a)s y", "niño(a)s", 1},
		{"Ley N°3.737.", "3.737", 1},
		{"Ley N°3.737.", "N", 3},
		{"un ex – post.", "ex – post", 1},
		{"un ex – post.", "post", 3},
		{"Sello-Migrante", "Sello-Migrante", 1},
		{"(MigraUdeC)", "MigraUdeC", 0},
		{"(MigraUdeC)", "UdeC", 2},
		{"los DD.HH. y", "DD.HH.", 1},
		{"a munimaipu.cl, b", "munimaipu.cl", 2},
		{"n\u0303andu\u0301 xn\u0303", "n\u0303andu\u0301", 0},
		{"\xFF\xFE niño", "niño", 0},
		{"edu\u00adcación", "edu\u00adcación", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tokens t;
		struct err err;
		const struct token *k;

		tokens_init(&t);
		assert_int_equal(text_tokenize(&t, S_analyzer, cases[i].text,
					       strlen(cases[i].text), &err),
				 ST_OK);
		assert_true(t.n > cases[i].token);
		k = &t.v[cases[i].token];
		assert_int_equal(k->end - k->start, strlen(cases[i].mark));
		assert_memory_equal(cases[i].text + k->start, cases[i].mark,
				    k->end - k->start);
		tokens_release(&t);
	}
}

static void kinds(void **state)
{
	static const struct {
		const char *text;
		enum token_kind kind;
		bool exact, capital;
	} cases[] = {
		{"escuela", TOKEN_WORD, false, false},
		{"Escuela", TOKEN_WORD, false, true},
		{"DIDECO", TOKEN_ACRONYM, false, true},
		{"EDUCACIÓN", TOKEN_WORD, false, true},
		{"DD.HH.", TOKEN_ACRONYM, true, true},
		{"2024", TOKEN_NUMBER, true, false},
		{"21.325", TOKEN_NUMBER, true, false},
		{"1º", TOKEN_NUMBER, true, false},
		{"covid19", TOKEN_WORD, true, false},
		{"漢字", TOKEN_OTHER, false, false},
		{"Привет", TOKEN_OTHER, false, true},
		{"Ångström", TOKEN_WORD, false, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tokens t;
		struct err err;

		tokens_init(&t);
		assert_int_equal(text_tokenize(&t, S_analyzer, cases[i].text,
					       strlen(cases[i].text), &err),
				 ST_OK);
		assert_true(t.n > 0);
		assert_int_equal(t.v[0].kind, cases[i].kind);
		assert_int_equal(t.v[0].exact_only, cases[i].exact);
		assert_int_equal(t.v[0].capital, cases[i].capital);
		tokens_release(&t);
	}
}

/* A word of 64 bytes is one, of 65 none; it keeps its place all the same. */
static void long_words(void **state)
{
	char text[200];
	struct tokens t;
	struct err err;

	(void)state;
	tokens_init(&t);
	for (size_t n = 30; n < 80; n++) {
		strcpy(text, "uno ");
		memset(text + 4, 'b', n);
		strcpy(text + 4 + n, " tres");
		assert_int_equal(
			text_tokenize(&t, S_analyzer, text, strlen(text), &err), ST_OK);
		assert_int_equal(t.n, n <= WORD_MAX ? 3 : 2);
		assert_int_equal(t.v[t.n - 1].position, 3);
		S_sound(text, strlen(text));
	}
	tokens_release(&t);
}

static void same_tokens_again(void **state)
{
	struct tokens t;
	struct err err;

	(void)state;
	tokens_init(&t);
	assert_int_equal(text_tokenize(&t, S_analyzer, "uno dos", 7, &err), ST_OK);
	assert_int_equal(text_tokenize(&t, S_analyzer, "tres", 4, &err), ST_OK);
	assert_int_equal(t.n, 1);
	assert_string_equal(t.v[0].surface, "tres");
	assert_int_equal(text_tokenize(&t, S_analyzer, "", 0, &err), ST_OK);
	assert_int_equal(t.n, 0);
	tokens_release(&t);
	tokens_release(&t);
	analyzer_close(NULL);
}

/* Those of the whole text's tokens that begin as somebody looks for are among
 * the some, and nothing else than tokens of the whole text is. */
static void S_some(const char *text, size_t n, const struct word_heads *heads)
{
	struct tokens all, some;
	struct err err;
	size_t k = 0;

	tokens_init(&all);
	tokens_init(&some);
	assert_int_equal(text_tokenize(&all, S_analyzer, text, n, &err), ST_OK);
	assert_int_equal(text_tokenize_some(&some, S_analyzer, heads, text, n, &err),
			 ST_OK);
	for (size_t i = 0; i < all.n; i++) {
		const struct token *t = &all.v[i], *u = &some.v[k];

		if (k < some.n && t->position == u->position && t->start == u->start &&
		    t->end == u->end && t->surface_n == u->surface_n &&
		    memcmp(t->surface, u->surface, t->surface_n) == 0) {
			assert_int_equal(t->folded_n, u->folded_n);
			assert_memory_equal(t->folded, u->folded, t->folded_n);
			assert_int_equal(t->kind, u->kind);
			assert_int_equal(t->span, u->span);
			assert_int_equal(t->variant, u->variant);
			assert_int_equal(t->exact_only, u->exact_only);
			assert_int_equal(t->index_only, u->index_only);
			k++;
		} else if (t->folded_n >= 2 && t->surface_n >= 2 &&
			   memcmp(t->folded, t->surface, 2) == 0 &&
			   heads_have(heads, t->folded, t->folded_n)) {
			fail_msg("%s is not there", t->surface);
		}
	}
	assert_int_equal(k, some.n);
	tokens_release(&all);
	tokens_release(&some);
}

/* Every word of a document looked for by two, three, four and more bytes, and
 * eight of them at once. */
static void some_words(void **state)
{
	struct word_heads none = {.any = false}, any = {.any = true};
	struct tokens t;
	struct err err;
	size_t n, kept = 0, all = 0;
	char *text = corpus_text(&n);

	(void)state;
	tokens_init(&t);
	assert_int_equal(text_tokenize(&t, S_analyzer, text, n, &err), ST_OK);
	for (size_t i = 0; i + 8 < t.n; i += 61) {
		for (size_t k = 2; k < 8; k++) {
			struct word_heads one = {.any = false}, many = {.any = false};

			for (size_t j = 0; j < 8; j++) {
				const struct token *w = &t.v[i + j];

				if (w->folded_n < k)
					continue;
				heads_add(&many, w->folded, k);
				if (j == 0)
					heads_add(&one, w->folded, k);
			}
			S_some(text, n / 8, &one);
			S_some(text, n / 8, &many);
		}
	}
	S_some(text, n, &none);
	S_some(text, n, &any);
	/* Most words are told by how they begin. */
	all = t.n;
	assert_int_equal(text_tokenize_some(&t, S_analyzer, &none, text, n, &err),
			 ST_OK);
	kept = t.n;
	assert_true(kept * 5 < all);
	assert_int_equal(text_tokenize_some(&t, S_analyzer, &any, text, n, &err),
			 ST_OK);
	assert_int_equal(t.n, all);
	tokens_release(&t);
	free(text);
}

/* Words that rules make of others are there whatever they begin with. */
static void some_words_have_forms(void **state)
{
	static const char *const texts[] = {
		"todxs y todes, apoderados/as; niño(a)s lxs elles",
		"MigraUdeC y Sello-Migrante, ex – post",
		"N° 3.737 de 21.325, 2do y 1º; DD.HH. y EE. UU.",
		"O’Higgins, munimaipu.cl, ÁRBOL Ñuñoa ñandú año",
		"de la a y o e u",
		"x xx xxx e es ese eses Este ESTES"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct tokens t;
		struct err err;

		tokens_init(&t);
		assert_int_equal(
			text_tokenize(&t, S_analyzer, texts[i], strlen(texts[i]), &err),
			ST_OK);
		for (size_t j = 0; j < t.n; j++)
			for (size_t k = 0; k <= t.v[j].folded_n; k++) {
				struct word_heads heads = {.any = false};

				heads_add(&heads, t.v[j].folded, k);
				S_some(texts[i], strlen(texts[i]), &heads);
			}
		tokens_release(&t);
	}
}

/* ---- what a hostile text may hold ---- */

/* Text of n bytes made of a unit, measured: twice the text must not take much
 * more than twice the time. */
static double S_time(const char *unit, size_t n)
{
	size_t k = strlen(unit), len = n / k * k;
	char *text = malloc(len + 1);
	clock_t start;

	assert_non_null(text);
	for (size_t i = 0; i < len; i += k)
		memcpy(text + i, unit, k);
	start = clock();
	S_sound(text, len);
	free(text);
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void hostile(void **state)
{
	static const char *const units[] = {
		"a",				/* one word of a mebibyte */
		"a ",				/* as many words as there can be */
		"\xCC\x81",			/* marks and nothing else */
		"a\xCC\x96\xCC\x81",		/* marks on letters, no blank */
		"\xF0\x9F\x98\x80",		/* emoji */
		"\xF0\x9F\x91\xA9\xE2\x80\x8D", /* joined emoji */
		"\xF0\x9F\x87\xA8",		/* half flags */
		"عربي",				/* Arabic */
		"漢",				/* Chinese: a dictionary's business */
		"ภาษา",				/* Thai: likewise */
		"\xED\xA0\x80",			/* lone surrogates */
		"\xFF",				/* no text */
		"a.",
		"a'",
		"a/",
		"a(",
		"a-",
		"a_",
		"a@",
		"a´",
		"1.",
		"1,",
		"1 000\xC2\xA0",
		"aB",
		"ex-",
		"ex – ",
		"x-\n",
		"a\xC2\xAD\n",
		"a/os(as)",
		"N° ",
		"DD. ",
		"niño/a",
		"a\xE2\x80\x8B",
		"\xE2\x80\x8B",
		"a\xE2\x80\x99",
		"1\xE2\x80\xAF",
		"\n",
		"\xC2\xB4",
		"`",
		"ß",
		"ex-post-co-",
		"\xEF\xB7\xBA",
		"x@s.",
		"º",
		"Nº",
		"a\xC2\xB7"};

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		double once = S_time(units[i], (size_t)1 << 19),
		       twice = S_time(units[i], (size_t)1 << 20);

		if (twice > 0.2 && twice > 4 * once)
			fail_msg("\"%s\": %.3f s, twice the text %.3f s", units[i],
				 once, twice);
		assert_true(twice < 30);
	}
}

static void too_long(void **state)
{
	size_t n = TEXT_MAX + 1;
	char *text = malloc(n);
	struct tokens t;
	struct err err;
	size_t *starts, count;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', n);
	tokens_init(&t);
	assert_int_equal(text_tokenize(&t, S_analyzer, text, n, &err), ST_LIMIT);
	assert_int_equal(t.n, 0);
	assert_int_equal(text_sentences(&starts, &count, S_analyzer, text, n, &err),
			 ST_LIMIT);
	assert_int_equal(text_tokenize(&t, S_analyzer, text, TEXT_MAX, &err), ST_OK);
	tokens_release(&t);
	free(text);
}

/* Any bytes at all. */
static void noise(void **state)
{
	uint32_t x = 99;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[100];
		size_t n = (size_t)round % sizeof text;

		for (size_t i = 0; i < n; i++) {
			x = x * 1664525u + 1013904223u;
			text[i] = (char)(x >> 24);
		}
		S_sound(text, n);
	}
}

/* What is nothing without its accents is no token. */
static void only_accents(void **state)
{
	static const char *const texts[] = {"a\xCC\x81 en@\xCC\x81\xCC\x81",
					    "A_\xCC\x81 8", "\xCC\x81", "\xCC\x81_"};
	struct tokens t;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		tokens_init(&t);
		assert_int_equal(
			text_tokenize(&t, S_analyzer, texts[i], strlen(texts[i]), &err),
			ST_OK);
		for (size_t k = 0; k < t.n; k++)
			assert_true(t.v[k].folded_n > 0 && t.v[k].surface_n > 0);
		tokens_release(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_by_the_table),
		cmocka_unit_test(offsets),
		cmocka_unit_test(only_accents),
		cmocka_unit_test(kinds),
		cmocka_unit_test(long_words),
		cmocka_unit_test(same_tokens_again),
		cmocka_unit_test(some_words),
		cmocka_unit_test(some_words_have_forms),
		cmocka_unit_test(hostile),
		cmocka_unit_test(too_long),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
