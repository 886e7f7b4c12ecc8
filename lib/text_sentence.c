/*
 * Where sentences begin: UAX #29's rules, and a list of abbreviations of ours.
 *
 * Text in Spanish is read here, by classes that this file knows; where a
 * character turns up that it does not know (text_parts.h's icu_sentences()), or
 * what needs more than one pass (marks, invisible signs), the whole text goes to
 * ICU, which gives the same (test_text compares the two, class by class and text
 * by text).  A search cuts a few texts of some hundred words, and opening ICU's
 * rules alone costs more than that.
 */
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "messages.h"
#include "array.h"
#include "text_parts.h"

/* Sentence_Break of Unicode 15.0; letters without case (OLetter) are not known. */
enum sb {
	SB_OTHER,
	SB_LOWER,
	SB_UPPER,
	SB_NUMERIC,
	SB_SPACE, /* Sp */
	SB_CLOSE,
	SB_CONTINUE, /* SContinue */
	SB_STOP,     /* ATerm */
	SB_END,	     /* STerm */
	SB_LINE,     /* Sep, CR, LF */
	SB_UNKNOWN
};

#define o_ SB_OTHER
#define l_ SB_LOWER
#define u_ SB_UPPER
#define n_ SB_NUMERIC
#define s_ SB_SPACE
#define c_ SB_CLOSE
#define g_ SB_CONTINUE
#define p_ SB_STOP
#define e_ SB_END
#define r_ SB_LINE
/* clang-format off */
static const uint8_t S_ascii[128] = {
	o_, o_, o_, o_, o_, o_, o_, o_, o_, s_, r_, s_, s_, r_, o_, o_,
	o_, o_, o_, o_, o_, o_, o_, o_, o_, o_, o_, o_, o_, o_, o_, o_,
	s_, e_, c_, o_, o_, o_, o_, c_, c_, c_, o_, o_, g_, g_, p_, o_,
	n_, n_, n_, n_, n_, n_, n_, n_, n_, n_, g_, o_, o_, o_, o_, e_,
	o_, u_, u_, u_, u_, u_, u_, u_, u_, u_, u_, u_, u_, u_, u_, u_,
	u_, u_, u_, u_, u_, u_, u_, u_, u_, u_, u_, c_, o_, c_, o_, o_,
	o_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_,
	l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, l_, c_, o_, c_, o_, o_,
};
/* clang-format on */

/* U+0080 to U+00FF, by the second byte; c3: it is one of the upper half. */
static enum sb S_latin1(unsigned char second, bool c3)
{
	if (c3) {
		if (second == 0x97 || second == 0xB7) /* times, divided by */
			return SB_OTHER;
		return second < 0x9F ? SB_UPPER : SB_LOWER;
	}
	switch (second) {
	case 0x85:
		return SB_LINE;
	case 0xA0:
		return SB_SPACE;
	case 0xAA: /* feminine ordinal */
	case 0xB5: /* micro */
	case 0xBA: /* masculine ordinal */
		return SB_LOWER;
	case 0xAB:
	case 0xBB:
		return SB_CLOSE;
	case 0xAD: /* soft hyphen: belongs to what stands before it */
		return SB_UNKNOWN;
	default:
		return SB_OTHER;
	}
}

/* U+2010 to U+2027, by the third byte. */
static enum sb S_punctuation(unsigned char third)
{
	switch (third) {
	case 0x93: /* dashes */
	case 0x94:
		return SB_CONTINUE;
	case 0xA4: /* one dot leader */
		return SB_STOP;
	default:
		return third >= 0x98 && third <= 0x9F ? SB_CLOSE : SB_OTHER;
	}
}

/* The class of what begins at p and its bytes. */
static enum sb S_class(size_t *k, const unsigned char *p, const unsigned char *end)
{
	*k = 1;
	if (*p < 0x80)
		return (enum sb)S_ascii[*p];
	*k = 2;
	if (end - p >= 2 && (p[1] & 0xC0) == 0x80 && (*p == 0xC2 || *p == 0xC3))
		return S_latin1(p[1], *p == 0xC3);
	*k = 3;
	if (end - p >= 3 && *p == 0xE2 && p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0xA7)
		return S_punctuation(p[2]);
	return SB_UNKNOWN;
}

/* SB8: whether a small letter comes before anything that is a letter, a line or
 * the end of a sentence. */
static bool S_goes_on(const unsigned char *p, const unsigned char *end)
{
	for (size_t k; p < end; p += k)
		switch (S_class(&k, p, end)) {
		case SB_LOWER:
			return true;
		case SB_OTHER:
		case SB_NUMERIC:
		case SB_SPACE:
		case SB_CLOSE:
		case SB_CONTINUE:
			break;
		case SB_UPPER:
		case SB_STOP:
		case SB_END:
		case SB_LINE:
		case SB_UNKNOWN: /* found by who asks */
			return false;
		}
	return false;
}

/* Past the line end at p: CR and LF are one. */
static const unsigned char *S_past_line(const unsigned char *p,
					const unsigned char *end)
{
	size_t k;

	if (*p == '\r' && end - p > 1 && p[1] == '\n')
		return p + 2;
	S_class(&k, p, end);
	return p + k;
}

