/* Cleaning: valid, NFC by ICU's own word, idempotent, U+FFFD counted; folding
 * and slugs of it. */
#include "fuzz.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static void S_is_nfc(const char *text, size_t n)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&e);
	UChar *u = malloc((n + 1) * sizeof *u);
	int32_t len = 0;

	REQUIRE(u && U_SUCCESS(e));
	u_strFromUTF8(u, (int32_t)n + 1, &len, text, (int32_t)n, &e);
	REQUIRE(U_SUCCESS(e));
	e = U_ZERO_ERROR;
	REQUIRE(unorm2_isNormalized(nfc, u, len, &e) && U_SUCCESS(e));
	free(u);
}

/* Ill-formed subsequences, counted by the decoder alone. */
static size_t S_bad(const char *text, size_t n)
{
	size_t bad = 0;
	unsigned long cp;

	for (size_t i = 0, k; i < n; i += k) {
		k = utf8_decode(text + i, n - i, &cp);
		bad += !utf8_valid(text + i, k, NULL);
	}
	return bad;
}

static bool S_latin1(const char *text, size_t n)
{
	unsigned long cp;

	for (size_t i = 0; i < n; i += utf8_decode(text + i, n - i, &cp))
		if (utf8_decode(text + i, n - i, &cp) && cp > 0xFF)
			return false;
	return true;
}

static void S_folds(struct analyzer *a, const char *text, size_t n, bool plain)
{
	struct buf once, twice;
	struct err err;

	buf_init(&once, 0);
	buf_init(&twice, 0);
	REQUIRE(text_fold(&once, a, text, n, plain, &err) == ST_OK);
	REQUIRE(utf8_valid(once.data, once.len, NULL));
	/* Of plain text it is the same again; marks in rows may meet anew where one
	 * was taken out. */
	if (S_latin1(text, n)) {
		REQUIRE(text_fold(&twice, a, once.data, once.len, plain, &err) ==
			ST_OK);
		REQUIRE(once.len == twice.len &&
			memcmp(once.data, twice.data, once.len) == 0);
	}
	buf_release(&once);
	buf_release(&twice);
}

static void S_slugs(struct analyzer *a, const char *text, size_t n)
{
	struct buf slug;
	struct err err;

	buf_init(&slug, 0);
	REQUIRE(text_slug(&slug, a, text, n, &err) == ST_OK);
	REQUIRE(utf8_valid(slug.data, slug.len, NULL));
	for (size_t i = 0; i < slug.len; i++) {
		unsigned char c = (unsigned char)slug.data[i];

		REQUIRE(c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			(c == '-' && i && i + 1 < slug.len && slug.data[i + 1] != '-'));
	}
	buf_release(&slug);
}

static void S_sorts(struct analyzer *a, const char *text, size_t n)
{
	struct buf key;
	struct err err;

	buf_init(&key, 0);
	REQUIRE(text_sort_key(&key, a, text, n, 64, &err) == ST_OK);
	REQUIRE(key.len <= 64);
	buf_release(&key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct analyzer *a = fuzz_analyzer();
	char *text = fuzz_copy(data, size);
	size_t replaced = 0;
	struct buf out;
	struct err err;

	buf_init(&out, 0);
	REQUIRE(text_clean(&out, &replaced, a, text, size, &err) == ST_OK);
	REQUIRE(replaced == S_bad(text, size));
	REQUIRE(utf8_valid(out.data, out.len, NULL));
	S_is_nfc(out.data, out.len);
	fuzz_is_clean(out.data, out.len);
	S_folds(a, text, size, false);
	S_folds(a, text, size, true);
	S_slugs(a, text, size);
	S_sorts(a, text, size);
	buf_release(&out);
	free(text);
	return 0;
}
