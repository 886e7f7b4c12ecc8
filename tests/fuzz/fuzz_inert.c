/* What stands between text of others and a terminal (inert.h, err_set, paths):
 * nothing refused comes out, and what can be turned back is. */
#include "inert.h"

#include <jansson.h>

#include "../../indexer/diag.h"
#include "../../indexer/walk.h"
#include "fuzz.h"

static void S_is_inert(const char *p, size_t n)
{
	REQUIRE(utf8_valid(p, n, NULL));
	for (size_t i = 0, k; i < n; i += k) {
		unsigned long c;

		k = utf8_decode(p + i, n - i, &c);
		REQUIRE(!inert_refuses(c));
	}
}

static void S_puts(const char *text, size_t n)
{
	struct buf out, again;

	buf_init(&out, 0);
	buf_init(&again, 0);
	inert_put(&out, text, n);
	S_is_inert(out.data, out.len);
	inert_put(&again, out.data, out.len);
	REQUIRE(strcmp(out.data, again.data) == 0);
	buf_release(&out);
	buf_release(&again);
}

/* \xHH back to bytes. */
static size_t S_unescaped(char *out, const char *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned v;

		if (p[i] == '\\') {
			REQUIRE(i + 3 < n && sscanf(p + i, "\\x%2X", &v) == 1);
			out[len++] = (char)v;
			i += 3;
		} else {
			out[len++] = p[i];
		}
	}
	return len;
}

static void S_escapes(const char *text, size_t n)
{
	struct buf out;
	char *back = malloc(n + 1);

	REQUIRE(back);
	buf_init(&out, 0);
	inert_escape(&out, text, n);
	S_is_inert(out.data, out.len);
	REQUIRE(S_unescaped(back, out.data, out.len) == n);
	REQUIRE(memcmp(back, text, n) == 0);
	buf_release(&out);
	free(back);
}

static void S_messages(const char *text, size_t n)
{
	char out[64];
	struct err err;
	struct diags diags = {0};
	size_t len = inert_message(out, sizeof out, text, n);

	REQUIRE(len < sizeof out && out[len] == '\0');
	S_is_inert(out, len);
	err_set(&err, ST_INPUT, "%.*s|", (int)n, text);
	S_is_inert(err.text, strlen(err.text));
	diag(&diags, DIAG_HINT, "x", "x", 0, 0, "%.*s", (int)n, text);
	REQUIRE(diags.n == 1);
	S_is_inert(diags.v[0].message, strlen(diags.v[0].message));
	diags_release(&diags);
}

static void S_json(const char *text, size_t n)
{
	json_t *string = json_stringn(text, n), *back;
	struct buf out;
	char *dumped;

	if (!string) /* no UTF-8 */
		return;
	dumped = json_dumps(string, JSON_ENCODE_ANY);
	REQUIRE(dumped);
	buf_init(&out, 0);
	inert_json(&out, dumped, strlen(dumped));
	S_is_inert(out.data, out.len);
	back = json_loadb(out.data, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	REQUIRE(back && json_equal(string, back));
	json_decref(back);
	json_decref(string);
	free(dumped);
	buf_release(&out);
}

static void S_paths(const char *text, size_t n)
{
	struct buf shown;
	char *raw;

	if (memchr(text, '\0', n))
		return;
	buf_init(&shown, 0);
	path_show(&shown, text, n);
	REQUIRE(utf8_valid(shown.data, shown.len, NULL));
	raw = path_raw(shown.data);
	REQUIRE(raw && strlen(raw) == n && memcmp(raw, text, n) == 0);
	free(raw);
	buf_release(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);

	S_puts(text, size);
	S_escapes(text, size);
	S_messages(text, size);
	S_json(text, size);
	S_paths(text, size);
	free(text);
	return 0;
}
