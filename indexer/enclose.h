#ifndef ENCLOSE_H
#define ENCLOSE_H
/*
 * enclose - what the indexer itself may do, in steps as it learns what it will
 * need (sandbox.h; a step can only take away).  The converters' processes are
 * shut in further: confine.h.
 */
#include <stddef.h>

#include "status.h"

/* To look at an index: reads it, writes nothing. */
enum status enclose_reading(const char *index, struct err *err);

/* To build: writes below the index only (NULL: nowhere), runs nothing,
 * connects to nothing.  What may be read is not known yet. */
enum status enclose_writing(const char *index, struct err *err);

/* Before the first document is read: reads the index, these sources, and what
 * converters need.  Paths as the system knows them. */
enum status enclose_sources(const char *index, const char *const *sources, size_t n,
			    struct err *err);

#endif
