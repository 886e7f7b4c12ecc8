/* marks.h and snippet.h: what is marked, and which passage is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../searcher/snippet.h"

static struct engine *S_engine;

/* A hit with marks for words (stems of them), as a search would leave it. */
struct bench {
	struct request request;
	struct plan plan;
	struct answer answer;
	struct item items[8];
	struct reading reading;
	struct hit hit;
};

static void S_open(struct bench *b, const char *description)
{
	memset(b, 0, sizeof *b);
	request_init(&b->request, CMD_SEARCH);
	assert_int_equal(arena_open(&b->answer.arena, NULL), ST_OK);
	b->plan.marks.arena = b->answer.arena;
	b->plan.items = b->items;
	b->answer.plan = &b->plan;
	b->answer.request = &b->request;
	ficha_init(&b->reading.ficha);
	for (int f = 0; f < F_COUNT; f++) {
		tokens_init(&b->reading.field[f].tokens);
		tokens_init(&b->reading.field[f].some);
	}
	b->reading.holders = 1;
	b->hit.reading = &b->reading;
	b->hit.ficha = &b->reading.ficha;
	assert_true(str_set(&b->reading.ficha.text[F_TITLE], "Mesa", 4));
	assert_true(str_set(&b->reading.ficha.text[F_DESCRIPTION], description,
			    strlen(description)));
}

static void S_close(struct bench *b)
{
	for (int f = 0; f < F_COUNT; f++) {
		tokens_release(&b->reading.field[f].tokens);
		tokens_release(&b->reading.field[f].some);
	}
	ficha_release(&b->reading.ficha);
	arena_close(b->answer.arena);
	request_release(&b->request);
}

static uint64_t S_item(struct bench *b)
{
	struct item *i = &b->items[b->plan.n_items];

	i->weight = 1;
	i->bit = (uint64_t)1 << b->plan.n_items++;
	return i->bit;
}

static void S_stem(struct bench *b, const char *word)
{
	char stem[STEM_MAX];
	size_t n;

	assert_int_equal(
		stem_word(stem, &n, S_engine->stemmer, word, strlen(word), NULL),
		ST_OK);
	assert_true(marks_add(&b->plan.marks, MARK_STEM, stem, n, 0, S_item(b)));
}

static void S_run(struct bench *b, const char *const *words, size_t n, unsigned window,
		  bool ordered)
{
	struct mark_run *r =
		marks_run(&b->plan.marks, n, window, ordered, 0, S_item(b));

	assert_non_null(r);
	for (size_t i = 0; i < n; i++)
		assert_true(marks_run_word(&b->plan.marks, r, i, MARK_WORD, words[i],
					   strlen(words[i])));
}

/* A snippet with its marks in brackets. */
static void S_shows_at(struct bench *b, size_t which, const char *want)
{
	struct buf got;
	const struct snippet *s;
	size_t at = 0, m = 0;

	assert_int_equal(snippet_fill(&b->hit, &b->answer, S_engine, NULL), ST_OK);
	assert_true(b->hit.n_snippets > which);
	s = &b->hit.snippets[which];
	buf_init(&got, 0);
	for (size_t cp = 0; at <= s->n; cp++) {
		unsigned long c;
		size_t k;

		if (m < s->n_marks && s->marks[m].end == cp) {
			buf_addc(&got, ']');
			m++;
		}
		if (at == s->n)
			break;
		if (m < s->n_marks && s->marks[m].start == cp)
			buf_addc(&got, '[');
		k = utf8_decode(s->text + at, s->n - at, &c);
		buf_add(&got, s->text + at, k);
		at += k;
	}
	assert_int_equal(m, s->n_marks);
	assert_string_equal(got.data, want);
	buf_release(&got);
}

static void S_shows(struct bench *b, const char *want)
{
	S_shows_at(b, 0, want);
}

static void test_every_form_is_marked(void **state)
{
	struct bench b;

	(void)state;
	S_open(&b, "Apoderados/as, APODERADA y apoderado: educación y EDUCACION.");
	S_stem(&b, "apoderados");
	S_stem(&b, "educación");
	S_shows(&b, "[Apoderados/as], [APODERADA] y [apoderado]: [educación] y "
		    "[EDUCACION].");
	S_close(&b);
	/* Decomposed letters are three code points more, not other words. */
	S_open(&b, "la educacio\xCC\x81n");
	S_stem(&b, "educación");
	S_shows(&b, "la [educacio\xCC\x81n]");
	S_close(&b);
}

