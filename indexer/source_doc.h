#ifndef SOURCE_DOC_H
#define SOURCE_DOC_H
/*
 * source_doc - what the stages of the document reader hand to each other.
 *
 *   bytes        source.c          strict UTF-8, NFC
 *   raw lines    source_lines.c    plain text cut at line ends
 *                source_html.c     HTML tags turned into lines and cells
 *   lines        source_markup.c   cleaned of Markdown and odd signs
 *                source_inline.c   signs inside a line
 *                source_table.c    rows of tables
 *                source_woven.c    lines of two columns in turns
 *                source_sides.c    columns side by side
 *                source_columns.c  headings beside their values
 *   kinds        source_kinds.c    headings
 *                source_furniture.c page numbers, running lines
 *                source_place.c    municipality lines
 *   blocks       source_blocks.c   which lines belong to which ficha
 *                source_title.c    its title and municipality
 *   fichas       source_ficha.c    all of a block to one ficha
 *                source_fields.c   paragraphs of a section
 *                source_hyphen.c   hyphens at the ends of lines
 *                source_boxes.c    check boxes as tokens
 *                source_marks.c    the Sello lines
 *                source_labels.c   their labels
 *                source_lone.c     signs on lines of their own
 *                source_grid.c     month grids
 *
 * A reader of another format (PDF, DOCX) makes raw lines and calls
 * source_raw().  Every stage is linear in the number of bytes.
 */
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "source.h"

/* A check box inside a line: what the recogniser reads, whatever the format
 * wrote. */
#define BOX_TICKED "\xE2\x98\x91" /* U+2611 */
#define BOX_EMPTY  "\xE2\x98\x90" /* U+2610 */

/* Inside raw text: a line break that does not end the table cell. */
#define CELL_BREAK '\v'
/* Inside raw text: says nothing. */
#define LINE_START "\xEF\xBF\xBA" /* U+FFFA */
/* Inside raw text: a source line ended inside a tag. */
#define LINE_SKIP "\xEF\xBF\xBB" /* U+FFFB */
/* Inside raw text: a page begins (a form feed that went through HTML). */
#define PAGE_BREAK "\xEF\xBF\xB9" /* U+FFF9, no sign of any text */

enum raw_flags {
	RAW_PAGE = 1,	/* a page begins here */
	RAW_NUL = 2,	/* the line had a NUL byte (left out) */
	RAW_LONG = 4,	/* longer than LINE_MAX_BYTES (left out) */
	RAW_HEAD = 8,	/* an HTML heading; level in `level` */
	RAW_BREAK = 16, /* a paragraph begins here: an empty line stands before */
};

struct raw_line {
	size_t at; /* in raw.text */
	unsigned n, no;
	unsigned row;	    /* table row, from 1; 0 = not in a table */
	unsigned short col; /* cell in the row, from 0 */
	unsigned char flags, level;
};

struct raw { /* lines of text as a format's reader found them */
	struct buf text;
	struct raw_line *v;
	size_t n, cap;
	unsigned rows; /* the last row's number */
};

void raw_init(struct raw *r);
void raw_release(struct raw *r);
/* Adds a line whose text stands already at r->text.data[at..at+n). */
enum status raw_add(struct raw *r, struct raw_line line, struct err *err);

enum line_kind {
	LINE_TEXT,
	LINE_HEADING, /* a section begins */
	LINE_REST,    /* the second or third line of a heading */
	LINE_DROP,    /* rule, page furniture, table of contents */
};

