#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "convert_flow.h"
#include "convert_xml.h"
#include "messages.h"

/*
 * DOCX (ECMA-376, transitional and strict): a zip.  _rels/.rels names the main
 * part, usually word/document.xml; styles.xml beside it is read first, for the
 * styles that hide text or make list items.
 *
 *   w:p   paragraph: w:pPr (its properties), then runs
 *   w:r   run: w:rPr, then w:t text, w:tab, w:br, w:sym ...
 *   w:tbl w:tr w:tc   table
 *   w:sdt content control: w:sdtPr tells its kind, w:sdtContent what it shows.
 *         A check box is w14:checkbox; what it shows draws the box.
 *   w:fldChar  begins a field; a check box of an old form is w:ffData/w:checkBox
 *   w:del w:moveFrom  deleted, but still there
 *   mc:AlternateContent  the same thing twice, for newer and older programs
 *
 * Word shows the numbers of lists without writing them; they are lost here, as
 * bullets are.  Headers, footers, notes and comments are other parts and not
 * read.
 */
#define STYLES_MAX   20000
#define CONTROLS_MAX 32
#define CHAIN_MAX    16 /* styles based on styles */

enum space { SPACE_OTHER, SPACE_W, SPACE_W14, SPACE_MC };

struct style {
	char id[64], base[64];
	bool list, no_list, hidden, page;
};

struct control { /* an open w:sdt */
	unsigned depth;
	bool box, ticked, placeholder;
	bool inside; /* of what it shows */
	bool drawn;
};

struct docx {
	struct xml_events events;
	struct flow flow;
	char part[256]; /* main part, then its styles' */
	struct style *styles;
	size_t n_styles, cap_styles;
	bool nomem;
	/* The element that we are in, by depth; 0 = not in one. */
	unsigned style, ppr, rpr, run, text;
	/* The paragraph. */
	bool list, no_list, page;
	unsigned paragraphs; /* open, one inside the other */
	/* The run. */
	bool hidden;
	int font;
	struct control controls[CONTROLS_MAX];
	unsigned n_controls, controls_too_deep;
	/* An old form's field. */
	bool field_default, field_checked, field_has_checked;
	unsigned choice, choices;
};

static bool S_ends(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && strcmp(s + n - k, end) == 0;
}

static enum space S_space(const char *uri)
{
	if (S_ends(uri, "/wordprocessingml/2006/main") ||
	    S_ends(uri, "/ooxml/wordprocessingml/main"))
		return SPACE_W;
	if (S_ends(uri, "/word/2010/wordml"))
		return SPACE_W14;
	if (S_ends(uri, "/markup-compatibility/2006"))
		return SPACE_MC;
	return SPACE_OTHER;
}

static bool S_value(const struct docx *d, char *out, size_t n)
{
	return xml_attribute(out, n, &d->events, "val");
}

/* An on/off property: there, and not said to be off. */
static bool S_on(const struct docx *d)
{
	char v[8];

	return !S_value(d, v, sizeof v) ||
	       (strcmp(v, "0") != 0 && strcmp(v, "false") != 0 &&
		strcmp(v, "off") != 0);
}

/* ---- styles ---- */

static void S_style_begin(struct docx *d)
{
	struct style *s;

	if (d->n_styles == STYLES_MAX)
		return;
	if (d->n_styles == d->cap_styles) {
		size_t cap = d->cap_styles ? 2 * d->cap_styles : 64;

		s = realloc(d->styles, cap * sizeof *s);
		if (!s) {
			d->nomem = true;
			return;
		}
		d->styles = s;
		d->cap_styles = cap;
	}
	s = &d->styles[d->n_styles++];
	memset(s, 0, sizeof *s);
	xml_attribute(s->id, sizeof s->id, &d->events, "styleId");
}

static bool S_styles_start(void *ctx, const char *space, const char *name,
			   unsigned depth)
{
	struct docx *d = ctx;
	struct style *s = d->n_styles ? &d->styles[d->n_styles - 1] : NULL;
	char v[16];

	if (S_space(space) != SPACE_W)
		return false;
	if (strcmp(name, "styles") == 0)
		return true;
	if (depth == 1 && strcmp(name, "style") == 0) {
		S_style_begin(d);
		return true;
	}
	if (depth == 1 || !s)
		return false;
	if (strcmp(name, "pPr") == 0 || strcmp(name, "rPr") == 0 ||
	    strcmp(name, "numPr") == 0)
		return true;
	if (strcmp(name, "basedOn") == 0) {
		S_value(d, s->base, sizeof s->base);
	} else if (strcmp(name, "vanish") == 0) {
		s->hidden = S_on(d);
	} else if (strcmp(name, "pageBreakBefore") == 0) {
		s->page = S_on(d);
	} else if (strcmp(name, "numId") == 0 && S_value(d, v, sizeof v)) {
		s->list = strcmp(v, "0") != 0;
		s->no_list = !s->list;
	}
	return false;
}

