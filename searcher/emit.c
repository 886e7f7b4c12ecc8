#include "emit.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "screen.h"
#include "text.h"

static void S_comma(struct emit *e)
{
	if (e->comma)
		buf_addc(e->out, ',');
	e->comma = true;
}

void emit_open(struct emit *e, char bracket)
{
	S_comma(e);
	buf_addc(e->out, bracket);
	e->comma = false;
}

void emit_close(struct emit *e, char bracket)
{
	buf_addc(e->out, bracket);
	e->comma = true;
}

void emit_key(struct emit *e, const char *key)
{
	char text[64];
	size_t n = strlen(key), at = 0;

	if (e->comma)
		text[at++] = ',';
	e->comma = false;
	text[at++] = '"';
	if (n > sizeof text - 4) /* none is */
		n = sizeof text - 4;
	memcpy(text + at, key, n);
	at += n;
	text[at++] = '"';
	text[at++] = ':';
	buf_add(e->out, text, at);
}

void emit_line(struct emit *e)
{
	buf_addc(e->out, '\n');
	e->comma = false;
}

void emit_null(struct emit *e)
{
	S_comma(e);
	buf_add(e->out, "null", 4);
}

void emit_bool(struct emit *e, bool v)
{
	S_comma(e);
	buf_adds(e->out, v ? "true" : "false");
}

void emit_size(struct emit *e, size_t n)
{
	char digits[24];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + n % 10);
	while (n /= 10);
	S_comma(e);
	buf_add(e->out, digits + at, sizeof digits - at);
}

/* Nine digits, as json_write() does, and jansson's ".0" behind a whole one. */
void emit_round(struct emit *e, double v, double steps)
{
	char text[40];
	int n = snprintf(text, sizeof text, "%.9g",
			 isfinite(v) ? round(v * steps) / steps : 0);

	S_comma(e);
	buf_add(e->out, text, (size_t)n);
	if (!strpbrk(text, ".e"))
		buf_add(e->out, ".0", 2);
}

/* Appends the one character c, k bytes at p, escaped where it must be. */
static void S_sign(struct buf *out, unsigned long c, const char *p, size_t k)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c && c < 0x80 ? strchr(from, (int)c) : NULL;

	if (at) {
		buf_addc(out, '\\');
		buf_addc(out, to[at - from]);
	} else if (c < 0x20) {
		buf_addf(out, "\\u%04lX", c);
	} else if (!inert_refuses(c)) {
		buf_add(out, p, k);
	} else if (c > 0xFFFF) {
		buf_addf(out, "\\u%04lx\\u%04lx", 0xD800 + ((c - 0x10000) >> 10),
			 0xDC00 + ((c - 0x10000) & 0x3FF));
	} else {
		buf_addf(out, "\\u%04lx", c);
	}
}

#define EIGHT(byte) ((byte) * (uint64_t)0x0101010101010101u)

/* Whether all of eight bytes are printable ASCII but quote and backslash. */
static bool S_eight(const char *s)
{
	uint64_t v, quote, back, del;

	memcpy(&v, s, 8);
	quote = v ^ EIGHT('"');
	back = v ^ EIGHT('\\');
	del = v ^ EIGHT(0x7F);
	return !((((quote - EIGHT(1)) & ~quote) | ((back - EIGHT(1)) & ~back) |
		  ((del - EIGHT(1)) & ~del) | (v - EIGHT(0x20)) | v) &
		 EIGHT(0x80));
}

/* Bytes that stand for themselves: printable ASCII, and letters of two bytes
 * that are Latin ones (U+00C0 to U+017F). */
static size_t S_plain(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i = 0;

	for (;;) {
		while (n - i >= 8 && S_eight(s + i))
			i += 8;
		while (i < n && p[i] >= 0x20 && p[i] < 0x7F && p[i] != '"' &&
		       p[i] != '\\')
			i++;
		if (n - i < 2 || p[i] < 0xC3 || p[i] > 0xC5 ||
		    (p[i + 1] & 0xC0) != 0x80)
			return i;
		i += 2;
	}
}

void emit_text(struct emit *e, const char *s, size_t n)
{
	struct buf *out = e->out;
	size_t k = S_plain(s, n);

	S_comma(e);
	if (k == n) { /* as nearly every label and slug is */
		char *p = buf_reserve(out, n + 2);

		if (p) {
			p[0] = '"';
			memcpy(p + 1, s, n);
			p[n + 1] = '"';
			buf_commit(out, n + 2);
		}
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < n; i += k) {
		unsigned long c;

		k = S_plain(s + i, n - i);
		buf_add(out, s + i, k);
		if (k)
			continue;
		k = utf8_decode(s + i, n - i, &c);
		if (c == 0xFFFD)
			buf_addcp(out, c);
		else
			S_sign(out, c, s + i, k);
	}
	buf_addc(out, '"');
}

void emit_str(struct emit *e, const char *s)
{
	if (s)
		emit_text(e, s, strlen(s));
	else
		emit_null(e);
}

void emit_strs(struct emit *e, char *const *v, size_t n)
{
	emit_open(e, '[');
	for (size_t i = 0; i < n; i++)
		emit_str(e, v[i]);
	emit_close(e, ']');
}

void emit_str_at(struct emit *e, const char *key, const char *s)
{
	emit_key(e, key);
	emit_str(e, s);
}

void emit_size_at(struct emit *e, const char *key, size_t n)
{
	emit_key(e, key);
	emit_size(e, n);
}

void emit_bool_at(struct emit *e, const char *key, bool v)
{
	emit_key(e, key);
	emit_bool(e, v);
}
