#include "plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "expand.h"
#include "filter.h"
#include "messages.h"
#include "words.h"

struct docset *plan_set(struct plan *p)
{
	struct docset *s = arena_alloc(p->arena, sizeof *s);

	if (!s)
		return NULL;
	if (!array_more(&p->sets, &p->cap_sets, p->n_sets, sizeof *p->sets, 8))
		return NULL;
	if (docset_init(s, reader_last(p->engine->reader), NULL))
		return NULL;
	p->sets[p->n_sets++] = s;
	return s;
}

void plan_close(struct plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n_sets; i++)
		docset_release(p->sets[i]);
	free(p->sets);
	arena_close(p->arena);
	free(p);
}

/* ---- facets in the text: municipio:temuco ---- */

/* What a facet's value stands for in this index.  One that is no value of it
 * is words, as it may well be (pasted "Sello:Migrante"); the answer says so. */
static enum status S_facet(struct plan *p, struct node *n, struct err *err)
{
	struct engine *e = p->engine;
	struct docset *docs = plan_set(p);
	struct strs slugs = {0};
	struct err why;
	uint32_t *values;
	size_t n_values = 0;
	enum status st;

	if (!docs)
		return err_nomem(err);
	st = filter_find(&slugs, e, n->facet, n->text, n->n, true, &why);
	if (st == ST_USAGE) {
		strs_release(&slugs);
		st = plan_notice(p, "unknown_value", NULL, 0, err,
				 _("%s; searched as words"), why.text);
		if (n->named) {
			n->n += (size_t)(n->text - n->named);
			n->text = n->named;
		}
		n->kind = NODE_WORD;
		return st;
	}
	if (st && err)
		*err = why;
	values = st ? NULL : calloc(slugs.n + 1, sizeof *values);
	if (!st && !values)
		st = err_nomem(err);
	for (size_t i = 0; !st && i < slugs.n; i++) {
		long at = column_find(e->column, n->facet, slugs.v[i],
				      strlen(slugs.v[i]));

		if (at >= 0)
			values[n_values++] = (uint32_t)at;
	}
	if (!st) {
		column_select(docs, e->column, n->facet, values, n_values);
		n->docs = docs;
		if (!n_values)
			st = plan_notice(p, "empty_value", NULL, 0, err,
					 _("no ficha has %s:%.*s"),
					 facet_table[n->facet].query_en, (int)n->n,
					 n->text);
	}
	free(values);
	strs_release(&slugs);
	return st;
}

/* ---- leaves to items ---- */

static enum status S_items(struct plan *p, struct node *n, bool negated,
			   struct err *err)
{
	enum status st = ST_OK;

	negated = negated || n->sign == SIGN_MINUS;
	switch (n->kind) {
	case NODE_FACET:
		st = engine_need(p->engine, ENGINE_COLUMN | ENGINE_LEXICON, err);
		if (!st)
			st = S_facet(p, n, err);
		if (!st && n->kind == NODE_WORD)
			st = words_items(p, n, negated, err);
		return st;
	case NODE_WORD:
	case NODE_PHRASE:
	case NODE_NEAR:
	case NODE_PREFIX:
	case NODE_FUZZY:
		st = words_items(p, n, negated, err);
		if (!st && n->short_prefix)
			st = plan_notice(p, "short_prefix", NULL, 0, err,
					 _("%.*s*: a prefix has %d letters or more; "
					   "searched as a word"),
					 (int)n->n, n->text, PREFIX_LETTERS_MIN);
		return st;
	case NODE_LIST:
	case NODE_AND:
	case NODE_OR:
		break;
	}
	for (size_t i = 0; !st && i < n->n_child; i++)
		st = S_items(p, n->child[i], negated, err);
	return st;
}

/* Which items take part: stop words only where nothing else is asked for. */
static enum status S_count(struct plan *p, struct err *err)
{
	size_t terms = 0, bits = 0;
	bool keep_stops = true;

