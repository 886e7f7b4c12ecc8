/* positions*.c: what was gathered, replaced, deleted, merged and joined is what
 * is read; damaged bytes never do more than answer wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/positions_parts.h"
#include "scratch.h"

#define DOCS  700
#define TERMS 30
#define WORDS 60

/* By document its words: the term at each position, or none. */
struct model {
	uint32_t last;
	unsigned char word[DOCS + 1][WORDS]; /* term + 1; 0 = none */
	uint32_t gap[DOCS + 1];		     /* positions lie this far apart */
};

static struct model S_model;

static const char *S_term(unsigned t)
{
	static char text[TERMS][64];

	/* Some are longer than what is compared at once. */
	snprintf(text[t], sizeof text[t], "XT%u\xc3\xb1%s%u", t * 7 % 10,
		 t % 4 == 0 ? "descentralizaci\xc3\xb3nadministrativa" : "", t);
	return text[t];
}

/* The same word in all fields, without positions. */
static const char *S_bare_term(unsigned t)
{
	static char text[TERMS][64];

	snprintf(text[t], sizeof text[t], "XA%s", S_term(t) + 2);
	return text[t];
}

static uint32_t S_position(uint32_t d, unsigned i)
{
	return 1 + i * S_model.gap[d];
}

static unsigned S_count(uint32_t d, unsigned t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < WORDS; i++)
		n += S_model.word[d][i] == t + 1;
	return n;
}

/* New words for document d. */
static void S_put(struct positions_gather *g, uint32_t d)
{
	struct positioned v[3 * WORDS];
	struct err err = {0};
	size_t n = 0;

	S_model.gap[d] = scratch_below(4) ? 1 : 1 + scratch_below(40000000);
	for (unsigned i = 0; i < WORDS; i++) {
		unsigned a = scratch_below(TERMS), b = scratch_below(TERMS);

		S_model.word[d][i] =
			(unsigned char)(scratch_below(5) ? 1 + (a < b ? a : b) : 0);
	}
	/* In any order, and some twice. */
	for (unsigned k = 0; k < WORDS; k++) {
		unsigned i = k * 37 % WORDS, t = S_model.word[d][i];

		if (!t)
			continue;
		v[n] = (struct positioned){S_term(t - 1), S_position(d, i), 0};
		v[n + 1] = (struct positioned){S_bare_term(t - 1), 0, 1};
		if (k % 5 == 0) {
			v[n + 2] = v[n + 1];
			v[n + 1] = v[n];
			v[n] = v[n + 2];
		}
		n += 2;
		if (k % 11 == 0) {
			v[n] = (struct positioned){S_term(t - 1), S_position(d, i), 0};
			n++;
		}
	}
	if (positions_gather_put(g, d, v, n, &err))
		fail_msg("%s", err.text);
}

static void S_delete(struct positions_gather *g, uint32_t d)
{
	struct err err = {0};

	memset(S_model.word[d], 0, WORDS);
	assert_int_equal(positions_gather_delete(g, d, &err), ST_OK);
}

static struct positions *S_open(char **bytes, const char *path)
{
	struct positions *p;
	struct err err = {0};
	size_t n;

	*bytes = scratch_read(path, &n);
	if (positions_open(&p, *bytes, n, &err))
		fail_msg("%s", err.text);
	return p;
}

/* What positions_take() gives from `from` on is what a walk comes by, each block
 * taken to its end; counts not always asked for. */
static void S_same_taken(const struct positions *p, uint32_t term, uint32_t from)
{
	uint32_t docid[POSITIONS_BLOCK], count[POSITIONS_BLOCK];
	struct positions_cursor walk, take;
	bool counts = scratch_below(4) > 0, there;
	size_t n;

	positions_start(&walk, p, term);
	positions_start(&take, p, term);
	there = positions_next(&walk);
	while ((n = positions_take(&take, from, docid, counts ? count : NULL)) > 0) {
		assert_true(n <= POSITIONS_BLOCK);
		/* Only what ends before `from` was passed by. */
		while (there && walk.docid != docid[0]) {
			assert_true(walk.docid < from);
			there = positions_next(&walk);
		}
		for (size_t i = 0; i < n; i++) {
			assert_true(there);
			assert_int_equal(docid[i], walk.docid);
			if (counts)
				assert_int_equal(count[i], walk.count);
			there = positions_next(&walk);
		}
		assert_int_equal(take.docid, docid[n - 1]);
		from = take.docid + 1 + (scratch_below(3) ? 0 : scratch_below(400));
	}
	while (there) {
		assert_true(walk.docid < from);
		there = positions_next(&walk);
	}
	assert_int_equal(positions_take(&take, 1, docid, count), 0);
}

