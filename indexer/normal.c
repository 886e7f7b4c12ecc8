#include "normal.h"

#include <stdlib.h>
#include <string.h>

#include "messages.h"

#define GROUPS_LIMIT 64

static unsigned S_line(const struct ficha *f, enum field k)
{
	return f->lines[k].first ? f->lines[k].first : f->line_start;
}

/* ---- municipalities ---- */

/* Says that a name is in no table, with the nearest that are. */
static void S_unknown(const struct ficha *f, const char *name, const struct lexicon *l,
		      struct analyzer *a, const char *path, struct diags *d)
{
	const struct commune *near[3];
	/* Of a million such records nobody is told any more. */
	size_t n = diags_full(d)
			   ? 0
			   : lexicon_near_communes(near, 3, l, a, name, strlen(name));
	struct buf b;

	buf_init(&b, 0);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", near[i]->name);
	if (n)
		diag(d, DIAG_WARNING, "unknown-municipality", path,
		     S_line(f, F_MUNICIPALITY), 1,
		     _("no commune is called %s; nearest: %s"), name, b.data);
	else
		diag(d, DIAG_WARNING, "unknown-municipality", path,
		     S_line(f, F_MUNICIPALITY), 1, _("no commune is called %s"), name);
	buf_release(&b);
}

/* One printed name to its official one, or as printed. */
static enum status S_name(struct ficha *f, const char *name, const struct lexicon *l,
			  struct analyzer *a, const char *path, struct diags *d,
			  struct err *err)
{
	const struct commune *c[2];
	size_t n = lexicon_find_commune(c, 2, l, a, name, strlen(name));

	if (n != 1)
		S_unknown(f, name, l, a, path, d);
	else
		name = c[0]->name;
	if (!strs_has(&f->municipalities, name) && !strs_add(&f->municipalities, name))
		return err_nomem(err);
	return ST_OK;
}

static enum status S_municipalities(struct ficha *f, const struct lexicon *l,
				    struct analyzer *a, const char *path,
				    struct diags *d, struct err *err)
{
	const char *p = f->text[F_MUNICIPALITY];
	struct strs given = f->municipalities;
	enum status st = ST_OK;

	f->municipalities = (struct strs){NULL, 0};
	for (size_t i = 0; i < given.n && st == ST_OK; i++)
		st = S_name(f, given.v[i], l, a, path, d, err);
	while (st == ST_OK && !given.n && p && *p) {
		const char *end = strstr(p, "\n\n");
		size_t n = end ? (size_t)(end - p) : strlen(p);
		char *name = strndup(p, n);

		st = name ? S_name(f, name, l, a, path, d, err) : err_nomem(err);
		free(name);
		p += n + (end ? 2 : 0);
	}
	strs_release(&given);
	if (st == ST_OK && !f->municipalities.n)
		diag(d, DIAG_WARNING, "missing-municipality", path, f->line_start, 1,
		     "%s", _("no municipality"));
	return st;
}

/* Names that the source gives as such stay as they are. */
static void S_given_names(const struct ficha *f, const struct lexicon *l,
			  struct analyzer *a, const char *path, struct diags *d)
{
	const struct commune *c[2];

	for (size_t i = 0; d && i < f->municipalities.n; i++) {
		const char *name = f->municipalities.v[i];

		if (lexicon_find_commune(c, 2, l, a, name, strlen(name)) != 1)
			S_unknown(f, name, l, a, path, d);
	}
}

/* Codes, province and region of the first municipality. */
static enum status S_codes(struct ficha *f, const struct lexicon *l, struct analyzer *a,
			   struct err *err)
{
	const struct commune *c[2];
	const char *name = f->municipalities.n ? f->municipalities.v[0] : NULL;

	if (!name || lexicon_find_commune(c, 2, l, a, name, strlen(name)) != 1)
		return ST_OK;
	if ((!f->cut_code && !str_set(&f->cut_code, c[0]->cut_code, 5)) ||
	    (!f->province &&
	     !str_set(&f->province, c[0]->province, strlen(c[0]->province))) ||
	    (!f->region && !str_set(&f->region, c[0]->region, strlen(c[0]->region))) ||
	    (!f->region_code &&
	     !str_set(&f->region_code, c[0]->region_code, strlen(c[0]->region_code))))
		return err_nomem(err);
	return ST_OK;
}

