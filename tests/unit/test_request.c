/* request.h: the same checks for a command line and for batch; and fuzzy.h's
 * distance, which needs no index either. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../searcher/fuzzy.h"
#include "../../searcher/request.h"

static enum status S_set(struct request *r, const char *name, const char *value,
			 struct err *err)
{
	const struct option_def *o = option_by_name(r->command, name);

	memset(err, 0, sizeof *err);
	assert_non_null(o);
	return request_set(r, o, value, err);
}

/* Refused, and the message names the option, the value and what is allowed. */
static void S_refuses(enum command command, const char *name, const char *value,
		      const char *allowed)
{
	struct request r;
	struct err err;

	request_init(&r, command);
	assert_int_equal(S_set(&r, name, value, &err), ST_USAGE);
	if (!strstr(err.text, name) || !strstr(err.text, value) ||
	    !strstr(err.text, allowed))
		fail_msg("'%s' lacks '%s', '%s' or '%s'", err.text, name, value,
			 allowed);
	request_release(&r);
}

static void S_takes(struct request *r, const char *name, const char *value)
{
	struct err err;

	if (S_set(r, name, value, &err))
		fail_msg("%s", err.text);
}

static void test_wrong_values(void **state)
{
	(void)state;
	S_refuses(CMD_SEARCH, "match", "some", "auto, all, any");
	S_refuses(CMD_SEARCH, "match", "", "auto, all, any");
	S_refuses(CMD_SEARCH, "sort", "size", "relevance, date, municipality, title");
	S_refuses(CMD_SEARCH, "format", "xml", "text, json, jsonl, csv, tsv, ids");
	S_refuses(CMD_SHOW, "format", "csv", "text, md, json");
	S_refuses(CMD_SEARCH, "limit", "-1", "10000");
	S_refuses(CMD_SEARCH, "limit", "10001", "10000");
	S_refuses(CMD_SEARCH, "limit", "1e3", "10000");
	S_refuses(CMD_SEARCH, "limit", "99999999999999999999", "10000");
	S_refuses(CMD_SEARCH, "offset", "x", "100000000");
	S_refuses(CMD_SEARCH, "in", "municipality", "title, units, population");
	S_refuses(CMD_SEARCH, "in", "nada", "title, units, population");
	S_refuses(CMD_SEARCH, "facets", "nada", "municipality, region, sello");
	S_refuses(CMD_SEARCH, "facet-limit", "0", "100000000");
	S_refuses(CMD_SEARCH, "timeout", "0", "3600");
	S_refuses(CMD_SEARCH, "timeout", "nan", "3600");
	S_refuses(CMD_SEARCH, "timeout", "1e9", "3600");
	S_refuses(CMD_FACETS, "cross", "sello", "municipality, region");
	S_refuses(CMD_FACETS, "cross", "sello,sello", "municipality, region");
	S_refuses(CMD_FACETS, "facet", "nada", "municipality, region");
}

static void test_values(void **state)
{
	struct request r;

	(void)state;
	request_init(&r, CMD_SEARCH);
	S_takes(&r, "limit", "all");
	assert_true(r.limit == LIMIT_ALL);
	S_takes(&r, "limit", "0");
	assert_int_equal(r.limit, 0);
	S_takes(&r, "in", "titulo, lessons");
	S_takes(&r, "in", "UNIDADES");
	assert_int_equal(r.in, 1u << F_TITLE | 1u << F_LESSONS | 1u << F_UNITS);
	/* The first list replaces the default, the next ones add. */
	assert_true(r.want[FACET_SELLO] && !r.want[FACET_YEAR]);
	S_takes(&r, "facets", "year");
	S_takes(&r, "facets", "region");
	assert_true(!r.want[FACET_SELLO] && r.want[FACET_YEAR] && r.want[FACET_REGION]);
	S_takes(&r, "facets", "none");
	assert_true(!r.want[FACET_YEAR]);
	S_takes(&r, "facets", "all");
	assert_true(r.want[FACET_STATUS]);
	S_takes(&r, "timeout", "0.5");
	assert_true(r.timeout == 0.5);
	S_takes(&r, "sort", "date");
	assert_int_equal(r.sort, SORT_DATE);
	S_takes(&r, "municipality", "Viña del Mar");
	S_takes(&r, "municipality", "temuco,maipu");
	assert_int_equal(r.filter[FACET_MUNICIPALITY].n, 2);
	/* batch: underscores for hyphens */
	S_takes(&r, "facet_limit", "3");
	assert_int_equal(r.facet_limit, 3);
	request_release(&r);
}

static void test_options_belong_to_commands(void **state)
{
	(void)state;
	assert_null(option_by_name(CMD_SHOW, "limit"));
	assert_null(option_by_name(CMD_SEARCH, "cite"));
	assert_null(option_by_name(CMD_LESSONS, "in"));
	assert_null(option_by_name(CMD_SEARCH, "facet_"));
	assert_int_equal(command_by_name("search"), CMD_SEARCH);
	assert_int_equal(command_by_name("Search"), CMD_COUNT);
}

static void test_what_commands_need(void **state)
{
	struct request r;
	struct err err;

	(void)state;
	request_init(&r, CMD_SHOW);
	assert_int_equal(request_check(&r, &err), ST_USAGE);
	assert_true(strs_add(&r.ids, "a"));
	assert_int_equal(request_check(&r, &err), ST_OK);
	r.command = CMD_COMPARE;
	assert_int_equal(request_check(&r, &err), ST_USAGE);
	assert_true(strs_add(&r.ids, "b"));
	assert_int_equal(request_check(&r, &err), ST_OK);
	r.command = CMD_SIMILAR;
	assert_int_equal(request_check(&r, &err), ST_USAGE);
	request_release(&r);
	request_init(&r, CMD_SIMILAR);
	assert_true(strs_add(&r.ids, "a"));
	r.same_region = true;
	assert_int_equal(request_check(&r, &err), ST_OK);
	r.other_region = true;
	assert_int_equal(request_check(&r, &err), ST_USAGE);
	request_release(&r);
}

static void S_far(const char *a, const char *b, unsigned limit, unsigned want)
{
	unsigned got = fuzzy_distance(a, strlen(a), b, strlen(b), limit);

	if (got != want)
		fail_msg("%s %s: %u, not %u", a, b, got, want);
	assert_int_equal(fuzzy_distance(b, strlen(b), a, strlen(a), limit), want);
}

static void test_distance(void **state)
{
	(void)state;
	S_far("mesa", "mesa", 2, 0);
	S_far("mesa", "mes", 2, 1);
	S_far("mesa", "masa", 2, 1);
	S_far("mesa", "msea", 2, 1);
	S_far("mesa", "amsea", 2, 2);
	S_far("mesa", "casas", 2, 3);
	S_far("niño", "nino", 2, 1);
	S_far("mesa", "escuela", 2, 3);
	assert_int_equal(fuzzy_edits("sol", 3), 0);
	assert_int_equal(fuzzy_edits("niño", 5), 1);
	assert_int_equal(fuzzy_edits("escuelas", 8), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_values),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_options_belong_to_commands),
		cmocka_unit_test(test_what_commands_need),
		cmocka_unit_test(test_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
