#ifndef CONVERT_PLACES_H
#define CONVERT_PLACES_H
/*
 * convert_places - HTML whose paragraphs stand at places on a page.
 *
 *     <p style="position:absolute;top:308px;left:90px" class="ft13">Texto</p>
 *
 * That is how pdftohtml and others write the lines of a PDF: what stands beside
 * what only the places tell.  They go the way of a PDF's words
 * (convert_page.h); how wide a word is, is estimated from its letters.
 */
#include <stdbool.h>
#include <stddef.h>

#include "convert_page.h"

struct place_class;

struct places {
	struct page page;
	struct place_class *classes; /* of the style sheet, by name */
	size_t n;
	bool open; /* inside such a paragraph */
	bool bold;
	double left, x, y, size, step;
	struct buf word;
};

/* Reads the sizes of the page's style sheets; text: the whole page. */
enum status places_init(struct places *p, const char *text, size_t n, struct err *err);
void places_release(struct places *p);

/* A paragraph begins; style and class may be NULL.  False: it has no place. */
bool places_begin(struct places *p, const char *style, const char *class);
enum status places_text(struct places *p, const char *s, size_t n, struct err *err);
enum status places_break(struct places *p, struct err *err);
enum status places_end(struct places *p, struct err *err);

/* Says the page so far to the flow, if there is anything on it. */
enum status places_flow(struct places *p, struct flow *f, struct err *err);

#endif
