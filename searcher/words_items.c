#include "words_parts.h"

#include <string.h>

#include "messages.h"

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
		return words_column(err, leaf->column);
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
		st = words_places(&places, &heads, &n, p, &t, err);
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
