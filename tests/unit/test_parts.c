/* parts.c: how a build keeps within its memory, whatever the number of workers,
 * and what a writer gathers keeps within its own. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../indexer/change.h"
#include "../../lib/positions.h"
#include "scratch.h"

/* What all processes may come to. */
static size_t S_total(const struct parts_plan *p, size_t catalogue)
{
	return catalogue + p->jobs * (WRITER_MEMORY + p->gather / 2 * 3);
}

static void test_plan(void **state)
{
	(void)state;
	for (size_t jobs = 0; jobs <= 64; jobs++)
		for (size_t catalogue = 0; catalogue < (size_t)400 << 20;
		     catalogue += (size_t)13 << 20) {
			struct parts_plan p = parts_plan(jobs, catalogue);

			assert_in_range(p.jobs, 1, jobs ? jobs : 1);
			assert_true(p.gather >= (size_t)8 << 20);
			assert_true(p.gather <= WRITER_GATHER_MAX);
			assert_true(S_total(&p, catalogue) < BUILD_MEMORY);
		}
	/* Two cores and a usual number of fichas: nothing is scarce. */
	assert_int_equal(parts_plan(2, (size_t)40 << 20).jobs, 2);
	assert_int_equal(parts_plan(2, (size_t)40 << 20).gather, WRITER_GATHER_MAX);
	/* Many cores: fewer workers rather than less for each than is of use. */
	assert_in_range(parts_plan(64, 0).jobs, 8, 16);
	/* A catalogue of its own size alone: one goes on with the least. */
	assert_int_equal(parts_plan(8, (size_t)4 << 30).jobs, 1);
	assert_int_equal(parts_plan(8, (size_t)4 << 30).gather, (size_t)8 << 20);
}

static size_t S_in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* Words that no other document has are what takes most. */
static void test_gathering_keeps_its_limit(void **state)
{
	static char text[400][24];
	const size_t limit = (size_t)4 << 20;
	struct positions_gather *g;
	struct positioned v[400];
	struct err err = {0};
	size_t before, most = 0;

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* its allocator tells nothing */
#endif
	assert_int_equal(positions_gather_open(&g, scratch_path("."), &err), ST_OK);
	positions_gather_limit(g, limit);
	before = S_in_use();
	for (uint32_t d = 1; d <= 400; d++) {
		for (unsigned i = 0; i < 400; i += 2) {
			snprintf(text[i], sizeof text[i], "XDpalabra%u", d * 1000 + i);
			snprintf(text[i + 1], sizeof text[i], "XA%s", text[i] + 2);
			v[i] = (struct positioned){text[i], i + 1, 0};
			v[i + 1] = (struct positioned){text[i + 1], 0, 1};
		}
		assert_int_equal(positions_gather_put(g, d, v, 400, &err), ST_OK);
		if (S_in_use() - before > most)
			most = S_in_use() - before;
	}
	/* Arrays that grow by doubling are up to twice what is in them. */
	assert_true(most > limit / 2);
	assert_true(most < 3 * limit);
	assert_int_equal(
		positions_gather_finish(g, NULL, scratch_path("words"), false, &err),
		ST_OK);
	positions_gather_close(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_gathering_keeps_its_limit),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
