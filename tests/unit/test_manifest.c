/* store_manifest.c: the two texts are read back, and nothing else is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/store_parts.h"
#include "scratch.h"

static void S_current(struct current *c)
{
	memset(c, 0, sizeof *c);
	c->generation = 42;
	hash_bytes(c->manifest_hash, "x", 1);
	for (int i = 0; i < STORE_FILES; i++) {
		c->stamp[i].inode = 7 + (uint64_t)i;
		c->stamp[i].mtime = i ? 0x17abcdef01234567u : UINT64_MAX;
		c->stamp[i].size = (uint64_t)i << 33;
	}
}

static void S_manifest(struct manifest *m, size_t n_build)
{
	memset(m, 0, sizeof *m);
	manifest_versions(m);
	m->documents = 4294967295u;
	for (int i = 0; i < STORE_FILES; i++) {
		snprintf(m->file[i].name, sizeof m->file[i].name, "%s", store_names[i]);
		m->file[i].size = (uint64_t)i * 1000000007u;
		hash_bytes(m->file[i].hash, &i, sizeof i);
	}
	for (size_t i = 0; i < n_build; i++) {
		snprintf(m->build[i].name, sizeof m->build[i].name, "b%02zu.glass", i);
		m->build[i].size = i;
		hash_bytes(m->build[i].hash, &i, sizeof i);
	}
	m->n_build = n_build;
}

static void test_current_is_read_back(void **state)
{
	struct current c, back;
	struct buf b;

	(void)state;
	S_current(&c);
	buf_init(&b, CURRENT_LIMIT);
	current_write(&b, &c);
	assert_int_equal(buf_status(&b, NULL), ST_OK);
	assert_int_equal(current_read(&back, b.data, b.len), ST_OK);
	assert_memory_equal(&back, &c, sizeof c);
	buf_release(&b);
}

static void test_manifest_is_read_back(void **state)
{
	struct manifest m, back;
	struct buf b;

	(void)state;
	for (size_t n = 0; n <= BUILD_FILES_MAX; n += 4) {
		S_manifest(&m, n);
		buf_init(&b, MANIFEST_LIMIT);
		manifest_write(&b, &m);
		assert_int_equal(buf_status(&b, NULL), ST_OK);
		assert_int_equal(manifest_read(&back, b.data, b.len), ST_OK);
		assert_memory_equal(&back, &m, sizeof m);
		buf_release(&b);
	}
}

/* Whatever is read must be what would be written. */
static void S_current_strict(const char *p, size_t n)
{
	struct current c;
	struct buf b;

	if (current_read(&c, p, n) != ST_OK)
		return;
	buf_init(&b, 0);
	current_write(&b, &c);
	assert_int_equal(b.len, n);
	assert_memory_equal(b.data, p, n);
	buf_release(&b);
}

static void S_manifest_strict(const char *p, size_t n)
{
	struct manifest m;
	struct buf b;

	if (manifest_read(&m, p, n) != ST_OK)
		return;
	buf_init(&b, 0);
	manifest_write(&b, &m);
	assert_int_equal(b.len, n);
	assert_memory_equal(b.data, p, n);
	buf_release(&b);
}

/* Every byte replaced by every other, inserted and removed; every cut. */
static void S_mutate(const struct buf *good, void (*strict)(const char *, size_t))
{
	/* Exactly as long as said, so that a sanitizer sees a byte too far. */
	for (size_t i = 0; i <= good->len; i++) {
		char *p = malloc(i ? i : 1);

		memcpy(p, good->data, i);
		strict(p, i);
		free(p);
	}
	for (size_t i = 0; i < good->len; i++) {
		char *p = malloc(good->len + 1);

		for (int c = 0; c < 256; c++) {
			memcpy(p, good->data, good->len);
			p[i] = (char)c;
			strict(p, good->len);
			memcpy(p, good->data, i);
			memcpy(p + i + 1, good->data + i, good->len - i);
			p[i] = (char)c;
			strict(p, good->len + 1);
		}
		memcpy(p, good->data, i);
		memcpy(p + i, good->data + i + 1, good->len - i - 1);
		strict(p, good->len - 1);
		free(p);
	}
}

static void test_only_what_is_written_is_read(void **state)
{
	struct current c;
	struct manifest m;
	struct buf b;

	(void)state;
	S_current(&c);
	buf_init(&b, 0);
	current_write(&b, &c);
	S_mutate(&b, S_current_strict);
	buf_clear(&b);
	S_manifest(&m, 2);
	manifest_write(&b, &m);
	S_mutate(&b, S_manifest_strict);
	buf_release(&b);
}

