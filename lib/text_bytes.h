#ifndef TEXT_BYTES_H
#define TEXT_BYTES_H
/*
 * text_bytes (inner part of text) - what a byte can be at the begin or inside
 * of a word, for text_scan.c and text_words.c.
 */
#include "text_parts.h"

enum { /* of one byte; the first three are a word's flags, too */
       SMALL = WORD_SMALL,
       CAPITAL = WORD_CAPITAL,
       DIGIT = WORD_DIGIT,
       C3 = 1,	     /* leads U+00C0..U+00FF */
       HIGH = 2,     /* any other byte of a longer sequence */
       JOINER = 16,  /* . ' between letters or digits, , ; between digits */
       BLANK = 32,   /* ASCII white space */
       LETTER2 = 128 /* _ and @ go with letters, but are none; ` may be glue */
};
#define ALNUM (SMALL | CAPITAL | DIGIT)
extern const uint8_t byte_kind[256];

/* text_scan.c: adds the words of t[i..n) that are letters and digits of ASCII
 * and Latin-1 in a row, until something is not for the tables: returns where
 * (n = done). */
size_t words_scan(struct words *out, bool *failed, const unsigned char *t, size_t i,
		  size_t n);
/* text_words.c: room for more words; false: no memory. */
bool words_more(struct words *out);

#endif
