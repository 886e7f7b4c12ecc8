#include "similar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ids.h"
#include "messages.h"
#include "terms.h"

/*
 * The subject becomes its most significant stems: often in it, and above all
 * in the fields that say what a practice is, and seldom elsewhere.  Xapian
 * ranks by them; the best are ordered anew with what the facets have in
 * common, weighed by how rare it is to share it.  Boilerplate needs no list:
 * what every ficha has weighs nothing.
 */
#define STEMS_MAX      64     /* of the subject, asked for */
#define STEMS_SURE     8      /* of them in any case */
#define POSTINGS_MAX   100000 /* that the others may cost together */
#define CANDIDATES_MAX 100    /* looked at more closely */
#define REASONS_MAX    8      /* words shown of those shared */
#define TITLE_WEIGHT   0.5    /* of a stem in a hit's title, on top */
#define TEXT_SHARE     0.70
#define GROUP_SHARE    0.18
#define SELLO_SHARE    0.12
#define SCORE_MIN      0.03 /* less is chance */

/* How much a field says about what a practice is. */
static double S_boost(enum field f)
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

struct feature { /* one stem of the subject */
	const char *stem;
	size_t n;
	double tf[F_COUNT]; /* occurrences */
	uint32_t documents;
	double weight;
	/* In the hit in hand. */
	const char *word; /* as printed there, in small letters */
	unsigned times[F_COUNT];
};

struct similar {
	struct answer *a;
	struct engine *e;
	uint32_t subject;	 /* 0: a draft */
	struct reading *reading; /* of the subject; NULL: a draft */
	struct feature *v;	 /* sorted by stem until chosen */
	size_t n, cap;
	struct clause *query;
	uint32_t *counts[FACET_COUNT]; /* fichas of each value, all fichas */
};

/* ---- the subject's words ---- */

static int S_compare(const char *a, size_t na, const char *b, size_t nb)
{
	int d = memcmp(a, b, na < nb ? na : nb);

	return d ? d : na < nb ? -1 : na > nb;
}

/* Place of a stem in v (sorted); where it is not, where it would be. */
static size_t S_find(const struct similar *s, const char *stem, size_t n, bool *found)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = S_compare(s->v[mid].stem, s->v[mid].n, stem, n);

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

static int S_by_stem(const void *a, const void *b)
{
	const struct feature *x = a, *y = b;

	return S_compare(x->stem, x->n, y->stem, y->n);
}

/* Words that may be features: no stop words, no numbers, no variants. */
static bool S_content(const struct similar *s, const struct token *t)
{
	return !t->variant && !t->exact_only && t->folded_n > 2 &&
	       !lexicon_is_stop(s->e->lexicon, t->folded, t->folded_n);
}

static enum status S_gather(struct similar *s, enum field field,
			    const struct tokens *tokens, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < tokens->n; i++) {
		const struct token *t = &tokens->v[i];
		struct feature *f;
		char stem[STEM_MAX];
		size_t k;

		if (!S_content(s, t))
			continue;
		st = stem_word(stem, &k, s->e->stemmer, t->surface, t->surface_n, err);
		if (st)
			break;
		if (s->n == s->cap) {
			size_t cap = s->cap ? 2 * s->cap : 256;
			struct feature *v = realloc(s->v, cap * sizeof *v);

			if (!v)
				return err_nomem(err);
			s->v = v;
			s->cap = cap;
		}
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
static enum status S_choose(struct similar *s, struct err *err)
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
				tf += S_boost((enum field)k) * (1 + log(f->tf[k]));
		f->weight *= tf * log(1 + (documents - df + 0.5) / (df + 0.5));
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

static enum status S_subject(struct similar *s, struct err *err)
{
	const struct request *r = s->a->request;
	const struct reading_text *text;
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
		if (S_boost((enum field)f) <= 0)
			continue;
		st = reading_field(&text, s->reading, s->e, (enum field)f, err);
		if (!st)
			st = S_gather(s, (enum field)f, &text->tokens, err);
	}
	S_merge(s);
	return st ? st : S_choose(s, err);
}

/* OR of the stems, each at its weight relative to the first; once more where
 * a title has them, for a title names what a practice is. */
static enum status S_query(struct similar *s, struct err *err)
{
	static const enum field fields[] = {F_NONE, F_TITLE};
	struct arena *arena = s->a->arena;

