#include "expand_parts.h"

#include <string.h>

#include "messages.h"

/* How much of a word's weight its synonyms carry.  Chosen by measurement, see
 * tests/bench/RESULTS.md. */
#define STRENGTH_EXACT	  0.9
#define STRENGTH_RELATED  0.4
#define STRENGTH_BACKWARD 0.4
/* What the set of a place weighs, and of a name that only ranks. */
#define PLACE_WEIGHT   1.5
#define MENTION_WEIGHT 0.75

#define MATCHES_MAX 32 /* names or keys of one query */

static bool S_any_replaced(const struct expanding *e, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (e->fate[i].replaced)
			return true;
	return false;
}

/* ---- names ---- */

/* The fichas of a facet's value; *out NULL where there are none. */
static enum status S_set(struct clause **out, struct plan *p, enum facet facet,
			 const char *slug, double times, struct err *err)
{
	struct column *column = p->engine->column;
	long at = column_find(column, facet, slug, strlen(slug));
	uint32_t value = (uint32_t)at;
	struct docset *docs;

	*out = NULL;
	if (at < 0)
		return ST_OK;
	docs = plan_set(p);
	if (!docs)
		return err_nomem(err);
	column_select(docs, column, facet, &value, 1);
	*out = expand_weighed(p, docs, times);
	return *out ? ST_OK : err_nomem(err);
}

/* Ranks what item i's fichas are by a set, whether or not it matches. */
static enum status S_rank_by(struct plan *p, size_t i, struct clause *set,
			     struct err *err)
{
	struct clause *maybe = clause_new(p->arena, Q_AND_MAYBE);

	if (!maybe || !clause_add(p->arena, maybe, p->items[i].clause) ||
	    !clause_add(p->arena, maybe, set))
		return err_nomem(err);
	p->items[i].clause = maybe;
	return ST_OK;
}

static const char *S_official(const struct plan *p, const struct name *n)
{
	size_t count;
	const struct region *r = lexicon_regions(p->engine->lexicon, &count);

	if (n->facet == FACET_REGION)
		for (size_t i = 0; i < count; i++)
			if (strcmp(r[i].slug, n->slug) == 0)
				return r[i].official_name;
	return n->label;
}

/* A place: its fichas match all words of its name. */
static enum status S_place(struct expanding *e, const struct name *n, struct err *err)
{
	struct plan *p = e->p;
	const char *word = expand_typed(e, n->cue, n->to), *label = S_official(p, n);
	struct clause *set, *same = NULL;
	enum status st = S_set(&set, p, n->facet, n->slug, PLACE_WEIGHT, err);

	if (st)
		return st;
	for (size_t i = n->cue; i < n->to; i++)
		e->fate[i].named = true;
	if (!set) {
		for (size_t i = n->cue; i < n->to; i++)
			p->items[i].known = true; /* said better than "no ficha has" */
		return plan_notice(p, "no_such_place", word, 0, err,
				   _("no ficha is of %s"), label);
	}
	st = expand_set(e, n->cue, n->to, set, 1, err);
	/* Maule the region; the commune of that name a little more. */
	if (!st && n->facet == FACET_REGION)
		st = S_set(&same, p, FACET_MUNICIPALITY, n->slug, MENTION_WEIGHT, err);
	for (size_t i = n->cue; !st && same && i < n->to; i++)
		if (p->items[i].bit) {
			st = S_rank_by(p, i, same, err);
			break;
		}
	return st ? st : plan_expansion(p, word, "name", "exact", &label, 1, err);
}

/* A Sello line or a group: the words are looked for as they are. */
static enum status S_mention(struct expanding *e, const struct name *n, struct err *err)
{
	struct plan *p = e->p;
	struct clause *set;
	enum status st = S_set(&set, p, n->facet, n->slug, MENTION_WEIGHT, err);
	size_t i = n->from;

	while (i < n->to && !p->items[i].bit)
		i++;
	if (st || !set || i == n->to)
		return st;
	st = S_rank_by(p, i, set, err);
	return st ? st
		  : plan_expansion(p, expand_typed(e, n->from, n->to), "name",
				   "related", &n->label, 1, err);
}

