#include "expressions.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "query.h"

/*
 * Every stem of an expression that is asked of a text is a place with so many
 * of the text's last positions as the expression has that stem (niños, niñas
 * y adolescentes has two of one).  A token whose stem is some places' writes
 * its position down; where then all places of an expression have what they
 * need within its window, it is there, and they begin anew.
 */

#define SAME_STEM_MAX 4
#define SLACK	      2 /* words between, more than as printed */

struct place {
	uint32_t expression;
	unsigned need;
	unsigned last[SAME_STEM_MAX]; /* the latest first; 0 = none */
};

struct expression {
	const char *name;
	size_t n;
	uint32_t first, places; /* in the array of places */
	unsigned window;
	unsigned text; /* the text that its positions are of */
	unsigned times;
};

struct slot { /* of the table by stem */
	const char *stem;
	size_t n;
	uint32_t *place; /* several expressions have movil */
	size_t n_places, cap;
};

struct expressions {
	struct arena *arena;
	struct expression *v;
	size_t n, cap;
	struct place *place;
	size_t n_places, cap_places;
	struct slot *slot; /* open addressing, a power of two */
	size_t mask;
	uint32_t *touched; /* expressions of the text in hand */
	size_t n_touched;
	unsigned text;
};

/* ---- an entry's words ---- */

struct entry_word {
	char stem[2][STEM_MAX]; /* of the surface, and of the folded form */
	size_t len[2];
};

struct entry {
	struct entry_word word[EXPRESSION_WORDS_MAX];
	size_t n;
	unsigned span; /* positions from the first to the last */
};

static int S_by_stem(const void *a, const void *b)
{
	return strcmp(((const struct entry_word *)a)->stem[0],
		      ((const struct entry_word *)b)->stem[0]);
}

static enum status S_word(struct entry_word *out, struct stemmer *s,
			  const struct token *t, struct err *err)
{
	enum status st;

	if (t->exact_only) {
		for (int i = 0; i < 2; i++) {
			memcpy(out->stem[i], t->folded, t->folded_n);
			out->stem[i][t->folded_n] = '\0';
			out->len[i] = t->folded_n;
		}
		return ST_OK;
	}
	st = stem_word(out->stem[0], &out->len[0], s, t->surface, t->surface_n, err);
	return st ? st
		  : stem_word(out->stem[1], &out->len[1], s, t->folded, t->folded_n,
			      err);
}

static bool S_printed(const struct token *t)
{
	return !t->variant && !t->index_only;
}

/* The words that make an entry, sorted; n 0: fewer than two, or too many.
 * Where no two are more than stop words ("a la fecha"), all of them make it. */
static enum status S_read(struct entry *out, const struct lexicon *l, struct stemmer *s,
			  const struct tokens *t, struct err *err)
{
	size_t content = 0;
	unsigned first = 0;

	out->n = 0;
	for (size_t i = 0; i < t->n; i++)
		content += S_printed(&t->v[i]) &&
			   !lexicon_is_stop(l, t->v[i].folded, t->v[i].folded_n);
	for (size_t i = 0; i < t->n; i++) {
		const struct token *k = &t->v[i];
		enum status st;

		if (!S_printed(k) ||
		    (content > 1 && lexicon_is_stop(l, k->folded, k->folded_n)))
			continue;
		if (out->n == EXPRESSION_WORDS_MAX) {
			out->n = 0;
			return ST_OK;
		}
		first = first ? first : k->position;
		out->span = k->position - first + 1;
		st = S_word(&out->word[out->n++], s, k, err);
		if (st)
			return st;
	}
	if (out->n < 2)
		out->n = 0;
	else
		qsort(out->word, out->n, sizeof *out->word, S_by_stem);
	return ST_OK;
}

static size_t S_name(char *out, const struct entry *e)
{
	size_t at = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct entry_word *w = &e->word[i];

		if (at + w->len[0] + 1 > EXPRESSION_NAME_MAX)
			return 0;
		if (i)
			out[at++] = ' ';
		memcpy(out + at, w->stem[0], w->len[0]);
		at += w->len[0];
	}
	out[at] = '\0';
	return at;
}

