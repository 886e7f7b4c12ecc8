#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "again.h"
#include "messages.h"

#define PENDING_MAX ((size_t)1 << 18)

int file_unnamed(const char *dir)
{
	char path[4096];
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	/* A file system without unnamed files. */
	if (snprintf(path, sizeof path, "%s/unnamed-XXXXXX", dir) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

/* ---- mapping ---- */

enum status file_map(const void **p, size_t *n, int fd, struct err *err)
{
	struct stat st;
	void *m;

	*p = NULL;
	*n = 0;
	if (fstat(fd, &st) != 0)
		return err_errno(err, ST_IO, "%s", _("the index cannot be opened"));
	if (st.st_size == 0)
		return ST_OK;
	m = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (m == MAP_FAILED)
		return err_errno(err, ST_IO, "%s", _("the index cannot be opened"));
	*p = m;
	*n = (size_t)st.st_size;
	return ST_OK;
}

enum status file_map_path(const void **p, size_t *n, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	enum status st;

	*p = NULL;
	*n = 0;
	if (fd < 0)
		return err_errno(err, ST_IO, _("cannot open %s"), path);
	st = file_map(p, n, fd, err);
	close(fd);
	return st;
}

void file_unmap(const void *p, size_t n)
{
	if (p)
		munmap((void *)(uintptr_t)p, n);
}

void file_forget(const void *p, size_t n)
{
	if (p && n)
		(void)madvise((void *)(uintptr_t)p, n, MADV_DONTNEED);
}

/* ---- new files ---- */

enum status file_create(int *fd, const char *path, struct err *err)
{
	*fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	return *fd < 0 ? err_errno(err, ST_IO, _("cannot write %s"), path) : ST_OK;
}

enum status file_finish(int fd, const char *path, int sync, enum status st,
			struct err *err)
{
	if (fd < 0)
		return st;
	if (!st && sync && fsync(fd) != 0)
		st = err_errno(err, ST_IO, _("cannot write %s"), path);
	if (close(fd) != 0 && !st)
		st = err_errno(err, ST_IO, _("cannot write %s"), path);
	return st;
}

enum status file_sync_dir(const char *dir, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum status st = ST_OK;

	if (fd < 0)
		return err_errno(err, ST_IO, _("cannot open %s"), dir);
	if (fsync(fd) != 0)
		st = err_errno(err, ST_IO, _("cannot write to %s"), dir);
	close(fd);
	return st;
}

enum status file_copy(const char *to, const char *from, struct err *err)
{
	const void *bytes;
	size_t n;
	struct outfile o;
	int fd = -1;
	enum status st = file_map_path(&bytes, &n, from, err);

	if (!st)
		st = file_create(&fd, to, err);
	if (!st) {
		st = outfile_open(&o, fd, err);
		for (size_t at = 0; !st && at < n; at += FILE_FORGET) {
			size_t part = n - at < FILE_FORGET ? n - at : FILE_FORGET;

			st = outfile_write(&o, (const char *)bytes + at, part, err);
			file_forget(bytes, n);
		}
		if (!st)
			st = outfile_flush(&o, err);
		outfile_release(&o);
	}
	file_unmap(bytes, n);
	return file_finish(fd, to, 1, st, err);
}

/* ---- writing in large pieces ---- */

enum status outfile_open(struct outfile *o, int fd, struct err *err)
{
	o->fd = fd;
	o->n = 0;
	o->pending = malloc(PENDING_MAX);
	return o->pending ? ST_OK : err_nomem(err);
}

void outfile_release(struct outfile *o)
{
	free(o->pending);
	o->pending = NULL;
}

static enum status S_write(int fd, const char *p, size_t n, struct err *err)
{
	unsigned tries = 0;

	while (n) {
		ssize_t done = write(fd, p, n);

		if (again(done, &tries))
			continue;
		if (done < 0)
			return err_errno(err, ST_IO, "%s",
					 _("the index cannot be written"));
		p += done;
		n -= (size_t)done;
	}
	return ST_OK;
}

enum status outfile_flush(struct outfile *o, struct err *err)
{
	enum status st = S_write(o->fd, o->pending, o->n, err);

	o->n = 0;
	return st;
}

enum status outfile_write(struct outfile *o, const void *bytes, size_t n,
			  struct err *err)
{
	if (n > PENDING_MAX - o->n) {
		enum status st = outfile_flush(o, err);

		if (st || n >= PENDING_MAX)
			return st ? st : S_write(o->fd, bytes, n, err);
	}
	if (n)
		memcpy(o->pending + o->n, bytes, n);
	o->n += n;
	return ST_OK;
}

/* ---- what waits ---- */

void aside_open(struct aside *a, const char *dir)
{
	memset(a, 0, sizeof *a);
	a->dir = dir;
	a->fd = -1;
}

void aside_release(struct aside *a)
{
	free(a->pending);
	if (a->fd >= 0)
		close(a->fd);
	aside_open(a, a->dir);
}

static enum status S_put_aside(struct aside *a, const void *bytes, size_t n)
{
	if (a->fd < 0)
		a->fd = file_unnamed(a->dir);
	if (a->fd < 0)
		return err_errno(&a->why, ST_IO, _("cannot write %s"), a->dir);
	return S_write(a->fd, bytes, n, &a->why);
}

void aside_add(struct aside *a, const void *bytes, size_t n)
{
	if (a->failed || !n)
		return;
	if (!a->pending && !(a->pending = malloc(ASIDE_MAX)))
		a->failed = err_nomem(&a->why);
	if (!a->failed && n > ASIDE_MAX - a->n) {
		a->failed = S_put_aside(a, a->pending, a->n);
		a->n = 0;
	}
	if (!a->failed && n > ASIDE_MAX)
		a->failed = S_put_aside(a, bytes, n);
	else if (!a->failed) {
		memcpy(a->pending + a->n, bytes, n);
		a->n += n;
	}
	a->size += n;
}

enum status aside_write(struct outfile *o, struct aside *a, struct err *err)
{
	const uint64_t in_file = a->size - a->n;
	unsigned tries = 0;
	char block[16384];

	if (a->failed) {
		if (err)
			*err = a->why;
		return a->failed;
	}
	for (uint64_t at = 0; at < in_file;) {
		ssize_t k = pread(a->fd, block, sizeof block, (off_t)at);
		enum status st;

		if (again(k, &tries))
			continue;
		if (k <= 0)
			return err_errno(err, ST_IO, "%s",
					 _("the temporary file cannot be read"));
		st = outfile_write(o, block, (size_t)k, err);
		if (st)
			return st;
		at += (uint64_t)k;
	}
	return outfile_write(o, a->pending, a->n, err);
}
