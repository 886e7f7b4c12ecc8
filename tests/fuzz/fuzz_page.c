/* Words at places on pages, as a PDF gives them, to text: every letter that
 * went in comes out, whatever the places. */
#include "../../indexer/convert_page.h"
#include "fuzz.h"
#include "fuzz_converted.h"

/* The n-th small letter, or 0. */
static size_t S_letters(const char *s, size_t n)
{
	size_t letters = 0;

	for (size_t i = 0; i < n; i++)
		letters += s[i] >= 'a' && s[i] <= 'z';
	return letters;
}

static struct word S_place(struct fuzz_in *in)
{
	struct word w = {0};
	unsigned how = fuzz_byte(in);

	w.x1 = fuzz_byte(in) * 2.5;
	w.x2 = w.x1 + fuzz_byte(in) / 4.0;
	w.y = fuzz_byte(in) * 3.1;
	w.size = 4 + how % 32 / 2.0;
	if (how >= 250) { /* numbers of a hostile file */
		w.x1 = (double)(int32_t)fuzz_u32(in) * 1e3;
		w.size = (double)(int32_t)fuzz_u32(in);
		w.y = 1e300 * (how - 252.0);
	}
	return w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct page page;
	struct flow flow;
	struct buf out, word;
	struct err err = {0};
	size_t before = 0;

	page_init(&page);
	buf_init(&out, CONVERT_MAX);
	buf_init(&word, 0);
	flow_init(&flow, &out);
	while (in.n) {
		struct word w = S_place(&in);
		size_t n;
		const char *s = fuzz_string(&n, &in);

		/* The PDF's reader gives UTF-8. */
		buf_clear(&word);
		for (size_t i = 0, k; i < n; i += k) {
			unsigned long cp;

			k = utf8_decode(s + i, n - i, &cp);
			buf_addcp(&word, cp);
		}
		REQUIRE(page_add(&page, w, word.data, word.len, &err) == ST_OK);
		if (n == 1 && s[0] == '\f') {
			before += S_letters(page.text.data, page.text.len);
			REQUIRE(page_flow(&page, &flow, &err) == ST_OK);
			page_clear(&page);
			flow_page(&flow);
		}
	}
	before += S_letters(page.text.data, page.text.len);
	REQUIRE(page_flow(&page, &flow, &err) == ST_OK);
	REQUIRE(flow_finish(&flow, &err) == ST_OK);
	fuzz_is_converted(&out);
	/* Marks of its own (a box is "[x]", a table may be HTML) come on top. */
	REQUIRE(S_letters(out.data, out.len) >= before);
	flow_release(&flow);
	page_release(&page);
	buf_release(&out);
	buf_release(&word);
	return 0;
}
