#include "batch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "emit.h"
#include "json.h"
#include "json_read.h"
#include "messages.h"
#include "request.h"
#include "run.h"

/*
 * A request's keys are the long options with underscores, their values go
 * through the same checks as a command line's (request_set).  Four keys are no
 * options: id (repeated in the answer), command, query (or text: what a
 * command's words are) and ids; filters holds the facets' options together.
 */

/* ---- values ---- */

static enum status S_bad(struct err *err, const char *key, const char *wanted)
{
	return err_set(err, ST_USAGE, _("key \"%s\": %s expected"), key, wanted);
}

/* One value of an option: text, number, or true for a flag. */
static enum status S_option(struct request *r, const struct option_def *o,
			    const char *key, const json_t *v, struct err *err)
{
	char number[64];

	if (!o->arg) {
		if (json_is_true(v))
			return request_set(r, o, NULL, err);
		if (json_is_false(v) || json_is_null(v))
			return ST_OK;
		return S_bad(err, key, _("true or false"));
	}
	if (json_is_string(v)) {
		if (strlen(json_string_value(v)) != json_string_length(v))
			return S_bad(err, key, _("a text without NUL"));
		return request_set(r, o, json_string_value(v), err);
	}
	if (json_is_integer(v)) {
		snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
			 json_integer_value(v));
		return request_set(r, o, number, err);
	}
	if (json_is_real(v)) {
		snprintf(number, sizeof number, "%g", json_real_value(v));
		return request_set(r, o, number, err);
	}
	return S_bad(err, key, _("a text or a number"));
}

/* A value or a list of them. */
static enum status S_options(struct request *r, const char *key, const json_t *v,
			     struct err *err)
{
	const struct option_def *o = option_by_name(r->command, key);
	enum status st = ST_OK;
	json_t *one;
	size_t i;

	if (!o || o->commands == OPT_ALL_COMMANDS || o->key == OPT_FORMAT ||
	    o->key == OPT_BOM || o->key == OPT_RAW_CELLS) {
		/* Nothing is ignored in silence: a key that was mistyped would
		 * change the answer. */
		return err_set(err, ST_USAGE, _("unknown key \"%s\""), key);
	}
	if (json_is_null(v))
		return ST_OK;
	if (!json_is_array(v))
		return S_option(r, o, key, v, err);
	/* An empty list of facets is none of them. */
	if (o->key == OPT_FACETS && !json_array_size(v))
		return request_set(r, o, "none", err);
	json_array_foreach(v, i, one)
	{
		st = S_option(r, o, key, one, err);
		if (st)
			break;
	}
	return st;
}

static enum status S_filters(struct request *r, const json_t *v, struct err *err)
{
	static const char *const names[] = {"municipality", "region", "sello",
					    "population",   "year",   "status"};
	enum status st = ST_OK;
	const char *key;
	json_t *one;

	if (json_is_null(v))
		return ST_OK;
	if (!json_is_object(v))
		return S_bad(err, "filters", _("an object"));
	json_object_foreach((json_t *)(uintptr_t)v, key, one)
	{
		bool facet = false;

		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			facet = facet || strcmp(names[i], key) == 0;
		st = facet ? S_options(r, key, one, err)
			   : err_set(err, ST_USAGE, _("unknown key \"filters.%s\""),
				     key);
		if (st)
			break;
	}
	return st;
}

static enum status S_ids(struct request *r, const json_t *v, struct err *err)
{
	json_t *one;
	size_t i;

	if (!json_is_array(v))
		return S_bad(err, "ids", _("a list of texts"));
	json_array_foreach(v, i, one)
	{
		if (!json_is_string(one) ||
		    strlen(json_string_value(one)) != json_string_length(one))
			return S_bad(err, "ids", _("a list of texts"));
		if (!strs_add(&r->ids, json_string_value(one)))
			return err_nomem(err);
	}
	return ST_OK;
}

static enum status S_text(char **slot, size_t *n, const char *key, const json_t *v,
			  struct err *err)
{
	if (!json_is_string(v))
		return S_bad(err, key, _("a text"));
	*n = json_string_length(v);
	return str_set(slot, json_string_value(v), *n) ? ST_OK : err_nomem(err);
}

static enum status S_command(enum command *out, const json_t *request, struct err *err)
{
	const json_t *v = json_object_get(request, "command");

	*out = CMD_SEARCH;
	if (v && !json_is_string(v))
		return S_bad(err, "command", _("a text"));
	if (v)
		*out = command_by_name(json_string_value(v));
	if (*out == CMD_COUNT || *out == CMD_BATCH)
		return err_set(err, ST_USAGE, _("unknown command \"%s\""),
			       json_string_value(v));
	return ST_OK;
}

