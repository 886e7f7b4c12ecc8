#include "similar_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "terms.h"

#define STEMS_MAX    64	    /* of the subject, asked for */
#define TOPIC_WEIGHT 2.5    /* of a word that the tables know */
#define STEMS_SURE   8	    /* of them in any case */
#define POSTINGS_MAX 100000 /* that the others may cost together */

double similar_boost(enum field f)
{
	switch (f) {
	case F_TITLE:
		return 2.5;
	case F_DESCRIPTION:
	case F_INNOVATION:
		return 1;
	case F_POPULATION:
		return 0.8;
	case F_LESSONS:
		return 0.6;
	case F_UNITS:
		return 0.4;
	case F_SUSTAINABILITY:
	case F_FUNDING:
		return 0.2;
	case F_MUNICIPALITY:
	case F_SELLO:
	case F_DATES:
	case F_COUNT:
		break;
	}
	return 0;
}

int similar_compare(const char *a, size_t na, const char *b, size_t nb)
{
	int d = memcmp(a, b, na < nb ? na : nb);

	return d ? d : na < nb ? -1 : na > nb;
}

static int S_by_stem(const void *a, const void *b)
{
	const struct feature *x = a, *y = b;

	return similar_compare(x->stem, x->n, y->stem, y->n);
}

bool similar_content(const struct similar *s, const struct token *t)
{
	return !t->variant && !t->exact_only && t->folded_n > 2 &&
	       !lexicon_is_stop(s->e->lexicon, t->folded, t->folded_n);
}

/* ---- what practices are about ---- */

/*
 * In a small collection rarity says little: "basada" is as rare there as
 * "protocolo".  The thesaurus and the names of the Sello lines and groups are
 * made of the words for what practices are about, so these count more.
 */
struct topics {
	struct tokens tokens; /* scratch */
	const char **stem;    /* sorted */
	size_t n, cap;
};

static int S_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status S_add_topics(struct topics *to, struct similar *s, const char *text,
				struct err *err)
{
	enum status st =
		text_tokenize(&to->tokens, s->e->analyzer, text, strlen(text), err);

	for (size_t i = 0; !st && i < to->tokens.n; i++) {
		const struct token *t = &to->tokens.v[i];
		char stem[STEM_MAX];
		size_t n;

		if (!similar_content(s, t))
			continue;
		st = stem_word(stem, &n, s->e->stemmer, t->surface, t->surface_n, err);
		if (st)
			break;
		if (!array_more(&to->stem, &to->cap, to->n, sizeof *to->stem, 1024))
			return err_nomem(err);
		to->stem[to->n] = arena_copy(s->a->arena, stem, n);
		if (!to->stem[to->n++])
			return err_nomem(err);
	}
	return st;
}

static enum status S_topics(struct topics *to, struct similar *s, struct err *err)
{
	const struct lexicon *l = s->e->lexicon;
	struct labels labels[] = {lexicon_groups(l), lexicon_sello(l)};
	size_t n;
	const struct synonym *v = lexicon_synonyms(l, &n);
	enum status st = ST_OK;

	memset(to, 0, sizeof *to);
	tokens_init(&to->tokens);
	for (size_t i = 0; !st && i < n; i++) {
		if (!i || strcmp(v[i].key, v[i - 1].key) != 0)
			st = S_add_topics(to, s, v[i].key, err);
		if (!st)
			st = S_add_topics(to, s, v[i].value, err);
	}
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; !st && i < labels[k].n; i++)
			st = S_add_topics(to, s, labels[k].v[i].display, err);
	if (!st && to->n)
		qsort(to->stem, to->n, sizeof *to->stem, S_by_text);
	return st;
}

static bool S_is_topic(const struct topics *to, const char *stem)
{
	return to->n &&
	       bsearch(&stem, to->stem, to->n, sizeof *to->stem, S_by_text) != NULL;
}

static void S_forget(struct topics *to)
{
	tokens_release(&to->tokens);
	free(to->stem);
}

/* ---- the subject's stems ---- */

