#include "reader.hh"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <list>
#include <string>
#include <vector>

/*
 * Ranking is Xapian's: its matcher leaves out documents that cannot reach the
 * page any more.  That is only right while no weight passes the bound that
 * was stated for it, and here Xapian 1.4.22's InL2Weight fails: its bound is
 * multiplied by the factor of OP_SCALE_WEIGHT twice, so with factors below 1
 * (our exact forms weigh 0.3) good documents were dropped.  The weighting is
 * therefore ours, with the same formula:
 *
 *   InL2 (Amati & van Rijsbergen 2002), c = 1:
 *     wdfn   = wdf * log2(1 + average length / length)
 *     weight = factor * log2((N + 1) / (documents + 0.5)) * wdfn / (wdfn + 1)
 *
 * The bound has a hair added: sums of weights are rounded in another order
 * than sums of bounds, and equal documents must not be lost by that.
 */

namespace
{

class in_l2 : public Xapian::Weight
{
	double scale = 0, bound = 0, average = 0;

      public:
	in_l2()
	{
		need_stat(AVERAGE_LENGTH);
		need_stat(DOC_LENGTH);
		need_stat(DOC_LENGTH_MIN);
		need_stat(COLLECTION_SIZE);
		need_stat(WDF);
		need_stat(WDF_MAX);
		need_stat(TERMFREQ);
	}
	in_l2 *clone() const override
	{
		return new in_l2;
	}
	void init(double factor) override
	{
		double wdfn = get_wdf_upper_bound();
		double shortest = std::max<double>(get_doclength_lower_bound(), 1);

		average = get_average_length();
		scale = factor *
			std::log2((get_collection_size() + 1) / (get_termfreq() + 0.5));
		wdfn *= std::log2(1 + average / shortest);
		bound = scale * (wdfn / (wdfn + 1)) * (1 + 1e-9);
	}
	double get_sumpart(Xapian::termcount wdf, Xapian::termcount length,
			   Xapian::termcount) const override
	{
		double wdfn;

		if (wdf == 0 || length == 0)
			return 0;
		wdfn = wdf * std::log2(1 + average / length);
		return scale * (wdfn / (wdfn + 1));
	}
	double get_maxpart() const override
	{
		return bound;
	}
	double get_sumextra(Xapian::termcount, Xapian::termcount) const override
	{
		return 0;
	}
	double get_maxextra() const override
	{
		return 0;
	}
};

/* A clause tree as Xapian's query.  The sources of its document sets live
 * here, so a translation must outlive every use of its query. */
class translation
{
	struct reader *r;
	deadline &limit;
	struct err *err;
	std::list<docset_source> sources; /* Xapian keeps pointers into it */

      public:
	translation(struct reader *r_, deadline &limit_, struct err *err_)
	    : r(r_), limit(limit_), err(err_)
	{
	}
	Xapian::Query query(const struct clause *q, unsigned depth = 0);
	/* q, but only in the documents of the set. */
	Xapian::Query filtered(const Xapian::Query &q, const struct docset &set,
			       unsigned cost);
	/* A phrase or NEAR without the ticking of its own. */
	Xapian::Query positional(const struct clause *q);

