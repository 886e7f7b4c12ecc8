#ifndef TEXT_PARTS_H
#define TEXT_PARTS_H
/*
 * text_parts - what the files of text.h share among themselves; nobody else
 * includes this (their tests do).
 *
 *   text_utf8.c    the strict decoder                        libc only
 *   text_words.c   bytes -> words: the table-driven segmenter, which hands what
 *                  its tables do not know to ICU             libc only
 *   text_fold.c    a word -> its surface and folded form; whole texts, slugs
 *   text_gender.c  Spanish word formation of inclusive writing: -o/-a/-e, @, x
 *   text_tokens.c  the rules of Spanish administrative text: words -> tokens
 *   text.c         everything that asks ICU
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TEXT_MAX  ((size_t)16 << 20) /* bytes of one text to tokenize */
#define RAW_MAX	  512		     /* bytes of a printed word; folded: WORD_MAX */
#define MARKS_MAX 30		     /* combining marks in a row */

/* ---- words: a segment between two word boundaries that is not space or
 * punctuation.  WORD_PLAIN: ASCII letters only, at most the first of them a
 * capital, or all of them: no rule needs to look inside. */
enum {
	WORD_ASCII = 1,	  /* bytes below 0x80 only */
	WORD_LATIN1 = 2,  /* code points below U+0100 only */
	WORD_DIGIT = 4,	  /* has an ASCII digit */
	WORD_CAPITAL = 8, /* begins with a capital */
	WORD_CAMEL = 16,  /* a capital after a small letter */
	WORD_SIGN = 32,	  /* something in it that is no letter and no digit */
	WORD_ACCENT = 64, /* has a letter that folding changes */
	WORD_SMALL = 128, /* has a small letter */
};

struct word {
	uint32_t start, end;
	uint8_t flags;
};

struct words {
	struct word *v;
	size_t n, cap;
};

struct icu; /* text.c's */

struct analyzer {
	struct icu *icu;
	struct words words; /* scratch of text_tokenize() */
	struct buf scratch;
	bool icu_only; /* for tests and the bench: never take the fast path */
};

/* text_words.c: the words of text, in order. */
enum status words_find(struct words *out, struct analyzer *a, const char *text,
		       size_t n, struct err *err);
bool words_add(struct words *out, size_t start, size_t end, unsigned flags);
/* Flags of one word by looking at its bytes. */
unsigned word_flags(const char *p, size_t n);

/* text.c: the same by ICU, for text[from..to), which begins and ends at a
 * boundary; and all its boundaries (for tests). */
enum status icu_words(struct words *out, struct analyzer *a, const char *text,
		      size_t from, size_t to, struct err *err);
enum status icu_boundaries(size_t **out, size_t *n_out, struct analyzer *a,
			   const char *text, size_t n, struct err *err);

/* text.c: NFKC_Casefold of p[0..n), and its form without the three accents.
 * Marks past MARKS_MAX in a row are dropped first; ill-formed bytes become
 * U+FFFD.  Either buffer may be NULL. */
enum status icu_fold(struct buf *surface, struct buf *folded, struct analyzer *a,
		     const char *p, size_t n, struct err *err);
/* text.c: the accents off a text that is already folded. */
enum status icu_unaccent(struct buf *folded, struct analyzer *a, const char *p,
			 size_t n, struct err *err);
/* text.c: properties of one code point. */
bool icu_is_alnum(unsigned long cp);
bool icu_is_latin(unsigned long cp);
bool icu_is_upper(unsigned long cp);
bool icu_is_space(unsigned long cp);
bool icu_is_mark(unsigned long cp);
unsigned long icu_base(unsigned long cp); /* the letter under its marks */

/* text_fold.c: one word.  Writes at most WORD_MAX bytes each and a NUL;
 * *surface_n 0 = too long, or nothing left: no word. */
struct folded {
	char surface[WORD_MAX + 16], plain[WORD_MAX + 16];
	size_t surface_n, plain_n;
};
enum status fold_word(struct folded *out, struct analyzer *a, const char *p, size_t n,
		      unsigned flags, struct err *err);
/* The accents off a surface, Latin-1 by table. */
enum status fold_surface(struct folded *io, struct analyzer *a, struct err *err);

/* The accents off the Latin-1 letters of a folded word; the rest as it is.
 * out may be p.  Returns the length. */
size_t fold_latin1(char *out, const char *p, size_t n);

/* text_gender.c: surfaces in, surfaces out. */
#define FORMS_MAX 8
struct forms {
	char v[FORMS_MAX][WORD_MAX + 16];
	size_t len[FORMS_MAX];
	size_t n;
};
/* Is this what may stand after the / of apoderados/as? */
bool gender_is_ending(const char *p, size_t n);
/* The same, strictly, for where a hyphen or a blank is in between. */
bool gender_fits(const char *base, size_t base_n, const char *ending, size_t ending_n);
/* Adds the form of base that the ending names. */
void gender_forms(struct forms *out, const char *base, size_t base_n,
		  const char *ending, size_t ending_n);
/* The s of niño(a)s: base and forms to their plurals, all in io. */
void gender_tail(struct forms *io, const char *base, size_t base_n);
/* Both forms of chilen@s, todxs, todes; none for any other word. */
void gender_neutral(struct forms *out, const char *surface, size_t n);

#ifdef __cplusplus
}
#endif

#endif