/* No single changed byte of CURRENT gets through. */
static void test_current_watches_itself(void **state)
{
	struct current c, back;
	struct buf b;

	(void)state;
	S_current(&c);
	buf_init(&b, 0);
	current_write(&b, &c);
	for (size_t i = 0; i < b.len; i++) {
		b.data[i] ^= 1;
		assert_int_not_equal(current_read(&back, b.data, b.len), ST_OK);
		b.data[i] ^= 1;
	}
	buf_release(&b);
}

static void test_versions(void **state)
{
	static const char *const lines[] = {"schema ", "analysis ", "icu ", "unicode "};
	struct manifest m, back;
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	for (size_t i = 0; i < 4; i++) {
		S_manifest(&m, 0);
		m.schema += i == 0;
		m.analysis += i == 1;
		m.icu[0] ^= i == 2;
		m.unicode[0] ^= i == 3;
		buf_clear(&b);
		manifest_write(&b, &m);
		assert_non_null(strstr(b.data, lines[i]));
		assert_false(manifest_is_ours(&m));
		assert_int_equal(manifest_read(&back, b.data, b.len), ST_VERSION);
		assert_memory_equal(&back, &m, sizeof m);
	}
	assert_int_equal(manifest_read(&m, "fichas manifest 3\nwhatever", 26),
			 ST_VERSION);
	assert_int_equal(m.schema, 0);
	assert_int_equal(manifest_read(&m, "fichas manifest 02\n", 19), ST_DAMAGED);
	assert_int_equal(current_read(&(struct current){0}, "fichas 17 new", 13),
			 ST_VERSION);
	assert_int_equal(current_read(&(struct current){0}, "", 0), ST_DAMAGED);
	buf_release(&b);
}

static void test_generation_names(void **state)
{
	static const char *const bad[] = {
		"gen-00001",  "gen-000000",	 "gen-0000001",	  "gen-4294967296",
		"gen-+00001", "gen-000001x",	 "gen-000001.",	  "Gen-000001",
		"gen-",	      "gen-99999999999", "../gen-000001", "gen-00000a",
	};
	char name[GENERATION_MAX];
	uint32_t n = 0;

	(void)state;
	assert_true(generation_number(&n, "gen-000042", false));
	assert_int_equal(n, 42);
	assert_true(generation_number(&n, "gen-4294967295", false));
	assert_true(generation_number(&n, "gen-000042.tmp", true));
	assert_false(generation_number(&n, "gen-000042", true));
	assert_false(generation_number(&n, "gen-000042.tmp", false));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(generation_number(&n, bad[i], false));
	generation_name(name, UINT32_MAX, true);
	assert_string_equal(name, "gen-4294967295.tmp");
}

/* One more than there may be, and names that do not rise. */
static void test_too_many_files_of_the_build_folder(void **state)
{
	static const char more[] = "build zz 1 00000000000000000000000000000000\nend\n";
	struct manifest m, back;
	struct buf b;

	(void)state;
	buf_init(&b, 0);
	S_manifest(&m, BUILD_FILES_MAX);
	manifest_write(&b, &m);
	assert_int_equal(manifest_read(&back, b.data, b.len), ST_OK);
	b.len -= strlen("end\n");
	buf_adds(&b, more);
	assert_int_equal(manifest_read(&back, b.data, b.len), ST_DAMAGED);
	buf_release(&b);
}

static void test_no_name_leads_elsewhere(void **state)
{
	static const char *const bad[] = {".", "..", "../a", "/a", "a/b", ".a"};
	struct manifest m, back;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		S_manifest(&m, 1);
		snprintf(m.build[0].name, sizeof m.build[0].name, "%s", bad[i]);
		buf_init(&b, MANIFEST_LIMIT);
		manifest_write(&b, &m);
		assert_int_equal(manifest_read(&back, b.data, b.len), ST_DAMAGED);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_current_is_read_back),
		cmocka_unit_test(test_manifest_is_read_back),
		cmocka_unit_test(test_only_what_is_written_is_read),
		cmocka_unit_test(test_current_watches_itself),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_generation_names),
		cmocka_unit_test(test_too_many_files_of_the_build_folder),
		cmocka_unit_test(test_no_name_leads_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
