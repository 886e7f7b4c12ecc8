#ifndef CONVERT_XML_H
#define CONVERT_XML_H
/*
 * convert_xml - one XML part of a zip file (DOCX, ODT), as a stream of events.
 *
 * Unpacking (libarchive) feeds parsing (libxml2's reader): neither the part
 * nor a tree of it ever stands in memory as a whole.  Refused: a document type
 * declaration and with it every entity, encryption, depth past libxml2's own
 * limit (256), and sizes past those of convert.h.
 */
#include <stdbool.h>

#include "convert.h"

/* libxml2 gets its memory from the reserve (reserve.h): before each parser. */
void xml_memory(void);

#define XML_DEPTH_MAX 300 /* never reached: libxml2 refuses 256 */

struct xml_events {
	void *ctx;
	/* space: the namespace's URI or "".  False: leave its inside out, and
	 * call no end for it. */
	bool (*start)(void *ctx, const char *space, const char *name, unsigned depth);
	void (*end)(void *ctx, const char *space, const char *name, unsigned depth);
	void (*text)(void *ctx, const char *s, size_t n);
	/* For xml_attribute(), set while start runs. */
	void *reader;
};

/* An attribute of the element that has just started, by its local name, cut
 * at n - 1 bytes; false (and "") if it has none. */
bool xml_attribute(char *out, size_t n, const struct xml_events *e, const char *name);

/* Reads the part called name.  *there (NULL allowed: it must be) tells whether
 * the zip has it; nothing is called back if not.  ST_INPUT: not a zip,
 * damaged, not XML, over a limit. */
enum status xml_part(bool *there, struct xml_events *e, const char *zip, size_t n,
		     const char *name, struct err *err);

#endif
