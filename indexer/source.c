#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "encoding.h"
#include "messages.h"
#include "source_doc.h"

enum status source_raw(struct source_sink *sink, struct analyzer *a,
		       const struct lexicon *l, const char *path, struct raw *raw,
		       struct err *err)
{
	struct doc d = {.lexicon = l,
			.analyzer = a,
			.sink = sink,
			.path = path,
			.found_before = sink->found};
	enum status st;

	buf_init(&d.text, 0);
	st = source_markup(&d, raw, err);
	if (st == ST_OK)
		st = source_kinds(&d, err);
	if (st == ST_OK)
		st = source_blocks(&d, err);
	source_words_free(d.words);
	free(d.v);
	buf_release(&d.text);
	return st;
}

/* The line of a byte, for a diagnostic. */
static unsigned S_line_of(const char *text, size_t at, unsigned *column)
{
	unsigned line = 1;
	size_t from = 0;

	for (size_t i = 0; i < at; i++)
		if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) {
			line++;
			from = i + 1;
		}
	*column = (unsigned)(utf8_count(text + from, at - from) + 1);
	return line;
}

/* The HTML parser stops at a NUL byte, so none gets there: the lines that had
 * one are marked afterwards. */
static void S_mark_nul(struct raw *raw, const char *text, size_t n)
{
	unsigned line = 1;
	size_t k = 0, from = 0;

	for (const char *p = memchr(text, '\0', n); p;
	     p = memchr(p + 1, '\0', n - (size_t)(p + 1 - text))) {
		for (; from < (size_t)(p - text); from++)
			line += text[from] == '\n' ||
				(text[from] == '\r' && text[from + 1] != '\n');
		while (k < raw->n && raw->v[k].no < line)
			k++;
		if (k < raw->n)
			raw->v[k].flags |= RAW_NUL;
	}
}

/* A page of HTML, or text with HTML in it? */
static bool S_is_page(const char *s, size_t n)
{
	while (n && (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r')) {
		s++;
		n--;
	}
	return n > 14 && (strncasecmp(s, "<!doctype html", 14) == 0 ||
			  strncasecmp(s, "<html", 5) == 0);
}

/* Not one sign of UTF-8 beyond ASCII, and several bytes that would be letters of
 * Spanish in Windows-1252: what an old editor saved. */
static bool S_is_1252(const char *s, size_t n)
{
	size_t letters = 0;

	for (size_t i = 0, w; i < n; i += w) {
		unsigned char c = (unsigned char)s[i];
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		if (c < 0x80)
			continue;
		if (w > 1 || c == 0x81 || c == 0x8D || c == 0x8F || c == 0x90 ||
		    c == 0x9D)
			return false;
		letters += strchr("\xE1\xE9\xED\xF3\xFA\xF1\xFC\xC1\xC9\xCD\xD3\xDA"
				  "\xD1",
				  s[i]) != NULL;
	}
	return letters >= 3;
}

/* Other encodings than UTF-8; *is: out has the document's text. */
static enum status S_decode(struct buf *out, bool *is, struct source_sink *sink,
			    const char *path, const char *bytes, size_t n,
			    struct err *err)
{
	size_t mark, bad;
	enum encoding e = encoding_mark(&mark, bytes, n);

	*is = true;
	if (e != ENCODING_UTF8 && mark && n % 2 == 0) {
		encoding_decode(out, bytes, n, false);
	} else if (!utf8_valid(bytes, n, &bad) && S_is_1252(bytes, n)) {
		unsigned column, line = S_line_of(bytes, bad, &column);

		encoding_from_1252(out, bytes, n);
		diag(sink->diags, DIAG_WARNING, "windows-1252", path, line, column,
		     "%s", _("the file is not UTF-8: read as Windows-1252"));
	} else {
		*is = false;
	}
	return buf_status(out, err);
}

static enum status S_read(struct source_sink *sink, struct analyzer *a,
			  const struct lexicon *l, const char *path, const char *bytes,
			  size_t n, struct err *err);

enum status source_read_document(struct source_sink *sink, struct analyzer *a,
				 const struct lexicon *l, const char *path,
				 const char *bytes, size_t n, struct err *err)
{
	struct buf decoded;
	bool is;
	enum status st;

	buf_init(&decoded, 0);
	st = S_decode(&decoded, &is, sink, path, bytes, n, err);
	if (st == ST_OK && is)
		st = S_read(sink, a, l, path, decoded.data, decoded.len, err);
	else if (st == ST_OK)
		st = S_read(sink, a, l, path, bytes, n, err);
	buf_release(&decoded);
	return st;
}

static enum status S_read(struct source_sink *sink, struct analyzer *a,
			  const struct lexicon *l, const char *path, const char *bytes,
			  size_t n, struct err *err)
{
	struct buf text;
	struct raw raw;
	size_t bad, replaced = 0;
	bool too_deep = false;
	enum status st;

	if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		bytes += 3;
		n -= 3;
	}
	if (!n) {
		diag(sink->diags, DIAG_WARNING, "empty", path, 0, 0, "%s",
		     _("the document is empty"));
		return ST_OK;
	}
	buf_init(&text, 0);
	raw_init(&raw);
	st = text_clean(&text, &replaced, a, bytes, n, err);
	if (st == ST_OK && replaced && !utf8_valid(bytes, n, &bad)) {
		unsigned column, line = S_line_of(bytes, bad, &column);

		diag(sink->diags, DIAG_WARNING, "invalid-utf8", path, line, column,
		     _("%zu bytes that are not UTF-8 were replaced"), replaced);
	}
	if (st == ST_OK && source_has_html(text.data, text.len)) {
		st = source_html(&raw, &too_deep, text.data, text.len,
				 S_is_page(text.data, text.len), err);
		S_mark_nul(&raw, text.data, text.len);
		if (too_deep)
			diag(sink->diags, DIAG_ERROR, "html-too-deep", path,
			     raw.n ? raw.v[raw.n - 1].no : 1, 1, "%s",
			     _("HTML tags are nested too deeply: the rest of the "
			       "document was not read"));
	} else if (st == ST_OK) {
		st = source_lines(&raw, text.data, text.len, err);
	}
	buf_release(&text);
	if (st == ST_OK)
		st = source_raw(sink, a, l, path, &raw, err);
	raw_release(&raw);
	return st;
}
