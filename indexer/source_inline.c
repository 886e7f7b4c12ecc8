#include <string.h>

#include "latin.h"
#include "source_doc.h"

/* Signs of Word's symbol fonts, which converters leave in the private use
 * area, and what they look like. */
static unsigned long S_symbol(unsigned long cp)
{
	switch (cp) {
	case 0xF0FE:
	case 0xF052:
	case 0x1F5F9:
		return 0x2611; /* ticked box */
	case 0xF0FD:
	case 0xF053:
	case 0x1F5F7:
		return 0x2612; /* crossed box */
	case 0xF0A8:
	case 0xF06F:
	case 0xF071:
	case 0xF072:
	case 0xF0A3:
		return 0x2610; /* empty box */
	case 0xF0FC:
	case 0xF050:
	case 0x1F5F8:
		return 0x2713; /* tick */
	case 0xF0FB:
	case 0xF04F:
		return 0x2717; /* cross */
	case 0xF0B7:
	case 0xF0A7:
	case 0xF0D8:
	case 0xF076:
		return 0x2022; /* bullet */
	default:
		return cp;
	}
}

static bool S_blank(unsigned long cp)
{
	return cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
	       cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* Signs that take no room. */
static bool S_unseen(unsigned long cp)
{
	return (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) ||
	       (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || cp == 0x61C ||
	       cp == 0x180E || cp == 0xFE0E || cp == 0xFE0F || cp == 0xFFFA ||
	       cp == 0xFFFB;
}

/* A joiner, or what keeps signs apart, between signs of which it makes others:
 * in scripts of India, in Persian, in drawings of families.  In Latin letters it
 * is what a converter left. */
static bool S_joins(const char *s, size_t n, size_t i, size_t w, unsigned long cp)
{
	unsigned long before = 0, after = 0;
	size_t b = i;

	if ((cp != 0x200C && cp != 0x200D) || i == 0 || i + w >= n)
		return false;
	while (b > 0 && i - b < 4 && ((unsigned char)s[--b] & 0xC0) == 0x80)
		continue;
	utf8_decode(s + b, i - b, &before);
	utf8_decode(s + i + w, n - i - w, &after);
	return before >= 0x600 && after >= 0x600 && !S_unseen(after) &&
	       !S_blank(after) && (before == 0xFE0F || !S_unseen(before));
}

void source_signs(struct buf *out, bool *soft, const char *s, size_t n)
{
	static const char *const ligatures[] = {"ff",  "fi", "fl", "ffi",
						"ffl", "st", "st"};
	size_t w, from = 0;

	*soft = false;
	for (size_t i = 0; i < n; i += w) {
		unsigned char c = (unsigned char)s[i];
		unsigned long cp, to;

		if (c >= 0x20 && c < 0x7F) {
			w = 1;
			*soft = *soft && c == ' ';
			continue;
		}
		w = utf8_decode(s + i, n - i, &cp);
		if (cp >= 0xA1 && cp < 0x1680 && cp != 0xAD && cp != 0x61C) {
			*soft = false;
			continue;
		}
		buf_add(out, s + from, i - from);
		from = i + w;
		if (cp == '\t' || cp == 0xFFFD) {
			buf_add(out, s + i, w);
			continue;
		}
		if (cp == '\v' || cp == 0x85 || cp == 0x2028 || cp == 0x2029) {
			buf_addc(out, '\n');
			continue;
		}
		if (cp == '\f' || cp == 0xFFF9) {
			buf_addc(out, '\f');
			continue;
		}
		if (cp == 0xAD) {
			*soft = true;
			continue;
		}
		if (S_joins(s, n, i, w, cp)) {
			buf_add(out, s + i, w);
			continue;
		}
		if (S_unseen(cp) || cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
			continue;
		if (S_blank(cp)) {
			buf_addc(out, ' ');
			continue;
		}
		*soft = false;
		if (cp >= 0xFB00 && cp <= 0xFB06) {
			buf_adds(out, ligatures[cp - 0xFB00]);
			continue;
		}
		to = S_symbol(cp);
		if (cp == 0x2010 || cp == 0x2011)
			buf_addc(out, '-');
		else if (to != cp)
			buf_addcp(out, to);
		else
			buf_add(out, s + i, w);
	}
	buf_add(out, s + from, n - from);
}

static bool S_punct(char c)
{
	return c > ' ' && c < 0x7F && !(c >= '0' && c <= '9') &&
	       !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool S_word_at(const char *s, size_t n, size_t i)
{
	unsigned char c;

	if (i >= n)
		return false;
	c = (unsigned char)s[i];
	return c >= 0x80 || (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* What closes a bracket, looked for once: quadratic time has no room. */
struct closes {
	size_t bracket, paren; /* the next one at or after where we asked */
};

static size_t S_next_close(size_t *cache, const char *s, size_t n, size_t i, char c)
{
	if (*cache < i || *cache == 0) {
		const char *p = memchr(s + i, c, n - i);

		*cache = p ? (size_t)(p - s) : n;
	}
	return *cache;
}

void source_inline(struct buf *out, unsigned *bold, const char *s, size_t n)
{
	struct closes c = {0, 0};
	size_t start = out->len, link = 0; /* the ']' of an open link */
	bool opened = false;

	*bold = 0;
	for (size_t i = 0; i < n; i++) {
		char ch = s[i];

		switch (ch) {
		case '\\':
			if (i + 1 < n && S_punct(s[i + 1]))
				i++;
			buf_addc(out, s[i]);
			break;
		case '!':
			if (i + 1 < n && s[i + 1] == '[') { /* an image */
				size_t b = S_next_close(&c.bracket, s, n, i, ']');
				char end = b + 1 < n && s[b + 1] == '[' ? ']' : ')';
				size_t *k = end == ']' ? &c.bracket : &c.paren, p;

				if (b + 1 < n && (s[b + 1] == '(' || end == ']')) {
					if (end == ']')
						*k = 0;
					p = S_next_close(k, s, n, b + 2, end);
					if (p < n) {
						i = p;
						break;
					}
				}
			}
			buf_addc(out, ch);
			break;
		case '[': {
			size_t b = S_next_close(&c.bracket, s, n, i, ']');

			if (b > i + 2 && b + 1 < n && s[b + 1] == '(' && !link &&
			    S_next_close(&c.paren, s, n, b, ')') < n) {
				link = b;
				break;
			}
			buf_addc(out, ch);
			break;
		}
		case ']':
			if (link && i == link) {
				i = S_next_close(&c.paren, s, n, i, ')');
				link = 0;
				break;
			}
			buf_addc(out, ch);
			break;
		case '*':
			if (i + 1 < n && s[i + 1] == '*') {
				i++;
				if (out->len == start && !opened)
					opened = true;
				else if (opened && !*bold)
					*bold = (unsigned)(out->len - start);
			}
			break;
		case '_':
			/* Emphasis only round words; nombre_apellido stays. */
			if (i > 0 && S_word_at(s, n, i - 1) && S_word_at(s, n, i + 1)) {
				buf_addc(out, ch);
				break;
			}
			if (i + 1 < n && s[i + 1] == '_') {
				i++;
				if (out->len == start && !opened)
					opened = true;
				else if (opened && !*bold)
					*bold = (unsigned)(out->len - start);
			}
			break;
		case '~':
			if (i + 1 < n && s[i + 1] == '~')
				i++;
			else
				buf_addc(out, ch);
			break;
		case '\'': /* MediaWiki's bold and italics */
			if (i + 1 < n && s[i + 1] == '\'') {
				bool strong = i + 2 < n && s[i + 2] == '\'';

				i += strong ? 2 : 1;
				if (strong && out->len == start && !opened)
					opened = true;
				else if (strong && opened && !*bold)
					*bold = (unsigned)(out->len - start);
				break;
			}
			buf_addc(out, ch);
			break;
		case '`':
			break;
		default: {
			size_t k = i + 1;

			while (k < n && !strchr("\\![]*_~`'", s[k]))
				k++;
			buf_add(out, s + i, k - i);
			i = k - 1;
		}
		}
	}
	if (opened && !*bold) /* goes on in the next line */
		*bold = (unsigned)(out->len - start);
}

size_t source_bullet(bool *soft, const char *s, size_t n)
{
	unsigned long cp;
	size_t w, i;

	*soft = false;
	if (n < 2)
		return 0;
	w = utf8_decode(s, n, &cp);
	i = w;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i == n)
		return 0;
	switch (cp) {
	case '-':
	case '+':
	case 0x2013:
	case 0x2014:
		*soft = true;
		return i > w ? i : 0;
	case '*':
		return i > w ? i : 0;
	case 'o':
		return s[w] == '\t' ? i : 0;
	case 0x2022: /* bullets need no blank after them */
	case 0x2023:
	case 0x2043:
	case 0x2219:
	case 0x25AA:
	case 0x25B8:
	case 0x25BA:
	case 0x25E6:
	case 0x27A2:
	case 0x27A4:
	case 0x2756:
	case 0x25C6:
		return i;
	case 0xB7:
		return i > w ? i : 0;
	default:
		return 0;
	}
}
