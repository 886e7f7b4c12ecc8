/*
 * Everything that asks ICU: normal forms, case folding, word and sentence
 * boundaries where the tables of text_words.c do not reach, dictionary order,
 * character properties.
 *
 * What ICU needs is opened at first use: a search over Spanish text usually
 * gets by without most of it, and opening costs more than the search.
 *
 * ICU works on 16-bit strings.  Ours are decoded by our own strict decoder
 * into a scratch string, so ICU never sees an ill-formed one.
 */
#include <stdlib.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

#include "text_parts.h"
#include "messages.h"

struct wide { /* a 16-bit string */
	UChar *v;
	int32_t n, cap;
};

struct icu {
	UBreakIterator *word, *sentence;
	UText *text;
	UCollator *collator;
	const UNormalizer2 *nfc, *nfd, *fold; /* ICU's own, never closed */
	struct wide in, out, third;
};

#define WIDE_MAX ((size_t)1 << 29) /* units; far from where int32_t ends */

static enum status S_failed(UErrorCode e, struct err *err)
{
	if (e == U_MEMORY_ALLOCATION_ERROR)
		return err_nomem(err);
	return err_set(err, ST_INTERNAL, _("ICU reports %s"), u_errorName(e));
}

enum status analyzer_open(struct analyzer **out, struct err *err)
{
	struct analyzer *a;

	*out = NULL;
	a = calloc(1, sizeof *a);
	if (!a)
		return err_nomem(err);
	buf_init(&a->scratch, 0);
	a->icu = calloc(1, sizeof *a->icu);
	if (!a->icu) {
		analyzer_close(a);
		return err_nomem(err);
	}
	*out = a;
	return ST_OK;
}

void analyzer_close(struct analyzer *a)
{
	struct icu *u;

	if (!a)
		return;
	u = a->icu;
	if (u) {
		if (u->word)
			ubrk_close(u->word);
		if (u->sentence)
			ubrk_close(u->sentence);
		if (u->text)
			utext_close(u->text);
		if (u->collator)
			ucol_close(u->collator);
		free(u->in.v);
		free(u->out.v);
		free(u->third.v);
		free(u);
	}
	free(a->words.v);
	buf_release(&a->scratch);
	free(a);
}

/* ---- 16-bit strings ---- */

static enum status S_room(struct wide *w, size_t n, struct err *err)
{
	size_t cap = w->cap ? (size_t)w->cap : 256;
	UChar *v;

	if (n <= (size_t)w->cap)
		return ST_OK;
	if (n > WIDE_MAX)
		return err_set(err, ST_LIMIT, _("a text is longer than %zu bytes"),
			       WIDE_MAX);
	while (cap < n)
		cap += cap / 2;
	v = realloc(w->v, cap * sizeof *v);
	if (!v)
		return err_nomem(err);
	w->v = v;
	w->cap = (int32_t)cap;
	return ST_OK;
}

/* All the signs that people type for an apostrophe.  NFKC would turn the
 * free-standing acute into a blank and a combining mark. */
static bool S_is_apostrophe(unsigned long cp)
{
	return cp == 0x2019 || cp == 0x2018 || cp == 0x201B || cp == 0xB4 ||
	       cp == 0x60 || cp == 0x2BC || cp == 0x2032 || cp == 0xFF07;
}

/* Decodes into w.  At most MARKS_MAX non-starters in a row: reordering a long
 * run of them is quadratic. */
static enum status S_widen(struct wide *w, const char *p, size_t n, bool apostrophes,
			   struct err *err)
{
	size_t i = 0, marks = 0;
	enum status st = S_room(w, n + 1, err); /* a unit takes at least a byte */

