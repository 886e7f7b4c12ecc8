#ifndef CONVERT_H
#define CONVERT_H
/*
 * convert - documents of office programs and the web, as ficha documents.
 *
 * Each converter turns the bytes of one file into the text that source.h
 * reads, as if its author had typed it: a paragraph is a line (or several,
 * where the document breaks it), an empty line between paragraphs, list items
 * behind "- ", check boxes as "[x]" and "[ ]" before what they stand for,
 * table rows behind bars, a form feed where a page begins.  What a reader of
 * the document does not see (hidden and deleted text, scripts, comments,
 * notes of change) is left out.  Signs that would mean something in Markdown
 * have a backslash before them.
 *
 * The bytes are hostile until proved otherwise, and so is what the libraries
 * make of them: the programs call these through confine.h only, in a process
 * that can do nothing but answer.  Nothing here recurses on the input's depth,
 * fetches anything or expands entities.
 *
 * ST_INPUT: not such a file, damaged, encrypted, without text, or over a limit
 * (err says which).
 */
#include "buf.h"
#include "status.h"

#define CONVERT_MAX	   ((size_t)8 << 20)  /* bytes of the text */
#define CONVERT_PAGES_MAX  5000		      /* of a PDF */
#define CONVERT_ENTRY_MAX  ((size_t)64 << 20) /* bytes of one part of a zip */
#define CONVERT_RATIO_MAX  200		      /* of a part to its packed form */
#define CONVERT_DEPTH_MAX  4000		      /* open elements of HTML */
#define CONVERT_TABLES_MAX 16		      /* tables within tables */

/* *out must be initialised; the text is appended. */
enum status convert_html(struct buf *out, const char *bytes, size_t n, struct err *err);
enum status convert_pdf(struct buf *out, const char *bytes, size_t n, struct err *err);
enum status convert_docx(struct buf *out, const char *bytes, size_t n, struct err *err);
enum status convert_odt(struct buf *out, const char *bytes, size_t n, struct err *err);

#endif
