/* column.c, column_build.c: what was gathered is read back, counts are those of
 * counting by hand, damaged bytes never do more than answer wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "column.h"
#include "scratch.h"

#define DOCS   200
#define VALUES 12

/* The same by hand: which values a document has. */
static struct {
	uint32_t last;
	bool there[DOCS + 1];
	bool has[DOCS + 1][FACET_COUNT][VALUES];
	uint32_t key[DOCS + 1];
} S_model;

static const char *S_slug(int f, unsigned v)
{
	static char text[16];

	/* Not in the order of the numbers. */
	snprintf(text, sizeof text, "v%u-%d", (v * 7) % VALUES, f);
	return text;
}

static void S_put_keys(struct column_builder *b, uint32_t d)
{
	uint32_t key = S_model.key[d];
	struct column_keys keys = {key, key + 1, key + 2, key + 3, key + 4};
	struct err err = {0};

	assert_int_equal(column_builder_keys(b, d, &keys, &err), ST_OK);
}

/* A column of random documents; *bytes is free()d by the caller. */
static struct column *S_random_column(char **bytes, size_t *bytes_n)
{
	struct column_builder *b;
	struct column *c;
	struct err err = {0};
	struct buf out;

	memset(&S_model, 0, sizeof S_model);
	S_model.last = scratch_below(DOCS + 1);
	assert_int_equal(column_builder_open(&b, S_model.last, &err), ST_OK);
	for (uint32_t d = 1; d <= S_model.last; d++) {
		if (scratch_below(8) == 0)
			continue;
		S_model.there[d] = true;
		S_model.key[d] = scratch_below(1000000);
		/* Keys may come before or behind the values. */
		if (d % 2)
			S_put_keys(b, d);
		for (int f = 0; f < FACET_COUNT; f++) {
			unsigned n = scratch_below(4);

			for (unsigned i = 0; i < n; i++) {
				unsigned v = scratch_below(VALUES);
				char label[32];

				snprintf(label, sizeof label, "%s %s",
					 scratch_below(2) ? "label" : "LABEL",
					 S_slug(f, v));
				S_model.has[d][f][v] = true;
				assert_int_equal(
					column_builder_value(b, d, (enum facet)f,
							     S_slug(f, v), label, &err),
					ST_OK);
			}
		}
		if (d % 2 == 0)
			S_put_keys(b, d);
	}
	assert_int_equal(column_builder_parent(b, FACET_MUNICIPALITY,
					       S_slug(FACET_MUNICIPALITY, 3), "region",
					       &err),
			 ST_OK);
	assert_int_equal(
		column_builder_parent(b, FACET_MUNICIPALITY, "nobody", "x", &err),
		ST_OK);
	buf_init(&out, 0);
	if (column_builder_finish(&out, b, &err))
		fail_msg("%s", err.text);
	column_builder_close(b);
	*bytes_n = out.len;
	*bytes = buf_detach(&out);
	if (column_open(&c, *bytes, *bytes_n, &err))
		fail_msg("%s", err.text);
	return c;
}

/* The model's number of value i of the column. */
static unsigned S_number(const struct column *c, int f, size_t i)
{
	struct column_value value = column_value(c, (enum facet)f, i);

	for (unsigned v = 0; v < VALUES; v++)
		if (strcmp(S_slug(f, v), value.slug) == 0)
			return v;
	fail_msg("%s", value.slug);
	return 0;
}

