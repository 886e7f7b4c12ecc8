/*
 * What asks ICU: dictionary order.  Of all that asks it this alone needs its
 * second library (i18n), which takes a program that starts as long to load as
 * all the rest; a program that never asks is not linked to it, and nobody else
 * may name what is in it.
 */
#include <stdlib.h>

#include <unicode/ucol.h>

#include "text_icu.h"

static void S_close(void *collator)
{
	ucol_close(collator);
}

enum status text_sort_key(struct buf *out, struct analyzer *a, const char *text,
			  size_t n, size_t max, struct err *err)
{
	struct icu *u = a->icu;
	UCollator *c = u->collator;
	UErrorCode e = U_ZERO_ERROR;
	uint8_t key[1024];
	enum status st;
	int32_t len;

	if (!c) {
		c = ucol_open("es", &e);
		if (U_FAILURE(e))
			return icu_failed(e, err);
		u->collator = c;
		u->collator_close = S_close;
	}
	/* No key of the first `max` bytes needs more than `max` letters. */
	if (n > 4 * max)
		n = 4 * max;
	st = icu_widen(&u->in, text, n, false, err);
	if (st)
		return st;
	len = ucol_getSortKey(c, u->in.v, u->in.n, key, sizeof key);
	if (len <= 0)
		return err_nomem(err);
	if ((size_t)len <= sizeof key) {
		len--; /* ICU ends it with a NUL */
		buf_add(out, (char *)key, (size_t)len < max ? (size_t)len : max);
	} else {
		uint8_t *whole = malloc((size_t)len);

		if (!whole)
			return err_nomem(err);
		ucol_getSortKey(c, u->in.v, u->in.n, whole, len);
		len--;
		buf_add(out, (char *)whole, (size_t)len < max ? (size_t)len : max);
		free(whole);
	}
	return buf_status(out, err);
}
