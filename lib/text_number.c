#include <string.h>

#include "text_parts.h"

/*
 * Numbers as Spanish administrative text writes them.
 *
 *   21.325          a law: also 21325, and typed so by most people
 *   1.234,5  3,5    also 1234.5 and 3.5
 *   21 325          with a no-break or thin space: 21325
 *   2° 1º 1.er      the digits; 2do, which people type, and its digits
 *   N° 3.737        the N is a piece of the number
 *   covid19         letters and digits stay together
 *
 * A number has no stem.
 */

#define GROUP_MAX 60 /* bytes of a number that may still grow by groups */

static struct shape S_shape(size_t start, size_t end, unsigned how)
{
	return (struct shape){start, end, TOKEN_NUMBER, PUT_EXACT | how, 1};
}

static bool S_three_digits(const char *p, size_t n)
{
	return n >= 3 && is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]) &&
	       (n == 3 || !is_digit(p[3]));
}

/* 21.325 to 21325, 1.234,5 to 1234.5; 0 = no thousands in it. */
static size_t S_without_thousands(char *out, const char *p, size_t n)
{
	size_t i = 0, k, groups = 0;
	char sign;

	while (i < n && is_digit(p[i]))
		i++;
	if (i == 0 || i > 3 || i == n)
		return 0;
	sign = p[i];
	memcpy(out, p, i);
	k = i;
	for (; i < n && p[i] == sign && S_three_digits(p + i + 1, n - i - 1); i += 4) {
		memcpy(out + k, p + i + 1, 3);
		k += 3;
		groups++;
	}
	if (!groups || (i < n && (p[i] == sign || is_digit(p[i]))))
		return 0;
	if (i < n) {
		out[k++] = '.';
		memcpy(out + k, p + i + 1, n - i - 1);
		k += n - i - 1;
	}
	return k;
}

static enum status S_other_ways(struct maker *m, const char *p, size_t n, size_t start,
				size_t end)
{
	char out[WORD_MAX + 1] = "";
	const char *comma = memchr(p, ',', n);
	size_t k = S_without_thousands(out, p, n);
	enum status st = put_surface(m, out, k, S_shape(start, end, PUT_VARIANT));

	if (st || !comma || memchr(p, '.', n) ||
	    memchr(comma + 1, ',', n - (size_t)(comma + 1 - p)))
		return st;
	memcpy(out, p, n);
	out[comma - p] = '.';
	return put_surface(m, out, n, S_shape(start, end, PUT_VARIANT));
}

/* Letters that make an ordinal of the digits before them. */
static bool S_ordinal(const char *p, size_t n)
{
	static const char *const list[] = {
		"o",  "a",  "os", "as",	 "er",	"ero", "era",	   "eros",     "ro",
		"ra", "do", "da", "dos", "to",	"ta",  "tos",	   "vo",       "va",
		"mo", "ma", "no", "na",	 "avo", "ava", "\xC2\xBA", "\xC2\xAA", NULL};

	char low[4];

	if (n > sizeof low)
		return false;
	for (size_t i = 0; i < n; i++)
		low[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] + 32) : p[i];
	return is_listed(low, n, list);
}

/* Digits and the stops and commas between them; thin spaces are dropped.
 * Returns the bytes read, *k those written. */
static size_t S_digits(char *out, size_t *k, const char *p, size_t n)
{
	size_t i = 0;

	*k = 0;
	while (i < n && *k < WORD_MAX) {
		if (is_digit(p[i]) || ((p[i] == '.' || p[i] == ',') && *k))
			out[(*k)++] = p[i++];
		else if (i && n - i > 3 && at_string(p + i, n - i, "\xE2\x80\xAF") &&
			 is_digit(p[i + 3]))
			i += 3;
		else
			break;
	}
	return i;
}

enum status number_digits(struct maker *m, size_t start, size_t end)
{
	char digits[WORD_MAX + 4];
	size_t k;
	enum status st;

