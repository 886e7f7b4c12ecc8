#include <stdlib.h>
#include <string.h>

#include "snippet_parts.h"

static enum status S_field(struct passages *best, struct look *l, enum field f,
			   struct err *err)
{
	enum status st;
	bool any;

	st = look_at(&any, l, f, err);
	if (st || !any)
		return st;
	if (f == F_TITLE) {
		st = look_spans(&l->hit->title_marks, &l->hit->n_title_marks, l, 0,
				l->tokens->n, 0, l->n, err);
		if (st)
			return st;
	}
	l->to = l->last = 0;
	for (size_t k = 0; !st && look_next_paragraph(l, k); k++)
		st = passages_offer(best, l, err);
	return st;
}

static enum status S_add(struct hit *h, struct answer *a, const struct passage *p,
			 struct err *err)
{
	struct snippet *v = arena_alloc(a->arena, (h->n_snippets + 1) * sizeof *v);

	if (!v)
		return err_nomem(err);
	if (h->n_snippets)
		memcpy(v, h->snippets, h->n_snippets * sizeof *v);
	v[h->n_snippets] =
		(struct snippet){p->field, p->line,    p->text,	     p->n,
				 p->marks, p->n_marks, p->cut_start, p->cut_end};
	h->snippets = v;
	h->n_snippets++;
	return ST_OK;
}

/* Where there is no passage but the title: how the text begins.  It may have some of
 * the title's words. */
static enum status S_beginning(struct look *l, struct err *err)
{
	static const enum field order[] = {F_DESCRIPTION,    F_INNOVATION,
					   F_LESSONS,	     F_UNITS,
					   F_SUSTAINABILITY, F_POPULATION};
	struct passage p = {0};
	size_t *starts, n_starts, end = 0;
	const char *text = NULL, *gap;
	enum status st;

	for (size_t i = 0; !text && i < sizeof order / sizeof *order; i++) {
		l->field = order[i];
		text = l->hit->ficha->text[order[i]];
	}
	if (!text || !*text)
		return ST_OK;
	l->text = text;
	gap = strstr(text, "\n\n");
	l->n = gap ? (size_t)(gap - text) : strlen(text);
	if (utf8_count(text, l->n) <= PASSAGE_MAX) {
		end = l->n;
	} else {
		st = text_sentences(&starts, &n_starts, l->e->analyzer, text, l->n,
				    err);
		if (st)
			return st;
		for (size_t s = 1; s < n_starts; s++)
			if (utf8_count(text, starts[s]) <= PASSAGE_MAX)
				end = starts[s];
		free(starts);
		if (!end) { /* one long sentence: its first words */
			size_t at = 0, count = 0;

			for (; at < l->n && count < PASSAGE_MAX; count++) {
				unsigned long c;
				size_t k = utf8_decode(text + at, l->n - at, &c);

				if (c == ' ')
					end = at;
				at += k;
			}
			if (!end)
				end = at;
			p.cut_end = true;
		}
	}
	end = look_trim_end(l, 0, end);
	p.field = l->field;
	p.line = look_line(l, 0);
	p.text = arena_copy(l->a->arena, text, end);
	p.n = end;
	if (!p.text)
		return err_nomem(err);
	if (l->a->plan && l->a->plan->n_items) {
		bool any;

		st = look_at(&any, l, l->field, err);
		if (!st)
			st = look_spans(&p.marks, &p.n_marks, l, 0, l->tokens->n, 0,
					end, err);
		if (st)
			return st;
	}
	return S_add(l->hit, l->a, &p, err);
}

enum status snippet_fill(struct hit *h, struct answer *a, struct engine *e,
			 struct err *err)
{
	unsigned in = a->request->in;
	struct passages best = {.n = 0};
	struct look l;
	enum status st = ST_OK;
	uint64_t have = 0;

	look_open(&l, h, a, e);
	for (int f = 0; !st && a->plan && a->plan->n_items && f < F_COUNT; f++)
		if (!in || in & 1u << f)
			st = S_field(&best, &l, (enum field)f, err);
	for (size_t i = 0; !st && i < best.n && h->n_snippets < PASSAGES_MAX; i++) {
		const struct passage *p = &best.v[i];

		if (i && (!(p->items & ~have) || p->field == F_TITLE ||
			  p->field == F_MUNICIPALITY))
			continue;
		have |= p->items;
		st = S_add(h, a, p, err);
	}
	if (!st && (!h->n_snippets ||
		    (h->n_snippets == 1 && (h->snippets[0].field == F_TITLE ||
					    h->snippets[0].field == F_MUNICIPALITY))))
		st = S_beginning(&l, err);
	look_close(&l);
	return st;
}

enum status snippet_paragraphs(struct hit *h, struct answer *a, struct engine *e,
			       enum field field, struct err *err)
{
	struct look l;
	enum status st;
	bool any = false;

	look_open(&l, h, a, e);
	st = look_at(&any, &l, field, err);
	for (size_t k = 0; !st && l.text && look_next_paragraph(&l, k); k++) {
		struct passage p = {.field = field, .line = l.line};
		bool matches = !any;

		for (size_t i = l.first; i < l.last && !matches; i++)
			matches = l.items[i] != 0;
		if (!matches)
			continue;
		p.text = arena_copy(a->arena, l.text + l.from, l.to - l.from);
		p.n = l.to - l.from;
		st = p.text ? look_spans(&p.marks, &p.n_marks, &l, l.first, l.last,
					 l.from, l.to, err)
			    : err_nomem(err);
		if (!st)
			st = S_add(h, a, &p, err);
	}
	look_close(&l);
	return st;
}
