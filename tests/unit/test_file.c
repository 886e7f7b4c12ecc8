/* file.c: what waits aside comes back as it was, from memory and from a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "scratch.h"

static void S_try(size_t total)
{
	char *want = malloc(total + 1), *got;
	struct outfile out;
	struct aside a;
	struct err err = {0};
	size_t n;
	int fd;

	assert_non_null(want);
	for (size_t i = 0; i < total; i++)
		want[i] = (char)(i * 131 + i / 251);
	aside_open(&a, scratch_path("."));
	for (size_t at = 0; at < total;) {
		/* Most are small, some larger than what is kept in memory. */
		size_t k = scratch_below(50) ? scratch_below(60000)
					     : ASIDE_MAX - 1 + scratch_below(3);

		if (k > total - at)
			k = total - at;
		aside_add(&a, want + at, k);
		at += k;
	}
	assert_int_equal(a.size, total);
	unlink(scratch_path("out"));
	assert_int_equal(file_create(&fd, scratch_path("out"), &err), ST_OK);
	assert_int_equal(outfile_open(&out, fd, &err), ST_OK);
	assert_int_equal(outfile_write(&out, "head", 4, &err), ST_OK);
	assert_int_equal(aside_write(&out, &a, &err), ST_OK);
	assert_int_equal(outfile_flush(&out, &err), ST_OK);
	outfile_release(&out);
	aside_release(&a);
	assert_int_equal(file_finish(fd, "out", 0, ST_OK, &err), ST_OK);
	got = scratch_read(scratch_path("out"), &n);
	assert_int_equal(n, total + 4);
	assert_memory_equal(got, "head", 4);
	assert_memory_equal(got + 4, want, total);
	free(got);
	free(want);
}

static void test_aside(void **state)
{
	(void)state;
	S_try(0);
	S_try(5);
	for (size_t n = ASIDE_MAX - 1; n <= ASIDE_MAX + 1; n++)
		S_try(n);
	S_try(5 * ASIDE_MAX + 17);
}

static void test_aside_without_a_place(void **state)
{
	char block[4096] = "";
	struct outfile out;
	struct aside a;
	struct err err = {0};
	int fd;

	(void)state;
	aside_open(&a, scratch_path("nowhere"));
	for (size_t n = 0; n <= ASIDE_MAX; n += sizeof block)
		aside_add(&a, block, sizeof block);
	assert_int_equal(file_create(&fd, scratch_path("none"), &err), ST_OK);
	assert_int_equal(outfile_open(&out, fd, &err), ST_OK);
	assert_int_equal(aside_write(&out, &a, &err), ST_IO);
	assert_non_null(strstr(err.text, "nowhere"));
	outfile_release(&out);
	aside_release(&a);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aside),
		cmocka_unit_test(test_aside_without_a_place),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
