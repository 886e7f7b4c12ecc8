/* reader.h over what writer.h wrote: look-ups, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "naive.h"
#include "reader.h"
#include "attach.h"
#include "scratch.h"
#include "../../lib/stored.h"
#include "writer.h"

/* ---- look-ups, on one small fixed index ---- */

static struct reader *S_small(void)
{
	struct err err = {0};
	struct writer *w;
	struct reader *r;
	static int serial;
	char dir[32], path[32];
	int fd;
	struct reader_files files;

	snprintf(dir, sizeof dir, "small%d", ++serial);
	snprintf(path, sizeof path, "lone%d", serial);
	mkdir(scratch_path(path), 0755);
	snprintf(path, sizeof path, "lone%d/small.glass", serial);
	assert_int_equal(writer_open(&w, scratch_path(dir), 1, &err), ST_OK);
	for (unsigned i = 1; i <= 3; i++) {
		struct scratch_doc d;
		char id[16];

		snprintf(id, sizeof id, "id-%u", i);
		scratch_doc(&d, id, i == 2 ? "" : "{\"record\":1}");
		scratch_post(&d, "SAuno", 0, i);
		scratch_post(&d, "STuno", 0, 1);
		scratch_post(&d, "XTuno", 3, 1);
		scratch_post(&d, "XTdos", 2, 1);
		scratch_post(&d, "XTuno", 1, 1);
		if (i > 1)
			scratch_post(&d, "SAdos", 0, 1);
		scratch_post(&d, "FMmaipu", 0, 0);
		d.d.sort_title = "title\0key";
		d.d.sort_title_n = 9;
		d.d.sort_municipality = i == 1 ? NULL : "m";
		d.d.sort_municipality_n = i == 1 ? 0 : 1;
		d.d.date = 20230800 + i;
		d.d.source = 0xfedcba98;
		d.d.source_order = i;
		assert_int_equal(writer_put(w, &d.d, &err), ST_OK);
	}
	assert_int_equal(writer_set_metadata(w, "k", "v\0w", 3, &err), ST_OK);
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	assert_int_equal(writer_compact(scratch_path(dir), scratch_path(path), &err),
			 ST_OK);
	fd = open(scratch_path(path), O_RDONLY);
	/* Wherever the descriptor stands, and it stays the caller's. */
	lseek(fd, 100, SEEK_SET);
	files = attached(fd, scratch_path(path));
	if (reader_open(&r, &files, &err))
		fail_msg("%s", err.text);
	assert_int_equal(close(fd), 0);
	return r;
}

struct visits {
	size_t n, stop;
	char all[256];
};

static int S_visit(void *ctx, const char *rest, size_t n, uint32_t documents)
{
	struct visits *v = ctx;
	size_t len = strlen(v->all);

	assert_int_equal(strlen(rest), n);
	snprintf(v->all + len, sizeof v->all - len, "%s:%u ", rest,
		 (unsigned)documents);
	return ++v->n != v->stop;
}

