#include "csv.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "csv_columns.h"
#include "messages.h"

/*
 * libcsv finds the cells; it is given the bytes up to the next sign that means
 * something to it (delimiter, quote, line end), so that after each call we
 * know where in the source it stands.  The bytes of the open row stay in the
 * feed until the row ends: a bad row is read again from its second line.
 *
 * That may happen for each line of a file whose every line begins a quote, and
 * each time as much as a row may have would be read again.  So there is a
 * budget for it, which grows with the bytes read; without budget the bytes are
 * passed over.
 */
#define AGAIN_START ((size_t)4 << 20)
#define AGAIN_GROW  4 /* for each byte that is new */

struct csv {
	struct feed feed;
	struct analyzer *analyzer;
	const struct lexicon *lexicon;
	const struct record_sink *sink;
	struct csv_parser parser;
	bool open; /* parser needs csv_free() */
	char delimiter;
	size_t at;     /* in feed.bytes: given to the parser */
	size_t row;    /* where its row begins */
	size_t base;   /* bytes of the source before feed.bytes */
	size_t newest; /* bytes of the source that were read once */
	size_t budget;
	unsigned line;	 /* of row */
	struct buf text; /* of the row's cells */
	struct cell *cells;
	size_t *starts; /* offset of each cell's text, then in text */
	size_t *where;	/* offset in feed.bytes where each begins */
	size_t n, cap;
	size_t next_where;
	bool row_ended;
	struct columns columns;
	bool have_header;
	bool utf8, windows; /* which it is, once a byte past ASCII told */
	enum status st;
	struct err *err;
};

/* ---- places ---- */

/* Line ends in the source: LF, CR LF, CR. */
static unsigned S_lines(const char *s, size_t n, const char *end)
{
	unsigned lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += s[i] == '\n' ||
			 (s[i] == '\r' && (s + i + 1 == end || s[i + 1] != '\n'));
	return lines;
}

static void S_problem(struct csv *c, bool fatal, const char *code, size_t at,
		      const char *message)
{
	const char *s = c->feed.bytes.data, *end = s + c->feed.bytes.len;
	size_t start = at;

	while (start > c->row && s[start - 1] != '\n' && s[start - 1] != '\r')
		start--;
	record_problem(c->sink, fatal, code,
		       c->line + S_lines(s + c->row, start - c->row, end),
		       (unsigned)utf8_count(s + start, at - start) + 1, "%s", message);
}

/* ---- the parser ---- */

static void S_on_cell(void *text, size_t n, void *ctx)
{
	struct csv *c = ctx;

	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 64;
		size_t *starts = realloc(c->starts, cap * sizeof *starts);
		size_t *where;

		if (starts)
			c->starts = starts;
		where = starts ? realloc(c->where, cap * sizeof *where) : NULL;
		if (where)
			c->where = where;
		if (!starts || !where) {
			c->st = err_nomem(c->err);
			return;
		}
		c->cap = cap;
	}
	c->starts[c->n] = c->text.len;
	c->where[c->n++] = c->next_where;
	c->next_where = c->at;
	buf_add(&c->text, text, n);
}

static void S_on_row(int end, void *ctx)
{
	struct csv *c = ctx;

	(void)end;
	c->row_ended = true;
}

static void S_row_clear(struct csv *c)
{
	buf_clear(&c->text);
	c->n = 0;
	c->row_ended = false;
}

static enum status S_parser_new(struct csv *c)
{
	if (c->open)
		csv_free(&c->parser);
	c->open = csv_init(&c->parser, 0) == 0;
	if (!c->open)
		return err_nomem(c->err);
	csv_set_delim(&c->parser, (unsigned char)c->delimiter);
	csv_set_blk_size(&c->parser, 4096);
	S_row_clear(c);
	return ST_OK;
}

/* Reading goes on at `to`, with nothing known of what was before. */
static enum status S_restart(struct csv *c, size_t to)
{
	const char *s = c->feed.bytes.data;

	c->line += S_lines(s + c->row, to - c->row, s + c->feed.bytes.len);
	c->row = c->at = c->next_where = to;
	return S_parser_new(c);
}

/* Where the line that `from` stands in ends; len if it is not there. */
static size_t S_line_end(const struct csv *c, size_t from)
{
	const char *s = c->feed.bytes.data;
	size_t i = from;

	while (i < c->feed.bytes.len && s[i] != '\n' && s[i] != '\r')
		i++;
	if (i < c->feed.bytes.len && s[i] == '\r' && i + 1 < c->feed.bytes.len &&
	    s[i + 1] == '\n')
		i++;
	return i < c->feed.bytes.len ? i + 1 : i;
}

