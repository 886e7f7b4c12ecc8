#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "csv_columns.h"
#include "json_read.h"
#include "messages.h"

/*
 * A row's cells as a ficha: what the columns say that they are.  What was
 * printed goes where a document's reader would put it, and is understood as
 * there; what a column gives as a slug, a date or a number is taken as it is.
 */

static bool S_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct cell S_trim(struct cell c)
{
	while (c.n && S_blank(c.s[0])) {
		c.s++;
		c.n--;
	}
	while (c.n && S_blank(c.s[c.n - 1]))
		c.n--;
	return c;
}

/* A spreadsheet would take it for a formula; who wrote it guarded it. */
static struct cell S_unguard(struct cell c)
{
	if (c.n > 1 && c.s[0] == '\'' && strchr("=+-@\t\r", c.s[1])) {
		c.s++;
		c.n--;
	}
	return S_trim(c);
}

static void S_add_line(struct buf *b, struct cell c)
{
	bool due = false;

	for (size_t i = 0; i < c.n; i++) {
		unsigned char ch = (unsigned char)c.s[i];

		if (S_blank((char)ch)) {
			due = true;
			continue;
		}
		if (ch < 0x20 || ch == 0x7F)
			continue;
		if (due)
			buf_addc(b, ' ');
		due = false;
		buf_addc(b, (char)ch);
	}
}

static bool S_running_text(enum field f)
{
	return f == F_DESCRIPTION || f == F_INNOVATION || f == F_LESSONS ||
	       f == F_SUSTAINABILITY;
}

/* Paragraphs where the field has them, else one line. */
static void S_text(struct buf *b, struct cell c, bool paragraphs)
{
	if (!paragraphs) {
		S_add_line(b, c);
		return;
	}
	while (c.n) {
		const char *lf = memchr(c.s, '\n', c.n);
		size_t n = lf ? (size_t)(lf - c.s) : c.n;
		struct cell line = S_trim((struct cell){c.s, n});

		if (line.n > 2 && (*line.s == '-' || *line.s == '*') &&
		    line.s[1] == ' ')
			line = S_trim((struct cell){line.s + 2, line.n - 2});
		else if (line.n > 3 && memcmp(line.s, "\xE2\x80\xA2", 3) == 0)
			line = S_trim((struct cell){line.s + 3, line.n - 3});
		if (line.n && b->len)
			buf_adds(b, "\n\n");
		S_add_line(b, line);
		n += lf != NULL;
		c.s += n;
		c.n -= n;
	}
}

static enum status S_set(char **slot, struct buf *b, struct err *err)
{
	enum status st = buf_status(b, err);

	if (!st && !str_set(slot, b->len ? b->data : NULL, b->len))
		st = err_nomem(err);
	return st;
}

/* The next item of a list; false at its end.  Empty items are passed over. */
static bool S_item(struct cell *item, struct cell *rest)
{
	while (rest->n) {
		const char *end = memchr(rest->s, ';', rest->n);
		size_t n = end ? (size_t)(end - rest->s) : rest->n;

		*item = S_trim((struct cell){rest->s, n});
		n += end != NULL;
		rest->s += n;
		rest->n -= n;
		if (item->n)
			return true;
	}
	return false;
}

/* Items one below the other, as a document's reader gives printed names. */
static enum status S_printed(char **slot, struct cell c, const struct lexicon *l,
			     bool places, struct buf *b, struct err *err)
{
	struct cell item;

	buf_clear(b);
	while (S_item(&item, &c)) {
		struct heading h;

		/* "Municipalidad de Maipú" */
		if (places && l && lexicon_heading(&h, l, item.s, item.n) &&
		    h.field == F_MUNICIPALITY && h.rest < item.n)
			item = S_trim((struct cell){item.s + h.rest, item.n - h.rest});
		if (b->len)
			buf_adds(b, "\n\n");
		S_add_line(b, item);
	}
	return S_set(slot, b, err);
}

