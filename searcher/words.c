#include "words.h"

#include <string.h>

#include "exact.h"
#include "fuzzy.h"
#include "messages.h"
#include "expressions.h"
#include "terms.h"

/*
 * How much of a word's weight the variations of it carry.  Chosen by
 * measurement, see README, "Ranking".
 */
#define WEIGHT_EXACT_FORM 0.3 /* on top, where the typed form itself stands */
#define WEIGHT_ENYE	  0.4 /* ano for a typed año, and the other way round */
#define WEIGHT_ENYE_ALONE 0.9 /* the same where the typed form is nowhere */
#define WEIGHT_FUZZY	  0.6 /* an explicit word~, for each edit */
#define PREFIX_WORDS_MAX  10000
#define PHRASE_FORMS_MAX  16 /* combinations of forms in one phrase */
#define FUZZY_WORDS_MAX	  500
#define INFLECTIONS_MAX	  12

static enum status S_column(struct err *err, size_t column)
{
	if (err)
		err->column = column;
	return ST_USAGE;
}

/* ---- leaves to items ---- */

static struct item *S_new_item(struct plan *p)
{
	if (p->n_items == p->cap_items) {
		size_t cap = p->cap_items ? 2 * p->cap_items : 16;
		struct item *v = arena_alloc(p->arena, cap * sizeof *v);

		if (!v)
			return NULL;
		if (p->n_items)
			memcpy(v, p->items, p->n_items * sizeof *v);
		p->items = v;
		p->cap_items = cap;
	}
	memset(&p->items[p->n_items], 0, sizeof *p->items);
	return &p->items[p->n_items++];
}

/* The forms at one position: tokens [from, to). */
static bool S_place(struct place *out, struct plan *p, const struct tokens *t,
		    size_t from, size_t to, bool exact)
{
	out->n = 0;
	out->v = arena_alloc(p->arena, (to - from) * sizeof *out->v);
	if (!out->v)
		return false;
	for (size_t i = from; i < to; i++) {
		const struct token *k = &t->v[i];
		struct form *f = &out->v[out->n];

		if (k->index_only || (exact && k->variant && k->kind != TOKEN_NUMBER))
			continue;
		f->surface = arena_copy(p->arena, k->surface, k->surface_n);
		f->folded = arena_copy(p->arena, k->folded, k->folded_n);
		f->surface_n = k->surface_n;
		f->folded_n = k->folded_n;
		f->exact_only = k->exact_only;
		if (!f->surface || !f->folded)
			return false;
		out->n++;
	}
	return true;
}

/* Adds a form to a place whose array is full. */
static bool S_add_form(struct place *to, struct plan *p, const struct form *f)
{
	struct form *v = arena_alloc(p->arena, (to->n + 1) * sizeof *v);

	if (!v)
		return false;
	if (to->n)
		memcpy(v, to->v, to->n * sizeof *v);
	v[to->n] = *f;
	to->v = v;
	to->n++;
	return true;
}

/* Cuts tokens into places; a variant that stands for several positions (both
 * halves of Sello-Migrante) goes to each of them.  Outputs are the arena's. */
static enum status S_places(struct place **out, const struct token ***first, size_t *n,
			    struct plan *p, const struct tokens *t, struct err *err)
{
	struct place *v = arena_alloc(p->arena, (t->n + 1) * sizeof *v);
	const struct token **heads =
		arena_alloc(p->arena, (t->n + 1) * sizeof(const struct token *));
	bool exact = p->request->exact;

	*n = 0;
	if (!v || !heads)
		return err_nomem(err);
	for (size_t i = 0, to; i < t->n; i = to) {
		for (to = i + 1; to < t->n && t->v[to].position == t->v[i].position;)
			to++;
		if (!S_place(&v[*n], p, t, i, to, exact))
			return err_nomem(err);
		if (!v[*n].n)
			continue;
		heads[(*n)++] = &t->v[i];
	}
	for (size_t i = 0; i < t->n && !exact; i++) {
		const struct token *k = &t->v[i];
		struct form f = {k->surface, k->folded, k->surface_n, k->folded_n,
				 k->exact_only};

		if (k->span < 2 || k->index_only)
			continue;
		f.surface = arena_copy(p->arena, f.surface, f.surface_n);
		f.folded = arena_copy(p->arena, f.folded, f.folded_n);
		if (!f.surface || !f.folded)
			return err_nomem(err);
		for (size_t j = 0; j < *n; j++)
			if (heads[j]->position > k->position &&
			    heads[j]->position < k->position + k->span &&
			    !S_add_form(&v[j], p, &f))
				return err_nomem(err);
	}
	*out = v;
	*first = heads;
	return ST_OK;
}

