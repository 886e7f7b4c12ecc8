/*
 * coverage_hook - in the coverage build only (make coverage): processes that
 * end by _exit() leave their counters too.  Linked with --wrap=_exit and
 * --wrap=sandbox_enter; in the cage of the converters nothing may be opened any
 * more, so what ran there is not counted.
 */
#include <stdbool.h>
#include <stddef.h>

#include "sandbox.h"

void __gcov_dump(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
enum status __real_sandbox_enter(unsigned *held, const struct sandbox *s,
				 struct err *err);
enum status __wrap_sandbox_enter(unsigned *held, const struct sandbox *s,
				 struct err *err);

/* Counters are written with memory and files: tests/unit/faults.h. */
void faults_off(void) __attribute__((weak));

static bool S_silent;

void __wrap__exit(int status)
{
	if (faults_off)
		faults_off();
	if (!S_silent)
		__gcov_dump();
	__real__exit(status);
}

enum status __wrap_sandbox_enter(unsigned *held, const struct sandbox *s,
				 struct err *err)
{
	S_silent = true;
	return __real_sandbox_enter(held, s, err);
}
