#ifndef PLAIN_MATCH_HH
#define PLAIN_MATCH_HH
/*
 * plain_match - what a tree of clauses (query.h) matches in a plain_index, and what it
 * weighs there: the trees go to Xapian as its own queries, and Xapian says.
 *
 * Three things are not left to Xapian 1.4.22:
 *
 *   - The right side of its AND_NOT is never asked for the greatest weight, without
 *     which an AND there, of ORs or AND_MAYBEs, compares with what happened to be in
 *     memory and passes documents by.  Both sides are asked for by themselves.
 *   - Its NEAR misses a match where two places may take the same word.  What it finds
 *     counts; of the rest, those that have all the words are looked at by their lists
 *     of positions.
 *   - Weights.  A synonym's frequency is rounded to whole documents at each of its
 *     terms, an OR below OP_MAX is taken apart, and terms of all fields and of single
 *     ones have their wdf in two databases.  So Xapian is asked what each term weighs
 *     (InL2Weight, every document), and the tree adds up, as query.h tells.  Where
 *     none of the three is in a tree, Xapian's ranking of the whole tree must agree.
 *
 * With check_at_least as many as there are documents Xapian's matcher leaves none out,
 * so its wrong bounds (reader_weigh.hh) do no harm here.
 */
#include "plain_index.hh"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "query.h"

typedef std::vector<bool> plain_set;	   /* by document */
typedef std::vector<double> plain_weights; /* likewise */

/* Documents as a query of Xapian's. */
class plain_source : public Xapian::PostingSource
{
	std::vector<Xapian::docid> v;
	double weight;
	size_t at = 0;
	bool started = false;

      public:
	plain_source(const std::vector<Xapian::docid> &v_, double weight_)
	    : v(v_), weight(weight_)
	{
	}
	Xapian::doccount get_termfreq_min() const override
	{
		return (Xapian::doccount)v.size();
	}
	Xapian::doccount get_termfreq_est() const override
	{
		return (Xapian::doccount)v.size();
	}
	Xapian::doccount get_termfreq_max() const override
	{
		return (Xapian::doccount)v.size();
	}
	double get_weight() const override
	{
		return weight;
	}
	Xapian::docid get_docid() const override
	{
		return v[at];
	}
	void next(double) override
	{
		at += started;
		started = true;
	}
	void skip_to(Xapian::docid d, double) override
	{
		started = true;
		while (at < v.size() && v[at] < d)
			at++;
	}
	bool at_end() const override
	{
		return started && at >= v.size();
	}
	void init(const Xapian::Database &) override
	{
		at = 0;
		started = false;
		set_maxweight(weight);
	}
	Xapian::PostingSource *clone() const override
	{
		return new plain_source(v, weight);
	}
};

class plain_match
{
	plain_index &x;
	/* Document of the index under test -> ours. */
	const std::vector<Xapian::docid> &number;
	/* Kept as long as the index: what Xapian said of single terms. */
	std::unordered_map<std::string, std::vector<std::pair<Xapian::docid, double>>>
		weight_of, wdf_of;
	/* Of the query at hand. */
	std::map<const struct clause *, plain_set> found;

      public:
	plain_match(plain_index &x_, const std::vector<Xapian::docid> &number_)
	    : x(x_), number(number_)
	{
	}
	void forget() /* another query's clauses come */
	{
		found.clear();
	}
	Xapian::Query query(const struct clause *q);
	/* A set of documents of the index under test. */
	std::vector<Xapian::docid> documents(const struct docset *s) const;
	/* What a matches and b does not; weighs as a. */
	Xapian::Query difference(const Xapian::Query &a, const Xapian::Query &b);
	/* All documents that Xapian finds. */
	plain_set run(const Xapian::Query &q);
	const plain_set &match(const struct clause *q);
	plain_weights weigh(const struct clause *q);
	/* Whether Xapian alone can weigh the tree, and what it says. */
	bool alone(const struct clause *q, bool below_max = false) const;
	plain_weights weigh_alone(const struct clause *q);

      private:
	std::vector<Xapian::docid> near(const struct clause *q);
	void add_term(plain_weights &into, const char *term);
	void add_synonym(plain_weights &into, const std::vector<const char *> &terms);
	double idf(double documents) const
	{
		return std::log2((x.last() + 1) / (documents + 0.5));
	}
};

/* ---- matching ---- */

inline std::vector<Xapian::docid> plain_match::documents(const struct docset *s) const
{
	std::vector<Xapian::docid> v;

	for (uint32_t d = s ? docset_next(s, 1) : 0; d; d = docset_next(s, d + 1))
		v.push_back(number.at(d));
	std::sort(v.begin(), v.end());
	return v;
}

/* The terms of q, if it is a term or a choice of terms. */
static bool plain_choice(std::vector<const char *> &terms, const struct clause *q)
{
	size_t before = terms.size();
	bool all = q->op == Q_OR || q->op == Q_SYNONYM || q->op == Q_MAX;

	if (q->op == Q_TERM) {
		terms.push_back(q->term);
		return true;
	}
	for (size_t i = 0; all && i < q->n; i++)
		all = plain_choice(terms, q->child[i]);
	if (!all)
		terms.resize(before);
	return all;
}

