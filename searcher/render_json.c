#include <string.h>

#include "json.h"
#include "messages.h"
#include "render.h"

static json_t *S_spans(const struct span *v, size_t n)
{
	json_t *a = json_array();
	bool ok = a != NULL;

	for (size_t i = 0; ok && i < n; i++)
		json_push(a,
			  json_pack("[I,I]", (json_int_t)v[i].start,
				    (json_int_t)v[i].end),
			  &ok);
	return a;
}

static json_t *S_snippet(const struct snippet *s, bool *ok)
{
	json_t *o = json_object();

	json_put(o, "field", json_str(field_table[s->field].name), ok);
	json_put(o, "line", s->line ? json_size(s->line) : json_null(), ok);
	json_put(o, "text", json_text(s->text, s->n), ok);
	json_put(o, "highlights", S_spans(s->marks, s->n_marks), ok);
	return o;
}

static json_t *S_source(const struct ficha *f, bool *ok)
{
	json_t *o = json_object();

	json_put(o, "path", json_str(f->source_path ? f->source_path : ""), ok);
	json_put(o, "line_start", json_size(f->line_start), ok);
	json_put(o, "line_end", json_size(f->line_end), ok);
	return o;
}

static json_t *S_explained(const struct hit *h, bool *ok)
{
	json_t *a = json_array();

	for (size_t i = 0; i < h->n_explained; i++) {
		const struct explained *x = &h->explained[i];
		json_t *o = json_object();

		json_put(o, "word", json_str(x->word), ok);
		json_put(o, "term", json_str(x->term), ok);
		json_put(o, "kind", json_str(x->kind), ok);
		json_put(o, "field", json_str(field_table[x->field].name), ok);
		json_put(o, "times", json_size(x->times), ok);
		json_put(o, "weight", json_round(x->weight, 1e4), ok);
		json_push(a, o, ok);
	}
	return a;
}

static void S_similar(json_t *o, const struct hit *h, bool *ok)
{
	json_t *terms = json_array(), *facets = json_array();

	for (size_t i = 0; i < h->n_terms; i++) {
		json_t *t = json_object();

		json_put(t, "word", json_str(h->terms[i].word), ok);
		json_put(t, "field", json_str(field_table[h->terms[i].field].name), ok);
		json_put(t, "weight", json_round(h->terms[i].weight, 1e4), ok);
		json_push(terms, t, ok);
	}
	for (size_t i = 0; i < h->n_facets; i++) {
		json_t *t = json_object();

		json_put(t, "facet", json_str(facet_table[h->facets[i].facet].name),
			 ok);
		json_put(t, "value", json_str(h->facets[i].value), ok);
		json_put(t, "label", json_str(h->facets[i].label), ok);
		json_push(facets, t, ok);
	}
	json_put(o, "shared_terms", terms, ok);
	json_put(o, "shared_facets", facets, ok);
}

static json_t *S_hit(const struct answer *a, const struct hit *h, bool *ok)
{
	const struct ficha *f = h->ficha;
	json_t *o = json_object(), *list;

	json_put(o, "rank", h->rank ? json_size(h->rank) : json_null(), ok);
	json_put(o, "id", json_str(f->id), ok);
	json_put(o, "score", json_round(h->score, 1e4), ok);
	json_put(o, "title", json_str(f->text[F_TITLE]), ok);
	json_put(o, "municipality",
		 json_str(f->municipalities.n ? f->municipalities.v[0] : NULL), ok);
	json_put(o, "cut_code", json_str(f->cut_code), ok);
	json_put(o, "region", json_str(f->region), ok);
	json_put(o, "sello_lines", json_strs(&f->sello_lines), ok);
	json_put(o, "population_groups", json_strs(&f->population_groups), ok);
	json_put(o, "date_start", json_str(f->date_start), ok);
	json_put(o, "date_end", json_str(f->date_end), ok);
	json_put(o, "ongoing", json_boolean(f->ongoing), ok);
	json_put(o, "source", S_source(f, ok), ok);
	list = json_array();
	for (size_t i = 0; i < h->n_missing; i++)
		json_push(list, json_str(h->missing[i]), ok);
	json_put(o, "missing", list, ok);
	list = json_array();
	for (size_t i = 0; i < h->n_snippets; i++)
		json_push(list, S_snippet(&h->snippets[i], ok), ok);
	json_put(o, "snippets", list, ok);
	if (a->request->command == CMD_SIMILAR)
		S_similar(o, h, ok);
	if (a->request->explain)
		json_put(o, "explain", S_explained(h, ok), ok);
	return o;
}

static json_t *S_expansions(const struct plan *p, bool *ok)
{
	json_t *a = json_array();

	for (size_t i = 0; p && i < p->n_expansions; i++) {
		const struct expansion *x = &p->expansions[i];
		json_t *o = json_object(), *to = json_array();

		for (size_t k = 0; k < x->n_to; k++)
			json_push(to, json_str(x->to[k]), ok);
		json_put(o, "word", json_str(x->word), ok);
		json_put(o, "kind", json_str(x->kind), ok);
		json_put(o, "strength", json_str(x->strength), ok);
		json_put(o, "to", to, ok);
		json_push(a, o, ok);
	}
	return a;
}

static json_t *S_notices(const struct answer *a, bool *ok)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->n_notices; i++) {
		const struct notice *n = &a->notices[i];
		json_t *o = json_object();

		json_put(o, "code", json_str(n->code), ok);
		json_put(o, "message", json_str(n->message), ok);
		if (n->word)
			json_put(o, "word", json_str(n->word), ok);
		if (n->count)
			json_put(o, "count", json_size(n->count), ok);
		json_push(list, o, ok);
	}
	return list;
}

