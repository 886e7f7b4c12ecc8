#include "similar_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REASONS_MAX 8 /* words shown of those shared */

/* Place of a stem in v (sorted); where it is not, where it would be. */
static size_t S_find(const struct similar *s, const char *stem, size_t n, bool *found)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = similar_compare(s->v[mid].stem, s->v[mid].n, stem, n);

		if (d == 0) {
			*found = true;
			return mid;
		}
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*found = false;
	return low;
}

/* Where the hit has the subject's stems, and how it prints them. */
static enum status S_look(struct similar *s, struct reading *hit, struct err *err)
{
	struct word_heads heads = {.any = false};
	enum status st = ST_OK;

	for (size_t i = 0; i < s->n; i++) {
		s->v[i].word = NULL;
		memset(s->v[i].times, 0, sizeof s->v[i].times);
		heads_add(&heads, s->v[i].stem, stem_head(s->v[i].n));
	}
	for (int k = 0; !st && k < F_COUNT; k++) {
		const struct reading_text *text;
		const struct tokens *words;

		if (similar_boost((enum field)k) <= 0)
			continue;
		st = reading_some(&text, &words, hit, s->e, (enum field)k, &heads, err);
		for (size_t i = 0; !st && i < words->n; i++) {
			const struct token *t = &words->v[i];
			char stem[STEM_MAX];
			bool found;
			size_t at, m;

			if (!similar_content(s, t))
				continue;
			st = stem_word(stem, &m, s->e->stemmer, t->surface,
				       t->surface_n, err);
			if (st)
				break;
			at = S_find(s, stem, m, &found);
			if (!found)
				continue;
			s->v[at].times[k]++;
			if (!s->v[at].word)
				s->v[at].word = arena_copy(s->a->arena, t->surface,
							   t->surface_n);
			if (!s->v[at].word)
				st = err_nomem(err);
		}
	}
	return st;
}

static int S_by_reason(const void *a, const void *b)
{
	const struct shared_term *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->word, y->word);
}

static enum status S_terms(struct similar *s, struct hit *h, struct err *err)
{
	enum status st = S_look(s, h->reading, err);

	h->terms = arena_alloc(s->a->arena, (s->n + 1) * sizeof *h->terms);
	if (!st && !h->terms)
		st = err_nomem(err);
	for (size_t i = 0; !st && i < s->n; i++) {
		const struct feature *f = &s->v[i];
		double best = 0, sum = 0;
		enum field field = F_TITLE;

		if (!f->word)
			continue;
		for (int k = 0; k < F_COUNT; k++) {
			double here;

			if (!f->times[k])
				continue;
			here = similar_boost((enum field)k) * (1 + log(f->times[k]));
			sum += here;
			if (here > best) {
				best = here;
				field = (enum field)k;
			}
		}
		h->terms[h->n_terms++] =
			(struct shared_term){f->word, field, f->weight * sum};
	}
	if (!st && h->n_terms)
		qsort(h->terms, h->n_terms, sizeof *h->terms, S_by_reason);
	if (h->n_terms > REASONS_MAX)
		h->n_terms = REASONS_MAX;
	return st;
}

static enum status S_shared_facets(struct similar *s, struct hit *h, struct err *err)
{
	static const enum facet order[] = {FACET_SELLO, FACET_GROUP, FACET_REGION};
	const struct column *c = s->e->column;
	size_t size = 0;

	if (!s->subject)
		return ST_OK;
	for (size_t k = 0; k < 3; k++) {
		const uint32_t *mine;

		size += column_values_of(c, order[k], s->subject, &mine);
	}
	h->facets = arena_alloc(s->a->arena, (size + 1) * sizeof *h->facets);
	if (!h->facets)
		return err_nomem(err);
	for (size_t k = 0; k < 3; k++) {
		const uint32_t *mine, *theirs;
		size_t n = column_values_of(c, order[k], s->subject, &mine);
		size_t m = column_values_of(c, order[k], h->docid, &theirs);

		for (size_t i = 0; i < n; i++)
			if (similar_has(theirs, m, mine[i])) {
				struct column_value v =
					column_value(c, order[k], mine[i]);

				h->facets[h->n_facets++] = (struct shared_facet){
					order[k], v.slug, v.label};
			}
	}
	return ST_OK;
}
enum status similar_reasons(struct similar *s, struct hit *h, struct err *err)
{
	enum status st = S_terms(s, h, err);

	return st ? st : S_shared_facets(s, h, err);
}