/* Forgets what was read before the row. */
static void S_drop(struct csv *c)
{
	feed_drop(&c->feed, c->row);
	for (size_t i = 0; i < c->n; i++)
		c->where[i] -= c->row;
	c->base += c->row;
	c->at -= c->row;
	c->next_where -= c->row;
	c->row = 0;
}

/* Passes over the rest of the line that the parser stands in. */
static enum status S_skip_line(struct csv *c)
{
	size_t to = S_line_end(c, c->at);

	while (!c->st && to == c->feed.bytes.len && !c->feed.ended) {
		/* Nothing of it is needed any more, but its lines count. */
		c->st = S_restart(c, to);
		S_drop(c);
		if (!c->st)
			c->st = feed_more(&c->feed, c->err);
		to = S_line_end(c, 0);
	}
	return c->st ? c->st : S_restart(c, to);
}

/* Where the row's cells end: before its line end, which is passed over when the
 * next row begins (of CR LF the LF may not have been read yet). */
static size_t S_stop(const struct csv *c)
{
	const char *s = c->feed.bytes.data;

	return c->at > c->row && (s[c->at - 1] == '\n' || s[c->at - 1] == '\r')
		       ? c->at - 1
		       : c->at;
}

/* After a bad row: from its second line on, if there is one and the budget
 * allows it; else after what was read. */
static enum status S_after_bad(struct csv *c, bool ended)
{
	size_t second = S_line_end(c, c->row);

	if (second < c->at && c->at - second <= c->budget) {
		c->budget -= c->at - second;
		return S_restart(c, second);
	}
	return ended ? S_restart(c, S_stop(c)) : S_skip_line(c);
}

/* ---- rows ---- */

/* Cell i of the row's text. */
static struct cell S_text(const struct csv *c, size_t i)
{
	size_t end = i + 1 < c->n ? c->starts[i + 1] : c->text.len;

	return (struct cell){c->text.data + c->starts[i], end - c->starts[i]};
}

static bool S_ascii(struct cell cell)
{
	for (size_t i = 0; i < cell.n; i++)
		if ((unsigned char)cell.s[i] >= 0x80)
			return false;
	return true;
}

/* Where the first byte that is not UTF-8 stands in the source; false: all are.
 * Cell by cell: half a sign at the end of one and half at the beginning of the
 * next are none.  The first one past ASCII tells what the whole file is. */
static bool S_not_utf8(size_t *where, struct csv *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct cell cell = S_text(c, i);
		size_t at;

		if (utf8_valid(cell.s, cell.n, &at)) {
			c->utf8 = c->utf8 || (!c->windows && !S_ascii(cell));
			continue;
		}
		*where = c->where[i];
		/* Quotes that are left out do not mend it. */
		if (!utf8_valid(c->feed.bytes.data + *where, c->at - *where, &at))
			*where += at;
		return true;
	}
	return false;
}

/* The row's text is made UTF-8. */
static enum status S_decode(struct csv *c)
{
	struct buf whole;
	size_t where, offset = 0;

	if (!S_not_utf8(&where, c))
		return ST_OK;
	if (!c->utf8 && !c->windows) {
		c->windows = true;
		S_problem(c, false, "windows-1252", where,
			  _("the file is not UTF-8: read as Windows-1252"));
	} else if (c->utf8) {
		S_problem(c, false, "invalid-utf8", where,
			  _("bytes that are not UTF-8: replaced"));
	}
	buf_init(&whole, c->text.max);
	for (size_t i = 0; i < c->n; i++) {
		struct cell cell = S_text(c, i);

		offset = whole.len;
		if (c->utf8)
			encoding_repair(&whole, cell.s, cell.n);
		else
			encoding_from_1252(&whole, cell.s, cell.n);
		c->starts[i] = offset;
	}
	buf_release(&c->text);
	c->text = whole;
	return buf_status(&c->text, c->err);
}

static enum status S_cells(struct csv *c)
{
	enum status st = S_decode(c);
	struct cell *cells;

	if (st)
		return st;
	cells = realloc(c->cells, (c->n ? c->n : 1) * sizeof *cells);
	if (!cells)
		return err_nomem(c->err);
	c->cells = cells;
	for (size_t i = 0; i < c->n; i++)
		cells[i] = S_text(c, i);
	return ST_OK;
}

