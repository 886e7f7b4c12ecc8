/* The file of stored records: any bytes are refused or safe to ask every
 * document of, no record is larger than a record may be, and its keys lie in
 * the file. */
#include "../../lib/stored.h"
#include "ficha.h"
#include "fuzz.h"

static void S_ask(struct stored *s, uint32_t docid, const void *bytes, size_t size)
{
	struct buf out;
	struct err err = {0};
	const void *keys;
	size_t n, at;
	enum status st;

	buf_init(&out, 0);
	st = stored_get(&out, s, docid, &err);
	REQUIRE(st == ST_OK || st == ST_DAMAGED);
	REQUIRE(out.len <= RECORD_MAX);
	if (st)
		fuzz_is_message(&err);
	buf_release(&out);
	if (stored_keys(&keys, &n, s, docid, &err) == ST_OK) {
		at = (size_t)((const char *)keys - (const char *)bytes);
		REQUIRE(at <= size && n <= size - at);
	} else {
		REQUIRE(st == ST_DAMAGED && !keys && !n);
		fuzz_is_message(&err);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *bytes = fuzz_copy(data, size);
	struct stored *s;
	struct err err = {0};

	if (stored_open(&s, bytes, size, &err) == ST_OK) {
		uint32_t last = stored_last(s);

		for (uint32_t d = 0; d <= last && d < 64; d++)
			S_ask(s, d, bytes, size);
		S_ask(s, last, bytes, size);
		S_ask(s, UINT32_MAX, bytes, size);
		stored_close(s);
	} else {
		fuzz_is_message(&err);
	}
	free(bytes);
	return 0;
}
