#ifndef EMIT_H
#define EMIT_H
/*
 * emit - JSON written as it comes, without a tree: answers have a thousand
 * values and a search takes two milliseconds.  What comes out is what
 * json_write() (json.h) makes of the same values, to the last byte.
 *
 * The caller opens and closes in pairs and gives each value of an object its
 * key first.  Failure stands in the buffer (buf_status()).
 */
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct emit {
	struct buf *out;
	bool comma; /* a value stands before, at this level */
};

void emit_open(struct emit *e, char bracket); /* '{' or '[' */
void emit_close(struct emit *e, char bracket);
void emit_key(struct emit *e, const char *key); /* plain ASCII, our own */
void emit_line(struct emit *e);			/* ends the line, begins anew */

void emit_null(struct emit *e);
void emit_bool(struct emit *e, bool v);
void emit_size(struct emit *e, size_t n);
void emit_round(struct emit *e, double v, double steps); /* 4 decimals: 1e4 */
/* What is no UTF-8 is replaced; control characters and direction overrides
 * leave as \u escapes. */
void emit_text(struct emit *e, const char *s, size_t n);
void emit_str(struct emit *e, const char *s); /* NULL: null */
void emit_strs(struct emit *e, char *const *v, size_t n);

/* A key and its value. */
void emit_str_at(struct emit *e, const char *key, const char *s);
void emit_size_at(struct emit *e, const char *key, size_t n);
void emit_bool_at(struct emit *e, const char *key, bool v);

#endif
