#include "status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "inert.h"
#include "messages.h"

/* What was formatted as a message: names, queries and whatever else stands in
 * it are other people's (inert.h).  Behind what is there already. */
__attribute__((format(printf, 3, 0))) static void S_say(struct err *err, size_t at,
							const char *fmt, va_list ap)
{
	char raw[sizeof err->text];
	int n = vsnprintf(raw, sizeof raw, fmt, ap);
	size_t len = n < 0 ? 0 : (size_t)n;

	if (len >= sizeof raw) { /* cut: no sign may be left open */
		len = sizeof raw - 1;
		while (len > 0 && ((unsigned char)raw[len - 1] & 0xC0) == 0x80)
			len--;
		/* It may have been whole; losing one letter is harmless. */
		if (len > 0 && (unsigned char)raw[len - 1] >= 0xC0)
			len--;
	}
	inert_message(err->text + at, sizeof err->text - at, raw, len);
}

__attribute__((format(printf, 2, 3))) static void S_append(struct err *err,
							   const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	S_say(err, strlen(err->text), fmt, ap);
	va_end(ap);
}

enum status err_set(struct err *err, enum status code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	err->column = 0;
	va_start(ap, fmt);
	S_say(err, 0, fmt, ap);
	va_end(ap);
	return code;
}

enum status err_errno(struct err *err, enum status code, const char *fmt, ...)
{
	int saved = errno;
	const char *why;
	va_list ap;

	if (saved == ENOMEM) {
		code = ST_NOMEM; /* it is no fault of the file's */
		memory_lacked();
	}
	if (!err)
		return code;
	err->code = code;
	err->column = 0;
	va_start(ap, fmt);
	S_say(err, 0, fmt, ap);
	va_end(ap);
	/* The C library's own translations come with locales that a server may
	 * lack, so its English text goes through our catalogue. */
	why = strerrordesc_np(saved);
	S_append(err, ": %s", why ? _(why) : strerror(saved));
	return code;
}

static bool S_lacking;

void memory_lacked(void)
{
	S_lacking = true;
}

bool memory_was_lacking(void)
{
	bool was = S_lacking;

	S_lacking = false;
	return was;
}

enum status err_nomem(struct err *err)
{
	memory_lacked();
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
