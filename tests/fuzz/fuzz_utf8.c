/* The decoder against Unicode's table 3-7 as it is printed, and the encoder
 * against the decoder. */
#include "fuzz.h"

/* Ranges of the bytes of a sequence, row by row. */
static const struct row {
	unsigned char from[4], to[4];
	unsigned n;
} S_rows[] = {
	{{0x00}, {0x7F}, 1},
	{{0xC2, 0x80}, {0xDF, 0xBF}, 2},
	{{0xE0, 0xA0, 0x80}, {0xE0, 0xBF, 0xBF}, 3},
	{{0xE1, 0x80, 0x80}, {0xEC, 0xBF, 0xBF}, 3},
	{{0xED, 0x80, 0x80}, {0xED, 0x9F, 0xBF}, 3},
	{{0xEE, 0x80, 0x80}, {0xEF, 0xBF, 0xBF}, 3},
	{{0xF0, 0x90, 0x80, 0x80}, {0xF0, 0xBF, 0xBF, 0xBF}, 4},
	{{0xF1, 0x80, 0x80, 0x80}, {0xF3, 0xBF, 0xBF, 0xBF}, 4},
	{{0xF4, 0x80, 0x80, 0x80}, {0xF4, 0x8F, 0xBF, 0xBF}, 4},
};

/* Bytes of the longest beginning of a row's sequence; *whole: all of it. */
static size_t S_subpart(bool *whole, const uint8_t *p, size_t n)
{
	size_t best = 1;

	*whole = false;
	for (size_t r = 0; r < sizeof S_rows / sizeof *S_rows; r++) {
		size_t k = 0;

		while (k < S_rows[r].n && k < n && p[k] >= S_rows[r].from[k] &&
		       p[k] <= S_rows[r].to[k])
			k++;
		if (k > best)
			best = k;
		if (k == S_rows[r].n)
			*whole = true;
	}
	return best;
}

static unsigned long S_value(const uint8_t *p, size_t n)
{
	unsigned long v = n == 1 ? p[0] : p[0] & (0x7Fu >> n);

	for (size_t i = 1; i < n; i++)
		v = v << 6 | (p[i] & 0x3F);
	return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	size_t first_bad = size, count = 0, at = size;
	struct buf out;

	buf_init(&out, 0);
	for (size_t i = 0, k; i < size; i += k) {
		unsigned long cp;
		bool whole;

		k = utf8_decode(text + i, size - i, &cp);
		REQUIRE(k == S_subpart(&whole, data + i, size - i));
		REQUIRE(cp == (whole ? S_value(data + i, k) : 0xFFFD));
		if (!whole && first_bad == size)
			first_bad = i;
		buf_addcp(&out, cp);
		count++;
	}
	REQUIRE(utf8_valid(text, size, &at) == (first_bad == size));
	REQUIRE(at == first_bad);
	/* What was decoded encodes to the same bytes as far as they were good. */
	REQUIRE(out.len >= first_bad && memcmp(out.data, text, first_bad) == 0);
	REQUIRE(utf8_valid(out.data, out.len, NULL));
	REQUIRE(utf8_count(out.data, out.len) == count);
	buf_release(&out);
	free(text);
	return 0;
}