/* The file says what the model says, document numbers moved by offset. */
static void S_same(const struct positions *p, uint32_t offset)
{
	for (unsigned t = 0; t < TERMS; t++) {
		const char *text = S_term(t);
		uint32_t i = positions_find(p, text, strlen(text)), df = 0, cf = 0;
		struct positions_cursor c, far, bare;

		positions_start(&c, p, i);
		text = S_bare_term(t);
		positions_start(&bare, p, positions_find(p, text, strlen(text)));
		for (uint32_t d = 1; d <= S_model.last; d++) {
			unsigned n = S_count(d, t), k = 0;
			uint32_t have[WORDS];

			if (!n)
				continue;
			df++;
			cf += n;
			assert_true(positions_next(&c));
			assert_int_equal(c.docid, d + offset);
			assert_int_equal(c.count, n);
			assert_int_equal(positions_get(have, &c), n);
			for (unsigned w = 0; w < WORDS; w++)
				if (S_model.word[d][w] == t + 1)
					assert_int_equal(have[k++], S_position(d, w));
			assert_true(positions_next(&bare));
			assert_int_equal(bare.docid, d + offset);
			assert_int_equal(bare.count, n);
			assert_int_equal(positions_get(have, &bare), 0);
			/* The same by a jump. */
			positions_start(&far, p, i);
			assert_true(positions_seek(&far, d + offset));
			assert_int_equal(far.docid, d + offset);
			assert_int_equal(far.count, n);
			assert_true(positions_seek(&far, 1));
			assert_int_equal(far.docid, d + offset);
		}
		assert_false(positions_next(&c));
		assert_false(positions_next(&c));
		assert_false(positions_next(&bare));
		if (!offset) {
			assert_int_equal(positions_documents(p, i), df);
			assert_int_equal(positions_occurrences(p, i), cf);
			assert_int_equal(df > 0, i < positions_terms(p));
		}
		for (int k = 0; k < 4; k++) {
			uint32_t from = k ? 1 + offset + scratch_below(DOCS) : 1;

			S_same_taken(p, i, from);
			text = S_bare_term(t);
			S_same_taken(p, positions_find(p, text, strlen(text)), from);
		}
		/* In random steps, always to the next that is there. */
		positions_start(&c, p, i);
		for (uint32_t d = 1; d <= S_model.last + 3;
		     d += 1 + scratch_below(200)) {
			uint32_t want = d < 1 + offset ? 1 : d - offset;

			while (want <= S_model.last && !S_count(want, t))
				want++;
			if (want > S_model.last) {
				assert_false(positions_seek(&c, d));
				continue;
			}
			assert_true(positions_seek(&c, d));
			assert_int_equal(c.docid, want + offset);
		}
	}
	for (uint32_t i = 0; i + 1 < positions_terms(p); i++) {
		size_t a_n, b_n;
		const char *a = positions_term(&a_n, p, i),
			   *b = positions_term(&b_n, p, i + 1);
		int d = memcmp(a, b, a_n < b_n ? a_n : b_n);

		assert_true(d < 0 || (d == 0 && a_n < b_n));
	}
	assert_int_equal(positions_find(p, "", 0), positions_terms(p));
	assert_int_equal(positions_find(p, "XTzz", 4), positions_terms(p));
	assert_int_equal(positions_documents(p, positions_terms(p)), 0);
}

/* Several transactions, one on top of the other. */
static void test_generations(void **state)
{
	(void)state;
	scratch_random("positions");
	for (int round = 0; round < 12; round++) {
		char name[32], base[512] = "";

		memset(&S_model, 0, sizeof S_model);
		for (int turn = 0; turn < 4; turn++) {
			struct positions_gather *g;
			struct positions *p;
			struct err err = {0};
			char *bytes;
			uint32_t more = scratch_below(turn ? 60 : DOCS - 200);

			assert_int_equal(positions_gather_open(&g, scratch_dir, &err),
					 ST_OK);
			if (scratch_below(2)) /* many runs */
				positions_gather_limit(g, 1 + scratch_below(60000));
			for (uint32_t i = 0; i < more && S_model.last < DOCS; i++)
				S_put(g, ++S_model.last);
			for (int i = 0; turn && i < 40 && S_model.last; i++) {
				uint32_t d = 1 + scratch_below(S_model.last);

				if (scratch_below(3) == 0)
					S_delete(g, d);
				else
					S_put(g, d);
			}
			snprintf(name, sizeof name, "pos%d-%d", round, turn);
			if (positions_gather_finish(g, *base ? base : NULL,
						    scratch_path(name), turn % 2, &err))
				fail_msg("%s", err.text);
			/* Never over another file. */
			assert_int_equal(positions_gather_finish(g, NULL,
								 scratch_path(name),
								 false, &err),
					 ST_IO);
			positions_gather_close(g);
			snprintf(base, sizeof base, "%s", scratch_path(name));
			p = S_open(&bytes, base);
			S_same(p, 0);
			positions_close(p);
			free(bytes);
		}
	}
}

