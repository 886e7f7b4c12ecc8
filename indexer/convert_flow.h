#ifndef CONVERT_FLOW_H
#define CONVERT_FLOW_H
/*
 * convert_flow - puts the text of a converted document together.
 *
 * A converter says what it meets in reading order (text, breaks, check boxes,
 * the beginning and end of tables and cells); the flow makes lines of it, as
 * convert.h tells.  Calls may come in any order: what does not fit (a cell
 * without a table) is taken as plain text.  Failure is sticky and told by
 * flow_finish().
 *
 * How tables come out: a table with one column is only a frame, its cells
 * become paragraphs.  Rows whose cells are single lines become "| a | b |".
 * Where a cell has several lines the table is written as HTML, since nothing
 * else can say which line belongs to which cell.  A row that holds another
 * table is taken apart: cell after cell.
 */
#include <stdbool.h>

#include "buf.h"
#include "convert.h"

enum flow_block { /* what stands last in a container */
		  FLOW_NOTHING,
		  FLOW_PARAGRAPH,
		  FLOW_ITEM,  /* of a list */
		  FLOW_ROW,   /* begins with a check box, or has tabs */
		  FLOW_TABLE, /* no two tables touch */
};

struct flow_cell {
	size_t at, n; /* in store */
	unsigned row;
	bool lines; /* several */
	bool table; /* holds one */
};

struct flow_table {
	struct buf store; /* text of the finished cells */
	struct flow_cell *cells;
	size_t n, cap;
	unsigned row;
	unsigned covered; /* columns to pass before the next cell */
	bool in_row, in_cell;
	/* The open cell. */
	struct buf text;
	enum flow_block last;
	bool holds_table;
};

struct flow {
	struct buf *out;
	enum flow_block last;
	bool page; /* a page begins with the next block */
	struct flow_table *tables[CONVERT_TABLES_MAX];
	unsigned n_tables, too_deep;
	struct buf para; /* the open paragraph, not yet escaped */
	struct buf ready;
	size_t line; /* where its last line begins */
	bool space;  /* a blank is due before the next sign */
	bool item;
	enum status failed;
};

void flow_init(struct flow *f, struct buf *out);
void flow_release(struct flow *f);

/* Text; white space of any kind and length is one blank. */
void flow_text(struct flow *f, const char *s, size_t n);
/* A sign of Wingdings (font 1), Wingdings 2 (2) or Symbol (0). */
void flow_symbol(struct flow *f, int font, unsigned long code);
int flow_symbol_font(const char *name); /* 0, 1, 2; -1: an ordinary font */
enum flow_sign { FLOW_SIGN, FLOW_BOX, FLOW_TICKED, FLOW_BLANK, FLOW_ORNAMENT };
/* What it is; *cp: the Unicode sign for FLOW_SIGN. */
enum flow_sign flow_symbol_sign(unsigned long *cp, int font, unsigned long code);
/* The same for a sign of Unicode: a box, or FLOW_SIGN. */
enum flow_sign flow_unicode_sign(unsigned long cp);
void flow_space(struct flow *f);
void flow_break(struct flow *f); /* a line ends, the paragraph does not */
void flow_tab(struct flow *f);
void flow_box(struct flow *f, bool ticked);

void flow_end(struct flow *f);	/* a paragraph ends, if one is open */
void flow_item(struct flow *f); /* the next paragraph is a list item */
void flow_page(struct flow *f); /* a page begins here */

void flow_table(struct flow *f);
void flow_row(struct flow *f);
void flow_cell(struct flow *f);
void flow_cell_end(struct flow *f);
/* The next cell, if the row has one, stands n columns further. */
void flow_covered(struct flow *f, unsigned n);
void flow_table_end(struct flow *f);

/* Between convert_flow.c and convert_table.c: a finished block goes into the
 * innermost open cell, or into the document. */
void flow_block(struct flow *f, enum flow_block kind, const char *s, size_t n);
void flow_fail(struct flow *f, enum status why);
void flow_table_free(struct flow_table *t);

/* Closes what is open.  ST_LIMIT: the text is too long. */
enum status flow_finish(struct flow *f, struct err *err);

#endif
