#include "snippet.h"

#include <stdlib.h>
#include <string.h>

#include "indexed.h"

/* Code points of a passage. */
#define PASSAGE_MAX  300
#define WINDOW_MAX   220 /* where a sentence has to be cut */
#define PASSAGE_MIN  90	 /* below this the next sentence comes along */
#define STARTS_MAX   64	 /* places tried in one endless sentence */
#define PASSAGES_MAX 2

/*
 * One field's text, cut into tokens, each with the query words that it
 * matches.  The work is linear: a passage is at most PASSAGE_MAX long, and one
 * is tried for each sentence that has a match.
 */
struct look {
	struct answer *a;
	struct engine *e;
	struct hit *hit;
	uint64_t *items; /* of each token */
	size_t cap;
	/* the field in hand */
	enum field field;
	const char *text;
	size_t n;
	const struct tokens *tokens;
	/* the paragraph in hand: bytes [from, to), tokens [first, last) */
	size_t from, to, first, last;
	unsigned line;
};

struct passage {
	enum field field;
	const char *text; /* the answer's */
	size_t n;
	unsigned line;
	struct span *marks;
	size_t n_marks;
	bool cut_start, cut_end;
	uint64_t items;
	double score;
};

struct passages { /* the best found so far, best first; every one of them adds
		   * a word to those before it */
	struct passage v[PASSAGES_MAX + 1];
	size_t n;
};

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

/* ---- tokens of a field ---- */

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

/* Makes f the field in hand; *any: it has a matched word. */
static enum status S_look_at(bool *any, struct look *l, enum field f, struct err *err)
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

/* The spans of the matched tokens [first, last) as code points of the text
 * that begins at byte `from`; forms of one word overlap and are one span. */
static enum status S_spans(struct span **out, size_t *n_out, const struct look *l,
			   size_t first, size_t last, size_t from, size_t to,
			   struct err *err)
{
	size_t at = from, column = 0, n = 0, end = 0;
	struct span *v;

	for (size_t i = first; i < last; i++)
		n += l->items[i] != 0;
	v = arena_alloc(l->a->arena, (n + 1) * sizeof *v);
	if (!v)
		return err_nomem(err);
	n = 0;
	for (size_t i = first; i < last; i++) {
		const struct token *t = &l->tokens->v[i];
		size_t start = t->start;

		if (!l->items[i] || t->end > to || start < from || t->end <= end)
			continue;
		if (start < end)
			start = end;
		column += utf8_count(l->text + at, start - at);
		v[n].start = column;
		column += utf8_count(l->text + start, t->end - start);
		v[n].end = column;
		if (n && v[n - 1].end == v[n].start)
			v[n - 1].end = v[n].end;
		else
			n++;
		at = end = t->end;
	}
	*out = v;
	*n_out = n;
	return ST_OK;
}

/* ---- keeping the best ---- */

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
	st = S_spans(&p.marks, &p.n_marks, l, first, last, from, to, err);
	if (st)
		return st;
	if (best->n < PASSAGES_MAX + 1)
		best->n++;
	memmove(&best->v[at + 1], &best->v[at], (best->n - 1 - at) * sizeof p);
	best->v[at] = p;
	return ST_OK;
}

/* ---- passages of a paragraph ---- */

static size_t S_trim_end(const struct look *l, size_t from, size_t to)
{
	while (to > from && (l->text[to - 1] == ' ' || l->text[to - 1] == '\n'))
		to--;
	return to;
}

/* First token of [first, last) that starts at byte `at` or later. */
static size_t S_token_at(const struct look *l, size_t first, size_t last, size_t at)
{
	while (first < last && l->tokens->v[first].start < at)
		first++;
	return first;
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

/* A sentence longer than a passage. */
static enum status S_long(struct passages *best, const struct look *l, size_t from,
			  size_t to, struct err *err)
{
	struct look whole = *l;
	const struct reading_text *t;
	enum status st = reading_field(&t, l->hit->reading, l->e, l->field, err);
	size_t first, last;

	if (st)
		return st;
	whole.tokens = &t->tokens;
	whole.items = NULL;
	whole.cap = 0;
	st = S_items(&whole, err);
	first = S_token_at(&whole, 0, t->tokens.n, from);
	last = S_token_at(&whole, first, t->tokens.n, to);
	if (!st)
		st = S_window(best, &whole, from, to, first, last, err);
	free(whole.items);
	return st;
}

/* The passage that begins with sentence s; starts has n_starts entries. */
static enum status S_sentence(struct passages *best, const struct look *l,
			      const size_t *starts, size_t n_starts, size_t s,
			      struct err *err)
{
	size_t from = l->from + starts[s], to, first, last, length, end = s + 1, a, b;
	bool any = false;

	to = end < n_starts ? l->from + starts[end] : l->to;
	first = S_token_at(l, l->first, l->last, from);
	last = S_token_at(l, first, l->last, to);
	for (size_t i = first; i < last && !any; i++)
		any = l->items[i] != 0;
	if (!any)
		return ST_OK;
	to = S_trim_end(l, from, to);
	length = utf8_count(l->text + from, to - from);
	if (length > PASSAGE_MAX)
		return S_long(best, l, from, to, err);
	/* Following sentences, while they fit and bring matches or the passage
	 * is short; then the one before, if it is short still. */
	while (end < n_starts) {
		size_t next = S_trim_end(
			l, to, end + 1 < n_starts ? l->from + starts[end + 1] : l->to);
		size_t more = utf8_count(l->text + to, next - to);
		bool matches = false;

		if (length + more > PASSAGE_MAX)
			break;
		b = S_token_at(l, last, l->last, next);
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
			a = S_token_at(l, l->first, first, before);
			from = before;
			first = a;
		}
	}
	return S_offer(best, l, from, to, first, last, false, false, err);
}

