/* Text and field to terms: what a term looks like, stems and what finds what
 * by the table (tests/analysis.tsv), and that however a word is typed its
 * terms are among those of the text it stands in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "terms.h"

static struct analyzer *S_analyzer;
static struct stemmer *S_stemmer;

static int S_setup(void **state)
{
	struct err err;

	(void)state;
	return analyzer_open(&S_analyzer, &err) || stemmer_open(&S_stemmer, &err);
}

static int S_teardown(void **state)
{
	(void)state;
	analyzer_close(S_analyzer);
	stemmer_close(S_stemmer);
	return 0;
}

/* ---- a document's terms, sorted, each once ---- */

struct document {
	struct postings postings;
	const char **terms;
	size_t n;
};

static int S_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void S_index(struct document *d, const char *text, size_t n)
{
	struct err err;

	postings_init(&d->postings);
	assert_int_equal(postings_add_text(&d->postings, S_analyzer, S_stemmer,
					   F_DESCRIPTION, text, n, &err),
			 ST_OK);
	assert_int_equal(postings_seal(&d->postings, &err), ST_OK);
	d->n = d->postings.n;
	d->terms = malloc((d->n + 1) * sizeof *d->terms);
	assert_non_null(d->terms);
	for (size_t i = 0; i < d->n; i++)
		d->terms[i] = d->postings.v[i].term;
	qsort(d->terms, d->n, sizeof *d->terms, S_order);
}

static void S_release(struct document *d)
{
	free(d->terms);
	postings_release(&d->postings);
}

static bool S_has(const struct document *d, const char *term)
{
	return bsearch(&term, d->terms, d->n, sizeof *d->terms, S_order) != NULL;
}

/* Is a stem of the folded word, or one that the document taught (V), there? */
static bool S_finds_learned(const struct document *d, const char *folded, size_t n)
{
	char key[TERM_MAX + 1], stem[STEM_MAX], term[TERM_MAX + 1];
	size_t k, stem_n;
	struct err err;

	assert_int_equal(stem_word(stem, &stem_n, S_stemmer, folded, n, &err), ST_OK);
	assert_true(term_make(term, 'S', F_NONE, stem, stem_n) > 0);
	if (S_has(d, term))
		return true;
	k = (size_t)snprintf(key, sizeof key, "V%.*s\t", (int)n, folded);
	for (size_t i = 0; i < d->n; i++)
		if (strncmp(d->terms[i], key, k) == 0) {
			snprintf(term, sizeof term, "SA%s", d->terms[i] + k);
			assert_true(S_has(d, term));
			return true;
		}
	return false;
}

static bool S_finds_token(const struct document *d, const struct token *t)
{
	char stem[STEM_MAX], term[TERM_MAX + 1];
	size_t n;
	struct err err;

	if (t->exact_only)
		return term_make(term, 'X', F_NONE, t->folded, t->folded_n) &&
		       S_has(d, term);
	assert_int_equal(stem_token(stem, &n, S_stemmer, t, &err), ST_OK);
	assert_true(term_make(term, 'S', F_NONE, stem, n) > 0);
	return S_has(d, term) || S_finds_learned(d, t->folded, t->folded_n);
}

/* As text.h says: at each position any alternative; or a joined form over all
 * of its positions.  NULL = found; else the first form that is missing. */
static const char *S_missing(const struct document *d, struct tokens *t,
			     const char *query, size_t n)
{
	unsigned covered = 0;
	struct err err;

	assert_int_equal(text_tokenize(t, S_analyzer, query, n, &err), ST_OK);
	for (size_t i = 0; i < t->n;) {
		unsigned position = t->v[i].position;
		const char *first = t->v[i].surface;
		bool found = position <= covered;

		for (; i < t->n && t->v[i].position == position; i++) {
			const struct token *k = &t->v[i];

			if (k->index_only || !S_finds_token(d, k))
				continue;
			found = true;
			if (k->span > 1)
				covered = position + k->span - 1;
		}
		if (!found)
			return first;
	}
	return NULL;
}

static bool S_finds(const struct document *d, const char *query, size_t n)
{
	struct tokens t;
	bool found;

	tokens_init(&t);
	found = S_missing(d, &t, query, n) == NULL;
	tokens_release(&t);
	return found;
}

/* ---- the table of rules ---- */

static void S_unescape(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (s[0] == '\\' && s[1] == 'n') {
			*to++ = '\n';
			s++;
		} else {
			*to++ = *s;
		}
	*to = '\0';
}