/* After the stop or end of a sentence at p: where the next one begins, or the
 * same one goes on (*breaks false).  before: the class of what stands before. */
static const unsigned char *S_after(bool *breaks, const unsigned char *p,
				    const unsigned char *end, enum sb before)
{
	size_t k;
	enum sb term = S_class(&k, p, end), c = SB_OTHER;
	const unsigned char *q = p + k;

	*breaks = false;
	if (q < end)
		c = S_class(&k, q, end);
	if (q < end && term == SB_STOP &&
	    (c == SB_NUMERIC ||
	     (c == SB_UPPER && (before == SB_UPPER || before == SB_LOWER))))
		return q;		   /* SB6, SB7 */
	while (q < end && c == SB_CLOSE) { /* SB9 */
		q += k;
		if (q < end)
			c = S_class(&k, q, end);
	}
	while (q < end && c == SB_SPACE) { /* SB10 */
		q += k;
		if (q < end)
			c = S_class(&k, q, end);
	}
	if (q == end)
		return q;
	if (c == SB_CONTINUE || c == SB_STOP || c == SB_END) /* SB8a */
		return q;
	if (term == SB_STOP && S_goes_on(q, end)) /* SB8 */
		return q;
	*breaks = true; /* SB11 */
	return c == SB_LINE ? S_past_line(q, end) : q;
}

/* Words whose stop ends no sentence.  ICU has such lists, but its code for
 * them does not survive a lack of memory. */
static bool S_abbreviated(const char *text, size_t start)
{
	static const char *const list[] = {
		"sr",	"sra",	"srta", "sres", "dr",	"dra",	"prof", "ing", "lic",
		"art",	"arts", "inc",	"nro",	"num",	"av",	"avda", "pje", "depto",
		"dpto", "gral", "cap",	"pag",	"pags", "p",	"pp",	"ej",  "aprox",
		"tel",	"ref",	"vs",	"mov",	"rep",	"ud",	"uds",	"sta", "sto",
		"ee",	"dd",	"rr",	"ff",	"cia",	"ltda", NULL};
	char word[8];
	size_t end = start, n;

	while (end > 0 && text[end - 1] == ' ')
		end--;
	if (end == start || end == 0 || text[--end] != '.')
		return false;
	for (n = 0; n < sizeof word && end > n; n++) {
		char c = text[end - n - 1];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			break;
	}
	if (n == 0 || n == sizeof word ||
	    (end > n && (unsigned char)text[end - n - 1] >= 0x80))
		return false;
	/* J. Soto */
	if (n == 1 && text[end - 1] >= 'A' && text[end - 1] <= 'Z')
		return true;
	for (size_t i = 0; i < n; i++)
		word[i] = (char)(text[end - n + i] | 0x20);
	return is_listed(word, n, list);
}

struct starts {
	size_t *v, n, cap;
};

static bool S_put(struct starts *s, size_t at)
{
	if (!array_more(&s->v, &s->cap, s->n, sizeof *s->v, 16))
		return false;
	s->v[s->n++] = at;
	return true;
}

/* All boundaries but the end of the text, which are sentences' starts; *known
 * false: not by our classes. */
static enum status S_starts(struct starts *out, bool *known, const char *text, size_t n,
			    struct err *err)
{
	const unsigned char *t = (const unsigned char *)text, *end = t + n, *p = t;
	enum sb before = SB_OTHER;

	*known = true;
	if (!S_put(out, 0))
		return err_nomem(err);
	while (p < end) {
		size_t k;
		enum sb c = S_class(&k, p, end);
		bool breaks = c == SB_LINE;

		if (c == SB_UNKNOWN) {
			*known = false;
			return ST_OK;
		}
		if (breaks)
			p = S_past_line(p, end);
		else if (c == SB_STOP || c == SB_END)
			p = S_after(&breaks, p, end, before);
		else
			p += k;
		/* Where a sentence goes on behind blanks and brackets, what
		 * stands there is not what stands before a stop. */
		before = breaks || c == SB_STOP || c == SB_END ? SB_OTHER : c;
		if (breaks && p < end && !S_put(out, (size_t)(p - t)))
			return err_nomem(err);
	}
	return ST_OK;
}

enum status text_sentences(size_t **starts, size_t *n_starts, struct analyzer *a,
			   const char *text, size_t n, struct err *err)
{
	struct starts s = {0};
	bool known = false;
	size_t kept = 1;
	enum status st = ST_OK;

	*starts = NULL;
	*n_starts = 0;
	if (n > TEXT_MAX)
		return err_set(err, ST_LIMIT, _("a text is longer than %zu bytes"),
			       TEXT_MAX);
	if (!a->slow)
		st = S_starts(&s, &known, text, n, err);
	if (!st && !known) {
		free(s.v);
		s.v = NULL;
		st = icu_sentences(&s.v, &s.n, a, text, n, err);
	}
	if (st) {
		free(s.v);
		return st;
	}
	for (size_t i = 1; i < s.n; i++)
		if (!S_abbreviated(text, s.v[i]))
			s.v[kept++] = s.v[i];
	*starts = s.v;
	*n_starts = kept;
	return ST_OK;
}
