#ifndef SCRATCH_H
#define SCRATCH_H
/* For tests that need a disk: a folder of their own, whole files, random
 * numbers with a printed seed, and small indexes. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "docset.h"
#include "writer.h"

/* ---- folders and files ---- */

static char scratch_dir[128];

static inline void scratch_remove(const char *path)
{
	struct stat st;
	struct dirent *e;
	DIR *d;

	if (lstat(path, &st) != 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		unlink(path);
		return;
	}
	chmod(path, 0755);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		char *child;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (asprintf(&child, "%s/%s", path, e->d_name) < 0)
			abort();
		scratch_remove(child);
		free(child);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static inline int scratch_open(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(scratch_dir, sizeof scratch_dir, "%s/fichas-test-XXXXXX",
		 tmp ? tmp : "/tmp");
	return mkdtemp(scratch_dir) ? 0 : -1;
}

static inline int scratch_close(void **state)
{
	(void)state;
	scratch_remove(scratch_dir);
	return 0;
}

/* scratch_dir/name, in one of many buffers that take turns. */
static inline const char *scratch_path(const char *name)
{
	static char path[64][512];
	static int turn;

	turn = (turn + 1) % 64;
	snprintf(path[turn], sizeof path[turn], "%s/%s", scratch_dir, name);
	return path[turn];
}

/* A whole file, NUL-terminated; free(). */
static inline char *scratch_read(const char *path, size_t *n)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	char *p;

	if (fd < 0 || fstat(fd, &st) != 0)
		abort();
	p = (char *)malloc((size_t)st.st_size + 1);
	*n = (size_t)st.st_size;
	if (!p || read(fd, p, *n) != (ssize_t)*n)
		abort();
	p[*n] = '\0';
	close(fd);
	return p;
}

static inline void scratch_write(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, p, n) != (ssize_t)n || close(fd) != 0)
		abort();
}

/* ---- random numbers (xorshift64*) ---- */

static uint64_t scratch_seed;

/* From FICHAS_SEED, else the clock; printed, so that a failure can be made
 * again. */
/* How many times the usual number of random cases: TIMES in the environment
 * (`make equal`). */
static inline int scratch_times(void)
{
	const char *times = getenv("TIMES");
	int n = times ? atoi(times) : 1;

	return n > 0 ? n : 1;
}

static inline void scratch_random(const char *test)
{
	const char *given = getenv("FICHAS_SEED");
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	scratch_seed = given ? strtoull(given, NULL, 10)
			     : (uint64_t)t.tv_sec * 1000003u + (uint64_t)t.tv_nsec;
	printf("# %s: FICHAS_SEED=%llu\n", test, (unsigned long long)scratch_seed);
	fflush(stdout);
	scratch_seed = scratch_seed * 2 + 1;
}

static inline uint32_t scratch_below(uint32_t n)
{
	scratch_seed ^= scratch_seed >> 12;
	scratch_seed ^= scratch_seed << 25;
	scratch_seed ^= scratch_seed >> 27;
	return (uint32_t)((scratch_seed * 0x2545F4914F6CDD1Du >> 32) * n >> 32);
}

/* ---- documents ---- */

#define SCRATCH_POSTINGS 2048

/* A document whose postings are literals or live as long as it does. */
struct scratch_doc {
	struct posting v[SCRATCH_POSTINGS];
	struct postings postings;
	struct document d;
};

static inline void scratch_doc(struct scratch_doc *s, const char *id,
			       const char *record)
{
	memset(s, 0, sizeof *s);
	s->postings.v = s->v;
	s->postings.sealed = true;
	s->d.id = id;
	s->d.record = record;
	s->d.record_n = strlen(record);
	s->d.postings = &s->postings;
}

static inline void scratch_post(struct scratch_doc *s, const char *term, unsigned pos,
				unsigned wdf)
{
	struct posting *p = &s->v[s->postings.n++];

	if (s->postings.n > SCRATCH_POSTINGS)
		abort();
	p->term = term;
	p->position = pos;
	p->wdf = wdf;
}

#endif
