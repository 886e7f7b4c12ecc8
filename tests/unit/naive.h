#ifndef NAIVE_H
#define NAIVE_H
/*
 * A search engine of a hundred lines, for comparing: documents are arrays of
 * words, every clause is answered by looking at every document, weights are
 * computed from the formula.  Words are SAa, SAb, ..., and with positions
 * XTa, XTb, ...
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "query.h"

#define NAIVE_DOCS  300
#define NAIVE_WORDS 40
#define NAIVE_TERMS 24

struct naive {
	uint32_t last; /* documents 1..last */
	bool there[NAIVE_DOCS + 1];
	unsigned length[NAIVE_DOCS + 1]; /* words, position i + 1 */
	unsigned char word[NAIVE_DOCS + 1][NAIVE_WORDS];
};

static inline unsigned naive_wdf(const struct naive *n, uint32_t d, unsigned t)
{
	unsigned wdf = 0;

	for (unsigned i = 0; n->there[d] && i < n->length[d]; i++)
		wdf += n->word[d][i] == t;
	return wdf;
}

/* "SAa" and "XTa" are 0; a term that is none of these is NAIVE_TERMS. */
static inline unsigned naive_term(const char *term)
{
	return strlen(term) == 3 && term[2] >= 'a' && term[2] < 'a' + NAIVE_TERMS
		       ? (unsigned)(term[2] - 'a')
		       : NAIVE_TERMS;
}

static inline uint32_t naive_frequency(const struct naive *n, unsigned t)
{
	uint32_t df = 0;

	for (uint32_t d = 1; d <= n->last; d++)
		df += naive_wdf(n, d, t) > 0;
	return df;
}

/* Whether the word at position i of d may stand for the place q. */
static inline bool naive_place(const struct naive *n, uint32_t d, unsigned i,
			       const struct clause *q)
{
	if (q->op == Q_TERM)
		return n->word[d][i] == naive_term(q->term);
	for (size_t k = 0; k < q->n; k++)
		if (naive_place(n, d, i, q->child[k]))
			return true;
	return false;
}

/* Places from k on after position `from`, all of them before `end`. */
static inline bool naive_phrase(const struct naive *n, uint32_t d,
				const struct clause *q, size_t k, unsigned from,
				unsigned end)
{
	if (k == q->n)
		return true;
	for (unsigned i = from; i < end && i < n->length[d]; i++)
		if (naive_place(n, d, i, q->child[k]) &&
		    naive_phrase(n, d, q, k + 1, i + 1, end))
			return true;
	return false;
}

/* Some choice of different positions, one a place, within the window. */
static inline bool naive_near(const struct naive *n, uint32_t d, const struct clause *q,
			      size_t k, uint64_t taken, unsigned from, unsigned end)
{
	if (k == q->n)
		return true;
	for (unsigned i = from; i < end && i < n->length[d]; i++)
		if (!(taken >> i & 1) && naive_place(n, d, i, q->child[k]) &&
		    naive_near(n, d, q, k + 1, taken | (uint64_t)1 << i, from, end))
			return true;
	return false;
}

static inline bool naive_window(const struct naive *n, uint32_t d,
				const struct clause *q)
{
	unsigned window = q->window < q->n ? (unsigned)q->n : q->window;

	for (unsigned i = 0; i < n->length[d]; i++)
		if (q->op == Q_PHRASE ? naive_phrase(n, d, q, 0, i, i + window)
				      : naive_near(n, d, q, 0, 0, i, i + window))
			return true;
	return false;
}

static inline bool naive_match(const struct naive *n, uint32_t d,
			       const struct clause *q)
{
	if (!n->there[d])
		return false;
	switch (q->op) {
	case Q_NONE:
		return false;
	case Q_ALL:
		return true;
	case Q_TERM:
		return naive_wdf(n, d, naive_term(q->term)) > 0;
	case Q_SYNONYM:
	case Q_OR:
	case Q_MAX:
		for (size_t i = 0; i < q->n; i++)
			if (naive_match(n, d, q->child[i]))
				return true;
		return false;
	case Q_AND:
	case Q_FILTER:
		for (size_t i = 0; i < q->n; i++)
			if (!naive_match(n, d, q->child[i]))
				return false;
		return q->n > 0;
	case Q_AND_NOT:
		for (size_t i = 1; i < q->n; i++)
			if (naive_match(n, d, q->child[i]))
				return false;
		return q->n && naive_match(n, d, q->child[0]);
	case Q_AND_MAYBE:
	case Q_SCALE:
		return q->n && naive_match(n, d, q->child[0]);
	case Q_PHRASE:
	case Q_NEAR:
		return q->n && naive_window(n, d, q);
	case Q_DOCSET:
		return docset_has(q->docs, d);
	}
	return false;
}

/* The terms of a synonym, if it has nothing else in it: their wdf in d, and the
 * share of documents without any, were they independent. */
static inline void naive_words(unsigned *wdf, double *none, const struct naive *n,
			       uint32_t d, const struct clause *q, double count)
{
	if (q->op == Q_TERM) {
		*wdf += naive_wdf(n, d, naive_term(q->term));
		*none *= 1 - naive_frequency(n, naive_term(q->term)) / count;
	}
	for (size_t i = 0; i < q->n; i++)
		naive_words(wdf, none, n, d, q->child[i], count);
}

/* What a document weighs. */
static inline double naive_weight(const struct naive *n, uint32_t d,
				  const struct clause *q, double factor)
{
	double sum = 0, count = 0, total = 0, none = 1, wdfn;
	unsigned wdf = 0;

	if (factor == 0 || !naive_match(n, d, q))
		return 0;
	switch (q->op) {
	case Q_TERM:
	case Q_SYNONYM: /* of terms only */
		for (uint32_t i = 1; i <= n->last; i++) {
			count += n->there[i];
			total += n->there[i] ? n->length[i] : 0;
		}
		naive_words(&wdf, &none, n, d, q, count);
		wdfn = wdf * log2(1 + total / count / n->length[d]);
		return factor * log2((count + 1) / (count * (1 - none) + 0.5)) * wdfn /
		       (wdfn + 1);
	case Q_SCALE:
		return naive_weight(n, d, q->child[0], factor * q->factor);
	case Q_AND_NOT:
	case Q_FILTER:
		return naive_weight(n, d, q->child[0], factor);
	case Q_MAX:
		for (size_t i = 0; i < q->n; i++) {
			double w = naive_weight(n, d, q->child[i], factor);

			sum = w > sum ? w : sum;
		}
		return sum;
	case Q_AND:
	case Q_OR:
	case Q_AND_MAYBE:
	case Q_PHRASE:
	case Q_NEAR:
		for (size_t i = 0; i < q->n; i++)
			sum += naive_weight(n, d, q->child[i], factor);
		return sum;
	case Q_DOCSET:
		return factor * q->factor;
	case Q_NONE:
	case Q_ALL:
		break;
	}
	return 0;
}

#endif