static enum item_kind S_kind(const struct node *leaf, bool last)
{
	switch (leaf->kind) {
	case NODE_PREFIX:
		return last ? ITEM_PREFIX : ITEM_WORD;
	case NODE_FUZZY:
		return last ? ITEM_FUZZY : ITEM_WORD;
	case NODE_PHRASE:
		return ITEM_PHRASE;
	case NODE_NEAR:
		return ITEM_NEAR;
	case NODE_WORD:
	case NODE_FACET:
	case NODE_LIST:
	case NODE_AND:
	case NODE_OR:
		break;
	}
	return ITEM_WORD;
}

static enum status S_fill(struct item *i, struct plan *p, const struct node *leaf,
			  size_t from, size_t to, bool negated, struct err *err)
{
	char *text = arena_alloc(p->arena, to - from + 3);
	bool quoted = i->kind == ITEM_PHRASE || i->kind == ITEM_NEAR;
	size_t at = 0;

	if (!text)
		return err_nomem(err);
	/* As typed: with the signs that make it what it is. */
	if (quoted)
		text[at++] = '"';
	memcpy(text + at, leaf->text + from, to - from);
	at += to - from;
	if (quoted || i->kind == ITEM_PREFIX || i->kind == ITEM_FUZZY)
		text[at] = quoted ? '"' : i->kind == ITEM_PREFIX ? '*' : '~';
	i->leaf = leaf;
	i->text = text;
	i->start = (size_t)(leaf->text - p->clean) + from;
	i->end = (size_t)(leaf->text - p->clean) + to;
	i->column = leaf->column + utf8_count(leaf->text, from);
	i->negated = negated;
	i->fields = leaf->fields ? leaf->fields : p->request->in;
	i->signed_ = leaf->fields || leaf->sign != SIGN_NONE || negated;
	i->slop = leaf->slop;
	return ST_OK;
}

static enum status S_phrase_item(struct plan *p, struct node *leaf, bool negated,
				 struct place *places, const struct token **heads,
				 size_t n, struct err *err)
{
	struct item *i;

	if (n > PHRASE_WORDS_MAX) {
		err_set(err, ST_USAGE,
			_("a phrase of more than %d words; take the quotes away or "
			  "shorten it"),
			PHRASE_WORDS_MAX);
		return S_column(err, leaf->column);
	}
	i = S_new_item(p);
	if (!i)
		return err_nomem(err);
	i->kind = S_kind(leaf, true);
	i->places = places;
	i->n_places = n;
	i->span = heads[n - 1]->position - heads[0]->position + 1;
	i->token = heads[0]->kind;
	return S_fill(i, p, leaf, 0, leaf->n, negated, err);
}

enum status words_items(struct plan *p, struct node *leaf, bool negated,
			struct err *err)
{
	struct tokens t;
	const struct token **heads;
	struct place *places;
	size_t n;
	enum status st;

	tokens_init(&t);
	leaf->item = p->n_items;
	st = text_tokenize(&t, p->engine->analyzer, leaf->text, leaf->n, err);
	if (!st)
		st = S_places(&places, &heads, &n, p, &t, err);
	if (!st && n && (leaf->kind == NODE_PHRASE || leaf->kind == NODE_NEAR)) {
		st = S_phrase_item(p, leaf, negated, places, heads, n, err);
	} else if (!st) {
		for (size_t k = 0; !st && k < n; k++) {
			struct item *i = S_new_item(p);

			if (!i) {
				st = err_nomem(err);
				break;
			}
			i->kind = S_kind(leaf, k + 1 == n);
			i->places = &places[k];
			i->n_places = 1;
			i->token = heads[k]->kind;
			i->capital = heads[k]->capital;
			i->expandable =
				i->kind == ITEM_WORD && !negated && !p->request->exact;
			i->stop = i->kind == ITEM_WORD &&
				  lexicon_is_stop(p->engine->lexicon,
						  places[k].v[0].folded,
						  places[k].v[0].folded_n);
			st = S_fill(i, p, leaf, heads[k]->start, heads[k]->end, negated,
				    err);
		}
	}
	leaf->n_items = p->n_items - leaf->item;
	tokens_release(&t);
	return st;
}

/* ---- clauses ---- */

/* Adds the term of a word in every field of the scope. */
static bool S_add_terms(struct clause *to, struct plan *p, char class_, unsigned fields,
			const char *word, size_t n)
{
	char term[TERM_MAX + 1];
	size_t len;

	if (!fields) {
		len = term_make(term, class_, F_NONE, word, n);
		return !len ||
		       clause_add(p->arena, to, clause_term(p->arena, term, len));
	}
	for (int f = 0; f < F_COUNT; f++) {
		if (!(fields & 1u << f))
			continue;
		len = term_make(term, class_, (enum field)f, word, n);
		if (len && !clause_add(p->arena, to, clause_term(p->arena, term, len)))
			return false;
	}
	return true;
}

