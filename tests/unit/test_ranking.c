/* Match sets, ranking and weights of reader.h against naive.h, on random small
 * corpora that writer.h wrote. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fields.h"
#include "naive.h"
#include "reader.h"
#include "attach.h"
#include "scratch.h"
#include "writer.h"

static struct naive S_naive;
static uint32_t S_order[NAIVE_DOCS + 1];

static const char *S_term_text(unsigned t)
{
	static char text[NAIVE_TERMS + 1][8];

	snprintf(text[t], sizeof text[t], "SA%c", (char)('a' + t));
	return text[t];
}

/* The same word with positions. */
static const char *S_exact_text(unsigned t)
{
	static char text[NAIVE_TERMS + 1][8];

	snprintf(text[t], sizeof text[t], "XT%c", (char)('a' + t));
	return text[t];
}

/* Writes a random corpus (some documents deleted again) to a fresh index and
 * opens it. */
static struct reader *S_corpus(void)
{
	struct naive *n = &S_naive;
	struct err err = {0};
	struct writer *w;
	struct reader *r;
	static int serial;
	char name[32];
	const char *dir, *path;
	uint32_t deleted;
	int fd;
	struct reader_files files;

	snprintf(name, sizeof name, "db%d", ++serial);
	dir = scratch_path(name);
	snprintf(name, sizeof name, "out%d", serial);
	mkdir(scratch_path(name), 0755);
	snprintf(name, sizeof name, "out%d/file", serial);
	path = scratch_path(name);
	memset(n, 0, sizeof *n);
	n->last = 1 + scratch_below(NAIVE_DOCS);
	assert_int_equal(writer_open(&w, dir, 1, &err), ST_OK);
	for (uint32_t d = 1; d <= n->last; d++) {
		struct scratch_doc doc;
		char id[16];

		n->there[d] = true;
		n->length[d] = 1 + scratch_below(NAIVE_WORDS);
		snprintf(id, sizeof id, "%u", (unsigned)d);
		scratch_doc(&doc, id, id);
		for (unsigned i = 0; i < n->length[d]; i++) {
			unsigned a = scratch_below(NAIVE_TERMS),
				 b = scratch_below(NAIVE_TERMS);

			/* Small letters are frequent, the last ones rare. */
			n->word[d][i] = (unsigned char)(a < b ? a : b);
			scratch_post(&doc, S_term_text(n->word[d][i]), 0, 1);
			scratch_post(&doc, S_exact_text(n->word[d][i]), i + 1, 0);
		}
		/* Copies, so that there are ties. */
		if (d > 1 && scratch_below(4) == 0) {
			n->length[d] = n->length[d - 1];
			memcpy(n->word[d], n->word[d - 1], NAIVE_WORDS);
			doc.postings.n = 0;
			for (unsigned i = 0; i < n->length[d]; i++) {
				scratch_post(&doc, S_term_text(n->word[d][i]), 0, 1);
				scratch_post(&doc, S_exact_text(n->word[d][i]), i + 1,
					     0);
			}
		}
		assert_int_equal(writer_put(w, &doc.d, &err), ST_OK);
	}
	for (uint32_t d = 1; d < n->last; d++)
		if (scratch_below(10) == 0) {
			char term[16];

			snprintf(term, sizeof term, "Q%u", (unsigned)d);
			assert_int_equal(writer_delete_term(w, term, &deleted, &err),
					 ST_OK);
			assert_int_equal(deleted, 1);
			n->there[d] = false;
		}
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	if (writer_compact(dir, path, &err))
		fail_msg("%s", err.text);
	fd = open(path, O_RDONLY);
	files = attached(fd, path);
	if (reader_open(&r, &files, &err))
		fail_msg("%s", err.text);
	close(fd);
	for (uint32_t d = 0; d <= NAIVE_DOCS; d++)
		S_order[d] = d * 7919u % 1009;
	return r;
}

static struct docset S_random_set(uint32_t last)
{
	struct docset s;
	uint32_t share = 1 + scratch_below(8);