/* Document d has one word only, of the term that it says. */
static void S_put_one(struct positions_gather *g, uint32_t d, unsigned t)
{
	struct positioned v[2] = {{S_term(t), 1, 0}, {S_bare_term(t), 0, 1}};
	struct err err = {0};

	S_model.gap[d] = 1;
	memset(S_model.word[d], 0, WORDS);
	S_model.word[d][0] = (unsigned char)(t + 1);
	assert_int_equal(positions_gather_put(g, d, v, 2, &err), ST_OK);
}

/* Where little changes, most terms are taken over as they stand. */
static void test_few_changes(void **state)
{
	/* Which document goes: the last one of all too. */
	static const uint32_t gone[] = {0, 1, 350, DOCS};
	const char *base = scratch_path("few");

	(void)state;
	memset(&S_model, 0, sizeof S_model);
	for (size_t turn = 0; turn <= sizeof gone / sizeof *gone; turn++) {
		struct positions_gather *g;
		struct positions *p;
		struct err err = {0};
		char *bytes, name[16];

		assert_int_equal(positions_gather_open(&g, scratch_dir, &err), ST_OK);
		if (turn == 0) {
			/* Lists of one block and of several. */
			for (uint32_t d = 1; d <= DOCS; d++)
				S_put_one(g, d, d % 3 ? d % TERMS : 0);
			S_model.last = DOCS;
		} else if (gone[turn - 1]) {
			S_delete(g, gone[turn - 1]);
		} else {
			S_put_one(g, 5, 7);
			S_put_one(g, 9, 5);
		}
		snprintf(name, sizeof name, "few%zu", turn);
		assert_int_equal(positions_gather_finish(g, turn ? base : NULL,
							 scratch_path(name), false,
							 &err),
				 ST_OK);
		positions_gather_close(g);
		base = scratch_path(name);
		p = S_open(&bytes, base);
		S_same(p, 0);
		assert_int_equal(positions_last(p), turn < 4 ? DOCS : DOCS - 1);
		positions_close(p);
		free(bytes);
	}
}

static void test_joining(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		struct model whole;
		const char *files[3];
		uint32_t offsets[3];
		char name[3][32], joined[32];
		struct positions *p;
		struct err err = {0};
		char *bytes;

		memset(&whole, 0, sizeof whole);
		for (int part = 0; part < 3; part++) {
			struct positions_gather *g;
			uint32_t n = scratch_below(200);

			memset(&S_model, 0, sizeof S_model);
			assert_int_equal(positions_gather_open(&g, scratch_dir, &err),
					 ST_OK);
			while (S_model.last < n)
				S_put(g, ++S_model.last);
			snprintf(name[part], sizeof name[part], "part%d-%d", round,
				 part);
			files[part] = scratch_path(name[part]);
			offsets[part] = whole.last;
			assert_int_equal(positions_gather_finish(g, NULL, files[part],
								 false, &err),
					 ST_OK);
			positions_gather_close(g);
			for (uint32_t d = 1; d <= n; d++) {
				memcpy(whole.word[whole.last + d], S_model.word[d],
				       WORDS);
				whole.gap[whole.last + d] = S_model.gap[d];
			}
			whole.last += n;
		}
		S_model = whole;
		snprintf(joined, sizeof joined, "joined%d", round);
		if (positions_join(scratch_path(joined), files, offsets, 3, &err))
			fail_msg("%s", err.text);
		p = S_open(&bytes, scratch_path(joined));
		S_same(p, 0);
		positions_close(p);
		free(bytes);
		/* One alone, moved. */
		memset(&S_model, 0, sizeof S_model);
		S_model.last = offsets[1];
		memcpy(S_model.word, whole.word, sizeof S_model.word);
		memcpy(S_model.gap, whole.gap, sizeof S_model.gap);
		offsets[0] = 1000;
		snprintf(joined, sizeof joined, "moved%d", round);
		assert_int_equal(
			positions_join(scratch_path(joined), files, offsets, 1, &err),
			ST_OK);
		p = S_open(&bytes, scratch_path(joined));
		S_same(p, 1000);
		positions_close(p);
		free(bytes);
	}
}