/* One child needs no parent. */
static struct clause *S_simple(struct clause *c)
{
	return c->n == 1 ? c->child[0] : c;
}

/* The stems of a word being gathered, each once. */
struct stems {
	struct plan *p;
	struct clause *terms; /* Q_SYNONYM */
	unsigned fields;
	uint64_t items;
	const char *v[64];
	size_t len[64], n;
	bool known; /* some document has one of them */
};

static enum status S_add_stem(struct stems *s, const char *stem, size_t n,
			      struct err *err)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->len[i] == n && memcmp(s->v[i], stem, n) == 0)
			return ST_OK;
	if (s->n == 64)
		return ST_OK;
	s->v[s->n] = arena_copy(s->p->arena, stem, n);
	s->len[s->n] = n;
	if (!s->v[s->n] || !S_add_terms(s->terms, s->p, 'S', s->fields, stem, n) ||
	    (s->items &&
	     !marks_add(&s->p->marks, MARK_STEM, stem, n, s->fields, s->items)))
		return err_nomem(err);
	s->n++;
	return ST_OK;
}

/* The stems of one form: its own, and those that the index has seen it with. */
static enum status S_add_form_stems(struct stems *s, const struct form *f,
				    struct err *err)
{
	struct engine *e = s->p->engine;
	char stem[STEM_MAX];
	struct word w;
	size_t n;
	enum status st;

	if (vocabulary_find(&w, e->vocabulary, f->folded, f->folded_n)) {
		s->known = true;
		for (size_t i = 0; i < w.n_stems; i++) {
			st = S_add_stem(s, w.stems[i], strlen(w.stems[i]), err);
			if (st)
				return st;
		}
	}
	if (f->exact_only) {
		if (!S_add_terms(s->terms, s->p, 'X', s->fields, f->folded,
				 f->folded_n) ||
		    (s->items && !marks_add(&s->p->marks, MARK_WORD, f->folded,
					    f->folded_n, s->fields, s->items)))
			return err_nomem(err);
		return ST_OK;
	}
	st = stem_word(stem, &n, e->stemmer, f->surface, f->surface_n, err);
	if (!st && !s->known && vocabulary_with_stem(NULL, 0, e->vocabulary, stem, n))
		s->known = true;
	return st ? st : S_add_stem(s, stem, n, err);
}

static enum status S_stems(struct clause **out, bool *known, struct plan *p,
			   const struct form *forms, size_t n, unsigned fields,
			   uint64_t items, struct err *err)
{
	struct stems s = {.p = p, .fields = fields, .items = items};
	enum status st = ST_OK;

	*out = NULL;
	s.terms = clause_new(p->arena, Q_SYNONYM);
	if (!s.terms)
		return err_nomem(err);
	for (size_t i = 0; !st && i < n; i++)
		st = S_add_form_stems(&s, &forms[i], err);
	*known = s.known;
	if (!st)
		*out = s.terms->n ? S_simple(s.terms) : clause_new(p->arena, Q_NONE);
	return st ? st : *out ? ST_OK : err_nomem(err);
}

/* ---- n and ñ ---- */

static const char S_enye[] = "\xC3\xB1";

/* f with n and ñ exchanged: to_enye turns the n's whose bit is set in which
 * (the first is bit 0) into ñ, else every ñ becomes n.  false = no memory or
 * too long. */
static bool S_exchange(struct form *out, struct plan *p, const struct form *f,
		       bool to_enye, unsigned which)
{
	const char *from[2] = {f->surface, f->folded};
	size_t from_n[2] = {f->surface_n, f->folded_n}, len[2];
	char *copy[2];

	for (int s = 0; s < 2; s++) {
		char buf[2 * WORD_MAX + 32];
		size_t k = 0;
		unsigned bit = 1;

		for (size_t i = 0; i < from_n[s]; i++) {
			if (k + 3 > sizeof buf)
				return false;
			if (to_enye && from[s][i] == 'n') {
				if (which & bit) {
					memcpy(buf + k, S_enye, 2);
					k += 2;
				} else {
					buf[k++] = 'n';
				}
				bit <<= 1;
			} else if (!to_enye && i + 1 < from_n[s] &&
				   memcmp(from[s] + i, S_enye, 2) == 0) {
				buf[k++] = 'n';
				i++;
			} else {
				buf[k++] = from[s][i];
			}
		}
		if (k > WORD_MAX)
			return false;
		copy[s] = arena_copy(p->arena, buf, k);
		len[s] = k;
		if (!copy[s])
			return false;
	}
	*out = (struct form){copy[0], copy[1], len[0], len[1], f->exact_only};
	return true;
}

