#ifndef SOURCE_H
#define SOURCE_H
/*
 * source - from the bytes of a source to its fichas.
 *
 * A reader takes the bytes of one file and hands every finished ficha to the
 * sink: verbatim fields and the lines that they came from.  What is derived
 * (communes, groups, dates, id) is normal.h's.  What a reader does not
 * understand it says in the sink's diagnostics and never guesses; a bad ficha
 * never costs the good ones around it.
 */
#include <stddef.h>

#include "diag.h"
#include "ficha.h"
#include "lexicon.h"
#include "text.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)  /* of one line of a document */
#define SOURCE_MAX     ((size_t)64 << 20) /* of one source, packed, with pictures */
/* Of the text of a document.  Reading takes up to 160 bytes for a line. */
#define TEXT_MAX       ((size_t)8 << 20)
#define TEXT_LINES_MAX 1000000u

struct source_sink {
	/* Takes the ficha over: it is released by the taker, also on failure.
	 * Any other status than ST_OK ends the reading with it. */
	enum status (*take)(void *ctx, struct ficha *f, struct err *err);
	void *ctx;
	struct diags *diags;
	/* found = taken + rejected.  Rejected: an error diagnostic says why. */
	unsigned long found, rejected;
};

/* Ficha documents: Markdown, plain text, and either with HTML in it.  path:
 * what diagnostics and ficha.source_path name.  Fails only for want of memory
 * or where the sink does; everything about the document is a diagnostic. */
enum status source_read_document(struct source_sink *sink, struct analyzer *a,
				 const struct lexicon *l, const char *path,
				 const char *bytes, size_t n, struct err *err);

#endif