	if (S_digits(digits, &k, m->text + start, end - start) != end - start)
		return put_text(m, start, end, PUT_EXACT);
	st = put_surface(m, digits, k, S_shape(start, end, 0));
	return st ? st : S_other_ways(m, digits, k, start, end);
}

/* The next word is a group of three digits after a space that does not break
 * the line, which is how thousands are set apart. */
static bool S_group_follows(const struct maker *m, size_t i)
{
	const struct word *w = &m->words[i], *next = w + 1;
	size_t gap, blank;

	if (i + 1 >= m->words_n || next->end - next->start != 3)
		return false;
	gap = next->start - w->end;
	blank = at_blank(m->text + w->end, gap);
	return blank > 1 && blank == gap && S_three_digits(m->text + next->start, 3);
}

enum status number_put(size_t *taken, struct maker *m, size_t i)
{
	const struct word *w = &m->words[i];
	const char *p = m->text + w->start;
	size_t n = w->end - w->start, start = w->start, end = w->end, used, k;
	char digits[WORD_MAX + 4];
	enum status st;

	*taken = i;
	m->position++;
	if (n > RAW_MAX)
		return ST_OK;
	/* Nº3.737 is one segment: the sign is a letter to Unicode. */
	if (n > 3 && (*p == 'N' || *p == 'n') && at_string(p + 1, n - 1, "\xC2\xBA") &&
	    is_digit(p[3])) {
		p += 3;
		n -= 3;
		start += 3;
	}
	used = S_digits(digits, &k, p, n);
	if (used == n) {
		if (k <= 3)
			while (k <= GROUP_MAX && S_group_follows(m, *taken)) {
				memcpy(digits + k, m->text + w[1].start, 3);
				k += 3;
				++*taken;
				end = (++w)->end;
			}
		/* 1.er, 4.o: the letters after the stop are no word. */
		if (k <= 4 && *taken + 1 < m->words_n && w[1].start == end + 1 &&
		    m->text[end] == '.' &&
		    S_ordinal(m->text + w[1].start, w[1].end - w[1].start)) {
			++*taken;
			end = w[1].end;
		}
		st = put_surface(m, digits, k, S_shape(start, end, 0));
		if (!st)
			st = S_other_ways(m, digits, k, start, end);
	} else if (k && k <= 4 && S_ordinal(p + used, n - used)) {
		bool sign = (unsigned char)p[used] == 0xC2;

		st = sign ? ST_OK : put_text(m, start, end, PUT_EXACT);
		if (!st)
			st = put_surface(m, digits, k,
					 S_shape(start, end, sign ? 0 : PUT_VARIANT));
	} else {
		st = put_text(m, start, end, PUT_EXACT);
	}
	if (!st && start != m->words[i].start)
		st = put_text(m, m->words[i].start, m->words[i].start + 1, PUT_PIECE);
	return st;
}

bool number_sign(const struct maker *m, size_t i)
{
	static const char *const list[] = {
		"N",   "n",	     "N\xC2\xBA",  "n\xC2\xBA", "Nro", "nro", "NRO",
		"Num", "N\xC3\xBAm", "n\xC3\xBAm", "num",	"N.o", "n.o", NULL};
	const struct word *w = &m->words[i];
	const char *p = m->text + w->start, *gap = m->text + w->end;
	size_t n = w->end - w->start, gap_n, k = 0, blank;

	if (n > 4 || i + 1 >= m->words_n || !is_digit(m->text[w[1].start]))
		return false;
	gap_n = w[1].start - w->end;
	if (gap_n > 6 || !is_listed(p, n, list))
		return false;
	if (k < gap_n && gap[k] == '.')
		k++;
	if (at_string(gap + k, gap_n - k, "\xC2\xB0"))
		k += 2;
	else if (n == 1)
		return false; /* a bare N before a number is an N */
	while ((blank = at_blank(gap + k, gap_n - k)))
		k += blank;
	return k == gap_n;
}
