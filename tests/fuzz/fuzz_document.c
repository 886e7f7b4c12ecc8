/* Ficha documents: what was found was taken or rejected, every rejection and
 * every line is accounted for, and the fichas are records. */
#include "../../indexer/normal.h"
#include "../../indexer/source.h"
#include "fuzz.h"
#include "record.h"

struct taken {
	unsigned long n;
	unsigned lines; /* of the document */
	struct diags *diags;
};

static unsigned S_lines(const uint8_t *data, size_t size)
{
	unsigned n = 1;

	for (size_t i = 0; i < size; i++)
		n += data[i] == '\n' || data[i] == '\r' || data[i] == '\f' ||
		     data[i] == '\v' || data[i] >= 0x80;
	return n;
}

static void S_record(const struct ficha *f)
{
	struct ficha g;
	struct buf one, two;
	struct err err = {0};
	enum status st;

	ficha_init(&g);
	buf_init(&one, 0);
	buf_init(&two, 0);
	st = record_write(&one, f, RECORD_STORED, &err);
	REQUIRE(st == ST_OK);
	REQUIRE(record_read(&g, NULL, one.data, one.len, &err) == ST_OK);
	REQUIRE(record_write(&two, &g, RECORD_STORED, &err) == ST_OK);
	REQUIRE(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
	ficha_release(&g);
	buf_release(&one);
	buf_release(&two);
}

static enum status S_take(void *ctx, struct ficha *f, struct err *err)
{
	struct taken *t = ctx;

	t->n++;
	REQUIRE(f->text[F_TITLE] && f->text[F_TITLE][0]);
	REQUIRE(f->line_start >= 1 && f->line_start <= f->line_end);
	REQUIRE(f->line_end <= t->lines);
	for (int i = 0; i < F_COUNT; i++) {
		REQUIRE(f->lines[i].first <= f->lines[i].last);
		REQUIRE(f->lines[i].last <= t->lines);
		for (size_t k = 0; k < f->para_lines[i].n; k++)
			REQUIRE((unsigned)f->para_lines[i].v[k] <= t->lines);
		if (f->text[i])
			fuzz_is_clean(f->text[i], strlen(f->text[i]));
	}
	REQUIRE(normal_ficha(f, NULL, fuzz_lexicon(), fuzz_analyzer(), 2024, "x",
			     t->diags, err) == ST_OK);
	REQUIRE(f->id && f->id[0] && strlen(f->id) <= ID_MAX);
	S_record(f);
	ficha_release(f);
	return ST_OK;
}

static void S_diag(void *ctx, const struct diag *d)
{
	struct buf line;

	(void)ctx;
	buf_init(&line, 0);
	diag_print(&line, d);
	REQUIRE(utf8_valid(line.data, line.len, NULL));
	for (size_t i = 0; i < line.len; i++)
		REQUIRE((unsigned char)line.data[i] >= 0x20 && line.data[i] != 0x7F);
	buf_release(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct diags diags;
	struct taken taken = {0, S_lines(data, size), &diags};
	struct source_sink sink = {.take = S_take, .ctx = &taken, .diags = &diags};
	struct err err = {0};

	diags_init(&diags, S_diag, NULL);
	REQUIRE(source_read_document(&sink, fuzz_analyzer(), fuzz_lexicon(), "x.md",
				     text, size, &err) == ST_OK);
	REQUIRE(sink.found == taken.n + sink.rejected);
	REQUIRE(diags_count(&diags, DIAG_ERROR) >= sink.rejected);
	diags_release(&diags);
	free(text);
	return 0;
}
