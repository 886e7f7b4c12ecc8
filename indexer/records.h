#ifndef RECORDS_H
#define RECORDS_H
/*
 * records - sources that hold one record after the other: JSON Lines (jsonl.h)
 * and CSV (csv.h).
 *
 * They are read as a stream from a descriptor, with memory for one record, so
 * that a source may have any size and be a pipe.  A bad record is told and
 * costs no other.
 */
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "encoding.h"
#include "ficha.h"
#include "record.h"
#include "status.h"
#include "text.h"

#define RECORD_LINE_MAX RECORD_MAX /* bytes of a line, or of a row */

struct record_sink {
	void *ctx;
	/* A record, its strings NFC, f->line_start and line_end set.  It may
	 * take strings out of f; the reader releases the rest.  Any other
	 * status than ST_OK ends the reading with it. */
	enum status (*record)(void *ctx, struct ficha *f,
			      const struct record_keys *keys, unsigned line,
			      struct err *err);
	/* What is wrong with a record (fatal: it was left out) or odd.  code is
	 * a literal; column counts characters, 0 = not known. */
	void (*problem)(void *ctx, bool fatal_for_record, const char *code,
			unsigned line, unsigned column, const char *message);
	/* NULL, or sees the source's bytes as they are read (for a hash). */
	void (*bytes)(void *ctx, const char *p, size_t n);
};

/* ---- for jsonl.c and csv.c ---- */

struct feed { /* a descriptor's bytes, as they come */
	int fd;
	const struct record_sink *sink;
	struct buf bytes; /* UTF-8 or what stands for it, not yet used */
	enum encoding encoding;
	bool begun, ended;
	unsigned long state; /* of the decoder */
};

void feed_init(struct feed *f, int fd, const struct record_sink *sink);
void feed_release(struct feed *f);
/* Adds some bytes, or sets ended.  A byte order mark is left out, UTF-16 is
 * decoded.  ST_INTERRUPTED: the build was told to end. */
enum status feed_more(struct feed *f, struct err *err);
/* Forgets the first n bytes. */
void feed_drop(struct feed *f, size_t n);

void record_problem(const struct record_sink *sink, bool fatal, const char *code,
		    unsigned line, unsigned column, const char *fmt, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 6, 7)))
#endif
	;

/* Brings the ficha's strings into NFC. */
enum status record_clean(struct ficha *f, struct analyzer *a, struct err *err);

#endif
