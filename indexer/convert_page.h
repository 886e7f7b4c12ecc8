#ifndef CONVERT_PAGE_H
#define CONVERT_PAGE_H
/*
 * convert_page - from words at places on a page to text in reading order.
 *
 * A PDF has no paragraphs, columns or tables, only signs at places.  This
 * finds again what their author meant, from the white space between them:
 *
 *   words    what the PDF's reader gives
 *   pieces   words of one line with ordinary blanks between; a check box, a
 *            tick and a bullet are pieces of their own
 *   columns  the page is cut where an empty stripe parts two columns of
 *            running text, else at its widest empty line, and so on
 *            (recursive XY-cut: Nagy, Seth, Viswanathan 1992; with a stack)
 *   lines    pieces at one height
 *   blocks   lines that begin with a mark; lines of cells; running text
 *
 * A tick is told from the text that it stands beside, so that an empty place
 * where a tick could be is a row without one.
 */
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "convert_flow.h"

enum word_kind {
	WORD_TEXT,
	WORD_BOX,    /* an empty check box */
	WORD_TICKED, /* a ticked one */
	WORD_TICK,   /* a tick alone */
	WORD_BULLET,
};

struct word { /* lengths in points, y downwards */
	double x1, x2;
	double y;     /* its middle */
	double size;  /* of its font */
	size_t at, n; /* in the page's text */
	enum word_kind kind;
	bool bold;
};

#define PAGE_SIZES 128 /* half points */

struct page {
	struct buf text;
	struct word *words;
	size_t n, cap;
	/* Learned from the pages so far, of one document. */
	size_t sizes[PAGE_SIZES]; /* signs of each size */
	size_t spaced, close;	  /* paragraphs with and without room between */
};

#define PAGE_WORDS_MAX ((size_t)1 << 20)

void page_init(struct page *p);
void page_release(struct page *p);
void page_clear(struct page *p); /* for the next page of the document */
/* Adds a word in the PDF's own order; kind and text by its signs. */
enum status page_add(struct page *p, struct word w, const char *s, size_t n,
		     struct err *err);

/* Says the page to the flow. */
enum status page_flow(struct page *p, struct flow *f, struct err *err);

#endif
