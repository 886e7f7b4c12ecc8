#ifndef BUF_H
#define BUF_H
/*
 * buf - a growing byte string with a stated maximum.
 *
 * Failure is sticky: after one addition fails (memory, or the maximum) all
 * later ones do nothing, and buf_status() tells which it was.  So a writer
 * adds as much as it likes and asks once.  data is always NUL-terminated and
 * never NULL, also when empty.
 */
#include <stdbool.h>
#include <stddef.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct buf {
	char *data; /* len bytes and a NUL */
	size_t len;
	size_t cap; /* bytes allocated; 0 = data is not ours */
	size_t max; /* len never passes it */
	enum status failed;
};

#define BUF_MAX_DEFAULT ((size_t)1 << 30)

/* max 0 means BUF_MAX_DEFAULT. */
void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* back to an empty, usable buffer */
void buf_clear(struct buf *b);	 /* empties, keeps the memory and max */

void buf_add(struct buf *b, const char *p, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 2, 3)))
#endif
	;
/* One Unicode scalar value as UTF-8 (anything else becomes U+FFFD). */
void buf_addcp(struct buf *b, unsigned long cp);
void buf_truncate(struct buf *b, size_t len);
/* Room for n more bytes, to be written in place: where they go, or NULL after
 * a failure.  buf_commit() then says how many (at most n) were written. */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* ST_OK, or why an addition failed (err filled). */
enum status buf_status(const struct buf *b, struct err *err);

/* Hands the bytes over (free()); the buffer is empty again.  NULL if an
 * addition had failed. */
char *buf_detach(struct buf *b);

#ifdef __cplusplus
}
#endif
#endif
