#include "request.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "messages.h"

void request_init(struct request *r, enum command command)
{
	memset(r, 0, sizeof *r);
	r->command = command;
	r->limit = LIMIT_DEFAULT;
	r->timeout = TIMEOUT_DEFAULT;
	r->facet = r->cross[0] = r->cross[1] = FACET_NONE;
	for (int i = 0; i < FACET_COUNT; i++)
		r->want[i] = command == CMD_FACETS;
	if (command == CMD_SEARCH || command == CMD_LESSONS)
		r->want[FACET_MUNICIPALITY] = r->want[FACET_SELLO] =
			r->want[FACET_GROUP] = true;
	if (command == CMD_LESSONS)
		r->in = 1u << F_LESSONS;
}

void request_release(struct request *r)
{
	free(r->query);
	free(r->text);
	free(r->draft);
	free(r->like);
	for (int i = 0; i < FACET_COUNT; i++)
		strs_release(&r->filter[i]);
	strs_release(&r->ids);
	memset(r, 0, sizeof *r);
}

static enum status S_refused(struct err *err, const struct option_def *o,
			     const char *value, const char *allowed)
{
	return err_set(err, ST_USAGE, _("--%s=%s: the value must be one of: %s"),
		       o->name, value, allowed);
}

/* The place of value in "a|b|c"; -1 = nowhere. */
static int S_choice(const char *choices, const char *value)
{
	size_t n = strlen(value);

	for (int i = 0; choices; i++) {
		size_t k = strcspn(choices, "|");

		if (k == n && memcmp(choices, value, n) == 0)
			return i;
		choices = choices[k] ? choices + k + 1 : NULL;
	}
	return -1;
}

static enum status S_set_choice(int *out, const struct option_def *o, const char *value,
				struct err *err)
{
	char allowed[128];
	size_t n = 0;

	*out = S_choice(o->choices, value);
	if (*out >= 0)
		return ST_OK;
	for (const char *s = o->choices; *s && n + 3 < sizeof allowed; s++) {
		if (*s == '|')
			allowed[n++] = ',';
		allowed[n++] = *s == '|' ? ' ' : *s;
	}
	allowed[n] = '\0';
	return S_refused(err, o, value, allowed);
}

static enum status S_set_format(struct request *r, const struct option_def *o,
				const char *value, struct err *err)
{
	static const char *const names[] = {
		[FORMAT_TEXT] = "text",	  [FORMAT_JSON] = "json",
		[FORMAT_JSONL] = "jsonl", [FORMAT_CSV] = "csv",
		[FORMAT_TSV] = "tsv",	  [FORMAT_IDS] = "ids",
		[FORMAT_MD] = "md",
	};
	int at;
	enum status st = S_set_choice(&at, o, value, err);

	for (size_t i = 0; !st && i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], value) == 0)
			r->format = (enum format)i;
	return st;
}

/* The names in the facet table, for a message. */
static const char *S_facet_names(void)
{
	return "municipality, region, sello, population, year, status";
}

/* Calls one for each part between commas. */
static enum status
S_each(struct request *r, const struct option_def *o, const char *value,
       enum status (*one)(struct request *, const struct option_def *, const char *,
			  size_t, struct err *),
       struct err *err)
{
	enum status st = ST_OK;

	for (const char *s = value; !st;) {
		size_t n = strcspn(s, ",");
		size_t from = strspn(s, " "), to = n;

		while (to > from && s[to - 1] == ' ')
			to--;
		st = one(r, o, s + (from < to ? from : to), from < to ? to - from : 0,
			 err);
		if (!s[n])
			break;
		s += n + 1;
	}
	return st;
}

static enum status S_in(struct request *r, const struct option_def *o, const char *s,
			size_t n, struct err *err)
{
	enum field f = field_by_name(s, n);
	char shown[64];

	if (f != F_NONE && field_table[f].searchable_alone) {
		r->in |= 1u << f;
		return ST_OK;
	}
	snprintf(shown, sizeof shown, "%.*s", (int)(n < 60 ? n : 60), s);
	return S_refused(err, o, shown,
			 /* TRANSLATORS: names of fields that --in takes */
			 _("title, units, population, funding, sustainability, "
			   "description, innovation, lessons"));
}