static bool S_known(struct plan *p, const struct form *f)
{
	struct engine *e = p->engine;
	char stem[STEM_MAX];
	struct word w;
	size_t n;

	if (vocabulary_find(&w, e->vocabulary, f->folded, f->folded_n))
		return true;
	return !f->exact_only &&
	       stem_word(stem, &n, e->stemmer, f->surface, f->surface_n, NULL) ==
		       ST_OK &&
	       vocabulary_with_stem(NULL, 0, e->vocabulary, stem, n) > 0;
}

#define ENYE_LETTERS 4
#define ENYE_FORMS   ((1u << ENYE_LETTERS) - 1)

/* The forms of f with n for ñ, or ñ for n, that the index has. */
static size_t S_enye_forms(struct form out[ENYE_FORMS], struct plan *p,
			   const struct form *f)
{
	size_t n = 0, letters = 0;

	if (f->exact_only)
		return 0;
	if (memmem(f->folded, f->folded_n, S_enye, 2)) {
		if (S_exchange(&out[0], p, f, false, 0) && S_known(p, &out[0]) &&
		    !lexicon_is_stop(p->engine->lexicon, out[0].folded,
				     out[0].folded_n))
			n = 1;
		return n;
	}
	for (size_t i = 0; i < f->folded_n; i++)
		letters += f->folded[i] == 'n';
	if (letters > ENYE_LETTERS)
		letters = ENYE_LETTERS;
	for (unsigned which = 1; which < 1u << letters; which++)
		if (S_exchange(&out[n], p, f, true, which) && S_known(p, &out[n]))
			n++;
	return n;
}

/* ---- one word ---- */

/* stems, or (less) the ñ variations; and a little more for the exact form. */
static enum status S_word(struct clause **out, bool *known, struct plan *p,
			  const struct place *place, unsigned fields, uint64_t items,
			  struct err *err)
{
	struct form enye[ENYE_FORMS];
	struct clause *base, *other, *exact, *whole;
	size_t n_enye;
	bool k;
	enum status st =
		S_stems(&base, known, p, place->v, place->n, fields, items, err);

	if (st)
		return st;
	n_enye = S_enye_forms(enye, p, &place->v[0]);
	if (n_enye) {
		double weight = *known ? WEIGHT_ENYE : WEIGHT_ENYE_ALONE;
		struct clause *max = clause_new(p->arena, Q_MAX);

		st = S_stems(&other, &k, p, enye, n_enye, fields, items, err);
		if (st)
			return st;
		if (!max || !clause_add(p->arena, max, base) ||
		    !clause_add(p->arena, max, clause_scale(p->arena, other, weight)))
			return err_nomem(err);
		base = max;
		*known = true;
	}
	whole = clause_new(p->arena, Q_AND_MAYBE);
	exact = clause_new(p->arena, Q_SYNONYM);
	if (!whole || !exact)
		return err_nomem(err);
	for (size_t i = 0; i < place->n; i++)
		if (!place->v[i].exact_only &&
		    !S_add_terms(exact, p, 'X', fields, place->v[i].folded,
				 place->v[i].folded_n))
			return err_nomem(err);
	*out = base;
	if (!exact->n)
		return ST_OK;
	if (!clause_add(p->arena, whole, base) ||
	    !clause_add(p->arena, whole,
			clause_scale(p->arena, S_simple(exact), WEIGHT_EXACT_FORM)))
		return err_nomem(err);
	*out = whole;
	return ST_OK;
}

/* The typed form and nothing else, accents and all. */
static enum status S_exact_word(struct clause **out, struct plan *p, struct item *i,
				uint64_t bit, struct err *err)
{
	struct clause *terms = clause_new(p->arena, Q_SYNONYM);
	const struct place *place = &i->places[0];
	struct word w;

	if (!terms)
		return err_nomem(err);
	for (size_t k = 0; k < place->n; k++) {
		const struct form *f = &place->v[k];

		if (!S_add_terms(terms, p, 'X', i->fields, f->folded, f->folded_n) ||
		    !marks_add(&p->marks, MARK_EXACT, f->surface, f->surface_n,
			       i->fields, bit))
			return err_nomem(err);
		if (vocabulary_find(&w, p->engine->vocabulary, f->folded, f->folded_n))
			i->known = true;
	}
	return exact_verified(out, p, i, S_simple(terms), err);
}

/* ---- prefixes and fuzzy words ---- */

