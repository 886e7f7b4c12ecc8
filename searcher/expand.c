#include "expand_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "messages.h"
#include "terms.h"
#include "words.h"

/* How much of a word's weight an alternative carries.  Chosen by measurement,
 * see README, "Ranking". */
#define STRENGTH_EXACT	  0.9
#define STRENGTH_RELATED  0.4
#define STRENGTH_BACKWARD 0.4
/* A set of fichas weighs log2((N + 1) / (fichas + 0.5)), as a word that stands
 * in them all as often as can be, times one of these: of a place, a name that
 * only ranks, words near one another. */
#define PLACE_WEIGHT   1.5
#define MENTION_WEIGHT 0.75
#define PHRASE_WEIGHT  0.65
#define SET_WEIGHT_MIN 0.1

#define MATCHES_MAX 32 /* names or keys of one query */
#define VALUES_MAX  16 /* of one key */

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

static bool S_any_replaced(const struct expanding *e, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (e->fate[i].replaced)
			return true;
	return false;
}

static size_t S_counting(const struct expanding *e, size_t from, size_t to,
			 uint64_t *bits)
{
	size_t n = 0;

	*bits = 0;
	for (size_t i = from; i < to; i++) {
		*bits |= e->p->items[i].bit;
		n += e->p->items[i].bit != 0;
	}
	return n;
}

/* ---- alternatives ---- */

static enum status S_stand(struct expanding *e, size_t from, size_t to,
			   struct clause *c, double strength, struct err *err)
{
	uint64_t bits;
	size_t n = S_counting(e, from, to, &bits);
	enum status st = ST_OK;

	for (size_t i = from; !st && i < to; i++)
		if (e->p->items[i].bit) {
			st = plan_alternative(e->p, i, c, strength / (double)n, err);
			e->fate[i].exists = true;
		}
	return st;
}

/* What a word weighs by the number of fichas that have it, as in the reader. */
static double S_rarity(const struct plan *p, double documents)
{
	return log2((reader_count(p->engine->reader) + 1.0) / (documents + 0.5));
}

/* How many fichas have the commonest form of a word. */
static uint32_t S_documents(struct plan *p, const char *surface, size_t n)
{
	char stem[STEM_MAX], term[TERM_MAX + 1];
	uint32_t documents = 0;
	uint64_t times;
	size_t len;

	if (n > WORD_MAX ||
	    stem_word(stem, &len, p->engine->stemmer, surface, n, NULL) != ST_OK ||
	    !term_make(term, 'S', F_NONE, stem, len) ||
	    reader_frequency(&documents, &times, p->engine->reader, term, NULL))
		return 0;
	return documents;
}

/* The rarest of the words as typed; 0 where none of them is in any ficha.
 * What stands for a word is not to weigh more than the word: persona migrante
 * is rarer than migrante, and says the same. */
static double S_rarity_typed(struct plan *p, size_t from, size_t to)
{
	double rarest = 0;

	for (size_t i = from; i < to; i++) {
		const struct form *f = &p->items[i].places[0].v[0];
		uint32_t n =
			p->items[i].bit ? S_documents(p, f->surface, f->surface_n) : 0;

		if (n && S_rarity(p, n) > rarest)
			rarest = S_rarity(p, n);
	}
	return rarest;
}

/* A set of fichas that weighs as a word that only they have. */
static struct clause *S_weighed(struct plan *p, const struct docset *docs, double times)
{
	struct clause *c = clause_new(p->arena, Q_DOCSET);

	if (c) {
		c->docs = docs;
		c->factor = times * S_rarity(p, (double)docset_count(docs));
		if (!(c->factor > SET_WEIGHT_MIN))
			c->factor = SET_WEIGHT_MIN;
	}
	return c;
}

/* What stands for some words at one strength, as one term. */
struct group {
	struct clause *terms; /* Q_SYNONYM */
	double none;	      /* the share of fichas that have none of it */
	const char *said[VALUES_MAX];
	size_t n;
};

static enum status S_group(struct group *g, struct plan *p, struct err *err)
{
	g->terms = clause_new(p->arena, Q_SYNONYM);
	g->none = 1;
	g->n = 0;
	return g->terms ? ST_OK : err_nomem(err);
}

static bool S_said(const struct group *g, const char *text)
{
	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->said[i], text) == 0)
			return true;
	return false;
}

