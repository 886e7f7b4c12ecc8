/* Word boundaries: ICU against Unicode's test file, and our segmenter and the
 * short way through the rules against ICU and the rules alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../../lib/text_parts.h"

#define WORD_BREAK_TEST "/usr/share/unicode/auxiliary/WordBreakTest.txt"

static struct analyzer *S_fast, *S_slow;

static int S_setup(void **state)
{
	struct err err;

	(void)state;
	if (analyzer_open(&S_fast, &err) || analyzer_open(&S_slow, &err))
		return -1;
	S_slow->slow = true;
	return 0;
}

static int S_teardown(void **state)
{
	(void)state;
	analyzer_close(S_fast);
	analyzer_close(S_slow);
	return 0;
}

static void S_print(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] >= ' ' && text[i] < 0x7F)
			fprintf(stderr, "%c", text[i]);
		else
			fprintf(stderr, "\\x%02X", (unsigned char)text[i]);
	fprintf(stderr, "\n");
}

static void S_print_words(const char *who, const struct words *w)
{
	fprintf(stderr, "  %s:", who);
	for (size_t i = 0; i < w->n; i++)
		fprintf(stderr, " %u-%u/%x", w->v[i].start, w->v[i].end, w->v[i].flags);
	fprintf(stderr, "\n");
}

/* The same words and the same tokens by both ways. */
static void S_compare(const char *text, size_t n)
{
	struct words *a = &S_fast->words, *b = &S_slow->words;
	struct tokens s, t;
	struct err err;
	bool same;

	a->n = b->n = 0;
	assert_int_equal(words_find(a, S_fast, text, n, &err), ST_OK);
	assert_int_equal(words_find(b, S_slow, text, n, &err), ST_OK);
	same = a->n == b->n;
	for (size_t i = 0; same && i < a->n; i++)
		same = a->v[i].start == b->v[i].start && a->v[i].end == b->v[i].end &&
		       a->v[i].flags == b->v[i].flags;
	if (!same) {
		S_print(text, n);
		S_print_words("ours", a);
		S_print_words("ICU ", b);
		fail();
	}
	tokens_init(&s);
	tokens_init(&t);
	assert_int_equal(text_tokenize(&s, S_fast, text, n, &err), ST_OK);
	assert_int_equal(text_tokenize(&t, S_slow, text, n, &err), ST_OK);
	for (size_t i = 0; i < s.n && i < t.n; i++) {
		const struct token *x = &s.v[i], *y = &t.v[i];

		if (x->start == y->start && x->end == y->end &&
		    x->position == y->position && x->span == y->span &&
		    x->kind == y->kind && x->variant == y->variant &&
		    x->index_only == y->index_only && x->exact_only == y->exact_only &&
		    x->capital == y->capital && x->surface_n == y->surface_n &&
		    x->folded_n == y->folded_n && strcmp(x->surface, y->surface) == 0 &&
		    strcmp(x->folded, y->folded) == 0)
			continue;
		S_print(text, n);
		fail_msg("token %zu: %s %s/%s, by the rules %s/%s", i,
			 x->kind == y->kind ? "" : "kind", x->surface, x->folded,
			 y->surface, y->folded);
	}
	if (s.n != t.n)
		S_print(text, n);
	assert_int_equal(s.n, t.n);
	tokens_release(&s);
	tokens_release(&t);
}

/* Every line of Unicode's file, but those with a colon: in Spanish, as ICU has
 * it, a colon parts words. */
static void unicode_word_break_test(void **state)
{
	FILE *f = fopen(WORD_BREAK_TEST, "r");
	char line[1024];
	int checked = 0, colons = 0;

	(void)state;
	if (!f) {
		print_message("SKIP: no %s (Debian package unicode-data)\n",
			      WORD_BREAK_TEST);
		skip();
	}
	while (fgets(line, sizeof line, f)) {
		size_t want[128], n = 0, *have, have_n;
		struct buf text;
		struct err err;
		bool colon = false;

		line[strcspn(line, "#\n")] = '\0';
		if (!line[strspn(line, " \t")])
			continue;
		buf_init(&text, 0);
		for (char *p = strtok(line, " \t"); p; p = strtok(NULL, " \t")) {
			if (strcmp(p, "\xC3\xB7") == 0) { /* a boundary */
				want[n++] = text.len;
			} else if (strcmp(p, "\xC3\x97") != 0) {
				unsigned long cp = strtoul(p, NULL, 16);

				colon = colon || cp == 0x3A;
				buf_addcp(&text, cp);
			}
		}
		if (colon) {
			colons++;
			buf_release(&text);
			continue;
		}
		assert_int_equal(icu_boundaries(&have, &have_n, S_slow, text.data,
						text.len, &err),
				 ST_OK);
		if (have_n != n || memcmp(have, want, n * sizeof *want) != 0) {
			S_print(text.data, text.len);
			fail_msg("other boundaries than Unicode's");
		}
		free(have);
		S_compare(text.data, text.len);
		checked++;
		buf_release(&text);
	}
	fclose(f);
	assert_true(checked > 1000);
	assert_true(colons > 0);
}