#define PACKED_DOCS   (6 * POSITIONS_BLOCK + 3)
#define PACKED_PLACES 40 /* of a document, where it has positions */

static uint32_t S_docid[PACKED_DOCS], S_times[PACKED_DOCS];
static uint32_t S_places[PACKED_DOCS][PACKED_PLACES];

static void S_same_document(const struct positions_cursor *c, uint32_t i, bool placed)
{
	uint32_t *have = malloc((c->count + (size_t)1) * sizeof *have);

	assert_int_equal(c->docid, S_docid[i]);
	assert_int_equal(c->count, S_times[i]);
	assert_int_equal(positions_get(have, c), placed ? S_times[i] : 0);
	if (placed)
		assert_memory_equal(have, S_places[i], S_times[i] * sizeof *have);
	free(have);
}

/* n documents with gaps and counts (or places) of random widths, written by
 * themselves; the greatest document. */
static uint32_t S_write_packed(const char *path, uint32_t n, bool placed)
{
	static const uint32_t tops[] = {1, 2, 15, 16, 255, 256, 65535, 65536, 1000000};
	uint32_t gap_top = 1, count_top = 1, apart_top = 1, d = 0;
	struct positions_sink sink;
	struct err err = {0};
	int fd;

	assert_int_equal(file_create(&fd, path, &err), ST_OK);
	assert_int_equal(sink_open(&sink, fd, scratch_path("."), &err), ST_OK);
	for (uint32_t i = 0; i < n; i++) {
		unsigned char body[5 * PACKED_PLACES];
		size_t body_n = 0;

		if (i % 64 == 0) {
			gap_top = tops[scratch_below(9)];
			count_top = tops[scratch_below(9)];
			apart_top = tops[scratch_below(9)];
		}
		S_docid[i] = d += 1 + scratch_below(gap_top);
		S_times[i] = 1 + scratch_below(count_top);
		if (placed && S_times[i] > PACKED_PLACES)
			S_times[i] = PACKED_PLACES;
		for (uint32_t k = 0, at = 0; placed && k < S_times[i]; k++) {
			uint32_t apart = 1 + scratch_below(apart_top);

			S_places[i][k] = at += apart;
			body_n += varint_put(body + body_n, apart);
		}
		sink_document(&sink, d, S_times[i], body, body_n);
	}
	assert_int_equal(sink_term(&sink, "XTx", 3, &err), ST_OK);
	assert_int_equal(sink_finish(&sink, &err), ST_OK);
	sink_release(&sink);
	close(fd);
	return d;
}

/* Blocks of every width, full and not, with positions and without: read by
 * steps, at once and by jumps. */
static void test_packed_blocks(void **state)
{
	(void)state;
	scratch_random("packed");
	for (int round = 0; round < 400; round++) {
		uint32_t n = POSITIONS_BLOCK * scratch_below(6) + scratch_below(3);
		bool placed = scratch_below(2) > 0;
		struct positions *p;
		struct positions_cursor c;
		char name[32], *bytes;
		uint32_t last;

		snprintf(name, sizeof name, "packed%d", round);
		last = S_write_packed(scratch_path(name), n, placed);
		p = S_open(&bytes, scratch_path(name));
		assert_int_equal(positions_terms(p), n > 0);
		positions_start(&c, p, 0);
		for (uint32_t i = 0; i < n; i++) {
			assert_true(positions_next(&c));
			S_same_document(&c, i, placed);
		}
		assert_false(positions_next(&c));
		for (int k = 0; k < 3; k++) {
			uint32_t step = 1 + scratch_below(200);

			positions_start(&c, p, 0);
			for (uint32_t i = scratch_below(step); i < n;
			     i += 1 + scratch_below(step)) {
				uint32_t before = i ? S_docid[i - 1] + 1 : 1;

				assert_true(positions_seek(
					&c, before + scratch_below(S_docid[i] - before +
								   1)));
				S_same_document(&c, i, placed);
			}
		}
		S_same_taken(p, 0, 1);
		S_same_taken(p, 0, 1 + scratch_below(last + 1));
		positions_close(p);
		free(bytes);
		unlink(scratch_path(name));
	}
}