	assert_int_equal(docset_init(&s, last, NULL), ST_OK);
	for (uint32_t d = 1; d <= last; d++)
		if (S_naive.there[d] && scratch_below(share) == 0)
			docset_add(&s, d);
	return s;
}

static struct clause *S_exact_leaf(struct arena *a)
{
	const char *t = S_exact_text(scratch_below(NAIVE_TERMS + 1));

	return clause_term(a, t, strlen(t));
}

static struct clause *S_leaf(struct arena *a)
{
	const char *t = S_term_text(scratch_below(NAIVE_TERMS + 1));

	return scratch_below(4) ? clause_term(a, t, strlen(t)) : S_exact_leaf(a);
}

/* One place of a phrase: a term, or an OR or synonym of two. */
static struct clause *S_place(struct arena *a)
{
	struct clause *c;

	if (scratch_below(3))
		return S_exact_leaf(a);
	c = clause_new(a, scratch_below(2) ? Q_OR : Q_SYNONYM);
	clause_add(a, c, S_exact_leaf(a));
	clause_add(a, c, S_exact_leaf(a));
	return c;
}

static struct clause *S_random_clause(struct arena *a, const struct docset *set,
				      unsigned depth)
{
	static const enum clause_op ops[] = {
		Q_TERM,	   Q_TERM, Q_TERM,  Q_NONE,	 Q_ALL,	   Q_DOCSET,
		Q_SYNONYM, Q_AND,  Q_OR,    Q_AND_NOT,	 Q_PHRASE, Q_MAX,
		Q_FILTER,  Q_NEAR, Q_SCALE, Q_AND_MAYBE,
	};
	enum clause_op op = ops[scratch_below(depth ? 16 : 6)];
	struct clause *c;
	size_t n = 1 + scratch_below(3);

	if (op == Q_TERM)
		return S_leaf(a);
	c = clause_new(a, op);
	if (op == Q_DOCSET) {
		c->docs = set;
		c->factor = scratch_below(2) ? 0.25 : 0;
	}
	if (op == Q_NONE || op == Q_ALL || op == Q_DOCSET)
		return c;
	if (op == Q_SCALE) {
		static const double factors[] = {0, 0.3, 0.3, 1, 2.5};

		c->factor = factors[scratch_below(5)];
		n = 1;
	}
	if (op == Q_PHRASE || op == Q_NEAR)
		c->window = scratch_below(6);
	for (size_t i = 0; i < n; i++)
		clause_add(a, c,
			   op == Q_PHRASE || op == Q_NEAR ? S_place(a)
			   : op == Q_SYNONYM		  ? S_leaf(a)
					     : S_random_clause(a, set, depth - 1));
	return c;
}

static const char *S_show(const struct clause *q)
{
	static const char *const names[] = {"NONE",   "ALL",  "TERM",  "SYN",  "AND",
					    "OR",     "NOT",  "MAYBE", "FILT", "MAX",
					    "PHRASE", "NEAR", "SCALE", "SET"};
	static char out[8192];
	static size_t n, level;
	const struct clause *const *c = (const struct clause *const *)q->child;

	if (!level)
		n = 0;
	n += (size_t)snprintf(out + n, sizeof out - n, "%s",
			      q->op == Q_TERM ? q->term : names[q->op]);
	if (q->op == Q_PHRASE || q->op == Q_NEAR)
		n += (size_t)snprintf(out + n, sizeof out - n, "%u", q->window);
	if (q->op == Q_SCALE)
		n += (size_t)snprintf(out + n, sizeof out - n, "%g", q->factor);
	if (q->n)
		n += (size_t)snprintf(out + n, sizeof out - n, "(");
	level++;
	for (size_t i = 0; i < q->n; i++) {
		S_show(c[i]);
		n += (size_t)snprintf(out + n, sizeof out - n,
				      i + 1 < q->n ? " " : ")");
	}
	level--;
	return out;
}

