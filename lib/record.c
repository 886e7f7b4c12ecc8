#include "record.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json_read.h"
#include "messages.h"
#include "record_keys.h"

#define AT(member) offsetof(struct ficha, member)

const struct record_key record_keys[RECORD_KEYS] = {
	{"id", K_STR, AT(id)},
	{"title", K_TEXT, F_TITLE},
	{"municipalities", K_STRS, AT(municipalities)},
	{"municipality", K_MUNICIPALITY, 0},
	{"cut_code", K_STR, AT(cut_code)},
	{"province", K_STR, AT(province)},
	{"region", K_STR, AT(region)},
	{"region_code", K_STR, AT(region_code)},
	{"units_and_partners", K_TEXT, F_UNITS},
	{"sello_lines", K_STRS, AT(sello_lines)},
	{"population_label", K_STR, AT(population_label)},
	{"population_verbatim", K_TEXT, F_POPULATION},
	{"population_groups", K_STRS, AT(population_groups)},
	{"dates_verbatim", K_TEXT, F_DATES},
	{"date_start", K_STR, AT(date_start)},
	{"date_end", K_STR, AT(date_end)},
	{"ongoing", K_BOOL, AT(ongoing)},
	{"months", K_INTS, AT(months)},
	{"years", K_INTS, AT(years)},
	{"funding", K_TEXT, F_FUNDING},
	{"sustainability", K_TEXT, F_SUSTAINABILITY},
	{"status", K_STR, AT(status)},
	{"description", K_TEXT, F_DESCRIPTION},
	{"innovation", K_TEXT, F_INNOVATION},
	{"lessons", K_TEXT, F_LESSONS},
	{"source", K_SOURCE, 0},
};

/* ---- reading ---- */

static enum status S_wrong(struct err *err, const char *key, const char *wanted)
{
	return err_set(err, ST_INPUT, _("key \"%s\": %s expected"), key, wanted);
}

static enum status S_read_string(char **slot, const json_t *v, const char *key,
				 struct err *err)
{
	if (json_is_null(v))
		return str_set(slot, NULL, 0) ? ST_OK : err_nomem(err);
	if (!json_is_string(v))
		return S_wrong(err, key, _("a string or null"));
	return str_set(slot, json_string_value(v), json_string_length(v))
		       ? ST_OK
		       : err_nomem(err);
}

static enum status S_read_strings(struct strs *l, const json_t *v, const char *key,
				  struct err *err)
{
	size_t i;
	json_t *item;

	if (json_is_null(v))
		return ST_OK;
	if (!json_is_array(v))
		return S_wrong(err, key, _("a list of strings"));
	json_array_foreach(v, i, item)
	{
		if (!json_is_string(item))
			return S_wrong(err, key, _("a list of strings"));
		if (!strs_add(l, json_string_value(item)))
			return err_nomem(err);
	}
	return ST_OK;
}

static enum status S_read_numbers(struct ints *l, const json_t *v, const char *key,
				  struct err *err)
{
	size_t i;
	json_t *item;

	if (json_is_null(v))
		return ST_OK;
	if (!json_is_array(v))
		return S_wrong(err, key, _("a list of whole numbers"));
	json_array_foreach(v, i, item)
	{
		json_int_t n = json_integer_value(item);

		if (!json_is_integer(item) || n < 0 || n > INT_MAX)
			return S_wrong(err, key, _("a list of whole numbers"));
		if (!ints_add(l, (int)n))
			return err_nomem(err);
	}
	return ST_OK;
}

static bool S_line(unsigned *out, const json_t *v)
{
	json_int_t n = json_integer_value(v);

	if (!json_is_integer(v) || n < 0 || n > INT_MAX)
		return false;
	*out = (unsigned)n;
	return true;
}

static enum status S_read_source(struct ficha *f, const json_t *v, struct err *err)
{
	const json_t *fields, *paras, *pair;
	unsigned first, last;
	enum status st;

	if (!json_is_object(v))
		return S_wrong(err, "source", _("an object"));
	if (json_object_get(v, "path")) {
		st = S_read_string(&f->source_path, json_object_get(v, "path"),
				   "source.path", err);
		if (st)
			return st;
	}
	if (S_line(&first, json_object_get(v, "line_start")))
		f->line_start = first;
	if (S_line(&last, json_object_get(v, "line_end")))
		f->line_end = last;
	fields = json_object_get(v, "fields");
	paras = json_object_get(v, "para_lines");
	for (int i = 0; i < F_COUNT; i++) {
		pair = json_object_get(fields, field_table[i].name);
		if (S_line(&first, json_array_get(pair, 0)) &&
		    S_line(&last, json_array_get(pair, 1)) && first <= last) {
			f->lines[i].first = first;
			f->lines[i].last = last;
		}
		pair = json_object_get(paras, field_table[i].name);
		if (pair) {
			st = S_read_numbers(&f->para_lines[i], pair,
					    "source.para_lines", err);
			if (st)
				return st;
		}
		if (!f->para_lines[i].n && f->lines[i].first &&
		    !ints_add(&f->para_lines[i], (int)f->lines[i].first))
			return err_nomem(err);
	}
	return ST_OK;
}