static enum status S_prefix_range(struct clause *terms, size_t *count, struct plan *p,
				  const struct item *i, const struct form *f,
				  struct err *err)
{
	struct vocabulary *v = p->engine->vocabulary;
	uint32_t first, end;
	struct word w;

	vocabulary_prefix(&first, &end, v, f->folded, f->folded_n);
	*count += end - first;
	if (*count > PREFIX_WORDS_MAX) {
		err_set(err, ST_USAGE,
			_("%s stands for more than %d words; write more letters"),
			i->text, PREFIX_WORDS_MAX);
		return S_column(err, i->column);
	}
	for (uint32_t at = first; at < end; at++)
		if (vocabulary_at(&w, v, at) &&
		    !S_add_terms(terms, p, 'X', i->fields, w.text, w.n))
			return err_nomem(err);
	return ST_OK;
}

static enum status S_prefix(struct clause **out, struct plan *p, struct item *i,
			    uint64_t bit, struct err *err)
{
	const struct form *f = &i->places[0].v[0];
	struct clause *terms = clause_new(p->arena, Q_SYNONYM);
	size_t letters = 0, count = 0;
	enum status st;

	if (!terms)
		return err_nomem(err);
	for (size_t k = 0; k < f->folded_n; k++)
		letters += f->folded[k] == 'n';
	if (letters > ENYE_LETTERS)
		letters = ENYE_LETTERS;
	/* A typed n also reaches ñ here; nobody ranks within a prefix. */
	for (unsigned which = 0; which < 1u << letters; which++) {
		struct form g = *f;

		if (which && (p->request->exact || !S_exchange(&g, p, f, true, which)))
			continue;
		st = S_prefix_range(terms, &count, p, i, &g, err);
		if (st)
			return st;
		if (!marks_add(&p->marks, MARK_PREFIX, g.folded, g.folded_n, i->fields,
			       bit))
			return err_nomem(err);
	}
	i->known = count > 0;
	*out = terms->n ? S_simple(terms) : clause_new(p->arena, Q_NONE);
	return *out ? ST_OK : err_nomem(err);
}

static enum status S_fuzzy(struct clause **out, struct plan *p, struct item *i,
			   uint64_t bit, struct err *err)
{
	const struct form *f = &i->places[0].v[0];
	uint32_t at[FUZZY_WORDS_MAX];
	unsigned char edits[FUZZY_WORDS_MAX];
	struct clause *max = clause_new(p->arena, Q_MAX), *own,
		      *group[FUZZY_EDITS_MAX + 1];
	unsigned limit = i->slop ? i->slop : fuzzy_edits(f->folded, f->folded_n);
	size_t n;
	enum status st = S_word(&own, &i->known, p, &i->places[0], i->fields, bit, err);

	if (st)
		return st;
	if (!max || !clause_add(p->arena, max, own))
		return err_nomem(err);
	if (limit > FUZZY_EDITS_MAX)
		limit = FUZZY_EDITS_MAX;
	st = fuzzy_find(at, edits, &n, FUZZY_WORDS_MAX, p->engine, f->folded,
			f->folded_n, limit, err);
	if (st)
		return st;
	memset(group, 0, sizeof group);
	for (size_t k = 0; k < n; k++) {
		struct clause **g = &group[edits[k]];
		struct word w;

		if (!*g && !(*g = clause_new(p->arena, Q_SYNONYM)))
			return err_nomem(err);
		if (!vocabulary_at(&w, p->engine->vocabulary, at[k]))
			continue;
		if (!S_add_terms(*g, p, 'X', i->fields, w.text, w.n) ||
		    !marks_add(&p->marks, MARK_WORD, w.text, w.n, i->fields, bit))
			return err_nomem(err);
		i->known = true;
	}
	for (unsigned k = 0; k <= FUZZY_EDITS_MAX; k++) {
		double weight = k == 0	 ? 1
				: k == 1 ? WEIGHT_FUZZY
					 : WEIGHT_FUZZY * WEIGHT_FUZZY;

		if (group[k] && group[k]->n &&
		    !clause_add(p->arena, max,
				clause_scale(p->arena, S_simple(group[k]), weight)))
			return err_nomem(err);
	}
	*out = max;
	return ST_OK;
}

/* ---- phrases ---- */

