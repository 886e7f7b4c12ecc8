#ifndef PLAIN_REQUESTS_HH
#define PLAIN_REQUESTS_HH
/*
 * plain_requests - random requests over a plain_index, as people and scripts make
 * them: words of its texts as printed, without accents, in capitals, misspelt, with
 * stop words, synonyms and names of places between; phrases, NEAR, prefixes, fields;
 * AND, OR, NOT, signs and brackets; filters, pages and orders of every kind.
 */
#include "plain_index.hh"

#include "plain_corpus.hh"

extern "C" {
#include "../../searcher/request.h"
}

struct plain_request {
	struct request r;
	std::set<std::string> chosen[FACET_COUNT]; /* what the filters mean */
	std::string shown;			   /* for a person */

	plain_request()
	{
		request_init(&r, CMD_SEARCH);
	}
	~plain_request()
	{
		request_release(&r);
	}
	plain_request(const plain_request &) = delete;
	plain_request &operator=(const plain_request &) = delete;
};

class plain_requests
{
	const plain_index &x;
	std::vector<std::string> keys; /* of the thesaurus */

      public:
	explicit plain_requests(const plain_index &x_) : x(x_)
	{
		size_t n;
		const struct synonym *s = lexicon_synonyms(x.lexicon, &n);

		for (size_t i = 0; i < n; i++)
			keys.push_back(s[i].key);
	}
	void make(plain_request &out);

      private:
	std::string printed(const std::string &text, const plain_word &w)
	{
		return text.substr(w.start, w.end - w.start);
	}
	std::string stretch(unsigned words);
	std::string word();
	std::string typed();
	std::string leaf();
	std::string tree(unsigned depth);
	std::string query();
	std::string value(plain_request &out, enum facet facet);
	void filters(plain_request &out);
};

/* Some words of a text, side by side, as they are printed. */
inline std::string plain_requests::stretch(unsigned words)
{
	for (;;) {
		const plain_ficha &f = x.ficha[1 + plain_below(x.last())];
		int i = (int)plain_below(F_COUNT);
		const std::vector<plain_word> &w = f.words[i];

		if (w.size() < words + 4)
			continue;
		size_t a = plain_below((uint32_t)(w.size() - words)), b = a;

		while (b < w.size() && w[b].position < w[a].position + words - 1)
			b++;
		if (b < w.size() && w[b].end > w[a].start)
			return f.text[i].substr(w[a].start, w[b].end - w[a].start);
	}
}

/* One word without blanks or signs of the query language. */
inline std::string plain_requests::word()
{
	for (unsigned tries = 0;; tries++) {
		std::string w = stretch(1);

		if (w.find_first_of(" \n\"()*~:") == std::string::npos &&
		    (w.size() > 3 || tries > plain_below(4)))
			return w;
	}
}

inline std::string plain_requests::typed()
{
	std::string w = word();
	struct buf folded;
	struct err err = {};

	switch (plain_below(12)) {
	case 0:
		for (char &c : w)
			c = (char)toupper(c);
		return w;
	case 1:
		return w + "s";
	case 2: /* without accents */
	case 3: /* misspelt */
		buf_init(&folded, 0);
		plain_check(text_fold(&folded, x.analyzer, w.data(), w.size(),
				      plain_below(2), &err),
			    err);
		w.assign(folded.data, folded.len);
		buf_release(&folded);
		if (plain_below(2) && w.size() > 4) {
			size_t at = 1 + plain_below((uint32_t)w.size() - 2);

			if ((w[at] | w[at + 1] | w[at - 1]) & 0x80)
				return w;
			switch (plain_below(4)) {
			case 0:
				w.erase(at, 1);
				break;
			case 1:
				std::swap(w[at], w[at + 1]);
				break;
			case 2:
				w.insert(at, 1, w[at]);
				break;
			default:
				w[at] = (char)('a' + plain_below(26));
			}
		}
		return w;
	case 4: /* a synonym or acronym */
		return plain_one(keys);
	case 5: {
		static const std::vector<std::string> often = {
			"de",	     "la",	  "en",
			"y",	     "o",	  "con",
			"migrantes", "comunidad", "municipalidad",
			"fichas",    "proyecto",  "año",
			"nna",	     "no"};
		return plain_one(often);
	}
	default:
		return w;
	}
}

inline std::string plain_requests::leaf()
{
	static const std::vector<std::string> fields = {
		"titulo:",	 "municipio:", "descripcion:",
		"aprendizajes:", "poblacion:", "unidades:",
		"title:",	 "lessons:",   "innovacion:"};
	std::string before = plain_below(8) == 0 ? plain_one(fields) : "", w;

	switch (plain_below(16)) {
	case 0:
	case 1:
		w = '"' + stretch(2 + plain_below(3)) + '"';
		break;
	case 2:
		w = '"' + word() + " " + word() + "\"~" +
		    std::to_string(plain_below(9));
		break;
	case 3: /* words that are near one another somewhere */
		w = stretch(2 + plain_below(4));
		if (w.find_first_of("\"\n") != std::string::npos)
			return word();
		w = '"' + w.substr(w.find(' ') + 1) + " " + w.substr(0, w.find(' ')) +
		    "\"~" + std::to_string(1 + plain_below(6));
		break;
	case 4:
		w = word();
		w = w.substr(0, 2 + plain_below(4)) + "*";
		break;
	case 5:
		w = word() + "~" + (plain_below(2) ? "1" : "");
		break;
	case 6: {
		enum facet f = (enum facet)plain_below(FACET_COUNT);
		const plain_ficha &one = x.ficha[1 + plain_below(x.last())];

		if (!one.facet[f].empty())
			return std::string(facet_table[f].query_es) + ":" +
			       *one.facet[f].begin();
		w = word();
		break;
	}
	default:
		w = typed();
	}
	return before + w;
}