static void test_look_ups(void **state)
{
	struct reader *r = S_small();
	struct err err = {0};
	struct visits v = {0};
	struct doc_values values;
	struct docset docs;
	struct buf bytes;
	uint64_t occurrences;
	uint32_t n;

	(void)state;
	buf_init(&bytes, 0);
	assert_int_equal(reader_count(r), 3);
	assert_int_equal(reader_last(r), 3);
	/* uno 1 + 2 + 3, dos 0 + 1 + 1; terms of single fields do not count. */
	assert_true(fabs(reader_average_length(r) - (6 + 2) / 3.0) < 1e-9);

	assert_int_equal(reader_find(&n, r, "id-2", &err), ST_OK);
	assert_int_equal(n, 2);
	assert_int_equal(reader_find(&n, r, "id-9", &err), ST_OK);
	assert_int_equal(n, 0);
	assert_int_equal(reader_find(&n, r, "", &err), ST_OK);
	assert_int_equal(n, 0);

	assert_int_equal(reader_record(&bytes, r, 1, &err), ST_OK);
	assert_string_equal(bytes.data, "{\"record\":1}");
	assert_int_equal(reader_record(&bytes, r, 99, &err), ST_DAMAGED);
	assert_int_not_equal(reader_record(&bytes, r, 0, &err), ST_OK);

	assert_int_equal(reader_frequency(&n, &occurrences, r, "SAuno", &err), ST_OK);
	assert_int_equal(n, 3);
	assert_int_equal(occurrences, 6);
	assert_int_equal(reader_frequency(&n, &occurrences, r, "", &err), ST_OK);
	assert_int_equal(n, 0);
	assert_int_equal(reader_frequency(&n, &occurrences, r, "none", &err), ST_OK);
	assert_int_equal(n + occurrences, 0);

	assert_int_equal(reader_each_term(r, "XT", S_visit, &v, &err), ST_OK);
	assert_string_equal(v.all, "dos:3 uno:3 ");
	memset(&v, 0, sizeof v);
	v.stop = 1;
	assert_int_equal(reader_each_term(r, "SA", S_visit, &v, &err), ST_OK);
	assert_string_equal(v.all, "dos:2 ");
	memset(&v, 0, sizeof v);
	assert_int_equal(reader_each_term(r, "zz", S_visit, &v, &err), ST_OK);
	assert_int_equal(v.n, 0);

	assert_int_equal(reader_frequency(&n, &occurrences, r, "XTuno", &err), ST_OK);
	assert_int_equal(n, 3);
	assert_int_equal(occurrences, 6);
	assert_int_equal(reader_frequency(&n, &occurrences, r, "STuno", &err), ST_OK);
	assert_int_equal(n, 3);
	assert_int_equal(occurrences, 3);
	memset(&v, 0, sizeof v);
	assert_int_equal(reader_each_term(r, "XZ", S_visit, &v, &err), ST_OK);
	assert_int_equal(v.n, 0);
	memset(&v, 0, sizeof v);
	assert_int_equal(reader_each_term(r, "XTd", S_visit, &v, &err), ST_OK);
	assert_string_equal(v.all, "os:3 ");

	assert_int_equal(reader_postings(&docs, r, "SAdos", &err), ST_OK);
	assert_int_equal(docset_count(&docs), 2);
	assert_true(docset_has(&docs, 2) && docset_has(&docs, 3));
	docset_release(&docs);
	assert_int_equal(reader_postings(&docs, r, "", &err), ST_OK);
	assert_int_equal(docset_count(&docs), 3);
	docset_release(&docs);

	for (uint32_t d = 1; d <= 3; d++) {
		assert_int_equal(reader_values(&values, r, d, &err), ST_OK);
		assert_int_equal(values.date, 20230800 + d);
		assert_int_equal(values.source, 0xfedcba98);
		assert_int_equal(values.source_order, d);
		assert_int_equal(values.sort_title_n, 9);
		assert_memory_equal(values.sort_title, "title\0key", 9);
		assert_int_equal(values.sort_municipality_n, d > 1);
		assert_memory_equal(values.sort_municipality, "m", d > 1);
	}
	buf_clear(&bytes);
	assert_int_equal(reader_metadata(&bytes, r, "k", &err), ST_OK);
	assert_int_equal(bytes.len, 3);
	buf_clear(&bytes);
	assert_int_equal(reader_metadata(&bytes, r, "other", &err), ST_OK);
	assert_int_equal(bytes.len, 0);
	buf_release(&bytes);
	reader_close(r);
	reader_close(NULL);
}