struct line {
	size_t at;	 /* of raw in doc.text, while the lines are made */
	const char *s;	 /* trimmed of blanks and tabs */
	const char *raw; /* not trimmed: columns, empty cells */
	unsigned n, raw_n;
	unsigned no;	/* source line */
	unsigned blank; /* empty lines before it */
	unsigned rest;	/* LINE_HEADING: offset of the value in the heading's
			 * last line, n = none */
	unsigned bold;	/* bytes at the beginning that were emphasised */
	unsigned char kind, level;
	unsigned char field, strength, span; /* LINE_HEADING */
	unsigned char sign;		     /* bytes of "- " at the beginning */
	bool bullet;	   /* a list item for sure (its sign is gone) */
	bool cells;	   /* tabs separate cells */
	bool page;	   /* a page begins here */
	bool cut;	   /* furniture was taken out before it */
	bool running;	   /* LINE_DROP for its words: a running header or footer */
	bool soft;	   /* ends with a soft hyphen */
	unsigned char bad; /* RAW_NUL, RAW_LONG: its ficha is rejected */
	bool joined;	   /* its text stands in the next line: to be left out */
	bool continued;
	bool marked;
	bool used; /* in a field, or said to be in none */
};

/* The line's last byte; 0 of a line without text, which stands where bytes made
 * its ficha bad. */
static inline char source_line_last(const struct line *l)
{
	return l->n ? l->s[l->n - 1] : '\0';
}

struct doc {
	const struct lexicon *lexicon;
	struct analyzer *analyzer;
	struct source_sink *sink;
	const char *path;
	unsigned long found_before; /* the sink's count when we began */
	struct buf text;	    /* what the lines point into */
	struct line *v;
	size_t n, cap;
	bool unwrapped;	     /* source_unwrapped() */
	unsigned pages;	     /* that the document marks */
	struct words *words; /* of the document, for line-end hyphens; lazy */
};

/* Raw lines to fichas. */
enum status source_raw(struct source_sink *sink, struct analyzer *a,
		       const struct lexicon *l, const char *path, struct raw *raw,
		       struct err *err);

/* source_lines.c: cuts text (NFC) at its line ends. */
enum status source_lines(struct raw *out, const char *text, size_t n, struct err *err);

/* source_html.c: is there anything for it?  And the same as source_lines for
 * text with tags or character references.  page: the whole is an HTML page,
 * whose own line ends say nothing. */
bool source_has_html(const char *text, size_t n);
enum status source_html(struct raw *out, bool *too_deep, const char *text, size_t n,
			bool page, struct err *err);

/* source_markup.c: raw lines to lines. */
enum status source_markup(struct doc *d, const struct raw *raw, struct err *err);

/* source_inline.c: appends the text of a line without Markdown's signs and
 * signs that are not seen; *bold: bytes at the beginning that were
 * emphasised. */
void source_inline(struct buf *out, unsigned *bold, const char *s, size_t n);
/* Appends s cleaned of invisible signs, blanks of all widths as ' ', breaks
 * inside the line as LF, a page break as FF.  *soft: a soft hyphen at the end. */
void source_signs(struct buf *out, bool *soft, const char *s, size_t n);
/* Bytes of a list sign and the blanks after it, 0 = none; *soft: a dash, which
 * may also be running text. */
size_t source_bullet(bool *soft, const char *s, size_t n);

/* source_table.c: the cells of a table, which become lines when it ends. */
struct piece { /* a line of a cell's text */
	unsigned row, at, n, no;
	unsigned short col;
	unsigned char level;
	bool bold, gap;
};
struct table_cells {
	struct piece *v;
	size_t n, cap;
	struct buf text;
};
enum status source_table_add(struct table_cells *t, struct piece p, const char *s,
			     size_t n, struct err *err);
/* source_drawn.c: does a table drawn with dashes begin at raw line i?  Adds its
 * cells to t, the rows numbered from `row` on; *taken: its lines, 0 = none. */
enum status source_drawn(size_t *taken, struct table_cells *t, unsigned row,
			 const struct raw *raw, size_t i, struct err *err);
/* The same file: lines drawn with signs made for it, as +, - and |.  Only where the
 * line begins with one. */
void source_box_drawing(struct buf *b);
/* Adds the table's lines to d and empties it. */
enum status source_table_flush(struct table_cells *t, struct doc *d, struct err *err);
/* Adds a line that has its text already. */
enum status source_line_push(struct doc *d, struct line l, struct err *err);
/* Adds a line to the document: text as raw, the rest from `like`. */
enum status source_line_add(struct doc *d, struct line like, const char *raw, size_t n,
			    struct err *err);

