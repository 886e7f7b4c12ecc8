/* reader.h over what writer.h wrote: match sets, ranking, weights and look-ups
 * against naive.h on random small corpora. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "naive.h"
#include "reader.h"
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

	snprintf(name, sizeof name, "db%d", ++serial);
	dir = scratch_path(name);
	snprintf(name, sizeof name, "file%d", serial);
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
			scratch_post(&doc, S_term_text(n->word[d][i]), i + 1, 1);
		}
		/* Copies, so that there are ties. */
		if (d > 1 && scratch_below(4) == 0) {
			n->length[d] = n->length[d - 1];
			memcpy(n->word[d], n->word[d - 1], NAIVE_WORDS);
			doc.postings.n = 0;
			for (unsigned i = 0; i < n->length[d]; i++)
				scratch_post(&doc, S_term_text(n->word[d][i]), i + 1,
					     1);
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
	if (reader_open(&r, fd, &err))
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

static struct clause *S_leaf(struct arena *a)
{
	const char *t = S_term_text(scratch_below(NAIVE_TERMS + 1));

	return clause_term(a, t, strlen(t));
}

/* One place of a phrase: a term, or an OR or synonym of two. */
static struct clause *S_place(struct arena *a)
{
	struct clause *c;

	if (scratch_below(3))
		return S_leaf(a);
	c = clause_new(a, scratch_below(2) ? Q_OR : Q_SYNONYM);
	clause_add(a, c, S_leaf(a));
	clause_add(a, c, S_leaf(a));
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
	if (op == Q_DOCSET)
		c->docs = set;
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

		for (int i = 0; i < 200; i++) {
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

		for (int i = 0; i < 200; i++) {
			struct docset set = S_random_set(S_naive.last),
				      within = S_random_set(S_naive.last);
			bool filtered = scratch_below(2), keyed = scratch_below(4);
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
			if (reader_rank(&all, r, q, filtered ? &within : NULL,
					keyed ? S_order : NULL, 0, 1000, 0, &err) ||
			    reader_rank(&page, r, q, filtered ? &within : NULL,
					keyed ? S_order : NULL, offset, limit, deadline,
					&err))
				fail_msg("%s: %s", err.text, S_show(q));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match_is_the_naive_match),
		cmocka_unit_test(test_ranking_is_the_naive_ranking),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
