#include <stdlib.h>
#include <string.h>

#include "snippet_parts.h"

/* Code points. */
#define WINDOW_MAX  220 /* where a sentence has to be cut */
#define PASSAGE_MIN 90	/* below this the next sentence comes along */
#define STARTS_MAX  64	/* places tried in one endless sentence */

static double S_field_bonus(enum field f)
{
	switch (f) {
	case F_TITLE: /* both stand above the passage anyway */
	case F_MUNICIPALITY:
		return -0.4;
	case F_SELLO:
	case F_DATES:
		return -0.2;
	case F_UNITS:
		return -0.1;
	case F_POPULATION:
	case F_FUNDING:
	case F_SUSTAINABILITY:
	case F_INNOVATION:
	case F_LESSONS:
		return 0;
	case F_DESCRIPTION:
		return 0.01;
	case F_COUNT:
		break;
	}
	return 0;
}

static double S_worth(const struct look *l, uint64_t items)
{
	const struct plan *p = l->a->plan;
	double sum = 0;

	for (size_t i = 0; p && i < p->n_items; i++)
		if (p->items[i].bit & items)
			sum += p->items[i].weight;
	return sum;
}

static bool S_better(const struct passage *p, const struct passage *than)
{
	return p->score > than->score + 1e-9;
}

/* Bytes [from, to) of the text with tokens [first, last). */
static enum status S_offer(struct passages *best, const struct look *l, size_t from,
			   size_t to, size_t first, size_t last, bool cut_start,
			   bool cut_end, struct err *err)
{
	struct passage p = {.field = l->field, .line = l->line};
	size_t matches = 0, at;
	enum status st;

	for (size_t i = first; i < last; i++) {
		if (l->tokens->v[i].start < from || l->tokens->v[i].end > to)
			continue;
		p.items |= l->items[i];
		matches += l->items[i] && !l->tokens->v[i].variant;
	}
	p.score = S_worth(l, p.items) + S_field_bonus(l->field) +
		  0.05 * (double)(matches < 6 ? matches : 6);
	/* Its place among the best: by score; worth keeping where it is first
	 * or adds a word.  Two are kept beyond what is shown, because a better
	 * first may take another's reason away. */
	for (at = 0; at < best->n && !S_better(&p, &best->v[at]); at++)
		;
	if (at == PASSAGES_MAX + 1)
		return ST_OK;
	if (at > 0) {
		uint64_t have = 0;

		for (size_t i = 0; i < at; i++)
			have |= best->v[i].items;
		if (!(p.items & ~have))
			return ST_OK;
	}
	p.text = arena_copy(l->a->arena, l->text + from, to - from);
	p.n = to - from;
	p.cut_start = cut_start;
	p.cut_end = cut_end;
	if (!p.text)
		return err_nomem(err);
	st = look_spans(&p.marks, &p.n_marks, l, first, last, from, to, err);
	if (st)
		return st;
	if (best->n < PASSAGES_MAX + 1)
		best->n++;
	memmove(&best->v[at + 1], &best->v[at], (best->n - 1 - at) * sizeof p);
	best->v[at] = p;
	return ST_OK;
}

/* Words around the matches of a sentence: tokens [first, last) of a look that
 * has all of them. */
