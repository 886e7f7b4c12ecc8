#ifndef READER_WEIGH_HH
#define READER_WEIGH_HH
/*
 * weighing (part of the reader) - what clauses weigh in documents.
 *
 * The weighting is InL2 (Amati & van Rijsbergen 2002) with c = 1, the formula
 * of Xapian's InL2Weight.  For a term in a document:
 *
 *   wdfn   = wdf * norm(length),  norm(length) = log2(1 + average / length)
 *   weight = log2((N + 1) / (documents + 0.5)) * wdfn / (wdfn + 1)
 *
 * and weights add up over the clauses that match (query.h tells each).  A
 * synonym counts as one term: its wdf is the sum of its terms', its documents
 * N * (1 - product of (1 - documents / N)), as if they were independent; that
 * number must not depend on what else is asked.
 *
 * Documents are weighed a window of numbers at a time, and in it a clause at a time,
 * into an array by document number: all that can reach the page (reader_rank.cc
 * tells).  The arrays of a window stay in the processor's cache, and a single search
 * of many fichas does not wait for memory by the megabyte.  Xapian's own matcher leaves
 * documents out that cannot reach the page any more, but in 1.4.22 it also loses some
 * that can: an AND_MAYBE (and so an OR) that turns into an AND skips the document where
 * its right side stands; the bound of a scaled InL2 is scaled twice; OP_MAX takes an OR
 * below it apart.  (Random queries against a naive search found all three.)  Here the
 * sum for a document is made in the order of the tree, whatever else is asked for:
 * equal documents weigh the same to the last bit, and pages fit together.
 */
#include "reader.hh"

#include <map>

/* An array of zeros for the documents of a window, borrowed from the reader. */
class array
{
	struct reader *r;
	bool dirty = true;

	/* The smallest that has room. */
	static zeros borrow(struct reader *r, const struct window &w)
	{
		size_t best = r->arrays.size(), n = w.to - w.from;

		for (size_t i = 0; i < r->arrays.size(); i++)
			if (r->arrays[i].n >= n && (best == r->arrays.size() ||
						    r->arrays[i].n < r->arrays[best].n))
				best = i;
		if (best == r->arrays.size())
			return zeros(n);
		std::swap(r->arrays[best], r->arrays.back());
		zeros v = std::move(r->arrays.back());
		r->arrays.pop_back();
		return v;
	}

      public:
	zeros v;

	array(struct reader *r_, const struct window &w) : r(r_), v(borrow(r_, w))
	{
		v.base = w.from;
	}
	/* Its user has put all zeros back. */
	void clean()
	{
		dirty = false;
	}
	~array()
	{
		try {
			if (dirty)
				v.clear();
			r->arrays.push_back(std::move(v));
		} catch (...) {
			/* Then the next one is made anew. */
		}
	}
	array(const array &) = delete;
	array &operator=(const array &) = delete;
};

class weighing
{
	struct reader *r;
	deadline &limit;
	struct err *err;
	double n, average;
	struct window window = {0, 0};

	/* Where a list is: before the first block that has documents of the window
	 * at hand, and before the last one, with which the next window begins. */
	struct list {
		struct positions_cursor here, next;
		size_t window; /* its beginning */
	};
	std::unordered_map<const char *, struct list> lists; /* by a term's address */
	/* What clauses match of a set, for all windows. */
	std::map<std::pair<const struct clause *, const struct docset *>,
		 std::unique_ptr<bits>>
		matched;

      public:
	weighing(struct reader *r_, deadline &limit_, struct err *err_)
	    : r(r_), limit(limit_), err(err_), n(r_->count), average(reader_average(r_))
	{
		if (!r->length)
			r->length = reader_own_lengths(r, limit);
		if (r->norms.empty())
			r->norms.resize(NORM_LENGTHS);
	}

	/* Calls visit(window) for each window that has documents of the set, rising;
	 * add() is for it to call. */
	template <typename F> void each_window(const struct docset &of, F &&visit)
	{
		size_t last = ((size_t)r->last / RUN + 1) * RUN;
		uint32_t d = 1;

		lists.clear();
		matched.clear();
		while ((d = docset_next(&of, d)) != 0) {
			window.from = d / r->window * r->window;
			window.to = std::min<size_t>(window.from + r->window, last);
			visit(window);
			if (window.to >= last)
				break;
			d = (uint32_t)window.to;
		}
	}

	/* Adds to `into` what q weighs in those documents of `within` that are in the
	 * window; `within` stays until the last one.  sure: they are known to match
	 * q. */
	void add(zeros &into, const struct clause *q, double factor,
		 const struct docset &within, bool sure, unsigned depth);
	/* What q weighs in no document more than. */
	double bound(const struct clause *q, double factor, unsigned depth);
	/* How many of them weighing q walks over, roughly. */
	double postings(const struct clause *q, unsigned depth);

      private:
	template <typename F>
	void walk(const char *term, const struct docset &within, F &&visit);
	double synonym_bound(const struct clause *q, double factor, unsigned depth);
	double norm(double length);
	double long_length(uint32_t d);
	double weight(double scale, uint32_t wdf, uint32_t d);
	void set(zeros &into, const struct clause *q, double factor,
		 const struct docset &within);
	void term(zeros &into, const char *name, double factor,
		  const struct docset &within);
	void synonym(zeros &into, const struct clause *q, double factor,
		     const struct docset &within, bool sure, unsigned depth);
	void words(zeros &into, const std::vector<const char *> &terms, double factor,
		   const struct docset &within);
	void greatest(zeros &into, const std::vector<const struct clause *> &parts,
		      const std::vector<const char *> &terms, double factor,
		      const struct docset &within, bool sure, unsigned depth);
};

#endif