static enum status S_paragraph(struct passages *best, const struct look *l,
			       struct err *err)
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

static unsigned S_line(const struct look *l, size_t paragraph)
{
	const struct ints *lines = &l->hit->ficha->para_lines[l->field];

	if (lines->n)
		return (unsigned)
			lines->v[paragraph < lines->n ? paragraph : lines->n - 1];
	return l->hit->ficha->lines[l->field].first;
}

/* Sets from, to, first, last, line to the next paragraph (number k); false
 * after the last one.  Call with to = 0 and last = 0 first. */
static bool S_next_paragraph(struct look *l, size_t k)
{
	const char *gap;

	l->from = l->to;
	while (l->from < l->n && l->text[l->from] == '\n')
		l->from++;
	if (l->from >= l->n)
		return false;
	gap = memmem(l->text + l->from, l->n - l->from, "\n\n", 2);
	l->to = gap ? (size_t)(gap - l->text) : l->n;
	l->first = S_token_at(l, l->last, l->tokens->n, l->from);
	l->last = S_token_at(l, l->first, l->tokens->n, l->to);
	l->line = S_line(l, k);
	return true;
}

/* ---- a hit ---- */

static void S_init(struct look *l, struct hit *h, struct answer *a, struct engine *e)
{
	memset(l, 0, sizeof *l);
	l->a = a;
	l->e = e;
	l->hit = h;
}

static void S_release(struct look *l)
{
	free(l->items);
}

static enum status S_field(struct passages *best, struct look *l, enum field f,
			   struct err *err)
{
	enum status st;
	bool any;

	st = S_look_at(&any, l, f, err);
	if (st || !any)
		return st;
	if (f == F_TITLE) {
		st = S_spans(&l->hit->title_marks, &l->hit->n_title_marks, l, 0,
			     l->tokens->n, 0, l->n, err);
		if (st)
			return st;
	}
	l->to = l->last = 0;
	for (size_t k = 0; !st && S_next_paragraph(l, k); k++)
		st = S_paragraph(best, l, err);
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

/* What to show where nothing is marked: how the text begins. */
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
	end = S_trim_end(l, 0, end);
	p.field = l->field;
	p.line = S_line(l, 0);
	p.text = arena_copy(l->a->arena, text, end);
	p.n = end;
	return p.text ? S_add(l->hit, l->a, &p, err) : err_nomem(err);
}

enum status snippet_fill(struct hit *h, struct answer *a, struct engine *e,
			 struct err *err)
{
	unsigned in = a->request->in;
	struct passages best = {.n = 0};
	struct look l;
	enum status st = ST_OK;
	uint64_t have = 0;

	S_init(&l, h, a, e);
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
	S_release(&l);
	return st;
}

enum status snippet_paragraphs(struct hit *h, struct answer *a, struct engine *e,
			       enum field field, struct err *err)
{
	struct look l;
	enum status st;
	bool any = false;

	S_init(&l, h, a, e);
	st = S_look_at(&any, &l, field, err);
	for (size_t k = 0; !st && l.text && S_next_paragraph(&l, k); k++) {
		struct passage p = {.field = field, .line = l.line};
		bool matches = !any;

		for (size_t i = l.first; i < l.last && !matches; i++)
			matches = l.items[i] != 0;
		if (!matches)
			continue;
		p.text = arena_copy(a->arena, l.text + l.from, l.to - l.from);
		p.n = l.to - l.from;
		st = p.text ? S_spans(&p.marks, &p.n_marks, &l, l.first, l.last, l.from,
				      l.to, err)
			    : err_nomem(err);
		if (!st)
			st = S_add(h, a, &p, err);
	}
	S_release(&l);
	return st;
}