static void test_match_is_the_naive_match(void **state)
{
	struct err err = {0};

	(void)state;
	scratch_random("match");
	for (int corpus = 0; corpus < 20; corpus++) {
		struct reader *r = S_corpus();

		for (int i = 0; i < 200 * scratch_times(); i++) {
			struct docset set = S_random_set(S_naive.last), found;
			struct arena *a;
			struct clause *q;

			assert_int_equal(arena_open(&a, &err), ST_OK);
			q = S_random_clause(a, &set, 3);
			if (reader_match(&found, r, q, 0, &err))
				fail_msg("%s", err.text);
			for (uint32_t d = 0; d <= S_naive.last; d++)
				if (docset_has(&found, d) !=
				    (d && naive_match(&S_naive, d, q)))
					fail_msg("document %u: %s", (unsigned)d,
						 S_show(q));
			docset_release(&found);
			docset_release(&set);
			arena_close(a);
		}
		reader_close(r);
	}
}

static void test_ranking_is_the_naive_ranking(void **state)
{
	struct err err = {0};

	(void)state;
	scratch_random("rank");
	for (int corpus = 0; corpus < 20; corpus++) {
		struct reader *r = S_corpus();

		for (int i = 0; i < 200 * scratch_times(); i++) {
			struct docset set = S_random_set(S_naive.last),
				      within = S_random_set(S_naive.last), found;
			bool filtered = scratch_below(2), keyed = scratch_below(4);
			bool known = scratch_below(2);
			double deadline = scratch_below(2) ? 1e9 : 0;
			size_t offset = scratch_below(3) ? 0 : scratch_below(20);
			size_t limit = 1 + scratch_below(15);
			struct ranking all, page;
			struct arena *a;
			struct clause *q;
			size_t n = 0;

			assert_int_equal(arena_open(&a, &err), ST_OK);
			q = S_random_clause(a, &set, 3);
			/* Everything, and then a page that may end early. */
			reader_window(r, 64 * (1 + scratch_below(6)));
			if (reader_rank(&all, r, q, filtered ? &within : NULL, false,
					keyed ? S_order : NULL, 0, 1000, 0, &err) ||
			    reader_match(&found, r, q, 0, &err))
				fail_msg("%s: %s", err.text, S_show(q));
			/* As a search asks: what matches is known. */
			if (filtered)
				docset_and(&found, &within);
			reader_window(r, scratch_below(2) ? 64 : 32768);
			if (reader_rank(&page, r, q,
					known	   ? &found
					: filtered ? &within
						   : NULL,
					known, keyed ? S_order : NULL, offset, limit,
					deadline, &err))
				fail_msg("%s: %s", err.text, S_show(q));
			docset_release(&found);
			for (uint32_t d = 1; d <= S_naive.last; d++)
				n += naive_match(&S_naive, d, q) &&
				     (!filtered || docset_has(&within, d));
			if (all.n != n)
				fail_msg("%zu instead of %zu: %s", all.n, n, S_show(q));
			for (size_t k = 0; k < all.n; k++) {
				const struct ranked *x = &all.v[k];
				double w = 0;

				assert_true(naive_match(&S_naive, x->docid, q));
				if (fabs(x->score -
					 naive_weight(&S_naive, x->docid, q, 1)) > 1e-9)
					fail_msg("document %u weighs %g, not %g: %s",
						 (unsigned)x->docid, x->score,
						 naive_weight(&S_naive, x->docid, q, 1),
						 S_show(q));
				if (k % 7 == 0) {
					assert_int_equal(
						reader_weight(&w, r, q, x->docid, &err),
						ST_OK);
					assert_true(w == x->score);
				}
				if (k && !(x[-1].score > x->score) &&
				    !(x[-1].score == x->score &&
				      (keyed ? S_order[x[-1].docid] < S_order[x->docid]
					     : x[-1].docid < x->docid)))
					fail_msg("%zu: wrong order: %s", k, S_show(q));
			}
			n = offset < all.n ? all.n - offset : 0;
			assert_int_equal(page.n, n < limit ? n : limit);
			for (size_t k = 0; k < page.n; k++)
				if (page.v[k].docid != all.v[offset + k].docid ||
				    page.v[k].score != all.v[offset + k].score)
					fail_msg("hit %zu (from %zu, %zu) is %u %.17g, "
						 "not "
						 "%u %.17g: %s",
						 k, offset, limit,
						 (unsigned)page.v[k].docid,
						 page.v[k].score,
						 (unsigned)all.v[offset + k].docid,
						 all.v[offset + k].score, S_show(q));
			ranking_release(&all);
			ranking_release(&page);
			docset_release(&set);
			docset_release(&within);
			arena_close(a);
		}
		reader_close(r);
	}
}