/* again: only what repaired words have to do with. */
enum status tables_names(struct expanding *e, bool again, struct err *err)
{
	struct name v[MATCHES_MAX];
	size_t n = names_find(v, MATCHES_MAX, e->x->names, e->p->engine->analyzer,
			      e->asked, e->p->n_items);
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < n; i++) {
		uint64_t bits;

		if ((again && !S_any_replaced(e, v[i].cue, v[i].to)) ||
		    !expand_counting(e, v[i].cue, v[i].to, &bits))
			continue;
		if (v[i].facet == FACET_MUNICIPALITY || v[i].facet == FACET_REGION)
			st = S_place(e, &v[i], err);
		else
			st = S_mention(e, &v[i], err);
	}
	return st;
}

/* ---- synonyms ---- */

/* Tells the answer about it. */
static enum status S_tell(const struct group *g, struct expanding *e, size_t from,
			  size_t to, const char *strength, struct err *err)
{
	return g->n ? plan_expansion(e->p, expand_typed(e, from, to), "synonym",
				     strength, g->said, g->n, err)
		    : ST_OK;
}

static enum status S_key(struct expanding *e, const struct thesaurus_match *m,
			 struct err *err)
{
	struct group exact, related;
	enum status st = group_open(&exact, e->p, err);

	if (!st)
		st = group_open(&related, e->p, err);
	/* In this order: what is exact is not related as well. */
	for (size_t i = 0; !st && i < m->n; i++)
		if (m->v[i].relation != REL_RELATED)
			st = group_add(&exact, e, m->from, m->to, m->v[i].value, err);
	for (size_t i = 0; !st && i < m->n; i++)
		if (m->v[i].relation == REL_RELATED &&
		    !group_has(&exact, m->v[i].value))
			st = group_add(&related, e, m->from, m->to, m->v[i].value, err);
	if (!st)
		st = group_use(&exact, e, m->from, m->to, STRENGTH_EXACT, err);
	if (!st)
		st = group_use(&related, e, m->from, m->to, STRENGTH_RELATED, err);
	if (!st)
		st = S_tell(&exact, e, m->from, m->to, "exact", err);
	return st ? st : S_tell(&related, e, m->from, m->to, "related", err);
}

enum status tables_synonyms(struct expanding *e, bool again, struct err *err)
{
	struct thesaurus_match v[MATCHES_MAX];
	struct plan *p = e->p;
	struct asked *words = arena_alloc(p->arena, (p->n_items + 1) * sizeof *words);
	size_t n = 0;
	enum status st = ST_OK;

	if (!words)
		return err_nomem(err);
	/* What is a name of a place is nothing else. */
	for (size_t i = 0; i < p->n_items; i++) {
		words[i] = e->asked[i];
		words[i].usable = words[i].usable && !e->fate[i].named;
	}
	st = thesaurus_find(v, &n, MATCHES_MAX, e->x->thesaurus, words, p->n_items,
			    err);
	for (size_t i = 0; !st && i < n; i++)
		if (!again || S_any_replaced(e, v[i].from, v[i].to))
			st = S_key(e, &v[i], err);
	return st;
}

/* Ambiguous entries are told about, not used. */
enum status tables_offers(struct expanding *e, struct err *err)
{
	struct plan *p = e->p;
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < p->n_items; i++) {
		const struct synonym *v;
		size_t n;

		if (!e->asked[i].usable || !p->items[i].bit || e->fate[i].named)
			continue;
		st = thesaurus_offer(&v, &n, e->x->thesaurus, &e->asked[i], err);
		if (!st && n)
			st = plan_notice(p, "ambiguous_word", p->items[i].text, 0, err,
					 _("\"%s\" may stand for \"%s\"; write it in "
					   "full to search for that"),
					 p->items[i].text, v[0].value);
	}
	return st;
}

/* From value to key, for what nothing else was found for. */
enum status tables_backward(struct expanding *e, struct err *err)
{
	struct plan *p = e->p;
	enum status st = ST_OK;

	for (size_t i = 0, to; !st && i < p->n_items; i = to) {
		const struct synonym *v[VALUES_MAX];
		struct group g;
		size_t n;

		to = i + 1;
		if (e->fate[i].exists || e->fate[i].named || !e->asked[i].usable ||
		    !p->items[i].bit)
			continue;
		st = thesaurus_backward(v, &n, &to, VALUES_MAX, e->x->thesaurus,
					e->asked, p->n_items, i, err);
		if (!st)
			st = group_open(&g, p, err);
		for (size_t k = 0; !st && k < n; k++)
			st = group_add(&g, e, i, to, v[k]->key, err);
		if (!st && n)
			st = group_use(&g, e, i, to, STRENGTH_BACKWARD, err);
		if (!st && n)
			st = S_tell(&g, e, i, to, "related", err);
		if (to <= i)
			to = i + 1;
	}
	return st;
}
