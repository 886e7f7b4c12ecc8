/*
 * xapian_rank - Xapian as its manual's first pages use it, for comparison:
 * TermGenerator, QueryParser, the Spanish stemmer, STEM_SOME, BM25.
 *
 *   xapian_rank index DB        < id TAB title TAB text
 *   xapian_rank query DB DEPTH  < key TAB query     > key TAB id id id ...
 */
#include <cstdlib>
#include <iostream>
#include <string>

#include <xapian.h>

static void S_index(const char *path)
{
	Xapian::WritableDatabase db(path, Xapian::DB_CREATE_OR_OVERWRITE);
	Xapian::TermGenerator generator;
	generator.set_stemmer(Xapian::Stem("es"));
	std::string line;
	while (std::getline(std::cin, line)) {
		size_t a = line.find('\t'), b = line.find('\t', a + 1);
		if (a == std::string::npos || b == std::string::npos)
			continue;
		Xapian::Document doc;
		generator.set_document(doc);
		generator.set_termpos(0);
		generator.index_text(line.substr(a + 1, b - a - 1));
		generator.increase_termpos();
		generator.index_text(line.substr(b + 1));
		doc.set_data(line.substr(0, a));
		db.add_document(doc);
	}
	db.commit();
}

static void S_query(const char *path, unsigned depth)
{
	Xapian::Database db(path);
	Xapian::QueryParser parser;
	parser.set_database(db);
	parser.set_stemmer(Xapian::Stem("es"));
	parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
	Xapian::Enquire enquire(db);
	std::string line;
	while (std::getline(std::cin, line)) {
		size_t a = line.find('\t');
		if (a == std::string::npos)
			continue;
		std::string text = line.substr(a + 1);
		Xapian::Query query;
		try {
			query = parser.parse_query(text);
		} catch (const Xapian::QueryParserError &) {
			query = parser.parse_query(text, 0);
		}
		enquire.set_query(query);
		std::cout << line.substr(0, a) << '\t';
		Xapian::MSet found = enquire.get_mset(0, depth);
		for (auto i = found.begin(); i != found.end(); ++i)
			std::cout << i.get_document().get_data() << ' ';
		std::cout << '\n';
	}
}

int main(int argc, char **argv)
{
	std::string command = argc > 2 ? argv[1] : "";
	try {
		if (command == "index")
			S_index(argv[2]);
		else if (command == "query" && argc > 3)
			S_query(argv[2], static_cast<unsigned>(std::atoi(argv[3])));
		else
			return 2;
	} catch (const Xapian::Error &e) {
		std::cerr << e.get_description() << '\n';
		return 1;
	}
	return 0;
}
