#include "jsonl.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"

/*
 * Before the JSON library sees a line it is looked over once, as far as
 * strings and numbers are concerned: it takes half a surrogate pair for an
 * error and a large number too, and it recurses on depth.  What has to change
 * is written anew; an edit remembers by how much, so that the column in a
 * message is that of the line as it stands in the file.
 */
#define EDITS_MAX 64
#define DIGITS	  15 /* that a double surely keeps */

struct edit {
	size_t at; /* in the new line */
	long more; /* bytes that it is longer from there on */
};

struct line {
	const struct record_sink *sink;
	unsigned number;
	const char *s; /* as it stands in the source */
	size_t n;
	struct buf out;
	size_t copied; /* bytes of s that are in out */
	struct edit edits[EDITS_MAX];
	size_t n_edits;
};

/* 1-based, in characters, of a byte of the line. */
static unsigned S_column(const struct line *l, size_t at)
{
	return (unsigned)utf8_count(l->s, at < l->n ? at : l->n) + 1;
}

/* Of a byte of the new line. */
static unsigned S_column_of_new(const struct line *l, size_t at)
{
	size_t old = at;

	for (size_t i = 0; i < l->n_edits && l->edits[i].at <= at; i++)
		old = l->edits[i].more > (long)at ? 0 : at - (size_t)l->edits[i].more;
	return S_column(l, old ? old - 1 : 0);
}

/* Instead of s[from, to) the new line has `with`. */
static void S_edit(struct line *l, size_t from, size_t to, const char *with, size_t n)
{
	buf_add(&l->out, l->s + l->copied, from - l->copied);
	buf_add(&l->out, with, n);
	l->copied = to;
	if (l->n_edits < EDITS_MAX) {
		l->edits[l->n_edits].at = l->out.len;
		l->edits[l->n_edits++].more = (long)l->out.len - (long)to;
	}
}

static int S_hex(const char *s)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];
		int d = c >= '0' && c <= '9'   ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* An escape at i (the backslash); returns where it ends; 0: a NUL. */
static size_t S_escape(struct line *l, size_t i)
{
	int unit = i + 6 <= l->n && l->s[i + 1] == 'u' ? S_hex(l->s + i + 2) : -1;
	int low;

	if (unit < 0)
		return i + 2;
	if (unit == 0)
		return 0;
	if (unit < 0xD800 || unit > 0xDFFF)
		return i + 6;
	low = i + 12 <= l->n && l->s[i + 6] == '\\' && l->s[i + 7] == 'u'
		      ? S_hex(l->s + i + 8)
		      : -1;
	if (unit < 0xDC00 && low >= 0xDC00 && low <= 0xDFFF)
		return i + 12;
	record_problem(l->sink, false, "lone-surrogate", l->number, S_column(l, i),
		       _("\\u%04X is half of a sign: replaced"), (unsigned)unit);
	S_edit(l, i, i + 6, "\\ufffd", 6);
	return i + 6;
}

/* A number at [i, end): quoted if it would not come out as it went in. */
static void S_number(struct line *l, size_t i, size_t end)
{
	char copy[64];
	const char *s = l->s + i;
	size_t n = end - i, digits = 0, k = 0;
	bool real = false, fits, zero = true;

	/* Grammar: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?; what is not
	 * that is left for the library to refuse. */
	k += s[k] == '-';
	if (k < n && s[k] == '0')
		k++;
	else
		for (; k < n && s[k] >= '0' && s[k] <= '9'; k++) {
			digits++;
			zero = false;
		}
	if (k < n && s[k] == '.') {
		real = true;
		for (k++; k < n && s[k] >= '0' && s[k] <= '9'; k++) {
			zero &= s[k] == '0';
			digits += !zero;
		}
	}
	if (k < n && (s[k] | 0x20) == 'e') {
		real = true;
		k++;
		k += k < n && (s[k] == '+' || s[k] == '-');
		while (k < n && s[k] >= '0' && s[k] <= '9')
			k++;
	}
	if (k != n || (n == 1 && *s == '-'))
		return;
	if (n >= sizeof copy) {
		fits = false;
	} else {
		memcpy(copy, s, n);
		copy[n] = '\0';
		errno = 0;
		if (real) {
			double v = strtod(copy, NULL);

			fits = digits <= DIGITS && isfinite(v) && (zero || v != 0);
		} else {
			(void)strtoll(copy, NULL, 10);
			fits = errno == 0;
		}
	}
	if (fits)
		return;
	record_problem(
		l->sink, false, "number-as-text", l->number, S_column(l, i), "%s",
		_("a number with more digits than can be kept: it becomes text"));
	buf_add(&l->out, l->s + l->copied, i - l->copied);
	l->copied = i;
	S_edit(l, i, i, "\"", 1);
	S_edit(l, end, end, "\"", 1);
}

