#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "convert.h"
#include "convert_flow.h"
#include "convert_xml.h"
#include "text.h"

/*
 * ODT (ISO 26300): a zip.  content.xml holds the text, styles.xml beside it
 * the styles that are named; both have styles that we need for three things:
 * text that is not shown, paragraphs that begin a page, symbol fonts.
 *
 *   text:p text:h      paragraph, heading
 *   text:list-item     its first paragraph is a list item
 *   text:s text:tab text:line-break
 *   table:table table:table-row table:table-cell table:covered-table-cell
 *   form:checkbox      in office:forms at the beginning: id and state; shown
 *                      where a draw:control names the id
 *   loext:content-control  LibreOffice's content controls, as Word's
 *   field:fieldmark    a check box of an old form
 *
 * Left out: tracked changes, notes, comments, tables of contents, titles of
 * pictures.
 */
#define STYLES_MAX 20000
#define BOXES_MAX  20000
#define CHAIN_MAX  16

struct style {
	char name[64], base[64];
	char family; /* 'p' paragraph, 't' text */
	bool hidden, shown, page, has_font;
	int font; /* as flow_symbol_font() */
};

struct box { /* a form's check box */
	char id[64], label[128];
	bool ticked;
};

struct mark { /* a paragraph or span that says its font */
	unsigned depth;
	int font;
};

struct odt {
	struct xml_events events;
	struct flow flow;
	struct style *styles;
	size_t n_styles, cap_styles;
	struct box *boxes;
	size_t n_boxes, cap_boxes;
	bool sorted, nomem;
	unsigned paragraphs; /* open, one inside the other */
	bool item;	     /* the next paragraph is a list item's first */
	struct mark marks[XML_DEPTH_MAX];
	unsigned n_marks;
	bool field_ticked;
	unsigned field; /* depth of a check box's field mark */
};

/* "urn:oasis:names:tc:opendocument:xmlns:text:1.0" is "text": what stands
 * before the version.  Enough to tell the names apart that we know. */
static bool S_in(const char *uri, const char *key)
{
	size_t n = strlen(uri), k = strlen(key);
	const char *p;

	while (n && uri[n - 1] != ':')
		n--;
	if (n < k + 2)
		return false;
	p = uri + n - 1 - k;
	return p[-1] == ':' && memcmp(p, key, k) == 0;
}

static bool S_get(const struct odt *o, char *out, size_t n, const char *name)
{
	return xml_attribute(out, n, &o->events, name);
}

static bool S_is(const struct odt *o, const char *name, const char *value)
{
	char v[32];

	return S_get(o, v, sizeof v, name) && strcmp(v, value) == 0;
}

/* Room for one more of n things of the size; NULL: no memory, or the limit. */
static void *S_room(struct odt *o, void *v, size_t n, size_t *cap, size_t size,
		    size_t max)
{
	void *p = v;

	if (n >= max)
		return NULL;
	if (n < *cap)
		return v;
	p = realloc(v, (*cap ? 2 * *cap : 64) * size);
	if (!p)
		o->nomem = true;
	else
		*cap = *cap ? 2 * *cap : 64;
	return p;
}

/* ---- styles ---- */

static int S_by_name(const void *a, const void *b)
{
	const struct style *x = a, *y = b;

	return x->family != y->family ? x->family - y->family
				      : strcmp(x->name, y->name);
}

static const struct style *S_find(struct odt *o, char family, const char *name)
{
	struct style key;

	if (!o->n_styles)
		return NULL;
	if (!o->sorted)
		qsort(o->styles, o->n_styles, sizeof *o->styles, S_by_name);
	o->sorted = true;
	memset(&key, 0, sizeof key);
	key.family = family;
	memcpy(key.name, name,
	       strlen(name) < sizeof key.name ? strlen(name) : sizeof key.name - 1);
	return bsearch(&key, o->styles, o->n_styles, sizeof key, S_by_name);
}

/* What a style says, with what it is based on. */
static void S_resolve(struct style *out, struct odt *o, char family, const char *name)
{
	const struct style *s = S_find(o, family, name);

	memset(out, 0, sizeof *out);
	out->font = -1;
	for (int i = 0; s && i < CHAIN_MAX; i++) {
		if (!out->shown && s->hidden)
			out->hidden = true;
		out->shown |= s->shown;
		out->page |= s->page;
		if (!out->has_font && s->has_font) {
			out->has_font = true;
			out->font = s->font;
		}
		s = s->base[0] ? S_find(o, family, s->base) : NULL;
	}
}