/* Adds a text that the index has. */
static enum status S_gather(struct group *g, struct expanding *e, size_t from,
			    size_t to, const char *text, struct err *err)
{
	struct plan *p = e->p;
	uint32_t documents;
	uint64_t bits;
	enum status st;

	if (!S_counting(e, from, to, &bits) || g->n == VALUES_MAX || S_said(g, text))
		return ST_OK;
	st = words_synonym(g->terms, &documents, p, text, strlen(text),
			   p->items[from].fields, bits, err);
	if (st || !documents)
		return st;
	g->none *= 1 - documents / (double)reader_count(p->engine->reader);
	g->said[g->n++] = text;
	return ST_OK;
}

static enum status S_use(struct group *g, struct expanding *e, size_t from, size_t to,
			 double strength, struct err *err)
{
	struct plan *p = e->p;
	double typed = S_rarity_typed(p, from, to),
	       rarity = S_rarity(p, (1 - g->none) * reader_count(p->engine->reader));

	if (!g->n)
		return ST_OK;
	if (typed > 0 && rarity > typed)
		strength *= typed / rarity;
	return S_stand(e, from, to, g->terms->n == 1 ? g->terms->child[0] : g->terms,
		       strength, err);
}

/* Tells the answer about it. */
static enum status S_tell(const struct group *g, struct expanding *e, size_t from,
			  size_t to, const char *strength, struct err *err)
{
	return g->n ? plan_expansion(e->p, expand_typed(e, from, to), "synonym",
				     strength, g->said, g->n, err)
		    : ST_OK;
}

enum status expand_word(bool *found, struct expanding *e, size_t from, size_t to,
			const char *word, double strength, struct err *err)
{
	struct group g;
	enum status st = S_group(&g, e->p, err);

	if (!st)
		st = S_gather(&g, e, from, to, word, err);
	*found = !st && g.n;
	return st ? st : S_use(&g, e, from, to, strength, err);
}

enum status expand_words(bool *found, struct expanding *e, size_t from, size_t to,
			 const char *text, double strength, struct err *err)
{
	struct plan *p = e->p;
	struct docset have = {0}, *set;
	struct clause *c;
	uint64_t bits;
	enum status st;

	*found = false;
	if (!S_counting(e, from, to, &bits))
		return ST_OK;
	st = words_clause(&c, p, text, strlen(text), p->items[from].fields, bits, err);
	if (st || !c)
		return st;
	set = plan_set(p);
	if (!set)
		return err_nomem(err);
	st = reader_match(&have, p->engine->reader, c, p->engine->deadline, err);
	if (st)
		return st;
	docset_or(set, &have);
	docset_release(&have);
	*found = docset_next(set, 1) != 0;
	if (!*found)
		return ST_OK;
	c = S_weighed(p, set, PHRASE_WEIGHT);
	return c ? S_stand(e, from, to, c, strength, err) : err_nomem(err);
}

/* ---- names ---- */

static struct clause *S_set(struct plan *p, enum facet facet, const char *slug,
			    double times)
{
	struct column *column = p->engine->column;
	long at = column_find(column, facet, slug, strlen(slug));
	uint32_t value = (uint32_t)at;
	struct docset *docs;

	if (at < 0 || !(docs = plan_set(p)))
		return NULL;
	column_select(docs, column, facet, &value, 1);
	return S_weighed(p, docs, times);
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
	struct clause *set = S_set(p, n->facet, n->slug, PLACE_WEIGHT), *same;
	enum status st;

	for (size_t i = n->cue; i < n->to; i++)
		e->fate[i].named = true;
	if (!set) {
		for (size_t i = n->cue; i < n->to; i++)
			p->items[i].known = true; /* said better than "no ficha has" */
		return plan_notice(p, "no_such_place", word, 0, err,
				   _("no ficha is of %s"), label);
	}
	st = S_stand(e, n->cue, n->to, set, 1, err);
	/* Maule the region; the commune of that name a little more. */
	same = n->facet == FACET_REGION
		       ? S_set(p, FACET_MUNICIPALITY, n->slug, MENTION_WEIGHT)
		       : NULL;
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
	struct clause *set = S_set(p, n->facet, n->slug, MENTION_WEIGHT);
	enum status st;

	for (size_t i = n->from; set && i < n->to; i++) {
		if (!p->items[i].bit)
			continue;
		st = S_rank_by(p, i, set, err);
		return st ? st
			  : plan_expansion(p, expand_typed(e, n->from, n->to), "name",
					   "related", &n->label, 1, err);
	}
	return ST_OK;
}