static enum status S_window(struct passages *best, const struct look *l, size_t from,
			    size_t to, size_t first, size_t last, struct err *err)
{
	enum status st = ST_OK;
	size_t tried = 0, covered = 0;

	for (size_t i = first; !st && i < last && tried < STARTS_MAX; i++) {
		size_t a = i, b = i, start, end, length;
		bool moved = true;

		if (!l->items[i] || i < covered)
			continue;
		tried++;
		/* Forward as far as the next matches fit, then by turns to both
		 * sides as far as words fit. */
		start = l->tokens->v[i].start;
		end = l->tokens->v[i].end;
		for (size_t k = i + 1; k < last; k++) {
			size_t e = l->tokens->v[k].end;

			if (e - start > 4 * PASSAGE_MAX ||
			    utf8_count(l->text + start, e - start) >
				    PASSAGE_MAX * 3 / 4)
				break;
			if (l->items[k] && e > end) {
				b = k;
				end = e;
			}
		}
		covered = b + 1;
		length = utf8_count(l->text + start, end - start);
		while (moved) {
			moved = false;
			if (a > first) {
				size_t s = l->tokens->v[a - 1].start, k;

				k = s < start ? utf8_count(l->text + s, start - s) : 0;
				if (length + k <= WINDOW_MAX) {
					a--;
					length += k;
					start = s < start ? s : start;
					moved = true;
				}
			}
			if (b + 1 < last) {
				size_t e = l->tokens->v[b + 1].end, k;

				k = e > end ? utf8_count(l->text + end, e - end) : 0;
				if (length + k <= WINDOW_MAX) {
					b++;
					length += k;
					end = e > end ? e : end;
					moved = true;
				}
			}
		}
		if (a == first)
			start = from;
		if (b + 1 == last)
			end = to;
		st = S_offer(best, l, start, end, a, b + 1, start > from, end < to,
			     err);
	}
	return st;
}

/* A sentence longer than a passage: words around its matches. */
static enum status S_long(struct passages *best, struct look *l, size_t from, size_t to,
			  struct err *err)
{
	struct look *all;
	enum status st = look_whole(&all, l, err);
	size_t first, last;

	if (st)
		return st;
	first = look_token_at(all, 0, all->tokens->n, from);
	last = look_token_at(all, first, all->tokens->n, to);
	return S_window(best, all, from, to, first, last, err);
}

/* The passage that begins with sentence s; starts has n_starts entries. */
static enum status S_sentence(struct passages *best, struct look *l,
			      const size_t *starts, size_t n_starts, size_t s,
			      struct err *err)
{
	size_t from = l->from + starts[s], to, first, last, length, end = s + 1, a, b;
	bool any = false;

	to = end < n_starts ? l->from + starts[end] : l->to;
	first = look_token_at(l, l->first, l->last, from);
	last = look_token_at(l, first, l->last, to);
	for (size_t i = first; i < last && !any; i++)
		any = l->items[i] != 0;
	if (!any)
		return ST_OK;
	to = look_trim_end(l, from, to);
	length = utf8_count(l->text + from, to - from);
	if (length > PASSAGE_MAX)
		return S_long(best, l, from, to, err);
	/* Following sentences, while they fit and bring matches or the passage
	 * is short; then the one before, if it is short still. */
	while (end < n_starts) {
		size_t next = look_trim_end(
			l, to, end + 1 < n_starts ? l->from + starts[end + 1] : l->to);
		size_t more = utf8_count(l->text + to, next - to);
		bool matches = false;

		if (length + more > PASSAGE_MAX)
			break;
		b = look_token_at(l, last, l->last, next);
		for (size_t i = last; i < b && !matches; i++)
			matches = l->items[i] != 0;
		if (!matches && length >= PASSAGE_MIN)
			break;
		length += more;
		to = next;
		last = b;
		end++;
	}
	if (length < PASSAGE_MIN && s > 0) {
		size_t before = l->from + starts[s - 1];

		if (length + utf8_count(l->text + before, from - before) <=
		    PASSAGE_MAX) {
			a = look_token_at(l, l->first, first, before);
			from = before;
			first = a;
		}
	}
	return S_offer(best, l, from, to, first, last, false, false, err);
}

enum status passages_offer(struct passages *best, struct look *l, struct err *err)
{
	size_t *starts, n_starts;
	bool any = false;
	enum status st;

	for (size_t i = l->first; i < l->last && !any; i++)
		any = l->items[i] != 0;
	if (!any)
		return ST_OK;
	if (l->to - l->from <= PASSAGE_MAX ||
	    utf8_count(l->text + l->from, l->to - l->from) <= PASSAGE_MAX)
		return S_offer(best, l, l->from, l->to, l->first, l->last, false, false,
			       err);
	st = text_sentences(&starts, &n_starts, l->e->analyzer, l->text + l->from,
			    l->to - l->from, err);
	for (size_t s = 0; !st && s < n_starts; s++)
		st = S_sentence(best, l, starts, n_starts, s, err);
	if (!st)
		free(starts);
	return st;
}
