#include "convert_flow.h"

#include <string.h>
#include <strings.h>

#include "text.h"

void flow_init(struct flow *f, struct buf *out)
{
	memset(f, 0, sizeof *f);
	f->out = out;
	buf_init(&f->para, CONVERT_MAX);
	buf_init(&f->ready, CONVERT_MAX);
}

void flow_release(struct flow *f)
{
	while (f->n_tables)
		flow_table_free(f->tables[--f->n_tables]);
	buf_release(&f->para);
	buf_release(&f->ready);
}

void flow_fail(struct flow *f, enum status why)
{
	if (!f->failed)
		f->failed = why;
}

/* ---- the open paragraph ---- */

static bool S_line_empty(const struct flow *f)
{
	return f->para.len == f->line;
}

static void S_due_space(struct flow *f)
{
	if (f->space && !S_line_empty(f) && f->para.data[f->para.len - 1] != '\t')
		buf_addc(&f->para, ' ');
	f->space = false;
}

void flow_space(struct flow *f)
{
	f->space = true;
}

/* Leading and trailing blanks of a line are never there: a blank is written
 * with the sign that follows it. */
void flow_break(struct flow *f)
{
	f->space = false;
	/* Two in a row part paragraphs; more say nothing new. */
	if (!f->para.len || (S_line_empty(f) && f->para.len >= 2 &&
			     f->para.data[f->para.len - 2] == '\n'))
		return;
	buf_addc(&f->para, '\n');
	f->line = f->para.len;
}

void flow_tab(struct flow *f)
{
	f->space = false;
	buf_addc(&f->para, '\t');
}

/* Does the line begin with a box?  Then the next box begins a line, too. */
static bool S_boxed(const struct flow *f)
{
	const char *s = f->para.data + f->line;

	return f->para.len - f->line >= 3 &&
	       (memcmp(s, "[x]", 3) == 0 || memcmp(s, "[ ]", 3) == 0);
}

void flow_box(struct flow *f, bool ticked)
{
	if (S_boxed(f))
		flow_break(f);
	f->space = true;
	S_due_space(f);
	buf_adds(&f->para, ticked ? "[x]" : "[ ]");
	f->space = true;
}

int flow_symbol_font(const char *name)
{
	if (!name)
		return -1;
	for (const char *p = name; *p; p++)
		if (strncasecmp(p, "wingdings", 9) == 0) {
			p += 9;
			while (*p == ' ' || *p == '-')
				p++;
			return *p == '2' ? 2 : *p == '3' ? -1 : 1;
		}
	return strcasecmp(name, "symbol") == 0 ? 0 : -1;
}

/* Microsoft's symbol fonts have no Unicode values of their own: signs stand at
 * their byte, or at F000 + byte.  The tables are those of the fonts' charts. */
enum flow_sign flow_symbol_sign(unsigned long *cp, int font, unsigned long code)
{
	*cp = code;
	if (code >= 0xF000 && code <= 0xF0FF)
		code -= 0xF000;
	if (code > 0xFF)
		return FLOW_SIGN;
	switch (font << 8 | (int)code) {
	case 0x1A8: /* Wingdings: boxes of several kinds */
	case 0x16F:
	case 0x171:
	case 0x172:
	case 0x1A3: /* of Wingdings 2, whose name was lost */
	case 0x2A3:
	case 0x22A:
	case 0x230:
		return FLOW_BOX;
	case 0x1FE: /* ticked */
	case 0x1FD: /* crossed */
	case 0x178:
	case 0x152:
	case 0x153:
	case 0x252:
	case 0x251:
	case 0x253:
	case 0x254:
		return FLOW_TICKED;
	case 0x1FC:
	case 0x150:
	case 0x250:
		*cp = 0x2713;
		return FLOW_SIGN;
	case 0x1FB:
	case 0x14F:
	case 0x24F:
		*cp = 0x2717;
		return FLOW_SIGN;
	case 0x120:
	case 0x220:
	case 0x020:
		return FLOW_BLANK;
	default:
		return FLOW_ORNAMENT;
	}
}

