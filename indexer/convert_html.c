#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/HTMLparser.h>

#include "convert.h"
#include "convert_flow.h"
#include "convert_places.h"
#include "convert_xml.h"
#include "encoding.h"
#include "messages.h"
#include "text.h"

/*
 * HTML through libxml2's parser, which mends what real pages get wrong, as a
 * stream of events: no tree is built.
 *
 * The parser looks through all open elements for each end tag, so a page that
 * nests deeper than CONVERT_DEPTH_MAX is refused.  It compares each attribute
 * of a tag with those before it, so a tag with more than ATTRIBUTES_MAX is
 * refused before the parser sees it.
 */
#define ATTRIBUTES_MAX 5000

struct html {
	struct flow flow;
	struct places places;
	unsigned placed; /* depth of the paragraph that has a place, or 0 */
	enum status st;
	struct err *err;
	htmlParserCtxtPtr ctxt;
	unsigned depth;
	unsigned hidden;  /* depth of the element that hides us, or 0 */
	unsigned symbols; /* depth of the element set in a symbol font, or 0 */
	int font;
	unsigned pre, select;
	bool option; /* the chosen one of a list */
	bool too_deep;
};

enum tag {
	TAG_OTHER, /* inline, or unknown: its text counts */
	TAG_BLOCK, /* a paragraph of its own */
	TAG_BREAK,
	TAG_ITEM,
	TAG_PRE,
	TAG_TABLE,
	TAG_ROW,
	TAG_CELL,
	TAG_INPUT,
	TAG_SELECT,
	TAG_OPTION,
	TAG_QUOTE,
	TAG_HIDDEN,
};

static const struct {
	const char *name;
	enum tag tag;
} S_tags[] = {
	{"address", TAG_BLOCK},	   {"article", TAG_BLOCK},    {"aside", TAG_BLOCK},
	{"blockquote", TAG_BLOCK}, {"body", TAG_BLOCK},	      {"br", TAG_BREAK},
	{"button", TAG_HIDDEN},	   {"caption", TAG_BLOCK},    {"center", TAG_BLOCK},
	{"datalist", TAG_HIDDEN},  {"dd", TAG_BLOCK},	      {"del", TAG_HIDDEN},
	{"details", TAG_BLOCK},	   {"dialog", TAG_BLOCK},     {"dir", TAG_BLOCK},
	{"div", TAG_BLOCK},	   {"dl", TAG_BLOCK},	      {"dt", TAG_BLOCK},
	{"fieldset", TAG_BLOCK},   {"figcaption", TAG_BLOCK}, {"figure", TAG_BLOCK},
	{"footer", TAG_BLOCK},	   {"form", TAG_BLOCK},	      {"h1", TAG_BLOCK},
	{"h2", TAG_BLOCK},	   {"h3", TAG_BLOCK},	      {"h4", TAG_BLOCK},
	{"h5", TAG_BLOCK},	   {"h6", TAG_BLOCK},	      {"head", TAG_HIDDEN},
	{"header", TAG_BLOCK},	   {"hr", TAG_BLOCK},	      {"iframe", TAG_HIDDEN},
	{"input", TAG_INPUT},	   {"legend", TAG_BLOCK},     {"li", TAG_ITEM},
	{"main", TAG_BLOCK},	   {"math", TAG_HIDDEN},      {"menu", TAG_BLOCK},
	{"nav", TAG_HIDDEN},	   {"noscript", TAG_HIDDEN},  {"object", TAG_HIDDEN},
	{"ol", TAG_BLOCK},	   {"option", TAG_OPTION},    {"p", TAG_BLOCK},
	{"pre", TAG_PRE},	   {"q", TAG_QUOTE},	      {"script", TAG_HIDDEN},
	{"section", TAG_BLOCK},	   {"select", TAG_SELECT},    {"style", TAG_HIDDEN},
	{"summary", TAG_BLOCK},	   {"svg", TAG_HIDDEN},	      {"table", TAG_TABLE},
	{"td", TAG_CELL},	   {"template", TAG_HIDDEN},  {"th", TAG_CELL},
	{"title", TAG_HIDDEN},	   {"tr", TAG_ROW},	      {"ul", TAG_BLOCK},
};

static int S_by_name(const void *key, const void *row)
{
	return strcasecmp(key, *(const char *const *)row);
}