/* Who says which documents there are is believed until Xapian is needed. */
static void test_the_documents_of_another_index_are_found_out(void **state)
{
	static const struct {
		uint32_t last, missing;
		enum status found;
	} tries[] = {{3, 0, ST_OK}, {3, 2, ST_DAMAGED}, {4, 4, ST_DAMAGED}};
	const char *path = scratch_path("lone1/small.glass");

	(void)state;
	reader_close(S_small());
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		int fd = open(path, O_RDONLY);
		struct reader_files files = attached(fd, path);
		struct docset there = {0}, have = {0};
		struct reader *r;
		struct err err = {0};
		uint32_t docid;

		assert_int_equal(docset_init(&there, tries[i].last, &err), ST_OK);
		for (uint32_t d = 1; d <= tries[i].last; d++)
			if (d != tries[i].missing)
				docset_add(&there, d);
		files.documents = &there;
		assert_int_equal(reader_open(&r, &files, &err), ST_OK);
		assert_int_equal(reader_count(r), docset_count(&there));
		assert_int_equal(reader_last(r), tries[i].last);
		assert_int_equal(reader_postings(&have, r, "SAuno", &err), ST_OK);
		assert_int_equal(docset_count(&have), tries[i].missing == 2 ? 2 : 3);
		docset_release(&have);
		assert_int_equal(reader_find(&docid, r, "id-3", &err), tries[i].found);
		assert_int_equal(docid, tries[i].found ? 0 : 3);
		reader_close(r);
		docset_release(&there);
		close(fd);
	}
}

static int S_never(void *ctx, const char *rest, size_t n, uint32_t documents)
{
	(void)ctx;
	(void)rest;
	(void)n;
	(void)documents;
	fail_msg("visited");
	return 0;
}

/* Who did not give the positions is told so, and gets no empty answer. */
static void test_without_positions_there_is_no_answer(void **state)
{
	const char *path = scratch_path("half/index.glass");
	struct clause word = {.op = Q_TERM, .term = "XTa"};
	struct reader_files files;
	struct scratch_doc d;
	struct reader *r = NULL;
	struct writer *w;
	struct docset docs;
	struct buf record;
	struct err err = {0};
	uint64_t occurrences;
	uint32_t n;

	(void)state;
	mkdir(scratch_path("half"), 0755);
	assert_int_equal(writer_open(&w, scratch_path("half-build"), 1, &err), ST_OK);
	scratch_doc(&d, "one", "{}");
	scratch_post(&d, "XTa", 1, 1);
	assert_int_equal(writer_put(w, &d.d, &err), ST_OK);
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	assert_int_equal(writer_compact(scratch_path("half-build"), path, &err), ST_OK);
	files = attached(open(path, O_RDONLY), path);
	assert_int_equal(reader_open(&r, &files, &err), ST_OK);
	assert_int_equal(reader_frequency(&n, &occurrences, r, "XTa", &err), ST_OK);
	assert_int_equal(n, 1);
	reader_close(r);

	files.positions = files.records = NULL;
	assert_int_equal(reader_open(&r, &files, &err), ST_OK);
	assert_int_equal(reader_find(&n, r, "one", &err), ST_OK);
	assert_int_equal(n, 1);
	assert_int_equal(reader_frequency(&n, &occurrences, r, "XTa", &err),
			 ST_INTERNAL);
	assert_int_equal(reader_postings(&docs, r, "XTa", &err), ST_INTERNAL);
	assert_int_equal(reader_match(&docs, r, &word, 0, &err), ST_INTERNAL);
	assert_int_equal(reader_each_term(r, "X", S_never, NULL, &err), ST_INTERNAL);
	assert_non_null(strstr(err.text, "positions"));
	buf_init(&record, 0);
	assert_int_equal(reader_record(&record, r, 1, &err), ST_INTERNAL);
	buf_release(&record);
	reader_close(r);
	close(files.glass);
}

/* Asks for everything that positions answer; what comes, nobody knows. */
static void S_ask_all(struct reader *r)
{
	static const char *const words[] = {"XTa", "XTb", "L", "XTc"};
	struct ranking ranking;
	struct docset found;
	struct arena *a;
	struct clause *q, *near, *or_;
	struct err err = {0};
	uint64_t occurrences;
	uint32_t n;

	assert_int_equal(arena_open(&a, &err), ST_OK);
	or_ = clause_new(a, Q_OR);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		(void)reader_frequency(&n, &occurrences, r, words[i], &err);
		clause_add(a, or_, clause_term(a, words[i], strlen(words[i])));
	}
	near = clause_new(a, Q_PHRASE);
	near->window = 2;
	clause_add(a, near, clause_term(a, "XTa", 3));
	clause_add(a, near, clause_term(a, "XTb", 3));
	q = clause_new(a, Q_OR);
	clause_add(a, q, or_);
	clause_add(a, q, near);
	if (!reader_match(&found, r, q, 0, &err))
		docset_release(&found);
	if (!reader_rank(&ranking, r, q, NULL, false, NULL, 0, 10, 0, &err))
		ranking_release(&ranking);
	arena_close(a);
}

