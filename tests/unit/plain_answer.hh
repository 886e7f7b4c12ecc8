#ifndef PLAIN_ANSWER_HH
#define PLAIN_ANSWER_HH
/*
 * plain_answer - what an answer should be, by Xapian alone, and how the one that the
 * engine gave differs.
 *
 * What the two share is decided before anything is matched: the plan (plan.h), its
 * trees and marks.  From there on: which documents match, by Enquire without weights;
 * totals and facets, by ValueCountMatchSpy, a facet with a filter of its own by a run
 * without that; ranking by plain_match.hh and plain_marks.hh; orders, by Xapian's
 * sorting; marks, by all words of all texts.
 *
 * Scores are equal to 1e-9 of themselves.  Who stands where is decided by them; only
 * where two are equal but for rounding either order is right, and where the last one
 * that nearness looks at and the first one that it does not are so, none is judged.
 */
#include "plain_match.hh"
#include "plain_passages.hh"
#include "plain_requests.hh"

#include <memory>

extern "C" {
#include "../../searcher/search.h"
}

struct plain_ranked {
	Xapian::docid d;
	double score;
};

class plain_answer
{
	plain_index &x;
	plain_match &m;
	const std::map<std::string, Xapian::docid> &by_id;
	struct engine *whole; /* the index again, for passages of all words */
	const plain_request &q;
	struct answer *a;
	std::unique_ptr<plain_marks> marks;
	const struct clause *tree = NULL;

      public:
	bool undecided = false, alone = false;

	plain_answer(plain_index &x_, plain_match &m_,
		     const std::map<std::string, Xapian::docid> &by_id_,
		     struct engine *whole_, const plain_request &q_, struct answer *a_)
	    : x(x_), m(m_), by_id(by_id_), whole(whole_), q(q_), a(a_),
	      marks(new plain_marks(x_, a_->plan))
	{
		m.forget();
	}
	/* "": it is the same. */
	std::string differs();
	/* What Xapian was asked, for a person. */
	std::string ran()
	{
		return m.query(tree).get_description().substr(0, 2000);
	}

      private:
	std::string facet_sets(const struct node *n);
	std::string exact_sets();
	Xapian::Query filtered(Xapian::Query query, int but) const;
	std::string facets();
	std::string facet(enum facet f,
			  const std::map<std::string, Xapian::doccount> &counts);
	std::vector<plain_ranked> ranked(const struct clause *by,
					 const Xapian::Query &those);
	std::vector<plain_ranked> sorted();
	void nearness(std::vector<plain_ranked> &v);
	std::string page();
	std::string related();
	std::string hits(const struct hit *v, size_t n,
			 const std::vector<plain_ranked> &want, size_t offset);
	std::string missing(const struct hit &h, Xapian::docid d);
	bool by_score() const
	{
		return q.r.sort == SORT_RELEVANCE && a->plan->has_weight;
	}
};

static inline bool plain_close(double a, double b)
{
	return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b)) + 1e-12;
}

/* ---- sets that the plan has made ---- */

/* municipio:temuco */
inline std::string plain_answer::facet_sets(const struct node *n)
{
	std::string why;

	for (size_t i = 0; i < n->n_child && why.empty(); i++)
		why = facet_sets(n->child[i]);
	if (n->kind != NODE_FACET)
		return why;
	std::string slug(n->text, n->n), term("F");
	term += facet_table[n->facet].letter + slug;
	plain_set want = m.run(Xapian::Query(term)), got(want.size());
	for (Xapian::docid d : m.documents(n->docs))
		got[d] = true;
	/* What is typed is a slug, here; of none it may be a name. */
	return want == got || std::find(want.begin(), want.end(), true) == want.end()
		       ? ""
		       : "other fichas have " + slug;
}

