/* Command lines of the searcher: refused with a message, or all that was taken
 * is in the table, and the request's own checks hold. */
#include "../../searcher/request.h"
#include "fuzz.h"

#define WORDS_MAX 64

static void S_request(const struct arguments *a)
{
	struct request r;
	struct err err = {0};
	enum status st;

	if (a->command < 0)
		return;
	REQUIRE(a->command < CMD_COUNT);
	request_init(&r, (enum command)a->command);
	st = request_arguments(&r, a, &err);
	if (st) {
		REQUIRE(st == ST_USAGE);
		fuzz_is_message(&err);
	} else {
		REQUIRE(r.query && strlen(r.query) == r.query_n);
		REQUIRE(r.limit == LIMIT_ALL || r.limit <= LIMIT_MAX);
		REQUIRE(r.offset <= OFFSET_MAX);
		REQUIRE(r.timeout > 0 && r.timeout <= TIMEOUT_MAX);
	}
	request_release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	char *argv[WORDS_MAX + 2] = {strdup("fichas-searcher")};
	struct arguments a;
	struct err err = {0};
	int argc = 1;
	enum status st;

	while (in.n && argc <= WORDS_MAX) {
		size_t n;
		const char *s = fuzz_string(&n, &in);

		argv[argc++] = strndup(s, n);
	}
	st = options_parse(&a, &searcher_program, argc, argv, &err);
	if (st) {
		REQUIRE(st == ST_USAGE);
		fuzz_is_message(&err);
	} else {
		REQUIRE(a.n_options + a.n_words < (size_t)argc * 512);
		for (size_t i = 0; a.command >= 0 && i < a.n_options; i++) {
			const struct option_def *o = option_by_key(
				(enum command)a.command, a.options[i].key);

			REQUIRE(o &&
				(!o->arg == !a.options[i].value || o->arg[0] == '['));
		}
		S_request(&a);
		arguments_release(&a);
	}
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return 0;
}
