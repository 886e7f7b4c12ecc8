/* Distances between words: zero to itself, the same both ways where costs are,
 * row by row what the whole is. */
#include "fuzz.h"
#include "spelling.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	size_t n, m;
	const char *a = fuzz_string(&n, &in), *b = fuzz_string(&m, &in);
	struct spelling one, two;

	if (!utf8_valid(a, n, NULL) || !utf8_valid(b, m, NULL))
		return 0;
	if (!spelling_read(&one, a, n, &spelling_plain, 4 * SPELLING_EDIT))
		return 0;
	REQUIRE(spelling_cost(&one, a, n) == 0);
	if (spelling_read(&two, b, m, &spelling_plain, 4 * SPELLING_EDIT))
		REQUIRE(spelling_cost(&one, b, m) == spelling_cost(&two, a, n));
	if (spelling_read(&two, a, n, &spelling_likely, 4 * SPELLING_EDIT))
		REQUIRE(spelling_cost(&two, a, n) == 0);
	if (spelling_read(&two, a, n, &spelling_edits, 4 * SPELLING_EDIT)) {
		unsigned edits = spelling_cost(&two, b, m);

		/* A confusion is never dearer than the edits that it stands for. */
		REQUIRE(edits <= spelling_cost(&one, b, m) || edits == SPELLING_FAR);
	}
	return 0;
}
