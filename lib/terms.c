#include "terms.h"
#include "array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Until postings_seal() a posting's term is its offset in bytes, kept in the
 * pointer: bytes moves while it grows.
 */

void postings_init(struct postings *p)
{
	memset(p, 0, sizeof *p);
	buf_init(&p->bytes, 0);
}

void postings_clear(struct postings *p)
{
	p->n = 0;
	p->sealed = false;
	buf_clear(&p->bytes);
}

void postings_release(struct postings *p)
{
	free(p->v);
	buf_release(&p->bytes);
	postings_init(p);
}

static enum status S_add(struct postings *p, const char *term, size_t n,
			 unsigned position, unsigned wdf, struct err *err)
{
	struct posting *k;

	if (!array_more(&p->v, &p->cap, p->n, sizeof *p->v, 256))
		return err_nomem(err);
	k = &p->v[p->n++];
	k->term = (const char *)(uintptr_t)p->bytes.len;
	k->position = position;
	k->wdf = wdf;
	buf_add(&p->bytes, term, n + 1);
	return buf_status(&p->bytes, err);
}

enum status postings_add_boolean(struct postings *p, const char *prefix,
				 const char *value, struct err *err)
{
	char term[TERM_MAX + 1];
	size_t a = strlen(prefix), b = strlen(value);

	if (a + b > TERM_MAX)
		b = a < TERM_MAX ? TERM_MAX - a : 0;
	if (a > TERM_MAX)
		a = TERM_MAX;
	memcpy(term, prefix, a);
	memcpy(term + a, value, b);
	term[a + b] = '\0';
	return S_add(p, term, a + b, 0, 0, err);
}

size_t term_make(char *buf, char class_, enum field field, const char *word, size_t n)
{
	if (n > TERM_MAX - 2)
		return 0;
	buf[0] = class_;
	buf[1] = field == F_NONE ? FIELD_ANY_LETTER : field_table[field].letter;
	memcpy(buf + 2, word, n);
	buf[n + 2] = '\0';
	return n + 2;
}

/* One word under one class, of the field (with a position if there is one)
 * and of all fields. */
static enum status S_add_word(struct postings *p, char class_, enum field field,
			      const char *word, size_t n, unsigned position,
			      struct err *err)
{
	char term[TERM_MAX + 1];
	enum status st;
	size_t k = term_make(term, class_, field, word, n);

	if (!k)
		return ST_OK;
	st = S_add(p, term, k, position, 1, err);
	if (st)
		return st;
	term[1] = FIELD_ANY_LETTER;
	return S_add(p, term, k, 0, field_table[field].weight, err);
}

/* What the stem of the surface teaches about a form that people type instead
 * of it: the folded one, or the one without n~ as well. */
static enum status S_learn(struct postings *p, struct stemmer *s, const char *typed,
			   size_t typed_n, const char *stem, size_t stem_n,
			   struct err *err)
{
	char other[STEM_MAX], term[TERM_MAX + 1];
	size_t other_n;
	enum status st = stem_word(other, &other_n, s, typed, typed_n, err);

	if (st || (other_n == stem_n && memcmp(other, stem, stem_n) == 0))
		return st;
	if (typed_n + stem_n + 2 > TERM_MAX)
		return ST_OK;
	term[0] = 'V';
	memcpy(term + 1, typed, typed_n);
	term[1 + typed_n] = '\t';
	memcpy(term + 2 + typed_n, stem, stem_n);
	term[2 + typed_n + stem_n] = '\0';
	return S_add(p, term, 2 + typed_n + stem_n, 0, 0, err);
}

/* "niño" to "nino"; returns 0 if there is no n~. */
static size_t S_without_tilde(char *out, const char *p, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && memcmp(p + i, "\xC3\xB1", 2) == 0) {
			out[k++] = 'n';
			i++;
		} else {
			out[k++] = p[i];
		}
	}
	return k == n ? 0 : k;
}

static enum status S_add_token(struct postings *p, struct stemmer *s, enum field field,
			       const struct tokens *all, size_t i, struct err *err)
{
	const struct token *t = &all->v[i];
	char stem[STEM_MAX], other[STEM_MAX], bare[WORD_MAX + 1];
	size_t stem_n, other_n, bare_n;
	bool again = false;
	enum status st;

	st = S_add_word(p, 'X', field, t->folded, t->folded_n, t->position, err);
	if (st)
		return st;
	if (t->exact_only)
		return S_add_word(p, 'S', field, t->folded, t->folded_n, 0, err);
	st = stem_token(stem, &stem_n, s, t, err);
	if (st)
		return st;
	/* apoderados/as is one occurrence of one stem. */
	for (size_t j = i; !st && !again && j > 0; j--) {
		const struct token *o = &all->v[j - 1];

		if (o->position != t->position)
			break;
		if (o->exact_only)
			continue;
		st = stem_token(other, &other_n, s, o, err);
		again = other_n == stem_n && memcmp(other, stem, stem_n) == 0;
	}
	if (!st && !again)
		st = S_add_word(p, 'S', field, stem, stem_n, 0, err);
	if (!st && (t->folded_n != t->surface_n ||
		    memcmp(t->folded, t->surface, t->folded_n) != 0))
		st = S_learn(p, s, t->folded, t->folded_n, stem, stem_n, err);
	if (!st && (bare_n = S_without_tilde(bare, t->folded, t->folded_n)))
		st = S_learn(p, s, bare, bare_n, stem, stem_n, err);
	return st;
}

struct found { /* where expressions go */
	struct postings *p;
	enum field field;
};

static enum status S_add_expression(void *ctx, const char *name, size_t n,
				    unsigned times, struct err *err)
{
	const struct found *f = ctx;
	enum status st = ST_OK;

	for (unsigned i = 0; !st && i < times; i++)
		st = S_add_word(f->p, 'T', f->field, name, n, 0, err);
	return st;
}

enum status postings_add_text(struct postings *p, struct analyzer *a, struct stemmer *s,
			      enum field field, const char *text, size_t n,
			      struct err *err)
{
	struct tokens tokens;
	enum status st;

	tokens_init(&tokens);
	st = text_tokenize(&tokens, a, text, n, err);
	for (size_t i = 0; !st && i < tokens.n; i++) {
		if (i + STEM_AHEAD < tokens.n)
			stem_ahead(s, &tokens.v[i + STEM_AHEAD]);
		st = S_add_token(p, s, field, &tokens, i, err);
	}
	if (!st && p->expressions) {
		struct found f = {p, field};

		st = expressions_find(p->expressions, s, &tokens, S_add_expression, &f,
				      err);
	}
	tokens_release(&tokens);
	return st;
}

enum status postings_seal(struct postings *p, struct err *err)
{
	enum status st = buf_status(&p->bytes, err);

	if (st || p->sealed)
		return st;
	for (size_t i = 0; i < p->n; i++)
		p->v[i].term = p->bytes.data + (uintptr_t)p->v[i].term;
	p->sealed = true;
	return ST_OK;
}
