#include "answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "messages.h"

static double S_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum status answer_open(struct answer **out, struct engine *e, const struct request *r,
			struct err *err)
{
	struct answer *a = calloc(1, sizeof *a);
	enum status st;

	*out = NULL;
	if (!a)
		return err_nomem(err);
	a->started = S_now();
	a->request = r;
	e->deadline = thread_seconds() + r->timeout;
	st = arena_open(&a->arena, err);
	if (!st)
		st = engine_need(e, ENGINE_READER | ENGINE_COLUMN, err);
	if (!st)
		st = filters_resolve(&a->filters, e, r, err);
	if (st) {
		answer_close(a);
		return st;
	}
	*out = a;
	return ST_OK;
}

void answer_close(struct answer *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n_hits; i++)
		reading_close(a->hits[i].reading);
	for (size_t i = 0; i < a->n_related; i++)
		reading_close(a->related[i].reading);
	docset_release(&a->matched);
	docset_release(&a->within);
	filters_release(&a->filters);
	plan_close(a->plan);
	arena_close(a->arena);
	free(a->cross);
	free(a);
}

void answer_done(struct answer *a)
{
	a->elapsed_ms = (S_now() - a->started) * 1000;
}

enum status answer_notice(struct answer *a, const char *code, const char *word,
			  size_t count, struct err *err, const char *fmt, ...)
{
	struct notice *v = arena_alloc(a->arena, (a->n_notices + 1) * sizeof *v), *x;
	char text[600];
	va_list ap;

	if (!v)
		return err_nomem(err);
	if (a->n_notices)
		memcpy(v, a->notices, a->n_notices * sizeof *v);
	a->notices = v;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	x = &v[a->n_notices];
	x->code = code;
	x->message = arena_copy(a->arena, text, strlen(text));
	x->word = word ? arena_copy(a->arena, word, strlen(word)) : NULL;
	x->count = count;
	if (!x->message || (word && !x->word))
		return err_nomem(err);
	a->n_notices++;
	return ST_OK;
}

enum status answer_record(struct hit *h, struct engine *e, uint32_t docid,
			  struct err *err)
{
	enum status st = reading_open(&h->reading, e, docid, err);

	h->docid = docid;
	h->ficha = st ? NULL : &h->reading->ficha;
	h->id = st ? NULL : h->ficha->id;
	return st;
}

/*
 * record.c writes the id first: {"id":"la-reina-...",  An id that JSON had to
 * escape, or a record that begins otherwise, is read in full.
 */
enum status answer_id(struct hit *h, struct answer *a, struct engine *e, uint32_t docid,
		      struct buf *scratch, struct err *err)
{
	static const char head[] = "{\"id\":\"";
	size_t n = sizeof head - 1, k;
	enum status st;

	h->docid = docid;
	buf_clear(scratch);
	st = reader_record(scratch, e->reader, docid, err);
	if (st)
		return st;
	if (scratch->len > n && memcmp(scratch->data, head, n) == 0) {
		k = strcspn(scratch->data + n, "\"\\");
		if (scratch->data[n + k] == '"') {
			h->id = arena_copy(a->arena, scratch->data + n, k);
			return h->id ? ST_OK : err_nomem(err);
		}
	}
	return answer_record(h, e, docid, err);
}

/* ---- facets ---- */

static int S_by_count(const void *a, const void *b)
{
	const struct facet_value *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->value, y->value);
}

static int S_by_slug(const void *a, const void *b)
{
	const struct facet_value *x = a, *y = b;

	return strcmp(x->value, y->value);
}

/* Whether a value's name has --like's text in it, case and accents ignored. */
static enum status S_like(bool *out, struct engine *e, const char *like,
			  const char *label, struct err *err)
{
	struct buf part, whole;
	enum status st;

	buf_init(&part, 0);
	buf_init(&whole, 0);
	st = text_fold(&part, e->analyzer, like, strlen(like), true, err);
	if (!st)
		st = text_fold(&whole, e->analyzer, label, strlen(label), true, err);
	*out = !st && strstr(whole.data, part.data) != NULL;
	buf_release(&part);
	buf_release(&whole);
	return st;
}

/* What is listed: values with fichas, and whatever was selected. */
static enum status S_list(struct answer *a, struct engine *e, enum facet facet,
			  const uint32_t *counts, struct err *err)
{
	const struct request *r = a->request;
	struct facet_counts *f = &a->facets[facet];
	const struct strs *chosen = &a->filters.slugs[facet];
	size_t n = column_n_values(e->column, facet), listed = chosen->n;

	for (size_t i = 0; i < n; i++)
		listed += counts[i] > 0;
	f->wanted = true;
	f->v = arena_alloc(a->arena, (listed + 1) * sizeof *f->v);
	if (!f->v)
		return err_nomem(err);
	for (size_t i = 0; i < n; i++) {
		bool selected = filters_selected(&a->filters, facet, (uint32_t)i);
		struct column_value v;

		if (!counts[i] && !selected)
			continue;
		v = column_value(e->column, facet, i);
		if (r->like) {
			bool like;
			enum status st = S_like(&like, e, r->like, v.label, err);

			if (st)
				return st;
			if (!like)
				continue;
		}
		f->v[f->n_all++] = (struct facet_value){v.slug, v.label, v.parent,
							counts[i], selected};
	}
	for (size_t i = 0; i < chosen->n; i++) {
		const char *slug = chosen->v[i], *label;

		if (column_find(e->column, facet, slug, strlen(slug)) >= 0)
			continue;
		label = lexicon_label(e->lexicon, facet, slug);
		f->v[f->n_all++] =
			(struct facet_value){slug, label ? label : slug, "", 0, true};
	}
	qsort(f->v, f->n_all, sizeof *f->v, r->facet_by_name ? S_by_slug : S_by_count);
	f->n = f->n_all;
	if (r->facet_limit && f->n > r->facet_limit) {
		size_t keep = r->facet_limit;

		/* What is selected must stay in sight to be taken back. */
		for (size_t i = r->facet_limit; i < f->n_all; i++)
			if (f->v[i].selected) {
				struct facet_value t = f->v[i];

				memmove(&f->v[keep + 1], &f->v[keep],
					(i - keep) * sizeof t);
				f->v[keep++] = t;
			}
		f->n = keep;
	}
	return ST_OK;
}

enum status answer_facets(struct answer *a, struct engine *e,
			  const bool want[FACET_COUNT], struct err *err)
{
	uint32_t *counts[FACET_COUNT] = {NULL};
	enum status st;

	docset_release(&a->within);
	st = docset_init(&a->within, column_last(e->column), err);
	for (int f = 0; !st && f < FACET_COUNT; f++) {
		size_t n = column_n_values(e->column, (enum facet)f);

		if (!want[f])
			continue;
		counts[f] = arena_alloc(a->arena, (n + 1) * sizeof(uint32_t));
		if (!counts[f])
			st = err_nomem(err);
	}
	if (!st && a->request->like)
		st = engine_need(e, ENGINE_TEXT, err);
	if (!st)
		st = column_count(&a->within, counts, e->column, &a->matched,
				  a->filters.sel, want, err);
	for (int f = 0; !st && f < FACET_COUNT; f++)
		if (want[f])
			st = S_list(a, e, (enum facet)f, counts[f], err);
	if (!st)
		a->total = docset_count(&a->within);
	return st;
}
