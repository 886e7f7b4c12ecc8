#ifndef SNIPPET_PARTS_H
#define SNIPPET_PARTS_H
/*
 * snippet (inner part) - what its files share:
 *
 *   snippet_look.c      a field of a hit: its words, what they match, paragraphs
 *   snippet_passages.c  the best passages of a paragraph
 *   snippet.c           what is shown of a hit
 */
#include "snippet.h"

/* Code points of a passage. */
#define PASSAGE_MAX  300
#define PASSAGES_MAX 2

/*
 * One field's text, cut into tokens (those that may match), each with the query
 * words that it matches.  The work is linear: a passage is at most PASSAGE_MAX long,
 * and one is tried for each sentence that has a match.
 */
struct look {
	struct answer *a;
	struct engine *e;
	struct hit *hit;
	uint64_t *items; /* of each token */
	size_t cap;
	/* the field in hand */
	enum field field;
	const char *text;
	size_t n;
	const struct tokens *tokens;
	/* the paragraph in hand: bytes [from, to), tokens [first, last) */
	size_t from, to, first, last;
	unsigned line;
	/* the same field with all its words, once they are needed */
	struct look *whole;
	struct tokens own;
};

struct passage {
	enum field field;
	const char *text; /* the answer's */
	size_t n;
	unsigned line;
	struct span *marks;
	size_t n_marks;
	bool cut_start, cut_end;
	uint64_t items;
	double score;
};

struct passages { /* the best found so far, best first; every one of them adds
		   * a word to those before it */
	struct passage v[PASSAGES_MAX + 1];
	size_t n;
};

/* ---- snippet_look.c ---- */

void look_open(struct look *l, struct hit *h, struct answer *a, struct engine *e);
void look_close(struct look *l);

/* Makes f the field in hand; *any: it has a matched word. */
enum status look_at(bool *any, struct look *l, enum field f, struct err *err);
/* *out is l's: the same field and paragraph with all its words. */
enum status look_whole(struct look **out, struct look *l, struct err *err);
/* Sets from, to, first, last, line to the next paragraph (number k); false
 * after the last one.  Call with to = 0 and last = 0 first. */
bool look_next_paragraph(struct look *l, size_t k);
/* The source's line of a paragraph. */
unsigned look_line(const struct look *l, size_t paragraph);
/* First token of [first, last) that starts at byte `at` or later. */
size_t look_token_at(const struct look *l, size_t first, size_t last, size_t at);
/* `to` without the white space before it. */
size_t look_trim_end(const struct look *l, size_t from, size_t to);
/* The spans of the matched tokens [first, last) as code points of the text
 * that begins at byte `from`; forms of one word overlap and are one span. */
enum status look_spans(struct span **out, size_t *n_out, const struct look *l,
		       size_t first, size_t last, size_t from, size_t to,
		       struct err *err);

/* ---- snippet_passages.c ---- */

/* Offers the passages of l's paragraph to the best. */
enum status passages_offer(struct passages *best, struct look *l, struct err *err);

#endif
