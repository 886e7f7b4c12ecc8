#ifndef NAMES_PARTS_H
#define NAMES_PARTS_H
/*
 * names (inner part) - names_build.c makes the lists from the tables, names.c
 * looks words up in them.
 */
#include "names.h"

struct glued {
	const char *text, *printed;
};

struct names {
	const struct lexicon *lexicon;
	struct arena *arena;
	struct place_names places, groups;
	bool more;	     /* the rest is there; made when first asked for */
	struct glued *glued; /* sorted by text */
	size_t n_glued, cap_glued;
	struct names_word *word; /* sorted by text */
	size_t n_words, cap_words;
};

/* Makes what only words that are nowhere ask for: glued and word.  What is left
 * out for want of memory is not known: no more than that. */
void names_more(struct names *n);

#endif