	if (st)
		return st;
	w->n = 0;
	while (i < n) {
		unsigned long cp;

		i += utf8_decode(p + i, n - i, &cp);
		if (cp >= 0x300 && u_getCombiningClass((UChar32)cp)) {
			if (++marks > MARKS_MAX)
				continue;
		} else {
			marks = 0;
		}
		if (apostrophes && S_is_apostrophe(cp))
			cp = '\'';
		if (cp < 0x10000) {
			w->v[w->n++] = (UChar)cp;
		} else {
			w->v[w->n++] = U16_LEAD(cp);
			w->v[w->n++] = U16_TRAIL(cp);
		}
	}
	return ST_OK;
}

static void S_narrow(struct buf *out, const struct wide *w)
{
	int32_t i = 0;

	while (i < w->n) {
		UChar32 c;

		U16_NEXT(w->v, i, w->n, c);
		buf_addcp(out, (unsigned long)c);
	}
}

static enum status S_normalize(struct wide *out, const UNormalizer2 *form,
			       const struct wide *in, struct err *err)
{
	UErrorCode e = U_ZERO_ERROR;
	enum status st = S_room(out, (size_t)in->n + 16, err);
	int32_t n;

	if (st)
		return st;
	n = unorm2_normalize(form, in->v, in->n, out->v, out->cap, &e);
	if (e == U_BUFFER_OVERFLOW_ERROR) {
		st = S_room(out, (size_t)n + 1, err);
		if (st)
			return st;
		e = U_ZERO_ERROR;
		n = unorm2_normalize(form, in->v, in->n, out->v, out->cap, &e);
	}
	if (U_FAILURE(e))
		return S_failed(e, err);
	out->n = n;
	return ST_OK;
}

static enum status S_open_forms(struct icu *u, struct err *err)
{
	UErrorCode e = U_ZERO_ERROR;

	if (u->fold)
		return ST_OK;
	u->nfc = unorm2_getNFCInstance(&e);
	u->nfd = unorm2_getNFDInstance(&e);
	if (!U_FAILURE(e))
		u->fold = unorm2_getNFKCCasefoldInstance(&e);
	if (U_FAILURE(e)) {
		u->fold = NULL;
		return S_failed(e, err);
	}
	return ST_OK;
}

/* ---- cleaning ---- */

/* One stretch that begins at a starter which nothing before it can combine
 * with, and ends before another. */
static enum status S_clean_stretch(struct buf *out, struct icu *u, const char *p,
				   size_t n, struct err *err)
{
	UErrorCode e = U_ZERO_ERROR;
	enum status st = S_open_forms(u, err);
	UBool good;

	if (st || (st = S_widen(&u->in, p, n, false, err)))
		return st;
	good = unorm2_isNormalized(u->nfc, u->in.v, u->in.n, &e);
	if (U_FAILURE(e))
		return S_failed(e, err);
	if (good) {
		S_narrow(out, &u->in);
		return ST_OK;
	}
	st = S_normalize(&u->out, u->nfc, &u->in, err);
	if (!st)
		S_narrow(out, &u->out);
	return st;
}

/*
 * ASCII is its own normal form and combines with nothing before it; Latin-1
 * likewise; what comes after them may combine with them.  So everything
 * below U+0300 is copied, and from the last sign before a higher one up to
 * the next ASCII sign goes to ICU.
 */
enum status text_clean(struct buf *out, size_t *replaced, struct analyzer *a,
		       const char *text, size_t n, struct err *err)
{
	size_t i = 0, copied = 0, last = 0, bad = 0;

	*replaced = 0;
	while (i < n) {
		unsigned char c = (unsigned char)text[i];
		unsigned long cp;
		enum status st;
		size_t k, end;

		if (c < 0x80) {
			last = i++;
			continue;
		}
		k = utf8_decode(text + i, n - i, &cp);
		if (cp < 0x300) {
			last = i;
			i += k;
			continue;
		}
		/* Ill-formed bytes, too, come here: they decode to U+FFFD. */
		for (end = i; end < n && (unsigned char)text[end] >= 0x80; end += k) {
			k = utf8_decode(text + end, n - end, &cp);
			/* The real U+FFFD is three bytes that spell it. */
			bad += cp == 0xFFFD &&
			       !(k == 3 && memcmp(text + end, "\xEF\xBF\xBD", 3) == 0);
		}
		if (last < copied)
			last = copied;
		buf_add(out, text + copied, last - copied);
		st = S_clean_stretch(out, a->icu, text + last, end - last, err);
		if (st)
			return st;
		copied = last = i = end;
	}
	buf_add(out, text + copied, n - copied);
	*replaced = bad;
	return buf_status(out, err);
}

