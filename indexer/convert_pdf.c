#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <poppler.h>

#include "convert.h"
#include "convert_page.h"
#include "messages.h"
#include "text.h"

/*
 * PDF through poppler-glib: the signs of each page with their places and
 * fonts, and the check boxes of its form.
 *
 * Poppler gives the text of a page, one place for each sign of it, and runs of
 * signs of one font.  From them words are made; convert_page.h makes lines and
 * paragraphs of those.  A form's check box is a word at its place; what its
 * appearance draws there is left out.
 *
 * Poppler is large and written for files that somebody wants to see; it crashes
 * on some that are made to.  It runs in a process of its own, see confine.h.
 */
struct pdf {
	PopplerDocument *doc;
	struct page page;
	struct flow flow;
	size_t words;
};

struct field { /* a check box of the form */
	double x1, y1, x2, y2;
	bool ticked;
};

struct fields {
	struct field *v;
	size_t n;
};

/* Fields have their places counted from below.  Poppler does not tell how a page
 * is turned: on one that is, boxes stand elsewhere. */
static enum status S_fields(struct fields *out, PopplerPage *page, struct err *err)
{
	GList *list = poppler_page_get_form_field_mapping(page);
	size_t n = g_list_length(list);
	double width, height;

	out->n = 0;
	out->v = n ? malloc(n * sizeof *out->v) : NULL;
	poppler_page_get_size(page, &width, &height);
	for (GList *i = out->v ? list : NULL; i; i = i->next) {
		const PopplerFormFieldMapping *m = i->data;
		struct field f = {m->area.x1, height - m->area.y2, m->area.x2,
				  height - m->area.y1, false};

		if (poppler_form_field_get_field_type(m->field) !=
			    POPPLER_FORM_FIELD_BUTTON ||
		    poppler_form_field_button_get_button_type(m->field) ==
			    POPPLER_FORM_BUTTON_PUSH)
			continue;
		f.ticked = poppler_form_field_button_get_state(m->field);
		out->v[out->n++] = f;
	}
	poppler_page_free_form_field_mapping(list);
	return n && !out->v ? err_nomem(err) : ST_OK;
}

static bool S_in_field(const struct fields *fields, const PopplerRectangle *r)
{
	double x = (r->x1 + r->x2) / 2, y = (r->y1 + r->y2) / 2;

	for (size_t i = 0; i < fields->n; i++) {
		const struct field *f = &fields->v[i];

		if (x > f->x1 - 1 && x < f->x2 + 1 && y > f->y1 - 1 && y < f->y2 + 1)
			return true;
	}
	return false;
}

/* The signs of one page, gone through with the fonts beside them. */
struct signs {
	const char *text; /* the next sign */
	const PopplerRectangle *places;
	guint at, n;
	GList *fonts; /* the run that the next sign is in, or a later one */
	struct buf word;
	struct word w;
	bool bold;    /* the last sign looked at */
	bool upright; /* a word whose signs stand above each other */
	double first_y;
};

static enum status S_word_end(struct signs *s, struct page *page, struct err *err)
{
	enum status st = ST_OK;

	if (s->word.len && !s->upright)
		st = page_add(page, s->w, s->word.data, s->word.len, err);
	buf_clear(&s->word);
	s->w = (struct word){.kind = WORD_TEXT};
	s->upright = false;
	return st;
}

static void S_font(struct signs *s, double *size, int *symbols)
{
	const PopplerTextAttributes *a = s->fonts ? s->fonts->data : NULL;
	const PopplerRectangle *r = &s->places[s->at];

	*symbols = -1;
	*size = 0;
	s->bold = false;
	if (a && (guint)a->start_index <= s->at) {
		const char *name = a->font_name ? a->font_name : "";

		/* A part of a font is called "ABCDEF+Name". */
		if (strlen(name) > 7 && name[6] == '+')
			name += 7;
		*symbols = flow_symbol_font(name);
		s->bold = strcasestr(name, "bold") || strcasestr(name, "black") ||
			  strcasestr(name, "heavy");
		*size = a->font_size;
	}
	/* A font's own size may be 1 and the page's scale do the rest. */
	if (*size < 0.4 * (r->y2 - r->y1) || *size > 2 * (r->y2 - r->y1))
		*size = (r->y2 - r->y1) / 1.3;
}

