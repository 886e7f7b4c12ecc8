#ifndef RECORD_KEYS_H
#define RECORD_KEYS_H
/*
 * record_keys - the table of a record's keys, for those who read and write it.
 *
 * One table says which key is which text; writing and reading walk it, so
 * they cannot disagree.  The order of keys is that of the export.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record.h"

enum key_kind {
	K_STR,		/* char * in the struct: string or null */
	K_TEXT,		/* text[field] */
	K_STRS,		/* struct strs: list of strings */
	K_INTS,		/* struct ints: list of numbers */
	K_BOOL,		/* bool */
	K_MUNICIPALITY, /* first of municipalities, written only */
	K_SOURCE,	/* the source object, written last */
};

struct record_key {
	const char *name;
	enum key_kind kind;
	size_t offset; /* in struct ficha, or the field for K_TEXT */
};

#define RECORD_KEYS 26
extern const struct record_key record_keys[RECORD_KEYS];

static inline void *record_member(const struct ficha *f, const struct record_key *k)
{
	return (char *)(uintptr_t)f + k->offset;
}

/* Reads a record that is written as record_write() writes it (keys of the
 * table only, in any order, no space between, whole numbers of up to nine
 * digits), in one pass and without a tree.  false: it is not, or memory ended;
 * *out is then half filled and the caller reads it the slow way, which knows
 * all of JSON and what to say of faults. */
bool record_scan(struct ficha *out, struct record_keys *keys, const char *json,
		 size_t n);

#endif
