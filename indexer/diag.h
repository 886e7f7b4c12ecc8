#ifndef DIAG_H
#define DIAG_H
/*
 * diag - what the readers of sources say about them.
 *
 * An error means that a record was not indexed; a warning that something was
 * not understood and the record is indexed all the same; a hint is good to
 * know.  The printed form is `path:line:column: severity: message [code]`.
 * Codes are words for scripts and never change with the language; line and
 * column are 1-based, 0 = not known.
 */
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

enum severity { DIAG_ERROR, DIAG_WARNING, DIAG_HINT, DIAG_SEVERITIES };

struct diag {
	enum severity severity;
	const char *code; /* a literal: "no-title" */
	char *path;	  /* as given, any bytes */
	unsigned line, column;
	char *message; /* for people, translated, inert */
};

#define DIAGS_KEPT ((size_t)10000)

struct diags {		/* zeroed = empty */
	struct diag *v; /* the first DIAGS_KEPT */
	size_t n, cap;
	unsigned long count[DIAG_SEVERITIES]; /* of all, kept or not */
	/* NULL, or called for each one as it comes, also past the limit. */
	void (*stream)(void *ctx, const struct diag *d);
	void *ctx;
};

void diags_init(struct diags *d, void (*stream)(void *ctx, const struct diag *d),
		void *ctx);
void diags_release(struct diags *d);

/* Adds one, its message inert (inert.h).  Where memory is short its text is lost,
 * and that is remembered (memory_was_lacking()).  d may be NULL. */
void diag(struct diags *d, enum severity severity, const char *code, const char *path,
	  unsigned line, unsigned column, const char *fmt, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 7, 8)))
#endif
	;

/* Nobody will see another one: only the counts go on.  True for NULL. */
bool diags_full(const struct diags *d);
unsigned long diags_count(const struct diags *d, enum severity severity);

/* Appends the printed form, without a line end.  Control bytes and anything
 * that is not UTF-8 in the path are written \xHH, so that a file's name can
 * neither break lines nor drive a terminal. */
void diag_print(struct buf *out, const struct diag *d);
/* Appends a path as diag_print does. */
void diag_path(struct buf *out, const char *path);
/* "error", "warning", "hint": never translated. */
const char *diag_severity(enum severity s);

#endif
