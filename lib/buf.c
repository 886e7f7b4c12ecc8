#include "buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"

/* What an empty buffer points at: readable, never written. */
static char S_empty[1];

void buf_init(struct buf *b, size_t max)
{
	b->data = S_empty;
	b->len = b->cap = 0;
	b->max = max ? max : BUF_MAX_DEFAULT;
	b->failed = ST_OK;
}

void buf_release(struct buf *b)
{
	size_t max = b->max;

	if (b->cap)
		free(b->data);
	buf_init(b, max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->cap)
		b->data[0] = '\0';
	b->failed = ST_OK;
}

/* Room for n more bytes and the NUL. */
static int S_grow(struct buf *b, size_t n)
{
	size_t cap;
	char *p;

	if (b->failed)
		return 0;
	if (n > b->max || b->len > b->max - n) {
		b->failed = ST_LIMIT;
		return 0;
	}
	if (b->len + n + 1 <= b->cap)
		return 1;
	cap = b->cap ? b->cap : 64;
	while (cap < b->len + n + 1)
		cap += cap / 2;
	p = realloc(b->cap ? b->data : NULL, cap);
	if (!p) {
		b->failed = ST_NOMEM;
		memory_lacked();
		return 0;
	}
	b->data = p;
	b->cap = cap;
	return 1;
}

void buf_add(struct buf *b, const char *p, size_t n)
{
	if (!S_grow(b, n))
		return;
	if (n)
		memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = ST_INTERNAL;
		return;
	}
	if (!S_grow(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_addcp(struct buf *b, unsigned long cp)
{
	char u[4];

	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = 0xFFFD;
	if (cp < 0x80) {
		u[0] = (char)cp;
		buf_add(b, u, 1);
	} else if (cp < 0x800) {
		u[0] = (char)(0xC0 | cp >> 6);
		u[1] = (char)(0x80 | (cp & 0x3F));
		buf_add(b, u, 2);
	} else if (cp < 0x10000) {
		u[0] = (char)(0xE0 | cp >> 12);
		u[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		u[2] = (char)(0x80 | (cp & 0x3F));
		buf_add(b, u, 3);
	} else {
		u[0] = (char)(0xF0 | cp >> 18);
		u[1] = (char)(0x80 | (cp >> 12 & 0x3F));
		u[2] = (char)(0x80 | (cp >> 6 & 0x3F));
		u[3] = (char)(0x80 | (cp & 0x3F));
		buf_add(b, u, 4);
	}
}

void buf_truncate(struct buf *b, size_t len)
{
	if (len < b->len) {
		b->len = len;
		b->data[len] = '\0';
	}
}

char *buf_reserve(struct buf *b, size_t n)
{
	return S_grow(b, n) ? b->data + b->len : NULL;
}

void buf_commit(struct buf *b, size_t n)
{
	b->len += n;
	b->data[b->len] = '\0';
}

enum status buf_status(const struct buf *b, struct err *err)
{
	switch (b->failed) {
	case ST_OK:
		return ST_OK;
	case ST_LIMIT:
		return err_set(err, ST_LIMIT, _("a text is longer than %zu bytes"),
			       b->max);
	case ST_NOMEM:
		return err_nomem(err);
	case ST_USAGE:
	case ST_INPUT:
	case ST_IO:
	case ST_NOINDEX:
	case ST_DAMAGED:
	case ST_VERSION:
	case ST_BUSY:
	case ST_INTERRUPTED:
	case ST_INTERNAL:
		break;
	}
	return err_set(err, ST_INTERNAL, "%s", _("a text could not be formatted"));
}

char *buf_detach(struct buf *b)
{
	char *p = NULL;

	if (!b->failed) {
		if (!b->cap)
			S_grow(b, 0);
		if (b->cap) {
			p = b->data;
			p[b->len] = '\0';
			b->cap = 0;
		}
	}
	buf_release(b);
	return p;
}