/* The stems of each printed form and its alternatives, by blanks. */
static void S_stems(struct buf *out, const char *text)
{
	struct tokens t;
	struct err err;

	tokens_init(&t);
	assert_int_equal(text_tokenize(&t, S_analyzer, text, strlen(text), &err),
			 ST_OK);
	for (size_t i = 0; i < t.n; i++) {
		char stem[STEM_MAX];
		size_t n;

		if (i)
			buf_addc(out, ' ');
		if (t.v[i].exact_only) {
			buf_adds(out, t.v[i].surface);
			continue;
		}
		assert_int_equal(stem_token(stem, &n, S_stemmer, &t.v[i], &err), ST_OK);
		buf_add(out, stem, n);
	}
	tokens_release(&t);
}

static void rules_by_the_table(void **state)
{
	FILE *f = fopen("tests/analysis.tsv", "r");
	char line[1024];
	int number = 0, checked = 0, wrong = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		char *second, *rule;
		struct document d;
		bool fits = true;

		number++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || !line[0])
			continue;
		second = strchr(line, '\t');
		assert_non_null(second);
		*second++ = '\0';
		rule = strchr(second, '\t');
		assert_non_null(rule);
		*rule++ = '\0';
		if (strncmp(rule, "forms:", 6) == 0)
			continue;
		S_unescape(line);
		S_unescape(second);
		if (strncmp(rule, "stem:", 5) == 0) {
			struct buf have;

			buf_init(&have, 0);
			S_stems(&have, line);
			fits = strcmp(have.data, second) == 0;
			if (!fits)
				print_error("have %s\n", have.data);
			buf_release(&have);
		} else {
			bool finds = strncmp(rule, "finds:", 6) == 0;

			assert_true(finds || strncmp(rule, "misses:", 7) == 0);
			S_index(&d, line, strlen(line));
			fits = S_finds(&d, second, strlen(second)) == finds;
			S_release(&d);
		}
		checked++;
		if (!fits) {
			print_error("tests/analysis.tsv:%d: %s | %s | %s\n", number,
				    line, second, rule);
			wrong++;
		}
	}
	fclose(f);
	assert_int_equal(wrong, 0);
	assert_true(checked > 0);
}

/* ---- what a term looks like ---- */

static void S_expect(const struct posting *v, size_t n, const char *term,
		     unsigned position, unsigned wdf)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].term, term) == 0 && v[i].position == position) {
			assert_int_equal(v[i].wdf, wdf);
			return;
		}
	fail_msg("no %s at %u", term, position);
}

static unsigned S_wdf(const struct postings *p, const char *term)
{
	unsigned sum = 0;

	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->v[i].term, term) == 0)
			sum += p->v[i].wdf;
	return sum;
}

static void terms_of_fields(void **state)
{
	struct postings p;
	struct err err;
	unsigned title = field_table[F_TITLE].weight,
		 lessons = field_table[F_LESSONS].weight;

	(void)state;
	postings_init(&p);
	assert_int_equal(postings_add_boolean(&p, "Q", "la-reina", &err), ST_OK);
	assert_int_equal(postings_add_text(&p, S_analyzer, S_stemmer, F_TITLE,
					   "Educación intercultural", 24, &err),
			 ST_OK);
	assert_int_equal(postings_add_text(&p, S_analyzer, S_stemmer, F_LESSONS,
					   "La EDUCACIÓN, 2024", 19, &err),
			 ST_OK);
	assert_int_equal(postings_seal(&p, &err), ST_OK);
	S_expect(p.v, p.n, "Qla-reina", 0, 0);
	S_expect(p.v, p.n, "STeduc", 0, 1);
	S_expect(p.v, p.n, "XTeducacion", 1, 1);
	S_expect(p.v, p.n, "XTintercultural", 2, 1);
	S_expect(p.v, p.n, "SReduc", 0, 1);
	S_expect(p.v, p.n, "XRla", 1, 1);
	S_expect(p.v, p.n, "XReducacion", 2, 1);
	S_expect(p.v, p.n, "XR2024", 3, 1);
	S_expect(p.v, p.n, "SR2024", 0, 1);
	assert_int_equal(S_wdf(&p, "SAeduc"), title + lessons);
	assert_int_equal(S_wdf(&p, "XAeducacion"), title + lessons);
	for (size_t i = 0; i < p.n; i++)
		assert_true(p.v[i].position == 0 ||
			    (p.v[i].term[0] == 'X' && p.v[i].term[1] != 'A'));
	postings_clear(&p);
	assert_int_equal(p.n, 0);
	assert_int_equal(postings_seal(&p, &err), ST_OK);
	postings_release(&p);
	postings_release(&p);
}

