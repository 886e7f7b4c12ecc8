#include "status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "messages.h"

/* Cuts a text that did not fit so that no UTF-8 sequence is left open. */
static void S_trim(char *text, size_t size, int wanted)
{
	size_t n;

	if (wanted < 0 || (size_t)wanted < size)
		return;
	n = size - 1;
	while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
		n--;
	if (n > 0 && (unsigned char)text[n - 1] >= 0xC0)
		n--;
	/* The sequence may have been whole; losing one letter is harmless. */
	text[n] = '\0';
}

enum status err_set(struct err *err, enum status code, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!err)
		return code;
	err->code = code;
	err->column = 0;
	va_start(ap, fmt);
	n = vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	S_trim(err->text, sizeof err->text, n);
	return code;
}

enum status err_errno(struct err *err, enum status code, const char *fmt, ...)
{
	int saved = errno;
	const char *why;
	size_t len;
	va_list ap;
	int n;

	if (!err)
		return code;
	err->code = code;
	err->column = 0;
	va_start(ap, fmt);
	n = vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	S_trim(err->text, sizeof err->text, n);
	len = strlen(err->text);
	/* The C library's own translations come with locales that a server may
	 * lack, so its English text goes through our catalogue. */
	why = strerrordesc_np(saved);
	n = snprintf(err->text + len, sizeof err->text - len, ": %s",
		     why ? _(why) : strerror(saved));
	S_trim(err->text + len, sizeof err->text - len, n);
	return code;
}

enum status err_nomem(struct err *err)
{
	return err_set(err, ST_NOMEM, "%s", _("not enough memory"));
}

const char *status_name(enum status code)
{
	switch (code) {
	case ST_OK:
		return "ok";
	case ST_USAGE:
		return "usage";
	case ST_INPUT:
		return "input";
	case ST_IO:
		return "io";
	case ST_NOINDEX:
		return "no_index";
	case ST_DAMAGED:
		return "damaged";
	case ST_VERSION:
		return "version";
	case ST_BUSY:
		return "busy";
	case ST_LIMIT:
		return "limit";
	case ST_NOMEM:
		return "memory";
	case ST_INTERRUPTED:
		return "interrupted";
	case ST_INTERNAL:
		return "internal";
	}
	return "internal";
}

int status_exit(enum status code)
{
	switch (code) {
	case ST_OK:
		return 0;
	case ST_INPUT:
		return 1;
	case ST_USAGE:
		return 2;
	case ST_IO:
	case ST_NOINDEX:
		return 3;
	case ST_DAMAGED:
	case ST_VERSION:
		return 4;
	case ST_BUSY:
	case ST_LIMIT:
	case ST_NOMEM:
		return 5;
	case ST_INTERRUPTED:
		return 130;
	case ST_INTERNAL:
		return 70;
	}
	return 70;
}
