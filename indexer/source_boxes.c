#include <string.h>

#include "latin.h"
#include "source_doc.h"

static enum box S_sign(unsigned long cp)
{
	switch (cp) {
	case 0x2713:
	case 0x2714:
	case 0x2611:
	case 0x2705:
	case 0x221A: /* a root sign stands for a tick */
	case 0x25C9:
	case 0x29BF:
	case 0x1F5F8:
	case 0x1F5F9:
		return BOX_TICK;
	case 0x2612:
	case 0x22A0:
	case 0x1F5F5:
	case 0x1F5F7:
	case 0x25A3:
		return BOX_CROSSED;
	case 0x2717:
	case 0x2718:
	case 0x274C:
	case 0x2715:
	case 0x2716:
	case 0xD7:
		return BOX_CROSS;
	case 0x2610:
	case 0x25A1:
	case 0x25A2:
	case 0x25CB:
	case 0x25EF:
	case 0x274F:
	case 0x2750:
	case 0x2751:
	case 0x2752:
	case 0x2B1C:
	case 0x25FB:
	case 0x25FD:
	case 0x2B1A:
		return BOX_OFF;
	case 0x25CF:
	case 0x25A0:
	case 0x2B1B:
	case 0x25FC:
	case 0x25FE:
	case 0x26AB:
		return BOX_DOT;
	default:
		return BOX_NONE;
	}
}

/* "[x]", "( )", "[✓]": bytes, 0 = none. */
static size_t S_bracketed(enum box *out, const char *s, size_t n)
{
	char close = *s == '[' ? ']' : *s == '(' ? ')' : '\0';
	size_t i = 1, w;
	unsigned long cp;
	enum box b = BOX_OFF;

	if (!close)
		return 0;
	while (i < n && i < 6 && (s[i] == ' ' || s[i] == '_' || s[i] == '\t'))
		i++;
	if (i < n && s[i] != close) {
		w = utf8_decode(s + i, n - i, &cp);
		b = S_sign(cp);
		if (cp == 'x' || cp == 'X' || cp == '*')
			b = BOX_TICK;
		else if (cp == '-')
			b = BOX_OFF;
		if (b == BOX_NONE)
			return 0;
		i += w;
		while (i < n && i < 12 && (s[i] == ' ' || s[i] == '_'))
			i++;
	}
	if (i >= n || s[i] != close)
		return 0;
	*out = b;
	return i + 1;
}

/* A text that is a mark: X, Sí, No. */
static enum box S_word(const char *s, size_t n)
{
	if (n == 1 && (*s == 'x' || *s == 'X'))
		return BOX_TICK;
	if ((n == 2 && strncasecmp(s, "si", 2) == 0) ||
	    (n == 3 && ((s[0] | 0x20) == 's') && (unsigned char)s[1] == 0xC3 &&
	     ((unsigned char)s[2] == 0xAD || (unsigned char)s[2] == 0x8D)))
		return BOX_TICK;
	if (n == 2 && strncasecmp(s, "no", 2) == 0)
		return BOX_OFF;
	return BOX_NONE;
}

static bool S_trimmable(char c)
{
	return c == ' ' || c == '\t' || c == '.' || c == ',' || c == ';' || c == ':' ||
	       c == '*' || c == '_' || c == '"';
}

/* The first ": Sí", ": No" or ": X" in s: where its word begins, 0 = none; *len:
 * the word's bytes. */
static size_t S_answer(size_t *len, const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		size_t a = i + 1, b;

		if (s[i] != ':')
			continue;
		while (a < n && s[a] == ' ')
			a++;
		for (b = a; b < n && !strchr(" ,;.\t", s[b]); b++)
			;
		*len = b - a;
		if (b > a && S_word(s + a, b - a) != BOX_NONE)
			return a;
	}
	return 0;
}

