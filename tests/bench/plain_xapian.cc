/*
 * plain_xapian - Xapian as a careful user would write it from its manual:
 * TermGenerator and QueryParser with the Spanish stemmer, facet values in
 * value slots counted by three ValueCountMatchSpy, the ten best, the exact
 * total, sideways counts.
 *
 *   plain_xapian build DB                    < records
 *   plain_xapian query DB QUERIES PASSES [snippets]    > one line an answer:
 *       pass, query, class, wall us, cpu us, total, facet values, their sum
 *
 * A facet of several values a ficha keeps the set in its slot, values joined
 * by tabs; sets are few and are taken apart after counting.  A facet that is
 * filtered needs a match of its own without that filter, for its counts.
 */
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <string>

#include <xapian.h>

#include "bench.h"

static const char *const facet_prefix[BENCH_FACETS] = {"XM", "XS", "XP"};

static std::string S_joined(const char *const *v, unsigned n)
{
	std::string s;
	for (unsigned i = 0; i < n; i++)
		s += (i ? "\t" : "") + std::string(v[i]);
	return s;
}

static bool snippets; /* a passage a hit too */

/* A boolean term; long names are far from Xapian's limit. */
static std::string S_term(int facet, const std::string &value)
{
	return facet_prefix[facet] + (":" + value);
}

static void S_build(const char *path)
{
	Xapian::WritableDatabase db(path, Xapian::DB_CREATE_OR_OVERWRITE);
	Xapian::TermGenerator generator;
	generator.set_stemmer(Xapian::Stem("es"));
	bench_record r;
	while (record_next(&r, stdin)) {
		Xapian::Document doc;
		generator.set_document(doc);
		generator.set_termpos(0);
		/* Lessons once for a search of their own, everything once for
		 * the search of all. */
		generator.index_text(r.text[P_LESSONS], 1, "XL");
		for (unsigned i = 0; i < PARTS; i++) {
			generator.increase_termpos();
			generator.index_text(r.text[i]);
		}
		doc.add_boolean_term(S_term(BY_MUNICIPALITY, r.municipality));
		for (unsigned i = 0; i < r.n_sello; i++)
			doc.add_boolean_term(S_term(BY_SELLO, r.sello[i]));
		for (unsigned i = 0; i < r.n_groups; i++)
			doc.add_boolean_term(S_term(BY_POPULATION, r.group[i]));
		doc.add_value(BY_MUNICIPALITY, r.municipality);
		doc.add_value(BY_SELLO, S_joined(r.sello, r.n_sello));
		doc.add_value(BY_POPULATION, S_joined(r.group, r.n_groups));
		std::string id = "Q" + std::string(r.id), data;
		for (unsigned i = 0; i < PARTS; i++)
			data += std::string(part_name[i]) + "=" + r.text[i] + "\n";
		doc.set_data(data);
		doc.add_boolean_term(id);
		db.add_document(doc);
		record_done(&r);
	}
	db.commit();
}

struct answer {
	Xapian::doccount total = 0;
	std::map<std::string, Xapian::doccount> count[BENCH_FACETS];
	std::string hits;
};

static Xapian::Query S_text(const Xapian::QueryParser &parser, const bench_query &q)
{
	std::string s;
	for (unsigned i = 0; i < q.n_words; i++) {
		if (i)
			s += q.kind == KIND_ANY ? " OR " : " ";
		if (q.lessons)
			s += "lessons:";
		s += q.word[i];
	}
	if (q.kind == KIND_PHRASE)
		s = "\"" + s + "\"";
	if (q.kind == KIND_PREFIX)
		s += "*";
	Xapian::QueryParser p(parser);
	return p.parse_query(s, Xapian::QueryParser::FLAG_PHRASE |
					Xapian::QueryParser::FLAG_BOOLEAN |
					Xapian::QueryParser::FLAG_WILDCARD);
}

static Xapian::Query S_filtered(Xapian::Query text, const bench_query &q, int but)
{
	for (int f = 0; f < BENCH_FACETS; f++) {
		if (f == but || !q.n_values[f])
			continue;
		Xapian::Query any;
		for (unsigned i = 0; i < q.n_values[f]; i++)
			any = any | Xapian::Query(S_term(f, q.value[f][i]));
		text = Xapian::Query(Xapian::Query::OP_FILTER, text, any);
	}
	return text;
}

static void S_count(answer &a, int facet, const Xapian::ValueCountMatchSpy &spy)
{
	for (auto i = spy.values_begin(); i != spy.values_end(); ++i) {
		const std::string &set = *i;
		for (size_t at = 0; at < set.size();) {
			size_t end = set.find('\t', at);
			if (end == std::string::npos)
				end = set.size();
			a.count[facet][set.substr(at, end - at)] += i.get_termfreq();
			at = end + 1;
		}
	}
}

