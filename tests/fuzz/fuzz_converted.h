#ifndef FUZZ_CONVERTED_H
#define FUZZ_CONVERTED_H
/* fuzz_converted - what must be true of every converter's text, and parts of a
 * zip around XML. */
#include <archive.h>
#include <archive_entry.h>

#include "../../indexer/confine.h"
#include "../../indexer/convert.h"
#include "fuzz.h"

static inline void fuzz_is_converted(const struct buf *out)
{
	REQUIRE(out->len <= CONVERT_MAX);
	REQUIRE(utf8_valid(out->data, out->len, NULL));
	for (size_t i = 0; i < out->len; i++) {
		unsigned char c = (unsigned char)out->data[i];

		REQUIRE(c >= 0x20 || c == '\n' || c == '\t' || c == '\f');
	}
}

static inline void fuzz_converted(convert_fn *convert, const void *data, size_t size)
{
	char *bytes = fuzz_copy(data, size);
	struct buf out;
	struct err err = {0};
	enum status st;

	buf_init(&out, CONVERT_MAX);
	st = convert(&out, bytes, size, &err);
	if (st) {
		REQUIRE(st == ST_INPUT || st == ST_LIMIT);
		fuzz_is_message(&err);
	} else {
		fuzz_is_converted(&out);
	}
	buf_release(&out);
	free(bytes);
}

struct fuzz_part {
	const char *name;
	const void *p;
	size_t n;
};

/* A zip of parts as they are, not packed. */
static inline size_t fuzz_zip(char *out, size_t max, const struct fuzz_part *part,
			      size_t n)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	size_t used = 0;

	REQUIRE(a && e);
	archive_write_set_format_zip(a);
	archive_write_zip_set_compression_store(a);
	REQUIRE(archive_write_open_memory(a, out, max, &used) == ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		archive_entry_clear(e);
		archive_entry_set_pathname(e, part[i].name);
		archive_entry_set_size(e, (la_int64_t)part[i].n);
		archive_entry_set_filetype(e, AE_IFREG);
		REQUIRE(archive_write_header(a, e) == ARCHIVE_OK);
		archive_write_data(a, part[i].p, part[i].n);
	}
	REQUIRE(archive_write_close(a) == ARCHIVE_OK);
	archive_entry_free(e);
	archive_write_free(a);
	return used;
}

/* An input that begins with PK is the zip; else it is the parts' XML, with a
 * zero byte between one and the next. */
static inline void fuzz_zipped(convert_fn *convert, const char *const *names, size_t n,
			       const uint8_t *data, size_t size)
{
	static char zip[1 << 17];
	struct fuzz_in in = {data, size};
	struct fuzz_part part[5];
	size_t used = 0;

	if (size > 1 && data[0] == 'P' && data[1] == 'K') {
		fuzz_converted(convert, data, size);
		return;
	}
	REQUIRE(size < sizeof zip / 2 && n <= 4);
	for (size_t i = 0; i < n; i++) {
		part[used].name = names[i];
		part[used].p = fuzz_string(&part[used].n, &in);
		used += part[used].n > 0;
	}
	fuzz_converted(convert, zip, fuzz_zip(zip, sizeof zip, part, used));
}

#endif