/* Under --exact a ficha has a word where it is marked. */
inline std::string plain_answer::exact_sets()
{
	const struct plan *p = a->plan;
	uint64_t bits = 0;

	for (size_t i = 0; i < p->n_items; i++)
		if (p->items[i].kind == ITEM_WORD || p->items[i].kind == ITEM_PHRASE ||
		    p->items[i].kind == ITEM_NEAR)
			bits |= p->items[i].bit;
	for (Xapian::docid d = 1; q.r.exact && bits && d <= x.last(); d++) {
		uint64_t want = 0, got = 0;

		for (int f = 0; f < F_COUNT; f++)
			for (uint64_t items : marks->find(d, (enum field)f))
				want |= items & bits;
		for (size_t i = 0; i < p->n_items; i++)
			if (p->items[i].bit & bits && m.match(p->items[i].clause)[d])
				got |= p->items[i].bit;
		if (want != got)
			return "exact words of " + x.ficha[d].id;
	}
	return "";
}

/* ---- filters and facets ---- */

/* The filters of all facets but one; FACET_COUNT: of all. */
inline Xapian::Query plain_answer::filtered(Xapian::Query query, int but) const
{
	for (int f = 0; f < FACET_COUNT; f++) {
		std::vector<std::string> terms;

		if (!q.r.filter[f].n || f == but)
			continue;
		for (const std::string &slug : q.chosen[f])
			terms.push_back(std::string("F") + facet_table[f].letter +
					slug);
		query = Xapian::Query(Xapian::Query::OP_FILTER, query,
				      Xapian::Query(Xapian::Query::OP_OR, terms.begin(),
						    terms.end()));
	}
	return query;
}

inline std::string
plain_answer::facet(enum facet f, const std::map<std::string, Xapian::doccount> &counts)
{
	struct value {
		std::string slug;
		size_t count;
		bool selected;
	};
	std::vector<value> want;
	const struct facet_counts &got = a->facets[f];
	size_t limit = q.r.facet_limit ? q.r.facet_limit : SIZE_MAX;

	for (const auto &c : counts)
		want.push_back({c.first, c.second, q.chosen[f].count(c.first) > 0});
	for (const std::string &slug : q.chosen[f])
		if (!counts.count(slug))
			want.push_back({slug, 0, true});
	std::sort(want.begin(), want.end(), [&](const value &v, const value &w) {
		return q.r.facet_by_name || v.count == w.count ? v.slug < w.slug
							       : v.count > w.count;
	});
	if (got.n_all != want.size())
		return std::string(facet_table[f].name) + " has " +
		       std::to_string(got.n_all) + " values, not " +
		       std::to_string(want.size());
	/* The first ones, and what is selected. */
	for (size_t i = 0, k = 0; i < want.size(); i++) {
		if (i >= limit && !want[i].selected)
			continue;
		if (k >= got.n || want[i].slug != got.v[k].value ||
		    want[i].count != got.v[k].count ||
		    want[i].selected != got.v[k].selected)
			return std::string(facet_table[f].name) + " value " +
			       std::to_string(k) + " is not " + want[i].slug + " (" +
			       std::to_string(want[i].count) + ")";
		k++;
		if (i + 1 == want.size() && k != got.n)
			return "more values of " + std::string(facet_table[f].name);
	}
	return "";
}

inline std::string plain_answer::facets()
{
	for (int f = 0; f < FACET_COUNT; f++) {
		Xapian::ValueCountMatchSpy spy((Xapian::valueno)f);
		Xapian::Enquire enquire(x.all);
		std::map<std::string, Xapian::doccount> counts;

		if (!q.r.want[f])
			continue;
		enquire.set_query(filtered(m.query(tree), f));
		enquire.set_weighting_scheme(Xapian::BoolWeight());
		enquire.add_matchspy(&spy);
		enquire.get_mset(0, 0, x.last());
		for (Xapian::TermIterator i = spy.values_begin(); i != spy.values_end();
		     ++i) {
			std::string set = *i + "\t";

			for (size_t at = 0, end; at + 1 < set.size(); at = end + 1) {
				end = set.find('\t', at);
				counts[set.substr(at, end - at)] += i.get_termfreq();
			}
		}
		std::string why = facet((enum facet)f, counts);
		if (!why.empty())
			return why;
	}
	return "";
}