static void test_what_was_gathered_is_read_back(void **state)
{
	(void)state;
	scratch_random("column");
	for (int round = 0; round < 100; round++) {
		size_t n;
		char *bytes;
		struct column *c = S_random_column(&bytes, &n);

		assert_int_equal(column_last(c), S_model.last);
		for (uint32_t d = 1; d <= S_model.last; d++) {
			assert_int_equal(docset_has(column_documents(c), d),
					 S_model.there[d]);
			if (!S_model.there[d])
				continue;
			assert_int_equal(column_date(c)[d], S_model.key[d]);
			assert_int_equal(column_order(c)[d], S_model.key[d] + 1);
			assert_int_equal(column_by_title(c)[d], S_model.key[d] + 2);
			assert_int_equal(column_by_municipality(c)[d],
					 S_model.key[d] + 3);
			assert_int_equal(column_length(c)[d],
					 S_model.key[d] + 4 < COLUMN_LENGTH_MAX
						 ? S_model.key[d] + 4
						 : COLUMN_LENGTH_MAX);
		}
		for (int f = 0; f < FACET_COUNT; f++) {
			bool used[VALUES] = {false};
			size_t n_values = column_n_values(c, (enum facet)f), n_used = 0;

			for (uint32_t d = 0; d <= S_model.last + 1; d++) {
				const uint32_t *v;
				size_t k = column_values_of(c, (enum facet)f, d, &v),
				       want = 0;

				for (unsigned i = 0; d <= S_model.last && i < VALUES;
				     i++) {
					want += S_model.has[d][f][i];
					used[i] |= S_model.has[d][f][i];
				}
				assert_int_equal(k, want);
				for (size_t i = 0; i < k; i++) {
					assert_true(v[i] < n_values);
					assert_true(S_model.has[d][f]
							       [S_number(c, f, v[i])]);
				}
			}
			for (unsigned i = 0; i < VALUES; i++) {
				const char *slug = S_slug(f, i);
				long at = column_find(c, (enum facet)f, slug,
						      strlen(slug));

				n_used += used[i];
				assert_int_equal(at >= 0, used[i]);
				if (at < 0)
					continue;
				assert_string_equal(
					column_value(c, (enum facet)f, (size_t)at).slug,
					slug);
				assert_int_equal(S_number(c, f, (size_t)at), i);
				assert_string_equal(
					column_value(c, (enum facet)f, (size_t)at)
						.parent,
					f == FACET_MUNICIPALITY && i == 3 ? "region"
									  : "");
			}
			assert_int_equal(n_values, n_used);
			assert_int_equal(column_find(c, (enum facet)f, "v", 1), -1);
			assert_int_equal(column_find(c, (enum facet)f, "zzz", 3), -1);
			assert_int_equal(column_find(c, (enum facet)f, "", 0), -1);
		}
		column_close(c);
		free(bytes);
	}
}

/* The label does not depend on who came first. */
static void test_labels_do_not_depend_on_order(void **state)
{
	static const char *const labels[] = {"MAIPU", "Maipu", "Maip\xc3\xba"};

	(void)state;
	for (int turn = 0; turn < 3; turn++) {
		struct column_builder *b;
		struct column *c;
		struct err err = {0};
		struct buf out;

		buf_init(&out, 0);
		assert_int_equal(column_builder_open(&b, 3, &err), ST_OK);
		for (uint32_t d = 1; d <= 3; d++) {
			column_builder_keys(b, d, &(struct column_keys){.order = d},
					    &err);
			column_builder_value(b, d, FACET_MUNICIPALITY, "maipu",
					     labels[(d + (uint32_t)turn) % 3], &err);
		}
		assert_int_equal(column_builder_finish(&out, b, &err), ST_OK);
		column_builder_close(b);
		assert_int_equal(column_open(&c, out.data, out.len, &err), ST_OK);
		assert_string_equal(column_value(c, FACET_MUNICIPALITY, 0).label,
				    "Maip\xc3\xba");
		column_close(c);
		buf_release(&out);
	}
}

static void test_builder_refuses_other_documents(void **state)
{
	struct column_keys keys = {0};
	struct column_builder *b;
	struct err err = {0};
	struct buf out;

	(void)state;
	assert_int_equal(column_builder_open(&b, 3, &err), ST_OK);
	assert_int_equal(column_builder_keys(b, 0, &keys, &err), ST_INTERNAL);
	assert_int_equal(column_builder_keys(b, 4, &keys, &err), ST_INTERNAL);
	assert_int_equal(column_builder_value(b, 4, FACET_YEAR, "2020", "2020", &err),
			 ST_INTERNAL);
	/* A value for a document that never got its keys. */
	assert_int_equal(column_builder_value(b, 2, FACET_YEAR, "2020", "2020", &err),
			 ST_OK);
	buf_init(&out, 0);
	assert_int_equal(column_builder_finish(&out, b, &err), ST_INTERNAL);
	buf_release(&out);
	column_builder_close(b);
}

/* Does document d pass facet f of the selections? */
static bool S_passes(const struct column *c, uint32_t d,
		     const struct column_selection *sel, int f)
{
	if (!sel[f].active)
		return true;
	for (size_t i = 0; i < sel[f].n; i++)
		if (sel[f].values[i] < column_n_values(c, (enum facet)f) &&
		    S_model.has[d][f][S_number(c, f, sel[f].values[i])])
			return true;
	return false;
}

