#include "source_doc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>

#include "convert_xml.h"
#include "messages.h"

/*
 * HTML tags to raw lines, through libxml2's parser.
 *
 * Ficha documents are Markdown with HTML in it: check boxes are <input>,
 * tables are <table>, breaks are <br>.  The whole text goes through the
 * parser; what it calls back becomes raw lines again: text with its line
 * ends, a check box as a sign, a table cell as a raw line with row and
 * column, a heading with its level.  Emphasis comes out as Markdown's, and
 * script and style not at all.
 *
 * Plain text is not HTML, so before the parser sees it a '<' that begins no
 * known tag ("< 18 años", "<correo@x.cl>") is written &lt;.  A document that
 * nests its tags deeper than DEPTH_MAX is read up to there only: the parser
 * looks through all open elements for each end tag.
 */
#define DEPTH_MAX  200
#define TABLES_MAX 16
#define VAIN_MAX   ((size_t)128 << 20)

struct table {
	unsigned row;
	int col;     /* -1: no cell yet in this row */
	int wide;    /* columns that the last cell spans */
	bool inside; /* a cell is open */
};

struct html {
	struct raw *out;
	htmlParserCtxtPtr ctxt;
	unsigned no;	      /* source line: the text tells it */
	struct raw_line line; /* the line being made; at, no */
	bool begun;	      /* it has a source line */
	bool page;
	bool gap;	      /* page: white space to be written before the next text */
	bool para;	      /* an empty line stands before the next text */
	unsigned depth, skip; /* inside script and the like */
	unsigned symbols;     /* depth of the element in a symbol font, 0 = none */
	unsigned level;	      /* inside <h1>.. */
	unsigned pre;
	struct table tables[TABLES_MAX];
	unsigned n_tables;
	bool too_deep;
	enum status st;
	struct err *err;
};

static bool S_one_of(const char *name, const char *const *set)
{
	for (; *set; set++)
		if (strcmp(name, *set) == 0)
			return true;
	return false;
}

static unsigned S_line_no(const struct html *h)
{
	return h->no;
}

static bool S_in_cell(const struct html *h)
{
	return h->n_tables && h->tables[h->n_tables - 1].inside;
}

/* Ends the line being made, if it has text or (keep) anyway. */
static void S_flush(struct html *h, bool keep)
{
	struct buf *b = &h->out->text;
	struct raw_line line = h->line;

	line.n = (unsigned)(b->len - line.at);
	if (h->st == ST_OK && (line.n || keep)) {
		if (!h->begun)
			line.no = S_line_no(h);
		if (b->len - line.at > LINE_MAX_BYTES) {
			line.flags |= RAW_LONG;
			line.n = 0;
		}
		if (S_in_cell(h)) {
			const struct table *t = &h->tables[h->n_tables - 1];

			line.row = t->row;
			line.col = (unsigned short)(t->col > 0xFFFF ? 0xFFFF : t->col);
		}
		if (h->level && line.n) {
			line.flags |= RAW_HEAD;
			line.level = (unsigned char)h->level;
		}
		if (h->para && line.n) {
			line.flags |= RAW_BREAK;
			h->para = false;
		}
		h->st = raw_add(h->out, line, h->err);
	}
	memset(&h->line, 0, sizeof h->line);
	h->line.at = b->len;
	h->begun = false;
	h->gap = false;
}

static void S_begin(struct html *h, unsigned no)
{
	if (!h->begun) {
		h->begun = true;
		h->line.no = no;
	}
}

static void S_put(struct html *h, const char *s, size_t n)
{
	struct buf *b = &h->out->text;

	if (h->gap && b->len > h->line.at)
		buf_addc(b, ' ');
	h->gap = false;
	S_begin(h, S_line_no(h));
	buf_add(b, s, n);
}