/* ---- folding ---- */

static bool S_is_accent(UChar c)
{
	return c == 0x300 || c == 0x301 || c == 0x308;
}

/* in is folded already.  Uses u->out (may be in) and u->third. */
static enum status S_unaccent(struct wide **result, struct icu *u,
			      const struct wide *in, struct err *err)
{
	enum status st = S_normalize(&u->third, u->nfd, in, err);
	int32_t k = 0;

	if (st)
		return st;
	for (int32_t i = 0; i < u->third.n; i++)
		if (!S_is_accent(u->third.v[i]))
			u->third.v[k++] = u->third.v[i];
	u->third.n = k;
	st = S_normalize(&u->out, u->nfc, &u->third, err);
	*result = &u->out;
	return st;
}

enum status icu_fold(struct buf *surface, struct buf *folded, struct analyzer *a,
		     const char *p, size_t n, struct err *err)
{
	struct icu *u = a->icu;
	struct wide *w;
	enum status st = S_open_forms(u, err);

	if (st || (st = S_widen(&u->in, p, n, true, err)) ||
	    (st = S_normalize(&u->out, u->fold, &u->in, err)))
		return st;
	if (surface) {
		S_narrow(surface, &u->out);
		st = buf_status(surface, err);
	}
	if (!st && folded) {
		st = S_unaccent(&w, u, &u->out, err);
		if (!st) {
			S_narrow(folded, w);
			st = buf_status(folded, err);
		}
	}
	return st;
}

enum status icu_unaccent(struct buf *folded, struct analyzer *a, const char *p,
			 size_t n, struct err *err)
{
	struct icu *u = a->icu;
	struct wide *w;
	enum status st = S_open_forms(u, err);

	if (st || (st = S_widen(&u->in, p, n, false, err)) ||
	    (st = S_unaccent(&w, u, &u->in, err)))
		return st;
	S_narrow(folded, w);
	return buf_status(folded, err);
}

/* ---- boundaries ---- */

static enum status S_set_text(UBreakIterator **it, UBreakIteratorType type,
			      const char *locale, struct icu *u, const char *p,
			      size_t n, struct err *err)
{
	UErrorCode e = U_ZERO_ERROR;
	UText *t;

	if (!*it) {
		*it = ubrk_open(type, locale, NULL, 0, &e);
		if (U_FAILURE(e)) {
			*it = NULL;
			return S_failed(e, err);
		}
		e = U_ZERO_ERROR; /* "es" falls back to the root's rules */
	}
	t = utext_openUTF8(u->text, p, (int64_t)n, &e);
	if (t)
		u->text = t;
	if (!U_FAILURE(e))
		ubrk_setUText(*it, u->text, &e);
	return U_FAILURE(e) ? S_failed(e, err) : ST_OK;
}

static bool S_has_letter(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		unsigned long cp;

		i += utf8_decode(p + i, n - i, &cp);
		if (icu_is_alnum(cp))
			return true;
	}
	return false;
}

enum status icu_words(struct words *out, struct analyzer *a, const char *text,
		      size_t from, size_t to, struct err *err)
{
	struct icu *u = a->icu;
	int32_t p = 0, q;
	enum status st =
		S_set_text(&u->word, UBRK_WORD, "es", u, text + from, to - from, err);

	if (st)
		return st;
	while ((q = ubrk_next(u->word)) != UBRK_DONE) {
		const char *w = text + from + p;
		size_t n = (size_t)(q - p);

		if (ubrk_getRuleStatus(u->word) >= UBRK_WORD_NONE_LIMIT &&
		    S_has_letter(w, n) &&
		    !words_add(out, from + (size_t)p, from + (size_t)q,
			       word_flags(w, n)))
			return err_nomem(err);
		p = q;
	}
	return ST_OK;
}