/* An index that somebody made, its hashes right: every byte of the positions may
 * be another one. */
static void test_any_positions(void **state)
{
	const char *path = scratch_path("any/index.glass");
	struct reader_files files;
	struct scratch_doc *d = calloc(1, sizeof *d);
	struct writer *w;
	struct reader *r;
	struct err err = {0};
	const unsigned char *whole;
	unsigned char *bytes;
	size_t opened = 0;

	(void)state;
	assert_non_null(d);
	mkdir(scratch_path("any"), 0755);
	assert_int_equal(writer_open(&w, scratch_path("any-build"), 1, &err), ST_OK);
	for (unsigned i = 0; i < 3; i++) {
		char id[8];

		snprintf(id, sizeof id, "d%u", i);
		scratch_doc(d, id, "{}");
		scratch_post(d, "XTa", 1, 1);
		scratch_post(d, "XTb", 2, 1);
		if (i)
			scratch_post(d, "XTc", 3 + i, 2);
		assert_int_equal(writer_put(w, &d->d, &err), ST_OK);
	}
	assert_int_equal(writer_commit(w, &err), ST_OK);
	writer_close(w);
	free(d);
	assert_int_equal(writer_compact(scratch_path("any-build"), path, &err), ST_OK);
	files = attached(open(path, O_RDONLY), path);
	whole = files.positions;
	bytes = malloc(files.positions_n);
	assert_non_null(bytes);
	files.positions = bytes;
	for (size_t i = 0; i < files.positions_n; i++) {
		const unsigned char tries[] = {whole[i] ^ 1, whole[i] ^ 0x80, 0, 0xFF,
					       (unsigned char)(whole[i] + 1)};

		memcpy(bytes, whole, files.positions_n);
		for (size_t k = 0; k < sizeof tries; k++) {
			bytes[i] = tries[k];
			if (reader_open(&r, &files, &err)) {
				assert_int_equal(err.code, ST_DAMAGED);
				continue;
			}
			opened++;
			S_ask_all(r);
			reader_close(r);
		}
	}
	/* Some bytes are nothing but what was counted. */
	assert_true(opened > 0);
	free(bytes);
	close(files.glass);
}