static void S_put_symbols(struct html *h, const char *s, size_t n)
{
	static const struct {
		unsigned short letter;
		const char *sign;
	} signs[] = {
		{0xFE, BOX_TICKED},    {'R', BOX_TICKED},     {0xFD, "\xE2\x98\x92"},
		{'S', "\xE2\x98\x92"}, {'x', "\xE2\x98\x92"}, {0xFC, "\xE2\x9C\x93"},
		{'P', "\xE2\x9C\x93"}, {0xA8, BOX_EMPTY},     {'o', BOX_EMPTY},
		{'q', BOX_EMPTY},      {'r', BOX_EMPTY},      {0xA3, BOX_EMPTY}};

	for (size_t i = 0, w; i < n; i += w) {
		unsigned long cp;

		w = utf8_decode(s + i, n - i, &cp);
		for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
			if (signs[k].letter == cp)
				S_put(h, signs[k].sign, strlen(signs[k].sign));
	}
}

static void S_characters(void *ctx, const xmlChar *ch, int len)
{
	struct html *h = ctx;
	const char *s = (const char *)ch;
	size_t n = len > 0 ? (size_t)len : 0;
	bool flow = (h->page && !h->pre) || S_in_cell(h);

	for (size_t i = 0; i < n && h->st == ST_OK;) {
		size_t k = i;

		/* a line end that stood inside a tag */
		if (n - i >= 3 && memcmp(s + i, LINE_SKIP, 3) == 0) {
			h->no++;
			i += 3;
			continue;
		}
		while (k < n && s[k] != '\n' && (unsigned char)s[k] != 0xEF &&
		       !(flow && (s[k] == ' ' || s[k] == '\t')))
			k++;
		if (k == i && (unsigned char)s[k] == 0xEF)
			k++;
		if (k > i) {
			if (!h->skip && h->symbols)
				S_put_symbols(h, s + i, k - i);
			else if (!h->skip)
				S_put(h, s + i, k - i);
		} else if (s[k] == '\n' && !flow) {
			/* Between rows and cells a line end is no line. */
			if (!h->skip &&
			    !(h->n_tables && h->out->text.len == h->line.at)) {
				S_begin(h, h->no);
				S_flush(h, true);
			}
			h->no++;
			k++;
		} else {
			h->gap = true;
			h->no += s[k] == '\n';
			k++;
		}
		i = k;
	}
}

/* Script and style: only their lines count. */
static void S_cdata(void *ctx, const xmlChar *ch, int len)
{
	struct html *h = ctx;

	for (int i = 0; i < len; i++)
		h->no += ch[i] == '\n';
}

static const char *S_attribute(const xmlChar **atts, const char *name)
{
	for (; atts && *atts; atts += 2)
		if (strcasecmp((const char *)atts[0], name) == 0)
			return atts[1] ? (const char *)atts[1] : "";
	return NULL;
}

static const char *const S_skipped[] = {"script",   "style",	"head",	  "title",
					"noscript", "template", "object", "svg",
					"select",   NULL};
/* A paragraph of its own. */
static const char *const S_paragraph[] = {
	"p",   "ul",	 "ol",	    "dl",	"blockquote", "pre",	"form",
	"hr",  "figure", "section", "article",	"header",     "footer", "main",
	"nav", "aside",	 "address", "fieldset", "center",     "h1",	"h2",
	"h3",  "h4",	 "h5",	    "h6",	"body",	      NULL};
/* A line of its own. */
static const char *const S_block[] = {"div",	 "li",	   "dt",	 "dd",
				      "caption", "legend", "figcaption", "summary",
				      "details", "option", NULL};

/* Word's symbol fonts: letters that look like boxes and ticks. */
static bool S_is_symbol_font(const char *name, const xmlChar **atts)
{
	const char *style = S_attribute(atts, "style");
	const char *face = S_attribute(atts, "face");

	return (strcmp(name, "span") == 0 || strcmp(name, "font") == 0) &&
	       ((style && strcasestr(style, "wingdings")) ||
		(face && strcasestr(face, "wingdings")));
}

