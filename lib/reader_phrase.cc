#include "reader.hh"

#include <algorithm>
#include <string>
#include <vector>

/*
 * Phrases and NEAR: which of the documents that have all the words have them
 * in the right places.  (Xapian's NEAR misses matches where two places may
 * take the same word, and no clock stops it inside.)
 *
 *   phrase  each place takes a position after that of the place before it,
 *           all of them in a stretch of `window` words
 *   NEAR    each place takes a position of its own, in any order, in a
 *           stretch of `window` words
 *
 * A place is a term or a choice of terms.  What was found is kept for a
 * while: a search asks twice, for the set and for the ranking.
 */

namespace
{

typedef std::vector<Xapian::termpos> positions;

struct place {
	std::vector<std::string> terms;
	double frequency; /* documents, roughly: the rare ones are read first */
	size_t offset;	  /* its number in the phrase */
};

class search
{
	struct reader *r;
	deadline &limit;
	std::vector<struct place> places;
	Xapian::termpos window;
	bool ordered;

	std::vector<positions> found; /* of the document at hand, by place */

      public:
	search(struct reader *r_, deadline &limit_, const std::vector<struct place> &p,
	       Xapian::termpos window_, bool ordered_)
	    : r(r_), limit(limit_), places(p), window(window_), ordered(ordered_),
	      found(p.size())
	{
	}
	bool matches(Xapian::docid d);

      private:
	void read(positions &out, Xapian::docid d, const struct place &p);
	bool exact(Xapian::docid d);
	bool in_order();
	bool anyhow();
	bool assign(size_t place, const std::vector<size_t> &from,
		    const std::vector<size_t> &to, std::vector<char> &tried,
		    std::vector<Xapian::termpos> &at);
};

/* Rising, each once. */
void search::read(positions &out, Xapian::docid d, const struct place &p)
{
	out.clear();
	for (const std::string &t : p.terms) {
		Xapian::PositionIterator i = r->db.positionlist_begin(d, t),
					 end = r->db.positionlist_end(d, t);

		for (; i != end; ++i)
			out.push_back(*i);
	}
	if (p.terms.size() > 1) {
		std::sort(out.begin(), out.end());
		out.erase(std::unique(out.begin(), out.end()), out.end());
	}
	limit.tick(64 + out.size());
}

/* Words side by side: where the phrase can begin, less with each place. */
bool search::exact(Xapian::docid d)
{
	positions &begin = found[0], &next = found[1];

	size_t kept = 0;

	read(begin, d, places[0]);
	for (Xapian::termpos p : begin)
		if (p > places[0].offset)
			begin[kept++] = p - (Xapian::termpos)places[0].offset;
	begin.resize(kept);
	for (size_t k = 1; k < places.size() && !begin.empty(); k++) {
		size_t j = 0;

		kept = 0;
		read(next, d, places[k]);
		for (size_t i = 0; i < begin.size(); i++) {
			Xapian::termpos want =
				begin[i] + (Xapian::termpos)places[k].offset;

			while (j < next.size() && next[j] < want)
				j++;
			if (j < next.size() && next[j] == want)
				begin[kept++] = begin[i];
		}
		begin.resize(kept);
	}
	return !begin.empty();
}

/* For each beginning the earliest end: as beginnings rise, so does every
 * position behind them, so each list is walked once. */
bool search::in_order()
{
	std::vector<size_t> at(found.size(), 0);

	for (Xapian::termpos begin : found[0]) {
		Xapian::termpos last = begin;

		for (size_t k = 1; k < found.size(); k++) {
			while (at[k] < found[k].size() && found[k][at[k]] <= last)
				at[k]++;
			if (at[k] == found[k].size())
				return false;
			last = found[k][at[k]];
		}
		if (last - begin < window)
			return true;
	}
	return false;
}

/* Gives the place a position that no other has, moving others where that
 * helps (an augmenting path; as deep as there are places at most). */
bool search::assign(size_t place, const std::vector<size_t> &from,
		    const std::vector<size_t> &to, std::vector<char> &tried,
		    std::vector<Xapian::termpos> &at)
{
	limit.tick(4);
	tried[place] = 1;
	for (size_t i = from[place]; i < to[place]; i++) {
		size_t owner = 0;

		while (owner < at.size() && at[owner] != found[place][i])
			owner++;
		if (owner == at.size() ||
		    (!tried[owner] && assign(owner, from, to, tried, at))) {
			at[place] = found[place][i];
			return true;
		}
	}
	return false;
}

/* Slides the stretch over every position that may be its first. */
bool search::anyhow()
{
	std::vector<size_t> from(found.size(), 0), to(found.size(), 0);
	std::vector<Xapian::termpos> at(found.size());
	std::vector<char> tried(found.size());

	for (;;) {
		Xapian::termpos begin = 0;
		bool whole = true, any = false;

		for (size_t k = 0; k < found.size(); k++)
			if (from[k] < found[k].size() &&
			    (!any || found[k][from[k]] < begin)) {
				begin = found[k][from[k]];
				any = true;
			}
		if (!any)
			return false;
		for (size_t k = 0; k < found.size(); k++) {
			while (to[k] < found[k].size() &&
			       found[k][to[k]] - begin < window)
				to[k]++;
			if (from[k] == found[k].size())
				return false;
			whole = whole && to[k] > from[k];
		}
		std::fill(at.begin(), at.end(), 0); /* positions begin at 1 */
		for (size_t k = 0; whole && k < found.size(); k++) {
			std::fill(tried.begin(), tried.end(), 0);
			whole = assign(k, from, to, tried, at);
		}
		if (whole)
			return true;
		for (size_t k = 0; k < found.size(); k++)
			if (found[k][from[k]] == begin)
				from[k]++;
		limit.tick(1);
	}
}

bool search::matches(Xapian::docid d)
{
	if (ordered && window == places.size())
		return exact(d);
	for (size_t k = 0; k < places.size(); k++) {
		read(found[k], d, places[k]);
		if (found[k].empty())
			return false;
	}
	return ordered ? in_order() : anyhow();
}

/* The terms that may stand in one place. */
void S_choice(std::vector<std::string> &into, const struct clause *q, unsigned depth,
	      struct err *err)
{
	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	if (q->op == Q_TERM) {
		if (reader_possible(q->term))
			into.push_back(q->term);
		return;
	}
	if (q->op != Q_OR && q->op != Q_SYNONYM && q->op != Q_MAX)
		reader_refuse(err);
	for (size_t i = 0; i < q->n; i++)
		S_choice(into, q->child[i], depth + 1, err);
}

/* What makes two clauses the same question. */
std::string S_key(const struct clause *q, const std::vector<struct place> &places)
{
	std::string key = q->op == Q_PHRASE ? "P" : "N";

	key += std::to_string(q->window);
	for (const struct place &p : places) {
		key += '\0';
		for (const std::string &t : p.terms) {
			key += '\1';
			key += t;
		}
	}
	return key;
}

bool S_within(const struct docset &a, const struct docset &b)
{
	for (size_t i = 0, n = docset_words(&a); i < n; i++)
		if (a.word[i] & ~b.word[i])
			return false;
	return true;
}

} // namespace

