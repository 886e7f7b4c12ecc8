#ifndef NAMES_PARTS_H
#define NAMES_PARTS_H
/*
 * names (inner part) - names_build.c makes the lists from the tables, names.c
 * looks words up in them.
 */
#include "names.h"

#define SLUG_MAX 96

enum spelt {
	SPELT_WHOLE, /* the name or an alias */
	SPELT_BARE,  /* without its article */
	SPELT_CUED,  /* a number: only beside "región" */
};

struct entry {
	const char *slug;
	enum facet facet;
	const char *value, *label;
	enum spelt spelt;
	bool dangerous; /* also an everyday word */
};

struct glued {
	const char *text, *printed;
};

struct names {
	const struct lexicon *lexicon;
	struct arena *arena;
	struct entry *place, *group; /* sorted by slug */
	size_t n_places, n_groups, cap_places, cap_groups;
	bool more;	     /* the rest is there; made when first asked for */
	struct glued *glued; /* sorted by text */
	size_t n_glued, cap_glued;
	struct names_word *word; /* sorted by text */
	size_t n_words, cap_words;
};

/* Letters and digits of n bytes to out, folded, ñ as n if plain; everything
 * else ends a word: '-' between, unless glue.  The length; 0 = does not fit. */
size_t names_slug(char out[SLUG_MAX], const char *text, size_t n, bool plain,
		  bool glue);
/* Makes what only words that are nowhere ask for: glued and word.  What is left
 * out for want of memory is not known: no more than that. */
void names_more(struct names *n);

#endif
