#ifndef CHECK_H
#define CHECK_H
/*
 * check - an index against itself: every file against its hash (store.h), then
 * every record read as the searcher would, and every other file opened.
 */
#include "status.h"

/* Each finding goes to report (may be NULL).  ST_DAMAGED if there is any. */
enum status check_run(const char *root, void (*report)(void *ctx, const char *text),
		      void *ctx, struct err *err);

#endif
