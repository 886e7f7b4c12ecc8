#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

void diags_init(struct diags *d, void (*stream)(void *ctx, const struct diag *d),
		void *ctx)
{
	memset(d, 0, sizeof *d);
	d->stream = stream;
	d->ctx = ctx;
}

void diags_release(struct diags *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->v[i].path);
		free(d->v[i].message);
	}
	free(d->v);
	diags_init(d, d->stream, d->ctx);
}

unsigned long diags_count(const struct diags *d, enum severity severity)
{
	return d->count[severity];
}

void diag(struct diags *d, enum severity severity, const char *code, const char *path,
	  unsigned line, unsigned column, const char *fmt, ...)
{
	struct diag one = {
		.severity = severity, .code = code, .line = line, .column = column};
	char *copy = NULL;
	va_list ap;

	if (!d)
		return;
	d->count[severity]++;
	if (d->n == DIAGS_KEPT && !d->stream)
		return;
	va_start(ap, fmt);
	if (vasprintf(&one.message, fmt, ap) < 0)
		one.message = NULL;
	va_end(ap);
	copy = strdup(path);
	one.path = copy;
	if (!one.message || !copy)
		goto drop;
	if (d->stream)
		d->stream(d->ctx, &one);
	if (d->n == DIAGS_KEPT)
		goto drop;
	if (d->n == d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 64;
		struct diag *v = realloc(d->v, cap * sizeof *v);

		if (!v)
			goto drop;
		d->v = v;
		d->cap = cap;
	}
	d->v[d->n++] = one;
	return;
drop:
	free(one.message);
	free(copy);
}

const char *diag_severity(enum severity s)
{
	switch (s) {
	case DIAG_ERROR:
		return "error";
	case DIAG_WARNING:
		return "warning";
	case DIAG_HINT:
		return "hint";
	case DIAG_SEVERITIES:
		break;
	}
	return "error";
}

/* Control signs, also the C1 ones, and the ones that turn the direction of
 * what follows them. */
static int S_unsafe(unsigned long cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) ||
	       (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) ||
	       cp == 0x200E || cp == 0x200F || cp == 0xFEFF;
}

static void S_safe(struct buf *out, const char *s)
{
	size_t n = strlen(s), w;

	for (size_t i = 0; i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		if (S_unsafe(cp) || cp == '\\' ||
		    (cp == 0xFFFD && (w != 3 || memcmp(s + i, "\xEF\xBF\xBD", 3) != 0)))
			for (size_t k = 0; k < w; k++)
				buf_addf(out, "\\x%02X", (unsigned char)s[i + k]);
		else
			buf_add(out, s + i, w);
	}
}

void diag_path(struct buf *out, const char *path)
{
	S_safe(out, path);
}

void diag_print(struct buf *out, const struct diag *d)
{
	S_safe(out, d->path);
	if (d->line)
		buf_addf(out, ":%u", d->line);
	if (d->line && d->column)
		buf_addf(out, ":%u", d->column);
	buf_addf(out, ": %s: ", diag_severity(d->severity));
	S_safe(out, d->message);
	buf_addf(out, " [%s]", d->code);
}
