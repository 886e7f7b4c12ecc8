#include "run.h"

#include "analyze.h"
#include "compare.h"
#include "facets.h"
#include "json.h"
#include "lastword.h"
#include "messages.h"
#include "search.h"
#include "show.h"
#include "similar.h"
#include "suggest.h"

/* Past its time limit a request ends by itself, long before this. */
static void S_watch(const struct request *r)
{
	lastword_watch((unsigned)r->timeout + 10);
}

/* *out NULL with ST_OK: similar to an id that is nobody's. */
static enum status S_answer(struct answer **out, bool *found, struct buf *why,
			    struct engine *e, const struct request *r, struct err *err)
{
	enum status st;

	*found = true;
	if (r->command == CMD_SIMILAR) {
		st = similar_run(out, found, why, e, r, err);
		if (!st && *out && !(*out)->n_hits)
			st = answer_notice(*out, "nothing_near", NULL, 0, err, "%s",
					   _("no practice is near enough to say why"));
	} else if (r->command == CMD_FACETS) {
		st = facets_run(out, e, r, err);
	} else {
		st = search_run(out, e, r, err);
	}
	if (st || !*out)
		return st;
	*found = (*out)->total > 0;
	return ST_OK;
}

static enum status S_suggest(struct page *to, bool *found, struct engine *e,
			     const struct request *r, struct err *err)
{
	struct completions c;
	enum status st = suggest_run(&c, e, r, err);

	*found = c.n > 0;
	if (!st)
		st = suggest_text(to, &c, err);
	completions_release(&c);
	return st;
}

static enum status S_as_json(struct page *to, bool *found, struct engine *e,
			     const struct request *r, struct err *err)
{
	size_t before = to->out->len;
	enum status st = run_json(to->out, found, to->notes, e, r, err);

	if (!st && to->out->len > before)
		buf_addc(to->out, '\n');
	return st ? st : buf_status(to->out, err);
}

enum status run_request(struct page *to, bool *found, struct engine *e,
			const struct request *r, struct err *err)
{
	struct answer *a = NULL;
	enum status st = ST_INTERNAL;

	S_watch(r);
	*found = true;
	switch (r->command) {
	case CMD_SEARCH:
	case CMD_LESSONS:
	case CMD_SIMILAR:
	case CMD_FACETS:
		st = S_answer(&a, found, to->notes, e, r, err);
		if (!st && a)
			st = render_answer(to, a, err);
		answer_close(a);
		return st;
	case CMD_SHOW:
		return show_run(to, found, e, r, err);
	case CMD_COMPARE:
		return r->format == FORMAT_JSON ? S_as_json(to, found, e, r, err)
						: compare_text(to, found, e, r, err);
	case CMD_SUGGEST:
		return r->format == FORMAT_JSON ? S_as_json(to, found, e, r, err)
						: S_suggest(to, found, e, r, err);
	case CMD_ANALYZE:
		return r->format == FORMAT_JSON ? S_as_json(to, found, e, r, err)
						: analyze_text(to, e, r, err);
	case CMD_BATCH:
	case CMD_COUNT:
		break;
	}
	return err_set(err, ST_INTERNAL, "command %d", (int)r->command);
}

enum status run_json(struct buf *out, bool *found, struct buf *why, struct engine *e,
		     const struct request *r, struct err *err)
{
	struct completions c;
	struct answer *a = NULL;
	json_t *value = NULL;
	enum status st = ST_INTERNAL;

	S_watch(r);
	*found = true;
	switch (r->command) {
	case CMD_SEARCH:
	case CMD_LESSONS:
	case CMD_SIMILAR:
	case CMD_FACETS:
		st = S_answer(&a, found, why, e, r, err);
		if (!st && a)
			st = render_json(out, a, err);
		answer_close(a);
		return st;
	case CMD_SHOW:
		st = show_json(&value, e, r, err);
		if (!st)
			*found = json_array_size(json_object_get(value, "records")) > 0;
		break;
	case CMD_COMPARE:
		st = compare_json(&value, found, why, e, r, err);
		break;
	case CMD_SUGGEST:
		st = suggest_run(&c, e, r, err);
		*found = c.n > 0;
		if (!st)
			st = suggest_json(&value, &c, r, err);
		completions_release(&c);
		break;
	case CMD_ANALYZE:
		st = analyze_json(&value, e, r, err);
		break;
	case CMD_BATCH:
	case CMD_COUNT:
		return err_set(err, ST_INTERNAL, "command %d", (int)r->command);
	}
	if (!st && value)
		st = json_write(out, value, err);
	json_decref(value);
	return st;
}
