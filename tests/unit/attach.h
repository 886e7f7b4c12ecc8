#ifndef ATTACH_H
#define ATTACH_H
/*
 * attached - what stands beside the file that writer_compact() made at
 * `glass`, for reader_open().  The mapped bytes stay until the test program ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "reader.h"

static inline struct reader_files attached(int fd, const char *glass)
{
	struct reader_files files = {.glass = fd};
	const char *slash = strrchr(glass, '/');
	char path[1024];
	struct err err;

	snprintf(path, sizeof path, "%.*s/positions", (int)(slash - glass), glass);
	if (file_map_path(&files.positions, &files.positions_n, path, &err))
		abort();
	snprintf(path, sizeof path, "%.*s/records", (int)(slash - glass), glass);
	if (file_map_path(&files.records, &files.records_n, path, &err))
		abort();
	return files;
}

#endif