static void S_input(struct html *h, const xmlChar **atts)
{
	const char *type = S_attribute(atts, "type");
	const char *aria = S_attribute(atts, "aria-checked");
	bool checked = S_attribute(atts, "checked") != NULL ||
		       (aria && strcasecmp(aria, "true") == 0);

	if (type ? strcasecmp(type, "checkbox") == 0 || strcasecmp(type, "radio") == 0
		 : checked) {
		const char *box = checked ? BOX_TICKED : BOX_EMPTY;

		S_put(h, box, strlen(box));
		if (h->page)
			h->gap = true;
	}
}

/* <span role="checkbox" aria-checked="true"> */
static bool S_is_checkbox(const xmlChar **atts)
{
	const char *role = S_attribute(atts, "role");

	return role && S_attribute(atts, "aria-checked") &&
	       (strcasecmp(role, "checkbox") == 0 || strcasecmp(role, "radio") == 0);
}

static void S_row(struct html *h)
{
	struct table *t;

	if (!h->n_tables) { /* <tr> without <table> */
		h->n_tables = 1;
		memset(&h->tables[0], 0, sizeof h->tables[0]);
	}
	t = &h->tables[h->n_tables - 1];
	S_flush(h, false);
	t->inside = false;
	t->row = ++h->out->rows;
	t->col = -1;
}

static void S_start(void *ctx, const xmlChar *xname, const xmlChar **atts)
{
	struct html *h = ctx;
	const char *name = (const char *)xname;

	if (++h->depth > DEPTH_MAX) {
		h->too_deep = true;
		xmlStopParser(h->ctxt);
		return;
	}
	if (S_one_of(name, S_skipped)) {
		h->skip++;
		return;
	}
	if (h->skip)
		return;
	if (!h->symbols && S_is_symbol_font(name, atts))
		h->symbols = h->depth;
	if (strcmp(name, "input") == 0) {
		S_input(h, atts);
	} else if (S_is_checkbox(atts)) {
		/* drawn by a style; what stands in it is its label */
		const char *checked = S_attribute(atts, "aria-checked");

		if (S_one_of(name, S_paragraph) || S_one_of(name, S_block))
			S_flush(h, false);
		S_put(h, strcasecmp(checked, "true") == 0 ? BOX_TICKED : BOX_EMPTY,
		      strlen(BOX_TICKED));
		S_put(h, " ", 1);
	} else if (strcmp(name, "br") == 0) {
		/* In a pipe row a break does not end the row. */
		const char *line = h->out->text.data + h->line.at;

		if (!h->page && !S_in_cell(h) && *line == '|')
			buf_addc(&h->out->text, CELL_BREAK);
		else
			S_flush(h, h->begun);
	} else if (strcmp(name, "img") == 0) {
		h->gap |= h->page;
	} else if (strcmp(name, "table") == 0) {
		S_flush(h, false);
		if (h->n_tables < TABLES_MAX)
			memset(&h->tables[h->n_tables++], 0, sizeof h->tables[0]);
		h->para = true;
	} else if (strcmp(name, "tr") == 0) {
		S_row(h);
	} else if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0) {
		struct table *t;
		const char *span = S_attribute(atts, "colspan");
		long wide = span ? strtol(span, NULL, 10) : 1;

		if (!h->n_tables || !h->tables[h->n_tables - 1].row)
			S_row(h);
		S_flush(h, false);
		t = &h->tables[h->n_tables - 1];
		t->col += t->col < 0 ? 1 : t->wide;
		t->wide = wide > 1 && wide < 100 ? (int)wide : 1;
		t->inside = true;
		S_begin(h, S_line_no(h));
		/* An empty cell counts, too. */
		S_flush(h, true);
	} else if (S_one_of(name, S_paragraph)) {
		S_flush(h, false);
		h->para = true;
		if (name[0] == 'h' && name[1] >= '1' && name[1] <= '6')
			h->level = (unsigned)(name[1] - '0');
		h->pre += strcmp(name, "pre") == 0;
	} else if (S_one_of(name, S_block)) {
		S_flush(h, false);
		if (strcmp(name, "li") == 0)
			S_put(h, "- ", 2);
	} else if (strcmp(name, "b") == 0 || strcmp(name, "strong") == 0) {
		S_put(h, "**", 2);
	}
}

