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

struct place {
	std::vector<std::string> terms;
	double frequency; /* documents, roughly: the rare ones are read first */
	size_t offset;	  /* its number in the phrase */
};

/* Positions of one place in each of some documents, one list behind the
 * other: those of document i are position[start[i]..start[i + 1]), rising. */
struct lists {
	std::vector<uint32_t> position;
	std::vector<size_t> start;
};

struct span { /* of one document in such a list */
	const uint32_t *v;
	size_t n;
};

struct span S_span(const struct lists &l, size_t i)
{
	return {l.position.data() + l.start[i], l.start[i + 1] - l.start[i]};
}

class search
{
	struct reader *r;
	deadline &limit;
	std::vector<struct place> places;
	uint32_t window;

	std::vector<struct span> at; /* of the document at hand, by place */

      public:
	search(struct reader *r_, deadline &limit_, const std::vector<struct place> &p,
	       uint32_t window_)
	    : r(r_), limit(limit_), places(p), window(window_), at(p.size())
	{
	}
	/* Each adds to `found` those of the documents that match; all of docs
	 * have the words. */
	void adjacent(struct docset &found, const struct docset &within);
	void windowed(struct docset &found, const std::vector<uint32_t> &docs,
		      bool ordered);

      private:
	std::vector<struct positions_cursor> cursors(const struct place &p);
	uint32_t first(std::vector<struct positions_cursor> &c, uint32_t from);
	size_t here(std::vector<uint32_t> &v,
		    const std::vector<struct positions_cursor> &c, uint32_t d);
	void read(struct lists &out, const struct place &p,
		  const std::vector<uint32_t> &docs);
	bool in_order();
	bool anyhow();
	bool assign(size_t place, const std::vector<size_t> &from,
		    const std::vector<size_t> &to, std::vector<char> &tried,
		    std::vector<uint32_t> &taken);
};

/* Before the first document of each of the place's terms. */
std::vector<struct positions_cursor> search::cursors(const struct place &p)
{
	std::vector<struct positions_cursor> c(p.terms.size());

	for (size_t k = 0; k < c.size(); k++)
		positions_start(&c[k], r->positions,
				positions_find(r->positions, p.terms[k].data(),
					       p.terms[k].size()));
	return c;
}

void search::read(struct lists &out, const struct place &p,
		  const std::vector<uint32_t> &docs)
{
	std::vector<struct positions_cursor> c = cursors(p);

	out.position.clear();
	out.start.assign(1, 0);
	for (uint32_t d : docs) {
		size_t before = out.position.size();

		for (size_t k = 0; k < c.size(); k++) {
			size_t n = out.position.size();

			if (!positions_seek(&c[k], d) || c[k].docid != d)
				continue;
			out.position.resize(n + c[k].count);
			n += positions_get(out.position.data() + n, &c[k]);
			out.position.resize(n);
		}
		if (p.terms.size() > 1) {
			auto first = out.position.begin() + (ptrdiff_t)before;

			std::sort(first, out.position.end());
			out.position.erase(std::unique(first, out.position.end()),
					   out.position.end());
		}
		out.start.push_back(out.position.size());
		limit.tick(1 + out.position.size() - before);
	}
}

/* The first document >= from that has the place; 0 = there is none. */
uint32_t search::first(std::vector<struct positions_cursor> &c, uint32_t from)
{
	uint32_t least = 0;

	for (struct positions_cursor &x : c)
		if (positions_seek(&x, from) && (!least || x.docid < least))
			least = x.docid;
	return least;
}

/* The positions of a place in the document that first() went to, into v, rising;
 * how many. */
size_t search::here(std::vector<uint32_t> &v,
		    const std::vector<struct positions_cursor> &c, uint32_t d)
{
	size_t n = 0;

	for (const struct positions_cursor &x : c) {
		if (x.docid != d || !x.count)
			continue;
		if (v.size() < n + x.count)
			v.resize(n + x.count);
		n += positions_get(v.data() + n, &x);
	}
	if (c.size() > 1) {
		std::sort(v.begin(), v.begin() + (ptrdiff_t)n);
		n = (size_t)(std::unique(v.begin(), v.begin() + (ptrdiff_t)n) -
			     v.begin());
	}
	limit.tick(1 + n);
	return n;
}

/* Words side by side: the lists go forward together, from a document that may
 * have them all to the next; positions are read where it does.  `begin` is
 * where the phrase can begin in the document: with each place there are fewer
 * of these. */
void search::adjacent(struct docset &found, const struct docset &within)
{
	std::vector<std::vector<struct positions_cursor>> c;
	std::vector<uint32_t> begin, next;

	for (const struct place &p : places)
		c.push_back(cursors(p));
	for (uint32_t d = docset_next(&within, 1); d;) {
		uint32_t there = d, offset = (uint32_t)places[0].offset;
		size_t n, kept = 0;

		for (size_t k = 0; k < c.size() && there == d; k++)
			there = first(c[k], d);
		limit.tick(c.size());
		if (there == 0)
			return;
		if (there != d) {
			d = docset_next(&within, there);
			continue;
		}
		n = here(begin, c[0], d);
		for (size_t i = 0; i < n; i++)
			if (begin[i] > offset)
				begin[kept++] = begin[i] - offset;
		for (size_t k = 1; k < places.size() && kept; k++) {
			size_t m = here(next, c[k], d), j = 0;

			offset = (uint32_t)places[k].offset;
			n = kept;
			kept = 0;
			for (size_t i = 0; i < n; i++) {
				uint32_t p = begin[i];

				while (j < m && next[j] < p + offset)
					j++;
				if (j < m && next[j] == p + offset)
					begin[kept++] = p;
			}
		}
		if (kept)
			docset_add(&found, d);
		d = docset_next(&within, d + 1);
	}
}

