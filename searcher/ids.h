#ifndef IDS_H
#define IDS_H
/*
 * ids - fichas by their id, for the commands that take ids.
 */
#include "buf.h"
#include "engine.h"
#include "ficha.h"

/* *found false: no ficha has the id; then *f is empty and why says so for a
 * person, with the id that begins most like it.  *f is initialised by the call
 * and the caller's to release. */
enum status ids_read(bool *found, struct ficha *f, struct buf *why, struct engine *e,
		     const char *id, struct err *err);

enum status ids_find(uint32_t *docid, struct buf *why, struct engine *e, const char *id,
		     struct err *err);

#endif
