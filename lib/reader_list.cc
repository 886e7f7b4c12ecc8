#include "reader.hh"

#include <algorithm>

/* A set where one document of so many has the term: less memory than its list,
 * and quicker to use than to read. */
#define SET_SHARE 32

/* Sets kept: the frequent words are in every other query. */
static size_t S_sets_max(const struct reader *r)
{
	size_t bytes = ((size_t)4 << 20) + (size_t)r->count * 16;

	return std::max<size_t>(bytes / (r->last / 8 + 64), 1);
}

uint32_t reader_documents(struct reader *r, const char *term)
{
	if (!reader_possible(term))
		return 0;
	if (!positions_wants(term))
		return reader_xapian(r).get_termfreq(term);

	const struct positions *p = reader_positions(r);

	return positions_documents(p, positions_find(p, term, strlen(term)));
}

void reader_add(struct docset &into, struct reader *r, const char *term,
		const struct docset &within, deadline &limit)
{
	uint32_t docid[POSITIONS_BLOCK];
	struct positions_cursor c;
	size_t n;

	if (!positions_wants(term)) {
		reader_walk(r, term, within, limit,
			    [&](uint32_t d, uint32_t) { docset_add(&into, d); });
		return;
	}
	reader_start(&c, r, term);
	for (uint32_t from = docset_next(&within, 1);
	     from && (n = positions_take(&c, from, docid, NULL)) > 0;
	     from = docset_next(&within, c.docid + 1)) {
		/* No number is beyond the reader's last: see reader_open(). */
		for (size_t i = 0; i < n; i++) {
			size_t w = docid[i] / 64;

			into.word[w] |= within.word[w] & (uint64_t)1 << (docid[i] % 64);
		}
		limit.tick(n / 16 + 1);
	}
}

const struct docset *reader_set(struct reader *r, const char *term, deadline &limit)
{
	auto found = r->set_of.find(term);

	if (found != r->set_of.end()) {
		r->sets.splice(r->sets.begin(), r->sets, found->second);
		return &found->second->second->s;
	}
	if (reader_documents(r, term) <= r->last / SET_SHARE)
		return NULL;

	std::unique_ptr<bits> set(new bits(r->last));

	reader_add(set->s, r, term, reader_all(r), limit);
	while (r->sets.size() >= S_sets_max(r)) {
		r->set_of.erase(r->sets.back().first);
		r->sets.pop_back();
	}
	r->sets.emplace_front(term, std::move(set));
	try {
		r->set_of[term] = r->sets.begin();
	} catch (...) {
		r->sets.pop_front();
		throw;
	}
	return &r->sets.front().second->s;
}

const uint16_t *reader_own_lengths(struct reader *r, deadline &limit)
{
	std::vector<uint16_t> lengths((size_t)r->last + 1);

	reader_walk(r, POSITIONS_LENGTH, reader_all(r), limit,
		    [&](uint32_t d, uint32_t length) {
			    lengths[d] = (uint16_t)std::min<uint32_t>(
				    length, READER_LENGTH_MAX);
		    });
	r->own_lengths = std::move(lengths);
	return r->own_lengths.data();
}

enum status reader_lengths(uint32_t *lengths, struct reader *r, struct err *err)
{
	return guard(err, [&] {
		deadline none(0, err);

		reader_walk(r, POSITIONS_LENGTH, reader_all(r), none,
			    [&](uint32_t d, uint32_t length) { lengths[d] = length; });
		return ST_OK;
	});
}