static bool S_style_begin(struct odt *o)
{
	struct style *v, s;
	char family[16];

	memset(&s, 0, sizeof s);
	s.font = -1;
	S_get(o, family, sizeof family, "family");
	if (strcmp(family, "paragraph") != 0 && strcmp(family, "text") != 0)
		return false;
	v = S_room(o, o->styles, o->n_styles, &o->cap_styles, sizeof *v, STYLES_MAX);
	if (!v)
		return false;
	o->styles = v;
	s.family = family[0];
	S_get(o, s.name, sizeof s.name, "name");
	S_get(o, s.base, sizeof s.base, "parent-style-name");
	o->styles[o->n_styles++] = s;
	o->sorted = false;
	return true;
}

/* Inside office:styles and office:automatic-styles. */
static bool S_style_start(struct odt *o, const char *name)
{
	struct style *s;
	char v[64];

	if (strcmp(name, "style") == 0)
		return S_style_begin(o);
	if (!o->n_styles || o->sorted)
		return false;
	s = &o->styles[o->n_styles - 1];
	if (strcmp(name, "paragraph-properties") == 0) {
		s->page |= S_is(o, "break-before", "page");
	} else if (strcmp(name, "text-properties") == 0) {
		if (S_get(o, v, sizeof v, "display")) {
			s->hidden = strcmp(v, "none") == 0;
			s->shown = !s->hidden;
		}
		if (S_get(o, v, sizeof v, "font-name")) {
			s->has_font = true;
			s->font = flow_symbol_font(v);
		}
	}
	return false;
}

/* ---- forms ---- */

static void S_form_box(struct odt *o)
{
	struct box *v, *b;
	char now[16];

	v = S_room(o, o->boxes, o->n_boxes, &o->cap_boxes, sizeof *v, BOXES_MAX);
	if (!v)
		return;
	o->boxes = v;
	b = &v[o->n_boxes++];
	memset(b, 0, sizeof *b);
	S_get(o, b->id, sizeof b->id, "id");
	S_get(o, b->label, sizeof b->label, "label");
	b->ticked = S_is(o, "state", "checked");
	if (S_get(o, now, sizeof now, "current-state"))
		b->ticked = strcmp(now, "checked") == 0;
}

/* Forms have few boxes; a document that names one box a million times is left
 * to the time limit. */
static void S_control(struct odt *o)
{
	char id[64];

	if (!S_get(o, id, sizeof id, "control"))
		return;
	for (size_t i = 0; i < o->n_boxes; i++) {
		const struct box *b = &o->boxes[i];

		if (strcmp(b->id, id) != 0)
			continue;
		flow_box(&o->flow, b->ticked);
		/* The label that LibreOffice gives to a new box is none. */
		if (strncasecmp(b->label, "check box", 9) != 0 &&
		    strncasecmp(b->label, "casilla", 7) != 0)
			flow_text(&o->flow, b->label, strlen(b->label));
		return;
	}
}

/* ---- text ---- */

static void S_push(struct odt *o, unsigned depth, int font)
{
	if (o->n_marks < XML_DEPTH_MAX)
		o->marks[o->n_marks++] = (struct mark){depth, font};
}

static bool S_paragraph(struct odt *o, unsigned depth)
{
	struct flow *f = &o->flow;
	struct style s;
	char name[64];

	flow_end(f);
	S_get(o, name, sizeof name, "style-name");
	S_resolve(&s, o, 'p', name);
	if (s.page)
		flow_page(f);
	if (s.hidden)
		return false;
	if (o->item)
		flow_item(f);
	o->item = false;
	o->paragraphs++;
	S_push(o, depth, s.font);
	return true;
}

static bool S_span(struct odt *o, unsigned depth)
{
	struct style s;
	char name[64];

	S_get(o, name, sizeof name, "style-name");
	S_resolve(&s, o, 't', name);
	if (s.hidden)
		return false;
	if (s.has_font)
		S_push(o, depth, s.font);
	return true;
}

static bool S_text_start(struct odt *o, const char *name, unsigned depth)
{
	static const char *const left_out[] = {"tracked-changes",    "note",
					       "hidden-text",	     "table-of-content",
					       "ruby-text",	     "placeholder",
					       "illustration-index", "table-index",
					       "alphabetical-index", "user-index",
					       "variable-decls",     "sequence-decls",
					       "user-field-decls",   NULL};

	for (const char *const *p = left_out; *p; p++)
		if (strcmp(name, *p) == 0)
			return false;
	if (strcmp(name, "p") == 0 || strcmp(name, "h") == 0)
		return S_paragraph(o, depth);
	if (strcmp(name, "span") == 0)
		return S_span(o, depth);
	if (strcmp(name, "s") == 0)
		flow_space(&o->flow);
	else if (strcmp(name, "tab") == 0)
		flow_tab(&o->flow);
	else if (strcmp(name, "line-break") == 0)
		flow_break(&o->flow);
	else if (strcmp(name, "list-item") == 0)
		o->item = true;
	else if (strcmp(name, "section") == 0)
		return !S_is(o, "display", "none");
	return true;
}