/* One occurrence counts once, however many forms it is indexed by. */
static void forms_of_one_word_count_once(void **state)
{
	struct postings p;
	struct err err;

	(void)state;
	postings_init(&p);
	assert_int_equal(postings_add_text(&p, S_analyzer, S_stemmer, F_DESCRIPTION,
					   "apoderados/as y niño(a)s", 25, &err),
			 ST_OK);
	assert_int_equal(postings_seal(&p, &err), ST_OK);
	assert_int_equal(S_wdf(&p, "SCapoder"), 1);
	assert_int_equal(S_wdf(&p, "SCniñ"), 1);
	S_expect(p.v, p.n, "XCapoderados", 1, 1);
	S_expect(p.v, p.n, "XCapoderadas", 1, 1);
	S_expect(p.v, p.n, "XCniños", 3, 1);
	S_expect(p.v, p.n, "XCniñas", 3, 1);
	postings_release(&p);
}

static void what_is_learned(void **state)
{
	struct document d;
	const char *text = "pingüino niño casa jóvenes educación títulos";

	(void)state;
	S_index(&d, text, strlen(text));
	assert_true(S_has(&d, "Vnino\tniñ"));
	/* nothing to learn: the folded form has the same stem by itself */
	for (size_t i = 0; i < d.n; i++) {
		assert_true(strncmp(d.terms[i], "Vcasa\t", 6) != 0);
		assert_true(strncmp(d.terms[i], "Veducacion\t", 11) != 0);
		if (d.terms[i][0] == 'V') {
			char stem[STEM_MAX];
			const char *tab = strchr(d.terms[i], '\t');
			size_t n;
			struct err err;

			assert_non_null(tab);
			assert_int_equal(stem_word(stem, &n, S_stemmer, d.terms[i] + 1,
						   (size_t)(tab - d.terms[i] - 1),
						   &err),
					 ST_OK);
			assert_string_not_equal(stem, tab + 1);
		}
	}
	S_release(&d);
}

static void term_limits(void **state)
{
	char buf[TERM_MAX + 1], word[TERM_MAX + 8];
	struct postings p;
	struct err err;

	(void)state;
	memset(word, 'a', sizeof word);
	assert_int_equal(term_make(buf, 'S', F_NONE, "x", 1), 3);
	assert_string_equal(buf, "SAx");
	assert_int_equal(term_make(buf, 'X', F_TITLE, "x", 1), 3);
	assert_string_equal(buf, "XTx");
	assert_int_equal(term_make(buf, 'S', F_NONE, word, TERM_MAX - 2), TERM_MAX);
	assert_int_equal(term_make(buf, 'S', F_NONE, word, TERM_MAX - 1), 0);
	postings_init(&p);
	word[sizeof word - 1] = '\0';
	assert_int_equal(postings_add_boolean(&p, "Q", word, &err), ST_OK);
	assert_int_equal(postings_seal(&p, &err), ST_OK);
	assert_int_equal(strlen(p.v[0].term), TERM_MAX);
	postings_release(&p);
}

/* ---- however it is typed ---- */

/* Latin-1 to capitals; false if there is nothing to change. */
static void S_upper(struct buf *out, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		unsigned long cp;

		i += utf8_decode(p + i, n - i, &cp);
		if (cp == 0xDF) {
			buf_adds(out, "SS");
			continue;
		}
		if ((cp >= 'a' && cp <= 'z') ||
		    (cp >= 0xE0 && cp <= 0xFE && cp != 0xF7))
			cp -= 0x20;
		buf_addcp(out, cp);
	}
}

/* Accents apart (NFD), or off: acute, grave and diaeresis. */
static void S_split(struct buf *out, const char *p, size_t n, bool off)
{
	static const struct {
		const char *letters, *bases;
		unsigned long mark;
	} kinds[] = {
		{"áéíóúýÁÉÍÓÚÝ", "aeiouyAEIOUY", 0x301},
		{"àèìòùÀÈÌÒÙ", "aeiouAEIOU", 0x300},
		{"äëïöüÿÄËÏÖÜ", "aeiouyAEIOU", 0x308},
		{"ñÑ", "nN", 0x303},
		{"çÇ", "cC", 0x327},
		{"âêîôûÂÊÎÔÛ", "aeiouAEIOU", 0x302},
	};
	size_t i = 0;

	while (i < n) {
		size_t k = (unsigned char)p[i] < 0xC3 || (unsigned char)p[i] > 0xC3 ? 1
										    : 2;
		bool done = false;

		for (size_t j = 0; k == 2 && !done && j < sizeof kinds / sizeof *kinds;
		     j++) {
			const char *at = kinds[j].letters;

			for (size_t b = 0; !done && at[2 * b]; b++) {
				if (memcmp(at + 2 * b, p + i, 2) != 0 || (off && j > 2))
					continue;
				buf_addc(out, kinds[j].bases[b]);
				if (!off)
					buf_addcp(out, kinds[j].mark);
				done = true;
			}
		}
		if (!done)
			buf_add(out, p + i, k);
		i += k;
	}
}

