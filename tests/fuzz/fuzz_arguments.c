/* Command lines of the indexer: refused with a message, or all that was taken is
 * in its table.  Nothing is run. */
#define main indexer_main
#include "../../indexer/main.c"
#undef main

#include "fuzz.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct settings s;
	struct fuzz_in in = {data, size};
	char *argv[WORDS_MAX + 2] = {strdup("fichas-indexer")};
	struct arguments a;
	struct err err = {0};
	int argc = 1;
	bool parsed;
	enum status st;

	memset(&s, 0, sizeof s);
	while (in.n && argc <= WORDS_MAX) {
		size_t n;
		const char *word = fuzz_string(&n, &in);

		argv[argc++] = strndup(word, n);
	}
	st = options_parse(&a, &S_program, argc, argv, &err);
	parsed = !st;
	for (size_t i = 0; !st && a.command >= 0 && i < a.n_options; i++) {
		if (a.options[i].key == 'h' || a.options[i].key == 'V')
			continue;
		st = S_set(&s, &a.options[i], &err);
		REQUIRE(s.build.jobs <= 256);
		REQUIRE(strlen(s.index) < sizeof s.index &&
			strlen(s.tables) < sizeof s.tables);
	}
	if (st) {
		REQUIRE(st == ST_USAGE);
		fuzz_is_message(&err);
	}
	if (parsed)
		arguments_release(&a);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return 0;
}