static void test_too_late_is_said(void **state)
{
	struct err err = {0};
	struct reader *r;
	struct docset found;
	struct ranking ranking;
	struct arena *a;
	struct clause *q;
	double start, late;

	(void)state;
	scratch_random("deadline");
	do
		r = S_corpus();
	while (S_naive.last < 100 && (reader_close(r), true));
	assert_int_equal(arena_open(&a, &err), ST_OK);
	q = clause_new(a, Q_OR);
	for (int i = 0; i < 20000; i++) {
		struct clause *near = clause_new(a, Q_NEAR);

		near->window = 100;
		for (int k = 0; k < 6; k++)
			clause_add(a, near, S_place(a));
		/* No two alike: none may be answered from memory. */
		near->window += (unsigned)i;
		clause_add(a, q, near);
	}
	late = thread_seconds();
	assert_int_equal(reader_match(&found, r, q, late, &err), ST_LIMIT);
	assert_null(found.word);
	assert_int_equal(
		reader_rank(&ranking, r, q, NULL, false, NULL, 0, 10, late, &err),
		ST_LIMIT);
	assert_null(ranking.v);
	start = thread_seconds();
	assert_int_equal(reader_match(&found, r, q, start + 0.0005, &err), ST_LIMIT);
	assert_true(thread_seconds() - start < 0.5);
	/* What was given up leaves nothing behind. */
	q = clause_term(a, "SAa", 3);
	assert_int_equal(
		reader_rank(&ranking, r, q, NULL, false, NULL, 0, 1000, 0, &err),
		ST_OK);
	for (size_t i = 0; i < ranking.n; i++)
		assert_true(fabs(ranking.v[i].score -
				 naive_weight(&S_naive, ranking.v[i].docid, q, 1)) <
			    1e-9);
	ranking_release(&ranking);
	arena_close(a);
	reader_close(r);
}

/* A short page is the beginning of a long one, to the last bit, however many
 * documents it leaves out without weighing all of them: the words of an OR are
 * given weights that make some of them enough. */
static void test_a_page_is_the_beginning_of_all(void **state)
{
	(void)state;
	scratch_random("pages");
	for (int corpus = 0; corpus < 12; corpus++) {
		struct reader *r = S_corpus();

		for (int round = 0; round < 60; round++) {
			struct ranking all, page;
			struct clause *any;
			struct arena *a;
			struct err err = {0};

			assert_int_equal(arena_open(&a, &err), ST_OK);
			any = clause_new(a, Q_OR);
			for (unsigned k = 2 + scratch_below(4); k > 0; k--) {
				struct clause *c = S_leaf(a);

				if (scratch_below(3) == 0) {
					struct clause *both =
						clause_new(a, Q_AND_MAYBE);

					clause_add(a, both, c);
					clause_add(a, both, S_leaf(a));
					c = both;
				}
				clause_add(
					a, any,
					clause_scale(a, c, pow(4, scratch_below(6))));
			}
			assert_int_equal(reader_rank(&all, r, any, NULL, false, S_order,
						     0, NAIVE_DOCS, 0, &err),
					 ST_OK);
			for (size_t most = 1; most < 12; most++) {
				assert_int_equal(reader_rank(&page, r, any, NULL, false,
							     S_order, 0, most, 0, &err),
						 ST_OK);
				assert_int_equal(page.n, all.n < most ? all.n : most);
				for (size_t i = 0; i < page.n; i++) {
					assert_int_equal(page.v[i].docid,
							 all.v[i].docid);
					assert_true(page.v[i].score == all.v[i].score);
				}
				ranking_release(&page);
			}
			ranking_release(&all);
			arena_close(a);
		}
		reader_close(r);
	}
}

