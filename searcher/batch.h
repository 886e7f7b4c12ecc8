#ifndef BATCH_H
#define BATCH_H
/*
 * batch - one JSON request to one JSON answer.  The loop over lines is
 * main.c's; nothing in a request can end it.
 */
#include "buf.h"
#include "engine.h"

#define BATCH_LINE_MAX ((size_t)2 << 20)

/* Appends one line to out, its end included.  A bad request gives
 * {"id":...,"error":{...}} and *answered false; only what no further request
 * could survive (memory) is a failure. */
enum status batch_answer(struct buf *out, bool *answered, struct engine *e,
			 const char *line, size_t n, struct err *err);

/* The answer to a line that is longer than BATCH_LINE_MAX. */
enum status batch_too_long(struct buf *out, struct err *err);

#endif
