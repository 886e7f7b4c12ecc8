#ifndef NAMES_H
#define NAMES_H
/*
 * names - communes, regions, Sello lines and population groups that a query
 * names in passing: "buenas prácticas en viña", "escuelas maule", "RM".
 *
 * The longest name wins and is then not looked into: San Pedro de la Paz is no
 * San Pedro.  A commune whose name is also a word or a surname (the table's
 * column `ambiguity`: Retiro, Navidad, Pinto) is only met after "comuna de",
 * "municipalidad de" and the like; so is one whose article was left out, where
 * what is left is such a word.  A name that is a region's and a commune's
 * (Maule) is the region's, unless such words say which.  Sello lines are met
 * as they are printed, groups by their display name or the words of their
 * slug.
 *
 * Nothing is misspelt here: Lota is no Lolol.  The caller repairs words first,
 * and leaves those alone that names_part knows.
 */
#include "asked.h"
#include "lexicon.h"
#include "status.h"
#include "text.h"

struct names;

/* *out is the caller's: names_close(); it points into the lexicon. */
enum status names_open(struct names **out, const struct lexicon *l, struct err *err);
void names_close(struct names *n); /* NULL is allowed */

struct name {
	size_t from, to; /* the words [from, to), "comuna de" not among them */
	size_t cue;	 /* where those begin; from, where there are none */
	enum facet facet;
	const char *slug, *label;
};

/* All names in the words, from left to right, at most max; returns how many. */
size_t names_find(struct name *out, size_t max, const struct names *n,
		  struct analyzer *a, const struct asked *words, size_t n_words);

/* Whether a folded word is the whole of a name, or one of its words that are
 * no stop words, dangerous or not: never to be respelled. */
bool names_part(struct names *n, const char *folded, size_t len);

/* A name written without its blanks (losandes, vinadelmar): its printed form,
 * or NULL. */
const char *names_glued(struct names *n, const char *folded, size_t len);

/* Each word of the names that is no stop word, folded, for whoever looks for
 * misspelt ones; with the name's facet and slug. */
struct names_word {
	const char *text;
	enum facet facet;
	const char *slug;
};
const struct names_word *names_words(struct names *n, size_t *count);

#endif