/* For each beginning the earliest end: as beginnings rise, so does every
 * position behind them, so each list is walked once. */
bool search::in_order()
{
	std::vector<size_t> next(at.size(), 0);

	for (size_t b = 0; b < at[0].n; b++) {
		uint32_t begin = at[0].v[b], last = begin;

		for (size_t k = 1; k < at.size(); k++) {
			while (next[k] < at[k].n && at[k].v[next[k]] <= last)
				next[k]++;
			if (next[k] == at[k].n)
				return false;
			last = at[k].v[next[k]];
		}
		if (last - begin < window)
			return true;
		limit.tick(at.size());
	}
	return false;
}

/* Gives the place a position that no other has, moving others where that
 * helps (an augmenting path; as deep as there are places at most). */
bool search::assign(size_t place, const std::vector<size_t> &from,
		    const std::vector<size_t> &to, std::vector<char> &tried,
		    std::vector<uint32_t> &taken)
{
	limit.tick(4);
	tried[place] = 1;
	for (size_t i = from[place]; i < to[place]; i++) {
		size_t owner = 0;

		while (owner < taken.size() && taken[owner] != at[place].v[i])
			owner++;
		if (owner == taken.size() ||
		    (!tried[owner] && assign(owner, from, to, tried, taken))) {
			taken[place] = at[place].v[i];
			return true;
		}
	}
	return false;
}

/* Slides the stretch over every position that may be its first. */
bool search::anyhow()
{
	std::vector<size_t> from(at.size(), 0), to(at.size(), 0);
	std::vector<uint32_t> taken(at.size());
	std::vector<char> tried(at.size());

	for (;;) {
		uint32_t begin = 0;
		bool whole = true;

		for (size_t k = 0; k < at.size(); k++) {
			if (from[k] == at[k].n)
				return false;
			if (k == 0 || at[k].v[from[k]] < begin)
				begin = at[k].v[from[k]];
		}
		for (size_t k = 0; k < at.size(); k++) {
			while (to[k] < at[k].n && at[k].v[to[k]] - begin < window)
				to[k]++;
			whole = whole && to[k] > from[k];
		}
		std::fill(taken.begin(), taken.end(), 0); /* positions begin at 1 */
		for (size_t k = 0; whole && k < at.size(); k++) {
			std::fill(tried.begin(), tried.end(), 0);
			whole = assign(k, from, to, tried, taken);
		}
		if (whole)
			return true;
		for (size_t k = 0; k < at.size(); k++)
			if (at[k].v[from[k]] == begin)
				from[k]++;
		limit.tick(at.size());
	}
}

void search::windowed(struct docset &found, const std::vector<uint32_t> &docs,
		      bool ordered)
{
	std::vector<struct lists> all(places.size());

	for (size_t k = 0; k < places.size(); k++)
		read(all[k], places[k], docs);
	for (size_t i = 0; i < docs.size(); i++) {
		for (size_t k = 0; k < places.size(); k++)
			at[k] = S_span(all[k], i);
		if (ordered ? in_order() : anyhow())
			docset_add(&found, docs[i]);
	}
}

/* The terms that may stand in one place. */
void S_choice(std::vector<std::string> &into, const struct clause *q, unsigned depth,
	      struct err *err)
{
	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	if (q->op == Q_TERM) {
		if (reader_possible(q->term) && positions_placed(q->term))
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

/* Adds the documents of `within` that have all the words. */
void S_candidates(struct docset &into, struct reader *r, const struct clause *q,
		  const struct docset &within, deadline &limit, struct err *err)
{
	struct clause all = *q;

	all.op = Q_AND;
	reader_evaluate(into, r, &all, within, limit, err);
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
	uint32_t window;
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
	(void)reader_positions(r);
	key = S_key(q, places);
	for (struct remembered_phrase &m : r->phrases)
		if (m.key == key && S_within(within, m.asked->s)) {
			for (size_t i = 0, n = docset_words(&into); i < n; i++)
				into.word[i] |= m.found->s.word[i] & within.word[i];
			return;
		}

	if (places.size() == 1) {
		S_candidates(into, r, q, within, limit, err);
		return;
	}

	std::unique_ptr<bits> asked(new bits(r->last)), found(new bits(r->last));

	docset_or(&asked->s, &within);
	for (struct place &p : places)
		for (const std::string &t : p.terms)
			p.frequency += reader_documents(r, t.c_str());
	window = std::max<uint32_t>(q->window, (uint32_t)places.size());
	if (q->op == Q_PHRASE && window == places.size())
		std::sort(places.begin(), places.end(),
			  [](const struct place &a, const struct place &b) {
				  return a.frequency < b.frequency;
			  });

	search s(r, limit, places, window);

	if (q->op == Q_PHRASE && window == places.size()) {
		s.adjacent(found->s, within);
	} else {
		std::vector<uint32_t> docs;
		bits candidates(r->last);

		S_candidates(candidates.s, r, q, within, limit, err);
		for (uint32_t d = docset_next(&candidates.s, 1); d;
		     d = docset_next(&candidates.s, d + 1))
			docs.push_back(d);
		s.windowed(found->s, docs, q->op == Q_PHRASE);
	}
	docset_or(&into, &found->s);
	if (r->phrases.size() == PHRASES_REMEMBERED)
		r->phrases.pop_front();
	r->phrases.push_back({key, std::move(asked), std::move(found)});
}
