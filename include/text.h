#ifndef TEXT_H
#define TEXT_H
/*
 * text - bytes to tokens: cleaning, word boundaries, folding.
 *
 * The only room that knows ICU; its 16-bit strings never leave it.  All text
 * in and out is UTF-8 with its length; offsets are bytes into the text that
 * was passed in.  An analyzer is one thread's.
 *
 * Rules: Unicode word boundaries (UAX #29, locale es), NFC (UAX #15, at most
 * 30 combining marks in a row), NFKC case folding; then our own rules for
 * Spanish administrative text, told in text_tokens.c and listed with examples in
 * tests/analysis.tsv.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ANALYSIS_VERSION 2  /* raise it when any rule changes the terms */
#define WORD_MAX	 64 /* bytes of a folded word; longer ones are no words */

struct analyzer;

enum status analyzer_open(struct analyzer **out, struct err *err);
void analyzer_close(struct analyzer *a); /* NULL is allowed */

/* Strict UTF-8 to NFC.  Each maximal ill-formed subsequence becomes U+FFFD
 * (Unicode ch. 3, table 3-8); *replaced counts them.  Leaves control
 * characters alone.  Appends to out. */
enum status text_clean(struct buf *out, size_t *replaced, struct analyzer *a,
		       const char *text, size_t n, struct err *err);

/* True if p[0..n) is well-formed UTF-8.  *at: offset of the first bad byte. */
bool utf8_valid(const char *p, size_t n, size_t *at);
/* Decodes one scalar value at p (n > 0); returns bytes taken, 1..4; an
 * ill-formed subsequence gives U+FFFD. */
size_t utf8_decode(const char *p, size_t n, unsigned long *cp);
/* Code points in p[0..n) (well-formed). */
size_t utf8_count(const char *p, size_t n);

/*
 * A token is one word to look up: a word as printed, or another form of it.
 *
 * Every word as printed has a position of its own, from 1.  At it may stand,
 * after the printed form:
 *   - alternatives (variant): the other gender of apoderados/as, 21325 for
 *     21.325.  Index all; a query asks for any one of them.
 *   - pieces (variant and index_only): migra and udec of MigraUdeC, the N of
 *     N° 3.737.  Index them; a query never asks for them.
 *   - a joined form (variant, span > 1): sellomigrante for Sello-Migrante, of
 *     which sello and migrante have positions of their own.  Index it; a query
 *     asks for it or for all the words of its positions.
 * A printed form that is more than 64 bytes long is no token, but counts.
 */
enum token_kind {
	TOKEN_WORD,
	TOKEN_NUMBER,  /* 21.325, 2°, 2023 */
	TOKEN_ACRONYM, /* DD.HH., or 2 to 6 capitals (which prove little) */
	TOKEN_OTHER    /* a word of another script than Latin */
};

struct token {
	const char *surface; /* case folded, accents kept: what is stemmed */
	const char *folded;  /* without acute, grave and diaeresis; n~ kept */
	size_t surface_n, folded_n;
	size_t start, end; /* bytes in the text: what a highlight marks */
	unsigned position; /* from 1; variants share their word's */
	unsigned span;	   /* positions that it stands for, usually 1 */
	enum token_kind kind;
	bool variant;	 /* not the printed form */
	bool index_only; /* a piece: find the word by it, never ask for it */
	bool exact_only; /* its stem is itself (digits, signs) */
	bool capital;	 /* begins with a capital as printed */
};

#define TOKEN_AHEAD 16 /* bytes that may be read from any surface on */

struct tokens { /* in order of position, the printed form first */
	struct token *v;
	size_t n, cap;
	struct buf bytes; /* what surface and folded point into */
};

void tokens_init(struct tokens *t);
void tokens_release(struct tokens *t);

/* Replaces *out by the tokens of text, which need not be clean.  ST_LIMIT: more
 * than 16 MiB. */
enum status text_tokenize(struct tokens *out, struct analyzer *a, const char *text,
			  size_t n, struct err *err);

/*
 * For who looks for a few words only: how their folded forms begin.  Of the
 * words as printed that no rule concerns and that begin otherwise no token is
 * made; they keep their position.  Two bytes tell most words of a text, four
 * nearly all of them.
 */
struct word_heads {
	uint8_t two[32];   /* begins so; hashed */
	uint8_t begin[32]; /* and so the four bytes that are in... */
	uint8_t four[64];
	bool any; /* may begin in any way */
};

/* Adds words whose first n bytes are p's, at least; nothing is known of those
 * behind.  Fewer than two: any. */
void heads_add(struct word_heads *h, const char *p, size_t n);
/* False: no word that begins as p[0..n) does was added. */
bool heads_have(const struct word_heads *h, const char *p, size_t n);

/* text_tokenize() without those words; of others it may have all, too. */
enum status text_tokenize_some(struct tokens *out, struct analyzer *a,
			       const struct word_heads *heads, const char *text,
			       size_t n, struct err *err);

/* Appends the folded form of a whole text for comparing names and phrases:
 * cleaned, case folded, accents off (n~ kept), white space runs to one blank,
 * trimmed.  `plain` also turns n~ into n and typographic apostrophes off. */
enum status text_fold(struct buf *out, struct analyzer *a, const char *text, size_t n,
		      bool plain, struct err *err);

/* Appends the slug: plain folded letters and digits, everything else one "-",
 * apostrophes dropped: "Viña del Mar" vina-del-mar, "O'Higgins" ohiggins. */
enum status text_slug(struct buf *out, struct analyzer *a, const char *text, size_t n,
		      struct err *err);

/* Appends a byte string whose memcmp order is Spanish dictionary order, cut
 * at max bytes. */
enum status text_sort_key(struct buf *out, struct analyzer *a, const char *text,
			  size_t n, size_t max, struct err *err);

/* Offset of each sentence's start in text, ascending, first always 0. */
enum status text_sentences(size_t **starts, size_t *n_starts, struct analyzer *a,
			   const char *text, size_t n, struct err *err);

/* Terminal columns of a text (East Asian wide = 2, combining = 0). */
size_t text_width(const char *text, size_t n);

/* "72.1" and "15.0": recorded in the manifest. */
const char *text_icu_version(void);
const char *text_unicode_version(void);

#ifdef __cplusplus
}
#endif
#endif