/* Those forms of each place that the index has, ñ variations included. */
static enum status S_usable(struct place **out, bool *all, struct plan *p,
			    const struct item *i, struct err *err)
{
	struct place *v = arena_alloc(p->arena, i->n_places * sizeof *v);
	struct word w;

	*out = v;
	*all = true;
	if (!v)
		return err_nomem(err);
	for (size_t k = 0; k < i->n_places; k++) {
		const struct place *from = &i->places[k];

		for (size_t j = 0; j < from->n; j++) {
			struct form enye[ENYE_FORMS];
			const struct form *f = &from->v[j];
			size_t n = p->request->exact ? 0 : S_enye_forms(enye, p, f);

			if (vocabulary_find(&w, p->engine->vocabulary, f->folded,
					    f->folded_n) &&
			    !S_add_form(&v[k], p, f))
				return err_nomem(err);
			for (size_t m = 0; m < n; m++)
				if (vocabulary_find(&w, p->engine->vocabulary,
						    enye[m].folded, enye[m].folded_n) &&
				    !S_add_form(&v[k], p, &enye[m]))
					return err_nomem(err);
		}
		*all = *all && v[k].n > 0;
	}
	return ST_OK;
}

static struct clause *S_term(struct plan *p, unsigned field, const struct form *f)
{
	char term[TERM_MAX + 1];
	size_t n = term_make(term, 'X', (enum field)field, f->folded, f->folded_n);

	return n ? clause_term(p->arena, term, n) : clause_new(p->arena, Q_NONE);
}

/* One field: the phrase in every combination of forms. */
static enum status S_phrase_in(struct clause *any, struct plan *p, unsigned field,
			       const struct place *v, size_t n, unsigned span,
			       struct err *err)
{
	size_t pick[PHRASE_WORDS_MAX] = {0}, made = 0, k;

	do {
		struct clause *c = clause_new(p->arena, Q_PHRASE);

		if (!c)
			return err_nomem(err);
		c->window = span;
		for (k = 0; k < n; k++)
			if (!clause_add(p->arena, c,
					S_term(p, field, &v[k].v[pick[k]])))
				return err_nomem(err);
		if (!clause_add(p->arena, any, c))
			return err_nomem(err);
		for (k = 0; k < n && ++pick[k] == v[k].n; k++)
			pick[k] = 0;
	} while (k < n && ++made < PHRASE_FORMS_MAX);
	return ST_OK;
}

static enum status S_near_in(struct clause *any, struct plan *p, unsigned field,
			     const struct place *v, size_t n, unsigned window,
			     struct err *err)
{
	struct clause *c = clause_new(p->arena, Q_NEAR);

	if (!c)
		return err_nomem(err);
	c->window = window;
	for (size_t k = 0; k < n; k++) {
		struct clause *forms = clause_new(p->arena, Q_OR);

		if (!forms)
			return err_nomem(err);
		for (size_t j = 0; j < v[k].n; j++)
			if (!clause_add(p->arena, forms, S_term(p, field, &v[k].v[j])))
				return err_nomem(err);
		if (!clause_add(p->arena, c, S_simple(forms)))
			return err_nomem(err);
	}
	return clause_add(p->arena, any, c) ? ST_OK : err_nomem(err);
}

/* What to mark where the words stand together. */
static enum status S_run(struct plan *p, const struct place *v, size_t n, bool ordered,
			 unsigned window, unsigned fields, uint64_t items,
			 bool surfaces, struct err *err)
{
	struct mark_run *run = marks_run(&p->marks, n, window, ordered, fields, items);

	if (!run)
		return err_nomem(err);
	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < v[k].n; j++) {
			const struct form *f = &v[k].v[j];

			if (!marks_run_word(&p->marks, run, k,
					    surfaces ? MARK_EXACT : MARK_WORD,
					    surfaces ? f->surface : f->folded,
					    surfaces ? f->surface_n : f->folded_n))
				return err_nomem(err);
		}
	return ST_OK;
}

/* Words together, in any of the fields: positions are kept field by field. */
static enum status S_together(struct clause **out, struct plan *p,
			      const struct place *v, size_t n, bool ordered,
			      unsigned window, unsigned fields, uint64_t items,
			      bool surfaces, struct err *err)
{
	struct clause *any = clause_new(p->arena, Q_OR);
	enum status st =
		any ? S_run(p, v, n, ordered, window, fields, items, surfaces, err)
		    : err_nomem(err);

	for (unsigned f = 0; !st && f < F_COUNT; f++) {
		if (fields && !(fields & 1u << f))
			continue;
		st = ordered ? S_phrase_in(any, p, f, v, n, window, err)
			     : S_near_in(any, p, f, v, n, window, err);
	}
	*out = st ? NULL : S_simple(any);
	return st;
}