size_t expression_name(char *out, const struct lexicon *l, struct analyzer *a,
		       struct stemmer *s, const char *text, size_t n)
{
	struct tokens t;
	struct entry e;
	size_t len = 0;

	tokens_init(&t);
	if (text_tokenize(&t, a, text, n, NULL) == ST_OK &&
	    S_read(&e, l, s, &t, NULL) == ST_OK && e.n)
		len = S_name(out, &e);
	tokens_release(&t);
	return len;
}

/* ---- all of them ---- */

/* FNV-1a; only spreads, nothing rests on it. */
static size_t S_hash(const char *p, size_t n)
{
	uint32_t h = 2166136261u;

	while (n--)
		h = (h ^ (unsigned char)*p++) * 16777619u;
	return h ^ h >> 15;
}

static struct slot *S_slot(const struct expressions *e, const char *stem, size_t n)
{
	size_t i = S_hash(stem, n) & e->mask;

	while (e->slot[i].stem &&
	       (e->slot[i].n != n || memcmp(e->slot[i].stem, stem, n) != 0))
		i = (i + 1) & e->mask;
	return &e->slot[i];
}

/* Lets a stem lead to a place. */
static bool S_lead(struct expressions *e, const char *stem, size_t n, uint32_t place)
{
	struct slot *s = S_slot(e, stem, n);

	if (!s->stem) {
		s->stem = arena_copy(e->arena, stem, n);
		s->n = n;
	}
	for (size_t i = 0; i < s->n_places; i++)
		if (s->place[i] == place)
			return true;
	if (!array_more(&s->place, &s->cap, s->n_places, sizeof *s->place, 4))
		return false;
	s->place[s->n_places++] = place;
	return s->stem != NULL;
}

static struct expression *S_known(struct expressions *e, const char *name, size_t n)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->v[i].n == n && memcmp(e->v[i].name, name, n) == 0)
			return &e->v[i];
	return NULL;
}

static enum status S_add(struct expressions *e, const struct entry *entry,
			 struct err *err)
{
	char name[EXPRESSION_NAME_MAX + 1];
	size_t n = entry->n ? S_name(name, entry) : 0;
	struct expression *x;

	if (!n)
		return ST_OK;
	x = S_known(e, name, n);
	if (x) { /* the same words, printed in another way */
		if (x->window < entry->span + SLACK)
			x->window = entry->span + SLACK;
		return ST_OK;
	}
	if (!array_more(&e->v, &e->cap, e->n, sizeof *e->v, 256))
		return err_nomem(err);
	x = &e->v[e->n];
	*x = (struct expression){.name = arena_copy(e->arena, name, n),
				 .n = n,
				 .first = (uint32_t)e->n_places,
				 .window = entry->span + SLACK};
	if (!x->name)
		return err_nomem(err);
	for (size_t i = 0; i < entry->n; i++) {
		const struct entry_word *w = &entry->word[i];

		if (i && strcmp(w->stem[0], w[-1].stem[0]) == 0) {
			struct place *same = &e->place[e->n_places - 1];

			if (same->need < SAME_STEM_MAX)
				same->need++;
			continue;
		}
		if (!array_more(&e->place, &e->cap_places, e->n_places,
				sizeof *e->place, 256))
			return err_nomem(err);
		e->place[e->n_places] =
			(struct place){.expression = (uint32_t)e->n, .need = 1};
		for (int k = 0; k < 2; k++)
			if (!S_lead(e, w->stem[k], w->len[k], (uint32_t)e->n_places))
				return err_nomem(err);
		e->n_places++;
		x->places++;
	}
	e->n++;
	return ST_OK;
}

static enum status S_build(struct expressions *e, const struct lexicon *l,
			   struct analyzer *a, struct stemmer *s, struct err *err)
{
	size_t n, size = 1024;
	const struct synonym *v = lexicon_synonyms(l, &n);
	struct tokens t;
	struct entry entry;
	enum status st = arena_open(&e->arena, err);

