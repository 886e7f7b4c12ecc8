#include "text.h"

#include <stdint.h>
#include <string.h>

/*
 * Well-formed sequences (Unicode 15, table 3-7):
 *   00..7F
 *   C2..DF 80..BF
 *   E0     A0..BF 80..BF
 *   E1..EC 80..BF 80..BF
 *   ED     80..9F 80..BF          no surrogates
 *   EE..EF 80..BF 80..BF
 *   F0     90..BF 80..BF 80..BF
 *   F1..F3 80..BF 80..BF 80..BF
 *   F4     80..8F 80..BF 80..BF   nothing past U+10FFFF
 * Only the second byte's range ever differs, so one look at it settles
 * overlong forms, surrogates and the upper end.  Of anything else the maximal
 * subpart (the bytes that could have begun a sequence, at least one) becomes
 * one U+FFFD.
 */
static bool S_second(unsigned char lead, unsigned char c)
{
	switch (lead) {
	case 0xE0:
		return c >= 0xA0 && c <= 0xBF;
	case 0xED:
		return c >= 0x80 && c <= 0x9F;
	case 0xF0:
		return c >= 0x90 && c <= 0xBF;
	case 0xF4:
		return c >= 0x80 && c <= 0x8F;
	default:
		return c >= 0x80 && c <= 0xBF;
	}
}

/* Returns bytes taken; *cp is U+FFFD and *bad true for a subpart. */
static size_t S_decode(const unsigned char *p, size_t n, unsigned long *cp, bool *bad)
{
	unsigned char c = p[0];
	unsigned long v;
	size_t len;

	*bad = false;
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	*cp = 0xFFFD;
	*bad = true;
	if (c < 0xC2 || c > 0xF4)
		return 1;
	len = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
	if (n < 2 || !S_second(c, p[1]))
		return 1;
	v = (unsigned long)(c & (0xFF >> (len + 1))) << 6 | (p[1] & 0x3F);
	for (size_t i = 2; i < len; i++) {
		if (i >= n || (p[i] & 0xC0) != 0x80)
			return i;
		v = v << 6 | (p[i] & 0x3F);
	}
	*cp = v;
	*bad = false;
	return len;
}

size_t utf8_decode(const char *p, size_t n, unsigned long *cp)
{
	bool bad;

	return S_decode((const unsigned char *)p, n, cp, &bad);
}

#define EIGHT(byte) ((byte) * (uint64_t)0x0101010101010101u)

/* Bytes below 0x80 from p on: at least those of the eight that come first. */
static size_t S_ascii(const unsigned char *p, uint64_t eight)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	(void)p;
	return (size_t)__builtin_ctzll(eight & EIGHT(0x80u)) / 8;
#else
	size_t k = 0;

	(void)eight;
	while (p[k] < 0x80)
		k++;
	return k;
#endif
}

bool utf8_valid(const char *p, size_t n, size_t *at)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t i = 0;

	while (i < n) {
		unsigned long cp;
		uint64_t eight;
		bool bad;
		size_t k;

		if (n - i >= 8) {
			memcpy(&eight, s + i, 8);
			if (!(eight & EIGHT(0x80u))) {
				i += 8;
				continue;
			}
			i += S_ascii(s + i, eight);
		}
		/* A letter of Latin-1, as nearly all are. */
		if (n - i >= 2 && s[i] == 0xC3 && (s[i + 1] & 0xC0) == 0x80) {
			i += 2;
			continue;
		}
		k = S_decode(s + i, n - i, &cp, &bad);
		if (bad) {
			if (at)
				*at = i;
			return false;
		}
		i += k;
	}
	return true;
}

size_t utf8_count(const char *p, size_t n)
{
	size_t count = n;

	/* All bytes but those with the top bit and not the one below it. */
	for (; n >= 8; p += 8, n -= 8) {
		uint64_t v;

		memcpy(&v, p, 8);
		v = v >> 7 & ~(v >> 6) & EIGHT(1u);
		count -= (v * EIGHT(1u)) >> 56;
	}
	for (; n; p++, n--)
		count -= ((unsigned char)*p & 0xC0) == 0x80;
	return count;
}
