#ifndef QUERY_H
#define QUERY_H
/*
 * query - what to look for, as plain data: a tree of clauses over index terms
 * (made with terms.h, never straight from a user) that reader.h runs.
 *
 * A tree lives in its arena and dies with it.  Depth is bounded by whoever
 * builds it (QUERY_DEPTH_MAX), so that walking it may recurse.
 */
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "docset.h"
#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define QUERY_DEPTH_MAX 40

enum clause_op {
	Q_NONE,	     /* matches nothing */
	Q_ALL,	     /* matches everything, weight 0 */
	Q_TERM,	     /* term */
	Q_SYNONYM,   /* children weighed as if they were one term */
	Q_AND,	     /* all children */
	Q_OR,	     /* any child; weights add up */
	Q_AND_NOT,   /* child[0] and none of the others */
	Q_AND_MAYBE, /* child[0]; the others only add weight */
	Q_FILTER,    /* child[0], but only where the others match; no weight */
	Q_MAX,	     /* any child; the greatest weight counts */
	Q_PHRASE,    /* terms with positions in this order and window */
	Q_NEAR,	     /* the same in any order; children terms or ORs of terms */
	Q_SCALE,     /* child[0], weight multiplied by factor (0: boolean) */
	Q_DOCSET,    /* the documents of docs; each weighs factor, usually 0 */
};

struct clause {
	enum clause_op op;
	const char *term;	   /* Q_TERM */
	unsigned window;	   /* Q_PHRASE, Q_NEAR: words spanned */
	double factor;		   /* Q_SCALE, Q_DOCSET */
	const struct docset *docs; /* Q_DOCSET: borrowed */
	struct clause **child;
	size_t n;
};

/* NULL = no memory.  clause_add: false = no memory. */
struct clause *clause_new(struct arena *a, enum clause_op op);
struct clause *clause_term(struct arena *a, const char *term, size_t n);
struct clause *clause_scale(struct arena *a, struct clause *c, double factor);
int clause_add(struct arena *a, struct clause *parent, struct clause *child);

#ifdef __cplusplus
}
#endif
#endif