	s->query = clause_new(arena, Q_OR);
	for (size_t i = 0; s->query && i < s->n; i++) {
		double weight = s->v[i].weight / s->v[0].weight;

		for (size_t k = 0; k < 2; k++) {
			char term[TERM_MAX + 1];
			size_t n = term_make(term, 'S', fields[k], s->v[i].stem,
					     s->v[i].n);

			if (!clause_add(
				    arena, s->query,
				    clause_scale(arena, clause_term(arena, term, n),
						 k ? weight * TITLE_WEIGHT : weight)))
				return err_nomem(err);
		}
	}
	return s->query ? ST_OK : err_nomem(err);
}

/* ---- who may be near ---- */

/* Every ficha but the subject, by region where that was asked. */
static enum status S_matched(struct similar *s, struct err *err)
{
	const struct request *r = s->a->request;
	struct column *c = s->e->column;
	struct docset region = {0};
	const uint32_t *values;
	size_t n;
	enum status st = docset_init(&s->a->matched, column_last(c), err);

	if (st)
		return st;
	docset_or(&s->a->matched, column_documents(c));
	if (s->subject)
		s->a->matched.word[s->subject / 64] &=
			~((uint64_t)1 << (s->subject % 64));
	if (!r->same_region && !r->other_region)
		return ST_OK;
	st = docset_init(&region, column_last(c), err);
	if (st)
		return st;
	n = column_values_of(c, FACET_REGION, s->subject, &values);
	column_select(&region, c, FACET_REGION, values, n);
	if (r->same_region)
		docset_and(&s->a->matched, &region);
	else
		docset_andnot(&s->a->matched, &region);
	docset_release(&region);
	return ST_OK;
}

static bool S_has_value(const uint32_t *v, size_t n, uint32_t value)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == value)
			return true;
	return false;
}

/* Shared values by rarity: of what either has, how much both have. */
static double S_facet(const struct similar *s, enum facet facet, uint32_t docid)
{
	const struct column *c = s->e->column;
	double documents = reader_count(s->e->reader), both = 0, either = 0;
	const uint32_t *mine, *theirs;
	size_t n, m;

	if (!s->subject)
		return 0;
	n = column_values_of(c, facet, s->subject, &mine);
	m = column_values_of(c, facet, docid, &theirs);
	for (size_t i = 0; i < n; i++) {
		double w = log(1 + documents / (s->counts[facet][mine[i]] + 0.5));

		either += w;
		if (S_has_value(theirs, m, mine[i]))
			both += w;
	}
	for (size_t i = 0; i < m; i++)
		if (!S_has_value(mine, n, theirs[i]))
			either += log(1 +
				      documents / (s->counts[facet][theirs[i]] + 0.5));
	return either > 0 ? both / either : 0;
}

static int S_by_score(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->docid < y->docid ? -1 : x->docid > y->docid;
}

/* 1 is the subject itself. */
static enum status S_scores(struct similar *s, struct ranking *ranked, struct err *err)
{
	double self = 0;
	enum status st = ST_OK;

	if (s->subject)
		st = reader_weight(&self, s->e->reader, s->query, s->subject, err);
	else if (ranked->n)
		self = ranked->v[0].score * 2; /* a draft is not in the index */
	for (size_t i = 0; !st && i < ranked->n; i++) {
		struct ranked *k = &ranked->v[i];
		double text = self > 0 ? k->score / self : 0;

		if (s->subject)
			k->score = TEXT_SHARE * fmin(text, 1) +
				   GROUP_SHARE * S_facet(s, FACET_GROUP, k->docid) +
				   SELLO_SHARE * S_facet(s, FACET_SELLO, k->docid);
		else
			k->score = text;
	}
	if (!st && ranked->n)
		qsort(ranked->v, ranked->n, sizeof *ranked->v, S_by_score);
	return st;
}

/* ---- reasons ---- */

