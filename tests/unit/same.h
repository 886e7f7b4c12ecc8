/* Text that was made for the test, which frees it. */
#ifndef SAME_H
#define SAME_H
#include <stdlib.h>

#define SAME(got, expected)                          \
	do {                                         \
		char *got_ = (got);                  \
		assert_string_equal(got_, expected); \
		free(got_);                          \
	} while (0)

#endif
