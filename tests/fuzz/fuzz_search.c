/* A whole request to a whole answer, over an index with a hostile ficha: the
 * first bytes choose command, format and options, the rest is the query.  What
 * is written is inert, JSON is JSON, cells are no formulas, and counts agree. */
#include "../../searcher/search.h"
#include "fuzz.h"
#include "fuzz_answers.h"

static void S_choose(struct request *r, struct fuzz_in *in)
{
	static const enum command commands[] = {CMD_SEARCH, CMD_LESSONS, CMD_FACETS,
						CMD_SEARCH, CMD_SUGGEST, CMD_ANALYZE,
						CMD_SEARCH, CMD_SIMILAR};
	unsigned what = fuzz_byte(in), how = fuzz_byte(in), flags = fuzz_byte(in);

	request_init(r, commands[what % 8]);
	r->format = (enum format)(how % 6);
	if (r->command == CMD_SUGGEST || r->command == CMD_ANALYZE)
		r->format = how & 1 ? FORMAT_JSON : FORMAT_TEXT;
	else if (r->command != CMD_SEARCH && r->command != CMD_LESSONS &&
		 r->format == FORMAT_IDS)
		r->format = FORMAT_TEXT;
	r->match = (enum match_mode)(how / 8 % 3);
	r->sort = (enum sort_order)(how / 32 % 4);
	r->limit = what / 8 % 8 ? what / 8 % 8 : LIMIT_ALL;
	r->offset = what / 64;
	r->exact = flags & 1;
	r->no_synonyms = flags & 2;
	r->no_typos = flags & 4;
	r->explain = flags & 8 && r->command != CMD_FACETS;
	r->raw_cells = false;
	if (flags & 16)
		r->want[FACET_YEAR] = r->want[FACET_REGION] = true;
	if (flags & 32 && r->command == CMD_FACETS) {
		r->cross[0] = FACET_SELLO;
		r->cross[1] = FACET_YEAR;
	}
	if (flags & 64)
		strs_add(&r->filter[FACET_SELLO], "formacion");
	r->timeout = 0; /* by the fuzzer's clock */
}

static void S_written(const struct request *r, const struct buf *out)
{
	if (r->format == FORMAT_JSON || r->format == FORMAT_JSONL)
		fuzz_is_json(out->data, out->len);
	if (r->format == FORMAT_CSV || r->format == FORMAT_TSV)
		fuzz_is_table(out->data, out->len,
			      r->format == FORMAT_CSV ? ',' : '\t');
	fuzz_is_inert(out->data, out->len);
}

static void S_counts(struct engine *e, const struct request *r)
{
	struct answer *a = NULL;
	struct err err = {0};
	size_t shown;

	if (search_run(&a, e, r, &err))
		return;
	shown = a->total > r->offset ? a->total - r->offset : 0;
	REQUIRE(a->n_hits == (shown < r->limit ? shown : r->limit));
	REQUIRE(a->total == docset_count(&a->within));
	REQUIRE(a->total <= docset_count(column_documents(e->column)));
	for (int f = 0; f < FACET_COUNT; f++)
		for (size_t i = 0; i < a->facets[f].n; i++)
			REQUIRE(a->facets[f].v[i].count <=
				docset_count(column_documents(e->column)));
	answer_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_in in = {data, size};
	struct engine *e = fuzz_engine();
	struct request r;
	struct buf out, notes;
	struct page to = {&out, &notes, {false, 80}};
	struct err err = {0};
	bool found;
	enum status st;

	S_choose(&r, &in);
	r.query = calloc(in.n + 1, 1);
	REQUIRE(r.query);
	if (in.n)
		memcpy(r.query, in.p, in.n);
	r.query_n = in.n;
	if (r.command == CMD_SIMILAR) {
		r.draft = calloc(in.n + 1, 1);
		REQUIRE(r.draft);
		memcpy(r.draft, r.query, in.n);
		r.draft_n = in.n;
	}
	buf_init(&out, 0);
	buf_init(&notes, 0);
	if (request_check(&r, &err) == ST_OK) {
		st = run_request(&to, &found, e, &r, &err);
		if (st) {
			REQUIRE(st == ST_USAGE || st == ST_LIMIT);
			fuzz_is_message(&err);
		} else {
			S_written(&r, &out);
			fuzz_is_inert(notes.data, notes.len);
		}
		if (!st && (r.command == CMD_SEARCH || r.command == CMD_LESSONS))
			S_counts(e, &r);
	}
	buf_release(&out);
	buf_release(&notes);
	request_release(&r);
	return 0;
}