static enum status S_read_key(struct ficha *f, const struct record_key *k,
			      const json_t *v, struct err *err)
{
	switch (k->kind) {
	case K_STR:
		return S_read_string(record_member(f, k), v, k->name, err);
	case K_TEXT:
		return S_read_string(&f->text[k->offset], v, k->name, err);
	case K_STRS:
		return S_read_strings(record_member(f, k), v, k->name, err);
	case K_INTS:
		return S_read_numbers(record_member(f, k), v, k->name, err);
	case K_BOOL:
		if (!json_is_boolean(v) && !json_is_null(v))
			return S_wrong(err, k->name, _("true or false"));
		*(bool *)record_member(f, k) = json_is_true(v);
		return ST_OK;
	case K_MUNICIPALITY:
		if (!json_is_null(v) && !json_is_string(v))
			return S_wrong(err, k->name, _("a string or null"));
		/* The list wins; this is only its first, for the reader's eye. */
		return ST_OK;
	case K_SOURCE:
		return S_read_source(f, v, err);
	}
	return ST_OK;
}

static const struct record_key *S_find_key(const char *name)
{
	for (size_t i = 0; i < RECORD_KEYS; i++)
		if (strcmp(record_keys[i].name, name) == 0)
			return &record_keys[i];
	return NULL;
}

static enum status S_read_object(struct ficha *out, json_t *record, struct err *err)
{
	json_t *extra = json_object(), *v;
	enum status st = extra ? ST_OK : err_nomem(err);
	const char *name;

	json_object_foreach(record, name, v)
	{
		const struct record_key *k = S_find_key(name);

		if (st)
			break;
		if (k)
			st = S_read_key(out, k, v, err);
		else if (json_object_set(extra, name, v) != 0)
			st = err_nomem(err);
	}
	v = json_object_get(record, "municipality");
	if (!st && !out->municipalities.n && json_is_string(v) &&
	    !strs_add(&out->municipalities, json_string_value(v)))
		st = err_nomem(err);
	if (!st && json_object_size(extra)) {
		char *text = json_print(extra, JSON_COMPACT | JSON_REAL_PRECISION(15));

		st = text ? ST_OK : err_nomem(err);
		out->extra = text;
	}
	json_decref(extra);
	if (!st && (!out->text[F_TITLE] || !out->text[F_TITLE][0]))
		st = err_set(err, ST_INPUT, "%s", _("the record has no title"));
	return st;
}

static bool S_given(const json_t *record, const char *name)
{
	const json_t *v = json_object_get(record, name);

	return v && !json_is_null(v);
}

enum status record_read(struct ficha *out, struct record_keys *keys, const char *json,
			size_t n, struct err *err)
{
	json_error_t je;
	json_t *record;
	enum status st;

	if (record_scan(out, keys, json, n))
		return ST_OK;
	ficha_release(out);
	record = json_read(json, n, JSON_REJECT_DUPLICATES, &je);
	if (!record && json_read_lacked()) {
		st = err_nomem(err);
	} else if (!record) {
		st = err_set(err, ST_INPUT, _("malformed JSON: %s"), je.text);
		if (err)
			err->column = je.position > 0 ? (size_t)je.position : 1;
	} else if (!json_is_object(record)) {
		st = err_set(err, ST_INPUT, "%s", _("a JSON object expected"));
	} else {
		st = S_read_object(out, record, err);
		if (keys) {
			keys->id = S_given(record, "id");
			keys->municipalities = S_given(record, "municipalities") ||
					       S_given(record, "municipality");
			keys->sello_lines = S_given(record, "sello_lines");
			keys->population_groups = S_given(record, "population_groups");
			keys->dates = S_given(record, "date_start") ||
				      S_given(record, "date_end") ||
				      S_given(record, "ongoing");
			keys->years = S_given(record, "years");
			keys->status = S_given(record, "status");
			keys->months = S_given(record, "months");
			keys->region = S_given(record, "region");
		}
	}
	json_decref(record);
	if (st)
		ficha_release(out);
	return st;
}
