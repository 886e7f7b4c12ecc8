#ifndef WORKERS_H
#define WORKERS_H
/*
 * workers - child processes that do a share of a build.
 *
 *   workers_start(&w, n, err)
 *   if ((i = workers_child(&w)) >= 0) { ...share i...; workers_exit(&w, st, &err); }
 *   st = workers_wait(&w, err)
 *
 * A child shares nothing but what it inherited; it tells how it ended through
 * a pipe.  When the parent dies the children are killed, and when one fails
 * the others are.
 */
#include <stddef.h>
#include <sys/types.h>

#include "status.h"

#define WORKERS_MAX 64

struct workers {
	pid_t pid[WORKERS_MAX];
	int from[WORKERS_MAX]; /* read end of each child's pipe */
	size_t n;
	int child; /* -1 in the parent */
	int to;	   /* the child's write end */
	int died;  /* the signal that one died of, 0 = none */
	/* Called ten times a second while the parent waits; NULL allowed. */
	void (*tick)(void *ctx);
	void *tick_ctx;
};

enum status workers_start(struct workers *w, size_t n, struct err *err);
int workers_child(const struct workers *w);
_Noreturn void workers_exit(struct workers *w, enum status st, const struct err *err);
/* Waits for all; the first failure is the answer. */
enum status workers_wait(struct workers *w, struct err *err);

#endif