/* Document d < n has a word wdfs[d] times, document n + d has it once and another
 * wdfs[d] times. */
static void S_weigh_sizes(struct reader *r, const unsigned *wdfs, unsigned n)
{
	struct err err = {0};
	struct arena *a;
	double average = 0;

	for (unsigned d = 0; d < n; d++)
		average += 2 * wdfs[d] + 1;
	average /= 2 * n;
	assert_true(fabs(reader_average_length(r) - average) < 1e-6);
	assert_int_equal(arena_open(&a, &err), ST_OK);
	for (int other = 0; other < 2; other++) {
		struct clause *q = other ? clause_term(a, "SAother", 7)
					 : clause_term(a, "SAword", 6);

		for (unsigned d = other ? n : 0; d < 2 * n; d++) {
			unsigned wdf = d < n ? wdfs[d] : other ? wdfs[d - n] : 1;
			unsigned length = d < n ? wdfs[d] : 1 + wdfs[d - n];
			double wdfn = wdf * log2(1 + average / length), weight;
			double idf = log2((2 * n + 1) / ((other ? n : 2 * n) + 0.5));

			assert_int_equal(reader_weight(&weight, r, q, d + 1, &err),
					 ST_OK);
			assert_true(fabs(weight - idf * wdfn / (wdfn + 1)) < 1e-9);
		}
	}
	arena_close(a);
}

/* Short and long documents, rare and frequent words: the formula, not the tables
 * that it is read from. */
static void test_lengths_and_counts_of_every_size(void **state)
{
	static const unsigned wdfs[] = {1,    2,    15,	   16,	  17,	 300,
					4095, 4096, 65534, 65535, 70000, 900000};
	enum { N = sizeof wdfs / sizeof *wdfs };
	const char *dir = scratch_path("sizes"), *path;
	struct err err = {0};
	struct writer *w;
	struct reader *r;
	struct reader_files files;
	uint32_t lengths[2 * N + 1] = {0};
	uint16_t kept[2 * N + 1] = {0};
	struct docset all = {0};
	int fd;

	(void)state;
	assert_int_equal(writer_open(&w, dir, 1, &err), ST_OK);
	for (unsigned d = 0; d < 2 * N; d++) {
		struct scratch_doc doc;
		char id[16];

		snprintf(id, sizeof id, "%u", d);
		scratch_doc(&doc, id, id);
		scratch_post(&doc, "SAword", 0, d < N ? wdfs[d] : 1);
		if (d >= N)
			scratch_post(&doc, "SAother", 0, wdfs[d - N]);
		assert_int_equal(writer_put(w, &doc.d, &err), ST_OK);
	}
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	mkdir(scratch_path("sizes-out"), 0755);
	path = scratch_path("sizes-out/file");
	assert_int_equal(writer_compact(dir, path, &err), ST_OK);
	fd = open(path, O_RDONLY);
	files = attached(fd, path);
	/* From the positions, and as a column has them. */
	for (int given = 0; given < 2; given++) {
		assert_int_equal(reader_open(&r, &files, &err), ST_OK);
		S_weigh_sizes(r, wdfs, N);
		if (!given) {
			assert_int_equal(docset_init(&all, 2 * N, &err), ST_OK);
			assert_int_equal(reader_lengths(lengths, r, &err), ST_OK);
			for (unsigned d = 1; d <= 2 * N; d++) {
				docset_add(&all, d);
				kept[d] = lengths[d] < READER_LENGTH_MAX
						  ? (uint16_t)lengths[d]
						  : READER_LENGTH_MAX;
			}
			files.documents = &all;
			files.lengths = kept;
		}
		reader_close(r);
	}
	docset_release(&all);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match_is_the_naive_match),
		cmocka_unit_test(test_ranking_is_the_naive_ranking),
		cmocka_unit_test(test_too_late_is_said),
		cmocka_unit_test(test_a_page_is_the_beginning_of_all),
		cmocka_unit_test(test_lengths_and_counts_of_every_size),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
