/* What asks ICU: word boundaries where text_words.c's tables do not reach, and
 * sentences where text_sentence.c's do not. */
#include <stdlib.h>

#include "text_icu.h"
#include "array.h"

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
			return icu_failed(e, err);
		}
		e = U_ZERO_ERROR; /* "es" falls back to the root's rules */
	}
	t = utext_openUTF8(u->text, p, (int64_t)n, &e);
	if (t)
		u->text = t;
	if (!U_FAILURE(e))
		ubrk_setUText(*it, u->text, &e);
	return U_FAILURE(e) ? icu_failed(e, err) : ST_OK;
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

		/* Not by ICU's rule status: a_ and a soft hyphen have none. */
		if (S_has_letter(w, n) &&
		    !words_put(out, text, from + (size_t)p, from + (size_t)q))
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
		if (!array_more(&v, &cap, n, sizeof *v, 64)) {
			free(v);
			return err_nomem(err);
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

enum status icu_sentences(size_t **starts, size_t *n_starts, struct analyzer *a,
			  const char *text, size_t n, struct err *err)
{
	struct icu *u = a->icu;
	enum status st;

	*starts = NULL;
	*n_starts = 0;
	st = S_set_text(&u->sentence, UBRK_SENTENCE, "es", u, text, n, err);
	if (!st)
		st = S_offsets(starts, n_starts, u->sentence, err);
	/* The last boundary is the end of the text, no start. */
	if (!st && *n_starts > 1)
		--*n_starts;
	return st;
}
