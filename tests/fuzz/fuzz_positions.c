/* The file of positions: any bytes are refused or safe to walk, seek, take by
 * blocks and search; a seek is where a walk comes by, and a block that is taken
 * rises and stays within the file's last document. */
#include "../../lib/positions.h"
#include "fuzz.h"

#define COUNT_MAX 100000u

static void S_positions(const struct positions_cursor *c)
{
	uint32_t *v;
	size_t n;

	/* What a document claims is only believed as far as its bytes go. */
	if (c->count > COUNT_MAX)
		return;
	v = calloc(c->count + 1, sizeof *v);
	REQUIRE(v);
	n = positions_get(v, c);
	REQUIRE(n <= c->count);
	free(v);
}

static void S_take(const struct positions *p, uint32_t i, uint32_t from, bool counts)
{
	uint32_t docid[POSITIONS_BLOCK], count[POSITIONS_BLOCK], before = 0;
	struct positions_cursor c;
	size_t seen = 0, n;

	positions_start(&c, p, i);
	while (seen < 64 &&
	       (n = positions_take(&c, from, docid, counts ? count : NULL)) > 0) {
		REQUIRE(n <= POSITIONS_BLOCK);
		for (size_t k = 0; k < n; k++) {
			REQUIRE(docid[k] > before && docid[k] <= positions_last(p));
			REQUIRE(!counts || count[k] > 0);
			before = docid[k];
		}
		REQUIRE(c.docid == before);
		from = before + 1 + (seen % 3 ? 0 : 300);
		seen++;
	}
}

static void S_term(const struct positions *p, uint32_t i)
{
	struct positions_cursor walk, seek;
	uint32_t before = 0, middle = 0;
	size_t seen = 0;

	positions_start(&walk, p, i);
	while (positions_next(&walk) && seen < 4096) {
		REQUIRE(walk.docid > before);
		before = walk.docid;
		S_positions(&walk);
		if (++seen == 3)
			middle = walk.docid;
	}
	positions_start(&seek, p, i);
	if (positions_seek(&seek, middle ? middle : 1))
		REQUIRE(seek.docid >= middle);
	positions_start(&seek, p, i);
	if (positions_seek(&seek, UINT32_MAX))
		REQUIRE(seek.docid == UINT32_MAX);
	S_take(p, i, 1, true);
	S_take(p, i, middle, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *bytes = fuzz_copy(data, size);
	struct positions *p;
	struct err err = {0};

	if (positions_open(&p, bytes, size, &err) == ST_OK) {
		uint32_t n = positions_terms(p);

		for (uint32_t i = 0; i < n && i < 64; i++) {
			size_t len;
			const char *term = positions_term(&len, p, i);

			REQUIRE(positions_lower(p, term, len) <= n);
			REQUIRE(positions_find(p, term, len) <= n);
			(void)(positions_documents(p, i) + positions_occurrences(p, i));
			S_term(p, i);
		}
		REQUIRE(positions_find(p, "Sdnone", 6) <= n);
		positions_close(p);
	} else {
		fuzz_is_message(&err);
	}
	free(bytes);
	return 0;
}
