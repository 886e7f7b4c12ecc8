/* stored: every record and its keys come back byte for byte, through changes and
 * joins; a damaged file is refused or gives some record, nothing worse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/resource.h>
#include <sys/wait.h>

#include "../../lib/stored.h"
#include "ficha.h"
#include "file.h"
#include "scratch.h"

#define DOCS 60

static char S_model[DOCS + 1][200]; /* "" = none */

static void S_text(char *out)
{
	static const char *const words[] = {"mesa ",	  "de ", "niñez ", "escuela ",
					    "\"title\":", "{",	 "2023 "};
	unsigned n = 1 + scratch_below(20);

	*out = '\0';
	for (unsigned i = 0; i < n; i++)
		strcat(out, words[scratch_below(7)]);
}

/* Keys that a record of this text has: its last bytes, or none. */
static const char *S_keys(size_t *n, const char *text)
{
	*n = strlen(text) % 40;
	return text + strlen(text) - *n;
}

static enum status S_put(struct stored_gather *g, uint32_t docid, const char *text,
			 struct err *err)
{
	size_t n;
	const char *keys = S_keys(&n, text);

	return stored_gather_put(g, docid, keys, n, text, strlen(text), err);
}

static void S_compare(const char *path, uint32_t last)
{
	struct err err = {0};
	struct stored *a;
	const void *bytes;
	struct buf out;
	size_t n;

	buf_init(&out, 0);
	if (file_map_path(&bytes, &n, path, &err) || stored_open(&a, bytes, n, &err))
		fail_msg("%s", err.text);
	for (uint32_t d = 0; d <= last + 1; d++) {
		const char *want = d && d <= DOCS ? S_model[d] : "", *want_keys;
		size_t keys_n, want_keys_n;
		const void *keys;

		buf_clear(&out);
		if (!*want) {
			assert_int_equal(stored_get(&out, a, d, &err), ST_DAMAGED);
			assert_int_equal(stored_keys(&keys, &keys_n, a, d, &err),
					 ST_DAMAGED);
			assert_null(keys);
			continue;
		}
		if (stored_keys(&keys, &keys_n, a, d, &err))
			fail_msg("%u: %s", (unsigned)d, err.text);
		want_keys = S_keys(&want_keys_n, want);
		assert_int_equal(keys_n, want_keys_n);
		assert_memory_equal(keys, want_keys, keys_n);
		if (stored_get(&out, a, d, &err))
			fail_msg("%u: %s", (unsigned)d, err.text);
		assert_string_equal(out.data, want);
	}
	stored_close(a);
	file_unmap(bytes, n);
	buf_release(&out);
}

static void S_train(struct buf *dictionary)
{
	size_t sizes[400];
	struct err err = {0};
	struct buf all;

	buf_init(&all, 0);
	for (size_t i = 0; i < 400; i++) {
		char text[200];

		S_text(text);
		buf_adds(&all, text);
		sizes[i] = strlen(text);
	}
	assert_int_equal(stored_train(dictionary, all.data, sizes, 10, &err), ST_OK);
	assert_int_equal(dictionary->len, 0); /* too few */
	assert_int_equal(stored_train(dictionary, all.data, sizes, 400, &err), ST_OK);
	assert_true(dictionary->len > 0);
	buf_release(&all);
}

/* Random puts and deletes, transaction by transaction, with and without a
 * dictionary. */
static void test_what_is_put_comes_back(void **state)
{
	struct err err = {0};
	struct buf dictionary;

	(void)state;
	buf_init(&dictionary, 0);
	S_train(&dictionary);
	for (int with = 0; with < 2; with++) {
		const char *base = NULL;

		memset(S_model, 0, sizeof S_model);
		for (int turn = 0; turn < 8; turn++) {
			struct stored_gather *g;
			char name[32];
			const char *path;

			snprintf(name, sizeof name, "turn%d-%d", with, turn);
			path = scratch_path(name);
			if (stored_gather_open(&g, scratch_path(""), base,
					       dictionary.data,
					       with ? dictionary.len : 0, &err))
				fail_msg("%s", err.text);
			for (int i = 0; i < 30; i++) {
				uint32_t d = 1 + scratch_below(DOCS);
				char *text = S_model[d];

				if (scratch_below(4) == 0) {
					*text = '\0';
					assert_int_equal(
						stored_gather_delete(g, d, &err),
						ST_OK);
					continue;
				}
				S_text(text);
				assert_int_equal(S_put(g, d, text, &err), ST_OK);
			}
			if (stored_gather_finish(g, path, 0, &err))
				fail_msg("%s", err.text);
			stored_gather_close(g);
			S_compare(path, DOCS);
			base = path;
		}
	}
	buf_release(&dictionary);
}

