/* vocabulary.c, vocabulary_build.c: words, prefixes and stems against a plain
 * list; damaged bytes never do more than answer wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"
#include "vocabulary.h"

#define WORDS 400
#define STEMS 60

static struct {
	size_t n;
	char word[WORDS][16];
	uint32_t documents[WORDS];
	unsigned stem[WORDS][4];
	size_t n_stems[WORDS];
} S_model;

static const char *S_stem(unsigned s)
{
	static char text[STEMS][16];

	snprintf(text[s], sizeof text[s], "%c%c\xc3\xb1%u", (char)('z' - s % 7),
		 (char)('a' + s % 5), s);
	return text[s];
}

static int S_by_word(const void *a, const void *b)
{
	return strcmp(a, b);
}

static struct vocabulary *S_random_vocabulary(char **bytes, size_t *bytes_n)
{
	struct vocabulary_builder *b;
	struct vocabulary *v;
	struct err err = {0};
	struct buf out;
	size_t n = scratch_below(WORDS + 1), kept = 0;

	memset(&S_model, 0, sizeof S_model);
	for (size_t i = 0; i < n; i++) {
		size_t len = 1 + scratch_below(5);

		for (size_t k = 0; k < len; k++)
			S_model.word[i][k] = scratch_below(9)
						     ? (char)('a' + scratch_below(4))
						     : '\xc3';
	}
	qsort(S_model.word, n, sizeof S_model.word[0], S_by_word);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || strcmp(S_model.word[kept - 1], S_model.word[i]) != 0) {
			memmove(S_model.word[kept], S_model.word[i],
				sizeof S_model.word[0]);
			kept++;
		}
	S_model.n = kept;
	assert_int_equal(vocabulary_builder_open(&b, &err), ST_OK);
	for (size_t i = 0; i < kept; i++) {
		const char *stems[4];

		S_model.documents[i] = 1 + scratch_below(100);
		S_model.n_stems[i] = scratch_below(5);
		for (size_t k = 0; k < S_model.n_stems[i]; k++) {
			S_model.stem[i][k] = scratch_below(STEMS);
			stems[k] = S_stem(S_model.stem[i][k]);
		}
		assert_int_equal(vocabulary_builder_add(b, S_model.word[i],
							strlen(S_model.word[i]),
							S_model.documents[i], stems,
							S_model.n_stems[i], &err),
				 ST_OK);
	}
	buf_init(&out, 0);
	assert_int_equal(vocabulary_builder_finish(&out, b, &err), ST_OK);
	vocabulary_builder_close(b);
	*bytes_n = out.len;
	*bytes = buf_detach(&out);
	if (vocabulary_open(&v, *bytes, *bytes_n, &err))
		fail_msg("%s", err.text);
	return v;
}

static bool S_has_stem(size_t i, const char *stem)
{
	for (size_t k = 0; k < S_model.n_stems[i]; k++)
		if (strcmp(S_stem(S_model.stem[i][k]), stem) == 0)
			return true;
	return false;
}

static void test_words_are_found(void **state)
{
	(void)state;
	scratch_random("vocabulary");
	for (int round = 0; round < 100; round++) {
		size_t n, bytes_n;
		char *bytes;
		struct vocabulary *v = S_random_vocabulary(&bytes, &bytes_n);
		struct word w;

		n = S_model.n;
		assert_int_equal(vocabulary_size(v), n);
		for (size_t i = 0; i < n; i++) {
			size_t distinct = 0;

			assert_true(vocabulary_find(&w, v, S_model.word[i],
						    strlen(S_model.word[i])));
			assert_int_equal(w.index, i);
			assert_int_equal(w.n, strlen(S_model.word[i]));
			assert_memory_equal(w.text, S_model.word[i], w.n);
			assert_int_equal(w.documents, S_model.documents[i]);
			for (unsigned s = 0; s < STEMS; s++)
				distinct += S_has_stem(i, S_stem(s));
			assert_int_equal(w.n_stems, distinct);
			for (size_t k = 0; k < w.n_stems; k++)
				assert_true(S_has_stem(i, w.stems[k]));
			assert_true(vocabulary_at(&w, v, (uint32_t)i));
			assert_int_equal(w.index, i);
		}
		assert_false(vocabulary_at(&w, v, (uint32_t)n));
		assert_false(vocabulary_at(&w, v, UINT32_MAX));
		assert_false(vocabulary_find(&w, v, "", 0));
		assert_false(vocabulary_find(&w, v, "zzz", 3));
		assert_false(vocabulary_find(&w, v, "aaaaaa", 6));
		vocabulary_close(v);
		free(bytes);
	}
}

static void test_prefixes_are_ranges(void **state)
{
	static const char *const prefixes[] = {"",     "a",  "ab", "abc", "d",
					       "\xc3", "da", "dd", "e",	  "aaaaaa"};

	(void)state;
	for (int round = 0; round < 100; round++) {
		size_t n;
		char *bytes;
		struct vocabulary *v = S_random_vocabulary(&bytes, &n);

		for (size_t p = 0; p < sizeof prefixes / sizeof *prefixes; p++) {
			size_t len = strlen(prefixes[p]);
			uint32_t first, end;

			vocabulary_prefix(&first, &end, v, prefixes[p], len);
			assert_true(first <= end && end <= S_model.n);
			for (size_t i = 0; i < S_model.n; i++)
				assert_int_equal(i >= first && i < end,
						 strncmp(S_model.word[i], prefixes[p],
							 len) == 0);
		}
		vocabulary_close(v);
		free(bytes);
	}
}

static void test_words_with_a_stem(void **state)
{
	(void)state;
	for (int round = 0; round < 50; round++) {
		size_t n;
		char *bytes;
		struct vocabulary *v = S_random_vocabulary(&bytes, &n);

		for (unsigned s = 0; s < STEMS; s++) {
			const char *stem = S_stem(s);
			uint32_t found[WORDS], few[3];
			size_t k = vocabulary_with_stem(found, WORDS, v, stem,
							strlen(stem)),
			       want = 0;

			for (size_t i = 0; i < S_model.n; i++)
				if (S_has_stem(i, stem)) {
					assert_true(want < k);
					assert_int_equal(found[want], i);
					want++;
				}
			assert_int_equal(k, want);
			assert_int_equal(
				vocabulary_with_stem(few, 3, v, stem, strlen(stem)),
				want);
			assert_memory_equal(few, found,
					    (want < 3 ? want : 3) * sizeof *few);
		}
		assert_int_equal(vocabulary_with_stem(NULL, 0, v, "nothing", 7), 0);
		vocabulary_close(v);
		free(bytes);
	}
}

static void test_more_stems_than_a_word_shows(void **state)
{
	struct vocabulary_builder *b;
	struct vocabulary *v;
	struct err err = {0};
	struct buf out;
	const char *stems[20];
	struct word w;
	uint32_t index;

	(void)state;
	for (unsigned i = 0; i < 20; i++)
		stems[i] = S_stem(i);
	assert_int_equal(vocabulary_builder_open(&b, &err), ST_OK);
	assert_int_equal(vocabulary_builder_add(b, "word", 4, 1, stems, 20, &err),
			 ST_OK);
	buf_init(&out, 0);
	assert_int_equal(vocabulary_builder_finish(&out, b, &err), ST_OK);
	vocabulary_builder_close(b);
	assert_int_equal(vocabulary_open(&v, out.data, out.len, &err), ST_OK);
	assert_true(vocabulary_find(&w, v, "word", 4));
	assert_int_equal(w.n_stems, VOCABULARY_STEMS_MAX);
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(
			vocabulary_with_stem(&index, 1, v, stems[i], strlen(stems[i])),
			1);
	vocabulary_close(v);
	buf_release(&out);
}

static void test_builder_wants_order(void **state)
{
	struct vocabulary_builder *b;
	struct err err = {0};
	char longest[STEM_MAX + 1];
	const char *stem = longest;

	(void)state;
	memset(longest, 'x', STEM_MAX);
	longest[STEM_MAX] = '\0';
	assert_int_equal(vocabulary_builder_open(&b, &err), ST_OK);
	assert_int_equal(vocabulary_builder_add(b, "", 0, 1, NULL, 0, &err),
			 ST_INTERNAL);
	assert_int_equal(vocabulary_builder_add(b, "b", 1, 1, NULL, 0, &err), ST_OK);
	assert_int_equal(vocabulary_builder_add(b, "b", 1, 1, NULL, 0, &err),
			 ST_INTERNAL);
	assert_int_equal(vocabulary_builder_add(b, "a", 1, 1, NULL, 0, &err),
			 ST_INTERNAL);
	assert_int_equal(vocabulary_builder_add(b, "c", 1, 1, &stem, 1, &err),
			 ST_INTERNAL);
	assert_int_equal(vocabulary_builder_add(b, "ba", 2, 1, NULL, 0, &err), ST_OK);
	vocabulary_builder_close(b);
}

static void S_open_damaged(const char *bytes, size_t n)
{
	char *p = malloc(n ? n : 1);
	struct vocabulary *v = NULL;
	struct err err = {0};
	struct word w;
	enum status st;

	memcpy(p, bytes, n);
	st = vocabulary_open(&v, p, n, &err);
	if (st) {
		assert_int_equal(st, ST_DAMAGED);
		free(p);
		return;
	}
	for (uint32_t i = 0; i <= vocabulary_size(v) && i < 1000; i++) {
		uint32_t first, end, found[8];

		if (!vocabulary_at(&w, v, i))
			continue;
		vocabulary_find(&w, v, w.text, w.n);
		vocabulary_prefix(&first, &end, v, w.text, w.n ? 1 : 0);
		for (size_t k = 0; k < w.n_stems; k++)
			vocabulary_with_stem(found, 8, v, w.stems[k],
					     strlen(w.stems[k]));
	}
	vocabulary_close(v);
	free(p);
}

static void test_damaged_bytes_never_crash(void **state)
{
	(void)state;
	scratch_random("vocabulary damage");
	for (int round = 0; round < 20; round++) {
		size_t n;
		char *bytes;
		struct vocabulary *v = S_random_vocabulary(&bytes, &n);

		vocabulary_close(v);
		for (int i = 0; i < 300; i++) {
			size_t at = scratch_below((uint32_t)n);
			uint32_t how = scratch_below(4), word;
			char kept[4];

			if (how == 0) {
				S_open_damaged(bytes, at);
				continue;
			}
			at = scratch_below(3) ? at / 4 * 4 % (n - 4)
					      : scratch_below(8) * 4;
			memcpy(kept, bytes + at, 4);
			memcpy(&word, kept, 4);
			word = how == 1	  ? word ^ 1u << scratch_below(32)
			       : how == 2 ? word + scratch_below(3) - 1
					  : UINT32_MAX - scratch_below(3);
			memcpy(bytes + at, &word, 4);
			S_open_damaged(bytes, n);
			memcpy(bytes + at, kept, 4);
		}
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_are_found),
		cmocka_unit_test(test_prefixes_are_ranges),
		cmocka_unit_test(test_words_with_a_stem),
		cmocka_unit_test(test_more_stems_than_a_word_shows),
		cmocka_unit_test(test_builder_wants_order),
		cmocka_unit_test(test_damaged_bytes_never_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