/* Slugs, or names of the tables, which become slugs. */
static enum status S_groups(struct strs *out, struct cell c, struct buf *b,
			    const struct lexicon *l, struct analyzer *a,
			    struct err *err)
{
	struct cell item;

	while (S_item(&item, &c)) {
		const struct label *label =
			l ? lexicon_find_label(lexicon_groups(l), a, item.s, item.n)
			  : NULL;

		buf_clear(b);
		S_add_line(b, item);
		if (b->failed || !strs_add(out, label ? label->slug : b->data))
			return err_nomem(err);
	}
	return ST_OK;
}

static int S_month(const char *folded)
{
	static const char *const names[] = {"ene", "feb", "mar", "abr", "may", "jun",
					    "jul", "ago", "sep", "oct", "nov", "dic"};

	for (int i = 0; i < 12; i++)
		if (strncmp(folded, names[i], 3) == 0)
			return i + 1;
	return 0;
}

static enum status S_numbers(struct ints *out, struct cell c, bool months,
			     struct err *err)
{
	struct cell item;

	while (S_item(&item, &c)) {
		char folded[32];
		char *end;
		long v;

		column_fold(folded, sizeof folded, item.s, item.n);
		v = strtol(folded, &end, 10);
		if (*end || end == folded)
			v = months ? S_month(folded) : 0;
		if (months ? v < 1 || v > 12 : v < 1000 || v > 9999)
			return err_set(err, ST_INPUT,
				       months ? _("not a month: %.*s")
					      : _("not a year: %.*s"),
				       (int)(item.n < 80 ? item.n : 80), item.s);
		if (!ints_has(out, (int)v) && !ints_add(out, (int)v))
			return err_nomem(err);
	}
	return ST_OK;
}

/* YYYY, YYYY-MM or YYYY-MM-DD. */
static enum status S_date(char **slot, struct cell c, struct err *err)
{
	static const char form[] = "dddd-dd-dd";
	bool ok = c.n == 4 || c.n == 7 || c.n == 10;

	for (size_t i = 0; ok && i < c.n; i++)
		ok = form[i] == 'd' ? c.s[i] >= '0' && c.s[i] <= '9' : c.s[i] == '-';
	if (ok && c.n >= 7)
		ok = memcmp(c.s + 5, "01", 2) >= 0 && memcmp(c.s + 5, "12", 2) <= 0;
	if (ok && c.n == 10)
		ok = memcmp(c.s + 8, "01", 2) >= 0 && memcmp(c.s + 8, "31", 2) <= 0;
	if (!ok)
		return err_set(err, ST_INPUT,
			       _("not a date as YYYY, YYYY-MM or YYYY-MM-DD: %.*s"),
			       (int)(c.n < 80 ? c.n : 80), c.s);
	return str_set(slot, c.s, c.n) ? ST_OK : err_nomem(err);
}

static enum status S_yes(bool *out, struct cell c, struct err *err)
{
	static const char *const yes[] = {"true", "si", "yes", "1", "x", "verdadero"};
	static const char *const no[] = {"false", "no", "0", "falso"};
	char folded[16];

	column_fold(folded, sizeof folded, c.s, c.n);
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (strcmp(folded, yes[i]) == 0) {
			*out = true;
			return ST_OK;
		}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		if (strcmp(folded, no[i]) == 0) {
			*out = false;
			return ST_OK;
		}
	return err_set(err, ST_INPUT, _("neither yes nor no: %.*s"),
		       (int)(c.n < 80 ? c.n : 80), c.s);
}

/* A name of the tables: its slug or display. */
static enum status S_status(struct ficha *f, struct record_keys *keys, struct cell c,
			    const struct lexicon *l, struct analyzer *a,
			    struct err *err)
{
	const struct label *label =
		l ? lexicon_find_label(lexicon_status(l), a, c.s, c.n) : NULL;

	/* Another word than the tables': the patterns look at the text. */
	if (!label)
		return ST_OK;
	keys->status = true;
	return str_set(&f->status, label->slug, strlen(label->slug)) ? ST_OK
								     : err_nomem(err);
}