/* Trims and adds a piece of text; a mark word at either end is a box. */
static size_t S_text(struct box_token *v, size_t k, unsigned cell, const char *s,
		     size_t n)
{
	enum box b;
	size_t w, len, more;
	bool again = true;

	while (again) {
		again = false;
		while (n && S_trimmable(*s)) {
			s++;
			n--;
		}
		while (n && S_trimmable(s[n - 1]))
			n--;
		/* dashes before and after */
		if (n && (*s == '-' || *s == '|')) {
			s++;
			n--;
			again = true;
		} else if (n && s[n - 1] == '-') {
			n--;
			again = true;
		} else if (n >= 3 && (memcmp(s, "\xE2\x80\x93", 3) == 0 ||
				      memcmp(s, "\xE2\x80\xA2", 3) == 0)) {
			s += 3;
			n -= 3;
			again = true;
		} else if (n >= 3 && memcmp(s + n - 3, "\xE2\x80\x93", 3) == 0) {
			n -= 3;
			again = true;
		}
	}
	if (!n || k >= TOKENS_MAX)
		return k;
	b = S_word(s, n);
	if (b != BOX_NONE) {
		v[k++] = (struct box_token){TOKEN_BOX, b, cell, s, n, true};
		return k;
	}
	/* "Institucionalidad: Sí; Políticas: No" */
	w = S_answer(&len, s, n);
	if (w && k + 2 < TOKENS_MAX && S_answer(&more, s + w + len, n - w - len)) {
		size_t m = w;

		while (m && S_trimmable(s[m - 1]))
			m--;
		v[k++] = (struct box_token){TOKEN_TEXT, BOX_NONE, cell, s, m, false};
		v[k++] = (struct box_token){
			TOKEN_BOX, S_word(s + w, len), cell, s + w, len, true};
		return S_text(v, k, cell, s + w + len, n - w - len);
	}
	/* "X Vinculación", "Vinculación X", "Vinculación: Sí" */
	for (w = 0; w < n && s[w] != ' ' && s[w] != '\t'; w++)
		;
	if (w < n && k + 1 < TOKENS_MAX && w == 1 && S_word(s, w) == BOX_TICK) {
		v[k++] = (struct box_token){TOKEN_BOX, BOX_TICK, cell, s, w, true};
		return S_text(v, k, cell, s + w, n - w);
	}
	for (w = n; w > 0 && s[w - 1] != ' ' && s[w - 1] != '\t' && s[w - 1] != ':';
	     w--)
		;
	b = w > 0 ? S_word(s + w, n - w) : BOX_NONE;
	if (b != BOX_NONE && k + 1 < TOKENS_MAX) {
		size_t m = w;

		while (m && (S_trimmable(s[m - 1]) || s[m - 1] == '-'))
			m--;
		if (m >= 3 && memcmp(s + m - 3, "\xE2\x80\x93", 3) == 0)
			m -= 3;
		while (m && S_trimmable(s[m - 1]))
			m--;
		if (m)
			v[k++] = (struct box_token){TOKEN_TEXT, BOX_NONE, cell,
						    s,		m,	  false};
		v[k++] = (struct box_token){TOKEN_BOX, b, cell, s + w, n - w, true};
		return k;
	}
	v[k++] = (struct box_token){TOKEN_TEXT, BOX_NONE, cell, s, n, false};
	return k;
}

size_t source_box_tokens(struct box_token v[TOKENS_MAX], const char *s, size_t n)
{
	size_t k = 0, from = 0, w;
	unsigned cell = 0;

	for (size_t i = 0; i < n && k < TOKENS_MAX; i += w) {
		unsigned long cp;
		enum box b = BOX_NONE;

		w = utf8_decode(s + i, n - i, &cp);
		if (cp == '[' || cp == '(') {
			size_t len = S_bracketed(&b, s + i, n - i);

			/* (x) inside a word is its other ending */
			if (len && cp == '(' && i &&
			    latin_letter((unsigned char)s[i - 1]))
				len = 0;
			if (len)
				w = len;
			else
				b = BOX_NONE;
		} else {
			b = S_sign(cp);
		}
		if (b == BOX_NONE && cp != '\t' && cp != '|')
			continue;
		k = S_text(v, k, cell, s + from, i - from);
		from = i + w;
		if (b == BOX_NONE)
			cell++;
		else if (k < TOKENS_MAX)
			v[k++] =
				(struct box_token){TOKEN_BOX, b, cell, s + i, w, false};
	}
	return S_text(v, k, cell, s + from, n > from ? n - from : 0);
}

bool source_has_box(const char *s, size_t n)
{
	size_t w;

	for (size_t i = 0; i < n; i += w) {
		unsigned long cp;
		enum box b;

		w = utf8_decode(s + i, n - i, &cp);
		if (cp >= 0x80 ? S_sign(cp) != BOX_NONE
			       : (cp == '[' || cp == '(') &&
					 S_bracketed(&b, s + i, n - i) > 0)
			return true;
	}
	return false;
}
