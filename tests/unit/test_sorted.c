/* sorted.h: sorted strings are found where they are, whatever a sample says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/sorted.h"
#include "scratch.h"

#define STRINGS 1000
#define LONG	40

struct list {
	char text[STRINGS][LONG];
	size_t length[STRINGS];
	uint32_t start[STRINGS + 1];
	char bytes[STRINGS * LONG];
	unsigned char sample[STRINGS][SORTED_SAMPLE];
	struct sorted t;
};

static struct list S_list;

static int S_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Few letters, and runs of them that are longer than a sample: many share how they
 * begin. */
static void S_string(char out[LONG])
{
	size_t n = scratch_below(4) ? scratch_below(6) : scratch_below(LONG - 1);
	char letter = (char)('a' + scratch_below(3));

	for (size_t i = 0; i < n; i++)
		out[i] = scratch_below(12) ? letter : (char)('a' + scratch_below(3));
	out[n] = '\0';
}

static void S_make(uint32_t n)
{
	struct list *l = &S_list;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++)
		S_string(l->text[i]);
	if (n)
		qsort(l->text, n, LONG, S_order);
	memset(l->sample, 0xEE, sizeof l->sample);
	l->start[0] = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (kept && strcmp(l->text[i], l->text[kept - 1]) == 0)
			continue;
		memmove(l->text[kept], l->text[i], LONG);
		l->length[kept] = strlen(l->text[kept]);
		memcpy(l->bytes + l->start[kept], l->text[kept], l->length[kept]);
		l->start[kept + 1] = l->start[kept] + (uint32_t)l->length[kept];
		if (kept % SORTED_STEP == 0)
			sorted_sample(l->sample[kept / SORTED_STEP], l->text[kept],
				      l->length[kept]);
		kept++;
	}
	l->t = (struct sorted){kept, l->start[kept], l->start, l->bytes, l->sample[0]};
}

static void test_found_where_they_are(void **state)
{
	static const uint32_t sizes[] = {0, 1, 2, 63, 64, 65, 128, 129, 400, STRINGS};
	const struct list *l = &S_list;

	(void)state;
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		S_make(sizes[k]);
		assert_int_equal(sorted_samples(l->t.n), (l->t.n + 63) / 64);
		for (uint32_t i = 0; i < l->t.n; i++) {
			assert_int_equal(sorted_lower(&l->t, l->text[i], l->length[i]),
					 i);
			assert_int_equal(sorted_find(&l->t, l->text[i], l->length[i]),
					 i);
		}
		for (unsigned turn = 0; turn < 500; turn++) {
			char s[LONG];
			uint32_t want = 0;

			S_string(s);
			while (want < l->t.n && strcmp(l->text[want], s) < 0)
				want++;
			assert_int_equal(sorted_lower(&l->t, s, strlen(s)), want);
			if (want == l->t.n || strcmp(l->text[want], s) != 0)
				want = l->t.n;
			assert_int_equal(sorted_find(&l->t, s, strlen(s)), want);
		}
	}
}

/* Of a damaged file: some place, none beyond the end. */
static void test_damage_leads_nowhere_else(void **state)
{
	struct list *l = &S_list;

	(void)state;
	for (unsigned turn = 0; turn < 200; turn++) {
		S_make(300);
		for (unsigned i = 0; i < 40; i++) {
			l->sample[scratch_below(5)][scratch_below(SORTED_SAMPLE)] =
				(unsigned char)scratch_below(256);
			l->start[scratch_below(l->t.n + 1)] = scratch_below(1u << 31);
		}
		for (unsigned i = 0; i < 50; i++) {
			char s[LONG];

			S_string(s);
			assert_true(sorted_lower(&l->t, s, strlen(s)) <= l->t.n);
			assert_true(sorted_find(&l->t, s, strlen(s)) <= l->t.n);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found_where_they_are),
		cmocka_unit_test(test_damage_leads_nowhere_else),
	};

	scratch_random("sorted");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
