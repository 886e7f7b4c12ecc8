/* The folded forms that tables are looked up by, and where they are kept. */
#include <string.h>

#include "lexicon_tables.h"

size_t lexicon_fold(char *out, const char *s, size_t n, enum fold_form form)
{
	size_t o = 0, i = 0;
	bool gap = false;
	char blank = form == FOLD_SLUG ? '-' : ' ';

	while (i < n) {
		unsigned long cp, f;
		size_t w;
		char c = s[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			if (gap && o > 0)
				out[o++] = blank;
			gap = false;
			out[o++] = c;
			i++;
			continue;
		}
		w = utf8_decode(s + i, n - i, &cp);
		f = latin_fold(cp, form != FOLD_WORDS);
		if (latin_digit(f) || latin_letter(f)) {
			if (gap && o > 0)
				out[o++] = blank;
			gap = false;
			if (f < 0x80) {
				out[o++] = (char)f;
			} else if (f == cp) {
				memcpy(out + o, s + i, w);
				o += w;
			} else { /* a lower-case letter of Latin-1 */
				out[o++] = (char)(0xC0 | f >> 6);
				out[o++] = (char)(0x80 | (f & 0x3F));
			}
		} else if (cp == '\'' || cp == 0x2019 || cp == 0x2BC) {
			/* O'Higgins, ong's: one word */
			if (form == FOLD_WORDS && o > 0 && !gap && i + w < n)
				out[o++] = '\'';
		} else if (form == FOLD_WORDS && cp == '.' && o > 0 && !gap &&
			   i + 1 < n && s[i + 1] != ' ' && s[i + 1] != '.') {
			out[o++] = '.';
		} else {
			gap = true;
		}
		i += w;
	}
	if (form == FOLD_WORDS)
		while (o > 0 && (out[o - 1] == '\'' || out[o - 1] == '.'))
			o--;
	out[o] = '\0';
	return o;
}

const char *lexicon_folded(struct lexicon *l, const char *s, enum fold_form form)
{
	size_t n = strlen(s);
	char *out = l->pool + l->pool_n;

	if (n + 1 > l->pool_size - l->pool_n)
		return NULL;
	l->pool_n += lexicon_fold(out, s, n, form) + 1;
	return out;
}

const char *lexicon_keep(struct lexicon *l, const char *s, size_t n)
{
	char *out = l->pool + l->pool_n;

	if (n + 1 > l->pool_size - l->pool_n)
		return NULL;
	l->pool_n += n + 1;
	memcpy(out, s, n);
	out[n] = '\0';
	return out;
}
