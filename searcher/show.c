#include "show.h"

#include <string.h>

#include "ids.h"
#include "indexed.h"
#include "json.h"
#include "json_read.h"
#include "messages.h"
#include "record.h"

/* The sections, in the order of the form; title and place stand above them. */
static const enum field S_sections[] = {F_UNITS,       F_SELLO,	     F_POPULATION,
					F_DATES,       F_FUNDING,    F_SUSTAINABILITY,
					F_DESCRIPTION, F_INNOVATION, F_LESSONS};
#define N_SECTIONS (sizeof S_sections / sizeof *S_sections)

/* "2023-2024", "2018-2024", "2023, 2025". */
static void S_years(struct buf *out, const struct ints *years)
{
	for (size_t i = 0; i < years->n; i++) {
		size_t last = i;

		while (last + 1 < years->n && years->v[last + 1] == years->v[last] + 1)
			last++;
		buf_addf(out, "%s%d", i ? ", " : "", years->v[i]);
		if (last > i)
			buf_addf(out, "-%d", years->v[last]);
		i = last;
	}
}

static void S_source(struct buf *out, const struct ficha *f)
{
	buf_adds(out, f->source_path && *f->source_path ? f->source_path : "-");
	if (f->line_start)
		buf_addf(out, _(", lines %u to %u"), f->line_start, f->line_end);
}

/* ---- cite ---- */

static void S_cite(struct page *to, const struct ficha *f, bool markdown)
{
	const char *title = f->text[F_TITLE];
	struct wrap wrap;
	struct buf b;

	buf_init(&b, 0);
	buf_addf(&b, "%s%s%s. ", markdown ? "*" : "", title, markdown ? "*" : "");
	for (size_t i = 0; i < f->municipalities.n; i++)
		buf_addf(&b, "%s%s", i ? ", " : "", f->municipalities.v[i]);
	if (f->years.n) {
		buf_adds(&b, f->municipalities.n ? ", " : "");
		S_years(&b, &f->years);
	}
	buf_adds(&b, ". ");
	S_source(&b, f);
	buf_addc(&b, '.');
	wrap_begin(&wrap, to->out, &to->screen, 0, 2);
	wrap_text(&wrap, FACE_PLAIN, b.data, b.len);
	wrap_end(&wrap);
	buf_release(&b);
}

/* ---- text ---- */

/* apart: an empty line between paragraphs; else each only begins a line. */
static void S_paragraphs(struct page *to, const char *text, size_t n, unsigned indent,
			 bool apart)
{
	struct wrap wrap;

	while (n) {
		const char *gap = memmem(text, n, "\n\n", 2);
		size_t k = gap ? (size_t)(gap - text) : n;

		wrap_begin(&wrap, to->out, &to->screen, indent, indent);
		wrap_text(&wrap, FACE_PLAIN, text, k);
		wrap_end(&wrap);
		if (!gap)
			return;
		if (apart)
			buf_addc(to->out, '\n');
		text += k + 2;
		n -= k + 2;
	}
}

static enum status S_text(struct page *to, struct engine *e, const struct ficha *f,
			  struct err *err)
{
	const char *title = f->text[F_TITLE], *text;
	struct buf b;
	struct wrap wrap;
	enum status st = ST_OK;
	size_t n;

	buf_init(&b, 0);
	wrap_begin(&wrap, to->out, &to->screen, 0, 0);
	wrap_text(&wrap, FACE_TITLE, title, strlen(title));
	wrap_end(&wrap);
	render_place(&b, f);
	wrap_begin(&wrap, to->out, &to->screen, 0, 0);
	wrap_text(&wrap, FACE_PLAIN, b.data, b.len);
	wrap_end(&wrap);
	for (size_t i = 0; !st && i < N_SECTIONS; i++) {
		st = indexed_text(&text, &n, &b, f, S_sections[i], e->lexicon, err);
		if (st || !text)
			continue;
		buf_addc(to->out, '\n');
		screen_face(to->out, &to->screen, FACE_LABEL);
		buf_adds(to->out, _(field_table[S_sections[i]].label));
		screen_face(to->out, &to->screen, FACE_PLAIN);
		buf_addc(to->out, '\n');
		S_paragraphs(to, text, n, 2, S_sections[i] != F_SELLO);
	}
	buf_clear(&b);
	S_source(&b, f);
	buf_addc(to->out, '\n');
	screen_face(to->out, &to->screen, FACE_FAINT);
	inert_put(to->out, f->id, strlen(f->id));
	buf_addc(to->out, '\n');
	inert_put(to->out, b.data, b.len);
	screen_face(to->out, &to->screen, FACE_PLAIN);
	buf_addc(to->out, '\n');
	buf_release(&b);
	return st;
}

/* ---- Markdown ---- */

/* What Markdown would take for a sign of its own. */
static void S_escape(struct buf *out, const char *p, size_t n)
{
	struct buf clean;
	bool start = true;

	buf_init(&clean, 0);
	for (size_t i = 0; i < n; i++) {
		if (strchr("\\`*_<>[]", p[i]) && p[i])
			buf_addc(&clean, '\\');
		else if (start && strchr("#+-=|~", p[i]) && p[i])
			buf_addc(&clean, '\\');
		start = p[i] == '\n';
		buf_addc(&clean, p[i]);
	}
	inert_put(out, clean.data, clean.len);
	buf_release(&clean);
}

static enum status S_markdown(struct page *to, struct engine *e, const struct ficha *f,
			      struct err *err)
{
	const char *title = f->text[F_TITLE], *text;
	struct buf b;
	enum status st = ST_OK;
	size_t n;