static enum tag S_tag(const char *name)
{
	const void *row = bsearch(name, S_tags, sizeof S_tags / sizeof *S_tags,
				  sizeof *S_tags, S_by_name);

	return row ? S_tags[(size_t)((const char *)row - (const char *)S_tags) /
			    sizeof *S_tags]
			       .tag
		   : TAG_OTHER;
}

static const char *S_attribute(const xmlChar **atts, const char *name)
{
	for (; atts && *atts; atts += 2)
		if (strcasecmp((const char *)atts[0], name) == 0)
			return atts[1] ? (const char *)atts[1] : "";
	return NULL;
}

/* Does a style say `property: value`?  Blanks and case do not matter. */
static bool S_styled(const char *style, const char *property, const char *value)
{
	size_t n = strlen(property), m = strlen(value);

	for (const char *at = style; at && *at; at++) {
		const char *p = at + n;

		if (strncasecmp(at, property, n) != 0)
			continue;
		p += strspn(p, " \t\r\n");
		if (*p != ':')
			continue;
		p++;
		p += strspn(p, " \t\r\n'\"");
		if (strncasecmp(p, value, m) == 0)
			return true;
	}
	return false;
}

static void S_input(struct html *h, const xmlChar **atts)
{
	const char *type = S_attribute(atts, "type");
	const char *value = S_attribute(atts, "value");

	if (!type || strcasecmp(type, "text") == 0 || strcasecmp(type, "date") == 0) {
		if (value && *value) {
			flow_space(&h->flow);
			flow_text(&h->flow, value, strlen(value));
			flow_space(&h->flow);
		}
	} else if (strcasecmp(type, "checkbox") == 0 ||
		   strcasecmp(type, "radio") == 0) {
		const char *aria = S_attribute(atts, "aria-checked");

		flow_box(&h->flow, S_attribute(atts, "checked") != NULL ||
					   (aria && strcasecmp(aria, "true") == 0));
	}
}

static void S_fail(struct html *h, enum status st)
{
	if (st && !h->st) {
		h->st = st;
		xmlStopParser(h->ctxt);
	}
}

/* Says what has a place before what has none. */
static void S_places(struct html *h)
{
	if (!h->placed && h->places.page.n)
		S_fail(h, places_flow(&h->places, &h->flow, h->err));
}

static void S_open(struct html *h, enum tag tag, const xmlChar **atts)
{
	struct flow *f = &h->flow;
	const char *span;
	long wide;

	switch (tag) {
	case TAG_OTHER:
		break;
	case TAG_PRE:
		h->pre++;
		flow_end(f);
		break;
	case TAG_BLOCK:
		flow_end(f);
		break;
	case TAG_BREAK:
		flow_break(f);
		break;
	case TAG_ITEM:
		flow_item(f);
		break;
	case TAG_TABLE:
		flow_table(f);
		break;
	case TAG_ROW:
		flow_row(f);
		break;
	case TAG_CELL:
		flow_cell(f);
		span = S_attribute(atts, "colspan");
		wide = span ? strtol(span, NULL, 10) : 1;
		if (wide > 1 && wide < 100)
			flow_covered(f, (unsigned)wide - 1);
		break;
	case TAG_INPUT:
		S_input(h, atts);
		break;
	case TAG_SELECT:
		h->select++;
		h->option = false;
		break;
	case TAG_OPTION:
		h->option = S_attribute(atts, "selected") != NULL;
		break;
	case TAG_QUOTE:
		flow_text(f, "\xE2\x80\x9C", 3);
		break;
	case TAG_HIDDEN:
		h->hidden = h->depth;
		break;
	}
}

/* <a name="3">: where pdftohtml begins a page. */
static bool S_is_page_anchor(const char *name, const xmlChar **atts)
{
	const char *number;

	if (strcasecmp(name, "a") != 0 || S_attribute(atts, "href"))
		return false;
	number = S_attribute(atts, "name");
	return number && *number && strspn(number, "0123456789") == strlen(number);
}

