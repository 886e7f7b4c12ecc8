#include "reader_weigh.hh"

#include <algorithm>
#include <cmath>

double weighing::norm(double length)
{
	return std::log2(1 + average / length);
}

/* Longer than a column can say. */
double weighing::long_length(uint32_t d)
{
	auto found = r->long_length.find(d);
	struct positions_cursor c;

	if (found != r->long_length.end())
		return found->second;
	reader_start(&c, r, POSITIONS_LENGTH);
	return r->long_length[d] = positions_seek(&c, d) && c.docid == d
					   ? c.count
					   : READER_LENGTH_MAX;
}

/* As reader_walk(), in the window. */
template <typename F>
void weighing::walk(const char *term, const struct docset &within, F &&visit)
{
	uint32_t docid[POSITIONS_BLOCK], wdf[POSITIONS_BLOCK];
	uint32_t from =
		docset_next(&within, (uint32_t)std::max<size_t>(window.from, 1));
	struct positions_cursor c;
	size_t taken, first;

	if (!reader_possible(term) || !from || from >= window.to)
		return;
	if (!positions_wants(term)) {
		reader_walk(r, term, within, limit, [&](uint32_t d, uint32_t count) {
			if (d >= window.from && d < window.to)
				visit(d, count);
		});
		return;
	}

	auto found = lists.find(term);

	if (found == lists.end()) {
		reader_start(&c, r, term);
		found = lists.insert({term, {c, c, window.from}}).first;
	}
	struct list &l = found->second;

	if (l.window != window.from) {
		l.window = window.from;
		l.here = l.next;
	}
	c = l.here;
	for (; from && from < window.to; from = docset_next(&within, c.docid + 1)) {
		l.next = c;
		taken = positions_take(&c, from, docid, wdf);
		if (!taken)
			return;
		limit.tick(taken / 8 + 1);
		for (first = 0; first < taken && docid[first] < window.from;)
			first++;
		while (taken > first && docid[taken - 1] >= window.to)
			taken--;
		taken = reader_sift(docid, wdf, first, taken, within);
		for (size_t i = 0; i < taken; i++)
			visit(docid[i], wdf[i]);
	}
}

inline double weighing::weight(double scale, uint32_t wdf, uint32_t d)
{
	uint32_t length = r->length[d];
	double wdfn;

	if (length == 0) /* of a damaged index */
		return 0;
	if (length < NORM_LENGTHS) {
		double &known = r->norms[length];

		if (known == 0)
			known = norm(length);
		wdfn = wdf * known;
	} else {
		wdfn = wdf * norm(length < READER_LENGTH_MAX ? length : long_length(d));
	}
	return scale * (wdfn / (wdfn + 1));
}

void weighing::set(zeros &into, const struct clause *q, double factor,
		   const struct docset &within)
{
	if (!(q->factor >= 0 && q->factor <= 1e6))
		reader_refuse(err);
	if (!q->docs || q->factor == 0)
		return;
	each_run(within, window, [&](size_t at, size_t end) {
		for (; at < end; at += RUN)
			for (uint64_t left = within.word[at / RUN]; left;
			     left &= left - 1) {
				size_t d = at + (size_t)__builtin_ctzll(left);

				if (docset_has(q->docs, (uint32_t)d))
					into[d] += factor * q->factor;
			}
	});
	limit.tick((window.to - window.from) / RUN);
}

void weighing::term(zeros &into, const char *name, double factor,
		    const struct docset &within)
{
	double scale;

	if (!reader_possible(name))
		return;
	scale = factor * std::log2((n + 1) / (reader_documents(r, name) + 0.5));
	walk(name, within,
	     [&](uint32_t d, uint32_t wdf) { into[d] += weight(scale, wdf, d); });
}

/* Several terms as one: first the sums of wdf, then their weights. */
void weighing::words(zeros &into, const std::vector<const char *> &terms, double factor,
		     const struct docset &within)
{
	array sum(r, window);
	double none = 1, scale;

	for (const char *t : terms) {
		none *= 1 - reader_documents(r, t) / n;
		walk(t, within, [&](uint32_t d, uint32_t wdf) { sum.v[d] += wdf; });
	}
	scale = factor * std::log2((n + 1) / (n * (1 - none) + 0.5));
	each_run(within, window, [&](size_t at, size_t end) {
		for (; at < end; at += RUN)
			for (uint64_t left = sum.v.reach(1, at) ? within.word[at / RUN]
								: 0;
			     left; left &= left - 1) {
				size_t d = at + (size_t)__builtin_ctzll(left);

				into[d] +=
					weight(scale, (uint32_t)std::min(sum.v[d], 4e9),
					       (uint32_t)d);
				sum.v[d] = 0;
			}
	});
	sum.clean();
}

