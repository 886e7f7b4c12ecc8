#include <string.h>

#include "emit.h"
#include "json.h"
#include "messages.h"
#include "render.h"

static void S_spans(struct emit *e, const struct span *v, size_t n)
{
	emit_open(e, '[');
	for (size_t i = 0; i < n; i++) {
		emit_open(e, '[');
		emit_size(e, v[i].start);
		emit_size(e, v[i].end);
		emit_close(e, ']');
	}
	emit_close(e, ']');
}

static void S_snippet(struct emit *e, const struct snippet *s)
{
	emit_open(e, '{');
	emit_str_at(e, "field", field_table[s->field].name);
	emit_key(e, "line");
	if (s->line)
		emit_size(e, s->line);
	else
		emit_null(e);
	emit_key(e, "text");
	emit_text(e, s->text, s->n);
	emit_key(e, "highlights");
	S_spans(e, s->marks, s->n_marks);
	emit_close(e, '}');
}

static void S_source(struct emit *e, const struct ficha *f)
{
	emit_open(e, '{');
	emit_str_at(e, "path", f->source_path ? f->source_path : "");
	emit_size_at(e, "line_start", f->line_start);
	emit_size_at(e, "line_end", f->line_end);
	emit_close(e, '}');
}

static void S_explained(struct emit *e, const struct hit *h)
{
	emit_open(e, '[');
	for (size_t i = 0; i < h->n_explained; i++) {
		const struct explained *x = &h->explained[i];

		emit_open(e, '{');
		emit_str_at(e, "word", x->word);
		emit_str_at(e, "term", x->term);
		emit_str_at(e, "kind", x->kind);
		emit_key(e, "field");
		if (x->field == F_NONE)
			emit_null(e);
		else
			emit_str(e, field_table[x->field].name);
		emit_size_at(e, "times", x->times);
		emit_key(e, "weight");
		emit_round(e, x->weight, 1e4);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

static void S_similar(struct emit *e, const struct hit *h)
{
	emit_key(e, "shared_terms");
	emit_open(e, '[');
	for (size_t i = 0; i < h->n_terms; i++) {
		emit_open(e, '{');
		emit_str_at(e, "word", h->terms[i].word);
		emit_str_at(e, "field", field_table[h->terms[i].field].name);
		emit_key(e, "weight");
		emit_round(e, h->terms[i].weight, 1e4);
		emit_close(e, '}');
	}
	emit_close(e, ']');
	emit_key(e, "shared_facets");
	emit_open(e, '[');
	for (size_t i = 0; i < h->n_facets; i++) {
		emit_open(e, '{');
		emit_str_at(e, "facet", facet_table[h->facets[i].facet].name);
		emit_str_at(e, "value", h->facets[i].value);
		emit_str_at(e, "label", h->facets[i].label);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

static void S_hit(struct emit *e, const struct answer *a, const struct hit *h)
{
	const struct ficha *f = h->ficha;

	emit_open(e, '{');
	emit_key(e, "rank");
	if (h->rank)
		emit_size(e, h->rank);
	else
		emit_null(e);
	emit_str_at(e, "id", f->id);
	emit_key(e, "score");
	emit_round(e, h->score, 1e4);
	emit_str_at(e, "title", f->text[F_TITLE]);
	emit_str_at(e, "municipality",
		    f->municipalities.n ? f->municipalities.v[0] : NULL);
	emit_str_at(e, "cut_code", f->cut_code);
	emit_str_at(e, "region", f->region);
	emit_key(e, "sello_lines");
	emit_strs(e, f->sello_lines.v, f->sello_lines.n);
	emit_key(e, "population_groups");
	emit_strs(e, f->population_groups.v, f->population_groups.n);
	emit_str_at(e, "date_start", f->date_start);
	emit_str_at(e, "date_end", f->date_end);
	emit_bool_at(e, "ongoing", f->ongoing);
	emit_key(e, "source");
	S_source(e, f);
	emit_key(e, "missing");
	emit_strs(e, (char *const *)h->missing, h->n_missing);
	emit_key(e, "snippets");
	emit_open(e, '[');
	for (size_t i = 0; i < h->n_snippets; i++)
		S_snippet(e, &h->snippets[i]);
	emit_close(e, ']');
	if (a->request->command == CMD_SIMILAR)
		S_similar(e, h);
	if (a->request->explain) {
		emit_key(e, "explain");
		S_explained(e, h);
	}
	emit_close(e, '}');
}

static void S_expansions(struct emit *e, const struct plan *p)
{
	emit_open(e, '[');
	for (size_t i = 0; p && i < p->n_expansions; i++) {
		const struct expansion *x = &p->expansions[i];

		emit_open(e, '{');
		emit_str_at(e, "word", x->word);
		emit_str_at(e, "kind", x->kind);
		emit_str_at(e, "strength", x->strength);
		emit_key(e, "to");
		emit_strs(e, (char *const *)x->to, x->n_to);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

static void S_notices(struct emit *e, const struct answer *a)
{
	emit_open(e, '[');
	for (size_t i = 0; i < a->n_notices; i++) {
		const struct notice *n = &a->notices[i];

		emit_open(e, '{');
		emit_str_at(e, "code", n->code);
		emit_str_at(e, "message", n->message);
		if (n->word) {
			emit_str_at(e, "word", n->word);
		}
		if (n->count) {
			emit_size_at(e, "count", n->count);
		}
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

static void S_filters(struct emit *e, const struct answer *a)
{
	emit_open(e, '{');
	for (int f = 0; f < FACET_COUNT; f++)
		if (a->filters.sel[f].active) {
			emit_key(e, facet_table[f].name);
			emit_strs(e, a->filters.slugs[f].v, a->filters.slugs[f].n);
		}
	emit_close(e, '}');
}

static void S_facet(struct emit *e, const struct facet_counts *f, enum facet facet)
{
	emit_open(e, '[');
	for (size_t i = 0; i < f->n; i++) {
		emit_open(e, '{');
		emit_str_at(e, "value", f->v[i].value);
		emit_str_at(e, "label", render_label(f->v[i].label));
		if (facet == FACET_MUNICIPALITY && f->v[i].parent[0]) {
			emit_str_at(e, "region", f->v[i].parent);
		}
		emit_size_at(e, "count", f->v[i].count);
		emit_bool_at(e, "selected", f->v[i].selected);
		emit_close(e, '}');
	}
	emit_close(e, ']');
}

/* Rows of the cross table that are not all zero, by value of the first facet. */
static void S_cross(struct emit *e, const struct answer *a)
{
	const struct request *r = a->request;
	const struct facet_counts *rows = &a->facets[r->cross[0]],
				  *columns = &a->facets[r->cross[1]];

	emit_open(e, '{');
	emit_str_at(e, "rows", facet_table[r->cross[0]].name);
	emit_str_at(e, "columns", facet_table[r->cross[1]].name);
	emit_key(e, "row_values");
	S_facet(e, rows, r->cross[0]);
	emit_key(e, "column_values");
	S_facet(e, columns, r->cross[1]);
	emit_key(e, "counts");
	emit_open(e, '[');
	for (size_t i = 0; i < rows->n; i++) {
		emit_open(e, '[');
		for (size_t k = 0; k < columns->n; k++)
			emit_size(e, a->cross[i * columns->n + k]);
		emit_close(e, ']');
	}
	emit_close(e, ']');
	emit_close(e, '}');
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

/* All but the hits; the object stays open. */
static void S_head(struct emit *e, const struct answer *a)
{
	const struct request *r = a->request;

	emit_open(e, '{');
	emit_size_at(e, "format_version", FORMAT_VERSION);
	if (r->command == CMD_SIMILAR) {
		emit_str_at(e, "similar_to", r->ids.n ? r->ids.v[0] : NULL);
	} else {
		emit_key(e, "query");
		emit_text(e, r->query, r->query_n);
		emit_str_at(e, "match", S_match(a->match));
	}
	emit_size_at(e, "total", a->total);
	if (r->command != CMD_FACETS) {
		emit_size_at(e, "offset", r->offset);
		emit_key(e, "limit");
		if (r->limit == LIMIT_ALL)
			emit_null(e);
		else
			emit_size(e, r->limit);
	}
	emit_key(e, "elapsed_ms");
	emit_round(e, a->elapsed_ms, 1e2);
	if (a->run) {
		emit_str_at(e, "run", a->run);
	}
	if (r->command != CMD_SIMILAR) {
		emit_str_at(e, "suggestion", a->suggestion);
		emit_key(e, "expansions");
		S_expansions(e, a->plan);
	}
	emit_key(e, "notices");
	S_notices(e, a);
	emit_key(e, "filters");
	S_filters(e, a);
}

static void S_hits(struct emit *e, const char *key, const struct answer *a,
		   const struct hit *v, size_t n)
{
	emit_key(e, key);
	emit_open(e, '[');
	for (size_t i = 0; i < n; i++)
		S_hit(e, a, &v[i]);
	emit_close(e, ']');
}

static void S_facets(struct emit *e, const struct answer *a)
{
	emit_key(e, "facets");
	emit_open(e, '{');
	for (int f = 0; f < FACET_COUNT; f++)
		if (a->facets[f].wanted) {
			emit_key(e, facet_table[f].name);
			S_facet(e, &a->facets[f], (enum facet)f);
		}
	emit_close(e, '}');
}

enum status render_json(struct buf *out, const struct answer *a, struct err *err)
{
	const struct request *r = a->request;
	struct emit e = {.out = out};

	S_head(&e, a);
	if (r->command != CMD_FACETS)
		S_hits(&e, "hits", a, a->hits, a->n_hits);
	if (r->command == CMD_SEARCH || r->command == CMD_LESSONS)
		S_hits(&e, "related", a, a->related, a->n_related);
	if (a->cross) {
		emit_key(&e, "cross");
		S_cross(&e, a);
	} else if (r->command != CMD_SIMILAR) {
		S_facets(&e, a);
	}
	emit_close(&e, '}');
	return buf_status(out, err);
}

enum status render_jsonl(struct page *to, const struct answer *a, struct err *err)
{
	struct emit e = {.out = to->out};

	for (size_t i = 0; i < a->n_hits; i++) {
		S_hit(&e, a, &a->hits[i]);
		emit_line(&e);
	}
	emit_open(&e, '{');
	emit_key(&e, "summary");
	S_head(&e, a);
	if (a->request->command != CMD_SIMILAR) {
		S_hits(&e, "related", a, a->related, a->n_related);
		S_facets(&e, a);
	}
	emit_close(&e, '}');
	emit_close(&e, '}');
	emit_line(&e);
	return buf_status(to->out, err);
}
