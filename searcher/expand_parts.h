#ifndef EXPAND_PARTS_H
#define EXPAND_PARTS_H
/*
 * expand (inner part) - what expand.c (names, synonyms, the decision) and
 * repair.c (typos, split, join) share.
 */
#include "asked.h"
#include "expand.h"
#include "names.h"
#include "thesaurus.h"

/* A word that the tables know, whether or not a ficha has it. */
struct listed {
	const char *folded;  /* in the order of the vocabulary made of them */
	const char *printed; /* with accents */
	bool stop;
};

struct expander {
	struct arena *arena;
	struct thesaurus *thesaurus;
	struct names *names;
	/* Made when first asked for: the words of both and the stop words. */
	struct vocabulary *vocabulary;
	struct buf vocabulary_bytes;
	struct listed *listed;
	size_t n_listed;
};

/* What became of an item. */
struct fate {
	bool named;	      /* part of a commune's or region's name */
	bool exists;	      /* some ficha has it, or what stands for it */
	bool replaced;	      /* asked[i] is not what was typed */
	const char *repaired; /* what was meant, printed; for the suggestion */
};

struct expanding {
	struct plan *p;
	struct expander *x;
	struct asked *asked; /* one for each item of the plan */
	struct fate *fate;
};

/* repair.c.  Joined words; then every item that no ficha has: split, or
 * repaired, which may change e->asked (fate.replaced). */
enum status repair_join(struct expanding *e, struct err *err);
enum status repair_words(struct expanding *e, struct err *err);

/* Lets one word stand for the items [from, to), at strength for all of them
 * together.  *found: some ficha has it. */
enum status expand_word(bool *found, struct expanding *e, size_t from, size_t to,
			const char *word, double strength, struct err *err);
/* The same for words near one another. */
enum status expand_words(bool *found, struct expanding *e, size_t from, size_t to,
			 const char *text, double strength, struct err *err);
/* What was typed as the items [from, to). */
const char *expand_typed(struct expanding *e, size_t from, size_t to);

/* listed.c: fills x->vocabulary and x->listed. */
enum status expander_listed(struct expander *x, struct engine *e, struct err *err);
/* The listed word with the index of x->vocabulary. */
const struct listed *expander_word(const struct expander *x, uint32_t index);

/* printed.c: a folded word as some ficha prints it, case folded but with its
 * accents, or the word itself; the arena's. */
const char *printed_word(struct plan *p, const char *folded, size_t n);

#endif