static void S_similar(answer &a, const Xapian::Database &db, const bench_query &q)
{
	Xapian::PostingIterator p = db.postlist_begin("Q" + std::string(q.word[0]));
	if (p == db.postlist_end("Q" + std::string(q.word[0])))
		return;
	Xapian::RSet like;
	like.add_document(*p);
	Xapian::Enquire enquire(db);
	Xapian::ESet terms = enquire.get_eset(40, like);
	enquire.set_query(Xapian::Query(Xapian::Query::OP_ELITE_SET, terms.begin(),
					terms.end(), 10));
	Xapian::MSet found = enquire.get_mset(0, 11);
	for (auto i = found.begin(); i != found.end(); ++i)
		a.hits += i.get_document().get_data().substr(0, 80);
	a.total = found.size();
}

static void S_answer(answer &a, const Xapian::Database &db,
		     const Xapian::QueryParser &parser, const bench_query &q)
{
	if (q.kind == KIND_SIMILAR) {
		S_similar(a, db, q);
		return;
	}
	Xapian::Query text =
		q.kind == KIND_NONE ? Xapian::Query::MatchAll : S_text(parser, q);
	Xapian::Enquire enquire(db);
	if (q.kind == KIND_NONE)
		enquire.set_weighting_scheme(Xapian::BoolWeight());
	Xapian::ValueCountMatchSpy spy[BENCH_FACETS] = {
		Xapian::ValueCountMatchSpy(BY_MUNICIPALITY),
		Xapian::ValueCountMatchSpy(BY_SELLO),
		Xapian::ValueCountMatchSpy(BY_POPULATION)};
	for (int f = 0; f < BENCH_FACETS; f++) {
		if (!q.n_values[f])
			enquire.add_matchspy(&spy[f]);
	}
	enquire.set_query(S_filtered(text, q, -1));
	Xapian::MSet found = enquire.get_mset(0, 10, db.get_doccount());
	a.total = found.get_matches_lower_bound();
	static const Xapian::Stem spanish("es");
	for (auto i = found.begin(); i != found.end(); ++i) {
		std::string data = i.get_document().get_data();
		a.hits += data.substr(0, 80);
		if (snippets)
			a.hits += found.snippet(data, 250, spanish);
	}
	for (int f = 0; f < BENCH_FACETS; f++) {
		if (!q.n_values[f])
			continue;
		Xapian::Enquire without(db);
		without.set_weighting_scheme(Xapian::BoolWeight());
		without.add_matchspy(&spy[f]);
		without.set_query(S_filtered(text, q, f));
		without.get_mset(0, 0, db.get_doccount());
	}
	for (int f = 0; f < BENCH_FACETS; f++)
		S_count(a, f, spy[f]);
}

static void S_query(const char *path, const char *queries, int passes)
{
	Xapian::Database db(path);
	Xapian::QueryParser parser;
	parser.set_database(db);
	parser.set_stemmer(Xapian::Stem("es"));
	parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
	parser.set_default_op(Xapian::Query::OP_AND);
	parser.add_prefix("lessons", "XL");
	size_t n;
	bench_query *q = queries_read(queries, &n);
	for (int pass = 0; pass <= passes; pass++) { /* the first one warms up */
		for (size_t i = 0; i < n; i++) {
			answer a;
			double wall = now_wall(), cpu = now_cpu();
			S_answer(a, db, parser, q[i]);
			cpu = now_cpu() - cpu;
			wall = now_wall() - wall;
			size_t values = 0, sum = 0;
			for (const auto &count : a.count) {
				values += count.size();
				for (const auto &value : count)
					sum += value.second;
			}
			if (pass || !passes)
				printf("%d\t%zu\t%s\t%.1f\t%.1f\t%u\t%zu\t%zu\n", pass,
				       i, q[i].class_, wall, cpu, a.total, values, sum);
		}
	}
	queries_free(q, n);
}

int main(int argc, char **argv)
{
	std::string command = argc > 2 ? argv[1] : "";
	try {
		if (command == "build")
			S_build(argv[2]);
		else if (command == "query" && (argc == 5 || argc == 6)) {
			snippets = argc == 6;
			S_query(argv[2], argv[3], std::atoi(argv[4]));
		} else {
			return 2;
		}
	} catch (const Xapian::Error &e) {
		std::cerr << "plain_xapian: " << e.get_description() << '\n';
		return 1;
	}
	return 0;
}