      private:
	Xapian::Query source(const struct docset &set, unsigned cost);
	Xapian::Query many(Xapian::Query::op op, const struct clause *q, size_t from,
			   unsigned depth);
	void words(std::vector<Xapian::Query> &into, const struct clause *q,
		   unsigned depth);
};

/* What a positional check costs, in postings. */
#define POSITIONAL_COST 64

Xapian::Query translation::source(const struct docset &set, unsigned cost)
{
	sources.emplace_back(set, limit, cost);
	return Xapian::Query(&sources.back());
}

Xapian::Query translation::filtered(const Xapian::Query &q, const struct docset &set,
				    unsigned cost)
{
	if (q.empty())
		return q;
	return Xapian::Query(Xapian::Query::OP_FILTER, q, source(set, cost));
}

Xapian::Query translation::many(Xapian::Query::op op, const struct clause *q,
				size_t from, unsigned depth)
{
	std::vector<Xapian::Query> v;

	for (size_t i = from; i < q->n; i++)
		v.push_back(query(q->child[i], depth + 1));
	return Xapian::Query(op, v.begin(), v.end());
}

/* The terms that may stand in one place of a phrase. */
void translation::words(std::vector<Xapian::Query> &into, const struct clause *q,
			unsigned depth)
{
	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	if (q->op == Q_TERM) {
		if (reader_possible(q->term))
			into.push_back(Xapian::Query(q->term));
		return;
	}
	if (q->op != Q_OR && q->op != Q_SYNONYM && q->op != Q_MAX)
		reader_refuse(err);
	for (size_t i = 0; i < q->n; i++)
		words(into, q->child[i], depth + 1);
}

Xapian::Query translation::positional(const struct clause *q)
{
	std::vector<Xapian::Query> v;
	Xapian::Query::op op =
		q->op == Q_PHRASE ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_NEAR;
	Xapian::termcount window;

	for (size_t i = 0; i < q->n; i++) {
		std::vector<Xapian::Query> place;

		words(place, q->child[i], 1);
		if (place.empty())
			return Xapian::Query();
		v.push_back(place.size() == 1
				    ? place[0]
				    : Xapian::Query(Xapian::Query::OP_OR, place.begin(),
						    place.end()));
	}
	window = std::max<Xapian::termcount>(q->window, (Xapian::termcount)v.size());
	return Xapian::Query(op, v.begin(), v.end(), window);
}

Xapian::Query translation::query(const struct clause *q, unsigned depth)
{
	Xapian::Query left, right;

	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	switch (q->op) {
	case Q_NONE:
		return Xapian::Query();
	case Q_ALL:
		return source(reader_all(r), 1);
	case Q_TERM:
		return reader_possible(q->term) ? Xapian::Query(q->term)
						: Xapian::Query();
	case Q_SYNONYM:
		return many(Xapian::Query::OP_SYNONYM, q, 0, depth);
	case Q_AND:
		return many(Xapian::Query::OP_AND, q, 0, depth);
	case Q_OR:
		return many(Xapian::Query::OP_OR, q, 0, depth);
	case Q_MAX:
		return many(Xapian::Query::OP_MAX, q, 0, depth);
	case Q_FILTER:
		return many(Xapian::Query::OP_FILTER, q, 0, depth);
	case Q_AND_NOT:
	case Q_AND_MAYBE:
		if (!q->n)
			return Xapian::Query();
		left = query(q->child[0], depth + 1);
		right = many(Xapian::Query::OP_OR, q, 1, depth);
		if (left.empty() || right.empty())
			return left;
		return Xapian::Query(q->op == Q_AND_NOT ? Xapian::Query::OP_AND_NOT
							: Xapian::Query::OP_AND_MAYBE,
				     left, right);
	case Q_PHRASE:
	case Q_NEAR:
		return filtered(positional(q), reader_all(r), POSITIONAL_COST);
	case Q_SCALE:
		if (!q->n || !(q->factor >= 0 && q->factor <= 1e6))
			reader_refuse(err);
		left = query(q->child[0], depth + 1);
		return left.empty() ? left : Xapian::Query(q->factor, left);
	case Q_DOCSET:
		return q->docs ? source(*q->docs, 1) : Xapian::Query();
	}
	reader_refuse(err);
}

/* Whether any document can get a weight from q. */
bool S_weighs(const struct clause *q, unsigned depth, struct err *err)
{
	size_t n = q->n;

	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	switch (q->op) {
	case Q_NONE:
	case Q_ALL:
	case Q_DOCSET:
		return false;
	case Q_TERM:
	case Q_PHRASE:
	case Q_NEAR:
		return true;
	case Q_SCALE:
		if (q->factor == 0)
			return false;
		break;
	case Q_AND_NOT:
	case Q_FILTER:
		n = n ? 1 : 0;
		break;
	case Q_SYNONYM:
	case Q_AND:
	case Q_OR:
	case Q_AND_MAYBE:
	case Q_MAX:
		break;
	}
	for (size_t i = 0; i < n; i++)
		if (S_weighs(q->child[i], depth + 1, err))
			return true;
	return false;
}

/* Equal weights by rising order[docid]: the key's bytes compare as the
 * numbers do. */
class order_key : public Xapian::KeyMaker
{
	const uint32_t *order;

      public:
	explicit order_key(const uint32_t *order_) : order(order_)
	{
	}
	std::string operator()(const Xapian::Document &doc) const override
	{
		uint32_t v = order[doc.get_docid()];
		char key[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8),
			       (char)v};

		return std::string(key, sizeof key);
	}
};

class collector : public Xapian::MatchSpy
{
	struct docset &into;

