#ifndef FILE_H
#define FILE_H
/*
 * file - what the writers of the files beside Xapian's share: files without
 * a name, writing in large pieces, whole files mapped, copies.
 */
#include <stddef.h>
#include <stdint.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A file in dir that no name leads to; -1 and errno. */
int file_unnamed(const char *dir);

/* A whole file, mapped; *p NULL and *n 0 for an empty one. */
enum status file_map(const void **p, size_t *n, int fd, struct err *err);
enum status file_map_path(const void **p, size_t *n, const char *path, struct err *err);
void file_unmap(const void *p, size_t n);
/* Its pages count as this process's memory no longer; those that are looked at
 * again come back.  For who goes through a large file from front to back, every
 * FILE_FORGET bytes or so. */
void file_forget(const void *p, size_t n);
#define FILE_FORGET ((size_t)4 << 20)

/* A new file at path; the caller closes it. */
enum status file_create(int *fd, const char *path, struct err *err);
/* Syncs (where sync is set) and closes; for after a failure too, st is that
 * one and comes back. */
enum status file_finish(int fd, const char *path, int sync, enum status st,
			struct err *err);
/* The names in a folder, on the disk. */
enum status file_sync_dir(const char *dir, struct err *err);
/* A new file at `to`, on the disk, with the bytes of `from`. */
enum status file_copy(const char *to, const char *from, struct err *err);

struct outfile {
	int fd; /* the caller's */
	char *pending;
	size_t n;
};
enum status outfile_open(struct outfile *o, int fd, struct err *err);
enum status outfile_write(struct outfile *o, const void *bytes, size_t n,
			  struct err *err);
enum status outfile_flush(struct outfile *o, struct err *err);
void outfile_release(struct outfile *o);

/* A part of a file that comes behind parts which are not whole yet: it waits,
 * beyond some memory in an unnamed file in dir (borrowed). */
struct aside {
	const char *dir;
	char *pending; /* ASIDE_MAX bytes once there are any, n of them */
	size_t n;
	int fd;	       /* -1: all are pending */
	uint64_t size; /* of all */
	enum status failed;
	struct err why;
};
#define ASIDE_MAX ((size_t)1 << 20)
void aside_open(struct aside *a, const char *dir);
void aside_release(struct aside *a);
/* Failure is remembered: aside_write() tells it. */
void aside_add(struct aside *a, const void *bytes, size_t n);
/* All of it, behind what is in o. */
enum status aside_write(struct outfile *o, struct aside *a, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
