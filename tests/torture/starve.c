/*
 * starve - loaded into a program (LD_PRELOAD), counts what it allocates, in C
 * and in C++, and lets one allocation fail, or all from there on.
 *
 *   STARVE=once:N    allocation N fails
 *   STARVE=ever:N    allocation N and all after it
 *   STARVE=trap:N    at allocation N a debugger stops
 *   STARVE=sites:FILE  nothing fails; FILE gets a line "N" for the first
 *                    allocation of each place in the program (of each chain of
 *                    callers), and "all COUNT"
 *
 * Children count on from where they were made.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t k, size_t n);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t a, size_t n);
extern void __libc_free(void *p);

#define DEPTH 7
#define SITES (1 << 18)

static long S_count, S_at;
static bool S_ever, S_trap, S_on;
static int S_file = -1;
static __thread bool S_inside;
static uint64_t S_seen[SITES];

static void S_site(void)
{
	void *frames[DEPTH + 2];
	uint64_t key = 14695981039346656037u;
	char line[32];
	int n;

	S_inside = true;
	n = backtrace(frames, DEPTH + 2);
	for (int i = 2; i < n; i++)
		key = (key ^ (uintptr_t)frames[i]) * 1099511628211u;
	for (size_t i = key % SITES;; i = (i + 1) % SITES) {
		if (S_seen[i] == key)
			break;
		if (!S_seen[i]) {
			S_seen[i] = key;
			n = snprintf(line, sizeof line, "%ld\n", S_count);
			if (write(S_file, line, (size_t)n) != n)
				abort();
			break;
		}
	}
	S_inside = false;
}

/* Whether this one fails. */
static bool S_fails(void)
{
	if (!S_on || S_inside)
		return false;
	S_count++;
	if (S_file >= 0)
		S_site();
	if (!S_at || (S_ever ? S_count < S_at : S_count != S_at))
		return false;
	if (S_trap) {
		raise(SIGTRAP);
		return false;
	}
	errno = ENOMEM;
	return true;
}

static __attribute__((constructor)) void S_start(void)
{
	const char *what = getenv("STARVE");
	void *frames[2];

	if (!what)
		return;
	backtrace(frames, 2); /* loads what it needs */
	if (strncmp(what, "sites:", 6) == 0) {
		S_file = open(what + 6, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	} else {
		S_ever = what[0] == 'e';
		S_trap = what[0] == 't';
		S_at = atol(strchr(what, ':') + 1);
	}
	S_on = true;
}

static __attribute__((destructor)) void S_end(void)
{
	char line[32];
	int n = snprintf(line, sizeof line, "all %ld\n", S_count);

	S_on = false;
	if (S_file >= 0 && write(S_file, line, (size_t)n) != n)
		abort();
}

void *malloc(size_t n)
{
	return S_fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t k, size_t n)
{
	return S_fails() ? NULL : __libc_calloc(k, n);
}

void *realloc(void *p, size_t n)
{
	return S_fails() ? NULL : __libc_realloc(p, n);
}

void free(void *p)
{
	__libc_free(p);
}

void *memalign(size_t a, size_t n);
void *memalign(size_t a, size_t n)
{
	return S_fails() ? NULL : __libc_memalign(a, n);
}

void *aligned_alloc(size_t a, size_t n)
{
	return memalign(a, n);
}

int posix_memalign(void **out, size_t a, size_t n)
{
	void *p = memalign(a, n);

	if (!p)
		return ENOMEM;
	*out = p;
	return 0;
}
