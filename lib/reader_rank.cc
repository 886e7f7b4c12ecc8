#include "reader_weigh.hh"

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace
{

/* What is known of the document in place `most`. */
double S_place(const struct docset &set, const zeros &known, size_t most)
{
	std::vector<double> heap; /* the least on top */

	for (uint32_t d = docset_next(&set, 1); d; d = docset_next(&set, d + 1)) {
		if (heap.size() < most) {
			heap.push_back(known[d]);
			if (heap.size() == most)
				std::make_heap(heap.begin(), heap.end(),
					       std::greater<double>());
		} else if (known[d] > heap.front()) {
			std::pop_heap(heap.begin(), heap.end(), std::greater<double>());
			heap.back() = known[d];
			std::push_heap(heap.begin(), heap.end(),
				       std::greater<double>());
		}
	}
	return heap.size() < most ? 0 : heap.front();
}

/* Sums in another order differ in their last digits. */
#define ROUNDING 1e-9
/* With more parts, below this many documents for each place, and from this share
 * of all postings on, nothing is saved. */
#define NARROW_PARTS 8
#define NARROW_LEAST 8
#define NARROW_SHARE 0.3

/*
 * The words of an OR, those first that can weigh most (MaxScore: Turtle & Flood
 * 1995).  When the document in place `most` by the words so far has more than
 * all other words can weigh together, whoever has none of the words so far is
 * out, and the others' long lists are only looked into for those who are left.
 * They are weighed anew by the whole tree: no score depends on this.
 */
void S_narrow(struct docset &found, struct reader *r, weighing &w,
	      const struct clause *q, size_t most, deadline &limit, struct err *err)
{
	struct part {
		const struct clause *q;
		double bound, postings;
	};
	std::vector<struct part> parts;
	double left = 0, all = 0, walked = 0, looked = 0, place = 0;

	if (q->op != Q_OR || q->n < 2 || q->n > NARROW_PARTS ||
	    docset_count(&found) < NARROW_LEAST * most)
		return;
	for (size_t i = 0; i < q->n; i++) {
		parts.push_back({q->child[i], w.bound(q->child[i], 1, 1),
				 w.postings(q->child[i], 1)});
		left += parts.back().bound;
		all += parts.back().postings;
	}
	std::stable_sort(parts.begin(), parts.end(), [](const auto &a, const auto &b) {
		return a.bound > b.bound;
	});

	array known(r, {0, ((size_t)r->last / RUN + 1) * RUN});
	bits some(r->last);

	for (size_t i = 0; i + 1 < parts.size() && place <= left; i++) {
		bits have(r->last);

		walked += parts[i].postings;
		if (walked > all * NARROW_SHARE)
			break;
		reader_evaluate(have.s, r, parts[i].q, found, limit, err);
		w.each_window(have.s, [&](const struct window &) {
			w.add(known.v, parts[i].q, 1, have.s, true, 1);
		});
		docset_or(&some.s, &have.s);
		left -= parts[i].bound;
		if (walked < looked * 1.5)
			continue;
		looked = walked;
		place = S_place(some.s, known.v, most) * (1 - ROUNDING);
	}
	if (place > left)
		memset(found.word, 0, docset_words(&found) * sizeof *found.word);
	for (uint32_t d = docset_next(&some.s, 1); d; d = docset_next(&some.s, d + 1)) {
		if (place > left && known.v[d] + left >= place)
			docset_add(&found, d);
		known.v[d] = 0;
	}
	known.clean();
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

/* The first `most` of all that it is offered, in that order. */
class best_of
{
	std::vector<struct ranked> heap; /* the worst of them on top */
	before first;
	size_t most;
	double least = -1; /* what the worst of a full heap has */

	void offer(const struct ranked &x)
	{
		if (heap.size() < most) {
			heap.push_back(x);
			if (heap.size() < most)
				return;
			std::make_heap(heap.begin(), heap.end(), first);
		} else if (first(x, heap.front())) {
			std::pop_heap(heap.begin(), heap.end(), first);
			heap.back() = x;
			std::push_heap(heap.begin(), heap.end(), first);
		}
		least = heap.front().score;
	}

      public:
	best_of(size_t most_, const uint32_t *order) : first(order), most(most_)
	{
		heap.reserve(most);
	}
	/* The documents of the set in the window; zeroes their scores. */
	void offer(const struct docset &set, zeros &score, const struct window &w)
	{
		each_run(set, w, [&](size_t from, size_t to) {
			for (size_t at = from; at < to; at += RUN)
				for (uint64_t left = score.reach(least, at)
							     ? set.word[at / RUN]
							     : 0;
				     left; left &= left - 1) {
					size_t d = at + (size_t)__builtin_ctzll(left);

					offer({(uint32_t)d, score[d]});
				}
			score.clear(from, to);
		});
	}
	const std::vector<struct ranked> &sorted()
	{
		std::sort(heap.begin(), heap.end(), first);
		return heap;
	}
};

} // namespace

enum status reader_rank(struct ranking *out, struct reader *r, const struct clause *q,
			const struct docset *within, bool sure, const uint32_t *order,
			size_t offset, size_t limit, double until, struct err *err)
{
	out->v = NULL;
	out->n = 0;
	return guard(err, [&] {
		deadline clock(until, err);
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

		weighing w(r, clock, err);

		S_narrow(found.s, r, w, q, offset + limit, clock, err);

		best_of first(offset + limit, order);

		w.each_window(found.s, [&](const struct window &window) {
			array score(r, window);

			w.add(score.v, q, 1, found.s, true, 0);
			first.offer(found.s, score.v, window);
			score.clean();
		});

		const std::vector<struct ranked> &best = first.sorted();

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

void reader_window(struct reader *r, size_t documents)
{
	r->window = std::max<size_t>((documents + RUN - 1) / RUN, 1) * RUN;
	r->arrays.clear();
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
			weighing w(r, clock, err);

			w.each_window(found.s, [&](const struct window &window) {
				array score(r, window);

				w.add(score.v, q, 1, found.s, true, 0);
				*weight = score.v[docid];
			});
		}
		return ST_OK;
	});
}
