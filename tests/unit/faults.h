#ifndef FAULTS_H
#define FAULTS_H
/*
 * What our objects ask of the system, and may not get: memory, files.  A test
 * that includes this is linked so that their calls come here first (Makefile:
 * FAULTS_WRAPPED); those that libraries make among themselves do not.
 *
 *   struct faults_places places;
 *   faults_watch();           the first call of each place in our code...
 *   thing();
 *   faults_watched(&places);  ...(of each chain of callers) has a number
 *   for (size_t i = 0; i < places.n; i++) {
 *           faults_set(FAULTS_MEMORY, places.v[i], ENOMEM, false);
 *           status = thing();
 *           if (faults_met())
 *                   assert(status == ST_NOMEM);
 *   }
 *
 * Children count on, and tell: what is known is in shared memory.
 */
#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum faults_kind { FAULTS_MEMORY, FAULTS_CALLS, FAULTS_PARTS /* faults_parts.h */ };

#define FAULTS_PLACES 8192
#define FAULTS_DEPTH  5

struct faults_places {
	size_t n;
	long v[FAULTS_PLACES];
};

static struct faults {
	bool on, watch, ever, met;
	enum faults_kind kind;
	const char *name; /* only this call; NULL: any of the kind */
	const char *last; /* which one failed */
	int error;
	long at, count;
	struct faults_places places;
	uint64_t seen[4 * FAULTS_PLACES];
} * S_faults;

