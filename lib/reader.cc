#include "reader.hh"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "fields.h"
#include "sections.h"

double thread_seconds(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0)
		return 0;
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Xapian has a descriptor of its own. */
static Xapian::Database S_database(int glass)
{
	int own = fcntl(glass, F_DUPFD_CLOEXEC, 3);

	if (own < 0)
		throw Xapian::DatabaseOpeningError("index.glass", errno);
	/* It takes the present offset for the database's beginning. */
	if (lseek(own, 0, SEEK_SET) != 0) {
		int saved = errno;

		close(own);
		throw Xapian::DatabaseOpeningError("index.glass", saved);
	}
	/* From here on the descriptor is Xapian's. */
	return Xapian::Database(own, Xapian::DB_BACKEND_GLASS);
}

Xapian::Database &reader_xapian(struct reader *r)
{
	if (!r->opened) {
		Xapian::Database db = S_database(r->glass);

		if (r->documents &&
		    (db.get_doccount() != r->count || db.get_lastdocid() != r->last))
			throw Xapian::DatabaseCorruptError("other documents");
		r->db = db;
		r->opened = true;
	}
	return r->db;
}

static enum status S_open(struct reader **out, const struct reader_files *files,
			  struct err *err)
{
	*out = NULL;
	return guard(err, [&] {
		std::unique_ptr<struct reader> r(new struct reader);

		r->glass = files->glass;
		r->documents = files->positions ? files->documents : NULL;
		if (r->documents) {
			r->length = files->lengths;
			r->count = (uint32_t)docset_count(r->documents);
			r->last = r->documents->last;
		} else {
			r->count = reader_xapian(r.get()).get_doccount();
			r->last = reader_xapian(r.get()).get_lastdocid();
		}
		*out = r.release();
		return ST_OK;
	});
}

static enum status S_positions(struct reader *r, const void *bytes, size_t n,
			       struct err *err)
{
	enum status st = positions_open(&r->positions, bytes, n, err);

	/* Sets of documents are as long as the database says. */
	if (!st && positions_last(r->positions) > r->last)
		st = sections_damaged(POSITIONS_FILE, err);
	return st;
}

enum status reader_open(struct reader **out, const struct reader_files *files,
			struct err *err)
{
	enum status st = S_open(out, files, err);

	if (!st && files->positions)
		st = S_positions(*out, files->positions, files->positions_n, err);
	if (!st && files->records)
		st = stored_open(&(*out)->records, files->records, files->records_n,
				 err);
	if (st) {
		reader_close(*out);
		*out = NULL;
	}
	return st;
}

void reader_close(struct reader *r)
{
	try {
		delete r;
	} catch (...) {
	}
}

uint32_t reader_count(const struct reader *r)
{
	return r->count;
}

uint32_t reader_last(const struct reader *r)
{
	return r->last;
}

double reader_average(struct reader *r)
{
	const char *term = POSITIONS_LENGTH;
	uint32_t i, sum = UINT32_MAX;

	if (!r->count)
		return 0;
	if (r->positions) {
		i = positions_find(r->positions, term, strlen(term));
		if (i < positions_terms(r->positions))
			sum = positions_occurrences(r->positions, i);
	}
	/* That is as much as the file can say. */
	if (sum == UINT32_MAX)
		return reader_xapian(r).get_average_length();
	return (double)sum / r->count;
}

double reader_average_length(struct reader *r)
{
	double length = 0;

	guard(NULL, [&] {
		length = reader_average(r);
		return ST_OK;
	});
	return length;
}

enum status reader_find(uint32_t *docid, struct reader *r, const char *id,
			struct err *err)
{
	*docid = 0;
	if (strnlen(id, TERM_MAX) >= TERM_MAX)
		return ST_OK;
	return guard(err, [&] {
		std::string term = std::string("Q") + id;
		Xapian::Database &db = reader_xapian(r);
		Xapian::PostingIterator p = db.postlist_begin(term);

		if (p != db.postlist_end(term))
			*docid = *p;
		return ST_OK;
	});
}

enum status reader_record(struct buf *out, struct reader *r, uint32_t docid,
			  struct err *err)
{
	if (!r->records)
		return err_set(err, ST_INTERNAL, "%s", "the reader has no records");
	return stored_get(out, r->records, docid, err);
}

