#ifndef RECORDS_OF_H
#define RECORDS_OF_H
/* Reads records of a text through a pipe, in pieces, and keeps what came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../indexer/records.h"

struct came {
	struct ficha v[64];
	struct record_keys keys[64];
	unsigned lines[64];
	size_t n;	     /* also those past 64 */
	char problems[8192]; /* "3:5 E code\n"... */
	size_t bytes;
};

static enum status S_came(void *ctx, struct ficha *f, const struct record_keys *keys,
			  unsigned line, struct err *err)
{
	struct came *c = ctx;

	(void)err;
	if (c->n < 64) {
		c->v[c->n] = *f;
		c->keys[c->n] = *keys;
		c->lines[c->n] = line;
		ficha_init(f);
	}
	c->n++;
	return ST_OK;
}

static void S_told(void *ctx, bool fatal, const char *code, unsigned line,
		   unsigned column, const char *message)
{
	struct came *c = ctx;
	size_t n = strlen(c->problems);

	assert_true(message[0]);
	snprintf(c->problems + n, sizeof c->problems - n, "%u:%u %c %s\n", line, column,
		 fatal ? 'E' : 'W', code);
}

static void S_saw(void *ctx, const char *p, size_t n)
{
	struct came *c = ctx;

	(void)p;
	c->bytes += n;
}

static void came_release(struct came *c)
{
	for (size_t i = 0; i < c->n && i < 64; i++)
		ficha_release(&c->v[i]);
	free(c);
}

/* A pipe that gives the text in pieces of `piece` bytes.  *writer is to be
 * waited for. */
static int S_pipe_of(pid_t *writer, const char *text, size_t n, size_t piece)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	*writer = fork();
	assert_true(*writer >= 0);
	if (*writer == 0) {
		close(ends[0]);
		while (n) {
			size_t k = piece < n ? piece : n;
			ssize_t w = write(ends[1], text, k);

			if (w <= 0)
				_exit(1);
			text += w;
			n -= (size_t)w;
		}
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

#endif
