#ifndef MARKS_H
#define MARKS_H
/*
 * marks - which words of a stored text a query matched: what snippets mark.
 *
 * Filled while the query's clauses are made, from the same stems and words,
 * so that a highlight can never disagree with the search.  Everything lives
 * in the plan's arena.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query.h"
#include "stem.h"
#include "text.h"

enum mark_kind {
	MARK_STEM,   /* tokens with this stem */
	MARK_WORD,   /* tokens with this folded form */
	MARK_EXACT,  /* tokens with this surface, accents and all */
	MARK_PREFIX, /* tokens whose folded form begins so */
};

struct mark {
	enum mark_kind kind;
	const char *text;
	size_t n;
	unsigned fields; /* bits of enum field, 0 = all */
	uint64_t items;	 /* bits: the plan's items that it belongs to */
	struct mark *next;
};

/* Words near one another; only where all of them are, they are marked. */
struct mark_run {
	struct mark **place; /* one list of marks (by next) for each word */
	size_t n;
	struct word_heads heads;
	unsigned window; /* words spanned at most */
	bool ordered;
	unsigned fields;
	uint64_t items;
	struct mark_run *next;
};

#define MARKS_BUCKETS 64

struct marks {
	struct arena *arena;
	struct mark *bucket[MARKS_BUCKETS]; /* by hash of text */
	struct word_heads heads;	    /* of the words in bucket and prefixes */
	struct word_heads all;		    /* of those in runs, too */
	struct mark *prefixes;
	struct mark_run *runs;
};

/* false = no memory. */
bool marks_add(struct marks *m, enum mark_kind kind, const char *text, size_t n,
	       unsigned fields, uint64_t items);
struct mark_run *marks_run(struct marks *m, size_t n, unsigned window, bool ordered,
			   unsigned fields, uint64_t items);
bool marks_run_word(struct marks *m, struct mark_run *run, size_t place,
		    enum mark_kind kind, const char *text, size_t n);

/* items[i] |= the items that token i of a text of `field` was matched by;
 * items has t->n entries.  The tokens may be some only, those of m->all.  Variants mark
 * what their word prints. */
enum status marks_find(uint64_t *items, const struct marks *m, const struct tokens *t,
		       unsigned field_bit, struct stemmer *s, struct err *err);

#endif
