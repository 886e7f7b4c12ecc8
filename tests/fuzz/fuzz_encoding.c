/* Encodings: always UTF-8, and UTF-16 gives the same in any pieces. */
#include "../../indexer/encoding.h"
#include "fuzz.h"

static void S_utf16(const char *text, size_t n, bool big)
{
	struct buf whole, pieces;
	unsigned long state = 0;
	unsigned step = n ? (unsigned char)text[0] % 5 + 1 : 1;

	buf_init(&whole, 0);
	buf_init(&pieces, 0);
	encoding_from_utf16(&whole, text, n, big, &state);
	encoding_utf16_end(&whole, &state);
	REQUIRE(state == 0);
	for (size_t i = 0; i < n; i += step)
		encoding_from_utf16(&pieces, text + i, n - i < step ? n - i : step, big,
				    &state);
	encoding_utf16_end(&pieces, &state);
	REQUIRE(utf8_valid(whole.data, whole.len, NULL));
	REQUIRE(whole.len == pieces.len &&
		memcmp(whole.data, pieces.data, whole.len) == 0);
	buf_release(&whole);
	buf_release(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct buf out;
	size_t mark;

	buf_init(&out, 0);
	for (int says = 0; says < 2; says++) {
		encoding_decode(&out, text, size, says);
		REQUIRE(utf8_valid(out.data, out.len, NULL));
		encoding_mark(&mark, text, size);
		if (!mark && utf8_valid(text, size, NULL))
			REQUIRE(out.len == size && memcmp(out.data, text, size) == 0);
		buf_clear(&out);
	}
	encoding_from_1252(&out, text, size);
	REQUIRE(utf8_valid(out.data, out.len, NULL));
	REQUIRE(utf8_count(out.data, out.len) == size);
	buf_release(&out);
	S_utf16(text, size, false);
	S_utf16(text, size, true);
	free(text);
	return 0;
}