	buf_init(&b, 0);
	buf_adds(to->out, "# ");
	S_escape(to->out, title, strlen(title));
	buf_adds(to->out, "\n\n");
	render_place(&b, f);
	S_escape(to->out, b.data, b.len);
	buf_adds(to->out, "\n");
	for (size_t i = 0; !st && i < N_SECTIONS; i++) {
		st = indexed_text(&text, &n, &b, f, S_sections[i], e->lexicon, err);
		if (st || !text)
			continue;
		buf_addf(to->out, "\n## %s\n", _(field_table[S_sections[i]].label));
		while (n) {
			const char *gap = memmem(text, n, "\n\n", 2);
			size_t k = gap ? (size_t)(gap - text) : n;

			buf_adds(to->out, S_sections[i] == F_SELLO ? "- " : "\n");
			S_escape(to->out, text, k);
			buf_addc(to->out, '\n');
			text += gap ? k + 2 : n;
			n -= gap ? k + 2 : n;
		}
	}
	buf_clear(&b);
	S_source(&b, f);
	buf_adds(to->out, "\n---\n\n");
	S_escape(to->out, b.data, b.len);
	buf_adds(to->out, " (`");
	inert_put(to->out, f->id, strlen(f->id));
	buf_adds(to->out, "`)\n");
	buf_release(&b);
	return st;
}

/* ---- the command ---- */

/* title, municipality, years, document, lines */
static json_t *S_citation(const struct ficha *f, bool *ok)
{
	json_t *o = json_object(), *years = json_array();

	for (size_t i = 0; i < f->years.n; i++)
		json_push(years, json_integer(f->years.v[i]), ok);
	json_put(o, "id", json_str(f->id), ok);
	json_put(o, "title", json_str(f->text[F_TITLE]), ok);
	json_put(o, "municipalities", json_strs(&f->municipalities), ok);
	json_put(o, "years", years, ok);
	json_put(o, "path", json_str(f->source_path), ok);
	json_put(o, "line_start", json_size(f->line_start), ok);
	json_put(o, "line_end", json_size(f->line_end), ok);
	return o;
}

static enum status S_one(struct page *to, struct engine *e, const struct request *r,
			 const struct ficha *f, struct err *err)
{
	struct buf record;
	enum status st = ST_OK;

	if (r->format == FORMAT_JSON && r->cite) {
		bool ok = true;
		json_t *o = S_citation(f, &ok);

		st = ok ? json_write(to->out, o, err) : err_nomem(err);
		buf_addc(to->out, '\n');
		json_decref(o);
	} else if (r->format == FORMAT_JSON) {
		buf_init(&record, 0);
		st = record_write(&record, f, RECORD_EXPORT, err);
		if (!st)
			inert_json(to->out, record.data, record.len);
		buf_release(&record);
		buf_addc(to->out, '\n');
	} else if (r->cite) {
		S_cite(to, f, r->format == FORMAT_MD);
	} else if (r->format == FORMAT_MD) {
		st = S_markdown(to, e, f, err);
	} else {
		st = S_text(to, e, f, err);
	}
	return st ? st : buf_status(to->out, err);
}

enum status show_run(struct page *to, bool *found, struct engine *e,
		     const struct request *r, struct err *err)
{
	enum status st = ST_OK;
	size_t shown = 0;

	*found = true;
	if (r->format != FORMAT_JSON && !r->cite)
		st = engine_need(e, ENGINE_LEXICON, err);
	for (size_t i = 0; !st && i < r->ids.n; i++) {
		struct ficha f;
		bool one;

		st = ids_read(&one, &f, to->notes, e, r->ids.v[i], err);
		*found = *found && one;
		if (!st && one && shown++ && r->format != FORMAT_JSON && !r->cite)
			buf_adds(to->out, "\n\n");
		if (!st && one)
			st = S_one(to, e, r, &f, err);
		ficha_release(&f);
	}
	return st;
}

/* The record as a JSON value. */
static enum status S_record(json_t **out, const struct ficha *f, struct err *err)
{
	struct buf b;
	enum status st;

	buf_init(&b, 0);
	st = record_write(&b, f, RECORD_EXPORT, err);
	*out = st ? NULL : json_read(b.data, b.len, 0, NULL);
	buf_release(&b);
	return st ? st : *out ? ST_OK : err_nomem(err);
}

enum status show_json(json_t **out, struct engine *e, const struct request *r,
		      struct err *err)
{
	json_t *o = json_object(), *records = json_array(), *missing = json_array();
	enum status st = ST_OK;
	struct buf why;
	bool ok = true;

	buf_init(&why, 0);
	for (size_t i = 0; !st && i < r->ids.n; i++) {
		struct ficha f;
		json_t *record = NULL;
		bool found;

		st = ids_read(&found, &f, &why, e, r->ids.v[i], err);
		if (!st && found && r->cite)
			record = S_citation(&f, &ok);
		else if (!st && found)
			st = S_record(&record, &f, err);
		if (!st && found)
			json_push(records, record, &ok);
		else if (!st)
			json_push(missing, json_str(r->ids.v[i]), &ok);
		ficha_release(&f);
	}
	buf_release(&why);
	json_put(o, "format_version", json_integer(FORMAT_VERSION), &ok);
	json_put(o, "records", records, &ok);
	json_put(o, "missing", missing, &ok);
	if (!st && !ok)
		st = err_nomem(err);
	if (st) {
		json_decref(o);
		o = NULL;
	}
	*out = o;
	return st;
}
