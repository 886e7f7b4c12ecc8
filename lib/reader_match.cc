#include "reader.hh"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

/*
 * A match set needs no weights: each term's posting list is walked into a bit
 * set and the clauses are algebra over bit sets.  Phrases and NEAR look at the
 * positions (reader_phrase.cc) of the documents that everything else left.
 *
 * Evaluation carries `within`, the documents that still matter: what a clause
 * adds is always part of it.  AND hands the result so far to its next child,
 * the cheapest first, the positional ones last.
 */

namespace
{

class evaluation
{
	struct reader *r;
	deadline &limit;
	struct err *err;

      public:
	evaluation(struct reader *r_, deadline &limit_, struct err *err_)
	    : r(r_), limit(limit_), err(err_)
	{
	}

	/* Adds to `into` the documents of `within` that q matches. */
	void add(struct docset &into, const struct clause *q,
		 const struct docset &within, unsigned depth);

      private:
	void term(struct docset &into, const char *name, const struct docset &within);
	void conjunction(struct docset &into, const struct clause *q,
			 const struct docset &within, unsigned depth);
	void difference(struct docset &into, const struct clause *q,
			const struct docset &within, unsigned depth);
	double cost(const struct clause *q, unsigned depth);
};

/* `within` has no bits outside the reader's universe, so the result has none
 * either, whatever b's own universe. */
void S_add_and(struct docset &into, const struct docset &within, const struct docset &b)
{
	size_t n = std::min(docset_words(&within), docset_words(&b));

	for (size_t i = 0; i < n; i++)
		into.word[i] |= within.word[i] & b.word[i];
}

bool S_empty(const struct docset &s)
{
	for (size_t i = 0, n = docset_words(&s); i < n; i++)
		if (s.word[i])
			return false;
	return true;
}

/* Postings to walk, roughly; positional clauses come after everything. */
double evaluation::cost(const struct clause *q, unsigned depth)
{
	double sum = 0;

	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	switch (q->op) {
	case Q_NONE:
	case Q_ALL:
	case Q_DOCSET:
		return 0;
	case Q_TERM:
		return reader_documents(r, q->term);
	case Q_PHRASE:
	case Q_NEAR:
		return 1e12;
	case Q_SYNONYM:
	case Q_OR:
	case Q_MAX:
	case Q_AND:
	case Q_AND_NOT:
	case Q_FILTER:
		/* Each look-up costs; many of them are not worth the answer. */
		if (q->n > 16)
			return r->count;
		for (size_t i = 0; i < q->n; i++)
			sum += cost(q->child[i], depth + 1);
		return sum;
	case Q_AND_MAYBE:
	case Q_SCALE:
		return q->n ? cost(q->child[0], depth + 1) : 0;
	}
	return 0;
}

void evaluation::term(struct docset &into, const char *name,
		      const struct docset &within)
{
	const struct docset *set;

	if (!reader_possible(name))
		return;
	set = reader_set(r, name, limit);
	if (set) {
		S_add_and(into, within, *set);
		limit.tick(docset_words(&within));
	} else {
		reader_add(into, r, name, within, limit);
	}
}

void evaluation::conjunction(struct docset &into, const struct clause *q,
			     const struct docset &within, unsigned depth)
{
	std::vector<std::pair<double, const struct clause *>> order;
	bits a(r->last), b(r->last);
	bits *have = &a, *next = &b;

	for (size_t i = 0; i < q->n; i++)
		order.push_back({cost(q->child[i], depth + 1), q->child[i]});
	std::stable_sort(order.begin(), order.end(), [](const auto &x, const auto &y) {
		return x.first < y.first;
	});
	for (size_t i = 0; i < order.size(); i++) {
		memset(next->s.word, 0, docset_words(&next->s) * sizeof *next->s.word);
		add(next->s, order[i].second, i ? have->s : within, depth + 1);
		std::swap(have, next);
		if (S_empty(have->s))
			return;
	}
	docset_or(&into, &have->s);
}

void evaluation::difference(struct docset &into, const struct clause *q,
			    const struct docset &within, unsigned depth)
{
	bits have(r->last), taken(r->last);

	add(have.s, q->child[0], within, depth + 1);
	for (size_t i = 1; i < q->n; i++)
		add(taken.s, q->child[i], have.s, depth + 1);
	docset_andnot(&have.s, &taken.s);
	docset_or(&into, &have.s);
}

void evaluation::add(struct docset &into, const struct clause *q,
		     const struct docset &within, unsigned depth)
{
	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	limit.tick(64);
	switch (q->op) {
	case Q_NONE:
		return;
	case Q_ALL:
		docset_or(&into, &within);
		return;
	case Q_TERM:
		term(into, q->term, within);
		return;
	case Q_SYNONYM:
	case Q_OR:
	case Q_MAX:
		for (size_t i = 0; i < q->n; i++)
			add(into, q->child[i], within, depth + 1);
		return;
	case Q_AND:
	case Q_FILTER:
		if (q->n == 1)
			add(into, q->child[0], within, depth + 1);
		else if (q->n)
			conjunction(into, q, within, depth);
		return;
	case Q_AND_NOT:
		if (q->n)
			difference(into, q, within, depth);
		return;
	case Q_AND_MAYBE:
	case Q_SCALE:
		if (q->n)
			add(into, q->child[0], within, depth + 1);
		return;
	case Q_PHRASE:
	case Q_NEAR:
		reader_positional(into, r, q, within, limit, err);
		return;
	case Q_DOCSET:
		if (q->docs)
			S_add_and(into, within, *q->docs);
		return;
	}
	reader_refuse(err);
}

} // namespace

const struct docset &reader_all(struct reader *r)
{
	if (r->documents)
		return *r->documents;
	if (!r->all.word) {
		bits all(r->last);

		if (r->count == r->last) {
			for (uint32_t d = 1; d <= r->last && d != 0; d++)
				docset_add(&all.s, d);
		} else {
			Xapian::Database &db = reader_xapian(r);
			Xapian::PostingIterator p = db.postlist_begin(""),
						end = db.postlist_end("");

			for (; p != end; ++p)
				if (*p <= r->last)
					docset_add(&all.s, *p);
		}
		all.give(&r->all);
	}
	return r->all;
}

void reader_evaluate(struct docset &into, struct reader *r, const struct clause *q,
		     const struct docset &within, deadline &limit, struct err *err)
{
	evaluation(r, limit, err).add(into, q, within, 0);
}

enum status reader_match(struct docset *out, struct reader *r, const struct clause *q,
			 double until, struct err *err)
{
	out->word = NULL;
	out->last = 0;
	return guard(err, [&] {
		deadline limit(until, err);
		bits found(r->last);

		reader_evaluate(found.s, r, q, reader_all(r), limit, err);
		found.give(out);
		return ST_OK;
	});
}

enum status reader_postings(struct docset *out, struct reader *r, const char *term,
			    struct err *err)
{
	out->word = NULL;
	out->last = 0;
	return guard(err, [&] {
		bits found(r->last);

		deadline none(0, err);

		if (!*term)
			docset_or(&found.s, &reader_all(r));
		else if (reader_possible(term))
			reader_add(found.s, r, term, reader_all(r), none);
		found.give(out);
		return ST_OK;
	});
}
