#ifndef FICHAS_CSV_H
#define FICHAS_CSV_H
/*
 * csv - tables with a header row: one record a row.
 *
 * The header names the columns by a record's keys, by the names of fields in a
 * query, Spanish or English, or as people head a table ("Título", "Línea
 * Sello", "Población objetivo"); what it does not know goes to ficha.extra.
 * Lists are parted by `;`.  The delimiter (`,` `;` or a tab) is found by the
 * header; Excel's line `sep=;` before it is understood.  A line break in a cell
 * begins a paragraph in the fields of running text, and is a blank elsewhere.
 * An apostrophe before = + - @ is the guard of a spreadsheet's formula, and
 * left out.
 *
 * Problems told:
 *   cell-count         a row with more or fewer cells than the header
 *   unclosed-quote     a quote too many: the file ends inside a cell, or the
 *                      quotes of a row of several lines are odd
 *   record-too-large   a row past RECORD_LINE_MAX
 *   nul-byte, no-title
 *   malformed-record   a cell that is no such thing as its column says
 * and of records that are taken all the same:
 *   invalid-utf8       replaced by U+FFFD
 *   windows-1252       told once: the file is not UTF-8
 *
 * After a bad row that goes over several lines reading goes on at its second
 * line: it was a quote too many, and the rows below are good.
 */
#include "lexicon.h"
#include "records.h"

/* ST_INPUT: no header with a title, or one that names a column twice.
 * ST_IO: fd cannot be read. */
enum status csv_read(int fd, struct analyzer *a, const struct lexicon *l,
		     const struct record_sink *sink, struct err *err);

#endif
