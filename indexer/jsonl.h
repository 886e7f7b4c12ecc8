#ifndef JSONL_H
#define JSONL_H
/*
 * jsonl - JSON Lines: one record a line, in the keys of record.h.
 *
 * Problems told, besides those of record_read():
 *   line-too-long      past RECORD_LINE_MAX
 *   nul-byte           a NUL, as it is or as \u0000
 *   malformed-record   no JSON, a key twice, a value of the wrong kind
 *   no-title
 *   record-too-deep    values nest deeper than JSONL_DEPTH_MAX
 * and of records that are taken all the same:
 *   invalid-utf8       replaced by U+FFFD
 *   lone-surrogate     half of a sign, as \uD800: U+FFFD
 *   number-as-text     a number that a double or a 64-bit integer cannot hold
 *                      is kept as a string
 */
#include "records.h"

#define JSONL_DEPTH_MAX 64

/* ST_IO: fd cannot be read.  What is wrong with a line is told to the sink. */
enum status jsonl_read(int fd, struct analyzer *a, const struct record_sink *sink,
		       struct err *err);

#endif
