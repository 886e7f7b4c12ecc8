#ifndef TYPOS_H
#define TYPOS_H
/*
 * typos - which words of a vocabulary a misspelt one was meant to be.
 *
 * One edit up to seven letters, two beyond (fuzzy.h); what Spanish writers
 * confuse costs a third of an edit (spelling.h).  Of the words within reach
 * the likeliest come first: by what kind of slip it takes, and how many fichas
 * have the word.  Numbers, acronyms and words of up to three letters are never
 * misspelt; short ones need a likelier slip than long ones.
 *
 * Where no word is within reach, the word's stem may be a confusion away from
 * a stem (combalidar, of which the index only has convalidación).
 */
#include "vocabulary.h"

struct typo {
	uint32_t index; /* of the word, in its vocabulary */
	uint32_t documents;
	unsigned cost; /* by spelling_likely */
	double score;  /* less is likelier */
	bool by_stem;  /* another form of the word that was meant */
};

/* Whether a folded word may be misspelt at all: letters only, four or more. */
bool typos_possible(const char *folded, size_t n);

/* The words that it may have been, the likeliest first: at most max. */
size_t typos_find(struct typo *out, size_t max, struct vocabulary *v,
		  const char *folded, size_t n);
/* The same by stems, confusions only. */
size_t typos_find_stem(struct typo *out, size_t max, struct vocabulary *v,
		       const char *stem, size_t n);

/* Sorts and keeps those not much less likely than the first; returns how many
 * are left. */
size_t typos_best(struct typo *v, size_t n);

#endif
