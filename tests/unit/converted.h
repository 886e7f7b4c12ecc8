#ifndef CONVERTED_H
#define CONVERTED_H
/* What the converters make of documents that are written here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../indexer/confine.h"
#include "../../indexer/convert.h"
#include "text.h"
#include "same.h"

__attribute__((unused)) static char *S_convert_n(convert_fn *convert, const char *bytes,
						 size_t n, enum status expected)
{
	struct err err = {.text = ""};
	struct buf out;
	enum status st;

	buf_init(&out, CONVERT_MAX);
	st = convert(&out, bytes, n, &err);
	if (st != expected)
		print_message("%s: %s\n", err.text, out.data);
	assert_int_equal(st, expected);
	if (st) {
		assert_true(err.text[0]);
		buf_clear(&out);
	}
	assert_true(utf8_valid(out.data, out.len, NULL));
	return buf_detach(&out);
}

/* ---- zips ---- */

struct part {
	const char *name, *text;
	size_t n; /* 0: strlen */
};

/* A zip of the parts.  free(). */
__attribute__((unused)) static char *S_zip(size_t *n, const struct part *parts)
{
	size_t cap = 1 << 20;
	char *zip = malloc(cap);
	struct archive *a = archive_write_new();

	assert_non_null(zip);
	assert_non_null(a);
	archive_write_set_format_zip(a);
	assert_int_equal(archive_write_open_memory(a, zip, cap, n), ARCHIVE_OK);
	for (; parts->name; parts++) {
		struct archive_entry *e = archive_entry_new();
		size_t size = parts->n ? parts->n : strlen(parts->text);

		archive_entry_set_pathname(e, parts->name);
		archive_entry_set_size(e, (la_int64_t)size);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
		assert_int_equal(archive_write_data(a, parts->text, size), size);
		archive_entry_free(e);
	}
	archive_write_close(a);
	archive_write_free(a);
	return zip;
}

__attribute__((unused)) static char *
S_package(convert_fn *convert, const struct part *parts, enum status expected)
{
	size_t n;
	char *zip = S_zip(&n, parts), *text = S_convert_n(convert, zip, n, expected);

	free(zip);
	return text;
}

#define W_NS "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define DOCX_HEAD                                                                 \
	"<w:document xmlns:w='" W_NS "' xmlns:w14='http://schemas.microsoft.com/" \
	"office/word/2010/wordml' xmlns:mc='http://schemas.openxmlformats.org/"   \
	"markup-compatibility/2006' xmlns:v='urn:v'><w:body>"

__attribute__((unused)) static char *S_file(size_t *n, const char *name)
{
	char path[200];
	FILE *f;
	char *s = malloc(1 << 20);

	snprintf(path, sizeof path, "tests/fixtures/formats/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_non_null(s);
	*n = fread(s, 1, 1 << 20, f);
	fclose(f);
	return s;
}

#endif
