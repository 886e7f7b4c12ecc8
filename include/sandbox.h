#ifndef SANDBOX_H
#define SANDBOX_H
/*
 * sandbox - what this process may still do, from now on and for its children.
 *
 * Two things of the kernel's, both without a privilege: Landlock, which knows
 * folders, and seccomp, which knows system calls.  Neither can be left again.
 * Where the kernel lacks one, or an outer sandbox forbids it, the other holds
 * alone, and sandbox_enter() says so: a program is not refused its work on an
 * old kernel.  Descriptors that are open stay as they are.
 *
 * Both are used through plain system calls, with a filter of our own; entering
 * takes 0.16 ms.
 */
#include <stddef.h>

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum sandbox_kind {
	/* Computes and answers through what is open: no new descriptor but to
	 * read, no process, no thread, no executable memory.  Everything that
	 * is not known to be needed is refused. */
	SANDBOX_COMPUTE,
	/* Reads files: refused is whatever writes, starts or connects. */
	SANDBOX_READ,
	/* Also writes below `write` and has children; never executes, connects
	 * or watches another process. */
	SANDBOX_WRITE,
};

struct sandbox {
	enum sandbox_kind kind;
	/* Files and folders, NULL at the end; those that are not there are
	 * passed over.  read NULL: anything may be read. */
	const char *const *read;
	const char *const *write;
};

#define SANDBOX_FILES 1u /* Landlock holds */
#define SANDBOX_CALLS 2u /* seccomp holds */

/* *held (NULL allowed): which of the two hold. */
enum status sandbox_enter(unsigned *held, const struct sandbox *s, struct err *err);

/* The same for the program itself, once it knows what it will do.  Messages
 * and what else a library reads at its first use is loaded before.  A program
 * that was built to report on itself (sanitizers trace their own process,
 * coverage is written at the end) stays outside. */
enum status sandbox_program(const struct sandbox *s, struct err *err);

/* At most so many bytes of memory of one's own, for what a hostile input might
 * make grow; mapped files do not count.  A lower limit stays. */
void sandbox_memory(size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