	for (size_t i = 0; i < p->n_items; i++)
		if (!p->items[i].stop && !p->items[i].negated)
			keep_stops = false;
	for (size_t i = 0; i < p->n_items; i++) {
		struct item *item = &p->items[i];

		item->counts = !item->stop || item->signed_ || keep_stops;
		if (!item->counts)
			continue;
		terms += item->n_places;
		if (terms > QUERY_TERMS_MAX) {
			err_set(err, ST_USAGE,
				_("more than %d words; shorten the query"),
				QUERY_TERMS_MAX);
			if (err)
				err->column = item->column;
			return ST_USAGE;
		}
		if (!item->negated)
			item->bit = (uint64_t)1 << bits++;
	}
	return ST_OK;
}

/* ---- trees ---- */

struct build {
	struct plan *p;
	bool any;    /* one word is enough */
	bool differ; /* it made a difference */
};

/* A node of `op` over v, or v's only one; NULL where n is 0. */
static struct clause *S_join(struct plan *p, enum clause_op op, struct clause **v,
			     size_t n)
{
	struct clause *c;

	if (n < 2)
		return n ? v[0] : NULL;
	c = clause_new(p->arena, op);
	for (size_t i = 0; c && i < n; i++)
		if (!clause_add(p->arena, c, v[i]))
			return NULL;
	return c;
}

static enum status S_tree(struct clause **out, struct build *b, const struct node *n,
			  bool negated, struct err *err);

static enum status S_leaf(struct clause **out, struct build *b, const struct node *n,
			  bool negated, struct err *err)
{
	struct clause **v =
		arena_alloc(b->p->arena, (n->n_items + 1) * sizeof(struct clause *));
	bool any = b->any && !negated;
	size_t k = 0;

	if (!v)
		return err_nomem(err);
	for (size_t i = 0; i < n->n_items; i++)
		if (b->p->items[n->item + i].counts)
			v[k++] = b->p->items[n->item + i].clause;
	*out = S_join(b->p, any ? Q_OR : Q_AND, v, k);
	b->differ = b->differ || (any && k > 1);
	return *out || !k ? ST_OK : err_nomem(err);
}

static bool S_is_facet(const struct node *n)
{
	if (n->kind == NODE_FACET)
		return true;
	for (size_t i = 0; i < n->n_child; i++)
		if (!S_is_facet(n->child[i]))
			return false;
	return n->n_child > 0;
}

/*
 * Side by side.  What has a minus is taken away; facets and what has a plus
 * must match; of the rest all must, or (any) one, or none where a plus says
 * already what must.
 */
static enum status S_list(struct clause **out, struct build *b, const struct node *n,
			  bool negated, struct err *err)
{
	struct arena *a = b->p->arena;
	size_t size = (n->n_child + 2) * sizeof(struct clause *), kinds[4] = {0};
	enum { MUST, PLUS, MAY, NOT };
	struct clause **v[4], *core, *c;
	bool any = b->any && !negated;

	for (int i = 0; i < 4; i++)
		if (!(v[i] = arena_alloc(a, size)))
			return err_nomem(err);
	v[NOT][kinds[NOT]++] = NULL; /* the place of what they are taken from */
	for (size_t i = 0; i < n->n_child; i++) {
		const struct node *child = n->child[i];
		bool minus = child->sign == SIGN_MINUS;
		int kind = minus			     ? NOT
			   : S_is_facet(child)		     ? MUST
			   : child->sign == SIGN_PLUS && any ? PLUS
							     : MAY;
		enum status st = S_tree(&c, b, child, negated || minus, err);

		if (st)
			return st;
		if (c)
			v[kind][kinds[kind]++] = c;
	}
	b->differ = b->differ || (any && kinds[MAY] + (kinds[PLUS] > 0) > 1);
	core = S_join(b->p, any ? Q_OR : Q_AND, v[MAY], kinds[MAY]);
	if (!core && kinds[MAY])
		return err_nomem(err);
	if (kinds[PLUS]) {
		struct clause *pair[2] = {S_join(b->p, Q_AND, v[PLUS], kinds[PLUS]),
					  core};

		core = S_join(b->p, Q_AND_MAYBE, pair, core ? 2 : 1);
		if (!core)
			return err_nomem(err);
	}
	if (core)
		v[MUST][kinds[MUST]++] = core;
	core = S_join(b->p, Q_AND, v[MUST], kinds[MUST]);
	if (!core && kinds[MUST])
		return err_nomem(err);
	if (kinds[NOT] > 1) {
		v[NOT][0] = core ? core : clause_new(a, Q_ALL);
		if (!v[NOT][0] || !(core = S_join(b->p, Q_AND_NOT, v[NOT], kinds[NOT])))
			return err_nomem(err);
	}
	*out = core;
	return ST_OK;
}

