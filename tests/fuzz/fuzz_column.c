/* The facet column: any bytes are refused or safe to ask everything; one that
 * was built says what it was told. */
#include "column.h"
#include "fuzz.h"

#define LAST_MAX 4096

static void S_values(const struct column *c, enum facet f)
{
	size_t n = column_n_values(c, f);

	for (size_t i = 0; i < n && i < 64; i++) {
		struct column_value v = column_value(c, f, i);

		REQUIRE(v.slug && v.label && v.parent);
		REQUIRE(strlen(v.slug) + strlen(v.label) + strlen(v.parent) <
			SIZE_MAX / 2);
		column_find(c, f, v.slug, strlen(v.slug));
	}
	REQUIRE(column_find(c, f, "no such slug", 12) < (long)n);
}

static void S_counts(const struct column *c, const struct docset *matched)
{
	uint32_t *counts[FACET_COUNT], one = 0, *cross;
	struct column_selection sel[FACET_COUNT] = {{0}};
	bool want[FACET_COUNT];
	struct docset within = {0};
	struct err err;
	size_t a, b;

	sel[FACET_REGION] = (struct column_selection){
		true, &one, column_n_values(c, FACET_REGION) > 0};
	for (int f = 0; f < FACET_COUNT; f++) {
		size_t n = column_n_values(c, (enum facet)f);

		want[f] = true;
		counts[f] = calloc(n + 1, sizeof **counts);
		REQUIRE(counts[f]);
	}
	REQUIRE(docset_init(&within, column_last(c), &err) == ST_OK);
	REQUIRE(column_count(&within, counts, c, matched, sel, want, &err) == ST_OK);
	REQUIRE(docset_count(&within) <= docset_count(matched));
	for (int f = 0; f < FACET_COUNT; f++) {
		for (size_t i = 0; i < column_n_values(c, (enum facet)f); i++)
			REQUIRE(counts[f][i] <= docset_count(matched));
		free(counts[f]);
	}
	docset_release(&within);
	a = column_n_values(c, FACET_SELLO);
	b = column_n_values(c, FACET_YEAR);
	if (a * b < 100000) {
		cross = calloc(a * b + 1, sizeof *cross);
		REQUIRE(cross);
		REQUIRE(column_cross(cross, c, FACET_SELLO, FACET_YEAR, matched,
				     &err) == ST_OK);
		free(cross);
	}
}

static void S_ask(const struct column *c)
{
	const struct docset *all = column_documents(c);
	uint32_t last = column_last(c), sum = 0;

	REQUIRE(all->last == last);
	for (uint32_t d = docset_next(all, 1), k = 0; d && k < LAST_MAX;
	     d = docset_next(all, d + 1), k++) {
		REQUIRE(d <= last);
		sum += column_order(c)[d] + column_by_title(c)[d] + column_date(c)[d] +
		       column_by_municipality(c)[d] + column_length(c)[d];
		for (int f = 0; f < FACET_COUNT; f++) {
			const uint32_t *v;
			size_t n = column_values_of(c, (enum facet)f, d, &v);

			for (size_t i = 0; i < n; i++)
				REQUIRE(v[i] < column_n_values(c, (enum facet)f));
		}
	}
	(void)sum;
	for (int f = 0; f < FACET_COUNT; f++)
		S_values(c, (enum facet)f);
	S_counts(c, all);
}

static void S_any_bytes(const uint8_t *data, size_t size)
{
	void *bytes = fuzz_copy(data, size);
	struct column *c;
	struct err err = {0};

	if (column_open(&c, bytes, size, &err) == ST_OK) {
		S_ask(c);
		column_close(c);
	} else {
		fuzz_is_message(&err);
	}
	free(bytes);
}

/* The input as orders to the builder: document, facet, value. */
static void S_built(struct fuzz_in in)
{
	uint32_t last = 1 + fuzz_byte(&in) % 70;
	bool has[71][FACET_COUNT][8] = {{{0}}};
	struct column_builder *b;
	struct column *c;
	struct buf out;
	struct err err = {0};

	REQUIRE(column_builder_open(&b, last, &err) == ST_OK);
	for (uint32_t d = 1; d <= last; d++) {
		struct column_keys keys = {20200101 + d, d, last - d, d, 70000 - d};

		REQUIRE(column_builder_keys(b, d, &keys, &err) == ST_OK);
	}
	while (in.n) {
		unsigned d = 1 + fuzz_byte(&in) % last, x = fuzz_byte(&in);
		unsigned f = x % FACET_COUNT, v = x / FACET_COUNT % 8;
		char slug[8], label[8];

		snprintf(slug, sizeof slug, "v%u", v);
		snprintf(label, sizeof label, "V %u", v);
		REQUIRE(column_builder_value(b, d, (enum facet)f, slug, label, &err) ==
			ST_OK);
		has[d][f][v] = true;
	}
	buf_init(&out, 0);
	REQUIRE(column_builder_finish(&out, b, &err) == ST_OK);
	column_builder_close(b);
	REQUIRE(column_open(&c, out.data, out.len, &err) == ST_OK);
	REQUIRE(column_last(c) == last);
	for (uint32_t d = 1; d <= last; d++)
		for (unsigned f = 0; f < FACET_COUNT; f++) {
			const uint32_t *v;
			size_t n = column_values_of(c, (enum facet)f, d, &v), want = 0;

			for (size_t i = 0; i < 8; i++)
				want += has[d][f][i];
			REQUIRE(n == want);
			for (size_t i = 0; i < n; i++)
				REQUIRE(has[d][f][column_value(c, (enum facet)f, v[i])
							  .slug[1] -
						  '0']);
		}
	S_ask(c);
	column_close(c);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	S_any_bytes(data, size);
	if (size && size < 512)
		S_built((struct fuzz_in){data, size});
	return 0;
}
