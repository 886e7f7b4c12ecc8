#ifndef TEXT_PARTS_H
#define TEXT_PARTS_H
/*
 * text_parts - what the files of text.h share among themselves; nobody else
 * includes this (stem.cc for one table, and their tests do).
 *
 * In the order of the way that a text takes:
 *   text_utf8.c    the strict decoder
 *   text_scan.c    bytes -> words: plain ones, by table
 *   text_words.c   bytes -> words: the other segments, the rest by ICU
 *   text_fold.c    a word -> its surface and folded form; whole texts, slugs
 *   text_tokens.c  words -> tokens: the pass, and words that no rule concerns
 *   text_gender.c  inclusive writing: apoderados/as, chilen@s
 *   text_number.c  21.325, N° 3, 2do
 *   text_hyphen.c  ex – post, Sello-Migrante, line ends
 *   text_signs.c   DD.HH., munimaipu.cl, O'Higgins, MigraUdeC
 *   text_sentence.c  where sentences begin: by tables
 *   text.c         what asks ICU: normal forms, folding of any script
 *   text_break.c   what asks ICU: word and sentence boundaries
 *   text_props.c   what asks ICU: properties, versions
 *   text_order.c   what asks ICU: dictionary order
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TEXT_MAX  ((size_t)16 << 20) /* bytes of one text to tokenize */
#define RAW_MAX	  512		     /* bytes of a printed word; folded: WORD_MAX */
#define MARKS_MAX 30		     /* combining marks in a row */

/* ---- words: segments between word boundaries that have a letter or digit */

enum {
	WORD_ASCII = 1,	  /* bytes below 0x80 only */
	WORD_LATIN1 = 2,  /* ASCII and the letters U+00C0..U+00FF, but not ß */
	WORD_DIGIT = 4,	  /* has an ASCII digit */
	WORD_CAPITAL = 8, /* begins with a capital */
	WORD_CAMEL = 16,  /* a capital after a small letter */
	WORD_SIGN = 32,	  /* an ASCII sign that is no letter and no digit */
	WORD_SMALL = 64,  /* has a small letter */
	WORD_LATER = 128, /* has a capital that is not its first letter */
};

struct word {
	uint32_t start, end;
	uint32_t flags;
};

struct words {
	struct word *v;
	size_t n, cap;
};

/* Folded, and also without accents; NUL-terminated. */
struct folded {
	char surface[WORD_MAX + 16], plain[WORD_MAX + 16];
	size_t surface_n, plain_n;
};

#define NEUTRAL_BITS 1024

struct icu;

struct analyzer {
	struct icu *icu;
	struct words words; /* scratch of text_tokenize() */
	struct buf scratch;
	uint64_t neutral[NEUTRAL_BITS / 64]; /* gender_filter()'s */
	bool slow; /* for tests: boundaries by ICU, every word by the rules */
};

/* text_words.c */
enum status words_find(struct words *out, struct analyzer *a, const char *text,
		       size_t n, struct err *err);
/* Adds the segment text[start..end), which has a letter or digit; false: no
 * memory. */
bool words_put(struct words *out, const char *text, size_t start, size_t end);
unsigned word_flags(const char *p, size_t n);

/* text_break.c: the words of text[from..to), which begins and ends at a
 * boundary; and all boundaries of a text (for tests). */
enum status icu_words(struct words *out, struct analyzer *a, const char *text,
		      size_t from, size_t to, struct err *err);
enum status icu_boundaries(size_t **out, size_t *n_out, struct analyzer *a,
			   const char *text, size_t n, struct err *err);

/* text_break.c: all boundaries of a text's sentences but its end. */
enum status icu_sentences(size_t **starts, size_t *n_starts, struct analyzer *a,
			  const char *text, size_t n, struct err *err);

/* text.c: NFKC_Casefold of p[0..n), and its form without the three accents.
 * Marks past MARKS_MAX in a row are dropped first; ill-formed bytes become
 * U+FFFD; every apostrophe becomes '.  Either buffer may be NULL. */
enum status icu_fold(struct buf *surface, struct buf *folded, struct analyzer *a,
		     const char *p, size_t n, struct err *err);
enum status icu_unaccent(struct buf *folded, struct analyzer *a, const char *p,
			 size_t n, struct err *err);

bool icu_is_apostrophe(unsigned long cp); /* whatever is typed for ' */

/* text_props.c */
bool icu_is_alnum(unsigned long cp);
bool icu_is_latin(unsigned long cp);
bool icu_is_upper(unsigned long cp);
bool icu_is_space(unsigned long cp);
bool icu_is_ignored(unsigned long cp); /* folding takes it out: a soft hyphen */
bool icu_is_mark(unsigned long cp);
unsigned long icu_base(unsigned long cp); /* the letter under its marks */

/* text_fold.c: one word.  surface_n 0 = too long, or nothing left. */
enum status fold_word(struct folded *out, struct analyzer *a, const char *p, size_t n,
		      unsigned flags, struct err *err);
/* plain from surface. */
enum status fold_surface(struct folded *io, struct analyzer *a, struct err *err);
/* The accents off the Latin-1 letters of a folded word; the rest as it is.
 * p ends in a NUL, out may be p.  Returns the length. */
size_t fold_latin1(char *out, const char *p, size_t n);
/*
 * Latin-1 letters are C3 and a second byte: capitals 80..9E, small letters 20
 * above them; 97 and B7 are signs, 9F is sharp s, which folds to two letters
 * and so is left to ICU.  In a word of WORD_LATIN1 no other bytes of 80 and
 * more stand, so each byte folds by itself, and sixteen at once.
 */
