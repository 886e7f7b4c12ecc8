#ifndef PLAIN_CORPUS_HH
#define PLAIN_CORPUS_HH
/*
 * plain_corpus - random fichas whose words are those of real ones (tests/truth) and of
 * the benchmark's generator, indexed by the indexer itself, and what it exports.
 *
 * Words, facet values and whole fichas repeat, so that there are ties; sentences may
 * be endless.  A second build changes what a first one made, so that the numbers of
 * documents have gaps and are not in the order of the documents.
 */
#include "plain_index.hh"

#include <sys/wait.h>

#include "scratch.h"

static inline uint32_t plain_below(uint32_t n)
{
	return n ? scratch_below(n) : 0;
}

template <typename V> const typename V::value_type &plain_one(const V &v)
{
	return v.at(plain_below((uint32_t)v.size()));
}

/* Runs a program of the build tree, ours or a tool's, with its output to a file. */
static inline void plain_program(const std::string &name,
				 const std::vector<std::string> &arguments,
				 const std::string &output)
{
	char own[4096];
	ssize_t n = readlink("/proc/self/exe", own, sizeof own);
	std::string path(own, n > 0 ? (size_t)n : 0);
	std::vector<char *> argv;
	int how;

	path = path.substr(0, path.rfind('/')) + "/../" + name;
	argv.push_back(&path[0]);
	for (const std::string &a : arguments)
		argv.push_back(const_cast<char *>(a.c_str()));
	argv.push_back(NULL);

	pid_t child = fork();
	if (child == 0) {
		int fd = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);

		dup2(fd, 1);
		execv(argv[0], argv.data());
		_exit(127);
	}
	if (child < 0 || waitpid(child, &how, 0) != child || how != 0)
		throw std::runtime_error(path + " failed");
}

class plain_corpus
{
	struct lexicon *lexicon = NULL;
	struct analyzer *analyzer = NULL;
	std::vector<std::string> sentences[F_COUNT];
	std::vector<size_t> communes; /* of the table */

      public:
	std::string index, exported;

	/* name: of a folder in scratch_dir */
	explicit plain_corpus(const char *name);
	~plain_corpus()
	{
		lexicon_close(lexicon);
		analyzer_close(analyzer);
	}
	plain_corpus(const plain_corpus &) = delete;
	plain_corpus &operator=(const plain_corpus &) = delete;

      private:
	void read(const std::string &path);
	std::string some(enum field field, unsigned most);
	std::string body(enum field field);
	void set(struct ficha &f, enum field field, const std::string &text);
	void facets(struct ficha &f);
	std::string record(const std::string &id);
};

/* Adds the sentences of a file of records. */
inline void plain_corpus::read(const std::string &path)
{
	std::ifstream in(path);
	std::string line;
	struct err err = {};

	while (std::getline(in, line)) {
		struct ficha f;

		ficha_init(&f);
		plain_check(record_read(&f, NULL, line.data(), line.size(), &err), err);
		for (int i = 0; i < F_COUNT; i++) {
			std::string text = f.text[i] ? f.text[i] : "";

			for (size_t at = 0, end; at < text.size(); at = end) {
				end = text.find(". ", at);
				end = end == std::string::npos ? text.size() : end + 2;
				sentences[i].push_back(text.substr(at, end - at));
			}
		}
		ficha_release(&f);
	}
}

inline std::string plain_corpus::some(enum field field, unsigned most)
{
	std::string out;

	for (unsigned n = 1 + plain_below(most); n > 0; n--) {
		out += plain_one(sentences[field]);
		if (n > 1 && out.back() != ' ')
			out += ' ';
	}
	return out;
}

inline std::string plain_corpus::body(enum field field)
{
	std::string out;

	for (unsigned n = 1 + plain_below(3); n > 0; n--)
		out += some(field, 4) + (n > 1 ? "\n\n" : "");
	if (plain_below(8) == 0) /* an endless sentence */
		for (size_t at = 0; (at = out.find(". ", at)) != std::string::npos;)
			out[at] = ',';
	return out;
}

inline void plain_corpus::set(struct ficha &f, enum field field,
			      const std::string &text)
{
	if (!str_set(&f.text[field], text.data(), text.size()))
		throw std::bad_alloc();
}

