#ifndef READER_HH
#define READER_HH
/*
 * reader (inner part) - what the reader's files share: the open database, a
 * bit set that frees itself, the deadline.
 *
 *   reader.cc         opening, look-ups, terms and values
 *   reader_list.cc    posting lists, kept for a while
 *   reader_match.cc   which documents match: algebra over posting lists
 *   reader_phrase.cc  which of them have the words in the right places
 *   reader_rank.cc    what each weighs and which come first
 */
#include "reader.h"

#include "xap.hh"

#include <cstring>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stored.h"
#include "fields.h"
#include "messages.h"
#include "positions.h"

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
	void tick(size_t cost)
	{
		if (at > 0) {
			spent += (unsigned)(cost < 8192 ? cost : 8192);
			if (spent >= 8192)
				look();
		}
	}
};

/* A term's documents with what each says of it, out of Xapian's blocks.  Six
 * bytes a posting: a wdf that two bytes do not hold stands in `more`. */
struct posting_list {
	std::vector<uint32_t> docid; /* rising */
	std::vector<uint16_t> wdf_low;
	std::unordered_map<uint32_t, uint32_t> more; /* by docid */
	std::unique_ptr<bits> set; /* the same documents, where they are many */

	static constexpr uint16_t MORE = UINT16_MAX;

	void add(uint32_t d, uint32_t wdf)
	{
		docid.push_back(d);
		wdf_low.push_back(wdf < MORE ? (uint16_t)wdf : MORE);
		if (wdf >= MORE)
			more[d] = wdf;
	}
	uint32_t wdf(size_t i) const
	{
		return wdf_low[i] < MORE ? wdf_low[i] : more.at(docid[i]);
	}
};
typedef std::shared_ptr<const struct posting_list> posting_list_ref;

/* A phrase's answer: of the documents `asked`, those `found`. */
struct remembered_phrase {
	std::string key;
	std::unique_ptr<bits> asked, found;
};
#define PHRASES_REMEMBERED 8

struct reader {
	Xapian::Database db;
	struct positions *positions = NULL; /* NULL: none were given */
	struct stored *records = NULL;	    /* likewise */
	uint32_t count = 0, last = 0;
	struct docset all = {NULL, 0}; /* every document; made when first asked for */
	std::deque<struct remembered_phrase> phrases; /* the oldest first */

	/* Posting lists, the last used first; lists_size in postings. */
	std::list<std::pair<std::string, posting_list_ref>> lists;
	std::unordered_map<std::string, decltype(lists)::iterator> list_of;
	size_t lists_size = 0;

	std::vector<double> norm; /* by document: see reader_rank.cc; 0 = not yet */
	bool norms_known = false; /* of all of them */
	std::vector<double> norm_of_length;
	std::vector<std::vector<double>> arrays; /* last + 1 zeros each */

	~reader()
	{
		docset_release(&all);
		positions_close(positions);
		stored_close(records);
	}
};

/* Every document as a set, from the index itself. */
const struct docset &reader_all(struct reader *r);

/* Calls visit(docid, wdf) for the documents of `within` that have the term,
 * rising.  Where few are wanted from a long list, the list is asked for each
 * of them; else it is taken whole and kept for a while: a search walks a
 * list twice, for the set and for the ranking. */
template <typename F>
void reader_walk(struct reader *r, const char *term, const struct docset &within,
		 deadline &limit, F &&visit);

/* How many documents have the term. */
uint32_t reader_documents(struct reader *r, const char *term);

/* The list of a term, from those kept where it is there.  NULL where only a few
 * documents of a long one are wanted (*ask), or there is none. */
posting_list_ref reader_whole_list(bool *ask, struct reader *r, const char *term,
				   const struct docset &within, deadline &limit);

/* Adds to `into` the documents of `within` that the clause matches, whatever
 * its weights; for inside a guard.  reader_positional: a phrase or NEAR. */
void reader_evaluate(struct docset &into, struct reader *r, const struct clause *q,
		     const struct docset &within, deadline &limit, struct err *err);
void reader_positional(struct docset &into, struct reader *r, const struct clause *q,
		       const struct docset &within, deadline &limit, struct err *err);

/* What the walkers of clauses refuse: a caller's defect. */
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

template <typename F>
void reader_ask(struct reader *r, const char *term, const struct docset &within,
		deadline &limit, F &&visit)
{
	if (positions_wants(term)) {
		struct positions_cursor c;

		positions_start(&c, r->positions,
				positions_find(r->positions, term, strlen(term)));
		for (uint32_t d = docset_next(&within, 1); d && positions_seek(&c, d);
		     d = docset_next(&within, c.docid + (c.docid == d))) {
			if (c.docid == d)
				visit(d, c.count);
			limit.tick(16);
		}
		return;
	}

	Xapian::PostingIterator p = r->db.postlist_begin(term),
				end = r->db.postlist_end(term);

	for (uint32_t d = docset_next(&within, 1); d && p != end;
	     d = docset_next(&within, d + 1)) {
		p.skip_to(d);
		if (p != end && *p == d)
			visit(d, p.get_wdf());
		limit.tick(16);
	}
}

template <typename F>
void reader_walk(struct reader *r, const char *term, const struct docset &within,
		 deadline &limit, F &&visit)
{
	bool ask;
	posting_list_ref list = reader_whole_list(&ask, r, term, within, limit);

	if (ask)
		reader_ask(r, term, within, limit, visit);
	if (!list)
		return;
	for (size_t i = 0, n = list->docid.size(); i < n; i++)
		if (docset_has(&within, list->docid[i]))
			visit(list->docid[i], list->wdf(i));
	limit.tick(list->docid.size() / 8 + 1);
}

#endif
