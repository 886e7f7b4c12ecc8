#include "writer.h"

#include "writer_parts.hh"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <unistd.h>

#include "stored.h"
#include "ficha.h"
#include "file.h"
#include "messages.h"
#include "positions.h"

/*
 * Memory.  Xapian keeps every posting of the documents put since the last
 * flush in a tree of small nodes.  It flushes by itself after a number of
 * changed documents, read from the environment: a person's setting must not
 * reach us, so the variable is overwritten before each opening (100 to 300
 * builds fastest: the tree stays in the processor's cache).  As one document may be a
 * thousand times another, we also flush when the postings since the last
 * time pass FLUSH_POSTINGS: asking for the list of all terms makes Xapian
 * write its tree out, inside the transaction, without publishing anything.
 */
#define FLUSH_DOCUMENTS "300"
#define FLUSH_POSTINGS	((size_t)1500000)

/*
 * Limits that keep Xapian from throwing (an exception from a write call
 * throws the whole batch away).  wdf is capped because sums of it wrap around
 * silently.
 */
#define ID_MAX	   180
#define VALUE_MAX  200
#define WDF_MAX	   1000000u
#define LENGTH_MAX 1000000000u

/*
 * A document's keys are all that a column needs of it: three numbers of four
 * bytes (date, source, place in the source; little-endian), the length of the
 * title's sort key (two bytes), the title's sort key, the municipality's sort
 * key.  reader_values() takes them apart.  They stand with the record, not in a
 * value of Xapian's: 1.4.22 writes values in a destructor, and where that lacks
 * room on the disk, or memory, the process ends there, whoever would catch it.
 */
static_assert(14 + 2 * VALUE_MAX <= STORED_KEYS_MAX, "the keys of a document");

struct writer {
	Xapian::WritableDatabase db;
	std::string dir;
	struct positions_gather *positions = NULL;
	struct stored_gather *records = NULL;
	uint32_t before = 0; /* documents there were */
	uint32_t count = 0;  /* documents there must be after the commit */
	size_t pending = 0;  /* postings since the last flush */
	bool failed = false; /* Xapian dropped the batch: nothing may follow */
	bool broken = false; /* it must not be touched again */
	struct writer *next = NULL;
	bool committed = false; /* the transaction is over */
	bool synced = true;	/* it must be on the disk then */
};

static enum status S_ready(const struct writer *w, struct err *err)
{
	if (w->failed || w->committed)
		return err_set(err, ST_INTERNAL, "%s",
			       _("the writer cannot be used any more"));
	return ST_OK;
}

/* Runs a call that changes the database; any failure ends this writer. */
template <typename F>
static enum status S_change(struct writer *w, struct err *err, F &&body) noexcept
{
	enum status st = guard(err, body);

	if (st)
		w->failed = true;
	if (st == ST_NOMEM)
		w->broken = true;
	return st;
}

/* Where Xapian's writer lacked memory, or could not read to go back, it is left
 * half changed, and whatever comes next, its destructor too, may go through a
 * null pointer or over the heap (1.4.22).  So such a one is kept as it is until
 * the process ends, which is soon. */
static struct writer *S_broken;

static void S_discard(struct writer *w) noexcept
{
	/* Without a transaction the destructor would commit, and hide its
	 * failures; so it is cancelled, never left to that. */
	try {
		if (!w->committed && !w->broken)
			w->db.cancel_transaction();
	} catch (...) {
		w->broken = true;
	}
	if (w->broken) {
		positions_gather_close(w->positions);
		stored_gather_close(w->records);
		w->positions = NULL;
		w->records = NULL;
		w->next = S_broken;
		S_broken = w;
		return;
	}
	try {
		w->db.close();
	} catch (...) {
	}
	positions_gather_close(w->positions);
	stored_gather_close(w->records);
	try {
		delete w;
	} catch (...) {
	}
}

static enum status S_open(struct writer **out, const char *dir, int flags,
			  const void *dictionary, size_t n, struct err *err)
{
	if (setenv("XAPIAN_FLUSH_THRESHOLD", FLUSH_DOCUMENTS, 1) != 0)
		return err_nomem(err);
	return guard(err, [&] {
		struct writer *w = new struct writer;

		try {
			w->dir = dir;
			w->synced = !(flags & Xapian::DB_NO_SYNC);
			w->db = Xapian::WritableDatabase(
				dir, flags | Xapian::DB_BACKEND_GLASS);
			w->db.begin_transaction();
			w->before = w->count = w->db.get_doccount();
		} catch (const std::bad_alloc &) {
			w->broken = true;
			S_discard(w);
			throw;
		} catch (...) {
			S_discard(w);
			throw;
		}
		std::string base = writer_beside(dir, STORED_FILE);
		enum status st = positions_gather_open(&w->positions, dir, err);

		if (!st)
			st = stored_gather_open(&w->records, dir,
						w->before ? base.c_str() : NULL,
						dictionary, n, err);
		if (st)
			S_discard(w);
		else
			*out = w;
		return st;
	});
}