/* ---- Sello lines, groups, status ---- */

static enum status S_sello(struct ficha *f, const struct lexicon *l, struct analyzer *a,
			   const char *path, struct diags *d, struct err *err)
{
	const char *p = f->text[F_SELLO];

	while (p && *p) {
		const char *end = strstr(p, "\n\n");
		size_t n = end ? (size_t)(end - p) : strlen(p);
		const struct label *label = lexicon_sello_printed(l, a, p, n);

		if (!label)
			label = lexicon_find_label(lexicon_sello(l), a, p, n);
		if (!label)
			diag(d, DIAG_WARNING, "unknown-sello-line", path,
			     S_line(f, F_SELLO), 1, _("no Sello line is called %.*s"),
			     (int)(n < 200 ? n : 200), p);
		else if (!strs_has(&f->sello_lines, label->slug) &&
			 !strs_add(&f->sello_lines, label->slug))
			return err_nomem(err);
		p += n + (end ? 2 : 0);
	}
	return ST_OK;
}

static enum status S_groups(struct ficha *f, const struct lexicon *l,
			    struct analyzer *a, const char *path, struct diags *d,
			    struct err *err)
{
	const struct label *v[GROUPS_LIMIT];
	const char *text = f->text[F_POPULATION];
	size_t n = 0;
	enum status st = ST_OK;

	if (text)
		st = lexicon_match_groups(v, GROUPS_LIMIT, &n, l, a, text, strlen(text),
					  err);
	for (size_t i = 0; i < n && st == ST_OK; i++)
		if (!strs_has(&f->population_groups, v[i]->slug) &&
		    !strs_add(&f->population_groups, v[i]->slug))
			st = err_nomem(err);
	if (st == ST_OK && !f->population_groups.n) {
		if (text)
			diag(d, DIAG_WARNING, "population-unclassified", path,
			     S_line(f, F_POPULATION), 1, "%s",
			     _("the population fits none of the groups"));
		if (!strs_add(&f->population_groups, NO_GROUP))
			st = err_nomem(err);
	}
	return st;
}

static enum status S_status(struct ficha *f, const struct lexicon *l,
			    struct analyzer *a, struct err *err)
{
	const char *text = f->text[F_SUSTAINABILITY];
	const char *slug =
		lexicon_match_status(l, a, text ? text : "", text ? strlen(text) : 0);

	return str_set(&f->status, slug, strlen(slug)) ? ST_OK : err_nomem(err);
}

/* ---- dates ---- */

unsigned normal_latest_year(const struct ficha *f)
{
	const char *text = f->text[F_DATES];
	const char *given[] = {f->date_start, f->date_end};
	unsigned latest = 0;
	struct span s;

	if (text && normal_dates(&s, text, strlen(text))) {
		for (size_t i = 0; i < s.years.n; i++)
			if (s.years.v[i] > (int)latest)
				latest = (unsigned)s.years.v[i];
		span_release(&s);
	}
	for (size_t i = 0; i < f->years.n; i++)
		if (f->years.v[i] > (int)latest)
			latest = (unsigned)f->years.v[i];
	for (size_t i = 0; i < 2; i++)
		if (given[i]) {
			unsigned long y = strtoul(given[i], NULL, 10);

			if (y > latest && y <= 2100)
				latest = (unsigned)y;
		}
	return latest;
}

static bool S_add_years(struct ints *years, int from, int to)
{
	for (int y = from; y <= to && y < from + 200; y++)
		if (!ints_has(years, y) && !ints_add(years, y))
			return false;
	return true;
}

static int S_by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static enum status S_dates(struct ficha *f, const struct normal_given *given,
			   unsigned latest, const char *path, struct diags *d,
			   struct err *err)
{
	const char *text = f->text[F_DATES];
	bool ok = true;
	struct span s;