static enum status S_record(struct csv *c)
{
	struct record_keys keys;
	struct err why = {.text = ""};
	struct ficha f;
	size_t bad = 0;
	enum status st;

	ficha_init(&f);
	st = columns_ficha(&f, &keys, &bad, &c->columns, c->cells, c->lexicon,
			   c->analyzer, &why);
	if (st == ST_INPUT) {
		S_problem(c, true, "malformed-record", c->where[bad], why.text);
		st = ST_OK;
	} else if (!st && !f.text[F_TITLE]) {
		S_problem(c, true, "no-title", c->row, _("the record has no title"));
	} else if (!st) {
		f.line_start = c->line;
		f.line_end = c->line + S_lines(c->feed.bytes.data + c->row,
					       S_stop(c) - c->row,
					       c->feed.bytes.data + c->feed.bytes.len);
		st = record_clean(&f, c->analyzer, c->err);
		if (!st)
			st = c->sink->record(c->sink->ctx, &f, &keys, c->line, c->err);
	} else if (c->err) {
		*c->err = why;
	}
	ficha_release(&f);
	return st;
}

/* A row of several lines whose quotes do not come in pairs: one was opened and
 * not closed, and the row has swallowed the next ones. */
static bool S_odd_quotes(const struct csv *c)
{
	const char *s = c->feed.bytes.data + c->row;
	size_t n = S_stop(c) - c->row, quotes = 0;

	if (!memchr(s, '\n', n) && !memchr(s, '\r', n))
		return false;
	for (size_t i = 0; i < n; i++)
		quotes += s[i] == '"';
	return quotes % 2 != 0;
}

/* A whole row.  *bad: it is to be left, and was told. */
static enum status S_row(struct csv *c, bool *bad)
{
	size_t n = c->n, have = c->columns.n;
	char text[160];
	enum status st;

	*bad = false;
	if (memchr(c->text.data, '\0', c->text.len)) {
		S_problem(c, true, "nul-byte", c->row, _("a NUL byte"));
		return ST_OK;
	}
	st = S_cells(c);
	if (st)
		return st;
	while (n > have && !c->cells[n - 1].n) /* delimiters too many */
		n--;
	if (!c->have_header) {
		c->have_header = true;
		/* The cells are freed with c. */
		st = columns_read(&c->columns, c->cells, c->n, c->lexicon, c->err);
		return st; /* NOLINT */
	}
	for (size_t i = 0; i < n && !*bad; i++)
		*bad = c->cells[i].n > 0;
	if (!*bad) /* nothing in it: no record */
		return ST_OK;
	if (S_odd_quotes(c)) {
		S_problem(c, true, "unclosed-quote", c->row,
			  _("a quote is not closed, or one is not doubled"));
		return ST_OK;
	}
	if (n != have) {
		snprintf(text, sizeof text, _("%zu cells where the header has %zu"), n,
			 have);
		S_problem(c, true, "cell-count",
			  n > have ? c->where[have] : c->where[n - 1], text);
		return ST_OK;
	}
	*bad = false;
	return S_record(c);
}

static enum status S_row_end(struct csv *c)
{
	const char *s = c->feed.bytes.data;
	size_t stop;
	bool bad;
	enum status st = S_row(c, &bad);

	if (st)
		return st;
	if (bad)
		return S_after_bad(c, true);
	stop = S_stop(c);
	c->line += S_lines(s + c->row, stop - c->row, s + c->feed.bytes.len);
	c->row = c->at = c->next_where = stop;
	S_row_clear(c);
	return ST_OK;
}

/* ---- the file ---- */

/* Which delimiter: the one that gives the most headings that we know.  An
 * Excel file may say it itself, in a line of its own. */
static enum status S_begin(struct csv *c)
{
	static const char delimiters[] = {',', ';', '\t', '|'};
	const char *s;
	size_t end, best = 0, from = 0;

	while (!c->st && !c->feed.ended &&
	       (end = S_line_end(c, 0)) == c->feed.bytes.len && end <= RECORD_LINE_MAX)
		c->st = feed_more(&c->feed, c->err);
	if (c->st)
		return c->st;
	s = c->feed.bytes.data;
	end = S_line_end(c, 0);
	c->delimiter = ',';
	if (end >= 5 && end <= 8 && strncmp(s, "sep=", 4) == 0) {
		c->delimiter = s[4];
		return S_restart(c, end);
	}
	for (size_t d = 0; d < sizeof delimiters; d++) {
		size_t known = 0;

		from = 0;
		for (size_t i = 0; i <= end; i++) {
			enum field field;
			size_t n = i - from;

			if (i < end && s[i] != delimiters[d] && s[i] != '\n' &&
			    s[i] != '\r')
				continue;
			/* Quotes and accents of another encoding do not matter. */
			known += 1 + (n < 200 &&
				      column_kind(&field, s + from, n, c->lexicon) !=
					      COLUMN_EXTRA) *
					     100;
			from = i + 1;
		}
		if (known > best) {
			best = known;
			c->delimiter = delimiters[d];
		}
	}
	return S_parser_new(c);
}

