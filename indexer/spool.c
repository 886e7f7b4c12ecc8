#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "again.h"
#include "messages.h"

#define SPOOL_BLOCK ((size_t)1 << 20)

enum status spool_open(struct spool *s, const char *dir, struct err *err)
{
	s->end = 0;
	buf_init(&s->pending, 0);
	s->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		/* File systems without nameless files. */
		char path[4096];
		int n = snprintf(path, sizeof path, "%s/spool.XXXXXX", dir);

		if (n > 0 && (size_t)n < sizeof path) {
			s->fd = mkostemp(path, O_CLOEXEC);
			/* Where its name stays, the file would: told. */
			if (s->fd >= 0 && unlink(path) != 0) {
				int saved = errno;

				spool_close(s);
				errno = saved;
			}
		}
	}
	if (s->fd < 0)
		return err_errno(err, ST_IO, _("no temporary file in %s"), dir);
	return ST_OK;
}

void spool_close(struct spool *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	buf_release(&s->pending);
}

enum status spool_flush(struct spool *s, struct err *err)
{
	size_t done = 0, base = s->end - s->pending.len;
	unsigned tries = 0;

	while (done < s->pending.len) {
		ssize_t k = pwrite(s->fd, s->pending.data + done, s->pending.len - done,
				   (off_t)(base + done));

		if (again(k, &tries))
			continue;
		if (k <= 0)
			return err_errno(err, ST_IO, "%s",
					 _("the temporary file cannot be written"));
		done += (size_t)k;
	}
	buf_clear(&s->pending);
	return ST_OK;
}

enum status spool_put(size_t *at, struct spool *s, const char *bytes, size_t n,
		      struct err *err)
{
	enum status st;

	*at = s->end;
	buf_add(&s->pending, bytes, n);
	st = buf_status(&s->pending, err);
	if (st)
		return st;
	s->end += n;
	return s->pending.len >= SPOOL_BLOCK ? spool_flush(s, err) : ST_OK;
}

enum status spool_get(struct buf *out, struct spool *s, size_t at, size_t n,
		      struct err *err)
{
	enum status st = s->pending.len ? spool_flush(s, err) : ST_OK;
	unsigned tries = 0;
	char block[16384];

	buf_clear(out);
	while (!st && n) {
		size_t want = n < sizeof block ? n : sizeof block;
		ssize_t k = pread(s->fd, block, want, (off_t)at);

		if (again(k, &tries))
			continue;
		if (k <= 0)
			return err_errno(err, ST_IO, "%s",
					 _("the temporary file cannot be read"));
		buf_add(out, block, (size_t)k);
		st = buf_status(out, err);
		at += (size_t)k;
		n -= (size_t)k;
	}
	return st;
}
