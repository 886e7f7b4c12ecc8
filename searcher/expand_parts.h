#ifndef EXPAND_PARTS_H
#define EXPAND_PARTS_H
/*
 * expand (inner part) - what its files share:
 *
 *   expand.c        the order of things, and what to think of the query
 *   tables.c        names of places, the thesaurus
 *   repair.c        misspelt, split and joined words
 *   alternatives.c  how what was found stands for what was typed
 *   listed.c        the tables' words as a vocabulary
 *   printed.c       a word with its accents
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

/* ---- alternatives.c: what stands for items, and what it weighs ---- */

/* How many of the items [from, to) count, and their bits. */
size_t expand_counting(const struct expanding *e, size_t from, size_t to,
		       uint64_t *bits);
/* Lets c stand for the items [from, to), at strength for all of them together;
 * each of them gets its share. */
enum status expand_set(struct expanding *e, size_t from, size_t to, struct clause *c,
		       double strength, struct err *err);
/* log2((N + 1) / (documents + 0.5)), as the reader weighs a word. */
double expand_rarity(const struct plan *p, double documents);
/* How many fichas have a word, in the commonest of its forms. */
enum status expand_documents(uint32_t *out, struct plan *p, const char *surface,
			     size_t n, struct err *err);
/* A set of fichas that weighs as a word that only they have; NULL = no memory. */
struct clause *expand_weighed(struct plan *p, const struct docset *docs, double times);

#define VALUES_MAX 16

/* What stands for some words at one strength, as one term. */
struct group {
	struct clause *terms; /* Q_SYNONYM */
	double none;	      /* the share of fichas that have none of it */
	const char *said[VALUES_MAX];
	size_t n;
};

enum status group_open(struct group *g, struct plan *p, struct err *err);
bool group_has(const struct group *g, const char *text);
/* Adds a text that the index has. */
enum status group_add(struct group *g, struct expanding *e, size_t from, size_t to,
		      const char *text, struct err *err);
enum status group_use(struct group *g, struct expanding *e, size_t from, size_t to,
		      double strength, struct err *err);

/* One word for the items [from, to).  *found: some ficha has it. */
enum status expand_word(bool *found, struct expanding *e, size_t from, size_t to,
			const char *word, double strength, struct err *err);
/* The same for words near one another. */
enum status expand_words(bool *found, struct expanding *e, size_t from, size_t to,
			 const char *text, double strength, struct err *err);

/* ---- tables.c: names and the thesaurus.  again: only what repaired words have
 * to do with ---- */

enum status tables_names(struct expanding *e, bool again, struct err *err);
enum status tables_synonyms(struct expanding *e, bool again, struct err *err);
enum status tables_offers(struct expanding *e, struct err *err);
enum status tables_backward(struct expanding *e, struct err *err);

/* ---- repair.c: words that no ficha has ---- */

enum status repair_join(struct expanding *e, struct err *err);
/* Splits, or repairs, which may change e->asked (fate.replaced). */
enum status repair_words(struct expanding *e, struct err *err);

/* ---- expand.c ---- */

/* What was typed as the items [from, to). */
const char *expand_typed(struct expanding *e, size_t from, size_t to);

/* ---- listed.c ---- */

/* Fills x->vocabulary and x->listed. */
enum status expander_listed(struct expander *x, struct engine *e, struct err *err);
/* The listed word with the index of x->vocabulary. */
const struct listed *expander_word(const struct expander *x, uint32_t index);

/* ---- printed.c ---- */

/* A folded word as some ficha prints it, case folded but with its accents, or
 * the word itself; the arena's. */
enum status printed_word(const char **out, struct plan *p, const char *folded, size_t n,
			 struct err *err);

#endif