/* Keys that no writer made. */
static void test_values_are_whole_or_refused(void **state)
{
	static const struct {
		const char *keys;
		size_t n;
		enum status want;
	} tries[] = {
		{"\1\0\0\0\2\0\0\0\3\0\0\0\2\0abc", 17, ST_OK},
		{"\1\0\0\0\2\0\0\0\3\0\0\0\0\0", 14, ST_OK},
		{"\1\0\0\0\2\0\0\0\3\0\0\0\2\0a", 15, ST_DAMAGED},
		{"\1\0\0\0\2\0\0\0\3\0\0\0\0\1abc", 17, ST_DAMAGED},
		{"\1\0\0\0\2\0\0\0\3\0\0\0\0", 13, ST_DAMAGED},
		{"", 0, ST_DAMAGED},
	};
	const char *glass = scratch_path("lone1/small.glass"),
		   *path = scratch_path("keys");
	struct reader_files files = {0};
	struct stored_gather *g;
	struct doc_values v;
	struct reader *r;
	struct err err = {0};

	(void)state;
	assert_int_equal(stored_gather_open(&g, scratch_path(""), NULL, NULL, 0, &err),
			 ST_OK);
	for (uint32_t i = 0; i < sizeof tries / sizeof *tries; i++)
		assert_int_equal(stored_gather_put(g, i + 1, tries[i].keys, tries[i].n,
						   "{}", 2, &err),
				 ST_OK);
	assert_int_equal(stored_gather_finish(g, path, 0, &err), ST_OK);
	stored_gather_close(g);

	reader_close(S_small());
	files.glass = open(glass, O_RDONLY);
	assert_int_equal(reader_open(&r, &files, &err), ST_OK);
	assert_int_equal(reader_values(&v, r, 1, &err), ST_INTERNAL);
	reader_close(r);
	assert_int_equal(file_map_path(&files.records, &files.records_n, path, &err),
			 ST_OK);
	assert_int_equal(reader_open(&r, &files, &err), ST_OK);
	for (uint32_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		assert_int_equal(reader_values(&v, r, i + 1, &err), tries[i].want);
		if (tries[i].want) {
			assert_int_equal(v.sort_title_n + v.sort_municipality_n, 0);
			continue;
		}
		assert_int_equal(v.date, 1);
		assert_int_equal(v.source, 2);
		assert_int_equal(v.source_order, 3);
		assert_int_equal(v.sort_title_n, i ? 0 : 2);
		assert_memory_equal(v.sort_title, "ab", v.sort_title_n);
		assert_int_equal(v.sort_municipality_n, i ? 0 : 1);
		assert_memory_equal(v.sort_municipality, "c", v.sort_municipality_n);
	}
	assert_int_equal(reader_values(&v, r, 99, &err), ST_DAMAGED);
	reader_close(r);
	file_unmap(files.records, files.records_n);
	close(files.glass);
}

static void test_what_is_no_index(void **state)
{
	struct err err = {0};
	struct reader *r;
	char zeros[8192] = {0};
	int fd;

	(void)state;
	assert_int_equal(reader_open(&r, &(struct reader_files){.glass = -1}, &err),
			 ST_IO);
	assert_null(r);
	scratch_write(scratch_path("zeros"), zeros, sizeof zeros);
	fd = open(scratch_path("zeros"), O_RDONLY);
	assert_int_equal(reader_open(&r, &(struct reader_files){.glass = fd}, &err),
			 ST_DAMAGED);
	assert_null(r);
	close(fd);
	scratch_write(scratch_path("nothing"), "", 0);
	fd = open(scratch_path("nothing"), O_RDONLY);
	assert_int_not_equal(reader_open(&r, &(struct reader_files){.glass = fd}, &err),
			     ST_OK);
	assert_null(r);
	close(fd);
}

/* ---- limits ---- */

static void test_malformed_queries_are_refused(void **state)
{
	struct reader *r = S_small();
	struct err err = {0};
	struct docset found;
	struct ranking ranking;
	struct arena *a;
	struct clause *q, *bad[4];
	char text[TERM_MAX + 100];

	(void)state;
	assert_int_equal(arena_open(&a, &err), ST_OK);
	/* As deep as allowed, and deeper. */
	q = clause_term(a, "SAuno", 5);
	for (int depth = 0; depth < QUERY_DEPTH_MAX; depth++)
		q = clause_scale(a, q, 1);
	assert_int_equal(reader_match(&found, r, q, 0, &err), ST_OK);
	assert_int_equal(docset_count(&found), 3);
	docset_release(&found);
	assert_int_equal(reader_rank(&ranking, r, q, NULL, false, NULL, 0, 9, 0, &err),
			 ST_OK);
	assert_int_equal(ranking.n, 3);
	ranking_release(&ranking);
	for (int depth = 0; depth < 100000; depth++)
		q = clause_scale(a, q, 1);
	bad[0] = q;
	/* A phrase of what has no position. */
	bad[1] = clause_new(a, Q_PHRASE);
	clause_add(a, bad[1], clause_new(a, Q_ALL));
	clause_add(a, bad[1], clause_term(a, "SAuno", 5));
	bad[2] = clause_scale(a, clause_term(a, "SAuno", 5), -1);
	bad[3] = clause_scale(a, clause_term(a, "SAuno", 5), (double)NAN);
	for (int i = 0; i < 4; i++) {
		if (i < 2) {
			assert_int_equal(reader_match(&found, r, bad[i], 0, &err),
					 ST_INTERNAL);
			assert_null(found.word);
		}
		assert_int_equal(reader_rank(&ranking, r, bad[i], NULL, false, NULL, 0,
					     9, 0, &err),
				 ST_INTERNAL);
		assert_null(ranking.v);
	}
	/* Terms that cannot be: no documents. */
	memset(text, 'x', sizeof text);
	q = clause_new(a, Q_OR);
	clause_add(a, q, clause_term(a, "", 0));
	clause_add(a, q, clause_term(a, text, sizeof text));
	clause_add(a, q, clause_new(a, Q_AND));
	clause_add(a, q, clause_new(a, Q_PHRASE));
	clause_add(a, q, clause_new(a, Q_SYNONYM));
	clause_add(a, q, clause_new(a, Q_SCALE));
	assert_int_equal(reader_match(&found, r, q, 0, &err), ST_OK);
	assert_int_equal(docset_count(&found), 0);
	docset_release(&found);
	arena_close(a);
	reader_close(r);
}

