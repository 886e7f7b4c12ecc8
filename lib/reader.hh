#ifndef READER_HH
#define READER_HH
/*
 * reader (inner part) - what the reader's files share: the open database, a
 * bit set that frees itself, the deadline.
 *
 *   reader.cc        opening, look-ups, terms and values
 *   reader_match.cc  which documents match: set algebra over posting lists
 *   reader_rank.cc   which come first: Xapian's matcher with our weighting
 */
#include "reader.h"

#include "xap.hh"

#include <cstring>

#include "fields.h"
#include "messages.h"

struct reader {
	Xapian::Database db;
	uint32_t count = 0, last = 0;
	struct docset all = {NULL, 0}; /* every document; made when first asked for */

	~reader()
	{
		docset_release(&all);
	}
};

/* A docset over 1..last that lives in C++; throws where memory ends. */
class bits
{
      public:
	struct docset s = {NULL, 0};

	explicit bits(uint32_t last)
	{
		if (docset_init(&s, last, NULL))
			throw std::bad_alloc();
	}
	~bits()
	{
		docset_release(&s);
	}
	bits(const bits &) = delete;
	bits &operator=(const bits &) = delete;
	/* Hands the words over to a C struct. */
	void give(struct docset *out)
	{
		*out = s;
		s.word = NULL;
		s.last = 0;
	}
};

/* The moment to give up.  tick() is called with the rough cost of what was
 * just done (one posting = 1) and looks at the clock now and then. */
class deadline
{
	double at;
	struct err *err;
	unsigned spent = 0;

	void look()
	{
		spent = 0;
		if (thread_seconds() > at)
			throw xap_failure{err_set(err, ST_LIMIT, "%s",
						  _("the search took longer than its "
						    "time limit"))};
	}

      public:
	deadline(double at_, struct err *err_) : at(at_), err(err_)
	{
		if (at > 0)
			look();
	}
	void tick(unsigned cost)
	{
		if (at > 0 && (spent += cost) >= 8192)
			look();
	}
};

/* The documents of a set as a list that Xapian's matcher can walk; weight 0.
 * Every move ticks the deadline.  Lives on our side: Xapian keeps a pointer
 * because clone() is not there. */
class docset_source : public Xapian::PostingSource
{
	const struct docset &set;
	deadline &limit;
	unsigned cost;
	uint32_t n, at = 0;
	bool ended = false;

      public:
	docset_source(const struct docset &set_, deadline &limit_, unsigned cost_)
	    : set(set_), limit(limit_), cost(cost_), n((uint32_t)docset_count(&set_))
	{
	}
	Xapian::doccount get_termfreq_min() const override
	{
		return n;
	}
	Xapian::doccount get_termfreq_est() const override
	{
		return n;
	}
	Xapian::doccount get_termfreq_max() const override
	{
		return n;
	}
	Xapian::docid get_docid() const override
	{
		return at;
	}
	bool at_end() const override
	{
		return ended;
	}
	void init(const Xapian::Database &) override
	{
		at = 0;
		ended = false;
	}
	void next(double) override
	{
		move(at + 1);
	}
	void skip_to(Xapian::docid to, double) override
	{
		if (to > at)
			move(to);
	}
	bool check(Xapian::docid to, double) override
	{
		limit.tick(cost);
		if (to > at)
			at = to;
		return docset_has(&set, at);
	}

      private:
	void move(uint32_t from)
	{
		limit.tick(cost);
		at = docset_next(&set, from);
		ended = at == 0;
	}
};

/* Every document as a set, from the index itself. */
const struct docset &reader_all(struct reader *r);

/* Adds to `into` the documents of `within` that the clause matches, whatever
 * its weights; for inside a guard.  reader_positional: a phrase or NEAR. */
void reader_evaluate(struct docset &into, struct reader *r, const struct clause *q,
		     const struct docset &within, deadline &limit, struct err *err);
void reader_positional(struct docset &into, struct reader *r, const struct clause *q,
		       const struct docset &within, deadline &limit, struct err *err);

/* What the clause builders of both files refuse: a caller's defect. */
[[noreturn]] static inline void reader_refuse(struct err *err)
{
	throw xap_failure{err_set(err, ST_INTERNAL, "%s", _("a malformed query"))};
}

/* No term of ours is empty (Xapian's name for "every document") or longer
 * than TERM_MAX: such a term has no documents. */
static inline bool reader_possible(const char *term)
{
	size_t n = strnlen(term, TERM_MAX + 1);

	return n > 0 && n <= TERM_MAX;
}

#endif
