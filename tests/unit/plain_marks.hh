#ifndef PLAIN_MARKS_HH
#define PLAIN_MARKS_HH
/*
 * plain_marks - which words of a text a query marks (marks.h), and how near to one
 * another a ficha has them (proximity.h), by looking at every word of every text.
 */
#include "plain_index.hh"

#include <cmath>
#include <functional>
#include <unordered_map>

extern "C" {
#include "../../searcher/plan.h"
#include "../../searcher/proximity.h"
}

/* How many documents have a term. */
typedef std::function<double(const char *)> plain_frequency;

class plain_marks
{
	const plain_index &x;
	const struct plan *p;
	/* By kind and text: a ficha has few of a query's words. */
	std::unordered_multimap<std::string, const struct mark *>
		marks[MARK_PREFIX + 1];

      public:
	plain_marks(const plain_index &x_, const struct plan *p_);
	/* For each word of a field of document d the items that it stands for. */
	std::vector<uint64_t> find(Xapian::docid d, enum field field) const;
	/* What nearness adds to document d. */
	double gain(Xapian::docid d, const plain_frequency &documents) const;

      private:
	void run(std::vector<uint64_t> &items, const std::vector<plain_word> &words,
		 const struct mark_run *r) const;
};

inline plain_marks::plain_marks(const plain_index &x_, const struct plan *p_)
    : x(x_), p(p_)
{
	for (size_t i = 0; i < MARKS_BUCKETS; i++)
		for (const struct mark *m = p->marks.bucket[i]; m; m = m->next)
			marks[m->kind].emplace(std::string(m->text, m->n), m);
}

/* Whether the word fits a mark of a phrase or NEAR. */
static inline bool plain_fits(const plain_word &w, const struct mark *m)
{
	std::string text(m->text, m->n);

	switch (m->kind) {
	case MARK_EXACT:
		return *w.surface == text;
	case MARK_WORD:
		return *w.folded == text;
	case MARK_PREFIX:
		return w.folded->compare(0, m->n, text) == 0;
	case MARK_STEM:
		return w.stem && *w.stem == text;
	}
	return false;
}

/*
 * In order: word k of the run stands k positions behind the first; all words of
 * these positions are marked.  In any order: within the window behind a word of the
 * run each can have a position of its own; those that are of the run are marked.
 */
inline void plain_marks::run(std::vector<uint64_t> &items,
			     const std::vector<plain_word> &words,
			     const struct mark_run *r) const
{
	std::vector<uint64_t> fits(words.size()); /* bit k: word k of the run */

	for (size_t i = 0; i < words.size(); i++)
		for (size_t k = 0; k < r->n; k++)
			for (const struct mark *m = r->place[k]; m; m = m->next)
				if (plain_fits(words[i], m))
					fits[i] |= (uint64_t)1 << k;
	for (size_t i = 0; i < words.size(); i++) {
		unsigned window = r->ordered ? (unsigned)r->n : r->window;
		std::vector<std::vector<Xapian::termpos>> at(r->n);
		std::vector<Xapian::termpos> taken;
		size_t end = i;

		if (r->ordered ? !(fits[i] & 1) : !fits[i])
			continue;
		for (; end < words.size() &&
		       words[end].position < words[i].position + window;
		     end++)
			for (size_t k = 0; k < r->n; k++)
				if (fits[end] >> k & 1 &&
				    (!r->ordered ||
				     words[end].position == words[i].position + k))
					at[k].push_back(words[end].position);
		if (!plain_places(at, 0, taken, window))
			continue;
		for (size_t k = i; k < end; k++)
			if (r->ordered || fits[k])
				items[k] |= r->items;
	}
}

