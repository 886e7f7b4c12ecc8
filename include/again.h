#ifndef AGAIN_H
#define AGAIN_H
/*
 * again - whether a system call is to be made once more.
 *
 * A signal may interrupt one that waits, and then it is made again.  Where that
 * never ends (a system that says so for ever), it is a failure like any other:
 * a program that tells it is better than one that never ends.
 */
#include <errno.h>
#include <stdbool.h>
#include <sys/types.h>

#define AGAIN_MAX 1000

/* `done` is what the call returned, *times how often in a row it was in vain: 0
 * before the first. */
static inline bool again(ssize_t done, unsigned *times)
{
	if (done >= 0) {
		*times = 0;
		return false;
	}
	return (errno == EINTR || errno == EAGAIN) && ++*times < AGAIN_MAX;
}

#endif