void reader_positional(struct docset &into, struct reader *r, const struct clause *q,
		       const struct docset &within, deadline &limit, struct err *err)
{
	std::vector<struct place> places;
	Xapian::termpos window;
	std::string key;

	for (size_t i = 0; i < q->n; i++) {
		struct place p = {{}, 0, i};

		S_choice(p.terms, q->child[i], 1, err);
		if (p.terms.empty())
			return;
		places.push_back(p);
	}
	if (places.empty())
		return;
	key = S_key(q, places);
	for (struct remembered_phrase &m : r->phrases)
		if (m.key == key && S_within(within, m.asked->s)) {
			for (size_t i = 0, n = docset_words(&into); i < n; i++)
				into.word[i] |= m.found->s.word[i] & within.word[i];
			return;
		}

	std::unique_ptr<bits> asked(new bits(r->last)), found(new bits(r->last));
	bits candidates(r->last);
	struct clause all = *q;

	docset_or(&asked->s, &within);
	all.op = Q_AND;
	reader_evaluate(candidates.s, r, &all, within, limit, err);
	if (places.size() == 1) {
		docset_or(&into, &candidates.s);
		return;
	}
	for (struct place &p : places)
		for (const std::string &t : p.terms)
			p.frequency += r->db.get_termfreq(t);
	window = std::max<Xapian::termpos>(q->window, (Xapian::termpos)places.size());
	if (q->op == Q_PHRASE && window == places.size())
		std::sort(places.begin(), places.end(),
			  [](const struct place &a, const struct place &b) {
				  return a.frequency < b.frequency;
			  });

	search s(r, limit, places, window, q->op == Q_PHRASE);

	for (uint32_t d = docset_next(&candidates.s, 1); d;
	     d = docset_next(&candidates.s, d + 1))
		if (s.matches(d))
			docset_add(&found->s, d);
	docset_or(&into, &found->s);
	if (r->phrases.size() == PHRASES_REMEMBERED)
		r->phrases.pop_front();
	r->phrases.push_back({key, std::move(asked), std::move(found)});
}
