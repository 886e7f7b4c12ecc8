#include "suggest.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "messages.h"
#include "plan.h"
#include "indexed.h"
#include "terms.h"

/*
 * The vocabulary knows words without their accents; the spelling to show is
 * taken from a ficha that has the word.
 */
#define WORDS_MAX 20000 /* looked at for one prefix */
#define BEST_MAX  200	/* counted together with the other words */

struct suggest {
	struct completions *out;
	struct engine *e;
	const struct request *r;
	const char *head; /* what was typed before the last word */
	size_t head_n;
	struct buf prefix;     /* the last word, folded */
	struct docset context; /* fichas with the words before it */
	bool has_context;
	struct tokens tokens;
};

struct candidate {
	uint32_t at; /* in the vocabulary */
	uint32_t count;
};

static int S_by_count(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* ---- what stands before the last word ---- */

static enum status S_split(struct suggest *s, struct err *err)
{
	const char *q = s->r->query;
	size_t at = s->r->query_n;
	struct plan *p = NULL;
	struct request before;
	enum status st;

	while (at > 0 && q[at - 1] != ' ')
		at--;
	s->head = q;
	s->head_n = at;
	buf_init(&s->prefix, 0);
	st = text_fold(&s->prefix, s->e->analyzer, q + at, s->r->query_n - at, false,
		       err);
	while (at > 0 && q[at - 1] == ' ')
		at--;
	if (st || !at)
		return st;
	request_init(&before, CMD_SEARCH);
	before.query = str_set(&before.query, q, at) ? before.query : NULL;
	before.query_n = at;
	st = before.query ? plan_open(&p, s->e, &before, err) : err_nomem(err);
	if (!st && p->n_items) {
		st = reader_match(&s->context, s->e->reader, p->all, s->e->deadline,
				  err);
		s->has_context = !st;
	}
	plan_close(p);
	request_release(&before);
	return st;
}

/* ---- words ---- */

/* The word as the first ficha that has it prints it; its folded form if no
 * text shows it. */
static enum status S_spelling(const char **out, struct suggest *s, const struct word *w,
			      const struct docset *have, struct err *err)
{
	uint32_t docid = docset_next(have, 1);
	struct buf record, scratch;
	struct ficha f;
	enum status st = ST_OK;

	*out = NULL;
	ficha_init(&f);
	buf_init(&record, 0);
	buf_init(&scratch, 0);
	if (docid)
		st = engine_ficha(&f, &record, s->e, docid, err);
	for (int k = 0; !st && docid && !*out && k < F_COUNT; k++) {
		const char *text;
		size_t n;

		st = indexed_text(&text, &n, &scratch, &f, (enum field)k, s->e->lexicon,
				  err);
		if (!st && text)
			st = text_tokenize(&s->tokens, s->e->analyzer, text, n, err);
		for (size_t i = 0; !st && text && i < s->tokens.n && !*out; i++) {
			const struct token *t = &s->tokens.v[i];

			if (t->folded_n == w->n &&
			    memcmp(t->folded, w->text, w->n) == 0)
				*out = arena_copy(s->out->arena, t->surface,
						  t->surface_n);
		}
	}
	if (!st && !*out)
		*out = arena_copy(s->out->arena, w->text, w->n);
	ficha_release(&f);
	buf_release(&record);
	buf_release(&scratch);
	return st ? st : *out ? ST_OK : err_nomem(err);
}

static enum status S_add(struct suggest *s, const char *text, const char *kind,
			 size_t count, struct err *err)
{
	struct completions *c = s->out;
	struct buf whole;

	if (c->n >= s->r->limit)
		return ST_OK;
	buf_init(&whole, 0);
	if (strcmp(kind, "word") == 0)
		buf_add(&whole, s->head, s->head_n);
	buf_adds(&whole, text);
	c->v[c->n].text = arena_copy(c->arena, whole.data, whole.len);
	c->v[c->n].kind = kind;
	c->v[c->n].count = count;
	buf_release(&whole);
	return c->v[c->n++].text ? ST_OK : err_nomem(err);
}

static enum status S_have(struct docset *have, struct suggest *s, const struct word *w,
			  struct err *err)
{
	char term[TERM_MAX + 1];

	if (!term_make(term, 'X', F_NONE, w->text, w->n))
		return docset_init(have, reader_last(s->e->reader), err);
	return reader_postings(have, s->e->reader, term, err);
}

static enum status S_words(struct suggest *s, struct err *err)
{
	struct vocabulary *v = s->e->vocabulary;
	struct candidate *c;
	uint32_t first, end;
	size_t n = 0, best;
	struct word w;
	enum status st = ST_OK;

	if (!s->prefix.len)
		return ST_OK;
	vocabulary_prefix(&first, &end, v, s->prefix.data, s->prefix.len);
	if (end - first > WORDS_MAX)
		end = first + WORDS_MAX;
	c = calloc((size_t)(end - first) + 1, sizeof *c);
	if (!c)
		return err_nomem(err);
	for (uint32_t at = first; at < end; at++)
		if (vocabulary_at(&w, v, at))
			c[n++] = (struct candidate){at, w.documents};
	qsort(c, n, sizeof *c, S_by_count);
	best = n < BEST_MAX ? n : BEST_MAX;
	for (size_t i = 0; !st && s->has_context && i < best; i++) {
		struct docset have = {0};

		vocabulary_at(&w, v, c[i].at);
		st = S_have(&have, s, &w, err);
		if (!st) {
			docset_and(&have, &s->context);
			c[i].count = (uint32_t)docset_count(&have);
		}
		docset_release(&have);
		if (!st)
			st = engine_tick(s->e, err);
	}
	if (!st)
		qsort(c, best, sizeof *c, S_by_count);
	for (size_t i = 0; !st && i < best && s->out->n < s->r->limit && c[i].count;
	     i++) {
		struct docset have = {0};
		const char *spelling;

		vocabulary_at(&w, v, c[i].at);
		st = S_have(&have, s, &w, err);
		if (!st)
			st = S_spelling(&spelling, s, &w, &have, err);
		docset_release(&have);
		if (!st)
			st = S_add(s, spelling, "word", c[i].count, err);
	}
	free(c);
	return st;
}

/* ---- names ---- */

/* Labels of facet values that begin with the whole of what was typed. */
static enum status S_names(struct suggest *s, struct err *err)
{
	static const enum facet order[] = {FACET_MUNICIPALITY, FACET_REGION,
					   FACET_SELLO, FACET_GROUP};
	static const struct column_selection none[FACET_COUNT];
	struct column *c = s->e->column;
	uint32_t *counts[FACET_COUNT] = {NULL};
	bool want[FACET_COUNT] = {false};
	struct docset within;
	struct buf typed, label;
	enum status st = docset_init(&within, column_last(c), err);

	buf_init(&typed, 0);
	buf_init(&label, 0);
	if (!st)
		st = text_fold(&typed, s->e->analyzer, s->r->query, s->r->query_n, true,
			       err);
	for (size_t k = 0; !st && k < sizeof order / sizeof *order; k++) {
		size_t n = column_n_values(c, order[k]);

		want[order[k]] = true;
		counts[order[k]] =
			arena_alloc(s->out->arena, (n + 1) * sizeof(uint32_t));
		if (!counts[order[k]])
			st = err_nomem(err);
	}
	if (!st)
		st = column_count(&within, counts, c, column_documents(c), none, want,
				  err);
	for (size_t k = 0; !st && typed.len && k < sizeof order / sizeof *order; k++)
		for (size_t i = 0; !st && i < column_n_values(c, order[k]); i++) {
			struct column_value v = column_value(c, order[k], i);

			buf_clear(&label);
			st = text_fold(&label, s->e->analyzer, v.label, strlen(v.label),
				       true, err);
			if (!st && counts[order[k]][i] && label.len >= typed.len &&
			    memcmp(label.data, typed.data, typed.len) == 0)
				st = S_add(s, v.label, facet_table[order[k]].name,
					   counts[order[k]][i], err);
		}
	buf_release(&typed);
	buf_release(&label);
	docset_release(&within);
	return st;
}

enum status suggest_run(struct completions *out, struct engine *e,
			const struct request *r, struct err *err)
{
	struct suggest s = {.out = out, .e = e, .r = r};
	enum status st;

	memset(out, 0, sizeof *out);
	e->deadline = thread_seconds() + r->timeout;
	st = arena_open(&out->arena, err);
	if (!st)
		st = engine_need(e, ENGINE_ALL, err);
	if (st)
		return st;
	tokens_init(&s.tokens);
	out->v = arena_alloc(out->arena,
			     ((r->limit < LIMIT_MAX ? r->limit : LIMIT_MAX) + 1) *
				     sizeof *out->v);
	st = out->v ? S_split(&s, err) : err_nomem(err);
	if (!st)
		st = S_names(&s, err);
	if (!st)
		st = S_words(&s, err);
	docset_release(&s.context);
	buf_release(&s.prefix);
	tokens_release(&s.tokens);
	return st;
}

void completions_release(struct completions *c)
{
	arena_close(c->arena);
	memset(c, 0, sizeof *c);
}

enum status suggest_text(struct page *to, const struct completions *c, struct err *err)
{
	for (size_t i = 0; i < c->n; i++) {
		inert_put(to->out, c->v[i].text, strlen(c->v[i].text));
		buf_addf(to->out, "\t%zu\t%s\n", c->v[i].count, c->v[i].kind);
	}
	return buf_status(to->out, err);
}

enum status suggest_json(json_t **out, const struct completions *c,
			 const struct request *r, struct err *err)
{
	json_t *o = json_object(), *list = json_array();
	bool ok = true;

	for (size_t i = 0; i < c->n; i++) {
		json_t *one = json_object();

		json_put(one, "text", json_str(c->v[i].text), &ok);
		json_put(one, "kind", json_str(c->v[i].kind), &ok);
		json_put(one, "count", json_size(c->v[i].count), &ok);
		json_push(list, one, &ok);
	}
	json_put(o, "format_version", json_integer(FORMAT_VERSION), &ok);
	json_put(o, "prefix", json_text(r->query, r->query_n), &ok);
	json_put(o, "completions", list, &ok);
	*out = ok ? o : NULL;
	if (ok)
		return ST_OK;
	json_decref(o);
	return err_nomem(err);
}
