#ifndef CONFINE_H
#define CONFINE_H
/*
 * confine - converts a document in a process that can do nothing else.
 *
 * The converter's libraries are large and the documents are anybody's.  So the
 * conversion runs in a child: without descriptors but the pipe to answer
 * through, without capabilities, in a sandbox (sandbox.h) that lets it read
 * poppler's character maps and nothing more, with limits on processor time,
 * memory and the size of the answer; the parent limits the time on the clock.
 * What the child answers is checked like any other input.
 *
 * Whatever the child does, it costs the document it was given and no other:
 * a crash, a limit, a wrong answer are ST_INPUT.
 */
#include <stddef.h>

#include "buf.h"
#include "status.h"
#include "walk.h"

typedef enum status convert_fn(struct buf *out, const char *bytes, size_t n,
			       struct err *err);

struct confine_limits {
	unsigned cpu;  /* seconds */
	unsigned wall; /* milliseconds */
	size_t memory; /* bytes, on top of what the parent has */
};

extern const struct confine_limits confine_default; /* 10 s, 20 s, 512 MiB */

/* What a converter may read, NULL at the end. */
extern const char *const confine_readable[];

/* Opens what cannot be opened any more once this process may read only its
 * sources; nothing if done already. */
void confine_prepare(void);

/* By the converter of a format that has one (PDF, HTML, DOCX, ODT).  *out must
 * be initialised; the text is appended and is valid UTF-8.  ST_INTERRUPTED: the
 * build was told to end. */
enum status confine_convert(struct buf *out, enum format format, const char *bytes,
			    size_t n, struct err *err);

/* Any converter, other limits. */
enum status confine_run(struct buf *out, convert_fn *convert, const char *bytes,
			size_t n, const struct confine_limits *limits, struct err *err);

#endif
