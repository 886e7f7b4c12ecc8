#include "expand_parts.h"

#include <stdlib.h>
#include <string.h>

/* The share of what a query says that no ficha has, from which on the rest is no
 * answer. */
#define NOWHERE 0.75

/* ---- what the engine keeps ---- */

void expander_close(struct expander *x)
{
	if (!x)
		return;
	thesaurus_close(x->thesaurus);
	names_close(x->names);
	vocabulary_close(x->vocabulary);
	buf_release(&x->vocabulary_bytes);
	free(x->listed);
	arena_close(x->arena);
	free(x);
}

static enum status S_need(struct engine *e, struct err *err)
{
	struct expander *x;
	enum status st = engine_need(e, ENGINE_ALL, err);

	if (st || e->expander)
		return st;
	x = calloc(1, sizeof *x);
	if (!x)
		return err_nomem(err);
	buf_init(&x->vocabulary_bytes, 0);
	st = arena_open(&x->arena, err);
	if (!st)
		st = thesaurus_open(&x->thesaurus, e->lexicon, e->analyzer, e->stemmer,
				    err);
	if (!st)
		st = names_open(&x->names, e->lexicon, err);
	if (st) {
		expander_close(x);
		return st;
	}
	e->expander = x;
	return ST_OK;
}

/* ---- the items as words side by side ---- */

/* Gives each leaf's first item the list that it stands in.  The parser bounds
 * the depth. */
static void S_parents(const struct node **parent, const struct node *n,
		      const struct node *above)
{
	for (size_t i = 0; i < n->n_child; i++)
		S_parents(parent, n->child[i], n);
	if (!n->n_child)
		for (size_t i = 0; i < n->n_items; i++)
			parent[n->item + i] = above;
}

static enum status S_asked(struct expanding *e, struct err *err)
{
	struct plan *p = e->p;
	const struct node **parent =
		arena_alloc(p->arena, (p->n_items + 1) * sizeof(const struct node *));

	e->asked = arena_alloc(p->arena, (p->n_items + 1) * sizeof *e->asked);
	e->fate = arena_alloc(p->arena, (p->n_items + 1) * sizeof *e->fate);
	if (!parent || !e->asked || !e->fate)
		return err_nomem(err);
	S_parents(parent, p->root, NULL);
	for (size_t i = 0; i < p->n_items; i++) {
		const struct item *item = &p->items[i];
		const struct form *f = &item->places[0].v[0];

		e->fate[i].exists = item->known || !item->bit;
		e->asked[i] = (struct asked){
			.surface = f->surface,
			.folded = f->folded,
			.surface_n = f->surface_n,
			.folded_n = f->folded_n,
			.stop = item->stop,
			.capital = item->capital,
			.usable = item->expandable && !item->leaf->fields,
		};
		/* Side by side: of one word as typed (Viña-del-Mar), or in one
		 * list. */
		e->asked[i].starts =
			i && item->leaf != p->items[i - 1].leaf &&
			(parent[i] != parent[i - 1] || !parent[i] ||
			 parent[i]->kind != NODE_LIST || item->leaf->sign != SIGN_NONE);
	}
	return ST_OK;
}

const char *expand_typed(struct expanding *e, size_t from, size_t to)
{
	const struct item *a = &e->p->items[from], *b = &e->p->items[to - 1];
	const char *text;

	if (b->end <= a->start)
		return a->text;
	text = arena_copy(e->p->arena, e->p->clean + a->start, b->end - a->start);
	return text ? text : a->text;
}

/* ---- what to think of it ---- */

/* Genre words that are nowhere say nothing, where others say something. */
static void S_drop_genre(struct expanding *e)
{
	struct plan *p = e->p;
	size_t left = 0;

	for (size_t i = 0; i < p->n_items; i++)
		left += p->items[i].bit && e->fate[i].exists;
	for (size_t i = 0; left && i < p->n_items; i++) {
		struct item *item = &p->items[i];

		if (!item->bit || !item->expandable || e->fate[i].exists ||
		    e->fate[i].named || item->signed_ || item->weight >= 1)
			continue;
		item->counts = false;
		item->bit = 0;
	}
}

static bool S_has_or(const struct node *n)
{
	if (n->kind == NODE_OR)
		return true;
	for (size_t i = 0; i < n->n_child; i++)
		if (S_has_or(n->child[i]))
			return true;
	return false;
}

/* What item i says: rare words say more, and one that is nowhere most. */
static enum status S_says(double *out, struct expanding *e, size_t i, struct err *err)
{
	struct plan *p = e->p;
	const struct item *item = &p->items[i];
	const struct form *f = &item->places[0].v[0];
	struct docset have = {0};
	uint32_t documents = 0;
	enum status st = ST_OK;

	if (e->fate[i].exists)
		st = expand_documents(&documents, p, f->surface, f->surface_n, err);
	if (!st && e->fate[i].exists && !documents) {
		st = reader_match(&have, p->engine->reader, item->clause,
				  p->engine->deadline, err);
		documents = st ? 0 : (uint32_t)docset_count(&have);
		docset_release(&have);
	}
	*out = item->weight * expand_rarity(p, documents);
	return st;
}

