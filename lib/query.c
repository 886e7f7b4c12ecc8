#include "query.h"

#include <string.h>

struct clause *clause_new(struct arena *a, enum clause_op op)
{
	struct clause *c = arena_alloc(a, sizeof *c);

	if (c) {
		c->op = op;
		c->factor = 1;
	}
	return c;
}

struct clause *clause_term(struct arena *a, const char *term, size_t n)
{
	struct clause *c = clause_new(a, Q_TERM);

	if (c && !(c->term = arena_copy(a, term, n)))
		return NULL;
	return c;
}

struct clause *clause_scale(struct arena *a, struct clause *child, double factor)
{
	struct clause *c = clause_new(a, Q_SCALE);

	if (!c || !child || !clause_add(a, c, child))
		return NULL;
	c->factor = factor;
	return c;
}

/* The child array doubles: its capacity is the power of two >= n, so it grows
 * exactly when n is one. */
int clause_add(struct arena *a, struct clause *parent, struct clause *child)
{
	size_t n = parent->n;

	if (!child)
		return 0;
	if ((n & (n - 1)) == 0) {
		size_t cap = n ? 2 * n : 1;
		struct clause **v = arena_alloc(a, cap * sizeof(struct clause *));

		if (!v)
			return 0;
		if (n)
			memcpy(v, parent->child, n * sizeof(struct clause *));
		parent->child = v;
	}
	parent->child[parent->n++] = child;
	return 1;
}