/* ---- order ---- */

static bool plain_before(const plain_ranked &v, const plain_ranked &w)
{
	return v.score != w.score ? v.score > w.score : v.d < w.d;
}

/* What the query matches, the best first by the weights of a tree. */
inline std::vector<plain_ranked> plain_answer::ranked(const struct clause *by,
						      const Xapian::Query &those)
{
	plain_set set = m.run(those);
	plain_weights w = m.weigh(by);
	std::vector<plain_ranked> v;

	for (Xapian::docid d = 1; d <= x.last(); d++)
		if (set[d])
			v.push_back({d, w[d]});
	std::sort(v.begin(), v.end(), plain_before);
	return v;
}

/* By a key, or as the documents stand. */
inline std::vector<plain_ranked> plain_answer::sorted()
{
	Xapian::Enquire enquire(x.all);
	Xapian::MultiValueKeyMaker municipality;
	std::vector<plain_ranked> v;

	municipality.add_value(PLAIN_MUNICIPALITY);
	municipality.add_value(PLAIN_TITLE);
	enquire.set_query(filtered(m.query(tree), FACET_COUNT));
	enquire.set_weighting_scheme(Xapian::BoolWeight());
	enquire.set_docid_order(Xapian::Enquire::ASCENDING);
	if (q.r.sort == SORT_DATE)
		enquire.set_sort_by_value(PLAIN_DATE, true);
	else if (q.r.sort == SORT_TITLE)
		enquire.set_sort_by_value(PLAIN_TITLE, false);
	else if (q.r.sort == SORT_MUNICIPALITY)
		enquire.set_sort_by_key(&municipality, false);
	Xapian::MSet found = enquire.get_mset(0, x.last(), x.last());
	for (Xapian::MSetIterator i = found.begin(); i != found.end(); ++i)
		v.push_back({*i, 0});
	return v;
}

inline void plain_answer::nearness(std::vector<plain_ranked> &v)
{
	size_t n = std::min<size_t>(v.size(), PROXIMITY_DEPTH);

	if (v.size() > n && v[n - 1].score != v[n].score &&
	    plain_close(v[n - 1].score, v[n].score))
		undecided = true;
	for (size_t i = 0; n > 1 && i < n; i++)
		v[i].score += marks->gain(v[i].d, [&](const char *term) {
			return (double)x.all.get_termfreq(term);
		});
	std::sort(v.begin(), v.begin() + (ptrdiff_t)n, plain_before);
}

inline std::string plain_answer::page()
{
	std::vector<plain_ranked> want;

	if (q.r.command == CMD_FACETS)
		return "";
	if (!by_score())
		return hits(a->hits, a->n_hits, sorted(), q.r.offset);
	want = ranked(tree, filtered(m.query(tree), FACET_COUNT));
	if (m.alone(tree)) {
		plain_weights w = m.weigh_alone(tree);

		alone = true;
		for (const plain_ranked &r : want)
			if (!plain_close(w[r.d], r.score))
				return "by Xapian alone " + x.ficha[r.d].id +
				       " weighs " + std::to_string(w[r.d]) + ", not " +
				       std::to_string(r.score);
	}
	if (q.r.offset < PROXIMITY_DEPTH)
		nearness(want);
	return hits(a->hits, a->n_hits, want, q.r.offset);
}

/* Under auto, beside few hits: the best that have some of the words. */
inline std::string plain_answer::related()
{
	const struct plan *p = a->plan;
	std::vector<plain_ranked> want;

	if (q.r.command != CMD_FACETS && q.r.match == MATCH_AUTO &&
	    a->match == FOUND_ALL && !p->same && a->total < 5 && p->has_weight &&
	    !q.r.offset)
		want = ranked(p->any,
			      filtered(m.difference(m.query(p->any), m.query(p->all)),
				       FACET_COUNT));
	return hits(a->related, a->n_related,
		    {want.begin(),
		     want.begin() + (ptrdiff_t)std::min<size_t>(want.size(), 5)},
		    0);
}

