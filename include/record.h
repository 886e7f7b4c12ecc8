#ifndef RECORD_H
#define RECORD_H
/*
 * record - the JSON form of a ficha: what `export` writes, what the index
 * stores and what `build` takes back.
 *
 * Stored records carry one more key than exported ones, "para_lines" inside
 * source (first line of each paragraph), so that a passage can name its line.
 * jansson does the JSON; duplicate keys are an error, unknown keys are kept
 * in ficha.extra and written again.
 */
#include "buf.h"
#include "ficha.h"

#ifdef __cplusplus
extern "C" {
#endif

enum record_form { RECORD_EXPORT, RECORD_STORED };

/* Appends f as one line of JSON, without the newline. */
enum status record_write(struct buf *out, const struct ficha *f, enum record_form form,
			 struct err *err);

struct record_keys { /* which keys the JSON had; the rest is to be derived */
	bool id, municipalities, sello_lines, population_groups, dates, years, status,
		months, region;
};

/* Reads one JSON object of n bytes.  *out must be initialised; it is released
 * on failure.  ST_INPUT: malformed, no title, wrong type (err names the key
 * and the column).  keys may be NULL. */
enum status record_read(struct ficha *out, struct record_keys *keys, const char *json,
			size_t n, struct err *err);

#ifdef __cplusplus
}
#endif
#endif
