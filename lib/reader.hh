#ifndef READER_HH
#define READER_HH
/*
 * reader (inner part) - what the reader's files share: the open database, a
 * bit set that frees itself, the deadline.
 *
 *   reader.cc         opening, look-ups, terms and values
 *   reader_list.cc    the documents of a term
 *   reader_match.cc   which documents match: algebra over posting lists
 *   reader_phrase.cc  which of them have the words in the right places
 *   reader_weigh.cc   what each weighs
 *   reader_rank.cc    which come first
 */
#include "reader.h"

#include "xap.hh"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <list>
#include <memory>
#include <new>
#include <stdexcept>
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

/* A phrase's answer: of the documents `asked`, those `found`. */
struct remembered_phrase {
	std::string key;
	std::unique_ptr<bits> asked, found;
};
#define PHRASES_REMEMBERED 32 /* a phrase typed once is one for each field */

#define NORM_LENGTHS 4096 /* that are remembered, by length */

#define RUN 64 /* documents of a set's word */

/* Numbers by document, 0 at first, for the documents from `base` on, which is a
 * multiple of RUN as `n` is. */
class zeros
{
	struct give_back {
		void operator()(double *p) const
		{
			free(p);
		}
	};
	std::unique_ptr<double[], give_back> v;

      public:
	size_t n, base = 0;

	explicit zeros(size_t n_)
	    : v(static_cast<double *>(calloc(n_, sizeof(double)))), n(n_)
	{
		if (!v)
			throw std::bad_alloc();
	}
	double &operator[](size_t d)
	{
		return v[d - base];
	}
	double operator[](size_t d) const
	{
		return v[d - base];
	}
	void clear()
	{
		memset(v.get(), 0, n * sizeof(double));
	}
	/* The same, and sums and maxima with another array's, for the documents
	 * [from, to) of each_run(): many at a time, as no loop over a set's bits
	 * goes.  Those that are in no set are 0 in both. */
	void clear(size_t from, size_t to)
	{
		memset(&v[from - base], 0, (to - from) * sizeof(double));
	}
	void add(const zeros &b, size_t from, size_t to)
	{
		for (size_t at = from; at < to; at += RUN) {
			double *__restrict into = &v[at - base];
			const double *__restrict more = &b.v[at - b.base];

			for (size_t i = 0; i < RUN; i++)
				into[i] += more[i];
		}
	}
	void raise(const zeros &b, size_t from, size_t to)
	{
		for (size_t at = from; at < to; at += RUN) {
			double *__restrict into = &v[at - base];
			const double *__restrict more = &b.v[at - b.base];

			for (size_t i = 0; i < RUN; i++)
				into[i] = more[i] > into[i] ? more[i] : into[i];
		}
	}
	/* Whether one of the RUN from `from` on has so much. */
	bool reach(double least, size_t from) const
	{
		const double *p = &v[from - base];
		long reached = 0;

		for (size_t i = 0; i < RUN; i++)
			reached |= p[i] >= least;
		return reached != 0;
	}
};

/* The document numbers [from, to) that are looked at together; both are multiples
 * of RUN. */
struct window {
	size_t from, to;
};

/* Calls visit(from, to) for runs of document numbers of the window that together
 * cover the set: where it has any in RUN of them, all RUN. */
template <typename F>
void each_run(const struct docset &of, const struct window &w, F &&visit)
{
	size_t n = std::min(docset_words(&of), w.to / RUN);

	for (size_t i = w.from / RUN; i < n; i++) {
		size_t from = i;

		while (i < n && of.word[i])
			i++;
		if (i > from)
			visit(from * RUN, i * RUN);
	}
}

struct reader {
	Xapian::Database db; /* reader_xapian() has it */
	bool opened = false;
	int glass = -1;			       /* the caller's */
	const struct docset *documents = NULL; /* the caller's; NULL: Xapian knows */
	struct positions *positions = NULL;    /* NULL: none were given */
	struct stored *records = NULL;	       /* likewise */
	uint32_t count = 0, last = 0;
	struct docset all = {NULL, 0}; /* every document; made when first asked for */
	std::deque<struct remembered_phrase> phrases; /* the oldest first */

	/* The documents of frequent terms, the last used first. */
	std::list<std::pair<std::string, std::unique_ptr<bits>>> sets;
	std::unordered_map<std::string, decltype(sets)::iterator> set_of;