static enum status S_gather(struct similar *s, enum field field,
			    const struct tokens *tokens, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < tokens->n; i++) {
		const struct token *t = &tokens->v[i];
		struct feature *f;
		char stem[STEM_MAX];
		size_t k;

		if (!similar_content(s, t))
			continue;
		st = stem_word(stem, &k, s->e->stemmer, t->surface, t->surface_n, err);
		if (st)
			break;
		if (!array_more(&s->v, &s->cap, s->n, sizeof *s->v, 256))
			return err_nomem(err);
		f = &s->v[s->n];
		memset(f, 0, sizeof *f);
		f->stem = arena_copy(s->a->arena, stem, k);
		f->n = k;
		f->tf[field] = 1;
		f->weight = lexicon_word_weight(s->e->lexicon, t->folded, t->folded_n);
		if (!f->stem)
			return err_nomem(err);
		s->n++;
	}
	return st;
}

/* One feature a stem: sorts and adds up. */
static void S_merge(struct similar *s)
{
	size_t to = 0;

	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, S_by_stem);
	for (size_t i = 0; i < s->n; i++) {
		if (to && S_by_stem(&s->v[to - 1], &s->v[i]) == 0) {
			for (int f = 0; f < F_COUNT; f++)
				s->v[to - 1].tf[f] += s->v[i].tf[f];
			if (s->v[i].weight < s->v[to - 1].weight)
				s->v[to - 1].weight = s->v[i].weight;
		} else {
			s->v[to++] = s->v[i];
		}
	}
	s->n = to;
}

static int S_by_weight(const void *a, const void *b)
{
	const struct feature *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return S_by_stem(a, b);
}

/* Weighs every stem and keeps the best. */
static enum status S_choose(struct similar *s, const struct topics *topics,
			    struct err *err)
{
	double documents = reader_count(s->e->reader);
	enum status st = ST_OK;
	size_t to = 0, cost = 0;

	for (size_t i = 0; !st && i < s->n; i++) {
		struct feature *f = &s->v[i];
		char term[TERM_MAX + 1];
		uint64_t occurrences;
		uint32_t df = 0;
		double tf = 0;

		if (!term_make(term, 'S', F_NONE, f->stem, f->n))
			continue;
		st = reader_frequency(&df, &occurrences, s->e->reader, term, err);
		/* What no other ficha has cannot be shared. */
		if (st || df < (s->subject ? 2u : 1u))
			continue;
		for (int k = 0; k < F_COUNT; k++)
			if (f->tf[k] > 0)
				tf += similar_boost((enum field)k) *
				      (1 + log(f->tf[k]));
		f->weight *= tf * log(1 + (documents - df + 0.5) / (df + 0.5));
		if (S_is_topic(topics, f->stem))
			f->weight *= TOPIC_WEIGHT;
		f->documents = df;
		if (f->weight > 0)
			s->v[to++] = *f;
	}
	if (st)
		return st;
	s->n = to;
	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, S_by_weight);
	/* What is frequent costs most and says least. */
	to = 0;
	for (size_t i = 0; i < s->n && to < STEMS_MAX; i++) {
		if (to >= STEMS_SURE && cost + s->v[i].documents > POSTINGS_MAX)
			continue;
		cost += s->v[i].documents;
		s->v[to++] = s->v[i];
	}
	s->n = to;
	return ST_OK;
}

enum status similar_subject(struct similar *s, struct err *err)
{
	const struct request *r = s->a->request;
	const struct reading_text *text;
	struct topics topics = {0};
	struct tokens draft;
	enum status st = ST_OK;

	if (r->draft) {
		tokens_init(&draft);
		st = text_tokenize(&draft, s->e->analyzer, r->draft, r->draft_n, err);
		if (!st)
			st = S_gather(s, F_DESCRIPTION, &draft, err);
		tokens_release(&draft);
	}
	for (int f = 0; !st && s->reading && f < F_COUNT; f++) {
		if (similar_boost((enum field)f) <= 0)
			continue;
		st = reading_field(&text, s->reading, s->e, (enum field)f, err);
		if (!st)
			st = S_gather(s, (enum field)f, &text->tokens, err);
	}
	if (!st) /* else a stem may be missing */
		S_merge(s);
	if (!st)
		st = S_topics(&topics, s, err);
	if (!st)
		st = S_choose(s, &topics, err);
	S_forget(&topics);
	return st;
}

void similar_by_stem(struct similar *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, S_by_stem);
}
