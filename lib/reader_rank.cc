#include "reader.hh"

#include <algorithm>
#include <cmath>
#include <cstdlib>

/*
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
 * Every matching document is weighed, a clause at a time, into an array by
 * document number.  Xapian's own matcher leaves documents out that cannot
 * reach the page any more, but in 1.4.22 it also loses some that can: an
 * AND_MAYBE (and so an OR) that turns into an AND skips the document where
 * its right side stands; the bound of a scaled InL2 is scaled twice; OP_MAX
 * takes an OR below it apart.  (Random queries against a naive search found
 * all three.)  Here the sum for a document is made in the order of the tree,
 * whatever else is asked for: equal documents weigh the same to the last bit,
 * and pages fit together.
 */

namespace
{

/* An array of zeros by document number, borrowed from the reader. */
class array
{
	struct reader *r;
	bool dirty = false;

      public:
	std::vector<double> v;

	explicit array(struct reader *r_) : r(r_)
	{
		if (r->arrays.empty()) {
			v.resize((size_t)r->last + 1);
		} else {
			v = std::move(r->arrays.back());
			r->arrays.pop_back();
		}
		dirty = true;
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
				std::fill(v.begin(), v.end(), 0.0);
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
		if (r->norm.empty())
			r->norm.resize((size_t)r->last + 1);
	}

	/* Comes before any other: what the lengths of these documents make of a
	 * wdf. */
	void norms(const struct docset &of);

	/* Adds to `into` what q weighs in the documents of `within`.  sure:
	 * they are known to match q. */
	void add(std::vector<double> &into, const struct clause *q, double factor,
		 const struct docset &within, bool sure, unsigned depth);

