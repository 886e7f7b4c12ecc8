/* Dates fields: what is understood is in the form of a record, in order. */
#include "../../indexer/normal.h"
#include "fuzz.h"

static void S_date(const char *d)
{
	size_t n = strnlen(d, 11);

	REQUIRE(n == 0 || n == 4 || n == 7 || n == 10);
	for (size_t i = 0; i < n; i++)
		REQUIRE(i == 4 || i == 7 ? d[i] == '-' : d[i] >= '0' && d[i] <= '9');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *raw = fuzz_copy(data, size);
	struct span s;
	struct buf text;
	struct err err;
	size_t replaced = 0;

	buf_init(&text, 0);
	REQUIRE(text_clean(&text, &replaced, fuzz_analyzer(), raw, size, &err) ==
		ST_OK);
	REQUIRE(normal_dates(&s, text.data, text.len));
	S_date(s.start);
	S_date(s.end);
	REQUIRE(s.understood || (!s.start[0] && !s.end[0]));
	for (size_t i = 0; i < s.years.n; i++) {
		REQUIRE(s.years.v[i] >= 1000 && s.years.v[i] <= 9999);
		REQUIRE(i == 0 || s.years.v[i] > s.years.v[i - 1]);
	}
	REQUIRE(s.years.n <= 9000);
	span_release(&s);
	buf_release(&text);
	free(raw);
	return 0;
}