/* Adds one sign to the word being made. */
static void S_word_sign(struct signs *s, unsigned long cp, double size)
{
	static const char *const ligatures[] = {"ff",  "fi", "fl", "ffi",
						"ffl", "st", "st"};
	const PopplerRectangle *r = &s->places[s->at];
	double y = (r->y1 + r->y2) / 2;

	if (!s->word.len) {
		s->w.x1 = r->x1;
		s->w.x2 = r->x2;
		s->w.y = s->first_y = y;
		s->w.size = size;
		s->w.bold = s->bold;
	} else if (fabs(y - s->first_y) > 1.5 * size) {
		s->upright = true;
	}
	s->w.x1 = r->x1 < s->w.x1 ? r->x1 : s->w.x1;
	s->w.x2 = r->x2 > s->w.x2 ? r->x2 : s->w.x2;
	s->w.size = size > s->w.size ? size : s->w.size;
	if (cp >= 0xFB00 && cp <= 0xFB06)
		buf_adds(&s->word, ligatures[cp - 0xFB00]);
	else
		buf_addcp(&s->word, cp);
}

/* Does the next sign stand away from the word, though no blank is between?
 * Upright words go on below. */
static bool S_apart(const struct signs *s, double size)
{
	const PopplerRectangle *r = &s->places[s->at];
	double middle = (r->x1 + r->x2) / 2;

	if (!s->word.len || (middle > s->w.x1 && middle < s->w.x2))
		return false;
	return r->x1 - s->w.x2 > 0.5 * size || s->w.x1 - r->x2 > 0.5 * size;
}

static enum status S_mark(struct signs *s, struct page *page, enum word_kind kind,
			  double size, struct err *err)
{
	const PopplerRectangle *r = &s->places[s->at];
	struct word w = {.x1 = r->x1,
			 .x2 = r->x2,
			 .y = (r->y1 + r->y2) / 2,
			 .size = size,
			 .kind = kind};
	enum status st = S_word_end(s, page, err);

	return st ? st : page_add(page, w, "\xE2\x80\xA2", 3, err);
}

static enum status S_sign(struct signs *s, struct page *page, unsigned long cp,
			  struct err *err)
{
	double size;
	int symbols;
	enum status st;

	S_font(s, &size, &symbols);
	if (cp <= ' ' || cp == 0xA0)
		return S_word_end(s, page, err);
	if (symbols < 0 && cp >= 0xF020 && cp <= 0xF0FF)
		symbols = 1;
	switch (symbols >= 0 ? flow_symbol_sign(&cp, symbols, cp)
			     : flow_unicode_sign(cp)) {
	case FLOW_BOX:
		return S_mark(s, page, WORD_BOX, size, err);
	case FLOW_TICKED:
		return S_mark(s, page, WORD_TICKED, size, err);
	case FLOW_ORNAMENT:
		return S_mark(s, page, WORD_BULLET, size, err);
	case FLOW_BLANK:
		return S_word_end(s, page, err);
	case FLOW_SIGN:
		break;
	}
	st = ST_OK;
	if (cp == 0x2713 || cp == 0x2714 || S_apart(s, size))
		st = S_word_end(s, page, err);
	if (!st)
		S_word_sign(s, cp, size);
	if (!st && (cp == 0x2713 || cp == 0x2714))
		st = S_word_end(s, page, err);
	return st;
}