/* More than fits in memory, and records at the limit. */
static void test_large_records(void **state)
{
	static char big[RECORD_MAX + 1];
	struct stored_gather *g;
	struct err err = {0};
	struct stored *a;
	const void *bytes, *keys;
	struct buf out;
	size_t n, keys_n;

	(void)state;
	buf_init(&out, 0);
	for (size_t i = 0; i < RECORD_MAX; i++)
		big[i] = (char)scratch_below(256);
	assert_int_equal(stored_gather_open(&g, scratch_path(""), NULL, NULL, 0, &err),
			 ST_OK);
	for (uint32_t d = 1; d <= 20; d++) {
		big[0] = (char)d;
		assert_int_equal(stored_gather_put(g, d, big, STORED_KEYS_MAX, big,
						   RECORD_MAX, &err),
				 ST_OK);
	}
	assert_int_equal(stored_gather_put(g, 21, NULL, 0, "", 0, &err), ST_OK);
	assert_int_equal(stored_gather_put(g, 22, NULL, 0, big, RECORD_MAX + 1, &err),
			 ST_INTERNAL);
	assert_int_equal(
		stored_gather_put(g, 22, big, STORED_KEYS_MAX + 1, big, 1, &err),
		ST_INTERNAL);
	assert_int_equal(stored_gather_put(g, 0, NULL, 0, big, 1, &err), ST_INTERNAL);
	assert_int_equal(stored_gather_finish(g, scratch_path("large"), 1, &err),
			 ST_OK);
	stored_gather_close(g);
	assert_int_equal(file_map_path(&bytes, &n, scratch_path("large"), &err), ST_OK);
	assert_int_equal(stored_open(&a, bytes, n, &err), ST_OK);
	for (uint32_t d = 1; d <= 20; d++) {
		buf_clear(&out);
		assert_int_equal(stored_get(&out, a, d, &err), ST_OK);
		assert_int_equal(out.len, RECORD_MAX);
		big[0] = (char)d;
		assert_memory_equal(out.data, big, RECORD_MAX);
		assert_int_equal(stored_keys(&keys, &keys_n, a, d, &err), ST_OK);
		assert_int_equal(keys_n, STORED_KEYS_MAX);
		assert_memory_equal(keys, big, keys_n);
	}
	buf_clear(&out);
	assert_int_equal(stored_get(&out, a, 21, &err), ST_OK);
	assert_int_equal(out.len, 0);
	assert_int_equal(stored_keys(&keys, &keys_n, a, 21, &err), ST_OK);
	assert_int_equal(keys_n, 0);
	stored_close(a);
	file_unmap(bytes, n);
	buf_release(&out);
}

static const char *S_part(const char *name, const struct buf *dictionary,
			  uint32_t first, uint32_t count)
{
	struct stored_gather *g;
	struct err err = {0};

	assert_int_equal(stored_gather_open(&g, scratch_path(""), NULL,
					    dictionary->data, dictionary->len, &err),
			 ST_OK);
	for (uint32_t i = 0; i < count; i++)
		assert_int_equal(S_put(g, i + 1, S_model[first + i], &err), ST_OK);
	if (stored_gather_finish(g, scratch_path(name), 0, &err))
		fail_msg("%s", err.text);
	stored_gather_close(g);
	return scratch_path(name);
}