/* Where the hit has the subject's stems, and how it prints them. */
static enum status S_look(struct similar *s, struct reading *hit, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < s->n; i++) {
		s->v[i].word = NULL;
		memset(s->v[i].times, 0, sizeof s->v[i].times);
	}
	for (int k = 0; !st && k < F_COUNT; k++) {
		const struct reading_text *text;

		if (S_boost((enum field)k) <= 0)
			continue;
		st = reading_field(&text, hit, s->e, (enum field)k, err);
		for (size_t i = 0; !st && i < text->tokens.n; i++) {
			const struct token *t = &text->tokens.v[i];
			char stem[STEM_MAX];
			bool found;
			size_t at, m;

			if (!S_content(s, t))
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
			here = S_boost((enum field)k) * (1 + log(f->times[k]));
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
			if (S_has_value(theirs, m, mine[i])) {
				struct column_value v =
					column_value(c, order[k], mine[i]);

				h->facets[h->n_facets++] = (struct shared_facet){
					order[k], v.slug, v.label};
			}
	}
	return ST_OK;
}

static enum status S_hits(struct similar *s, const struct ranking *ranked,
			  struct err *err)
{
	struct answer *a = s->a;
	enum status st = ST_OK;

	a->hits = arena_alloc(a->arena, (ranked->n + 1) * sizeof *a->hits);
	if (!a->hits)
		return err_nomem(err);
	/* From here on features are looked up by stem. */
	if (s->n)
		qsort(s->v, s->n, sizeof *s->v, S_by_stem);
	for (size_t i = 0; !st && i < ranked->n && a->n_hits < a->request->limit; i++) {
		struct hit *h = &a->hits[a->n_hits];

		if (ranked->v[i].score < SCORE_MIN)
			break;
		a->n_hits++;
		st = answer_record(h, s->e, ranked->v[i].docid, err);
		h->score = ranked->v[i].score;
		h->rank = a->n_hits;
		if (!st)
			st = S_terms(s, h, err);
		if (!st)
			st = S_shared_facets(s, h, err);
		if (!st && !h->n_terms) { /* no reason to name: not near */
			reading_close(h->reading);
			memset(h, 0, sizeof *h);
			a->n_hits--;
		}
	}
	a->total = a->n_hits;
	return st;
}

/* ---- the whole ---- */

static enum status S_counts(struct similar *s, struct err *err)
{
	static const struct column_selection none[FACET_COUNT];
	bool want[FACET_COUNT] = {false};
	struct docset within;
	enum status st = docset_init(&within, column_last(s->e->column), err);

	want[FACET_GROUP] = want[FACET_SELLO] = true;
	for (int f = 0; !st && f < FACET_COUNT; f++) {
		size_t n = column_n_values(s->e->column, (enum facet)f);

		if (!want[f])
			continue;
		s->counts[f] = arena_alloc(s->a->arena, (n + 1) * sizeof(uint32_t));
		if (!s->counts[f])
			st = err_nomem(err);
	}
	if (!st)
		st = column_count(&within, s->counts, s->e->column,
				  column_documents(s->e->column), none, want, err);
	docset_release(&within);
	return st;
}

static enum status S_run(struct similar *s, struct err *err)
{
	bool none[FACET_COUNT] = {false};
	struct ranking ranked = {0};
	enum status st = S_matched(s, err);

	if (!st)
		st = answer_facets(s->a, s->e, none, err);
	if (!st)
		st = S_subject(s, err);
	if (!st && s->subject)
		st = S_counts(s, err);
	if (!st && s->n) {
		st = S_query(s, err);
		if (!st)
			st = reader_rank(&ranked, s->e->reader, s->query, &s->a->within,
					 column_order(s->e->column), 0, CANDIDATES_MAX,
					 s->e->deadline, err);
		if (!st)
			st = S_scores(s, &ranked, err);
	}
	if (!st)
		st = S_hits(s, &ranked, err);
	ranking_release(&ranked);
	return st;
}

enum status similar_run(struct answer **out, bool *found, struct buf *why,
			struct engine *e, const struct request *r, struct err *err)
{
	struct similar s = {.e = e};
	enum status st = answer_open(&s.a, e, r, err);

	*out = NULL;
	*found = true;
	if (!st)
		st = engine_need(e, ENGINE_TEXT | ENGINE_LEXICON, err);
	if (!st && !r->draft) {
		st = ids_find(&s.subject, why, e, r->ids.v[0], err);
		*found = s.subject != 0;
		if (!st && *found)
			st = reading_open(&s.reading, e, s.subject, err);
	}
	if (!st && *found)
		st = S_run(&s, err);
	reading_close(s.reading);
	free(s.v);
	if (st || !*found) {
		answer_close(s.a);
		return st;
	}
	answer_done(s.a);
	*out = s.a;
	return ST_OK;
}
