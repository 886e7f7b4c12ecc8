#include "compare.h"

#include <string.h>

#include "ids.h"
#include "indexed.h"
#include "json.h"
#include "messages.h"

#define FICHAS_MAX 3

struct fichas {
	struct ficha v[FICHAS_MAX];
	size_t n;
};

static enum status S_read(struct fichas *s, bool *found, struct buf *why,
			  struct engine *e, const struct request *r, struct err *err)
{
	enum status st = engine_need(e, ENGINE_LEXICON, err);

	s->n = 0;
	*found = true;
	for (size_t i = 0; !st && i < r->ids.n && i < FICHAS_MAX; i++) {
		bool one;

		st = ids_read(&one, &s->v[s->n++], why, e, r->ids.v[i], err);
		*found = *found && one;
	}
	return st;
}

static void S_release(struct fichas *s)
{
	for (size_t i = 0; i < s->n; i++)
		ficha_release(&s->v[i]);
}

/* Values of a list that all of them have. */
static bool S_in_all(const struct fichas *s, size_t offset, const char *value)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct strs *l =
			(const struct strs *)((const char *)&s->v[i] + offset);

		if (!strs_has(l, value))
			return false;
	}
	return true;
}

struct shared {
	enum facet facet;
	size_t offset; /* of the list in struct ficha */
};

static const struct shared S_shared[] = {
	{FACET_SELLO, offsetof(struct ficha, sello_lines)},
	{FACET_GROUP, offsetof(struct ficha, population_groups)},
};
#define N_SHARED (sizeof S_shared / sizeof *S_shared)

static const struct strs *S_list(const struct ficha *f, size_t offset)
{
	return (const struct strs *)((const char *)f + offset);
}

/* ---- text ---- */

static void S_heading(struct page *to, const char *text)
{
	buf_addc(to->out, '\n');
	screen_face(to->out, &to->screen, FACE_LABEL);
	buf_adds(to->out, text);
	screen_face(to->out, &to->screen, FACE_PLAIN);
	buf_addc(to->out, '\n');
}

static void S_name(struct buf *out, const struct ficha *f)
{
	if (f->municipalities.n)
		buf_adds(out, f->municipalities.v[0]);
	else
		buf_adds(out, f->id);
}

static void S_entry(struct page *to, const struct ficha *f, const char *text, size_t n)
{
	struct wrap wrap;
	struct buf name;

	buf_init(&name, 0);
	S_name(&name, f);
	buf_addc(&name, ':');
	wrap_begin(&wrap, to->out, &to->screen, 2, 4);
	wrap_text(&wrap, FACE_TITLE, name.data, name.len);
	wrap_puts(&wrap, FACE_PLAIN, " ");
	if (!text)
		wrap_puts(&wrap, FACE_FAINT, "-");
	while (text && n) { /* each paragraph on a line of its own */
		const char *gap = memmem(text, n, "\n\n", 2);
		size_t k = gap ? (size_t)(gap - text) : n;

		wrap_text(&wrap, FACE_PLAIN, text, k);
		if (!gap)
			break;
		wrap_end(&wrap);
		wrap_begin(&wrap, to->out, &to->screen, 4, 4);
		text += k + 2;
		n -= k + 2;
	}
	wrap_end(&wrap);
	buf_release(&name);
}

static enum status S_sections(struct page *to, struct engine *e, const struct fichas *s,
			      struct err *err)
{
	enum status st = ST_OK;
	struct buf scratch;

	buf_init(&scratch, 0);
	for (int k = 0; !st && k < F_COUNT; k++) {
		bool any = false;

		if (k == F_MUNICIPALITY)
			continue;
		for (size_t i = 0; !st && i < s->n; i++) {
			const char *text;
			size_t n;

			st = indexed_text(&text, &n, &scratch, &s->v[i], (enum field)k,
					  e->lexicon, err);
			any = any || text;
		}
		if (st || !any)
			continue;
		S_heading(to, _(field_table[k].label));
		for (size_t i = 0; !st && i < s->n; i++) {
			const char *text;
			size_t n;

			st = indexed_text(&text, &n, &scratch, &s->v[i], (enum field)k,
					  e->lexicon, err);
			if (!st)
				S_entry(to, &s->v[i], text, n);
		}
	}
	buf_release(&scratch);
	return st;
}