static void test_parts_become_one(void **state)
{
	const uint32_t offsets[] = {0, 20, 35}, wrong[] = {0, 19, 35};
	struct buf dictionary, none;
	struct err err = {0};
	const char *parts[3];

	(void)state;
	buf_init(&dictionary, 0);
	buf_init(&none, 0);
	S_train(&dictionary);
	memset(S_model, 0, sizeof S_model);
	for (uint32_t d = 1; d <= DOCS; d++)
		if (d <= 30 || d > 35) /* the second part ends before its numbers */
			S_text(S_model[d]);
	parts[0] = S_part("part0", &dictionary, 1, 20);
	parts[1] = S_part("part1", &dictionary, 21, 10);
	parts[2] = S_part("part2", &dictionary, 36, DOCS - 35);
	if (stored_join(scratch_path("joined"), parts, offsets, 3, &err))
		fail_msg("%s", err.text);
	S_compare(scratch_path("joined"), DOCS);
	assert_int_equal(stored_join(scratch_path("no1"), parts, wrong, 3, &err),
			 ST_INTERNAL);
	parts[1] = S_part("part3", &none, 21, 10);
	assert_int_equal(stored_join(scratch_path("no2"), parts, offsets, 3, &err),
			 ST_INTERNAL);
	buf_release(&dictionary);
}

static void test_damage_is_refused_or_harmless(void **state)
{
	struct buf dictionary, out;
	struct err err = {0};
	unsigned refused = 0;
	const char *path;
	char *good, *bad;
	size_t n;

	(void)state;
	buf_init(&dictionary, 0);
	buf_init(&out, 0);
	S_train(&dictionary);
	for (uint32_t d = 1; d <= DOCS; d++)
		S_text(S_model[d]);
	path = S_part("victim", &dictionary, 1, DOCS);
	good = scratch_read(path, &n);
	for (size_t cut = 0; cut < n; cut += 1 + scratch_below(64)) {
		struct stored *a;

		/* A block of its own: reading past its end is seen. */
		bad = malloc(cut + 1);
		memcpy(bad, good, cut);
		assert_int_equal(stored_open(&a, bad, cut, &err), ST_DAMAGED);
		free(bad);
	}
	for (int turn = 0; turn < 4000; turn++) {
		struct stored *a;
		unsigned flips = 1 + scratch_below(6);

		bad = malloc(n);
		memcpy(bad, good, n);
		for (unsigned i = 0; i < flips; i++) {
			/* The head and the offsets are small: half of the flips. */
			size_t at = scratch_below(2) ? scratch_below((uint32_t)n)
				    : scratch_below(2)
					    ? scratch_below(24)
					    : n - 1 - scratch_below(8 * (DOCS + 1));

			bad[at] ^= (char)(1u << scratch_below(8));
		}
		if (stored_open(&a, bad, n, &err)) {
			refused++;
			free(bad);
			continue;
		}
		for (uint32_t d = 0; d <= DOCS + 1; d++) {
			buf_clear(&out);
			const char *keys;
			size_t keys_n;

			refused += stored_get(&out, a, d, &err) == ST_DAMAGED;
			assert_true(out.len <= RECORD_MAX);
			if (!stored_keys((const void **)&keys, &keys_n, a, d, &err))
				assert_true(keys > bad && keys + keys_n < bad + n);
		}
		stored_close(a);
		free(bad);
	}
	assert_true(refused > 1000);
	free(good);
	buf_release(&out);
	buf_release(&dictionary);
}

/* The compressor asks for its tables at the first record. */
static void test_no_memory_to_compress(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
	(void)state; /* its own memory would have none */
	skip();
#else
	static const char record[50000]; /* short ones need small tables */
	const struct rlimit none = {0, 0};
	struct stored_gather *g;
	struct err err = {0};
	pid_t child;
	int how;

	(void)state;
	assert_int_equal(stored_gather_open(&g, scratch_path("."), NULL, NULL, 0, &err),
			 ST_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (setrlimit(RLIMIT_DATA, &none) != 0)
			_exit(1);
		/* What other tests have left over is for small things only. */
		while (malloc((size_t)128 << 10))
			continue;
		_exit(stored_gather_put(g, 1, "", 0, record, sizeof record, &err) !=
		      ST_NOMEM);
	}
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_int_equal(how, 0);
	stored_gather_close(g);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_put_comes_back),
		cmocka_unit_test(test_large_records),
		cmocka_unit_test(test_parts_become_one),
		cmocka_unit_test(test_damage_is_refused_or_harmless),
		cmocka_unit_test(test_no_memory_to_compress),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
