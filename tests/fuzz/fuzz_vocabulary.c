/* The vocabulary: any bytes are refused or safe to ask everything; one that
 * was built has its words, in order, with their stems. */
#include "fuzz.h"
#include "vocabulary.h"

static void S_near(struct vocabulary *v)
{
	struct spelling typed;
	struct near_word near[8];

	if (!spelling_read(&typed, "escuela", 7, &spelling_edits, 2 * SPELLING_EDIT))
		return;
	for (size_t i = 0, n = vocabulary_near(near, 8, v, &typed); i < n; i++)
		REQUIRE(near[i].index < vocabulary_size(v) &&
			near[i].cost <= typed.limit);
	vocabulary_near_stems(near, 8, v, &typed);
}

static void S_ask(struct vocabulary *v)
{
	uint32_t first, end, n = vocabulary_size(v), found[8];
	struct word w;

	for (uint32_t i = 0; i < n && i < 256; i++) {
		size_t len;

		if (!vocabulary_at(&w, v, i))
			continue;
		REQUIRE(w.index == i && w.n_stems <= VOCABULARY_STEMS_MAX);
		for (size_t k = 0; k < w.n_stems; k++)
			vocabulary_with_stem(found, 8, v, w.stems[k],
					     strnlen(w.stems[k], STEM_MAX));
		vocabulary_stem(&len, v, i);
	}
	REQUIRE(!vocabulary_at(&w, v, n));
	vocabulary_find(&w, v, "escuela", 7);
	vocabulary_prefix(&first, &end, v, "es", 2);
	REQUIRE(first <= end && end <= n);
	S_near(v);
}

static void S_any_bytes(const uint8_t *data, size_t size)
{
	void *bytes = fuzz_copy(data, size);
	struct vocabulary *v;
	struct err err = {0};

	if (vocabulary_open(&v, bytes, size, &err) == ST_OK) {
		S_ask(v);
		vocabulary_close(v);
	} else {
		fuzz_is_message(&err);
	}
	free(bytes);
}

/* The input's bytes as the steps from word to word: rising numbers in letters,
 * which are rising words. */
static void S_word(char out[8], uint32_t number)
{
	for (int i = 5; i >= 0; i--, number /= 26)
		out[i] = (char)('a' + number % 26);
	out[6] = '\0';
}

static void S_built(const uint8_t *data, size_t size)
{
	struct vocabulary_builder *b;
	struct vocabulary *v;
	struct buf out;
	struct word w;
	struct err err = {0};
	char word[8], stem[8];
	const char *stems[] = {stem};
	uint32_t number = 0;

	REQUIRE(vocabulary_builder_open(&b, &err) == ST_OK);
	for (size_t i = 0; i < size; i++) {
		S_word(word, number += 1u + data[i]);
		S_word(stem, data[i]);
		REQUIRE(vocabulary_builder_add(b, word, 6, 1u + data[i], stems,
					       data[i] % 3 != 0, &err) == ST_OK);
	}
	buf_init(&out, 0);
	REQUIRE(vocabulary_builder_finish(&out, b, &err) == ST_OK);
	vocabulary_builder_close(b);
	REQUIRE(vocabulary_open(&v, out.data, out.len, &err) == ST_OK);
	REQUIRE(vocabulary_size(v) == size);
	number = 0;
	for (size_t i = 0; i < size; i++) {
		S_word(word, number += 1u + data[i]);
		S_word(stem, data[i]);
		REQUIRE(vocabulary_find(&w, v, word, 6) && w.index == i);
		REQUIRE(w.documents == 1u + data[i]);
		REQUIRE(w.n_stems == (data[i] % 3 != 0));
		REQUIRE(!w.n_stems || strcmp(w.stems[0], stem) == 0);
		word[5]++;
		if (i + 1 < size && data[i + 1])
			REQUIRE(word[5] > 'z' || !vocabulary_find(&w, v, word, 6));
	}
	S_ask(v);
	vocabulary_close(v);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	S_any_bytes(data, size);
	if (size < 256)
		S_built(data, size);
	return 0;
}