static enum status S_read(struct request *r, const json_t *request, struct err *err)
{
	enum command command;
	enum status st = S_command(&command, request, err);
	const char *key;
	json_t *v;

	request_init(r, command);
	r->format = FORMAT_JSON;
	json_object_foreach((json_t *)(uintptr_t)request, key, v)
	{
		if (st)
			break;
		if (strcmp(key, "id") == 0 || strcmp(key, "command") == 0)
			continue;
		if (strcmp(key, "filters") == 0)
			st = S_filters(r, v, err);
		else if (strcmp(key, "ids") == 0)
			st = S_ids(r, v, err);
		else if (strcmp(key, "text") == 0 && command == CMD_SIMILAR)
			st = S_text(&r->draft, &r->draft_n, key, v, err);
		else if (strcmp(key, "query") == 0 || strcmp(key, "text") == 0 ||
			 strcmp(key, "prefix") == 0)
			st = S_text(&r->query, &r->query_n, key, v, err);
		else
			st = S_options(r, key, v, err);
	}
	if (!st && !r->query && !str_set(&r->query, "", 0))
		st = err_nomem(err);
	return st ? st : request_check(r, err);
}

/* ---- answers ---- */

/* Appends an object's text with the id in front of its keys. */
static enum status S_put(struct buf *out, const json_t *id, const struct buf *answer,
			 struct err *err)
{
	enum status st;

	if (buf_status(answer, NULL))
		return buf_status(answer, err);
	buf_adds(out, "{\"id\":");
	if (id)
		st = json_write(out, id, err);
	else
		st = (buf_adds(out, "null"), ST_OK);
	/* An object has its brace, and keys behind it. */
	if (!st && answer->len > 2)
		buf_addc(out, ',');
	if (!st)
		buf_add(out, answer->data + 1, answer->len - 1);
	buf_addc(out, '\n');
	return st ? st : buf_status(out, err);
}

static enum status S_error(struct buf *out, const json_t *id, const char *code,
			   const char *message, size_t column, struct err *err)
{
	struct buf answer;
	struct emit e = {.out = &answer};
	enum status st;

	buf_init(&answer, 0);
	emit_open(&e, '{');
	emit_key(&e, "error");
	emit_open(&e, '{');
	emit_str_at(&e, "code", code);
	emit_str_at(&e, "message", message);
	emit_key(&e, "column");
	if (column)
		emit_size(&e, column);
	else
		emit_null(&e);
	emit_close(&e, '}');
	emit_close(&e, '}');
	st = S_put(out, id, &answer, err);
	buf_release(&answer);
	return st;
}

/* After these nothing that follows can be right. */
static bool S_fatal(enum status st)
{
	return st == ST_NOMEM || st == ST_DAMAGED || st == ST_INTERRUPTED;
}

static enum status S_answer(struct buf *out, bool *answered, struct engine *e,
			    const json_t *request, const json_t *id, struct err *err)
{
	struct request r = {0};
	struct err why;
	struct buf answer, missing;
	bool found;
	enum status st = S_read(&r, request, &why);

	buf_init(&answer, 0);
	buf_init(&missing, 0);
	if (!st)
		st = run_json(&answer, &found, &missing, e, &r, &why);
	if (!st && answer.len) {
		st = S_put(out, id, &answer, err);
		*answered = !st;
	} else if (!st) {
		if (missing.len)
			buf_truncate(&missing, missing.len - 1); /* its line end */
		st = S_error(out, id, "not_found", missing.data, 0, err);
	} else if (S_fatal(st)) {
		if (err)
			*err = why;
	} else {
		st = S_error(out, id, status_name(st), why.text, why.column, err);
	}
	buf_release(&answer);
	buf_release(&missing);
	request_release(&r);
	return st;
}

enum status batch_answer(struct buf *out, bool *answered, struct engine *e,
			 const char *line, size_t n, struct err *err)
{
	json_error_t bad;
	json_t *request =
		json_read(line, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &bad);
	enum status st;

	*answered = false;
	if (!request && json_read_lacked()) {
		st = err_nomem(err);
	} else if (!request) {
		st = S_error(out, NULL, "json", bad.text,
			     bad.column > 0 ? (size_t)bad.column : 1, err);
	} else if (!json_is_object(request)) {
		st = S_error(out, NULL, "json", _("a JSON object expected"), 1, err);
	} else {
		st = S_answer(out, answered, e, request, json_object_get(request, "id"),
			      err);
	}
	json_decref(request);
	return st;
}

enum status batch_too_long(struct buf *out, struct err *err)
{
	char text[120];

	snprintf(text, sizeof text, _("a request longer than %zu bytes"),
		 BATCH_LINE_MAX);
	return S_error(out, NULL, "limit", text, 0, err);
}
