#include "json_read.h"

#include <setjmp.h>
#include <stdlib.h>

/*
 * Jansson takes little notice of memory that it did not get: a letter that there
 * was no room for is left out, and where that was the quotation mark at the end of
 * a string, what follows is copied beyond its buffer.  So it never hears of it:
 * what has no memory leaves json_loadb() at once, and what that had allocated so
 * far, which is written down meanwhile, is freed.
 */
static struct {
	bool reading;
	void **made;
	size_t n, cap;
	jmp_buf out;
} S_now;

static bool S_lacked;

static bool S_write_down(void *p)
{
	if (S_now.n == S_now.cap) {
		size_t cap = S_now.cap ? 2 * S_now.cap : 64;
		void **made = realloc(S_now.made, cap * sizeof *made);

		if (!made)
			return false;
		S_now.made = made;
		S_now.cap = cap;
	}
	S_now.made[S_now.n++] = p;
	return true;
}

static void *S_malloc(size_t n)
{
	void *p = malloc(n);

	if (p && (!S_now.reading || S_write_down(p)))
		return p;
	S_lacked = true;
	if (!S_now.reading)
		return NULL;
	free(p);
	longjmp(S_now.out, 1);
}

static void S_free(void *p)
{
	size_t i = S_now.n;

	/* Most often it is one of the last. */
	while (S_now.reading && i-- > 0)
		if (S_now.made[i] == p) {
			S_now.made[i] = S_now.made[--S_now.n];
			break;
		}
	free(p);
}

json_t *json_read(const char *p, size_t n, size_t flags, json_error_t *e)
{
	json_t *j = NULL;

	/* What was allocated before is freed by the same free(). */
	json_set_alloc_funcs(S_malloc, S_free);
	S_lacked = setjmp(S_now.out) != 0;
	S_now.reading = !S_lacked;
	if (S_lacked)
		while (S_now.n)
			free(S_now.made[--S_now.n]);
	else
		j = json_loadb(p, n, flags, e);
	S_now.reading = false;
	S_now.n = 0;
	/* One large text is no reason to keep a long list. */
	if (S_now.cap > 4096) {
		free(S_now.made);
		S_now.made = NULL;
		S_now.cap = 0;
	}
	return j;
}

char *json_print(const json_t *j, size_t flags)
{
	char *text;

	json_set_alloc_funcs(S_malloc, S_free);
	S_lacked = false;
	text = json_dumps(j, flags);
	if (text && S_lacked) {
		free(text);
		text = NULL;
	}
	return text;
}

bool json_read_lacked(void)
{
	return S_lacked;
}
