/* What asks ICU: properties of code points, versions. */
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uversion.h>

#include "text_icu.h"

bool icu_is_alnum(unsigned long cp)
{
	return !icu_is_mark(cp) && (u_isalnum((UChar32)cp) ||
				    u_hasBinaryProperty((UChar32)cp, UCHAR_ALPHABETIC));
}

bool icu_is_latin(unsigned long cp)
{
	UErrorCode e = U_ZERO_ERROR;

	return uscript_getScript((UChar32)cp, &e) == USCRIPT_LATIN;
}

bool icu_is_upper(unsigned long cp)
{
	return u_isUUppercase((UChar32)cp);
}

bool icu_is_space(unsigned long cp)
{
	return u_isUWhiteSpace((UChar32)cp);
}

bool icu_is_ignored(unsigned long cp)
{
	return cp >= 0x80 &&
	       u_hasBinaryProperty((UChar32)cp, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool icu_is_mark(unsigned long cp)
{
	return (U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK) != 0;
}

unsigned long icu_base(unsigned long cp)
{
	UErrorCode e = U_ZERO_ERROR;
	const UNormalizer2 *nfd = unorm2_getNFDInstance(&e);
	UChar d[32];
	int32_t n, i = 0;
	UChar32 c;

	if (U_FAILURE(e))
		return cp;
	n = unorm2_getDecomposition(nfd, (UChar32)cp, d, 32, &e);
	if (U_FAILURE(e) || n <= 0)
		return cp;
	U16_NEXT(d, i, n, c);
	return (unsigned long)c;
}

/* Latin letters, and the punctuation that goes with them: one column, and ICU
 * need not be asked (test_text does). */
static bool S_narrow(unsigned long cp)
{
	return (cp >= 0xA0 && cp < 0x300 && cp != 0xAD) ||
	       (cp >= 0x2010 && cp <= 0x2027);
}

size_t text_width(const char *text, size_t n)
{
	size_t columns = 0, i = 0;

	while (i < n) {
		unsigned long cp;
		int type;

		i += utf8_decode(text + i, n - i, &cp);
		if ((cp >= 0x20 && cp < 0x7F) || S_narrow(cp)) {
			columns++;
			continue;
		}
		type = u_charType((UChar32)cp);
		if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK ||
		    type == U_FORMAT_CHAR || type == U_CONTROL_CHAR)
			continue;
		switch (u_getIntPropertyValue((UChar32)cp, UCHAR_EAST_ASIAN_WIDTH)) {
		case U_EA_FULLWIDTH:
		case U_EA_WIDE:
			columns += 2;
			break;
		default:
			columns++;
		}
	}
	return columns;
}

/* ---- versions ---- */

const char *text_icu_version(void)
{
	static char text[U_MAX_VERSION_STRING_LENGTH];
	UVersionInfo v;

	u_getVersion(v);
	v[2] = v[3] = 0;
	u_versionToString(v, text);
	return text;
}

const char *text_unicode_version(void)
{
	static char text[U_MAX_VERSION_STRING_LENGTH];
	UVersionInfo v;

	u_getUnicodeVersion(v);
	v[2] = v[3] = 0;
	u_versionToString(v, text);
	return text;
}