static bool S_table_start(struct odt *o, const char *name)
{
	struct flow *f = &o->flow;
	char v[16];

	if (strcmp(name, "table") == 0) {
		flow_table(f);
	} else if (strcmp(name, "table-row") == 0) {
		flow_row(f);
	} else if (strcmp(name, "table-cell") == 0) {
		flow_cell(f);
		if (S_get(o, v, sizeof v, "number-columns-repeated")) {
			unsigned long k = strtoul(v, NULL, 10);

			if (k > 1 && k < 256)
				flow_covered(f, (unsigned)k - 1);
		}
	} else if (strcmp(name, "covered-table-cell") == 0) {
		flow_covered(f, 1);
		return false;
	}
	return true;
}

static bool S_start(void *ctx, const char *space, const char *name, unsigned depth)
{
	struct odt *o = ctx;

	if (S_in(space, "text"))
		return S_text_start(o, name, depth);
	if (S_in(space, "table"))
		return S_table_start(o, name);
	if (S_in(space, "style"))
		return S_style_start(o, name);
	if (S_in(space, "form")) {
		if (strcmp(name, "checkbox") == 0)
			S_form_box(o);
		return true;
	}
	if (S_in(space, "drawing")) {
		if (strcmp(name, "control") == 0)
			S_control(o);
		return strcmp(name, "image") != 0;
	}
	if (S_in(space, "office"))
		return strcmp(name, "annotation") != 0 &&
		       strcmp(name, "binary-data") != 0 &&
		       strcmp(name, "master-styles") != 0;
	if (S_in(space, "loext")) {
		if (strcmp(name, "content-control") == 0) {
			if (S_is(o, "checkbox", "true")) {
				flow_box(&o->flow, S_is(o, "checked", "true"));
				return false;
			}
			return !S_is(o, "showing-place-holder", "true");
		}
		return true;
	}
	if (S_in(space, "field")) {
		char v[96];

		if (strcmp(name, "param") == 0) {
			if (S_is(o, "name", "Checkbox_Checked"))
				o->field_ticked = S_is(o, "value", "true");
		} else if (S_get(o, v, sizeof v, "type") && strstr(v, "FORMCHECKBOX")) {
			o->field = depth;
			o->field_ticked = false;
		}
		return true;
	}
	/* Titles of pictures, metadata, scripts. */
	return strcmp(name, "title") != 0 && strcmp(name, "desc") != 0;
}

static void S_end(void *ctx, const char *space, const char *name, unsigned depth)
{
	struct odt *o = ctx;
	struct flow *f = &o->flow;

	while (o->n_marks && o->marks[o->n_marks - 1].depth >= depth)
		o->n_marks--;
	if (S_in(space, "text")) {
		if (strcmp(name, "p") == 0 || strcmp(name, "h") == 0) {
			flow_end(f);
			f->item = false;
			o->paragraphs -= o->paragraphs > 0;
		} else if (strcmp(name, "list-item") == 0) {
			o->item = false;
		}
	} else if (S_in(space, "table")) {
		if (strcmp(name, "table-cell") == 0)
			flow_cell_end(f);
		else if (strcmp(name, "table") == 0)
			flow_table_end(f);
	} else if (S_in(space, "field") && o->field == depth) {
		o->field = 0;
		flow_box(f, o->field_ticked);
	}
}

static void S_text(void *ctx, const char *s, size_t n)
{
	struct odt *o = ctx;
	int font = o->n_marks ? o->marks[o->n_marks - 1].font : -1;

	if (!o->paragraphs)
		return;
	if (font < 0) {
		flow_text(&o->flow, s, n);
		return;
	}
	for (size_t i = 0; i < n;) {
		unsigned long cp;
		size_t k = utf8_decode(s + i, n - i, &cp);

		i += k;
		if (cp > ' ' && (cp < 0x100 || (cp >= 0xF000 && cp <= 0xF0FF)))
			flow_symbol(&o->flow, font, cp);
		else if (cp > ' ')
			flow_text(&o->flow, s + i - k, k);
		else
			flow_space(&o->flow);
	}
}

static enum status S_package(struct odt *o, const char *bytes, size_t n,
			     struct err *err)
{
	enum status st;
	bool there;

	o->events = (struct xml_events){o, S_start, S_end, S_text, NULL};
	st = xml_part(&there, &o->events, bytes, n, "styles.xml", err);
	if (!st)
		st = xml_part(NULL, &o->events, bytes, n, "content.xml", err);
	return !st && o->nomem ? err_nomem(err) : st;
}

enum status convert_odt(struct buf *out, const char *bytes, size_t n, struct err *err)
{
	struct odt o = {.n_styles = 0};
	enum status st;

	flow_init(&o.flow, out);
	st = S_package(&o, bytes, n, err);
	if (!st)
		st = flow_finish(&o.flow, err);
	flow_release(&o.flow);
	free(o.styles);
	free(o.boxes);
	return st;
}
