/* Programs that are measured by tools which write files when they end
 * (callgrind) stay outside of the sandbox: linked in front of the library. */
#include "sandbox.h"

enum status sandbox_enter(unsigned *held, const struct sandbox *s, struct err *err)
{
	(void)s;
	(void)err;
	if (held)
		*held = 0;
	return ST_OK;
}

enum status sandbox_program(const struct sandbox *s, struct err *err)
{
	return sandbox_enter(NULL, s, err);
}

void sandbox_memory(size_t bytes)
{
	(void)bytes;
}
