#ifndef WORDS_PARTS_H
#define WORDS_PARTS_H
/*
 * words (inner part) - what its files share:
 *
 *   words_items.c   a leaf of the query, cut into items
 *   words_forms.c   the ways to write one word, n for ñ and ñ for n included
 *   words_terms.c   one word, prefix or fuzzy word, to index terms
 *   words_phrase.c  words that are to stand together
 *   words.c         what words.h offers: an item, and other texts for it
 */
#include "words.h"

/* ---- words_forms.c ---- */

/* Cuts tokens into places; a variant that stands for several positions (both
 * halves of Sello-Migrante) goes to each of them; first[i] is the token as
 * printed of place i.  Outputs are the arena's. */
enum status words_places(struct place **out, const struct token ***first, size_t *n,
			 struct plan *p, const struct tokens *t, struct err *err);
/* Adds a form to a place whose array is full; false = no memory. */
bool place_add(struct place *to, struct plan *p, const struct form *f);

#define ENYE_LETTERS 4
#define ENYE_FORMS   ((1u << ENYE_LETTERS) - 1)
/* f with n and ñ exchanged: to_enye turns the n's whose bit is set in which
 * (the first is bit 0) into ñ, else every ñ becomes n.  false = no memory or
 * too long. */
bool form_exchange(struct form *out, struct plan *p, const struct form *f, bool to_enye,
		   unsigned which);
/* The forms of f with n for ñ, or ñ for n, that the index has. */
size_t form_enye(struct form out[ENYE_FORMS], struct plan *p, const struct form *f);

/* ---- words_terms.c ---- */

/* Adds the term of a word in every field of the scope (0 = in all at once);
 * false = no memory. */
bool terms_add(struct clause *to, struct plan *p, char class_, unsigned fields,
	       const char *word, size_t n);

/* The stems of a word being gathered, each once. */
#define STEMS_MAX 64
struct stems {
	struct plan *p;
	struct clause *terms; /* Q_SYNONYM */
	unsigned fields;
	uint64_t items;
	const char *v[STEMS_MAX];
	size_t len[STEMS_MAX], n;
	bool known; /* some document has one of them */
};
/* The stems of one form: its own, and those that the index has seen it with. */
enum status stems_add(struct stems *s, const struct form *f, struct err *err);

/* One word: its stems, or (less) the ñ variations; and a little more for the
 * exact form. */
enum status words_word(struct clause **out, bool *known, struct plan *p,
		       const struct place *place, unsigned fields, uint64_t items,
		       struct err *err);
/* The typed form and nothing else, accents and all. */
enum status words_exact(struct clause **out, struct plan *p, struct item *i,
			uint64_t bit, struct err *err);
enum status words_prefix(struct clause **out, struct plan *p, struct item *i,
			 uint64_t bit, struct err *err);
enum status words_fuzzy(struct clause **out, struct plan *p, struct item *i,
			uint64_t bit, struct err *err);

/* ---- words_phrase.c ---- */

/* What to mark where the words stand together. */
enum status words_run(struct plan *p, const struct place *v, size_t n, bool ordered,
		      unsigned window, unsigned fields, uint64_t items, bool surfaces,
		      struct err *err);
/* Words together, in any of the fields: positions are kept field by field. */
enum status words_together(struct clause **out, struct plan *p, const struct place *v,
			   size_t n, bool ordered, unsigned window, unsigned fields,
			   uint64_t items, bool surfaces, struct err *err);
enum status words_phrase(struct clause **out, struct plan *p, struct item *i,
			 uint64_t bit, struct err *err);

/* ---- small things that all of them need ---- */

/* One child needs no parent. */
static inline struct clause *clause_simple(struct clause *c)
{
	return c->n == 1 ? c->child[0] : c;
}

/* A fault of the query at a column. */
static inline enum status words_column(struct err *err, size_t column)
{
	if (err)
		err->column = column;
	return ST_USAGE;
}

#endif