static enum status S_facets(struct request *r, const struct option_def *o,
			    const char *s, size_t n, struct err *err)
{
	enum facet f = facet_by_name(s, n);
	bool all = n == 3 && memcmp(s, "all", 3) == 0;
	bool none = n == 4 && memcmp(s, "none", 4) == 0;
	char shown[64], allowed[96];

	if (!r->facets_given) {
		memset(r->want, 0, sizeof r->want);
		r->facets_given = true;
	}
	if (all || none)
		for (int i = 0; i < FACET_COUNT; i++)
			r->want[i] = all;
	else if (f != FACET_NONE)
		r->want[f] = true;
	else {
		snprintf(shown, sizeof shown, "%.*s", (int)(n < 60 ? n : 60), s);
		snprintf(allowed, sizeof allowed, "%s, all, none", S_facet_names());
		return S_refused(err, o, shown, allowed);
	}
	return ST_OK;
}

static enum status S_cross(struct request *r, const struct option_def *o,
			   const char *value, struct err *err)
{
	const char *comma = strchr(value, ',');

	r->cross[0] = r->cross[1] = FACET_NONE;
	if (comma) {
		r->cross[0] = facet_by_name(value, (size_t)(comma - value));
		r->cross[1] = facet_by_name(comma + 1, strlen(comma + 1));
	}
	if (r->cross[0] != FACET_NONE && r->cross[1] != FACET_NONE &&
	    r->cross[0] != r->cross[1])
		return ST_OK;
	return err_set(
		err, ST_USAGE,
		_("--%s=%s: two different facets with a comma between; the facets "
		  "are: %s"),
		o->name, value, S_facet_names());
}

static enum status S_number(size_t *out, const struct option_def *o, const char *value,
			    size_t min, size_t max, struct err *err)
{
	unsigned long n;
	enum status st = option_number(&n, o->name, value, min, max, err);

	if (!st)
		*out = n;
	return st;
}

static enum status S_seconds(double *out, const struct option_def *o, const char *value,
			     struct err *err)
{
	char *end;
	double v = strtod(value, &end);

	if (end == value || *end || !isfinite(v) || v <= 0 || v > TIMEOUT_MAX)
		return err_set(err, ST_USAGE,
			       _("--%s=%s: seconds, more than 0 and at most %g"),
			       o->name, value, TIMEOUT_MAX);
	*out = v;
	return ST_OK;
}

static enum status S_copy(char **slot, const char *value, struct err *err)
{
	return str_set(slot, value, strlen(value)) ? ST_OK : err_nomem(err);
}

static enum status S_filter(struct request *r, enum facet facet, const char *value,
			    struct err *err)
{
	return strs_add(&r->filter[facet], value) ? ST_OK : err_nomem(err);
}

enum status request_set(struct request *r, const struct option_def *o,
			const char *value, struct err *err)
{
	enum status st = ST_OK;
	int choice;

	if (o->arg && !value)
		return err_set(err, ST_USAGE, _("--%s needs a value"), o->name);
	if (!value)
		value = "";
	if (strlen(value) > 4096)
		return err_set(err, ST_USAGE, _("--%s: the value is too long"),
			       o->name);
	switch ((enum option_key)o->key) {
	case OPT_MUNICIPALITY:
		return S_filter(r, FACET_MUNICIPALITY, value, err);
	case OPT_REGION:
		return S_filter(r, FACET_REGION, value, err);
	case OPT_SELLO:
		return S_filter(r, FACET_SELLO, value, err);
	case OPT_POPULATION:
		return S_filter(r, FACET_GROUP, value, err);
	case OPT_YEAR:
		return S_filter(r, FACET_YEAR, value, err);
	case OPT_STATUS:
		return S_filter(r, FACET_STATUS, value, err);
	case OPT_IN:
		return S_each(r, o, value, S_in, err);
	case OPT_MATCH:
		st = S_set_choice(&choice, o, value, err);
		if (!st)
			r->match = (enum match_mode)choice;
		return st;
	case OPT_SORT:
		st = S_set_choice(&choice, o, value, err);
		if (!st)
			r->sort = (enum sort_order)choice;
		return st;
	case OPT_FACET_SORT:
		st = S_set_choice(&choice, o, value, err);
		if (!st)
			r->facet_by_name = choice == 1;
		return st;
	case OPT_FORMAT:
		return S_set_format(r, o, value, err);
	case OPT_LIMIT:
		if (strcmp(value, "all") == 0) {
			r->limit = LIMIT_ALL;
			return ST_OK;
		}
		return S_number(&r->limit, o, value, 0, LIMIT_MAX, err);
	case OPT_OFFSET:
		return S_number(&r->offset, o, value, 0, OFFSET_MAX, err);
	case OPT_FACET_LIMIT:
		return S_number(&r->facet_limit, o, value, 1, OFFSET_MAX, err);
	case OPT_FACETS:
		return S_each(r, o, value, S_facets, err);
	case OPT_FACET:
		r->facet = facet_by_name(value, strlen(value));
		return r->facet == FACET_NONE
			       ? S_refused(err, o, value, S_facet_names())
			       : ST_OK;
	case OPT_LIKE:
		return S_copy(&r->like, value, err);
	case OPT_CROSS:
		return S_cross(r, o, value, err);
	case OPT_TEXT:
		return S_copy(&r->text, value, err);
	case OPT_TIMEOUT:
		return S_seconds(&r->timeout, o, value, err);
	case OPT_EXACT:
		r->exact = true;
		return ST_OK;
	case OPT_NO_SYNONYMS:
		r->no_synonyms = true;
		return ST_OK;
	case OPT_NO_TYPOS:
		r->no_typos = true;
		return ST_OK;
	case OPT_EXPLAIN:
		r->explain = true;
		return ST_OK;
	case OPT_BOM:
		r->bom = true;
		return ST_OK;
	case OPT_RAW_CELLS:
		r->raw_cells = true;
		return ST_OK;
	case OPT_CITE:
		r->cite = true;
		return ST_OK;
	case OPT_SAME_REGION:
		r->same_region = true;
		return ST_OK;
	case OPT_OTHER_REGION:
		r->other_region = true;
		return ST_OK;
	}
	return ST_OK; /* a common option: main.c's */
}

