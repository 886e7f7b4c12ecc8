/* docset.c against an array of flags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "docset.h"
#include "scratch.h"

#define LAST_MAX 300

struct pair { /* the same set twice */
	struct docset s;
	bool has[LAST_MAX + 1];
};

static void S_fill(struct pair *p, uint32_t last, uint32_t share)
{
	memset(p->has, 0, sizeof p->has);
	assert_int_equal(docset_init(&p->s, last, NULL), ST_OK);
	for (uint32_t d = 1; d <= last; d++)
		if (scratch_below(share) == 0) {
			docset_add(&p->s, d);
			p->has[d] = true;
		}
}

static void S_same(const struct pair *p)
{
	size_t n = 0;
	uint32_t next = 0;

	for (uint32_t d = 1; d <= p->s.last; d++) {
		assert_int_equal(docset_has(&p->s, d), p->has[d]);
		n += p->has[d];
	}
	assert_int_equal(docset_count(&p->s), n);
	for (uint32_t d = p->s.last; d >= 1; d--) {
		next = p->has[d] ? d : next;
		assert_int_equal(docset_next(&p->s, d), next);
	}
	assert_int_equal(docset_next(&p->s, 0), next);
	assert_int_equal(docset_next(&p->s, p->s.last + 1), 0);
	assert_false(docset_has(&p->s, 0));
	assert_false(docset_has(&p->s, p->s.last + 1));
	assert_false(docset_has(&p->s, UINT32_MAX));
}

static void test_algebra(void **state)
{
	struct pair a, b;

	(void)state;
	scratch_random("docset");
	for (uint32_t last = 0; last <= LAST_MAX; last++)
		for (int op = 0; op < 3; op++) {
			S_fill(&a, last, 1 + scratch_below(5));
			S_fill(&b, last, 1 + scratch_below(5));
			S_same(&a);
			if (op == 0)
				docset_and(&a.s, &b.s);
			else if (op == 1)
				docset_or(&a.s, &b.s);
			else
				docset_andnot(&a.s, &b.s);
			for (uint32_t d = 1; d <= last; d++)
				a.has[d] = op == 0   ? a.has[d] && b.has[d]
					   : op == 1 ? a.has[d] || b.has[d]
						     : a.has[d] && !b.has[d];
			S_same(&a);
			docset_release(&a.s);
			docset_release(&b.s);
		}
}

static void test_release_twice(void **state)
{
	struct docset s = {0};

	(void)state;
	docset_release(&s);
	assert_int_equal(docset_init(&s, 5, NULL), ST_OK);
	docset_release(&s);
	docset_release(&s);
	assert_null(s.word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_algebra),
		cmocka_unit_test(test_release_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