static void S_end(void *ctx, const xmlChar *xname)
{
	struct html *h = ctx;
	const char *name = (const char *)xname;

	if (h->symbols == h->depth)
		h->symbols = 0;
	if (h->depth)
		h->depth--;
	if (S_one_of(name, S_skipped)) {
		if (h->skip)
			h->skip--;
		return;
	}
	if (h->skip)
		return;
	if (strcmp(name, "td") == 0 || strcmp(name, "th") == 0) {
		S_flush(h, false);
		if (h->n_tables)
			h->tables[h->n_tables - 1].inside = false;
	} else if (strcmp(name, "table") == 0) {
		S_flush(h, false);
		if (h->n_tables)
			h->n_tables--;
		h->para = true;
	} else if (strcmp(name, "tr") == 0) {
		S_flush(h, false);
	} else if (S_one_of(name, S_paragraph)) {
		S_flush(h, false);
		h->para = true;
		if (name[0] == 'h' && name[1] >= '1' && name[1] <= '6')
			h->level = 0;
		if (h->pre && strcmp(name, "pre") == 0)
			h->pre--;
	} else if (S_one_of(name, S_block)) {
		S_flush(h, false);
	} else if (strcmp(name, "b") == 0 || strcmp(name, "strong") == 0) {
		buf_adds(&h->out->text, "**");
	}
}

/* The length of a tag's name at p if it is one of HTML's; 0 otherwise. */
static size_t S_known_tag(const char *p, size_t n)
{
	char name[24];
	size_t k = 0;

	/* Word writes <o:p>; <https://...> is an address. */
	while (k < n && k < sizeof name - 1 &&
	       (isalnum((unsigned char)p[k]) ||
		(p[k] == ':' && k && k + 1 < n && isalpha((unsigned char)p[k + 1])))) {
		name[k] = (char)tolower((unsigned char)p[k]);
		k++;
	}
	name[k] = '\0';
	if (!k || k == sizeof name - 1)
		return 0;
	if (k < n && !strchr(" \t\r\n/>", p[k]))
		return 0;
	if (strchr(name, ':') || htmlTagLookup((const xmlChar *)name))
		return k;
	return S_one_of(name, S_paragraph) || S_one_of(name, S_block) ||
			       S_one_of(name, S_skipped)
		       ? k
		       : 0;
}

static bool S_is_tag(const char *p, size_t n)
{
	if (n < 3 || *p != '<')
		return false;
	if (p[1] == '/')
		return S_known_tag(p + 2, n - 2) != 0;
	if (p[1] == '!')
		return (n >= 4 && p[2] == '-' && p[3] == '-') ||
		       (n >= 9 && strncasecmp(p + 2, "doctype", 7) == 0);
	return S_known_tag(p + 1, n - 1) != 0;
}

static bool S_is_reference(const char *p, size_t n)
{
	size_t k = 1;

	if (n < 4 || *p != '&')
		return false;
	if (p[k] == '#')
		k++;
	while (k < n && k < 34 && isalnum((unsigned char)p[k]))
		k++;
	return k > 2 && k < n && p[k] == ';';
}

bool source_has_html(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *p = text + i;

		/* Both signs are rare in prose: two passes of memchr would
		 * not be faster. */
		if ((*p == '<' && S_is_tag(p, n - i)) ||
		    (*p == '&' && S_is_reference(p, n - i)))
			return true;
	}
	return false;
}

/* Behind the '>' of the tag or comment at p; 0 = it is never closed.  vain:
 * bytes looked through for nothing so far; past some of them tags are short,
 * so that time stays linear. */