      private:
	double norm_of(uint32_t length);
	double weight(double scale, double wdf, uint32_t d);
	void set(std::vector<double> &into, const struct clause *q, double factor,
		 const struct docset &within);
	void term(std::vector<double> &into, const char *name, double factor,
		  const struct docset &within);
	void synonym(std::vector<double> &into, const struct clause *q, double factor,
		     const struct docset &within, bool sure, unsigned depth);
	void words(std::vector<double> &into, const std::vector<const char *> &terms,
		   double factor, const struct docset &within);
	void greatest(std::vector<double> &into,
		      const std::vector<const struct clause *> &parts,
		      const std::vector<const char *> &terms, double factor,
		      const struct docset &within, bool sure, unsigned depth);
};

double weighing::norm_of(uint32_t length)
{
	size_t kept = r->norm_of_length.size();

	if (length >= kept && length < 1u << 16) {
		r->norm_of_length.resize((size_t)length + 1);
		for (size_t i = std::max<size_t>(kept, 1); i <= length; i++)
			r->norm_of_length[i] = std::log2(1 + average / (double)i);
	}
	return length < r->norm_of_length.size() ? r->norm_of_length[length]
						 : std::log2(1 + average / length);
}

/* Lengths are read when first needed: a start looks at few. */
void weighing::norms(const struct docset &of)
{
	bool all = docset_count(&of) > r->last / 64;

	if (r->norms_known)
		return;
	reader_walk(r, POSITIONS_LENGTH, all ? reader_all(r) : of, limit,
		    [&](uint32_t d, uint32_t length) { r->norm[d] = norm_of(length); });
	r->norms_known = all;
}

double weighing::weight(double scale, double wdf, uint32_t d)
{
	double wdfn = wdf * r->norm[d];

	return scale * (wdfn / (wdfn + 1));
}

void weighing::set(std::vector<double> &into, const struct clause *q, double factor,
		   const struct docset &within)
{
	if (!(q->factor >= 0 && q->factor <= 1e6))
		reader_refuse(err);
	if (!q->docs || q->factor == 0)
		return;
	for (uint32_t d = docset_next(&within, 1); d; d = docset_next(&within, d + 1))
		if (docset_has(q->docs, d))
			into[d] += factor * q->factor;
	limit.tick(docset_words(&within));
}

void weighing::term(std::vector<double> &into, const char *name, double factor,
		    const struct docset &within)
{
	double scale;

	if (!reader_possible(name))
		return;
	scale = factor * std::log2((n + 1) / (reader_documents(r, name) + 0.5));
	reader_walk(r, name, within, limit, [&](uint32_t d, uint32_t wdf) {
		into[d] += weight(scale, wdf, d);
	});
}

/* Several terms as one: first the sums of wdf, then their weights. */
void weighing::words(std::vector<double> &into, const std::vector<const char *> &terms,
		     double factor, const struct docset &within)
{
	array sum(r);
	double none = 1, scale;

	for (const char *t : terms) {
		double documents = reader_documents(r, t);

		none *= 1 - documents / n;
		reader_walk(r, t, within, limit,
			    [&](uint32_t d, uint32_t wdf) { sum.v[d] += wdf; });
	}
	scale = factor * std::log2((n + 1) / (n * (1 - none) + 0.5));
	for (const char *t : terms)
		reader_walk(r, t, within, limit, [&](uint32_t d, uint32_t) {
			if (sum.v[d] > 0) {
				into[d] += weight(scale, sum.v[d], d);
				sum.v[d] = 0;
			}
		});
	sum.clean();
}

/* Each part by itself; of a document the greatest counts. */
void weighing::greatest(std::vector<double> &into,
			const std::vector<const struct clause *> &parts,
			const std::vector<const char *> &terms, double factor,
			const struct docset &within, bool sure, unsigned depth)
{
	array best(r), part(r);

	for (size_t i = 0; i < parts.size() + !terms.empty(); i++) {
		if (i < parts.size())
			add(part.v, parts[i], factor, within, sure && parts.size() == 1,
			    depth + 1);
		else
			words(part.v, terms, factor, within);
		for (uint32_t d = docset_next(&within, 1); d;
		     d = docset_next(&within, d + 1)) {
			best.v[d] = std::max(best.v[d], part.v[d]);
			part.v[d] = 0;
		}
		limit.tick(docset_words(&within));
	}
	for (uint32_t d = docset_next(&within, 1); d; d = docset_next(&within, d + 1)) {
		into[d] += best.v[d];
		best.v[d] = 0;
	}
	best.clean();
	part.clean();
}

/* The terms of q, if it is a term or a choice of terms. */
bool S_choice(std::vector<const char *> &terms, const struct clause *q, unsigned depth)
{
	size_t before = terms.size();

	if (q->op == Q_TERM) {
		terms.push_back(q->term);
		return true;
	}
	if ((q->op == Q_OR || q->op == Q_SYNONYM || q->op == Q_MAX) &&
	    depth <= QUERY_DEPTH_MAX) {
		size_t i = 0;

		while (i < q->n && S_choice(terms, q->child[i], depth + 1))
			i++;
		if (i == q->n)
			return true;
	}
	terms.resize(before);
	return false;
}

/* Only terms have a wdf; what else stands among a synonym's children counts
 * by its own weight, if that is the greater one. */
void weighing::synonym(std::vector<double> &into, const struct clause *q, double factor,
		       const struct docset &within, bool sure, unsigned depth)
{
	std::vector<const char *> terms;
	std::vector<const struct clause *> others;

	for (size_t i = 0; i < q->n; i++)
		if (!S_choice(terms, q->child[i], depth))
			others.push_back(q->child[i]);
	if (!others.empty())
		greatest(into, others, terms, factor, within, sure && terms.empty(),
			 depth);
	else if (terms.size() == 1)
		term(into, terms[0], factor, within);
	else if (!terms.empty())
		words(into, terms, factor, within);
}

void weighing::add(std::vector<double> &into, const struct clause *q, double factor,
		   const struct docset &within, bool sure, unsigned depth)
{
	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	if (factor == 0)
		return;
	limit.tick(64);
	switch (q->op) {
	case Q_NONE:
	case Q_ALL:
		return;
	case Q_DOCSET:
		set(into, q, factor, within);
		return;
	case Q_TERM:
		term(into, q->term, factor, within);
		return;
	case Q_SYNONYM:
		synonym(into, q, factor, within, sure, depth);
		return;
	case Q_OR:
		for (size_t i = 0; i < q->n; i++)
			add(into, q->child[i], factor, within, sure && q->n == 1,
			    depth + 1);
		return;
	case Q_MAX:
		greatest(into,
			 std::vector<const struct clause *>(q->child, q->child + q->n),
			 {}, factor, within, sure, depth);
		return;
	case Q_SCALE:
		if (!q->n || !(q->factor >= 0 && q->factor <= 1e6))
			reader_refuse(err);
		add(into, q->child[0], factor * q->factor, within, sure, depth + 1);
		return;
	case Q_AND:
	case Q_AND_NOT:
	case Q_AND_MAYBE:
	case Q_FILTER:
	case Q_PHRASE:
	case Q_NEAR:
		break;
	}
	if (!q->n)
		return;

	/* These weigh only where the whole clause matches. */
	bits matched(sure ? 0 : r->last);
	const struct docset &where = sure ? within : matched.s;

	if (!sure)
		reader_evaluate(matched.s, r, q, within, limit, err);
	add(into, q->child[0], factor, where, true, depth + 1);
	for (size_t i = 1; i < q->n; i++)
		if (q->op == Q_AND || q->op == Q_AND_MAYBE || q->op == Q_PHRASE ||
		    q->op == Q_NEAR)
			add(into, q->child[i], factor, where, q->op != Q_AND_MAYBE,
			    depth + 1);
}

/* Falling score, then rising order, then rising number. */
class before
{
	const uint32_t *order;