/* What marks.c skips words by. */
static void test_stems_begin_as_their_words(void **state)
{
	FILE *f = fopen("tests/snowball-es/voc.txt", "r");
	char word[128], stem[STEM_MAX];
	struct buf folded;
	size_t n, seen = 0;

	(void)state;
	assert_non_null(f);
	buf_init(&folded, 0);
	while (fgets(word, sizeof word, f)) {
		word[strcspn(word, "\n")] = '\0';
		buf_clear(&folded);
		assert_int_equal(text_fold(&folded, S_engine->analyzer, word,
					   strlen(word), false, NULL),
				 ST_OK);
		if (folded.len < 6)
			continue;
		assert_int_equal(stem_word(stem, &n, S_engine->stemmer, word,
					   strlen(word), NULL),
				 ST_OK);
		if (n < 2 || memcmp(stem, folded.data, 2) != 0)
			fail_msg("%s: %s", word, stem);
		seen++;
	}
	assert_true(seen > 20000);
	buf_release(&folded);
	fclose(f);
}

static void test_a_phrase_is_marked_where_it_stands(void **state)
{
	static const char *const words[] = {"mesa", "comunal"};
	struct bench b;

	(void)state;
	S_open(&b, "La mesa es la mesa comunal; comunal mesa.");
	S_run(&b, words, 2, 2, true);
	S_shows(&b, "La mesa es la [mesa] [comunal]; comunal mesa.");
	S_close(&b);
	S_open(&b, "La mesa uno dos tres cuatro comunal uno mesa.");
	S_run(&b, words, 2, 3, false);
	S_shows(&b, "La mesa uno dos tres cuatro [comunal] uno [mesa].");
	S_close(&b);
	/* Each place has a word of its own, as for the search. */
	S_open(&b, "Una persona y otra mesa; otra persona más.");
	S_run(&b, (const char *const[]){"persona", "persona", "mesa"}, 3, 5, false);
	S_shows(&b, "Una persona y otra mesa; otra persona más.");
	S_close(&b);
	S_open(&b, "Una persona y otra mesa; otra persona más.");
	S_run(&b, (const char *const[]){"persona", "persona", "mesa"}, 3, 6, false);
	S_shows(&b, "Una [persona] y otra [mesa]; otra [persona] más.");
	S_close(&b);
	/* The N is found by the number behind it, and stands before it. */
	S_open(&b, "Según decreto N° 283 de hoy.");
	S_run(&b, (const char *const[]){"283", "de"}, 2, 2, true);
	S_shows(&b, "Según decreto [N]° [283] [de] hoy.");
	S_close(&b);
}

/* Long filler: a sentence of n words without a match. */
static void S_fill(struct buf *to, int n)
{
	for (int i = 0; i < n; i++)
		buf_adds(to, i ? " relleno" : "Relleno");
	buf_adds(to, ". ");
}

static void test_the_best_sentence(void **state)
{
	struct bench b;
	struct buf text;

	(void)state;
	buf_init(&text, 0);
	S_fill(&text, 30);
	buf_adds(&text, "Aquí está solo la mesa. ");
	S_fill(&text, 30);
	buf_adds(&text,
		 "Aquí están la mesa y la escuela, ambas, con otras palabras que "
		 "alargan bastante la oración.");
	buf_adds(&text, " ");
	S_fill(&text, 30);
	S_open(&b, text.data);
	S_stem(&b, "mesa");
	S_stem(&b, "escuela");
	S_shows(&b,
		"Aquí están la [mesa] y la [escuela], ambas, con otras palabras que "
		"alargan bastante la oración.");
	assert_false(b.hit.snippets[0].cut_start);
	assert_false(b.hit.snippets[0].cut_end);
	S_close(&b);
	buf_release(&text);
}

