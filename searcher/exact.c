#include "exact.h"

#include <stdlib.h>
#include <string.h>

#include "indexed.h"
#include "marks.h"

struct look {
	struct plan *p;
	const struct item *item;
	struct marks marks; /* only this item's */
	struct tokens tokens;
	struct buf record, scratch;
	uint64_t *items;
	size_t cap;
};

static bool S_marks(struct look *l)
{
	const struct item *i = l->item;
	struct mark_run *run;

	l->marks.arena = l->p->arena;
	if (i->n_places == 1) {
		for (size_t k = 0; k < i->places[0].n; k++)
			if (!marks_add(&l->marks, MARK_EXACT, i->places[0].v[k].surface,
				       i->places[0].v[k].surface_n, 0, 1))
				return false;
		return true;
	}
	run = marks_run(&l->marks, i->n_places,
			i->kind == ITEM_NEAR ? i->span + i->slop : i->span,
			i->kind == ITEM_PHRASE, 0, 1);
	if (!run)
		return false;
	for (size_t k = 0; k < i->n_places; k++)
		for (size_t j = 0; j < i->places[k].n; j++)
			if (!marks_run_word(&l->marks, run, k, MARK_EXACT,
					    i->places[k].v[j].surface,
					    i->places[k].v[j].surface_n))
				return false;
	return true;
}

static enum status S_text(bool *found, struct look *l, enum field field,
			  const char *text, size_t n, struct err *err)
{
	struct engine *e = l->p->engine;
	enum status st = text_tokenize(&l->tokens, e->analyzer, text, n, err);

	if (st)
		return st;
	if (l->tokens.n > l->cap) {
		uint64_t *v = realloc(l->items, l->tokens.n * sizeof *v);

		if (!v)
			return err_nomem(err);
		l->items = v;
		l->cap = l->tokens.n;
	}
	if (l->tokens.n)
		memset(l->items, 0, l->tokens.n * sizeof *l->items);
	st = marks_find(l->items, &l->marks, &l->tokens, 1u << field, e->stemmer, err);
	for (size_t i = 0; !st && i < l->tokens.n; i++)
		*found = *found || l->items[i];
	return st;
}

static enum status S_document(bool *found, struct look *l, uint32_t docid,
			      struct err *err)
{
	struct engine *e = l->p->engine;
	struct ficha f;
	enum status st;

	*found = false;
	ficha_init(&f);
	st = engine_ficha(&f, &l->record, e, docid, err);
	for (int i = 0; !st && !*found && i < F_COUNT; i++) {
		const char *text;
		size_t n;

		if (l->item->fields && !(l->item->fields & 1u << i))
			continue;
		st = indexed_text(&text, &n, &l->scratch, &f, (enum field)i, e->lexicon,
				  err);
		if (!st && text)
			st = S_text(found, l, (enum field)i, text, n, err);
	}
	ficha_release(&f);
	return st;
}

enum status exact_verified(struct clause **out, struct plan *p, const struct item *i,
			   struct clause *c, struct err *err)
{
	struct look l = {.p = p, .item = i};
	struct docset *kept = plan_set(p), may = {0};
	struct clause *filter, *leaf;
	enum status st;

	tokens_init(&l.tokens);
	buf_init(&l.record, 0);
	buf_init(&l.scratch, 0);
	if (!kept || !S_marks(&l))
		st = err_nomem(err);
	else
		st = reader_match(&may, p->engine->reader, c, p->engine->deadline, err);
	if (!st) {
		for (uint32_t d = docset_next(&may, 1); !st && d;
		     d = docset_next(&may, d + 1)) {
			bool found;

			st = engine_tick(p->engine, err);
			if (!st)
				st = S_document(&found, &l, d, err);
			if (!st && found)
				docset_add(kept, d);
		}
	}
	docset_release(&may);
	free(l.items);
	tokens_release(&l.tokens);
	buf_release(&l.record);
	buf_release(&l.scratch);
	if (st)
		return st;
	filter = clause_new(p->arena, Q_FILTER);
	leaf = clause_new(p->arena, Q_DOCSET);
	if (!filter || !leaf)
		return err_nomem(err);
	leaf->docs = kept;
	if (!clause_add(p->arena, filter, c) || !clause_add(p->arena, filter, leaf))
		return err_nomem(err);
	*out = filter;
	return ST_OK;
}