static void S_styles_end(void *ctx, const char *space, const char *name, unsigned depth)
{
	(void)ctx;
	(void)space;
	(void)name;
	(void)depth;
}

static void S_no_text(void *ctx, const char *s, size_t n)
{
	(void)ctx;
	(void)s;
	(void)n;
}

static int S_by_id(const void *a, const void *b)
{
	const struct style *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static const struct style *S_style(const struct docx *d, const char *id)
{
	struct style key;

	memset(&key, 0, sizeof key);
	memcpy(key.id, id, strlen(id) < sizeof key.id ? strlen(id) : sizeof key.id - 1);
	return d->n_styles ? bsearch(&key, d->styles, d->n_styles, sizeof key, S_by_id)
			   : NULL;
}

/* ---- runs ---- */

static struct control *S_control(struct docx *d)
{
	return d->n_controls && !d->controls_too_deep ? &d->controls[d->n_controls - 1]
						      : NULL;
}

/* Is what a content control shows not its user's text? */
static bool S_shown_only(const struct docx *d)
{
	for (unsigned i = 0; i < d->n_controls; i++)
		if (d->controls[i].inside &&
		    (d->controls[i].box || d->controls[i].placeholder))
			return true;
	return false;
}

static void S_run_text(void *ctx, const char *s, size_t n)
{
	struct docx *d = ctx;

	if (!d->text || d->hidden || S_shown_only(d))
		return;
	if (d->font < 0) {
		flow_text(&d->flow, s, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		/* Bytes of the font, as Latin-1 or in the private use area. */
		if (c <= ' ')
			flow_space(&d->flow);
		else if (c < 0x80)
			flow_symbol(&d->flow, d->font, c);
		else if (c >= 0xC2 && c <= 0xC3 && i + 1 < n) {
			flow_symbol(&d->flow, d->font,
				    (c & 3u) << 6 | ((unsigned char)s[i + 1] & 0x3Fu));
			i++;
		} else if (c == 0xEF && i + 2 < n) {
			flow_symbol(&d->flow, d->font,
				    0xF000u | ((unsigned char)s[i + 1] & 0x3Fu) << 6 |
					    ((unsigned char)s[i + 2] & 0x3Fu));
			i += 2;
		}
	}
}

static void S_run_property(struct docx *d, const char *name)
{
	char v[64];

	if (strcmp(name, "vanish") == 0) {
		d->hidden = S_on(d);
	} else if (strcmp(name, "rStyle") == 0 && S_value(d, v, sizeof v)) {
		const struct style *s = S_style(d, v);

		for (int i = 0; s && i < CHAIN_MAX; i++) {
			d->hidden |= s->hidden;
			s = s->base[0] ? S_style(d, s->base) : NULL;
		}
	} else if (strcmp(name, "rFonts") == 0) {
		if (xml_attribute(v, sizeof v, &d->events, "ascii") ||
		    xml_attribute(v, sizeof v, &d->events, "hAnsi"))
			d->font = flow_symbol_font(v);
	}
}

static void S_run_sign(struct docx *d, const char *name)
{
	struct flow *f = &d->flow;
	char v[64], font[64];

	if (d->hidden || S_shown_only(d))
		return;
	if (strcmp(name, "tab") == 0 || strcmp(name, "ptab") == 0) {
		flow_tab(f);
	} else if (strcmp(name, "br") == 0) {
		if (xml_attribute(v, sizeof v, &d->events, "type") &&
		    strcmp(v, "page") == 0)
			flow_page(f);
		else
			flow_break(f);
	} else if (strcmp(name, "cr") == 0) {
		flow_break(f);
	} else if (strcmp(name, "noBreakHyphen") == 0) {
		flow_text(f, "-", 1);
	} else if (strcmp(name, "softHyphen") == 0) {
		flow_text(f, "\xC2\xAD", 2);
	} else if (strcmp(name, "sym") == 0) {
		xml_attribute(font, sizeof font, &d->events, "font");
		if (xml_attribute(v, sizeof v, &d->events, "char")) {
			int kind = flow_symbol_font(font);

			flow_symbol(f, kind < 0 ? 1 : kind, strtoul(v, NULL, 16));
		}
	}
}

/* ---- paragraphs, tables, controls ---- */

static void S_paragraph_property(struct docx *d, const char *name)
{
	char v[64];

	if (strcmp(name, "pStyle") == 0 && S_value(d, v, sizeof v)) {
		const struct style *s = S_style(d, v);

		for (int i = 0; s && i < CHAIN_MAX; i++) {
			if (!d->no_list && s->list)
				d->list = true;
			d->no_list |= s->no_list;
			d->page |= s->page;
			s = s->base[0] ? S_style(d, s->base) : NULL;
		}
	} else if (strcmp(name, "numId") == 0 && S_value(d, v, sizeof v)) {
		d->list = strcmp(v, "0") != 0;
	} else if (strcmp(name, "pageBreakBefore") == 0) {
		d->page = S_on(d);
	}
}

static void S_control_begin(struct docx *d, unsigned depth)
{
	if (d->n_controls == CONTROLS_MAX || d->controls_too_deep) {
		d->controls_too_deep++;
		return;
	}
	d->controls[d->n_controls++] = (struct control){.depth = depth};
}

/* A control may hold a piece of a paragraph or whole paragraphs: the box stands
 * where its first text does. */
static void S_control_draw(struct docx *d)
{
	for (unsigned i = 0; i < d->n_controls; i++) {
		struct control *c = &d->controls[i];

		if (c->inside && c->box && !c->drawn) {
			c->drawn = true;
			flow_box(&d->flow, c->ticked);
		}
	}
}

static void S_control_end(struct docx *d)
{
	if (d->controls_too_deep) {
		d->controls_too_deep--;
	} else if (d->n_controls) {
		S_control_draw(d);
		d->n_controls--;
	}
}

/* Elements that say something wherever they stand. */
static bool S_anywhere(struct docx *d, const char *name, unsigned depth)
{
	struct flow *f = &d->flow;
	struct control *c = S_control(d);
	char v[16];

	if (strcmp(name, "p") == 0) {
		flow_end(f);
		d->paragraphs++;
		d->list = d->no_list = d->page = false;
	} else if (strcmp(name, "pPr") == 0) {
		d->ppr = depth;
	} else if (strcmp(name, "r") == 0) {
		d->run = depth;
		d->hidden = false;
		d->font = -1;
		S_control_draw(d);
	} else if (strcmp(name, "rPr") == 0) {
		d->rpr = d->run ? depth : 0;
		return d->run != 0;
	} else if (strcmp(name, "t") == 0) {
		d->text = depth;
	} else if (strcmp(name, "tbl") == 0) {
		flow_table(f);
	} else if (strcmp(name, "tr") == 0) {
		flow_row(f);
	} else if (strcmp(name, "tc") == 0) {
		flow_cell(f);
	} else if (strcmp(name, "gridBefore") == 0 || strcmp(name, "gridSpan") == 0) {
		unsigned long k = S_value(d, v, sizeof v) ? strtoul(v, NULL, 10) : 0;

		if (strcmp(name, "gridSpan") == 0 && k)
			k--;
		if (k < 256)
			flow_covered(f, (unsigned)k);
	} else if (strcmp(name, "sdt") == 0) {
		S_control_begin(d, depth);
	} else if (strcmp(name, "showingPlcHdr") == 0) {
		if (c)
			c->placeholder = S_on(d);
	} else if (strcmp(name, "sdtContent") == 0) {
		if (c)
			c->inside = true;
	} else if (strcmp(name, "checkBox") == 0) {
		d->field_default = d->field_checked = d->field_has_checked = false;
	} else if (strcmp(name, "default") == 0) {
		d->field_default = S_on(d);
	} else if (strcmp(name, "checked") == 0) {
		d->field_checked = S_on(d);
		d->field_has_checked = true;
	} else if (strcmp(name, "del") == 0 || strcmp(name, "moveFrom") == 0 ||
		   strcmp(name, "rt") == 0 || strcmp(name, "sectPr") == 0 ||
		   strcmp(name, "instrText") == 0 || S_ends(name, "Change")) {
		return false;
	} else if (d->run) {
		S_run_sign(d, name);
	}
	return true;
}

static bool S_start(void *ctx, const char *space, const char *name, unsigned depth)
{
	struct docx *d = ctx;
	struct control *c = S_control(d);

	switch (S_space(space)) {
	case SPACE_MC:
		return strcmp(name, "Fallback") != 0;
	case SPACE_W14:
		if (c && !c->inside && strcmp(name, "checkbox") == 0)
			c->box = true;
		else if (c && !c->inside && c->box && strcmp(name, "checked") == 0)
			c->ticked = S_on(d);
		return true;
	case SPACE_W:
		break;
	case SPACE_OTHER: /* drawings: text boxes are inside */
		return true;
	}
	if (d->ppr) {
		S_paragraph_property(d, name);
		return strcmp(name, "numPr") == 0;
	}
	if (d->rpr) {
		S_run_property(d, name);
		return false;
	}
	return S_anywhere(d, name, depth);
}

static void S_end(void *ctx, const char *space, const char *name, unsigned depth)
{
	struct docx *d = ctx;
	struct flow *f = &d->flow;

	if (S_space(space) != SPACE_W)
		return;
	if (d->ppr == depth) {
		d->ppr = 0;
		if (d->page)
			flow_page(f);
		if (d->list)
			flow_item(f);
	} else if (d->rpr == depth) {
		d->rpr = 0;
	} else if (d->run == depth) {
		d->run = 0;
		d->hidden = false;
		d->font = -1;
	} else if (d->text == depth) {
		d->text = 0;
	} else if (strcmp(name, "p") == 0) {
		d->paragraphs -= d->paragraphs > 0;
		flow_end(f);
		f->item = false;
	} else if (strcmp(name, "tc") == 0) {
		flow_cell_end(f);
	} else if (strcmp(name, "tbl") == 0) {
		flow_table_end(f);
	} else if (strcmp(name, "sdt") == 0) {
		S_control_end(d);
	} else if (strcmp(name, "checkBox") == 0) {
		if (!S_shown_only(d) && !d->hidden)
			flow_box(f, d->field_has_checked ? d->field_checked
							 : d->field_default);
	}
}

/* ---- the package ---- */

static bool S_rels_start(void *ctx, const char *space, const char *name, unsigned depth)
{
	struct docx *d = ctx;
	char type[128];

	(void)space;
	if (depth == 1 && strcmp(name, "Relationship") == 0 &&
	    xml_attribute(type, sizeof type, &d->events, "Type") &&
	    S_ends(type, "/officeDocument"))
		xml_attribute(d->part, sizeof d->part, &d->events, "Target");
	return true;
}

static enum status S_package(struct docx *d, const char *bytes, size_t n,
			     struct err *err)
{
	char styles[sizeof d->part + 16];
	const char *slash;
	bool there;
	enum status st;

	d->events = (struct xml_events){d, S_rels_start, S_styles_end, S_no_text, NULL};
	st = xml_part(&there, &d->events, bytes, n, "_rels/.rels", err);
	if (st)
		return st;
	if (!d->part[0])
		memcpy(d->part, "word/document.xml", sizeof "word/document.xml");
	slash = strrchr(d->part, '/');
	memcpy(styles, d->part, slash ? (size_t)(slash + 1 - d->part) : 0);
	memcpy(styles + (slash ? slash + 1 - d->part : 0), "styles.xml", 11);
	d->events.start = S_styles_start;
	st = xml_part(&there, &d->events, bytes, n, styles, err);
	if (st)
		return st;
	if (d->nomem)
		return err_nomem(err);
	if (d->n_styles)
		qsort(d->styles, d->n_styles, sizeof *d->styles, S_by_id);
	d->events.start = S_start;
	d->events.end = S_end;
	d->events.text = S_run_text;
	return xml_part(NULL, &d->events, bytes, n, d->part, err);
}

enum status convert_docx(struct buf *out, const char *bytes, size_t n, struct err *err)
{
	struct docx d = {.font = -1};
	enum status st;

	/* An OLE file: what Word writes when a password protects the DOCX. */
	if (n >= 8 && memcmp(bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
		return err_set(err, ST_INPUT, "%s",
			       _("behind a password, or of an older Word: save it as "
				 "DOCX without one"));
	flow_init(&d.flow, out);
	st = S_package(&d, bytes, n, err);
	if (!st)
		st = flow_finish(&d.flow, err);
	flow_release(&d.flow);
	free(d.styles);
	return st;
}
