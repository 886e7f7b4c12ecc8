#ifndef STATUS_H
#define STATUS_H
/*
 * status - how every function that can fail says so.
 *
 * A function returns an enum status and, on failure only, fills the caller's
 * struct err: the code again, a text for a person (already translated) and,
 * for a query, the column.  err_set() is the only way to fail; the lowest
 * function that knows the cause writes the text.  No match is success.
 */
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum status {
	ST_OK = 0,
	ST_USAGE,	/* what was typed: an option, a filter, the query */
	ST_INPUT,	/* a source is malformed, or over a limit */
	ST_IO,		/* a file or folder: missing, full disk, permission */
	ST_NOINDEX,	/* no index there, or one that is not to be trusted */
	ST_DAMAGED,	/* the index is not the bytes that were published */
	ST_VERSION,	/* the index was built by other rules */
	ST_BUSY,	/* another writer holds the index */
	ST_LIMIT,	/* a time or size limit */
	ST_NOMEM,	/* memory */
	ST_INTERRUPTED, /* Ctrl-C */
	ST_INTERNAL,	/* a defect of ours */
};

/* A command with the longest path that people have, and all of a struct err
 * passes through a pipe at once (PIPE_BUF). */
#define ERR_TEXT 4000

struct err {
	enum status code;
	size_t column; /* 1-based code point in the query; 0 = none */
	char text[ERR_TEXT];
};

/* Fills err (NULL is allowed) and returns code, for `return err_set(...)`.
 * The text is cut at ERR_TEXT - 1 bytes, never inside a UTF-8 sequence; whatever in it
 * could drive a terminal is written \xHH (inert.h). */
enum status err_set(struct err *err, enum status code, const char *fmt, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 3, 4)))
#endif
	;

/* The same with errno's text appended after ": "; ENOMEM is ST_NOMEM. */
enum status err_errno(struct err *err, enum status code, const char *fmt, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 3, 4)))
#endif
	;

/* Out of memory: one place for the text.  Also remembered, as by
 * memory_lacked(). */
enum status err_nomem(struct err *err);

/* Whether this process lacked memory since this was last asked.  Asked before
 * something is published or answered: one status among many that nobody looked
 * at must not cost a word. */
bool memory_was_lacking(void);
void memory_lacked(void);

/* A stable word for scripts: "usage", "damaged", ... */
const char *status_name(enum status code);

/* The exit status of both programs (0, 2..5, 70, 130; what 1 means is
 * the caller's; README has the table). */
int status_exit(enum status code);

#ifdef __cplusplus
}
#endif
#endif