static void S_common(struct page *to, struct engine *e, const struct fichas *s)
{
	struct buf b;
	struct wrap wrap;

	buf_init(&b, 0);
	for (size_t k = 0; k < N_SHARED; k++) {
		const struct strs *l = S_list(&s->v[0], S_shared[k].offset);

		for (size_t i = 0; i < l->n; i++) {
			const char *label =
				lexicon_label(e->lexicon, S_shared[k].facet, l->v[i]);

			if (S_in_all(s, S_shared[k].offset, l->v[i]))
				buf_addf(&b, "%s%s", b.len ? "; " : "",
					 label ? label : l->v[i]);
		}
	}
	if (b.len) {
		S_heading(to, _("In common"));
		wrap_begin(&wrap, to->out, &to->screen, 2, 4);
		wrap_text(&wrap, FACE_PLAIN, b.data, b.len);
		wrap_end(&wrap);
	}
	buf_release(&b);
}

enum status compare_text(struct page *to, bool *found, struct engine *e,
			 const struct request *r, struct err *err)
{
	struct fichas s;
	struct buf place;
	enum status st = S_read(&s, found, to->notes, e, r, err);

	if (!st && *found) {
		buf_init(&place, 0);
		screen_face(to->out, &to->screen, FACE_LABEL);
		buf_adds(to->out, _(field_table[F_MUNICIPALITY].label));
		screen_face(to->out, &to->screen, FACE_PLAIN);
		buf_addc(to->out, '\n');
		for (size_t i = 0; i < s.n; i++) {
			buf_clear(&place);
			render_place(&place, &s.v[i]);
			S_entry(to, &s.v[i], place.data, place.len);
		}
		buf_release(&place);
		st = S_sections(to, e, &s, err);
		S_common(to, e, &s);
	}
	S_release(&s);
	return st ? st : buf_status(to->out, err);
}

/* ---- JSON ---- */

static enum status S_section_json(json_t **out, struct engine *e,
				  const struct fichas *s, enum field field, bool *ok,
				  struct err *err)
{
	json_t *o = json_object(), *texts = json_array();
	enum status st = ST_OK;
	struct buf scratch;

	buf_init(&scratch, 0);
	for (size_t i = 0; !st && i < s->n; i++) {
		const char *text;
		size_t n;

		st = indexed_text(&text, &n, &scratch, &s->v[i], field, e->lexicon,
				  err);
		if (!st)
			json_push(texts, text ? json_text(text, n) : json_null(), ok);
	}
	buf_release(&scratch);
	json_put(o, "field", json_str(field_table[field].name), ok);
	json_put(o, "label", json_str(_(field_table[field].label)), ok);
	json_put(o, "texts", texts, ok);
	*out = o;
	return st;
}

static json_t *S_common_json(const struct fichas *s, bool *ok)
{
	json_t *o = json_object();

	for (size_t k = 0; k < N_SHARED; k++) {
		const struct strs *l = S_list(&s->v[0], S_shared[k].offset);
		json_t *list = json_array();

		for (size_t i = 0; i < l->n; i++)
			if (S_in_all(s, S_shared[k].offset, l->v[i]))
				json_push(list, json_str(l->v[i]), ok);
		json_put(o, facet_table[S_shared[k].facet].name, list, ok);
	}
	return o;
}

enum status compare_json(json_t **out, bool *found, struct buf *why, struct engine *e,
			 const struct request *r, struct err *err)
{
	json_t *o = NULL, *ids, *sections, *section;
	bool ok = true;
	struct fichas s;
	enum status st = S_read(&s, found, why, e, r, err);

	if (!st && *found) {
		o = json_object();
		ids = json_array();
		sections = json_array();
		for (size_t i = 0; i < s.n; i++)
			json_push(ids, json_str(s.v[i].id), &ok);
		for (int k = 0; !st && k < F_COUNT; k++) {
			st = S_section_json(&section, e, &s, (enum field)k, &ok, err);
			json_push(sections, section, &ok);
		}
		json_put(o, "format_version", json_integer(FORMAT_VERSION), &ok);
		json_put(o, "ids", ids, &ok);
		json_put(o, "sections", sections, &ok);
		json_put(o, "in_common", S_common_json(&s, &ok), &ok);
		if (!st && !ok)
			st = err_nomem(err);
	}
	S_release(&s);
	if (st) {
		json_decref(o);
		o = NULL;
	}
	*out = o;
	return st;
}
