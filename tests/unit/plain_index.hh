#ifndef PLAIN_INDEX_HH
#define PLAIN_INDEX_HH
/*
 * plain_index - the fichas of an index once more, in the order of the documents, as
 * plain Xapian databases: every term that terms.h makes of each field with its wdf
 * and its positions, facets and sort keys in value slots, nothing beside.  It is made
 * of what `fichas-indexer export` writes, so document d is the d-th ficha of the
 * export.
 *
 * There are two databases, because a document's length is that of the terms of all
 * fields (SA.., XA.., T..; writer.cc tells) and Xapian takes all terms for it:
 *
 *   all     every term; those of single fields (S<field>, X<field>) with positions
 *           but without wdf: what matches, and what the terms of all fields weigh
 *   fields  those of single fields with their wdf, and one more term that makes up
 *           the length: what they weigh
 *
 * Beside them every word of every text as text.h cuts it, for marks and nearness.
 */
#include "../../lib/xap.hh"

#include <cstring>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

/* A function of C may have the name of a struct. */
#pragma GCC diagnostic ignored "-Wshadow"
#include "expressions.h"
#include "indexed.h"
#include "record.h"

/* Every status that is no success ends the test. */
static inline void plain_check(enum status st, const struct err &err)
{
	if (st)
		throw std::runtime_error(err.text);
}

struct plain_word {
	const std::string *surface, *folded, *stem; /* stem NULL: has none */
	size_t start, end;			    /* bytes of the text */
	unsigned position;
};

struct plain_ficha {
	std::string id;
	std::string text[F_COUNT]; /* "": it has none */
	std::vector<plain_word> words[F_COUNT];
	std::set<std::string> facet[FACET_COUNT]; /* slugs */
};

/* Value slots: facet f in slot f, its values joined by tabs. */
enum { PLAIN_TITLE = FACET_COUNT, PLAIN_MUNICIPALITY, PLAIN_DATE };

static inline bool plain_of_all(const std::string &term)
{
	return term[0] == 'T' || term[1] == FIELD_ANY_LETTER;
}

/* Whether each of the places from k on can take one of its positions that no other
 * has, all of them in a window. */
static inline bool plain_places(const std::vector<std::vector<Xapian::termpos>> &v,
				size_t k, std::vector<Xapian::termpos> &taken,
				unsigned window)
{
	if (k == v.size())
		return true;
	for (Xapian::termpos p : v[k]) {
		bool fits = true;

		for (Xapian::termpos t : taken)
			fits = fits && t != p && (t > p ? t - p : p - t) < window;
		if (!fits)
			continue;
		taken.push_back(p);
		if (plain_places(v, k + 1, taken, window))
			return true;
		taken.pop_back();
	}
	return false;
}

class plain_index
{
      public:
	Xapian::WritableDatabase all, fields;
	std::vector<plain_ficha> ficha; /* by document; [0] is none */
	struct analyzer *analyzer = NULL;
	struct stemmer *stemmer = NULL;
	struct lexicon *lexicon = NULL;

	/* dir: a folder to be made */
	plain_index(const std::string &dir, const std::string &exported);
	~plain_index();
	plain_index(const plain_index &) = delete;
	plain_index &operator=(const plain_index &) = delete;

	Xapian::docid last() const
	{
		return (Xapian::docid)ficha.size() - 1;
	}
	/* Where the term has its wdf. */
	const Xapian::Database &weighing(const std::string &term) const
	{
		return plain_of_all(term) ? all : fields;
	}

      private:
	struct postings postings;
	std::set<std::string> names; /* words and stems, each once */

	void add(const struct ficha &f);
	void add_words(plain_ficha &to, enum field field);
	std::string key(const char *text);
};

inline plain_index::plain_index(const std::string &dir, const std::string &exported)
    : all(dir + "-all", Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_BACKEND_GLASS),
      fields(dir + "-fields", Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_BACKEND_GLASS)
{
	std::ifstream in(exported);
	std::string line;
	struct err err = {};

	postings_init(&postings);
	ficha.emplace_back();
	plain_check(analyzer_open(&analyzer, &err), err);
	plain_check(stemmer_open(&stemmer, &err), err);
	plain_check(lexicon_load(&lexicon, analyzer, "corpus/tables", NULL, &err), err);
	plain_check(expressions_open(&postings.expressions, lexicon, analyzer, stemmer,
				     &err),
		    err);
	while (std::getline(in, line)) {
		struct ficha f;

		ficha_init(&f);
		plain_check(record_read(&f, NULL, line.data(), line.size(), &err), err);
		add(f);
		ficha_release(&f);
	}
	all.commit();
	fields.commit();
}