static enum status S_tree(struct clause **out, struct build *b, const struct node *n,
			  bool negated, struct err *err)
{
	struct clause **v, *c;
	size_t k = 0;

	*out = NULL;
	switch (n->kind) {
	case NODE_WORD:
	case NODE_PHRASE:
	case NODE_NEAR:
	case NODE_PREFIX:
	case NODE_FUZZY:
		return S_leaf(out, b, n, negated, err);
	case NODE_FACET:
		*out = clause_new(b->p->arena, Q_DOCSET);
		if (!*out)
			return err_nomem(err);
		(*out)->docs = n->docs;
		return ST_OK;
	case NODE_LIST:
		return S_list(out, b, n, negated, err);
	case NODE_AND:
	case NODE_OR:
		break;
	}
	v = arena_alloc(b->p->arena, n->n_child * sizeof(struct clause *));
	if (!v)
		return err_nomem(err);
	for (size_t i = 0; i < n->n_child; i++) {
		enum status st = S_tree(&c, b, n->child[i], negated, err);

		if (st)
			return st;
		if (c)
			v[k++] = c;
	}
	*out = S_join(b->p, n->kind == NODE_AND ? Q_AND : Q_OR, v, k);
	return *out || !k ? ST_OK : err_nomem(err);
}

static unsigned S_depth(const struct clause *c)
{
	unsigned deepest = 0;

	for (size_t i = 0; i < c->n; i++) {
		unsigned d = S_depth(c->child[i]);

		deepest = d > deepest ? d : deepest;
	}
	return deepest + 1;
}

static enum status S_trees(struct plan *p, struct err *err)
{
	struct clause **out[2] = {&p->all, &p->any};
	enum status st = ST_OK;

	p->same = true;
	for (int any = 0; !st && any < 2; any++) {
		struct build b = {.p = p, .any = any};

		if (p->root)
			st = S_tree(out[any], &b, p->root, p->root->sign == SIGN_MINUS,
				    err);
		if (!st && !*out[any] && !(*out[any] = clause_new(p->arena, Q_ALL)))
			st = err_nomem(err);
		p->same = p->same && !b.differ;
	}
	if (!st && S_depth(p->all) > QUERY_DEPTH_MAX)
		st = err_set(err, ST_USAGE, "%s",
			     _("the query is nested too deeply; take brackets away"));
	return st;
}

enum status plan_without(struct clause **out, struct plan *p, size_t i, bool any,
			 struct err *err)
{
	struct build b = {.p = p, .any = any};
	enum status st;

	*out = NULL;
	p->items[i].counts = false;
	st = S_tree(out, &b, p->root, false, err);
	p->items[i].counts = true;
	return st;
}

/* ---- the whole ---- */

static enum status S_make(struct plan *p, struct err *err)
{
	const struct request *r = p->request;
	enum status st = arena_open(&p->arena, err);