/* source_woven.c: headings and values whose lines come in turns.  The same. */
enum status source_woven(struct doc *d, struct err *err);
/* source_sides.c: undoes two columns with headings over each.  As source_columns. */
enum status source_sides(struct doc *d, struct err *err);
/* source_columns.c: undoes forms of two columns that were printed as text; the
 * lines' pointers are not set yet. */
enum status source_columns(struct doc *d, struct err *err);

/* source_furniture.c: what a page has beside its text. */
bool source_is_noise(const struct line *l);
bool source_is_page_number(const struct doc *d, const struct line *l);
/* Drops running headers and footers; the headings are known. */
enum status source_running_lines(struct doc *d, struct err *err);
/* Says which ones were dropped, every wording once. */
enum status source_tell_running(const struct doc *d, struct err *err);

/* source_kinds.c: finds headings, and has page furniture found. */
enum status source_kinds(struct doc *d, struct err *err);
/* Bytes of "1. ", "a) ", "IV.- " at the beginning, 0 = none. */
size_t source_enumerator(const char *s, size_t n);
/* Does the text end as a sentence does? */
bool source_ends(const char *s, size_t n);
/* First letter is small (a sentence goes on). */
bool source_goes_on(const char *s, size_t n);

/* source_place.c: a municipality line, possibly over several lines. */
#define PLACES_MAX 40 /* names in one heading */

struct place {
	size_t line, span; /* lines taken */
	bool strong;	   /* capitals: cannot be running text */
	bool prefixed;	   /* says "Municipalidad" */
	bool known;	   /* every name is in the tables */
	const char *rest;  /* text after it on its line, or NULL */
	size_t rest_n;
	size_t n_names;
	char *names; /* as printed, "\n\n" between; malloc'ed */
};

void place_release(struct place *p);
/* False if no municipality line begins at line i.  bare: also a commune's name
 * alone. */
bool source_place(struct place *out, const struct doc *d, size_t i, size_t end,
		  bool bare);
/* A municipality at the end of a title: "... - Municipalidad de X", "(X)".
 * *n is cut. */
bool source_place_tail(struct place *out, const struct doc *d, const char *s,
		       size_t *n);

/* source_blocks.c: which lines are which ficha's. */
struct section {
	enum field field;
	size_t head;	 /* its heading's line */
	size_t from, to; /* lines of its value after the heading's lines */
	bool repeated;	 /* the ficha has had it: told, and its text joined */
};

struct block {			     /* a ficha to be */
	size_t first, n;	     /* its sections in the list of all */
	size_t region;		     /* title and municipality stand in the lines */
	size_t head;		     /* [region, head); head: the first heading */
	size_t title_from, title_to; /* lines; equal: none */
	const char *title;	     /* or text within a line, or NULL */
	size_t title_n;
	size_t place_title; /* the title's line where title is set */
	struct place place; /* n_names 0: none */
	size_t own;	    /* first line that is not the ficha's before */
	size_t start;	    /* first line that is this one's */
};

struct blocks {
	struct block *v;
	size_t n, cap;
	struct section *sections;
	size_t n_sections, cap_sections;
};

/* Says that the lines [from, to) are in no record.  Furniture is none. */
void source_outside(struct doc *d, size_t from, size_t to, const char *code);
/* Cuts the document into fichas and hands them to the sink. */
enum status source_blocks(struct doc *d, struct err *err);

/* source_title.c: title and municipality of every block. */
enum status source_titles(struct doc *d, struct blocks *b, struct err *err);
/* "Región Metropolitana", "FICHA N° 3": lines that are neither title nor text. */
bool source_is_label(const struct doc *d, size_t from, size_t to);
/* The first of the two. */
bool source_is_region(const struct line *l);
/* The last municipality line in [from, to), as close to `to` as it comes. */
bool source_last_place(struct place *out, const struct doc *d, size_t from, size_t to);
/* First line of the paragraph that ends before line `end`, not before from;
 * *last: one past its last text line.  from == *last: none. */