enum status writer_open(struct writer **out, const char *dir, int create,
			struct err *err)
{
	*out = NULL;
	/* Xapian calls a folder that may not be written to "locked". */
	if (access(dir, W_OK | X_OK) != 0 && !(create && errno == ENOENT))
		return err_errno(err, ST_IO, _("cannot write to %s"), dir);
	return S_open(out, dir, create ? Xapian::DB_CREATE_OR_OPEN : Xapian::DB_OPEN,
		      NULL, 0, err);
}

enum status writer_open_part(struct writer **out, const char *dir,
			     const void *dictionary, size_t n, size_t memory,
			     struct err *err)
{
	*out = NULL;
	enum status st = S_open(out, dir, Xapian::DB_CREATE | Xapian::DB_NO_SYNC,
				dictionary, n, err);

	if (!st)
		positions_gather_limit((*out)->positions, memory);
	return st;
}

enum status writer_dictionary(struct buf *out, const char *records, const size_t *sizes,
			      size_t n, struct err *err)
{
	return stored_train(out, records, sizes, n, err);
}

static enum status S_check_term(const char *term, struct err *err)
{
	size_t n = strnlen(term, TERM_MAX + 1);

	if (n == 0 || n > TERM_MAX)
		return err_set(err, ST_INTERNAL,
			       _("a term of %zu bytes (allowed: 1 to %d)"), n,
			       TERM_MAX);
	return ST_OK;
}

static enum status S_check(const struct document *d, struct err *err)
{
	size_t id_n = strnlen(d->id, ID_MAX + 1);
	uint64_t length = 0;

	if (id_n == 0 || id_n > ID_MAX)
		return err_set(err, ST_INTERNAL,
			       _("an id of %zu bytes (allowed: 1 to %d)"), id_n,
			       ID_MAX);
	if (d->record_n > RECORD_MAX)
		return err_set(err, ST_INTERNAL,
			       _("a record of %zu bytes (allowed: %zu)"), d->record_n,
			       RECORD_MAX);
	if (d->sort_title_n > VALUE_MAX || d->sort_municipality_n > VALUE_MAX)
		return err_set(err, ST_INTERNAL, "%s", _("a sort key is too long"));
	if (d->postings->n && !d->postings->sealed)
		return err_set(err, ST_INTERNAL, "%s",
			       _("the postings are not sealed"));
	for (size_t i = 0; i < d->postings->n; i++) {
		const struct posting *p = &d->postings->v[i];
		enum status st = S_check_term(p->term, err);

		if (st)
			return st;
		if (p->wdf > WDF_MAX || p->position > WDF_MAX * 100 ||
		    (length += p->wdf) > LENGTH_MAX ||
		    (p->position > 0) != positions_placed(p->term))
			return err_set(err, ST_INTERNAL, "%s",
				       _("a posting is out of range"));
	}
	return ST_OK;
}

static void S_put_u32(std::string &s, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		s += (char)(unsigned char)(v >> (8 * i));
}

static std::string S_keys(const struct document *d)
{
	std::string s;

	S_put_u32(s, d->date);
	S_put_u32(s, d->source);
	S_put_u32(s, d->source_order);
	s += (char)(unsigned char)(d->sort_title_n & 0xFF);
	s += (char)(unsigned char)(d->sort_title_n >> 8);
	if (d->sort_title_n)
		s.append(d->sort_title, d->sort_title_n);
	if (d->sort_municipality_n)
		s.append(d->sort_municipality, d->sort_municipality_n);
	return s;
}

/* Whether an occurrence counts for the length of its document: as those of all
 * fields, not again as those of a single one. */
static bool S_counts(const char *term)
{
	return term[0] == 'T' || term[1] == FIELD_ANY_LETTER;
}

/* Each term goes to the one or the other.  The document's length, by which it
 * is ranked, must not hang on which: what Xapian does not see is told with the
 * document's own term, the whole length stands beside (positions.h). */
static void S_add_postings(std::vector<struct positioned> &words, Xapian::Document &doc,
			   const std::string &unique, const struct postings *postings)
{
	Xapian::termcount elsewhere = 0, here = 0;
	std::string term;

	for (size_t i = 0; i < postings->n; i++) {
		const struct posting *p = &postings->v[i];

		if (positions_wants(p->term)) {
			words.push_back({p->term, p->position, p->wdf ? p->wdf : 1});
			if (S_counts(p->term))
				elsewhere += p->wdf;
			continue;
		}
		term.assign(p->term);
		here += p->wdf;
		if (p->wdf)
			doc.add_term(term, p->wdf);
		else
			doc.add_boolean_term(term);
	}
	doc.add_term(unique, elsewhere);
	words.push_back({POSITIONS_LENGTH, 0, here + elsewhere ? here + elsewhere : 1});
}