	/* At most two stems for each word of each entry, and half full. */
	while (size < 4 * n * 6)
		size *= 2;
	e->slot = calloc(size, sizeof *e->slot);
	e->mask = size - 1;
	if (!st && !e->slot)
		st = err_nomem(err);
	tokens_init(&t);
	for (size_t i = 0; !st && i < 2 * n; i++) {
		const char *text = i % 2 ? v[i / 2].value : v[i / 2].key;

		/* Entries of one key stand together. */
		if (i % 2 == 0 && i > 0 && strcmp(v[i / 2 - 1].key, text) == 0)
			continue;
		st = text_tokenize(&t, a, text, strlen(text), err);
		if (!st)
			st = S_read(&entry, l, s, &t, err);
		if (!st)
			st = S_add(e, &entry, err);
		if (!st && 2 * e->n_places > size / 2)
			break; /* a table of thousands: what fits */
	}
	tokens_release(&t);
	e->touched = calloc(e->n + 1, sizeof *e->touched);
	if (!st && !e->touched)
		st = err_nomem(err);
	return st;
}

enum status expressions_open(struct expressions **out, const struct lexicon *l,
			     struct analyzer *a, struct stemmer *s, struct err *err)
{
	struct expressions *e = calloc(1, sizeof *e);
	enum status st;

	*out = NULL;
	if (!e)
		return err_nomem(err);
	st = S_build(e, l, a, s, err);
	if (st) {
		expressions_close(e);
		return st;
	}
	*out = e;
	return ST_OK;
}

void expressions_close(struct expressions *e)
{
	if (!e)
		return;
	for (size_t i = 0; e->slot && i <= e->mask; i++)
		free(e->slot[i].place);
	free(e->slot);
	free(e->place);
	free(e->touched);
	free(e->v);
	arena_close(e->arena);
	free(e);
}

/* ---- in a text ---- */

static void S_forget(struct expressions *e, const struct expression *x)
{
	for (uint32_t i = x->first; i < x->first + x->places; i++)
		memset(e->place[i].last, 0, sizeof e->place[i].last);
}

/* Writes a position down; the same word's variants are one. */
static void S_at(struct expressions *e, struct place *p, unsigned position)
{
	struct expression *x = &e->v[p->expression];

	if (x->text != e->text) {
		S_forget(e, x);
		x->text = e->text;
		x->times = 0;
		e->touched[e->n_touched++] = p->expression;
	}
	if (p->last[0] == position)
		return;
	memmove(p->last + 1, p->last, (SAME_STEM_MAX - 1) * sizeof *p->last);
	p->last[0] = position;
	for (uint32_t i = x->first; i < x->first + x->places; i++) {
		unsigned last = e->place[i].last[e->place[i].need - 1];

		if (!last || last + x->window <= position)
			return;
	}
	x->times++;
	S_forget(e, x);
}

enum status expressions_find(struct expressions *e, struct stemmer *s,
			     const struct tokens *t,
			     enum status (*found)(void *ctx, const char *name, size_t n,
						  unsigned times, struct err *err),
			     void *ctx, struct err *err)
{
	enum status st = ST_OK;

	e->text++;
	e->n_touched = 0;
	for (size_t i = 0; !st && i < t->n; i++) {
		const struct token *k = &t->v[i];
		char stem[STEM_MAX];
		const char *word = k->folded;
		size_t n = k->folded_n;
		const struct slot *slot;

		if (k->index_only || k->span > 1)
			continue;
		if (!k->exact_only) {
			st = stem_token(stem, &n, s, k, err);
			if (st)
				return st;
			word = stem;
		}
		slot = S_slot(e, word, n);
		for (size_t p = 0; p < slot->n_places; p++)
			S_at(e, &e->place[slot->place[p]], k->position);
	}
	for (size_t i = 0; !st && i < e->n_touched; i++) {
		const struct expression *x = &e->v[e->touched[i]];

		if (x->times)
			st = found(ctx, x->name, x->n, x->times, err);
	}
	return st;
}
