#include "diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "inert.h"

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

bool diags_full(const struct diags *d)
{
	return !d || (d->n == DIAGS_KEPT && !d->stream);
}

unsigned long diags_count(const struct diags *d, enum severity severity)
{
	return d->count[severity];
}

/* A message quotes documents and libraries, and goes to terminals and JSON. */
static char *S_inert(const char *raw)
{
	size_t n = strlen(raw), max = 4 * n + 1;
	char *message = malloc(max);

	if (message)
		inert_message(message, max, raw, n);
	return message;
}

void diag(struct diags *d, enum severity severity, const char *code, const char *path,
	  unsigned line, unsigned column, const char *fmt, ...)
{
	struct diag one = {
		.severity = severity, .code = code, .line = line, .column = column};
	char *copy = NULL, *raw = NULL;
	va_list ap;

	if (!d)
		return;
	d->count[severity]++;
	if (diags_full(d))
		return;
	va_start(ap, fmt);
	if (vasprintf(&raw, fmt, ap) < 0)
		raw = NULL;
	va_end(ap);
	one.message = raw ? S_inert(raw) : NULL;
	free(raw);
	copy = strdup(path);
	one.path = copy;
	if (!one.message || !copy)
		goto lacking;
	if (d->stream)
		d->stream(d->ctx, &one);
	if (d->n == DIAGS_KEPT)
		goto drop;
	if (!array_more(&d->v, &d->cap, d->n, sizeof *d->v, 64))
		goto lacking;
	d->v[d->n++] = one;
	return;
lacking:
	/* What was to be told is lost: nothing may be published as if it had been. */
	memory_lacked();
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

void diag_path(struct buf *out, const char *path)
{
	inert_escape(out, path, strlen(path));
}

void diag_print(struct buf *out, const struct diag *d)
{
	diag_path(out, d->path);
	if (d->line)
		buf_addf(out, ":%u", d->line);
	if (d->line && d->column)
		buf_addf(out, ":%u", d->column);
	buf_addf(out, ": %s: ", diag_severity(d->severity));
	buf_adds(out, d->message);
	buf_addf(out, " [%s]", d->code);
}