enum status writer_put(struct writer *w, const struct document *d, struct err *err)
{
	enum status st = S_ready(w, err);

	if (!st)
		st = S_check(d, err);
	if (st)
		return st;
	return S_change(w, err, [&] {
		std::string unique = std::string("Q") + d->id;
		std::vector<struct positioned> words;
		Xapian::Document doc;
		Xapian::docid docid;

		S_add_postings(words, doc, unique, d->postings);
		/* replace_document() alone would write out this term's list
		 * each time, also for a document that is new. */
		if (w->db.term_exists(unique)) {
			docid = w->db.replace_document(unique, doc);
		} else {
			if (w->db.get_lastdocid() >= WRITER_DOCID_MAX)
				return err_set(err, ST_LIMIT, "%s",
					       _("the index is out of document "
						 "numbers; rebuild it: "
						 "fichas-indexer build --rebuild "
						 "SOURCE..."));
			docid = w->db.add_document(doc);
			w->count++;
		}
		w->pending += d->postings->n;
		if (w->pending > FLUSH_POSTINGS) {
			w->db.allterms_begin();
			w->pending = 0;
		}
		std::string keys = S_keys(d);
		enum status kept =
			stored_gather_put(w->records, docid, keys.data(), keys.size(),
					  d->record, d->record_n, err);

		return kept ? kept
			    : positions_gather_put(w->positions, docid, words.data(),
						   words.size(), err);
	});
}

enum status writer_delete_term(struct writer *w, const char *term, uint32_t *n,
			       struct err *err)
{
	enum status st = S_ready(w, err);

	*n = 0;
	if (!st)
		st = S_check_term(term, err);
	if (st)
		return st;
	return S_change(w, err, [&] {
		uint32_t found = w->db.get_termfreq(term);

		if (!found)
			return ST_OK;
		for (Xapian::PostingIterator p = w->db.postlist_begin(term);
		     p != w->db.postlist_end(term); ++p) {
			enum status gone =
				positions_gather_delete(w->positions, *p, err);

			if (!gone)
				gone = stored_gather_delete(w->records, *p, err);
			if (gone)
				return gone;
		}
		w->db.delete_document(std::string(term));
		w->count -= found;
		*n = found;
		return ST_OK;
	});
}

enum status writer_set_metadata(struct writer *w, const char *key, const char *value,
				size_t n, struct err *err)
{
	enum status st = S_ready(w, err);

	if (!st)
		st = S_check_term(key, err);
	if (st)
		return st;
	if (n > RECORD_MAX)
		return err_set(err, ST_INTERNAL,
			       _("a record of %zu bytes (allowed: %zu)"), n,
			       RECORD_MAX);
	return S_change(w, err, [&] {
		w->db.set_metadata(key, n ? std::string(value, n) : std::string());
		return ST_OK;
	});
}

uint32_t writer_count(const struct writer *w)
{
	return w->count;
}

/* What stands beside Xapian's files as it will be, beside what was. */
static enum status S_fresh(struct writer *w, const std::string &positions,
			   const std::string &records, struct err *err)
{
	std::string base = writer_beside(w->dir, POSITIONS_FILE);
	enum status st;

	for (const std::string &fresh : {positions, records})
		if (unlink(fresh.c_str()) != 0 && errno != ENOENT)
			return err_errno(err, ST_IO, _("cannot write %s"),
					 fresh.c_str());
	st = positions_gather_finish(w->positions, w->before ? base.c_str() : NULL,
				     positions.c_str(), w->synced, err);
	return st ? st
		  : stored_gather_finish(w->records, records.c_str(), w->synced, err);
}

enum status writer_commit(struct writer *w, struct err *err)
{
	enum status st = S_ready(w, err);

	if (st)
		return st;
	return S_change(w, err, [&] {
		std::string positions = writer_beside(w->dir, POSITIONS_FILE),
			    records = writer_beside(w->dir, STORED_FILE);
		enum status done =
			S_fresh(w, positions + ".new", records + ".new", err);
		uint32_t have;

		if (done)
			return done;
		w->db.commit_transaction();
		w->committed = true;
		/* Between these a kill leaves files that do not belong
		 * together; the store finds that out and starts anew. */
		for (const std::string &name : {positions, records})
			if (rename((name + ".new").c_str(), name.c_str()) != 0)
				return err_errno(err, ST_IO, _("cannot write %s"),
						 name.c_str());
		/* Xapian renames its version file and never syncs the folder:
		 * two commits later an older version file that came back with
		 * the power would point at blocks written over. */
		done = w->synced ? file_sync_dir(w->dir.c_str(), err) : ST_OK;
		if (done)
			return done;
		have = w->db.get_doccount();
		if (have != w->count)
			return err_set(err, ST_INTERNAL,
				       _("the index holds %lu records instead of %lu"),
				       (unsigned long)have, (unsigned long)w->count);
		return ST_OK;
	});
}

void writer_close(struct writer *w)
{
	if (w)
		S_discard(w);
}