static void test_an_endless_sentence_is_cut_at_words(void **state)
{
	struct bench b;
	struct buf text;
	const struct snippet *s;

	(void)state;
	buf_init(&text, 0);
	for (int i = 0; i < 40000; i++)
		buf_adds(&text, i % 100 == 50 ? "mesa " : "relleno ");
	S_open(&b, text.data);
	S_stem(&b, "mesa");
	assert_int_equal(snippet_fill(&b.hit, &b.answer, S_engine, NULL), ST_OK);
	s = &b.hit.snippets[0];
	assert_true(s->n > 100 && s->n <= 300);
	assert_true(s->cut_start && s->cut_end);
	assert_true(s->n_marks >= 1);
	assert_memory_equal(s->text, "relleno", 7);
	assert_int_not_equal(s->text[s->n - 1], ' ');
	S_close(&b);
	buf_release(&text);
}

static void test_one_word_of_a_megabyte(void **state)
{
	struct bench b;
	char *text = malloc((1 << 20) + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', 1 << 20);
	text[1 << 20] = '\0';
	S_open(&b, text);
	S_stem(&b, "mesa");
	/* Only the title matches; what is shown beside it is no more than a passage. */
	assert_int_equal(snippet_fill(&b.hit, &b.answer, S_engine, NULL), ST_OK);
	assert_int_equal(b.hit.n_snippets, 2);
	assert_int_equal(b.hit.snippets[0].field, F_TITLE);
	assert_true(b.hit.snippets[1].n <= 1200);
	S_close(&b);
	free(text);
}

static void test_lines(void **state)
{
	struct bench b;

	(void)state;
	S_open(&b, "Primero.\n\nSegundo con mesa.\n\nTercero.");
	for (int line = 10; line <= 14; line += 2)
		assert_true(ints_add(&b.reading.ficha.para_lines[F_DESCRIPTION], line));
	S_stem(&b, "mesa");
	S_shows(&b, "Segundo con [mesa].");
	assert_int_equal(b.hit.snippets[0].line, 12);
	S_close(&b);
}

static void test_without_words_the_beginning(void **state)
{
	struct bench b;

	(void)state;
	S_open(&b, "Así comienza.\n\nY así sigue.");
	S_shows(&b, "Así comienza.");
	S_close(&b);
}

/* The title's passage has both words, so none of the description adds any; how it
 * begins is shown beside it, and what it has of them is marked there. */
static void test_the_beginning_is_marked_too(void **state)
{
	struct bench b;

	(void)state;
	S_open(&b, "La mesa comienza. Y así sigue.");
	assert_true(str_set(&b.reading.ficha.text[F_TITLE], "Mesa migrante", 13));
	S_stem(&b, "mesa");
	S_stem(&b, "migrante");
	S_shows_at(&b, 1, "La [mesa] comienza. Y así sigue.");
	assert_int_equal(b.hit.snippets[0].field, F_TITLE);
	S_close(&b);
}

static void test_paragraphs(void **state)
{
	struct bench b;
	const char *lessons = "Uno sin.\n\nDos con mesa.\n\nTres con mesas.";

	(void)state;
	S_open(&b, "nada");
	assert_true(
		str_set(&b.reading.ficha.text[F_LESSONS], lessons, strlen(lessons)));
	S_stem(&b, "mesa");
	assert_int_equal(
		snippet_paragraphs(&b.hit, &b.answer, S_engine, F_LESSONS, NULL),
		ST_OK);
	assert_int_equal(b.hit.n_snippets, 2);
	assert_memory_equal(b.hit.snippets[0].text, "Dos con mesa.", 13);
	assert_int_equal(b.hit.snippets[0].n, 13);
	assert_memory_equal(b.hit.snippets[1].text, "Tres con mesas.", 15);
	S_close(&b);
}

static int S_begin(void **state)
{
	(void)state;
	return engine_bare(&S_engine, NULL) || engine_need(S_engine, ENGINE_TEXT, NULL)
		       ? -1
		       : 0;
}

static int S_end(void **state)
{
	(void)state;
	engine_close(S_engine);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_form_is_marked),
		cmocka_unit_test(test_stems_begin_as_their_words),
		cmocka_unit_test(test_a_phrase_is_marked_where_it_stands),
		cmocka_unit_test(test_the_best_sentence),
		cmocka_unit_test(test_an_endless_sentence_is_cut_at_words),
		cmocka_unit_test(test_one_word_of_a_megabyte),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_without_words_the_beginning),
		cmocka_unit_test(test_the_beginning_is_marked_too),
		cmocka_unit_test(test_paragraphs),
	};

	return cmocka_run_group_tests(tests, S_begin, S_end);
}
