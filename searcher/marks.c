#include "marks.h"

#include <string.h>

/* FNV-1a; only spreads, nothing rests on it. */
static unsigned S_hash(const char *p, size_t n)
{
	uint32_t h = 2166136261u;

	while (n--)
		h = (h ^ (unsigned char)*p++) * 16777619u;
	return (h ^ h >> 15) % MARKS_BUCKETS;
}

#define HEAD 2 /* bytes that a word and its stem share at least */

static void S_add_head(struct word_heads *h, enum mark_kind kind, const char *text,
		       size_t n)
{
	size_t sure = n;

	if (kind == MARK_STEM) {
		sure = stem_head(n);
	} else if (kind == MARK_EXACT) {
		/* Of a surface with its accents the folded form is not known. */
		for (sure = 0; sure < n && (unsigned char)text[sure] < 0x80;)
			sure++;
	}
	heads_add(h, text, sure);
}

/* Whether a token can be, begin with or have the stem of a word that is marked:
 * by how it begins, where that is the same in all its forms. */
static bool S_may_match(const struct word_heads *h, const struct token *t)
{
	return t->folded_n < HEAD || t->surface_n < HEAD ||
	       memcmp(t->folded, t->surface, HEAD) != 0 ||
	       heads_have(h, t->folded, t->folded_n);
}

static struct mark *S_new(struct marks *m, enum mark_kind kind, const char *text,
			  size_t n)
{
	struct mark *k = arena_alloc(m->arena, sizeof *k);

	if (!k || !(k->text = arena_copy(m->arena, text, n)))
		return NULL;
	k->kind = kind;
	k->n = n;
	return k;
}

bool marks_add(struct marks *m, enum mark_kind kind, const char *text, size_t n,
	       unsigned fields, uint64_t items)
{
	struct mark **list =
		kind == MARK_PREFIX ? &m->prefixes : &m->bucket[S_hash(text, n)];
	struct mark *k;

	for (k = *list; k; k = k->next)
		if (k->kind == kind && k->n == n && k->fields == fields &&
		    memcmp(k->text, text, n) == 0) {
			k->items |= items;
			return true;
		}
	k = S_new(m, kind, text, n);
	if (!k)
		return false;
	k->fields = fields;
	k->items = items;
	k->next = *list;
	*list = k;
	S_add_head(&m->heads, kind, text, n);
	S_add_head(&m->all, kind, text, n);
	return true;
}

struct mark_run *marks_run(struct marks *m, size_t n, unsigned window, bool ordered,
			   unsigned fields, uint64_t items)
{
	struct mark_run *r = arena_alloc(m->arena, sizeof *r);

	if (!r || !(r->place = arena_alloc(m->arena, n * sizeof(struct mark *))))
		return NULL;
	r->n = n;
	r->window = window;
	r->ordered = ordered;
	r->fields = fields;
	r->items = items;
	r->next = m->runs;
	m->runs = r;
	return r;
}

bool marks_run_word(struct marks *m, struct mark_run *run, size_t place,
		    enum mark_kind kind, const char *text, size_t n)
{
	struct mark *k = S_new(m, kind, text, n);

	if (!k)
		return false;
	k->next = run->place[place];
	run->place[place] = k;
	S_add_head(&run->heads, kind, text, n);
	S_add_head(&m->all, kind, text, n);
	return true;
}

static bool S_same(const struct mark *k, const char *text, size_t n)
{
	return k->n == n && memcmp(k->text, text, n) == 0;
}

static uint64_t S_look(const struct marks *m, enum mark_kind kind, const char *text,
		       size_t n, unsigned field_bit)
{
	uint64_t items = 0;

	for (const struct mark *k = m->bucket[S_hash(text, n)]; k; k = k->next)
		if (k->kind == kind && (!k->fields || k->fields & field_bit) &&
		    S_same(k, text, n))
			items |= k->items;
	return items;
}

static bool S_in_place(const struct mark *k, const struct token *t)
{
	for (; k; k = k->next) {
		if (k->kind == MARK_EXACT ? S_same(k, t->surface, t->surface_n)
		    : k->kind == MARK_PREFIX
			    ? t->folded_n >= k->n &&
				      memcmp(t->folded, k->text, k->n) == 0
			    : S_same(k, t->folded, t->folded_n))
			return true;
	}
	return false;
}

/* The first token of position `position` or later. */
static size_t S_at(const struct tokens *t, size_t from, unsigned position)
{
	while (from < t->n && t->v[from].position < position)
		from++;
	return from;
}

