#ifndef CONVERT_PAGE_PARTS_H
#define CONVERT_PAGE_PARTS_H
/* What the parts of convert_page share: finding the lines of a page
 * (convert_page.c, convert_stops.c, convert_side.c), and saying what they are
 * (convert_lines.c). */
#include "convert_page.h"

struct piece {
	double x1, x2, y, size;
	size_t first, last; /* words, through next[] */
	size_t chars;
	unsigned column; /* which part of the page, in reading order */
	enum word_kind kind;
	bool bold;    /* all of it */
	bool lower;   /* begins with a small letter */
	bool month;   /* nothing but a month's name */
	bool heading; /* stands beside its text */
	bool spread;  /* its blanks are wide, see layout_spread() */
	bool stop;    /* begins a column, though close to what is left of it */
};

struct line {
	size_t from, to; /* pieces, left to right */
	double x1, x2, y, size;
	unsigned column;
};

struct layout {
	struct page *page;
	size_t *next; /* the word after this one in its piece, or NONE */
	struct piece *pieces;
	size_t n;
	struct line *lines;
	size_t n_lines;
};

#define NONE ((size_t)-1)

/* Bytes of s that begin a month's name, without a full stop or hyphen after
 * them; 100 more if they are all of it; 0: no month. */
size_t page_month(const char *s, size_t n);

/* Which words begin a column though there is hardly room before them; malloc'ed, NULL
 * without memory. */
bool *layout_stops(const struct page *p);
/* Which words belong to the one before them though there is much room: all blanks
 * of their line are as wide.  The same. */
bool *layout_spread(const struct page *p);

/* Pieces in order of y, with an empty stripe at x: if headings stand left of it
 * and their texts right, orders them heading, text, heading, text... and gives
 * where each of these parts ends.  0: they do not. */
size_t layout_side(struct piece *p, size_t n, double x, size_t *ends, size_t max);

/* Says lines [from, to), all of one column, to the flow. */
enum status layout_flow(struct layout *l, size_t from, size_t to, struct flow *f,
			struct err *err);

#endif