static enum status S_offsets(size_t **out, size_t *n_out, UBreakIterator *it,
			     struct err *err)
{
	size_t *v = NULL, n = 0, cap = 0;
	int32_t q;

	for (q = ubrk_first(it); q != UBRK_DONE; q = ubrk_next(it)) {
		if (n == cap) {
			size_t more = cap ? cap * 2 : 64;
			size_t *w = realloc(v, more * sizeof *w);

			if (!w) {
				free(v);
				return err_nomem(err);
			}
			v = w;
			cap = more;
		}
		v[n++] = (size_t)q;
	}
	*out = v;
	*n_out = n;
	return ST_OK;
}

enum status icu_boundaries(size_t **out, size_t *n_out, struct analyzer *a,
			   const char *text, size_t n, struct err *err)
{
	struct icu *u = a->icu;
	enum status st;

	*out = NULL;
	*n_out = 0;
	st = S_set_text(&u->word, UBRK_WORD, "es", u, text, n, err);
	return st ? st : S_offsets(out, n_out, u->word, err);
}

enum status text_sentences(size_t **starts, size_t *n_starts, struct analyzer *a,
			   const char *text, size_t n, struct err *err)
{
	struct icu *u = a->icu;
	enum status st;

	*starts = NULL;
	*n_starts = 0;
	if (n > TEXT_MAX)
		return err_set(err, ST_LIMIT, _("a text is longer than %zu bytes"),
			       TEXT_MAX);
	/* ss=standard: no sentence ends at "Sr." or "art.". */
	st = S_set_text(&u->sentence, UBRK_SENTENCE, "es@ss=standard", u, text, n, err);
	if (st || (st = S_offsets(starts, n_starts, u->sentence, err)))
		return st;
	/* The last boundary is the end of the text, no start. */
	if (*n_starts > 1)
		--*n_starts;
	return ST_OK;
}

/* ---- dictionary order ---- */

enum status text_sort_key(struct buf *out, struct analyzer *a, const char *text,
			  size_t n, size_t max, struct err *err)
{
	struct icu *u = a->icu;
	UErrorCode e = U_ZERO_ERROR;
	uint8_t key[1024];
	enum status st;
	int32_t len;

	if (!u->collator) {
		u->collator = ucol_open("es", &e);
		if (U_FAILURE(e)) {
			u->collator = NULL;
			return S_failed(e, err);
		}
	}
	/* No key of the first `max` bytes needs more than `max` letters. */
	if (n > 4 * max)
		n = 4 * max;
	st = S_widen(&u->in, text, n, false, err);
	if (st)
		return st;
	len = ucol_getSortKey(u->collator, u->in.v, u->in.n, key, sizeof key);
	if (len <= 0)
		return err_nomem(err);
	if ((size_t)len <= sizeof key) {
		len--; /* ICU ends it with a NUL */
		buf_add(out, (char *)key, (size_t)len < max ? (size_t)len : max);
	} else {
		uint8_t *whole = malloc((size_t)len);

		if (!whole)
			return err_nomem(err);
		ucol_getSortKey(u->collator, u->in.v, u->in.n, whole, len);
		len--;
		buf_add(out, (char *)whole, (size_t)len < max ? (size_t)len : max);
		free(whole);
	}
	return buf_status(out, err);
}

/* ---- properties ---- */

bool icu_is_alnum(unsigned long cp)
{
	return u_isalnum((UChar32)cp) ||
	       u_hasBinaryProperty((UChar32)cp, UCHAR_ALPHABETIC);
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

size_t text_width(const char *text, size_t n)
{
	size_t columns = 0, i = 0;

	while (i < n) {
		unsigned long cp;
		int type;

		i += utf8_decode(text + i, n - i, &cp);
		if (cp >= 0x20 && cp < 0x7F) {
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