static enum status S_phrase(struct clause **out, struct plan *p, struct item *i,
			    uint64_t bit, struct err *err)
{
	bool exact = p->request->exact, ordered = i->kind == ITEM_PHRASE;
	struct place *v;
	enum status st = S_usable(&v, &i->known, p, i, err);

	if (st)
		return st;
	if (!i->known) {
		*out = clause_new(p->arena, Q_NONE);
		return *out ? ST_OK : err_nomem(err);
	}
	if (i->n_places == 1) { /* "migrantes": that form, not its stem */
		struct clause *terms = clause_new(p->arena, Q_SYNONYM);

		if (!terms)
			return err_nomem(err);
		for (size_t k = 0; k < v[0].n; k++) {
			const struct form *f = &v[0].v[k];

			if (!S_add_terms(terms, p, 'X', i->fields, f->folded,
					 f->folded_n) ||
			    !marks_add(&p->marks, exact ? MARK_EXACT : MARK_WORD,
				       exact ? f->surface : f->folded,
				       exact ? f->surface_n : f->folded_n, i->fields,
				       bit))
				return err_nomem(err);
		}
		*out = S_simple(terms);
	} else {
		unsigned window = ordered ? i->span : i->span + i->slop;

		st = S_together(out, p, v, i->n_places, ordered, window, i->fields, bit,
				exact, err);
	}
	if (!st && exact)
		st = exact_verified(out, p, i, *out, err);
	return st;
}

/* ---- what the others call ---- */

enum status words_item(struct plan *p, size_t at, struct err *err)
{
	struct item *i = &p->items[at];
	uint64_t bit = i->bit;
	struct clause *c = NULL;
	enum status st = ST_INTERNAL;

	i->weight = 1;

	switch (i->kind) {
	case ITEM_WORD:
		if (p->request->exact)
			st = S_exact_word(&c, p, i, bit, err);
		else
			st = S_word(&c, &i->known, p, &i->places[0], i->fields, bit,
				    err);
		i->weight = lexicon_word_weight(p->engine->lexicon,
						i->places[0].v[0].folded,
						i->places[0].v[0].folded_n);
		break;
	case ITEM_PREFIX:
		st = S_prefix(&c, p, i, bit, err);
		break;
	case ITEM_FUZZY:
		st = S_fuzzy(&c, p, i, bit, err);
		break;
	case ITEM_PHRASE:
	case ITEM_NEAR:
		st = S_phrase(&c, p, i, bit, err);
		break;
	}
	if (st)
		return st;
	i->clause = i->weight < 1 ? clause_scale(p->arena, c, i->weight) : c;
	return i->clause ? ST_OK : err_nomem(err);
}

/* Every word of the index with a stem of the form's, itself included. */
static enum status S_inflections(struct place *out, struct plan *p,
				 const struct place *from, struct err *err)
{
	struct vocabulary *v = p->engine->vocabulary;
	uint32_t at[INFLECTIONS_MAX];
	char stem[STEM_MAX];
	struct word w;
	size_t n, all;
	enum status st;

	memset(out, 0, sizeof *out);
	for (size_t j = 0; j < from->n; j++) {
		const struct form *f = &from->v[j];

		if (f->exact_only) {
			if (vocabulary_find(&w, v, f->folded, f->folded_n) &&
			    !S_add_form(out, p, f))
				return err_nomem(err);
			continue;
		}
		st = stem_word(stem, &n, p->engine->stemmer, f->surface, f->surface_n,
			       err);
		if (st)
			return st;
		all = vocabulary_with_stem(at, INFLECTIONS_MAX, v, stem, n);
		if (all > INFLECTIONS_MAX)
			all = INFLECTIONS_MAX;
		for (size_t k = 0; k < all; k++) {
			struct form g = {0};

			if (!vocabulary_at(&w, v, at[k]))
				continue;
			g.folded = g.surface = arena_copy(p->arena, w.text, w.n);
			g.folded_n = g.surface_n = w.n;
			if (!g.folded || !S_add_form(out, p, &g))
				return err_nomem(err);
		}
	}
	return ST_OK;
}

/* The words of a text that are no stop words, in every inflection; as many
 * words may stand between them as in the text itself, and two more. */
struct several {
	struct place *v;
	size_t n; /* 0: some word of it is nowhere in the index */
	unsigned window;
};

static enum status S_several(struct several *out, struct plan *p,
			     const struct place *places, const struct token **heads,
			     size_t n, struct err *err)
{
	struct place *v = arena_alloc(p->arena, n * sizeof *v);
	unsigned span = heads[n - 1]->position - heads[0]->position + 1;
	size_t used = 0;

	memset(out, 0, sizeof *out);
	if (!v)
		return err_nomem(err);
	for (size_t k = 0; k < n; k++) {
		enum status st;

		if (lexicon_is_stop(p->engine->lexicon, places[k].v[0].folded,
				    places[k].v[0].folded_n))
			continue;
		st = S_inflections(&v[used], p, &places[k], err);
		if (st)
			return st;
		if (!v[used++].n)
			return ST_OK;
	}
	if (used > PHRASE_WORDS_MAX)
		return ST_OK;
	out->v = v;
	out->n = used;
	out->window = (used == 1 ? 1 : span) + 2;
	return ST_OK;
}

