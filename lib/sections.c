#include "sections.h"

#include "messages.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "files are read in place: only for little-endian machines"
#endif

enum status sections_start(struct sections *s, const void *bytes, size_t n,
			   struct err *err)
{
	s->bytes = bytes;
	s->n = n;
	s->at = 0;
	if ((uintptr_t)bytes % 8 != 0)
		return err_set(err, ST_INTERNAL, "%s", "a file's bytes: not aligned");
	return ST_OK;
}

const void *sections_take(struct sections *s, uint64_t count, size_t size)
{
	uint64_t bytes, padded;
	const void *p = s->bytes + s->at;

	if (__builtin_mul_overflow(count, size, &bytes) ||
	    __builtin_add_overflow(bytes, 7, &padded))
		return NULL;
	padded &= ~(uint64_t)7;
	if (padded > s->n - s->at)
		return NULL;
	s->at += (size_t)padded;
	return p;
}

bool sections_end(const struct sections *s)
{
	return s->at == s->n;
}

enum status sections_damaged(const char *what, struct err *err)
{
	return err_set(err, ST_DAMAGED,
		       _("the index is damaged (%s); rebuild it: "
			 "fichas-indexer build --rebuild SOURCE..."),
		       what);
}