/* False: the line is refused, and it was said why. */
static bool S_look_over(struct line *l)
{
	bool string = false;
	unsigned depth = 0;

	for (size_t i = 0; i < l->n;) {
		char c = l->s[i];
		size_t end = i + 1;

		if (string) {
			if (c == '\\') {
				end = S_escape(l, i);
				if (!end) {
					record_problem(l->sink, true, "nul-byte",
						       l->number, S_column(l, i), "%s",
						       _("a NUL byte"));
					return false;
				}
			} else if (c == '"') {
				string = false;
			}
		} else if (c == '"') {
			string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSONL_DEPTH_MAX) {
				record_problem(l->sink, true, "record-too-deep",
					       l->number, S_column(l, i),
					       _("values nest deeper than %d levels"),
					       JSONL_DEPTH_MAX);
				return false;
			}
		} else if (c == '}' || c == ']') {
			depth -= depth > 0;
		} else if (c == '-' || (c >= '0' && c <= '9')) {
			while (end < l->n && l->s[end] &&
			       strchr("0123456789+-.eE", l->s[end]))
				end++;
			S_number(l, i, end);
		}
		i = end;
	}
	return true;
}

/* Provenance is this line's; where a record stood before it was exported says
 * nothing here. */
static void S_place(struct ficha *f, unsigned line)
{
	for (int i = 0; i < F_COUNT; i++) {
		ints_release(&f->para_lines[i]);
		f->lines[i] = (struct lines){0, 0};
	}
	f->line_start = f->line_end = line;
}

static enum status S_record(struct line *l, struct analyzer *a, const char *json,
			    size_t n, struct err *err)
{
	struct record_keys keys;
	struct err why = {.text = ""};
	struct ficha f;
	enum status st;

	ficha_init(&f);
	st = record_read(&f, &keys, json, n, &why);
	if (st == ST_INPUT) {
		bool title = !why.column &&
			     strcmp(why.text, _("the record has no title")) == 0;

		record_problem(l->sink, true, title ? "no-title" : "malformed-record",
			       l->number,
			       why.column ? S_column_of_new(l, why.column) : 1, "%s",
			       why.text);
		return ST_OK;
	}
	if (st && err)
		*err = why;
	if (!st)
		st = record_clean(&f, a, err);
	S_place(&f, l->number);
	if (!st)
		st = l->sink->record(l->sink->ctx, &f, &keys, l->number, err);
	ficha_release(&f);
	return st;
}

static enum status S_line(struct line *l, struct analyzer *a, const char *s, size_t n,
			  struct err *err)
{
	struct buf repaired;
	const char *nul;
	size_t at;
	enum status st = ST_OK;

	while (n && (s[n - 1] == '\r' || s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (strspn(s, " \t") >= n)
		return ST_OK;
	l->s = s;
	l->n = n;
	l->copied = l->n_edits = 0;
	buf_clear(&l->out);
	buf_init(&repaired, 4 * RECORD_LINE_MAX);
	nul = memchr(s, '\0', n);
	if (nul) {
		record_problem(l->sink, true, "nul-byte", l->number,
			       S_column(l, (size_t)(nul - s)), "%s", _("a NUL byte"));
		return ST_OK;
	}
	if (!utf8_valid(s, n, &at)) {
		record_problem(l->sink, false, "invalid-utf8", l->number,
			       S_column(l, at), "%s",
			       _("bytes that are not UTF-8: replaced"));
		encoding_repair(&repaired, s, n);
		st = buf_status(&repaired, err);
		l->s = repaired.data;
		l->n = repaired.len;
	}
	if (!st && S_look_over(l)) {
		if (l->copied)
			buf_add(&l->out, l->s + l->copied, l->n - l->copied);
		st = buf_status(&l->out, err);
		if (!st)
			st = S_record(l, a, l->copied ? l->out.data : l->s,
				      l->copied ? l->out.len : l->n, err);
	}
	buf_release(&repaired);
	return st;
}

enum status jsonl_read(int fd, struct analyzer *a, const struct record_sink *sink,
		       struct err *err)
{
	struct line l = {.sink = sink};
	struct feed feed;
	size_t from = 0, seen = 0; /* of the line; looked through for its end */
	bool long_line = false;
	enum status st = ST_OK;

	feed_init(&feed, fd, sink);
	buf_init(&l.out, 4 * RECORD_LINE_MAX);
	for (;;) {
		char *s = feed.bytes.data, *lf;
		size_t end;

		lf = feed.bytes.len > seen
			     ? memchr(s + seen, '\n', feed.bytes.len - seen)
			     : NULL;
		end = lf ? (size_t)(lf - s) : feed.bytes.len;
		if (!lf && !feed.ended) {
			seen = end;
			if (end - from > RECORD_LINE_MAX) {
				/* Its bytes are forgotten, its end is not yet
				 * there. */
				long_line = true;
				from = end;
			}
			feed_drop(&feed, from);
			seen -= from;
			from = 0;
			st = feed_more(&feed, err);
			if (st)
				break;
			continue;
		}
		if (!lf && from == end && !long_line)
			break;
		l.number++;
		if (long_line || end - from > RECORD_LINE_MAX)
			record_problem(sink, true, "line-too-long", l.number, 1,
				       _("the line is longer than %zu bytes"),
				       RECORD_LINE_MAX);
		else
			st = S_line(&l, a, s + from, end - from, err);
		long_line = false;
		from = seen = end + (lf != NULL);
		if (st || !lf)
			break;
	}
	buf_release(&l.out);
	feed_release(&feed);
	return st;
}
