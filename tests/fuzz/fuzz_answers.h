#ifndef FUZZ_ANSWERS_H
#define FUZZ_ANSWERS_H
/* fuzz_answers - the index that is asked ($FICHAS_FUZZ_INDEX, made by `make
 * fuzz`), and what must be true of whatever the searcher writes. */
#include <jansson.h>

#include "../../searcher/engine.h"
#include "../../searcher/run.h"
#include "fuzz.h"

static inline struct engine *fuzz_engine(void)
{
	static struct engine *e;
	const char *root = getenv("FICHAS_FUZZ_INDEX");
	struct err err = {0};

	if (!e && engine_open(&e, root ? root : "build-fuzz/fuzz/index", &err)) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return e;
}

/* Nothing that moves a cursor or turns the direction of writing. */
static inline void fuzz_is_inert(const char *p, size_t n)
{
	REQUIRE(utf8_valid(p, n, NULL));
	for (size_t i = 0, k; i < n; i += k) {
		unsigned long c;

		k = utf8_decode(p + i, n - i, &c);
		REQUIRE(c >= 0x20 || c == '\n' || c == '\t' || c == '\r');
		REQUIRE(c < 0x7F || c >= 0xA0);
		REQUIRE(c != 0x061C && c != 0x200E && c != 0x200F);
		REQUIRE(!(c >= 0x2028 && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069));
		REQUIRE(!(c >= 0xE0000 && c <= 0xE007F));
	}
}

/* Every line is one JSON value. */
static inline void fuzz_is_json(const char *p, size_t n)
{
	while (n) {
		const char *end = memchr(p, '\n', n);
		size_t k = end ? (size_t)(end - p) : n;
		json_error_t e;
		json_t *j = json_loadb(
			p, k, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL,
			&e);

		REQUIRE(end && j);
		json_decref(j);
		p += k + 1;
		n -= k + 1;
	}
}

/* Cells that a spreadsheet would run, anywhere in a table (ours have quotes
 * doubled, so a cell begins after a comma or line end outside of quotes). */
static inline void fuzz_is_table(const char *p, size_t n, char delimiter)
{
	bool quoted = false, begins = true;

	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if (begins) {
			size_t at = i;

			while (at < n && (p[at] == '"' || p[at] == ' '))
				at++;
			/* Of numbers only scores may be negative. */
			REQUIRE(at == n || !strchr("=+@", p[at]) || !p[at]);
			REQUIRE(at == n || p[at] != '-' ||
				(at == i && i + 1 < n && p[i + 1] >= '0' &&
				 p[i + 1] <= '9'));
		}
		begins = false;
		if (c == '"' && delimiter == ',')
			quoted = !quoted;
		else if (!quoted && (c == delimiter || c == '\n'))
			begins = true;
	}
}

#endif