/* ---- hits ---- */

inline std::string plain_answer::hits(const struct hit *v, size_t n,
				      const std::vector<plain_ranked> &want,
				      size_t offset)
{
	std::map<Xapian::docid, double> score;
	size_t there = want.size() > offset ? want.size() - offset : 0;
	std::string why;

	if (v == a->hits)
		there = std::min(there, q.r.limit);
	if (n != there)
		return std::to_string(n) + " hits, not " + std::to_string(there);
	for (const plain_ranked &r : want)
		score[r.d] = r.score;
	for (size_t i = 0; i < n && why.empty(); i++) {
		const plain_ranked &r = want[offset + i];
		auto d = by_id.find(v[i].id);

		if (d == by_id.end() || !score.count(d->second))
			return std::string(v[i].id) + " is no hit";
		if (!undecided && (!plain_close(v[i].score, r.score) ||
				   !plain_close(score[d->second], r.score) ||
				   (d->second != r.d && !by_score())))
			return "hit " + std::to_string(i) + " is " + v[i].id + " (" +
			       std::to_string(v[i].score) + "), not " +
			       x.ficha[r.d].id + " (" + std::to_string(r.score) + ")";
		if (i && v[i].score == v[i - 1].score &&
		    by_id.at(v[i - 1].id) > d->second && by_score())
			return std::string(v[i].id) + " has the score of the hit "
						      "before it and stands before it";
		why = missing(v[i], d->second);
		if (why.empty() && v[i].ficha)
			why = plain_marked(x, *marks, q.r, v[i], d->second);
		if (why.empty() && v[i].ficha)
			why = plain_passages(q.r, a, whole, v[i]);
		if (!why.empty())
			why = std::string(v[i].id) + ": " + why;
	}
	return why;
}

inline std::string plain_answer::missing(const struct hit &h, Xapian::docid d)
{
	const struct plan *p = a->plan;
	std::string want, got;

	for (size_t i = 0; i < p->n_items; i++)
		if (p->items[i].bit && (a->match != FOUND_ALL || !h.rank) &&
		    !m.match(p->items[i].clause)[d])
			want += std::string(" ") + p->items[i].text;
	for (size_t i = 0; i < h.n_missing; i++)
		got += std::string(" ") + h.missing[i];
	return want == got ? "" : "missing are" + want + ", not" + got;
}

/* ---- the whole ---- */

inline std::string plain_answer::differs()
{
	const struct plan *p = a->plan;
	enum answer_match match = q.r.match == MATCH_ANY ? FOUND_ANY : FOUND_ALL;
	auto none = [&](const struct clause *c) {
		const plain_set &s = m.match(c);

		return std::find(s.begin(), s.end(), true) == s.end();
	};
	std::string why;
	size_t total;

	tree = match == FOUND_ANY ? p->any : p->all;
	if (q.r.match == MATCH_AUTO && !p->same && !p->nowhere && none(p->all)) {
		tree = p->any;
		match = none(p->any) ? FOUND_ALL : FOUND_PARTIAL;
	}
	if (match != a->match)
		return "another kind of match";
	plain_set set = m.run(filtered(m.query(tree), FACET_COUNT));
	total = (size_t)std::count(set.begin(), set.end(), true);
	if (total != a->total)
		return "total " + std::to_string(a->total) + ", not " +
		       std::to_string(total);
	if (p->root)
		why = facet_sets(p->root);
	if (why.empty())
		why = exact_sets();
	if (why.empty())
		why = facets();
	if (why.empty())
		why = page();
	undecided = undecided && why.empty();
	if (why.empty())
		why = related();
	return why;
}

#endif