/* Any of these very forms. */
static enum status S_forms(struct clause **out, struct plan *p, const struct place *v,
			   unsigned fields, uint64_t items, struct err *err)
{
	struct clause *terms = clause_new(p->arena, Q_SYNONYM);

	if (!terms)
		return err_nomem(err);
	for (size_t k = 0; k < v->n; k++)
		if (!S_add_terms(terms, p, 'X', fields, v->v[k].folded,
				 v->v[k].folded_n) ||
		    !marks_add(&p->marks, MARK_WORD, v->v[k].folded, v->v[k].folded_n,
			       fields, items))
			return err_nomem(err);
	*out = S_simple(terms);
	return ST_OK;
}

enum status words_clause(struct clause **out, struct plan *p, const char *text,
			 size_t n, unsigned fields, uint64_t items, struct err *err)
{
	const struct token **heads;
	struct place *places;
	struct tokens t;
	bool known = false;
	size_t count;
	enum status st;

	*out = NULL;
	tokens_init(&t);
	st = text_tokenize(&t, p->engine->analyzer, text, n, err);
	if (!st)
		st = S_places(&places, &heads, &count, p, &t, err);
	if (!st && count == 1) {
		st = S_word(out, &known, p, &places[0], fields, items, err);
		if (!st && !known)
			*out = NULL;
	} else if (!st && count > 1) {
		struct several s;

		st = S_several(&s, p, places, heads, count, err);
		if (!st && s.n == 1)
			st = S_forms(out, p, &s.v[0], fields, items, err);
		else if (!st && s.n)
			st = S_together(out, p, s.v, s.n, false, s.window, fields,
					items, false, err);
	}
	tokens_release(&t);
	return st;
}

/* How many fichas have one of the terms of `into` from `from` on, at most. */
static enum status S_documents(uint32_t *out, struct plan *p, const struct clause *into,
			       size_t from, struct err *err)
{
	uint64_t sum = 0, times;
	enum status st = ST_OK;

	for (size_t i = from; !st && i < into->n; i++) {
		uint32_t n;

		st = reader_frequency(&n, &times, p->engine->reader,
				      into->child[i]->term, err);
		sum += st ? 0 : n;
	}
	*out = sum < reader_count(p->engine->reader) ? (uint32_t)sum
						     : reader_count(p->engine->reader);
	return st;
}

static enum status S_expression(struct clause *into, uint32_t *documents,
				struct plan *p, const char *text, size_t n,
				const struct place *places, const struct token **heads,
				size_t count, unsigned fields, uint64_t items,
				struct err *err)
{
	struct engine *e = p->engine;
	char name[EXPRESSION_NAME_MAX + 1];
	size_t from = into->n, len = expression_name(name, e->lexicon, e->analyzer,
						     e->stemmer, text, n);
	struct several s;
	enum status st;

	if (!len)
		return ST_OK;
	if (!S_add_terms(into, p, 'T', fields, name, len))
		return err_nomem(err);
	st = S_documents(documents, p, into, from, err);
	if (!st && !*documents)
		into->n = from;
	if (st || !*documents)
		return st;
	st = S_several(&s, p, places, heads, count, err);
	return st || !s.n
		       ? st
		       : S_run(p, s.v, s.n, false, s.window, fields, items, false, err);
}

enum status words_synonym(struct clause *into, uint32_t *documents, struct plan *p,
			  const char *text, size_t n, unsigned fields, uint64_t items,
			  struct err *err)
{
	struct stems s = {.p = p, .terms = into, .fields = fields, .items = items};
	const struct token **heads;
	struct place *places;
	struct tokens t;
	size_t count, from = into->n;
	enum status st;

	*documents = 0;
	tokens_init(&t);
	st = text_tokenize(&t, p->engine->analyzer, text, n, err);
	if (!st)
		st = S_places(&places, &heads, &count, p, &t, err);
	if (!st && count > 1)
		st = S_expression(into, documents, p, text, n, places, heads, count,
				  fields, items, err);
	for (size_t i = 0; !st && count == 1 && i < places[0].n; i++)
		st = S_add_form_stems(&s, &places[0].v[i], err);
	if (!st && s.known)
		st = S_documents(documents, p, into, from, err);
	else if (!st && count == 1)
		into->n = from;
	tokens_release(&t);
	return st;
}