static inline unsigned char fold_lower(unsigned char c)
{
	return (unsigned char)(c + (((unsigned char)(c - 'A') < 26) << 5) +
			       (((unsigned char)(c - 0x80) < 0x1F) << 5));
}
#define FOLD_BLOCK 16
typedef unsigned char fold_block __attribute__((vector_size(FOLD_BLOCK)));
static inline fold_block fold_lower_block(fold_block v)
{
	fold_block capital = (fold_block)(v - 'A' < 26),
		   latin = (fold_block)(v - 0x80 < 0x1F);

	return v + ((capital | latin) & 0x20);
}

/* ---- tokens in the making.  Until the end of the pass a token's surface and
 * folded are offsets into tokens.bytes. */

struct maker {
	struct tokens *out;
	struct analyzer *a;
	const char *text;
	size_t n;
	const struct word *words;
	size_t words_n;
	unsigned position; /* of the last printed form */
	size_t chain;	   /* up to this word a hyphen chain's joined form is put */
	const struct word_heads *heads; /* of the words to be made; NULL: all */
	struct err *err;
};

enum { PUT_VARIANT = 1, PUT_PIECE = 2, PUT_EXACT = 4, PUT_CAPITAL = 8 };

/* What a token is but for its bytes. */
struct shape {
	size_t start, end;
	enum token_kind kind;
	unsigned how, span; /* span 0 means 1 */
};

/* A word as printed, possibly several segments. */
struct unit {
	struct folded f;
	size_t start, end;
	enum token_kind kind;
	unsigned flags;
};

/* text_tokens.c.  Put adds a token at m->position, a variant only if it is not
 * there yet; nothing if there are no bytes, or too many. */
enum status put_folded(struct maker *m, const struct folded *f, struct shape s);
enum status put_surface(struct maker *m, const char *p, size_t n, struct shape s);
/* text[start..end) of the original as a token. */
enum status put_text(struct maker *m, size_t start, size_t end, unsigned how);
enum status unit_load(struct maker *m, struct unit *u, size_t i);
struct shape unit_shape(const struct unit *u, unsigned how);
bool unit_letters(const struct unit *u); /* letters only */
/* Puts u at a new position with all its forms; its last word is i.  *taken:
 * the last word that was used. */
enum status unit_put(size_t *taken, struct maker *m, struct unit *u, size_t i);
/* The forms that u has by itself: capitals, apostrophes, @, x. */
enum status unit_own_forms(struct maker *m, const struct unit *u);

/* Where the word after i begins; m->n after the last. */
size_t gap_end(const struct maker *m, size_t i);
/* Bytes of the blank at p (space, tab, no-break spaces); 0 = none. */
size_t at_blank(const char *p, size_t n);
static inline bool at_string(const char *p, size_t n, const char *what)
{
	size_t k = strlen(what);

	return n >= k && memcmp(p, what, k) == 0;
}
bool is_listed(const char *p, size_t n, const char *const *list);
static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* text_gender.c: surfaces in, surfaces out. */
#define FORMS_MAX 8
struct forms {
	char v[FORMS_MAX][WORD_MAX + 16];
	size_t len[FORMS_MAX];
	size_t n;
};
/* Both forms of chilen@s, todxs, todes; none for any other word. */
void gender_neutral(struct forms *out, const char *surface, size_t n);
/* A filter over the first four bytes of those in -e and -es, so that nearly
 * every other word is known for one at once. */
void gender_filter(uint64_t filter[NEUTRAL_BITS / 64]);
static inline uint32_t gender_bit(uint32_t first)
{
	return first * 0x9E3779B1u >> 22;
}
static inline bool gender_maybe_neutral(const struct analyzer *a, uint32_t first)
{
	uint32_t bit = gender_bit(first);

	return a->neutral[bit / 64] >> bit % 64 & 1;
}
/* How u goes on: /as, (a)s.  Fills forms; *last and *end move past what
 * belongs to it; *tail: an s behind the bracket is of all of them. */
enum status gender_endings(size_t *last, size_t *end, struct forms *forms, bool *tail,
			   struct maker *m, const struct unit *u, size_t i);
/* The s of niño(a)s: base and forms to their plurals, all in io. */
void gender_tail(struct forms *io, const char *base, size_t base_n);
bool gender_at_word(const char *p, size_t n); /* chilen@s, no address */

/* text_number.c: word i has a digit. */
enum status number_put(size_t *taken, struct maker *m, size_t i);
/* The number text[start..end) and its other ways to be written, at the present
 * position. */
enum status number_digits(struct maker *m, size_t start, size_t end);
/* Word i is the N° of a number that is word i + 1. */
bool number_sign(const struct maker *m, size_t i);

/* text_hyphen.c: *taken SIZE_MAX: nothing is joined. */
enum status hyphen_joined(size_t *taken, struct maker *m, const struct unit *first,
			  size_t i);
enum status hyphen_chain(struct maker *m, const struct unit *first, size_t i);
size_t at_hyphen(const char *p, size_t n, bool dashes);

/* text_signs.c */
bool sign_inside(const char *p, size_t n);
enum status signs_put(struct maker *m, const struct word *w);
enum status signs_camel(struct maker *m, const struct unit *u);
enum status signs_apostrophe(struct maker *m, const struct unit *u);
/* DD. HH.: the joined form, once the first word is put. */
enum status signs_spaced_acronym(struct maker *m, const struct unit *first, size_t i);

#ifdef __cplusplus
}
#endif
#endif