static void S_select_at_random(const struct column *c, struct column_selection *sel,
			       bool *want, uint32_t values[FACET_COUNT][4])
{
	for (int f = 0; f < FACET_COUNT; f++) {
		size_t n = column_n_values(c, (enum facet)f);

		want[f] = scratch_below(3) > 0;
		sel[f].active = scratch_below(3) == 0;
		sel[f].n = sel[f].active ? scratch_below(4) : 0;
		sel[f].values = values[f];
		for (size_t i = 0; i < sel[f].n; i++)
			values[f][i] = scratch_below((uint32_t)n + 1);
	}
}

static void test_counts_are_those_by_hand(void **state)
{
	(void)state;
	scratch_random("counts");
	for (int round = 0; round < 200; round++) {
		size_t n;
		char *bytes;
		struct column *c = S_random_column(&bytes, &n);
		struct column_selection sel[FACET_COUNT];
		uint32_t values[FACET_COUNT][4];
		uint32_t room[FACET_COUNT][VALUES] = {{0}}, *counts[FACET_COUNT];
		uint32_t cross[VALUES * VALUES];
		struct docset matched, within, selected;
		bool want[FACET_COUNT];
		struct err err = {0};

		S_select_at_random(c, sel, want, values);
		docset_init(&matched, S_model.last, NULL);
		docset_init(&within, S_model.last, NULL);
		for (uint32_t d = 1; d <= S_model.last; d++)
			if (scratch_below(2))
				docset_add(&matched, d);
		for (int f = 0; f < FACET_COUNT; f++)
			counts[f] = want[f] ? room[f] : NULL;
		assert_int_equal(
			column_count(&within, counts, c, &matched, sel, want, &err),
			ST_OK);
		for (uint32_t d = 1; d <= S_model.last; d++) {
			int failed = -1, failures = 0;

			for (int f = 0; f < FACET_COUNT; f++)
				if (!S_passes(c, d, sel, f)) {
					failed = f;
					failures++;
				}
			if (!docset_has(&matched, d) || !S_model.there[d])
				failures = 2;
			assert_int_equal(docset_has(&within, d), failures == 0);
			for (int f = 0; f < FACET_COUNT; f++) {
				const uint32_t *v;
				size_t k = column_values_of(c, (enum facet)f, d, &v);

				if (want[f] &&
				    (failures == 0 || (failures == 1 && failed == f)))
					for (size_t i = 0; i < k; i++)
						room[f][v[i]]--;
			}
		}
		/* Taken away again one by one, nothing may be left. */
		for (int f = 0; f < FACET_COUNT; f++)
			for (unsigned v = 0; v < VALUES; v++)
				assert_int_equal(room[f][v], 0);

		for (int f = 0; f < FACET_COUNT; f++) {
			struct column_selection on = {true, values[f], sel[f].n};
			struct column_selection one[FACET_COUNT] = {{0}};

			one[f] = on;
			docset_init(&selected, S_model.last, NULL);
			column_select(&selected, c, (enum facet)f, values[f], sel[f].n);
			for (uint32_t d = 0; d <= S_model.last; d++)
				assert_int_equal(docset_has(&selected, d),
						 S_model.there[d] &&
							 S_passes(c, d, one, f));
			docset_release(&selected);
		}

		memset(cross, 0xFF, sizeof cross);
		assert_int_equal(column_cross(cross, c, FACET_SELLO, FACET_GROUP,
					      &matched, &err),
				 ST_OK);
		for (uint32_t d = 1; d <= S_model.last; d++) {
			const uint32_t *a, *b;
			size_t na = column_values_of(c, FACET_SELLO, d, &a),
			       nb = column_values_of(c, FACET_GROUP, d, &b);

			for (size_t i = 0; docset_has(&matched, d) && i < na; i++)
				for (size_t j = 0; j < nb; j++)
					cross[a[i] * column_n_values(c, FACET_GROUP) +
					      b[j]]--;
		}
		for (size_t i = 0; i < column_n_values(c, FACET_SELLO) *
					       column_n_values(c, FACET_GROUP);
		     i++)
			assert_int_equal(cross[i], 0);
		docset_release(&matched);
		docset_release(&within);
		column_close(c);
		free(bytes);
	}
}

