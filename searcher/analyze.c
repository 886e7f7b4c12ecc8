#include "analyze.h"

#include <string.h>

#include "json.h"
#include "messages.h"

static const char *S_kind(enum token_kind k)
{
	switch (k) {
	case TOKEN_WORD:
		return "word";
	case TOKEN_NUMBER:
		return "number";
	case TOKEN_ACRONYM:
		return "acronym";
	case TOKEN_OTHER:
		return "other";
	}
	return "word";
}

/* The text as the indexer would see it: clean first. */
static enum status S_tokens(struct tokens *t, struct buf *clean, struct engine *e,
			    const struct request *r, struct err *err)
{
	size_t replaced;
	enum status st = engine_need(e, ENGINE_TEXT, err);

	if (!st)
		st = text_clean(clean, &replaced, e->analyzer, r->query, r->query_n,
				err);
	if (!st)
		st = buf_status(clean, err);
	return st ? st : text_tokenize(t, e->analyzer, clean->data, clean->len, err);
}

static enum status S_stem(char stem[STEM_MAX], size_t *n, struct engine *e,
			  const struct token *t, struct err *err)
{
	*n = 0;
	stem[0] = '\0';
	return t->exact_only
		       ? ST_OK
		       : stem_word(stem, n, e->stemmer, t->surface, t->surface_n, err);
}

/* position TAB printed TAB word TAB stem TAB kind */
enum status analyze_text(struct page *to, struct engine *e, const struct request *r,
			 struct err *err)
{
	struct tokens t;
	struct buf clean;
	char stem[STEM_MAX];
	size_t n;
	enum status st;

	tokens_init(&t);
	buf_init(&clean, 0);
	st = S_tokens(&t, &clean, e, r, err);
	for (size_t i = 0; !st && i < t.n; i++) {
		const struct token *k = &t.v[i];

		st = S_stem(stem, &n, e, k, err);
		buf_addf(to->out, "%u\t", k->position);
		inert_put(to->out, clean.data + k->start, k->end - k->start);
		buf_addc(to->out, '\t');
		inert_put(to->out, k->folded, k->folded_n);
		buf_addc(to->out, '\t');
		inert_put(to->out, n ? stem : "-", n ? n : 1);
		buf_addf(to->out, "\t%s%s\n", S_kind(k->kind),
			 k->variant ? " (variant)" : "");
	}
	buf_release(&clean);
	tokens_release(&t);
	return st ? st : buf_status(to->out, err);
}

enum status analyze_json(json_t **out, struct engine *e, const struct request *r,
			 struct err *err)
{
	json_t *o = json_object(), *list = json_array();
	struct tokens t;
	struct buf clean;
	char stem[STEM_MAX];
	size_t n, at = 0, column = 0;
	bool ok = true;
	enum status st;

	tokens_init(&t);
	buf_init(&clean, 0);
	st = S_tokens(&t, &clean, e, r, err);
	for (size_t i = 0; !st && i < t.n; i++) {
		const struct token *k = &t.v[i];
		json_t *one = json_object();
		size_t start;

		if (k->start < at)
			at = column = 0;
		column += utf8_count(clean.data + at, k->start - at);
		at = k->start;
		start = column;
		st = S_stem(stem, &n, e, k, err);
		json_put(one, "position", json_size(k->position), &ok);
		json_put(one, "start", json_size(start), &ok);
		json_put(one, "end",
			 json_size(start + utf8_count(clean.data + k->start,
						      k->end - k->start)),
			 &ok);
		json_put(one, "printed",
			 json_text(clean.data + k->start, k->end - k->start), &ok);
		json_put(one, "word", json_text(k->surface, k->surface_n), &ok);
		json_put(one, "exact", json_text(k->folded, k->folded_n), &ok);
		json_put(one, "stem", n ? json_text(stem, n) : json_null(), &ok);
		json_put(one, "kind", json_str(S_kind(k->kind)), &ok);
		json_put(one, "variant", json_boolean(k->variant), &ok);
		json_push(list, one, &ok);
	}
	json_put(o, "format_version", json_integer(FORMAT_VERSION), &ok);
	json_put(o, "text", json_text(clean.data, clean.len), &ok);
	json_put(o, "tokens", list, &ok);
	buf_release(&clean);
	tokens_release(&t);
	if (!st && !ok)
		st = err_nomem(err);
	if (st) {
		json_decref(o);
		o = NULL;
	}
	*out = o;
	return st;
}
