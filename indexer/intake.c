#include "intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "again.h"
#include "array.h"
#include "confine.h"
#include "convert.h"
#include "csv.h"
#include "jsonl.h"
#include "messages.h"
#include "normal.h"
#include "record.h"
#include "source.h"

static void S_hex(char out[33], XXH128_hash_t hash)
{
	XXH128_canonical_t c;

	XXH128_canonicalFromHash(&c, hash);
	for (size_t i = 0; i < sizeof c.digest; i++)
		snprintf(out + 2 * i, 3, "%02x", c.digest[i]);
}

void intake_hash_bytes(char out[33], const void *bytes, size_t n)
{
	S_hex(out, XXH3_128bits(bytes, n));
}

/* Opens what the walk found, if it is still a regular file: no link, and no
 * pipe or device that took its place meanwhile. */
static enum status S_open(int *out, const struct found *f, struct err *err)
{
	struct stat sb;
	int fd;

	if (strcmp(f->raw, "-") == 0) {
		*out = STDIN_FILENO;
		return ST_OK;
	}
	fd = open(f->raw, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, ST_IO, "%s", strerror(errno));
	if (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode)) {
		close(fd);
		return err_set(err, ST_IO, "%s", _("not a regular file"));
	}
	*out = fd;
	return ST_OK;
}

static void S_close(int fd)
{
	if (fd != STDIN_FILENO)
		close(fd);
}

enum status intake_hash(char out[33], const struct found *f, struct err *err)
{
	static const size_t block = (size_t)1 << 16;
	XXH3_state_t *state = XXH3_createState();
	char *bytes = malloc(block);
	unsigned tries = 0;
	enum status st = state && bytes ? ST_OK : err_nomem(err);
	int fd = -1;

	if (!st)
		st = S_open(&fd, f, err);
	if (!st) {
		XXH3_128bits_reset(state);
		for (;;) {
			ssize_t k = read(fd, bytes, block);

			if (again(k, &tries))
				continue;
			if (k < 0)
				st = err_set(err, ST_IO, "%s", strerror(errno));
			if (k <= 0)
				break;
			XXH3_128bits_update(state, bytes, (size_t)k);
		}
		S_close(fd);
		S_hex(out, XXH3_128bits_digest(state));
	}
	free(bytes);
	XXH3_freeState(state);
	return st;
}

/* Never trusts st_size: reads until the end, or one byte past the limit. */
static enum status S_slurp(struct buf *out, int fd, struct err *err)
{
	char block[16384];
	unsigned tries = 0;

	for (;;) {
		ssize_t k = read(fd, block, sizeof block);

		if (again(k, &tries))
			continue;
		if (k < 0)
			return err_set(err, ST_IO, "%s", strerror(errno));
		if (k == 0)
			return ST_OK;
		buf_add(out, block, (size_t)k);
		if (out->failed == ST_LIMIT)
			return err_set(err, ST_INPUT,
				       _("larger than %zu MiB: split the document"),
				       SOURCE_MAX >> 20);
		if (out->failed)
			return buf_status(out, err);
	}
}

static bool S_begins(const struct buf *b, const char *magic)
{
	size_t n = strlen(magic);

	return b->len >= n && memcmp(b->data, magic, n) == 0;
}

/* What a file is, by its first bytes where they tell, else by its name: a PDF
 * called .txt is a PDF, a page saved as .docx is HTML. */
static enum format S_format(const struct buf *bytes, enum format named)
{
	static const char *const html[] = {"<!doctype html", "<html"};
	size_t at = 0;

	if (S_begins(bytes, "%PDF-"))
		return FORMAT_PDF;
	if (S_begins(bytes, "PK\003\004"))
		/* ODF files begin with their type, uncompressed. */
		return memmem(bytes->data, bytes->len < 128 ? bytes->len : 128,
			      "application/vnd.oasis", 21)
			       ? FORMAT_ODT
			       : FORMAT_DOCX;
	if (S_begins(bytes, "\xEF\xBB\xBF"))
		at = 3;
	at += strspn(bytes->data + at, " \t\r\n");
	for (size_t i = 0; i < sizeof html / sizeof html[0]; i++)
		if (strncasecmp(bytes->data + at, html[i], strlen(html[i])) == 0)
			return FORMAT_HTML;
	return named == FORMAT_PDF || named == FORMAT_DOCX || named == FORMAT_ODT
		       ? FORMAT_NONE
		       : named;
}