	/* Lengths by document as column_length() has them, those that are longer
	 * than it can say as they are asked for, and the norm of a length, 0 = not
	 * yet: see reader_weigh.hh. */
	const uint16_t *length = NULL; /* the caller's, or own_lengths, or NULL */
	std::vector<uint16_t> own_lengths;
	std::unordered_map<uint32_t, uint32_t> long_length;
	std::vector<double> norms; /* [NORM_LENGTHS] */
	size_t window = 16384;	   /* documents: four arrays of it are 512 KiB */
	std::vector<zeros> arrays; /* all 0 */

	~reader()
	{
		docset_release(&all);
		positions_close(positions);
		stored_close(records);
	}
};

/* Xapian's own file, opened when first asked for: most searches need nothing
 * from it.  For inside a guard. */
Xapian::Database &reader_xapian(struct reader *r);

/* Of the lengths by which documents are ranked; for inside a guard. */
double reader_average(struct reader *r);

/* As column_length(), from the positions. */
const uint16_t *reader_own_lengths(struct reader *r, deadline &limit);

/* Every document as a set, from the index itself. */
const struct docset &reader_all(struct reader *r);

/* How many documents have the term. */
uint32_t reader_documents(struct reader *r, const char *term);

/* A frequent term's documents, made once and kept for a while: AND and OR with
 * them take a word for 64.  NULL where the term is not that frequent; else valid
 * until the next call. */
const struct docset *reader_set(struct reader *r, const char *term, deadline &limit);

/* Adds to `into` the documents of `within` that have the term. */
void reader_add(struct docset &into, struct reader *r, const char *term,
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

/* No answer is better than an empty one. */
static inline struct positions *reader_positions(const struct reader *r)
{
	if (!r->positions)
		throw std::logic_error("the reader has no positions");
	return r->positions;
}

/* Before the first document of a term that positions_wants(). */
static inline void reader_start(struct positions_cursor *c, const struct reader *r,
				const char *term)
{
	const struct positions *p = reader_positions(r);

	positions_start(c, p, positions_find(p, term, strlen(term)));
}

/* Of the documents in places [i, n), with their wdf, keeps those of `within`, from
 * place 0 on; how many.  Without a branch, which would be wrong half of the time. */
static inline size_t reader_sift(uint32_t *docid, uint32_t *wdf, size_t i, size_t n,
				 const struct docset &within)
{
	size_t kept = 0;

	for (; i < n; i++) {
		uint32_t d = docid[i];

		docid[kept] = d;
		wdf[kept] = wdf[i];
		kept += within.word[d / 64] >> (d % 64) & 1;
	}
	return kept;
}

/* Calls visit(docid, wdf) for the documents of `within` (of the reader's universe:
 * no list goes beyond it, see reader_open()) that have the term, rising.
 * Blocks of the list that have none of them are passed by. */
template <typename F>
void reader_walk(struct reader *r, const char *term, const struct docset &within,
		 deadline &limit, F &&visit)
{
	if (!reader_possible(term))
		return;
	if (positions_wants(term)) {
		uint32_t docid[POSITIONS_BLOCK], wdf[POSITIONS_BLOCK];
		struct positions_cursor c;
		size_t n, kept;

		reader_start(&c, r, term);
		for (uint32_t from = docset_next(&within, 1);
		     from && (n = positions_take(&c, from, docid, wdf)) > 0;
		     from = docset_next(&within, c.docid + 1)) {
			kept = reader_sift(docid, wdf, 0, n, within);
			for (size_t i = 0; i < kept; i++)
				visit(docid[i], wdf[i]);
			limit.tick(n / 8 + 1);
		}
		return;
	}

	Xapian::Database &db = reader_xapian(r);
	Xapian::PostingIterator p = db.postlist_begin(term),
				end = db.postlist_end(term);

	for (uint32_t d = docset_next(&within, 1); d && p != end;
	     d = docset_next(&within, d + 1)) {
		p.skip_to(d);
		if (p == end)
			break;
		/* A damaged list may go back, and then for ever, or beyond all. */
		if (*p < d || *p > r->last)
			throw Xapian::DatabaseCorruptError("documents out of order");
		d = *p;
		if (docset_has(&within, d))
			visit(d, p.get_wdf());
		limit.tick(16);
	}
}

#endif
