#include "sorted.h"

static int S_compare(const char *a, size_t a_n, const char *b, size_t b_n)
{
	size_t n = a_n < b_n ? a_n : b_n;
	int d = n ? memcmp(a, b, n) : 0;

	return d ? d : (a_n > b_n) - (a_n < b_n);
}

/* The first sample from `low` on that is not less than key; above: that is more. */
static uint32_t S_sample(const struct sorted *t, uint32_t low,
			 const unsigned char key[SORTED_SAMPLE], bool above)
{
	uint32_t high = sorted_samples(t->n);

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (memcmp(t->sample + (size_t)mid * SORTED_SAMPLE, key,
			   SORTED_SAMPLE) < (above ? 1 : 0))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint32_t sorted_lower(const struct sorted *t, const char *s, size_t n)
{
	unsigned char key[SORTED_SAMPLE];
	uint32_t low, high;

	/* Of two strings the sample of the less is never more than the other's:
	 * what stands where a sample is less, is less, and so for more. */
	sorted_sample(key, s, n);
	low = S_sample(t, 0, key, false);
	high = S_sample(t, low, key, true);
	low = low ? (low - 1) * SORTED_STEP + 1 : 0;
	high = high < sorted_samples(t->n) ? high * SORTED_STEP : t->n;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		size_t have_n;
		const char *have = sorted_at(&have_n, t, mid);

		if (S_compare(have, have_n, s, n) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint32_t sorted_find(const struct sorted *t, const char *s, size_t n)
{
	uint32_t i = sorted_lower(t, s, n);
	size_t have_n;
	const char *have;

	if (i == t->n)
		return i;
	have = sorted_at(&have_n, t, i);
	return S_compare(have, have_n, s, n) == 0 ? i : t->n;
}