enum flow_sign flow_unicode_sign(unsigned long cp)
{
	switch (cp) {
	case 0x2610: /* ballot boxes */
	case 0x25FB: /* white squares that fonts use for them */
	case 0x2B1C:
	case 0x1F78E:
		return FLOW_BOX;
	case 0x2611:
	case 0x2612:
	case 0x22A0:
	case 0x2705:
	case 0x2BBD:
	case 0x1F5F5:
	case 0x1F5F7:
	case 0x1F5F9:
		return FLOW_TICKED;
	default:
		return FLOW_SIGN;
	}
}

void flow_symbol(struct flow *f, int font, unsigned long code)
{
	unsigned long cp;

	switch (flow_symbol_sign(&cp, font, code)) {
	case FLOW_BOX:
		flow_box(f, false);
		return;
	case FLOW_TICKED:
		flow_box(f, true);
		return;
	case FLOW_BLANK:
		flow_space(f);
		return;
	case FLOW_ORNAMENT: /* nearly all are used as bullets */
		if (!S_line_empty(f)) {
			flow_space(f);
			return;
		}
		cp = 0x2022;
		break;
	case FLOW_SIGN:
		break;
	}
	S_due_space(f);
	buf_addcp(&f->para, cp);
}

static void S_sign(struct flow *f, const char *s, size_t n, unsigned long cp)
{
	switch (cp) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
	case '\f':
	case '\v':
	case 0xA0:
		f->space = true;
		return;
	case 0x85:
	case 0x2028:
	case 0x2029:
		flow_break(f);
		return;
	default:
		break;
	}
	if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0xFFFE || cp == 0xFFFF)
		return;
	if (cp >= 0xF020 && cp <= 0xF0FF) { /* a symbol font, its name lost */
		flow_symbol(f, 1, cp);
		return;
	}
	switch (flow_unicode_sign(cp)) {
	case FLOW_BOX:
		flow_box(f, false);
		return;
	case FLOW_TICKED:
		flow_box(f, true);
		return;
	case FLOW_SIGN:
	case FLOW_BLANK:
	case FLOW_ORNAMENT:
		break;
	}
	S_due_space(f);
	buf_add(&f->para, s, n);
}

void flow_text(struct flow *f, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		unsigned long cp;
		size_t k = i;

		while (k < n && s[k] > ' ' && s[k] < 0x7F)
			k++;
		if (k > i) {
			S_due_space(f);
			buf_add(&f->para, s + i, k - i);
			i = k;
			continue;
		}
		k = utf8_decode(s + i, n - i, &cp);
		if (cp == 0xFFFD)
			S_sign(f, "\xEF\xBF\xBD", 3, cp);
		else
			S_sign(f, s + i, k, cp);
		i += k;
	}
}

/* ---- from the paragraph to its container ---- */

static bool S_is_reference(const char *s, size_t n)
{
	size_t k = 1;

	while (k < n && k < 34 &&
	       (s[k] == '#' || ((s[k] | 0x20) >= 'a' && (s[k] | 0x20) <= 'z') ||
		(s[k] >= '0' && s[k] <= '9')))
		k++;
	return k > 1 && k < n && s[k] == ';';
}

/* One line, so that the reader of Markdown and HTML reads what stands there.
 * A list sign at the beginning stays one: that is what its author meant. */
static void S_escape(struct buf *b, const char *s, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		char next = i + 1 < n ? s[i + 1] : '\0';
		const char *with = NULL;

		switch (s[i]) {
		case '\\':
			with = "\\\\";
			break;
		case '`':
			with = "\\`";
			break;
		case '|':
			with = "\\|";
			break;
		case '_':
			with = "\\_";
			break;
		case '*':
			if (i > 0 || next != ' ')
				with = "\\*";
			break;
		case '~':
			if (next == '~' || (i > 0 && s[i - 1] == '~'))
				with = "\\~";
			break;
		case '#':
			if (i == 0)
				with = "\\#";
			break;
		case '>':
			if (i == 0)
				with = "\\>";
			break;
		case '<':
			if (next > ' ' && next < 0x7F && !(next >= '0' && next <= '9'))
				with = "&lt;";
			break;
		case '&':
			if (S_is_reference(s + i, n - i))
				with = "&amp;";
			break;
		default:
			break;
		}
		if (!with)
			continue;
		buf_add(b, s + from, i - from);
		buf_adds(b, with);
		from = i + 1;
	}
	buf_add(b, s + from, n - from);
}

