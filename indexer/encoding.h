#ifndef ENCODING_H
#define ENCODING_H
/*
 * encoding - bytes in some encoding to UTF-8.
 *
 * UTF-8 wherever the bytes are UTF-8: other encodings almost never are by
 * chance.  Else Windows-1252, which is what Spanish text on a PC was before,
 * and of which Latin-1 is a part; UTF-16 where a byte order mark says so.
 */
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

enum encoding { ENCODING_UTF8, ENCODING_1252, ENCODING_UTF16LE, ENCODING_UTF16BE };

/* By the byte order mark; *mark: its length.  ENCODING_UTF8 if there is none. */
enum encoding encoding_mark(size_t *mark, const char *bytes, size_t n);

/* The whole of a text, its mark left out.  says_utf8: it claims to be UTF-8, so
 * what is not becomes U+FFFD. */
void encoding_decode(struct buf *out, const char *bytes, size_t n, bool says_utf8);

void encoding_from_1252(struct buf *out, const char *bytes, size_t n);
/* Ill-formed sequences become U+FFFD; returns how many. */
size_t encoding_repair(struct buf *out, const char *bytes, size_t n);

/* UTF-16 in pieces: *state is 0 at first and keeps what a piece left over. */
void encoding_from_utf16(struct buf *out, const char *bytes, size_t n, bool big,
			 unsigned long *state);
/* What is left over at the end. */
void encoding_utf16_end(struct buf *out, unsigned long *state);

#endif
