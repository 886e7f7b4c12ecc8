/* What the compiler's and the C library's guards do in code that was compiled
 * as the programs were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

/* What the compiler cannot know. */
static volatile size_t S_one = 1;

/* The signal that it ends by, in a child; 0: by none. */
static int S_signal_of(void (*what)(void))
{
	pid_t p = fork();
	int how;

	if (p == 0) {
		const struct rlimit none = {0, 0};
		int null = open("/dev/null", O_WRONLY);

		setrlimit(RLIMIT_CORE, &none);
		dup2(null, STDERR_FILENO);
		what();
		_exit(0);
	}
	assert_int_equal(waitpid(p, &how, 0), p);
	return WIFSIGNALED(how) ? WTERMSIG(how) : 0;
}

/* A size that is known only when it runs: FORTIFY 3 sees it, 2 does not. */
static void S_overflow_heap(void)
{
	size_t n = 16 * S_one;
	char *p = malloc(n);

	if (p)
		memset(p, 'x', n + S_one);
	_exit(p && p[0] == 'x' ? 0 : 1);
}

static __attribute__((noinline)) void S_fill(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile char *)p)[i] = 'x';
}

static __attribute__((noinline)) void S_overflow_stack(void)
{
	char buffer[16];

	S_fill(buffer, 64 * S_one);
}

static void test_overflows_end_the_process(void **state)
{
	(void)state;
#if !defined(__OPTIMIZE__) || !defined(_FORTIFY_SOURCE)
	skip(); /* sanitizers have their own test of this */
#endif
	assert_int_equal(S_signal_of(S_overflow_heap), SIGABRT);
	assert_int_equal(S_signal_of(S_overflow_stack), SIGABRT);
}

static void S_eat(void)
{
	size_t n = (size_t)256 << 20;
	char *p;

	sandbox_memory((size_t)128 << 20);
	p = malloc(n);
	if (!p)
		raise(SIGUSR1);
	else
		S_fill(p, 1);
}

static void test_memory_has_a_limit(void **state)
{
	(void)state;
#ifdef FICHAS_SELF_REPORTING
	skip();
#endif
	assert_int_equal(S_signal_of(S_eat), SIGUSR1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overflows_end_the_process),
		cmocka_unit_test(test_memory_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