static void test_another_universe_is_refused(void **state)
{
	struct column_selection sel[FACET_COUNT] = {{0}};
	bool want[FACET_COUNT] = {false};
	uint32_t *counts[FACET_COUNT] = {NULL}, cross[VALUES * VALUES];
	struct docset small, large;
	struct err err = {0};
	size_t n;
	char *bytes;
	struct column *c = S_random_column(&bytes, &n);

	(void)state;
	docset_init(&small, S_model.last, NULL);
	docset_init(&large, S_model.last + 64, NULL);
	assert_int_equal(column_count(&small, counts, c, &large, sel, want, &err),
			 ST_DAMAGED);
	assert_int_equal(column_count(&large, counts, c, &small, sel, want, &err),
			 ST_DAMAGED);
	assert_int_equal(column_cross(cross, c, FACET_YEAR, FACET_GROUP, &large, &err),
			 ST_DAMAGED);
	docset_release(&small);
	docset_release(&large);
	column_close(c);
	free(bytes);
}

/* Uses everything of a column that opened; the sanitizers judge. */
static void S_use(const struct column *c)
{
	struct column_selection sel[FACET_COUNT] = {{0}};
	bool want[FACET_COUNT];
	uint32_t *counts[FACET_COUNT], value = 0, *cross;
	struct docset within;
	struct err err = {0};
	size_t sum = 0;

	docset_init(&within, column_last(c), NULL);
	sel[FACET_SELLO].active = true;
	sel[FACET_SELLO].values = &value;
	sel[FACET_SELLO].n = 1;
	for (int f = 0; f < FACET_COUNT; f++) {
		size_t n = column_n_values(c, (enum facet)f);

		want[f] = true;
		counts[f] = calloc(n + 1, sizeof(uint32_t));
		for (size_t i = 0; i < n; i++) {
			struct column_value v = column_value(c, (enum facet)f, i);

			sum += strlen(v.slug) + strlen(v.label) + strlen(v.parent);
			assert_int_equal(
				column_find(c, (enum facet)f, v.slug, strlen(v.slug)),
				(long)i);
		}
		column_select(&within, c, (enum facet)f, &value, 1);
	}
	for (uint32_t d = 0; d <= column_last(c); d++)
		sum += column_date(c)[d] + column_order(c)[d] + column_by_title(c)[d] +
		       column_by_municipality(c)[d] + column_length(c)[d];
	column_count(&within, counts, c, column_documents(c), sel, want, &err);
	memset(sel, 0, sizeof sel);
	column_count(&within, counts, c, column_documents(c), sel, want, &err);
	cross = calloc(
		column_n_values(c, FACET_SELLO) * column_n_values(c, FACET_YEAR) + 1,
		sizeof *cross);
	column_cross(cross, c, FACET_SELLO, FACET_YEAR, column_documents(c), &err);
	free(cross);
	for (int f = 0; f < FACET_COUNT; f++)
		free(counts[f]);
	docset_release(&within);
	assert_true(sum + 1 > 0);
}

static void S_open_damaged(const char *bytes, size_t n)
{
	/* An own block, exactly as long: one byte too far is seen. */
	char *p = malloc(n ? n : 1);
	struct column *c = NULL;
	struct err err = {0};
	enum status st;

	memcpy(p, bytes, n);
	st = column_open(&c, p, n, &err);
	if (!st)
		S_use(c);
	else
		assert_int_equal(st, ST_DAMAGED);
	column_close(c);
	free(p);
}

static void test_damaged_bytes_never_crash(void **state)
{
	(void)state;
	scratch_random("column damage");
	for (int round = 0; round < 20; round++) {
		size_t n;
		char *bytes;
		struct column *c = S_random_column(&bytes, &n);

		column_close(c);
		for (int i = 0; i < 300; i++) {
			size_t at = scratch_below((uint32_t)n);
			uint32_t how = scratch_below(4), word;
			char kept[4];

			if (how == 0) {
				S_open_damaged(bytes, at);
				continue;
			}
			/* Numbers are what is worth damaging. */
			at = at / 4 * 4 % (n - 4);
			if (scratch_below(3) == 0)
				at = scratch_below(112 / 4) * 4; /* the head */
			memcpy(kept, bytes + at, 4);
			memcpy(&word, kept, 4);
			word = how == 1	  ? word ^ 1u << scratch_below(32)
			       : how == 2 ? word + scratch_below(3) - 1
					  : UINT32_MAX - scratch_below(3);
			memcpy(bytes + at, &word, 4);
			S_open_damaged(bytes, n);
			memcpy(bytes + at, kept, 4);
		}
		S_open_damaged(bytes, n);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_gathered_is_read_back),
		cmocka_unit_test(test_labels_do_not_depend_on_order),
		cmocka_unit_test(test_builder_refuses_other_documents),
		cmocka_unit_test(test_counts_are_those_by_hand),
		cmocka_unit_test(test_another_universe_is_refused),
		cmocka_unit_test(test_damaged_bytes_never_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