      public:
	explicit before(const uint32_t *order_) : order(order_)
	{
	}
	bool operator()(const struct ranked &a, const struct ranked &b) const
	{
		if (a.score != b.score)
			return a.score > b.score;
		if (order && order[a.docid] != order[b.docid])
			return order[a.docid] < order[b.docid];
		return a.docid < b.docid;
	}
};

/* The first `most` of the set in that order; zeroes the scores. */
std::vector<struct ranked> S_best(const struct docset &set, std::vector<double> &score,
				  const uint32_t *order, size_t most)
{
	std::vector<struct ranked> heap; /* the worst of them on top */
	before first(order);

	for (uint32_t d = docset_next(&set, 1); d; d = docset_next(&set, d + 1)) {
		struct ranked x = {d, score[d]};

		score[d] = 0;
		if (heap.size() < most) {
			heap.push_back(x);
			if (heap.size() == most)
				std::make_heap(heap.begin(), heap.end(), first);
		} else if (first(x, heap.front())) {
			std::pop_heap(heap.begin(), heap.end(), first);
			heap.back() = x;
			std::push_heap(heap.begin(), heap.end(), first);
		}
	}
	std::sort(heap.begin(), heap.end(), first);
	return heap;
}

} // namespace

enum status reader_rank(struct ranking *out, struct reader *r, const struct clause *q,
			const struct docset *within, bool sure, const uint32_t *order,
			size_t offset, size_t limit, double until, struct err *err)
{
	out->v = NULL;
	out->n = 0;
	return guard(err, [&] {
		deadline clock(until, err);
		std::vector<struct ranked> best;
		struct clause part = {};

		if (offset >= r->count || limit == 0)
			return ST_OK;
		limit = std::min<size_t>(limit, r->count - offset);

		bits asked(r->last), found(r->last);

		/* `within` may be of another universe: as a clause it is cut to
		 * ours. */
		part.op = within ? Q_DOCSET : Q_ALL;
		part.docs = within;
		reader_evaluate(sure ? found.s : asked.s, r, &part, reader_all(r),
				clock, err);
		if (!sure)
			reader_evaluate(found.s, r, q, asked.s, clock, err);

		array score(r);
		weighing w(r, clock, err);

		w.norms(found.s);
		w.add(score.v, q, 1, found.s, true, 0);
		best = S_best(found.s, score.v, order, offset + limit);
		score.clean();
		if (best.size() <= offset)
			return ST_OK;
		out->v = (struct ranked *)malloc((best.size() - offset) *
						 sizeof *out->v);
		if (!out->v)
			return err_nomem(err);
		out->n = best.size() - offset;
		std::copy(best.begin() + (ptrdiff_t)offset, best.end(), out->v);
		return ST_OK;
	});
}

void ranking_release(struct ranking *r)
{
	free(r->v);
	r->v = NULL;
	r->n = 0;
}

enum status reader_weight(double *weight, struct reader *r, const struct clause *q,
			  uint32_t docid, struct err *err)
{
	*weight = 0;
	if (docid == 0 || docid > r->last)
		return ST_OK;
	return guard(err, [&] {
		deadline clock(0, err);
		bits one(r->last), found(r->last);

		docset_add(&one.s, docid);
		reader_evaluate(found.s, r, q, one.s, clock, err);
		if (docset_has(&found.s, docid)) {
			array score(r);
			weighing w(r, clock, err);

			w.norms(found.s);
			w.add(score.v, q, 1, found.s, true, 0);
			*weight = score.v[docid];
			score.v[docid] = 0;
			score.clean();
		}
		return ST_OK;
	});
}
