#ifndef SIMILAR_PARTS_H
#define SIMILAR_PARTS_H
/*
 * similar (inner part) - what its files share:
 *
 *   similar_subject.c  what the practice is known by: its significant stems
 *   similar.c          which others have them, and in what order
 *   similar_reasons.c  what a hit and the subject have in common
 */
#include "similar.h"

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
/* Stems in the order of their bytes. */
int similar_compare(const char *a, size_t na, const char *b, size_t nb);
/* How much a field says about what a practice is. */
double similar_boost(enum field f);
/* Whether a word may be a feature: no stop word, number or variant. */
bool similar_content(const struct similar *s, const struct token *t);
/* Fills s->v, the best first. */
enum status similar_subject(struct similar *s, struct err *err);

/* Orders s->v by stem, as similar_reasons() asks for. */
void similar_by_stem(struct similar *s);
/* The hit's words and facets that are the subject's, too. */
enum status similar_reasons(struct similar *s, struct hit *h, struct err *err);

static inline bool similar_has(const uint32_t *v, size_t n, uint32_t value)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == value)
			return true;
	return false;
}

#endif