static enum status S_signs(struct signs *s, struct page *page,
			   const struct fields *fields, struct err *err)
{
	enum status st = ST_OK;

	for (; !st && s->at < s->n && *s->text; s->at++) {
		const PopplerRectangle *r = &s->places[s->at];
		const PopplerTextAttributes *a;
		unsigned long cp;
		size_t left = strnlen(s->text, 4);

		s->text += utf8_decode(s->text, left, &cp);
		while (s->fonts && (a = s->fonts->data) != NULL &&
		       (guint)a->end_index < s->at)
			s->fonts = s->fonts->next;
		if (fields->n && S_in_field(fields, r))
			continue;
		st = S_sign(s, page, cp, err);
	}
	return st ? st : S_word_end(s, page, err);
}

static enum status S_boxes(struct page *page, const struct fields *fields,
			   struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < fields->n; i++) {
		const struct field *f = &fields->v[i];
		struct word w = {.x1 = f->x1,
				 .x2 = f->x2,
				 .y = (f->y1 + f->y2) / 2,
				 .size = f->y2 - f->y1,
				 .kind = f->ticked ? WORD_TICKED : WORD_BOX};

		st = page_add(page, w, "\xE2\x80\xA2", 3, err);
	}
	return st;
}

static enum status S_page(struct pdf *p, PopplerPage *page, struct err *err)
{
	struct signs s = {.at = 0};
	struct fields fields = {0};
	PopplerRectangle *places = NULL;
	GList *fonts = poppler_page_get_text_attributes(page);
	char *text = poppler_page_get_text(page);
	enum status st;

	st = S_fields(&fields, page, err);
	page_clear(&p->page);
	buf_init(&s.word, 1 << 16);
	if (!st && text && poppler_page_get_text_layout(page, &places, &s.n)) {
		s.text = text;
		s.places = places;
		s.fonts = fonts;
		st = S_signs(&s, &p->page, &fields, err);
	}
	if (!st)
		st = S_boxes(&p->page, &fields, err);
	p->words += p->page.n;
	if (!st) {
		flow_page(&p->flow);
		st = page_flow(&p->page, &p->flow, err);
	}
	buf_release(&s.word);
	free(fields.v);
	g_free(places);
	g_free(text);
	poppler_page_free_text_attributes(fonts);
	return st;
}

static enum status S_open(struct pdf *p, const char *bytes, size_t n, struct err *err)
{
	GError *why = NULL;
	GBytes *all = g_bytes_new_static(bytes, n);
	enum status st = ST_OK;

	p->doc = poppler_document_new_from_bytes(all, NULL, &why);
	g_bytes_unref(all);
	if (!p->doc) {
		bool locked =
			g_error_matches(why, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);

		st = err_set(err, ST_INPUT, "%s",
			     locked ? _("behind a password")
				    : _("not a PDF, or a damaged one"));
		g_clear_error(&why);
	}
	return st;
}

enum status convert_pdf(struct buf *out, const char *bytes, size_t n, struct err *err)
{
	struct pdf p = {.words = 0};
	enum status st = S_open(&p, bytes, n, err);
	int pages = st ? 0 : poppler_document_get_n_pages(p.doc);

	if (!st && pages > CONVERT_PAGES_MAX)
		st = err_set(err, ST_INPUT, _("more than %d pages"), CONVERT_PAGES_MAX);
	page_init(&p.page);
	flow_init(&p.flow, out);
	for (int i = 0; !st && i < pages; i++) {
		PopplerPage *page = poppler_document_get_page(p.doc, i);

		if (page)
			st = S_page(&p, page, err);
		g_clear_object(&page);
		if (!st && p.flow.failed)
			break;
	}
	if (!st)
		st = flow_finish(&p.flow, err);
	if (!st && !p.words)
		st = err_set(
			err, ST_INPUT, "%s",
			_("a PDF without text: pictures of pages, perhaps, which have "
			  "to be recognised first"));
	flow_release(&p.flow);
	page_release(&p.page);
	g_clear_object(&p.doc);
	return st;
}