static void S_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
	struct html *h = ctx;
	const char *style = S_attribute(atts, "style");
	const char *role = S_attribute(atts, "role"), *checked, *id;
	enum tag tag = S_tag((const char *)name);

	if (++h->depth > CONVERT_DEPTH_MAX) {
		h->too_deep = true;
		xmlStopParser(h->ctxt);
		return;
	}
	if (h->hidden)
		return;
	if (style && (S_styled(style, "page-break-before", "always") ||
		      S_styled(style, "break-before", "page")))
		flow_page(&h->flow);
	if (S_is_page_anchor((const char *)name, atts)) {
		S_places(h);
		flow_page(&h->flow);
	}
	if (!h->placed && (tag == TAG_BLOCK) &&
	    places_begin(&h->places, style, S_attribute(atts, "class"))) {
		h->placed = h->depth;
	} else if (h->placed) {
		if (tag == TAG_BREAK)
			S_fail(h, places_break(&h->places, h->err));
		h->places.bold |= strcasecmp((const char *)name, "b") == 0 ||
				  strcasecmp((const char *)name, "strong") == 0;
	} else {
		/* a page's frame among them */
		if (tag != TAG_OTHER && tag != TAG_BREAK && tag != TAG_HIDDEN)
			S_places(h);
		id = tag == TAG_BLOCK ? S_attribute(atts, "id") : NULL;
		if (id && strncasecmp(id, "page", 4) == 0 &&
		    S_styled(style, "position", "relative"))
			flow_page(&h->flow);
		S_open(h, tag, atts);
	}
	if (S_attribute(atts, "hidden") || S_styled(style, "display", "none") ||
	    S_styled(style, "visibility", "hidden") ||
	    S_styled(style, "mso-hide", "all"))
		h->hidden = h->depth;
	checked = S_attribute(atts, "aria-checked");
	if (role && strcasecmp(role, "checkbox") == 0 && tag != TAG_INPUT && checked)
		/* Drawn by a style; what stands in it is its label. */
		flow_box(&h->flow, strcasecmp(checked, "true") == 0);
	if (!h->symbols && (S_styled(style, "font-family", "wingdings") ||
			    S_styled(style, "mso-char-type", "symbol"))) {
		h->symbols = h->depth;
		h->font = S_styled(style, "font-family", "wingdings 2") ? 2 : 1;
	} else if (!h->symbols && strcasecmp((const char *)name, "font") == 0) {
		int font = flow_symbol_font(S_attribute(atts, "face"));

		if (font > 0) {
			h->symbols = h->depth;
			h->font = font;
		}
	}
}

static void S_end(void *ctx, const xmlChar *name)
{
	struct html *h = ctx;
	struct flow *f = &h->flow;
	bool was_hidden = h->hidden != 0;

	if (h->hidden == h->depth)
		h->hidden = 0;
	if (h->symbols == h->depth)
		h->symbols = 0;
	if (h->placed && h->placed == h->depth) {
		h->placed = 0;
		S_fail(h, places_end(&h->places, h->err));
		h->depth--;
		return;
	}
	if (h->depth)
		h->depth--;
	if (h->placed)
		return;
	if (was_hidden && h->hidden)
		return;
	switch (S_tag((const char *)name)) {
	case TAG_PRE:
		h->pre -= h->pre > 0;
		flow_end(f);
		break;
	case TAG_BLOCK:
		flow_end(f);
		break;
	case TAG_ITEM:
		flow_end(f);
		f->item = false;
		break;
	case TAG_TABLE:
		flow_table_end(f);
		break;
	case TAG_ROW:
	case TAG_CELL:
		flow_cell_end(f);
		break;
	case TAG_SELECT:
		h->select -= h->select > 0;
		break;
	case TAG_OPTION:
		h->option = false;
		break;
	case TAG_QUOTE:
		flow_text(f, "\xE2\x80\x9D", 3);
		break;
	case TAG_OTHER:
	case TAG_BREAK:
	case TAG_INPUT:
	case TAG_HIDDEN:
		break;
	}
}

static void S_characters(void *ctx, const xmlChar *ch, int len)
{
	struct html *h = ctx;
	struct flow *f = &h->flow;
	const char *s = (const char *)ch;
	size_t n = len > 0 ? (size_t)len : 0;

	if (h->hidden || (h->select && !h->option))
		return;
	if (h->placed) {
		S_fail(h, places_text(&h->places, s, n, h->err));
		return;
	}
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] > ' ') {
			S_places(h);
			break;
		}
	if (h->symbols) {
		for (size_t i = 0; i < n;) {
			unsigned long cp;

			i += utf8_decode(s + i, n - i, &cp);
			if (cp > ' ' && cp != 0xA0)
				flow_symbol(f, h->font, cp);
			else
				flow_space(f);
		}
		return;
	}
	if (!h->pre) {
		flow_text(f, s, n);
		return;
	}
	for (size_t i = 0; i <= n; i++) {
		size_t from = i;

		while (i < n && s[i] != '\n' && s[i] != '\t')
			i++;
		flow_text(f, s + from, i - from);
		if (i < n && s[i] == '\n')
			flow_break(f);
		else if (i < n)
			flow_tab(f);
	}
}

