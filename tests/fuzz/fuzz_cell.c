/* A text as a cell of CSV and TSV: one row, the same number of cells, the text
 * given back by whoever reads the format, and no formula. */
#include "../../searcher/render.h"
#include "fuzz.h"
#include "fuzz_answers.h"

/* The n-th cell of a line of CSV, unquoted. */
static void S_cell(struct buf *out, const char *line, size_t n, char delimiter)
{
	const char *p = line;

	while (n) {
		bool quoted = false;

		for (; *p && (quoted || *p != delimiter); p++)
			if (*p == '"' && delimiter == ',')
				quoted = !quoted;
		REQUIRE(*p++ == delimiter);
		n--;
	}
	if (*p == '"' && delimiter == ',') {
		for (p++; *p != '"' || p[1] == '"'; p++) {
			REQUIRE(*p);
			p += *p == '"';
			buf_addc(out, *p);
		}
		return;
	}
	for (; *p && *p != delimiter && *p != '\r' && *p != '\n'; p++)
		buf_addc(out, *p);
}

static void S_table(const char *text, size_t n, enum format format, bool raw)
{
	struct request r = {.command = CMD_SEARCH, .format = format, .raw_cells = raw};
	struct snippet snippet = {.field = F_TITLE, .line = 1, .text = text, .n = n};
	struct hit h = {.rank = 1, .score = -1, .snippets = &snippet, .n_snippets = 1};
	struct answer a = {.request = &r, .hits = &h, .n_hits = 1, .total = 1};
	struct buf out, notes, cell, want;
	struct page to = {&out, &notes, {false, 80}};
	char delimiter = format == FORMAT_CSV ? ',' : '\t';
	struct ficha f;
	const char *line;

	ficha_init(&f);
	h.ficha = &f;
	buf_init(&out, 0);
	buf_init(&notes, 0);
	buf_init(&cell, 0);
	buf_init(&want, 0);
	REQUIRE(render_table(&to, &a, NULL) == ST_OK);
	fuzz_is_inert(out.data, out.len);
	if (!raw)
		fuzz_is_table(out.data, out.len, delimiter);
	line = strchr(out.data, '\n') + 1;
	REQUIRE(strchr(line, '\n') == out.data + out.len - 1);
	S_cell(&cell, line, 17, delimiter);
	inert_put(&want, text, n);
	REQUIRE(strcmp(cell.data, want.data) == 0 ||
		(!raw && cell.data[0] == '\'' &&
		 strcmp(cell.data + 1, want.data) == 0));
	buf_release(&out);
	buf_release(&notes);
	buf_release(&cell);
	buf_release(&want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);

	S_table(text, size, FORMAT_CSV, false);
	S_table(text, size, FORMAT_TSV, false);
	S_table(text, size, FORMAT_CSV, true);
	S_table(text, size, FORMAT_TSV, true);
	free(text);
	return 0;
}
