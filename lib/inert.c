#include "inert.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

bool inert_refuses(unsigned long c)
{
	if (c < 0x20 || (c >= 0x7F && c < 0xA0))
		return true;
	return c == 0x200E || c == 0x200F || c == 0x061C ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
	       (c >= 0xE0000 && c <= 0xE007F);
}

/* Bytes of the sign at p, of n; *good: it is one, and may be shown. */
static size_t S_sign(bool *good, unsigned long *c, const char *p, size_t n)
{
	size_t k = utf8_decode(p, n, c);

	*good = !inert_refuses(*c) &&
		(*c != 0xFFFD || (k == 3 && memcmp(p, "\xEF\xBF\xBD", 3) == 0));
	return k;
}

void inert_put(struct buf *out, const char *p, size_t n)
{
	size_t from = 0;

	for (size_t i = 0, k; i < n; i += k) {
		unsigned long c;
		bool good;

		k = 1;
		if (p[i] >= 0x20 && p[i] < 0x7F) /* nearly all are */
			continue;
		k = S_sign(&good, &c, p + i, n - i);
		if (good)
			continue;
		buf_add(out, p + from, i - from);
		if (c == '\t' || c == '\n' || c == '\r')
			buf_addc(out, ' ');
		else
			buf_addcp(out, 0xFFFD);
		from = i + k;
	}
	buf_add(out, p + from, n - from);
}

void inert_escape(struct buf *out, const char *p, size_t n)
{
	for (size_t i = 0, k; i < n; i += k) {
		unsigned long c;
		bool good;

		k = S_sign(&good, &c, p + i, n - i);
		if (good && c != '\\')
			buf_add(out, p + i, k);
		else
			for (size_t j = 0; j < k; j++)
				buf_addf(out, "\\x%02X", (unsigned char)p[i + j]);
	}
}

size_t inert_message(char *out, size_t max, const char *p, size_t n)
{
	size_t len = 0;

	for (size_t i = 0, k; i < n; i += k) {
		unsigned long c;
		bool good;

		k = S_sign(&good, &c, p + i, n - i);
		if (len + (good ? k : 4 * k) >= max)
			break;
		if (good) {
			memcpy(out + len, p + i, k);
			len += k;
		} else {
			for (size_t j = 0; j < k; j++, len += 4)
				snprintf(out + len, 5, "\\x%02X",
					 (unsigned char)p[i + j]);
		}
	}
	out[len] = '\0';
	return len;
}

void inert_json(struct buf *out, const char *json, size_t n)
{
	size_t from = 0;

	for (size_t i = 0, k; i < n; i += k) {
		unsigned long c;

		if ((unsigned char)json[i] < 0x7F) {
			k = 1;
			continue;
		}
		k = utf8_decode(json + i, n - i, &c);
		if (!inert_refuses(c))
			continue;
		buf_add(out, json + from, i - from);
		if (c > 0xFFFF)
			buf_addf(out, "\\u%04lx\\u%04lx",
				 0xD800 + ((c - 0x10000) >> 10),
				 0xDC00 + ((c - 0x10000) & 0x3FF));
		else
			buf_addf(out, "\\u%04lx", c);
		from = i + k;
	}
	buf_add(out, json + from, n - from);
}