static void S_quiet(void *ctx, const char *msg, ...)
{
	(void)ctx;
	(void)msg;
}

/* Does the beginning of the page say that it is UTF-8? */
static bool S_says_utf8(const char *bytes, size_t n)
{
	if (n > 2048)
		n = 2048;
	for (size_t i = 0; i + 12 < n; i++)
		if (strncasecmp(bytes + i, "charset=", 8) == 0 ||
		    strncasecmp(bytes + i, "encoding=", 9) == 0) {
			i += bytes[i] == 'c' || bytes[i] == 'C' ? 8 : 9;
			if (bytes[i] == '"' || bytes[i] == '\'')
				i++;
			return n - i > 5 && strncasecmp(bytes + i, "utf-8", 5) == 0;
		}
	return false;
}

static bool S_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Is there a tag with more attributes than there may be?  They begin after
 * white space, outside quotes. */
static bool S_attributes(const char *s, size_t n)
{
	size_t words = 0;
	char quote = '\0';
	bool tag = false;

	for (size_t i = 0; i + 1 < n; i++) {
		char c = s[i];

		if (!tag) {
			tag = c == '<' &&
			      ((s[i + 1] | 0x20) >= 'a' && (s[i + 1] | 0x20) <= 'z');
			words = 0;
			quote = '\0';
		} else if (quote) {
			if (c == quote)
				quote = '\0';
		} else if ((c == '"' || c == '\'') && s[i - 1] == '=') {
			quote = c;
		} else if (c == '>') {
			tag = false;
		} else if ((S_white(c) || c == '/') && !S_white(s[i + 1]) &&
			   ++words > ATTRIBUTES_MAX) {
			return true;
		}
	}
	return false;
}

static enum status S_parse(struct html *h, const struct buf *text, struct err *err)
{
	htmlSAXHandler sax;

	memset(&sax, 0, sizeof sax);
	sax.startElement = S_start;
	sax.endElement = S_end;
	sax.characters = S_characters;
	sax.ignorableWhitespace = S_characters;
	sax.error = S_quiet;
	sax.warning = S_quiet;
	sax.fatalError = S_quiet;
	xml_memory();
	h->ctxt = htmlNewParserCtxt();
	if (!h->ctxt)
		return err_nomem(err);
	*h->ctxt->sax = sax;
	h->ctxt->userData = h;
	htmlCtxtReadMemory(h->ctxt, text->data, (int)text->len, NULL, "UTF-8",
			   HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
				   HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
				   HTML_PARSE_IGNORE_ENC);
	htmlFreeParserCtxt(h->ctxt);
	if (h->st)
		return h->st;
	return h->too_deep ? err_set(err, ST_INPUT,
				     _("elements nest deeper than %d levels"),
				     CONVERT_DEPTH_MAX)
			   : ST_OK;
}

enum status convert_html(struct buf *out, const char *bytes, size_t n, struct err *err)
{
	struct html h = {.depth = 0, .err = err};
	struct buf text;
	enum status st;

	buf_init(&text, (size_t)1 << 30);
	encoding_decode(&text, bytes, n, S_says_utf8(bytes, n));
	/* The parser takes a NUL for the end. */
	for (size_t i = 0; i < text.len; i++)
		if (!text.data[i])
			text.data[i] = ' ';
	st = buf_status(&text, err);
	if (!st && S_attributes(text.data, text.len))
		st = err_set(err, ST_INPUT, _("a tag with more than %d attributes"),
			     ATTRIBUTES_MAX);
	flow_init(&h.flow, out);
	if (!st)
		st = places_init(&h.places, text.data, text.len, err);
	if (!st)
		st = S_parse(&h, &text, err);
	buf_release(&text);
	if (!st)
		st = places_flow(&h.places, &h.flow, err);
	places_release(&h.places);
	if (!st)
		st = flow_finish(&h.flow, err);
	flow_release(&h.flow);
	return st;
}