/* Replaces the bytes of an office document or page by its text. */
static enum status S_convert(struct buf *bytes, enum format named, struct err *err)
{
	struct buf text;
	enum status st;

	switch (S_format(bytes, named)) {
	case FORMAT_PDF:
	case FORMAT_DOCX:
	case FORMAT_ODT:
	case FORMAT_HTML:
		buf_init(&text, CONVERT_MAX);
		st = confine_convert(&text, S_format(bytes, named), bytes->data,
				     bytes->len, err);
		if (st) {
			buf_release(&text);
			return st;
		}
		buf_release(bytes);
		*bytes = text;
		return ST_OK;
	case FORMAT_NONE:
		return err_set(err, ST_INPUT, "%s",
			       _("the file is not what its name says"));
	case FORMAT_DOCUMENT:
	case FORMAT_JSONL:
	case FORMAT_CSV:
		break;
	}
	return ST_OK;
}

/* ---- documents: one ficha after the other, the open ones' years afterwards ---- */

struct document_reading {
	struct intake *in;
	const char *path;
};

static enum status S_take_ficha(void *ctx, struct ficha *f, struct err *err)
{
	struct document_reading *r = ctx;
	struct intake *in = r->in;
	unsigned year = normal_latest_year(f);
	enum status st = normal_ficha(f, NULL, in->lexicon, in->analyzer, year, r->path,
				      in->diags, err);

	if (year > in->latest_year)
		in->latest_year = year;
	if (!st)
		st = in->take(in->ctx, f, false, f->ongoing, err);
	ficha_release(f);
	return st;
}

static size_t S_lines(const struct buf *bytes)
{
	size_t lines = 0;

	for (size_t i = 0; i < bytes->len; i++)
		lines += bytes->data[i] == '\n' || bytes->data[i] == '\r';
	return lines;
}

static enum status S_document(struct intake *in, const struct found *f,
			      const struct buf *bytes, struct err *err)
{
	struct document_reading r = {in, f->path};
	struct source_sink sink = {.take = S_take_ficha, .ctx = &r, .diags = in->diags};
	enum status st;

	if (bytes->len > TEXT_MAX || S_lines(bytes) > TEXT_LINES_MAX)
		return err_set(err, ST_INPUT,
			       _("more than %zu MiB of text, or than %u lines: split "
				 "the document"),
			       TEXT_MAX >> 20, TEXT_LINES_MAX);
	st = source_read_document(&sink, in->analyzer, in->lexicon, f->path,
				  bytes->data, bytes->len, err);
	in->rejected = sink.rejected;
	return st;
}

/* ---- records: one after the other, the open ones' years afterwards ---- */

/* One record of JSON Lines or CSV: what it did not bring is derived. */
static enum status S_record(struct intake *in, const struct found *found,
			    struct ficha *f, const struct record_keys *keys,
			    unsigned line, struct err *err)
{
	struct normal_given given = {
		.municipalities = keys->municipalities,
		.sello_lines = keys->sello_lines,
		.population_groups = keys->population_groups,
		.dates = keys->dates,
		.years = keys->years,
		.status = keys->status,
		.region = keys->region,
		.id = keys->id,
	};
	unsigned year = normal_latest_year(f);
	enum status st;

	/* An id without a sign is none: "" in JSON Lines is what an empty cell is
	 * in CSV. */
	if (f->id && !*f->id)
		given.id = false;
	if (given.id && f->id && strlen(f->id) > ID_MAX) {
		diag(in->diags, DIAG_ERROR, "id-too-long", found->path, line, 1,
		     _("an id of more than %d bytes"), ID_MAX);
		in->rejected++;
		return ST_OK;
	}
	/* Where it stood in some other source means nothing here. */
	for (int i = 0; i < F_COUNT; i++) {
		ints_release(&f->para_lines[i]);
		f->lines[i] = (struct lines){0, 0};
	}
	f->line_start = f->line_end = line;
	st = normal_ficha(f, &given, in->lexicon, in->analyzer, 0, found->path,
			  in->diags, err);
	for (size_t i = 0; i < f->years.n; i++)
		if ((unsigned)f->years.v[i] > year)
			year = (unsigned)f->years.v[i];
	if (year > in->latest_year)
		in->latest_year = year;
	return st ? st
		  : in->take(in->ctx, f, given.id, f->ongoing && !keys->years, err);
}

