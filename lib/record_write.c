#include "record.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json_read.h"
#include "messages.h"
#include "record_keys.h"
#include "text.h"

/*
 * Written straight into the buffer, without a tree: a build writes every
 * record more than once.  Only unknown keys go through jansson, which knows
 * their form.
 */

/* Bytes that stand for themselves inside a JSON string. */
static size_t S_plain(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n = 0;

	while (p[n] >= 0x20 && p[n] != '"' && p[n] != '\\')
		n++;
	return n;
}

static void S_escape(struct buf *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *known = strchr(from, c);

	if (known)
		buf_addf(out, "\\%c", to[known - from]);
	else
		buf_addf(out, "\\u%04X", (unsigned)(unsigned char)c);
}

static void S_string(struct buf *out, const char *s)
{
	if (!s) {
		buf_adds(out, "null");
		return;
	}
	buf_addc(out, '"');
	for (;;) {
		size_t n = S_plain(s);

		buf_add(out, s, n);
		s += n;
		if (!*s)
			break;
		if (*s == '\n')
			buf_add(out, "\\n", 2);
		else
			S_escape(out, *s);
		s++;
	}
	buf_addc(out, '"');
}

static void S_number(struct buf *out, long v)
{
	char digits[24];
	size_t at = sizeof digits;
	unsigned long left = v < 0 ? 0ul - (unsigned long)v : (unsigned long)v;

	do
		digits[--at] = (char)('0' + left % 10);
	while (left /= 10);
	if (v < 0)
		digits[--at] = '-';
	buf_add(out, digits + at, sizeof digits - at);
}

static void S_strings(struct buf *out, const struct strs *l)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_addc(out, ',');
		S_string(out, l->v[i]);
	}
	buf_addc(out, ']');
}

static void S_numbers(struct buf *out, const struct ints *l)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < l->n; i++) {
		if (i)
			buf_addc(out, ',');
		S_number(out, l->v[i]);
	}
	buf_addc(out, ']');
}

static void S_key(struct buf *out, const char *name, bool first)
{
	if (!first)
		buf_addc(out, ',');
	buf_addc(out, '"');
	buf_adds(out, name);
	buf_add(out, "\":", 2);
}

static void S_source(struct buf *out, const struct ficha *f, enum record_form form)
{
	bool first = true;

	buf_addc(out, '{');
	S_key(out, "path", true);
	S_string(out, f->source_path ? f->source_path : "");
	S_key(out, "line_start", false);
	S_number(out, (long)f->line_start);
	S_key(out, "line_end", false);
	S_number(out, (long)f->line_end);
	S_key(out, "fields", false);
	buf_addc(out, '{');
	for (int i = 0; i < F_COUNT; i++) {
		if (!f->lines[i].first)
			continue;
		S_key(out, field_table[i].name, first);
		first = false;
		buf_addc(out, '[');
		S_number(out, (long)f->lines[i].first);
		buf_addc(out, ',');
		S_number(out, (long)f->lines[i].last);
		buf_addc(out, ']');
	}
	buf_addc(out, '}');
	if (form == RECORD_STORED) {
		S_key(out, "para_lines", false);
		buf_addc(out, '{');
		first = true;
		for (int i = 0; i < F_COUNT; i++) {
			if (f->para_lines[i].n <= 1)
				continue;
			S_key(out, field_table[i].name, first);
			first = false;
			S_numbers(out, &f->para_lines[i]);
		}
		buf_addc(out, '}');
	}
	buf_addc(out, '}');
}

/* The unknown keys, with a comma before each. */
static bool S_extra(struct buf *out, const char *json)
{
	json_t *extra = json_read(json, strlen(json), 0, NULL);
	char *text = extra ? json_print(extra, JSON_COMPACT | JSON_REAL_PRECISION(15))
			   : NULL;
	size_t n = text ? strlen(text) : 0;

	if (n > 2) {
		buf_addc(out, ',');
		buf_add(out, text + 1, n - 2);
	}
	free(text);
	json_decref(extra);
	return n >= 2;
}

static void S_value(struct buf *out, const struct ficha *f, const struct record_key *k,
		    enum record_form form)
{
	switch (k->kind) {
	case K_STR:
		S_string(out, *(char **)record_member(f, k));
		break;
	case K_TEXT:
		S_string(out, f->text[k->offset]);
		break;
	case K_STRS:
		S_strings(out, record_member(f, k));
		break;
	case K_INTS:
		S_numbers(out, record_member(f, k));
		break;
	case K_BOOL:
		buf_adds(out, *(bool *)record_member(f, k) ? "true" : "false");
		break;
	case K_MUNICIPALITY:
		S_string(out, f->municipalities.n ? f->municipalities.v[0] : NULL);
		break;
	case K_SOURCE:
		S_source(out, f, form);
		break;
	}
}

enum status record_write(struct buf *out, const struct ficha *f, enum record_form form,
			 struct err *err)
{
	size_t from = out->len;
	enum status st;

	buf_addc(out, '{');
	for (size_t i = 0; i < RECORD_KEYS; i++) {
		const struct record_key *k = &record_keys[i];

		/* The unknown keys stand before the source, the one part that
		 * changes from place to place. */
		if (k->kind == K_SOURCE && f->extra && !S_extra(out, f->extra))
			return err_nomem(err);
		S_key(out, k->name, i == 0);
		S_value(out, f, k, form);
	}
	buf_addc(out, '}');
	st = buf_status(out, err);
	if (!st && !utf8_valid(out->data + from, out->len - from, NULL))
		st = err_set(err, ST_INTERNAL, "a record that is not UTF-8");
	return st;
}
