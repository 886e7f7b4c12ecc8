#ifndef ATTACH_H
#define ATTACH_H
/*
 * attach - gives a reader what stands beside the file that writer_compact()
 * made at `glass`.  The mapped bytes stay until the test program ends.
 */
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "reader.h"

static inline enum status attach(struct reader *r, const char *glass, struct err *err)
{
	const char *slash = strrchr(glass, '/');
	char path[1024];
	const void *bytes;
	size_t n;
	enum status st;

	snprintf(path, sizeof path, "%.*s/positions", (int)(slash - glass), glass);
	st = file_map_path(&bytes, &n, path, err);
	if (!st)
		st = reader_positions(r, bytes, n, err);
	snprintf(path, sizeof path, "%.*s/records", (int)(slash - glass), glass);
	if (!st)
		st = file_map_path(&bytes, &n, path, err);
	return st ? st : reader_records(r, bytes, n, err);
}

#endif