/* again: only what repaired words have to do with. */
static enum status S_names(struct expanding *e, bool again, struct err *err)
{
	struct name v[MATCHES_MAX];
	size_t n = names_find(v, MATCHES_MAX, e->x->names, e->p->engine->analyzer,
			      e->asked, e->p->n_items);
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < n; i++) {
		uint64_t bits;

		if ((again && !S_any_replaced(e, v[i].cue, v[i].to)) ||
		    !S_counting(e, v[i].cue, v[i].to, &bits))
			continue;
		if (v[i].facet == FACET_MUNICIPALITY || v[i].facet == FACET_REGION)
			st = S_place(e, &v[i], err);
		else
			st = S_mention(e, &v[i], err);
	}
	return st;
}

/* ---- synonyms ---- */

static enum status S_key(struct expanding *e, const struct thesaurus_match *m,
			 struct err *err)
{
	struct group exact, related;
	enum status st = S_group(&exact, e->p, err);

	if (!st)
		st = S_group(&related, e->p, err);
	/* In this order: what is exact is not related as well. */
	for (size_t i = 0; !st && i < m->n; i++)
		if (m->v[i].relation != REL_RELATED)
			st = S_gather(&exact, e, m->from, m->to, m->v[i].value, err);
	for (size_t i = 0; !st && i < m->n; i++)
		if (m->v[i].relation == REL_RELATED && !S_said(&exact, m->v[i].value))
			st = S_gather(&related, e, m->from, m->to, m->v[i].value, err);
	if (!st)
		st = S_use(&exact, e, m->from, m->to, STRENGTH_EXACT, err);
	if (!st)
		st = S_use(&related, e, m->from, m->to, STRENGTH_RELATED, err);
	if (!st)
		st = S_tell(&exact, e, m->from, m->to, "exact", err);
	return st ? st : S_tell(&related, e, m->from, m->to, "related", err);
}

static enum status S_synonyms(struct expanding *e, bool again, struct err *err)
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
	st = thesaurus_find(v, &n, MATCHES_MAX, e->x->thesaurus, p->engine->stemmer,
			    words, p->n_items, err);
	for (size_t i = 0; !st && i < n; i++)
		if (!again || S_any_replaced(e, v[i].from, v[i].to))
			st = S_key(e, &v[i], err);
	return st;
}

/* Ambiguous entries are told about, not used. */
static enum status S_offers(struct expanding *e, struct err *err)
{
	struct plan *p = e->p;
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < p->n_items; i++) {
		const struct synonym *v;
		size_t n;

		if (!e->asked[i].usable || !p->items[i].bit || e->fate[i].named)
			continue;
		st = thesaurus_offer(&v, &n, e->x->thesaurus, p->engine->stemmer,
				     &e->asked[i], err);
		if (!st && n)
			st = plan_notice(p, "ambiguous_word", p->items[i].text, 0, err,
					 _("\"%s\" may stand for \"%s\"; write it in "
					   "full to search for that"),
					 p->items[i].text, v[0].value);
	}
	return st;
}

/* From value to key, for what nothing else was found for. */
static enum status S_backward(struct expanding *e, struct err *err)
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
					p->engine->stemmer, e->asked, p->n_items, i,
					err);
		if (!st)
			st = S_group(&g, p, err);
		for (size_t k = 0; !st && k < n; k++)
			st = S_gather(&g, e, i, to, v[k]->key, err);
		if (!st && n)
			st = S_use(&g, e, i, to, STRENGTH_BACKWARD, err);
		if (!st && n)
			st = S_tell(&g, e, i, to, "related", err);
		if (to <= i)
			to = i + 1;
	}
	return st;
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

static void S_decide(struct expanding *e)
{
	struct plan *p = e->p;
	double all = 0, missing = 0;

	for (size_t i = 0; i < p->n_items; i++) {
		struct item *item = &p->items[i];

		if (!item->bit)
			continue;
		all += item->weight;
		if (e->fate[i].exists)
			item->known = true;
		else
			missing += item->weight;
	}
	p->nowhere = missing > 0 && 2 * missing >= all && !S_has_or(p->root);
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
		st = S_names(&e, false, err);
	if (!st && synonyms)
		st = S_synonyms(&e, false, err);
	if (!st && synonyms)
		st = S_offers(&e, err);
	if (!st && typos)
		st = repair_join(&e, err);
	if (!st)
		st = repair_words(&e, err);
	if (!st && synonyms && typos)
		st = S_names(&e, true, err);
	if (!st && synonyms && typos)
		st = S_synonyms(&e, true, err);
	if (!st && synonyms)
		st = S_backward(&e, err);
	if (!st)
		st = S_suggest(&e, err);
	if (!st) {
		S_drop_genre(&e);
		S_decide(&e);
	}
	return st;
}