/* Each part by itself; of a document the greatest counts. */
void weighing::greatest(zeros &into, const std::vector<const struct clause *> &parts,
			const std::vector<const char *> &terms, double factor,
			const struct docset &within, bool sure, unsigned depth)
{
	array best(r, window), part(r, window);

	for (size_t i = 0; i < parts.size() + !terms.empty(); i++) {
		zeros &to = i ? part.v : best.v;

		if (i < parts.size())
			add(to, parts[i], factor, within, sure && parts.size() == 1,
			    depth + 1);
		else
			words(to, terms, factor, within);
		if (i)
			each_run(within, window, [&](size_t d, size_t end) {
				best.v.raise(part.v, d, end);
				part.v.clear(d, end);
			});
		limit.tick((window.to - window.from) / RUN);
	}
	each_run(within, window, [&](size_t d, size_t end) {
		into.add(best.v, d, end);
		best.v.clear(d, end);
	});
	best.clean();
	part.clean();
}

/* The terms of q, if it is a term or a choice of terms. */
static bool S_choice(std::vector<const char *> &terms, const struct clause *q,
		     unsigned depth)
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
void weighing::synonym(zeros &into, const struct clause *q, double factor,
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

void weighing::add(zeros &into, const struct clause *q, double factor,
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
	const struct docset *matching = &within;

	if (!sure) {
		std::unique_ptr<bits> &m = matched[{q, &within}];

		if (!m) {
			m.reset(new bits(r->last));
			reader_evaluate(m->s, r, q, within, limit, err);
		}
		matching = &m->s;
	}
	const struct docset &where = *matching;

	add(into, q->child[0], factor, where, true, depth + 1);
	for (size_t i = 1; i < q->n; i++)
		if (q->op == Q_AND || q->op == Q_AND_MAYBE || q->op == Q_PHRASE ||
		    q->op == Q_NEAR)
			add(into, q->child[i], factor, where, q->op != Q_AND_MAYBE,
			    depth + 1);
}

double weighing::synonym_bound(const struct clause *q, double factor, unsigned depth)
{
	std::vector<const char *> terms;
	double greatest = 0, none = 1;

	for (size_t i = 0; i < q->n; i++)
		if (!S_choice(terms, q->child[i], depth))
			greatest = std::max(greatest,
					    bound(q->child[i], factor, depth + 1));
	if (terms.empty())
		return greatest;
	/* As if in no document, where to ask for each costs more than it saves. */
	for (size_t i = 0; i < terms.size() && terms.size() <= 16; i++)
		none *= 1 - reader_documents(r, terms[i]) / n;
	return std::max(greatest, factor * std::log2((n + 1) / (n * (1 - none) + 0.5)));
}

/* wdfn / (wdfn + 1) is never more than 1; for the rest see add(). */
double weighing::bound(const struct clause *q, double factor, unsigned depth)
{
	double sum = 0, greatest = 0;

	if (depth > QUERY_DEPTH_MAX)
		reader_refuse(err);
	switch (q->op) {
	case Q_NONE:
	case Q_ALL:
		return 0;
	case Q_TERM:
		return factor *
		       std::log2((n + 1) / (reader_documents(r, q->term) + 0.5));
	case Q_DOCSET:
		return factor * q->factor;
	case Q_SCALE:
		return q->n ? bound(q->child[0], factor * q->factor, depth + 1) : 0;
	case Q_SYNONYM:
		return synonym_bound(q, factor, depth);
	case Q_FILTER:
	case Q_AND_NOT:
		return q->n ? bound(q->child[0], factor, depth + 1) : 0;
	case Q_MAX:
		for (size_t i = 0; i < q->n; i++)
			greatest = std::max(greatest,
					    bound(q->child[i], factor, depth + 1));
		return greatest;
	case Q_OR:
	case Q_AND:
	case Q_AND_MAYBE:
	case Q_PHRASE:
	case Q_NEAR:
		for (size_t i = 0; i < q->n; i++)
			sum += bound(q->child[i], factor, depth + 1);
		return sum;
	}
	return 0;
}

double weighing::postings(const struct clause *q, unsigned depth)
{
	double sum = 0;

	if (q->op == Q_TERM)
		return reader_documents(r, q->term);
	if (q->n > 16 || depth > QUERY_DEPTH_MAX)
		return n;
	for (size_t i = 0; i < q->n; i++)
		sum += postings(q->child[i], depth + 1);
	return sum;
}
