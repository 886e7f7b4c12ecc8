#ifndef LATIN_H
#define LATIN_H
/*
 * latin - folding of ASCII and Latin-1 letters without a library.
 *
 * Table keys, headings and dates are compared in a form without case and
 * accents.  text.h folds any script, through ICU; what stands in our tables
 * and in headings is Latin-1, and there these few lines give the same result
 * at a fraction of the cost.  Input is NFC.
 */
#include <stdbool.h>
#include <stddef.h>

#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Lower case, acute, grave and diaeresis off; n~ becomes n if plain.  Code
 * points past Latin-1 are returned as they are. */
static inline unsigned long latin_fold(unsigned long cp, bool plain)
{
	/* U+00E0..U+00FF; 0 = keep */
	static const char base[] = "aa\0\0a\0\0\0ee\0eii\0i\0\0oo\0\0o\0\0uu\0uy\0y";

	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 0x20 : cp;
	if (cp > 0xFF)
		return cp;
	if (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7)
		cp += 0x20;
	if (cp == 0xF1)
		return plain ? 'n' : cp;
	if (cp >= 0xE0 && base[cp - 0xE0])
		return (unsigned char)base[cp - 0xE0];
	return cp;
}

static inline bool latin_digit(unsigned long cp)
{
	return cp >= '0' && cp <= '9';
}

/* A letter, for the purpose of word boundaries: past Latin-1 everything but
 * the general punctuation, symbol and private use blocks counts as one. */
static inline bool latin_letter(unsigned long cp)
{
	if (cp < 0x80)
		return (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z';
	if (cp < 0x100)
		return cp >= 0xC0 ? cp != 0xD7 && cp != 0xF7
				  : cp == 0xAA || cp == 0xBA || cp == 0xB5;
	return !(cp >= 0x2000 && cp <= 0x2BFF) && !(cp >= 0x3000 && cp <= 0x303F) &&
	       !(cp >= 0xD800 && cp <= 0xF8FF) && !(cp >= 0xFE00 && cp <= 0xFE0F) &&
	       cp < 0x1F000;
}

static inline bool latin_upper(unsigned long cp)
{
	return (cp >= 'A' && cp <= 'Z') || (cp >= 0xC0 && cp <= 0xDE && cp != 0xD7);
}

static inline bool latin_lower(unsigned long cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= 0xDF && cp <= 0xFF && cp != 0xF7);
}

#ifdef __cplusplus
}
#endif
#endif
