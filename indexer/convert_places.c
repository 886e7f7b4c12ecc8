#include "convert_places.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "latin.h"

#define CLASSES_MAX    20000
#define NAME_MAX_BYTES 24
#define SIZE_DEFAULT   16 /* a browser's, in pixels */

struct place_class {
	char name[NAME_MAX_BYTES];
	double size, step; /* 0: not told */
};

static int S_by_name(const void *a, const void *b)
{
	return strcmp(((const struct place_class *)a)->name,
		      ((const struct place_class *)b)->name);
}

/* The number behind `property:` within [s, s + n); -1: it is not there. */
static double S_number(const char *s, size_t n, const char *property)
{
	size_t m = strlen(property);

	for (size_t i = 0; i + m < n; i++) {
		char digits[16];
		size_t k = 0;

		if (strncasecmp(s + i, property, m) != 0 ||
		    (i && (latin_letter((unsigned char)s[i - 1]) || s[i - 1] == '-')))
			continue;
		i += m;
		while (i < n && strchr(" \t\r\n", s[i]))
			i++;
		if (i == n || s[i++] != ':')
			continue;
		while (i < n && strchr(" \t\r\n", s[i]))
			i++;
		while (i + k < n && k + 1 < sizeof digits &&
		       ((s[i + k] >= '0' && s[i + k] <= '9') || s[i + k] == '.')) {
			digits[k] = s[i + k];
			k++;
		}
		digits[k] = '\0';
		if (!k)
			return -1;
		return strtod(digits, NULL);
	}
	return -1;
}

/* ".ft13{font-size:14px;line-height:19px;...}" */
static enum status S_classes(struct places *p, const char *s, size_t n, struct err *err)
{
	size_t cap = 0;

	for (const char *at = s, *end = s + n; at < end && p->n < CLASSES_MAX; at++) {
		struct place_class c = {.size = 0};
		const char *open, *close;
		size_t k = 0;

		at = memchr(at, '.', (size_t)(end - at));
		if (!at)
			break;
		open = at + 1;
		while (open < end && k + 1 < sizeof c.name &&
		       (latin_letter((unsigned char)*open) ||
			latin_digit((unsigned char)*open)))
			c.name[k++] = *open++;
		if (!k || open == end || *open != '{')
			continue;
		close = memchr(open, '}',
			       (size_t)(end - open < 400 ? end - open : 400));
		if (!close)
			continue;
		c.size = S_number(open, (size_t)(close - open), "font-size");
		c.step = S_number(open, (size_t)(close - open), "line-height");
		if (c.size <= 0)
			continue;
		if (!array_more(&p->classes, &cap, p->n, sizeof *p->classes, 64))
			return err_nomem(err);
		p->classes[p->n++] = c;
		at = close;
	}
	if (p->n)
		qsort(p->classes, p->n, sizeof *p->classes, S_by_name);
	return ST_OK;
}

enum status places_init(struct places *p, const char *text, size_t n, struct err *err)
{
	memset(p, 0, sizeof *p);
	page_init(&p->page);
	buf_init(&p->word, 1 << 16);
	return S_classes(p, text, n, err);
}

void places_release(struct places *p)
{
	page_release(&p->page);
	buf_release(&p->word);
	free(p->classes);
	p->classes = NULL;
	p->n = 0;
}

bool places_begin(struct places *p, const char *style, const char *class)
{
	size_t n = style ? strlen(style) : 0;
	double top, left;
	struct place_class key, *c;

	if (p->open || !style || !strcasestr(style, "absolute"))
		return false;
	top = S_number(style, n, "top");
	left = S_number(style, n, "left");
	if (top < 0 || left < 0)
		return false;
	p->size = S_number(style, n, "font-size");
	p->step = S_number(style, n, "line-height");
	if (class && p->n && strlen(class) < sizeof key.name) {
		memcpy(key.name, class, strlen(class) + 1);
		c = bsearch(&key, p->classes, p->n, sizeof *p->classes, S_by_name);
		if (c && p->size <= 0)
			p->size = c->size;
		if (c && p->step <= 0)
			p->step = c->step;
	}
	if (p->size <= 0)
		p->size = SIZE_DEFAULT;
	if (p->step < p->size)
		p->step = 1.2 * p->size;
	p->open = true;
	p->bold = false;
	p->left = p->x = left;
	p->y = top + 0.6 * p->size;
	return true;
}

/* About how wide a letter is, in sizes, in a text face without serifs. */
static double S_wide(unsigned long cp)
{
	if (cp < 0x80 && strchr("iljftI.,;:'|!()[]/ ", (int)cp))
		return 0.29;
	if (cp == 'r' || cp == '-')
		return 0.35;
	if (cp == 'm' || cp == 'M' || cp == 'w' || cp == 'W' || cp == '%')
		return 0.86;
	if (latin_upper(cp))
		return 0.68;
	return 0.53;
}

static enum status S_word_end(struct places *p, struct err *err)
{
	struct word w = {.x1 = p->x,
			 .y = p->y,
			 .size = p->size,
			 .kind = WORD_TEXT,
			 .bold = p->bold};
	enum status st = ST_OK;

	for (size_t i = 0; i < p->word.len;) {
		unsigned long cp;

		i += utf8_decode(p->word.data + i, p->word.len - i, &cp);
		p->x += S_wide(cp) * p->size * (p->bold ? 1.06 : 1);
	}
	w.x2 = p->x;
	if (p->word.len)
		st = page_add(&p->page, w, p->word.data, p->word.len, err);
	buf_clear(&p->word);
	return st;
}

enum status places_text(struct places *p, const char *s, size_t n, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0, w; !st && i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		if (cp <= ' ' || cp == 0xA0) {
			st = S_word_end(p, err);
			p->x += 0.28 * p->size;
		} else {
			buf_add(&p->word, s + i, w);
		}
	}
	return st ? st : buf_status(&p->word, err);
}

enum status places_break(struct places *p, struct err *err)
{
	enum status st = S_word_end(p, err);

	p->x = p->left;
	p->y += p->step;
	return st;
}

enum status places_end(struct places *p, struct err *err)
{
	p->open = false;
	return S_word_end(p, err);
}

/* An estimate may reach over what stands right of it: cut there. */
static void S_trim(struct page *page)
{
	for (size_t i = 0; i + 1 < page->n; i++) {
		struct word *a = &page->words[i];
		const struct word *b = a + 1;

		if (b->y - a->y < 0.3 * a->size && a->y - b->y < 0.3 * a->size &&
		    b->x1 > a->x1 && a->x2 > b->x1 - 0.25 * a->size)
			a->x2 = b->x1 - 0.25 * a->size > a->x1 ? b->x1 - 0.25 * a->size
							       : a->x1;
	}
}

enum status places_flow(struct places *p, struct flow *f, struct err *err)
{
	enum status st = ST_OK;

	if (!p->page.n)
		return ST_OK;
	S_trim(&p->page);
	st = page_flow(&p->page, f, err);
	page_clear(&p->page);
	return st;
}
