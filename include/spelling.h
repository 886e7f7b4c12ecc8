#ifndef SPELLING_H
#define SPELLING_H
/*
 * spelling - how far a typed word is from another, as those who write Spanish
 * err: the cheapest way to turn one into the other by edits (a letter added,
 * lost or changed, two neighbours exchanged) and by confusions, which cost a
 * third of an edit because both spellings sound the same:
 *
 *   b v w, s z c, c k q, g j, i y, x s, n ñ; m n before a consonant of the lips
 *   a mute h; a letter twice; b or p before s, s before c, c after x
 *   qu for k or c, ll for y, hu or gu for w, cc or cs for x, ni for ñ
 *   a last d that nobody hears, the g of -ing, the u of gue and gui
 *
 * Words are folded (text.h), so accents cost nothing.  The distance is an
 * alignment after Damerau and Levenshtein (optimal string alignment, each
 * letter is edited once), kept row by row so that a walk over sorted words
 * shares the rows of a common beginning.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPELLING_EDIT	 12 /* what one edit costs */
#define SPELLING_LETTERS 40 /* longer words are never respelled */
#define SPELLING_FAR	 255

/* What each kind of slip costs; nothing costs 0 but the same letter. */
struct spelling_costs {
	unsigned char change, /* one letter for another */
		change_key,   /* for its neighbour on the keyboard */
		change_vowel, /* a vowel for a vowel */
		lose,	      /* a letter of the word is not typed */
		add,	      /* one is typed that is not in the word */
		add_key,      /* and it is a neighbour of the one beside it */
		swap,	      /* two neighbours exchanged */
		sound,	      /* a confusion */
		twice,	      /* a letter twice or once */
		first;	      /* more, where an edit hits the first letter */
};

/* Counts edits: all that are none are confusions.  What is a candidate. */
extern const struct spelling_costs spelling_edits;
/* The same without confusions: plain edit distance, times SPELLING_EDIT. */
extern const struct spelling_costs spelling_plain;
/* What is likely.  Which candidate comes first. */
extern const struct spelling_costs spelling_likely;

#define SPELLING_ALPHABET 28 /* a to z, ñ, anything else */

/* The typed word. */
struct spelling {
	uint32_t letter[SPELLING_LETTERS + 1]; /* 0 after the last */
	unsigned n;
	const struct spelling_costs *costs;
	unsigned limit; /* what costs more is of no interest; below FAR */
	/* What the first j letters may cost at most: the limit, unless the
	 * caller wants the beginning right (spelling_begin). */
	unsigned char most[SPELLING_LETTERS + 1];
	/* Made by spelling_read: the cost of letter j where the word has none,
	 * and where it has another one; whether j - 1 and j may stand for one. */
	unsigned char added[SPELLING_LETTERS];
	unsigned char changed[SPELLING_ALPHABET][SPELLING_LETTERS];
	bool pair[SPELLING_LETTERS];
	unsigned least; /* what any slip costs at least */
};

/* false: no letters, or too many. */
bool spelling_read(struct spelling *out, const char *folded, size_t n,
		   const struct spelling_costs *costs, unsigned limit);
/* Of the first `letters` letters no more than cost_most is to be wrong. */
void spelling_begin(struct spelling *s, unsigned letters, unsigned cost_most);

/* Row k: what it costs at least to turn the typed word's first j letters into
 * the other word's first k; SPELLING_FAR for anything over the limit. */
struct spelling_row {
	unsigned char cost[SPELLING_LETTERS + 1];
	unsigned char from, to; /* outside [from, to) all is far */
	/* Where nothing more may be wrong: the places in the alphabet of those
	 * letters that the next row may be of; all bits where anything may. */
	uint32_t only;
};
#define SPELLING_ANY UINT32_MAX

void spelling_first(struct spelling_row *row, const struct spelling *s);
/* Fills row[k] from the rows before it; word: k letters so far.  false: no
 * longer word that begins so is within the limit. */
bool spelling_next(struct spelling_row *row, unsigned k, const uint32_t *word,
		   const struct spelling *s);

/* A letter's place in the alphabet of spelling_row.only. */
static inline unsigned spelling_place(uint32_t c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' : c == 0xF1 ? 26 : 27;
}

/* From typed to word, or SPELLING_FAR. */
unsigned spelling_cost(const struct spelling *s, const char *word, size_t n);

/* Whether both are nothing but the same letter or a neighbour on a Spanish
 * keyboard. */
bool spelling_near_key(uint32_t a, uint32_t b);

#ifdef __cplusplus
}
#endif
#endif
