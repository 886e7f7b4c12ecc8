#ifndef WALK_H
#define WALK_H
/*
 * walk - from the SOURCEs that were named to the files to read.
 *
 * Folders are walked in byte order without following symbolic links, at most
 * WALK_DEPTH_MAX deep; only regular files with an ending that we read are
 * taken.  A folder that cannot be read is reported, and what was indexed from
 * below it stays.
 */
#include <stddef.h>
#include <stdint.h>

#include "diag.h"
#include "ficha.h"
#include "status.h"

#define WALK_DEPTH_MAX 64

enum format {
	FORMAT_NONE,
	FORMAT_DOCUMENT,
	FORMAT_HTML,
	FORMAT_JSONL,
	FORMAT_CSV,
	FORMAT_PDF,
	FORMAT_DOCX,
	FORMAT_ODT
};

struct found {
	char *raw;  /* what open() takes; "-" is standard input */
	char *real; /* the same for people and JSON, see path_show() */
	char *root; /* of the named SOURCE, shown form */
	char *path; /* relative to root, shown form */
	enum format format;
	uint64_t size;
	int64_t mtime; /* nanoseconds */
};

struct found_list {
	struct found *v;
	size_t n, cap;
	struct strs roots;	/* real paths (shown) of the SOURCEs named */
	struct strs unreadable; /* paths (shown) that could not be looked at */
	size_t skipped;		/* files that are no sources, links, devices */
};

void found_list_init(struct found_list *l);
void found_list_release(struct found_list *l);

/* Adds the files of one SOURCE.  ST_IO: it is not there or not readable. */
enum status walk_source(struct found_list *l, const char *source, struct diags *d,
			struct err *err);

/* Sorted by real path, the same file once (the last naming wins). */
void found_list_sort(struct found_list *l);

/* Appends a path as valid UTF-8 on one line: bytes that are not, controls and
 * '%' become %XX, so that it can be turned back. */
void path_show(struct buf *out, const char *raw, size_t n);
char *path_raw(const char *shown); /* malloc'ed; NULL = no memory */

/* The real path of a source that may be gone: of its folder, plus the name.
 * malloc'ed shown form. */
enum status path_real(char **out, const char *source, struct err *err);

enum format format_of_name(const char *name);

/* Deletes a folder of ours with the files and folders in it, two levels deep,
 * links not followed.  What is not there is no failure. */
void remove_folder(const char *path);

#endif
