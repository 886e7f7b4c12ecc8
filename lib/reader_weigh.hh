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
 * Documents are weighed a clause at a time, into an array by document number:
 * all that can reach the page (reader_rank.cc tells).  Xapian's own matcher leaves
 * documents out that cannot reach the page any more, but in 1.4.22 it also loses some
 * that can: an AND_MAYBE (and so an OR) that turns into an AND skips the document where
 * its right side stands; the bound of a scaled InL2 is scaled twice; OP_MAX takes an OR
 * below it apart.  (Random queries against a naive search found all three.)  Here the
 * sum for a document is made in the order of the tree, whatever else is asked for:
 * equal documents weigh the same to the last bit, and pages fit together.
 */
#include "reader.hh"

/* An array of zeros by document number, borrowed from the reader. */
class array
{
	struct reader *r;
	bool dirty = true;

	static zeros borrow(struct reader *r)
	{
		if (r->arrays.empty())
			return zeros(r->last);
		zeros v = std::move(r->arrays.back());
		r->arrays.pop_back();
		return v;
	}

      public:
	zeros v;

	explicit array(struct reader *r_) : r(r_), v(borrow(r_))
	{
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

      public:
	weighing(struct reader *r_, deadline &limit_, struct err *err_)
	    : r(r_), limit(limit_), err(err_), n(r_->count),
	      average(r_->db.get_average_length())
	{
		if (r->length.empty())
			r->length.resize((size_t)r->last + 1);
		/* Of a document without a length (a damaged index): nothing. */
		if (!r->shares && r->last >= SHARE_DOCUMENTS)
			r->shares.reset(new zeros(SHARE_WDFS * SHARE_LENGTHS));
	}

	/* Comes before any other: the lengths of these documents. */
	void lengths(const struct docset &of);

	/* Adds to `into` what q weighs in the documents of `within`.  sure:
	 * they are known to match q. */
	void add(zeros &into, const struct clause *q, double factor,
		 const struct docset &within, bool sure, unsigned depth);
	/* What q weighs in no document more than. */
	double bound(const struct clause *q, double factor, unsigned depth);
	/* How many of them weighing q walks over, roughly. */
	double postings(const struct clause *q, unsigned depth);

      private:
	double synonym_bound(const struct clause *q, double factor, unsigned depth);
	double share(double wdf, double length);
	void know(uint32_t d, uint32_t length);
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