inline std::vector<uint64_t> plain_marks::find(Xapian::docid d, enum field field) const
{
	const std::vector<plain_word> &words = x.ficha[d].words[field];
	std::vector<uint64_t> items(words.size());
	auto here = [&](unsigned fields) { return !fields || fields >> field & 1; };

	for (size_t i = 0; i < words.size(); i++) {
		auto look = [&](enum mark_kind kind, const std::string &text) {
			auto those = marks[kind].equal_range(text);

			for (auto m = those.first; m != those.second; ++m)
				if (here(m->second->fields))
					items[i] |= m->second->items;
		};

		look(MARK_WORD, *words[i].folded);
		look(MARK_EXACT, *words[i].surface);
		if (words[i].stem)
			look(MARK_STEM, *words[i].stem);
		for (const struct mark *m = p->marks.prefixes; m; m = m->next)
			if (here(m->fields) && plain_fits(words[i], m))
				items[i] |= m->items;
	}
	for (const struct mark_run *r = p->marks.runs; r; r = r->next)
		if (here(r->fields))
			run(items, words, r);
	return items;
}

/* The documents of the commonest term of a clause (of the first sixteen parts). */
static inline double plain_most(const struct clause *c,
				const plain_frequency &documents)
{
	double most = c->op == Q_TERM ? documents(c->term) : 0;

	for (size_t i = 0; i < c->n && i < 16; i++)
		most = std::max(most, plain_most(c->child[i], documents));
	return most;
}

/* The nodes of a query from the one at the top to a leaf. */
static inline bool plain_path(std::vector<const struct node *> &path,
			      const struct node *n, const struct node *leaf)
{
	path.push_back(n);
	for (size_t i = 0; i < n->n_child; i++)
		if (plain_path(path, n->child[i], leaf))
			return true;
	if (n != leaf)
		path.pop_back();
	return n == leaf;
}

/* Whether an OR stands between two items: the lowest node above both is one. */
static inline bool plain_parted(const struct plan *p, const struct item *a,
				const struct item *b)
{
	std::vector<const struct node *> to_a, to_b;
	size_t i = 0;

	plain_path(to_a, p->root, a->leaf);
	plain_path(to_b, p->root, b->leaf);
	while (i + 1 < to_a.size() && i + 1 < to_b.size() && to_a[i + 1] == to_b[i + 1])
		i++;
	return to_a.at(i)->kind == NODE_OR;
}

inline double plain_marks::gain(Xapian::docid d, const plain_frequency &documents) const
{
	std::vector<const struct item *> asked;
	std::vector<uint64_t> items[F_COUNT];
	double sum = 0;
	size_t pairs = 0;

	for (size_t i = 0; i < p->n_items; i++)
		if (p->items[i].kind == ITEM_WORD && p->items[i].counts &&
		    p->items[i].bit && !p->items[i].negated)
			asked.push_back(&p->items[i]);
	for (int f = 0; asked.size() > 1 && f < F_COUNT; f++)
		items[f] = find(d, (enum field)f);
	for (size_t i = 1; i < asked.size(); i++) {
		const struct item *a = asked[i - 1], *b = asked[i];
		int typed = (int)(b - a);
		double best = 0, idf[2];

		if (a->fields != b->fields || typed > PROXIMITY_WINDOW ||
		    plain_parted(p, a, b) || pairs++ == PROXIMITY_PAIRS)
			continue;
		for (int f = 0; f < F_COUNT; f++) {
			const std::vector<plain_word> &w = x.ficha[d].words[f];

			if (a->fields && !(a->fields >> f & 1))
				continue;
			for (size_t j = 0; j < w.size(); j++)
				for (size_t k = j + 1;
				     items[f][j] & a->bit && k < w.size(); k++) {
					int apart =
						(int)w[k].position - (int)w[j].position;

					if (apart > PROXIMITY_WINDOW)
						break;
					if (apart >= 1 && items[f][k] & b->bit)
						best = std::max(
							best,
							1.0 / (1 + std::abs(apart -
									    typed)));
				}
		}
		for (int k = 0; k < 2; k++) {
			double most = plain_most((k ? b : a)->clause, documents);

			idf[k] =
				std::max(0.0, std::log2((x.last() + 1) / (most + 0.5)));
		}
		sum += PROXIMITY_WEIGHT * (idf[0] + idf[1]) / 2 * b->weight * best;
	}
	return sum;
}

#endif
