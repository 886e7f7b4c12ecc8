#include "reader.hh"

#include <algorithm>

/* Postings kept at most, of six bytes each: a search walks some twenty lists,
 * and the frequent words are in every other query. */
static size_t S_lists_max(const struct reader *r)
{
	return ((size_t)4 << 20) + (size_t)r->count * 16;
}

static posting_list_ref S_kept(struct reader *r, const std::string &term)
{
	auto found = r->list_of.find(term);

	if (found == r->list_of.end())
		return posting_list_ref();
	r->lists.splice(r->lists.begin(), r->lists, found->second);
	return found->second->second;
}

static void S_keep(struct reader *r, const std::string &term, posting_list_ref list)
{
	/* A short list costs about as much as a hundred postings. */
	size_t size = list->docid.size() + 100;

	if (size > S_lists_max(r) / 2)
		return;
	while (r->lists_size + size > S_lists_max(r)) {
		r->lists_size -= r->lists.back().second->docid.size() + 100;
		r->list_of.erase(r->lists.back().first);
		r->lists.pop_back();
	}
	r->lists.emplace_front(term, std::move(list));
	try {
		r->list_of[term] = r->lists.begin();
	} catch (...) {
		r->lists.pop_front();
		throw;
	}
	r->lists_size += size;
}

uint32_t reader_documents(struct reader *r, const char *term)
{
	if (!reader_possible(term))
		return 0;
	if (!positions_wants(term))
		return r->db.get_termfreq(term);
	if (!r->positions)
		return 0;
	return positions_documents(r->positions,
				   positions_find(r->positions, term, strlen(term)));
}

static posting_list_ref S_read(struct reader *r, const std::string &term,
			       deadline &limit)
{
	auto list = std::make_shared<struct posting_list>();
	size_t n = std::min<size_t>(reader_documents(r, term.c_str()), r->last);

	list->docid.reserve(n);
	list->wdf_low.reserve(n);
	if (positions_wants(term.c_str())) {
		struct positions_cursor c;

		positions_start(&c, r->positions,
				positions_find(r->positions, term.data(), term.size()));
		while (positions_next(&c)) {
			list->add(c.docid, c.count);
			limit.tick(1);
		}
	} else {
		Xapian::PostingIterator p = r->db.postlist_begin(term),
					end = r->db.postlist_end(term);

		for (; p != end; ++p) {
			list->add(*p, p.get_wdf());
			limit.tick(1);
		}
	}
	/* In one of 32: then a set is less than the list, and AND and OR with it
	 * take a word for 64 documents. */
	if (list->docid.size() > r->last / 32) {
		list->set.reset(new bits(r->last));
		for (uint32_t d : list->docid)
			if (d <= r->last)
				docset_add(&list->set->s, d);
	}
	S_keep(r, term, list);
	return list;
}

posting_list_ref reader_whole_list(bool *ask, struct reader *r, const char *term,
				   const struct docset &within, deadline &limit)
{
	posting_list_ref list;
	uint32_t n;

	*ask = false;
	if (!reader_possible(term))
		return list;
	list = S_kept(r, term);
	if (list)
		return list;
	n = reader_documents(r, term);
	if (n == 0)
		return list;
	*ask = n > 64 && docset_count(&within) < n / 32;
	return *ask ? list : S_read(r, term, limit);
}
