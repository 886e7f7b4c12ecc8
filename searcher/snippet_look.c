#include <stdlib.h>
#include <string.h>

#include "snippet_parts.h"

void look_open(struct look *l, struct hit *h, struct answer *a, struct engine *e)
{
	memset(l, 0, sizeof *l);
	l->a = a;
	l->e = e;
	l->hit = h;
	tokens_init(&l->own);
}

void look_close(struct look *l)
{
	if (l->whole) {
		look_close(l->whole);
		free(l->whole);
	}
	free(l->items);
	tokens_release(&l->own);
}

/* The items of l's tokens. */
static enum status S_items(struct look *l, struct err *err)
{
	size_t n = l->tokens->n;

	if (n > l->cap) {
		uint64_t *v = realloc(l->items, n * sizeof *v);

		if (!v)
			return err_nomem(err);
		l->items = v;
		l->cap = n;
	}
	if (!n)
		return ST_OK;
	memset(l->items, 0, n * sizeof *l->items);
	return l->a->plan ? marks_find(l->items, &l->a->plan->marks, l->tokens,
				       1u << l->field, l->e->stemmer, err)
			  : ST_OK;
}

enum status look_at(bool *any, struct look *l, enum field f, struct err *err)
{
	static const struct word_heads none;
	const struct reading_text *t;
	enum status st = reading_some(&t, &l->tokens, l->hit->reading, l->e, f,
				      l->a->plan ? &l->a->plan->marks.all : &none, err);

	*any = false;
	if (st)
		return st;
	l->field = f;
	l->text = t->text;
	l->n = t->n;
	st = S_items(l, err);
	for (size_t i = 0; !st && i < l->tokens->n && !*any; i++)
		*any = l->items[i] != 0;
	return st;
}

/* The bytes of the matched words, by where they begin: of what stands at one position
 * the printed form comes first, and a piece may stand before it (the N of N° 2). */
static size_t S_matched(struct span *v, const struct look *l, size_t first, size_t last,
			size_t from, size_t to)
{
	size_t n = 0, k;

	for (size_t i = first; i < last; i++) {
		const struct token *t = &l->tokens->v[i];

		if (!l->items[i] || t->end > to || t->start < from)
			continue;
		for (k = n++; k > 0 && v[k - 1].start > t->start; k--)
			v[k] = v[k - 1];
		v[k] = (struct span){t->start, t->end};
	}
	return n;
}

enum status look_spans(struct span **out, size_t *n_out, const struct look *l,
		       size_t first, size_t last, size_t from, size_t to,
		       struct err *err)
{
	size_t at = from, column = 0, n = 0, matched;
	struct span *v;

	for (size_t i = first; i < last; i++)
		n += l->items[i] != 0;
	v = arena_alloc(l->a->arena, (n + 1) * sizeof *v);
	if (!v)
		return err_nomem(err);
	matched = S_matched(v, l, first, last, from, to);
	n = 0;
	for (size_t i = 0; i < matched; i++) {
		size_t start = v[i].start < at ? at : v[i].start, end = v[i].end;

		if (end <= at)
			continue;
		column += utf8_count(l->text + at, start - at);
		v[n].start = column;
		column += utf8_count(l->text + start, end - start);
		v[n].end = column;
		if (n && v[n - 1].end == v[n].start)
			v[n - 1].end = v[n].end;
		else
			n++;
		at = end;
	}
	*out = v;
	*n_out = n;
	return ST_OK;
}

size_t look_token_at(const struct look *l, size_t first, size_t last, size_t at)
{
	while (first < last && l->tokens->v[first].start < at)
		first++;
	return first;
}

size_t look_trim_end(const struct look *l, size_t from, size_t to)
{
	while (to > from && (l->text[to - 1] == ' ' || l->text[to - 1] == '\n'))
		to--;
	return to;
}

unsigned look_line(const struct look *l, size_t paragraph)
{
	const struct ints *lines = &l->hit->ficha->para_lines[l->field];

	if (lines->n)
		return (unsigned)
			lines->v[paragraph < lines->n ? paragraph : lines->n - 1];
	return l->hit->ficha->lines[l->field].first;
}

bool look_next_paragraph(struct look *l, size_t k)
{
	const char *gap;

	l->from = l->to;
	while (l->from < l->n && l->text[l->from] == '\n')
		l->from++;
	if (l->from >= l->n)
		return false;
	gap = memmem(l->text + l->from, l->n - l->from, "\n\n", 2);
	l->to = gap ? (size_t)(gap - l->text) : l->n;
	l->first = look_token_at(l, l->last, l->tokens->n, l->from);
	l->last = look_token_at(l, l->first, l->tokens->n, l->to);
	l->line = look_line(l, k);
	return true;
}

enum status look_whole(struct look **out, struct look *l, struct err *err)
{
	struct look *w = l->whole;
	enum status st = ST_OK;

	*out = NULL;
	if (!w) {
		w = l->whole = malloc(sizeof *w);
		if (!w)
			return err_nomem(err);
		look_open(w, l->hit, l->a, l->e);
	}
	if (!w->tokens || w->field != l->field) {
		w->tokens = NULL;
		st = text_tokenize(&w->own, l->e->analyzer, l->text, l->n, err);
		if (st)
			return st;
		w->tokens = &w->own;
		w->field = l->field;
		w->text = l->text;
		w->n = l->n;
		st = S_items(w, err);
	}
	w->from = l->from;
	w->to = l->to;
	w->line = l->line;
	*out = w;
	return st;
}
