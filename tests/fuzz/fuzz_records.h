#ifndef FUZZ_RECORDS_H
#define FUZZ_RECORDS_H
/* fuzz_records - a sink for the readers of records (records.h) that holds them
 * to what they promise. */
#include <sys/mman.h>
#include <unistd.h>

#include "../../indexer/normal.h"
#include "../../indexer/records.h"
#include "fuzz.h"

struct fuzz_records {
	struct record_sink sink;
	size_t records, rejected, bytes;
	unsigned line; /* of the last record */
};

/* A file in memory with the input, read from its beginning. */
static inline int fuzz_records_fd(const uint8_t *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", 0);
	REQUIRE(fd >= 0 && ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	REQUIRE(write(fd, data, size) == (ssize_t)size);
	REQUIRE(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static inline void fuzz_same_again(const struct ficha *f)
{
	struct ficha g;
	struct buf one, two;
	struct err err = {0};

	ficha_init(&g);
	buf_init(&one, 0);
	buf_init(&two, 0);
	REQUIRE(record_write(&one, f, RECORD_STORED, &err) == ST_OK);
	REQUIRE(utf8_valid(one.data, one.len, NULL));
	REQUIRE(record_read(&g, NULL, one.data, one.len, &err) == ST_OK);
	REQUIRE(record_write(&two, &g, RECORD_STORED, &err) == ST_OK);
	REQUIRE(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
	ficha_release(&g);
	buf_release(&one);
	buf_release(&two);
}

static inline enum status fuzz_records_take(void *ctx, struct ficha *f,
					    const struct record_keys *keys,
					    unsigned line, struct err *err)
{
	struct fuzz_records *r = ctx;
	struct diags diags = {0};
	struct normal_given given = {.municipalities = keys->municipalities,
				     .sello_lines = keys->sello_lines,
				     .population_groups = keys->population_groups,
				     .dates = keys->dates,
				     .years = keys->years,
				     .status = keys->status,
				     .region = keys->region,
				     .id = keys->id};

	r->records++;
	REQUIRE(line >= r->line);
	r->line = line;
	REQUIRE(f->text[F_TITLE] && f->text[F_TITLE][0]);
	REQUIRE(f->line_start >= line && f->line_end >= f->line_start);
	for (int i = 0; i < F_COUNT; i++)
		if (f->text[i])
			fuzz_is_clean(f->text[i], strlen(f->text[i]));
	fuzz_same_again(f);
	/* What is derived keeps it so. */
	REQUIRE(normal_ficha(f, &given, fuzz_lexicon(), fuzz_analyzer(), 2024, "x",
			     &diags, err) == ST_OK);
	diags_release(&diags);
	REQUIRE(f->id && f->id[0]);
	fuzz_same_again(f);
	return ST_OK;
}

static inline void fuzz_records_problem(void *ctx, bool fatal, const char *code,
					unsigned line, unsigned column,
					const char *message)
{
	struct fuzz_records *r = ctx;

	r->rejected += fatal;
	(void)column;
	REQUIRE(code[0] && message[0] && line >= 1);
	REQUIRE(utf8_valid(message, strlen(message), NULL));
}

static inline void fuzz_records_bytes(void *ctx, const char *p, size_t n)
{
	(void)p;
	((struct fuzz_records *)ctx)->bytes += n;
}

static inline const struct record_sink *fuzz_records_sink(struct fuzz_records *r)
{
	r->sink = (struct record_sink){r, fuzz_records_take, fuzz_records_problem,
				       fuzz_records_bytes};
	return &r->sink;
}

static inline void fuzz_records_check(const struct fuzz_records *r, const uint8_t *data,
				      size_t size)
{
	size_t lines = 1;

	REQUIRE(r->bytes == size);
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r';
	REQUIRE(r->records + r->rejected <= lines);
}

#endif