enum status reader_frequency(uint32_t *documents, uint64_t *occurrences,
			     struct reader *r, const char *term, struct err *err)
{
	*documents = 0;
	*occurrences = 0;
	if (!reader_possible(term))
		return ST_OK;
	return guard(err, [&] {
		*documents = reader_documents(r, term);
		if (*documents == 0)
			return ST_OK;
		*occurrences = positions_wants(term)
				       ? positions_occurrences(
						 r->positions,
						 positions_find(r->positions, term,
								strlen(term)))
				       : reader_xapian(r).get_collection_freq(term);
		return ST_OK;
	});
}

/* ---- terms ---- */

enum status reader_each_term(struct reader *r, const char *prefix,
			     int (*visit)(void *ctx, const char *rest, size_t n,
					  uint32_t documents),
			     void *ctx, struct err *err)
{
	struct found {
		size_t at, n;
		uint32_t documents;
	};
	char *bytes = NULL;
	struct found *found = NULL;
	size_t n = 0;
	enum status st = guard(err, [&] {
		std::string gathered;
		std::vector<struct found> list;
		size_t prefix_n = strlen(prefix);
		auto add = [&](const std::string &term, uint32_t documents) {
			size_t at = gathered.size();

			gathered.append(term, prefix_n, std::string::npos);
			gathered += '\0';
			list.push_back({at, gathered.size() - at - 1, documents});
		};

		if (positions_wants(prefix)) {
			const struct positions *p = reader_positions(r);
			uint32_t i = positions_lower(p, prefix, prefix_n),
				 all = positions_terms(p);

			for (; i < all; i++) {
				size_t len;
				const char *text =
					positions_term(&len, r->positions, i);

				if (len < prefix_n ||
				    memcmp(text, prefix, prefix_n) != 0)
					break;
				add(std::string(text, len),
				    positions_documents(r->positions, i));
			}
		} else {
			Xapian::Database &db = reader_xapian(r);
			Xapian::TermIterator t = db.allterms_begin(prefix),
					     end = db.allterms_end(prefix);

			for (; t != end; ++t)
				add(*t, t.get_termfreq());
		}
		if (list.empty())
			return ST_OK;
		bytes = (char *)malloc(gathered.size());
		found = (struct found *)malloc(list.size() * sizeof *found);
		if (!bytes || !found)
			return err_nomem(err);
		memcpy(bytes, gathered.data(), gathered.size());
		memcpy(found, list.data(), list.size() * sizeof *found);
		n = list.size();
		return ST_OK;
	});

	/* Outside of any C++: the visitor is C and may leave as it likes. */
	for (size_t i = 0; i < n; i++)
		if (!visit(ctx, bytes + found[i].at, found[i].n, found[i].documents))
			break;
	free(bytes);
	free(found);
	return st;
}

/* ---- values and metadata ---- */

static uint32_t S_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* The format is the writer's, told there. */
enum status reader_values(struct doc_values *out, const struct reader *r,
			  uint32_t docid, struct err *err)
{
	const unsigned char *keys;
	const void *bytes;
	size_t n, title_n;
	enum status st;

	memset(out, 0, sizeof *out);
	if (!r->records)
		return err_set(err, ST_INTERNAL, "%s", "the reader has no records");
	st = stored_keys(&bytes, &n, r->records, docid, err);
	if (st)
		return st;
	if (n < 14)
		return sections_damaged("keys", err);
	keys = (const unsigned char *)bytes;
	title_n = keys[12] | (size_t)keys[13] << 8;
	if (title_n > n - 14)
		return sections_damaged("keys", err);
	out->date = S_u32(keys);
	out->source = S_u32(keys + 4);
	out->source_order = S_u32(keys + 8);
	out->sort_title = (const char *)keys + 14;
	out->sort_title_n = title_n;
	out->sort_municipality = out->sort_title + title_n;
	out->sort_municipality_n = n - 14 - title_n;
	return ST_OK;
}

enum status reader_metadata(struct buf *out, struct reader *r, const char *key,
			    struct err *err)
{
	return guard(err, [&] {
		std::string value = reader_xapian(r).get_metadata(key);

		buf_add(out, value.data(), value.size());
		return buf_status(out, err);
	});
}