/* Whether "de" or "del" joins item i to the next that counts; *to: that. */
static bool S_joined(size_t *to, const struct expanding *e, size_t i)
{
	const struct asked *de = &e->asked[i + 1];

	if (i + 2 >= e->p->n_items || !e->p->items[i].bit || e->p->items[i + 1].bit ||
	    de->starts || de->folded_n < 2 || memcmp(de->folded, "de", 2) != 0 ||
	    (de->folded_n > 2 && (de->folded_n > 3 || de->folded[2] != 'l')))
		return false;
	for (*to = i + 2; *to < e->p->n_items; ++*to) {
		if (e->asked[*to].starts)
			return false;
		if (e->p->items[*to].bit)
			return true;
	}
	return false;
}

/* A word that "de" joins to one that is nowhere, and to no other, says nothing
 * by itself. */
static void S_bind(bool *bound, const struct expanding *e)
{
	size_t n = e->p->n_items, to;

	for (size_t i = 0; i < n; i++) {
		bool before = false, after = false;

		if (!e->p->items[i].bit || !e->fate[i].exists)
			continue;
		for (size_t k = 0; k < i; k++)
			if (S_joined(&to, e, k) && to == i) {
				before = before || !e->fate[k].exists;
				after = after || e->fate[k].exists;
			}
		if (S_joined(&to, e, i)) {
			before = before || !e->fate[to].exists;
			after = after || e->fate[to].exists;
		}
		bound[i] = before && !after;
	}
}

static enum status S_decide(struct expanding *e, struct err *err)
{
	struct plan *p = e->p;
	bool *bound = arena_alloc(p->arena, (p->n_items + 1) * sizeof *bound);
	bool some = false, place = false;
	double all = 0, missing = 0;
	enum status st = ST_OK;

	if (!bound)
		return err_nomem(err);
	for (size_t i = 0; i < p->n_items; i++) {
		if (p->items[i].bit && e->fate[i].exists)
			p->items[i].known = true;
		else if (p->items[i].bit) {
			some = true;
			place = place || e->fate[i].named;
		}
	}
	if (!some || S_has_or(p->root))
		return ST_OK;
	S_bind(bound, e);
	for (size_t i = 0; !st && i < p->n_items; i++) {
		double says;

		if (!p->items[i].bit)
			continue;
		st = S_says(&says, e, i, err);
		all += says;
		if (!e->fate[i].exists || bound[i])
			missing += says;
	}
	p->nowhere = place || missing >= NOWHERE * all;
	return st;
}

static enum status S_suggest(struct expanding *e, struct err *err)
{
	struct plan *p = e->p;
	struct buf out;
	size_t at = 0;
	bool any = false;
	enum status st;

	buf_init(&out, 0);
	for (size_t i = 0; i < p->n_items; i++) {
		const struct item *item = &p->items[i];

		if (!e->fate[i].repaired || item->start < at)
			continue;
		buf_add(&out, p->clean + at, item->start - at);
		buf_adds(&out, e->fate[i].repaired);
		at = item->end;
		any = true;
	}
	buf_adds(&out, p->clean + at);
	st = buf_status(&out, err);
	if (!st && any && !(p->suggestion = arena_copy(p->arena, out.data, out.len)))
		st = err_nomem(err);
	buf_release(&out);
	return st;
}

/* Takes back that a word was meant to be one of the tables' where no ficha has
 * that word, nor anything that the tables say for it. */
static void S_retract(struct expanding *e)
{
	struct plan *p = e->p;

	for (size_t i = 0; i < p->n_items; i++) {
		size_t kept = 0;

		if (!e->fate[i].replaced || e->fate[i].exists || e->fate[i].named)
			continue;
		e->fate[i].repaired = NULL;
		for (size_t k = 0; k < p->n_expansions; k++)
			if (strcmp(p->expansions[k].kind, "typo") != 0 ||
			    strcmp(p->expansions[k].word, p->items[i].text) != 0)
				p->expansions[kept++] = p->expansions[k];
		p->n_expansions = kept;
	}
}

enum status expand_plan(struct plan *p, struct err *err)
{
	struct expanding e = {.p = p};
	bool synonyms = !p->request->no_synonyms, typos = !p->request->no_typos;
	bool any = false;
	enum status st;

	for (size_t i = 0; i < p->n_items && !any; i++)
		any = p->items[i].bit && p->items[i].expandable;
	if (!any || !p->root)
		return ST_OK;
	st = S_need(p->engine, err);
	e.x = p->engine->expander;
	if (!st)
		st = S_asked(&e, err);
	if (!st && synonyms)
		st = tables_names(&e, false, err);
	if (!st && synonyms)
		st = tables_synonyms(&e, false, err);
	if (!st && synonyms)
		st = tables_offers(&e, err);
	if (!st && typos)
		st = repair_join(&e, err);
	if (!st)
		st = repair_words(&e, err);
	if (!st && synonyms && typos)
		st = tables_names(&e, true, err);
	if (!st && synonyms && typos)
		st = tables_synonyms(&e, true, err);
	if (!st && synonyms)
		st = tables_backward(&e, err);
	if (!st && synonyms && typos)
		S_retract(&e);
	if (!st)
		st = S_suggest(&e, err);
	if (st)
		return st;
	S_drop_genre(&e);
	return S_decide(&e, err);
}
