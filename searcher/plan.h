#ifndef PLAN_H
#define PLAN_H
/*
 * plan - what was typed, as what to run: the words of a query with the index
 * terms that stand for each, and the clause trees made of them.
 *
 * parse.h gives the tree of what was meant; each of its leaves becomes one or
 * more items here (escuelas/liceos is one leaf and two items); expand.h may
 * add other ways to say an item; then the same leaves are joined twice, once
 * so that every item must match and once so that any may.
 */
#include <stdbool.h>
#include <stddef.h>

#include "engine.h"
#include "marks.h"
#include "parse.h"
#include "query.h"
#include "request.h"

enum item_kind { ITEM_WORD, ITEM_PHRASE, ITEM_NEAR, ITEM_PREFIX, ITEM_FUZZY };

/* One way to write a word. */
struct form {
	const char *surface, *folded;
	size_t surface_n, folded_n;
	bool exact_only; /* never stemmed */
};
/* The forms that may stand at one position, the typed one first. */
struct place {
	struct form *v;
	size_t n;
};

struct item {
	enum item_kind kind;
	const char *text; /* as typed, NUL-terminated */
	size_t column;
	struct place *places; /* one, but for phrases */
	size_t n_places;
	unsigned span; /* ITEM_PHRASE, ITEM_NEAR: positions from first to last */
	unsigned slop; /* ITEM_NEAR: more words; ITEM_FUZZY: edits, 0 = by length */
	enum token_kind token;
	bool capital;	 /* typed with a capital first letter */
	bool stop;	 /* a stop word */
	bool signed_;	 /* typed with a sign or a field: a stop word stays */
	bool negated;	 /* below a minus */
	bool expandable; /* a bare positive word: others may stand for it */
	bool known;	 /* some ficha has a form of it */
	unsigned fields; /* where it looks: bits of enum field, 0 = all */
	bool counts;	 /* takes part: not a stop word beside other words */
	uint64_t bit;	 /* its bit in marks; 0 where it is negated */
	double weight;	 /* 1, or less for words that say little here */
	const struct node *leaf;
	size_t start, end;     /* bytes of plan.clean that it was typed as */
	struct clause *clause; /* what stands for it; weight 1 is one word's */
	struct clause *choice; /* the Q_MAX in it of plan_alternative(), or NULL */
};

/* What was added to the query, for the answer. */
struct expansion {
	const char *word;     /* as typed */
	const char *kind;     /* "synonym", "typo", "place", "split", ... */
	const char *strength; /* "exact", "related" */
	const char **to;
	size_t n_to;
};

struct notice {
	const char *code;    /* for scripts, stable */
	const char *message; /* for people */
	const char *word;    /* NULL, or the word or filter that it is about */
	size_t count;	     /* fichas that it would bring; 0 = does not apply */
};

struct plan {
	struct arena *arena;
	struct engine *engine;
	const struct request *request;
	const char *clean;  /* the query as NFC */
	struct node *root;  /* NULL: no words */
	struct item *items; /* at most 64 count; stop words come on top */
	size_t n_items, cap_items;
	struct marks marks;
	/* The whole query.  Q_ALL where there are no words. */
	struct clause *all, *any;
	bool has_weight;      /* false: nothing to rank by */
	bool same;	      /* all and any cannot differ */
	bool nowhere;	      /* expand.h: too few of the words are in any ficha */
	struct docset **sets; /* of Q_DOCSET leaves, released with the plan */
	size_t n_sets, cap_sets;
	struct expansion *expansions;
	size_t n_expansions;
	const char *suggestion; /* "did you mean", or NULL */
	struct notice *notices;
	size_t n_notices;
};

/* Makes the plan of r->query.  *out is the caller's: plan_close(). */
enum status plan_open(struct plan **out, struct engine *e, const struct request *r,
		      struct err *err);
void plan_close(struct plan *p); /* NULL is allowed */

/* The tree in which all must match (any: may) without item i; *out NULL where
 * nothing is left. */
enum status plan_without(struct clause **out, struct plan *p, size_t i, bool any,
			 struct err *err);

/* A set that lives as long as the plan, empty; NULL = no memory. */
struct docset *plan_set(struct plan *p);

/* ---- what expand.c calls ---- */

/* Lets clause c (from words.h, for the same item) stand for item i as well,
 * at strength 0..1 of a word's weight. */
enum status plan_alternative(struct plan *p, size_t i, struct clause *c,
			     double strength, struct err *err);
/* Tells the reader of the answer about it; strings are copied. */
enum status plan_expansion(struct plan *p, const char *word, const char *kind,
			   const char *strength, const char *const *to, size_t n_to,
			   struct err *err);
enum status plan_notice(struct plan *p, const char *code, const char *word,
			size_t count, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

#endif