      public:
	explicit collector(struct docset &into_) : into(into_)
	{
	}
	void operator()(const Xapian::Document &doc, double) override
	{
		Xapian::docid d = doc.get_docid();

		if (d <= into.last)
			docset_add(&into, d);
	}
};

enum status S_copy(struct ranking *out, const std::vector<struct ranked> &v,
		   struct err *err)
{
	if (v.empty())
		return ST_OK;
	out->v = (struct ranked *)malloc(v.size() * sizeof *out->v);
	if (!out->v)
		return err_nomem(err);
	std::copy(v.begin(), v.end(), out->v);
	out->n = v.size();
	return ST_OK;
}

/* A page of documents that weigh nothing: order alone. */
std::vector<struct ranked> S_in_order(const struct docset &set, const uint32_t *order,
				      size_t offset, size_t limit)
{
	std::vector<struct ranked> v;
	auto before = [&](const struct ranked &a, const struct ranked &b) {
		return order && order[a.docid] != order[b.docid]
			       ? order[a.docid] < order[b.docid]
			       : a.docid < b.docid;
	};

	for (uint32_t d = docset_next(&set, 1); d; d = docset_next(&set, d + 1))
		v.push_back({d, 0});
	if (offset >= v.size())
		return {};
	limit = std::min(limit, v.size() - offset);
	std::partial_sort(v.begin(), v.begin() + (ptrdiff_t)(offset + limit), v.end(),
			  before);
	return std::vector<struct ranked>(v.begin() + (ptrdiff_t)offset,
					  v.begin() + (ptrdiff_t)(offset + limit));
}

} // namespace

void reader_positional(struct docset &into, struct reader *r, const struct clause *q,
		       const struct docset &within, deadline &limit, struct err *err)
{
	translation t(r, limit, err);
	Xapian::Query query = t.filtered(t.positional(q), within, POSITIONAL_COST);
	Xapian::Enquire enquire(r->db);
	collector spy(into);

	if (query.empty())
		return;
	enquire.set_query(query);
	enquire.set_weighting_scheme(Xapian::BoolWeight());
	enquire.add_matchspy(&spy);
	/* No hits are asked for, but every match must pass the spy. */
	enquire.get_mset(0, 0, r->count);
}

enum status reader_rank(struct ranking *out, struct reader *r, const struct clause *q,
			const struct docset *within, const uint32_t *order,
			size_t offset, size_t limit, double until, struct err *err)
{
	out->v = NULL;
	out->n = 0;
	return guard(err, [&] {
		deadline clock(until, err);
		std::vector<struct ranked> v;

		if (offset >= r->count || limit == 0)
			return ST_OK;
		limit = std::min<size_t>(limit, r->count - offset);
		if (!S_weighs(q, 0, err)) {
			struct clause part = {};
			bits found(r->last), kept(r->last);

			/* `within` may be of another universe: as a clause it is
			 * cut to ours. */
			part.op = within ? Q_DOCSET : Q_ALL;
			part.docs = within;
			reader_evaluate(kept.s, r, &part, reader_all(r), clock, err);
			reader_evaluate(found.s, r, q, kept.s, clock, err);
			return S_copy(out, S_in_order(found.s, order, offset, limit),
				      err);
		}

		translation t(r, clock, err);
		Xapian::Query query = t.query(q);
		Xapian::Enquire enquire(r->db);
		order_key key(order);

		if (query.empty())
			return ST_OK;
		if (within || until > 0)
			query = t.filtered(query, within ? *within : reader_all(r), 1);
		enquire.set_query(query);
		enquire.set_weighting_scheme(in_l2());
		if (order)
			enquire.set_sort_by_relevance_then_key(&key, false);
		Xapian::MSet mset = enquire.get_mset((Xapian::doccount)offset,
						     (Xapian::doccount)limit);
		for (Xapian::MSetIterator i = mset.begin(); i != mset.end(); ++i)
			v.push_back({*i, i.get_weight()});
		return S_copy(out, v, err);
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
		bits one(r->last);
		translation t(r, clock, err);
		Xapian::Query query;
		Xapian::Enquire enquire(r->db);

		docset_add(&one.s, docid);
		query = t.filtered(t.query(q), one.s, 1);
		if (query.empty())
			return ST_OK;
		enquire.set_query(query);
		enquire.set_weighting_scheme(in_l2());
		Xapian::MSet mset = enquire.get_mset(0, 1);
		if (!mset.empty())
			*weight = mset.begin().get_weight();
		return ST_OK;
	});
}