static int S_wrong;

static void S_must_find(const struct document *d, const char *how, const char *typed,
			size_t n, const char *word, size_t word_n)
{
	struct tokens t;
	const char *missing;

	tokens_init(&t);
	missing = S_missing(d, &t, typed, n);
	if (missing) {
		print_error("%.*s, %s: no %s\n", (int)word_n, word, how, missing);
		S_wrong++;
	}
	tokens_release(&t);
}

/* For every word of the text (what stands between blanks, without the signs
 * around it): as it is, folded, in capitals, with its accents apart. */
static size_t S_every_word(const char *text, size_t n)
{
	static const char *const around = " .,;:()[]\"!?*#<>|/`_~=-";
	struct document d;
	size_t i = 0, words = 0;

	S_index(&d, text, n);
	while (i < n) {
		size_t from, to;
		struct buf b;

		while (i < n &&
		       (strchr(around, text[i]) || (unsigned char)text[i] <= ' '))
			i++;
		from = i;
		while (i < n && (unsigned char)text[i] > ' ')
			i++;
		/* signs off, but not the bracket of niño(a) */
		for (to = i;
		     to > from && strchr(around, text[to - 1]) &&
		     !(text[to - 1] == ')' && memchr(text + from, '(', to - from));)
			to--;
		/* a bare ending is no word: apoderados (as), apoderados / as */
		if (to == from || (to - from <= 2 && from > 1 &&
				   (text[from - 1] == '(' || text[from - 2] == '/')))
			continue;
		words++;
		buf_init(&b, 0);
		S_must_find(&d, "as it is", text + from, to - from, text + from,
			    to - from);
		S_split(&b, text + from, to - from, true);
		S_must_find(&d, "folded", b.data, b.len, text + from, to - from);
		buf_clear(&b);
		S_upper(&b, text + from, to - from);
		S_must_find(&d, "in capitals", b.data, b.len, text + from, to - from);
		buf_clear(&b);
		S_split(&b, text + from, to - from, false);
		S_must_find(&d, "accents apart", b.data, b.len, text + from, to - from);
		buf_release(&b);
	}
	S_release(&d);
	return words;
}

static char *S_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p;

	if (!f)
		return NULL;
	p = malloc((size_t)1 << 20);
	assert_non_null(p);
	*n = fread(p, 1, (size_t)1 << 20, f);
	fclose(f);
	return p;
}

/* By paragraphs, as fields are. */
static void every_word_of_the_corpus(void **state)
{
	const char *path = getenv("TEXT")
				   ? getenv("TEXT")
				   : "corpus/fichas/fichas-buenas-practicas-2024.md";
	size_t n = 0, from = 0, words = 0;
	char *text = S_file(path, &n);

	(void)state;
	assert_non_null(text);
	S_wrong = 0;
	for (size_t i = 0; i <= n; i++)
		if (i == n || (text[i] == '\n' && i + 1 < n && text[i + 1] == '\n')) {
			words += S_every_word(text + from, i - from);
			from = i;
		}
	free(text);
	assert_true(words > 1000);
	assert_int_equal(S_wrong, 0);
}

/* Each word of Snowball's list as a document of its own. */
static void every_word_of_the_list(void **state)
{
	FILE *f = fopen("tests/snowball-es/voc.txt", "r");
	char line[256];

	(void)state;
	assert_non_null(f);
	S_wrong = 0;
	while (fgets(line, sizeof line, f))
		S_every_word(line, strcspn(line, "\n"));
	fclose(f);
	assert_int_equal(S_wrong, 0);
}

static void every_word_of_the_rules(void **state)
{
	FILE *f = fopen("tests/analysis.tsv", "r");
	char line[1024];

	(void)state;
	assert_non_null(f);
	S_wrong = 0;
	while (fgets(line, sizeof line, f))
		if (line[0] != '#')
			S_every_word(line, strcspn(line, "\t\n"));
	fclose(f);
	assert_int_equal(S_wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_by_the_table),
		cmocka_unit_test(terms_of_fields),
		cmocka_unit_test(forms_of_one_word_count_once),
		cmocka_unit_test(what_is_learned),
		cmocka_unit_test(term_limits),
		cmocka_unit_test(every_word_of_the_corpus),
		cmocka_unit_test(every_word_of_the_list),
		cmocka_unit_test(every_word_of_the_rules),
	};

	return cmocka_run_group_tests(tests, S_setup, S_teardown);
}
