#include "enclose.h"

#include <stdlib.h>

#include "confine.h"
#include "sandbox.h"

/* Far above what any build takes that was measured. */
#define MEMORY_MAX ((size_t)8 << 30)

enum status enclose_reading(const char *index, struct err *err)
{
	const char *const read[] = {index, "/dev/urandom", NULL};
	/* The other kind: what is checked may be checked in a child. */
	const struct sandbox box = {.kind = SANDBOX_WRITE, .read = read};

	sandbox_memory(MEMORY_MAX);
	return sandbox_program(&box, err);
}

enum status enclose_writing(const char *index, struct err *err)
{
	const char *const write[] = {"/dev/null", index, NULL};
	const struct sandbox box = {.kind = SANDBOX_WRITE, .write = write};

	sandbox_memory(MEMORY_MAX);
	return sandbox_program(&box, err);
}

enum status enclose_sources(const char *index, const char *const *sources, size_t n,
			    struct err *err)
{
	const char **read = calloc(n + 16, sizeof *read);
	const char *write[] = {"/dev/null", index, NULL};
	struct sandbox box = {.kind = SANDBOX_WRITE, .read = read, .write = write};
	enum status st;
	size_t k = 0;

	if (!read)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++)
		read[k++] = sources[i];
	read[k++] = "/dev/urandom"; /* JSON's hash tables */
	if (index)
		read[k++] = index;
	for (const char *const *p = confine_readable; *p; p++)
		read[k++] = *p;
	confine_prepare();
	st = sandbox_program(&box, err);
	free(read);
	return st;
}