struct record_reading {
	struct intake *in;
	const struct found *found;
	XXH3_state_t *hash;
};

static enum status S_take_record(void *ctx, struct ficha *f,
				 const struct record_keys *keys, unsigned line,
				 struct err *err)
{
	struct record_reading *r = ctx;

	return S_record(r->in, r->found, f, keys, line, err);
}

static void S_problem(void *ctx, bool fatal_for_record, const char *code, unsigned line,
		      unsigned column, const char *message)
{
	struct record_reading *r = ctx;

	diag(r->in->diags, fatal_for_record ? DIAG_ERROR : DIAG_WARNING, code,
	     r->found->path, line, column, "%s", message);
	r->in->rejected += fatal_for_record;
}

static void S_seen(void *ctx, const char *p, size_t n)
{
	struct record_reading *r = ctx;

	XXH3_128bits_update(r->hash, p, n);
	if (r->in->bytes)
		*r->in->bytes += n;
}

static enum status S_records(struct intake *in, const struct found *found, int fd,
			     struct err *err)
{
	struct record_reading r = {in, found, XXH3_createState()};
	struct record_sink sink = {&r, S_take_record, S_problem, S_seen};
	enum status st = r.hash ? ST_OK : err_nomem(err);

	if (!st) {
		XXH3_128bits_reset(r.hash);
		if (found->format == FORMAT_CSV)
			st = csv_read(fd, in->analyzer, in->lexicon, &sink, err);
		else
			st = jsonl_read(fd, in->analyzer, &sink, err);
		S_hex(in->hash, XXH3_128bits_digest(r.hash));
	}
	XXH3_freeState(r.hash);
	return st;
}

enum status intake_years(struct intake *in, struct ficha *f, struct err *err)
{
	static const struct normal_given all_but_years = {
		.municipalities = true,
		.sello_lines = true,
		.population_groups = true,
		.dates = true,
		.status = true,
		.region = true,
		.id = true,
	};

	ints_release(&f->years);
	return normal_ficha(f, &all_but_years, in->lexicon, in->analyzer,
			    in->latest_year, "", NULL, err);
}

static enum status S_file(struct intake *in, const struct found *f, struct err *err)
{
	struct buf bytes;
	enum status st;
	int fd;

	in->rejected = 0;
	in->broken = false;
	in->latest_year = 0;
	in->hash[0] = '\0';
	st = S_open(&fd, f, err);
	if (st)
		return st;
	if (f->format == FORMAT_JSONL || f->format == FORMAT_CSV) {
		st = S_records(in, f, fd, err);
		S_close(fd);
		return st;
	}
	buf_init(&bytes, SOURCE_MAX);
	st = S_slurp(&bytes, fd, err);
	S_close(fd);
	if (!st) {
		intake_hash_bytes(in->hash, bytes.data, bytes.len);
		st = S_convert(&bytes, f->format, err);
		in->broken = st == ST_IO;
	}
	if (!st)
		st = S_document(in, f, &bytes, err);
	buf_release(&bytes);
	return st;
}

enum status intake_file(struct intake *in, const struct found *f, struct err *err)
{
	enum status st = S_file(in, f, err);

	/* A buffer that nobody asked: what was read may lack a word, or seem
	 * malformed. */
	return memory_was_lacking() ? err_nomem(err) : st;
}