static bool S_special(const struct csv *c, char ch)
{
	return ch == c->delimiter || ch == '"' || ch == '\n' || ch == '\r';
}

/* Passes over line ends before a row.  False: what follows a CR is not there
 * yet. */
static bool S_line_ends(struct csv *c)
{
	const char *s = c->feed.bytes.data;

	while (c->at == c->row && c->at < c->feed.bytes.len) {
		bool cr = s[c->at] == '\r';

		if (!cr && s[c->at] != '\n')
			break;
		if (cr && c->at + 1 == c->feed.bytes.len && !c->feed.ended)
			return false;
		c->line +=
			!cr || c->at + 1 == c->feed.bytes.len || s[c->at + 1] != '\n';
		c->row = c->next_where = ++c->at;
	}
	return true;
}

/* Gives the parser what is there, up to the end of a row. */
static enum status S_some(struct csv *c)
{
	while (!c->st && c->at < c->feed.bytes.len && !c->row_ended) {
		const char *s = c->feed.bytes.data;
		size_t from = c->at;

		while (c->at < c->feed.bytes.len && !S_special(c, s[c->at]))
			c->at++;
		if (c->at < c->feed.bytes.len)
			c->at++;
		if (csv_parse(&c->parser, s + from, c->at - from, S_on_cell, S_on_row,
			      c) != c->at - from)
			return err_nomem(c->err);
		if (c->base + c->at > c->newest) {
			c->budget += AGAIN_GROW * (c->base + c->at - c->newest);
			c->newest = c->base + c->at;
		}
		if (c->at - c->row > RECORD_LINE_MAX && !c->row_ended) {
			char text[100];

			snprintf(text, sizeof text,
				 _("the row is longer than %zu bytes"),
				 RECORD_LINE_MAX);
			S_problem(c, true, "record-too-large", c->row, text);
			return S_after_bad(c, false);
		}
	}
	return c->st;
}

/* The last row may have no line end; the parser is given one.  If the row does
 * not end then, a quote is open. */
static enum status S_end(struct csv *c)
{
	const char *row = c->feed.bytes.data + c->row;

	if (c->at > c->row &&
	    csv_parse(&c->parser, "\n", 1, S_on_cell, S_on_row, c) != 1)
		return err_nomem(c->err);
	if (c->row_ended)
		return S_row_end(c);
	if (c->at > c->row && memchr(row, '"', c->at - c->row)) {
		S_problem(c, true, "unclosed-quote", c->row,
			  _("the file ends inside a quoted cell"));
		return S_after_bad(c, true);
	}
	c->row = c->at;
	return ST_OK;
}

static enum status S_all(struct csv *c)
{
	enum status st = S_begin(c);

	while (!st) {
		if (c->row_ended) {
			st = S_row_end(c);
		} else if (S_line_ends(c) && c->at < c->feed.bytes.len) {
			st = S_some(c);
		} else if (!c->feed.ended) {
			S_drop(c);
			st = feed_more(&c->feed, c->err);
		} else {
			st = S_end(c);
			/* A bad row may be read again from its second line. */
			if (c->at == c->feed.bytes.len)
				break;
		}
	}
	if (!st && !c->have_header)
		st = err_set(c->err, ST_INPUT, "%s",
			     _("the first row names no column for the title"));
	return st;
}

enum status csv_read(int fd, struct analyzer *a, const struct lexicon *l,
		     const struct record_sink *sink, struct err *err)
{
	struct csv c = {.analyzer = a,
			.lexicon = l,
			.sink = sink,
			.line = 1,
			.budget = AGAIN_START,
			.err = err};
	enum status st;

	feed_init(&c.feed, fd, sink);
	buf_init(&c.text, 4 * RECORD_LINE_MAX);
	st = S_all(&c);
	if (c.open)
		csv_free(&c.parser);
	columns_release(&c.columns);
	free(c.cells);
	free(c.starts);
	free(c.where);
	buf_release(&c.text);
	feed_release(&c.feed);
	return st;
}
