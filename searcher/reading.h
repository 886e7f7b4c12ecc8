#ifndef READING_H
#define READING_H
/*
 * reading - a ficha as those who look at hits need it: its record, and the
 * words of its fields, each cut when first asked for.
 *
 * Ranking by nearness, passages and explanations look at the same few fichas,
 * and so do the next requests of a batch: the engine keeps the last ones.
 */
#include "engine.h"
#include "ficha.h"

struct reading_text {
	const char *text; /* NULL: the ficha has nothing there */
	size_t n;
	struct tokens tokens; /* all of them, after reading_field() */
	/* inner */
	struct tokens some; /* after reading_some(), by these heads */
	struct word_heads heads;
	char *own;
	bool known, cut, some_cut; /* the text; its tokens; some of them */
};

struct reading {
	uint32_t docid;
	unsigned holders;
	struct ficha ficha;
	struct reading_text field[F_COUNT];
};

/* More than one request looks at. */
#define READINGS_KEPT 48

/* Needs ENGINE_READER.  *out is the caller's: reading_close().  ST_DAMAGED: the
 * record cannot be read. */
enum status reading_open(struct reading **out, struct engine *e, uint32_t docid,
			 struct err *err);
void reading_close(struct reading *r); /* NULL is allowed */

/* Lets go of the words of all fields, keeps the record: for long pages. */
void reading_forget(struct reading *r);

/* A field's text and words; needs ENGINE_TEXT and ENGINE_LEXICON.  Borrowed
 * from the reading. */
enum status reading_field(const struct reading_text **out, struct reading *r,
			  struct engine *e, enum field field, struct err *err);

/* The same, but only the words that may begin so need be among *words, which
 * is much cheaper (text_tokenize_some()).  *words stay until somebody asks for
 * others of that field. */
enum status reading_some(const struct reading_text **out, const struct tokens **words,
			 struct reading *r, struct engine *e, enum field field,
			 const struct word_heads *heads, struct err *err);

/* What the engine keeps; NULL is allowed. */
struct readings;
void readings_free(struct readings *r);

#endif