static void test_what_is_refused(void **state)
{
	struct positions_gather *g;
	struct positioned v = {"STa", 0, UINT32_MAX},
			  mixed[2] = {{"XTa", 1, 0}, {"XTa", 0, 1}};
	const char *nowhere = "/nonexistent/file";
	struct err err = {0};
	struct positions *p;
	uint32_t offset = 0;

	(void)state;
	assert_int_equal(positions_gather_open(&g, scratch_dir, &err), ST_OK);
	assert_int_equal(positions_gather_put(g, 1, &v, 1, &err), ST_INTERNAL);
	assert_int_equal(positions_gather_put(g, 0, &v, 0, &err), ST_INTERNAL);
	assert_int_equal(positions_gather_delete(g, 0, &err), ST_INTERNAL);
	assert_int_equal(
		positions_gather_finish(g, nowhere, scratch_path("x1"), false, &err),
		ST_IO);
	assert_int_equal(positions_gather_finish(g, NULL, nowhere, false, &err), ST_IO);
	/* With a position here and without one there. */
	assert_int_equal(positions_gather_put(g, 5, mixed, 1, &err), ST_OK);
	assert_int_equal(positions_gather_put(g, 6, mixed + 1, 1, &err), ST_OK);
	assert_int_equal(
		positions_gather_finish(g, NULL, scratch_path("x0"), false, &err),
		ST_INTERNAL);
	positions_gather_close(g);
	positions_gather_close(NULL);
	assert_int_equal(positions_join(scratch_path("x2"), &nowhere, &offset, 1, &err),
			 ST_IO);
	assert_int_equal(positions_open(&p, NULL, 0, &err), ST_DAMAGED);
	assert_null(p);
}

/* ---- damage ---- */

static void S_use(const char *bytes, size_t n)
{
	char *copy = malloc(n ? n : 1);
	struct positions *p;
	struct err err = {0};
	enum status st;

	memcpy(copy, bytes, n);
	st = positions_open(&p, copy, n, &err);
	if (st)
		assert_int_equal(st, ST_DAMAGED);
	for (uint32_t i = 0; !st && i < positions_terms(p) && i < 100; i++) {
		struct positions_cursor c;
		size_t len, seen = 0;
		const char *text = positions_term(&len, p, i);
		uint32_t before = 0;

		positions_find(p, text, len);
		positions_start(&c, p, i);
		while (positions_next(&c) && ++seen < 100000) {
			uint32_t *have = malloc((c.count + (size_t)1) * sizeof *have);

			assert_true(c.docid > before);
			before = c.docid;
			assert_true(positions_get(have, &c) <= c.count);
			free(have);
		}
		for (uint32_t d = 1; d < DOCS; d += 17) {
			positions_start(&c, p, i);
			if (positions_seek(&c, d))
				assert_true(c.docid >= d);
			if (positions_seek(&c, d + 200))
				assert_true(c.docid >= d + 200);
		}
	}
	if (!st)
		positions_close(p);
	free(copy);
}

static void test_damaged_bytes_never_crash(void **state)
{
	struct positions_gather *g;
	struct err err = {0};
	size_t n;
	char *bytes;

	(void)state;
	scratch_random("positions damage");
	memset(&S_model, 0, sizeof S_model);
	assert_int_equal(positions_gather_open(&g, scratch_dir, &err), ST_OK);
	while (S_model.last < 400)
		S_put(g, ++S_model.last);
	assert_int_equal(
		positions_gather_finish(g, NULL, scratch_path("damage"), false, &err),
		ST_OK);
	positions_gather_close(g);
	bytes = scratch_read(scratch_path("damage"), &n);
	S_use(bytes, n);
	for (int i = 0; i < 1500; i++) {
		size_t at = scratch_below((uint32_t)n);
		char kept[8];

		if (i % 10 == 0) {
			S_use(bytes, at);
			continue;
		}
		/* The head and the offsets at the end are worth damaging most. */
		if (i % 3 == 0)
			at = scratch_below(32);
		else if (i % 3 == 1)
			at = n - 1 - scratch_below(1200);
		if (at > n - 8)
			at = n - 8;
		memcpy(kept, bytes + at, 8);
		for (unsigned k = 0; k < 1 + scratch_below(8); k++)
			bytes[at + k] =
				(char)(scratch_below(3) ? scratch_below(256) : 0xFF);
		S_use(bytes, n);
		memcpy(bytes + at, kept, 8);
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generations),
		cmocka_unit_test(test_few_changes),
		cmocka_unit_test(test_joining),
		cmocka_unit_test(test_packed_blocks),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_damaged_bytes_never_crash),
	};

	return cmocka_run_group_tests(tests, scratch_open, scratch_close);
}