static json_t *S_filters(const struct answer *a, bool *ok)
{
	json_t *o = json_object();

	for (int f = 0; f < FACET_COUNT; f++)
		if (a->filters.sel[f].active)
			json_put(o, facet_table[f].name,
				 json_strs(&a->filters.slugs[f]), ok);
	return o;
}

static json_t *S_facet(const struct facet_counts *f, enum facet facet, bool *ok)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++) {
		json_t *o = json_object();

		json_put(o, "value", json_str(f->v[i].value), ok);
		json_put(o, "label", json_str(render_label(f->v[i].label)), ok);
		if (facet == FACET_MUNICIPALITY && f->v[i].parent[0])
			json_put(o, "region", json_str(f->v[i].parent), ok);
		json_put(o, "count", json_size(f->v[i].count), ok);
		json_put(o, "selected", json_boolean(f->v[i].selected), ok);
		json_push(list, o, ok);
	}
	return list;
}

/* Rows of the cross table that are not all zero, by value of the first facet. */
static json_t *S_cross(const struct answer *a, bool *ok)
{
	const struct request *r = a->request;
	const struct facet_counts *rows = &a->facets[r->cross[0]],
				  *columns = &a->facets[r->cross[1]];
	json_t *o = json_object(), *counts = json_array();

	json_put(o, "rows", json_str(facet_table[r->cross[0]].name), ok);
	json_put(o, "columns", json_str(facet_table[r->cross[1]].name), ok);
	json_put(o, "row_values", S_facet(rows, r->cross[0], ok), ok);
	json_put(o, "column_values", S_facet(columns, r->cross[1], ok), ok);
	for (size_t i = 0; i < rows->n; i++) {
		json_t *row = json_array();

		for (size_t k = 0; k < columns->n; k++)
			json_push(row, json_size(a->cross[i * columns->n + k]), ok);
		json_push(counts, row, ok);
	}
	json_put(o, "counts", counts, ok);
	return o;
}

static const char *S_match(enum answer_match m)
{
	switch (m) {
	case FOUND_ALL:
		return "all";
	case FOUND_ANY:
		return "any";
	case FOUND_PARTIAL:
		return "partial";
	}
	return "all";
}

/* All but the hits. */
static json_t *S_head(const struct answer *a, bool *ok)
{
	const struct request *r = a->request;
	json_t *o = json_object();

	json_put(o, "format_version", json_integer(FORMAT_VERSION), ok);
	if (r->command == CMD_SIMILAR) {
		json_put(o, "similar_to", json_str(r->ids.n ? r->ids.v[0] : NULL), ok);
	} else {
		json_put(o, "query", json_text(r->query, r->query_n), ok);
		json_put(o, "match", json_str(S_match(a->match)), ok);
	}
	json_put(o, "total", json_size(a->total), ok);
	if (r->command != CMD_FACETS) {
		json_put(o, "offset", json_size(r->offset), ok);
		json_put(o, "limit",
			 r->limit == LIMIT_ALL ? json_null() : json_size(r->limit), ok);
	}
	json_put(o, "elapsed_ms", json_round(a->elapsed_ms, 1e2), ok);
	if (a->run)
		json_put(o, "run", json_str(a->run), ok);
	if (r->command != CMD_SIMILAR) {
		json_put(o, "suggestion", json_str(a->suggestion), ok);
		json_put(o, "expansions", S_expansions(a->plan, ok), ok);
	}
	json_put(o, "notices", S_notices(a, ok), ok);
	json_put(o, "filters", S_filters(a, ok), ok);
	return o;
}

static json_t *S_hits(const struct answer *a, const struct hit *v, size_t n, bool *ok)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_push(list, S_hit(a, &v[i], ok), ok);
	return list;
}

static json_t *S_facets(const struct answer *a, bool *ok)
{
	json_t *o = json_object();

	for (int f = 0; f < FACET_COUNT; f++)
		if (a->facets[f].wanted)
			json_put(o, facet_table[f].name,
				 S_facet(&a->facets[f], (enum facet)f, ok), ok);
	return o;
}

enum status render_json(json_t **out, const struct answer *a, struct err *err)
{
	const struct request *r = a->request;
	bool ok = true;
	json_t *o = S_head(a, &ok);

	if (r->command != CMD_FACETS)
		json_put(o, "hits", S_hits(a, a->hits, a->n_hits, &ok), &ok);
	if (r->command == CMD_SEARCH || r->command == CMD_LESSONS)
		json_put(o, "related", S_hits(a, a->related, a->n_related, &ok), &ok);
	if (a->cross)
		json_put(o, "cross", S_cross(a, &ok), &ok);
	else if (r->command != CMD_SIMILAR)
		json_put(o, "facets", S_facets(a, &ok), &ok);
	*out = o;
	if (ok)
		return ST_OK;
	json_decref(o);
	*out = NULL;
	return err_nomem(err);
}

enum status render_jsonl(struct page *to, const struct answer *a, struct err *err)
{
	bool ok = true;
	json_t *summary, *o;
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < a->n_hits; i++) {
		o = S_hit(a, &a->hits[i], &ok);
		st = ok ? json_write(to->out, o, err) : err_nomem(err);
		buf_addc(to->out, '\n');
		json_decref(o);
	}
	if (st)
		return st;
	summary = S_head(a, &ok);
	if (a->request->command != CMD_SIMILAR) {
		json_put(summary, "related", S_hits(a, a->related, a->n_related, &ok),
			 &ok);
		json_put(summary, "facets", S_facets(a, &ok), &ok);
	}
	o = json_object();
	json_put(o, "summary", summary, &ok);
	st = ok ? json_write(to->out, o, err) : err_nomem(err);
	buf_addc(to->out, '\n');
	json_decref(o);
	return st ? st : buf_status(to->out, err);
}