static uint64_t S_state;

static unsigned S_random(unsigned below)
{
	S_state ^= S_state << 13;
	S_state ^= S_state >> 7;
	S_state ^= S_state << 17;
	return (unsigned)(S_state >> 33) % below;
}

/* Random text of the signs that the tables decide about, and of what they do
 * not know.  SEED=N repeats a run. */
static void random_text(void **state)
{
	static const char *const parts[] = {
		"a", "b", "x", "s", "e", "A", "B", "0", "1", "12", "325", " ", " ", " ",
		"\n", "\t", "\r", "\f", ".", ",", ";", ":", "'", "\"", "_", "@", "-",
		"/", "(", ")", "`", "~", "$", "%", "+",
		/* Latin-1 */
		"á", "é", "Ñ", "ñ", "ü", "ß", "×", "÷", "ÿ", "À", "º", "ª", "µ", "°",
		"´", "·", "¿", "¡", "«", "»", "\u00a0", "\u00ad", "©", "®", "\xC2\x85",
		"½",
		/* beyond */
		"ő", "Ş", "ǆ", "\u0301", "\u0303", "\u0308", "\u034f", "’", "‘", "“",
		"”", "–", "—", "…", "•", "‧", "․", "\u200b", "\u200c", "\u200d",
		"\u200e", "\u202f", "\u2009", "\u2060", "\ufeff", "\u2028", "€", "‿",
		"⁄", "→", "\ufffd", "я", "Я", "α", "ש", "״", "ع", "٣", "漢", "か", "ア",
		"ー", "ไท", "한", "😀", "👩\u200d👧", "🇨🇱", "ﬁ", "Ａ", "１", "\U0001d400",
		/* ill-formed */
		"\xC3", "\xE2\x80", "\xFF", "\xED\xA0\x80", "\xF0\x9F", "\x80",
		"\xC0\xAF",
		/* words of the rules */
		"todes", "TODES", "ex", "pre", "Nro", "N", "as", "os", "es", "or", "co",
		"MigraUdeC", "DD", "HH", "chilen@s", "todxs", "niño", "educación",
		"establecimientos", "interinstitucionalidades", "a.m", "21.325"};
	const char *seed = getenv("SEED");
	int rounds = 60000;

	(void)state;
	S_state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
	S_state = S_state * 0x9E3779B97F4A7C15u | 1;
	print_message("SEED=%s\n", seed ? seed : "(time)");
	print_message("state %llu\n", (unsigned long long)S_state);
	while (rounds--) {
		char text[512];
		size_t n = 0;
		unsigned want = 1 + S_random(rounds % 8 ? 12 : 40);

		/* Half of the rounds from few kinds, so that rules meet. */
		while (want--) {
			unsigned kinds = (unsigned)(sizeof parts / sizeof *parts);
			const char *p = parts[S_random(rounds & 1 ? kinds : 60)];
			size_t k = strlen(p);

			if (n + k > sizeof text)
				break;
			memcpy(text + n, p, k);
			n += k;
		}
		S_compare(text, n);
	}
}

static char *S_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p;
	long size;

	if (!f)
		return NULL;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	rewind(f);
	p = malloc((size_t)size + 1);
	assert_non_null(p);
	*n = fread(p, 1, (size_t)size, f);
	assert_int_equal(*n, size);
	fclose(f);
	return p;
}

/* Whole files as they are, lines, and lines cut anywhere. */
static void real_text(void **state)
{
	static const char *const files[] = {
		"README.md", "tests/analysis.tsv", "tests/snowball-es/voc.txt",
		"corpus/fichas/fichas-buenas-practicas-2024.md", "lib/text.c"};
	int found = 0;

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		size_t n, from = 0;
		char *text = S_file(files[i], &n);

		if (!text)
			continue;
		found++;
		S_compare(text, n);
		for (size_t k = 0; k <= n; k++)
			if (k == n || text[k] == '\n') {
				S_compare(text + from, k - from);
				if (k - from > 3)
					S_compare(text + from + 1, (k - from) / 2);
				from = k + 1;
			}
		free(text);
	}
	assert_true(found >= 3);
}

/* The boundaries that our class table gives are ICU's, one code point at a
 * time, between letters, digits and alone. */
static void every_code_point(void **state)
{
	(void)state;
	for (unsigned long cp = 1; cp < 0x3000; cp++) {
		struct buf text;

		if (cp >= 0xD800 && cp < 0xE000)
			continue;
		buf_init(&text, 0);
		buf_adds(&text, "a");
		buf_addcp(&text, cp);
		buf_adds(&text, "b 1");
		buf_addcp(&text, cp);
		buf_adds(&text, "2 ");
		buf_addcp(&text, cp);
		buf_adds(&text, "c");
		buf_addcp(&text, cp);
		buf_adds(&text, " d");
		buf_addcp(&text, cp);
		buf_addcp(&text, cp);
		buf_adds(&text, "e\xCC\x81");
		buf_addcp(&text, cp);
		S_compare(text.data, text.len);
		buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unicode_word_break_test),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(random_text),
		cmocka_unit_test(real_text),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
