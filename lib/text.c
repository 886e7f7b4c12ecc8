/* What asks ICU: the analyzer, normal forms, folding of any script. */
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include "messages.h"
#include "text_icu.h"

#define WIDE_MAX ((size_t)1 << 29) /* units; far from where int32_t ends */

enum status icu_failed(UErrorCode e, struct err *err)
{
	if (e == U_MEMORY_ALLOCATION_ERROR)
		return err_nomem(err);
	return err_set(err, ST_INTERNAL, _("ICU reports %s"), u_errorName(e));
}

enum status icu_too_long(size_t max, struct err *err)
{
	return err_set(err, ST_LIMIT, _("a text is longer than %zu bytes"), max);
}

enum status analyzer_open(struct analyzer **out, struct err *err)
{
	struct analyzer *a;

	*out = NULL;
	a = calloc(1, sizeof *a);
	if (!a)
		return err_nomem(err);
	icu_set_aside();
	buf_init(&a->scratch, 0);
	gender_filter(a->neutral);
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
			u->collator_close(u->collator);
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
		return icu_too_long(WIDE_MAX, err);
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
bool icu_is_apostrophe(unsigned long cp)
{
	return cp == 0x2019 || cp == 0x2018 || cp == 0x201B || cp == 0xB4 ||
	       cp == 0x60 || cp == 0x2BC || cp == 0x2032 || cp == 0xFF07;
}

/* Decodes into w.  At most MARKS_MAX non-starters in a row: reordering a long
 * run of them is quadratic. */
enum status icu_widen(struct wide *w, const char *p, size_t n, bool apostrophes,
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
		if (apostrophes && icu_is_apostrophe(cp))
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
		return icu_failed(e, err);
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
		return icu_failed(e, err);
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

	if (st || (st = icu_widen(&u->in, p, n, false, err)))
		return st;
	good = unorm2_isNormalized(u->nfc, u->in.v, u->in.n, &e);
	if (U_FAILURE(e))
		return icu_failed(e, err);
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

	if (st || (st = icu_widen(&u->in, p, n, true, err)) ||
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

	if (st || (st = icu_widen(&u->in, p, n, false, err)) ||
	    (st = S_unaccent(&w, u, &u->in, err)))
		return st;
	S_narrow(folded, w);
	return buf_status(folded, err);
}