/* The innermost open cell, or NULL: the document itself. */
static struct flow_table *S_container(const struct flow *f)
{
	for (unsigned i = f->n_tables; i-- > 0;)
		if (f->tables[i]->in_cell)
			return f->tables[i];
	return NULL;
}

void flow_block(struct flow *f, enum flow_block kind, const char *s, size_t n)
{
	struct flow_table *t = S_container(f);
	struct buf *to = t ? &t->text : f->out;
	enum flow_block *last = t ? &t->last : &f->last;

	if (*last != FLOW_NOTHING)
		buf_adds(to, *last == kind && (kind == FLOW_ITEM || kind == FLOW_ROW)
				     ? "\n"
				     : "\n\n");
	if (!t && f->page) {
		buf_addc(to, '\f');
		f->page = false;
	}
	buf_add(to, s, n);
	*last = kind;
	if (kind == FLOW_TABLE && t)
		t->holds_table = true;
}

/* The paragraph's lines, escaped.  Leading tabs are columns only beside other
 * tabs; elsewhere they indent. */
static bool S_ready(struct flow *f, bool after_row)
{
	const char *s = f->para.data;
	size_t n = f->para.len;
	bool tabs = false;

	while (n && (s[n - 1] == '\n' || s[n - 1] == ' '))
		n--;
	for (size_t i = 0; i <= n;) {
		const char *lf = memchr(s + i, '\n', n - i);
		size_t end = lf ? (size_t)(lf - s) : n, b = i;

		while (b < end && s[b] == '\t')
			b++;
		if (b < end && !memchr(s + b, '\t', end - b)) {
			if (!after_row && !tabs)
				i = b;
		}
		if (i < end && memchr(s + i, '\t', end - i))
			tabs = true;
		if (b < end)
			S_escape(&f->ready, s + i, end - i);
		if (!lf)
			break;
		buf_addc(&f->ready, '\n');
		i = end + 1;
	}
	return tabs;
}

void flow_end(struct flow *f)
{
	const struct flow_table *t = S_container(f);
	enum flow_block last = t ? t->last : f->last, kind = FLOW_PARAGRAPH;
	bool boxed, tabs;

	f->space = false;
	if (!f->para.len)
		return;
	buf_clear(&f->ready);
	f->line = 0;
	boxed = S_boxed(f);
	if (f->item)
		buf_adds(&f->ready, "- ");
	tabs = S_ready(f, last == FLOW_ROW);
	flow_fail(f, f->para.failed ? f->para.failed : f->ready.failed);
	if (f->ready.len > (f->item ? 2u : 0u)) {
		if (f->item)
			kind = FLOW_ITEM;
		else if (boxed || tabs)
			kind = FLOW_ROW;
		flow_block(f, kind, f->ready.data, f->ready.len);
		f->item = false;
	}
	buf_clear(&f->para);
}

void flow_item(struct flow *f)
{
	flow_end(f);
	f->item = true;
}

void flow_page(struct flow *f)
{
	flow_end(f);
	f->page = f->last != FLOW_NOTHING;
}

enum status flow_finish(struct flow *f, struct err *err)
{
	f->too_deep = 0;
	while (f->n_tables)
		flow_table_end(f);
	flow_end(f);
	if (f->last != FLOW_NOTHING)
		buf_addc(f->out, '\n');
	flow_fail(f, f->out->failed);
	if (f->failed) {
		struct buf why = {.max = CONVERT_MAX, .failed = f->failed};

		return buf_status(&why, err);
	}
	return ST_OK;
}