	p->marks.arena = p->arena;
	if (!st)
		st = engine_need(p->engine, ENGINE_TEXT | ENGINE_READER, err);
	if (!st)
		st = parse_query(&p->root, &p->clean, p->arena, p->engine->analyzer,
				 r->query ? r->query : "", r->query_n, err);
	if (!st && p->root)
		st = engine_need(p->engine, ENGINE_LEXICON | ENGINE_VOCABULARY, err);
	if (!st && p->root)
		st = S_items(p, p->root, false, err);
	if (!st)
		st = S_count(p, err);
	for (size_t i = 0; !st && i < p->n_items; i++) {
		if (!p->items[i].counts)
			continue;
		st = words_item(p, i, err);
		p->has_weight = p->has_weight || !p->items[i].negated;
	}
	if (!st && p->n_items)
		st = expand_plan(p, err);
	return st ? st : S_trees(p, err);
}

enum status plan_open(struct plan **out, struct engine *e, const struct request *r,
		      struct err *err)
{
	struct plan *p = calloc(1, sizeof *p);
	enum status st;

	*out = NULL;
	if (!p)
		return err_nomem(err);
	p->engine = e;
	p->request = r;
	st = S_make(p, err);
	if (st) {
		plan_close(p);
		return st;
	}
	*out = p;
	return ST_OK;
}

/* ---- what expand.c calls ---- */

enum status plan_alternative(struct plan *p, size_t at, struct clause *c,
			     double strength, struct err *err)
{
	struct item *i = &p->items[at];

	if (!i->choice) {
		i->choice = clause_new(p->arena, Q_MAX);
		if (!i->choice || !clause_add(p->arena, i->choice, i->clause))
			return err_nomem(err);
		i->clause = i->choice;
	}
	return clause_add(p->arena, i->choice,
			  clause_scale(p->arena, c, strength * i->weight))
		       ? ST_OK
		       : err_nomem(err);
}

/* Arrays that grow one by one; the arena keeps the old ones, and there are few. */
static void *S_grow(struct plan *p, const void *v, size_t n, size_t size)
{
	void *more = arena_alloc(p->arena, (n + 1) * size);

	if (more && n)
		memcpy(more, v, n * size);
	return more;
}

static const char *S_copy(struct plan *p, const char *s)
{
	return arena_copy(p->arena, s, strlen(s));
}

enum status plan_expansion(struct plan *p, const char *word, const char *kind,
			   const char *strength, const char *const *to, size_t n_to,
			   struct err *err)
{
	struct expansion *v = S_grow(p, p->expansions, p->n_expansions,
				     sizeof *p->expansions),
			 *x;

	if (!v)
		return err_nomem(err);
	p->expansions = v;
	x = &v[p->n_expansions];
	x->word = S_copy(p, word);
	x->kind = S_copy(p, kind);
	x->strength = S_copy(p, strength);
	x->to = arena_alloc(p->arena, (n_to + 1) * sizeof(const char *));
	if (!x->word || !x->kind || !x->strength || !x->to)
		return err_nomem(err);
	for (size_t i = 0; i < n_to; i++)
		if (!(x->to[i] = S_copy(p, to[i])))
			return err_nomem(err);
	x->n_to = n_to;
	p->n_expansions++;
	return ST_OK;
}

enum status plan_notice(struct plan *p, const char *code, const char *word,
			size_t count, struct err *err, const char *fmt, ...)
{
	struct notice *v = S_grow(p, p->notices, p->n_notices, sizeof *p->notices), *x;
	char text[600];
	va_list ap;

	if (!v)
		return err_nomem(err);
	p->notices = v;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	x = &v[p->n_notices];
	x->code = S_copy(p, code);
	x->message = S_copy(p, text);
	x->word = word ? S_copy(p, word) : NULL;
	x->count = count;
	if (!x->code || !x->message || (word && !x->word))
		return err_nomem(err);
	p->n_notices++;
	return ST_OK;
}