static inline struct faults *faults_state(void)
{
	if (!S_faults) {
		void *p = mmap(NULL, sizeof *S_faults, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			abort();
		S_faults = p;
	}
	return S_faults;
}

static inline void faults_watch(enum faults_kind kind)
{
	struct faults *f = faults_state();

	memset(f, 0, sizeof *f);
	f->kind = kind;
	f->on = f->watch = true;
}

static inline void faults_watched(struct faults_places *out)
{
	S_faults->on = false;
	*out = S_faults->places;
}

/* Call `at` of the kind (from 1) fails with the error, or all from there on. */
static inline void faults_set(enum faults_kind kind, long at, int error, bool ever)
{
	struct faults *f = faults_state();

	memset(f, 0, offsetof(struct faults, places));
	f->kind = kind;
	f->at = at;
	f->error = error;
	f->ever = ever;
	f->on = true;
}

/* The same, of calls of one name. */
static inline void faults_name(const char *name, long at, int error, bool ever)
{
	faults_set(FAULTS_CALLS, at, error, ever);
	S_faults->name = name;
}

/* Whether it came to that; from now on all goes well. */
static inline bool faults_met(void)
{
	S_faults->on = false;
	return S_faults->met;
}

static inline void faults_place(struct faults *f)
{
	void *frames[FAULTS_DEPTH + 3];
	uint64_t key = 14695981039346656037u;
	int n;

	f->on = false;
	n = backtrace(frames, FAULTS_DEPTH + 3);
	f->on = true;
	for (int i = 1; i < n; i++)
		key = (key ^ (uintptr_t)frames[i]) * 1099511628211u;
	for (size_t i = key % (4 * FAULTS_PLACES);; i = (i + 1) % (4 * FAULTS_PLACES)) {
		if (f->seen[i] == key)
			return;
		if (!f->seen[i]) {
			if (f->places.n == FAULTS_PLACES)
				abort();
			f->seen[i] = key;
			f->places.v[f->places.n++] = f->count;
			return;
		}
	}
}

/* In this process alone: it ends. */
static bool S_faults_off;
void faults_off(void);
void faults_off(void)
{
	S_faults_off = true;
}

static inline bool faults_now(enum faults_kind kind, const char *name)
{
	struct faults *f = S_faults;

	if (!f || S_faults_off || !f->on || f->kind != kind ||
	    (f->name && strcmp(f->name, name) != 0))
		return false;
	f->count++;
	if (f->watch)
		faults_place(f);
	if (!f->at || (f->ever ? f->count < f->at : f->count != f->at))
		return false;
	f->met = true;
	f->last = name;
	errno = f->error;
	return true;
}

/* ---- the calls ---- */

#define FAULTS_CALL(kind, type, name, failed, parameters, arguments)               \
	type __real_##name parameters;                                             \
	type __wrap_##name parameters;                                             \
	type __wrap_##name parameters                                              \
	{                                                                          \
		return faults_now(kind, #name) ? failed : __real_##name arguments; \
	}

FAULTS_CALL(FAULTS_MEMORY, void *, malloc, NULL, (size_t n), (n))
FAULTS_CALL(FAULTS_MEMORY, void *, calloc, NULL, (size_t k, size_t n), (k, n))
FAULTS_CALL(FAULTS_MEMORY, void *, realloc, NULL, (void *p, size_t n), (p, n))
FAULTS_CALL(FAULTS_MEMORY, char *, strdup, NULL, (const char *s), (s))
FAULTS_CALL(FAULTS_CALLS, int, fstat, -1, (int fd, struct stat *st), (fd, st))
FAULTS_CALL(FAULTS_CALLS, int, stat, -1, (const char *name, struct stat *st),
	    (name, st))
FAULTS_CALL(FAULTS_CALLS, int, fstatat, -1,
	    (int dir, const char *name, struct stat *st, int flags),
	    (dir, name, st, flags))
FAULTS_CALL(FAULTS_CALLS, int, fsync, -1, (int fd), (fd))
FAULTS_CALL(FAULTS_CALLS, ssize_t, read, -1, (int fd, void *p, size_t n), (fd, p, n))
FAULTS_CALL(FAULTS_CALLS, ssize_t, pread, -1, (int fd, void *p, size_t n, off_t at),
	    (fd, p, n, at))
FAULTS_CALL(FAULTS_CALLS, ssize_t, write, -1, (int fd, const void *p, size_t n),
	    (fd, p, n))
FAULTS_CALL(FAULTS_CALLS, ssize_t, pwrite, -1,
	    (int fd, const void *p, size_t n, off_t at), (fd, p, n, at))
FAULTS_CALL(FAULTS_CALLS, void *, mmap, MAP_FAILED,
	    (void *p, size_t n, int prot, int flags, int fd, off_t at),
	    (p, n, prot, flags, fd, at))
FAULTS_CALL(FAULTS_CALLS, int, renameat, -1,
	    (int d1, const char *from, int d2, const char *to), (d1, from, d2, to))
FAULTS_CALL(FAULTS_CALLS, int, rename, -1, (const char *from, const char *to),
	    (from, to))
FAULTS_CALL(FAULTS_CALLS, int, unlinkat, -1, (int dir, const char *name, int flags),
	    (dir, name, flags))
FAULTS_CALL(FAULTS_CALLS, int, unlink, -1, (const char *name), (name))
FAULTS_CALL(FAULTS_CALLS, int, rmdir, -1, (const char *name), (name))
FAULTS_CALL(FAULTS_CALLS, int, mkdir, -1, (const char *name, mode_t mode), (name, mode))
FAULTS_CALL(FAULTS_CALLS, int, mkdirat, -1, (int dir, const char *name, mode_t mode),
	    (dir, name, mode))
FAULTS_CALL(FAULTS_CALLS, DIR *, fdopendir, NULL, (int fd), (fd))
FAULTS_CALL(FAULTS_CALLS, struct dirent *, readdir, NULL, (DIR * d), (d))
FAULTS_CALL(FAULTS_CALLS, int, mkostemp, -1, (char *name, int flags), (name, flags))
FAULTS_CALL(FAULTS_CALLS, FILE *, fopen, NULL, (const char *name, const char *mode),
	    (name, mode))
FAULTS_CALL(FAULTS_CALLS, int, pipe2, -1, (int fd[2], int flags), (fd, flags))
FAULTS_CALL(FAULTS_CALLS, int, poll, -1, (struct pollfd * v, nfds_t n, int ms),
	    (v, n, ms))
FAULTS_CALL(FAULTS_CALLS, pid_t, fork, -1, (void), ())

/* A file is closed all the same. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	int result = __real_close(fd);

	return faults_now(FAULTS_CALLS, "close") ? -1 : result;
}

#define FAULTS_MODE(flags, mode)                                        \
	do {                                                            \
		if ((flags) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) { \
			va_list ap;                                     \
			va_start(ap, flags);                            \
			mode = va_arg(ap, mode_t);                      \
			va_end(ap);                                     \
		}                                                       \
	} while (0)

int __real_open(const char *name, int flags, ...);
int __wrap_open(const char *name, int flags, ...);
int __wrap_open(const char *name, int flags, ...)
{
	mode_t mode = 0;

	FAULTS_MODE(flags, mode);
	return faults_now(FAULTS_CALLS, "open") ? -1 : __real_open(name, flags, mode);
}

int __real_openat(int dir, const char *name, int flags, ...);
int __wrap_openat(int dir, const char *name, int flags, ...);
int __wrap_openat(int dir, const char *name, int flags, ...)
{
	mode_t mode = 0;

	FAULTS_MODE(flags, mode);
	return faults_now(FAULTS_CALLS, "openat")
		       ? -1
		       : __real_openat(dir, name, flags, mode);
}

int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, ...)
{
	va_list ap;
	void *argument;

	va_start(ap, command);
	argument = va_arg(ap, void *);
	va_end(ap);
	return faults_now(FAULTS_CALLS, "fcntl") ? -1
						 : __real_fcntl(fd, command, argument);
}
#endif