inline std::string plain_requests::tree(unsigned depth)
{
	if (depth == 0 || plain_below(3) == 0)
		return leaf();
	std::string a = tree(depth - 1), b = tree(depth - 1);

	switch (plain_below(8)) {
	case 0:
		return "(" + a + ") AND (" + b + ")";
	case 1:
		return "(" + a + ") OR (" + b + ")";
	case 2:
		return "(" + a + ") NOT (" + b + ")";
	case 3:
		return a + " -" + leaf();
	case 4:
		return a + " +" + leaf();
	case 5:
		return "(" + a + ") o " + b;
	default:
		return a + " " + b;
	}
}

inline std::string plain_requests::query()
{
	switch (plain_below(10)) {
	case 0:
		return plain_below(2) ? "" : typed();
	case 1:
	case 2: /* as they stand side by side */
		return stretch(2 + plain_below(4));
	case 3:
	case 4:
	case 5:
	case 6: {
		std::string q = typed();

		for (unsigned n = plain_below(4); n > 0; n--)
			q += " " + typed();
		return q;
	}
	default:
		return tree(3);
	}
}

/* A value of the facet, as typed. */
inline std::string plain_requests::value(plain_request &out, enum facet facet)
{
	size_t n;
	const struct commune *all = lexicon_communes(x.lexicon, &n);
	std::string slug;

	if (facet == FACET_MUNICIPALITY && plain_below(8) == 0) { /* perhaps of none */
		const struct commune &c = all[plain_below((uint32_t)n)];

		out.chosen[facet].insert(c.slug);
		return plain_below(2) ? c.name : c.slug;
	}
	if (facet == FACET_YEAR && plain_below(3) == 0) {
		unsigned from = 2015 + plain_below(8), to = from + plain_below(4);

		for (Xapian::docid d = 1; d <= x.last(); d++)
			for (const std::string &y : x.ficha[d].facet[facet])
				if (std::stoul(y) >= from && std::stoul(y) <= to)
					out.chosen[facet].insert(y);
		return std::to_string(from) + ".." + std::to_string(to);
	}
	for (int tries = 0; slug.empty() && tries < 100; tries++) {
		const plain_ficha &f = x.ficha[1 + plain_below(x.last())];

		if (!f.facet[facet].empty())
			slug = *f.facet[facet].begin();
	}
	if (!slug.empty())
		out.chosen[facet].insert(slug);
	return slug;
}

inline void plain_requests::filters(plain_request &out)
{
	for (unsigned n = plain_below(3) ? 1 : 1 + plain_below(3); n > 0; n--) {
		enum facet facet = (enum facet)plain_below(FACET_COUNT);

		for (unsigned k = 1 + plain_below(3); k > 0; k--) {
			std::string v = value(out, facet);

			if (!v.empty() && !strs_add(&out.r.filter[facet], v.c_str()))
				throw std::bad_alloc();
			out.shown +=
				" --" + std::string(facet_table[facet].name) + "=" + v;
		}
	}
}

inline void plain_requests::make(plain_request &out)
{
	static const size_t limits[] = {0, 1, 3, 10, 10, 10, 10, 10, 25, 60, LIMIT_ALL};
	static const enum field alone[] = {F_TITLE,	  F_UNITS,   F_POPULATION,
					   F_DESCRIPTION, F_LESSONS, F_INNOVATION};
	static const enum command commands[] = {CMD_SEARCH, CMD_LESSONS, CMD_FACETS};
	struct request &r = out.r;
	std::string q = query();

	request_init(&r, commands[plain_below(10) ? 0 : 1 + plain_below(2)]);
	r.format = plain_below(10) ? FORMAT_JSON : FORMAT_IDS;
	r.timeout = 600;
	if (!str_set(&r.query, q.data(), q.size()))
		throw std::bad_alloc();
	r.query_n = q.size();
	if (plain_below(5) < 2)
		filters(out);
	if (r.command != CMD_LESSONS)
		for (unsigned n = plain_below(8) ? 0 : 1 + plain_below(2); n > 0; n--)
			r.in |= 1u << alone[plain_below(6)];
	r.match = (enum match_mode)(plain_below(5) < 3 ? 0 : plain_below(3));
	r.sort = (enum sort_order)(plain_below(5) < 4 ? 0 : plain_below(4));
	r.limit = limits[plain_below(sizeof limits / sizeof *limits)];
	r.offset = plain_below(4) ? 0 : plain_below(plain_below(2) ? 40 : 400);
	for (int i = 0; i < FACET_COUNT; i++)
		r.want[i] = plain_below(3) > 0;
	r.facet_limit = plain_below(4) ? 0 : 1 + plain_below(6);
	r.facet_by_name = plain_below(5) == 0;
	r.exact = plain_below(16) == 0;
	r.no_synonyms = plain_below(6) == 0;
	r.no_typos = plain_below(6) == 0;
	out.shown += " --match=" + std::to_string(r.match) +
		     " --sort=" + std::to_string(r.sort) +
		     " --limit=" + std::to_string(r.limit) +
		     " --offset=" + std::to_string(r.offset) +
		     " --in=" + std::to_string(r.in) + (r.exact ? " --exact" : "") +
		     (r.no_synonyms ? " --no-synonyms" : "") +
		     (r.no_typos ? " --no-typos" : "") + " '" + q + "'";
}

#endif
