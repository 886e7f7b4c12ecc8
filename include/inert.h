#ifndef INERT_H
#define INERT_H
/*
 * inert - text of others on its way out.  Nothing that a document, a query, a
 * file's name or an index holds can move a terminal's cursor, change its
 * colours or title, or turn the direction of writing: not in answers, not in
 * messages, on a terminal or not.
 *
 * Refused are the control characters (C0, DEL, C1; Unicode's category Cc), the
 * direction marks, embeddings, overrides and isolates (UAX #9, all that UTS #36
 * warns of), line and paragraph separators, and tags.
 */
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

#ifdef __cplusplus
extern "C" {
#endif

bool inert_refuses(unsigned long cp);

/* For text in an answer: tabs and line ends become a blank, whatever else is
 * refused and what is no UTF-8 becomes U+FFFD. */
void inert_put(struct buf *out, const char *p, size_t n);

/* For names in messages: the bytes of what is refused, or is no UTF-8, are
 * written \xHH, and so is a backslash, so that one can tell what it was. */
void inert_escape(struct buf *out, const char *p, size_t n);

/* For a whole message, without memory of its own: the same, but a backslash
 * stays.  Writes at most max bytes with the NUL, never half a sign; returns
 * its length. */
size_t inert_message(char *out, size_t max, const char *p, size_t n);

/* For JSON: \u escapes, so that it says what it said before.  json is valid and
 * escapes what JSON must. */
void inert_json(struct buf *out, const char *json, size_t n);

#ifdef __cplusplus
}
#endif
#endif