size_t source_paragraph_before(const struct doc *d, size_t from, size_t end,
			       size_t *last);

/* source_ficha.c: a block to a ficha, handed to the sink. */
enum status source_ficha(struct doc *d, struct block *b, struct section *sections,
			 struct err *err);
/* Text of lines joined as a title or heading is: by blanks, hyphens undone. */
enum status source_join(struct buf *out, struct doc *d, size_t from, size_t to,
			struct err *err);
/* source_fields.c: the lines [from, to) that are text, as paragraphs.  rest: text of
 * line from's heading that comes first, or NULL. */
struct paragraphs {
	struct buf text;    /* "\n\n" between */
	struct ints lines;  /* first line of each */
	struct lines range; /* 0,0 if empty */
};
/* Appends s with runs of blanks and tabs as one blank. */
void source_squeeze(struct buf *out, const char *s, size_t n);
bool source_unwrapped(const struct doc *d);
void paragraphs_init(struct paragraphs *p);
void paragraphs_release(struct paragraphs *p);
enum status source_paragraphs(struct paragraphs *out, struct doc *d, size_t from,
			      size_t to, const char *rest, size_t rest_n,
			      unsigned rest_no, bool long_text, const bool *skip,
			      struct err *err);

/* source_hyphen.c: is the hyphen at the end of a line a part of the word? */
enum hyphen { HYPHEN_DROP, HYPHEN_KEEP, HYPHEN_BLANK };
enum status source_hyphen(enum hyphen *out, struct doc *d, const char *left,
			  size_t left_n, const char *right, size_t right_n,
			  struct err *err);
void source_words_free(struct words *w);

/* source_boxes.c: check boxes, however they are written. */
enum box {
	BOX_NONE,
	BOX_TICK,    /* a tick, [x], X, Sí */
	BOX_CROSSED, /* a crossed box: ticked in Word, "no" beside ticks */
	BOX_CROSS,   /* a cross: the same without a box */
	BOX_OFF,     /* an empty box, [ ], No */
	BOX_DOT,     /* a filled dot or square: a tick beside empty ones, else a
		      * bullet */
};

enum token_is { TOKEN_BOX, TOKEN_TEXT };

struct box_token {
	enum token_is is;
	enum box box;
	unsigned cell; /* tabs and bars before it on its line */
	const char *s; /* TOKEN_TEXT: trimmed */
	size_t n;
	bool word; /* a box that is a word: X, Sí, No */
};

#define TOKENS_MAX 256 /* of one line; more is no form */

/* Cuts a line into boxes and texts; the number of tokens. */
size_t source_box_tokens(struct box_token v[TOKENS_MAX], const char *s, size_t n);
bool source_has_box(const char *s, size_t n);

/* source_marks.c, source_grid.c: what a ficha's boxes say. */
struct marks {
	size_t base; /* skip[i - base]: line i says nothing but boxes */
	bool *skip;
	struct strs printed;   /* ticked Sello labels, in order */
	struct lines sello;    /* all rows */
	unsigned rows, marked; /* Sello rows, with any sign */
	bool unclear;	       /* signs that may be any row's: none is taken */
	bool mixed;	       /* ticks and crossed boxes without empty ones */
	struct ints months;
	struct lines grid;
};

enum status source_sello(struct marks *m, struct doc *d, size_t from, size_t to,
			 const char *rest, size_t rest_n, unsigned rest_no, bool own,
			 struct err *err);
/* dates: it is the dates' section, where months without their signs are a grid's. */
enum status source_grid(struct marks *m, struct doc *d, size_t from, size_t to,
			bool dates, struct err *err);
/* 1..12, 0 = no month.  Full names and abbreviations, any case. */
unsigned source_month(const char *s, size_t n);

#endif
