#include "records.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "again.h"
#include "build.h"
#include "inert.h"
#include "messages.h"

#define CHUNK ((size_t)1 << 16)

void feed_init(struct feed *f, int fd, const struct record_sink *sink)
{
	memset(f, 0, sizeof *f);
	f->fd = fd;
	f->sink = sink;
	buf_init(&f->bytes, 8 * RECORD_LINE_MAX);
}

void feed_release(struct feed *f)
{
	buf_release(&f->bytes);
}

/* Reads into chunk; *n 0: the end.  A pipe may keep us waiting, so between
 * slices of time the interruption is looked at. */
static enum status S_read(size_t *n, struct feed *f, char *chunk, struct err *err)
{
	unsigned tries = 0, vain = 0;

	for (;;) {
		struct pollfd one = {.fd = f->fd, .events = POLLIN};
		ssize_t k;
		int ready;

		if (build_interrupted)
			return err_set(err, ST_INTERRUPTED, "%s",
				       _("interrupted: the index is as it was"));
		ready = poll(&one, 1, 200);
		if (again(ready, &tries) || ready == 0)
			continue;
		/* Where it cannot be waited for, read() waits. */
		k = read(f->fd, chunk, CHUNK);
		if (again(k, &vain))
			continue;
		if (k < 0)
			return err_set(err, ST_IO, "%s", strerror(errno));
		*n = (size_t)k;
		if (f->sink->bytes && k)
			f->sink->bytes(f->sink->ctx, chunk, *n);
		return ST_OK;
	}
}

static void S_decode(struct feed *f, const char *p, size_t n)
{
	if (f->encoding == ENCODING_UTF16LE || f->encoding == ENCODING_UTF16BE)
		encoding_from_utf16(&f->bytes, p, n, f->encoding == ENCODING_UTF16BE,
				    &f->state);
	else
		buf_add(&f->bytes, p, n);
}

enum status feed_more(struct feed *f, struct err *err)
{
	char *chunk = malloc(CHUNK);
	size_t n = 0, mark;
	enum status st = chunk ? S_read(&n, f, chunk, err) : err_nomem(err);

	if (!st && n == 0) {
		f->ended = true;
		encoding_utf16_end(&f->bytes, &f->state);
	} else if (!st && f->begun) {
		S_decode(f, chunk, n);
	} else if (!st) {
		/* The mark may come in pieces from a pipe. */
		buf_add(&f->bytes, chunk, n);
		while (!st && f->bytes.len < 3 && n) {
			st = S_read(&n, f, chunk, err);
			if (!st)
				buf_add(&f->bytes, chunk, n);
		}
		f->begun = true;
		f->encoding = encoding_mark(&mark, f->bytes.data, f->bytes.len);
		if (!st && mark) {
			struct buf raw = f->bytes;

			buf_init(&f->bytes, raw.max);
			S_decode(f, raw.data + mark, raw.len - mark);
			buf_release(&raw);
		}
		f->ended = !st && n == 0;
	}
	free(chunk);
	return st ? st : buf_status(&f->bytes, err);
}

void feed_drop(struct feed *f, size_t n)
{
	if (!n)
		return;
	memmove(f->bytes.data, f->bytes.data + n, f->bytes.len - n);
	buf_truncate(&f->bytes, f->bytes.len - n);
}

void record_problem(const struct record_sink *sink, bool fatal, const char *code,
		    unsigned line, unsigned column, const char *fmt, ...)
{
	char raw[sizeof((struct err *)0)->text], message[4 * sizeof raw];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	/* What libraries say of a line may quote half a sign of it. */
	inert_message(message, sizeof message, raw, strlen(raw));
	sink->problem(sink->ctx, fatal, code, line, column, message);
}

/* ---- NFC ---- */

static bool S_ascii(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s >= 0x80)
			return false;
	return true;
}

static enum status S_clean(char **slot, struct analyzer *a, struct buf *scratch,
			   struct err *err)
{
	size_t replaced;
	enum status st;

	if (!*slot || S_ascii(*slot))
		return ST_OK;
	buf_clear(scratch);
	st = text_clean(scratch, &replaced, a, *slot, strlen(*slot), err);
	if (!st)
		st = buf_status(scratch, err);
	if (!st && strcmp(scratch->data, *slot) != 0 &&
	    !str_set(slot, scratch->data, scratch->len))
		st = err_nomem(err);
	return st;
}

static enum status S_clean_all(struct strs *l, struct analyzer *a, struct buf *scratch,
			       struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < l->n; i++)
		st = S_clean(&l->v[i], a, scratch, err);
	return st;
}

enum status record_clean(struct ficha *f, struct analyzer *a, struct err *err)
{
	char **const strings[] = {&f->id,     &f->cut_code,    &f->province,
				  &f->region, &f->region_code, &f->population_label,
				  &f->status};
	struct strs *const lists[] = {&f->municipalities, &f->sello_lines,
				      &f->population_groups};
	enum status st = ST_OK;
	struct buf scratch;

	buf_init(&scratch, 8 * RECORD_MAX);
	for (int i = 0; !st && i < F_COUNT; i++)
		st = S_clean(&f->text[i], a, &scratch, err);
	for (size_t i = 0; !st && i < sizeof strings / sizeof *strings; i++)
		st = S_clean(strings[i], a, &scratch, err);
	for (size_t i = 0; !st && i < sizeof lists / sizeof *lists; i++)
		st = S_clean_all(lists[i], a, &scratch, err);
	buf_release(&scratch);
	return st;
}