inline Xapian::Query plain_match::query(const struct clause *q)
{
	typedef Xapian::Query Query;
	std::vector<Query> v;
	Query rest;

	for (size_t i = 0; i < q->n && q->op != Q_NEAR; i++) {
		v.push_back(query(q->child[i]));
		/* Places are choices of terms: for Xapian, ORs. */
		std::vector<const char *> terms;

		if (q->op == Q_PHRASE && plain_choice(terms, q->child[i]))
			v.back() = Query(Query::OP_OR, terms.begin(), terms.end());
	}
	switch (q->op) {
	case Q_NONE:
		return Query();
	case Q_ALL:
		return Query::MatchAll;
	case Q_TERM:
		return Query(q->term);
	case Q_SYNONYM:
		return Query(Query::OP_SYNONYM, v.begin(), v.end());
	case Q_AND:
		return v.empty() ? Query() : Query(Query::OP_AND, v.begin(), v.end());
	case Q_OR:
		return Query(Query::OP_OR, v.begin(), v.end());
	case Q_MAX:
		return Query(Query::OP_MAX, v.begin(), v.end());
	case Q_PHRASE:
		return Query(Query::OP_PHRASE, v.begin(), v.end(), q->window);
	case Q_SCALE:
		return Query(Query::OP_SCALE_WEIGHT, v.at(0), q->factor);
	case Q_AND_NOT:
		rest = Query(Query::OP_OR, v.begin() + 1, v.end());
		return difference(v.at(0), rest);
	case Q_AND_MAYBE:
		rest = Query(Query::OP_OR, v.begin() + 1, v.end());
		return Query(Query::OP_AND_MAYBE, v.at(0), rest);
	case Q_FILTER:
		rest = v.size() > 1 ? Query(Query::OP_AND, v.begin() + 1, v.end())
				    : Query::MatchAll;
		return Query(Query::OP_FILTER, v.at(0), rest);
	case Q_NEAR:
		return Query((new plain_source(near(q), 0))->release());
	case Q_DOCSET:
		return Query(
			(new plain_source(documents(q->docs), q->factor))->release());
	}
	throw std::logic_error("a clause of an unknown kind");
}

inline Xapian::Query plain_match::difference(const Xapian::Query &a,
					     const Xapian::Query &b)
{
	plain_set with = run(a), without = run(b);
	std::vector<Xapian::docid> v;

	for (Xapian::docid d = 1; d <= x.last(); d++)
		if (with[d] && !without[d])
			v.push_back(d);
	return Xapian::Query(Xapian::Query::OP_FILTER, a,
			     Xapian::Query((new plain_source(v, 0))->release()));
}

inline plain_set plain_match::run(const Xapian::Query &q)
{
	Xapian::Enquire enquire(x.all);
	plain_set set(x.last() + 1);

	enquire.set_query(q);
	enquire.set_weighting_scheme(Xapian::BoolWeight());
	Xapian::MSet m = enquire.get_mset(0, x.last(), x.last());
	for (Xapian::MSetIterator i = m.begin(); i != m.end(); ++i)
		set[*i] = true;
	return set;
}

inline const plain_set &plain_match::match(const struct clause *q)
{
	auto at = found.find(q);

	return at != found.end() ? at->second
				 : found.emplace(q, run(query(q))).first->second;
}

inline std::vector<Xapian::docid> plain_match::near(const struct clause *q)
{
	typedef Xapian::Query Query;
	std::vector<std::vector<const char *>> terms(q->n);
	std::vector<Query> words;
	std::vector<Xapian::docid> out;
	unsigned window = std::max(q->window, (unsigned)q->n);

	for (size_t i = 0; i < q->n; i++) {
		if (!plain_choice(terms[i], q->child[i]))
			throw std::logic_error("a NEAR of no terms");
		words.push_back(Query(Query::OP_OR, terms[i].begin(), terms[i].end()));
	}
	plain_set sure = run(Query(Query::OP_NEAR, words.begin(), words.end(), window));
	plain_set may = run(Query(Query::OP_AND, words.begin(), words.end()));

	for (Xapian::docid d = 1; d <= x.last(); d++) {
		std::vector<std::vector<Xapian::termpos>> v(q->n);
		std::vector<Xapian::termpos> taken;

		for (size_t i = 0; may[d] && !sure[d] && i < q->n; i++)
			for (const char *term : terms[i])
				for (Xapian::PositionIterator
					     p = x.all.positionlist_begin(d, term),
					     end = x.all.positionlist_end(d, term);
				     p != end; ++p)
					v[i].push_back(*p);
		if (sure[d] || (may[d] && plain_places(v, 0, taken, window)))
			out.push_back(d);
	}
	return out;
}

/* ---- weighing ---- */

