#ifndef SPOOL_H
#define SPOOL_H
/*
 * spool - records that were read and wait for their id, in a nameless file:
 * a source of any size passes through bounded memory.
 */
#include <stddef.h>

#include "buf.h"
#include "status.h"

struct spool {
	int fd;
	size_t end;
	struct buf pending; /* not yet written */
};

/* The file is made in folder dir and has no name: it is gone with us. */
enum status spool_open(struct spool *s, const char *dir, struct err *err);
void spool_close(struct spool *s);
enum status spool_put(size_t *at, struct spool *s, const char *bytes, size_t n,
		      struct err *err);
/* Replaces *out by n bytes from at. */
enum status spool_get(struct buf *out, struct spool *s, size_t at, size_t n,
		      struct err *err);

/* Writes out what is still in memory: before another process reads it. */
enum status spool_flush(struct spool *s, struct err *err);

#endif