inline plain_index::~plain_index()
{
	expressions_close(postings.expressions);
	postings_release(&postings);
	lexicon_close(lexicon);
	stemmer_close(stemmer);
	analyzer_close(analyzer);
}

inline std::string plain_index::key(const char *text)
{
	struct buf b;
	struct err err = {};

	buf_init(&b, 0);
	plain_check(text_sort_key(&b, analyzer, text, strlen(text), TERM_MAX, &err),
		    err);
	std::string out(b.data ? b.data : "", b.len);
	buf_release(&b);
	return out;
}

static inline enum status plain_facet(void *ctx, enum facet facet, const char *slug,
				      const char *, struct err *)
{
	static_cast<plain_ficha *>(ctx)->facet[facet].insert(slug);
	return ST_OK;
}

inline void plain_index::add_words(plain_ficha &to, enum field field)
{
	const std::string &text = to.text[field];
	struct tokens tokens;
	struct err err = {};

	tokens_init(&tokens);
	plain_check(text_tokenize(&tokens, analyzer, text.data(), text.size(), &err),
		    err);
	for (size_t i = 0; i < tokens.n; i++) {
		const struct token &t = tokens.v[i];
		plain_word w = {};
		char stem[STEM_MAX];
		size_t n;

		w.surface = &*names.emplace(t.surface, t.surface_n).first;
		w.folded = &*names.emplace(t.folded, t.folded_n).first;
		if (!t.exact_only) {
			plain_check(stem_word(stem, &n, stemmer, t.surface, t.surface_n,
					      &err),
				    err);
			w.stem = &*names.emplace(stem, n).first;
		}
		w.start = t.start;
		w.end = t.end;
		w.position = t.position;
		to.words[field].push_back(w);
	}
	tokens_release(&tokens);
}

inline void plain_index::add(const struct ficha &f)
{
	Xapian::Document a, b;
	Xapian::termcount length = 0, of_fields = 0;
	struct buf scratch;
	struct err err = {};
	char date[16];

	ficha.emplace_back();
	plain_ficha &to = ficha.back();
	to.id = f.id;
	buf_init(&scratch, 0);
	for (int i = 0; i < F_COUNT; i++) {
		const char *text;
		size_t n;

		plain_check(indexed_text(&text, &n, &scratch, &f, (enum field)i,
					 lexicon, &err),
			    err);
		if (text)
			to.text[i].assign(text, n);
		add_words(to, (enum field)i);
	}
	buf_release(&scratch);
	plain_check(indexed_facets(&f, lexicon, analyzer, plain_facet, &to, &err), err);
	plain_check(indexed_postings(&postings, &f, lexicon, analyzer, stemmer, &err),
		    err);
	for (size_t i = 0; i < postings.n; i++) {
		const struct posting &p = postings.v[i];
		bool counts = plain_of_all(p.term);
		Xapian::termcount wdf = counts ? p.wdf : 0;

		(counts ? length : of_fields) += p.wdf;
		if (p.position)
			a.add_posting(p.term, p.position, wdf);
		else
			a.add_term(p.term, wdf);
		if (!counts && p.wdf)
			b.add_term(p.term, p.wdf);
	}
	b.add_term("L", length - of_fields);
	for (int i = 0; i < FACET_COUNT; i++) {
		std::string joined;

		for (const std::string &slug : to.facet[i])
			joined += (joined.empty() ? "" : "\t") + slug;
		a.add_value((Xapian::valueno)i, joined);
	}
	a.add_value(PLAIN_TITLE, key(f.text[F_TITLE]));
	a.add_value(PLAIN_MUNICIPALITY,
		    key(f.municipalities.n ? f.municipalities.v[0] : ""));
	snprintf(date, sizeof date, "%08lu", indexed_date(f.date_start));
	a.add_value(PLAIN_DATE, date);
	all.add_document(a);
	fields.add_document(b);
}

#endif