inline void plain_match::add_term(plain_weights &into, const char *term)
{
	auto at = weight_of.find(term);

	if (at == weight_of.end()) {
		Xapian::Enquire enquire(x.weighing(term));

		at = weight_of.emplace(term, 0).first;
		enquire.set_query(Xapian::Query(term));
		enquire.set_weighting_scheme(Xapian::InL2Weight(1));
		Xapian::MSet m = enquire.get_mset(0, x.last(), x.last());
		for (Xapian::MSetIterator i = m.begin(); i != m.end(); ++i)
			at->second.push_back({*i, i.get_weight()});
	}
	for (const auto &w : at->second)
		into[w.first] += w.second;
}

/* InL2 of several terms as one: the sum of their wdf; documents as if they were
 * independent of each other, which is Xapian's formula too, but not rounded. */
inline void plain_match::add_synonym(plain_weights &into,
				     const std::vector<const char *> &terms)
{
	std::map<Xapian::docid, double> sum;
	double none = 1, average = x.all.get_average_length();

	for (const char *term : terms) {
		auto at = wdf_of.find(term);

		if (at == wdf_of.end()) {
			const Xapian::Database &db = x.weighing(term);

			at = wdf_of.emplace(term, 0).first;
			for (Xapian::PostingIterator p = db.postlist_begin(term);
			     p != db.postlist_end(term); ++p)
				at->second.push_back({*p, p.get_wdf()});
		}
		none *= 1 - (double)at->second.size() / x.last();
		for (const auto &w : at->second)
			sum[w.first] += w.second;
	}
	for (const auto &w : sum) {
		double length = x.all.get_doclength(w.first),
		       wdfn = w.second * std::log2(1 + average / length);

		into[w.first] += idf(x.last() * (1 - none)) * wdfn / (wdfn + 1);
	}
}

static inline void plain_add(plain_weights &into, const plain_weights &w, double factor)
{
	for (size_t d = 0; d < into.size(); d++)
		into[d] += factor * w[d];
}

static inline void plain_greatest(plain_weights &into, const plain_weights &w)
{
	for (size_t d = 0; d < into.size(); d++)
		into[d] = std::max(into[d], w[d]);
}

inline plain_weights plain_match::weigh(const struct clause *q)
{
	plain_weights w(x.last() + 1);
	std::vector<const char *> terms;
	size_t weighing = q->n;

	switch (q->op) {
	case Q_NONE:
	case Q_ALL:
		return w;
	case Q_TERM:
		add_term(w, q->term);
		return w;
	case Q_DOCSET:
		for (Xapian::docid d : documents(q->docs))
			w[d] = q->factor;
		return w;
	case Q_SCALE:
		plain_add(w, weigh(q->child[0]), q->factor);
		return w;
	case Q_SYNONYM: /* beside terms: each for itself, the greatest counts */
		for (size_t i = 0; i < q->n; i++)
			if (!plain_choice(terms, q->child[i]))
				plain_greatest(w, weigh(q->child[i]));
		if (terms.size() > 0) {
			plain_weights of_terms(x.last() + 1);

			if (terms.size() == 1)
				add_term(of_terms, terms[0]);
			else
				add_synonym(of_terms, terms);
			plain_greatest(w, of_terms);
		}
		return w;
	case Q_MAX:
		for (size_t i = 0; i < q->n; i++)
			plain_greatest(w, weigh(q->child[i]));
		return w;
	case Q_AND_NOT:
	case Q_FILTER:
		weighing = 1;
		break;
	case Q_AND:
	case Q_OR:
	case Q_AND_MAYBE:
	case Q_PHRASE:
	case Q_NEAR:
		break;
	}
	for (size_t i = 0; i < weighing; i++)
		plain_add(w, weigh(q->child[i]), 1);
	for (Xapian::docid d = 1; d <= x.last() && q->op != Q_OR; d++)
		if (!match(q)[d])
			w[d] = 0;
	return w;
}

inline bool plain_match::alone(const struct clause *q, bool below_max) const
{
	std::vector<const char *> terms;

	switch (q->op) {
	case Q_TERM:
		return plain_of_all(q->term);
	case Q_SYNONYM:
		return q->n == 1 && alone(q->child[0], below_max);
	case Q_NEAR:
		return false;
	case Q_OR:
		if (below_max)
			return false;
		break;
	case Q_NONE:
	case Q_ALL:
	case Q_MAX:
	case Q_AND:
	case Q_PHRASE:
	case Q_AND_NOT:
	case Q_AND_MAYBE:
	case Q_FILTER:
	case Q_SCALE:
	case Q_DOCSET:
		break;
	}
	for (size_t i = 0; i < q->n; i++)
		if (!alone(q->child[i], below_max || q->op == Q_MAX))
			return false;
	return true;
}

inline plain_weights plain_match::weigh_alone(const struct clause *q)
{
	Xapian::Enquire enquire(x.all);
	plain_weights w(x.last() + 1);

	enquire.set_query(query(q));
	enquire.set_weighting_scheme(Xapian::InL2Weight(1));
	Xapian::MSet m = enquire.get_mset(0, x.last(), x.last());
	for (Xapian::MSetIterator i = m.begin(); i != m.end(); ++i)
		w[*i] = i.get_weight();
	return w;
}

#endif