	memset(&s, 0, sizeof s);
	if (!given->dates && text) {
		if (!normal_dates(&s, text, strlen(text)))
			return err_nomem(err);
		if (!s.understood)
			diag(d, DIAG_WARNING, "date-not-understood", path,
			     S_line(f, F_DATES), 1, "%s",
			     _("no date with a year was found in the dates"));
		f->ongoing = s.ongoing;
		if (*s.start)
			ok = str_set(&f->date_start, s.start, strlen(s.start));
		if (ok && *s.end)
			ok = str_set(&f->date_end, s.end, strlen(s.end));
	}
	if (ok && !given->years) {
		int from = f->date_start ? atoi(f->date_start) : 0;
		int to = f->date_end ? atoi(f->date_end) : from;

		if (given->dates || !text) {
			if (f->ongoing && (int)latest > to)
				to = (int)latest;
			if (from)
				ok = S_add_years(&f->years, from, to);
		} else {
			for (size_t i = 0; i < s.years.n && ok; i++)
				ok = S_add_years(&f->years, s.years.v[i], s.years.v[i]);
			if (ok && s.ongoing && s.understood)
				ok = S_add_years(&f->years, s.open_from, (int)latest);
		}
		if (f->years.n)
			qsort(f->years.v, f->years.n, sizeof *f->years.v, S_by_value);
	}
	span_release(&s);
	return ok ? ST_OK : err_nomem(err);
}

/* ---- id ---- */

#define ID_WORDS 4

static enum status S_id(struct ficha *f, const struct lexicon *l, struct analyzer *a,
			struct err *err)
{
	const char *place =
		f->municipalities.n ? f->municipalities.v[0] : NO_MUNICIPALITY;
	const char *title = f->text[F_TITLE] ? f->text[F_TITLE] : "";
	struct buf id, slug;
	enum status st;
	unsigned words = 0;

	buf_init(&id, 0);
	buf_init(&slug, 0);
	st = text_slug(&id, a, place, strlen(place), err);
	if (st == ST_OK && id.len > 60)
		buf_truncate(&id, 60);
	if (st == ST_OK)
		st = text_slug(&slug, a, title, strlen(title), err);
	/* A title of stop words alone keeps them. */
	for (int pass = 0; pass < 2 && !words && st == ST_OK; pass++)
		for (const char *p = slug.data; *p && words < ID_WORDS;) {
			size_t n = strcspn(p, "-");

			if (n && (pass || !lexicon_is_stop(l, p, n))) {
				buf_addc(&id, '-');
				buf_add(&id, p, n < 40 ? n : 40);
				words++;
			}
			p += n + (p[n] == '-');
		}
	if (st == ST_OK && !words)
		buf_adds(&id, "-ficha");
	if (id.len > ID_MAX)
		buf_truncate(&id, ID_MAX);
	/* Letters of other scripts may be cut in the middle. */
	for (size_t bad; !utf8_valid(id.data, id.len, &bad);)
		buf_truncate(&id, bad);
	if (st == ST_OK)
		st = buf_status(&id, err);
	if (st == ST_OK && !str_set(&f->id, id.data, id.len))
		st = err_nomem(err);
	buf_release(&id);
	buf_release(&slug);
	return st;
}

enum status normal_next_id(struct buf *out, const struct ficha *f, unsigned attempt,
			   struct err *err)
{
	buf_adds(out, f->id);
	if (attempt && f->date_start) {
		buf_addf(out, "-%.4s", f->date_start);
		attempt--;
	}
	if (attempt)
		buf_addf(out, "-%u", attempt + 1);
	return buf_status(out, err);
}

enum status normal_ficha(struct ficha *f, const struct normal_given *given,
			 const struct lexicon *l, struct analyzer *a,
			 unsigned latest_year, const char *path, struct diags *d,
			 struct err *err)
{
	static const struct normal_given nothing;
	enum status st = ST_OK;

	if (!given)
		given = &nothing;
	if (!given->municipalities)
		st = S_municipalities(f, l, a, path, d, err);
	else
		S_given_names(f, l, a, path, d);
	if (st == ST_OK && !given->region)
		st = S_codes(f, l, a, err);
	if (st == ST_OK && !given->sello_lines)
		st = S_sello(f, l, a, path, d, err);
	if (st == ST_OK && !given->population_groups)
		st = S_groups(f, l, a, path, d, err);
	if (st == ST_OK && !given->status)
		st = S_status(f, l, a, err);
	if (st == ST_OK)
		st = S_dates(f, given, latest_year, path, d, err);
	if (st == ST_OK && !given->id)
		st = S_id(f, l, a, err);
	return st;
}