/* Sets of another universe are cut to the reader's. */
static void test_sets_of_another_universe(void **state)
{
	struct reader *r = S_small();
	struct clause set = {.op = Q_DOCSET};
	struct err err = {0};
	struct docset docs, found;
	struct ranking ranking;

	(void)state;
	for (uint32_t last = 0; last < 200; last += 13) {
		docset_init(&docs, last, NULL);
		for (uint32_t d = 2; d <= last; d++)
			docset_add(&docs, d);
		set.docs = &docs;
		assert_int_equal(reader_match(&found, r, &set, 0, &err), ST_OK);
		assert_int_equal(docset_count(&found), last < 2 ? 0 : 2);
		docset_release(&found);
		set.op = Q_ALL;
		assert_int_equal(reader_rank(&ranking, r, &set, &docs, false, NULL, 0,
					     9, 0, &err),
				 ST_OK);
		assert_int_equal(ranking.n, last < 2 ? 0 : 2);
		ranking_release(&ranking);
		set.op = Q_DOCSET;
		docset_release(&docs);
	}
	reader_close(r);
}

/* A synonym of a phrase and a word: the phrase counts by its own weight. */
static void test_a_phrase_among_synonyms(void **state)
{
	struct reader *r = S_small();
	struct err err = {0};
	struct ranking ranking;
	struct arena *a;
	struct clause *q, *phrase;
	double alone;

	(void)state;
	assert_int_equal(arena_open(&a, &err), ST_OK);
	phrase = clause_new(a, Q_PHRASE);
	clause_add(a, phrase, clause_term(a, "XTuno", 5));
	clause_add(a, phrase, clause_term(a, "XTdos", 5));
	q = clause_new(a, Q_SYNONYM);
	clause_add(a, q, phrase);
	clause_add(a, q, clause_term(a, "SAdos", 5));
	assert_int_equal(reader_rank(&ranking, r, q, NULL, false, NULL, 0, 9, 0, &err),
			 ST_OK);
	assert_int_equal(ranking.n, 3);
	assert_int_equal(reader_weight(&alone, r, phrase, 1, &err), ST_OK);
	for (size_t i = 0; i < ranking.n; i++)
		if (ranking.v[i].docid == 1)
			assert_true(ranking.v[i].score == alone && alone > 0);
	ranking_release(&ranking);
	arena_close(a);
	reader_close(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_look_ups),
		cmocka_unit_test(test_the_documents_of_another_index_are_found_out),
		cmocka_unit_test(test_without_positions_there_is_no_answer),
		cmocka_unit_test(test_any_positions),
		cmocka_unit_test(test_values_are_whole_or_refused),
		cmocka_unit_test(test_what_is_no_index),
		cmocka_unit_test(test_malformed_queries_are_refused),
		cmocka_unit_test(test_sets_of_another_universe),
		cmocka_unit_test(test_a_phrase_among_synonyms),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
