#include "encoding.h"

#include <string.h>

#include "text.h"

/* Windows-1252 between 80 and 9F; the rest is Latin-1.  Five bytes mean
 * nothing. */
static const unsigned short S_1252[32] = {
	0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
	0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

void encoding_from_1252(struct buf *out, const char *bytes, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c < 0x80)
			continue;
		buf_add(out, bytes + from, i - from);
		buf_addcp(out, c < 0xA0 ? S_1252[c - 0x80] : c);
		from = i + 1;
	}
	buf_add(out, bytes + from, n - from);
}

size_t encoding_repair(struct buf *out, const char *bytes, size_t n)
{
	size_t replaced = 0, at;

	while (n && !utf8_valid(bytes, n, &at)) {
		unsigned long cp;

		buf_add(out, bytes, at);
		buf_addcp(out, 0xFFFD);
		replaced++;
		at += utf8_decode(bytes + at, n - at, &cp);
		bytes += at;
		n -= at;
	}
	buf_add(out, bytes, n);
	return replaced;
}

enum encoding encoding_mark(size_t *mark, const char *bytes, size_t n)
{
	*mark = 0;
	if (n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		*mark = 3;
	else if (n >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0)
		*mark = 2;
	else if (n >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0)
		*mark = 2;
	if (*mark != 2)
		return ENCODING_UTF8;
	return bytes[0] == '\xFF' ? ENCODING_UTF16LE : ENCODING_UTF16BE;
}

/*
 * *state: bits 0..15 a high surrogate that waits for its low one (0: none),
 * bits 16..23 the first byte of a unit, bit 24 that there is one.
 */
#define HAS_BYTE (1ul << 24)

void encoding_from_utf16(struct buf *out, const char *bytes, size_t n, bool big,
			 unsigned long *state)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		unsigned long high = *state & 0xFFFF, first, unit;

		if (!(*state & HAS_BYTE)) {
			*state |= HAS_BYTE | (unsigned long)c << 16;
			continue;
		}
		first = *state >> 16 & 0xFF;
		unit = big ? first << 8 | c : (unsigned long)c << 8 | first;
		*state = 0;
		if (high && unit >= 0xDC00 && unit <= 0xDFFF) {
			buf_addcp(out,
				  0x10000 + ((high & 0x3FF) << 10 | (unit & 0x3FF)));
			continue;
		}
		if (high)
			buf_addcp(out, 0xFFFD);
		if (unit >= 0xD800 && unit <= 0xDBFF)
			*state = unit;
		else
			buf_addcp(out, unit);
	}
}

void encoding_utf16_end(struct buf *out, unsigned long *state)
{
	if (*state)
		buf_addcp(out, 0xFFFD);
	*state = 0;
}

void encoding_decode(struct buf *out, const char *bytes, size_t n, bool says_utf8)
{
	unsigned long state = 0;
	size_t mark;
	enum encoding e = encoding_mark(&mark, bytes, n);

	bytes += mark;
	n -= mark;
	if (e == ENCODING_UTF16LE || e == ENCODING_UTF16BE) {
		encoding_from_utf16(out, bytes, n, e == ENCODING_UTF16BE, &state);
		encoding_utf16_end(out, &state);
	} else if (mark || says_utf8 || utf8_valid(bytes, n, NULL)) {
		encoding_repair(out, bytes, n);
	} else {
		encoding_from_1252(out, bytes, n);
	}
}