inline void plain_corpus::facets(struct ficha &f)
{
	struct labels sello = lexicon_sello(lexicon), groups = lexicon_groups(lexicon),
		      status = lexicon_status(lexicon);
	size_t n_all;
	const struct commune *all = lexicon_communes(lexicon, &n_all);
	bool good = true;
	std::string date;

	for (unsigned n = plain_below(20) == 0 ? 2 : plain_below(20) > 0; n > 0; n--) {
		size_t a = plain_below((uint32_t)communes.size()),
		       b = plain_below((uint32_t)communes.size());
		const struct commune &c = all[communes[std::min(a, b)]];

		good = good && (strs_has(&f.municipalities, c.name) ||
				strs_add(&f.municipalities, c.name));
		good = good && str_set(&f.region, c.region, strlen(c.region)) &&
		       str_set(&f.region_code, c.region_code, strlen(c.region_code)) &&
		       str_set(&f.cut_code, c.cut_code, strlen(c.cut_code)) &&
		       str_set(&f.province, c.province, strlen(c.province));
	}
	for (size_t i = 0; i < sello.n; i++)
		if (plain_below(3) == 0)
			good = good && strs_add(&f.sello_lines, sello.v[i].slug);
	for (unsigned n = plain_below(4); n > 0; n--) {
		const char *slug = groups.v[plain_below((uint32_t)groups.n)].slug;

		good = good && (strs_has(&f.population_groups, slug) ||
				strs_add(&f.population_groups, slug));
	}
	for (unsigned n = plain_below(4), y = 2017 + plain_below(7); n > 0; n--, y++) {
		good = good && ints_add(&f.years, (int)y);
		date = std::to_string(y);
	}
	if (!date.empty() && plain_below(3))
		date += "-0" + std::to_string(1 + plain_below(9));
	if (date.size() == 7 && plain_below(2))
		date += "-1" + std::to_string(plain_below(10));
	good = good &&
	       (date.empty() || str_set(&f.date_start, date.data(), date.size()));
	const char *slug = status.v[plain_below((uint32_t)status.n)].slug;
	good = good && str_set(&f.status, slug, strlen(slug));
	if (!good)
		throw std::bad_alloc();
}

/* One line of JSON. */
inline std::string plain_corpus::record(const std::string &id)
{
	struct ficha f;
	struct buf line;
	struct err err = {};

	ficha_init(&f);
	if (!str_set(&f.id, id.data(), id.size()))
		throw std::bad_alloc();
	set(f, F_TITLE, plain_one(sentences[F_TITLE]));
	if (plain_below(10))
		set(f, F_UNITS, some(F_UNITS, 2));
	if (plain_below(10))
		set(f, F_POPULATION, some(F_POPULATION, 3));
	if (plain_below(3))
		set(f, F_DATES, some(F_DATES, 1));
	if (plain_below(3))
		set(f, F_FUNDING, some(F_FUNDING, 2));
	if (plain_below(3))
		set(f, F_SUSTAINABILITY, some(F_SUSTAINABILITY, 2));
	if (plain_below(10))
		set(f, F_DESCRIPTION, body(F_DESCRIPTION));
	if (plain_below(2))
		set(f, F_INNOVATION, some(F_INNOVATION, 2));
	if (plain_below(4))
		set(f, F_LESSONS, body(F_LESSONS));
	facets(f);
	buf_init(&line, 0);
	plain_check(record_write(&line, &f, RECORD_EXPORT, &err), err);
	std::string out(line.data, line.len);
	buf_release(&line);
	ficha_release(&f);
	return out;
}

inline plain_corpus::plain_corpus(const char *name)
{
	std::string dir = scratch_path(name), made = dir + "/made.jsonl";
	std::vector<std::string> records,
		options = {"build", "-q", "--tables=corpus/tables"};
	/* From a thousand on the list of a common word has more than one block. */
	unsigned n = plain_below(4) ? 40 + plain_below(plain_below(2) ? 300 : 900)
				    : 1000 + plain_below(700);
	struct err err = {};
	size_t n_communes;

	mkdir(dir.c_str(), 0755);
	index = dir + "/index";
	exported = dir + "/exported.jsonl";
	plain_check(analyzer_open(&analyzer, &err), err);
	plain_check(lexicon_load(&lexicon, analyzer, "corpus/tables", NULL, &err), err);
	lexicon_communes(lexicon, &n_communes);
	for (int i = 0; i < 30; i++)
		communes.push_back(plain_below((uint32_t)n_communes));
	plain_program("bench/generate",
		      {"records", std::to_string(5 + plain_below(60)),
		       std::to_string(plain_below(1000000)), "tests/bench/words.tsv",
		       "corpus/tables"},
		      made);
	read(made);
	for (int k = 0; k < 4; k++) /* as many as of the others */
		read("tests/truth/records.jsonl");
	options.push_back("--index=" + index);
	for (unsigned i = 0; i < n; i++) {
		std::string id = "f-" + std::to_string(i);

		if (i && plain_below(12) == 0) { /* the same once more */
			std::string again = plain_one(records);
			size_t at = again.find("\"f-"), end = again.find('"', at + 1);

			records.push_back(
				again.replace(at, end + 1 - at, "\"" + id + "\""));
		} else {
			records.push_back(record(id));
		}
	}
	for (int build = 0; build < 2; build++) {
		for (int k = 0; k < 3; k++) {
			std::string path = dir + "/part" + std::to_string(k) + ".jsonl";
			std::ofstream out(path);

			for (size_t i = (size_t)k; i < n; i += 3)
				if (build == 0 || k == 0 || plain_below(5))
					out << records[i] << '\n';
			if (build == 0)
				options.push_back(path);
		}
		plain_program("fichas-indexer", options, "/dev/null");
		/* Fewer, others, and in another order. */
		for (size_t i = 0; i < n; i++) {
			size_t j = plain_below(n / 3) * 3 + i % 3;

			if (i % 3 == 2 && j < n)
				std::swap(records[i], records[j]);
			else if (i % 3 == 1 && plain_below(10) == 0)
				records[i] = record("f-" + std::to_string(n + i));
		}
	}
	plain_program("fichas-indexer", {"export", "--index=" + index}, exported);
}

#endif