/* Ordered: place i stands at position start + i (the window is n). */
static void S_phrase(uint64_t *items, const struct mark_run *r, const struct tokens *t)
{
	for (size_t i = 0; i < t->n; i++) {
		unsigned start = t->v[i].position;
		size_t place, at = i, k;

		if (!S_may_match(&r->heads, &t->v[i]) ||
		    !S_in_place(r->place[0], &t->v[i]))
			continue;
		for (place = 1; place < r->n; place++) {
			at = S_at(t, at, start + (unsigned)place);
			for (k = at; k < t->n && t->v[k].position == start + place; k++)
				if (S_in_place(r->place[place], &t->v[k]))
					break;
			if (k >= t->n || t->v[k].position != start + place)
				break;
		}
		if (place < r->n)
			continue;
		for (k = i; k < t->n && t->v[k].position < start + r->n; k++)
			items[k] |= r->items;
	}
}

/* Tokens [first, end): the words of a run that may be taken for its places. */
struct stretch {
	const struct mark_run *r;
	const struct token *v;
	size_t first, end;
	unsigned taken[64]; /* position of each place, 0 = none yet */
	uint64_t tried;	    /* places */
};

/* Gives a place a position that no other has, moving others where there is none
 * left, as the search does (reader_phrase.cc). */
static bool S_take(struct stretch *s, size_t place)
{
	size_t n = s->r->n, owner;

	s->tried |= (uint64_t)1 << place;
	for (int moving = 0; moving < 2; moving++)
		for (size_t k = s->first; k < s->end; k++) {
			if (!S_in_place(s->r->place[place], &s->v[k]))
				continue;
			for (owner = 0; owner < n; owner++)
				if (s->taken[owner] == s->v[k].position)
					break;
			if (owner == n ||
			    (moving && !(s->tried >> owner & 1) && S_take(s, owner))) {
				s->taken[place] = s->v[k].position;
				return true;
			}
		}
	return false;
}

static bool S_each_its_own(struct stretch *s)
{
	memset(s->taken, 0, sizeof s->taken);
	for (size_t p = 0; p < s->r->n; p++) {
		s->tried = 0;
		if (!S_take(s, p))
			return false;
	}
	return true;
}

static uint64_t S_places(const struct mark_run *r, const struct token *t)
{
	uint64_t places = 0;

	for (size_t p = 0; p < r->n; p++)
		if (S_in_place(r->place[p], t))
			places |= (uint64_t)1 << p;
	return places;
}

/* Any order: from each word of the run, the next `window` words; where every
 * place can have one of its own, those that fit are marked. */
static void S_near(uint64_t *items, const struct mark_run *r, const struct tokens *t)
{
	struct stretch s = {.r = r, .v = t->v};
	uint64_t seen, all;

	if (!r->n || r->n > 64)
		return;
	all = ~(uint64_t)0 >> (64 - r->n);
	for (size_t i = 0; i < t->n; i++) {
		if (!S_may_match(&r->heads, &t->v[i]) || !S_places(r, &t->v[i]))
			continue;
		seen = 0;
		s.first = i;
		for (s.end = i; s.end < t->n &&
				t->v[s.end].position < t->v[i].position + r->window;
		     s.end++)
			seen |= S_places(r, &t->v[s.end]);
		if (seen != all || !S_each_its_own(&s))
			continue;
		for (size_t k = s.first; k < s.end; k++)
			if (S_places(r, &t->v[k]))
				items[k] |= r->items;
	}
}

enum status marks_find(uint64_t *items, const struct marks *m, const struct tokens *t,
		       unsigned field_bit, struct stemmer *s, struct err *err)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct token *k = &t->v[i];
		char stem[STEM_MAX];
		size_t n;

		if (!S_may_match(&m->heads, k))
			continue;
		items[i] |= S_look(m, MARK_WORD, k->folded, k->folded_n, field_bit);
		items[i] |= S_look(m, MARK_EXACT, k->surface, k->surface_n, field_bit);
		if (!k->exact_only) {
			enum status st =
				stem_word(stem, &n, s, k->surface, k->surface_n, err);

			if (st)
				return st;
			items[i] |= S_look(m, MARK_STEM, stem, n, field_bit);
		}
		for (const struct mark *p = m->prefixes; p; p = p->next)
			if ((!p->fields || p->fields & field_bit) &&
			    k->folded_n >= p->n &&
			    memcmp(k->folded, p->text, p->n) == 0)
				items[i] |= p->items;
	}
	for (const struct mark_run *r = m->runs; r; r = r->next) {
		if (r->fields && !(r->fields & field_bit))
			continue;
		if (r->ordered)
			S_phrase(items, r, t);
		else
			S_near(items, r, t);
	}
	return ST_OK;
}