static size_t S_tag_end(const char *p, size_t n, size_t *vain)
{
	char quote = '\0';
	size_t most = *vain > VAIN_MAX && n > 300 ? 300 : n;

	n = most;
	if (n >= 4 && memcmp(p, "<!--", 4) == 0) {
		const char *end = memmem(p + 4, n - 4, "-->", 3);

		*vain += end ? 0 : n;
		return end ? (size_t)(end - p) + 3 : 0;
	}
	for (size_t i = 1; i < n; i++) {
		if (quote) {
			if (p[i] == quote)
				quote = '\0';
		} else if (p[i] == '>') {
			return i + 1;
		} else if (p[i] == '"' || p[i] == '\'') {
			quote = p[i];
		} else if (p[i] == '<') {
			*vain += i;
			return 0;
		}
	}
	*vain += n;
	return 0;
}

/* The text with what is no tag made harmless, and with no line end inside
 * tags, since the parser would not tell us of it: LINE_SKIP stands behind the
 * tag instead.  The first sign keeps the parser from skipping blank lines.
 * NUL bytes are left out. */
static void S_harmless(struct buf *b, const char *text, size_t n)
{
	size_t from = 0, vain = 0;

	buf_adds(b, LINE_START);
	for (size_t i = 0; i < n; i++) {
		const char *p = text + i, *with = NULL;

		if (*p == '<') {
			size_t end =
				S_is_tag(p, n - i) ? S_tag_end(p, n - i, &vain) : 0;
			unsigned lines = 0;

			if (!end) {
				with = "&lt;";
			} else {
				buf_add(b, text + from, i - from);
				for (size_t k = 0; k < end; k++) {
					bool nl = p[k] == '\n' ||
						  (p[k] == '\r' &&
						   !(k + 1 < end && p[k + 1] == '\n'));

					lines += nl;
					if (p[k] == '\n' || p[k] == '\r')
						buf_addc(b, ' ');
					else if (p[k])
						buf_addc(b, p[k]);
				}
				while (lines--)
					buf_adds(b, LINE_SKIP);
				i += end - 1;
				from = i + 1;
				continue;
			}
		} else if (*p == '&' && !S_is_reference(p, n - i)) {
			with = "&amp;";
		} else if (*p == '\f') { /* not a sign of HTML's */
			with = PAGE_BREAK;
		} else if (*p == '\0') {
			with = "";
		} else if (*p == '\r') { /* CR LF or CR */
			with = i + 1 < n && p[1] == '\n' ? "" : "\n";
		}
		if (!with)
			continue;
		buf_add(b, text + from, i - from);
		buf_adds(b, with);
		from = i + 1;
	}
	buf_add(b, text + from, n - from);
}

static void S_quiet(void *ctx, const char *msg, ...)
{
	(void)ctx;
	(void)msg;
}

enum status source_html(struct raw *out, bool *too_deep, const char *text, size_t n,
			bool page, struct err *err)
{
	htmlSAXHandler sax;
	struct html h = {.out = out, .no = 1, .page = page, .err = err};
	struct buf safe;

	*too_deep = false;
	memset(&sax, 0, sizeof sax);
	sax.startElement = S_start;
	sax.endElement = S_end;
	sax.characters = S_characters;
	sax.ignorableWhitespace = S_characters;
	sax.cdataBlock = S_cdata;
	sax.error = S_quiet;
	sax.warning = S_quiet;
	sax.fatalError = S_quiet;
	buf_init(&safe, 0);
	S_harmless(&safe, text, n);
	xml_memory();
	h.ctxt = htmlNewParserCtxt();
	h.st = buf_status(&safe, err);
	if (h.st != ST_OK || !h.ctxt) {
		htmlFreeParserCtxt(h.ctxt);
		buf_release(&safe);
		return h.st != ST_OK ? h.st : err_nomem(err);
	}
	*h.ctxt->sax = sax;
	h.ctxt->userData = &h;
	htmlCtxtReadMemory(h.ctxt, safe.data, (int)safe.len, NULL, "UTF-8",
			   HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
				   HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
				   HTML_PARSE_NOIMPLIED | HTML_PARSE_IGNORE_ENC);
	S_flush(&h, false);
	htmlFreeParserCtxt(h.ctxt);
	buf_release(&safe);
	*too_deep = h.too_deep;
	if (h.st != ST_OK)
		return h.st;
	return buf_status(&out->text, err);
}