static enum status S_region(struct ficha *f, struct record_keys *keys, struct cell c,
			    const struct lexicon *l, struct analyzer *a,
			    struct err *err)
{
	const struct region *r[2];
	const char *name = c.s;
	size_t n = c.n;

	if (l && lexicon_find_region(r, 2, l, a, c.s, c.n) == 1) {
		name = r[0]->name;
		n = strlen(name);
	}
	keys->region = true;
	return str_set(&f->region, name, n) ? ST_OK : err_nomem(err);
}

static enum status S_extra(json_t **extra, const char *name, struct cell c,
			   struct err *err)
{
	json_t *v = json_stringn(c.s, c.n);

	if (!*extra)
		*extra = json_object();
	if (!v || !*extra || json_object_set_new(*extra, name, v) != 0)
		return err_nomem(err);
	return ST_OK;
}

static enum status S_cell(struct ficha *f, struct record_keys *keys, json_t **extra,
			  const struct column *col, struct cell c, struct buf *b,
			  const struct lexicon *l, struct analyzer *a, struct err *err)
{
	char **slot = NULL;

	switch (col->kind) {
	case COLUMN_IGNORE:
		return ST_OK;
	case COLUMN_EXTRA:
		return S_extra(extra, col->name, c, err);
	case COLUMN_TEXT:
		buf_clear(b);
		S_text(b, c, S_running_text(col->field));
		return S_set(&f->text[col->field], b, err);
	case COLUMN_MUNICIPALITIES:
		/* Of two columns the longer list. */
		if (f->text[F_MUNICIPALITY] && strlen(f->text[F_MUNICIPALITY]) >= c.n)
			return ST_OK;
		return S_printed(&f->text[F_MUNICIPALITY], c, l, true, b, err);
	case COLUMN_SELLO:
		return S_printed(&f->text[F_SELLO], c, l, false, b, err);
	case COLUMN_GROUPS:
		keys->population_groups = true;
		return S_groups(&f->population_groups, c, b, l, a, err);
	case COLUMN_START:
		keys->dates = true;
		return S_date(&f->date_start, c, err);
	case COLUMN_END:
		keys->dates = true;
		return S_date(&f->date_end, c, err);
	case COLUMN_ONGOING:
		keys->dates = true;
		return S_yes(&f->ongoing, c, err);
	case COLUMN_MONTHS:
		keys->months = true;
		return S_numbers(&f->months, c, true, err);
	case COLUMN_YEARS:
		keys->years = true;
		return S_numbers(&f->years, c, false, err);
	case COLUMN_STATUS:
		return S_status(f, keys, c, l, a, err);
	case COLUMN_REGION:
		return S_region(f, keys, c, l, a, err);
	case COLUMN_ID:
		keys->id = true;
		slot = &f->id;
		break;
	case COLUMN_CUT_CODE:
		slot = &f->cut_code;
		break;
	case COLUMN_PROVINCE:
		slot = &f->province;
		break;
	case COLUMN_REGION_CODE:
		slot = &f->region_code;
		break;
	case COLUMN_LABEL:
		slot = &f->population_label;
		break;
	}
	buf_clear(b);
	S_add_line(b, c);
	return S_set(slot, b, err);
}

enum status columns_ficha(struct ficha *f, struct record_keys *keys, size_t *bad,
			  const struct columns *c, const struct cell *cells,
			  const struct lexicon *l, struct analyzer *a, struct err *err)
{
	json_t *extra = NULL;
	enum status st = ST_OK;
	struct buf b;

	buf_init(&b, 4 * RECORD_LINE_MAX);
	memset(keys, 0, sizeof *keys);
	for (size_t i = 0; !st && i < c->n; i++) {
		struct cell cell = S_unguard(S_trim(cells[i]));

		*bad = i;
		if (cell.n)
			st = S_cell(f, keys, &extra, &c->v[i], cell, &b, l, a, err);
	}
	if (!st && extra) {
		f->extra = json_print(extra, JSON_COMPACT);
		st = f->extra ? ST_OK : err_nomem(err);
	}
	json_decref(extra);
	buf_release(&b);
	return st;
}