enum status request_arguments(struct request *r, const struct arguments *a,
			      struct err *err)
{
	bool ids = r->command == CMD_SIMILAR || r->command == CMD_SHOW ||
		   r->command == CMD_COMPARE;
	enum status st = ST_OK;
	struct buf query;

	for (size_t i = 0; !st && i < a->n_options; i++) {
		const struct option_def *o =
			option_by_key(r->command, a->options[i].key);

		if (o)
			st = request_set(r, o, a->options[i].value, err);
	}
	buf_init(&query, 0);
	for (size_t i = 0; !st && i < a->n_words; i++) {
		if (ids && !strs_add(&r->ids, a->words[i]))
			st = err_nomem(err);
		if (i)
			buf_addc(&query, ' ');
		buf_adds(&query, a->words[i]);
	}
	if (!st)
		st = buf_status(&query, err);
	if (!st) {
		r->query_n = query.len;
		r->query = buf_detach(&query);
		if (!r->query && !(r->query = calloc(1, 1)))
			st = err_nomem(err);
	}
	buf_release(&query);
	return st ? st : request_check(r, err);
}

static enum status S_check_ids(const struct request *r, size_t min, size_t max,
			       const char *usage, struct err *err)
{
	if (r->ids.n >= min && r->ids.n <= max)
		return ST_OK;
	return err_set(err, ST_USAGE, _("%s; ids are shown by search --format=ids"),
		       usage);
}

enum status request_check(const struct request *r, struct err *err)
{
	switch (r->command) {
	case CMD_SIMILAR:
		if (r->same_region && r->other_region)
			return err_set(err, ST_USAGE, "%s",
				       _("--same-region and --other-region exclude one "
					 "another"));
		if ((r->text || r->draft) && r->ids.n)
			return err_set(err, ST_USAGE, "%s",
				       _("similar takes an ID or --text, not both"));
		if (r->text || r->draft)
			return r->same_region || r->other_region
				       ? err_set(err, ST_USAGE, "%s",
						 _("--same-region and --other-region "
						   "need an ID; a text has no region"))
				       : ST_OK;
		return S_check_ids(r, 1, 1, _("similar takes one ID (or --text=FILE)"),
				   err);
	case CMD_SHOW:
		return S_check_ids(r, 1, 1000, _("show takes one or more IDs"), err);
	case CMD_COMPARE:
		return S_check_ids(r, 2, 3, _("compare takes two or three IDs"), err);
	case CMD_SEARCH:
	case CMD_LESSONS:
	case CMD_FACETS:
	case CMD_BATCH:
	case CMD_COUNT:
		break;
	case CMD_SUGGEST:
		if (!r->query_n)
			return err_set(err, ST_USAGE, "%s",
				       _("suggest takes the beginning of a word"));
		break;
	case CMD_ANALYZE:
		if (!r->query_n)
			return err_set(err, ST_USAGE, "%s", _("analyze takes a text"));
		break;
	}
	return ST_OK;
}
