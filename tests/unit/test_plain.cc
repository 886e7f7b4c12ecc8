// Whole answers beside Xapian alone (plain_answer.hh): totals, facets, hits, scores,
// marks and passages of random requests over random corpora.
//
//   TIMES=25         25 times as many corpora, and so requests: 100,000
//   FICHAS_SEED=n    corpus k of a run is made by the seed n + k
//   FICHAS_ROUNDS=n  requests of each corpus
#include "plain_answer.hh"

#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>

extern "C" {
#include <cmocka.h> /* behind the streams of C++, which have a fail, too */

#include "../../searcher/search.h"
}

#define CORPORA	 2
#define REQUESTS 2000 /* of each */

struct tally {
	unsigned asked, refused, found, hits, undecided, alone, differences;
};

static int S_requests(void)
{
	const char *rounds = getenv("FICHAS_ROUNDS");

	return rounds && atoi(rounds) > 0 ? atoi(rounds) : REQUESTS;
}

static void S_tell(const struct tally &t, unsigned long long first,
		   unsigned long long last)
{
	printf("# %u requests of seeds %llu to %llu: %u refused, %u with answers, %u "
	       "hits; %u rankings by Xapian in one piece; %u undecided, %u differ\n",
	       t.asked, first, last, t.refused, t.found, t.hits, t.alone, t.undecided,
	       t.differences);
	fflush(stdout);
}

/* A corpus, and what is asked of it. */
static void S_corpus(struct tally &t, unsigned long long seed)
{
	std::string name = "corpus" + std::to_string(seed);
	struct engine *fast = NULL, *whole = NULL;
	std::map<std::string, Xapian::docid> by_id;
	std::vector<Xapian::docid> number;
	struct err err = {};

	scratch_seed = seed * 2 + 1;
	for (int i = 0; i < 8; i++)
		scratch_below(2);

	plain_corpus corpus(name.c_str());
	plain_index x(scratch_path((name + "/plain").c_str()), corpus.exported);
	plain_match m(x, number);
	plain_requests requests(x);

	plain_check(engine_open(&fast, corpus.index.c_str(), &err), err);
	plain_check(engine_open(&whole, corpus.index.c_str(), &err), err);
	plain_check(engine_need(fast, ENGINE_READER, &err), err);
	plain_check(engine_need(whole, ENGINE_ALL, &err), err);
	if (plain_below(3)) /* these corpora are one window, else */
		reader_window(fast->reader, 64 * (1 + plain_below(12)));
	if (reader_count(fast->reader) != x.last())
		throw std::runtime_error("the export has other fichas than the index");
	number.resize(reader_last(fast->reader) + 1);
	for (Xapian::docid d = 1; d <= x.last(); d++) {
		uint32_t real;

		plain_check(
			reader_find(&real, fast->reader, x.ficha[d].id.c_str(), &err),
			err);
		by_id[x.ficha[d].id] = d;
		number.at(real) = d;
	}
	for (int i = 0; i < S_requests(); i++) {
		plain_request q;
		struct answer *a;

		requests.make(q);
		enum status st =
			(q.r.command == CMD_FACETS ? search_count
						   : search_run)(&a, fast, &q.r, &err);
		t.asked++;
		if (st == ST_USAGE) {
			t.refused++;
			continue;
		}
		plain_check(st, err);
		plain_answer plain(x, m, by_id, whole, q, a);
		std::string why = plain.differs(), ran = plain.ran();
		t.found += a->total > 0;
		t.hits += (unsigned)(a->n_hits + a->n_related);
		t.undecided += plain.undecided;
		t.alone += plain.alone;
		answer_close(a);
		if (!why.empty() && ++t.differences <= 5)
			fprintf(stderr, "FICHAS_SEED=%llu, request %d:%s\n  %s\n  %s\n",
				seed, i, q.shown.c_str(), ran.c_str(), why.c_str());
	}
	engine_close(fast);
	engine_close(whole);
	scratch_remove(scratch_path(name.c_str()));
}

static void test_answers_are_those_of_xapian_alone(void **)
{
	struct tally t = {};
	std::string failure;
	unsigned long long seed;
	int n = CORPORA * scratch_times();

	scratch_random("plain");
	seed = (scratch_seed - 1) / 2;
	try {
		for (int i = 0; i < n; i++) {
			S_corpus(t, seed + (unsigned)i);
			if (i + 1 == n || i % 5 == 4)
				S_tell(t, seed, seed + (unsigned)i);
		}
	} catch (const Xapian::Error &e) {
		failure = e.get_description();
	} catch (const std::exception &e) {
		failure = e.what();
	}
	if (!failure.empty())
		fail_msg("%s", failure.c_str());
	assert_int_equal(t.differences, 0);
	assert_true(t.refused * 10 < t.asked && t.found * 2 > t.asked);
	assert_true(t.undecided * 100 < t.asked && t.alone * 20 > t.asked);
}

int main()
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_are_those_of_xapian_alone),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
